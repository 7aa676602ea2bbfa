//! Black and Scholes' price of a call: its Greeks to third order, and the implied volatility with its derivatives.
//!
//! Everything comes from the price alone. Checked: the Greeks against their closed forms; the implied volatility, which an interval method finds on
//! constants, against the volatility that the price was made with, and its derivatives against 1/vega and −vomma/vega³; the density of the
//! spot at expiry against the lognormal one.
//!
//! `cargo run --release --features special --example problems_options`

use holograd::implicit::{ImplicitError, root_in};
use holograd::special::{normal_cdf, normal_pdf};
use holograd::{Dual, Real64, derivative, hessian, jacfwd, second_derivative, value_and_grad};

/// S Φ(d₁) − K e^(−rT) Φ(d₂), of the spot price S, the volatility σ, the time T and the rate r.
fn call<T: Real64>([spot, volatility, time, rate]: [T; 4], strike: f64) -> T {
    let deviation = volatility * time.sqrt();
    let d1 = ((spot / strike).ln() + (rate + 0.5 * volatility * volatility) * time) / deviation;
    spot * normal_cdf(d1) - strike * (-rate * time).exp() * normal_cdf(d1 - deviation)
}

/// The volatility at which a call costs so much, all else as here.
fn implied<T: Real64>(price: T, [spot, _, time, rate]: [f64; 4], strike: f64) -> Result<T, ImplicitError> {
    let parameters = [price, T::lit(spot), T::lit(time), T::lit(rate)];
    let excess = |s, [price, spot, time, rate]: [_; 4]| call([spot, s, time, rate], strike) - price;
    root_in(excess, [1e-3, 5.0], &parameters)
}

fn greeks(at: [f64; 4], strike: f64) {
    let [s, v, t, r] = at;
    let (price, [delta, vega, by_time, rho]) = value_and_grad(|x| call(x, strike), &at);
    let second = hessian(|x| call(x, strike), &at);
    let third: [[[f64; 4]; 4]; 4] = jacfwd(|x: [Dual<f64, 4>; 4]| hessian(|x| call(x, strike), &x), &at);

    // The closed forms (Hull, Options, Futures, and Other Derivatives, ch. 19; Haug, The Complete Guide to Option Pricing
    // Formulas, ch. 2).
    let root = t.sqrt();
    let d1 = ((s / strike).ln() + (r + v * v / 2.0) * t) / (v * root);
    let d2 = d1 - v * root;
    let (density, discounted) = (normal_pdf(d1), strike * (-r * t).exp());
    let gamma = density / (s * v * root);
    let closed_vega = s * density * root;
    let rows = [
        ("price", price, s * normal_cdf(d1) - discounted * normal_cdf(d2)),
        ("delta  ∂S", delta, normal_cdf(d1)),
        ("vega   ∂σ", vega, closed_vega),
        ("theta −∂T", -by_time, -s * density * v / (2.0 * root) - r * discounted * normal_cdf(d2)),
        ("rho    ∂r", rho, discounted * t * normal_cdf(d2)),
        ("gamma  ∂S∂S", second[0][0], gamma),
        ("vanna  ∂S∂σ", second[0][1], -density * d2 / v),
        ("vomma  ∂σ∂σ", second[1][1], closed_vega * d1 * d2 / v),
        ("charm −∂S∂T", -second[0][2], -density * (2.0 * r * t - d2 * v * root) / (2.0 * t * v * root)),
        ("speed  ∂S∂S∂S", third[0][0][0], -gamma / s * (d1 / (v * root) + 1.0)),
        ("zomma  ∂S∂S∂σ", third[0][0][1], gamma * (d1 * d2 - 1.0) / v),
        (
            "ultima ∂σ∂σ∂σ",
            third[1][1][1],
            -closed_vega / (v * v) * (d1 * d2 * (1.0 - d1 * d2) + d1 * d1 + d2 * d2),
        ),
    ];
    println!("{:<16}{:>22}{:>22}", "Greek", "holograd", "closed form");
    for (name, got, want) in rows {
        println!("{name:<16}{got:>22.15}{want:>22.15}");
        assert!((got - want).abs() <= 1e-12 * want.abs().max(1.0), "{name}: {got} for {want}");
    }
}

fn main() -> Result<(), ImplicitError> {
    greeks([100.0, 0.2, 0.5, 0.03], 105.0);

    println!("\n{:>6} {:>12} {:>10} {:>12} {:>12}", "strike", "price", "implied", "∂σ/∂C", "∂²σ/∂C²");
    for strike in [80.0, 90.0, 100.0, 110.0, 130.0] {
        // A smile.
        let at = [100.0, 0.2 + 2e-5 * (strike - 100.0_f64).powi(2), 0.5, 0.03];
        let (price, [_, vega, ..]) = value_and_grad(|x| call(x, strike), &at);
        let vomma = hessian(|x| call(x, strike), &at)[1][1];
        let got: f64 = implied(price, at, strike)?;
        let first = derivative(|c: Dual<f64>| implied(c, at, strike), price)?;
        let second = second_derivative(|c| implied(c, at, strike), price)?;
        println!("{strike:6} {price:12.8} {got:10.8} {first:12.8} {second:12.8}");
        assert!((got - at[1]).abs() < 1e-12);
        assert!((first * vega - 1.0).abs() < 1e-9);
        assert!((second / (-vomma / vega.powi(3)) - 1.0).abs() < 1e-7);
    }

    // The density of the spot at expiry, e^(rT) ∂²C/∂K² (Breeden and Litzenberger 1978), is that of a lognormal: by homogeneity of the price
    // ∂²C/∂K² = S²/K² ∂²C/∂S².
    let (at, strike) = ([100.0, 0.2, 0.5, 0.03], 105.0_f64);
    let [spot, volatility, time, rate] = at;
    let gamma = hessian(|x| call(x, strike), &at)[0][0];
    let density = (rate * time).exp() * gamma * (spot / strike).powi(2);
    let (deviation, mean) =
        (volatility * time.sqrt(), spot.ln() + (rate - 0.5 * volatility * volatility) * time);
    let z = (strike.ln() - mean) / deviation;
    let exact = (-0.5 * z * z).exp() / (strike * deviation * std::f64::consts::TAU.sqrt());
    println!("density of the spot at {strike}: {density:.12}, lognormal {exact:.12}");
    assert!((density / exact - 1.0).abs() < 1e-12);
    Ok(())
}
