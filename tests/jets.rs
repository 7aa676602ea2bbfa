//! Taylor series: every function against nests of dual numbers, closed forms to order 20, and the transforms.

use holograd::strategies::Function;
use holograd::{
    Dual, Jet, Real, Rule, Scalar, Var, VectorRule, derivatives, grad, hessian, jacfwd, jet, mixed_partial,
    ode, taylor, taylor_to,
};
use num_complex::Complex;

#[path = "common/nests.rs"]
mod nests;
use nests::units;

/// To the order 8 in `.ci/nightly jets`.
#[test]
fn every_function_as_nested_duals_to_order_5() {
    nests::every_function_as_nested_duals::<Dual<Dual<Dual<Dual<Dual<f64>>>>>, 5>();
}

/// The coefficients c₁ … c₂₀, all within a number of units.
#[track_caller]
fn assert_series(name: &str, (_, given): (f64, [f64; 20]), expected: impl Fn(usize) -> f64, bound: f64) {
    for k in 1..=20 {
        let distance = units(given[k - 1], expected(k));
        assert!(
            distance <= bound,
            "{name}, order {k}: {:e} and {:e}, {distance} units",
            given[k - 1],
            expected(k)
        );
    }
}

fn factorial(n: usize) -> f64 {
    (1..=n).fold(1.0, |f, i| f * i as f64)
}

fn sign(k: usize) -> f64 {
    if k.is_multiple_of(2) { 1.0 } else { -1.0 }
}

#[test]
fn order_20_in_closed_form() {
    let x = 0.7_f64;
    assert_series("exp", taylor(|t| t.exp(), x), |k| x.exp() / factorial(k), 16.0);
    let turned = |k: usize| [x.sin(), x.cos(), -x.sin(), -x.cos()][k % 4] / factorial(k);
    assert_series("sin", taylor(|t| t.sin(), x), turned, 16.0);
    assert_series("cos", taylor(|t| t.cos(), x), |k| turned(k + 1) * (k + 1) as f64, 16.0);
    assert_series("1/(1 − x)", taylor(|t| (1.0 - t).recip(), 0.0), |_| 1.0, 0.0);
    assert_series("ln(1 + x)", taylor(|t| t.ln_1p(), 0.0), |k| -sign(k) / k as f64, 4.0);
    assert_series("ln", taylor(|t| t.ln(), x), |k| -sign(k) / k as f64 / x.powi(k as i32), 32.0);
    let binomial = |p: f64, k: usize| (0..k).fold(1.0, |b, i| b * (p - i as f64) / (i + 1) as f64);
    assert_series("sqrt", taylor(|t| t.sqrt(), 1.0), |k| binomial(0.5, k), 32.0);
    assert_series("powf", taylor(|t| t.powf(-2.5), 1.0), |k| binomial(-2.5, k), 32.0);
    let odd = |k: usize, c: f64| if k.is_multiple_of(2) { 0.0 } else { c };
    assert_series("atan", taylor(|t| t.atan(), 0.0), |k| odd(k, sign(k / 2) / k as f64), 8.0);
    assert_series("atanh", taylor(|t| t.atanh(), 0.0), |k| odd(k, 1.0 / k as f64), 8.0);
    let asin = |k: usize| odd(k, binomial(-0.5, k / 2).abs() / k as f64);
    assert_series("asin", taylor(|t| t.asin(), 0.0), asin, 32.0);
    assert_series("asinh", taylor(|t| t.asinh(), 0.0), |k| sign(k / 2) * asin(k), 32.0);
    assert_series("sinc", taylor(|t| t.sinc(), 0.0), |k| odd(k + 1, sign(k / 2) / factorial(k + 1)), 8.0);
    // tan has Bernoulli's numbers: t + t³/3 + 2t⁵/15 + 17t⁷/315 + … + 18888466084/194896477400625 t²¹
    let (_, tan) = taylor::<21, _, _>(|t| t.tan(), 0.0_f64);
    assert!(units(tan[6], 17.0 / 315.0) < 8.0);
    assert!(units(tan[20], 18_888_466_084.0 / 194_896_477_400_625.0) < 32.0);
    // A polynomial ends exactly.
    let (_, powers) = taylor::<20, _, _>(|t| t.powi(5), 3.0);
    assert_eq!(powers[..5], [405.0, 270.0, 90.0, 15.0, 1.0]);
    assert_eq!(powers[5..], [0.0; 15]);
}

/// Rows of `tests/data/jets.json`, made with 60 digits by `tests/data/gen_jets.py`.
#[test]
fn order_20_as_mpmath() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/jets.json");
    let table: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("the table is there"))
            .expect("it is JSON");
    let mut worst = (0.0, String::new());
    let mut rows = 0;
    for row in table.as_array().expect("rows") {
        let name = row["function"].as_str().expect("a name");
        let x = row["x"].as_f64().expect("a point");
        let expected: Vec<f64> = row["coefficients"]
            .as_array()
            .expect("numbers")
            .iter()
            .map(|c| c.as_f64().expect("a number"))
            .collect();
        let t = Jet::<f64, 20>::variable(x);
        let y = match name {
            "composite" => (t * t).sin() * (-t).exp() + (t * t + 1.0).ln() * t.tanh(),
            _ => Function::list()
                .into_iter()
                .find(|f| f.to_string() == name)
                .unwrap_or_else(|| panic!("no function {name}"))
                .at(&[t]),
        };
        // A small coefficient between large ones is a difference: units of what a circle of the size of its neighbours' would give.
        let size =
            |k: usize| (k.saturating_sub(2)..=(k + 2).min(20)).map(|j| expected[j].abs()).fold(0.0, f64::max);
        for k in 0..=20 {
            let distance = (y.coefficient(k) - expected[k]).abs() / (f64::EPSILON * size(k));
            if distance > worst.0 {
                worst = (distance, format!("{name} at {x}, order {k}"));
            }
            assert!(
                distance <= 64.0,
                "{name} at {x}, order {k}: {:e} and {:e}",
                y.coefficient(k),
                expected[k]
            );
        }
        rows += 1;
    }
    println!("{rows} rows, the worst {:.1} units: {}", worst.0, worst.1);
    assert!(rows > 60);
}

/// sin(x y) eˣ
fn wave<T: Real>(x: T, y: T) -> T {
    (x * y).sin() * x.exp()
}

#[test]
fn layers_in_any_order() {
    let (x, y) = (0.5_f64, 1.25_f64);
    // ∂/∂y of the third derivative by x: (d/dx)³ x cos(x y) eˣ.
    let (_, expected) = derivatives::<3, _, _>(|t| t * (t * y).cos() * t.exp(), x);
    let close = |given: f64, order: usize| {
        assert!(
            units(given, expected[order - 1]) < 64.0,
            "order {order}: {given} and {}",
            expected[order - 1]
        );
    };
    // Dual inside.
    let inside = wave(Jet::<Dual<f64>, 3>::variable(Dual::from(x)), Jet::from(Dual::variable(y)));
    // Dual outside.
    let outside = wave(Dual::from(Jet::<f64, 3>::variable(x)), Dual::variable(Jet::from(y))).derivative();
    // The tape outside.
    let tape: Jet<f64, 3> =
        grad(|[u, v]: [Var<Jet<f64, 3>>; 2]| wave(u, v), &[Jet::variable(x), Jet::from(y)])[1];
    for order in 1..=3 {
        close(inside.derivatives()[order - 1].derivative(), order);
        close(outside.derivatives()[order - 1], order);
        close(tape.derivatives()[order - 1], order);
    }
    // The tape inside.
    let third =
        |[v]: [Var<f64>; 1]| wave(Jet::<Var<f64>, 3>::variable(Var::from(x)), Jet::from(v)).derivatives()[2];
    close(grad(third, &[y])[0], 3);
}

#[test]
fn complex_coefficients() {
    let z = Complex::new(0.5, -1.5);
    let series = Jet::<Complex<f64>, 8>::variable(z);
    let parts = Complex::new(Jet::<f64, 8>::variable(z.re), Jet::from(z.im));
    let (log, other) = (series.ln(), Jet::from_complex(Scalar::ln(parts)));
    for k in 1..=8 {
        let expected = -sign(k) / (z.powi(k as i32) * k as f64);
        assert!((log.coefficient(k) - expected).norm() < 1e-15 * expected.norm() * 8.0);
        assert_eq!(log.coefficient(k), other.coefficient(k));
    }
    // |1 + t + i|² = 2 + 2t + t², and its root.
    let z = Jet::<Complex<f64>, 3>::new(
        Complex::new(1.0, 1.0),
        [Complex::new(1.0, 0.0), Complex::new(0.0, 0.0), Complex::new(0.0, 0.0)],
    );
    assert_eq!(z.norm_sqr().higher(), [2.0, 1.0, 0.0]);
    let root = Jet::<f64, 3>::new(2.0, [2.0, 1.0, 0.0]).sqrt();
    for k in 0..=3 {
        assert!((z.abs().coefficient(k) - root.coefficient(k)).abs() < 1e-15);
    }
    let (_, d) = derivatives::<4, _, _>(|z| (z * z).exp(), Complex::new(0.0, 1.0));
    // (e^z²)⁗ = (16z⁴ + 48z² + 12) e^z²
    assert!((d[3] - Complex::new(16.0 - 48.0 + 12.0, 0.0) * (-1.0_f64).exp()).norm() < 1e-14);
}

#[test]
fn zeros_stay_beside_infinities_and_values_are_compared() {
    let constant = Jet::<f64, 3>::from(0.0);
    assert_eq!(constant.sqrt().higher(), [0.0; 3]);
    assert_eq!(constant.ln().higher(), [0.0; 3]);
    assert_eq!((constant.sqrt() * Jet::variable(2.0)).higher(), [0.0; 3]);
    let (_, root) = taylor::<3, _, _>(|t: Jet<f64, 3>| t.sqrt(), 0.0);
    assert_eq!(root, [f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY]);
    let infinite = Jet::<f64, 2>::new(f64::INFINITY, [0.0, 0.0]) * Jet::new(2.0, [0.0, 0.0]);
    assert_eq!((infinite.value(), infinite.higher()), (f64::INFINITY, [0.0; 2]));
    assert_eq!(Jet::<f64, 2>::new(1.0, [2.0, 3.0]), Jet::new(1.0, [0.0, 0.0]));
    assert!(Jet::<f64, 2>::variable(1.0) < 2.0);
    // Beyond the order nothing is known, and nothing is kept.
    let low = Jet::<f64, 9>::variable(1.0).truncated(2);
    assert_eq!((low.exp() + Jet::variable(1.0).ln()).order(), 2);
    assert!((low.exp() * Jet::variable(1.0)).higher()[2..].iter().all(|c| *c == 0.0));
}

#[test]
#[should_panic(expected = "perturbation confusion")]
fn two_transforms_at_one_level() {
    let _ =
        taylor::<2, _, _>(|x: Jet<f64, 2>| x * taylor::<2, _, _>(|y: Jet<f64, 2>| x * y, 1.0_f64).0, 1.0_f64);
}

/// W(x) e^W(x) = x
struct Lambert;
impl Rule<f64> for Lambert {
    fn value(&self, [x]: [f64; 1]) -> f64 {
        (0..40).fold(x.ln_1p(), |w: f64, _| w - (w * w.exp() - x) / (w.exp() * (w + 1.0)))
    }
    fn slopes<S: Scalar<Primal = f64>>(&self, _: [S; 1], w: S) -> [S; 1] {
        [(w.exp() * (w + holograd::lit(1.0))).recip()]
    }
}

/// (x y, x/y)
#[derive(Clone)]
struct Pair;
impl VectorRule<f64> for Pair {
    fn values(&self, x: &[f64]) -> Vec<f64> {
        vec![x[0] * x[1], x[0] / x[1]]
    }
    fn pushforward<S: Scalar<Primal = f64>>(&self, x: &[S], y: &[S], v: &[S]) -> Vec<S> {
        vec![x[0] * v[1] + x[1] * v[0], (v[0] - y[1] * v[1]) / x[1]]
    }
    fn pullback<S: Scalar<Primal = f64>>(&self, x: &[S], y: &[S], u: &[S]) -> Vec<S> {
        vec![u[0] * x[1] + u[1] / x[1], u[0] * x[0] - u[1] * y[1] / x[1]]
    }
}

#[test]
fn rules_of_the_user() {
    // W(x) = Σ (−k)ᵏ⁻¹/k! xᵏ
    let (_, w) = taylor::<12, _, _>(|x| x.apply(&Lambert), 0.0);
    for k in 1..=12 {
        let expected = (-(k as f64)).powi(k as i32 - 1) / factorial(k);
        assert!(units(w[k - 1], expected) < 64.0, "order {k}: {} and {expected}", w[k - 1]);
    }
    let (_, given) = taylor::<8, _, _>(|x| Pair.at_slice(&[x.exp(), x.cos()]), 0.5);
    let (_, expected) = taylor::<8, _, _>(|x| vec![x.exp() * x.cos(), x.exp() / x.cos()], 0.5);
    for k in 0..8 {
        for i in 0..2 {
            assert!((given[k][i] - expected[k][i]).abs() < 1e-14 * expected[k][i].abs().max(1.0));
        }
    }
}

#[test]
fn jets_as_jax() {
    // f(x(t)) with x = (1 + 2t + 3t²/2, t): series are derivatives, not coefficients.
    let (y, d) = jet(
        |(x, y): (Jet<f64, 3>, Jet<f64, 3>)| (x * y, [x.exp()]),
        &(1.0, 0.0),
        &[(2.0, 1.0), (3.0, 0.0), (0.0, 0.0)],
    );
    let e = 1_f64.exp();
    assert_eq!((y.0, d[0].0, d[1].0, d[2].0), (0.0, 1.0, 4.0, 9.0));
    // (e^x)″ = (x″ + x′²) eˣ, (e^x)‴ = (3x′x″ + x′³) eˣ
    assert!((d[1].1[0] - 7.0 * e).abs() < 1e-14 && (d[2].1[0] - 26.0 * e).abs() < 1e-13);
    // A `Vec` in, a `Result` out.
    let failing = |x: Vec<Jet<f64, 1>>| if x.len() == 2 { Ok(x[0] * x[1]) } else { Err("two numbers") };
    assert_eq!(jet(failing, &vec![3.0, 4.0], &[vec![1.0, 0.0]]), Ok((12.0, [4.0])));
    assert_eq!(jet(failing, &vec![3.0], &[vec![1.0]]), Err("two numbers"));
}

#[test]
fn mixed_partials() {
    let (a, b, c) = (0.5, -0.75, 1.5);
    let f = |[x, y, z]: [Jet<f64, 8>; 3]| (x * 2.0 + y * 3.0 + z).sin() * x.exp();
    // (∂x)ⁱ of e^x sin(2x + …) is Im (1 + 2i)ⁱ e^(x + 2ix + …).
    for index in [[0, 0, 0], [1, 1, 0], [2, 1, 1], [0, 3, 2], [4, 0, 0], [2, 2, 2], [3, 2, 3]] {
        let d = mixed_partial(f, &[a, b, c], &index);
        let phase = Complex::new(a, 2.0 * a + 3.0 * b + c).exp();
        let powers = Complex::new(1.0, 2.0).powi(index[0] as i32)
            * Complex::new(0.0, 3.0).powi(index[1] as i32)
            * Complex::i().powi(index[2] as i32);
        let expected = (phase * powers).im;
        assert!((d - expected).abs() < 1e-11 * powers.norm(), "{index:?}: {d} and {expected}");
    }
    let second = hessian(|[x, y]| wave(x, y), &[0.3, 0.6]);
    let mixed = mixed_partial(|[x, y]: [Jet<f64, 2>; 2]| wave(x, y), &[0.3, 0.6], &[1, 1]);
    assert!((mixed - second[0][1]).abs() < 1e-14);
}

/// Where a partial derivative leaves the range of numbers and the result does not.
#[test]
fn series_stay_in_range_where_partial_derivatives_do_not() {
    type J = Jet<f64, 2>;
    let rows: [(&str, f64, fn(J) -> J, [f64; 2]); 9] = [
        ("a quotient of large numbers", 300.0, |x| (x.exp() / (x.exp() * x.exp())).ln(), [-1.0, 0.0]),
        ("of small ones", -300.0, |x| (x.exp() / (x.exp() * x.exp())).ln(), [-1.0, 0.0]),
        ("x ln x", 1e300, |x| x.xlogy(x), [300.0 * 10_f64.ln() + 1.0, 1e-300]),
        ("a power whose value vanishes", 1e-200, |x| x.powf(2.5), [2.5e-300, 3.75e-100]),
        ("one with an exponent that is a number", 1e-200, |x| x.pow(J::lit(2.5)), [2.5e-300, 3.75e-100]),
        ("an angle", 1.0, |x| (x * 1e200).atan() * 1e-100, [1e-300, -2e-300]),
        ("an angle at a small number", 1e-30, |x| (x * 1e200).atan() * 1e-100, [1e-240, -2e-210]),
        ("a distance", 1.0, |x| (x * 1e170).hypot(x * x * 1e160) * 1e-200, [1e-30, 3e-50]),
        ("a reciprocal", 1e-100, |x| 1e-290 / (x * 1e-150), [-1e60, 2e160]),
    ];
    for (name, x, f, expected) in rows {
        let given = f(J::variable(x)).derivatives();
        for k in 0..2 {
            let small = 1e-13 * if expected[k] == 0.0 { 1.0 } else { expected[k].abs() };
            assert!((given[k] - expected[k]).abs() <= small, "{name}: {given:?} for {expected:?}");
        }
    }
}

#[test]
fn an_order_that_is_known_at_run_time() {
    let f = |x: Jet<f64, 60>| (x.sin() * x.exp(), x / (x + 1.0));
    for order in [0, 1, 7, 60] {
        let c = taylor_to(f, 0.0, order);
        assert_eq!(c.len(), order + 1);
        for (k, (wave, quotient)) in c.into_iter().enumerate() {
            // Im (1 + i)ᵏ/k!, a sum of terms whose sizes add up to 2ᵏ/k!
            let expected = Complex::new(1.0, 1.0).powi(k as i32).im / factorial(k);
            let size = 2_f64.powi(k as i32) / factorial(k);
            assert!(
                (wave - expected).abs() <= 16.0 * f64::EPSILON * size,
                "order {k}: {wave} and {expected}"
            );
            assert_eq!(quotient, if k == 0 { 0.0 } else { -sign(k) });
        }
    }
}

#[test]
#[should_panic(expected = "a series of order 4 in numbers with room for 3 coefficients")]
fn an_order_beyond_the_room() {
    let _ = taylor_to(|x: Jet<f64, 3>| x, 0.0, 4);
}

/// x′ = x cos t: x = e^sin t.
#[test]
fn solutions_forwards_backwards_and_their_derivatives() {
    for end in [4.5_f64, -4.5, 40.0, 0.0] {
        let x = ode::solve::<20, _, _>(|t, x| x * t.cos(), 0.0, &1.0_f64, end, 1e-16).expect("it goes on");
        assert!((x - end.sin().exp()).abs() < 4e-15, "t = {end}: {x}");
    }
    // By the initial time, the initial state and the final time.
    let x: fn([Dual<f64, 3>; 3]) -> Result<Dual<f64, 3>, ode::Stuck> =
        |[start, x, end]| ode::solve::<20, _, _>(|t, x| x * t.cos(), start, &x, end, 1e-16);
    let [by_start, by_x, by_end] = jacfwd(x, &[0.5, 2.0, 3.0]).expect("it goes on");
    let growth = (3_f64.sin() - 0.5_f64.sin()).exp();
    assert!((by_x - growth).abs() < 1e-14);
    assert!((by_start + 2.0 * growth * 0.5_f64.cos()).abs() < 1e-14);
    assert!((by_end - 2.0 * growth * 3_f64.cos()).abs() < 1e-14);
    // Reverse mode, of a tuple and of complex numbers.
    let turned = |[w]: [Var<f64>; 1]| {
        let f = |_: Jet<Var<f64>, 12>, (z, w): (Complex<Jet<Var<f64>, 12>>, Jet<Var<f64>, 12>)| {
            (Complex::new(-z.im * w, z.re * w), Jet::from(Var::from(0.0)))
        };
        let start = (Complex::new(Var::from(1.0), Var::from(0.0)), w);
        ode::solve::<12, Var<f64>, _>(f, 0.0, &start, 1.0, 1e-12).expect("it goes on").0.re
    };
    assert!((grad(turned, &[0.75])[0] + 0.75_f64.sin()).abs() < 1e-11);
}

#[test]
fn steps_end_where_they_should() {
    let decay = |_, x: Vec<Jet<f64, 8>>| x.into_iter().map(|x| -x).collect();
    let mut steps = ode::steps::<8, f64, _, _>(decay, 1.0, &vec![1.0], f64::INFINITY, 1e-8);
    let mut time = 1.0;
    for _ in 0..20 {
        let step = steps.next().expect("it goes on").expect("it goes on");
        assert!(step.start() == time && step.end() > time);
        time = step.end();
        assert!((step.at(time)[0] - (1.0 - time).exp()).abs() < 1e-7);
    }
    assert_eq!(steps.time(), time);
    // A pole, and a singular start.
    let error = ode::solve::<20, _, _>(|_, x| x * x, 0.0, &1.0_f64, 2.0, 1e-16).expect_err("there is a pole");
    assert!((error.time - 1.0).abs() < 1e-6 && error.to_string().starts_with("the solution ends at t = "));
    let error =
        ode::solve::<20, _, _>(|_, x| x.recip(), 0.0, &0.0_f64, 1.0, 1e-16).expect_err("it is singular");
    assert!(error.time == 0.0 && error.length.is_nan());
}

#[test]
fn events_are_all_crossings_in_their_order() {
    // One long step of a polynomial solution, x = t, and polynomials of it.
    let steps = || ode::steps::<6, f64, _, _>(|_, _| Jet::from(1.0), 0.0, &0.0, 8.0, 1e-16);
    let events = |g: fn(Jet<f64, 6>) -> Jet<f64, 6>| -> Vec<f64> {
        steps().flat_map(|step| step.expect("it goes on").events(|_, x| g(x))).collect()
    };
    let near = |given: Vec<f64>, expected: &[f64]| {
        assert_eq!(given.len(), expected.len(), "{given:?} for {expected:?}");
        given.iter().zip(expected).for_each(|(a, b)| assert!((a - b).abs() < 1e-12, "{a} for {b}"));
    };
    near(events(|x| (x - 1.0) * (x - 1.001) * (x - 7.0)), &[1.0, 1.001, 7.0]);
    // Exactly in the middle, at the end, at the start, and where zero is touched.
    near(events(|x| x - 4.0), &[4.0]);
    near(events(|x| x - 8.0), &[8.0]);
    near(events(|x| x * (x - 3.0)), &[3.0]);
    near(events(|x| (x - 3.0).powi(2)), &[]);
    near(events(|x| x * x + 1.0), &[]);
}
