//! The graph that a recording builds: each distinct operation once, simplified where no bit of the result changes.
//!
//! # What is simplified
//! An operation on constants is computed. Everything else follows from these identities of IEEE arithmetic with rounding to
//! nearest, which hold for all numbers, zeros of both signs, subnormal numbers, infinities and NaN (but not for the sign and
//! payload of a NaN):
//!
//! | operation | becomes | because |
//! |---|---|---|
//! | x + (−0), x − (+0), x · 1, x / 1 | x | |
//! | x · (−1), x / (−1) | −x | |
//! | −(−x) | x | |
//! | a + (−b), a − (−b) | a − b, a + b | that is how IEEE 754 defines subtraction |
//! | (−a) + b | b − a | and addition commutes |
//! | (−a)·b, (−a)/b, a/(−b), (−a)·(−b) | −(a b), … | the sign of a product is separate from its rounding |
//! | c x, x / c, c / x with c < 0 | −(\|c\| x), … | likewise |
//! | x + x, (−x) − x | 2 x, −(2 x) | all are exact, or overflow |
//! | x / c, c = ±2ᵏ with 1/c a number | x · (1/c) | both are x 2⁻ᵏ, rounded once |
//! | c (d x), d = 2ᵏ ≥ 1, \|c\| ≥ 1, c d finite | (c d) x | d x is exact or overflows, and where it overflows c d x does too |
//! | abs(−x), abs(abs x), copysign(−x, s) | abs x, abs x, copysign(x, s) | |
//! | fma(a, b, −0) | a b | |
//! | select(m, a, a) | a | |
//!
//! A *structural zero*, [`Op::Zero`], is a number that is zero whatever the input is: the derivative of a constant. It is the
//! one exception to "no bit changes". x + 0 and 0 + x are x, 0 − x is −x, and 0 · x, x · 0, 0 / x are structural zeros. Without
//! the simplification the result may differ in the sign of a zero, and 0 · x would be NaN for an infinite x. A constant 0 that
//! the user writes is not a structural zero, and x · 0 stays a product.

use super::library::Function;
use super::op::{Op, mask};

/// A node of a graph.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Id(pub(crate) u32);

impl Id {
    /// The place of an argument that an operation does not have.
    pub(crate) const NONE: Id = Id(u32::MAX);

    #[inline]
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// An operation and its arguments.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Node {
    pub(crate) op: Op,
    pub(crate) args: [Id; 4],
    /// The function of a call.
    pub(crate) function: Option<&'static Function>,
}

impl Node {
    pub(crate) fn new(op: Op, args: &[Id]) -> Self {
        let mut all = [Id::NONE; 4];
        all[..args.len()].copy_from_slice(args);
        Node { op, args: all, function: None }
    }

    pub(crate) fn constant(value: f64) -> Self {
        let bits = value.to_bits();
        Node::new(Op::Constant, &[Id(bits as u32), Id((bits >> 32) as u32)])
    }

    pub(crate) fn arity(&self) -> usize {
        self.function.map_or_else(|| self.op.arity(), Function::arity)
    }

    /// The arguments that are nodes.
    #[inline]
    pub(crate) fn args(&self) -> &[Id] {
        &self.args[..self.arity()]
    }

    /// The value of a constant. A structural zero is one.
    #[inline]
    pub(crate) fn value(&self) -> Option<f64> {
        match self.op {
            Op::Constant => Some(f64::from_bits(u64::from(self.args[0].0) | u64::from(self.args[1].0) << 32)),
            Op::Zero => Some(0.0),
            _ => None,
        }
    }

    #[cfg(test)]
    /// The value from those of the arguments; unread arguments may be anything.
    #[inline]
    pub(crate) fn evaluate(&self, x: [f64; 4]) -> f64 {
        match self.function {
            Some(function) => function.call(x),
            None => self.op.evaluate([x[0], x[1], x[2]]),
        }
    }

    #[inline]
    fn hash(&self) -> u64 {
        let function = self.function.map_or(0, |f| core::ptr::from_ref(f) as u64);
        let [a, b, c, d] = self.args.map(|id| u64::from(id.0));
        let mut hash = (self.op as u64) ^ function << 8;
        for word in [a | b << 32, c | d << 32] {
            hash = (hash.rotate_left(29) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
        hash ^ hash >> 32
    }
}

/// What a comparison gave when the program was recorded. The program is right only where it gives the same again.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Guard {
    pub(crate) condition: Id,
    pub(crate) outcome: bool,
}

/// A recording in progress.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    /// Open addressing: the index of a node plus one, or 0. Its length is a power of two, at least twice that of `nodes`.
    table: Vec<u32>,
    inputs: u32,
    guards: Vec<Guard>,
    /// Values that must be finite for the program to be right, unless a result is not finite.
    finite: Vec<Id>,
    /// Values that must be finite for the program to be right.
    required: Vec<Id>,
    /// Masks that must be set for the program to be right.
    conditions: Vec<Id>,
}

impl Graph {
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn node(&self, id: Id) -> &Node {
        &self.nodes[id.index()]
    }

    /// The node with this operation, a new one if there is none.
    fn intern(&mut self, node: Node) -> Id {
        if (self.nodes.len() + 1) * 2 > self.table.len() {
            self.grow();
        }
        let last = self.table.len() - 1;
        let mut at = node.hash() as usize & last;
        loop {
            match self.table[at] {
                0 => break,
                id if self.nodes[id as usize - 1] == node => return Id(id - 1),
                _ => at = (at + 1) & last,
            }
        }
        self.nodes.push(node);
        self.table[at] = self.nodes.len() as u32;
        Id(self.nodes.len() as u32 - 1)
    }

    #[cold]
    fn grow(&mut self) {
        let length = (self.table.len() * 4).max(256);
        self.table.clear();
        self.table.resize(length, 0);
        for (k, node) in self.nodes.iter().enumerate() {
            let mut at = node.hash() as usize & (length - 1);
            while self.table[at] != 0 {
                at = (at + 1) & (length - 1);
            }
            self.table[at] = k as u32 + 1;
        }
    }

    /// The next leaf of the input.
    pub(crate) fn input(&mut self) -> Id {
        let id = self.intern(Node::new(Op::Input, &[Id(self.inputs)]));
        self.inputs += 1;
        id
    }

    pub(crate) fn constant(&mut self, value: f64) -> Id {
        self.intern(Node::constant(value))
    }

    /// A structural zero.
    pub(crate) fn zero(&mut self) -> Id {
        self.intern(Node::new(Op::Zero, &[]))
    }

    /// The value of a node that is the same for every input.
    #[inline]
    pub(crate) fn value(&self, id: Id) -> Option<f64> {
        self.node(id).value()
    }

    #[inline]
    pub(crate) fn is_zero(&self, id: Id) -> bool {
        self.node(id).op == Op::Zero
    }

    /// Whether this is the constant with the bits of `value`.
    #[inline]
    fn is(&self, id: Id, value: f64) -> bool {
        let node = self.node(id);
        node.op == Op::Constant && node.value().map(f64::to_bits) == Some(value.to_bits())
    }

    /// x of −x.
    #[inline]
    fn negated(&self, id: Id) -> Option<Id> {
        let node = self.node(id);
        (node.op == Op::Neg).then_some(node.args[0])
    }

    /// The constant and the other argument of an operation with one constant argument.
    fn with_constant(&self, a: Id, b: Id) -> Option<(f64, Id)> {
        self.value(a).map(|c| (c, b)).or_else(|| self.value(b).map(|c| (c, a)))
    }

    /// The operation without further simplification, computed where all arguments are constants.
    fn operation(&mut self, op: Op, args: &[Id]) -> Id {
        let mut values = [0.0; 4];
        let constant = args.iter().zip(&mut values).all(|(id, value)| match self.value(*id) {
            Some(x) => {
                *value = x;
                true
            }
            None => false,
        });
        if constant {
            return self.constant(op.evaluate([values[0], values[1], values[2]]));
        }
        let mut node = Node::new(op, args);
        if op.commutes() && args[0] > args[1] {
            node.args.swap(0, 1);
        }
        self.intern(node)
    }

    pub(crate) fn add(&mut self, a: Id, b: Id) -> Id {
        if self.is_zero(a) || self.is(a, -0.0) {
            return b;
        }
        if self.is_zero(b) || self.is(b, -0.0) {
            return a;
        }
        if let Some(b) = self.negated(b) {
            return self.sub(a, b);
        }
        if let Some(a) = self.negated(a) {
            return self.sub(b, a);
        }
        if a == b {
            let two = self.constant(2.0);
            return self.mul(two, a);
        }
        self.operation(Op::Add, &[a, b])
    }

    pub(crate) fn sub(&mut self, a: Id, b: Id) -> Id {
        if self.is_zero(b) || self.is(b, 0.0) {
            return a;
        }
        if self.is_zero(a) || self.is(a, -0.0) {
            return self.neg(b);
        }
        if let Some(b) = self.negated(b) {
            return self.add(a, b);
        }
        if self.negated(a) == Some(b) {
            let twice = self.add(b, b);
            return self.neg(twice);
        }
        self.operation(Op::Sub, &[a, b])
    }

    pub(crate) fn neg(&mut self, a: Id) -> Id {
        if self.is_zero(a) {
            return a;
        }
        if let Some(a) = self.negated(a) {
            return a;
        }
        self.operation(Op::Neg, &[a])
    }

    pub(crate) fn mul(&mut self, a: Id, b: Id) -> Id {
        if self.is_zero(a) || self.is_zero(b) {
            return self.zero();
        }
        match (self.value(a), self.value(b)) {
            (Some(_), Some(_)) => return self.operation(Op::Mul, &[a, b]),
            (Some(c), None) => return self.times(c, b),
            (None, Some(c)) => return self.times(c, a),
            (None, None) => {}
        }
        if let Some((product, negative)) = self.without_signs(a, b, Self::mul) {
            return if negative { self.neg(product) } else { product };
        }
        self.operation(Op::Mul, &[a, b])
    }

    /// c x, x not constant.
    fn times(&mut self, c: f64, x: Id) -> Id {
        if c == 1.0 {
            return x;
        }
        if c == -1.0 {
            return self.neg(x);
        }
        if c < 0.0 {
            let product = self.times(-c, x);
            return self.neg(product);
        }
        if let Some(x) = self.negated(x) {
            let product = self.times(c, x);
            return self.neg(product);
        }
        let node = *self.node(x);
        if c >= 1.0
            && node.op == Op::Mul
            && let Some((d, y)) = self.with_constant(node.args[0], node.args[1])
            && d >= 1.0
            && is_power_of_two(d)
            && (c * d).is_finite()
        {
            return self.times(c * d, y);
        }
        let c = self.constant(c);
        self.operation(Op::Mul, &[c, x])
    }

    /// f(|a|, |b|) and whether it is to be negated, where a or b is the negation of something.
    fn without_signs(&mut self, a: Id, b: Id, f: fn(&mut Self, Id, Id) -> Id) -> Option<(Id, bool)> {
        match (self.negated(a), self.negated(b)) {
            (None, None) => None,
            (Some(a), Some(b)) => Some((f(self, a, b), false)),
            (Some(a), None) => Some((f(self, a, b), true)),
            (None, Some(b)) => Some((f(self, a, b), true)),
        }
    }

    pub(crate) fn div(&mut self, a: Id, b: Id) -> Id {
        if self.is_zero(a) {
            return a;
        }
        match (self.value(a), self.value(b)) {
            (Some(_), Some(_)) => return self.operation(Op::Div, &[a, b]),
            (_, Some(c)) if is_power_of_two(c) && (1.0 / c).is_normal() => return self.times(1.0 / c, a),
            (_, Some(c)) if c < 0.0 => {
                let c = self.constant(-c);
                let quotient = self.div(a, c);
                return self.neg(quotient);
            }
            (Some(c), _) if c < 0.0 => {
                let c = self.constant(-c);
                let quotient = self.div(c, b);
                return self.neg(quotient);
            }
            _ => {}
        }
        if let Some((quotient, negative)) = self.without_signs(a, b, Self::div) {
            return if negative { self.neg(quotient) } else { quotient };
        }
        self.operation(Op::Div, &[a, b])
    }

    pub(crate) fn abs(&mut self, a: Id) -> Id {
        if self.is_zero(a) || self.node(a).op == Op::Abs {
            return a;
        }
        if let Some(a) = self.negated(a) {
            return self.abs(a);
        }
        self.operation(Op::Abs, &[a])
    }

    pub(crate) fn sqrt(&mut self, a: Id) -> Id {
        if self.is_zero(a) {
            return a;
        }
        self.operation(Op::Sqrt, &[a])
    }

    /// The largest integer not above x, the smallest not below it, or its integer part.
    pub(crate) fn round_to(&mut self, op: Op, a: Id) -> Id {
        debug_assert!(matches!(op, Op::Floor | Op::Ceil | Op::Trunc));
        if self.is_zero(a) {
            return a;
        }
        self.operation(op, &[a])
    }

    /// The nearest integer, ties away from zero: the integer part of x ± p, where p is the number before ½. x + ½ would
    /// round to 1 for the number before ½.
    pub(crate) fn round(&mut self, a: Id) -> Id {
        let half = self.constant(0.5_f64.next_down());
        let half = self.copysign(half, a);
        let sum = self.add(a, half);
        self.round_to(Op::Trunc, sum)
    }

    pub(crate) fn copysign(&mut self, a: Id, sign: Id) -> Id {
        match self.negated(a) {
            Some(a) => self.copysign(a, sign),
            None => self.operation(Op::CopySign, &[a, sign]),
        }
    }

    pub(crate) fn min(&mut self, a: Id, b: Id) -> Id {
        if a == b { a } else { self.operation(Op::Min, &[a, b]) }
    }

    pub(crate) fn max(&mut self, a: Id, b: Id) -> Id {
        if a == b { a } else { self.operation(Op::Max, &[a, b]) }
    }

    pub(crate) fn mul_add(&mut self, a: Id, b: Id, c: Id) -> Id {
        if self.is_zero(c) || self.is(c, -0.0) {
            return self.mul(a, b);
        }
        if self.is_zero(a) || self.is_zero(b) {
            return c;
        }
        self.operation(Op::Fma, &[a, b, c])
    }

    /// A mask: where the comparison holds.
    pub(crate) fn compare(&mut self, op: Op, a: Id, b: Id) -> Id {
        debug_assert!(op.is_comparison());
        self.operation(op, &[a, b])
    }

    /// Where both masks are set.
    pub(crate) fn and(&mut self, a: Id, b: Id) -> Id {
        match (self.mask(a), self.mask(b)) {
            (Some(false), _) | (_, Some(true)) => a,
            (_, Some(false)) | (Some(true), _) => b,
            _ if a == b => a,
            _ => self.operation(Op::And, &[a, b]),
        }
    }

    /// Where one of the masks is set.
    pub(crate) fn or(&mut self, a: Id, b: Id) -> Id {
        match (self.mask(a), self.mask(b)) {
            (Some(true), _) | (_, Some(false)) => a,
            (_, Some(true)) | (Some(false), _) => b,
            _ if a == b => a,
            _ => self.operation(Op::Or, &[a, b]),
        }
    }

    /// Where the mask is not set.
    pub(crate) fn not(&mut self, a: Id) -> Id {
        let node = *self.node(a);
        let [x, y, z, _] = node.args;
        match node.op {
            Op::And | Op::Or => {
                let (x, y) = (self.not(x), self.not(y));
                if node.op == Op::And { self.or(x, y) } else { self.and(x, y) }
            }
            Op::Select => {
                let (y, z) = (self.not(y), self.not(z));
                self.select(x, y, z)
            }
            op => {
                if let Some(op) = op.complement() {
                    self.compare(op, x, y)
                } else {
                    let holds = self.mask(a).expect("comparisons and combinations of them are masks");
                    self.constant(mask(!holds))
                }
            }
        }
    }

    /// What a mask is that is the same for every input.
    pub(crate) fn mask(&self, id: Id) -> Option<bool> {
        self.value(id).map(|mask| mask.to_bits() != 0)
    }

    /// `a` where the mask is set, else `b`.
    pub(crate) fn select(&mut self, mask: Id, a: Id, b: Id) -> Id {
        match self.mask(mask) {
            _ if a == b => a,
            Some(true) => a,
            Some(false) => b,
            None => self.operation(Op::Select, &[mask, a, b]),
        }
    }

    pub(crate) fn call(&mut self, function: &'static Function, args: &[Id]) -> Id {
        debug_assert_eq!(function.arity(), args.len());
        let node = Node { function: Some(function), ..Node::new(Op::Call, args) };
        let mut values = [0.0; 4];
        for (value, id) in values.iter_mut().zip(args) {
            match self.value(*id) {
                Some(x) => *value = x,
                None => return self.intern(node),
            }
        }
        self.constant(function.call(values))
    }

    /// Notes that the program is right only where the mask has this outcome.
    pub(crate) fn guard(&mut self, condition: Id, outcome: bool) {
        if self.mask(condition).is_none() {
            self.guards.push(Guard { condition, outcome });
        }
    }

    /// Notes that the program is right only where this value is finite.
    #[cfg(test)]
    pub(crate) fn require_finite(&mut self, id: Id) {
        if self.value(id).is_none() {
            self.required.push(id);
        }
    }

    /// Notes that the program is right only where the mask is set. Unlike where a [`guard`](Self::guard) fails, the function is not recorded anew
    /// elsewhere.
    pub(crate) fn require(&mut self, mask: Id) {
        self.conditions.push(mask);
    }

    /// Notes that the program is right nowhere.
    pub(crate) fn never_right(&mut self) {
        let nan = self.constant(f64::NAN);
        self.required.push(nan);
    }

    /// Notes that the program is right only where this value is finite, or where some result is not.
    pub(crate) fn expect_finite(&mut self, id: Id) {
        if self.value(id).is_none() {
            self.finite.push(id);
        }
    }

    /// For each node whether a NaN there may be without effect on the results: where it is compared, or given to a function that
    /// may return a number for it. Elsewhere it makes a result NaN, which is noticed.
    fn swallowed(&self) -> Vec<bool> {
        let mut swallowed = vec![false; self.nodes.len()];
        if self.finite.is_empty() {
            return swallowed;
        }
        for k in (0..self.nodes.len()).rev() {
            let node = &self.nodes[k];
            let swallows = match node.op {
                Op::Min | Op::Max | Op::CopySign => true,
                // The condition and its parts are comparisons.
                Op::Select | Op::And | Op::Or => false,
                Op::Call => node.arity() > 1,
                op => op.is_comparison(),
            };
            if swallows || swallowed[k] {
                for arg in node.args() {
                    swallowed[arg.index()] = true;
                }
            }
        }
        swallowed
    }

    /// The recording as a program with these results. What no result and no guard depends on is dropped.
    pub(crate) fn finish(mut self, outputs: &[Id]) -> Program {
        // A guard becomes the mask of its violation.
        let guards = std::mem::take(&mut self.guards);
        let mut violations: Vec<Id> = guards
            .iter()
            .map(|guard| if guard.outcome { self.not(guard.condition) } else { guard.condition })
            .collect();
        let mut infinities = std::mem::take(&mut self.finite);
        let swallowed = self.swallowed();
        infinities.retain(|id| swallowed[id.index()]);
        infinities.append(&mut self.required);
        // x − x is 0 for a finite x and NaN otherwise. A mask is NaN where it is set.
        let mut infinities: Vec<Id> =
            infinities.into_iter().map(|x| self.operation(Op::Sub, &[x, x])).collect();
        for condition in std::mem::take(&mut self.conditions) {
            infinities.push(self.not(condition));
        }
        infinities.retain(|id| self.value(*id).is_none_or(f64::is_nan));
        for list in [&mut violations, &mut infinities] {
            list.sort_unstable();
            list.dedup();
        }
        let roots = || outputs.iter().chain(&violations).chain(&infinities);
        let mut live = vec![false; self.nodes.len()];
        for root in roots() {
            live[root.index()] = true;
        }
        // Arguments precede what uses them.
        for k in (0..self.nodes.len()).rev() {
            if live[k] {
                for arg in self.nodes[k].args() {
                    live[arg.index()] = true;
                }
            }
        }
        // All inputs, then the constants, then the operations in the order of the recording.
        let mut new = vec![Id::NONE; self.nodes.len()];
        let mut nodes: Vec<Node> = (0..self.inputs).map(|k| Node::new(Op::Input, &[Id(k)])).collect();
        let mut constants = Vec::new();
        for (k, node) in self.nodes.iter().enumerate() {
            if node.op == Op::Input {
                new[k] = node.args[0];
            } else if let Some(value) = node.value().filter(|_| live[k]) {
                new[k] = Id(nodes.len() as u32);
                nodes.push(*node);
                constants.push(value);
            }
        }
        for (k, node) in self.nodes.iter().enumerate() {
            if live[k] && !node.op.is_leaf() {
                let mut node = *node;
                let arity = node.arity();
                for arg in &mut node.args[..arity] {
                    *arg = new[arg.index()];
                }
                new[k] = Id(nodes.len() as u32);
                nodes.push(node);
            }
        }
        let renamed = |ids: &[Id]| ids.iter().map(|id| new[id.index()]).collect();
        Program {
            inputs: self.inputs as usize,
            outputs: renamed(outputs),
            violations: renamed(&violations),
            infinities: renamed(&infinities),
            constants,
            nodes,
        }
    }
}

/// Whether x = ±2ᵏ is a normal number.
fn is_power_of_two(x: f64) -> bool {
    x.is_normal() && x.to_bits() << 12 == 0
}

/// A finished recording: inputs, constants, and operations whose arguments precede them.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) inputs: usize,
    /// The values of the nodes that follow the inputs.
    pub(crate) constants: Vec<f64>,
    /// Inputs, constants, operations.
    pub(crate) nodes: Vec<Node>,
    pub(crate) outputs: Vec<Id>,
    /// Masks of which one is set where a branch goes another way than it was recorded.
    pub(crate) violations: Vec<Id>,
    /// Values of which one is NaN where a number that has to be finite, or in a certain range, is not. The others are 0.
    pub(crate) infinities: Vec<Id>,
}

impl Program {
    /// The index of the first operation.
    pub(crate) fn first_operation(&self) -> usize {
        self.inputs + self.constants.len()
    }

    /// The number of operations.
    pub(crate) fn operations(&self) -> usize {
        self.nodes.len() - self.first_operation()
    }
}
