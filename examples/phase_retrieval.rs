//! A picture from intensities alone: descent along the complex gradient of a real cost.
//!
//! `cargo run --release --example phase_retrieval`
//!
//! A detector far behind an object sees the Fourier transform of the light that leaves it, but only its modulus: the phase is lost, and
//! with it most of what makes a picture. With several exposures, each through another random phase plate, it can be
//! found again: minimise
//!
//! ```text
//! f(x) = Σₖ Σⱼ (|yₖⱼ| − bₖⱼ)²,    yₖ = F(mₖ x)
//! ```
//!
//! over the 4096 complex numbers of the object x. A modulus has no complex derivative, but f is real-valued, and its gradient f_x + i f_y
//! points uphill: `complex::value_and_grad` gives it in one backward sweep through six fast Fourier transforms, written
//! once as a generic function. The descent begins near the object, at the vector that is brightest where the detector saw most (the idea of
//! E. Candès, X. Li and M. Soltanolkotabi, *Phase retrieval via Wirtinger flow*, 2015); its step along −∇f is 1/(2·6), the inverse of the
//! curvature of Σ|y|², with momentum (Y. Nesterov, 1983).
//!
//! Checked, else the example exits with a failure: the gradient against ∂f/∂x̄ = Aᴴ(y − b y/|y|), written by hand with the
//! inverse transform, to 1e-12; the object is found, up to one common phase that no intensity can tell, to
//! 1e-6 of its norm. Drawn to `target/pictures/phase_retrieval.svg`: the object (modulus as light, phase as hue), an
//! intensity the detector sees, and what is found after 1, 3 and all steps.

#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // pixels and counts

mod picture;

use holograd::{ComplexScalar, Scalar, complex, lit};
use num_complex::{Complex, Complex64};
use picture::{Frame, Rgb, RgbImage, Sheet};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::error::Error;
use std::f64::consts::TAU;
use std::time::Instant;

/// The object has `SIDE` × `SIDE` points.
const SIDE: usize = 64;
const EXPOSURES: usize = 6;

/// The discrete Fourier transform in place, by halves, for a length that is a power of two; inverse for `sign` = 1. Not
/// normalised.
fn fourier<T: ComplexScalar<Primal = Complex64>>(x: &mut [T], sign: f64) {
    let n = x.len();
    if n == 1 {
        return;
    }
    let (mut even, mut odd): (Vec<T>, Vec<T>) = x.chunks_exact(2).map(|pair| (pair[0], pair[1])).unzip();
    fourier(&mut even, sign);
    fourier(&mut odd, sign);
    for k in 0..n / 2 {
        let turned = odd[k] * T::constant(Complex64::cis(sign * TAU * k as f64 / n as f64));
        x[k] = even[k] + turned;
        x[k + n / 2] = even[k] - turned;
    }
}

/// The unitary transform of a square: rows, then columns.
fn fourier_2d<T: ComplexScalar<Primal = Complex64>>(x: &mut [T], sign: f64) {
    x.chunks_exact_mut(SIDE).for_each(|row| fourier(row, sign));
    for j in 0..SIDE {
        let mut column: Vec<T> = (0..SIDE).map(|i| x[i * SIDE + j] * lit(1.0 / SIDE as f64)).collect();
        fourier(&mut column, sign);
        for (i, value) in column.into_iter().enumerate() {
            x[i * SIDE + j] = value;
        }
    }
}

/// F(m x)
fn exposure<T: ComplexScalar<Primal = Complex64>>(mask: &[Complex64], x: &[T]) -> Vec<T> {
    let mut y: Vec<T> = x.iter().zip(mask).map(|(x, m)| *x * T::constant(*m)).collect();
    fourier_2d(&mut y, -1.0);
    y
}

struct Measurement {
    mask: Vec<Complex64>,
    modulus: Vec<f64>,
}

fn cost<T: ComplexScalar<Primal = Complex64>>(measurements: &[Measurement], x: &[T]) -> T::Real {
    let of_one = |m: &Measurement| -> T::Real {
        let y = exposure(&m.mask, x);
        y.iter().zip(&m.modulus).map(|(y, b)| (y.abs() - lit(*b)).powi(2)).sum()
    };
    measurements.iter().map(of_one).sum()
}

/// Σ |y|² over the brightest sixth of all points: large where x looks like the object.
fn brightness<T: ComplexScalar<Primal = Complex64>>(measurements: &[Measurement], x: &[T]) -> T::Real {
    let mut all: Vec<f64> = measurements.iter().flat_map(|m| &m.modulus).copied().collect();
    all.sort_by(f64::total_cmp);
    let bright = all[all.len() * 5 / 6];
    let of_one = |m: &Measurement| -> T::Real {
        let y = exposure(&m.mask, x);
        y.iter().zip(&m.modulus).filter(|(_, b)| **b > bright).map(|(y, _)| y.norm_sqr()).sum()
    };
    measurements.iter().map(of_one).sum()
}

/// A start near the object: the vector that is brightest where the measurements are, by power iteration, as the gradient of
/// a quadratic form is its matrix times x; as long as the object must be, since Σ|y|² = 6‖x‖².
fn start(measurements: &[Measurement], mut x: Vec<Complex64>) -> Vec<Complex64> {
    let power: f64 = measurements.iter().flat_map(|m| &m.modulus).map(|b| b * b).sum();
    let length = (power / EXPOSURES as f64).sqrt();
    for _ in 0..50 {
        x = complex::grad(|x: Vec<_>| brightness(measurements, &x), &x);
        let norm = x.iter().map(|x| x.norm_sqr()).sum::<f64>().sqrt();
        x = x.into_iter().map(|x| x * (length / norm)).collect();
    }
    x
}

/// 2 ∂f/∂x̄ by hand: back through the inverse transform and the conjugate mask.
fn gradient_by_hand(measurements: &[Measurement], x: &[Complex64]) -> Vec<Complex64> {
    let mut gradient = vec![Complex64::ZERO; x.len()];
    for m in measurements {
        let mut y = exposure(&m.mask, x);
        for (y, b) in y.iter_mut().zip(&m.modulus) {
            *y -= *y * (b / y.norm());
        }
        fourier_2d(&mut y, 1.0);
        for ((g, y), mask) in gradient.iter_mut().zip(&y).zip(&m.mask) {
            *g += y * mask.conj() * 2.0;
        }
    }
    gradient
}

/// A spiral galaxy: light by the distance from its arms, the phase a vortex with a lens.
fn object() -> Vec<Complex64> {
    let at = |i: usize, j: usize| {
        let (x, y) = ((j as f64 + 0.5) / SIDE as f64 * 2.0 - 1.0, 1.0 - (i as f64 + 0.5) / SIDE as f64 * 2.0);
        let (r, angle) = (x.hypot(y), y.atan2(x));
        let arms = (2.0 * angle + 9.0 * (r + 0.05).ln()).cos().mul_add(0.5, 0.5).powi(2);
        let light = (arms * 0.9 + 0.1) * (-2.2 * r * r).exp() + (-60.0 * r * r).exp();
        Complex64::from_polar(light.min(1.0), angle + 6.0 * r * r)
    };
    (0..SIDE * SIDE).map(|k| at(k / SIDE, k % SIDE)).collect()
}

/// The larger one, or NaN, which `f64::max` would pass over.
fn larger(a: f64, b: f64) -> f64 {
    if a.is_nan() || b <= a { a } else { b }
}

/// ‖x − e^(iφ) truth‖ / ‖truth‖ with the best φ, and x without it.
fn compare(x: &[Complex64], truth: &[Complex64]) -> (f64, Vec<Complex64>) {
    let overlap: Complex64 = x.iter().zip(truth).map(|(x, t)| x * t.conj()).sum();
    let phase = overlap / overlap.norm();
    let aligned: Vec<Complex64> = x.iter().map(|x| x * phase.conj()).collect();
    let norm = |z: &mut dyn Iterator<Item = Complex64>| z.map(|z| z.norm_sqr()).sum::<f64>().sqrt();
    let error = norm(&mut aligned.iter().zip(truth).map(|(x, t)| x - t)) / norm(&mut truth.iter().copied());
    (error, aligned)
}

fn main() -> Result<(), Box<dyn Error>> {
    const STEPS: usize = 120;
    let mut random = StdRng::seed_from_u64(7);
    let truth = object();
    let measurements: Vec<Measurement> = (0..EXPOSURES)
        .map(|_| {
            let mask: Vec<Complex64> =
                truth.iter().map(|_| Complex64::cis(random.random_range(0.0..TAU))).collect();
            let modulus = exposure(&mask, &truth).iter().map(|y| y.norm()).collect();
            Measurement { mask, modulus }
        })
        .collect();
    println!(
        "{} complex unknowns, {} moduli of their Fourier transforms\n",
        truth.len(),
        EXPOSURES * truth.len()
    );

    let mut x: Vec<Complex64> = truth
        .iter()
        .map(|_| Complex::new(random.random_range(-0.5..0.5), random.random_range(-0.5..0.5)))
        .collect();
    let (_, gradient) = complex::value_and_grad(|x: Vec<_>| cost(&measurements, &x), &x);
    let by_hand = gradient_by_hand(&measurements, &x);
    let largest = by_hand.iter().map(|g| g.norm()).fold(0.0, f64::max);
    let error = gradient.iter().zip(&by_hand).map(|(g, h)| (g - h).norm()).fold(0.0, larger) / largest;
    println!("gradient against the one by hand: off by {error:.0e}");
    if error.is_nan() || error > 1e-12 {
        return Err("the gradient is not the one by hand".into());
    }

    x = start(&measurements, x);
    println!("start by power iteration: distance from the object {:.2}", compare(&x, &truth).0);

    let clock = Instant::now();
    let mut panels = vec![("the object".to_string(), truth.clone())];
    let mut last = x.clone();
    for step in 1..=STEPS {
        // Nesterov: the gradient is taken a little farther along the last step.
        let momentum = 0.9 * (step as f64 - 1.0) / (step as f64 + 2.0);
        let ahead: Vec<Complex64> = x.iter().zip(&last).map(|(x, last)| x + (x - last) * momentum).collect();
        let (value, gradient) = complex::value_and_grad(|x: Vec<_>| cost(&measurements, &x), &ahead);
        last = x;
        x = ahead.iter().zip(&gradient).map(|(x, g)| x - g / (2.0 * EXPOSURES as f64)).collect();
        if [1, 3, 10, 30, 60, STEPS].contains(&step) {
            let (error, aligned) = compare(&x, &truth);
            println!("step {step:>3}: cost {value:9.2e}, distance from the object {error:9.2e}");
            if [1, 3, STEPS].contains(&step) {
                panels.push((format!("step {step}: off by {error:.0e}"), aligned));
            }
        }
    }
    println!("{:.0} ms a gradient", clock.elapsed().as_secs_f64() * 1e3 / STEPS as f64);
    let (error, _) = compare(&x, &truth);
    if error.is_nan() || error > 1e-6 {
        return Err(format!("the object was not found: off by {error:e}").into());
    }

    let file = sheet(&panels, &measurements[0].modulus)?.save("phase_retrieval")?;
    println!("\nThe object and what was found are in {file}");
    Ok(())
}

/// Light by the modulus, hue by the argument.
fn colour(z: Complex64) -> [f64; 3] {
    let hue = z.arg() / TAU * 6.0;
    let light = z.norm().min(1.0).powf(0.7);
    [0.0, 4.0, 2.0].map(|shift: f64| {
        light * (0.3 + 0.7 * (((hue + shift).rem_euclid(6.0) - 3.0).abs() - 1.0).clamp(0.0, 1.0))
    })
}

/// The object, one of the intensities, and what was found, side by side.
fn sheet(panels: &[(String, Vec<Complex64>)], modulus: &[f64]) -> Result<Sheet, Box<dyn Error>> {
    const ZOOM: usize = 5;
    let side = SIDE * ZOOM;
    let largest = modulus.iter().copied().fold(0.0, f64::max);
    let seen = modulus.iter().map(|m| [(m / largest).sqrt(); 3]).collect();
    let mut pictures: Vec<(&str, Vec<[f64; 3]>)> =
        panels.iter().map(|(name, x)| (name.as_str(), x.iter().map(|z| colour(*z)).collect())).collect();
    pictures.insert(1, ("what the detector sees", seen));

    let place = |k: usize| 20.0 + (side as f64 + 16.0) * k as f64;
    let mut sheet = Sheet::new(
        place(pictures.len()) + 4.0,
        side as f64 + 110.0,
        "Phase retrieval: 4096 complex numbers from the moduli of their Fourier transforms (light: modulus, hue: phase)",
    );
    for (k, (name, inks)) in pictures.into_iter().enumerate() {
        let pixels = RgbImage::from_fn(side as u32, side as u32, |x, y| {
            let ink = inks[y as usize / ZOOM * SIDE + x as usize / ZOOM];
            Rgb(ink.map(|c| (255.0 * c) as u8))
        });
        let (x, width) = (place(k), side as f64);
        let frame = Frame { x, y: 54.0, width, height: width, left: 0.0, right: 1.0, bottom: 0.0, top: 1.0 };
        sheet.pixels(&frame, &pixels)?;
        sheet.text((x + width / 2.0, width + 82.0), 17.0, "middle", name);
    }
    Ok(sheet)
}
