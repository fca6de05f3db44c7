//! The rules: data with which a dialect states how its documents merge.
//!
//! They are JSON; every member may be left out and an unknown one is an error. Places are
//! [`Pattern`]s: JSON Pointers in which `*` stands for any member or row. Where several patterns
//! fit a place, the first one counts.
//!
//! | operation | rules |
//! |---|---|
//! | `template` | [`TemplateRules`] |
//! | `replace` | [`ReplaceRules`] |
//! | `three-way`, `diff` | [`ListRules`] |
//! | `apply`, `manage-fields` | [`ApplyRules`] |
//! | `resolve` | [`ResolveRules`] |

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::{Code, Error};
use crate::limits;
use crate::pointer::{Path, Pattern};
use crate::reference::Reference;

/// Reads rules from JSON text.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let rules = limits::parse("set of rules", text)?;
    if !rules.is_object() {
        return Err(Error::field(
            "",
            Code::Malformed,
            "the rules must be an object; {} has none",
        ));
    }
    serde_json::from_value(rules).map_err(|problem| {
        Error::field(
            "",
            Code::Malformed,
            format!("the rules are not understood: {problem}"),
        )
    })
}

/// Which lists have a key, a member whose value names the row: `{"lists": [{"path": "/params",
/// "key": "name"}]}`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ListRules {
    /// The lists that have a key.
    pub lists: Vec<KeyedList>,
}

/// A list whose rows are found by key instead of by index.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyedList {
    /// The list.
    pub path: Pattern,
    /// The member that names a row.
    pub key: String,
}

/// How a payload is laid over a template.
///
/// ```json
/// {"lists": [
///   {"path": "/applications", "key": "appType", "select": "payload"},
///   {"path": "/applications/*/appConfigs", "key": "name", "select": "union"}]}
/// ```
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TemplateRules {
    /// The lists that are merged row by row. Any other list is taken whole: the payload's, or else
    /// the template's.
    pub lists: Vec<TemplateList>,
}

/// A list that is merged with the template's row by row.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateList {
    /// The list.
    pub path: Pattern,
    /// The member that names a row.
    pub key: String,
    /// Which rows the result has.
    pub select: Select,
}

/// Which rows a merged list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Select {
    /// The payload's rows, each laid over the template's row of the same key, which must exist.
    Payload,
    /// The template's rows in their order, each replaced as a whole by the payload's row of the
    /// same key; then the rest of the payload's rows in theirs.
    Union,
}

/// What a full replacement must not touch.
///
/// ```json
/// {"server": ["/id", "/createdAt"],
///  "immutable": [{"path": "/connector/id", "empty": true}],
///  "keep": ["/connectionVariables"],
///  "reorder_only": [{"path": "/authSchemeConfigs", "key": "id"}],
///  "lists": [{"path": "/rows", "key": "name"}],
///  "mask": {"text": "******", "asterisks": 2, "unmatched": "error"}}
/// ```
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReplaceRules {
    /// Members that only the server sets: the payload's value is ignored.
    pub server: Vec<Pattern>,
    /// Members that cannot change once they have a value.
    pub immutable: Vec<Immutable>,
    /// Members that stay when the payload omits them.
    pub keep: Vec<Pattern>,
    /// Lists that can be put in another order and nothing else. The payload's rows are keys, or
    /// objects that have the key; of them nothing but the key is read.
    pub reorder_only: Vec<ReorderOnly>,
    /// Lists in which a row's current value is the one with the same key. In any other list it is
    /// the one at the same index.
    pub lists: Vec<KeyedList>,
    /// How a reply hides a secret. Sent back, it keeps what is stored.
    pub mask: Option<Mask>,
}

/// A member that cannot change once it has a value: omitted or equal is fine.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Immutable {
    /// The member.
    pub path: Pattern,
    /// Whether the empty string counts as omitted.
    #[serde(default)]
    pub empty: bool,
}

/// A list that can be put in another order and nothing else.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReorderOnly {
    /// The list.
    pub path: Pattern,
    /// The member that names a row; none for a list of scalars.
    #[serde(default)]
    pub key: Option<String>,
}

/// A string that stands for the stored value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mask {
    /// The mask.
    pub text: String,
    /// If given, a string of this many asterisks or more is a mask too. Mind that a single `*` is
    /// often a real value.
    #[serde(default)]
    pub asterisks: Option<usize>,
    /// What to do with a mask where nothing is stored.
    #[serde(default)]
    pub unmatched: Unmatched,
}

/// What to do with a mask where nothing is stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unmatched {
    /// Refuse it.
    #[default]
    Error,
    /// Leave the member or row out.
    Drop,
}

/// What a schema says about merging, for server-side apply. What no rule names is granular if it is
/// an object and atomic if it is a list, as Kubernetes has it for custom resources.
///
/// ```json
/// {"types": [
///    {"path": "/spec/params", "type": "map", "keys": ["name"]},
///    {"path": "/metadata/finalizers", "type": "set"},
///    {"path": "/spec/auth/secretRef", "type": "atomic"}],
///  "unowned": ["/apiVersion", "/kind", "/metadata/.", "/metadata/name", "/metadata/namespace"],
///  "server": ["/metadata/uid", "/metadata/generation", "/status"]}
/// ```
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ApplyRules {
    /// How lists and objects merge.
    pub types: Vec<MergeType>,
    /// What nobody owns: it merges, but never conflicts and is never removed. A pattern takes in
    /// everything beneath it, unless its last token is `.`: then only the object itself is
    /// meant.
    pub unowned: Vec<Pattern>,
    /// What the payload cannot set: it is ignored there, and nobody owns it.
    pub server: Vec<Pattern>,
}

/// How one list or object merges.
#[derive(Debug, Clone, Deserialize)]
pub struct MergeType {
    /// The list or object.
    pub path: Pattern,
    /// How it merges.
    #[serde(flatten)]
    pub kind: MergeKind,
}

/// How a list or an object merges.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
pub enum MergeKind {
    /// A list of objects that the values of these members tell apart.
    Map {
        /// The members.
        keys: Vec<String>,
    },
    /// A list of distinct scalars.
    Set,
    /// A list or an object that is owned and replaced as a whole.
    Atomic,
}

/// How references are resolved.
///
/// ```json
/// {"always_by_id": ["RULE"], "defaults": [{"type": "IDENTITY", "id": "2c91", "name": "Admin"}]}
/// ```
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ResolveRules {
    /// Types whose names mean nothing: they resolve by id only.
    pub always_by_id: Vec<String>,
    /// What stands in for a reference that is not found; the first of a type counts.
    pub defaults: Vec<Reference>,
}

impl ListRules {
    pub(crate) fn key_at(&self, path: &Path) -> Option<&str> {
        key_at(&self.lists, path)
    }
}

impl TemplateRules {
    pub(crate) fn list_at(&self, path: &Path) -> Option<&TemplateList> {
        self.lists.iter().find(|list| list.path.matches(path))
    }
}

impl ReplaceRules {
    pub(crate) fn key_at(&self, path: &Path) -> Option<&str> {
        key_at(&self.lists, path)
    }

    pub(crate) fn is_server(&self, path: &Path) -> bool {
        self.server.iter().any(|pattern| pattern.matches(path))
    }

    pub(crate) fn immutable_at(&self, path: &Path) -> Option<&Immutable> {
        self.immutable.iter().find(|rule| rule.path.matches(path))
    }

    pub(crate) fn reorder_at(&self, path: &Path) -> Option<&ReorderOnly> {
        self.reorder_only
            .iter()
            .find(|rule| rule.path.matches(path))
    }

    /// Whether an omitted member stays.
    pub(crate) fn stays(&self, path: &Path) -> bool {
        self.keep.iter().any(|pattern| pattern.matches(path))
            || self.immutable_at(path).is_some()
            || self.reorder_at(path).is_some()
    }

    pub(crate) fn is_mask(&self, text: &str) -> bool {
        self.mask.as_ref().is_some_and(|mask| {
            let asterisks = mask
                .asterisks
                .is_some_and(|least| text.len() >= least.max(1));
            text == mask.text || (asterisks && text.bytes().all(|byte| byte == b'*'))
        })
    }
}

fn key_at<'r>(lists: &'r [KeyedList], path: &Path) -> Option<&'r str> {
    lists
        .iter()
        .find(|list| list.path.matches(path))
        .map(|list| list.key.as_str())
}
