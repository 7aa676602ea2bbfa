//! Programs as text and as pictures.

use super::graph::{Id, Node, Program};
use super::op::Op;
use std::fmt::{self, Write as _};

impl Program {
    /// The name of a value: an input, a constant itself, or the result of an operation.
    fn name(&self, id: Id) -> String {
        let first = self.first_operation();
        match self.nodes[id.index()].value() {
            Some(value) => format!("{value:?}"),
            None if id.index() < self.inputs => format!("x{}", id.index()),
            None => format!("v{}", id.index() - first),
        }
    }

    /// An operation in mathematical notation.
    fn formula(&self, node: &Node) -> String {
        let args: Vec<String> = node.args().iter().map(|id| self.name(*id)).collect();
        match (node.op, args.as_slice()) {
            (Op::Neg, [a]) => format!("-{a}"),
            (Op::Select, [mask, a, b]) => format!("if {mask} then {a} else {b}"),
            (op, [a, b]) if symbol(op).is_some() => format!("{a} {} {b}", symbol(op).unwrap_or_default()),
            (op, args) => {
                let name = node.function.map_or_else(|| format!("{op:?}").to_lowercase(), |f| f.name.into());
                format!("{name}({})", args.join(", "))
            }
        }
    }

    /// The graph in the language of Graphviz: inputs and results as boxes, an edge from each argument.
    pub(crate) fn graphviz(&self) -> String {
        let mut text = String::from("digraph program {\n    rankdir = TB;\n    node [shape = plaintext];\n");
        let first = self.first_operation();
        let mut used = vec![false; self.nodes.len()];
        for node in &self.nodes[first..] {
            for id in node.args() {
                used[id.index()] = true;
            }
        }
        for (k, node) in self.nodes.iter().enumerate() {
            let label = if k < first {
                self.name(Id(k as u32))
            } else {
                match (node.function, symbol(node.op)) {
                    (Some(function), _) => function.name.into(),
                    (None, Some(symbol)) => symbol.into(),
                    (None, None) => format!("{:?}", node.op).to_lowercase(),
                }
            };
            let shape = if k < self.inputs { ", shape = box" } else { "" };
            if k >= first || k < self.inputs || used[k] {
                let _ = writeln!(text, "    n{k} [label = \"{label}\"{shape}];");
            }
            for id in node.args() {
                let _ = writeln!(text, "    n{} -> n{k};", id.index());
            }
        }
        for (k, id) in self.outputs.iter().enumerate() {
            let _ = writeln!(text, "    y{k} [label = \"y{k}\", shape = box];\n    n{} -> y{k};", id.index());
        }
        text.push_str("}\n");
        text
    }
}

/// The operator between two arguments.
fn symbol(op: Op) -> Option<&'static str> {
    Some(match op {
        Op::Add => "+",
        Op::Sub => "-",
        Op::Mul => "*",
        Op::Div => "/",
        Op::Less => "<",
        Op::LessEqual => "<=",
        Op::Equal => "==",
        Op::NotLess => "!<",
        Op::NotLessEqual => "!<=",
        Op::NotEqual => "!=",
        Op::And => "and",
        Op::Or => "or",
        _ => return None,
    })
}

/// A line for each operation, then the results and the conditions on which they hold.
impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, node) in self.nodes[self.first_operation()..].iter().enumerate() {
            writeln!(f, "v{k} = {}", self.formula(node))?;
        }
        for (k, id) in self.outputs.iter().enumerate() {
            writeln!(f, "y{k} = {}", self.name(*id))?;
        }
        for id in &self.violations {
            writeln!(f, "unless {}", self.name(*id))?;
        }
        for id in &self.infinities {
            // Masks are those whose bits are all set, a NaN, where they hold.
            let what = if matches!(self.nodes[id.index()].op, Op::Sub) {
                " is NaN"
            } else {
                ", which is left to the closure"
            };
            writeln!(f, "unless {}{what}", self.name(*id))?;
        }
        Ok(())
    }
}
