//! The order of a program's operations.
//!
//! A value that waits for its use occupies a register, and there are sixteen. Which order keeps few values waiting depends on
//! the program. Two are tried, and the one for which register allocation stores and loads less is kept:
//!
//! * *greedy*: after each operation, one that it made ready and that is the last use of some value, so that it frees a
//!   register; otherwise the next one in the order of the recording. This interleaves the two sweeps of a long recurrence.
//! * *depth first*: an operation directly before its first use, the deeper argument first, as in the numbering of Sethi and
//!   Ullman (The generation of optimal code for arithmetic expressions, J. ACM 17, 1970). This suits trees with small
//!   intermediate results, such as Hessians.

use super::graph::{Id, Program};
use super::library::{self, Function};
use super::op::Op;
use std::collections::HashMap;

/// In which order operations are emitted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Order {
    Greedy,
    DepthFirst,
}

/// An operation whose result is the value with its own number; see [`Code`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instruction {
    pub(crate) op: Op,
    pub(crate) args: [u32; 4],
    pub(crate) arity: u8,
    pub(crate) function: Option<&'static Function>,
}

impl Instruction {
    #[inline]
    pub(crate) fn args(&self) -> &[u32] {
        &self.args[..self.arity as usize]
    }
}

/// A straight line of instructions. Values are numbered: the inputs, the constants, one for each instruction.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) inputs: usize,
    pub(crate) constants: Vec<f64>,
    pub(crate) instructions: Vec<Instruction>,
    /// The value of each output.
    pub(crate) outputs: Vec<u32>,
    /// A word that is not zero where a branch goes another way than it was recorded, if there are branches.
    pub(crate) violated: Option<u32>,
    /// A number that is NaN where a value that has to be finite is not, if there are any.
    pub(crate) infinite: Option<u32>,
}

impl Code {
    /// The number of the first instruction's value.
    pub(crate) fn first(&self) -> usize {
        self.inputs + self.constants.len()
    }

    /// The outputs and, where they exist, the two results about validity, at `outputs.len()` and the place after it.
    pub(crate) fn stores(&self) -> impl Iterator<Item = (u32, u32)> {
        let n = self.outputs.len() as u32;
        let outputs = self.outputs.iter().enumerate().map(|(k, value)| (k as u32, *value));
        outputs.chain(self.violated.map(|v| (n, v))).chain(self.infinite.map(|v| (n + 1, v)))
    }
}

/// The program in that order. Sine and cosine of the same number become one instruction.
pub(crate) fn schedule(program: &Program, order: Order) -> Code {
    let sequence = match order {
        Order::Greedy => greedy(program),
        Order::DepthFirst => depth_first(program),
    };
    number(program, &sequence)
}

/// For each node the operations that use it, each once, in one vector: those of node k from `starts[k]` to `starts[k + 1]`.
struct Uses {
    starts: Vec<u32>,
    users: Vec<u32>,
}

/// The arguments of a node that are operations, each once.
fn distinct_operations(program: &Program, k: usize) -> impl Iterator<Item = usize> + Clone {
    let first = program.first_operation();
    let args = program.nodes[k].args();
    let is_new = move |i: usize| !args[..i].contains(&args[i]);
    (0..args.len()).filter(move |i| args[*i].index() >= first && is_new(*i)).map(move |i| args[i].index())
}

impl Uses {
    fn of(program: &Program) -> Self {
        let n = program.nodes.len();
        let mut starts = vec![0_u32; n + 1];
        for k in program.first_operation()..n {
            for arg in distinct_operations(program, k) {
                starts[arg + 1] += 1;
            }
        }
        for k in 0..n {
            starts[k + 1] += starts[k];
        }
        let mut fill = starts.clone();
        let mut users = vec![0; starts[n] as usize];
        for k in program.first_operation()..n {
            for arg in distinct_operations(program, k) {
                users[fill[arg] as usize] = k as u32;
                fill[arg] += 1;
            }
        }
        Uses { starts, users }
    }

    fn of_node(&self, k: usize) -> &[u32] {
        &self.users[self.starts[k] as usize..self.starts[k + 1] as usize]
    }
}

fn greedy(program: &Program) -> Vec<u32> {
    let (first, n) = (program.first_operation(), program.nodes.len());
    let uses = Uses::of(program);
    let mut waiting_uses: Vec<u32> = (0..n).map(|k| uses.of_node(k).len() as u32).collect();
    let mut missing: Vec<u32> = vec![0; n];
    for k in first..n {
        missing[k] = distinct_operations(program, k).count() as u32;
    }
    let mut done = vec![false; n];
    let mut sequence = Vec::with_capacity(n - first);
    let mut candidates: Vec<u32> = Vec::new();
    for next in first..n {
        if done[next] {
            continue;
        }
        // In the order of the recording, everything that `next` needs is done.
        candidates.clear();
        candidates.push(next as u32);
        let mut forced = true;
        while let Some(k) = candidates.pop() {
            let k = k as usize;
            if done[k] || missing[k] > 0 {
                continue;
            }
            let frees = distinct_operations(program, k).any(|arg| waiting_uses[arg] == 1);
            if !forced && !frees {
                continue;
            }
            forced = false;
            done[k] = true;
            sequence.push(k as u32);
            for user in uses.of_node(k) {
                missing[*user as usize] -= 1;
            }
            for arg in distinct_operations(program, k) {
                waiting_uses[arg] -= 1;
                if waiting_uses[arg] == 1 {
                    candidates.extend(
                        uses.of_node(arg)
                            .iter()
                            .filter(|u| !done[**u as usize] && missing[**u as usize] == 0),
                    );
                }
            }
            candidates.extend(uses.of_node(k).iter().rev().filter(|u| missing[**u as usize] == 0));
        }
    }
    sequence
}

fn depth_first(program: &Program) -> Vec<u32> {
    let (first, n) = (program.first_operation(), program.nodes.len());
    let mut depth = vec![0_u32; n];
    for k in first..n {
        depth[k] = program.nodes[k].args().iter().map(|arg| depth[arg.index()] + 1).max().unwrap_or(0);
    }
    let mut done = vec![false; n];
    let mut sequence = Vec::with_capacity(n - first);
    let mut stack: Vec<(u32, bool)> = Vec::new();
    let roots = program.outputs.iter().chain(&program.violations).chain(&program.infinities);
    for root in roots.filter(|root| root.index() >= first) {
        stack.push((root.0, false));
        while let Some((k, ready)) = stack.pop() {
            if done[k as usize] {
                continue;
            }
            if ready {
                done[k as usize] = true;
                sequence.push(k);
                continue;
            }
            stack.push((k, true));
            let below = stack.len();
            for arg in distinct_operations(program, k as usize) {
                if !done[arg] {
                    stack.push((arg as u32, false));
                }
            }
            // The last one is evaluated first.
            stack[below..].sort_by_key(|(arg, _)| depth[*arg as usize]);
        }
    }
    sequence
}

/// Numbers the values in the order of the sequence, pairs sines with cosines, and inserts the sums of violations where
/// their parts are computed, so that they wait for nothing.
fn number(program: &Program, sequence: &[u32]) -> Code {
    let first = program.first_operation();
    let mut pairs: HashMap<Id, [Option<u32>; 2]> = HashMap::new();
    for k in sequence {
        let node = &program.nodes[*k as usize];
        if let Some(which) = sin_or_cos(node.function) {
            pairs.entry(node.args[0]).or_default()[which] = Some(*k);
        }
    }
    const UNNUMBERED: u32 = u32::MAX;
    let mut numbers = vec![UNNUMBERED; program.nodes.len()];
    for k in 0..first {
        numbers[k] = k as u32;
    }
    let mut status = Status::new(program);
    let mut instructions: Vec<Instruction> = Vec::with_capacity(sequence.len() + sequence.len() / 16);
    // A program that is right nowhere says so by a constant.
    for k in 0..first {
        status.collect(k, k as u32, first, &mut instructions);
    }
    for k in sequence {
        let k = *k as usize;
        if numbers[k] == UNNUMBERED {
            let node = &program.nodes[k];
            let mut args = [0; 4];
            for (arg, id) in args.iter_mut().zip(node.args()) {
                *arg = numbers[id.index()];
            }
            let value = (first + instructions.len()) as u32;
            let arity = node.arity() as u8;
            let pair = sin_or_cos(node.function).map(|_| pairs[&node.args[0]]);
            if let Some([Some(sin), Some(cos)]) = pair {
                numbers[sin as usize] = value;
                numbers[cos as usize] = value + 1;
                instructions.push(Instruction { op: Op::SinCos, args, arity, function: None });
                instructions.push(Instruction { op: Op::Second, args: [0; 4], arity: 0, function: None });
            } else {
                numbers[k] = value;
                instructions.push(Instruction { op: node.op, args, arity, function: node.function });
            }
        }
        status.collect(k, numbers[k], first, &mut instructions);
    }
    Code {
        inputs: program.inputs,
        constants: program.constants.clone(),
        outputs: program.outputs.iter().map(|id| numbers[id.index()]).collect(),
        violated: status.sums[0],
        infinite: status.sums[1],
        instructions,
    }
}

fn sin_or_cos(function: Option<&'static Function>) -> Option<usize> {
    let function = function?;
    if *function == library::SIN {
        Some(0)
    } else if *function == library::COS {
        Some(1)
    } else {
        None
    }
}

/// The disjunctions, so far, of what tells where the program is not right.
struct Status {
    /// For each node, in which of the two it takes part.
    parts: HashMap<u32, [bool; 2]>,
    sums: [Option<u32>; 2],
}

impl Status {
    fn new(program: &Program) -> Self {
        let mut parts: HashMap<u32, [bool; 2]> = HashMap::new();
        for (which, ids) in [&program.violations, &program.infinities].into_iter().enumerate() {
            for id in ids {
                parts.entry(id.0).or_default()[which] = true;
            }
        }
        Status { parts, sums: [None; 2] }
    }

    fn collect(&mut self, node: usize, value: u32, first: usize, instructions: &mut Vec<Instruction>) {
        if self.parts.is_empty() {
            return;
        }
        let Some(parts) = self.parts.get(&(node as u32)) else { return };
        for which in 0..2 {
            if parts[which] {
                self.sums[which] = Some(match self.sums[which] {
                    None => value,
                    Some(sum) => {
                        let args = [sum, value, 0, 0];
                        instructions.push(Instruction { op: Op::Or, args, arity: 2, function: None });
                        (first + instructions.len() - 1) as u32
                    }
                });
            }
        }
    }
}
