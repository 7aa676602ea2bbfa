//! Where does Newton's iteration go? The basins of the three roots of z³ = 1, a megapixel of them.
//!
//! `cargo run --release --example newton_fractal`
//!
//! Newton's map z ↦ z − f(z)/f′(z) needs f′, and `value_and_derivative` gives it with f, at a complex point as at a real one:
//! f is generic over `Scalar`, so it is holomorphic and has one complex derivative. Every pixel is a start; its hue is the
//! root where it ends, its brightness the speed. Between any two basins lies the third: each point of the boundary
//! touches all three colours. The bright spots are starts that land on a root at once, the chains of
//! islands lead to z = 0, where f′ = 0 and the map has its pole.
//!
//! Checked, else the example exits with a failure: the end of every start is one of e^(2πik/3) to 1e-12, the picture is
//! its own mirror image in the real axis to the last bit (as f(z̄) is the conjugate of f(z) here), and near a root
//! the error of a step is the square of the last one's, e ↦ e². Drawn to `target/pictures/newton_fractal.svg`.

#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // pixels and counts

mod picture;

use holograd::{Scalar, lit, value_and_derivative};
use num_complex::Complex64;
use picture::{Frame, Rgb, RgbImage, Sheet};
use std::error::Error;
use std::f64::consts::TAU;
use std::time::Instant;

/// z³ − 1
fn f<T: Scalar>(z: T) -> T {
    z * z * z - lit(1.0)
}

fn newton(z: Complex64) -> Complex64 {
    let (value, slope) = value_and_derivative(f, z);
    z - value / slope
}

/// What became of a start: the root's number and how many steps it took, with the fraction of the last one.
#[derive(Clone, Copy, PartialEq)]
struct Fate {
    root: usize,
    steps: f64,
}

/// The iteration until it stands at a root; `None` if it does not within 100 steps.
fn fate(start: Complex64, roots: &[Complex64; 3]) -> Option<Fate> {
    /// From here two more steps, which square the error twice, reach rounding.
    const NEAR: f64 = 1e-4;
    let mut z = start;
    for step in 0..100 {
        if let Some(root) = roots.iter().position(|root| (z - root).norm_sqr() < NEAR * NEAR) {
            let end = newton(newton(z));
            // How far beyond `NEAR` the last step went: the logarithm of the error doubles with each.
            let beyond = ((z - roots[root]).norm().max(NEAR * NEAR).ln() / NEAR.ln()).log2();
            return ((end - roots[root]).norm() < 1e-12)
                .then_some(Fate { root, steps: f64::from(step) - beyond });
        }
        z = newton(z);
    }
    None
}

/// A colour for each root, darker where the way was longer.
fn colour(fate: Fate) -> Rgb {
    const HUES: [[f64; 3]; 3] = [[0.98, 0.72, 0.27], [0.20, 0.62, 0.86], [0.83, 0.29, 0.43]];
    let light = (-(fate.steps - 1.0).max(0.0) / 9.0).exp();
    let glow = (1.0 - fate.steps / 4.0).max(0.0).powi(2) * 0.75;
    Rgb(HUES[fate.root].map(|c| (255.0 * ((c * light) * (1.0 - glow) + glow)).clamp(0.0, 255.0) as u8))
}

fn main() -> Result<(), Box<dyn Error>> {
    const WIDTH: u32 = 1200;
    const HEIGHT: u32 = 900;
    let root = Complex64::cis(TAU / 3.0);
    let roots = [Complex64::ONE, root, root.conj()];

    println!("── f′ by the crate, beside 3z² ──");
    for z in [Complex64::new(1.5, -0.5), Complex64::new(-0.1, 2.0)] {
        let (_, slope) = value_and_derivative(f, z);
        println!("f′({z:.2}) = {slope:.6}");
        if (slope - 3.0 * z * z).norm() > 1e-14 {
            return Err(format!("f′({z}) is not 3z²").into());
        }
    }

    println!("\n── The error is squared at each step: e′ ≈ e² ──");
    let mut z = Complex64::new(1.2, 0.2);
    for _ in 0..5 {
        let (before, after) = ((z - 1.0).norm(), (newton(z) - 1.0).norm());
        println!("{before:9.2e} → {after:9.2e}");
        // e′ = e² (1 + O(e)), down to rounding.
        if (after - before * before).abs() > 2.0 * before.powi(3) + 2e-16 {
            return Err("Newton's iteration does not converge quadratically".into());
        }
        z = newton(z);
    }

    println!("\n── {WIDTH} × {HEIGHT} starts ──");
    let clock = Instant::now();
    let scale = 4.0 / f64::from(WIDTH);
    let start = |x: u32, y: u32| {
        // Symmetric about the middle to the last bit.
        let (re, im) = (f64::from(2 * x + 1) - f64::from(WIDTH), f64::from(HEIGHT) - f64::from(2 * y + 1));
        Complex64::new(re * scale / 2.0, im * scale / 2.0)
    };
    let mut fates = Vec::with_capacity((WIDTH * HEIGHT) as usize);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let z = start(x, y);
            fates.push(fate(z, &roots).ok_or_else(|| format!("the iteration from {z} ends at no root"))?);
        }
    }
    let seconds = clock.elapsed().as_secs_f64();
    println!("{seconds:.2} s: {:.0} million starts a second", 1e-6 * fates.len() as f64 / seconds);

    for (k, root) in roots.iter().enumerate() {
        let share = fates.iter().filter(|fate| fate.root == k).count() as f64 / fates.len() as f64;
        println!("{root:8.3}: {:.2} % of the starts", 100.0 * share);
    }
    let at = |x: u32, y: u32| fates[(y * WIDTH + x) as usize];
    for y in 0..HEIGHT / 2 {
        for x in 0..WIDTH {
            let (above, below) = (at(x, y), at(x, HEIGHT - 1 - y));
            if (below.root, below.steps) != ((3 - above.root) % 3, above.steps) {
                return Err(format!("{} and its conjugate do not end alike", start(x, y)).into());
            }
        }
    }
    println!("Every start ends at a root, and the picture is its own mirror image.");

    let picture = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| colour(at(x, y)));
    let frame = Frame {
        x: 80.0,
        y: 50.0,
        width: f64::from(WIDTH),
        height: f64::from(HEIGHT),
        left: -2.0,
        right: 2.0,
        bottom: -1.5,
        top: 1.5,
    };
    let mut sheet = Sheet::new(
        1310.0,
        1015.0,
        "Newton’s iteration for z³ = 1: the colour is the root where a start ends, the darker the more steps it takes",
    );
    sheet.pixels(&frame, &picture)?;
    sheet.axes(&frame, (&[-2.0, -1.0, 0.0, 1.0, 2.0], "Re z"), (&[-1.0, 0.0, 1.0], "Im z"));
    for (root, name) in roots.iter().zip(["1", "e^(2πi/3)", "e^(−2πi/3)"]) {
        let (x, y) = frame.at(root.re, root.im);
        sheet.label((x + 14.0, y), name);
    }
    let (x, y) = frame.at(0.0, 0.0);
    sheet.label((x + 14.0, y), "f′ = 0");
    println!("\nThe basins are in {}", sheet.save("newton_fractal")?);
    Ok(())
}
