//! Documents on their way to the hub and back, in a world made up for it.

mod bodies;
mod secrets;
mod versions;
mod words;

use std::rc::Rc;

use hub::class::Classes;
use hub::error::{Error, Result};
use hub::fetch::Fetched;
use hub::id::Uid;
use hub::object::{Kind, Object, ScopeId};
use hub::operation::{Computed, Merged, Operation, Reading, View, World};
use hub::plan::{Action as Done, Change, Origin};
use hub::scope::{NameIn, Scope, SecretStore};
use hub::search::{SearchPage, SearchRequest};
use hub::secret::{Clear, Raw};
use hub::time::Timestamp;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::connection::operations::{CreateConnection, UpdateConnection};
use crate::connection::path::ConnectionPath;
use crate::connector::create::CreateConnector;
use crate::connector::document::HTTP;
use crate::connector::read::GetConnector;
use crate::connector::update::UpdateConnector;

/// Objects in memory, changed by the plans of operations one after the other.
struct Memory {
    scope: Scope,
    objects: Vec<Object>,
    revision: i64,
}

impl Memory {
    fn new() -> Self {
        let organisation = NameIn {
            dialect: "versori",
            field: "organisationId",
            name: "01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned(),
            shown: json!("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        };
        Self {
            scope: Scope {
                id: 0,
                name: "s".to_owned(),
                names: vec![organisation],
                created_at: "2026-01-01T00:00:00.000Z".to_owned(),
                secret_store: SecretStore::Values,
                identities: Default::default(),
            },
            objects: Vec::new(),
            revision: 0,
        }
    }

    /// Works an operation out and carries it out.
    fn run(&mut self, operation: &dyn Operation) -> Result<Computed> {
        let computed = operation.compute(self)?;
        for change in &computed.plan.changes {
            let mut object = change.object.clone();
            if change.operation != Done::Delete {
                self.settle(&mut object)?;
            }
            object.revision = self.revision;
            self.objects.retain(|known| known.uid != object.uid);
            if change.operation != Done::Delete {
                self.objects.push(object);
            }
        }
        self.objects
            .sort_by_key(|object| (object.created_at, object.uid));
        Ok(computed)
    }

    /// Takes the secrets out of a document into the object's own secret, as the store's callers do.
    fn settle(&mut self, object: &mut Object) -> Result<()> {
        if !matches!(object.kind, Kind::Connector | Kind::Connection) {
            return Ok(());
        }
        let current = self.object(object.kind, object.uid)?;
        let current = current.as_ref().map(|current| &current.doc);
        let classes = self.classes()?;
        let class = object.doc["class"].as_str();
        let class = class.and_then(|class| classes.get(class));
        let raw = Raw::new(object.doc.clone());
        let store = self.scope.secret_store;
        let (doc, secrets) = hub::connector::settle(raw, current, class, store)?;
        object.doc = doc;
        let owned = self.children(&[object.uid], &[Kind::Secret])?;
        let mut data = Map::new();
        for entry in &secrets.kept {
            data.insert(entry.clone(), owned[0].doc["data"][entry].clone());
        }
        for (entry, clear) in &secrets.new {
            data.insert(entry.clone(), json!(self.seal(entry, clear)?));
        }
        self.objects
            .retain(|known| !owned.iter().any(|owned| owned.uid == known.uid));
        let doc = json!({"data": data});
        let (kind, now) = (Kind::Secret, self.now());
        let change = Change::create(kind, 0, &object.name, doc, Default::default(), now)?;
        let parent = Some(object.uid);
        self.objects.push(Object {
            parent,
            ..change.object
        });
        Ok(())
    }

    /// The secrets of an object.
    fn secrets_of(&self, uid: Uid) -> Vec<String> {
        let owned = self.children(&[uid], &[Kind::Secret]).unwrap();
        let data = owned.iter().flat_map(|owned| owned.doc["data"].as_object());
        let opened = data.flatten().map(|(entry, sealed)| {
            let sealed = sealed.as_str().unwrap();
            self.open(entry, sealed).unwrap().expose().to_owned()
        });
        opened.collect()
    }

    /// Documents as they are stored.
    fn stored(&self) -> String {
        let documents: Vec<&Value> = self
            .objects
            .iter()
            .filter(|object| object.kind != Kind::Secret)
            .map(|object| &object.doc)
            .collect();
        json!(documents).to_string()
    }

    fn create(&mut self, body: &Value) -> Value {
        let (protocol, body) = (HTTP, body.clone());
        self.run(&CreateConnector { protocol, body })
            .unwrap()
            .answer
            .unwrap()
    }

    fn get(&self, connector: Uid) -> Value {
        GetConnector { connector }
            .answer(self)
            .unwrap()
            .answer
            .unwrap()
    }
}

impl View for Memory {
    fn scope(&self) -> &Scope {
        &self.scope
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.revision.saturating_add(1_700_000_000_000))
    }

    fn object(&self, kind: Kind, uid: Uid) -> Result<Option<Object>> {
        let found = self
            .objects
            .iter()
            .find(|object| object.kind == kind && object.uid == uid);
        Ok(found.cloned())
    }

    fn anywhere(&self, kind: Kind, uid: Uid) -> Result<Option<Object>> {
        self.object(kind, uid)
    }

    fn with_children(&self, kind: Kind, uid: Uid, below: &[Kind]) -> Result<(Object, Vec<Object>)> {
        let found = self
            .object(kind, uid)?
            .ok_or_else(|| Error::not_found(kind, uid.hex()))?;
        Ok((found, self.children(&[uid], below)?))
    }

    fn children(&self, parents: &[Uid], kinds: &[Kind]) -> Result<Vec<Object>> {
        let below = |object: &&Object| {
            object
                .parent
                .is_some_and(|parent| parents.contains(&parent))
                && kinds.contains(&object.kind)
        };
        Ok(self.objects.iter().filter(below).cloned().collect())
    }

    fn objects(&self, uids: &[Uid]) -> Result<Vec<Object>> {
        Ok(self
            .objects
            .iter()
            .filter(|object| uids.contains(&object.uid))
            .cloned()
            .collect())
    }

    fn child(&self, parent: Uid, kind: Kind, name: &str) -> Result<Option<Object>> {
        let children = self.children(&[parent], &[kind])?;
        Ok(children.into_iter().find(|child| child.name == name))
    }

    fn search(&self, _search: &SearchRequest) -> Result<SearchPage> {
        Ok(SearchPage::default())
    }

    fn other_scope(&self, _id: ScopeId) -> Result<Scope> {
        Ok(self.scope.clone())
    }

    fn classes(&self) -> Result<Rc<Classes>> {
        Ok(Rc::default())
    }

    fn issue_signed(&self, _purpose: &'static str, says: &Value, _seconds: u32) -> Result<String> {
        Ok(says.to_string())
    }

    fn read_signed(&self, _purpose: &'static str, text: &str) -> Result<Option<Value>> {
        Ok(serde_json::from_str(text).ok())
    }
}

impl World for Memory {
    fn replace(&self, current: &Value, payload: &Value, rules: &str) -> Result<Merged> {
        let rules = merge::rules::parse(rules).unwrap();
        let merged = merge::replace(current, payload, &rules);
        let merged = merged.map_err(|error| Error::Malformed(format!("{error:?}")))?;
        let origins = merged.origins.iter().map(|origin| Origin {
            pointer: origin.pointer.clone(),
            source: format!("{:?}", origin.source),
        });
        Ok(Merged {
            origins: origins.collect(),
            document: merged.document,
        })
    }

    fn merge_patch(&self, current: &Value, patch: &Value) -> Result<Merged> {
        let document = merge::merge_patch(current, patch).unwrap().document;
        Ok(Merged {
            document,
            origins: Vec::new(),
        })
    }

    fn seal(&self, entry: &str, value: &Clear) -> Result<String> {
        let turned: String = value.expose().chars().rev().collect();
        Ok(format!("sealed {entry}\n{turned}"))
    }

    fn open(&self, entry: &str, sealed: &str) -> Result<Clear> {
        let turned = sealed.strip_prefix(&format!("sealed {entry}\n"));
        let clear: String = turned.unwrap().chars().rev().collect();
        Ok(Clear::new(clear))
    }

    fn fetched(&self) -> &[Option<Fetched>] {
        &[]
    }
}

/// Texts with what JSON, paths and SQL have to escape.
fn text() -> impl Strategy<Value = String> {
    "[ -~äöü☃\u{1f980}]{0,20}"
}

fn name() -> impl Strategy<Value = String> {
    text().prop_map(|text| format!("n{text}"))
}

fn variables() -> impl Strategy<Value = Value> {
    btree_map(name(), text(), 1..4).prop_map(|all| {
        all.into_iter()
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect()
    })
}

fn tags() -> impl Strategy<Value = Value> {
    btree_map("[a-z ☃\"']{1,8}x", vec(text(), 0..3), 0..4).prop_map(|tags| json!(tags))
}

fn scheme() -> impl Strategy<Value = Value> {
    let place = prop_oneof![Just("query"), Just("header"), Just("cookie")];
    (0..5_u8, text(), name(), place).prop_map(|(kind, description, name, place)| {
        let mut config = match kind {
            0 => json!({"schemeType": "none"}),
            1 => json!({"schemeType": "basic-auth"}),
            2 => json!({"schemeType": "certificate"}),
            3 => json!({"schemeType": "api-key", "name": name, "in": place}),
            _ => json!({
                "schemeType": "hmac", "name": name, "in": place, "algorithm": "sha512", "digestInputs": ["url", "body"],
            }),
        };
        config["description"] = json!(description);
        config
    })
}

fn schemes() -> impl Strategy<Value = Value> {
    vec(scheme(), 0..5).prop_map(|mut schemes| {
        for (index, scheme) in schemes.iter_mut().enumerate() {
            scheme["id"] = json!(format!("id {index}"));
        }
        json!(schemes)
    })
}

/// Members that an update can leave out, each there or not.
fn optional() -> impl Strategy<Value = Map<String, Value>> {
    let url =
        || name().prop_map(|name| format!("https://example.com/{}", name.replace(' ', "%20")));
    let maybe = |value: BoxedStrategy<Value>| proptest::option::of(value);
    (
        maybe(any::<bool>().prop_map(|flag| json!(flag)).boxed()),
        maybe(url().prop_map(|url| json!(url)).boxed()),
        maybe(url().prop_map(|url| json!(url)).boxed()),
        maybe(tags().boxed()),
        maybe(variables().boxed()),
    )
        .prop_map(|(public, documentation, image, tags, variables)| {
            let members = [
                ("public", public),
                ("documentationURL", documentation),
                ("imageURL", image),
                ("tags", tags),
                ("connectionVariables", variables),
            ];
            let given = members
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?)));
            given.collect()
        })
}

fn uid_of(document: &Value) -> Uid {
    Uid::parse_ulid(document["id"].as_str().unwrap()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What is sent is read back: by a create, and by an update that sends what was read.
    #[test]
    fn nothing_is_lost_on_the_way(name in name(), schemes in schemes(), given in optional()) {
        let mut memory = Memory::new();
        let mut body = given.clone();
        body.insert("name".to_owned(), json!(name));
        body.insert("baseUrl".to_owned(), json!("https://example.com"));
        body.insert("authSchemeConfigs".to_owned(), schemes);
        let made = memory.create(&Value::Object(body.clone()));
        for (member, value) in &body {
            prop_assert_eq!(&made[member], value, "{}", member);
        }
        let connector = uid_of(&made);
        prop_assert_eq!(&memory.get(connector), &made);

        let update = UpdateConnector { connector, body: made.clone() };
        let mut answer = memory.run(&update).unwrap().answer.unwrap();
        answer["updatedAt"] = made["updatedAt"].clone();
        prop_assert_eq!(answer, made);
    }

    /// An update leaves what it says and nothing else.
    #[test]
    fn an_update_replaces(before in optional(), after in optional(), name in name()) {
        let mut memory = Memory::new();
        let mut body = before.clone();
        for (member, value) in [("name", json!("old")), ("baseUrl", json!("https://old")), ("authSchemeConfigs", json!([]))] {
            body.insert(member.to_owned(), value);
        }
        let made = memory.create(&Value::Object(body));
        let mut update = after.clone();
        for member in ["id", "organisationId", "protocol"] {
            update.insert(member.to_owned(), made[member].clone());
        }
        update.insert("name".to_owned(), json!(name));
        update.insert("baseUrl".to_owned(), json!("https://new"));
        let connector = uid_of(&made);
        let body = Value::Object(update.clone());
        let answer = memory.run(&UpdateConnector { connector, body }).unwrap().answer.unwrap();
        for (member, value) in &update {
            prop_assert_eq!(&answer[member], value, "{}", member);
        }
        for member in ["documentationURL", "imageURL", "tags"].iter().filter(|member| !after.contains_key(**member)) {
            prop_assert!(answer.get(member).is_none(), "{} stays", member);
        }
        let variables = after.get("connectionVariables").or(before.get("connectionVariables"));
        prop_assert_eq!(answer.get("connectionVariables"), variables);
        prop_assert!(answer["updatedAt"].as_str() > made["updatedAt"].as_str());
        prop_assert_eq!(memory.get(connector), answer);
    }

    /// A connection that is read and written back stays as it is, and shows no secret.
    #[test]
    fn connections_keep_what_they_have(scheme in scheme(), secret in "[a-z]{12}", variables in variables(), name in name()) {
        let mut memory = Memory::new();
        let made = memory.create(&json!({"name": "c", "baseUrl": "https://x", "authSchemeConfigs": []}));
        let mut config = scheme;
        config["id"] = json!("a");
        let item = json!({
            "id": "i", "authSchemeConfig": config,
            "credential": {"type": "basic-auth", "data": {"username": "u", "password": secret}},
        });
        let body = json!({"name": name, "credentials": {"trigger": [item]}, "variables": variables});
        let connector = uid_of(&made);
        let created = memory.run(&CreateConnection { connector, body }).unwrap().answer.unwrap();
        prop_assert!(!created.to_string().contains(&secret));
        prop_assert_eq!(&created["credentials"]["trigger"][0]["authSchemeConfig"], &config);
        prop_assert_eq!(&created["variables"], &variables);
        let connection = created["id"].as_str().unwrap().to_owned();
        let path = ConnectionPath { connector, connection };
        let update = UpdateConnection { path, body: created.clone() };
        let mut answer = memory.run(&update).unwrap().answer.unwrap();
        answer["updatedAt"] = created["updatedAt"].clone();
        prop_assert_eq!(&answer, &created);
        prop_assert_eq!(&memory.get(connector)["connections"][0]["credentials"], &created["credentials"]);
    }
}
