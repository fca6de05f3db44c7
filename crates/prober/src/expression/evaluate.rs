//! Evaluates an expression, and pays for each part of it.

use std::collections::HashMap;
use std::sync::Arc;

use cel::common::ast::IdedExpr;
use cel::objects::Key;
use cel::{Context, Env, Value};

use super::measure::measure;
use super::part::{Loop, Part, operand};
use crate::budget::{Budget, Exceeded, count};
use crate::pattern::Pattern;

/// What a part is worth of which all is done here, and one that is handed to the engine, which has
/// to be given its operands.
const PART_UNITS: u64 = 2;
const ENGINE_UNITS: u64 = 16;
/// How often the engine goes through its operands: it has a form of its own for them.
const ROUNDS: u64 = 2;

/// Why an expression has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The budget is used up.
    Exceeded,
    /// It cannot be evaluated.
    Failed,
}

impl From<Exceeded> for Fault {
    fn from(Exceeded: Exceeded) -> Self {
        Self::Exceeded
    }
}

type Answer = Result<Value, Fault>;

/// One evaluation.
pub(super) struct Evaluation<'a> {
    variables: HashMap<String, Value>,
    engine: Context<'static, 'static>,
    budget: &'a Budget,
}

impl<'a> Evaluation<'a> {
    pub(super) fn new(
        variables: impl IntoIterator<Item = (&'static str, Value)>,
        budget: &'a Budget,
    ) -> Self {
        let variables = variables.into_iter();
        Self {
            variables: variables
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            engine: Context::with_env(Arc::new(Env::stdlib())),
            budget,
        }
    }

    /// Whether it is true or false; nothing when it is another value.
    ///
    /// # Errors
    /// Why there is no value.
    pub(super) fn verdict(&mut self, root: &Part) -> Result<Option<bool>, Fault> {
        match self.value(root)? {
            Value::Bool(verdict) => Ok(Some(verdict)),
            _ => Ok(None),
        }
    }

    /// As deep as the parser goes.
    fn value(&mut self, part: &Part) -> Answer {
        self.budget.spend(PART_UNITS)?;
        match part {
            Part::Variable(name) => self.variables.get(name).cloned().ok_or(Fault::Failed),
            Part::Logical(decisive, sides) => self.logical(*decisive, sides),
            Part::Conditional(parts) => {
                let [test, yes, no] = parts.as_ref();
                let chosen = if self.flag(test)? { yes } else { no };
                self.value(chosen)
            }
            Part::Member { of, name, is_test } => {
                let of = self.value(of)?;
                member(&of, name, *is_test)
            }
            Part::Index(parts) => {
                let [of, key] = parts.as_ref();
                let (of, key) = (self.value(of)?, self.value(key)?);
                self.budget.spend(measure(&key)?)?;
                index(&of, &key)
            }
            Part::Sum(parts, sum) => self.sum(parts, sum),
            Part::Matches(parts) => self.matches(parts),
            Part::NotFalse(of) => match self.value(of) {
                Err(Fault::Exceeded) => Err(Fault::Exceeded),
                value => Ok(Value::Bool(!matches!(value, Ok(Value::Bool(false))))),
            },
            Part::Size(of) => self.size(of),
            Part::Loop(each) => self.each(each),
            Part::Other(expression, operands) => self.by_engine(expression, operands),
        }
    }

    fn flag(&mut self, part: &Part) -> Result<bool, Fault> {
        match self.value(part)? {
            Value::Bool(flag) => Ok(flag),
            _ => Err(Fault::Failed),
        }
    }

    /// One side that decides is enough, whatever becomes of the other.
    fn logical(&mut self, decisive: bool, sides: &[Part; 2]) -> Answer {
        let [left, right] = sides;
        let left = match self.flag(left) {
            Err(Fault::Exceeded) => return Err(Fault::Exceeded),
            left if left == Ok(decisive) => return Ok(Value::Bool(decisive)),
            left => left,
        };
        let right = self.flag(right)?;
        match left {
            Err(fault) if right != decisive => Err(fault),
            _ => Ok(Value::Bool(right)),
        }
    }

    /// The left side of a sum is taken out of its variable when it is one that a loop builds a list
    /// in, so that the list is not copied for every item.
    fn sum(&mut self, sides: &[Part; 2], sum: &IdedExpr) -> Answer {
        let [left, right] = sides;
        let right = self.value(right)?;
        let left = match left {
            Part::Variable(name) if name.starts_with('@') => {
                self.variables.remove(name).ok_or(Fault::Failed)?
            }
            left => self.value(left)?,
        };
        match (left, right) {
            (Value::List(mut left), Value::List(right)) => {
                self.budget.spend(count(right.len()))?;
                if Arc::get_mut(&mut left).is_none() {
                    self.budget.spend(count(left.len()))?;
                }
                Arc::make_mut(&mut left).extend(right.iter().cloned());
                Ok(Value::List(left))
            }
            (Value::String(left), Value::String(right)) => {
                let length = left.len().saturating_add(right.len());
                self.budget.spend_bytes(length)?;
                let sum = Value::from(format!("{left}{right}"));
                measure(&sum)?;
                Ok(sum)
            }
            (left, right) => self.engine_value(sum, vec![left, right]),
        }
    }

    fn matches(&mut self, parts: &[Part; 2]) -> Answer {
        let [text, pattern] = parts;
        let (Value::String(text), Value::String(pattern)) =
            (self.value(text)?, self.value(pattern)?)
        else {
            return Err(Fault::Failed);
        };
        let pattern = Pattern::of(&pattern, self.budget)?.ok_or(Fault::Failed)?;
        Ok(Value::Bool(pattern.is_match(&text, self.budget)?))
    }

    fn size(&mut self, of: &Part) -> Answer {
        let size = match self.value(of)? {
            Value::List(items) => items.len(),
            Value::Map(members) => members.map.len(),
            Value::Bytes(bytes) => bytes.len(),
            Value::String(text) => {
                self.budget.spend_bytes(text.len())?;
                text.chars().count()
            }
            _ => return Err(Fault::Failed),
        };
        i64::try_from(size)
            .map(Value::Int)
            .map_err(|_| Fault::Failed)
    }

    fn each(&mut self, each: &Loop) -> Answer {
        let items = match self.value(&each.over)? {
            Value::List(items) => items,
            Value::Map(members) => {
                self.budget.spend(count(members.map.len()))?;
                Arc::new(members.map.keys().map(Value::from).collect())
            }
            _ => return Err(Fault::Failed),
        };
        let first = self.value(&each.first)?;
        let outer = [&each.item, &each.accumulator]
            .map(|name| (name.clone(), self.variables.get(name).cloned()));
        self.variables.insert(each.accumulator.clone(), first);
        let result = self.rounds(each, &items);
        for (name, value) in outer {
            match value {
                Some(value) => self.variables.insert(name, value),
                None => self.variables.remove(&name),
            };
        }
        result
    }

    fn rounds(&mut self, each: &Loop, items: &[Value]) -> Answer {
        let mut failed = Ok(());
        for item in items {
            if !self.flag(&each.condition)? {
                break;
            }
            self.variables.insert(each.item.clone(), item.clone());
            match self.value(&each.step) {
                Ok(value) => {
                    if each
                        .decisive
                        .is_some_and(|decisive| value == Value::Bool(decisive))
                    {
                        failed = Ok(());
                    }
                    self.variables.insert(each.accumulator.clone(), value);
                }
                Err(Fault::Failed) if each.decisive.is_some() => failed = Err(Fault::Failed),
                Err(fault) => return Err(fault),
            }
        }
        failed?;
        self.value(&each.result)
    }

    fn by_engine(&mut self, expression: &IdedExpr, operands: &[Part]) -> Answer {
        let mut values = Vec::with_capacity(operands.len());
        for part in operands {
            values.push(self.value(part)?);
        }
        self.engine_value(expression, values)
    }

    fn engine_value(&mut self, expression: &IdedExpr, operands: Vec<Value>) -> Answer {
        let mut read = 0_u64;
        for value in &operands {
            read = read.saturating_add(measure(value)?);
        }
        self.budget
            .spend(ENGINE_UNITS.saturating_add(read.saturating_mul(ROUNDS)))?;
        let mut context = self.engine.new_inner_scope();
        for (at, value) in operands.into_iter().enumerate() {
            context.add_variable_from_value(operand(at), value);
        }
        let value = Value::resolve(expression, &context).map_err(|_| Fault::Failed)?;
        self.budget.spend(measure(&value)?)?;
        Ok(value)
    }
}

fn member(of: &Value, name: &str, is_test: bool) -> Answer {
    let Value::Map(members) = of else {
        return Err(Fault::Failed);
    };
    let found = members.map.get(&Key::String(Arc::new(name.to_owned())));
    if is_test {
        return Ok(Value::Bool(found.is_some()));
    }
    found.cloned().ok_or(Fault::Failed)
}

fn index(of: &Value, key: &Value) -> Answer {
    let found = match (of, key) {
        (Value::List(items), Value::Int(at)) => {
            usize::try_from(*at).ok().and_then(|at| items.get(at))
        }
        (Value::List(items), Value::UInt(at)) => {
            usize::try_from(*at).ok().and_then(|at| items.get(at))
        }
        (Value::Map(members), Value::String(name)) => {
            members.map.get(&Key::String(Arc::clone(name)))
        }
        (Value::Map(members), Value::Bool(flag)) => members.map.get(&Key::Bool(*flag)),
        (Value::Map(members), Value::Int(number)) => {
            let other = u64::try_from(*number).ok().map(Key::Uint);
            let other = || other.and_then(|key| members.map.get(&key));
            members.map.get(&Key::Int(*number)).or_else(other)
        }
        (Value::Map(members), Value::UInt(number)) => {
            let other = i64::try_from(*number).ok().map(Key::Int);
            let other = || other.and_then(|key| members.map.get(&key));
            members.map.get(&Key::Uint(*number)).or_else(other)
        }
        _ => None,
    };
    found.cloned().ok_or(Fault::Failed)
}
