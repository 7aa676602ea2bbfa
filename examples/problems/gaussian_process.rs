//! A Gaussian process: hyperparameters by maximum likelihood, with a gradient through a solve and a determinant, and predictions.
//!
//! Checked: the gradient against ½ tr((αᵀα − K⁻¹) ∂K/∂θ) (Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, eq. 5.9);
//! a maximum is reached; predictions between the data are within three of their standard deviations.
//!
//! `cargo run --release --example problems_gaussian_process`

use holograd::linalg::{LinalgError, inverse, log_det, solve};
use holograd::{Real64, grad, hessian};
use nalgebra::{DMatrix, DVector};

/// The logarithms of amplitude, length and noise.
type Parameters<T> = [T; 3];

/// The covariance a² e^(−(s − t)²/2l²), and the noise on the diagonal.
fn covariance<T: Real64>([amplitude, length, noise]: Parameters<T>, at: &[f64]) -> DMatrix<T> {
    DMatrix::from_fn(at.len(), at.len(), |i, j| {
        let z = (at[i] - at[j]) / length.exp();
        let smooth = (2.0 * amplitude - 0.5 * z * z).exp();
        if i == j { smooth + (2.0 * noise).exp() } else { smooth }
    })
}

/// −ln p(y), but for a constant.
fn loss<T: Real64>(parameters: Parameters<T>, at: &[f64], y: &DVector<f64>) -> Result<T, LinalgError> {
    let k = covariance(parameters, at);
    let y = y.map(T::lit);
    Ok(0.5 * (y.dot(&solve(&k, &y)?) + log_det(&k)?))
}

fn truth(t: f64) -> f64 {
    (1.3 * t).sin() + 0.3 * t
}

fn main() -> Result<(), LinalgError> {
    let at: Vec<f64> = (0..25).map(|i| f64::from(i) * 0.25).collect();
    // A scatter that fills an interval of standard deviation 0.1 evenly.
    let scatter = |i: usize| ((i as f64 * 0.618_033_988_749_895).fract() - 0.5) * 0.1 * 12.0_f64.sqrt();
    let y = DVector::from_fn(at.len(), |i, _| truth(at[i]) + scatter(i));

    let mut p = [0.0, 0.0, -1.0];
    for step in 0.. {
        let g = grad(|p: Parameters<_>| loss(p, &at, &y), &p)?;
        println!(
            "{step}: −ln p = {:9.5} at amplitude {:.4}, length {:.4}, noise {:.4}",
            loss(p, &at, &y)?,
            p[0].exp(),
            p[1].exp(),
            p[2].exp()
        );
        if g.iter().all(|g| g.abs() < 1e-8) {
            break;
        }
        // A Newton step, with a multiple of 1 added until the Hessian is positive definite and the step goes downhill far enough.
        let h = hessian(|p: Parameters<_>| loss(p, &at, &y), &p)?;
        let h = DMatrix::from_fn(3, 3, |i, j| h[i][j]);
        let mut damping = 1e-6;
        p = loop {
            let damped = &h + DMatrix::identity(3, 3) * damping;
            damping *= 10.0;
            if damped.clone().cholesky().is_none() {
                continue;
            }
            let step = solve(&damped, &DVector::from_row_slice(&g))?;
            let next = std::array::from_fn(|i| p[i] - step[i]);
            if step.norm() < 1.0 && loss(next, &at, &y)? <= loss(p, &at, &y)? + 1e-12 {
                break next;
            }
        };
        assert!(step < 50, "no maximum of the likelihood was found");
    }

    // The gradient by the length, at another point, by the textbook's formula.
    let p0 = [0.1, 0.2, -1.5];
    let [_, by_length, _] = grad(|p: Parameters<_>| loss(p, &at, &y), &p0)?;
    let inverse_k = inverse(&covariance(p0, &at))?;
    let alpha = &inverse_k * &y;
    let change = DMatrix::from_fn(at.len(), at.len(), |i, j| {
        let z = ((at[i] - at[j]) / p0[1].exp()).powi(2);
        z * (2.0 * p0[0] - 0.5 * z).exp()
    });
    let exact = -0.5 * ((&alpha * alpha.transpose() - inverse_k) * change).trace();
    println!("∂(−ln p)/∂ ln length: {by_length:.12}, by the trace {exact:.12}");
    assert!((by_length / exact - 1.0).abs() < 1e-9);

    let weights = solve(&covariance(p, &at), &y)?;
    println!("{:>6} {:>10} {:>18}", "t", "truth", "prediction");
    for t in [0.6, 1.9, 3.1, 4.4, 5.7] {
        let k =
            DVector::from_fn(at.len(), |i, _| (2.0 * p[0] - 0.5 * ((t - at[i]) / p[1].exp()).powi(2)).exp());
        let mean = k.dot(&weights);
        let variance = (2.0 * p[0]).exp() - k.dot(&solve(&covariance(p, &at), &k)?);
        println!("{t:6} {:10.5} {mean:10.5} ± {:.5}", truth(t), variance.sqrt());
        assert!((mean - truth(t)).abs() < 3.0 * variance.sqrt());
    }
    assert!((p[2].exp() - 0.1).abs() < 0.05, "the noise is {}", p[2].exp());
    Ok(())
}
