use serde_json::json;

use super::*;

/// A value that the parameter cannot have.
fn bad(parameter: &Parameter) -> Value {
    json!({"not": ["what", parameter.kind, "is"]})
}

/// The rows of a template with those of a payload over them, as a merge leaves them: in the order
/// of the template, what only the payload has at the end.
fn merged(template: &[Value], sent: &[Value]) -> Vec<Value> {
    let named = |rows: &[Value], row: &Value| {
        rows.iter()
            .find(|other| other["name"] == row["name"])
            .cloned()
    };
    let over = |row: &Value| named(sent, row).unwrap_or_else(|| row.clone());
    let extra = sent.iter().filter(|row| named(template, row).is_none());
    template.iter().map(over).chain(extra.cloned()).collect()
}

#[test]
fn fields_are_those_of_what_was_sent_for_every_class() {
    let mut walked = 0;
    for class in Class::catalogue() {
        for (index, kind) in class.application_types.iter().enumerate() {
            let names = kind
                .app_configs
                .iter()
                .map(|row| row["name"].as_str().unwrap());
            let known: Vec<&Parameter> = names.filter_map(|name| class.parameter(name)).collect();
            for parameter in known
                .iter()
                .filter(|one| !one.is_sensitive() && one.kind != "object")
            {
                let sent_rows = [
                    json!({"name": "MINE", "value": 1}),
                    json!({"name": parameter.name, "value": bad(parameter)}),
                ];
                // Another application goes first in what was sent, and last in what is merged.
                let other = json!({"appType": "OTHER", "appConfigs": [], "deployConfigs": []});
                let sent = json!({"applications": [other, {"appType": kind.name, "appConfigs": sent_rows}]});
                let rows = merged(&kind.app_configs, &sent_rows);
                let mut doc =
                    json!({"applications": [{"appType": kind.name, "appConfigs": rows}, other]});
                let error = check_rows(&mut doc, class).unwrap_err();
                let Error::Invalid(faults) = fields_as_sent(error, &doc, &sent) else {
                    panic!("no fields")
                };
                for fault in faults {
                    let list = "applications[1].appConfigs";
                    let row = "applications[1].appConfigs[1].value";
                    let place = if fault.message.contains("is required") {
                        list
                    } else {
                        row
                    };
                    assert_eq!(fault.field, place, "{} {index}: {fault}", class.name);
                }
                walked += 1;
            }
        }
    }
    assert!(walked > 50, "{walked}");
}

#[test]
fn what_was_not_merged_stays_where_it_is() {
    let doc = json!({"params": [{"name": "a"}], "auth": {"params": [{"name": "b"}]}});
    let fault = |field: &str| FieldError::new(field, FieldCode::Invalid, "no");
    let fields = [
        "params[0].value",
        "auth.params[0].value",
        "name",
        "rows[3].value",
        "x]",
    ];
    let error = Error::Invalid(fields.map(fault).to_vec());
    assert_eq!(fields_as_sent(error.clone(), &doc, &doc), error);
    let other = Error::Malformed("no".to_owned());
    assert_eq!(fields_as_sent(other.clone(), &doc, &doc), other);
}
