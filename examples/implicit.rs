//! Derivatives of solutions, against closed forms: Kepler's equation, a chemical equilibrium, a ridge regression's penalty.

use holograd::implicit::{ImplicitError, minimize, root};
use holograd::linalg::{inverse, lstsq, solve};
use holograd::{Real64, grad, hessian, jacfwd};
use nalgebra::{DMatrix, DVector, dmatrix, dvector};

/// E − e sin E = M
fn kepler<T: Real64>(anomaly: T, [mean, eccentricity]: [T; 2]) -> T {
    anomaly - eccentricity * anomaly.sin() - mean
}

/// A + B ⇌ AB: mass action and the conservation of A and B, for the concentrations of A, B and AB.
fn equilibrium<T: Real64>([a, b, ab]: [T; 3], [k, total_a, total_b]: [T; 3]) -> [T; 3] {
    [ab - k * a * b, a + ab - total_a, b + ab - total_b]
}

fn features() -> DMatrix<f64> {
    dmatrix![1.0, 0.0, 0.5; 1.0, 1.0, -0.3; 1.0, 2.0, 0.2; 1.0, 3.0, 0.9; 1.0, 4.0, -0.6]
}

fn targets() -> DVector<f64> {
    dvector![0.2, 1.1, 1.9, 3.4, 3.7]
}

/// ½‖X w − y‖² + ½ λ ‖w‖²
fn ridge<T: Real64>(w: DVector<T>, penalty: T) -> T {
    let residual = features().map(T::lit) * &w - targets().map(T::lit);
    0.5 * (residual.dot(&residual) + penalty * w.dot(&w))
}

/// The squared error of the fitted weights on a held-out point.
fn held_out<T: Real64>(penalty: T) -> Result<T, ImplicitError> {
    let w = minimize(ridge, &DVector::from_element(3, T::lit(0.0)), &penalty)?;
    let prediction = w[0] + 5.0 * w[1] + 0.1 * w[2];
    Ok((prediction - 5.2).powi(2))
}

fn report(what: &str, got: f64, exact: f64) {
    println!("{what:34} {got:22.15} {exact:22.15} {:9.1e}", (got - exact).abs() / exact.abs());
    assert!((got - exact).abs() <= 1e-12 * exact.abs(), "{what}");
}

fn main() -> Result<(), ImplicitError> {
    println!("{:34} {:>22} {:>22} {:>9}", "", "holograd", "closed form", "error");

    let (p, start) = ([1.0, 0.3], 1.0);
    let x: f64 = root(kepler, &start, &p)?;
    let [by_mean, by_eccentricity] = grad(|p: [_; 2]| root(kepler, &p[0], &p), &p)?;
    let [[second, _], _] = hessian(|p: [_; 2]| root(kepler, &p[0], &p), &p)?;
    let slope = 1.0 / (1.0 - 0.3 * x.cos());
    report("Kepler ∂E/∂M", by_mean, slope);
    report("Kepler ∂E/∂e", by_eccentricity, x.sin() * slope);
    report("Kepler ∂²E/∂M²", second, -0.3 * x.sin() * slope.powi(3));

    // ab = ½(s − √(s² − 4 a₀ b₀)) with s = a₀ + b₀ + 1/k
    let p = [2.0, 1.0, 1.5];
    let complex = |p: [_; 3]| root(equilibrium, &[p[1], p[2], p[0] * 0.0], &p).map(|x| x[2]);
    let closed = |[k, a, b]: [holograd::Dual<f64, 3>; 3]| {
        let s = a + b + k.recip();
        (s - (s * s - a * b * 4.0).sqrt()) * 0.5
    };
    let slopes = grad(complex, &p)?;
    for ((name, got), exact) in ["k", "a₀", "b₀"].iter().zip(slopes).zip(jacfwd(closed, &p)) {
        report(&format!("equilibrium ∂[AB]/∂{name}"), got, exact);
    }

    // w = (XᵀX + λI)⁻¹Xᵀy, dw/dλ = −(XᵀX + λI)⁻¹ w
    let penalty = 0.7;
    let gram = features().transpose() * features() + DMatrix::identity(3, 3) * penalty;
    let w = solve(&gram, &(features().transpose() * targets()))?;
    let point = dvector![1.0, 5.0, 0.1];
    let change = -(inverse(&gram)? * &w);
    let exact = 2.0 * (w.dot(&point) - 5.2) * change.dot(&point);
    report("ridge ∂loss/∂λ, reverse", grad(held_out, &penalty)?, exact);
    report("ridge ∂loss/∂λ, forward", jacfwd(held_out, &penalty)?, exact);
    // Without a penalty ridge regression is least squares.
    let plain = minimize(ridge, &dvector![0.0, 0.0, 0.0], &0.0)?;
    report("ridge w₁ at λ = 0", plain[1], lstsq(&features(), &targets())?[1]);
    Ok(())
}
