//! What the crate's elementary functions of a complex number cost beside num-complex's:
//! `cargo run --release --example complex_speed`.
//!
//! Both run over the same 256 pairs of numbers, by turns, a thousand times each; the figures are nanoseconds a number in the
//! fastest of these runs, and their ratio. num-complex's have no care for cuts, cancellation and overflow (`accuracy` prints
//! what that is worth). At moderate points the crate takes its common way; the other sets are there to show what the
//! exceptions cost. The division is that of the crate's own kinds of number, as the operator on `Complex` is num-complex's.
//! Last, Newton's map of z³ − 1, whose derivative the crate finds, beside the same by hand.

use holograd::__private::quotient;
use holograd::{Real, Scalar, lit, value_and_derivative};
use num_complex::{Complex, Complex64};
use num_traits::Float;
use std::hint::black_box;
use std::time::Instant;

const COUNT: usize = 256;

type Pairs<T> = [(Complex<T>, Complex<T>); COUNT];

/// A kind of arguments: its name, and numbers of it from two pairs of numbers in (−1, 1).
type Set<T> = (&'static str, fn([T; 2]) -> Complex<T>);

/// Numbers in (−1, 1) without pattern or repetition.
fn spread(k: usize, irrational: f64) -> f64 {
    2.0 * (((k + 1) as f64 * irrational) % 1.0) - 1.0
}

fn pairs<T: Real>(make: fn([T; 2]) -> Complex<T>) -> Pairs<T> {
    std::array::from_fn(|k| {
        let at = |a: f64, b: f64| make([T::lit(spread(k, a)), T::lit(spread(k, b))]);
        (at(2.0_f64.sqrt(), 3.0_f64.sqrt()), at(5.0_f64.sqrt(), 7.0_f64.sqrt()))
    })
}

/// Nanoseconds a number for one and the other.
fn race<T: Real>(
    pairs: &Pairs<T>,
    ours: impl Fn(Complex<T>, Complex<T>) -> Complex<T>,
    theirs: impl Fn(Complex<T>, Complex<T>) -> Complex<T>,
) -> [f64; 2] {
    let mut results = [Complex::new(T::zero(), T::zero()); COUNT];
    let mut run = |f: &dyn Fn(&Pairs<T>, &mut [Complex<T>; COUNT])| {
        let start = Instant::now();
        f(black_box(pairs), &mut results);
        black_box(&results);
        start.elapsed().as_secs_f64() * 1e9 / COUNT as f64
    };
    let mut best = [f64::INFINITY; 2];
    for _ in 0..1000 {
        best[0] = best[0].min(run(&|pairs, out| each(pairs, out, &ours)));
        best[1] = best[1].min(run(&|pairs, out| each(pairs, out, &theirs)));
    }
    best
}

#[inline]
fn each<T: Real>(
    pairs: &Pairs<T>,
    results: &mut [Complex<T>; COUNT],
    f: impl Fn(Complex<T>, Complex<T>) -> Complex<T>,
) {
    for (result, (z, w)) in results.iter_mut().zip(pairs) {
        *result = f(*z, *w);
    }
}

/// Nanoseconds a quotient for one and the other where each result is the next divisor, so that nothing can be done at once.
fn chain<T: Real + Float>(pairs: &Pairs<T>) -> [f64; 2] {
    let run = |f: &dyn Fn(&Pairs<T>) -> Complex<T>| {
        let start = Instant::now();
        black_box(f(black_box(pairs)));
        start.elapsed().as_secs_f64() * 1e9 / COUNT as f64
    };
    let mut best = [f64::INFINITY; 2];
    for _ in 0..1000 {
        best[0] = best[0].min(run(&|pairs| pairs.iter().fold(pairs[0].1, |q, (z, _)| quotient(*z, q))));
        best[1] = best[1].min(run(&|pairs| pairs.iter().fold(pairs[0].1, |q, (z, _)| *z / q)));
    }
    best
}

/// A row of each function: its name, our time, theirs.
fn rows<T: Real + Float>(pairs: &Pairs<T>) -> Vec<(&'static str, [f64; 2])> {
    /// The method of one argument that both have, or both with what else they take.
    macro_rules! rows {
        ($($name:literal, $ours:expr, $theirs:expr;)*) => { vec![$(($name, race(pairs, $ours, $theirs))),*] };
    }
    let p = T::lit(2.3);
    let mut rows = rows! {
        "z / w", quotient, |z, w| z / w;
        "recip", |z, _| Scalar::recip(z), |z, _| z.inv();
        "sqrt", |z, _| Scalar::sqrt(z), |z, _| z.sqrt();
        "cbrt", |z, _| Scalar::cbrt(z), |z, _| z.cbrt();
        "exp", |z, _| Scalar::exp(z), |z, _| z.exp();
        "ln", |z, _| Scalar::ln(z), |z, _| z.ln();
        "sin", |z, _| Scalar::sin(z), |z, _| z.sin();
        "cos", |z, _| Scalar::cos(z), |z, _| z.cos();
        "tan", |z, _| Scalar::tan(z), |z, _| z.tan();
        "sinh", |z, _| Scalar::sinh(z), |z, _| z.sinh();
        "cosh", |z, _| Scalar::cosh(z), |z, _| z.cosh();
        "tanh", |z, _| Scalar::tanh(z), |z, _| z.tanh();
        "asin", |z, _| Scalar::asin(z), |z, _| z.asin();
        "acos", |z, _| Scalar::acos(z), |z, _| z.acos();
        "atan", |z, _| Scalar::atan(z), |z, _| z.atan();
        "asinh", |z, _| Scalar::asinh(z), |z, _| z.asinh();
        "acosh", |z, _| Scalar::acosh(z), |z, _| z.acosh();
        "atanh", |z, _| Scalar::atanh(z), |z, _| z.atanh();
        "powi(2)", |z, _| Scalar::powi(z, 2), |z, _| Complex::powi(&z, 2);
        "powi(3)", |z, _| Scalar::powi(z, 3), |z, _| Complex::powi(&z, 3);
        "powi(-2)", |z, _| Scalar::powi(z, -2), |z, _| Complex::powi(&z, -2);
        "powi(7)", |z, _| Scalar::powi(z, 7), |z, _| Complex::powi(&z, 7);
        "powi(20)", |z, _| Scalar::powi(z, 20), |z, _| Complex::powi(&z, 20);
        "powf(2.3)", |z, _| Scalar::powf(z, 2.3), |z, _| z.powf(p);
        "pow(w)", Scalar::pow, |z, w| z.powc(w);
    };
    rows.insert(1, ("  in a chain", chain(pairs)));
    rows
}

/// One table: a column group for each precision.
fn table((name, double): Set<f64>, (_, single): Set<f32>) {
    println!("\n{name}");
    println!("{:<13}{:>24}{:>27}", "", "f64: ns, theirs, ratio", "f32: ns, theirs, ratio");
    let (double, single) = (rows(&pairs(double)), rows(&pairs(single)));
    for ((name, [a, b]), (_, [c, d])) in double.into_iter().zip(single) {
        println!("{name:<13}{a:>8.1}{b:>8.1}{:>8.2}{c:>11.1}{d:>8.1}{:>8.2}", a / b, c / d);
    }
}

/// z³ − 1
fn cubic<T: Scalar>(z: T) -> T {
    z * z * z - lit(1.0)
}

fn by_the_crate(z: Complex64) -> Complex64 {
    let (value, slope) = value_and_derivative(cubic, z);
    z - value / slope
}

/// The product rule written out, as a dual number does it.
fn by_hand(z: Complex64) -> Complex64 {
    let dz = Complex64::ONE;
    let (square, square_slope) = (z * z, z * dz + dz * z);
    let (cube, slope) = (square * z, square_slope * z + square * dz);
    z - (cube - 1.0) / slope
}

/// With the derivative in closed form, which spares four of six products.
fn by_formula(z: Complex64) -> Complex64 {
    let square = z * z;
    z - (square * z - 1.0) / (square * 3.0)
}

/// Newton's map at a million points, in nanoseconds a point.
fn newton() {
    let points: Vec<_> = (0..1_000_000)
        .map(|k| Complex::new(2.0 * spread(k, 2.0_f64.sqrt()), 2.0 * spread(k, 3.0_f64.sqrt())))
        .collect();
    let mut results = points.clone();
    let mut run = |map: &dyn Fn(&[Complex64], &mut [Complex64])| {
        let start = Instant::now();
        map(black_box(&points), &mut results);
        black_box(&results);
        start.elapsed().as_secs_f64() * 1e9 / points.len() as f64
    };
    let mut best = [f64::INFINITY; 3];
    for _ in 0..30 {
        best[0] = best[0].min(run(&|z, out| out.iter_mut().zip(z).for_each(|(y, z)| *y = by_the_crate(*z))));
        best[1] = best[1].min(run(&|z, out| out.iter_mut().zip(z).for_each(|(y, z)| *y = by_hand(*z))));
        best[2] = best[2].min(run(&|z, out| out.iter_mut().zip(z).for_each(|(y, z)| *y = by_formula(*z))));
    }
    println!("\nNewton's map of z³ − 1 at 10⁶ points, f′ by …");
    for (name, time) in ["the crate", "hand, as dual numbers", "the formula 3z²"].into_iter().zip(best) {
        println!("{name:<24}{time:>6.2} ns a point, {:.2} of the last", time / best[2]);
    }
}

fn main() {
    println!("Elementary functions of complex numbers, beside num-complex 0.4.6.");
    table(
        ("moderate: both parts in (−2, 2)", |[x, y]| Complex::new(2.0 * x, 2.0 * y)),
        ("", |[x, y]| Complex::new(2.0 * x, 2.0 * y)),
    );
    table(
        ("on the real axis: in (−2, 2)", |[x, _]| Complex::new(2.0 * x, 0.0)),
        ("", |[x, _]| Complex::new(2.0 * x, 0.0)),
    );
    table(
        ("tiny: |z| about 1e-200, f32 1e-25", |[x, y]| Complex::new(1e-200 * x, 1e-200 * y)),
        ("", |[x, y]| Complex::new(1e-25 * x, 1e-25 * y)),
    );
    table(
        ("huge: |z| about 1e200, f32 1e25", |[x, y]| Complex::new(1e200 * x, 1e200 * y)),
        ("", |[x, y]| Complex::new(1e25 * x, 1e25 * y)),
    );
    newton();
}
