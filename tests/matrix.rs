//! Every function × every kind of number × points: all kinds give the same derivatives.
//!
//! `cargo test --test matrix -- --nocapture` prints the table of functions and kinds with the worst distance of each.
#![allow(clippy::cast_possible_truncation)] // points are rounded to f32, and there are few levels

use holograd::strategies::{Counted, Function};
use holograd::{Dual, HyperDual, Jet, Primal, Real, Scalar, Var, value_and_jacrev};
use num_complex::Complex;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
/// 2⁶⁶⁴, whose square overflows.
const BIG: f64 = f64::from_bits(0x6970_0000_0000_0000);

// ---------------------------------------------------------------------------------------------------------------------
// Kinds: how one is seeded, and how the derivatives are read off.

/// The partial derivatives of one output: by which inputs, from the innermost level to the outermost, and what.
type Partials<P> = Vec<(Vec<usize>, P)>;

/// A kind of number, level by level from the innermost.
trait Nest: Scalar {
    /// How many levels of dual numbers it has.
    const DUALS: usize;
    /// Runs `g` at the numbers `x` made variables of this kind; `along` says which input lane 0 of each level of dual
    /// numbers belongs to, the outermost first. Gives the derivatives of each output of `g`.
    fn lift(
        x: &[Self::Primal],
        along: &[usize],
        g: &mut dyn FnMut(Vec<Self>) -> Vec<Self>,
    ) -> Vec<Partials<Self::Primal>>;
}

macro_rules! machine {
    ($($t:ty)*) => {$(
        impl Nest for $t {
            const DUALS: usize = 0;
            fn lift(x: &[$t], _: &[usize], g: &mut dyn FnMut(Vec<$t>) -> Vec<$t>) -> Vec<Partials<$t>> {
                g(x.to_vec()).into_iter().map(|y| vec![(Vec::new(), y)]).collect()
            }
        }
    )*};
}
machine! { f32 f64 }

/// Value and derivatives of one output one level up, from those of its value and of its tangents.
fn one_level_up<P: Copy>(rows: &[Partials<P>], inputs: impl Iterator<Item = usize>) -> Partials<P> {
    let mut all = rows[0].clone();
    for (row, input) in rows[1..].iter().zip(inputs) {
        all.extend(row.iter().map(|(by, value)| ([by.as_slice(), &[input]].concat(), *value)));
    }
    all
}

impl<T: Nest, const N: usize> Nest for Dual<T, N> {
    const DUALS: usize = T::DUALS + 1;
    fn lift(
        x: &[T::Primal],
        along: &[usize],
        g: &mut dyn FnMut(Vec<Self>) -> Vec<Self>,
    ) -> Vec<Partials<T::Primal>> {
        let n = x.len();
        // All lanes are used: lane l belongs to the input `along + l`, wrapped around.
        let input = |lane: usize| (along[0] + lane) % n;
        let rows = T::lift(x, &along[1..], &mut |x| {
            let tangent = |of, lane| if input(lane) == of { T::one() } else { T::zero() };
            let seed = |(of, x): (usize, T)| Dual::new(x, std::array::from_fn(|lane| tangent(of, lane)));
            let y = g(x.into_iter().enumerate().map(seed).collect());
            y.into_iter().flat_map(|y| std::iter::once(y.value()).chain(y.eps())).collect()
        });
        rows.chunks(1 + N).map(|rows| one_level_up(rows, (0..N).map(input))).collect()
    }
}

/// Along one input: all derivatives by it to the order of the series.
impl<T: Nest, const K: usize> Nest for Jet<T, K> {
    const DUALS: usize = T::DUALS + 1;
    fn lift(
        x: &[T::Primal],
        along: &[usize],
        g: &mut dyn FnMut(Vec<Self>) -> Vec<Self>,
    ) -> Vec<Partials<T::Primal>> {
        let rows = T::lift(x, &along[1..], &mut |x| {
            let seed = |(of, x): (usize, T)| if of == along[0] { Jet::variable(x) } else { Jet::from(x) };
            let y = g(x.into_iter().enumerate().map(seed).collect());
            y.into_iter().flat_map(|y| std::iter::once(y.value()).chain(y.derivatives())).collect()
        });
        let by = |(k, row): (usize, &Partials<T::Primal>)| -> Partials<T::Primal> {
            row.iter().map(|(by, d)| ([by.as_slice(), &vec![along[0]; k]].concat(), *d)).collect()
        };
        rows.chunks(1 + K).map(|rows| rows.iter().enumerate().flat_map(by).collect()).collect()
    }
}

impl<T: Nest> Nest for Var<T> {
    const DUALS: usize = T::DUALS;
    fn lift(
        x: &[T::Primal],
        along: &[usize],
        g: &mut dyn FnMut(Vec<Self>) -> Vec<Self>,
    ) -> Vec<Partials<T::Primal>> {
        let rows = T::lift(x, along, &mut |x| {
            let (y, jacobian) = value_and_jacrev(|x: Vec<Self>| g(x), &x);
            y.into_iter().zip(jacobian).flat_map(|(y, row)| std::iter::once(y).chain(row)).collect()
        });
        rows.chunks(1 + x.len()).map(|rows| one_level_up(rows, 0..x.len())).collect()
    }
}

impl<T: Nest> Nest for Counted<T> {
    const DUALS: usize = T::DUALS;
    fn lift(
        x: &[T::Primal],
        along: &[usize],
        g: &mut dyn FnMut(Vec<Self>) -> Vec<Self>,
    ) -> Vec<Partials<T::Primal>> {
        T::lift(x, along, &mut |x| {
            g(x.into_iter().map(Counted::from).collect()).into_iter().map(Counted::value).collect()
        })
    }
}

/// Parts are inputs of their own one level down. ∂f/∂z = ∂f/∂x = −i ∂f/∂y: both are given, as both must be right.
impl<F: Primal<Complex = Complex<F>> + Real, R: Nest + Real + Scalar<Primal = F>> Nest for Complex<R> {
    const DUALS: usize = R::DUALS;
    fn lift(
        x: &[Complex<F>],
        along: &[usize],
        g: &mut dyn FnMut(Vec<Self>) -> Vec<Self>,
    ) -> Vec<Partials<Complex<F>>> {
        let parts: Vec<F> = x.iter().flat_map(|z| [z.re, z.im]).collect();
        let along: Vec<usize> = along.iter().map(|input| 2 * input).collect();
        let rows = R::lift(&parts, &along, &mut |parts| {
            let y = g(parts.chunks(2).map(|z| Complex::new(z[0], z[1])).collect());
            y.into_iter().flat_map(|y| [y.re, y.im]).collect()
        });
        let join = |((by, re), (_, im)): (&(Vec<usize>, F), &(Vec<usize>, F))| {
            let turn = |z: Complex<F>, part: &usize| {
                if part.is_multiple_of(2) { z } else { Complex::new(z.im, -z.re) }
            };
            let value = by.iter().fold(Complex::new(*re, *im), turn);
            (by.iter().map(|part| part / 2).collect(), value)
        };
        rows.chunks(2).map(|row| row[0].iter().zip(&row[1]).map(join).collect()).collect()
    }
}

/// All derivatives of `f` at `x` that a kind has, each as often as the kind computes it.
fn derivatives<K: Nest>(x: &[K::Primal], f: impl Fn(&[K]) -> K) -> Partials<K::Primal> {
    let (n, levels) = (x.len(), K::DUALS as u32);
    let mut all = Vec::new();
    for k in 0..n.pow(levels) {
        let along: Vec<usize> = (0..levels).map(|level| k / n.pow(level) % n).collect();
        all.extend(K::lift(x, &along, &mut |x| vec![f(&x)]).remove(0));
    }
    for (by, _) in &mut all {
        by.sort_unstable();
    }
    all
}

/// What a kind gives for a function at a point, as complex numbers of double precision.
type Run = fn(Function, &[Complex<f64>]) -> Partials<Complex<f64>>;

/// A kind of number in the list.
struct Kind {
    name: &'static str,
    run: Run,
    /// The kind whose results must be the same.
    like: Like,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Like {
    Real,
    Real32,
    Complex,
    Complex32,
}

macro_rules! kinds {
    ($($kind:ty, $like:ident: |$x:ident| $from:expr, |$y:ident| $to:expr, $at:ident;)*) => {
        vec![$(Kind {
            name: stringify!($kind),
            like: Like::$like,
            run: |f, x| {
                let x: Vec<<$kind as Scalar>::Primal> = x.iter().map(|$x| $from).collect();
                derivatives::<$kind>(&x, |x| f.$at(x)).into_iter().map(|(by, $y)| (by, $to)).collect()
            },
        }),*]
    };
}

/// The list of kinds; the first of each sort is what the others are compared with.
fn kinds() -> Vec<Kind> {
    macro_rules! real { ($($kind:ty)*) => { kinds! { $($kind, Real: |x| x.re, |y| Complex::new(y, 0.0), at;)* } }; }
    macro_rules! real_32 {
        ($($kind:ty)*) => { kinds! { $($kind, Real32: |x| x.re as f32, |y| Complex::new(f64::from(y), 0.0), at;)* } };
    }
    macro_rules! complex { ($($kind:ty)*) => { kinds! { $($kind, Complex: |x| *x, |y| y, at_scalar;)* } }; }
    macro_rules! complex_32 {
        ($($kind:ty)*) => {
            kinds! { $($kind, Complex32: |x| Complex::new(x.re as f32, x.im as f32),
                |y| Complex::new(f64::from(y.re), f64::from(y.im)), at_scalar;)* }
        };
    }
    let mut kinds = real! {
        Dual<Dual<Dual<f64>>> f64 Dual<f64> Dual<f64, 8> HyperDual<f64> HyperDual<f64, 8> Var<f64> Var<Dual<f64>>
        Var<Dual<f64, 8>> Dual<Var<f64>> Var<Var<f64>> Var<Var<Dual<f64>>> Counted<Dual<f64>> Dual<Counted<f64>>
        Jet<f64, 3>
    };
    kinds.extend(real_32! { HyperDual<f32> f32 Dual<f32> Var<f32> Var<Dual<f32>> });
    kinds.extend(complex! {
        Dual<Dual<Complex<f64>>> Complex<f64> Dual<Complex<f64>> Dual<Complex<f64>, 8> Complex<Dual<f64>>
        Complex<HyperDual<f64>> Complex<Var<f64>> Var<Complex<f64>> Var<Dual<Complex<f64>>> Complex<Var<Dual<f64>>>
    });
    kinds.extend(complex_32! { Dual<Complex<f32>> Complex<f32> Complex<Dual<f32>> Var<Complex<f32>> });
    kinds
}

// ---------------------------------------------------------------------------------------------------------------------
// Points: the reference tables', corners, random ones.

/// Where functions of one number turn, overflow, underflow, or lose digits.
const CORNERS: [f64; 44] = [
    0.0,
    -0.0,
    5e-324,
    -5e-324,
    1e-310,
    1e-300,
    -1e-300,
    1e-160,
    1e-20,
    -1e-20,
    1e-9,
    -1e-9,
    1e-3,
    0.5,
    -0.5,
    0.75,
    0.999_999_999,
    1.0,
    -1.0,
    1.000_000_001,
    1.5,
    -1.5,
    2.0,
    -2.0,
    2.5,
    3.0,
    -3.0,
    6.0,
    20.0,
    -20.0,
    40.0,
    -40.0,
    700.0,
    800.0,
    -800.0,
    1e10,
    -1e10,
    1e16,
    1e160,
    -1e160,
    1e300,
    f64::MAX,
    INF,
    -INF,
];

/// The same for functions of two and three numbers, where all of them meet all of them.
const CORNERS_2: [f64; 15] =
    [0.0, -0.0, 1e-300, -1e-9, 0.5, 1.0, -1.0, 2.0, -3.0, 2.5, 40.0, 1e160, -1e160, INF, -INF];

fn table() -> serde_json::Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/elementary_real.json");
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The points of the reference table for a function; of one with a constant those for all its constants.
fn table_points(table: &serde_json::Value, f: Function) -> Vec<Vec<f64>> {
    let number = |v: &serde_json::Value| -> f64 {
        v.as_str().and_then(|s| s.parse().ok()).unwrap_or_else(|| panic!("{v} is no number"))
    };
    let name = if f.name() == "log_add_exp" { "logaddexp" } else { f.name() };
    let mut points = Vec::new();
    if f.arity() == 1 {
        let families = table["with_parameter"].as_array().expect("the table has functions with a parameter");
        let family =
            families.iter().filter(|family| family["function"] == name).map(|family| &family["points"]);
        for rows in family.chain([&table["one_argument"][name]["points"]]).filter_map(|rows| rows.as_array())
        {
            points.extend(rows.iter().map(|row| vec![number(&row["x"])]));
        }
    } else if let Some(rows) = table["two_arguments"][name]["points"].as_array() {
        let at = |row: &serde_json::Value| row["at"].as_array().map(|x| x.iter().map(number).collect());
        points.extend(rows.iter().map(|row| at(row).unwrap_or_else(|| panic!("{row} has no point"))));
    }
    points.sort_by(|a: &Vec<f64>, b| a.partial_cmp(b).expect("points are numbers"));
    points.dedup();
    points
}

fn random_points(f: Function, n: usize) -> Vec<Vec<f64>> {
    let mut runner = TestRunner::deterministic();
    let points = f.points();
    (0..n).map(|_| points.new_tree(&mut runner).expect("points are drawn").current()).collect()
}

fn product(numbers: &[f64], arity: usize) -> Vec<Vec<f64>> {
    let mut points = vec![Vec::new()];
    for _ in 0..arity {
        points =
            points.iter().flat_map(|p| numbers.iter().map(move |x| [p.as_slice(), &[*x]].concat())).collect();
    }
    points
}

fn real_points(table: &serde_json::Value, f: Function) -> Vec<Vec<f64>> {
    let mut points = match f.arity() {
        1 => product(&CORNERS, 1),
        2 => product(&CORNERS_2, 2),
        _ => product(&[0.0, 1e-9, -1.0, 2.5, 1e160, -INF], 3),
    };
    points.extend(product(&[NAN, 1.0], f.arity()));
    points.extend(SEMANTICS.iter().filter(|row| row.function == f.to_string()).map(|row| row.at.to_vec()));
    points.extend(table_points(table, f));
    points.extend(random_points(f, 64));
    if f.name() == "clamp" {
        // It panics, as `f64::clamp` does.
        points.retain(|x| x[1] <= x[2]);
    }
    points
}

fn complex_points(f: Function) -> Vec<Vec<Complex<f64>>> {
    let parts = [0.0, 1e-9, 0.5, -0.75, 1.0, 2.5, -3.0, 20.0];
    let mut points: Vec<Vec<Complex<f64>>> = Vec::new();
    if f.arity() == 1 {
        points.extend(product(&parts, 2).iter().map(|p| vec![Complex::new(p[0], p[1])]));
    }
    let (re, im) = (random_points(f, 64), random_points(f, 65));
    points.extend(
        re.iter()
            .zip(&im[1..])
            .map(|(re, im)| re.iter().zip(im.iter().rev()).map(|(re, im)| Complex::new(*re, *im)).collect()),
    );
    points
}

// ---------------------------------------------------------------------------------------------------------------------
// The numerical semantics: rows of the table in the documentation that speak of single functions.

struct Semantics {
    row: &'static str,
    function: &'static str,
    at: &'static [f64],
    value: f64,
    gradient: &'static [f64],
}

macro_rules! semantics {
    ($($row:literal { $($f:literal $at:tt = $value:expr, $gradient:tt)* })*) => {
        const ROWS: &[&str] = &[$($row),*];
        const SEMANTICS: &[Semantics] = &[$($(Semantics {
            row: $row, function: $f, at: &$at, value: $value, gradient: &$gradient,
        },)*)*];
    };
}
semantics! {
    "the value is the primitive's own" {
        "tanh" [800.0] = 1.0, [0.0]
        "powf(2.5)" [0.0] = 0.0, [0.0]
        "hypot" [3.0 * BIG, 4.0 * BIG] = 5.0 * BIG, [0.6, 0.8]
    }
    "abs at 0" { "abs" [0.0] = 0.0, [0.0]  "abs" [-0.0] = 0.0, [0.0] }
    "ties of min and max, clamp at a bound" {
        "min" [1.0, 1.0] = 1.0, [0.5, 0.5]
        "max" [-2.0, -2.0] = -2.0, [0.5, 0.5]
        "clamp" [0.0, 0.0, 1.0] = 0.0, [0.5, 0.5, 0.0]
        "clamp" [1.0, 0.0, 1.0] = 1.0, [0.5, 0.0, 0.5]
        "clamp" [1.0, 1.0, 1.0] = 1.0, [0.0, 0.5, 0.5]
        "clamp" [0.0, 1.0, 1.0] = 1.0, [0.0, 0.5, 0.5]
        "clamp" [2.0, 1.0, 1.0] = 1.0, [0.0, 0.5, 0.5]
    }
    "max with NaN" {
        "max" [NAN, 1.0] = 1.0, [0.0, 1.0]
        "max" [1.0, NAN] = 1.0, [1.0, 0.0]
        "min" [NAN, 1.0] = 1.0, [0.0, 1.0]
    }
    "steps" {
        "floor" [2.0] = 2.0, [0.0]
        "ceil" [-2.5] = -2.0, [0.0]
        "round" [2.5] = 3.0, [0.0]
        "trunc" [-2.5] = -2.0, [0.0]
        "signum" [-0.0] = -1.0, [0.0]
        "fract" [2.5] = 0.5, [1.0]
        "rem" [7.5, -2.0] = 1.5, [1.0, 3.0]
        "rem" [-7.5, 2.0] = -1.5, [1.0, 3.0]
    }
    "powi at 0" {
        "powi(0)" [0.0] = 1.0, [0.0]
        "powi(1)" [0.0] = 0.0, [1.0]
        "powi(2)" [0.0] = 0.0, [0.0]
        "powi(-1)" [0.0] = INF, [-INF]
    }
    "powers at 0" {
        "powf(0.5)" [0.0] = 0.0, [INF]
        "powf(0.0)" [0.0] = 1.0, [0.0]
        "powf(1.0)" [0.0] = 0.0, [1.0]
        "powf(-1.5)" [0.0] = INF, [-INF]
        "pow" [0.0, 2.0] = 0.0, [0.0, 0.0]
        "pow" [0.0, 0.0] = 1.0, [0.0, -INF]
        "pow" [-1.0, 2.0] = 1.0, [-2.0, NAN]
    }
    "angles and distances at the origin" {
        "atan2" [0.0, 0.0] = 0.0, [NAN, NAN]
        "hypot" [0.0, 0.0] = 0.0, [0.0, 0.0]
    }
    "infinite slopes" {
        "sqrt" [0.0] = 0.0, [INF]
        "ln" [0.0] = -INF, [INF]
        "asin" [1.0] = std::f64::consts::FRAC_PI_2, [INF]
    }
    "sinc at 0" { "sinc" [0.0] = 1.0, [0.0] }
    "NaN in, NaN out" { "exp" [NAN] = NAN, [NAN]  "hypot" [NAN, 1.0] = NAN, [NAN, NAN] }
}

// ---------------------------------------------------------------------------------------------------------------------
// The comparison.

/// The larger part.
fn size(z: Complex<f64>) -> f64 {
    z.re.abs().max(z.im.abs())
}

/// The distance of two numbers in units of 2⁻⁵³ of the largest of them, `scale` and the least normal number; 0 for two NaN or
/// the same infinity.
fn units(a: Complex<f64>, b: Complex<f64>, scale: f64, least: f64) -> f64 {
    if a == b || (a.is_nan() && b.is_nan()) {
        return 0.0;
    }
    if !(a.is_finite() && b.is_finite()) {
        return INF;
    }
    let largest = size(a).max(size(b)).max(scale).max(least);
    // Scaled first, as the difference of large numbers overflows.
    size(Complex::new(a.re / largest - b.re / largest, a.im / largest - b.im / largest)) * 2f64.powi(53)
}

/// What a derivative of second or higher order is measured against, beside itself: it may pass through zero, and has then
/// lost the digits that it lost in every kind, each in its own. For a function that varies over a length like |x| the
/// derivatives of order k − 1 over |x| are of its natural size.
fn natural_size(by: &[usize], at: &[Complex<f64>], all: &BTreeMap<Vec<usize>, Complex<f64>>) -> f64 {
    if by.len() < 2 {
        return 0.0;
    }
    let largest = |order| all.iter().filter(|d| d.0.len() == order).map(|d| size(*d.1)).fold(0.0, f64::max);
    let length = at.iter().copied().map(size).fold(0.0, f64::max);
    let scale = largest(by.len()).max(largest(by.len() - 1) / length);
    if scale.is_finite() { scale } else { 0.0 }
}

/// How far from the first kind a kind may be, in units.
fn allowed(f: Function, kind: &Kind, order: usize, below_normal: bool) -> f64 {
    match order {
        // `/` on `Complex<_>` is num-complex's, by real and imaginary parts: other operations.
        _ if f.name() == "div" && kind.name.starts_with("Complex<") => 32.0,
        // (cos x − sinc x)/x cancels, a little more with each derivative.
        2.. if f.name() == "sinc" => 16.0,
        // The product of two factors is rounded twice below the normal numbers.
        1 if below_normal => 4.0,
        // By a recurrence, not by the rule's partial derivatives.
        1.. if kind.name.starts_with("Jet") => 16.0,
        // Value and slopes are computed by the same lines of the same rule.
        0 | 1 => 0.0,
        _ => 4.0,
    }
}

/// Disagreements that follow from the stated law, counted: a derivative of a slope is a composition, and where it goes
/// through a non-finite slope one kind may have NaN where another has a number.
#[derive(Default)]
struct Stated {
    /// × stays free of branches: at an infinite factor 0·∞ is NaN in forward mode, and on the tape in third derivatives
    /// of a quotient, whose own factors overflow.
    infinite_factors: usize,
    /// Beyond second order NaN and ∞ are not told apart where a derivative has overflowed.
    overflown: usize,
    /// Second and third derivatives at the points of `NAN_PAIRS`.
    pairs: usize,
    /// Derivatives of series at points that are zero, subnormal, infinite or NaN: where the nest has NaN a recurrence may have a number,
    /// and the other way round. Also where nests are wrong: x^2.5 where it has overflowed, (−1)^p where p − 1 is rounded, arg near zero, atanh
    /// far outside of its domain; and powers by ⅓ of subnormal numbers, where series lose two digits.
    series: usize,
}

/// The corners where a second or third derivative is NaN in one kind and another number in another, or a third one infinite:
/// where a partial derivative is infinite, or 0/0, the kinds differ in what they know of its zeros.
const NAN_PAIRS: [(&str, &[f64]); 6] = [
    ("arg", &[0.0]),
    ("div", &[0.0, 1e-300]),
    ("hypot", &[0.0, 0.0]),
    ("hypot", &[0.0, 1e-300]),
    ("hypot", &[1e-300, 0.0]),
    ("xlogy", &[0.0, 0.0]),
];

impl Stated {
    /// Whether this is one of them.
    fn covers(&mut self, kind: &Kind, d: &Disagreement) -> bool {
        let single = matches!(kind.like, Like::Real32 | Like::Complex32);
        let infinite = |x: &Complex<f64>| !x.is_finite() || (single && !(x.re as f32).is_finite());
        let at: Vec<f64> = d.at.iter().map(|x| x.re).collect();
        let order = d.by.len();
        let apart = match d.function.to_string().as_str() {
            "powf(2.5)" | "atanh" => at[0].abs() > 1e100,
            "pow" => at[0] < 0.0 && at[1].abs() > 1e100,
            "arg" => at[0].abs() < 1e-100,
            "cbrt" => at[0].is_subnormal() && d.units < 256.0,
            _ => false,
        };
        let corner = !(d.got.is_finite() && d.want.is_finite()) && at.iter().any(|x| !x.is_normal());
        let count = if kind.name.starts_with("Jet") && order > 0 && (apart || corner) {
            &mut self.series
        } else if (d.function.name() == "mul" && d.at.iter().any(infinite)
            || d.function.name() == "div" && order > 2 && (infinite(&d.at[0]) || at[1].abs() < 1e-100))
            && (d.got.is_nan() || d.want.is_nan())
        {
            &mut self.infinite_factors
        } else if order > 2 && !d.got.is_finite() && !d.want.is_finite() {
            &mut self.overflown
        } else if order > 1
            && (d.got.is_nan() || d.want.is_nan() || order > 2 && !d.want.is_finite())
            && NAN_PAIRS.contains(&(d.function.name(), &at))
        {
            &mut self.pairs
        } else {
            return false;
        };
        *count += 1;
        true
    }
}

/// A disagreement of a kind with the first of its sort.
struct Disagreement {
    function: Function,
    kind: &'static str,
    at: Vec<Complex<f64>>,
    by: Vec<usize>,
    want: Complex<f64>,
    got: Complex<f64>,
    units: f64,
}

impl std::fmt::Display for Disagreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Disagreement { function, kind, at, by, want, got, units } = self;
        let show = |z: &Complex<f64>| if z.im == 0.0 { format!("{:e}", z.re) } else { format!("{z:e}") };
        let at: Vec<_> = at.iter().map(show).collect();
        write!(
            f,
            "{function} at {at:?}, derivative by {by:?}: {} in {kind}, {} elsewhere ({units:.3} units)",
            show(got),
            show(want)
        )
    }
}

/// Worst distance, and how many finite numbers were compared.
#[derive(Clone, Copy, Default)]
struct Cell {
    worst: f64,
    compared: usize,
}

type Cells = BTreeMap<(String, &'static str), Cell>;

/// Runs all kinds at all points of a function.
fn run(
    f: Function,
    kinds: &[Kind],
    table: &serde_json::Value,
    cells: &mut Cells,
    stated: &mut Stated,
) -> Vec<Disagreement> {
    let real: Vec<Vec<Complex<f64>>> =
        real_points(table, f).iter().map(|x| x.iter().map(|x| Complex::new(*x, 0.0)).collect()).collect();
    let complex = if f.is_analytic() { complex_points(f) } else { Vec::new() };
    let mut bad = Vec::new();
    for sort in [Like::Real, Like::Real32, Like::Complex, Like::Complex32] {
        let kinds: Vec<_> = kinds.iter().filter(|kind| kind.like == sort).collect();
        let single = matches!(sort, Like::Real32 | Like::Complex32);
        let (unit, least) =
            if single { (2f64.powi(29), f32::MIN_POSITIVE.into()) } else { (1.0, f64::MIN_POSITIVE) };
        for at in if matches!(sort, Like::Complex | Like::Complex32) { &complex } else { &real } {
            let all: BTreeMap<_, _> = (kinds[0].run)(f, at).into_iter().rev().collect();
            for kind in &kinds {
                let cell = cells.entry((f.to_string(), kind.name)).or_default();
                for (by, got) in (kind.run)(f, at) {
                    let Some(&want) = all.get(&by) else { continue };
                    let units = units(got, want, natural_size(&by, at, &all), least) / unit;
                    cell.compared += usize::from(got.is_finite());
                    let found =
                        Disagreement { function: f, kind: kind.name, at: at.clone(), by, want, got, units };
                    if units > 0.0 && stated.covers(kind, &found) {
                        continue;
                    }
                    cell.worst = cell.worst.max(units);
                    if units > allowed(f, kind, found.by.len(), size(want) < least) {
                        bad.push(found);
                    }
                }
            }
        }
    }
    bad
}

/// Runs all kinds at all points of all functions, on as many threads as there are processors.
fn run_all(
    functions: &[Function],
    kinds: &[Kind],
    table: &serde_json::Value,
) -> (Cells, Stated, Vec<Disagreement>) {
    let next = AtomicUsize::new(0);
    let some = || {
        let (mut cells, mut stated, mut bad) = (Cells::new(), Stated::default(), Vec::new());
        while let Some(f) = functions.get(next.fetch_add(1, Ordering::Relaxed)) {
            bad.extend(run(*f, kinds, table, &mut cells, &mut stated));
        }
        (cells, stated, bad)
    };
    let (mut cells, mut stated, mut bad) = (Cells::new(), Stated::default(), Vec::new());
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(some)).collect();
        for thread in threads {
            let (of_thread, also_stated, also_bad) = thread.join().expect("no function panics");
            cells.extend(of_thread);
            stated.infinite_factors += also_stated.infinite_factors;
            stated.overflown += also_stated.overflown;
            stated.pairs += also_stated.pairs;
            stated.series += also_stated.series;
            bad.extend(also_bad);
        }
    });
    (cells, stated, bad)
}

fn print_table(functions: &[Function], kinds: &[Kind], cells: &Cells) {
    println!(
        "Distance of each kind from the first of its sort, worst over all points and derivatives, in units of 2⁻⁵³"
    );
    println!("(2⁻²⁴ for f32). Columns:");
    for (k, kind) in kinds.iter().enumerate() {
        println!("  {:2} {}", k + 1, kind.name);
    }
    print!("{:14}", "");
    (1..=kinds.len()).for_each(|k| print!("{k:>5}"));
    println!();
    let mut total = 0;
    for f in functions {
        print!("{:14}", f.to_string());
        for kind in kinds {
            match cells.get(&(f.to_string(), kind.name)) {
                Some(cell) if cell.compared > 0 => {
                    total += cell.compared;
                    print!("{:>5.2}", cell.worst);
                }
                _ => print!("{:>5}", "·"),
            }
        }
        println!();
    }
    println!("{} functions, {} kinds, {total} finite numbers compared", functions.len(), kinds.len());
}

#[test]
fn all_kinds_give_the_same_derivatives_of_every_function_at_every_point() {
    let (functions, kinds, table) = (Function::list(), kinds(), table());
    let (cells, stated, mut bad) = run_all(&functions, &kinds, &table);
    print_table(&functions, &kinds, &cells);
    let Stated { infinite_factors, overflown, pairs, series } = stated;
    println!(
        "{infinite_factors} times NaN of × at an infinite factor; {pairs} pairs of NaN and 0 in second and third derivatives;"
    );
    println!(
        "{series} derivatives of series at corners that differ from those of nests in what is not finite;"
    );
    println!(
        "{overflown} third derivatives that overflowed to NaN in one kind and to an infinity in another"
    );
    bad.sort_by(|a, b| b.units.total_cmp(&a.units));
    let mut seen = BTreeSet::new();
    bad.retain(|d| seen.insert((d.function.to_string(), d.kind, d.by.clone())));
    let list: Vec<String> = bad.iter().map(ToString::to_string).collect();
    assert!(bad.is_empty(), "disagreements, the worst of each:\n{}", list.join("\n"));
    for f in &functions {
        for kind in &kinds {
            let expected = f.is_analytic() || matches!(kind.like, Like::Real | Like::Real32);
            let compared = cells.get(&(f.to_string(), kind.name)).map_or(0, |cell| cell.compared);
            assert!(!expected || compared >= 64, "{f} was compared {compared} times at {}", kind.name);
        }
    }
}

#[test]
fn every_row_of_the_numerical_semantics_holds() {
    let functions = Function::list();
    for Semantics { row, function, at, value, gradient } in SEMANTICS {
        let f =
            functions.iter().find(|f| f.to_string() == *function).unwrap_or_else(|| panic!("no {function}"));
        let got = derivatives::<Dual<f64>>(at, |x| f.at(x));
        for (by, got) in got {
            let want = if let [input] = by[..] { gradient[input] } else { *value };
            assert!(
                got == want || (got.is_nan() && want.is_nan()),
                "{row}: {f} at {at:?} by {by:?} is {got}, not {want}"
            );
        }
    }
    let missing: Vec<_> = ROWS.iter().filter(|row| SEMANTICS.iter().all(|s| s.row != **row)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn sin_cos_is_sin_and_cos_in_every_kind() {
    fn same<K: Nest>(x: K::Primal) {
        let pair = derivatives::<K>(&[x, x], |x| x[0].sin_cos().0 + x[1].sin_cos().1);
        let single = derivatives::<K>(&[x, x], |x| x[0].sin() + x[1].cos());
        assert_eq!(pair, single);
    }
    for x in [0.0, 1.0, -2.5, 1e10] {
        same::<Dual<Dual<f64>>>(x);
        same::<Var<Dual<f64>>>(x);
        same::<Dual<Var<f64>>>(x);
        same::<Dual<f32>>(x as f32);
        same::<Complex<Dual<f64>>>(Complex::new(x, 0.5));
        same::<Var<Complex<f64>>>(Complex::new(x, 0.5));
    }
}

#[test]
fn no_documented_method_of_the_traits_is_left_out() {
    // Constants, constructors, the way down, and questions: not functions that have derivatives.
    let others = [
        "lit",
        "constant",
        "primal",
        "stop_gradient",
        "apply",
        "sin_cos",
        "from_real",
        "from_polar",
        "scale",
        "unscale",
        // Of many numbers: `tests/wholes.rs`.
        "sum_of",
        "dot",
        "weighted_sum",
        "sum_over",
        "fuse",
        "log_sum_exp",
        "softmax",
        "norm",
        "is_nan",
        "is_finite",
        "is_infinite",
        "is_sign_negative",
        "is_sign_positive",
        "total_cmp",
        // Of two numbers, by other functions: `tests/foreign_traits.rs`, `tests/semantics.rs`.
        "relu",
        "div_euclid",
        "max_of",
        "min_of",
    ];
    let functions: BTreeSet<_> = Function::list().iter().map(|f| f.name()).collect();
    let source = concat!(
        include_str!("../src/scalar.rs"),
        include_str!("../src/scalar/complex_scalar.rs"),
        include_str!("../src/scalar/real.rs")
    );
    let mut hidden = false;
    let mut methods = 0;
    for line in source.lines() {
        hidden = (hidden || line.contains("#[doc(hidden)]")) && !line.is_empty();
        // Inside a trait, not a function of the module.
        let Some(rest) = line.strip_prefix("    fn ") else { continue };
        let name = &rest[..rest.find(['(', '<']).expect("a method has arguments")];
        let documented = !std::mem::take(&mut hidden);
        if documented {
            methods += 1;
            assert!(functions.contains(name) || others.contains(&name), "{name} is in no list of this test");
        }
    }
    assert!(methods > 60, "{methods} methods were found in the traits' files");
}

#[test]
fn no_kind_is_left_out() {
    let names: BTreeSet<_> = kinds().iter().map(|kind| kind.name).collect();
    for kind in [
        "f32",
        "f64",
        "Complex<f32>",
        "Complex<f64>",
        "Dual<f64>",
        "Dual<f64, 8>",
        "HyperDual<f64>",
        "Dual<Dual<Dual<f64>>>",
        "Dual<f32>",
        "Dual<Complex<f64>>",
        "Complex<Dual<f64>>",
        "Var<f64>",
        "Var<f32>",
        "Var<Dual<f64>>",
        "Var<Dual<f64, 8>>",
        "Dual<Var<f64>>",
        "Var<Var<f64>>",
        "Complex<Var<f64>>",
        "Var<Complex<f64>>",
        "Jet<f64, 3>",
    ] {
        assert!(names.contains(kind), "{kind} is missing in {names:?}");
    }
}

#[test]
fn a_literal_multiplies_no_tangent_by_zero_at_any_level_of_a_nest() {
    let x: HyperDual<f64> = Dual::variable(Dual::variable(INF));
    for y in [x * 3.0, 3.0 * x, x * holograd::lit(3.0), x / (1.0 / 3.0)] {
        assert_eq!(
            (y.value().derivative(), y.derivative().value(), y.derivative().derivative()),
            (3.0, 3.0, 0.0)
        );
    }
    let steep = Dual::variable(Dual::new(1.0, [INF]));
    assert_eq!((steep * 3.0).derivative().value(), 3.0);
    assert_eq!((steep * 3.0).value().derivative(), INF);
}
