//! Probes: of one connector, of many, and of all that are due.

use hub::command::{ObjectRef, Probe};
use hub::error::{Error, FieldCode, FieldError};
use hub::fetch::FetchTarget;
use hub::fields::{FieldErrors, Fields};
use hub::id::Uid;
use hub::object::Object;
use hub::probing::{Round, Selector, Sweep};
use serde::Serialize;
use serde_json::{Value, json};

use super::parse::refuse_unknown;
use api::request::Request;
use api::route::Parsed;

/// The most names or classes of a selector.
const SELECTED_MAX: usize = 1000;

/// `POST /v1/scopes/{scope}/connectors/{connector}/probe`: the connector by its id in any form, or
/// by its DNS name.
pub(crate) fn probe(request: &Request) -> Parsed<Probe> {
    let name = request.param("connector");
    let uid = Uid::parse_hex(name).or_else(|| Uid::parse_ulid(name));
    Ok(
        Probe::Connector(uid.map_or_else(|| ObjectRef::Slug(name.to_owned()), ObjectRef::Uid))
            .into(),
    )
}

/// `POST /v1/scopes/{scope}/probes`
pub(crate) fn start_round(request: &Request) -> Parsed<Probe> {
    let body = if request.body.is_empty() {
        json!({})
    } else {
        request.json()?
    };
    let mut faults = FieldErrors::default();
    let selector = faults.object("", &body).map(|fields| {
        refuse_unknown(&fields, &["names", "classes", "ready"], &mut faults);
        Selector {
            names: strings(&fields, "names", &mut faults),
            classes: strings(&fields, "classes", &mut faults),
            ready: choices(&fields, &mut faults),
        }
    });
    faults.finish(Probe::StartRound(selector.unwrap_or_default()).into())
}

fn strings(fields: &Fields<'_>, name: &str, faults: &mut FieldErrors) -> Vec<String> {
    let mut strings = Vec::new();
    let items = fields.optional_array(name, faults).unwrap_or_default();
    if items.len() > SELECTED_MAX {
        let message = format!("must have at most {SELECTED_MAX} entries");
        faults.push(FieldError::new(
            fields.path(name),
            FieldCode::TooLong,
            message,
        ));
        return strings;
    }
    for (path, item) in items {
        match item.as_str() {
            Some(text) => strings.push(text.to_owned()),
            None => faults.wrong_type(&path, "a string"),
        }
    }
    strings
}

/// The statuses of the condition `Ready`.
fn choices(fields: &Fields<'_>, faults: &mut FieldErrors) -> Vec<String> {
    const STATUSES: [&str; 3] = ["True", "False", "Unknown"];
    let given = strings(fields, "ready", faults);
    for (index, status) in given.iter().enumerate() {
        if !STATUSES.contains(&status.as_str()) {
            let allowed = STATUSES.iter().map(ToString::to_string).collect();
            faults.push(FieldError::unsupported(
                format!("ready[{index}]"),
                status,
                allowed,
            ));
        }
    }
    given
}

/// `GET /v1/scopes/{scope}/probes/{round}`
pub(crate) fn get_round(request: &Request) -> Parsed<Probe> {
    let id = request.param("round");
    let uid = Uid::parse_hex(id).ok_or_else(|| Error::NotFound {
        kind: "probe round",
        name: id.to_owned(),
    })?;
    Ok(Probe::GetRound(uid).into())
}

/// `POST /v1/functions/probe/fetch`
pub(crate) fn fetch(request: &Request) -> Parsed<Probe> {
    let outgoing = FetchTarget::from_json(&request.json()?);
    let outgoing = outgoing.ok_or_else(|| Error::Malformed("not a fetch".to_owned()))?;
    Ok(Probe::Fetch(outgoing).into())
}

/// A connector with what its probe found.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Probed<'c> {
    id: String,
    name: &'c str,
    slug: &'c str,
    generation: i64,
    observed_generation: Option<&'c Value>,
    conditions: &'c [Value],
}

/// A connector as its probe left it.
pub(crate) fn probed(connector: &Object) -> Probed<'_> {
    let status = |name: &str| connector.doc.get("status")?.get(name);
    let conditions = status("conditions").and_then(Value::as_array);
    Probed {
        id: connector.uid.hex(),
        name: &connector.name,
        slug: &connector.slug,
        generation: connector.generation,
        observed_generation: status("observedGeneration"),
        conditions: conditions.map(Vec::as_slice).unwrap_or_default(),
    }
}

/// How far a round of probes is.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Progress {
    id: String,
    state: &'static str,
    total: i64,
    done: i64,
    pending: i64,
    created_at: String,
}

/// How far a round is.
pub(crate) fn round(round: &Round) -> Progress {
    Progress {
        id: round.id.hex(),
        state: if round.pending == 0 {
            "done"
        } else {
            "running"
        },
        total: round.total,
        done: round.total.saturating_sub(round.pending),
        pending: round.pending,
        created_at: round.at.rfc3339_millis(),
    }
}

/// What a sweep did.
#[derive(Serialize)]
pub(crate) struct Swept {
    probed: u64,
    ready: u64,
    failed: u64,
    due: i64,
}

/// What a sweep did.
pub(crate) fn swept(sweep: Sweep) -> Swept {
    let Sweep {
        probed,
        ready,
        failed,
        due,
    } = sweep;
    Swept {
        probed,
        ready,
        failed,
        due,
    }
}
