//! Random programs, to compare the back ends with each other.

use super::graph::{Graph, Id, Program};
use super::library::{self, Function, function};
use super::op::Op;

function! { TAN "tan" "f64::tan" One(x) => x.tan() }
function! { EXP "exp" "f64::exp" One(x) => x.exp() }
function! { ATAN2 "atan2" "f64::atan2" Two(y, x) => y.atan2(x) }
function! { MIX "mix" "mix" Four(a, b, c, d) => a * b - c / d }

/// Splitmix64 (Steele, Lea, Flood, Fast splittable pseudorandom number generators, OOPSLA 2014).
#[derive(Clone, Debug)]
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// Mostly ordinary numbers, now and then one at which an operation is special.
    pub(super) fn number(&mut self) -> f64 {
        const SPECIAL: [f64; 16] = [
            0.0,
            -0.0,
            1.0,
            -1.0,
            2.0,
            0.5,
            -4.0,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            f64::MIN_POSITIVE,
            5e-324,
            -5e-324,
            f64::MAX,
            0.49999999999999994,
            4503599627370495.5,
        ];
        if self.below(4) == 0 {
            SPECIAL[self.below(SPECIAL.len())]
        } else {
            (self.next() >> 11) as f64 / (1_u64 << 50) as f64 - 4.0
        }
    }
}

const CALLS: [&Function; 7] = [&library::SIN, &library::COS, &TAN, &EXP, &ATAN2, &library::MUL_ADD, &MIX];
const COMPARISONS: [Op; 6] =
    [Op::Less, Op::LessEqual, Op::Equal, Op::NotLess, Op::NotLessEqual, Op::NotEqual];

/// A program, a point, and the outputs there, computed without the graph.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) program: Program,
    pub(super) point: Vec<f64>,
    pub(super) outputs: Vec<f64>,
    /// Whether the program has a structural zero, which may change the outputs in the sign of a zero, and NaN to a number.
    pub(super) has_zero: bool,
}

/// A random program of about so many operations.
pub(super) fn sample(random: &mut Random, operations: usize, with_calls: bool) -> Sample {
    let mut graph = Graph::default();
    let point: Vec<f64> = (0..=random.below(12)).map(|_| random.number()).collect();
    let mut numbers: Vec<(Id, f64)> = point.iter().map(|x| (graph.input(), *x)).collect();
    for _ in 0..random.below(6) {
        let value = random.number();
        numbers.push((graph.constant(value), value));
    }
    let has_zero = random.below(4) == 0;
    if has_zero {
        numbers.push((graph.zero(), 0.0));
    }
    let mut masks: Vec<(Id, bool)> = Vec::new();
    for _ in 0..operations {
        // Recent values more often than old ones, but those too.
        fn pick<T: Copy>(list: &[T], random: &mut Random) -> T {
            let near = list.len().min(1 + random.below(24));
            let old = random.below(3) == 0;
            list[if old { random.below(list.len()) } else { list.len() - near + random.below(near) }]
        }
        let [(a, x), (b, y), (c, z), (d, w)] = std::array::from_fn(|_| pick(&numbers, random));
        let mask = if masks.is_empty() { None } else { Some((pick(&masks, random), pick(&masks, random))) };
        let g = &mut graph;
        let new = match (random.below(26), mask) {
            (0..=3, _) => (g.add(a, b), x + y),
            (4..=6, _) => (g.sub(a, b), x - y),
            (7..=10, _) => (g.mul(a, b), x * y),
            (11, _) => (g.div(a, b), x / y),
            (12, _) => (g.neg(a), -x),
            (13, _) => (g.abs(a), x.abs()),
            (14, _) => (g.sqrt(a), x.sqrt()),
            (15, _) => {
                let op = [Op::Floor, Op::Ceil, Op::Trunc][random.below(3)];
                (g.round_to(op, a), op.evaluate([x, 0.0, 0.0]))
            }
            (16, _) => (g.round(a), x.round()),
            (17, _) => {
                // The sign of a NaN depends on the order of operands, and must not become that of a number.
                let (ordered, one) = (g.compare(Op::Equal, b, b), g.constant(1.0));
                let sign = g.select(ordered, b, one);
                (g.copysign(a, sign), x.copysign(if y.is_nan() { 1.0 } else { y }))
            }
            (18, _) => (g.min(a, b), Op::Min.evaluate([x, y, 0.0])),
            (19, _) => (g.max(a, b), Op::Max.evaluate([x, y, 0.0])),
            (20, _) if with_calls => {
                let function = CALLS[random.below(CALLS.len())];
                (g.call(function, &[a, b, c, d][..function.arity()]), function.call([x, y, z, w]))
            }
            (20, _) => (g.mul_add(a, b, c), x.mul_add(y, z)),
            (21 | 22, Some(((mask, holds), _))) => (g.select(mask, a, b), if holds { x } else { y }),
            (23, Some(((p, holds_p), (q, holds_q)))) => {
                let both = g.and(p, q);
                let either = g.or(p, q);
                let neither = g.not(either);
                masks.extend([(both, holds_p & holds_q), (either, holds_p | holds_q)]);
                masks.push((neither, !(holds_p | holds_q)));
                continue;
            }
            _ => {
                let op = COMPARISONS[random.below(6)];
                masks.push((g.compare(op, a, b), op.evaluate([x, y, 0.0]).to_bits() != 0));
                continue;
            }
        };
        numbers.push(new);
    }
    for _ in 0..random.below(4) {
        if !masks.is_empty() {
            let (condition, _) = masks[random.below(masks.len())];
            graph.guard(condition, random.below(2) == 0);
        }
    }
    for _ in 0..random.below(3) {
        graph.require_finite(numbers[random.below(numbers.len())].0);
    }
    let mut chosen: Vec<usize> = (0..=random.below(5)).map(|_| random.below(numbers.len())).collect();
    chosen.push(numbers.len() - 1);
    let ids: Vec<Id> = chosen.iter().map(|k| numbers[*k].0).collect();
    let outputs = chosen.iter().map(|k| numbers[*k].1).collect();
    Sample { program: graph.finish(&ids), point, outputs, has_zero }
}
