//! A double pendulum from its Lagrangian: the equations of motion are the gradient and the Hessian of L, and are never written down.
//!
//! Checked: the frequencies of both small oscillations, ω² = (2 ∓ √2) g/l; the energy along a chaotic orbit; and Liouville's theorem,
//! by the Jacobian of the flow, which differentiates the integrator and the Lagrangian inside it.
//!
//! `cargo run --release --example problems_double_pendulum`

use holograd::{Real64, jacfwd};

const G: f64 = 9.81;

/// L = T − V of two bobs of 1 kg on rods of 1 m; x holds both angles and both angular velocities.
fn lagrangian<T: Real64>([a, b, da, db]: [T; 4]) -> T {
    let kinetic = da * da + 0.5 * db * db + da * db * (a - b).cos();
    kinetic + G * (2.0 * a.cos() + b.cos())
}

/// d/dt (q, q′), where M q″ = ∂L/∂q − (∂²L/∂q′∂q) q′ and M = ∂²L/∂q′∂q′.
fn motion<T: Real64>(x: [T; 4]) -> [T; 4] {
    let gradient = jacfwd(lagrangian, &x);
    let hessian = jacfwd(|x| jacfwd(lagrangian, &x), &x);
    let force = |i: usize| gradient[i] - hessian[2 + i][0] * x[2] - hessian[2 + i][1] * x[3];
    let [[a, b], [c, d]] = mass(&hessian);
    let (f, g, det) = (force(0), force(1), a * d - b * c);
    [x[2], x[3], (d * f - b * g) / det, (a * g - c * f) / det]
}

fn mass<T: Real64>(hessian: &[[T; 4]; 4]) -> [[T; 2]; 2] {
    [[hessian[2][2], hessian[2][3]], [hessian[3][2], hessian[3][3]]]
}

/// Runge and Kutta's method of order 4.
fn flow<T: Real64>(mut x: [T; 4], time: f64, steps: usize) -> [T; 4] {
    let h = time / steps as f64;
    let moved = |x: [T; 4], k: [T; 4], h: f64| std::array::from_fn(|i| x[i] + h * k[i]);
    for _ in 0..steps {
        let k1 = motion(x);
        let k2 = motion(moved(x, k1, 0.5 * h));
        let k3 = motion(moved(x, k2, 0.5 * h));
        let k4 = motion(moved(x, k3, h));
        x = std::array::from_fn(|i| x[i] + h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]));
    }
    x
}

/// Σ q′ ∂L/∂q′ − L
fn energy(x: [f64; 4]) -> f64 {
    let gradient = jacfwd(lagrangian, &x);
    x[2] * gradient[2] + x[3] * gradient[3] - lagrangian(x)
}

fn determinant(mut a: [[f64; 4]; 4]) -> f64 {
    let mut det = 1.0;
    for k in 0..4 {
        let pivot = (k..4).max_by(|&i, &j| a[i][k].abs().total_cmp(&a[j][k].abs())).expect("a row");
        if pivot != k {
            a.swap(pivot, k);
            det = -det;
        }
        det *= a[k][k];
        for i in k + 1..4 {
            let factor = a[i][k] / a[k][k];
            for j in k..4 {
                a[i][j] -= factor * a[k][j];
            }
        }
    }
    det
}

fn main() {
    println!("small oscillations, one period of each mode:");
    for (name, ratio) in [("in phase", 2.0_f64.sqrt()), ("against", -(2.0_f64.sqrt()))] {
        let omega = (G * (2.0 - ratio)).sqrt();
        let start = [1e-4, ratio * 1e-4, 0.0, 0.0];
        let end = flow(start, std::f64::consts::TAU / omega, 2000);
        let away = (0..4).map(|i| (end[i] - start[i]).abs()).fold(0.0, f64::max);
        println!("  {name:9} ω = {omega:.6} /s, returns to {away:.1e} of 1e-4");
        assert!(away < 1e-10);
    }

    let start = [2.0, 1.0, 0.0, 0.0];
    println!("an orbit from (2, 1):\n  {:>4} {:>10} {:>10} {:>14}", "t", "angle 1", "angle 2", "energy");
    for time in [0.0, 1.0, 2.0, 4.0, 8.0] {
        let x = flow(start, time, (500.0 * time) as usize);
        println!("  {time:4} {:10.6} {:10.6} {:14.10}", x[0], x[1], energy(x));
        assert!((energy(x) - energy(start)).abs() < 1e-6);
    }

    // The flow keeps the volume in (q, p), and p = M q′: det ∂(q, q′)/∂(q₀, q′₀) = det M₀/det M.
    let time = 1.0;
    let jacobian = jacfwd(|x| flow(x, time, 1000), &start);
    let det_mass = |x: [f64; 4]| {
        let [[a, b], [c, d]] = mass(&jacfwd(|x| jacfwd(lagrangian, &x), &x));
        a * d - b * c
    };
    let (got, exact) = (determinant(jacobian), det_mass(start) / det_mass(flow(start, time, 1000)));
    println!("volume after 1 s: {got:.12}, by Liouville's theorem {exact:.12}");
    assert!((got / exact - 1.0).abs() < 1e-9);
}
