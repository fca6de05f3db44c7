//! Whether an expression can be true or false, as far as its form tells.

use cel::common::ast::{Expr, IdedExpr, LiteralValue, operators};

/// Operators and functions whose value is never true or false.
const NEVER: [&str; 13] = [
    operators::ADD,
    operators::SUBSTRACT,
    operators::MULTIPLY,
    operators::DIVIDE,
    operators::MODULO,
    operators::NEGATE,
    "size",
    "int",
    "uint",
    "double",
    "string",
    "bytes",
    "type",
];
/// Of the variables, those that are a number, a text or a map; so are the members of `response` of
/// these names.
const KNOWN: [&str; 4] = ["statusCode", "headers", "bodyString", "response"];

/// Whether it can be.
pub(super) fn can_be_boolean(root: &IdedExpr) -> bool {
    match &root.expr {
        Expr::Literal(literal) => matches!(literal, LiteralValue::Boolean(_)),
        Expr::List(_) | Expr::Map(_) | Expr::Struct(_) => false,
        Expr::Ident(name) => !KNOWN.contains(&name.as_str()),
        Expr::Select(select) => select.test || !is_known_member(root),
        Expr::Call(call) => match call.func_name.as_str() {
            operators::CONDITIONAL => call.args.iter().skip(1).any(can_be_boolean),
            // A header has several values.
            operators::INDEX => !call.args.first().is_some_and(is_headers),
            name => !NEVER.contains(&name),
        },
        Expr::Comprehension(each) => match &each.result.expr {
            Expr::Ident(name) if *name == each.accu_var => can_be_boolean(&each.accu_init),
            _ => can_be_boolean(&each.result),
        },
        Expr::Unspecified => true,
    }
}

/// `response.statusCode` and the like.
fn is_known_member(part: &IdedExpr) -> bool {
    member(part).is_some_and(|name| KNOWN.contains(&name))
}

fn is_headers(part: &IdedExpr) -> bool {
    let variable = match &part.expr {
        Expr::Ident(name) => Some(name.as_str()),
        _ => member(part),
    };
    variable == Some("headers")
}

fn member(part: &IdedExpr) -> Option<&str> {
    let Expr::Select(select) = &part.expr else {
        return None;
    };
    let is_response = matches!(&select.operand.expr, Expr::Ident(name) if name == "response");
    is_response.then_some(select.field.as_str())
}
