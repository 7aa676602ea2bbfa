//! The one list of special functions, and the traits that give their values at base numbers.

use crate::elementary::special::airy::{Airy, airy};
use crate::elementary::special::bessel::{self, Kind};
use crate::elementary::special::{
    complex, elliptic, erf, expint, gamma, incomplete, lambert, relative, zeta,
};
use crate::{Base, Primal};
use num_complex::Complex;

/// A special function of one number, as a value.
///
/// The rules of [`holograd::special`](crate::special) differentiate each of them by others of the list. So the list has not only
/// what users call, but also what derivatives are made of.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum OfOne {
    /// erf x
    Erf,
    /// 1 − erf x
    Erfc,
    /// e^x² iⁿerfc x, where iⁿerfc is the n-fold integral of erfc; e^x² erfc x for n = 0
    IteratedErfc(u32),
    /// e^−x²
    Gauss,
    /// the inverse of erf
    ErfInv,
    /// the inverse of erfc
    ErfcInv,
    /// φ(x) = e^(−x²/2)/√(2π)
    NormalPdf,
    /// Φ(x), the integral of φ from −∞ to x
    NormalCdf,
    /// ln Φ(x)
    NormalLnCdf,
    /// the inverse of Φ
    NormalQuantile,
    /// the cumulant of order k ≥ 1 of the density on s > 0 that is proportional to e^(−xs − s²/2)
    MillsCumulant(u32),
    /// Γ(x)
    Gamma,
    /// 1/Γ(x)
    Rgamma,
    /// the derivative of order n of 1/Γ(x)
    RgammaDerivative(u32),
    /// ln |Γ(x)|; of a complex number its analytic continuation from x > 0
    LnGamma,
    /// ψ⁽ⁿ⁾(x); the digamma function for n = 0
    Polygamma(u32),
    /// J_n(x)
    BesselJ(i32),
    /// Y_n(x)
    BesselY(i32),
    /// I_n(x)
    BesselI(i32),
    /// K_n(x)
    BesselK(i32),
    /// the derivative of order k of e^−|x| I_n(x), by the pair (n, k)
    ScaledI(i32, u32),
    /// the derivative of order k of eˣ K_n(x), by the pair (n, k)
    ScaledK(i32, u32),
    /// √(π/2x) J_(n+½)(x)
    SphericalJ(i32),
    /// √(π/2x) Y_(n+½)(x)
    SphericalY(i32),
    /// Ai(x)
    AiryAi,
    /// Ai′(x)
    AiryAiPrime,
    /// Bi(x)
    AiryBi,
    /// Bi′(x)
    AiryBiPrime,
    /// E₁(x)
    ExpintE1,
    /// Ei(x)
    ExpintEi,
    /// W₀(x)
    LambertW0,
    /// 1 + W₀(x)
    LambertW0Plus1,
    /// W₋₁(x)
    LambertWm1,
    /// 1 + W₋₁(x)
    LambertWm1Plus1,
    /// K(m)
    EllipticK,
    /// E(m)
    EllipticE,
    /// ∫₀^∞ t^−½ (t + x)^(−n/2) (t + 1)^(−k/2) dt, by the pair (n, k)
    EllipticIntegral(u32, u32),
    /// ζ⁽ⁿ⁾(x)
    Zeta(u32),
    /// ∫₀¹ tⁿ eˣᵗ dt; (eˣ − 1)/x for n = 0
    Exprel(u32),
    /// ∫₀¹ tⁿ/(1 + xt)ⁿ⁺¹ dt; ln(1 + x)/x for n = 0
    LogRel(u32),
    /// ln(1 + x) − x
    Ln1pMinus,
}

/// A special function of two numbers, as a value.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum OfTwo {
    /// B(a, b)
    Beta,
    /// ln |B(a, b)|
    LnBeta,
    /// ψ⁽ⁿ⁾(a) − ψ⁽ⁿ⁾(a + b)
    PolygammaDifference(u32),
    /// P(a, x)
    GammaP,
    /// Q(a, x)
    GammaQ,
    /// ∂ⁿP(a, x)/∂aⁿ, n ≥ 1
    GammaPByA(u32),
    /// xᵃ⁻¹ e^−x/Γ(a)
    GammaDensity,
    /// ln x − ψ(a), by the pair (a, x)
    LnLessDigamma,
    /// the x with P(a, x) = p, by the pair (a, p)
    GammaPInv,
    /// the x with Q(a, x) = q, by the pair (a, q)
    GammaQInv,
    /// ∂ᵐJ_ν(x)/∂νᵐ, by the pair (ν, x)
    BesselJ(u32),
    /// ∂ᵐY_ν(x)/∂νᵐ
    BesselY(u32),
    /// ∂ᵐI_ν(x)/∂νᵐ
    BesselI(u32),
    /// ∂ᵐK_ν(x)/∂νᵐ
    BesselK(u32),
    /// (x^λ − 1)/λ, by the pair (x, λ)
    BoxCox,
    /// (1 + λy)^(1/λ), by the pair (y, λ)
    BoxCoxInv,
    /// R_C(x, y) for y > 0
    CarlsonRc,
    /// ∫₀^∞ (t + x)^(−n/2) (t + y)^(−k/2) dt
    Carlson([u32; 2]),
}

/// A special function of three numbers, as a value.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum OfThree {
    /// I(x; a, b), by the triple (a, b, x)
    BetaInc,
    /// ∂ⁱ⁺ʲI(x; a, b)/∂aⁱ∂bʲ, i + j ≥ 1
    BetaIncBy(u32, u32),
    /// xᵃ⁻¹ (1 − x)ᵇ⁻¹/B(a, b)
    BetaDensity,
    /// ln x + ψ(a + b) − ψ(a)
    LnAndDigammas,
    /// ln(1 − x) + ψ(a + b) − ψ(a)
    Ln1mAndDigammas,
    /// the x with I(x; a, b) = p, by the triple (a, b, p)
    BetaIncInv,
    /// R_F(x, y, z)
    CarlsonRf,
    /// ∫₀^∞ (t + x)^(−n₀/2) (t + y)^(−n₁/2) (t + z)^(−n₂/2) dt
    Carlson([u32; 3]),
}

/// A special function of four numbers, as a value: ∫₀^∞ Π (t + xᵢ)^(−nᵢ/2) dt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OfFour(pub [u32; 4]);

impl OfOne {
    /// The value in double precision.
    /// ```
    /// use holograd::special::{OfOne, digamma};
    /// assert_eq!(OfOne::Polygamma(0).at_f64(2.5), digamma(2.5));
    /// ```
    #[must_use]
    pub fn at_f64(self, x: f64) -> f64 {
        let integer = |kind, n: i32| bessel::by_order(kind, 0, f64::from(n), x);
        match self {
            Self::Erf => erf::erf(x),
            Self::Erfc => erf::erfc(x),
            Self::IteratedErfc(0) => erf::erfcx(x),
            Self::IteratedErfc(n) => erf::iterated_erfc(n, x),
            Self::Gauss => erf::gauss(x),
            Self::ErfInv => erf::erf_inv(x),
            Self::ErfcInv => erf::erfc_inv(x),
            Self::NormalPdf => erf::normal_pdf(x),
            Self::NormalCdf => erf::normal_cdf(x),
            Self::NormalLnCdf => erf::normal_ln_cdf(x),
            Self::NormalQuantile => erf::normal_quantile(x),
            Self::MillsCumulant(k) => erf::mills_cumulant(k, x),
            Self::Gamma => gamma::gamma(x),
            Self::Rgamma => gamma::rgamma(x),
            Self::RgammaDerivative(n) => gamma::rgamma_derivative(n, x),
            Self::LnGamma => gamma::ln_gamma(x),
            Self::Polygamma(n) => gamma::polygamma(n, x),
            Self::BesselJ(n) => integer(Kind::J, n),
            Self::BesselY(n) => integer(Kind::Y, n),
            Self::BesselI(n) => integer(Kind::I, n),
            Self::BesselK(n) => integer(Kind::K, n),
            Self::ScaledI(n, k) => bessel::scaled_i(n, k, x),
            Self::ScaledK(n, k) => bessel::scaled_k(n, k, x),
            Self::SphericalJ(n) => bessel::spherical(Kind::J, n, x),
            Self::SphericalY(n) => bessel::spherical(Kind::Y, n, x),
            Self::AiryAi => airy(Airy::Ai, x),
            Self::AiryAiPrime => airy(Airy::AiPrime, x),
            Self::AiryBi => airy(Airy::Bi, x),
            Self::AiryBiPrime => airy(Airy::BiPrime, x),
            Self::ExpintE1 => expint::expint_e1(x),
            Self::ExpintEi => expint::expint_ei(x),
            Self::LambertW0 => lambert::lambert_w0(x),
            Self::LambertW0Plus1 => lambert::lambert_w0_plus_1(x),
            Self::LambertWm1 => lambert::lambert_wm1(x),
            Self::LambertWm1Plus1 => lambert::lambert_wm1_plus_1(x),
            Self::EllipticK => elliptic::elliptic_k(x),
            Self::EllipticE => elliptic::elliptic_e(x),
            Self::EllipticIntegral(n, k) => elliptic::carlson_integral([1, n, k], [0.0, x, 1.0]),
            Self::Zeta(n) => zeta::zeta(n, x),
            Self::Exprel(n) => relative::exprel(n, x),
            Self::LogRel(n) => relative::log_rel(n, x),
            Self::Ln1pMinus => relative::ln_1p_minus(x),
        }
    }

    /// The value at a complex number, for those that have one: erf, e^−z², Γ, ln Γ and the polygamma functions; NaN for the others.
    #[must_use]
    pub fn at_complex(self, z: Complex<f64>) -> Complex<f64> {
        match self {
            Self::Erf => complex::erf(z),
            Self::Gauss => complex::gauss(z),
            Self::Gamma => complex::gamma(z),
            Self::LnGamma => complex::ln_gamma(z),
            Self::Polygamma(n) => complex::polygamma(n, z),
            _ => Complex::new(f64::NAN, f64::NAN),
        }
    }
}

impl OfTwo {
    /// The value in double precision.
    #[must_use]
    pub fn at_f64(self, [x, y]: [f64; 2]) -> f64 {
        match self {
            Self::Beta => gamma::beta(x, y),
            Self::LnBeta => gamma::ln_beta(x, y),
            Self::PolygammaDifference(n) => gamma::polygamma_difference(n, x, y),
            Self::GammaP => incomplete::gamma_p(x, y),
            Self::GammaQ => incomplete::gamma_q(x, y),
            Self::GammaPByA(n) => incomplete::gamma_p_by_a(n, x, y),
            Self::GammaDensity => incomplete::gamma_density(x, y),
            Self::LnLessDigamma => incomplete::ln_less_digamma(x, y),
            Self::GammaPInv => incomplete::gamma_p_inv(x, y),
            Self::GammaQInv => incomplete::gamma_q_inv(x, y),
            Self::BesselJ(m) => bessel::by_order(Kind::J, m, x, y),
            Self::BesselY(m) => bessel::by_order(Kind::Y, m, x, y),
            Self::BesselI(m) => bessel::by_order(Kind::I, m, x, y),
            Self::BesselK(m) => bessel::by_order(Kind::K, m, x, y),
            Self::BoxCox => relative::box_cox(x, y),
            Self::BoxCoxInv => relative::box_cox_inv(x, y),
            Self::CarlsonRc => elliptic::carlson_rc(x, y),
            Self::Carlson(n) => elliptic::carlson_integral(n, [x, y]),
        }
    }
}

impl OfThree {
    /// The value in double precision.
    #[must_use]
    pub fn at_f64(self, [a, b, x]: [f64; 3]) -> f64 {
        match self {
            Self::BetaInc => incomplete::beta_inc(a, b, x),
            Self::BetaIncBy(i, j) => incomplete::beta_inc_by(i, j, a, b, x),
            Self::BetaDensity => incomplete::beta_density(a, b, x),
            Self::LnAndDigammas => incomplete::ln_and_digammas(a, b, x),
            Self::Ln1mAndDigammas => incomplete::ln_1m_and_digammas(a, b, x),
            Self::BetaIncInv => incomplete::beta_inc_inv(a, b, x),
            Self::CarlsonRf => elliptic::carlson_rf(a, b, x),
            Self::Carlson(n) => elliptic::carlson_integral(n, [a, b, x]),
        }
    }
}

impl OfFour {
    /// The value in double precision.
    #[must_use]
    pub fn at_f64(self, x: [f64; 4]) -> f64 {
        elliptic::carlson_integral(self.0, x)
    }
}

/// A base number, real or complex, with the analytic special functions erf, Γ, ln Γ and ψ. Implemented for `f32`, `f64` and
/// complex numbers of them.
pub trait AnalyticSpecialFunctions: Primal {
    /// The value of one of erf, e^−x², Γ, ln Γ and the polygamma functions; a real number has all of [`OfOne`].
    #[must_use]
    fn special(f: OfOne, x: Self) -> Self;
}

/// A real base number with values of all special functions. Implemented for `f32`, which computes in double precision and
/// rounds, and for `f64`.
///
/// It is apart from [`Base`], so that nobody must write Bessel functions to bring a number. Whoever wants them for a number of
/// their own implements it, at worst through `f64`: every function of the lists has an `at_f64`.
///
/// # Examples
/// ```
/// use holograd::special::{OfTwo, SpecialFunctions, beta};
/// use holograd::{Real, derivative};
/// // Code for every real number that has them.
/// fn odds<T: Real<Primal: SpecialFunctions>>(x: T) -> T {
///     beta(x, x)
/// }
/// assert_eq!(odds(2.0), OfTwo::Beta.at_f64([2.0, 2.0]));
/// // B(x, x)′ = 2 (ψ(x) − ψ(2x)) B(x, x), at 1: 2 (ψ(1) − ψ(2)) = −2
/// assert!((derivative(odds, 1.0) + 2.0_f64).abs() < 1e-15);
/// ```
pub trait SpecialFunctions: AnalyticSpecialFunctions + Base {
    /// The value of a function of two numbers.
    #[must_use]
    fn special_of_two(f: OfTwo, x: [Self; 2]) -> Self;
    /// The value of a function of three numbers.
    #[must_use]
    fn special_of_three(f: OfThree, x: [Self; 3]) -> Self;
    /// The value of a function of four numbers.
    #[must_use]
    fn special_of_four(f: OfFour, x: [Self; 4]) -> Self;
}

macro_rules! machine_numbers {
    ($($t:ident)*) => {$(
        impl AnalyticSpecialFunctions for $t {
            #[inline]
            fn special(f: OfOne, x: Self) -> Self {
                Base::from_f64(f.at_f64(Base::to_f64(x)))
            }
        }
        impl AnalyticSpecialFunctions for Complex<$t> {
            #[inline]
            fn special(f: OfOne, z: Self) -> Self {
                let y = f.at_complex(Complex::new(Base::to_f64(z.re), Base::to_f64(z.im)));
                Complex::new(Base::from_f64(y.re), Base::from_f64(y.im))
            }
        }
        impl SpecialFunctions for $t {
            #[inline]
            fn special_of_two(f: OfTwo, x: [Self; 2]) -> Self {
                Base::from_f64(f.at_f64(x.map(Base::to_f64)))
            }
            #[inline]
            fn special_of_three(f: OfThree, x: [Self; 3]) -> Self {
                Base::from_f64(f.at_f64(x.map(Base::to_f64)))
            }
            #[inline]
            fn special_of_four(f: OfFour, x: [Self; 4]) -> Self {
                Base::from_f64(f.at_f64(x.map(Base::to_f64)))
            }
        }
    )*};
}
machine_numbers! { f32 f64 }
