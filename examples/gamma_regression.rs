//! A regression with gamma-distributed errors: mean e^(β₀ + β₁x), shape α, fitted by Newton's method on the log-likelihood with
//! gradient and Hessian from its source, and checked against the equations that the maximum satisfies:
//! `cargo run --features special --example gamma_regression`.

use holograd::special::{SpecialFunctions, digamma, gamma_p_inv, ln_gamma};
use holograd::{Real, lit, value_grad_and_hessian};

/// −Σ ln f(y; α, μ), where f is the gamma density with shape α and mean μ = e^(β₀ + β₁x); the shape is e^a.
fn negative_log_likelihood<T: Real<Primal: SpecialFunctions>>([b0, b1, a]: [T; 3], data: &[(f64, f64)]) -> T {
    let shape = a.exp();
    let terms = data.iter().map(|&(x, y)| {
        let rate_log = a - b0 - b1 * lit(x); // ln(α/μ)
        ln_gamma(shape) - shape * rate_log - (shape - lit(1.0)) * lit(y.ln()) + rate_log.exp() * lit(y)
    });
    terms.sum()
}

/// Solves A x = b by Cramer's rule.
fn solve(a: [[f64; 3]; 3], b: [f64; 3]) -> [f64; 3] {
    let determinant = |m: [[f64; 3]; 3]| {
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    };
    std::array::from_fn(|k| {
        let mut with_b = a;
        for (row, b) in with_b.iter_mut().zip(b) {
            row[k] = b;
        }
        determinant(with_b) / determinant(a)
    })
}

fn main() {
    // Quantiles at low-discrepancy probabilities of the true model, β = (0.5, −0.8), α = 3: data without a random generator.
    let (b0, b1, shape) = (0.5, -0.8, 3.0);
    let data: Vec<(f64, f64)> = (1..=400)
        .map(|i| {
            let (x, p) = (
                (f64::from(i) * 0.754_877_666_246_693).fract(),
                (f64::from(i) * 0.569_840_290_998_053).fract(),
            );
            (x, gamma_p_inv(shape, p) / shape * f64::exp(b0 + b1 * x))
        })
        .collect();

    let mut at = [0.0_f64; 3];
    for step in 1.. {
        let (value, gradient, hessian) = value_grad_and_hessian(|p| negative_log_likelihood(p, &data), &at);
        println!("{step:>2}: −ln L = {value:.9}  β = ({:.9}, {:.9})  α = {:.9}", at[0], at[1], at[2].exp());
        let direction = solve(hessian, gradient);
        // Half steps as long as the likelihood would fall.
        let mut length = 1.0;
        let moved = |length: f64| std::array::from_fn(|i| at[i] - length * direction[i]);
        while !(negative_log_likelihood(moved(length), &data) <= value + 1e-9) {
            length *= 0.5;
        }
        at = moved(length);
        if direction.iter().all(|d| d.abs() < 1e-10) {
            break;
        }
        assert!(step < 50, "Newton's method has not converged");
    }

    // At the maximum Σ (y/μ − 1) = 0, Σ x (y/μ − 1) = 0, and ln α − ψ(α) is the mean of y/μ − 1 − ln(y/μ).
    let n = data.len() as f64;
    let ratios: Vec<(f64, f64)> = data.iter().map(|&(x, y)| (x, y / f64::exp(at[0] + at[1] * x))).collect();
    let shape_fit = at[2].exp();
    let residues = [
        ratios.iter().map(|(_, q)| q - 1.0).sum::<f64>() / n,
        ratios.iter().map(|(x, q)| x * (q - 1.0)).sum::<f64>() / n,
        shape_fit.ln() - digamma(shape_fit) - ratios.iter().map(|(_, q)| q - 1.0 - q.ln()).sum::<f64>() / n,
    ];
    println!("residues of the equations of the maximum: {residues:?}");
    assert!(residues.iter().all(|r| r.abs() < 1e-10));
    assert!((at[0] - b0).abs() < 0.05 && (at[1] - b1).abs() < 0.05 && (shape_fit - shape).abs() < 0.15);
}
