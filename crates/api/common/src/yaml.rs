//! Reads YAML as JSON. The text is composed into values (YAML 1.2.2, section 3.1.2); a [`Schema`]
//! says what its plain scalars are.

mod schema;

use std::collections::HashMap;

use granit_parser::{BorrowedInput, Event, Parser, ScalarStyle, Tag};
use hub::error::{Error, Result};
use hub::json::{MAX_DEPTH, out_of_range};
use serde_json::{Map, Value};

use self::schema::Refused;
pub use self::schema::Schema;

/// How much may be copied by anchors and aliases, in bytes: a short text can ask for any amount.
const COPIED_MAX: usize = 4 << 20;
/// What a value takes besides its text, in bytes.
const VALUE_SIZE: usize = 32;

/// A document and the paths of the members that it has twice; of those the last one counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// The document.
    pub value: Value,
    /// Members that are there more than once: `spec.address`.
    pub duplicates: Vec<String>,
}

/// Reads one YAML document, which errors call `name`; an empty one is null.
///
/// # Errors
/// [`Error::Malformed`] when it is not YAML, has no counterpart in JSON, is nested deeper than
/// [`MAX_DEPTH`] or grows too much by its aliases; [`Error::Invalid`], which names the field, when
/// an integer does not fit in 64 bits.
pub fn parse(name: &str, bytes: &[u8], schema: Schema) -> Result<Document> {
    let malformed = |why: String| Error::Malformed(format!("{name} is not valid YAML: {why}"));
    let text = std::str::from_utf8(bytes).map_err(|error| malformed(error.to_string()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut composer = Composer {
        parser: Parser::new_from_str(text),
        schema,
        anchors: HashMap::new(),
        copied: 0,
        duplicates: Vec::new(),
    };
    let value = composer.document().map_err(|fault| match fault {
        Fault::NotYaml(why) => malformed(why),
        Fault::OutOfRange { path, number } => Error::field(out_of_range(&path, &number)),
    })?;
    Ok(Document {
        value,
        duplicates: composer.duplicates,
    })
}

/// Why a text cannot be read.
enum Fault {
    NotYaml(String),
    OutOfRange { path: String, number: String },
}

/// A value that aliases can repeat.
struct Anchored {
    value: Value,
    /// How deep it is nested.
    height: usize,
    /// About how much memory it takes, in bytes.
    size: usize,
}

/// What has been composed of a node.
struct Node {
    value: Value,
    height: usize,
    size: usize,
}

struct Composer<'i, I: BorrowedInput<'i>> {
    parser: Parser<'i, I>,
    schema: Schema,
    anchors: HashMap<usize, Anchored>,
    /// How much anchors and aliases have copied, in bytes.
    copied: usize,
    duplicates: Vec<String>,
}

impl<'i, I: BorrowedInput<'i>> Composer<'i, I> {
    fn document(&mut self) -> std::result::Result<Value, Fault> {
        let mut value = None;
        loop {
            match self.next()? {
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
                Event::StreamEnd => return Ok(value.unwrap_or_default()),
                _ if value.is_some() => {
                    return Err(not_yaml("", "there is more than one document"));
                }
                event => value = Some(self.node(event, "", 0)?.value),
            }
        }
    }

    fn next(&mut self) -> std::result::Result<Event<'i>, Fault> {
        match self.parser.next_event() {
            // The parser calls a node without content "~", and gives it no room.
            Some(Ok((Event::Scalar(_, ScalarStyle::Plain, anchor, tag), span)))
                if span.is_empty() =>
            {
                Ok(Event::Scalar("".into(), ScalarStyle::Plain, anchor, tag))
            }
            Some(Ok((event, _))) => Ok(event),
            Some(Err(error)) => Err(Fault::NotYaml(error.to_string())),
            None => Ok(Event::StreamEnd),
        }
    }

    fn node(
        &mut self,
        event: Event<'i>,
        path: &str,
        depth: usize,
    ) -> std::result::Result<Node, Fault> {
        let (node, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let value = self.scalar(&text, style, tag.as_deref(), path)?;
                let size = VALUE_SIZE.saturating_add(text.len());
                let height = 0;
                (
                    Node {
                        value,
                        height,
                        size,
                    },
                    anchor,
                )
            }
            Event::SequenceStart(_, anchor, tag) => {
                check_tag(tag.as_deref(), "seq", path)?;
                (self.sequence(path, below(depth, path)?)?, anchor)
            }
            Event::MappingStart(_, anchor, tag) => {
                check_tag(tag.as_deref(), "map", path)?;
                (self.mapping(path, below(depth, path)?)?, anchor)
            }
            Event::Alias(anchor) => (self.alias(anchor, path, depth)?, 0),
            _ => return Err(not_yaml(path, "a value is missing")),
        };
        // Anchors count from 1.
        if anchor != 0 {
            self.copy(node.size, path)?;
            let Node { height, size, .. } = node;
            let value = node.value.clone();
            self.anchors.insert(
                anchor,
                Anchored {
                    value,
                    height,
                    size,
                },
            );
        }
        Ok(node)
    }

    fn sequence(&mut self, path: &str, depth: usize) -> std::result::Result<Node, Fault> {
        let (mut items, mut height, mut size) = (Vec::new(), 0, VALUE_SIZE);
        loop {
            let event = match self.next()? {
                Event::SequenceEnd => break,
                event => event,
            };
            let item = self.node(event, &format!("{path}[{}]", items.len()), depth)?;
            height = height.max(item.height);
            size = size.saturating_add(item.size);
            items.push(item.value);
        }
        Ok(Node {
            value: items.into(),
            height: height.saturating_add(1),
            size,
        })
    }

    fn mapping(&mut self, path: &str, depth: usize) -> std::result::Result<Node, Fault> {
        let (mut members, mut height, mut size) = (Map::new(), 0, VALUE_SIZE);
        let mut merged = Vec::new();
        loop {
            let key = match self.next()? {
                Event::MappingEnd => break,
                key => key,
            };
            let is_merge = self.schema.merges()
                && matches!(&key, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            let name = self.key(key, path)?;
            let place = member_path(path, &name);
            let event = self.next()?;
            let value = self.node(event, &place, depth)?;
            height = height.max(value.height);
            size = size.saturating_add(value.size).saturating_add(name.len());
            if is_merge {
                merged.extend(merged_members(value.value, &place)?);
            } else if members.insert(name, value.value).is_some() {
                self.duplicates.push(place);
            }
        }
        for (name, value) in merged {
            members.entry(name).or_insert(value);
        }
        Ok(Node {
            value: Value::Object(members),
            height: height.saturating_add(1),
            size,
        })
    }

    fn key(&mut self, event: Event<'i>, path: &str) -> std::result::Result<String, Fault> {
        if let (Schema::Json12, Event::Scalar(text, _, 0, None)) = (self.schema, &event) {
            return Ok(text.to_string());
        }
        match self.node(event, path, MAX_DEPTH)?.value {
            Value::String(name) => Ok(name),
            name @ (Value::Null | Value::Bool(_) | Value::Number(_)) => Ok(name.to_string()),
            _ => Err(not_yaml(path, "the name of a member must be a scalar")),
        }
    }

    fn scalar(
        &self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        path: &str,
    ) -> std::result::Result<Value, Fault> {
        let kind = match tag {
            None if style == ScalarStyle::Plain => "",
            None => "str",
            Some(tag) => tag
                .core_suffix()
                .unwrap_or(if tag.suffix() == "!" { "str" } else { "?" }),
        };
        if kind == "str" {
            return Ok(text.into());
        }
        let value = self.schema.resolve(text).map_err(|refused| match refused {
            Refused::TooLarge => Fault::OutOfRange {
                path: path.to_owned(),
                number: text.to_owned(),
            },
            Refused::NotFinite => not_yaml(path, "the number has no counterpart in JSON"),
        })?;
        let fits = match kind {
            "" => true,
            "null" => value.is_null(),
            "bool" => value.is_boolean(),
            "int" => value.is_i64() || value.is_u64(),
            "float" => value.is_number(),
            _ => false,
        };
        if fits {
            Ok(value)
        } else {
            Err(not_yaml(path, "the tag has no counterpart in JSON"))
        }
    }

    fn alias(
        &mut self,
        anchor: usize,
        path: &str,
        depth: usize,
    ) -> std::result::Result<Node, Fault> {
        let Some(known) = self.anchors.get(&anchor) else {
            return Err(not_yaml(path, "the alias is part of what it refers to"));
        };
        if depth.saturating_add(known.height) > MAX_DEPTH {
            return Err(too_deep(path));
        }
        let Anchored { height, size, .. } = *known;
        let value = known.value.clone();
        self.copy(size, path)?;
        Ok(Node {
            value,
            height,
            size,
        })
    }

    /// Counts what is copied.
    fn copy(&mut self, size: usize, path: &str) -> std::result::Result<(), Fault> {
        self.copied = self.copied.saturating_add(size);
        if self.copied > COPIED_MAX {
            return Err(not_yaml(path, "its aliases repeat too much"));
        }
        Ok(())
    }
}

fn not_yaml(path: &str, why: &str) -> Fault {
    Fault::NotYaml(if path.is_empty() {
        why.to_owned()
    } else {
        format!("{path}: {why}")
    })
}

fn too_deep(path: &str) -> Fault {
    not_yaml(
        path,
        &format!("it is nested deeper than {MAX_DEPTH} levels"),
    )
}

fn below(depth: usize, path: &str) -> std::result::Result<usize, Fault> {
    if depth >= MAX_DEPTH {
        return Err(too_deep(path));
    }
    Ok(depth.saturating_add(1))
}

fn check_tag(tag: Option<&Tag>, expected: &str, path: &str) -> std::result::Result<(), Fault> {
    match tag {
        Some(tag) if tag.core_suffix() != Some(expected) && tag.suffix() != "!" => {
            Err(not_yaml(path, "the tag has no counterpart in JSON"))
        }
        _ => Ok(()),
    }
}

fn member_path(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// What a merge key adds: the members of a mapping, or of several, of which the first ones count
/// (<https://yaml.org/type/merge.html>).
fn merged_members(value: Value, path: &str) -> std::result::Result<Vec<(String, Value)>, Fault> {
    let mappings = match value {
        Value::Array(items) => items,
        one => vec![one],
    };
    let mut members = Vec::new();
    for mapping in mappings {
        match mapping {
            Value::Object(mapping) => members.extend(mapping),
            _ => return Err(not_yaml(path, "only mappings can be merged")),
        }
    }
    Ok(members)
}

#[cfg(test)]
#[path = "yaml_tests.rs"]
mod tests;
