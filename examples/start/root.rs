//! The derivative of a solution: how the boiling temperature of water depends on the pressure.

use holograd::implicit::{ImplicitError, root_in};
use holograd::{Dual, Real64, value_and_derivative};

/// Antoine's equation: ln of the vapour pressure in mmHg at a temperature in °C, log₁₀ p = A − B/(C + t).
fn log_vapour_pressure<T: Real64>(t: T) -> T {
    std::f64::consts::LN_10 * (8.07131 - 1730.63 / (233.426 + t))
}

/// The temperature at which the vapour pressure is p.
fn boiling(p: Dual<f64>) -> Result<Dual<f64>, ImplicitError> {
    root_in(|t, p| log_vapour_pressure(t) - p.ln(), [0.0, 150.0], &p)
}

fn main() -> Result<(), ImplicitError> {
    println!("{:>8} {:>10} {:>12}", "p (mmHg)", "t (°C)", "dt/dp");
    for p in [760.0, 600.0, 400.0_f64] {
        let (t, slope) = value_and_derivative(boiling, p)?;
        println!("{p:8} {t:10.4} {slope:12.6}");
        // The equation solved for t, and its derivative: t = B/(A − log₁₀ p) − C.
        let log = 8.07131 - p.log10();
        assert!((t - (1730.63 / log - 233.426)).abs() < 1e-10);
        let exact = 1730.63 / (log * log * p * std::f64::consts::LN_10);
        assert!((slope / exact - 1.0).abs() < 1e-12);
    }
    Ok(())
}
