//! A boundary-value problem with two solutions: Bratu's equation u″ + λ eᵘ = 0, u(0) = u(1) = 0, of a reacting slab.
//!
//! The discretised equation is solved for u at a given λ, and for u and λ at a given middle, whose second derivative finds the fold, beyond which the
//! slab explodes. Checked against the closed form u = 2 ln(cosh θ/cosh(θ(1 − 2x))), λ = 8θ²/cosh²θ, and its fold at θ tanh θ = 1.
//!
//! `cargo run --release --example problems_boundary_value`

use holograd::implicit::{ImplicitError, root, root_in};
use holograd::{Dual, Real64, derivative, value_and_derivative};

/// Intervals; the unknowns are at the points between them.
const N: usize = 24;

/// Numerov's equations, of order 4: u₋ − 2u + u₊ + h²λ/12 (e^u₋ + 10 eᵘ + e^u₊) = 0.
fn bratu<T: Real64>(u: &[T], lambda: T) -> Vec<T> {
    let at = |i: usize| if i == 0 || i == N { T::lit(0.0) } else { u[i - 1] };
    let h = 1.0 / N as f64;
    let equation = |i: usize| {
        let source = at(i - 1).exp() + 10.0 * at(i).exp() + at(i + 1).exp();
        at(i - 1) - 2.0 * at(i) + at(i + 1) + h * h / 12.0 * lambda * source
    };
    (1..N).map(equation).collect()
}

fn parabola<T: Real64>(middle: T) -> Vec<T> {
    (1..N).map(|i| i as f64 / N as f64).map(|x| 4.0 * x * (1.0 - x) * middle).collect()
}

/// The middle of the solution that is near a parabola with this one.
fn middle<T: Real64>(lambda: T, near: f64) -> Result<T, ImplicitError> {
    let u = root(|u: Vec<_>, lambda| bratu(&u, lambda), &parabola(T::lit(near)), &lambda)?;
    Ok(u[N / 2 - 1])
}

/// The λ at which the middle of a solution is m: the middle's place among the unknowns is λ's.
fn lambda<T: Real64>(m: T) -> Result<T, ImplicitError> {
    let mut guess = parabola(m.stop_gradient());
    guess[N / 2 - 1] = T::lit(3.0);
    let equations = |mut u: Vec<_>, m| {
        let lambda = std::mem::replace(&mut u[N / 2 - 1], m);
        bratu(&u, lambda)
    };
    Ok(root(equations, &guess, &m)?[N / 2 - 1])
}

/// The middle, 2 ln cosh θ, and dm/dλ = (dm/dθ)/(dλ/dθ).
fn closed(theta: f64) -> (f64, f64) {
    let m = |t: Dual<f64>| 2.0 * t.cosh().ln();
    let l = |t: Dual<f64>| 8.0 * (t / t.cosh()).powi(2);
    (m(Dual::from(theta)).value(), derivative(m, theta) / derivative(l, theta))
}

fn main() -> Result<(), ImplicitError> {
    println!("{:>6} {:>12} {:>12} {:>12} {:>12}", "λ", "u(½)", "exact", "du(½)/dλ", "exact");
    for (l, near, interval) in [
        (1.0, 0.1, [0.0, 1.1]),
        (2.0, 0.3, [0.0, 1.1]),
        (3.0, 0.7, [0.0, 1.1]),
        (3.0, 2.0, [1.3, 9.0]),
        (1.0, 4.5, [1.3, 9.0]),
    ] {
        let (m, slope) = value_and_derivative(|l| middle(l, near), l)?;
        let theta = root_in(|t, l| 8.0 * (t / t.cosh()).powi(2) - l, interval, &l)?;
        let (exact, exact_slope) = closed(theta);
        println!("{l:6} {m:12.8} {exact:12.8} {slope:12.8} {exact_slope:12.8}");
        assert!((m / exact - 1.0).abs() < 2e-5 && (slope / exact_slope - 1.0).abs() < 2e-4);
        // The same from the other side.
        let (back, inverse) = value_and_derivative(lambda, m)?;
        assert!((back - l).abs() < 1e-9 && (inverse * slope - 1.0).abs() < 1e-8);
    }

    // The fold is where dλ/dm = 0.
    let at = root_in(|m, _| derivative(lambda, m).unwrap_or(m * f64::NAN), [0.5, 3.0], &0.0)?;
    let fold = lambda(at)?;
    let theta: f64 = root_in(|t, _| t * t.tanh() - 1.0, [1.0, 2.0], &0.0)?;
    let (exact_at, exact) = (2.0 * theta.cosh().ln(), 8.0 * (theta / theta.cosh()).powi(2));
    println!("the fold: λ = {fold:.8} at u(½) = {at:.8}; exact {exact:.8}, {exact_at:.8}");
    assert!((fold / exact - 1.0).abs() < 1e-5 && (at / exact_at - 1.0).abs() < 1e-4);
    Ok(())
}
