//! An expression as the parts that are evaluated one by one.

use cel::common::ast::{
    CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, SelectExpr, operators,
};

use super::names::TYPES;

/// A part.
pub(super) enum Part {
    /// A variable.
    Variable(String),
    /// `left && right`, or `||`, which is over as soon as one side has this value.
    Logical(bool, Box<[Part; 2]>),
    /// `test ? yes : no`.
    Conditional(Box<[Part; 3]>),
    /// A member, or whether there is one.
    Member {
        of: Box<Part>,
        name: String,
        is_test: bool,
    },
    /// `of[key]`.
    Index(Box<[Part; 2]>),
    /// `left + right`, and the same as an expression of operands.
    Sum(Box<[Part; 2]>, IdedExpr),
    /// Whether a text matches a pattern.
    Matches(Box<[Part; 2]>),
    /// How many characters, items or members there are.
    Size(Box<Part>),
    /// Whether that is anything but false.
    NotFalse(Box<Part>),
    /// A loop.
    Loop(Box<Loop>),
    /// Anything else: an expression over the values of its operands, by [`operand`].
    Other(IdedExpr, Vec<Part>),
}

/// A loop over the items of a list, or the names of a map.
pub(super) struct Loop {
    pub(super) over: Part,
    pub(super) item: String,
    pub(super) accumulator: String,
    pub(super) first: Part,
    pub(super) condition: Part,
    pub(super) step: Part,
    pub(super) result: Part,
    /// Of a step that is `&&` or `||`: the value that ends the loop, whatever failed before.
    pub(super) decisive: Option<bool>,
}

/// The name of an operand in the expression of [`Part::Other`]. No source can have it.
pub(super) fn operand(index: usize) -> String {
    format!("@operand{index}")
}

impl Part {
    /// Reads an expression; nothing when it has what no source has. As deep as the parser goes.
    pub(super) fn read(root: IdedExpr) -> Option<Self> {
        let IdedExpr { id, expr } = root;
        match expr {
            Expr::Ident(name) if !TYPES.contains(&name.as_str()) => Some(Self::Variable(name)),
            Expr::Select(select) => {
                let SelectExpr {
                    operand,
                    field,
                    test,
                } = select;
                Some(Self::Member {
                    of: Box::new(Self::read(*operand)?),
                    name: field,
                    is_test: test,
                })
            }
            Expr::Call(call) => Self::call(id, call),
            Expr::Comprehension(each) => Self::each(*each),
            Expr::Struct(_) | Expr::Unspecified => None,
            other => Self::other(IdedExpr { id, expr: other }),
        }
    }

    fn call(id: u64, call: CallExpr) -> Option<Self> {
        let CallExpr {
            func_name,
            target,
            args,
        } = call;
        let operands: Vec<IdedExpr> = target
            .iter()
            .map(|target| (**target).clone())
            .chain(args.iter().cloned())
            .collect();
        let pair = |operands: Vec<IdedExpr>| -> Option<Box<[Self; 2]>> {
            let parts = operands
                .into_iter()
                .map(Self::read)
                .collect::<Option<Vec<_>>>()?;
            Some(Box::new(parts.try_into().ok()?))
        };
        match (func_name.as_str(), operands.len()) {
            (operators::LOGICAL_OR, 2) => Some(Self::Logical(true, pair(operands)?)),
            (operators::LOGICAL_AND, 2) => Some(Self::Logical(false, pair(operands)?)),
            (operators::INDEX, 2) => Some(Self::Index(pair(operands)?)),
            (operators::ADD, 2) => {
                let names = [0, 1].map(|index| IdedExpr {
                    id,
                    expr: Expr::Ident(operand(index)),
                });
                let call = CallExpr {
                    func_name,
                    target: None,
                    args: names.to_vec(),
                };
                let expr = Expr::Call(call);
                Some(Self::Sum(pair(operands)?, IdedExpr { id, expr }))
            }
            ("matches", 2) => Some(Self::Matches(pair(operands)?)),
            ("size", 1) => {
                let of = operands.into_iter().next()?;
                Some(Self::Size(Box::new(Self::read(of)?)))
            }
            (operators::CONDITIONAL, 3) => {
                let parts = operands
                    .into_iter()
                    .map(Self::read)
                    .collect::<Option<Vec<_>>>()?;
                Some(Self::Conditional(Box::new(parts.try_into().ok()?)))
            }
            (operators::NOT_STRICTLY_FALSE, 1) => {
                let of = operands.into_iter().next()?;
                Some(Self::NotFalse(Box::new(Self::read(of)?)))
            }
            _ => {
                let call = CallExpr {
                    func_name,
                    target,
                    args,
                };
                Self::other(IdedExpr {
                    id,
                    expr: Expr::Call(call),
                })
            }
        }
    }

    fn each(each: ComprehensionExpr) -> Option<Self> {
        if each.iter_var2.is_some() {
            return None;
        }
        let decisive = match &each.loop_step.expr {
            Expr::Call(call) if call.func_name == operators::LOGICAL_OR => Some(true),
            Expr::Call(call) if call.func_name == operators::LOGICAL_AND => Some(false),
            _ => None,
        };
        Some(Self::Loop(Box::new(Loop {
            over: Self::read(each.iter_range)?,
            item: each.iter_var,
            accumulator: each.accu_var,
            first: Self::read(each.accu_init)?,
            condition: Self::read(each.loop_cond)?,
            step: Self::read(each.loop_step)?,
            result: Self::read(each.result)?,
            decisive,
        })))
    }

    fn other(mut root: IdedExpr) -> Option<Self> {
        let mut operands = Vec::new();
        take_operands(&mut root.expr, &mut operands)?;
        Some(Self::Other(root, operands))
    }
}

/// Puts names in place of operands. Types are no values, and stay.
fn take_operands(expr: &mut Expr, operands: &mut Vec<Part>) -> Option<()> {
    match expr {
        Expr::Call(call) => {
            let target = call.target.as_deref_mut();
            for part in target.into_iter().chain(&mut call.args) {
                take_operand(part, operands)?;
            }
        }
        Expr::List(list) => {
            for part in &mut list.elements {
                take_operand(part, operands)?;
            }
        }
        Expr::Map(map) => {
            for entry in &mut map.entries {
                let EntryExpr::MapEntry(entry) = &mut entry.expr else {
                    return None;
                };
                take_operand(&mut entry.key, operands)?;
                take_operand(&mut entry.value, operands)?;
            }
        }
        _ => {}
    }
    Some(())
}

fn take_operand(part: &mut IdedExpr, operands: &mut Vec<Part>) -> Option<()> {
    match &mut part.expr {
        Expr::Literal(_) => {}
        Expr::Ident(name) if TYPES.contains(&name.as_str()) => {}
        Expr::Call(call) if call.func_name == "type" => take_operands(&mut part.expr, operands)?,
        _ => {
            let name = Expr::Ident(operand(operands.len()));
            let taken = std::mem::replace(&mut part.expr, name);
            operands.push(Part::read(IdedExpr {
                id: part.id,
                expr: taken,
            })?);
        }
    }
    Some(())
}
