//! A Jacobian: where the circle x² + y² = 4 meets the hyperbola x y = 1, by Newton's method for two equations.

use holograd::{Real64, value_and_jacfwd};

fn equations<T: Real64>([x, y]: [T; 2]) -> [T; 2] {
    [x * x + y * y - 4.0, x * y - 1.0]
}

fn main() {
    let mut at = [2.0, 0.3];
    for step in 0..8 {
        let (f, [[a, b], [c, d]]) = value_and_jacfwd(equations, &at);
        println!("{step}: ({:.15}, {:.15}), residual {:.1e}", at[0], at[1], f[0].hypot(f[1]));
        let det = a * d - b * c;
        at = [at[0] - (d * f[0] - b * f[1]) / det, at[1] - (a * f[1] - c * f[0]) / det];
    }
    // (x + y)² = 6 and (x − y)² = 2
    let exact = [0.5 * (6.0_f64.sqrt() + 2.0_f64.sqrt()), 0.5 * (6.0_f64.sqrt() - 2.0_f64.sqrt())];
    assert!((at[0] - exact[0]).abs() < 1e-15 && (at[1] - exact[1]).abs() < 1e-15, "{at:?}, not {exact:?}");
}
