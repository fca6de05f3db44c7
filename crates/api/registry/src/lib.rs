//! The list of the dialects, and of all that is answered.

use api::Dialect;
use api::request::decode_segment;
use api::route::{Params, Route};
use http::Method;
use hub::error::{Error, Result};
use serde_json::Value;

/// The dialects and their routes. Adding one is one line here.
const DIALECTS: &[(&dyn Dialect, &[&[Route]])] = &[
    (&admin::Admin, &[admin::ROUTES]),
    (&privacera::Privacera, &[privacera::ROUTES]),
    (
        &pingone::PingOne,
        &[pingone::ROUTES, pingone::UNVERSIONED_ROUTES],
    ),
    (&kubernetes::Kubernetes, &[kubernetes::ROUTES]),
    (&versori::Versori, &[versori::ROUTES]),
    (&sailpoint::SailPoint, sailpoint::ROUTES),
];

/// The dialects.
pub fn dialects() -> impl Iterator<Item = &'static dyn Dialect> {
    DIALECTS.iter().map(|(dialect, _)| *dialect)
}

/// Makes the document of a connector that of a new one like it: without what says who the other one is and who manages it.
pub fn strip_identity(doc: &mut Value) {
    if let Some(members) = doc.as_object_mut() {
        members.shift_remove("status");
    }
    for dialect in dialects() {
        dialect.strip_identity(doc);
    }
}

/// All the routes. Of two that match a path, the one with a literal where the other has a name comes first.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    DIALECTS
        .iter()
        .flat_map(|(_, tables)| tables.iter().copied().flatten())
}

/// Finds the route of a request.
///
/// # Errors
/// [`Error::NotFound`] when no route has the path, [`Error::MethodNotAllowed`] when one has it for other methods.
pub fn find(method: &Method, path: &str) -> Result<(&'static Route, Params)> {
    let mut allowed = Vec::new();
    for route in routes() {
        let Some(params) = match_path(route.pattern, path) else {
            continue;
        };
        if route.method == *method || (*method == Method::HEAD && route.method == Method::GET) {
            return Ok((route, params));
        }
        allowed.push(method_name(&route.method));
    }
    if allowed.is_empty() {
        return Err(Error::NotFound {
            kind: "route",
            name: path.to_owned(),
        });
    }
    allowed.dedup();
    Err(Error::MethodNotAllowed { allowed })
}

/// The dialect whose paths begin like this one: who answers when no route matches.
pub fn dialect_of(path: &str) -> &'static dyn Dialect {
    let begins_alike = |pattern: &str, segments: usize| {
        let start = |path| str::split(path, '/').skip(1).take(segments);
        start(pattern).eq(start(path))
    };
    let near = routes().find(|route| begins_alike(route.pattern, 2));
    // A first segment that one dialect alone has is its own, whatever follows.
    let alone = || {
        let mut of_segment = routes().filter(|route| begins_alike(route.pattern, 1));
        let first = of_segment.next()?;
        of_segment
            .all(|route| route.dialect.name() == first.dialect.name())
            .then_some(first)
    };
    // One that several have is that of who has a route for it and nothing more.
    let root = || routes().find(|route| path.split('/').take(2).eq(route.pattern.split('/')));
    near.or_else(alone)
        .or_else(root)
        .map_or(&admin::Admin, |route| route.dialect)
}

/// A trailing slash changes nothing: some clients of Kubernetes send one.
fn match_path(pattern: &'static str, path: &str) -> Option<Params> {
    let path = if path.len() > 1 {
        path.strip_suffix('/').unwrap_or(path)
    } else {
        path
    };
    // Most routes are not the one: nothing is copied for them.
    fits(pattern, path).then(|| params(pattern, path)).flatten()
}

fn fits(pattern: &str, path: &str) -> bool {
    let mut actual = path.split('/');
    let fits = |segment: &str| {
        let is_param = segment.starts_with(':');
        let of_value = |value: &str| value == segment || is_param && !value.is_empty();
        actual.next().is_some_and(of_value)
    };
    pattern.split('/').all(fits) && actual.next().is_none()
}

/// None when a part is not UTF-8.
fn params(pattern: &'static str, path: &str) -> Option<Params> {
    let named = |(segment, value): (&'static str, &str)| {
        let name = segment.strip_prefix(':')?;
        Some(decode_segment(value).map(|value| (name, value)))
    };
    pattern
        .split('/')
        .zip(path.split('/'))
        .filter_map(named)
        .collect()
}

fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        _ => "DELETE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::route::Function;
    use std::collections::BTreeMap;

    #[test]
    fn params_are_decoded_after_the_path_is_split() {
        let (route, params) = find(&Method::GET, "/v2/runtime/connector/a%2Fb%20c/export").unwrap();
        assert_eq!(route.pattern, "/v2/runtime/connector/:name/export");
        assert_eq!(params, [("name", "a/b c".to_owned())]);
    }

    #[test]
    fn other_methods_and_other_paths_are_told_apart() {
        let wrong_method = find(&Method::DELETE, "/v2/runtime/connector/import").err();
        assert_eq!(
            wrong_method,
            Some(Error::MethodNotAllowed {
                allowed: vec!["POST"]
            })
        );
        assert!(matches!(
            find(&Method::GET, "/nowhere").err(),
            Some(Error::NotFound { .. })
        ));
    }

    #[test]
    fn unknown_paths_are_answered_by_whose_root_they_are_under() {
        for (path, dialect) in [
            ("/api/v9", "kubernetes"),
            ("/api/nothing/here", "kubernetes"),
            ("/apis/apps/v1", "kubernetes"),
            ("/api/connect/v9", "versori"),
            ("/nowhere", "admin"),
        ] {
            assert_eq!(dialect_of(path).name(), dialect, "{path}");
        }
    }

    #[test]
    fn no_route_hides_another() {
        for route in routes() {
            let path = route.pattern.replace(':', "x");
            let (found, _) = find(&route.method, &path).unwrap();
            assert_eq!(found.pattern, route.pattern, "{} is hidden", route.pattern);
        }
    }

    /// Spin routes by path alone: the trigger of a path is the function that reads it, or else the only one it has.
    /// `BLESS=1` rewrites the manifest.
    #[test]
    fn the_triggers_of_the_manifest_are_the_route_table() {
        let marks = ("# The route table begins.\n", "# The route table ends.\n");
        check_part("spin.toml", marks, &expected_triggers());
    }

    /// `BLESS=1` rewrites it.
    #[test]
    fn the_route_table_is_written_down() {
        let row = |route: &Route| {
            let access = route.access.needs();
            let (operation, function) = (route.operation, route.function().name());
            let success = success(route);
            format!(
                "| {} | `{}` | {operation} | {function} | {access} | {success} |\n",
                route.method, route.pattern
            )
        };
        let rows: String = routes().map(row).collect();
        let table = format!(
            "\n| method | path | operation | function | needs | success |\n|---|---|---|---|---|---|\n{rows}\n"
        );
        check_part(
            "docs/ROUTES.md",
            ("<!-- routes -->\n", "<!-- /routes -->\n"),
            &table,
        );
    }

    fn success(route: &Route) -> String {
        let success = route.success;
        let or = success.or.map(|status| format!(" or {}", status.as_u16()));
        let (status, or) = (success.status.as_u16(), or.unwrap_or_default());
        format!("{status}{or} {}", success.media_type)
            .trim()
            .to_owned()
    }

    fn check_part(file: &str, (begin, end): (&str, &str), expected: &str) {
        let file = format!("{}/../../../{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&file).unwrap();
        let (head, rest) = text.split_once(begin).unwrap();
        let (part, tail) = rest.split_once(end).unwrap();
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&file, format!("{head}{begin}{expected}{end}{tail}")).unwrap();
        } else {
            assert_eq!(part, expected, "BLESS=1 rewrites {file}");
        }
    }

    fn expected_triggers() -> String {
        let mut owners = BTreeMap::from([("/...", Function::Export)]);
        for route in routes() {
            let mut of_path = routes().filter(|other| other.pattern == route.pattern);
            let reads = of_path.any(|other| other.function() == Function::Export);
            owners.entry(route.pattern).or_insert(if reads {
                Function::Export
            } else {
                route.function()
            });
        }
        let trigger = |(path, owner): (&str, Function)| {
            format!(
                "\n[[trigger.http]]\nroute = \"{path}\"\ncomponent = \"{}\"\n",
                owner.name()
            )
        };
        let reached = |function: &Function| owners.values().any(|owner| owner == function);
        // What owns no path is reached by hand-over only, and for that Spin wants a trigger as well.
        let private: String = [Function::Import, Function::Update, Function::Probe]
            .into_iter()
            .filter(|function| !reached(function))
            .map(|function| {
                let name = function.name();
                format!(
                    "\n[[trigger.http]]\nroute = {{ private = true }}\ncomponent = \"{name}\"\n"
                )
            })
            .collect();
        let public: String = owners.into_iter().map(trigger).collect();
        format!("{public}{private}\n")
    }
}
