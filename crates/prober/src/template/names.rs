//! Refuses a template that names what is not there, as Go does when it parses one: the engine would
//! find out only when it comes to it.

use gotmpl::parse::{DefineNode, Expr, ListNode, Node, PipeNode, Pos};

use super::functions::is_known;
use crate::source::SourceError;

/// Looks at every function, variable and template that is named.
///
/// # Errors
/// The first that is not known, and where.
pub(super) fn check(
    body: &ListNode,
    defines: &[DefineNode],
    source: &str,
) -> Result<(), SourceError> {
    let defined: Vec<&str> = defines.iter().map(|define| define.name.as_str()).collect();
    let mut names = Names::default();
    names.list(body);
    defines.iter().for_each(|define| names.list(&define.body));
    let unknown_function = names.functions.iter().find(|(_, name)| !is_known(name));
    let unknown_variable = names
        .variables
        .iter()
        .find(|(_, name)| !names.declared.contains(name));
    let unknown_template = names
        .templates
        .iter()
        .find(|(_, name)| !defined.contains(name));
    let found = [
        ("function", unknown_function),
        ("variable", unknown_variable),
        ("template", unknown_template),
    ];
    match found
        .into_iter()
        .find_map(|(what, found)| Some((what, found?)))
    {
        None => Ok(()),
        Some((what, (at, name))) => Err(SourceError::at_offset(
            source,
            at.offset,
            format!("there is no {what} {name:?}"),
        )),
    }
}

/// The names in a template.
#[derive(Default)]
struct Names<'a> {
    functions: Vec<(Pos, &'a str)>,
    variables: Vec<(Pos, &'a str)>,
    templates: Vec<(Pos, &'a str)>,
    declared: Vec<&'a str>,
}

/// Recursive, as deep as the parser goes, which has a limit.
impl<'a> Names<'a> {
    fn list(&mut self, list: &'a ListNode) {
        list.nodes.iter().for_each(|node| self.node(node));
    }

    fn node(&mut self, node: &'a Node) {
        match node {
            Node::List(list) => self.list(list),
            Node::Action(action) => self.pipe(&action.pipe),
            Node::If(branch) | Node::Range(branch) | Node::With(branch) => {
                self.pipe(&branch.pipe);
                self.list(&branch.body);
                branch.else_body.iter().for_each(|body| self.list(body));
            }
            Node::Template(call) => {
                self.templates.push((call.pos, &call.name));
                call.pipe.iter().for_each(|pipe| self.pipe(pipe));
            }
            Node::Define(define) => self.list(&define.body),
            Node::Text(_) | Node::Break(_) | Node::Continue(_) => {}
        }
    }

    fn pipe(&mut self, pipe: &'a PipeNode) {
        if !pipe.is_assign {
            self.declared
                .extend(pipe.decl.iter().map(|name| name.as_str()));
        }
        for expr in pipe.commands.iter().flat_map(|command| &command.args) {
            self.expr(expr);
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Identifier(at, name) => self.functions.push((*at, name)),
            Expr::Variable(at, name, _) if !matches!(name.as_str(), "" | "$") => {
                self.variables.push((*at, name))
            }
            Expr::Pipe(_, pipe) => self.pipe(pipe),
            Expr::Chain(_, inner, _) => self.expr(inner),
            _ => {}
        }
    }
}
