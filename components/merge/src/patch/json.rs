//! JSON Patch, RFC 6902.

use serde_json::{Map, Value};

use crate::error::{Code, Error, FieldError};
use crate::errors::Errors;
use crate::limits::{MAX_BYTES, MAX_DEPTH, MAX_MOVES, MAX_OPERATIONS, MAX_VALUES};
use crate::origin::{Merged, Source, Traced};
use crate::pointer;

/// JSON Patch: all operations in order, or none. Every malformed operation is reported; of those
/// that cannot be carried out, the first, since what follows depends on it.
pub fn json_patch(current: &Value, patch: &Value) -> Result<Merged, Error> {
    let operations = read(patch)?;
    let mut document = Traced::Whole(current.clone(), Source::Current);
    let mut budget = Budget {
        bytes: MAX_BYTES,
        values: MAX_VALUES,
        moves: MAX_MOVES,
    };
    for (index, operation) in operations.iter().enumerate() {
        if let Err(Problem(pointer, code, message)) =
            operation.carry_out(&mut document, &mut budget)
        {
            return Err(Error::Invalid(vec![at(index, pointer, code, &message)]));
        }
    }
    document.finish()
}

struct Problem(String, Code, String);

fn at(index: usize, pointer: String, code: Code, message: &str) -> FieldError {
    let message = format!("operation {index}: {message}");
    FieldError {
        pointer,
        code,
        message,
        operation: u32::try_from(index).ok(),
    }
}

enum PatchOperation {
    Add(PatchTarget, Value),
    Remove(PatchTarget),
    Replace(PatchTarget, Value),
    Move { from: PatchTarget, to: PatchTarget },
    Copy { from: PatchTarget, to: PatchTarget },
    Test(PatchTarget, Value),
}

struct PatchTarget {
    pointer: String,
    tokens: Vec<String>,
}

fn read(patch: &Value) -> Result<Vec<PatchOperation>, Error> {
    let Some(rows) = patch.as_array() else {
        return Err(Error::field(
            "",
            Code::WrongType,
            "a JSON Patch is a list of operations",
        ));
    };
    if rows.len() > MAX_OPERATIONS {
        let message = format!("a JSON Patch has at most {MAX_OPERATIONS} operations: send several");
        return Err(Error::field("", Code::TooLarge, message));
    }
    let mut errors = Errors::default();
    let mut operations = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        match PatchOperation::read(row) {
            Ok(operation) => operations.push(operation),
            Err(problems) => {
                for Problem(pointer, code, message) in problems {
                    if !errors.is_full() {
                        let message = format!("operation {index}: {message}");
                        errors.add(pointer, code, message, u32::try_from(index).ok());
                    }
                }
            }
        }
    }
    errors.or(operations)
}

impl PatchOperation {
    fn read(row: &Value) -> Result<Self, Vec<Problem>> {
        let Some(members) = row.as_object() else {
            return Err(vec![Problem(
                String::new(),
                Code::WrongType,
                "must be an object with op and path".into(),
            )]);
        };
        let mut reader = Reader {
            members,
            problems: Vec::new(),
        };
        let operation = reader.operation();
        match operation {
            Some(operation) if reader.problems.is_empty() => Ok(operation),
            _ => Err(reader.problems),
        }
    }

    fn carry_out(&self, document: &mut Traced, budget: &mut Budget) -> Result<(), Problem> {
        match self {
            Self::Add(place, value) => add(document, place, sent(value), budget),
            Self::Remove(place) => remove(document, place, budget).map(|_| ()),
            Self::Replace(place, value) => replace(document, place, sent(value), budget),
            Self::Move { from, to } if from.pointer == to.pointer => {
                find(document, from).map(|_| ())
            }
            Self::Move { from, to } => {
                let value = remove(document, from, budget)?;
                add(document, to, value, budget)
            }
            Self::Copy { from, to } => {
                let value = find(document, from)?;
                budget.copy(to, value)?;
                let value = value.clone();
                add(document, to, value, budget)
            }
            Self::Test(place, value) => test(document, place, value),
        }
    }
}

fn sent(value: &Value) -> Traced {
    Traced::Whole(value.clone(), Source::Payload)
}

/// Reads the members of one operation and notes everything that is wrong with them.
struct Reader<'a> {
    members: &'a Map<String, Value>,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    fn operation(&mut self) -> Option<PatchOperation> {
        let name = self.text("op");
        let path = self.place("path");
        match name? {
            "add" => self
                .value()
                .and_then(|value| Some(PatchOperation::Add(path?, value))),
            "remove" => Some(PatchOperation::Remove(path?)),
            "replace" => self
                .value()
                .and_then(|value| Some(PatchOperation::Replace(path?, value))),
            "move" => self
                .place("from")
                .and_then(|from| self.checked_move(from, path?)),
            "copy" => self
                .place("from")
                .and_then(|from| Some(PatchOperation::Copy { from, to: path? })),
            "test" => self
                .value()
                .and_then(|value| Some(PatchOperation::Test(path?, value))),
            other => {
                let message = format!(
                    "{other:?} is no operation: use add, remove, replace, move, copy or test"
                );
                self.note(Code::Malformed, message);
                None
            }
        }
    }

    fn checked_move(&mut self, from: PatchTarget, to: PatchTarget) -> Option<PatchOperation> {
        if to.tokens.len() > from.tokens.len() && to.tokens.starts_with(&from.tokens) {
            self.note(
                Code::Malformed,
                format!("{:?} cannot be moved into itself", from.pointer),
            );
            return None;
        }
        Some(PatchOperation::Move { from, to })
    }

    fn place(&mut self, member: &str) -> Option<PatchTarget> {
        let text = self.text(member)?;
        match pointer::parse(text) {
            Ok(tokens) => Some(PatchTarget {
                pointer: text.to_owned(),
                tokens,
            }),
            Err(problem) => {
                self.note(Code::Malformed, format!("{member} {text:?}: {problem}"));
                None
            }
        }
    }

    fn value(&mut self) -> Option<Value> {
        let value = self.members.get("value");
        if value.is_none() {
            self.note(Code::Required, "needs the member \"value\": add it");
        }
        value.cloned()
    }

    fn text(&mut self, member: &str) -> Option<&'a str> {
        let value = self.members.get(member);
        let text = value.and_then(Value::as_str);
        if text.is_none() {
            let code = if value.is_none() {
                Code::Required
            } else {
                Code::WrongType
            };
            self.note(code, format!("needs the member {member:?}, a string"));
        }
        text
    }

    fn note(&mut self, code: Code, message: impl Into<String>) {
        let pointer = self
            .members
            .get("path")
            .and_then(Value::as_str)
            .unwrap_or_default();
        self.problems
            .push(Problem(pointer.to_owned(), code, message.into()));
    }
}

/// What one patch may still cost. Values that the patch sends are bounded by its own size; copies
/// are not.
struct Budget {
    bytes: usize,
    values: usize,
    moves: usize,
}

impl Budget {
    fn copy(&mut self, to: &PatchTarget, value: &Traced) -> Result<(), Problem> {
        let size = value.size();
        match (
            self.bytes.checked_sub(size.bytes),
            self.values.checked_sub(size.values),
        ) {
            (Some(bytes), Some(values)) => (self.bytes, self.values) = (bytes, values),
            _ => return Err(to.too_large("copies more than a document may hold")),
        }
        Ok(())
    }

    /// Inserting and removing moves what stands behind; moving a value measures it.
    fn shift(&mut self, place: &PatchTarget, count: usize) -> Result<(), Problem> {
        self.moves = self
            .moves
            .checked_sub(count)
            .ok_or_else(|| place.too_large("moves too many rows"))?;
        Ok(())
    }
}

impl PatchTarget {
    fn check_depth(&self, value: &Traced, budget: &mut Budget) -> Result<(), Problem> {
        let size = value.size();
        budget.shift(self, size.values)?;
        if self.tokens.len().saturating_add(size.depth) > MAX_DEPTH {
            let message =
                format!("the document would have more than {MAX_DEPTH} levels: make it flatter");
            return Err(Problem(self.pointer.clone(), Code::TooDeep, message));
        }
        Ok(())
    }

    fn too_large(&self, what: &str) -> Problem {
        Problem(
            self.pointer.clone(),
            Code::TooLarge,
            format!("the patch {what}: send several smaller ones"),
        )
    }

    fn missing(&self) -> Problem {
        let message = format!(
            "there is nothing at {:?}: correct the path, or add it first",
            self.pointer
        );
        Problem(self.pointer.clone(), Code::NotFound, message)
    }

    fn bad_index(&self, token: &str, rows: usize) -> Problem {
        let message = format!(
            "{token:?} is no index into a list of {rows}: use 0 to {rows}, or - for its end"
        );
        Problem(self.pointer.clone(), Code::NotFound, message)
    }
}

fn find<'d>(document: &'d mut Traced, place: &PatchTarget) -> Result<&'d mut Traced, Problem> {
    descend(document, &place.tokens).ok_or_else(|| place.missing())
}

fn descend<'d>(document: &'d mut Traced, tokens: &[String]) -> Option<&'d mut Traced> {
    let mut place = document;
    for token in tokens {
        place.open();
        place = match place {
            Traced::Object(members, _) => members.get_mut(token)?,
            Traced::List(rows, _) => rows.get_mut(index(token)?)?,
            Traced::Whole(..) => return None,
        };
    }
    Some(place)
}

/// What the place is in, taken apart, and the name of the place in there.
fn parent<'d, 'p>(
    document: &'d mut Traced,
    place: &'p PatchTarget,
) -> Result<Option<(&'d mut Traced, &'p str)>, Problem> {
    let Some((last, parents)) = place.tokens.split_last() else {
        return Ok(None);
    };
    let parent = descend(document, parents).ok_or_else(|| place.missing())?;
    parent.open();
    Ok(Some((parent, last)))
}

fn index(token: &str) -> Option<usize> {
    let plain = token == "0"
        || (!token.starts_with('0') && token.bytes().all(|byte| byte.is_ascii_digit()));
    plain.then(|| token.parse().ok()).flatten()
}

fn add(
    document: &mut Traced,
    place: &PatchTarget,
    value: Traced,
    budget: &mut Budget,
) -> Result<(), Problem> {
    place.check_depth(&value, budget)?;
    match parent(document, place)? {
        None => *document = value,
        Some((Traced::Object(members, _), name)) => {
            members.insert(name.to_owned(), value);
        }
        Some((Traced::List(rows, _), token)) => {
            let at = if token == "-" {
                Some(rows.len())
            } else {
                index(token)
            };
            let at = at
                .filter(|at| *at <= rows.len())
                .ok_or_else(|| place.bad_index(token, rows.len()))?;
            budget.shift(place, rows.len().saturating_sub(at))?;
            rows.insert(at, value);
        }
        Some((Traced::Whole(..), _)) => return Err(place.missing()),
    }
    Ok(())
}

fn remove(
    document: &mut Traced,
    place: &PatchTarget,
    budget: &mut Budget,
) -> Result<Traced, Problem> {
    let removed = match parent(document, place)? {
        None => {
            let message =
                "the whole document cannot be removed: replace it, or delete the object".into();
            return Err(Problem(String::new(), Code::Malformed, message));
        }
        Some((Traced::Object(members, _), name)) => {
            budget.shift(place, members.len())?;
            members.shift_remove(name)
        }
        Some((Traced::List(rows, _), token)) => match index(token).filter(|at| *at < rows.len()) {
            Some(at) => {
                budget.shift(place, rows.len().saturating_sub(at))?;
                Some(rows.remove(at))
            }
            None => None,
        },
        Some((Traced::Whole(..), _)) => None,
    };
    removed.ok_or_else(|| place.missing())
}

fn replace(
    document: &mut Traced,
    place: &PatchTarget,
    value: Traced,
    budget: &mut Budget,
) -> Result<(), Problem> {
    place.check_depth(&value, budget)?;
    *find(document, place)? = value;
    Ok(())
}

fn test(document: &mut Traced, place: &PatchTarget, expected: &Value) -> Result<(), Problem> {
    if find(document, place)?.equals(expected) {
        return Ok(());
    }
    let message = format!(
        "the test of {:?} did not hold: read the document again",
        place.pointer
    );
    Err(Problem(place.pointer.clone(), Code::TestFailed, message))
}
