//! Connections as they are stored: `{credentials: {action?, trigger?}, variables}`, each item of
//! the lists being `{id, authSchemeConfig, credential?}` with the uid of its credential.

use hub::id::Uid;
use hub::object::Object;
use serde_json::Value;

use crate::auth::config;
use crate::text::Members;

/// What credentials are for.
pub(crate) const LISTS: [&str; 2] = ["action", "trigger"];

/// One of the lists, where there is one.
pub(crate) fn items<'c>(connection: &'c Object, list: &str) -> Option<&'c Vec<Value>> {
    connection.doc.get("credentials")?.get(list)?.as_array()
}

/// All credentials that a connection refers to, in its items and in the grants of their configs.
pub(crate) fn references(connection: &Object) -> impl Iterator<Item = Uid> {
    let own = all_items(connection).filter_map(|item| Uid::parse_hex(item.text_at("credential")?));
    let grants = all_items(connection)
        .filter_map(|item| config::credential_of(item.get("authSchemeConfig")?.as_object()?));
    own.chain(grants)
}

fn all_items(connection: &Object) -> impl Iterator<Item = &Value> {
    let lists = LISTS.into_iter();
    lists.flat_map(|list| items(connection, list).into_iter().flatten())
}
