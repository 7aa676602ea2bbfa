//! An extended Kalman filter: a radar at the ground tracks a falling body, and finds its unknown drag.
//!
//! The filter needs the Jacobians of the motion and of the measurement (Jazwinski, Stochastic Processes and Filtering Theory, 1970, § 8.3);
//! both come from the functions. Checked: the drag is found within three of the standard deviations that the filter itself states.
//!
//! `cargo run --release --example problems_kalman`

use holograd::{Real64, jacfwd};

const DT: f64 = 0.1;
/// Where the radar stands beside the line of fall, and the standard deviation of a distance, in metres.
const RADAR: f64 = 3000.0;
const NOISE: f64 = 30.0;

/// Height, speed downwards, and drag over mass at sea level; the air thins with height.
fn step<T: Real64>([height, speed, drag]: [T; 3]) -> [T; 3] {
    let acceleration = 9.81 - drag * (-height / 8000.0).exp() * speed * speed;
    [height - DT * speed, speed + DT * acceleration, drag]
}

fn distance<T: Real64>([height, ..]: [T; 3]) -> T {
    height.hypot(RADAR)
}

type Covariance = [[f64; 3]; 3];

/// F P Fᵀ
fn transported(f: &Covariance, p: &Covariance) -> Covariance {
    let product = |i: usize, j: usize| {
        (0..3).map(|k| (0..3).map(|l| f[i][k] * p[k][l] * f[j][l]).sum::<f64>()).sum::<f64>()
    };
    std::array::from_fn(|i| std::array::from_fn(|j| product(i, j)))
}

/// A prediction, and the correction by a measured distance.
fn update(x: [f64; 3], p: &Covariance, measured: f64) -> ([f64; 3], Covariance) {
    let p = transported(&jacfwd(step, &x), p);
    let x = step(x);
    let h = jacfwd(distance, &x);
    let ph: [f64; 3] = std::array::from_fn(|i| (0..3).map(|k| p[i][k] * h[k]).sum());
    let variance = NOISE * NOISE + (0..3).map(|i| h[i] * ph[i]).sum::<f64>();
    let innovation = measured - distance(x);
    (
        std::array::from_fn(|i| x[i] + ph[i] / variance * innovation),
        std::array::from_fn(|i| std::array::from_fn(|j| p[i][j] - ph[i] * ph[j] / variance)),
    )
}

fn main() {
    let mut truth = [20000.0, 300.0, 2e-4];
    let mut x = [20400.0, 330.0, 6e-4];
    let mut p = [[2.5e5, 0.0, 0.0], [0.0, 2e3, 0.0], [0.0, 0.0, 2.5e-7]];
    // Noise without a generator: sums of twelve numbers that fill (0, 1) evenly, of variance 1.
    let uniform = |k: u32| (f64::from(k) * 0.618_033_988_749_895).fract() - 0.5;
    let scatter = |k: u32| (0..12).map(|i| uniform(12 * k * k + 7 * i * i + 5 * i * k)).sum::<f64>();

    println!("{:>5} {:>12} {:>12} {:>11} {:>22}", "t", "height", "estimate", "speed", "drag");
    for k in 1..=500 {
        truth = step(truth);
        (x, p) = update(x, &p, distance(truth) + NOISE * scatter(k));
        if k % 100 == 0 {
            let t = f64::from(k) * DT;
            println!(
                "{t:5} {:12.1} {:12.1} {:11.2} {:11.3e} ± {:.1e}",
                truth[0],
                x[0],
                x[1],
                x[2],
                p[2][2].sqrt()
            );
        }
    }
    for i in 0..3 {
        let deviation = p[i][i].sqrt();
        assert!(
            p[i][i] > 0.0 && (x[i] - truth[i]).abs() < 3.0 * deviation,
            "{x:?}, not {truth:?}: {deviation}"
        );
    }
    assert!(p[2][2].sqrt() < 0.05 * x[2], "the drag is not determined");
}
