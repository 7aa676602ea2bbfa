//! Time loops as one entry of the tape: the derivatives of the plain loop, its steps, and its memory.

use crate::allocator::most_bytes;
use holograd::{
    Checkpoint, Dual, Real, Scalar, Var, checkpoint, grad, hessian, hvp, impl_tree, jacfwd, jacrev, jvp,
    linearize, lit, value_and_grad, vjp,
};
use num_complex::Complex;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// A damped, driven oscillator; every step is nonlinear, and depends on its number.
fn step<T: Real>([friction, force]: &[T; 2], [x, v]: [T; 2], i: usize) -> [T; 2] {
    let push = *force * lit((0.1 * i as f64).cos()) - x.sin() - *friction * v;
    let v = v + push * lit(0.05);
    [x + v * lit(0.05), v]
}

/// The loop written out.
fn plain<T: Real>(params: &[T; 2], start: [T; 2], n: usize) -> [T; 2] {
    (0..n).fold(start, |x, i| step(params, x, i))
}

/// What the tests differentiate, of all four numbers.
fn end<T: Real>([a, b, x, v]: [T; 4], n: usize, snapshots: Option<usize>) -> [T; 2] {
    let Some(snapshots) = snapshots else { return plain(&[a, b], [x, v], n) };
    Checkpoint::new(n).snapshots(snapshots).run_with(step, &[a, b], &[x, v])
}

const POINT: [f64; 4] = [0.3, 0.8, 0.5, -0.2];
const DIRECTION: [f64; 4] = [1.0, -2.0, 0.5, 0.25];

#[track_caller]
fn assert_close(a: &[f64], b: &[f64]) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() <= 1e-12 * (1.0 + b.abs()), "{a} for {b}");
    }
}

#[test]
fn every_transform_has_the_derivatives_of_the_plain_loop() {
    for n in [0, 1, 2, 3, 10, 57] {
        for snapshots in [1, 2, 3, 7, 100] {
            let ours = |p: [_; 4]| end(p, n, Some(snapshots));
            let expected = jacfwd(|p: [_; 4]| end(p, n, None), &POINT);
            // Values are the same in every bit, as are forward derivatives.
            assert_eq!(end(POINT, n, Some(snapshots)), end(POINT, n, None));
            assert_eq!(jacfwd(|p: [_; 4]| end(p, n, Some(snapshots)), &POINT), expected);
            let found = jacrev(ours, &POINT);
            (0..2).for_each(|i| assert_close(&found[i], &expected[i]));
            // The tape backwards, more than once.
            let (y, pull) = vjp(|p: [_; 4]| end(p, n, Some(snapshots)), &POINT);
            assert_eq!(y, end(POINT, n, None));
            for _ in 0..2 {
                assert_close(&pull(&[1.0, 0.0]), &expected[0]);
                assert_close(&pull(&[0.0, 1.0]), &expected[1]);
            }
            // And forwards.
            let (_, push) = linearize(|p: [_; 4]| end(p, n, Some(snapshots)), &POINT);
            let (_, pushed) = jvp(|p: [_; 4]| end(p, n, None), &POINT, &DIRECTION);
            assert_close(&push(&DIRECTION), &pushed);
        }
    }
}

#[test]
fn second_derivatives() {
    let energy = |[x, v]: [Var<Dual<f64>>; 2]| x * x * v + v.sin();
    for n in [1, 5, 40] {
        let expected = hvp(|p: [_; 4]| energy(end(p, n, None)), &POINT, &DIRECTION);
        let found = hvp(|p: [_; 4]| energy(end(p, n, Some(3))), &POINT, &DIRECTION);
        assert_close(&found, &expected);
        // Nested dual numbers run the loop; a slice goes by forward over reverse.
        let square = |p: &[_]| {
            let [x, v] = end([p[0], p[1], p[2], p[3]], n, Some(3));
            x * x * v
        };
        let by_tape = hessian(|p: Vec<_>| square(&p), &POINT[..]);
        let forwards = hessian(
            |p: [_; 4]| {
                let [x, v] = end(p, n, None);
                x * x * v
            },
            &POINT,
        );
        (0..4).for_each(|i| assert_close(&by_tape[i], &forwards[i]));
        // Reverse over reverse, and reverse over forward.
        let inner = |p: [Var<f64>; 4]| {
            let gradient = grad(|p: [_; 4]| end(p, n, Some(3))[0], &p);
            gradient[0] * gradient[2]
        };
        let plain_inner = |p: [Var<f64>; 4]| {
            let gradient = jacfwd(|p: [_; 4]| end(p, n, None)[0], &p);
            gradient[0] * gradient[2]
        };
        let mixed = |p: [Var<f64>; 4]| {
            let gradient = jacfwd(|p: [_; 4]| end(p, n, Some(3))[0], &p);
            gradient[0] * gradient[2]
        };
        assert_close(&grad(inner, &POINT), &grad(plain_inner, &POINT));
        assert_close(&grad(mixed, &POINT), &grad(plain_inner, &POINT));
    }
}

#[derive(Clone, PartialEq, Debug)]
struct Body<T> {
    place: Vec<T>,
    speed: [T; 2],
    mass: T,
    name: String,
}
impl_tree!(Body { place, speed, mass; name });

#[test]
fn states_and_parameters_of_any_shape() {
    fn fly<T: Real>(wind: &(T, Vec<T>), mut body: Body<T>, _: usize) -> Body<T> {
        for i in 0..2 {
            body.speed[i] += (wind.1[i] - body.speed[i]) * wind.0 / body.mass * lit(0.1);
            body.place[i] += body.speed[i] * lit(0.1);
        }
        body
    }
    fn height<T: Real>(x: (Body<T>, (T, Vec<T>)), schedule: Option<Checkpoint>) -> T {
        let (body, wind) = x;
        let end = match schedule {
            Some(schedule) => schedule.run_with(fly, &wind, &body),
            None => (0..30).fold(body, |body, i| fly(&wind, body, i)),
        };
        end.place[0] * end.place[1] + end.mass
    }
    let body = Body { place: vec![0.0, 1.0], speed: [3.0, 4.0], mass: 2.0, name: "kite".into() };
    let x = (body, (0.5, vec![1.0, -1.0]));
    let expected = value_and_grad(|x| height(x, None), &x);
    let found = value_and_grad(|x| height(x, Some(Checkpoint::new(30).snapshots(4))), &x);
    assert_eq!(found.0, expected.0);
    assert_eq!(found.1.0.name, "kite");
    let numbers = |(body, wind): &(Body<f64>, (f64, Vec<f64>))| {
        [&body.place, &body.speed.to_vec(), &vec![body.mass, wind.0], &wind.1]
            .into_iter()
            .flatten()
            .copied()
            .collect()
    };
    let (found, expected): (Vec<f64>, Vec<f64>) = (numbers(&found.1), numbers(&expected.1));
    assert_close(&found, &expected);
}

#[test]
fn complex_numbers() {
    // z ↦ z² + c, five times; the holomorphic derivatives, and those of real and imaginary parts.
    let c = Complex::new(-0.2, 0.3);
    let polynomial = |[c, z]: [Var<Complex<f64>>; 2]| {
        Checkpoint::new(5).snapshots(2).run_with(|c, z: Var<Complex<f64>>, _| z * z + *c, &c, &z)
    };
    let by_hand = |[c, z]: [Var<Complex<f64>>; 2]| (0..5).fold(z, |z, _| z * z + c);
    let point = [c, Complex::new(0.4, 0.1)];
    let (found, expected) = (grad(polynomial, &point), grad(by_hand, &point));
    (0..2).for_each(|i| assert!((found[i] - expected[i]).norm() < 1e-14));
}

/// How often steps are computed for a value and a gradient.
fn count(n: usize, snapshots: usize) -> u128 {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let step = move |x: Var<f64>, _| {
        counted.fetch_add(1, Ordering::Relaxed);
        x * 0.9 + x.sin() * 0.1
    };
    let slope = grad(|x| Checkpoint::new(n).snapshots(snapshots).run(step, &x), &0.5);
    assert!(slope.is_finite() && slope > 0.0);
    calls.load(Ordering::Relaxed) as u128
}

#[test]
fn steps_are_as_many_as_revolve_takes() {
    // t(n, s) = r n − C(s + r, r − 1), with r the least number for which n ≤ C(s + r, s): Griewank and Walther 2000.
    let binomial = |n: u128, k: u128| (1..=k).fold(1, |product, i| product * (n - k + i) / i);
    for (n, s) in [(1_u128, 1_u128), (10, 1), (56, 5), (57, 5), (100, 3), (1000, 10), (20_000, 8)] {
        let r = (0..=n).find(|r| n <= binomial(s + r, s.min(*r))).unwrap();
        let repeated = if r == 0 { 0 } else { r * n - binomial(s + r, r - 1) };
        // Besides: the last step for the value, and every step once recorded.
        let expected = repeated + 1 + n;
        assert_eq!(count(n as usize, s as usize), expected, "{n} steps, {s} snapshots");
        assert_eq!(Checkpoint::new(n as usize).snapshots(s as usize).evaluations(), expected);
    }
}

#[test]
fn memory_is_that_of_the_snapshots() {
    const STATE: usize = 100;
    // Neighbours pull each other: a string.
    fn pull<T: Real>(x: Vec<T>, _: usize) -> Vec<T> {
        let n = x.len();
        (0..n).map(|i| x[i] + (x[(i + 1) % n] - x[i]).sin() * lit(0.1)).collect()
    }
    let start: Vec<f64> = (0..STATE).map(|i| (i as f64).sin()).collect();
    let bytes = |n: usize, snapshots: usize| {
        let gradient = move |x: Vec<Var<f64>>| Checkpoint::new(n).snapshots(snapshots).run(pull, &x)[0];
        // On a thread of its own, whose tapes are new.
        let start = start.clone();
        thread::spawn(move || {
            most_bytes(|| {
                grad(gradient, &start);
            })
        })
        .join()
        .unwrap()
    };
    let one_state = (STATE * size_of::<f64>()) as isize;
    // Four times as many steps take no more, forty more snapshots no more than forty more states.
    let (short, long, more) = (bytes(500, 10), bytes(2000, 10), bytes(2000, 50));
    assert!(long - short < one_state, "{short} bytes for 500 steps, {long} for 2000");
    assert!(more - long < 45 * one_state, "{long} bytes for 10 snapshots, {more} for 50");
    assert!(long < 200 * one_state, "{long} bytes");
    // The plain loop keeps 3 nodes for each number and step.
    let whole = thread::spawn(move || {
        most_bytes(|| {
            grad(|x: Vec<Var<f64>>| (0..2000).fold(x, pull)[0], &start);
        })
    });
    assert!(whole.join().unwrap() > 2000 * 3 * 24 * STATE as isize);
}

#[test]
fn captured_variables_are_a_clear_error() {
    let message = |f: &dyn Fn()| {
        let payload = catch_unwind(AssertUnwindSafe(f)).expect_err("it must panic");
        payload
            .downcast_ref::<String>()
            .cloned()
            .or(payload.downcast_ref::<&str>().map(|text| (*text).into()))
            .unwrap()
    };
    let captured = message(&|| {
        grad(|[a, x]: [Var<f64>; 2]| checkpoint(move |x: Var<f64>, _| x * a, 3, &x), &[2.0, 3.0]);
    });
    assert!(captured.contains("captured") && captured.contains("run_with"), "{captured}");
    let grown = message(&|| {
        let longer = |x: Vec<Var<f64>>, _| [x.as_slice(), &x].concat();
        grad(|x: Vec<Var<f64>>| checkpoint(longer, 3, &x)[0], &vec![2.0, 3.0]);
    });
    assert!(grown.contains("8 numbers for 2") || grown.contains("numbers for 2"), "{grown}");
    let none = message(&|| {
        let _ = Checkpoint::new(3).snapshots(0);
    });
    assert!(none.contains("at least 1 snapshot"), "{none}");
    // Captured constants are none.
    let rate = Var::from(0.5);
    assert_eq!(grad(move |x: Var<f64>| checkpoint(move |x: Var<f64>, _| x * rate, 3, &x), &1.0), 0.125);
}

#[test]
fn a_long_loop() {
    // x ← x + h (1 − x²), the hyperbolic tangent; dx/dx₀ = 1 − tanh² t.
    let n = 1_000_000;
    let end = |x| checkpoint(move |x: Var<f64>, _| x + (-(x * x) + 1.0) * (2.0 / n as f64), n, &x);
    let (y, slope) = value_and_grad(end, &0.0);
    assert!((y - 2.0_f64.tanh()).abs() < 1e-6);
    assert!((slope - (1.0 - y * y)).abs() < 1e-6, "{slope}");
}

#[test]
fn in_plain_numbers_it_is_the_loop() {
    assert_eq!(checkpoint(|x: f64, i| x + i as f64, 5, &0.5), 10.5);
    assert_eq!(Checkpoint::new(0).evaluations(), 0);
    assert_eq!(checkpoint(|x: [f32; 2], _| [x[1], x[0] + x[1]], 10, &[0.0, 1.0]), [55.0, 89.0]);
    fn generic<T: Scalar>(x: T) -> T {
        checkpoint(|x: T, _| x * x, 3, &x)
    }
    assert_eq!((generic(2.0), grad(generic, &2.0), jacfwd(generic, &2.0)), (256.0, 1024.0, 1024.0));
}
