//! How many actions a template has, with those of the templates that it calls: what is carried out
//! once, where nothing goes round.

use gotmpl::parse::{DefineNode, Expr, ListNode, Node, PipeNode};

use crate::source::SourceError;

/// How many actions a template may have.
const MAX: u64 = 20_000;

/// Counts them.
///
/// # Errors
/// There are too many, or a template calls itself.
pub(crate) fn actions(
    body: &ListNode,
    defines: &[DefineNode],
    source: &str,
) -> Result<u64, SourceError> {
    let mut counted = Counted {
        defines,
        source,
        known: Vec::new(),
        within: Vec::new(),
    };
    counted.list(body)
}

struct Counted<'a> {
    defines: &'a [DefineNode],
    source: &'a str,
    /// The templates that were counted.
    known: Vec<(&'a str, u64)>,
    /// Those that are being counted.
    within: Vec<&'a str>,
}

/// Recursive, as deep as the parser goes, which has a limit, and once for each template.
impl<'a> Counted<'a> {
    fn list(&mut self, list: &'a ListNode) -> Result<u64, SourceError> {
        let mut all = 1_u64;
        for node in &list.nodes {
            all = all.saturating_add(self.node(node)?);
        }
        Ok(all)
    }

    fn node(&mut self, node: &'a Node) -> Result<u64, SourceError> {
        match node {
            Node::List(list) => self.list(list),
            Node::If(branch) | Node::Range(branch) | Node::With(branch) => {
                let other = branch.else_body.as_ref();
                let other = other.map_or(Ok(0), |body| self.list(body))?;
                let body = self.list(&branch.body)?.saturating_add(other);
                Ok(body.saturating_add(parts(&branch.pipe)))
            }
            Node::Action(action) => Ok(parts(&action.pipe)),
            Node::Template(call) => {
                let given = call.pipe.as_ref().map_or(0, parts);
                Ok(self
                    .called(&call.name, call.pos.offset)?
                    .saturating_add(given))
            }
            _ => Ok(1),
        }
    }

    fn called(&mut self, name: &'a str, offset: usize) -> Result<u64, SourceError> {
        let wrong = |what: &str| {
            let message = format!("template {name:?} {what}");
            SourceError::at_offset(self.source, offset, message)
        };
        if let Some((_, known)) = self.known.iter().find(|(known, _)| *known == name) {
            return Ok(*known);
        }
        if self.within.contains(&name) {
            return Err(wrong("calls itself, of which there is no end"));
        }
        // The last of a name is the one that is called.
        let Some(define) = self.defines.iter().rfind(|define| define.name == name) else {
            return Ok(0);
        };
        self.within.push(name);
        let all = self.list(&define.body)?;
        self.within.pop();
        if all > MAX {
            return Err(SourceError::at_offset(
                self.source,
                offset,
                format!("template {name:?} has more than {MAX} actions with what it calls"),
            ));
        }
        self.known.push((name, all));
        Ok(all)
    }
}

/// What is evaluated of a pipeline.
fn parts(pipe: &PipeNode) -> u64 {
    let exprs = pipe.commands.iter().flat_map(|command| &command.args);
    exprs.map(parts_of).fold(1, u64::saturating_add)
}

fn parts_of(expr: &Expr) -> u64 {
    match expr {
        Expr::Pipe(_, pipe) => parts(pipe),
        Expr::Chain(_, inner, _) => parts_of(inner).saturating_add(1),
        _ => 1,
    }
}
