//! The names in an expression, and what stands behind them.

use cel::common::ast::{EntryExpr, Expr, IdedExpr, SourceInfo};

use crate::source::SourceError;

/// The variables that an expression has. `response` is published; the others are those of older
/// design documents .
const VARIABLES: [&str; 6] = [
    "response",
    "statusCode",
    "headers",
    "body",
    "bodyString",
    "bodyJSON",
];
/// The functions of the CEL standard library that there are here.
const FUNCTIONS: [&str; 13] = [
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "int",
    "uint",
    "double",
    "string",
    "bytes",
    "bool",
    "type",
    "dyn",
    "matches",
];
/// The types that an expression may name.
pub(super) const TYPES: [&str; 11] = [
    "int",
    "uint",
    "double",
    "string",
    "bytes",
    "bool",
    "list",
    "map",
    "null_type",
    "type",
    "optional_type",
];

/// Goes through the whole expression and refuses names that nothing stands behind.
pub(super) fn check(root: &IdedExpr, source: &str, places: &SourceInfo) -> Result<(), SourceError> {
    let mut known = [VARIABLES.as_slice(), TYPES.as_slice()].concat();
    let (mut variables, mut functions) = (Vec::new(), Vec::new());
    let mut rest = vec![root];
    while let Some(part) = rest.pop() {
        match &part.expr {
            Expr::Call(call) => functions.push((call.func_name.as_str(), part.id)),
            Expr::Ident(name) => variables.push((name.as_str(), part.id)),
            Expr::Comprehension(each) => {
                known.extend([each.iter_var.as_str(), each.accu_var.as_str()]);
                known.extend(each.iter_var2.as_deref());
            }
            _ => {}
        }
        rest.extend(children(&part.expr));
    }
    let unknown_variable = variables.iter().find(|(name, _)| !known.contains(name));
    let is_operator = |name: &str| name.contains(['_', '@', '!']);
    let unknown_function = functions
        .iter()
        .find(|(name, _)| !is_operator(name) && !FUNCTIONS.contains(name));
    let (what, (name, id)) = match (unknown_variable, unknown_function) {
        (Some(found), _) => ("variable", found),
        (None, Some(found)) => ("function", found),
        (None, None) => return Ok(()),
    };
    let offset = places.offset_for(*id).map_or(0, |(start, _)| start);
    let offset = usize::try_from(offset).unwrap_or_default();
    Err(SourceError::at_offset(
        source,
        offset,
        format!("there is no {what} {name:?}"),
    ))
}

fn children(part: &Expr) -> Vec<&IdedExpr> {
    match part {
        Expr::Call(call) => call
            .target
            .as_deref()
            .into_iter()
            .chain(&call.args)
            .collect(),
        Expr::Select(select) => vec![&select.operand],
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Map(map) => map
            .entries
            .iter()
            .flat_map(|entry| entry_parts(&entry.expr))
            .collect(),
        Expr::Struct(new) => new
            .entries
            .iter()
            .flat_map(|entry| entry_parts(&entry.expr))
            .collect(),
        Expr::Comprehension(each) => vec![
            &each.iter_range,
            &each.accu_init,
            &each.loop_cond,
            &each.loop_step,
            &each.result,
        ],
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => Vec::new(),
    }
}

fn entry_parts(entry: &EntryExpr) -> Vec<&IdedExpr> {
    match entry {
        EntryExpr::StructField(field) => vec![&field.value],
        EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
    }
}
