//! A program evaluated node by node: what the other back ends are compared with.

use super::graph::Program;

/// The results of a program, and whether it is right at this input.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Evaluation {
    pub(crate) outputs: Vec<f64>,
    /// Whether a branch goes another way than it was recorded.
    pub(crate) violated: bool,
    /// Whether an output, or another value that has to be finite, is not.
    pub(crate) infinite: bool,
}

/// # Panics
/// If there are not as many numbers as the program has inputs.
pub(crate) fn evaluate(program: &Program, x: &[f64]) -> Evaluation {
    assert_eq!(x.len(), program.inputs, "as many numbers as inputs");
    let mut values = Vec::with_capacity(program.nodes.len());
    values.extend_from_slice(x);
    values.extend_from_slice(&program.constants);
    for node in &program.nodes[program.first_operation()..] {
        let mut args = [0.0; 4];
        for (arg, id) in args.iter_mut().zip(node.args()) {
            *arg = values[id.index()];
        }
        values.push(node.evaluate(args));
    }
    Evaluation {
        outputs: program.outputs.iter().map(|id| values[id.index()]).collect(),
        violated: program.violations.iter().any(|id| values[id.index()].to_bits() != 0),
        infinite: program.infinities.iter().any(|id| values[id.index()].is_nan())
            || program.outputs.iter().any(|id| !values[id.index()].is_finite()),
    }
}
