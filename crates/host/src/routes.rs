//! Which component answers a path, with Spin's precedence: from the left, a literal beats `:param`
//! beats a trailing `/...`.

use anyhow::{Result, bail};

/// The routes of the application, the most specific first.
#[derive(Debug)]
pub(crate) struct Router {
    routes: Vec<Route>,
}

#[derive(Debug)]
struct Route {
    pattern: String,
    segments: Vec<Segment>,
    component: String,
}

/// The order of the variants is the precedence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Literal(String),
    Param,
    Rest,
}

impl Router {
    /// Builds the table from (pattern, component) pairs.
    pub(crate) fn new<'a>(routes: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self> {
        let mut table: Vec<Route> = Vec::new();
        for (pattern, component) in routes {
            let route = Route {
                pattern: pattern.to_owned(),
                segments: parse(pattern)?,
                component: component.to_owned(),
            };
            if let Some(twin) = table.iter().find(|other| other.segments == route.segments) {
                bail!(
                    "the routes {} and {pattern} match the same paths",
                    twin.pattern
                );
            }
            table.push(route);
        }
        table.sort_by(|a, b| a.segments.cmp(&b.segments));
        Ok(Self { routes: table })
    }

    /// The component for a path, if any route matches. Slashes at either end do not count, as in
    /// Spin.
    pub(crate) fn component(&self, path: &str) -> Option<&str> {
        let path = path.trim_matches('/');
        self.routes
            .iter()
            .find(|route| matches(&route.segments, path))
            .map(|route| route.component.as_str())
    }
}

fn parse(pattern: &str) -> Result<Vec<Segment>> {
    let trimmed = pattern.trim_matches('/');
    if trimmed.is_empty() {
        return Ok(Vec::new());
    }
    let mut segments = Vec::new();
    for part in trimmed.split('/') {
        if segments.last() == Some(&Segment::Rest) {
            bail!("route {pattern}: `...` must be its last segment");
        }
        segments.push(match part {
            "..." | "*" => Segment::Rest,
            ":" => bail!("route {pattern}: a parameter needs a name"),
            _ if part.contains('*') => {
                bail!("route {pattern}: a wildcard is a whole segment, `...`")
            }
            _ if part.starts_with(':') && part.contains('.') => {
                bail!("route {pattern}: this host wants a parameter to be a whole segment")
            }
            _ if part.starts_with(':') => Segment::Param,
            literal => Segment::Literal(literal.to_owned()),
        });
    }
    Ok(segments)
}

fn matches(segments: &[Segment], path: &str) -> bool {
    let mut parts = path.split('/').filter(|_| !path.is_empty());
    for segment in segments {
        let matched = match segment {
            Segment::Rest => return true,
            Segment::Param => parts.next().is_some(),
            Segment::Literal(literal) => parts.next() == Some(literal),
        };
        if !matched {
            return false;
        }
    }
    parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn router() -> Router {
        Router::new([
            ("/...", "rest"),
            ("/", "root"),
            ("/a/:x", "param"),
            ("/a/b", "literal"),
            ("/a/...", "under-a"),
            ("/a/:x/c", "param-c"),
            ("/a/b/:y", "b-param"),
            ("/files/openapi.json", "dot"),
        ])
        .unwrap()
    }

    #[test]
    fn the_most_specific_route_wins_whatever_the_order_in_the_manifest() {
        let router = router();
        for (path, component) in [
            ("/", "root"),
            ("/zzz", "rest"),
            ("/a", "under-a"),
            ("/a/", "under-a"),
            ("/a/b", "literal"),
            ("/a/b/", "literal"),
            ("/a/z", "param"),
            ("/a/z/c", "param-c"),
            ("/a/b/c", "b-param"),
            ("/a/z/d", "under-a"),
            ("/ab", "rest"),
            ("/files/openapi.json", "dot"),
        ] {
            assert_eq!(router.component(path), Some(component), "{path}");
        }
    }

    #[test]
    fn a_path_without_a_route_has_no_component() {
        let router = Router::new([("/a/:x", "a"), ("/b/...", "b")]).unwrap();
        assert_eq!(router.component("/a"), None);
        assert_eq!(router.component("/a/1/2"), None);
        assert_eq!(router.component("/bb"), None);
        assert_eq!(router.component("/"), None);
    }

    #[test]
    fn routes_that_cannot_be_told_apart_or_understood_are_refused() {
        for routes in [
            vec!["/a/:x", "/a/:y"],
            vec!["/a", "/a/"],
            vec!["/.../a"],
            vec!["/a/:"],
            vec!["/:x.json"],
            vec!["/a*"],
        ] {
            assert!(
                Router::new(routes.iter().map(|route| (*route, "c"))).is_err(),
                "{routes:?}"
            );
        }
    }
}
