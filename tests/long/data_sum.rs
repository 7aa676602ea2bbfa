//! Sums over data: the derivatives of the whole sum, bits, memory, progress, failures.

use crate::allocator::most_bytes;
use holograd::{
    DataSum, Dual, Real, Scalar, Var, grad, grad_sum, hessian, hvp, impl_tree, jacfwd, lit, value_and_grad,
};
use std::cell::Cell;
use std::thread;

#[derive(Clone, PartialEq, Debug)]
struct Network<T> {
    inner: Vec<[T; 3]>,
    outer: Vec<T>,
    shift: T,
}
impl_tree!(Network { inner, outer, shift });

type Sample = ([f64; 2], f64);

/// What the network answers.
fn answer<T: Real>(network: &Network<T>, x: [f64; 2]) -> T {
    let cell = |(w, v): (&[T; 3], &T)| (w[0] * lit(x[0]) + w[1] * lit(x[1]) + w[2]).tanh() * *v;
    network.inner.iter().zip(&network.outer).map(cell).sum::<T>() + network.shift
}

fn loss<T: Real>(network: &Network<T>, (x, y): &Sample) -> T {
    (answer(network, *x) - lit(*y)).powi(2) * lit(0.5)
}

fn residual<T: Real>(network: &Network<T>, (x, y): &Sample) -> T {
    answer(network, *x) - lit(*y)
}

fn network() -> Network<f64> {
    let wave = |i: i32| (1.7 * f64::from(i)).sin();
    Network {
        inner: (0..4).map(|i| [wave(i), wave(i + 10), wave(i + 20)]).collect(),
        outer: (30..34).map(wave).collect(),
        shift: 0.1,
    }
}

fn data(n: usize) -> Vec<Sample> {
    (0..n).map(|i| ([(0.3 * i as f64).cos(), (0.7 * i as f64).sin()], (0.2 * i as f64).sin())).collect()
}

fn numbers(network: &Network<f64>) -> Vec<f64> {
    network.inner.iter().flatten().chain(&network.outer).chain([&network.shift]).copied().collect()
}

#[track_caller]
fn assert_close(a: &Network<f64>, b: &Network<f64>) {
    let size = numbers(b).into_iter().fold(1.0, |size: f64, x| size.max(x.abs()));
    for (a, b) in numbers(a).into_iter().zip(numbers(b)) {
        assert!((a - b).abs() <= 1e-13 * size, "{a} for {b}");
    }
}

/// The sum as one function.
fn whole<T: Real>(network: &Network<T>, data: &[Sample]) -> T {
    data.iter().map(|sample| loss(network, sample)).sum()
}

#[test]
fn derivatives_are_those_of_the_whole_sum() {
    let p = network();
    for n in [1, 3, 7, 64, 65, 200] {
        let data = data(n);
        let (value, gradient) = value_and_grad(|p| whole(&p, &data), &p);
        let product = hvp(|p| whole(&p, &data), &p, &p);
        for block in [1, 3, 64, 1000] {
            let sum = || DataSum::over(&data).block(block);
            let (found, slopes) = sum().value_and_grad(loss, &p);
            assert!((found - value).abs() <= 1e-13 * value);
            assert_close(&slopes, &gradient);
            assert_eq!(sum().grad(loss, &p), slopes);
            assert_close(&sum().hvp(loss, &p, &p), &product);
        }
        assert_close(&grad_sum(loss, &p, &data), &gradient);
        assert_close(&grad_sum(|p, sample| loss(p, &sample), &p, data.clone()), &gradient);
    }
}

#[test]
fn gauss_newton() {
    let (p, data) = (network(), data(50));
    // J by forward mode, a row a sample.
    let rows: Vec<Network<f64>> = data.iter().map(|sample| jacfwd(|p| residual(&p, sample), &p)).collect();
    let rows: Vec<Vec<f64>> = rows.iter().map(numbers).collect();
    let n = rows[0].len();
    let expected: Vec<Vec<f64>> =
        (0..n).map(|i| (0..n).map(|j| rows.iter().map(|row| row[i] * row[j]).sum()).collect()).collect();
    for block in [1, 8, 64] {
        let sum = || DataSum::over(&data).block(block);
        let (value, gradient, matrix) = sum().gauss_newton(residual, &p);
        let (whole, slopes) = sum().value_and_grad(loss, &p);
        assert!((value - whole).abs() < 1e-12);
        assert_close(&gradient, &slopes);
        let lines: Vec<&Network<f64>> =
            matrix.inner.iter().flatten().chain(&matrix.outer).chain([&matrix.shift]).collect();
        for (line, expected) in lines.iter().zip(&expected) {
            for (a, b) in numbers(line).iter().zip(expected) {
                assert!((a - b).abs() < 1e-12, "{a} for {b}");
            }
        }
        // JᵀJ·v
        let v = numbers(&p);
        let product = numbers(&sum().gauss_newton_product(residual, &p, &p));
        for (found, line) in product.iter().zip(&expected) {
            let exact: f64 = line.iter().zip(&v).map(|(a, b)| a * b).sum();
            assert!((found - exact).abs() < 1e-12);
        }
    }
    // Of linear residuals the Gauss–Newton matrix is the Hessian; several residuals an item, and parameters without any.
    let linear = |p: &[_; 3], t: &f64| [p[0] * lit(*t), p[0] - p[1]];
    let (_, _, matrix) = DataSum::over(&[1.0, 2.0]).gauss_newton(linear, &[1.0, 2.0, 3.0]);
    fn square<T: Scalar>(p: [T; 3]) -> T {
        let term = |t: f64| (p[0] * lit(t)).powi(2) + (p[0] - p[1]).powi(2);
        (term(1.0) + term(2.0)) * lit(0.5)
    }
    assert_eq!(matrix, hessian(square, &[1.0, 2.0, 3.0]));
}

#[test]
fn an_empty_sum_is_zero() {
    let none: Vec<Sample> = Vec::new();
    let (value, gradient) = DataSum::over(&none).value_and_grad(loss, &network());
    assert_eq!(value, 0.0);
    assert!(numbers(&gradient).iter().all(|x| *x == 0.0));
    assert_eq!(grad_sum(|p: &Var<f64>, x: f64| *p * x, &1.0, []), 0.0);
}

#[test]
fn progress_is_told_after_each_block() {
    let mut seen = Vec::new();
    let data = data(10);
    DataSum::over(&data).block(4).progress(|items| seen.push(items)).grad(loss, &network());
    assert_eq!(seen, [4, 8, 10]);
}

#[test]
fn the_first_failure_ends_the_sum() {
    let calls = Cell::new(0);
    let root = |p: &Var<f64>, x: &f64| {
        calls.set(calls.get() + 1);
        if *x < 0.0 { Err(*x) } else { Ok(*p * x.sqrt()) }
    };
    assert_eq!(DataSum::over(&[1.0, 4.0]).grad(root, &1.0), Ok(3.0));
    let data = [1.0, -2.0, 3.0, -4.0, 5.0];
    calls.set(0);
    assert_eq!(DataSum::over(&data).block(2).value_and_grad(root, &1.0), Err(-2.0));
    assert_eq!(calls.get(), 2);
    let some = |p: &Var<f64>, x: &f64| (*x > 0.0).then_some(*p * *x);
    assert_eq!(grad_sum(some, &1.0, &data), None);
}

#[test]
fn inside_other_transforms() {
    let data = [0.5, 1.0, 2.0];
    fn inner<T: Real>(q: T, p: T, t: f64) -> T {
        (p * q * lit(t)).sin()
    }
    // d/dq of the gradient by p at p = q: a mixed second derivative.
    let by_q = |q: Dual<f64>| grad_sum(|p, t| inner(Var::from(q), *p, *t), &q, &data);
    let found = jacfwd(by_q, &0.7);
    let reverse = grad(|q: Var<f64>| grad_sum(|p, t| inner(Var::from(q), *p, *t), &q, &data), &0.7);
    // Σ t q cos(q² t), differentiated by q.
    let exact: f64 = data.iter().map(|t| t * (0.49 * t).cos() - 2.0 * 0.49 * t * t * (0.49 * t).sin()).sum();
    assert!((found - exact).abs() < 1e-14 && (reverse - exact).abs() < 1e-14, "{found}, {reverse}, {exact}");
}

#[test]
fn memory_is_that_of_a_block() {
    let bytes = |items: usize, block: usize| {
        thread::spawn(move || {
            let p = network();
            let items = (0..items).map(|i| ([0.1 * i as f64, 0.2], 0.3));
            most_bytes(|| {
                DataSum::over(items).block(block).grad(|p, sample| loss(p, &sample), &p);
            })
        })
        .join()
        .unwrap()
    };
    let (few, many, larger) = (bytes(100, 50), bytes(20_000, 50), bytes(20_000, 500));
    // Some terms take more nodes than others, and the memory grows by doubling; all items would take 200 times as much.
    assert!(many < 3 * few, "{few} bytes for 100 items, {many} for 20,000");
    assert!(larger > 4 * many && larger < 20 * many, "{many} bytes, {larger} in larger blocks");
}

#[cfg(feature = "rayon")]
#[test]
fn bits_do_not_depend_on_the_number_of_threads() {
    let (p, data) = (network(), data(2000));
    let bits = |network: &Network<f64>| numbers(network).into_iter().map(f64::to_bits).collect::<Vec<_>>();
    let (value, gradient) = DataSum::over(&data).value_and_grad(loss, &p);
    let product = DataSum::over(&data).hvp(loss, &p, &p);
    let normal = DataSum::over(&data).gauss_newton_product(residual, &p, &p);
    let (_, _, matrix) = DataSum::over(&data).gauss_newton(residual, &p);
    for threads in [1, 2, 3, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut seen = 0;
            let (found, slopes) =
                DataSum::over(&data).progress(|items| seen = items).parallel().value_and_grad(loss, &p);
            assert_eq!(seen, 2000);
            assert_eq!(found.to_bits(), value.to_bits());
            assert_eq!(bits(&slopes), bits(&gradient));
            assert_eq!(bits(&DataSum::over(&data).parallel().grad(loss, &p)), bits(&gradient));
            assert_eq!(bits(&DataSum::over(&data).parallel().hvp(loss, &p, &p)), bits(&product));
            let found = DataSum::over(&data).parallel().gauss_newton_product(residual, &p, &p);
            assert_eq!(bits(&found), bits(&normal));
            let (_, _, found) = DataSum::over(&data).parallel().gauss_newton(residual, &p);
            assert!(found == matrix);
        });
    }
    // The first failure, in the order of the items.
    let root = |p: &Var<f64>, x: i32| if x % 700 == 699 { Err(x) } else { Ok(*p * f64::from(x)) };
    assert_eq!(DataSum::over(0..2000).block(10).parallel().grad(root, &1.0), Err(699));
}
