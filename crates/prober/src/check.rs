//! Whether the templates, expressions and scripts of a class can be used: asked when a class is
//! written, so that it is not found out when a connector is probed.

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::{FieldErrors, Fields};
use serde_json::Value;

use crate::budget::Budget;
use crate::definition::{Definition, script};
use crate::expression::Expression;
use crate::script::Purpose;
use crate::source::SourceError;
use crate::{script as rego, template};

/// Checks the document of a class.
///
/// # Errors
/// [`Error::Invalid`] with every field that is wrong; of a source, with line and column.
pub fn class(doc: &Value) -> Result<()> {
    let mut all = match Definition::parse(doc, "") {
        Ok(_) => Vec::new(),
        Err(Error::Invalid(faults)) => faults,
        Err(other) => return Err(other),
    };
    let budget = Budget::default();
    // What has another form than it should was told of already.
    let mut told = FieldErrors::default();
    if let Some(class) = told.object("", doc) {
        all.extend(sources(&class, &budget, &mut told));
    }
    Error::check(all)
}

fn sources(class: &Fields<'_>, budget: &Budget, told: &mut FieldErrors) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let auth = class.optional_object("auth", told);
    for (path, item) in auth
        .and_then(|auth| auth.optional_array("types", told))
        .unwrap_or_default()
    {
        let auth_type = told.object(&path, item);
        faults.extend(auth_type.and_then(|fields| {
            check_script(&fields, "generator", Purpose::Generator, budget, told)
        }));
    }
    let api = class.optional_object("api", told);
    faults.extend(
        api.and_then(|api| check_script(&api, "permissions", Purpose::Permissions, budget, told)),
    );
    let proxy = class.optional_object("proxy", told);
    faults.extend(proxy.and_then(|proxy| {
        check_script(
            &proxy,
            "authExtractor",
            Purpose::AuthExtractor,
            budget,
            told,
        )
    }));
    if let Some(probe) = class.optional_object("livenessProbe", told) {
        check_probe(&probe, told, &mut faults);
    }
    for (path, item) in class.optional_array("authProbes", told).unwrap_or_default() {
        let probe = told
            .object(&path, item)
            .and_then(|fields| fields.optional_object("probe", told));
        if let Some(probe) = probe {
            check_probe(&probe, told, &mut faults);
        }
    }
    faults
}

fn check_script(
    owner: &Fields<'_>,
    name: &str,
    purpose: Purpose,
    budget: &Budget,
    told: &mut FieldErrors,
) -> Option<FieldError> {
    let source = script(owner, name, told)?;
    let error = rego::check(&source, purpose, budget).err()?;
    Some(fault(format!("{}.rego", owner.path(name)), &error))
}

fn check_probe(probe: &Fields<'_>, told: &mut FieldErrors, faults: &mut Vec<FieldError>) {
    if let Some(api) = probe.optional_object("api", told) {
        faults.extend(check_template(&api, "path", told));
    }
    let Some(http) = probe.optional_object("http", told) else {
        return;
    };
    faults.extend(check_template(&http, "path", told));
    for (path, item) in http.optional_array("httpHeaders", told).unwrap_or_default() {
        let header = told.object(&path, item);
        faults.extend(header.and_then(|header| check_template(&header, "value", told)));
    }
    let Some(response) = http.optional_object("response", told) else {
        return;
    };
    let source = response
        .optional_string("cel", told)
        .filter(|source| !source.trim().is_empty());
    let error = source.and_then(|source| Expression::compile(source).err());
    faults.extend(error.map(|error| fault(response.path("cel"), &error)));
}

fn check_template(owner: &Fields<'_>, name: &str, told: &mut FieldErrors) -> Option<FieldError> {
    let source = owner.optional_string(name, told)?;
    let error = template::compile(source).err()?;
    Some(fault(owner.path(name), &error))
}

fn fault(path: String, error: &SourceError) -> FieldError {
    FieldError::new(path, FieldCode::Invalid, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_catalogue_can_be_used() {
        for class in hub::class::Class::catalogue() {
            let doc = &class.doc;
            assert_eq!(super::class(doc), Ok(()), "{}", doc["displayName"]);
        }
    }

    #[test]
    fn every_broken_source_is_told_with_its_place() {
        let doc = json!({
            "auth": {"types": [{"name": "a"}, {"name": "b", "generator": {"rego": "package proxy\nauth = {"}}]},
            "api": {"permissions": {"rego": "package wrong"}},
            "proxy": {"authExtractor": {"rego": "package proxy\nauth = {\"token\": x}"}},
            "livenessProbe": {"http": {"path": "/{{ nosuch }}", "response": {"cel": "true &&\n respons.body"}}},
            "authProbes": [{"authName": "a", "probe": {"http": {"path": "/", "method": "PUT", "httpHeaders": [
                {"name": "ok", "value": "{{ .Secret }}"}, {"name": "x", "value": "a\n{{ if }}"}]}}}],
        });
        let Err(Error::Invalid(faults)) = class(&doc) else {
            panic!("it was accepted")
        };
        let found: Vec<String> = faults.iter().map(|fault| fault.field.clone()).collect();
        let expected = [
            "authProbes[0].probe.http.method",
            "auth.types[1].generator.rego",
            "api.permissions.rego",
            "proxy.authExtractor.rego",
            "livenessProbe.http.path",
            "livenessProbe.http.response.cel",
            "authProbes[0].probe.http.httpHeaders[1].value",
        ];
        assert_eq!(found, expected);
        let with_place = faults
            .iter()
            .filter(|fault| fault.message.starts_with("line "));
        assert_eq!(with_place.count(), 6, "{faults:?}");
        assert!(
            faults.iter().any(|fault| fault
                .message
                .starts_with("line 2, column 2: there is no variable")),
            "{faults:?}"
        );
    }
}
