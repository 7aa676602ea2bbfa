//! A program as a Rust function.

use super::graph::{Id, Program};
use super::op::Op;
use std::fmt::Write as _;

/// A Rust function of this name, from an array of the inputs to an array of the outputs; `None` out where a guard fails.
pub(crate) fn rust_source(program: &Program, name: &str) -> String {
    let first = program.first_operation();
    let conditional = !(program.violations.is_empty() && program.infinities.is_empty());
    let (inputs, outputs) = (program.inputs, program.outputs.len());
    let result = if conditional { format!("Option<[f64; {outputs}]>") } else { format!("[f64; {outputs}]") };
    let input = if inputs == 0 { "_x" } else { "x" };
    let mut text = format!(
        "/// Generated: {} operations, {} guards.\n\
         #[rustfmt::skip]\n\
         #[allow(clippy::all, clippy::pedantic, unused_parens)]\n\
         pub fn {name}({input}: &[f64; {inputs}]) -> {result} {{\n",
        program.operations(),
        program.violations.len(),
    );
    let is_mask = masks(program);
    let value = |id: Id| {
        let k = id.index();
        match program.nodes[k].value() {
            // A mask that is the same for every input does not occur: it has been simplified away.
            Some(_) => format!("C{}", k - inputs),
            None if k < inputs => format!("x[{k}]"),
            None => format!("v{}", k - first),
        }
    };
    for (k, c) in program.constants.iter().enumerate() {
        let _ = writeln!(text, "    const C{k}: f64 = f64::from_bits({:#018x}); // {c:?}", c.to_bits());
    }
    for (k, node) in program.nodes.iter().enumerate().skip(first) {
        let args: Vec<String> = node.args().iter().map(|id| value(*id)).collect();
        let formula = match (node.op, args.as_slice()) {
            (Op::Add, [a, b]) => format!("{a} + {b}"),
            (Op::Sub, [a, b]) => format!("{a} - {b}"),
            (Op::Mul, [a, b]) => format!("{a} * {b}"),
            (Op::Div, [a, b]) => format!("{a} / {b}"),
            (Op::Neg, [a]) => format!("-{a}"),
            (Op::Abs, [a]) => format!("{a}.abs()"),
            (Op::Sqrt, [a]) => format!("{a}.sqrt()"),
            (Op::Floor, [a]) => format!("{a}.floor()"),
            (Op::Ceil, [a]) => format!("{a}.ceil()"),
            (Op::Trunc, [a]) => format!("{a}.trunc()"),
            (Op::CopySign, [a, b]) => format!("{a}.copysign({b})"),
            // `f64::min` may return either of two zeros.
            (Op::Min, [a, b]) => format!("if {a}.is_nan() || {b} < {a} {{ {b} }} else {{ {a} }}"),
            (Op::Max, [a, b]) => format!("if {a}.is_nan() || {b} > {a} {{ {b} }} else {{ {a} }}"),
            (Op::Fma, [a, b, c]) => format!("{a}.mul_add({b}, {c})"),
            (Op::Less, [a, b]) => format!("{a} < {b}"),
            (Op::LessEqual, [a, b]) => format!("{a} <= {b}"),
            (Op::Equal, [a, b]) => format!("{a} == {b}"),
            (Op::NotLess, [a, b]) => format!("!({a} < {b})"),
            (Op::NotLessEqual, [a, b]) => format!("!({a} <= {b})"),
            (Op::NotEqual, [a, b]) => format!("{a} != {b}"),
            (Op::And, [a, b]) => format!("{a} & {b}"),
            (Op::Or, [a, b]) => format!("{a} | {b}"),
            (Op::Select, [mask, a, b]) => format!("if {mask} {{ {a} }} else {{ {b} }}"),
            (_, args) => {
                let path = node.function.map_or("unreachable", |function| function.path);
                match args {
                    [_, x] if node.function.is_some_and(|function| function.has_index) => {
                        format!("{path}({x})")
                    }
                    [_, x @ ..] if node.function.is_some_and(|function| function.has_index) => {
                        format!("{path}([{}])", x.join(", "))
                    }
                    args => format!("{path}({})", args.join(", ")),
                }
            }
        };
        let kind = if is_mask[k] { "bool" } else { "f64" };
        let _ = writeln!(text, "    let v{}: {kind} = {formula};", k - first);
    }
    let conditions = program.violations.iter().map(|id| value(*id));
    let conditions = conditions.chain(
        program
            .infinities
            .iter()
            .map(|id| if is_mask[id.index()] { value(*id) } else { format!("{}.is_nan()", value(*id)) }),
    );
    for condition in conditions {
        let _ = writeln!(text, "    if {condition} {{\n        return None;\n    }}");
    }
    let results: Vec<String> = program.outputs.iter().map(|id| value(*id)).collect();
    let results = format!("[{}]", results.join(", "));
    let _ = writeln!(text, "    {}\n}}", if conditional { format!("Some({results})") } else { results });
    text
}

/// Which nodes are masks: comparisons, and what is made of masks alone.
fn masks(program: &Program) -> Vec<bool> {
    let mut is_mask = vec![false; program.nodes.len()];
    for (k, node) in program.nodes.iter().enumerate() {
        is_mask[k] = match node.op {
            Op::And | Op::Or => true,
            Op::Select => is_mask[node.args[1].index()],
            op => op.is_comparison(),
        };
    }
    is_mask
}
