//! The secret object of a connector, which changes in the same plan as the connector.

use hub::connector::Secrets;
use hub::error::Result;
use hub::object::{Kind, Object};
use hub::plan::{Change, Uniqueness};
use hub::time::Timestamp;
use serde_json::{Map, Value, json};

use super::Vault;

impl Vault {
    /// What becomes of the secret object `owned` of a connector that is to hold `secrets`: entries
    /// that stay are copied as they are sealed, and so are those that are given the value that they
    /// have; new ones are sealed, the others are dropped.
    /// None when nothing is to be done.
    ///
    /// # Errors
    /// Those of [`Vault::seal`].
    pub fn change(
        &self,
        connector: &Object,
        owned: Option<Object>,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<Option<Change>> {
        let mut data = Map::new();
        let sealed = owned.as_ref().and_then(|owned| owned.doc.get("data"));
        for (entry, value) in sealed.and_then(Value::as_object).into_iter().flatten() {
            if secrets.kept.contains(entry) {
                data.insert(entry.clone(), value.clone());
            }
        }
        for (entry, value) in &secrets.new {
            let same = sealed
                .and_then(|sealed| sealed.get(entry)?.as_str())
                .filter(|sealed| {
                    let stored = self.open(connector.scope, entry, sealed);
                    stored.is_ok_and(|stored| stored == *value)
                });
            let value = match same {
                Some(sealed) => sealed.to_owned(),
                None => self.seal(connector.scope, entry, value)?,
            };
            data.insert(entry.clone(), json!(value));
        }
        let doc = json!({"data": data});
        Ok(match owned {
            Some(owned) if data.is_empty() => Some(Change::delete(owned, now)),
            Some(owned) if owned.doc == doc => None,
            Some(owned) => Some(Change::update(owned, doc, now)),
            None if data.is_empty() => None,
            None => {
                let (kind, scope, name) = (Kind::Secret, connector.scope, &connector.name);
                let mut change = Change::create(kind, scope, name, doc, Uniqueness::None, now)?;
                change.object.parent = Some(connector.uid);
                Some(change)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use hub::secret::Clear;

    use super::*;

    #[test]
    fn a_value_that_is_given_again_stays_as_it_is_sealed() {
        let (vault, now) = (Vault::new("correct horse"), Timestamp::from_millis(0));
        let connector = Change::create(Kind::Connector, 7, "a", json!({}), Uniqueness::None, now);
        let connector = connector.unwrap().object;
        let given = |value: &str| Secrets {
            new: vec![("params.a".to_owned(), Clear::new(value))],
            ..Secrets::default()
        };
        let first = vault.change(&connector, None, &given("x"), now).unwrap();
        let owned = first.unwrap().object;
        let again = vault.change(&connector, Some(owned.clone()), &given("x"), now);
        assert!(again.unwrap().is_none());
        let other = vault.change(&connector, Some(owned.clone()), &given("y"), now);
        assert_ne!(other.unwrap().unwrap().object.doc, owned.doc);
    }
}
