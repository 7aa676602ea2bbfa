//! The price of a European call by Black and Scholes, and its Greeks to third order from the price alone, against the closed
//! forms: `cargo run --features special --example black_scholes`.

use holograd::special::{SpecialFunctions, normal_cdf, normal_pdf};
use holograd::{Dual, Real, hessian, jacfwd, lit, value_and_grad};

/// S Φ(d₁) − K e^(−rT) Φ(d₂), of the spot price S, the volatility σ, the time T and the rate r.
fn call<T: Real<Primal: SpecialFunctions>>([spot, volatility, time, rate]: [T; 4], strike: f64) -> T {
    let deviation = volatility * time.sqrt();
    let d1 = ((spot / lit(strike)).ln() + (rate + volatility * volatility * lit(0.5)) * time) / deviation;
    spot * normal_cdf(d1) - (-rate * time).exp() * lit(strike) * normal_cdf(d1 - deviation)
}

fn main() {
    let (strike, at) = (105.0, [100.0, 0.2, 0.5, 0.03]);
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
