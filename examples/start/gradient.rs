//! A gradient and a Hessian: Newton's method finds the minimum of Rosenbrock's function at (1, 1).

use holograd::{Real64, value_grad_and_hessian};

fn rosenbrock<T: Real64>([x, y]: [T; 2]) -> T {
    (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
}

fn main() {
    let mut at = [-1.2, 1.0];
    for step in 0.. {
        let (f, [gx, gy], [[a, b], [_, c]]) = value_grad_and_hessian(rosenbrock, &at);
        println!("{step}: f({:.9}, {:.9}) = {f:.3e}", at[0], at[1]);
        if gx.hypot(gy) < 1e-12 {
            break;
        }
        // The step −H⁻¹∇f.
        let det = a * c - b * b;
        at = [at[0] - (c * gx - b * gy) / det, at[1] - (a * gy - b * gx) / det];
        assert!(step < 20, "Newton's method has not converged");
    }
    assert!((at[0] - 1.0).abs() < 1e-12 && (at[1] - 1.0).abs() < 1e-12);
}
