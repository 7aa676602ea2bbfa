//! From the operations of a recording to those that machines have one instruction for.

use super::graph::{Id, Node, Program};
use super::library;
use super::op::Op;

/// The program with −x, |x|, copysign, min and max as operations on bits and selections, 2 x as x + x, and −(c x) as (−c) x
/// where the product has no other use. No bit of a result changes, other than in a NaN.
pub(crate) fn lower(program: &Program, has_fma: bool) -> Program {
    let nodes = &program.nodes;
    let first = program.first_operation();
    let mut uses = vec![0_u32; nodes.len()];
    let roots = program.outputs.iter().chain(&program.violations).chain(&program.infinities);
    for id in nodes[first..].iter().flat_map(|node| node.args()).chain(roots) {
        uses[id.index()] = uses[id.index()].saturating_add(1);
    }
    // Constants of the lowered program that the recording may lack stand after its own.
    let mut extra = Extra { first: first as u32, constants: Vec::new() };
    let mut lowered: Vec<Node> = Vec::with_capacity(nodes.len() - first + 16);
    // What a node has become: an index among the lowered operations, or a leaf.
    let mut new: Vec<Place> = (0..first as u32).map(|k| Place::MachineFloat(Id(k))).collect();
    let product_with_constant = |node: &Node| {
        let by_constant = |k: usize| nodes[node.args[k].index()].value().map(|c| (c, node.args[1 - k]));
        if node.op == Op::Mul { by_constant(0).or_else(|| by_constant(1)) } else { None }
    };
    // Products by a constant that are negated and not used otherwise.
    let absorbed =
        |id: Id| if uses[id.index()] == 1 { product_with_constant(&nodes[id.index()]) } else { None };
    let mut left_out = vec![false; nodes.len()];
    for node in nodes[first..].iter().filter(|node| node.op == Op::Neg) {
        left_out[node.args[0].index()] = absorbed(node.args[0]).is_some();
    }
    // Comparisons that only a minimum or maximum uses.
    for node in nodes[first..].iter().filter(|node| node.op == Op::Select) {
        let condition = node.args[0].index();
        let single = nodes[condition].op == Op::Less && uses[condition] == 1;
        left_out[condition] |= single && is_choice(nodes, node);
    }
    for (k, node) in nodes.iter().enumerate().skip(first) {
        let mut push = |node: Node| {
            lowered.push(node);
            Place::Operation(lowered.len() as u32 - 1)
        };
        let arg = |k: usize| new[node.args[k].index()];
        let place = match node.op {
            _ if left_out[k] => Place::LeftOut,
            Op::Mul if product_with_constant(node).is_some_and(|(c, _)| c == 2.0) => {
                let x = product_with_constant(node).map_or(Id::NONE, |(_, x)| x);
                let x = new[x.index()];
                push(operation(Op::Add, &[x, x]))
            }
            Op::Neg => {
                if let Some((c, x)) = absorbed(node.args[0]) {
                    let c = extra.constant(-c);
                    push(operation(Op::Mul, &[c, new[x.index()]]))
                } else {
                    let sign = extra.constant(-0.0);
                    push(operation(Op::Xor, &[arg(0), sign]))
                }
            }
            Op::Abs => {
                let magnitude = extra.constant(f64::from_bits(!(1 << 63)));
                push(operation(Op::And, &[arg(0), magnitude]))
            }
            Op::CopySign => {
                let magnitude = extra.constant(f64::from_bits(!(1 << 63)));
                let sign = extra.constant(-0.0);
                let magnitude = push(operation(Op::And, &[arg(0), magnitude]));
                let sign = push(operation(Op::And, &[arg(1), sign]));
                push(operation(Op::Or, &[magnitude, sign]))
            }
            Op::Min | Op::Max => {
                // Where a is NaN, b; else b if it is less, which the machine's minimum of b and a says.
                let op = if node.op == Op::Min { Op::LessOf } else { Op::GreaterOf };
                let (a, b) = (arg(0), arg(1));
                let unordered = push(operation(Op::NotEqual, &[a, a]));
                let less = push(operation(op, &[b, a]));
                push(operation(Op::Select, &[unordered, b, less]))
            }
            // a < b ? a : b and a < b ? b : a, which machines have.
            Op::Select if nodes[node.args[0].index()].op == Op::Less && is_choice(nodes, node) => {
                let [a, b, ..] = nodes[node.args[0].index()].args;
                if node.args[1] == a {
                    push(operation(Op::LessOf, &[new[a.index()], new[b.index()]]))
                } else {
                    push(operation(Op::GreaterOf, &[new[b.index()], new[a.index()]]))
                }
            }
            Op::Fma if !has_fma => {
                let mut call = operation(Op::Call, &[arg(0), arg(1), arg(2)]);
                call.function = Some(&library::MUL_ADD);
                push(call)
            }
            _ => {
                let mut copy = *node;
                for k in 0..node.arity() {
                    copy.args[k] = arg(k).encoded();
                }
                push(copy)
            }
        };
        new.push(place);
    }
    extra.assemble(program, lowered, &new)
}

/// Whether a selection by a comparison chooses between the numbers that are compared.
fn is_choice(nodes: &[Node], select: &Node) -> bool {
    let [a, b, ..] = nodes[select.args[0].index()].args;
    let [_, yes, no, _] = select.args;
    (yes == a && no == b) || (yes == b && no == a)
}

/// Where a value stands while the number of constants is not yet known.
#[derive(Clone, Copy)]
enum Place {
    MachineFloat(Id),
    Operation(u32),
    /// Nowhere: what used it does without.
    LeftOut,
}

impl Place {
    /// Operations are marked by the highest bit.
    fn encoded(self) -> Id {
        match self {
            Place::MachineFloat(id) => id,
            Place::Operation(k) => Id(k | OPERATION),
            Place::LeftOut => Id::NONE,
        }
    }
}

const OPERATION: u32 = 1 << 31;

fn operation(op: Op, args: &[Place]) -> Node {
    let mut ids = [Id::NONE; 4];
    for (id, arg) in ids.iter_mut().zip(args) {
        *id = arg.encoded();
    }
    Node::new(op, &ids[..args.len()])
}

/// The constants that lowering adds.
struct Extra {
    first: u32,
    constants: Vec<f64>,
}

impl Extra {
    fn constant(&mut self, value: f64) -> Place {
        // Few: signs and the negatives of constants. The last ones are the likeliest.
        let found = self.constants.iter().rev().take(8).position(|c| c.to_bits() == value.to_bits());
        let at = if let Some(back) = found {
            self.constants.len() - 1 - back
        } else {
            self.constants.push(value);
            self.constants.len() - 1
        };
        Place::MachineFloat(Id(self.first + at as u32))
    }

    fn assemble(self, program: &Program, mut lowered: Vec<Node>, new: &[Place]) -> Program {
        let first = self.first + self.constants.len() as u32;
        let decoded = |id: Id| if id.0 & OPERATION == 0 { id } else { Id(first + (id.0 & !OPERATION)) };
        for node in &mut lowered {
            let arity = node.arity();
            for arg in &mut node.args[..arity] {
                *arg = decoded(*arg);
            }
        }
        let renamed = |ids: &[Id]| ids.iter().map(|id| decoded(new[id.index()].encoded())).collect();
        let mut nodes = program.nodes[..self.first as usize].to_vec();
        nodes.extend(self.constants.iter().map(|c| Node::constant(*c)));
        nodes.append(&mut lowered);
        Program {
            inputs: program.inputs,
            constants: [program.constants.as_slice(), self.constants.as_slice()].concat(),
            nodes,
            outputs: renamed(&program.outputs),
            violations: renamed(&program.violations),
            infinities: renamed(&program.infinities),
        }
    }
}
