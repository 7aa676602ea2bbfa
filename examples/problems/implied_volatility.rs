//! Implied volatility: the volatility at which Black and Scholes' formula gives a price, and its derivatives by the price.
//!
//! The price is solved for by an interval method on constants, and differentiated as an implicit function. Checked against the volatility
//! that the price was made with, and against ∂σ/∂C = 1/vega and ∂²σ/∂C² = −vomma/vega³.
//!
//! `cargo run --release --features special --example problems_implied_volatility`

use holograd::implicit::{ImplicitError, root_in};
use holograd::special::normal_cdf;
use holograd::{Dual, Real64, derivative, hessian, second_derivative, value_grad_and_hessian};

const RATE: f64 = 0.03;
const TIME: f64 = 0.5;

/// The price of a call, S Φ(d₁) − K e^(−rT) Φ(d₂).
fn call<T: Real64>(volatility: T, spot: T, strike: f64) -> T {
    let deviation = volatility * TIME.sqrt();
    let d1 = ((spot / strike).ln() + (RATE + 0.5 * volatility * volatility) * TIME) / deviation;
    spot * normal_cdf(d1) - strike * (-RATE * TIME).exp() * normal_cdf(d1 - deviation)
}

/// The volatility at which a call costs so much.
fn implied<T: Real64>(price: T, spot: f64, strike: f64) -> Result<T, ImplicitError> {
    root_in(|s, price| call(s, s * 0.0 + spot, strike) - price, [1e-3, 5.0], &price)
}

fn main() -> Result<(), ImplicitError> {
    let spot = 100.0;
    println!("{:>6} {:>12} {:>10} {:>12} {:>12}", "strike", "price", "implied", "∂σ/∂C", "∂²σ/∂C²");
    for strike in [80.0, 90.0, 100.0, 110.0, 130.0] {
        // A smile.
        let volatility = 0.2 + 2e-5 * (strike - 100.0_f64).powi(2);
        let (price, vega, vomma) = value_grad_and_hessian(|s| call(s, s * 0.0 + spot, strike), &volatility);
        let got: f64 = implied(price, spot, strike)?;
        let first = derivative(|c: Dual<f64>| implied(c, spot, strike), price)?;
        let second = second_derivative(|c| implied(c, spot, strike), price)?;
        println!("{strike:6} {price:12.8} {got:10.8} {first:12.8} {second:12.8}");
        assert!((got - volatility).abs() < 1e-12);
        assert!((first * vega - 1.0).abs() < 1e-9);
        assert!((second / (-vomma / vega.powi(3)) - 1.0).abs() < 1e-7);
    }

    // The density of the spot at expiry, e^(rT) ∂²C/∂K² (Breeden and Litzenberger 1978), is that of a lognormal: by homogeneity of the price
    // ∂²C/∂K² = S²/K² ∂²C/∂S².
    let strike = 105.0;
    let gamma = hessian(|s| call(s * 0.0 + 0.2, s, strike), &spot);
    let density = (RATE * TIME).exp() * gamma * (spot / strike).powi(2);
    let (deviation, mean) = (0.2 * TIME.sqrt(), spot.ln() + (RATE - 0.02) * TIME);
    let z = (strike.ln() - mean) / deviation;
    let exact = (-0.5 * z * z).exp() / (strike * deviation * std::f64::consts::TAU.sqrt());
    println!("density of the spot at {strike}: {density:.12}, lognormal {exact:.12}");
    assert!((density / exact - 1.0).abs() < 1e-12);
    Ok(())
}
