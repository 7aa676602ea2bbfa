//! First and second derivatives of a curve: the curvature of an ellipse, and the point where it is largest.

use holograd::{Real64, derivative, second_derivative};

fn ellipse<T: Real64>(t: T) -> [T; 2] {
    [3.0 * t.cos(), 2.0 * t.sin()]
}

/// κ = (x′y″ − y′x″)/(x′² + y′²)^(3/2), itself a function that can be differentiated.
fn curvature<T: Real64>(t: T) -> T {
    let [dx, dy] = derivative(ellipse, t);
    let [ddx, ddy] = second_derivative(ellipse, t);
    (dx * ddy - dy * ddx) / (dx * dx + dy * dy).powf(1.5)
}

fn main() {
    for degrees in [0.0, 30.0, 60.0, 90.0_f64] {
        let t = degrees.to_radians();
        let (got, change) = (curvature(t), derivative(curvature, t));
        // a b/(a² sin² t + b² cos² t)^(3/2)
        let exact = 6.0 / (9.0 * t.sin().powi(2) + 4.0 * t.cos().powi(2)).powf(1.5);
        println!("{degrees:3}°: curvature {got:.12}, its derivative {change:+.12}");
        assert!((got - exact).abs() < 1e-14);
    }
    // The curvature is stationary at the ends of both axes.
    assert!(derivative(curvature, 0.0).abs() < 1e-15);
    assert!(derivative(curvature, std::f64::consts::FRAC_PI_2).abs() < 1e-15);
}
