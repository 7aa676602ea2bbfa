//! The first ten zeros of Riemann's ζ, by Newton's iteration with ζ′ from the crate.
//!
//! `cargo run --release --example zeta_zeros`
//!
//! Left of Re s = 1 the series Σ n⁻ˢ diverges, but the alternating one, η(s) = Σ (−1)ⁿ⁻¹ n⁻ˢ = (1 − 2¹⁻ˢ) ζ(s), can be summed by
//! weights that end smoothly (P. Borwein, *An efficient algorithm for the Riemann zeta function*, 2000, algorithm 2): with 80
//! terms to rounding, for 0 ≤ Re s and |Im s| ≤ 60. The function is written once, generic over `Scalar`; at a
//! complex point `derivative` gives ζ′, and `value_and_derivative` both, which is Newton's iteration.
//!
//! Checked, else the example exits with a failure: the ten zeros against their tabulated values to 12 digits (A. Odlyzko's
//! tables), ζ(2) = π²/6, ζ′(0) = −½ ln 2π, and by the argument principle that there are just ten:
//! (1/2πi) ∮ ζ′/ζ ds around 0 ≤ Re s ≤ 1 from height 1 to 51 is 10. Drawn to `target/pictures/zeta_zeros.svg`: hue is the
//! argument of ζ, so that around each zero all hues appear once.

#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // pixels and counts

mod picture;

use holograd::{Scalar, derivative, lit, value_and_derivative};
use num_complex::Complex64;
use picture::{Frame, Rgb, RgbImage, Sheet};
use std::error::Error;
use std::f64::consts::{PI, TAU};

/// The imaginary parts of the first ten zeros ½ + it.
const ZEROS: [f64; 10] = [
    14.134_725_141_734_695,
    21.022_039_638_771_556,
    25.010_857_580_145_69,
    30.424_876_125_859_512,
    32.935_061_587_739_19,
    37.586_178_158_825_675,
    40.918_719_012_147_5,
    43.327_073_280_915,
    48.005_150_881_167_16,
    49.773_832_477_672_3,
];

/// Borwein's weights 1 − dₖ/dₙ, dₖ = n Σ_(i ≤ k) (n + i − 1)! 4ⁱ / ((n − i)! (2i)!), and ln(k + 1).
struct Zeta {
    terms: Vec<(f64, f64)>,
}

impl Zeta {
    fn new(n: u32) -> Self {
        let n = f64::from(n);
        // Each term of the sum from the one before it.
        let mut sums = vec![1.0];
        let mut term = 1.0;
        let mut i = 0.0;
        while i < n {
            term *= 4.0 * (n + i) * (n - i) / ((2.0 * i + 1.0) * (2.0 * i + 2.0));
            i += 1.0;
            sums.push(sums[sums.len() - 1] + term);
        }
        let total = sums[sums.len() - 1];
        let sign = |k: usize| if k.is_multiple_of(2) { 1.0 } else { -1.0 };
        let terms =
            sums.iter().enumerate().map(|(k, d)| (sign(k) * (1.0 - d / total), (k as f64 + 1.0).ln()));
        Zeta { terms: terms.collect() }
    }

    /// ζ(s) = Σ wₖ e^(−s ln(k + 1)) / (1 − 2¹⁻ˢ)
    fn at<T: Scalar>(&self, s: T) -> T {
        let sum: T = self.terms.iter().map(|(weight, ln)| (s * lit(-ln)).exp() * lit(*weight)).sum();
        sum / -((lit(1.0) - s) * lit(std::f64::consts::LN_2)).exp_m1()
    }

    /// Newton's iteration to where it stands still, with its steps.
    fn zero_near(&self, start: Complex64) -> Option<(Complex64, u32)> {
        let mut s = start;
        for step in 1..50 {
            let (value, slope) = value_and_derivative(|s| self.at(s), s);
            let move_by = value / slope;
            s -= move_by;
            if move_by.norm() < 1e-13 * s.norm() {
                return Some((s, step));
            }
        }
        None
    }

    /// (1/2πi) ∮ ζ′/ζ ds around a rectangle: the zeros inside. By Simpson's rule.
    fn zeros_between(&self, corner: Complex64, opposite: Complex64) -> Complex64 {
        let corners = [
            corner,
            Complex64::new(opposite.re, corner.im),
            opposite,
            Complex64::new(corner.re, opposite.im),
            corner,
        ];
        let logarithmic = |s: Complex64| {
            let (value, slope) = value_and_derivative(|s| self.at(s), s);
            slope / value
        };
        let mut integral = Complex64::ZERO;
        for side in corners.windows(2) {
            let n = 2 * (40.0 * (side[1] - side[0]).norm()).ceil() as u32;
            let step = (side[1] - side[0]) / f64::from(n);
            for k in 0..=n {
                let weight = if k == 0 || k == n { 1.0 } else { f64::from(2 + 2 * (k % 2)) };
                integral += logarithmic(side[0] + step * f64::from(k)) * step * (weight / 3.0);
            }
        }
        integral / Complex64::new(0.0, TAU)
    }
}

/// Hue by the argument, with a band of light at each power of two of the modulus.
fn colour(z: Complex64) -> [f64; 3] {
    let hue = z.arg() / TAU * 6.0;
    let band = z.norm().log2();
    let light = 0.72 + 0.28 * (band - band.floor());
    let dark = (z.norm() * 6.0).min(1.0);
    [0.0, 4.0, 2.0].map(|shift: f64| {
        let c = ((hue + shift).rem_euclid(6.0) - 3.0).abs() - 1.0;
        (0.25 + 0.75 * c.clamp(0.0, 1.0)) * light * dark
    })
}

fn draw(zeta: &Zeta, zeros: &[Complex64]) -> RgbImage {
    // Height along x, 0 to 52; real part along y, 3 to −1.
    const WIDTH: u32 = 1560;
    const HEIGHT: u32 = 360;
    let scale = 30.0;
    let at = |x: u32, y: u32| {
        Complex64::new(3.0 - 4.0 * (f64::from(y) + 0.5) / f64::from(HEIGHT), (f64::from(x) + 0.5) / scale)
    };
    let across = f64::from(HEIGHT) / 4.0;
    RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let s = at(x, y);
        let mut c = colour(zeta.at(s));
        // The critical line, dotted, and a ring around each zero that was found.
        if ((s.re - 0.5) * across).abs() < 0.6 && x % 8 < 3 {
            c = [1.0; 3];
        }
        for zero in zeros {
            let distance = ((s.im - zero.im) * scale).hypot((s.re - zero.re) * across);
            let ring = (1.6 - (distance - 9.0).abs()).clamp(0.0, 1.0);
            c = c.map(|c| c + (1.0 - c) * ring);
        }
        Rgb(c.map(|c| (255.0 * c) as u8))
    })
}

/// The larger one, or NaN, which `f64::max` would pass over.
fn larger(a: f64, b: f64) -> f64 {
    if a.is_nan() || b <= a { a } else { b }
}

fn check(what: &str, error: f64, bound: f64) -> Result<(), String> {
    println!("{what}: off by {error:.1e}");
    if error <= bound { Ok(()) } else { Err(format!("{what}: {error:e} is above {bound:e}")) }
}

fn main() -> Result<(), Box<dyn Error>> {
    let zeta = Zeta::new(80);

    println!("── Known values ──");
    check("ζ(2) = π²/6", (zeta.at(Complex64::from(2.0)) - PI * PI / 6.0).norm(), 1e-14)?;
    let slope = derivative(|s| zeta.at(s), Complex64::ZERO);
    check("ζ′(0) = −½ ln 2π", (slope + 0.5 * TAU.ln()).norm(), 1e-13)?;

    println!("\n── Zeros, by Newton's iteration from the smallest |ζ| on the line in steps of ¼ ──");
    let sample = |k: i32| zeta.at(Complex64::new(0.5, 0.25 * f64::from(k))).norm();
    let starts = (40..204).filter(|k| sample(*k) < sample(k - 1) && sample(*k) < sample(k + 1));
    let mut zeros = Vec::new();
    for k in starts {
        let (zero, steps) =
            zeta.zero_near(Complex64::new(0.5, 0.25 * f64::from(k))).ok_or("no convergence")?;
        println!(
            "½ {:+.0e} + {:.12} i   {steps} steps from {:5.2}",
            zero.re - 0.5,
            zero.im,
            0.25 * f64::from(k)
        );
        zeros.push(zero);
    }
    if zeros.len() != ZEROS.len() {
        return Err(format!("{} zeros were found", zeros.len()).into());
    }
    let worst =
        zeros.iter().zip(ZEROS).map(|(s, t)| (s - Complex64::new(0.5, t)).norm() / t).fold(0.0, larger);
    check("the tabulated zeros, relative", worst, 5e-13)?;

    println!("\n── Are these all? ──");
    // From height 1 on, as the pole at s = 1 would lie on the contour.
    let count = zeta.zeros_between(Complex64::I, Complex64::new(1.0, 51.0));
    check("(1/2πi) ∮ ζ′/ζ ds = 10 around 0 ≤ Re s ≤ 1, 1 ≤ Im s ≤ 51", (count - 10.0).norm(), 1e-5)?;

    let (width, height) = (1560.0, 360.0);
    let frame = Frame { x: 80.0, y: 50.0, width, height, left: 0.0, right: 52.0, bottom: -1.0, top: 3.0 };
    let mut sheet = Sheet::new(
        1670.0,
        475.0,
        "Riemann’s ζ: the hue is its argument, a shade at each power of two of its modulus; rings: its zeros on Re s = ½",
    );
    sheet.pixels(&frame, &draw(&zeta, &zeros))?;
    sheet.axes(&frame, (&[0.0], "Im s, at the zeros found"), (&[-1.0, 0.0, 0.5, 1.0, 2.0, 3.0], "Re s"));
    for zero in &zeros {
        let (x, _) = frame.at(zero.im, 0.0);
        sheet.line((x, 410.0), (x, 416.0));
        sheet.text((x, 432.0), 14.0, "middle", &format!("{:.2}", zero.im));
    }
    println!("\nζ up to height 52 is in {}", sheet.save("zeta_zeros")?);
    Ok(())
}
