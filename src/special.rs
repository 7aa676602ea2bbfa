//! Special functions and stable composites.
//!
//! Every function is a free function of numbers: of `f32` and `f64`, of [`Dual`](crate::Dual) and [`Var`](crate::Var) over them in any
//! nest, and of whatever base number implements [`SpecialFunctions`]. Derivatives of every order by every argument that is a number
//! are part of it, the order of a Bessel function and the parameters of the incomplete gamma and beta functions among them.
//! ```
//! use holograd::special::{bessel_j, gamma_p, normal_ln_cdf};
//! use holograd::{Dual, derivative, jacfwd, second_derivative};
//!
//! // By the order and by the point, where J_½(x) = √(2/πx) sin x.
//! let [by_order, by_x] = jacfwd(|[nu, x]| bessel_j(nu, x), &[0.5, 2.0_f64]);
//! let amplitude = (1.0 / std::f64::consts::PI).sqrt();
//! assert!((by_x - amplitude * (2.0_f64.cos() - 2.0_f64.sin() / 4.0)).abs() < 1e-15);
//! assert!(by_order > 0.0);
//! // A shape parameter.
//! assert!(derivative(|a| gamma_p(a, Dual::from(2.0)), 3.0) < 0.0);
//! // Far out in the tail, where the textbook's formula has lost everything.
//! let curvature = second_derivative(normal_ln_cdf, -30.0);
//! assert!((curvature + 0.998_896_2_f64).abs() < 1e-6);
//! ```
//! [`erf`], [`gamma`], [`ln_gamma`], [`digamma`] and [`polygamma`] are analytic, and take complex numbers too.
//!
//! # Accuracy
//! Values and first derivatives are within 8 units of 2⁻⁵³, derivatives by an order or a shape parameter within 10⁻¹²; near zeros
//! of J, Y, spherical Bessel and Airy functions the error is relative to the amplitude of the oscillation. Single
//! precision computes in double precision and rounds. `cargo run --release --features special --example accuracy` prints the
//! distance to the tables of `tests/data/special.json`.
//!
//! Values are computed for accuracy first: most take 1 to 5 µs, incomplete gamma and beta functions and their inverses 10 to
//! 200 µs.

mod composites;
mod cumulative;
mod function;
mod interpolation;
#[doc(hidden)]
#[allow(missing_docs, clippy::missing_panics_doc)]
pub mod list;
mod rules;

pub use composites::*;
pub use cumulative::*;
pub use function::{AnalyticSpecialFunctions, OfFour, OfOne, OfThree, OfTwo, SpecialFunctions};
pub use interpolation::*;

use crate::kernel::Engine;
use crate::{Base, Real, Scalar, lit};

/// Defines functions of one real number.
macro_rules! of_one {
    ($($(#[$doc:meta])* $name:ident => $variant:expr;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name<T: Real<Primal: SpecialFunctions>>(x: T) -> T {
            $variant.of(x)
        }
    )*};
}

/// Defines analytic functions of one real or complex number.
macro_rules! analytic_of_one {
    ($($(#[$doc:meta])* $name:ident => $variant:expr;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name<T: Scalar<Primal: AnalyticSpecialFunctions>>(x: T) -> T {
            $variant.of(x)
        }
    )*};
}

/// Defines functions of two real numbers.
macro_rules! of_two {
    ($($(#[$doc:meta])* $name:ident($a:ident, $x:ident) => $variant:expr;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name<T: Real<Primal: SpecialFunctions>>($a: T, $x: T) -> T {
            $variant.of($a, $x)
        }
    )*};
}

/// Defines functions of three real numbers.
macro_rules! of_three {
    ($($(#[$doc:meta])* $name:ident($a:ident, $b:ident, $x:ident) => $variant:expr;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name<T: Real<Primal: SpecialFunctions>>($a: T, $b: T, $x: T) -> T {
            $variant.of([$a, $b, $x])
        }
    )*};
}

/// Defines functions of an integer and a real number.
macro_rules! of_integer {
    ($($(#[$doc:meta])* $name:ident($n:ident: $t:ty, $x:ident) => $variant:expr;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name<T: Real<Primal: SpecialFunctions>>($n: $t, $x: T) -> T {
            $variant.of($x)
        }
    )*};
}

analytic_of_one! {
    /// erf x = (2/√π) ∫₀ˣ e^−t² dt, of a real or complex number.
    ///
    /// ±1 at ±∞. The derivative is (2/√π) e^−x² (DLMF 7.2.1, 7.10.1). Real values are the `libm` crate's; complex ones come by
    /// the power series, the continued fraction and the asymptotic expansion.
    /// ```
    /// use holograd::{derivative, special::erf};
    /// assert_eq!(erf(0.5), 0.520_499_877_813_046_5);
    /// assert_eq!(derivative(erf, 0.0), std::f64::consts::FRAC_2_SQRT_PI);
    /// ```
    erf => OfOne::Erf;
    /// Γ(x), of a real or complex number.
    ///
    /// ±∞ at ±0, NaN at −1, −2, … and −∞, ∞ beyond 171.62. The derivative is Γ ψ (DLMF 5.2.2).
    /// ```
    /// use holograd::{derivative, special::{digamma, gamma}};
    /// assert_eq!(gamma(5.0), 24.0);
    /// assert_eq!(derivative(gamma, 5.0), 24.0 * digamma(5.0));
    /// ```
    gamma => OfOne::Gamma;
    /// ln |Γ(x)| of a real number; of a complex one the analytic continuation of ln Γ from the positive axis, with its cut along
    /// the negative one.
    ///
    /// ∞ at 0, −1, −2, … and at ±∞. The derivative is ψ. Beside the zeros 1 and 2, and those between the negative integers,
    /// the value keeps its digits.
    /// ```
    /// use holograd::{derivative, special::{digamma, ln_gamma}};
    /// assert_eq!(ln_gamma(1.0), 0.0);
    /// assert_eq!(derivative(ln_gamma, 2.5), digamma(2.5));
    /// ```
    ln_gamma => OfOne::LnGamma;
    /// ψ(x) = Γ′(x)/Γ(x), of a real or complex number.
    ///
    /// NaN at 0, −1, −2, … and −∞. The derivative is [`trigamma`].
    /// ```
    /// use holograd::{derivative, special::{digamma, trigamma}};
    /// assert_eq!(digamma(1.0), -0.577_215_664_901_532_9);
    /// assert_eq!(derivative(digamma, 1.0), trigamma(1.0));
    /// ```
    digamma => OfOne::Polygamma(0);
    /// ψ′(x), of a real or complex number; NaN at 0, −1, −2, … and −∞.
    /// ```
    /// use holograd::special::trigamma;
    /// use std::f64::consts::PI;
    /// assert!((trigamma(1.0) - PI * PI / 6.0_f64).abs() < 1e-15);
    /// ```
    trigamma => OfOne::Polygamma(1);
}

/// ψ⁽ⁿ⁾(x), the derivative of order n of [`digamma`], of a real or complex number.
///
/// NaN at 0, −1, −2, … and −∞, and for complex numbers left of ½ from n = 17 on. By the Euler–Maclaurin formula
/// (DLMF 5.15.8) and reflection (5.15.6).
/// ```
/// use holograd::{derivative, special::polygamma};
/// assert_eq!(derivative(|x| polygamma(2, x), 1.5), polygamma(3, 1.5));
/// ```
#[must_use]
pub fn polygamma<T: Scalar<Primal: AnalyticSpecialFunctions>>(n: u32, x: T) -> T {
    OfOne::Polygamma(n).of(x)
}

of_one! {
    /// 1 − erf x, which does not lose its digits for large x.
    ///
    /// 0 at ∞, 2 at −∞; it becomes subnormal at 26.5.
    /// ```
    /// use holograd::{derivative, special::erfc};
    /// assert_eq!(erfc(0.0), 1.0);
    /// assert!((derivative(erfc, 6.0) / -2.617_301_239_249e-16 - 1.0_f64).abs() < 1e-8);
    /// ```
    erfc => OfOne::Erfc;
    /// e^x² erfc x, about 1/(x√π) for large x; ∞ below −26.7.
    ///
    /// Its derivative 2x erfcx x − 2/√π cancels for large x; here it is −2 times the next iterated integral of erfc (DLMF 7.18),
    /// an integral of a positive function.
    /// ```
    /// use holograd::{derivative, special::erfcx};
    /// let slope = derivative(erfcx, 1e8);
    /// assert!((slope * 1e16 * 1.772_453_850_905_516 + 1.0_f64).abs() < 1e-14);
    /// ```
    erfcx => OfOne::IteratedErfc(0);
    /// The y with erf y = x, for −1 ≤ x ≤ 1, where it is ±∞ at the ends; NaN outside. By Newton's method.
    /// ```
    /// use holograd::special::{erf, erf_inv};
    /// assert!((erf_inv(erf(0.3)) - 0.3_f64).abs() < 1e-15);
    /// ```
    erf_inv => OfOne::ErfInv;
    /// The y with erfc y = q, for 0 ≤ q ≤ 2, where it is ±∞ at the ends; NaN outside. Precise for tiny q.
    /// ```
    /// use holograd::special::{erfc, erfc_inv};
    /// assert!((erfc_inv(erfc(20.0)) - 20.0_f64).abs() < 1e-14);
    /// ```
    erfc_inv => OfOne::ErfcInv;
    /// φ(x) = e^(−x²/2)/√(2π), the density of the normal distribution; 0 at ±∞.
    /// ```
    /// use holograd::{derivative, special::normal_pdf};
    /// assert_eq!(derivative(normal_pdf, 0.0_f64), 0.0);
    /// ```
    normal_pdf => OfOne::NormalPdf;
    /// Φ(x) = ½ erfc(−x/√2), the distribution function of the normal distribution, precise in the left tail; 0 and 1 at ∓∞.
    /// ```
    /// use holograd::{derivative, special::{normal_cdf, normal_pdf}};
    /// assert_eq!(normal_cdf(0.0), 0.5);
    /// assert_eq!(derivative(normal_cdf, -3.0), normal_pdf(-3.0));
    /// ```
    normal_cdf => OfOne::NormalCdf;
    /// ln Φ(x), which is −x²/2 and a logarithm where Φ has long underflowed; −∞ at −∞.
    ///
    /// Its derivative is φ/Φ = −x + κ₁(−x), where κ₁ is the mean of a density on the half line; the higher ones are the further
    /// cumulants of it, so that nothing cancels.
    /// ```
    /// use holograd::{second_derivative, special::normal_ln_cdf};
    /// assert!((second_derivative(normal_ln_cdf, -1e4) + 1.0 - 1e-8_f64).abs() < 1e-14);
    /// ```
    normal_ln_cdf => OfOne::NormalLnCdf;
    /// The x with Φ(x) = p, for 0 ≤ p ≤ 1, where it is ∓∞ at the ends; NaN outside.
    /// ```
    /// use holograd::special::{normal_cdf, normal_quantile};
    /// assert!((normal_quantile(normal_cdf(-20.0)) + 20.0_f64).abs() < 1e-14);
    /// ```
    normal_quantile => OfOne::NormalQuantile;
    /// 1/Γ(x), 0 at 0, −1, −2, …; NaN at −∞.
    ///
    /// Its derivatives, up to the 15th, are coefficients of power series: the textbook's −ψ/Γ is ∞ · 0 at the zeros.
    /// ```
    /// use holograd::{derivative, special::rgamma};
    /// assert_eq!(derivative(rgamma, 0.0_f64), 1.0);
    /// ```
    rgamma => OfOne::Rgamma;
    /// J₀(x), for any real x; 0 at ±∞. The derivative is −J₁.
    /// ```
    /// use holograd::{derivative, special::{bessel_j0, bessel_j1}};
    /// assert_eq!(derivative(bessel_j0, 2.0), -bessel_j1(2.0));
    /// ```
    bessel_j0 => OfOne::BesselJ(0);
    /// J₁(x), for any real x; 0 at ±∞.
    /// ```
    /// use holograd::{derivative, special::bessel_j1};
    /// assert_eq!(derivative(bessel_j1, 0.0), 0.5);
    /// ```
    bessel_j1 => OfOne::BesselJ(1);
    /// Y₀(x), −∞ at 0, 0 at ∞, NaN for x < 0.
    /// ```
    /// use holograd::{derivative, special::{bessel_y0, bessel_y1}};
    /// assert_eq!(derivative(bessel_y0, 2.0), -bessel_y1(2.0));
    /// ```
    bessel_y0 => OfOne::BesselY(0);
    /// Y₁(x), −∞ at 0, 0 at ∞, NaN for x < 0.
    /// ```
    /// assert_eq!(holograd::special::bessel_y1(0.0), f64::NEG_INFINITY);
    /// ```
    bessel_y1 => OfOne::BesselY(1);
    /// I₀(x), for any real x; ∞ at ±∞.
    /// ```
    /// use holograd::{derivative, special::{bessel_i0, bessel_i1}};
    /// assert_eq!(derivative(bessel_i0, 2.0), bessel_i1(2.0));
    /// ```
    bessel_i0 => OfOne::BesselI(0);
    /// I₁(x), for any real x; ±∞ at ±∞.
    /// ```
    /// use holograd::{derivative, special::bessel_i1};
    /// assert_eq!(derivative(bessel_i1, 0.0), 0.5);
    /// ```
    bessel_i1 => OfOne::BesselI(1);
    /// K₀(x), ∞ at 0, 0 at ∞, NaN for x < 0.
    /// ```
    /// use holograd::{derivative, special::{bessel_k0, bessel_k1}};
    /// assert_eq!(derivative(bessel_k0, 2.0), -bessel_k1(2.0));
    /// ```
    bessel_k0 => OfOne::BesselK(0);
    /// K₁(x), ∞ at 0, 0 at ∞, NaN for x < 0.
    /// ```
    /// assert_eq!(holograd::special::bessel_k1(0.0), f64::INFINITY);
    /// ```
    bessel_k1 => OfOne::BesselK(1);
    /// Ai(x), the solution of y″ = x y that vanishes at ∞.
    ///
    /// 0 at ±∞. Above 0 the error is relative; below 0 it is relative to √(Ai² + Bi²).
    /// ```
    /// use holograd::{second_derivative, special::airy_ai};
    /// assert_eq!(second_derivative(airy_ai, 1.5), 1.5 * airy_ai(1.5));
    /// ```
    airy_ai => OfOne::AiryAi;
    /// Ai′(x).
    /// ```
    /// use holograd::{derivative, special::{airy_ai, airy_ai_prime}};
    /// assert_eq!(derivative(airy_ai, 1.0), airy_ai_prime(1.0));
    /// ```
    airy_ai_prime => OfOne::AiryAiPrime;
    /// Bi(x), the solution of y″ = x y that grows at ∞; 0 at −∞. Below 0 the error is relative to √(Ai² + Bi²).
    /// ```
    /// use holograd::{second_derivative, special::airy_bi};
    /// assert_eq!(second_derivative(airy_bi, 1.5), 1.5 * airy_bi(1.5));
    /// ```
    airy_bi => OfOne::AiryBi;
    /// Bi′(x).
    /// ```
    /// use holograd::{derivative, special::{airy_bi, airy_bi_prime}};
    /// assert_eq!(derivative(airy_bi, 1.0), airy_bi_prime(1.0));
    /// ```
    airy_bi_prime => OfOne::AiryBiPrime;
    /// E₁(x) = ∫ₓ^∞ e^−t dt/t for x ≥ 0; ∞ at 0, NaN below.
    /// ```
    /// use holograd::{derivative, special::expint_e1};
    /// assert!((derivative(expint_e1, 2.0) + (-2.0_f64).exp() / 2.0).abs() < 1e-16);
    /// ```
    expint_e1 => OfOne::ExpintE1;
    /// Ei(x) = −∫_−x^∞ e^−t dt/t, the principal value for x > 0; −∞ at 0, 0 at −∞. It keeps its digits at its zero 0.3725.
    /// ```
    /// use holograd::{derivative, special::expint_ei};
    /// assert!((derivative(expint_ei, 2.0) - 2.0_f64.exp() / 2.0).abs() < 1e-14);
    /// ```
    expint_ei => OfOne::ExpintEi;
    /// W₀(x), the solution w ≥ −1 of w eʷ = x, for x ≥ −1/e; NaN below.
    ///
    /// −1 at the number nearest to −1/e, with infinite derivative. The derivative is taken from 1 + W, a function of its own
    /// that keeps its digits at the branch point. By the iterations of Halley and of Fritsch, Shafer and Crowley (1973).
    /// ```
    /// use holograd::{derivative, special::lambert_w0};
    /// let omega: f64 = lambert_w0(1.0);
    /// assert!((omega * omega.exp() - 1.0).abs() < 1e-15);
    /// assert!((derivative(lambert_w0, 1.0) - omega / (1.0 + omega)).abs() < 1e-15);
    /// ```
    lambert_w0 => OfOne::LambertW0;
    /// W₋₁(x), the solution w ≤ −1 of w eʷ = x, for −1/e ≤ x < 0; −∞ at 0, NaN outside.
    /// ```
    /// let w: f64 = holograd::special::lambert_wm1(-0.1);
    /// assert!((w * w.exp() + 0.1).abs() < 1e-16);
    /// ```
    lambert_wm1 => OfOne::LambertWm1;
    /// K(m) = ∫₀^(π/2) (1 − m sin² θ)^(−½) dθ, of the parameter m = k² ≤ 1; ∞ at 1, NaN above.
    ///
    /// The derivative is an integral of a positive function, where the textbook's cancels at m = 0.
    /// ```
    /// use holograd::{derivative, special::elliptic_k};
    /// assert_eq!(elliptic_k(0.0), std::f64::consts::FRAC_PI_2);
    /// assert!((derivative(elliptic_k, 0.0) - std::f64::consts::PI / 8.0).abs() < 1e-15);
    /// ```
    elliptic_k => OfOne::EllipticK;
    /// E(m) = ∫₀^(π/2) √(1 − m sin² θ) dθ, of the parameter m = k² ≤ 1; 1 at 1, NaN above.
    /// ```
    /// use holograd::{derivative, special::elliptic_e};
    /// assert!((derivative(elliptic_e, 0.0) + std::f64::consts::PI / 8.0).abs() < 1e-15);
    /// ```
    elliptic_e => OfOne::EllipticE;
    /// ζ(x), ∞ at 1, 0 at −2, −4, …; NaN at −∞ and below −280, where it overflows.
    ///
    /// By the Euler–Maclaurin formula and the functional equation (DLMF 25.2.9, 25.4.1).
    /// ```
    /// use holograd::{derivative, special::zeta};
    /// assert!((zeta(2.0) - std::f64::consts::PI.powi(2) / 6.0).abs() < 1e-15);
    /// assert!((derivative(zeta, 0.0) + 0.918_938_533_204_672_7_f64).abs() < 1e-15); // −½ ln 2π
    /// ```
    zeta => OfOne::Zeta(0);
}

of_integer! {
    /// J_n(x) of an integer order, for any real x. Where the order is a variable, [`bessel_j`].
    /// ```
    /// assert_eq!(holograd::special::bessel_jn(-3, 2.0), -holograd::special::bessel_jn(3, 2.0));
    /// ```
    bessel_jn(n: i32, x) => OfOne::BesselJ(n);
    /// Y_n(x) of an integer order; −∞ at 0, NaN for x < 0.
    /// ```
    /// assert!((holograd::special::bessel_yn(2, 3.0) + 0.160_400_393_484_923_77_f64).abs() < 1e-15);
    /// ```
    bessel_yn(n: i32, x) => OfOne::BesselY(n);
    /// I_n(x) of an integer order, for any real x.
    /// ```
    /// assert_eq!(holograd::special::bessel_in(-3, 2.0), holograd::special::bessel_in(3, 2.0));
    /// ```
    bessel_in(n: i32, x) => OfOne::BesselI(n);
    /// K_n(x) of an integer order; ∞ at 0, NaN for x < 0.
    /// ```
    /// assert_eq!(holograd::special::bessel_kn(-3, 2.0), holograd::special::bessel_kn(3, 2.0));
    /// ```
    bessel_kn(n: i32, x) => OfOne::BesselK(n);
    /// e^−|x| I_n(x), which does not overflow. The derivative at 0 is that from the right.
    /// ```
    /// use holograd::{derivative, special::bessel_in_scaled};
    /// let x = 1e10; // about 1/√(2πx), of which the derivative is −½x^−3/2/√(2π)
    /// assert!((derivative(|x| bessel_in_scaled(0, x), x) * 1e15 + 0.199_471_140_205_f64).abs() < 1e-10);
    /// ```
    bessel_in_scaled(n: i32, x) => OfOne::ScaledI(n, 0);
    /// eˣ K_n(x), which does not underflow; ∞ at 0, NaN for x < 0.
    /// ```
    /// assert!((holograd::special::bessel_kn_scaled(0, 1e4) - 0.012_532_984_717_7_f64).abs() < 1e-14);
    /// ```
    bessel_kn_scaled(n: i32, x) => OfOne::ScaledK(n, 0);
    /// j_n(x) = √(π/2x) J_(n+½)(x), for any real x; 1 for n = 0 and x = 0.
    /// ```
    /// assert!((holograd::special::spherical_jn(0, 2.0) - 2.0_f64.sin() / 2.0).abs() < 1e-16);
    /// ```
    spherical_jn(n: i32, x) => OfOne::SphericalJ(n);
    /// y_n(x) = √(π/2x) Y_(n+½)(x), for any real x; −∞ at 0.
    /// ```
    /// assert!((holograd::special::spherical_yn(0, 2.0) + 2.0_f64.cos() / 2.0).abs() < 1e-16);
    /// ```
    spherical_yn(n: i32, x) => OfOne::SphericalY(n);
}

of_two! {
    /// B(a, b) = Γ(a) Γ(b)/Γ(a + b); ∞ where a or b is 0, NaN where one is a negative integer.
    /// ```
    /// assert!((holograd::special::beta(2.0, 3.0) - 1.0 / 12.0_f64).abs() < 2e-17);
    /// ```
    beta(a, b) => OfTwo::Beta;
    /// ln |B(a, b)|, precise where a and b are of different size.
    ///
    /// The derivatives ψ(a) − ψ(a + b) are computed as differences from the start, so that they do not cancel.
    /// ```
    /// use holograd::{Dual, derivative, special::ln_beta};
    /// assert!((derivative(|a| ln_beta(a, Dual::from(1.0)), 1e10) * 1e10 + 1.0_f64).abs() < 1e-15);
    /// ```
    ln_beta(a, b) => OfTwo::LnBeta;
    /// P(a, x) = ∫₀ˣ tᵃ⁻¹ e^−t dt/Γ(a), for a, x ≥ 0: the distribution function of the gamma distribution.
    ///
    /// 0 at x = 0, 1 at ∞; NaN where a or x is negative. The derivative by a is an integral without a change of sign;
    /// it is 0 where P or Q is below the range of `f64`.
    /// ```
    /// use holograd::{jacfwd, special::gamma_p};
    /// let [by_a, by_x] = jacfwd(|[a, x]| gamma_p(a, x), &[1.0, 2.0]);
    /// assert!((by_x - (-2.0_f64).exp()).abs() < 1e-16 && by_a < 0.0);
    /// ```
    gamma_p(a, x) => OfTwo::GammaP;
    /// Q(a, x) = 1 − P(a, x), precise where it is small.
    /// ```
    /// assert!((holograd::special::gamma_q(1.0, 50.0) / (-50.0_f64).exp() - 1.0).abs() < 1e-15);
    /// ```
    gamma_q(a, x) => OfTwo::GammaQ;
    /// The x with P(a, x) = p, for a > 0 and 0 ≤ p ≤ 1. For p near 1 use [`gamma_q_inv`].
    /// ```
    /// use holograd::special::{gamma_p, gamma_p_inv};
    /// assert!((gamma_p_inv(2.5, gamma_p(2.5, 1.25)) - 1.25_f64).abs() < 1e-15);
    /// ```
    gamma_p_inv(a, p) => OfTwo::GammaPInv;
    /// The x with Q(a, x) = q, for a > 0 and 0 ≤ q ≤ 1.
    /// ```
    /// use holograd::special::{gamma_q, gamma_q_inv};
    /// assert!((gamma_q_inv(2.5, gamma_q(2.5, 40.0)) - 40.0_f64).abs() < 1e-13);
    /// ```
    gamma_q_inv(a, q) => OfTwo::GammaQInv;
    /// J_ν(x) of a real order, for x ≥ 0; derivatives by the order up to the 15th.
    ///
    /// NaN for x < 0 unless the order is an integer (and a constant: the derivative by the order is not real there).
    /// ```
    /// use holograd::{Dual, derivative, special::bessel_j};
    /// use std::f64::consts::FRAC_PI_2;
    /// // ∂J_ν/∂ν = (π/2) Y₀ at ν = 0 (DLMF 10.15.6)
    /// let slope = derivative(|nu| bessel_j(nu, Dual::from(3.0)), 0.0);
    /// assert!((slope - FRAC_PI_2 * holograd::special::bessel_y0(3.0)).abs() < 1e-15);
    /// ```
    bessel_j(order, x) => OfTwo::BesselJ(0);
    /// Y_ν(x) of a real order, for x ≥ 0; −∞ at x = 0 for ν ≥ 0. Derivatives by the order up to the 15th.
    /// ```
    /// use holograd::special::{bessel_y, bessel_yn};
    /// assert_eq!(bessel_y(2.0, 3.0), bessel_yn(2, 3.0_f64));
    /// ```
    bessel_y(order, x) => OfTwo::BesselY(0);
    /// I_ν(x) of a real order, for x ≥ 0. Derivatives by the order up to the 15th.
    /// ```
    /// use holograd::special::{bessel_i, bessel_in};
    /// assert_eq!(bessel_i(2.0, 3.0), bessel_in(2, 3.0_f64));
    /// ```
    bessel_i(order, x) => OfTwo::BesselI(0);
    /// K_ν(x) of a real order, for x ≥ 0; even in the order, ∞ at x = 0. Derivatives by the order up to the 15th.
    /// ```
    /// use holograd::{Dual, derivative, special::bessel_k};
    /// assert_eq!(derivative(|nu| bessel_k(nu, Dual::from(3.0)), 0.0_f64), 0.0);
    /// ```
    bessel_k(order, x) => OfTwo::BesselK(0);
}

of_three! {
    /// I(x; a, b) = ∫₀ˣ tᵃ⁻¹ (1 − t)ᵇ⁻¹ dt/B(a, b), for a, b > 0 and 0 ≤ x ≤ 1: the distribution function of the beta distribution.
    ///
    /// NaN outside. Near x = 1 the complement is I(1 − x; b, a). Derivatives by a and b are integrals without a change of sign; of
    /// orders (i, j) with (i + 1)(j + 1) ≤ 64.
    /// ```
    /// use holograd::{jacfwd, special::beta_inc};
    /// let [by_a, by_b, by_x] = jacfwd(|[a, b, x]| beta_inc(a, b, x), &[2.0, 2.0, 0.5]);
    /// assert!((by_x - 1.5_f64).abs() < 1e-15 && (by_a + by_b).abs() < 1e-15);
    /// ```
    beta_inc(a, b, x) => OfThree::BetaInc;
    /// The x with I(x; a, b) = p, for a, b > 0 and 0 ≤ p ≤ 1; NaN outside.
    /// ```
    /// use holograd::special::{beta_inc, beta_inc_inv};
    /// assert!((beta_inc_inv(2.0, 3.0, beta_inc(2.0, 3.0, 0.3)) - 0.3_f64).abs() < 1e-15);
    /// ```
    beta_inc_inv(a, b, p) => OfThree::BetaIncInv;
    /// R_F(x, y, z) = ½ ∫₀^∞ ((t + x)(t + y)(t + z))^(−½) dt, for x, y, z ≥ 0, of which one may be 0.
    ///
    /// Derivatives are integrals of positive functions (DLMF 19.18.1), at coincident arguments too.
    /// ```
    /// use holograd::{jacfwd, special::carlson_rf};
    /// assert_eq!(carlson_rf(4.0, 4.0, 4.0), 0.5);
    /// let gradient: [f64; 3] = jacfwd(|[x, y, z]| carlson_rf(x, y, z), &[1.0, 1.0, 1.0]);
    /// assert!(gradient.iter().all(|d| (d + 1.0 / 6.0).abs() < 1e-16));
    /// ```
    carlson_rf(x, y, z) => OfThree::CarlsonRf;
}

/// R_C(x, y) = R_F(x, y, y), for x ≥ 0 and y ≠ 0; for y < 0 its principal value (DLMF 19.2.20).
/// ```
/// use holograd::{jacfwd, special::carlson_rc};
/// assert!((carlson_rc(0.0, 0.25) - std::f64::consts::PI).abs() < 1e-15);
/// let gradient: [f64; 2] = jacfwd(|[x, y]| carlson_rc(x, y), &[1.0, 1.0]);
/// assert!((gradient[0] + 1.0 / 6.0).abs() < 1e-16 && (gradient[1] + 1.0 / 3.0).abs() < 1e-16);
/// ```
#[must_use]
pub fn carlson_rc<T: Real<Primal: SpecialFunctions>>(x: T, y: T) -> T {
    rules::below(
        y,
        0.0,
        || (x / (x - y)).sqrt() * OfTwo::CarlsonRc.of(x - y, -y),
        || OfTwo::CarlsonRc.of(x, y),
    )
}

/// R_D(x, y, z) = (3/2) ∫₀^∞ ((t + x)(t + y))^(−½) (t + z)^(−3/2) dt, for x, y ≥ 0, of which one may be 0, and z > 0.
/// ```
/// use holograd::special::carlson_rd;
/// assert!((carlson_rd(4.0, 4.0, 4.0) - 0.125_f64).abs() < 1e-16);
/// ```
#[must_use]
pub fn carlson_rd<T: Real<Primal: SpecialFunctions>>(x: T, y: T, z: T) -> T {
    OfThree::Carlson([1, 1, 3]).of([x, y, z]) * lit(1.5)
}

/// R_J(x, y, z, p) = (3/2) ∫₀^∞ ((t + x)(t + y)(t + z))^(−½) dt/(t + p), for x, y, z ≥ 0, of which one may be 0; for p < 0 its principal
/// value (DLMF 19.20.14).
/// ```
/// use holograd::special::carlson_rj;
/// assert!((carlson_rj(4.0, 4.0, 4.0, 4.0) - 0.125_f64).abs() < 1e-16);
/// ```
#[must_use]
pub fn carlson_rj<T: Real<Primal: SpecialFunctions>>(x: T, y: T, z: T, p: T) -> T {
    let positive = |at: [T; 4]| T::apply_rule(&OfFour([1, 1, 1, 2]), at) * lit(1.5);
    if !(Base::to_f64(p.primal()) < 0.0) {
        return positive([x, y, z, p]);
    }
    let mut sorted = [x, y, z];
    sorted.sort_by(|a, b| a.partial_cmp(b).unwrap_or(core::cmp::Ordering::Equal));
    let ([x, y, z], q) = (sorted, -p);
    let r = (z * (x + y + q) - x * y) / (z + q);
    let first = (r - z) * positive([x, y, z, r]) - carlson_rf(x, y, z) * lit(3.0);
    let product = x * y + r * q;
    let last = (x * y * z / product).sqrt() * carlson_rc(product, r * q) * lit(3.0);
    (first + last) / (q + z)
}
