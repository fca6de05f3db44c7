//! What a class says of itself for this dialect: the member `versori` of its document.

use hub::fields::FieldErrors;
use serde_json::Value;

/// The member of a class's document that is this dialect's.
const PART: &str = "versori";

/// Notes what is wrong with this dialect's part of the document of a class.
pub(crate) fn check(doc: &Value, faults: &mut FieldErrors) {
    let Some(part) = doc.get(PART).filter(|part| !part.is_null()) else {
        return;
    };
    let Some(part) = faults.object(PART, part) else {
        return;
    };
    if part.get("protocol").is_some() {
        part.string("protocol", faults);
    }
    part.optional_string("iconURL", faults);
    let schemes = part.optional_array("authSchemes", faults);
    for (path, scheme) in schemes.unwrap_or_default() {
        if !scheme.is_string() {
            faults.wrong_type(&path, "a string");
        }
    }
}

#[cfg(test)]
mod tests {
    use hub::class::Class;
    use serde_json::json;

    use super::*;

    fn fields(doc: &Value) -> Vec<String> {
        let mut faults = FieldErrors::default();
        check(doc, &mut faults);
        let faults = faults.into_inner().into_iter();
        faults.map(|fault| fault.field).collect()
    }

    #[test]
    fn every_member_is_checked() {
        let table = [
            (json!("x"), "versori"),
            (json!({"protocol": 1}), "versori.protocol"),
            (json!({"protocol": ""}), "versori.protocol"),
            (json!({"iconURL": []}), "versori.iconURL"),
            (json!({"authSchemes": "none"}), "versori.authSchemes"),
            (
                json!({"authSchemes": ["none", 1]}),
                "versori.authSchemes[1]",
            ),
        ];
        for (part, field) in table {
            assert_eq!(fields(&json!({PART: part})), [field], "{part}");
        }
    }

    #[test]
    fn the_catalogue_is_valid() {
        for class in Class::catalogue() {
            assert_eq!(fields(&class.doc), Vec::<String>::new(), "{}", class.name);
        }
    }
}
