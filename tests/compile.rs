//! Compiled functions against the transforms that they were recorded from, bit for bit.
#![cfg(feature = "compile")]

use holograd::compile::{CompileError, Compiled, Compiler, Traced, compile};
use holograd::*;
use num_complex::Complex;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The back ends that there are.
fn compilers() -> [Compiler; 2] {
    [Compiler::new(), Compiler::new().machine_code(false)]
}

/// All bits, but of zeros not the sign, and of NaN only that it is one.
fn bits(x: f64) -> u64 {
    if x.is_nan() {
        f64::NAN.to_bits()
    } else if x == 0.0 {
        0
    } else {
        x.to_bits()
    }
}

fn rosenbrock<T: Scalar>(x: Vec<T>) -> T {
    x.windows(2).map(|w| (w[1] - w[0] * w[0]).powi(2) * lit(100.0) + (w[0] - lit(1.0)).powi(2)).sum()
}

fn points(n: usize, count: usize) -> Vec<Vec<f64>> {
    let number = |i: usize, k: usize| ((i * 37 + k * 101) % 64) as f64 / 16.0 - 1.9;
    (0..count).map(|i| (0..n).map(|k| number(i, k)).collect()).collect()
}

/// Value, gradient by dual numbers and on the tape, and the Hessian by two nests, of a function of the list.
fn everything<T: Real<Primal = f64>>(k: usize, x: [T; 2]) -> Vec<T> {
    let (value, forward) = value_and_jacfwd(|x: [Dual<T, 2>; 2]| body(k, x), &x);
    let reverse = grad(|x: [Var<T>; 2]| body(k, x), &x);
    let nested = jacfwd(|x: [Dual<T, 2>; 2]| jacfwd(|x: [Dual<Dual<T, 2>, 2>; 2]| body(k, x), &x), &x);
    let mixed = jacfwd(|x: [Dual<T, 2>; 2]| grad(|x: [Var<Dual<T, 2>>; 2]| body(k, x), &x), &x);
    let mut all = vec![body(k, x), value];
    all.extend(forward.into_iter().chain(reverse));
    all.extend(nested.into_iter().chain(mixed).flatten());
    all
}

/// Points at which two functions agree or not.
const GRID: [[f64; 2]; 14] = [
    [0.3, 0.8],
    [0.45, 1.1],
    [1.3, 0.9],
    [2.7, 1.7],
    [0.9, 0.6],
    [-0.4, 0.7],
    [0.5, -1.25],
    [-2.0, -3.5],
    [0.0, 1.0],
    [1.0, 0.0],
    [0.0, 0.0],
    [1e-200, 1e-170],
    [400.0, 2.0],
    [f64::INFINITY, 1.0],
];

/// Where the compiled function has other bits than the transform on the grid.
fn check(name: &str, k: usize) -> Vec<String> {
    let mut failures = Vec::new();
    for compiler in compilers() {
        let mut compiled = match compiler.compile(|x: [Traced; 2]| everything(k, x), &GRID[0]) {
            Ok(compiled) => compiled,
            Err(error) => {
                failures.push(format!("{name}: {error}"));
                continue;
            }
        };
        let batch = compiled.call_batch(&GRID);
        for (x, of_batch) in GRID.into_iter().zip(batch) {
            let expected = everything(k, x);
            let found = compiled.call(&x);
            let differs = |found: &[f64]| expected.iter().zip(found).position(|(e, f)| bits(*e) != bits(*f));
            if let Some(at) = differs(&found) {
                failures.push(format!(
                    "{name} at {x:?}: number {at} is {:e} instead of {:e}",
                    found[at], expected[at]
                ));
            }
            if let Some(at) = differs(&of_batch) {
                failures.push(format!("{name} at {x:?} in a batch: number {at}"));
            }
        }
        if compiled.statistics().recordings > 12 {
            failures.push(format!("{name}: {} recordings", compiled.statistics().recordings));
        }
    }
    failures
}

/// The functions of the list, and their names.
macro_rules! bodies {
    ($($name:literal |$x:ident, $y:ident| $value:expr;)*) => {
        const NAMES: &[&str] = &[$($name),*];
        #[allow(unused_variables, unused_assignments)]
        fn body<T: Real<Primal = f64>>(k: usize, numbers: [T; 2]) -> T {
            let mut at = 0;
            $(
                if NAMES[k] == $name {
                    let [$x, $y] = numbers;
                    return $value;
                }
                at += 1;
            )*
            unreachable!("{k} of {at}")
        }
    };
}
bodies! {
    "arithmetic" |x, y| (x + y) * (x - y) / (y + lit(3.0));
    "recip" |x, y| x.recip() * y;
    "sqrt" |x, y| (x * y).sqrt();
    "cbrt" |x, y| (x * y).cbrt();
    "exp" |x, y| (x * y).exp();
    "exp2" |x, y| (x * y).exp2();
    "exp_m1" |x, y| (x * y).exp_m1();
    "ln" |x, y| (x * y).ln();
    "ln_1p" |x, y| (x * y).ln_1p();
    "log2" |x, y| (x * y).log2();
    "log10" |x, y| (x * y).log10();
    "log 3" |x, y| (x * y).log(3.0);
    "powi 2" |x, y| (x * y).powi(2);
    "powi 5" |x, y| (x * y).powi(5);
    "powi -2" |x, y| (x * y).powi(-2);
    "powf 2.5" |x, y| (x * y).powf(2.5);
    "pow" |x, y| x.pow(y);
    "sin" |x, y| (x * y).sin();
    "cos" |x, y| (x * y).cos();
    "sin_cos" |x, y| { let (s, c) = x.sin_cos(); s * c * y };
    "tan" |x, y| (x * y).tan();
    "asin" |x, y| (x * y * lit(0.2)).asin();
    "acos" |x, y| (x * y * lit(0.2)).acos();
    "atan" |x, y| (x * y).atan();
    "sinh" |x, y| (x * y).sinh();
    "cosh" |x, y| (x * y).cosh();
    "tanh" |x, y| (x * y).tanh();
    "asinh" |x, y| (x * y).asinh();
    "acosh" |x, y| (x * y + lit(1.5)).acosh();
    "atanh" |x, y| (x * y * lit(0.2)).atanh();
    "sinc" |x, y| (x * y).sinc();
    "sigmoid" |x, y| (x * y).sigmoid();
    "softplus" |x, y| (x * y).softplus();
    "log_add_exp" |x, y| x.log_add_exp(y);
    "xlogy" |x, y| x.xlogy(y);
    "sum_of" |x, y| T::sum_of(&[x, y, x * y]);
    "dot" |x, y| T::dot(&[x, y], &[y, x * x]);
    "weighted_sum" |x, y| T::weighted_sum(&[2.0, 3.0], &[x * y, y]);
    "log_sum_exp" |x, y| T::log_sum_exp(&[x, y, x * y]);
    "softmax" |x, y| T::softmax(&[x, y, x * y])[0];
    "sum_over" |x, y| T::sum_over(&[x, y], 1..4, |m, k| (m[0] * lit(f64::from(k))).sin() * m[1]);
    "fuse" |x, y| T::fuse([x, y], |[x, y]| [(x * y).sin() * x])[0];
    "stop_gradient" |x, y| x * y.stop_gradient();
    "abs" |x, y| (x - y).abs() * x;
    "signum" |x, y| x.signum() * y;
    "floor" |x, y| x.floor() * y;
    "ceil" |x, y| x.ceil() * y;
    "round" |x, y| x.round() * y;
    "trunc" |x, y| x.trunc() * y;
    "fract" |x, y| x.fract() * y;
    "to_radians" |x, y| x.to_radians() * y.to_degrees();
    "atan2" |x, y| y.atan2(x);
    "hypot" |x, y| (x * y).hypot(y);
    "norm" |x, y| T::norm(&[x, y, x * y]);
    "rem_euclid" |x, y| (x * lit(3.0)).rem_euclid(y);
    "remainder" |x, y| (x * y) % lit(0.7);
    "copysign" |x, y| x.copysign(y);
    "min" |x, y| (x * lit(2.0)).min(y) * x;
    "max" |x, y| (x * lit(2.0)).max(y) * x;
    "clamp" |x, y| x.clamp(T::lit(0.4), T::lit(0.9)) * y;
    "mul_add" |x, y| x.mul_add(y, x);
    "branch between numbers" |x, y| if x < y { x * y } else { x / y };
    "branch at a constant" |x, y| if x < T::lit(0.5) { x * y } else { x / y };
    "branch on zero" |x, y| if x.is_zero() { y } else { x * y };
    "is_nan" |x, y| if x.is_nan() || y.is_sign_negative() { y } else { x * y };
}

#[test]
fn every_function_has_the_bits_of_its_transform() {
    let failures: Vec<String> = NAMES.iter().enumerate().flat_map(|(k, name)| check(name, k)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn gradients_hessians_and_products() {
    for compiler in compilers() {
        let mut f =
            compiler.compile(|x: Vec<_>| value_and_grad(rosenbrock, &x), &vec![0.0; 5]).expect("compiles");
        for x in points(5, 20) {
            assert_eq!(f.call(&x), value_and_grad(rosenbrock, &x));
        }
        let all = points(5, 150);
        let expected: Vec<_> = all.iter().map(|x| value_and_grad(rosenbrock, x)).collect();
        assert_eq!(f.call_batch(&all), expected);
        let mut numbers = vec![0.0; 150 * 6];
        let Ok(()) = f.call_batch_into(&all, &mut numbers);
        for (y, (value, gradient)) in numbers.chunks(6).zip(&expected) {
            assert_eq!((y[0], &y[1..]), (*value, gradient.as_slice()));
        }

        let mut h = compiler
            .compile(|x: [_; 2]| hessian(|[x, y]| 2.0 * x * x * y + (x * y).sin(), &x), &[2.0, 3.0])
            .expect("compiles");
        assert_eq!(h.call(&[1.0, 0.5]), hessian(|[x, y]| 2.0 * x * x * y + (x * y).sin(), &[1.0, 0.5]));

        let (x, v) = (points(5, 1)[0].clone(), points(5, 3)[2].clone());
        let mut hv = compiler
            .compile(|(x, v): (Vec<_>, Vec<_>)| hvp(rosenbrock, &x, &v), &(x.clone(), v.clone()))
            .expect("compiles");
        assert_eq!(hv.call(&(v.clone(), x.clone())), hvp(rosenbrock, &v, &x));
    }
}

#[test]
fn branches_are_recorded_once_each() {
    for compiler in compilers() {
        let f = |x: [_; 2]| jacfwd(|[x, y]: [Dual<Traced, 2>; 2]| if x < y { x * y } else { x / y }, &x);
        let mut f = compiler.compile(f, &[1.0, 2.0]).expect("compiles");
        for _ in 0..3 {
            assert_eq!(f.call(&[1.0, 3.0]), [3.0, 1.0]);
            assert_eq!(f.call(&[3.0, 1.0]), [1.0, -3.0]);
        }
        assert_eq!((f.statistics().recordings, f.statistics().versions), (2, 2));
    }
}

#[test]
fn versions_are_bounded_and_the_oldest_is_dropped() {
    let f = |x: Traced| {
        let mut floor = 0.0;
        while x > floor + 1.0 {
            floor += 1.0;
        }
        x * floor
    };
    let mut f = Compiler::new().versions(3).compile(f, &0.5).expect("compiles");
    for _ in 0..2 {
        for k in 0..6 {
            let x = f64::from(k) + 0.5;
            assert_eq!(f.call(&x), x * f64::from(k));
        }
    }
    assert_eq!(f.statistics().versions, 3);
    // The last three are still there.
    let recordings = f.statistics().recordings;
    for x in [3.5, 4.5, 5.5] {
        f.call(&x);
    }
    assert_eq!(f.statistics().recordings, recordings);
}

#[test]
fn many_kinks_are_one_version() {
    let f = |x: Vec<_>| {
        grad(
            |x: Vec<_>| x.iter().map(|x: &Var<_>| x.abs().min(Var::from(Traced::from(2.0)))).sum::<Var<_>>(),
            &x,
        )
    };
    let mut f = compile(f, &vec![0.5; 8]).expect("compiles");
    for x in points(8, 40) {
        let expected: Vec<f64> = x.iter().map(|x| derivative(|x| x.abs().min(Dual::from(2.0)), *x)).collect();
        assert_eq!(f.call(&x), expected);
    }
    assert_eq!((f.statistics().recordings, f.statistics().guards), (1, 0));
}

/// The line of the caller.
#[track_caller]
fn here() -> u32 {
    std::panic::Location::caller().line()
}

#[test]
fn what_reads_a_value_is_refused_with_its_line() {
    let mut line = 0;
    let e = compile(
        |x: [_; 1]| {
            let f = |[x]: [Dual<Traced, 1>; 1]| {
                line = here() + 1;
                if x.primal() > 0.0 { x } else { -x }
            };
            jacfwd(f, &x)
        },
        &[1.0],
    )
    .err();
    let Some(CompileError::Obstacle { file, line: found, what }) = &e else { panic!("{e:?}") };
    assert!(file.ends_with("tests/compile.rs"), "{file}");
    assert_eq!((*found, what.as_str()), (line, "the value of a number is taken out"));
}

#[derive(Clone)]
struct Volume;
impl Rule<f64, 2> for Volume {
    fn value(&self, [x, y]: [f64; 2]) -> f64 {
        x * x * y
    }
    fn slopes<S: Scalar<Primal = f64>>(&self, [x, y]: [S; 2], _: S) -> [S; 2] {
        [(x + x) * y, x * x]
    }
}

#[derive(Clone)]
struct Doubled;
impl VectorRule<f64> for Doubled {
    fn values(&self, x: &[f64]) -> Vec<f64> {
        x.iter().map(|x| x + x).collect()
    }
    fn pushforward<S: Scalar<Primal = f64>>(&self, _: &[S], _: &[S], v: &[S]) -> Vec<S> {
        v.iter().map(|v| *v + *v).collect()
    }
    fn pullback<S: Scalar<Primal = f64>>(&self, _: &[S], _: &[S], u: &[S]) -> Vec<S> {
        u.iter().map(|u| *u + *u).collect()
    }
}

#[test]
fn rules_are_refused_by_name() {
    let refused = |e: Option<CompileError>, name: &str| {
        let text = e.map(|e| e.to_string()).unwrap_or_default();
        assert!(text.contains(&format!("the rule `{name}`")), "{text}");
        assert!(text.contains("tests/compile.rs:"), "{text}");
    };
    refused(compile(|x: [_; 2]| jacfwd(|x| Volume.at(x), &x), &[1.0, 2.0]).err(), "Volume");
    refused(compile(|x: [Traced; 2]| Doubled.at_slice(&x), &[1.0, 2.0]).err(), "Doubled");
    refused(
        compile(|x: [_; 2]| jacrev(|x: [Var<Traced>; 2]| Doubled.at_slice(&x), &x), &[1.0, 2.0]).err(),
        "Doubled",
    );
}

#[test]
#[cfg(feature = "nalgebra")]
fn linear_algebra_is_refused() {
    let det =
        |x: [Traced; 2]| linalg::det(&::nalgebra::Matrix2::new(x[0] + 2.0, x[1], x[1] * x[0], x[1] + 3.0));
    let refused = |e: Option<CompileError>| {
        let text = e.as_ref().map(ToString::to_string).unwrap_or_default();
        assert!(matches!(e, Some(CompileError::Obstacle { .. })), "{text}");
        println!("{text}");
        assert!(text.contains("tests/compile.rs:"), "{text}");
    };
    refused(compile(det, &[1.0, 2.0]).err());
    let root = |a: Traced| implicit::root(|x, a| x * x - a, &Traced::from(1.0), &a);
    refused(compile(root, &2.0).err());
}

#[test]
fn functions_that_fail() {
    let f = |x: [_; 1]| {
        jacfwd(|[x]: [Dual<Traced, 1>; 1]| if x < 0.0 { Err("negative") } else { Ok(x.sqrt()) }, &x)
    };
    for compiler in compilers() {
        let mut g = compiler.compile(f, &[4.0]).expect("compiles");
        assert_eq!(g.call(&[16.0]), Ok([0.125]));
        assert_eq!(g.call(&[-1.0]), Err("negative"));
        let mut y = [0.0];
        assert_eq!((g.call_into(&[0.25], &mut y), y), (Ok(()), [1.0]));
        assert_eq!(g.call_into(&[-1.0], &mut y), Err("negative"));
        assert_eq!(g.call_batch(&[[4.0], [-1.0], [16.0]]), [Ok([0.25]), Err("negative"), Ok([0.125])]);
        // At the example too.
        let mut g = compiler.compile(f, &[-4.0]).expect("compiles");
        assert_eq!(g.statistics().versions, 0);
        assert_eq!(g.call_batch(&[[-4.0], [16.0]]), [Err("negative"), Ok([0.125])]);
        assert_eq!(g.statistics().versions, 1);
    }
}

#[test]
fn not_finite_results_are_those_of_the_transform() {
    // √(x²) at 0: an infinite slope times an exact zero.
    fn length<T: Scalar>(x: [T; 2]) -> T {
        (x[0] * x[0] + x[1] * x[1]).sqrt()
    }
    for compiler in compilers() {
        let mut f = compiler.compile(|x: [_; 2]| grad(length, &x), &[3.0, 4.0]).expect("compiles");
        for x in [[0.0, 0.0], [f64::NAN, 1.0], [f64::INFINITY, 1.0], [1e200, 1e200], [-0.0, 2.0]] {
            let (found, expected) = (f.call(&x), grad(length, &x));
            assert_eq!(found.map(bits), expected.map(bits), "{x:?}");
            assert_eq!(f.call_batch(&[x])[0].map(bits), expected.map(bits), "{x:?}");
        }
        assert_eq!(f.statistics().recordings, 1);
    }
}

#[test]
#[should_panic(expected = "a compiled function takes points of the shape of the example")]
fn another_shape() {
    let mut f = compile(|x: Vec<_>| grad(rosenbrock, &x), &vec![0.0; 5]).expect("compiles");
    f.call(&vec![0.0; 4]);
}

#[test]
fn recursion_panics_and_leaked_numbers() {
    let e = compile(
        |x: Traced| {
            let e = compile(|y: Traced| y * y, &1.0).err();
            assert_eq!(e, Some(CompileError::Recursive));
            x
        },
        &1.0,
    );
    assert!(e.is_ok());
    // A closure that panics leaves nothing behind.
    let panics = || compile(|_: Traced| -> Traced { panic!("the closure's own") }, &1.0).is_ok();
    assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
    let kept = Cell::new(Traced::from(0.0));
    let mut f = compile(
        |x: Traced| {
            kept.set(x * 3.0);
            x * x
        },
        &2.0,
    )
    .expect("compiles");
    assert_eq!(f.call(&3.0), 9.0);
    let e = compile(|x: Traced| x + kept.get(), &2.0).err();
    assert!(e.is_some_and(|e| e.to_string().contains("another recording")));
    let e = compile(|_: Traced| kept.get(), &2.0).err();
    assert!(e.is_some_and(|e| e.to_string().contains("another recording")));
}

#[test]
fn too_many_operations() {
    let f = |x: Traced| (0..2000).fold(x, |y, k| y * x + f64::from(k));
    let e = Compiler::new().operations(1000).compile(f, &0.5).err();
    assert_eq!(e, Some(CompileError::TooLong { limit: 1000 }));
    assert!(Compiler::new().compile(f, &0.5).is_ok());
}

#[test]
fn clones_run_on_several_threads() {
    fn is_send<T: Send + Clone>(x: T) -> T {
        x
    }
    let f = compile(|x: Vec<_>| value_and_grad(rosenbrock, &x), &vec![0.0; 6]).expect("compiles");
    let f = is_send(f);
    std::thread::scope(|s| {
        for k in 0..4 {
            let mut f = f.clone();
            s.spawn(move || {
                for x in points(6, 50 + k) {
                    assert_eq!(f.call(&x), value_and_grad(rosenbrock, &x));
                }
            });
        }
    });
}

#[test]
fn complex_numbers() {
    fn f<T: Scalar>(z: T) -> T {
        z * z * z + (z * lit(0.5)).exp() / (z + lit(2.0))
    }
    let transform = |z: Complex<f64>| derivative(f, z);
    for compiler in compilers() {
        let mut g = compiler
            .compile(|z: Pair<Traced>| derivative(f, z.0), &Pair(Complex::new(0.5, 0.25)))
            .expect("compiles");
        for z in [Complex::new(0.5, 0.25), Complex::new(-1.0, 2.0), Complex::new(0.25, -3.0)] {
            let (found, expected) = (g.call(&Pair(z)), transform(z));
            assert!((found - expected).norm() <= 4e-16 * expected.norm(), "{found} {expected}");
        }
    }
}

/// A complex number as two real ones.
#[derive(Clone, PartialEq, Debug)]
struct Pair<T>(Complex<T>);
impl<T: Real> Shape<T> for Pair<T> {
    type With<U: Element> = Pair<U>;
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> Pair<U> {
        Pair(Complex { re: f(self.0.re, other.0.re), im: f(self.0.im, other.0.im) })
    }
}

fn listing<X: Shape<f64>, Y: Output<Traced>, F>(f: &Compiled<X, Y, F>) -> (String, String) {
    (f.to_string(), f.graphviz())
}

#[test]
fn listings() {
    let f = compile(|x: [_; 2]| grad(|[x, y]| x * y * y, &x), &[2.0, 3.0]).expect("compiles");
    let (text, graph) = listing(&f);
    assert_eq!(text, "v0 = x0 * x1\nv1 = x1 * x1\nv2 = v0 * 2.0\ny0 = v1\ny1 = v2\n", "{text}");
    assert!(graph.starts_with("digraph") && graph.contains("n4 -> y0"), "{graph}");
}

/// Angle-axis rotation, pinhole projection and radial distortion, as in Snavely's bundler: two residuals of fifteen numbers.
fn reprojection<T: Real>(x: [T; 15]) -> [T; 2] {
    let [r0, r1, r2, t0, t1, t2, focal, k1, k2, p0, p1, p2, u, v, weight] = x;
    let angle = (r0 * r0 + r1 * r1 + r2 * r2).sqrt();
    let (sin, cos) = angle.sin_cos();
    let [a0, a1, a2] = [r0 / angle, r1 / angle, r2 / angle];
    let along = (a0 * p0 + a1 * p1 + a2 * p2) * (T::one() - cos);
    let q0 = p0 * cos + (a1 * p2 - a2 * p1) * sin + a0 * along + t0;
    let q1 = p1 * cos + (a2 * p0 - a0 * p2) * sin + a1 * along + t1;
    let q2 = p2 * cos + (a0 * p1 - a1 * p0) * sin + a2 * along + t2;
    let (x, y) = (-q0 / q2, -q1 / q2);
    let square = x * x + y * y;
    let scale = (T::one() + square * (k1 + square * k2)) * focal;
    [(x * scale - u) * weight, (y * scale - v) * weight]
}

#[test]
fn a_closure_that_panics_in_a_later_call() {
    for compiler in compilers() {
        let f = |x: Traced| {
            assert!(x >= 0.0, "the closure's own");
            x.sqrt()
        };
        let mut f = compiler.compile(f, &1.0).expect("compiles");
        for _ in 0..2 {
            let panic = catch_unwind(AssertUnwindSafe(|| f.call(&-1.0))).expect_err("panics");
            assert_eq!(panic.downcast_ref(), Some(&"the closure's own"));
            assert_eq!(f.call(&4.0), 2.0);
        }
        // Nothing is recorded any more on this thread.
        assert_eq!(compile(|x: Traced| x * x, &2.0).expect("compiles").call(&3.0), 9.0);
    }
}

#[test]
fn a_compiled_function_inside_a_recording() {
    for compiler in compilers() {
        let inner = compiler.compile(|x: Traced| if x < 0.0 { -x } else { x * x }, &1.0).expect("compiles");
        // With numbers that are no inputs it computes a constant, on a branch too that is not yet recorded.
        let outer = |x: Traced| x * inner.clone().call(&-3.0) + inner.clone().call(&2.0);
        let mut outer = compiler.compile(outer, &1.0).expect("compiles");
        assert_eq!(outer.call(&5.0), 19.0);
    }
}

/// Whether a call panics with these words.
#[track_caller]
fn assert_panics<R>(words: &str, f: impl FnOnce() -> R) {
    let panic = catch_unwind(AssertUnwindSafe(|| drop(f()))).expect_err("panics");
    let text = panic.downcast_ref::<String>().expect("a message");
    assert!(text.contains(words), "{text}");
}

#[test]
fn shapes_of_all_kinds() {
    use std::collections::BTreeMap;
    const WORDS: &str = "a compiled function takes points of the shape of the example";
    const EMPTY: &[[f64; 0]] = &[[]];
    for compiler in compilers() {
        // Two slices.
        let pair = |(x, y): (Vec<Traced>, Vec<Traced>)| T::dot(&x, &y[..x.len()]) * y[y.len() - 1];
        use Traced as T;
        let mut f = compiler.compile(pair, &(vec![1.0; 2], vec![1.0; 3])).expect("compiles");
        let x = (vec![1.0, 2.0], vec![3.0, 4.0, 5.0]);
        assert_eq!(f.call(&x), 55.0);
        assert_eq!(f.call_batch(&vec![x.clone(); 6]), [55.0; 6]);
        let other = (vec![1.0, 2.0, 3.0], vec![4.0, 5.0]);
        assert_panics(WORDS, || f.call(&other));
        assert_panics(WORDS, || f.call_batch(&[x.clone(), x.clone(), x.clone(), other.clone()]));
        assert_panics(WORDS, || f.call_into(&other, &mut [0.0]));
        assert_panics("the result has 1 numbers, and there is room for 2", || f.call_into(&x, &mut [0.0; 2]));
        assert_eq!(f.call(&x), 55.0);

        // Arrays in a vector: one slice. Vectors in a vector: of any lengths, and so none.
        let sum = |x: Vec<[Traced; 2]>| x.iter().map(|[x, y]| *x * *y).sum::<Traced>();
        let mut f = compiler.compile(sum, &vec![[1.0; 2]; 2]).expect("compiles");
        assert_eq!(f.call(&vec![[1.0, 2.0], [3.0, 4.0]]), 14.0);
        assert_panics(WORDS, || f.call(&vec![[1.0; 2]; 3]));
        let ragged =
            |x: Vec<Vec<Traced>>| x.iter().map(|x| x.iter().copied().product::<Traced>()).sum::<Traced>();
        let mut f = compiler.compile(ragged, &vec![vec![1.0; 2], vec![1.0]]).expect("compiles");
        assert_eq!(f.call(&vec![vec![2.0, 3.0], vec![4.0]]), 10.0);
        assert_eq!(f.call_batch(&vec![vec![vec![2.0, 3.0], vec![4.0]]; 5]), [10.0; 5]);
        assert_panics(WORDS, || f.call(&vec![vec![1.0], vec![1.0; 2]]));
        let mut f = compiler
            .compile(|x: Vec<[Traced; 0]>| Traced::from(x.len() as f64), &EMPTY.repeat(2))
            .expect("compiles");
        assert_eq!(f.call(&EMPTY.repeat(2)), 2.0);
        assert_panics(WORDS, || f.call(&EMPTY.repeat(3)));

        // Maps are told apart by their keys.
        let map = |keys: [&'static str; 2]| BTreeMap::from(keys.map(|key| (key, 2.0)));
        let f = |x: BTreeMap<&'static str, Traced>| x.values().copied().product::<Traced>();
        let mut f = compiler.compile(f, &map(["a", "b"])).expect("compiles");
        assert_eq!(f.call(&map(["a", "b"])), 4.0);
        assert_panics(WORDS, || f.call(&map(["a", "c"])));

        // No numbers at all, in and out.
        let mut f: Compiled<Vec<f64>, _, _> =
            compiler.compile(|x: Vec<Traced>| x, &Vec::new()).expect("compiles");
        assert_eq!((f.call(&vec![]), f.call_batch(&[vec![], vec![]])), (vec![], vec![vec![], vec![]]));
    }
}

/// Results with as many numbers as a branch says.
#[test]
fn results_whose_shape_depends_on_a_branch() {
    for compiler in compilers() {
        let f = |x: Traced| if x < 0.0 { vec![x] } else { vec![x, x * x, x * x * x] };
        let mut f = compiler.compile(f, &1.0).expect("compiles");
        for _ in 0..2 {
            assert_eq!(f.call(&2.0), [2.0, 4.0, 8.0]);
            assert_eq!(f.call(&-2.0), [-2.0]);
        }
        let expected =
            [vec![2.0, 4.0, 8.0], vec![-1.0], vec![1.0, 1.0, 1.0], vec![-3.0], vec![3.0, 9.0, 27.0]];
        assert_eq!(f.call_batch(&[2.0, -1.0, 1.0, -3.0, 3.0]), expected);
        let mut y = [0.0; 3];
        let Ok(()) = f.call_into(&3.0, &mut y);
        assert_eq!(y, [3.0, 9.0, 27.0]);
        assert_panics("the result has 1 numbers, and there is room for 3", || f.call_into(&-3.0, &mut y));
    }
}

/// Where the closure itself is run: the result is right, and the call is counted.
#[test]
fn calls_that_run_the_closure_are_counted() {
    fn body<T: Real>([x, y]: [T; 2]) -> T {
        T::norm(&[x, y]) + x / y
    }
    for compiler in compilers() {
        let mut f = compiler.compile(|x: [_; 2]| grad(body, &x), &[3.0, 4.0]).expect("compiles");
        let mut counted = 0;
        let points = [
            ([3.0, 4.0], 0),
            ([1.0, 2.0], 0),
            ([3e-170, 4e-170], 1),
            ([3e170, 4e170], 1),
            ([1.0, 5e-324], 1),
            ([0.0, 1.0], 0),
            ([f64::NAN, 1.0], 1),
            ([1.0, 0.0], 1),
        ];
        for (x, plain) in points {
            let (found, expected) = (f.call(&x), grad(body, &x));
            assert_eq!(found.map(bits), expected.map(bits), "{x:?}");
            counted += plain;
            assert_eq!(f.statistics().plain_calls, counted, "{x:?}");
        }
        let all = points.map(|(x, _)| x);
        for (found, x) in f.call_batch(&all).into_iter().zip(all) {
            assert_eq!(found.map(bits), grad(body, &x).map(bits), "{x:?}");
        }
        assert_eq!((f.statistics().plain_calls, f.statistics().recordings), (2 * counted, 1));
    }
}

/// A NaN in a comparison goes the way that it goes in the plain program.
#[test]
fn comparisons_with_nan() {
    fn body<T: Real>(x: T) -> T {
        if x < T::lit(0.0) {
            -x
        } else if x >= T::lit(0.0) {
            x + x
        } else {
            T::lit(7.0)
        }
    }
    for compiler in compilers() {
        let mut f = compiler.compile(|x: Traced| body(x), &1.0).expect("compiles");
        let points = [1.0, f64::NAN, -1.0, -f64::NAN, 2.0, f64::NAN];
        assert_eq!(points.map(|x| f.call(&x)), points.map(body));
        assert_eq!(f.call_batch(&points), points.map(body));
    }
}

#[test]
#[ignore = "long, and takes two gigabytes: `.ci/nightly graphs` runs it"]
fn ten_million_operations() {
    let f = |x: Traced| (0..5_000_000).fold(x, |y, k| y * x + f64::from(k % 7));
    let e = compile(f, &0.5).err();
    assert_eq!(e, Some(CompileError::TooLong { limit: 1 << 22 }));
    let mut g = Compiler::new().operations(1 << 24).compile(f, &0.5).expect("compiles");
    assert!(g.statistics().operations > 9_999_000);
    assert!(!g.statistics().is_machine_code);
    let expected = (0..5_000_000).fold(0.25, |y, k| y * 0.25 + f64::from(k % 7));
    assert_eq!(g.call(&0.25), expected);
}

/// Special functions are calls of the entries of their list, by their derivatives too.
#[test]
#[cfg(feature = "special")]
fn special_functions() {
    use holograd::special::*;
    fn body<T: Real64>([x, y]: [T; 2]) -> [T; 6] {
        [
            erf(x * y) + normal_ln_cdf(-x),
            ln_gamma(x + y) * digamma(y),
            bessel_jn(2, x) * bessel_kn(1, y),
            beta(x, y) + gamma_p(x, y),
            beta_inc(x, y, x / (x + y)),
            carlson_rf(x, y, x * y) + lambert_w0(x),
        ]
    }
    let values = |x: [Traced; 2]| (body(x), jacfwd(body, &x), jacrev(body, &x));
    for compiler in compilers() {
        let mut f = compiler.compile(values, &[0.5, 1.25]).expect("compiles");
        for x in [[0.5, 1.25], [0.75, 2.0], [1.5, 0.25], [2.5, 3.5]] {
            assert_eq!(f.call(&x), (body(x), jacfwd(body, &x), jacrev(body, &x)), "{x:?}");
        }
        assert_eq!(f.statistics().plain_calls, 0);
        let source = f.rust_source("f");
        assert!(source.contains(" = holograd::special::OfOne::BesselJ(2).at_f64(x[0]);"), "{source}");
        assert!(source.contains("holograd::special::OfTwo::Beta.at_f64([x[0], x[1]])"), "{source}");
    }
}

/// The functions that `rust_source` writes, compiled by `rustc` and run, against calls.
#[test]
fn generated_source_has_the_bits_of_calls() {
    use std::fmt::Write as _;
    let x0: [f64; 15] = std::array::from_fn(|k| 0.1 + 0.07 * k as f64);
    let jacobian = |x: [Traced; 15]| jacfwd(reprojection, &x);
    let mut of_rotation = compile(jacobian, &x0).expect("compiles");
    let selections = |x: [Traced; 2]| jacfwd(|[x, y]| if x < y { x.min(y.abs()) * y } else { x }, &x);
    let mut of_branch = compile(selections, &[1.0, 2.0]).expect("compiles");
    assert_eq!(of_branch.call(&[1.0, 2.0]), [2.0, 1.0]);

    let directory = std::env::temp_dir().join(format!("holograd-source-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory");
    let mut program = of_rotation.rust_source("rotation") + &of_branch.rust_source("branch");
    program.push_str("fn main() {\n    let mut bad = 0;\n");
    for k in 0..20 {
        let x = x0.map(|x| x * (1.0 + 0.03 * f64::from(k)));
        let y: Vec<u64> = of_rotation.call(&x).as_flattened().iter().map(|y| y.to_bits()).collect();
        let _ = writeln!(
            program,
            "    bad += (rotation(&{:?}.map(f64::from_bits)).map(|y| y.map(f64::to_bits)) != Some({y:?})) as u32;",
            x.map(f64::to_bits)
        );
    }
    program.push_str(
        "    bad += (branch(&[1.0, 3.0]) != Some([3.0, 1.0])) as u32;\n    bad += (branch(&[3.0, 1.0]) != None) as u32;\n",
    );
    program.push_str("    assert_eq!(bad, 0);\n}\n");
    let source = directory.join("main.rs");
    std::fs::write(&source, &program).expect("a file");
    let binary = directory.join("main");
    let rustc = |arguments: &[&std::path::Path]| {
        std::process::Command::new("rustc").args(["--edition", "2024", "-O", "-o"]).args(arguments).status()
    };
    let built = rustc(&[&binary, &source]).expect("rustc runs");
    assert!(built.success(), "{program}");
    let ran = std::process::Command::new(&binary).status().expect("runs");
    std::fs::remove_dir_all(&directory).expect("removed");
    assert!(ran.success(), "{program}");
}
