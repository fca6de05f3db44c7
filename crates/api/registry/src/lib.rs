//! The list of the dialects, and of all that is answered.

use api::Dialect;
use api::request::decode_segment;
use api::route::{Params, Route};
use api::scope::ScopeName;
use api::task::Task;
use http::Method;
use hub::class;
use hub::dialects::Dialects;
use hub::error::{Error, FieldError, Result};
use hub::fields::FieldErrors;
use hub::scope::NAME;
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
    #[cfg(feature = "sixth-dialect")]
    (&sixth::Sixth, &[sixth::ROUTES]),
];

pub fn dialects() -> impl Iterator<Item = &'static dyn Dialect> {
    DIALECTS.iter().map(|(dialect, _)| *dialect)
}

/// The dialects that have a word for a scope, and what it is.
pub fn scope_names() -> impl Iterator<Item = (&'static dyn Dialect, &'static dyn ScopeName)> {
    dialects().filter_map(|dialect| Some((dialect, dialect.scope_name()?)))
}

/// All of them together.
pub struct Registry;

impl Dialects for Registry {
    fn scope_names(&self) -> Vec<(&'static str, &'static dyn ScopeName)> {
        scope_names()
            .filter(|(_, form)| form.field() != NAME)
            .map(|(dialect, form)| (dialect.name(), form))
            .collect()
    }

    fn ca_secret<'d>(&self, doc: &'d Value) -> Option<&'d str> {
        dialects().find_map(|dialect| dialect.ca_secret(doc))
    }
}

/// Makes the document of a connector that of a new one like it: without what says who the other one
/// is and who manages it.
pub fn strip_identity(doc: &mut Value) {
    if let Some(members) = doc.as_object_mut() {
        members.shift_remove("status");
    }
    for dialect in dialects() {
        dialect.strip_identity(doc);
    }
}

/// Everything that is wrong with the document of a class, in the hub's paths.
pub fn class_faults(doc: &Value) -> Vec<FieldError> {
    let mut faults = FieldErrors::default();
    class::check(doc, &mut faults);
    for dialect in dialects() {
        dialect.check_class(doc, &mut faults);
    }
    faults.into_inner()
}

/// The task that jobs of this name do.
pub fn task(name: &str) -> Option<&'static dyn Task> {
    let mut tasks = dialects().flat_map(|dialect| dialect.tasks().iter().copied());
    tasks.find(|task| task.name() == name)
}

/// All the routes. Of two that match a path, the one with a literal where the other has a name
/// comes first.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    DIALECTS
        .iter()
        .flat_map(|(_, tables)| tables.iter().copied().flatten())
}

/// Finds the route of a request.
///
/// # Errors
/// [`Error::NotFound`] when no route has the path, [`Error::MethodNotAllowed`] when one has it for
/// other methods.
pub fn find(method: &Method, path: &str) -> Result<(&'static Route, Params)> {
    let mut allowed = Vec::new();
    for route in routes() {
        let Some(params) = match_path(route.pattern, path) else {
            continue;
        };
        if route.method == *method || (*method == Method::HEAD && route.method == Method::GET) {
            return Ok((route, params));
        }
        let name = method_name(&route.method);
        if !allowed.contains(&name) {
            allowed.push(name);
        }
    }
    if allowed.is_empty() {
        return Err(Error::NotFound {
            kind: "route",
            name: path.to_owned(),
        });
    }
    Err(Error::MethodNotAllowed { allowed })
}

/// The dialect whose paths begin like this one: who answers when no route matches. Of several the
/// first; ours where a path begins like none.
pub fn dialect_of(path: &str) -> &'static dyn Dialect {
    let mut nearest: (usize, &'static dyn Dialect) = (0, &admin::Admin);
    for route in routes() {
        let alike = segments_alike(route.pattern, path);
        if alike > nearest.0 {
            nearest = (alike, route.dialect);
        }
    }
    nearest.1
}

/// How many segments of a path are as a pattern has them, from the first on.
fn segments_alike(pattern: &str, path: &str) -> usize {
    let pairs = pattern.split('/').skip(1).zip(path.split('/').skip(1));
    pairs
        .take_while(|(segment, value)| segment_fits(segment, value))
        .count()
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
    let fits = |segment| {
        actual
            .next()
            .is_some_and(|value| segment_fits(segment, value))
    };
    pattern.split('/').all(fits) && actual.next().is_none()
}

fn segment_fits(segment: &str, value: &str) -> bool {
    value == segment || segment.starts_with(':') && !value.is_empty()
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
    use hub::time::Timestamp;
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
    fn no_two_tasks_have_the_same_name() {
        let tasks = dialects().flat_map(|dialect| dialect.tasks());
        let mut names: Vec<_> = tasks.map(|task| task.name()).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(names.iter().all(|name| task(name).is_some()));
        assert!(task("unheard of").is_none());
    }

    #[test]
    fn what_names_a_scope_reads_what_it_makes() {
        for (dialect, name) in scope_names() {
            let made = name.generate("team-a", Timestamp::now()).unwrap();
            let dialect = dialect.name();
            assert_eq!(name.parse(&made), Some(made.clone()), "{dialect}");
            assert_eq!(name.parse_json(&name.json(&made)), Some(made), "{dialect}");
            assert_eq!(name.parse(""), None, "{dialect}");
        }
    }

    #[test]
    fn who_has_paths_that_begin_alike_says_that_there_is_none() {
        for (path, dialect) in [
            ("/nowhere", "admin"),
            ("/", "admin"),
            ("/v1/scopes/a/b/c/d", "admin"),
            ("/v1/environments/x/y", "pingone"),
            ("/environments/x/y", "pingone"),
            ("/v2/runtime/x", "privacera"),
            ("/api/v9", "kubernetes"),
            ("/api/nothing/here", "kubernetes"),
            ("/api/connect/v9", "versori"),
            ("/apis/unheard.of/v1", "kubernetes"),
            ("/o/x/y", "versori"),
            ("/beta/sp-config/x", "sailpoint"),
            ("/sixth/realms/x/y", "sixth"),
        ] {
            assert_eq!(dialect_of(path).name(), dialect, "{path}");
        }
        for route in routes() {
            let path = format!("{}/and/more", route.pattern.replace(':', "x"));
            assert_eq!(dialect_of(&path).name(), route.dialect.name(), "{path}");
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

    /// Spin routes by path alone: the trigger of a path is the function that reads it, or else the
    /// only one it has. `BLESS=1` rewrites the manifest.
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
        let rows: String = deployed().map(row).collect();
        let table = format!(
            "\n| method | path | operation | function | needs | success |\n|---|---|---|---|---|---|\n{rows}\n"
        );
        check_part(
            "docs/routes.md",
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

    /// All the routes that are deployed: those of the tests' own dialect are not.
    fn deployed() -> impl Iterator<Item = &'static Route> {
        routes().filter(|route| route.dialect.name() != "sixth")
    }

    fn expected_triggers() -> String {
        let mut owners = BTreeMap::from([("/...", Function::Export)]);
        for route in deployed() {
            let mut of_path = deployed().filter(|other| other.pattern == route.pattern);
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
        // What owns no path is reached by hand-over only, and for that Spin wants a trigger as
        // well.
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
