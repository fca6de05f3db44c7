//! The ways to authenticate that a class has, and how they are probed.

use hub::error::{FieldCode, FieldError};
use hub::fields::{FieldErrors, Fields};
use serde_json::{Map, Value};

use super::annotation::{CREDENTIALS, annotation};
use super::{AuthProbe, AuthType, defaults, http, refuse_duplicate, script};

pub(super) fn types(class: &Fields<'_>, faults: &mut FieldErrors) -> Vec<AuthType> {
    let auth = class.optional_object("auth", faults);
    let types = auth.and_then(|auth| auth.optional_array("types", faults));
    let (annotated, parameters) = (annotated(class, faults), parameters(class));
    let mut read: Vec<AuthType> = Vec::new();
    for (path, item) in types.unwrap_or_default() {
        let Some(fields) = faults.object(&path, item) else {
            continue;
        };
        let name = fields.string("name", faults).unwrap_or_default();
        refuse_duplicate(
            read.iter().any(|known| known.name == name),
            fields.path("name"),
            faults,
        );
        let secret_type = fields
            .optional_string("secretType", faults)
            .filter(|text| !text.is_empty());
        let keys = keys(&fields, secret_type, faults);
        let credentials = credentials(&fields, annotated.get(name), faults)
            .unwrap_or_else(|| by_name(&keys, &parameters));
        read.push(AuthType {
            name: name.to_owned(),
            secret_type: secret_type.map(str::to_owned),
            is_optional: fields.optional_bool("optional", faults).unwrap_or_default(),
            keys,
            generator: script(&fields, "generator", faults),
            credentials,
            when: when(&fields, faults),
        });
    }
    read
}

/// The annotation with the credentials of all types.
fn annotated(class: &Fields<'_>, faults: &mut FieldErrors) -> Map<String, Value> {
    let Some(text) = annotation(class, CREDENTIALS) else {
        return Map::new();
    };
    serde_json::from_str(text).unwrap_or_else(|_| {
        let field = format!("metadata.annotations[{CREDENTIALS}]");
        let message = "must be a JSON object: {\"<auth type>\": {\"<entry>\": \"<parameter>\"}}";
        faults.push(FieldError::new(field, FieldCode::Invalid, message));
        Map::new()
    })
}

/// The parameters that entries are, as the type or the annotation says; nothing where neither does.
fn credentials(
    auth_type: &Fields<'_>,
    annotated: Option<&Value>,
    faults: &mut FieldErrors,
) -> Option<Vec<(String, String)>> {
    let given = match (auth_type.optional_object("credentials", faults), annotated) {
        (Some(given), _) => given,
        (None, annotated) => {
            faults.object(&format!("metadata.annotations[{CREDENTIALS}]"), annotated?)?
        }
    };
    let mut credentials = Vec::new();
    for entry in given.members().keys() {
        if let Some(parameter) = given.string(entry, faults) {
            credentials.push((entry.clone(), parameter.to_owned()));
        }
    }
    Some(credentials)
}

/// Entries that are the parameters of their names, where all are.
fn by_name(keys: &[String], parameters: &[&str]) -> Vec<(String, String)> {
    if !keys.iter().all(|key| parameters.contains(&key.as_str())) {
        return Vec::new();
    }
    keys.iter().map(|key| (key.clone(), key.clone())).collect()
}

/// The names of the parameters of a class.
fn parameters<'a>(class: &Fields<'a>) -> Vec<&'a str> {
    let lists = ["parameters", "params"].into_iter();
    let rows = lists
        .filter_map(|list| class.get(list)?.as_array())
        .flatten();
    rows.filter_map(|row| row.get("name")?.as_str()).collect()
}

fn when(auth_type: &Fields<'_>, faults: &mut FieldErrors) -> Option<(String, String)> {
    let when = auth_type.optional_object("when", faults)?;
    let parameter = when.string("parameter", faults)?;
    Some((
        parameter.to_owned(),
        when.string("value", faults)?.to_owned(),
    ))
}

/// The entries of a secret: those that are declared and have no default, or else those that a known
/// type has by convention.
fn keys(
    auth_type: &Fields<'_>,
    secret_type: Option<&str>,
    faults: &mut FieldErrors,
) -> Vec<String> {
    let declared = auth_type
        .optional_array("params", faults)
        .unwrap_or_default();
    let mut keys = Vec::new();
    for (path, item) in &declared {
        let Some(param) = faults.object(path, item) else {
            continue;
        };
        let name = param.string("name", faults).unwrap_or_default();
        if param.get("default").is_none() {
            keys.push(name.to_owned());
        }
    }
    if !declared.is_empty() {
        return keys;
    }
    let known: &[&str] = match secret_type.unwrap_or_default() {
        "kubernetes.io/basic-auth" | "cpaas.io/distribution-registry-token" => {
            &["username", "password"]
        }
        "kubernetes.io/ssh-auth" => &["ssh-privatekey"],
        "connectors.cpaas.io/bearer-token" | "connectors.cpaas.io/gitlab-pat-auth" => &["token"],
        _ => &[],
    };
    known.iter().map(ToString::to_string).collect()
}

pub(super) fn probes(class: &Fields<'_>, faults: &mut FieldErrors) -> Vec<AuthProbe> {
    let mut probes: Vec<AuthProbe> = Vec::new();
    for (path, item) in class
        .optional_array("authProbes", faults)
        .unwrap_or_default()
    {
        let Some(fields) = faults.object(&path, item) else {
            continue;
        };
        let auth_name = fields.string("authName", faults).unwrap_or_default();
        let is_there = probes.iter().any(|known| known.auth_name == auth_name);
        refuse_duplicate(is_there, fields.path("authName"), faults);
        let probe = fields.optional_object("probe", faults);
        let asked = probe.map(|probe| http::probes(&probe, faults));
        let Some(asked) = asked.filter(|asked| !asked.is_empty()) else {
            continue;
        };
        probes.push(AuthProbe {
            auth_name: auth_name.to_owned(),
            path: fields.path("probe"),
            defaults: defaults(&fields, faults),
            probes: asked,
        });
    }
    probes
}
