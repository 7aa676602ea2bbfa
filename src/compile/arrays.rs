//! A program as operations on arrays, in safe Rust.
//!
//! Programs recorded from loops compute the same formula on many numbers. Two operations belong to the same *class* if they are
//! the same function of arguments of the same classes, where all inputs form one class and all constants another. The
//! operations of a class do not depend on each other, so that they can be one loop over arrays, and the results of a class
//! stand in a row. A loop is interpreted once and vectorised by the compiler.
//!
//! A long sum is a chain, in which each addition depends on the one before. It becomes one loop with one result, in the order of the
//! chain.

use super::faults::{Faults, all_finite};
use super::graph::{Id, Program};
use super::library::{Callee, Function};
use super::op::Op;
use std::collections::{BTreeMap, HashMap};

/// Where the elements of an argument stand in memory.
#[derive(Clone, Debug)]
enum Argument {
    /// One after the other, from here.
    Row(u32),
    /// In one place, which every element reads.
    Same(u32),
    Anywhere(Vec<u32>),
}

impl Argument {
    fn of(slots: Vec<u32>) -> Self {
        if slots.windows(2).all(|w| w[1] == w[0] + 1) {
            Argument::Row(slots[0])
        } else if slots.windows(2).all(|w| w[1] == w[0]) {
            Argument::Same(slots[0])
        } else {
            Argument::Anywhere(slots)
        }
    }

    /// The elements from `at`, as many as fit into the buffer or are left.
    #[inline]
    fn read<'a>(
        &'a self,
        memory: &'a [f64],
        at: usize,
        count: usize,
        buffer: &'a mut [f64; BLOCK],
    ) -> &'a [f64] {
        match self {
            Argument::Row(slot) => &memory[*slot as usize + at..][..count],
            Argument::Same(slot) => {
                if at == 0 {
                    buffer[..count].fill(memory[*slot as usize]);
                }
                &buffer[..count]
            }
            Argument::Anywhere(slots) => {
                for (to, slot) in buffer.iter_mut().zip(&slots[at..at + count]) {
                    *to = memory[*slot as usize];
                }
                &buffer[..count]
            }
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Argument::Anywhere(slots) => size_of_val(slots.as_slice()),
            _ => 0,
        }
    }
}

/// How many elements are gathered at a time.
const BLOCK: usize = 256;

/// What a step does with its arguments.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// The operation, for each element.
    Each(Op),
    Call(&'static Function),
    /// The sum of the elements of its only argument.
    Sum,
}

/// One loop. Its results stand behind everything that it reads.
#[derive(Clone, Debug)]
struct Step {
    kind: Kind,
    to: u32,
    count: u32,
    arguments: Vec<Argument>,
}

/// A program as a sequence of loops.
#[derive(Clone, Debug)]
pub(crate) struct Arrays {
    steps: Vec<Step>,
    /// What the memory holds before the first step.
    memory: Vec<f64>,
    inputs: usize,
    outputs: Argument,
    output_count: usize,
    violations: Vec<u32>,
    infinities: Vec<u32>,
    elements: usize,
}

/// The least number of terms of a sum that is worth a loop.
const LONG_SUM: usize = 8;

/// For each node that ends a long chain of additions, its terms; and which nodes are inside a chain.
fn sums(program: &Program) -> (HashMap<usize, Vec<Id>>, Vec<bool>) {
    let (first, n) = (program.first_operation(), program.nodes.len());
    let mut uses = vec![0_u32; n];
    for id in program.nodes[first..].iter().flat_map(|node| node.args()) {
        uses[id.index()] += 1;
    }
    for id in program.outputs.iter().chain(&program.violations).chain(&program.infinities) {
        uses[id.index()] += 1;
    }
    // The length of the chain that ends here, and its previous link.
    let mut length = vec![0_u32; n];
    let mut previous: Vec<Option<Id>> = vec![None; n];
    let mut continued = vec![false; n];
    for k in first..n {
        let node = &program.nodes[k];
        if node.op != Op::Add {
            continue;
        }
        let [a, b, ..] = node.args;
        let chain = |id: Id| if uses[id.index()] == 1 { length[id.index()] } else { 0 };
        let (longer, links) = if chain(a) >= chain(b) { (a, chain(a)) } else { (b, chain(b)) };
        length[k] = 2;
        if links > 0 {
            length[k] = links + 1;
            previous[k] = Some(longer);
            continued[longer.index()] = true;
        }
    }
    let mut inside = vec![false; n];
    let mut terms = HashMap::new();
    for k in (first..n).filter(|k| !continued[*k] && length[*k] as usize >= LONG_SUM) {
        let mut list = Vec::with_capacity(length[k] as usize);
        let mut at = k;
        loop {
            let [a, b, ..] = program.nodes[at].args;
            if let Some(link) = previous[at] {
                list.push(if link == a { b } else { a });
                at = link.index();
                inside[at] = true;
            } else {
                list.extend([b, a]);
                break;
            }
        }
        list.reverse();
        terms.insert(k, list);
    }
    (terms, inside)
}

/// What decides the class of an operation: the function and the classes of the arguments.
type Formula = (Op, Option<usize>, [u32; 4]);

impl Arrays {
    pub(crate) fn new(program: &Program) -> Self {
        let (first, n) = (program.first_operation(), program.nodes.len());
        let (terms, inside) = sums(program);
        const INPUT: u32 = 0;
        const CONSTANT: u32 = 1;
        let mut classes: HashMap<Formula, u32> = HashMap::new();
        let mut class: Vec<u32> = vec![INPUT; n];
        class[program.inputs..first].fill(CONSTANT);
        let mut count = 2;
        let mut height = vec![0_u32; n];
        let mut members: BTreeMap<(u32, u32), Vec<usize>> = BTreeMap::new();
        for k in (first..n).filter(|k| !inside[*k]) {
            let node = &program.nodes[k];
            let arguments = terms.get(&k).map_or(node.args(), Vec::as_slice);
            height[k] = 1 + arguments.iter().map(|id| height[id.index()]).max().unwrap_or(0);
            let mut fresh = || {
                count += 1;
                count - 1
            };
            class[k] = if terms.contains_key(&k) {
                fresh()
            } else {
                let mut of = [u32::MAX; 4];
                for (of, id) in of.iter_mut().zip(node.args()) {
                    *of = class[id.index()];
                }
                if node.op.commutes() {
                    of[..2].sort_unstable();
                }
                let function = node.function.map(|f| core::ptr::from_ref(f) as usize);
                *classes.entry((node.op, function, of)).or_insert_with(fresh)
            };
            members.entry((height[k], class[k])).or_default().push(k);
        }
        let mut layout = Layout::new(program);
        let mut steps = Vec::with_capacity(members.len());
        for members in members.values_mut() {
            // In the order of what they read, so that it is read in a row: a tape records from the end to the beginning.
            members.sort_by_key(|k| {
                let mut slots = [0; 4];
                for (slot, id) in slots.iter_mut().zip(program.nodes[*k].args()) {
                    // Constants have no places yet.
                    *slot = layout.slot[id.index()].wrapping_add(1);
                }
                slots
            });
            let node = &program.nodes[members[0]];
            let (kind, arguments) = if let Some(list) = terms.get(&members[0]) {
                (Kind::Sum, vec![layout.argument(list)])
            } else {
                let mut lists: Vec<Vec<Id>> = vec![Vec::with_capacity(members.len()); node.arity()];
                for k in &*members {
                    let mut args = program.nodes[*k].args;
                    if node.op.commutes() && class[args[0].index()] > class[args[1].index()] {
                        args.swap(0, 1);
                    }
                    for (list, id) in lists.iter_mut().zip(args) {
                        list.push(id);
                    }
                }
                let kind = node.function.map_or(Kind::Each(node.op), Kind::Call);
                (kind, lists.iter().map(|list| layout.argument(list)).collect())
            };
            let count = if let Kind::Sum = kind { terms[&members[0]].len() } else { members.len() };
            let to = layout.results(members);
            steps.push(Step { kind, to, count: count as u32, arguments });
        }
        for id in program.violations.iter().chain(&program.infinities) {
            if layout.slot[id.index()] == u32::MAX {
                layout.place_constant(*id);
            }
        }
        let slots = |ids: &[Id], layout: &Layout| ids.iter().map(|id| layout.slot[id.index()]).collect();
        let outputs =
            if program.outputs.is_empty() { Argument::Row(0) } else { layout.argument(&program.outputs) };
        Arrays {
            inputs: program.inputs,
            outputs,
            output_count: program.outputs.len(),
            violations: slots(&program.violations, &layout),
            infinities: slots(&program.infinities, &layout),
            elements: steps.iter().map(|step| step.count as usize).sum(),
            memory: layout.memory,
            steps,
        }
    }

    /// How many operations a loop has on average.
    pub(crate) fn elements_per_step(&self) -> f64 {
        self.elements as f64 / self.steps.len().max(1) as f64
    }

    pub(crate) fn bytes(&self) -> usize {
        let arguments =
            self.steps.iter().flat_map(|step| &step.arguments).map(Argument::bytes).sum::<usize>();
        size_of_val(self.memory.as_slice()) + size_of_val(self.steps.as_slice()) + arguments
    }

    /// The memory that [`run`](Self::run) works in.
    pub(crate) fn scratch(&self) -> Vec<f64> {
        self.memory.clone()
    }

    /// Runs the program. Bit 0 of the faults says where it is not right.
    ///
    /// # Panics
    /// If a length is wrong.
    pub(crate) fn run(&self, x: &[f64], y: &mut [f64], memory: &mut [f64]) -> Faults {
        assert!(
            y.len() == self.output_count && memory.len() == self.memory.len(),
            "as many numbers as outputs"
        );
        memory[..self.inputs].copy_from_slice(x);
        let mut buffers = [[0.0; BLOCK]; 4];
        for step in &self.steps {
            step.run(memory, &mut buffers);
        }
        match &self.outputs {
            Argument::Row(slot) => y.copy_from_slice(&memory[*slot as usize..][..self.output_count]),
            Argument::Same(slot) => y.fill(memory[*slot as usize]),
            Argument::Anywhere(slots) => {
                for (y, slot) in y.iter_mut().zip(slots) {
                    *y = memory[*slot as usize];
                }
            }
        }
        let any = |slots: &[u32]| slots.iter().fold(0, |all, slot| all | memory[*slot as usize].to_bits());
        let not_finite = f64::from_bits(any(&self.infinities)).is_nan() || !all_finite(y);
        Faults { violated: u32::from(any(&self.violations) != 0), not_finite: u32::from(not_finite) }
    }
}

/// Where values stand.
struct Layout<'a> {
    program: &'a Program,
    slot: Vec<u32>,
    memory: Vec<f64>,
}

impl<'a> Layout<'a> {
    fn new(program: &'a Program) -> Self {
        let mut slot = vec![u32::MAX; program.nodes.len()];
        for k in 0..program.inputs {
            slot[k] = k as u32;
        }
        Layout { program, slot, memory: vec![0.0; program.inputs] }
    }

    fn is_constant(&self, id: Id) -> bool {
        (self.program.inputs..self.program.first_operation()).contains(&id.index())
    }

    /// A new slot for a constant.
    fn place_constant(&mut self, id: Id) {
        self.slot[id.index()] = self.memory.len() as u32;
        self.memory.push(self.program.constants[id.index() - self.program.inputs]);
    }

    /// Where these values stand. Different constants are placed in a row, even if they stand elsewhere already.
    fn argument(&mut self, ids: &[Id]) -> Argument {
        if ids.iter().all(|id| self.is_constant(*id)) && ids.iter().any(|id| *id != ids[0]) {
            let start = self.memory.len() as u32;
            for id in ids {
                self.place_constant(*id);
            }
            return Argument::Row(start);
        }
        for id in ids {
            if self.slot[id.index()] == u32::MAX {
                self.place_constant(*id);
            }
        }
        Argument::of(ids.iter().map(|id| self.slot[id.index()]).collect())
    }

    /// New slots in a row for the results of a class.
    fn results(&mut self, members: &[usize]) -> u32 {
        let to = self.memory.len() as u32;
        for (k, member) in members.iter().enumerate() {
            self.slot[*member] = to + k as u32;
        }
        self.memory.resize(self.memory.len() + members.len(), 0.0);
        to
    }
}

impl Step {
    fn run(&self, memory: &mut [f64], buffers: &mut [[f64; BLOCK]; 4]) {
        let (before, results) = memory.split_at_mut(self.to as usize);
        let count = self.count as usize;
        let blocks = (0..count).step_by(BLOCK).map(|at| (at, BLOCK.min(count - at)));
        match self.kind {
            Kind::Sum => {
                let mut sum = 0.0;
                for (at, length) in blocks {
                    let terms = self.arguments[0].read(before, at, length, &mut buffers[0]);
                    // Not from 0: −0 + −0 is −0.
                    sum = if at == 0 {
                        terms[1..].iter().fold(terms[0], |sum, x| sum + x)
                    } else {
                        terms.iter().fold(sum, |sum, x| sum + x)
                    };
                }
                results[0] = sum;
            }
            Kind::Call(function) => {
                let [b0, b1, b2, b3] = buffers;
                for (at, length) in blocks {
                    let results = &mut results[at..at + length];
                    let a = self.arguments[0].read(before, at, length, b0);
                    match function.callee {
                        Callee::One(f) => {
                            for (y, a) in results.iter_mut().zip(a) {
                                *y = f(*a);
                            }
                        }
                        Callee::Two(f) => {
                            let b = self.arguments[1].read(before, at, length, b1);
                            for ((y, a), b) in results.iter_mut().zip(a).zip(b) {
                                *y = f(*a, *b);
                            }
                        }
                        Callee::Three(f) => {
                            let b = self.arguments[1].read(before, at, length, b1);
                            let c = self.arguments[2].read(before, at, length, b2);
                            for (((y, a), b), c) in results.iter_mut().zip(a).zip(b).zip(c) {
                                *y = f(*a, *b, *c);
                            }
                        }
                        Callee::Four(f) => {
                            let b = self.arguments[1].read(before, at, length, b1);
                            let c = self.arguments[2].read(before, at, length, b2);
                            let d = self.arguments[3].read(before, at, length, b3);
                            for ((((y, a), b), c), d) in results.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                                *y = f(*a, *b, *c, *d);
                            }
                        }
                    }
                }
            }
            Kind::Each(op) => {
                let [b0, b1, b2, _] = buffers;
                for (at, length) in blocks {
                    let results = &mut results[at..at + length];
                    let a = self.arguments[0].read(before, at, length, b0);
                    let b = self.arguments.get(1).map_or(a, |b| b.read(before, at, length, b1));
                    let c = self.arguments.get(2).map_or(a, |c| c.read(before, at, length, b2));
                    with_constant_op(op, Loop { results, a, b, c });
                }
            }
        }
    }
}

/// A loop whose operation is known when it is compiled.
trait WithOp {
    fn run(self, evaluate: impl Fn(f64, f64, f64) -> f64);
}

struct Loop<'a> {
    results: &'a mut [f64],
    a: &'a [f64],
    b: &'a [f64],
    c: &'a [f64],
}

impl WithOp for Loop<'_> {
    #[inline(always)]
    fn run(self, evaluate: impl Fn(f64, f64, f64) -> f64) {
        for (((y, a), b), c) in self.results.iter_mut().zip(self.a).zip(self.b).zip(self.c) {
            *y = evaluate(*a, *b, *c);
        }
    }
}

/// Chooses among loops for each operation, so that there is no choice inside the loop.
#[inline]
fn with_constant_op(op: Op, then: impl WithOp) {
    macro_rules! each {
        ($($name:ident)*) => {
            match op {
                $(Op::$name => then.run(|a, b, c| Op::$name.evaluate([a, b, c])),)*
                other => unreachable!("{other:?} is not an operation of a recording"),
            }
        };
    }
    each! {
        Add Sub Mul Div Neg Abs Sqrt Floor Ceil Trunc CopySign Min Max Fma Less LessEqual Equal NotLess NotLessEqual
        NotEqual And Or Select
    }
}

/// An instruction whose values have places.
#[derive(Clone, Copy, Debug)]
struct Placed {
    op: Op,
    function: Option<&'static Function>,
    to: u32,
    args: [u32; 4],
}

/// A program interpreted one instruction at a time, each on several points: for batches, and for programs of few equal
/// formulas.
#[derive(Clone, Debug)]
pub(crate) struct Lanes {
    instructions: Vec<Placed>,
    constants: Vec<f64>,
    inputs: usize,
    outputs: Vec<u32>,
    status: [Option<u32>; 2],
    places: usize,
}

impl Lanes {
    pub(crate) fn new(program: &Program) -> Self {
        let code = super::schedule::schedule(program, super::schedule::Order::Greedy);
        let first = code.first();
        let count = first + code.instructions.len();
        // The last use of each value; results live to the end.
        let mut last = vec![0_usize; count];
        for (k, instruction) in code.instructions.iter().enumerate() {
            for arg in instruction.args() {
                last[*arg as usize] = k;
            }
        }
        let results = code.stores().map(|(_, value)| value as usize).collect::<Vec<_>>();
        for value in &results {
            last[*value] = usize::MAX;
        }
        let mut place: Vec<u32> = (0..count as u32).collect();
        let mut places = first;
        let mut free: Vec<u32> = Vec::new();
        let mut instructions = Vec::with_capacity(code.instructions.len());
        for (k, instruction) in code.instructions.iter().enumerate() {
            let value = first + k;
            let mut args = [0; 4];
            for (arg, value) in args.iter_mut().zip(instruction.args()) {
                *arg = place[*value as usize];
            }
            // The second result of a pair has its place since the first.
            let mut take = || {
                free.pop().unwrap_or_else(|| {
                    places += 1;
                    places as u32 - 1
                })
            };
            if instruction.op != Op::Second {
                place[value] = take();
            }
            if instruction.op == Op::SinCos {
                place[value + 1] = take();
                args[1] = place[value + 1];
            }
            if instruction.op != Op::Second {
                let Placed { op, function, .. } =
                    Placed { op: instruction.op, function: instruction.function, to: 0, args };
                instructions.push(Placed { op, function, to: place[value], args });
            }
            let mut dying: Vec<u32> = instruction.args().to_vec();
            dying.sort_unstable();
            dying.dedup();
            dying.retain(|arg| *arg as usize >= first && last[*arg as usize] == k);
            free.extend(dying.iter().map(|arg| place[*arg as usize]));
        }
        Lanes {
            outputs: code.outputs.iter().map(|value| place[*value as usize]).collect(),
            status: [code.violated, code.infinite].map(|value| value.map(|value| place[value as usize])),
            inputs: code.inputs,
            constants: code.constants,
            instructions,
            places,
        }
    }

    /// The memory that [`run`](Self::run) works in.
    pub(crate) fn scratch<const L: usize>(&self) -> Vec<[f64; L]> {
        let mut memory = vec![[0.0; L]; self.places];
        for (place, value) in memory[self.inputs..].iter_mut().zip(&self.constants) {
            *place = [*value; L];
        }
        memory
    }

    pub(crate) fn bytes(&self) -> usize {
        size_of_val(self.instructions.as_slice()) + self.places * size_of::<f64>()
    }

    /// Runs the program on `L` points. Input k of the points is `x[k]`.
    ///
    /// # Panics
    /// If a length is wrong.
    pub(crate) fn run<const L: usize>(
        &self,
        x: &[[f64; L]],
        y: &mut [[f64; L]],
        memory: &mut [[f64; L]],
    ) -> Faults {
        assert!(y.len() == self.outputs.len() && memory.len() == self.places, "as many numbers as outputs");
        memory[..self.inputs].copy_from_slice(x);
        for instruction in &self.instructions {
            let [a, b, c, d] = instruction.args;
            let read = |place: u32| memory[place as usize];
            let (a, to) = (read(a), instruction.to as usize);
            match (instruction.op, instruction.function) {
                (Op::SinCos, _) => {
                    let pairs = a.map(|a| a.sin_cos());
                    memory[to] = pairs.map(|pair| pair.0);
                    memory[b as usize] = pairs.map(|pair| pair.1);
                }
                (Op::Call, Some(function)) => {
                    let (b, c, d) = (read(b), read(c), read(d));
                    for lane in 0..L {
                        memory[to][lane] = function.call([a[lane], b[lane], c[lane], d[lane]]);
                    }
                }
                (op, _) => {
                    let (b, c) = (read(b), read(c));
                    with_constant_op(op, Loop { results: &mut memory[to], a: &a, b: &b, c: &c });
                }
            }
        }
        // In each lane 0, or NaN where something is not finite.
        let status = self.status.map(|place| place.map_or([0.0; L], |place| memory[place as usize]));
        let mut sums = status[1];
        for (y, place) in y.iter_mut().zip(&self.outputs) {
            *y = memory[*place as usize];
            for (sum, y) in sums.iter_mut().zip(y) {
                *sum += *y * 0.0;
            }
        }
        let bits = |is_fault: &dyn Fn(usize) -> bool| {
            (0..L).fold(0, |bits, lane| bits | u32::from(is_fault(lane)) << lane)
        };
        Faults {
            violated: bits(&|lane| status[0][lane].to_bits() != 0),
            not_finite: bits(&|lane| sums[lane].is_nan()),
        }
    }
}
