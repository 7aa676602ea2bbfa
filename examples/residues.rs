//! Residues, Laurent coefficients and contour integrals, by derivatives and by sums around a circle.
//!
//! `cargo run --release --example residues`
//!
//! A holomorphic function with poles is known around each of them by its Laurent series Σ aₖ (z − c)ᵏ, and the integral
//! around them by the one coefficient a₋₁, the residue. There are two ways to it:
//!
//! * by derivatives, which the crate gives to rounding: g(c)/h′(c) at a simple zero of the denominator of g/h; and at a pole of order m
//!   the derivative of order m − 1 of (z − c)ᵐ f(z) over (m − 1)!;
//! * by Cauchy's integral aₖ = (1/2πi) ∮ f(z) (z − c)⁻ᵏ⁻¹ dz, as a sum of n points on a circle, which converges exponentially
//!   in n.
//!
//! Checked against each other and against closed forms, else the example exits with a failure: ∫ dx/(1 + x⁴) = π/√2 and ∫ cos x/(1 +
//! x²) dx = π/e over the whole line, Σ 1/(n² + 1) = π coth π, the residue 1/6 of 1/(z² sin z) and its series, derivatives of order
//! 6 at a point. Drawn to `target/pictures/residues.svg`: the argument of f(z) = e^(z/2)/(z (z² + 1)(z − 2)²) as hue, its poles, and the contours.

#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // pixels and counts

mod picture;

use holograd::{Dual, Scalar, derivative, lit, second_derivative};
use num_complex::Complex64;
use picture::{Frame, Rgb, RgbImage, Sheet};
use std::error::Error;
use std::f64::consts::{PI, SQRT_2, TAU};

type C = Complex64;

const fn c(re: f64, im: f64) -> C {
    C::new(re, im)
}

/// g(c)/h′(c): the residue of g/h at a simple zero of h
fn residue(g: impl Fn(C) -> C, h: impl Fn(Dual<C>) -> Dual<C>, at: C) -> C {
    g(at) / derivative(h, at)
}

/// aₖ = (1/2πi) ∮ f(z) (z − c)⁻ᵏ⁻¹ dz around a circle
fn laurent(f: impl Fn(C) -> C, centre: C, radius: f64, k: i32, n: u32) -> C {
    let term = |j: u32| {
        let t = C::from_polar(radius, TAU * (f64::from(j) + 0.5) / f64::from(n));
        f(centre + t) * Scalar::powi(t, -k)
    };
    (0..n).map(term).sum::<C>() / f64::from(n)
}

/// The one of the picture, with poles at 0, ±i and, of order two, 2.
fn f<T: Scalar>(z: T) -> T {
    (z * lit(0.5)).exp() / (z * (z * z + lit(1.0)) * (z - lit(2.0)).powi(2))
}

struct Tally {
    worst: f64,
}

impl Tally {
    fn check(&mut self, what: &str, got: C, want: C, bound: f64) -> Result<(), String> {
        let error = (got - want).norm() / want.norm().max(1.0);
        println!("{what:<44} {got:22.15}   off by {error:.0e}");
        if error > bound || error.is_nan() {
            return Err(format!("{what}: {got}, the exact value is {want}"));
        }
        self.worst = self.worst.max(error);
        Ok(())
    }
}

/// The derivative of order 6 of e^(z²), by nesting.
fn sixth(z: C) -> C {
    let third = |z| derivative(|z| derivative(|z| derivative(gauss, z), z), z);
    derivative(|z| derivative(|z| derivative(third, z), z), z)
}

/// e^(z²)
fn gauss<T: Scalar>(z: T) -> T {
    (z * z).exp()
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut tally = Tally { worst: 0.0 };

    println!("── Integrals over the real line: 2πi times the residues in the upper half-plane ──");
    let h = |z: Dual<C>| z.powi(4) + 1.0;
    let poles = [1.0, 3.0].map(|k| C::cis(PI * k / 4.0));
    let integral: C = poles.iter().map(|pole| residue(|_| C::ONE, h, *pole) * c(0.0, TAU)).sum();
    tally.check("∫ dx/(1 + x⁴) = π/√2", integral, (PI / SQRT_2).into(), 1e-14)?;
    let integral = residue(|z| Scalar::exp(z * C::I), |z| z * z + 1.0, C::I) * c(0.0, TAU);
    tally.check("∫ cos x/(1 + x²) dx = π/e", integral, (PI / 1_f64.exp()).into(), 1e-14)?;

    println!("\n── A sum: Σ f(n) is less the residues of π cot(πz) f(z) at the poles of f ──");
    let cot = |z: C| Scalar::recip(Scalar::tan(z * PI)) * PI;
    let sum: C = [C::I, -C::I].iter().map(|pole| -residue(cot, |z| z * z + 1.0, *pole)).sum();
    tally.check("Σ 1/(n² + 1), all integers n, = π coth π", sum, (PI / PI.tanh()).into(), 1e-14)?;

    println!("\n── A pole of order three: 1/(z² sin z) = z⁻³ + z⁻¹/6 + 7z/360 + … ──");
    // z³ f = 1/sinc z, whose derivatives the crate has right also at 0.
    let by_derivative = second_derivative(|z: Dual<Dual<C>>| z.sinc().recip(), C::ZERO) * 0.5;
    tally.check("residue, by ½ (z³ f)″", by_derivative, (1.0 / 6.0).into(), 1e-15)?;
    let f3 = |z: C| Scalar::recip(z * z * Scalar::sin(z));
    for (k, want) in [(-3, 1.0), (-2, 0.0), (-1, 1.0 / 6.0), (0, 0.0), (1, 7.0 / 360.0), (3, 31.0 / 15120.0)]
    {
        tally.check(
            &format!("a({k}), by Cauchy's integral"),
            laurent(f3, C::ZERO, 1.0, k, 64),
            want.into(),
            1e-14,
        )?;
    }
    println!("The sum around the circle gains digits with each point:");
    for n in [4, 8, 16, 32] {
        println!("   n = {n:>2}: off by {:.0e}", (laurent(f3, C::ZERO, 1.0, -1, n) - 1.0 / 6.0).norm());
    }

    println!("\n── The derivative of order 6 of e^(z²): six nested duals, Cauchy's integral, closed form ──");
    let z = c(0.5, 0.3);
    // Hermite's polynomial at iz
    let (z2, e) = (z * z, Scalar::exp(z * z));
    let exact = e * (z2 * z2 * z2 * 64.0 + z2 * z2 * 480.0 + z2 * 720.0 + 120.0);
    tally.check("by duals", sixth(z), exact, 1e-14)?;
    let cauchy = laurent(gauss, z, 1.0, 6, 64) * 720.0;
    tally.check("by Cauchy's integral", cauchy, exact, 1e-13)?;

    println!("\n── The function of the picture: each contour integral is 2πi times the residues inside ──");
    let at_zero = residue(|z| Scalar::exp(z * 0.5), |z| z * (z * z + 1.0) * (z - 2.0).powi(2), C::ZERO);
    let at_i = residue(|z| Scalar::exp(z * 0.5), |z| z * (z * z + 1.0) * (z - 2.0).powi(2), C::I);
    // Of order two: the first derivative of what is left.
    let at_two = derivative(|z: Dual<C>| (z * 0.5).exp() / (z * (z * z + 1.0)), c(2.0, 0.0));
    let contour = |centre: C, radius: f64| laurent(f, centre, radius, -1, 400);
    let inside = [vec![at_zero], vec![at_two], vec![at_zero, at_i, at_i.conj()]];
    let mut integrals = Vec::new();
    for ((re, im, radius), residues) in CONTOURS.into_iter().zip(inside) {
        let centre = c(re, im);
        let what = format!("|z − {}| = {radius}: {} pole(s)", centre.re, residues.len());
        integrals.push(contour(centre, radius).re);
        tally.check(&what, contour(centre, radius), residues.into_iter().sum(), 1e-13)?;
    }
    println!("\nThe worst of all is off by {:.0e}.", tally.worst);

    println!("The plane around the poles is in {}", sheet(&integrals)?.save("residues")?);
    Ok(())
}

/// The plane, its poles, and what the integrals around them are.
fn sheet(integrals: &[f64]) -> Result<Sheet, Box<dyn Error>> {
    let frame = Frame {
        x: 80.0,
        y: 50.0,
        width: 1200.0,
        height: 800.0,
        left: -1.9,
        right: 3.5,
        bottom: -1.8,
        top: 1.8,
    };
    let mut sheet = Sheet::new(
        1310.0,
        915.0,
        "f(z) = e^(z/2) / (z (z² + 1) (z − 2)²): the hue is its argument, a shade at each power of two of its modulus",
    );
    sheet.pixels(&frame, &draw())?;
    sheet.axes(&frame, (&[-1.0, 0.0, 1.0, 2.0, 3.0], "Re z"), (&[-1.0, 0.0, 1.0], "Im z"));
    for (re, im, name) in [(0.0, 0.0, "0"), (0.0, 1.0, "i"), (0.0, -1.0, "−i"), (2.0, 0.0, "2, twice")] {
        let (x, y) = frame.at(re, im);
        sheet.label((x + 14.0, y), name);
    }
    for ((re, im, radius), integral) in CONTOURS.into_iter().zip(integrals) {
        let (x, y) = frame.at(re, im - radius);
        sheet.label((x - 85.0, y), &format!("∮ f dz = 2πi · {integral:.4}").replace('-', "−"));
    }
    Ok(sheet)
}

/// Centre and radius.
const CONTOURS: [(f64, f64, f64); 3] = [(0.0, 0.0, 0.5), (2.0, 0.0, 0.6), (0.0, 0.0, 1.35)];

/// Hue by the argument, light by the modulus, with a line at each power of two.
fn colour(z: C) -> [f64; 3] {
    let hue = z.arg() / TAU * 6.0;
    let level = z.norm().log2();
    let band = 0.78 + 0.22 * (level - level.floor());
    let white = (level / 12.0).clamp(0.0, 1.0).powi(2);
    [0.0, 4.0, 2.0].map(|shift: f64| {
        let c = 0.22 + 0.78 * (((hue + shift).rem_euclid(6.0) - 3.0).abs() - 1.0).clamp(0.0, 1.0);
        (c * band) * (1.0 - white) + white
    })
}

fn draw() -> RgbImage {
    const WIDTH: u32 = 1200;
    const HEIGHT: u32 = 800;
    let scale = 5.4 / f64::from(WIDTH);
    RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let re = (f64::from(x) + 0.5 - f64::from(WIDTH) / 2.0) * scale + 0.8;
        let im = (f64::from(HEIGHT) / 2.0 - f64::from(y) - 0.5) * scale;
        let z = c(re, im);
        let mut ink = colour(f(z));
        for (re, im, radius) in CONTOURS {
            let t = z - c(re, im);
            let line = (1.8 - (t.norm() - radius).abs() / scale).clamp(0.0, 1.0);
            ink = ink.map(|c| c * (1.0 - line) + 0.08 * line);
        }
        Rgb(ink.map(|c| (255.0 * c) as u8))
    })
}
