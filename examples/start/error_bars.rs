//! Propagation of errors: the refractive index of a prism from two measured angles, with its standard deviation.

use holograd::{Real64, value_and_jacfwd};

/// n = sin((A + D)/2) / sin(A/2), of the prism's angle A and the least deviation D, in degrees.
fn index<T: Real64>([prism, deviation]: [T; 2]) -> T {
    ((prism + deviation) * 0.5).to_radians().sin() / (prism * 0.5).to_radians().sin()
}

fn main() {
    let (angles, deviations) = ([60.0, 38.9], [0.02, 0.03]);
    let (n, slopes) = value_and_jacfwd(index, &angles);
    let variance: f64 = slopes.iter().zip(deviations).map(|(s, d)| (s * d).powi(2)).sum();
    println!("n = {n:.5} ± {:.5}", variance.sqrt());

    // By hand: ∂n/∂D = cos((A + D)/2)/(2 sin(A/2)), ∂n/∂A = −sin(D/2)/(2 sin²(A/2)), each for a degree.
    let [a, d] = angles.map(f64::to_radians);
    let by_d = (0.5 * (a + d)).cos() / (2.0 * (a / 2.0).sin()) * 1.0_f64.to_radians();
    let by_a = -(d / 2.0).sin() / (2.0 * (a / 2.0).sin().powi(2)) * 1.0_f64.to_radians();
    assert!((slopes[0] - by_a).abs() < 1e-16 && (slopes[1] - by_d).abs() < 1e-16, "{slopes:?}");
    assert!((n - 1.520).abs() < 0.001);
}
