//! Random programs in `f32` and `f64` over their whole range against a number with an exponent of its own, in all modes.
//!
//! A comparison of modes cannot find a derivative that all of them lose where a partial derivative leaves the range. The number
//! [`Wide`] has the precision of `f64` and no range to leave. How large an error may be is computed for each program: it is run
//! again on numbers each of which is rounded at random, which spreads its derivatives as far as rounding may (Vignes, Discrete
//! stochastic arithmetic, Numerical Algorithms 37 (2004) 377–390).
//!
//! Seeds are fixed. `HOLOGRAD_PROGRAMS=1000000 cargo test --release --test programs -- --nocapture` runs as many programs of each
//! kind, with `PROPTEST_RNG_SEED` others than these.

#[path = "outside/src/wide.rs"]
#[allow(dead_code, missing_docs, unreachable_pub, clippy::pedantic)]
mod wide;

use holograd::strategies::{Expr, Function, expressions};
use holograd::{Base, Dual, HyperDual, Primal, Var, grad, hessian, hvp, jacfwd, jacrev};
use num_traits::{One, Zero};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use std::cell::Cell;
use wide::Wide;

/// What is special about the number that is tested.
trait Tested: Primal + Base {
    /// Half a unit in the last place of 1.
    const UNIT: f64;
    /// The exponents of ten of its range.
    const RANGE: f64;
    /// The smallest and the largest normal number.
    const ENDS: [f64; 2];
}

impl Tested for f32 {
    const UNIT: f64 = f32::EPSILON as f64 / 2.0;
    const RANGE: f64 = 37.0;
    const ENDS: [f64; 2] = [f32::MIN_POSITIVE as f64, f32::MAX as f64];
}

impl Tested for f64 {
    const UNIT: f64 = f64::EPSILON / 2.0;
    const RANGE: f64 = 300.0;
    const ENDS: [f64; 2] = [f64::MIN_POSITIVE, f64::MAX];
}

/// All first and second derivatives of a program of two numbers, by one mode after the other.
type Derivatives<T> = Vec<(&'static str, [T; 2], Option<[[T; 2]; 2]>)>;

fn by_all_modes<T: Tested>(e: &Expr, x: [T; 2]) -> Derivatives<T> {
    let unit = |i: usize| -> [T; 2] { std::array::from_fn(|k| if k == i { T::one() } else { T::zero() }) };
    let square = |rows: Vec<Vec<T>>| [[rows[0][0], rows[0][1]], [rows[1][0], rows[1][1]]];
    vec![
        ("forward", jacfwd(|x: [_; 2]| e.at(&x), &x), Some(hessian(|x: [_; 2]| e.at(&x), &x))),
        (
            "reverse",
            grad(|x: [_; 2]| e.at(&x), &x),
            Some(jacrev(|x: [Var<T>; 2]| grad(|x: [Var<Var<T>>; 2]| e.at(&x), &x), &x)),
        ),
        (
            "forward over reverse",
            grad(|x: [_; 2]| e.at(&x), &x),
            Some([0, 1].map(|i| hvp(|x: [_; 2]| e.at(&x), &x, &unit(i)))),
        ),
        (
            "chunks",
            {
                let row = jacfwd(|x: Vec<_>| e.at(&x), &x.to_vec());
                [row[0], row[1]]
            },
            Some(square(hessian(|x: Vec<_>| e.at(&x), &x.to_vec()))),
        ),
    ]
}

/// The numbers that the derivatives of a program consist of, on numbers without a range.
fn reference(e: &Expr, x: [Wide; 2]) -> ([Wide; 2], [[Wide; 2]; 2]) {
    let seed = |i: usize| -> HyperDual<Wide, 2> {
        let unit = std::array::from_fn(|k| if k == i { Wide::one() } else { Wide::zero() });
        Dual::new(Dual::new(x[i], unit), unit.map(Dual::from))
    };
    let y = e.at(&[seed(0), seed(1)]);
    (y.value().eps(), y.eps().map(|e| e.eps()))
}

/// Whether all values, tangents and adjoints on the way, with tangents of their own, are zeros or in range with some room: then
/// nothing is lost but by rounding.
fn stays_in_range<T: Tested>(e: &Expr, x: [Wide; 2]) -> bool {
    let room = Wide::from_f64(64.0);
    let [low, high] = T::ENDS.map(Wide::from_f64);
    let inside = |x: Wide| x.is_zero() || (low * room <= Base::abs(x) && Base::abs(x) <= high / room);
    let parts = |x: Dual<Wide, 2>| inside(x.value()) && x.eps().into_iter().all(inside);
    let seed = |i: usize| -> HyperDual<Wide, 2> {
        let unit = std::array::from_fn(|k| if k == i { Wide::one() } else { Wide::zero() });
        Dual::new(Dual::new(x[i], unit), unit.map(Dual::from))
    };
    let x = [seed(0), seed(1)];
    /// The value at a node, and whether all is in range below it.
    fn up(
        e: &Expr,
        x: &[HyperDual<Wide, 2>],
        adjoint: Dual<Wide, 2>,
        parts: &impl Fn(Dual<Wide, 2>) -> bool,
    ) -> bool {
        if !parts(adjoint) {
            return false;
        }
        let y = e.at(x);
        if !(parts(y.value()) && y.eps().into_iter().all(parts)) {
            return false;
        }
        let Expr::Call(f, arguments) = e else { return true };
        // The partial derivatives along each argument, with their tangents.
        let values: Vec<Dual<Wide, 2>> = arguments.iter().map(|a| a.at(x).value()).collect();
        arguments.iter().enumerate().all(|(k, argument)| {
            let slope = f.at(&seeded(&values, k)).eps()[0];
            up(argument, x, adjoint * slope, parts)
        })
    }
    fn seeded(values: &[Dual<Wide, 2>], k: usize) -> Vec<Dual<Dual<Wide, 2>>> {
        let one = |i: usize| if i == k { Dual::one() } else { Dual::zero() };
        values.iter().enumerate().map(|(i, value)| Dual::new(*value, [one(i)])).collect()
    }
    up(e, &x, Dual::one(), &parts)
}

/// Whether all values on the way are finite in the tested number itself, and zero where they are so exactly: where it rounds to the
/// pole of what comes next, ln 1 in a quotient, or to the corner of a modulus, it is another program.
fn keeps_its_corners<T: Tested>(e: &Expr, x: [T; 2], exact: [Wide; 2]) -> bool {
    let below = match e {
        Expr::Call(_, arguments) => arguments.iter().all(|a| keeps_its_corners(a, x, exact)),
        _ => true,
    };
    let y = e.at(&x);
    below && Base::is_finite(y) && (y.is_zero() == e.at(&exact).is_zero())
}

/// The sums of the moduli of what the derivatives are sums of, over all paths from a variable to the result: backwards the terms
/// of a derivative are added in another order, and x − x + x⁶ has the derivative (1 − 1) + 6x⁵ or 1 − (1 − 6x⁵).
fn moduli(e: &Expr, x: [Wide; 2]) -> ([Wide; 2], [[Wide; 2]; 2]) {
    let (mut first, mut second) = ([Wide::zero(); 2], [[Wide::zero(); 2]; 2]);
    let (function, arguments) = match e {
        Expr::Constant(_) => return (first, second),
        Expr::Variable(i) => {
            first[*i] = Wide::one();
            return (first, second);
        }
        Expr::Call(function, arguments) => (function, arguments),
    };
    let values: Vec<Wide> = arguments.iter().map(|a| a.at(&x)).collect();
    let below: Vec<_> = arguments.iter().map(|a| moduli(a, x)).collect();
    let size = |x: Wide| if Base::is_finite(x) { Base::abs(x) } else { Wide::zero() };
    for k in 0..values.len() {
        for l in 0..values.len() {
            let one = |i: usize, k: usize| if i == k { Wide::one() } else { Wide::zero() };
            let seeds: Vec<Dual<Dual<Wide>>> = values
                .iter()
                .enumerate()
                .map(|(i, x)| Dual::new(Dual::new(*x, [one(i, l)]), [Dual::from(one(i, k))]))
                .collect();
            let y = function.at(&seeds);
            let (slope, curvature) = (size(y.eps()[0].value()), size(y.eps()[0].eps()[0]));
            for i in 0..2 {
                for j in 0..2 {
                    second[i][j] += curvature * below[k].0[i] * below[l].0[j];
                    if k == l {
                        second[i][j] += slope * below[k].1[i][j];
                    }
                }
                if k == l {
                    first[i] += slope * below[k].0[i];
                }
            }
        }
    }
    (first, second)
}

/// The largest distance of a derivative from itself when everything is rounded at random.
fn spread(e: &Expr, x: [Wide; 2], unit: f64) -> ([f64; 2], [[f64; 2]; 2]) {
    let exact = reference(e, x);
    let (mut first, mut second) = ([0.0; 2], [[0.0; 2]; 2]);
    for run in 0..10 {
        let noisy = wide::with_noise(8.0 * unit, run, || reference(e, x));
        // Relative to the larger one, and by more than 1 where nothing is certain.
        let distance = |a: Wide, b: Wide| {
            if a == b || (a.is_zero() && b.is_zero()) {
                return 0.0;
            }
            let d = Base::to_f64(Base::abs(a - b) / Base::max(Base::abs(a), Base::abs(b)));
            if d.is_nan() { f64::INFINITY } else { d }
        };
        for i in 0..2 {
            first[i] = f64::max(first[i], distance(exact.0[i], noisy.0[i]));
            for j in 0..2 {
                second[i][j] = f64::max(second[i][j], distance(exact.1[i][j], noisy.1[i][j]));
            }
        }
    }
    (first, second)
}

#[derive(Default)]
struct Count {
    programs: Cell<usize>,
    in_range: Cell<usize>,
    compared: Cell<usize>,
    unclear: Cell<usize>,
    lost: Cell<usize>,
}

fn add_one(cell: &Cell<usize>) {
    cell.set(cell.get() + 1);
}

impl Count {
    fn compare<T: Tested>(
        &self,
        what: &str,
        got: T,
        want: Wide,
        modulus: Wide,
        spread: f64,
    ) -> Result<(), TestCaseError> {
        let size = Base::abs(want);
        let [low, high] = T::ENDS.map(Wide::from_f64);
        if !Base::is_finite(want) || size > high / Wide::from_f64(64.0) {
            return Ok(());
        }
        // Ill-conditioned, at a kink or at a jump.
        if !(spread < 1e-2) {
            add_one(&self.unclear);
            return Ok(());
        }
        add_one(&self.compared);
        // NaN and infinities say that something was lost on the way: they are no wrong numbers.
        if !Base::is_finite(got) {
            add_one(&self.lost);
            return Ok(());
        }
        let got = Wide::from_f64(Base::to_f64(got));
        let bound = size * Wide::from_f64(16.0 * spread)
            + (size + modulus) * Wide::from_f64(64.0 * T::UNIT)
            + low * Wide::from_f64(4.0);
        let error = Base::abs(got - want);
        prop_assert!(error <= bound, "{what}: {got}, not {want} (off by {error}, bound {bound})");
        Ok(())
    }
}

fn program_is_right<T: Tested>(count: &Count, e: &Expr, x: [f64; 2]) -> Result<(), TestCaseError> {
    add_one(&count.programs);
    let x = x.map(<T as Base>::from_f64);
    let exact = x.map(|x| Wide::from_f64(Base::to_f64(x)));
    let e = &rounded::<T>(e);
    if !stays_in_range::<T>(e, exact) || !keeps_its_corners(e, x, exact) {
        return Ok(());
    }
    add_one(&count.in_range);
    let (first, second) = reference(e, exact);
    let (first_modulus, second_modulus) = moduli(e, exact);
    let (first_spread, second_spread) = spread(e, exact, T::UNIT);
    for (mode, gradient, curvature) in by_all_modes(e, x) {
        for i in 0..2 {
            let what = format!("{mode}: ∂{i}");
            count.compare(&what, gradient[i], first[i], first_modulus[i], first_spread[i])?;
            for j in 0..2 {
                if let Some(h) = curvature {
                    let what = format!("{mode}: ∂{i}∂{j}");
                    let modulus = second_modulus[i][j];
                    count.compare(&what, h[i][j], second[i][j], modulus, second_spread[i][j])?;
                }
            }
        }
    }
    Ok(())
}

/// The program with constants that the tested number has.
fn rounded<T: Tested>(e: &Expr) -> Expr {
    match e {
        Expr::Variable(i) => Expr::Variable(*i),
        Expr::Constant(c) => Expr::Constant(Base::to_f64(<T as Base>::from_f64(*c))),
        Expr::Call(f, arguments) => Expr::Call(*f, arguments.iter().map(rounded::<T>).collect()),
    }
}

/// Numbers of all sizes, half of them moderate.
fn coordinates<T: Tested>() -> impl Strategy<Value = [f64; 2]> {
    let sized = |range: f64| {
        (-range..range, 1.0..10.0, any::<bool>()).prop_map(|(e, m, negative): (f64, f64, bool)| {
            if negative { -m * 10f64.powf(e) } else { m * 10f64.powf(e) }
        })
    };
    let one = prop_oneof![2 => sized(1.0), 1 => sized(T::RANGE / 4.0), 1 => sized(T::RANGE)];
    [one.clone(), one]
}

/// Programs that scale what they compute with up and down between functions.
fn programs() -> impl Strategy<Value = Expr> {
    let find =
        |name: &str| Function::list().into_iter().find(|f| f.name() == name).expect("it is in the list");
    let [mul, exp, div] = ["mul", "exp", "div"].map(find);
    let unary: Vec<Function> = Function::list().into_iter().filter(|f| f.arity() == 1).collect();
    let chain = (
        prop::collection::vec((prop::sample::select(unary), -30.0..30.0, any::<bool>(), 0..4_usize), 1..4),
        0..2_usize,
    )
        .prop_map(move |(steps, variable)| {
            steps.into_iter().fold(Expr::Variable(variable), |e, (f, size, through, kind)| {
                let scaled =
                    Expr::Call(mul, vec![e, Expr::Constant(if through { 1.0 } else { 10f64.powf(size) })]);
                match kind {
                    0 => Expr::Call(f, vec![scaled]),
                    1 => Expr::Call(f, vec![Expr::Call(exp, vec![scaled])]),
                    2 => Expr::Call(div, vec![Expr::Constant(size), scaled]),
                    _ => Expr::Call(
                        div,
                        vec![scaled.clone(), Expr::Call(exp, vec![Expr::Variable(1 - variable)])],
                    ),
                }
            })
        });
    prop_oneof![expressions(2), chain]
}

fn run<T: Tested>(name: &str, seed: u64) {
    let cases = std::env::var("HOLOGRAD_PROGRAMS").map_or(1500, |n| n.parse().expect("a number of programs"));
    let mut config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(seed);
    }
    let count = Count::default();
    let result = TestRunner::new(config)
        .run(&(programs(), coordinates::<T>()), |(e, x)| program_is_right::<T>(&count, &e, x));
    println!(
        "{name}: {} programs, {} of them in range throughout; {} derivatives compared, {} of them not finite, {} too uncertain",
        count.programs.get(),
        count.in_range.get(),
        count.compared.get(),
        count.lost.get(),
        count.unclear.get()
    );
    if let Err(error) = result {
        panic!("{error}");
    }
    assert!(count.compared.get() > count.programs.get(), "most programs should be compared");
    assert!(count.lost.get() * 500 < count.compared.get(), "few derivatives may be lost");
}

#[test]
fn derivatives_of_single_precision_programs_are_right_over_the_whole_range() {
    run::<f32>("f32", 20_261_130);
}

#[test]
fn derivatives_of_double_precision_programs_are_right_over_the_whole_range() {
    run::<f64>("f64", 20_261_131);
}
