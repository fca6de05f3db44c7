//! What a class says of itself for this dialect: the member `pingone` of its document, in the form
//! that the official clients decode. One member of another form makes them fail on a whole list, so
//! it is refused when the class is written, and left out where it is stored from before.

use hub::class::Class;
use hub::error::FieldError;
use hub::fields::{FieldErrors, Fields};
use serde_json::Value;

/// The member of a class's document that is this dialect's.
pub(crate) const PART: &str = "pingone";

/// The published types of connectors.
pub(crate) const TYPES: [&str; 3] = ["core", "ping", "service"];

/// Notes what of a member is not as clients decode it.
type Form = fn(&Fields<'_>, &str, &mut FieldErrors);

/// The members that are shown, and their forms.
const FORMS: [(&str, Form); 11] = [
    ("id", text),
    ("type", choice),
    ("vendor", text),
    ("addressProperty", text),
    ("colors", colors),
    ("logos", logos),
    ("capabilities", capabilities),
    ("accountConfigView", view),
    ("credentialsView", view),
    ("sections", sections),
    ("flowSections", sections),
];

/// Notes what is wrong with this dialect's part of the document of a class.
pub(crate) fn check(doc: &Value, faults: &mut FieldErrors) {
    let Some(part) = doc.get(PART).filter(|part| !part.is_null()) else {
        return;
    };
    if let Some(part) = faults.object(PART, part) {
        for (name, form) in FORMS {
            form(&part, name, faults);
        }
    }
}

/// What a class says of itself, if it has the form that clients decode.
pub(crate) fn own<'c>(class: &'c Class, name: &str) -> Option<&'c Value> {
    let mut faults = FieldErrors::default();
    let part = faults.object(PART, class.doc.get(PART)?)?;
    let (_, form) = FORMS.iter().find(|(known, _)| *known == name)?;
    form(&part, name, &mut faults);
    part.get(name).filter(|_| faults.into_inner().is_empty())
}

fn choice(part: &Fields<'_>, name: &str, faults: &mut FieldErrors) {
    part.optional_choice(name, &TYPES, faults);
}

fn text(part: &Fields<'_>, name: &str, faults: &mut FieldErrors) {
    part.optional_string(name, faults);
}

fn colors(part: &Fields<'_>, name: &str, faults: &mut FieldErrors) {
    if let Some(colors) = part.optional_object(name, faults) {
        for color in colors.members().keys() {
            colors.optional_string(color, faults);
        }
    }
}

fn logos(part: &Fields<'_>, name: &str, faults: &mut FieldErrors) {
    let logos = part.optional_object(name, faults);
    let canvas = logos.and_then(|logos| logos.optional_object("canvas", faults));
    if let Some(canvas) = canvas {
        canvas.optional_string("imageFileName", faults);
    }
}

fn capabilities(part: &Fields<'_>, name: &str, faults: &mut FieldErrors) {
    let Some(capabilities) = part.optional_object(name, faults) else {
        return;
    };
    for (capability, value) in capabilities.members() {
        // Null is no object, and clients decode one.
        let capability = faults.object(&capabilities.path(capability), value);
        if let Some(capability) = capability {
            capability.optional_string("title", faults);
        }
    }
}

fn view(part: &Fields<'_>, name: &str, faults: &mut FieldErrors) {
    let Some(view) = part.optional_object(name, faults) else {
        return;
    };
    view.optional_string("componentViewSize", faults);
    if view.get("items").is_none() {
        faults.push(FieldError::required(view.path("items")));
    }
    items(&view, faults);
}

/// Items may have items, as deep as a document may be nested.
fn items(owner: &Fields<'_>, faults: &mut FieldErrors) {
    for (path, item) in owner.optional_array("items", faults).unwrap_or_default() {
        if let Some(item) = faults.object(&path, item) {
            item.string("propertyName", faults);
            items(&item, faults);
        }
    }
}

fn sections(part: &Fields<'_>, name: &str, faults: &mut FieldErrors) {
    for (path, item) in part.optional_array(name, faults).unwrap_or_default() {
        if let Some(section) = faults.object(&path, item) {
            section.string("name", faults);
            section.string("value", faults);
            section.optional_bool("default", faults);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connector::{details, metadata, minimal};
    use crate::tests::scope;

    fn fields(doc: &Value) -> Vec<String> {
        let mut faults = FieldErrors::default();
        check(doc, &mut faults);
        let faults = faults.into_inner().into_iter();
        faults.map(|fault| fault.field).collect()
    }

    /// Every member of the part with a value of another form, and the path of what is wrong.
    fn malformed() -> Vec<(Value, &'static str)> {
        vec![
            (json!({"id": 5}), "pingone.id"),
            (json!({"type": "other"}), "pingone.type"),
            (json!({"type": ["core"]}), "pingone.type"),
            (json!({"vendor": {}}), "pingone.vendor"),
            (json!({"addressProperty": 1}), "pingone.addressProperty"),
            (json!({"colors": "red"}), "pingone.colors"),
            (json!({"colors": {"canvas": 5}}), "pingone.colors.canvas"),
            (json!({"colors": {"dark": []}}), "pingone.colors.dark"),
            (json!({"logos": []}), "pingone.logos"),
            (json!({"logos": {"canvas": "x"}}), "pingone.logos.canvas"),
            (
                json!({"logos": {"canvas": {"imageFileName": 1}}}),
                "pingone.logos.canvas.imageFileName",
            ),
            (json!({"capabilities": []}), "pingone.capabilities"),
            (
                json!({"capabilities": {"a": "b"}}),
                "pingone.capabilities.a",
            ),
            (
                json!({"capabilities": {"a": null}}),
                "pingone.capabilities.a",
            ),
            (
                json!({"capabilities": {"a": {"title": 1}}}),
                "pingone.capabilities.a.title",
            ),
            (
                json!({"accountConfigView": []}),
                "pingone.accountConfigView",
            ),
            (
                json!({"accountConfigView": {}}),
                "pingone.accountConfigView.items",
            ),
            (
                json!({"accountConfigView": {"items": [{}]}}),
                "pingone.accountConfigView.items[0].propertyName",
            ),
            (
                json!({"accountConfigView": {"items": [{"propertyName": "a", "items": [1]}]}}),
                "pingone.accountConfigView.items[0].items[0]",
            ),
            (
                json!({"accountConfigView": {"items": [], "componentViewSize": 1}}),
                "pingone.accountConfigView.componentViewSize",
            ),
            (
                json!({"credentialsView": {"items": {}}}),
                "pingone.credentialsView.items",
            ),
            (json!({"sections": {}}), "pingone.sections"),
            (json!({"sections": ["a"]}), "pingone.sections[0]"),
            (
                json!({"sections": [{"name": "a"}]}),
                "pingone.sections[0].value",
            ),
            (
                json!({"sections": [{"name": "a", "value": "b", "default": "x"}]}),
                "pingone.sections[0].default",
            ),
            (
                json!({"flowSections": [{"name": 1, "value": "b"}]}),
                "pingone.flowSections[0].name",
            ),
        ]
    }

    #[test]
    fn what_clients_cannot_decode_is_refused_by_its_path() {
        for (part, field) in malformed() {
            let doc = json!({PART: part});
            assert_eq!(fields(&doc), [field], "{doc}");
        }
        assert_eq!(fields(&json!({PART: "x"})), [PART]);
        assert_eq!(fields(&json!({PART: null})), Vec::<String>::new());
        let tried: Vec<_> = malformed().into_iter().map(|(part, _)| part).collect();
        for (name, _) in FORMS {
            assert!(tried.iter().any(|part| part.get(name).is_some()), "{name}");
        }
    }

    #[test]
    fn what_is_stored_from_before_is_left_out() {
        let plain = Class::read("old", json!({}));
        for (part, field) in malformed() {
            let old = Class::read("old", json!({PART: part}));
            assert_eq!(metadata(&old), metadata(&plain), "{field}");
            assert_eq!(
                minimal(&old, &scope()),
                minimal(&plain, &scope()),
                "{field}"
            );
            assert_eq!(
                details(&old, &scope()),
                details(&plain, &scope()),
                "{field}"
            );
        }
    }

    #[test]
    fn what_a_class_does_not_say_is_as_where_it_says_nothing() {
        let class = |part: Value| metadata(&Class::read("a", json!({PART: part})));
        let plain = class(json!({}));
        let shown = class(json!({"colors": {"dark": "#000000"}, "logos": {"canvas": {}}}));
        assert_eq!(shown["colors"]["dark"], "#000000");
        assert_eq!(shown["colors"]["canvas"], plain["colors"]["canvas"]);
        assert_eq!(shown["logos"], plain["logos"]);
    }

    #[test]
    fn the_catalogue_is_as_clients_decode_it() {
        for class in Class::catalogue() {
            assert_eq!(fields(&class.doc), Vec::<String>::new(), "{}", class.name);
        }
    }
}
