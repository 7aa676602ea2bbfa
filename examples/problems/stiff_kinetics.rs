//! Robertson's stiff reaction: concentrations, their sensitivities to the three rates, and when the product reaches 1 %.
//!
//! The integrator is linearly implicit, and takes the Jacobian of the reaction from the reaction itself; the sensitivities differentiate the
//! integrator with the Jacobians in it, and the time of the event is an implicit function of the rates. Checked against the results that are
//! printed for CVODES's example cvsRoberts_FSA_dns (Hindmarsh et al., SUNDIALS, 2005), conservation, and the event's closed form.
//!
//! `cargo run --release --example problems_stiff_kinetics`

use holograd::implicit::{ImplicitError, root_in};
use holograd::linalg::{LinalgError, solve};
use holograd::{Real64, jacfwd, partial};
use nalgebra::{Matrix3, Vector3};

const RATES: [f64; 3] = [0.04, 1e4, 3e7];

fn reaction<T: Real64>([a, b, c]: [T; 3], p: &[T; 3]) -> [T; 3] {
    let first = p[0] * a - p[1] * b * c;
    let second = p[2] * b * b;
    [-first, first - second, second]
}

/// Steps of the linearly implicit Euler method, (1 − h J) Δ = h f, with J from the start.
fn euler<T: Real64>(y: [T; 3], p: &[T; 3], h: T, steps: usize) -> Result<[T; 3], LinalgError> {
    let jacobian = jacfwd(partial(reaction, p), &y);
    let matrix = Matrix3::from_fn(|i, j| T::lit(f64::from(u8::from(i == j))) - h * jacobian[i][j]);
    let mut y = Vector3::from(y);
    for _ in 0..steps {
        y += solve(&matrix, &(Vector3::from(reaction(y.into(), p)) * h))?;
    }
    Ok(y.into())
}

/// Extrapolated to steps of length 0, by Aitken's and Neville's scheme (Deuflhard 1985; Hairer and Wanner, Solving Ordinary Differential
/// Equations II, 1996, § IV.9).
fn step<T: Real64>(y: [T; 3], p: &[T; 3], h: T) -> Result<[T; 3], LinalgError> {
    const STAGES: usize = 7;
    let mut table: Vec<[T; 3]> = Vec::new();
    for n in 1..=STAGES {
        table.push(euler(y, p, h / n as f64, n)?);
        for k in (0..n - 1).rev() {
            let ratio = n as f64 / (k + 1) as f64 - 1.0;
            table[k] = std::array::from_fn(|i| table[k + 1][i] + (table[k + 1][i] - table[k][i]) / ratio);
        }
    }
    Ok(table[0])
}

/// From (1, 0, 0), in steps that grow with the time.
fn concentrations<T: Real64>(p: [T; 3], time: T) -> Result<[T; 3], LinalgError> {
    let mut y = [1.0, 0.0, 0.0].map(T::lit);
    let mut done = 1e-5;
    y = step(y, &p, T::lit(done))?;
    while time > 1.4 * done {
        y = step(y, &p, T::lit(0.4 * done))?;
        done *= 1.4;
    }
    step(y, &p, time - done)
}

fn close(got: f64, printed: f64, digits: i32) -> bool {
    (got / printed - 1.0).abs() < 0.6 * 10.0_f64.powi(1 - digits)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Printed with five digits, computed with a relative tolerance of 1e-4; of each row the concentrations, then the sensitivities.
    let printed = [
        (0.4, [9.8517e-1, 3.3864e-5, 1.4794e-2], [-3.5595e-1, 9.5431e-8, -1.5833e-11]),
        (4.0, [9.0552e-1, 2.2405e-5, 9.4459e-2], [-1.8761, 2.9614e-6, -4.9334e-10]),
        (40.0, [7.1583e-1, 9.1856e-6, 2.8416e-1], [-4.2475, 1.3731e-5, -2.2883e-9]),
    ];
    println!(
        "{:>5} {:>11} {:>11} {:>11}   {:>11} {:>11} {:>11}",
        "t", "a", "b", "c", "∂a/∂p₁", "∂a/∂p₂", "∂a/∂p₃"
    );
    for (time, values, slopes) in printed {
        let y = concentrations(RATES, time)?;
        let j = jacfwd(|p: [_; 3]| concentrations(p, p[0] * 0.0 + time), &RATES)?;
        println!(
            "{time:5} {:11.4e} {:11.4e} {:11.4e}   {:11.4e} {:11.4e} {:11.4e}",
            y[0], y[1], y[2], j[0][0], j[0][1], j[0][2]
        );
        assert!((0..3).all(|i| close(y[i], values[i], 4) && close(j[0][i], slopes[i], 4)));
        // Nothing is lost: a + b + c = 1 whatever the rates.
        assert!((y.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((0..3).all(|k| (j[0][k] + j[1][k] + j[2][k]).abs() < 1e-10 * j[0][k].abs()));
    }

    /// When c reaches 1 %.
    fn event<T: Real64>(p: [T; 3]) -> Result<T, ImplicitError> {
        let excess = |t, p: [_; 3]| concentrations(p, t).map_or(p[0] * f64::NAN, |y| y[2] - 0.01);
        root_in(excess, [1e-3, 10.0], &p)
    }
    let time = event(RATES)?;
    let slopes = jacfwd(event, &RATES)?;
    // ∂t/∂p = −(∂c/∂p)/c′
    let y = concentrations(RATES, time)?;
    let rise = reaction(y, &RATES)[2];
    let j = jacfwd(|p: [_; 3]| concentrations(p, p[0] * 0.0 + time), &RATES)?;
    println!(
        "c is 1 % at t = {time:.6} (printed: 0.26391), ∂t/∂ ln p = {:.6?}",
        [0, 1, 2].map(|k| slopes[k] * RATES[k])
    );
    assert!(close(time, 0.26391, 4));
    assert!((0..3).all(|k| (slopes[k] / (-j[2][k] / rise) - 1.0).abs() < 1e-6));
    Ok(())
}
