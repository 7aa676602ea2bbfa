//! The derivatives of the special functions, each by others of the list.
//!
//! Where the textbook's formula cancels, another function stands in for the difference, with a derivative in closed form:
//! e^x² iⁿerfc x for (e^x² erfc x)′, cumulants for (ln Φ)″, differences of polygamma functions for those of ln B, integrals with
//! one more power for the elliptic ones.
#![allow(clippy::enum_glob_use)] // the names of the functions

use super::function::{AnalyticSpecialFunctions, OfFour, OfOne, OfThree, OfTwo, SpecialFunctions};
use crate::kernel::{Engine, Kernel};
use crate::{Rule, Scalar, lit};
use core::f64::consts::FRAC_2_SQRT_PI;

const HALF_SQRT_PI: f64 = 0.886_226_925_452_758;

/// One of two formulas: the first where Re x < bound.
pub(super) fn below<S: Scalar>(x: S, bound: f64, yes: impl FnOnce() -> S, no: impl FnOnce() -> S) -> S {
    S::choose(<S::Kernel as Kernel<S>>::less(x, S::lit(bound)), yes, no)
}

/// A formula at finite x, and the limit at ±∞.
fn finite<S: Scalar>(x: S, formula: impl FnOnce(S) -> S, limit: S) -> S {
    S::choose(x.has_finite_value(), || formula(x), || limit)
}

/// A formula that divides by what is left to the end of the domain, and ∞ there.
fn at_end<S: Scalar>(left: S, formula: impl FnOnce() -> S) -> S {
    S::choose(left.has_value(0.0), || S::lit(f64::INFINITY), formula)
}

impl OfOne {
    /// The function at any number.
    #[inline]
    pub(super) fn of<S: Scalar>(self, x: S) -> S
    where
        S::Primal: AnalyticSpecialFunctions,
    {
        S::apply_rule(&self, [x])
    }
}

impl OfTwo {
    /// The function at any numbers.
    #[inline]
    pub(super) fn of<S: Scalar>(self, x: S, y: S) -> S
    where
        S::Primal: SpecialFunctions,
    {
        S::apply_rule(&self, [x, y])
    }
}

impl OfThree {
    /// The function at any numbers.
    #[inline]
    pub(super) fn of<S: Scalar>(self, x: [S; 3]) -> S
    where
        S::Primal: SpecialFunctions,
    {
        S::apply_rule(&self, x)
    }
}

impl<P: AnalyticSpecialFunctions> Rule<P> for OfOne {
    fn value(&self, [x]: [P; 1]) -> P {
        P::special(*self, x)
    }

    #[cfg(feature = "compile")]
    fn listed(&self) -> Option<crate::compile::Listed> {
        Some(crate::compile::Listed(crate::compile::Entry::One(*self)))
    }

    fn slopes<S: Scalar<Primal = P>>(&self, [x]: [S; 1], y: S) -> [S; 1] {
        use OfOne::*;
        [match *self {
            Erf | Erfc | Gauss | IteratedErfc(_) | ErfInv | ErfcInv => error_function(*self, x, y),
            NormalPdf | NormalCdf | NormalLnCdf | NormalQuantile | MillsCumulant(_) => normal(*self, x, y),
            Gamma => y.product(Polygamma(0).of(x)),
            Rgamma => RgammaDerivative(1).of(x),
            RgammaDerivative(n) => RgammaDerivative(n + 1).of(x),
            LnGamma => Polygamma(0).of(x),
            Polygamma(n) => Polygamma(n + 1).of(x),
            BesselJ(_) | BesselY(_) | BesselI(_) | BesselK(_) | SphericalJ(_) | SphericalY(_) => {
                bessel(*self, x)
            }
            ScaledI(n, k) => ScaledI(n, k + 1).of(x),
            ScaledK(n, k) => ScaledK(n, k + 1).of(x),
            AiryAi => AiryAiPrime.of(x),
            AiryAiPrime => finite(x, |x| x.product(AiryAi.of(x)), AiryAi.of(x)),
            AiryBi => AiryBiPrime.of(x),
            AiryBiPrime => x.product(AiryBi.of(x)),
            // e^±x/x as a product of halves: the exponential may leave the range, the quotient not.
            ExpintE1 => {
                let half = (x * lit(-0.5)).exp();
                -half.product(half.quotient(x))
            }
            ExpintEi => {
                let half = (x * lit(0.5)).exp();
                finite(x, |x| half.product(half.quotient(x)), half)
            }
            LambertW0 | LambertW0Plus1 | LambertWm1 | LambertWm1Plus1 => lambert(*self, x),
            EllipticK => EllipticIntegral(3, 1).of(-x + lit(1.0)) * lit(0.25),
            EllipticE => EllipticIntegral(1, 3).of(-x + lit(1.0)) * lit(-0.25),
            EllipticIntegral(n, k) => EllipticIntegral(n + 2, k).of(x) * lit(-0.5 * f64::from(n)),
            Zeta(n) => Zeta(n + 1).of(x),
            Exprel(n) => Exprel(n + 1).of(x),
            LogRel(n) => LogRel(n + 1).of(x) * lit(-f64::from(n + 1)),
            Ln1pMinus => -x / (x + lit(1.0)),
        }]
    }
}

/// erf′ = (2/√π) e^−x², (e^x² iⁿerfc x)′ = −2(n + 1) e^x² iⁿ⁺¹erfc x, (erf⁻¹)′ = (√π/2) e^y².
fn error_function<S: Scalar<Primal: AnalyticSpecialFunctions>>(f: OfOne, x: S, y: S) -> S {
    use OfOne::*;
    // e^y² = erfcx y/erfc y, whose factors are not sensitive to the rounding of y.
    let tail =
        |y: S, complement: S| at_end(complement, || IteratedErfc(0).of(y) * lit(HALF_SQRT_PI) / complement);
    let centre = |y: S| S::lit(HALF_SQRT_PI) / Gauss.of(y);
    match f {
        Erf => Gauss.of(x) * lit(FRAC_2_SQRT_PI),
        Erfc => Gauss.of(x) * lit(-FRAC_2_SQRT_PI),
        Gauss => finite(x, |x| x.product(y) * lit(-2.0), y),
        IteratedErfc(n) => IteratedErfc(n + 1).of(x) * lit(-2.0 * f64::from(n + 1)),
        ErfInv => below(
            x,
            -0.5,
            || tail(-y, x + lit(1.0)),
            || below(x, 0.5, || centre(y), || tail(y, -x + lit(1.0))),
        ),
        _ => -below(x, 0.5, || tail(y, x), || below(x, 1.5, || centre(y), || tail(-y, -x + lit(2.0)))),
    }
}

/// φ′ = −xφ, Φ′ = φ, (ln Φ)′ = φ/Φ = −x + κ₁(−x), κₖ′ = −κₖ₊₁, (Φ⁻¹)′ = 1/φ(y).
fn normal<S: Scalar<Primal: AnalyticSpecialFunctions>>(f: OfOne, x: S, y: S) -> S {
    use OfOne::*;
    let hazard = |x: S| MillsCumulant(1).of(-x) - x;
    match f {
        NormalPdf => finite(x, |x| -x.product(y), y),
        NormalCdf => NormalPdf.of(x),
        NormalLnCdf => below(x, -1.0, || hazard(x), || NormalPdf.of(x) / NormalCdf.of(x)),
        MillsCumulant(k) => -MillsCumulant(k + 1).of(x),
        // φ = (φ/Φ) Φ, where Φ(y) is x itself.
        _ => below(
            x,
            0.15,
            || at_end(x, || (hazard(y) * x).recip()),
            || {
                let q = -x + lit(1.0);
                below(x, 0.85, || NormalPdf.of(y).recip(), || at_end(q, || (hazard(-y) * q).recip()))
            },
        ),
    }
}

/// 2 J′ = J_(n−1) − J_(n+1), and so for Y; 2 I′ = I_(n−1) + I_(n+1), −2 K′ = K_(n−1) + K_(n+1);
/// (2n + 1) j′ = n j_(n−1) − (n + 1) j_(n+1).
fn bessel<S: Scalar<Primal: AnalyticSpecialFunctions>>(f: OfOne, x: S) -> S {
    use OfOne::*;
    let halves = |a: OfOne, b: S| (a.of(x) + b) * lit(0.5);
    let spherical = |n: i32, of: fn(i32) -> OfOne| {
        let (m, all) = (f64::from(n), f64::from(2 * n + 1));
        let above = of(n + 1).of(x) * lit(-(m + 1.0) / all);
        if n == 0 { above } else { of(n - 1).of(x) * lit(m / all) + above }
    };
    match f {
        BesselJ(0) => -BesselJ(1).of(x),
        BesselJ(n) => halves(BesselJ(n - 1), -BesselJ(n + 1).of(x)),
        BesselY(0) => -BesselY(1).of(x),
        BesselY(n) => halves(BesselY(n - 1), -BesselY(n + 1).of(x)),
        BesselI(0) => BesselI(1).of(x),
        BesselI(n) => halves(BesselI(n - 1), BesselI(n + 1).of(x)),
        BesselK(0) => -BesselK(1).of(x),
        BesselK(n) => -halves(BesselK(n - 1), BesselK(n + 1).of(x)),
        SphericalJ(n) => spherical(n, SphericalJ),
        SphericalY(n) => spherical(n, SphericalY),
        _ => unreachable!("{f:?} is no Bessel function"),
    }
}

/// W′ = e^−W/(1 + W) = W/(x (1 + W)): the former near 0, the latter where the rounding of W would be raised to a power. 1 + W has a
/// function of its own, which keeps its digits at the branch point.
fn lambert<S: Scalar<Primal: AnalyticSpecialFunctions>>(f: OfOne, x: S) -> S {
    use OfOne::*;
    let main = matches!(f, LambertW0 | LambertW0Plus1);
    let v = if main { LambertW0Plus1 } else { LambertWm1Plus1 }.of(x);
    let near = || (-v + lit(1.0)).exp() / v;
    let far = || (v - lit(1.0)) / (x * v);
    if main { below(x, 1.0, near, far) } else { below(x, -0.3, near, far) }
}

impl<P: SpecialFunctions> Rule<P, 2> for OfTwo {
    fn value(&self, x: [P; 2]) -> P {
        P::special_of_two(*self, x)
    }

    #[cfg(feature = "compile")]
    fn listed(&self) -> Option<crate::compile::Listed> {
        Some(crate::compile::Listed(crate::compile::Entry::Two(*self)))
    }

    fn slopes<S: Scalar<Primal = P>>(&self, [a, x]: [S; 2], y: S) -> [S; 2] {
        use OfTwo::*;
        match *self {
            Beta => [PolygammaDifference(0).of(a, x).product(y), PolygammaDifference(0).of(x, a).product(y)],
            LnBeta => [PolygammaDifference(0).of(a, x), PolygammaDifference(0).of(x, a)],
            PolygammaDifference(n) => {
                [PolygammaDifference(n + 1).of(a, x), -OfOne::Polygamma(n + 1).of(a + x)]
            }
            GammaP => [GammaPByA(1).of(a, x), GammaDensity.of(a, x)],
            GammaQ => [-GammaPByA(1).of(a, x), -GammaDensity.of(a, x)],
            GammaPByA(n) => [GammaPByA(n + 1).of(a, x), gamma_density_by(n, a, x)],
            GammaDensity => [LnLessDigamma.of(a, x).product(y), gamma_density_slope(a, x, y)],
            LnLessDigamma => [-OfOne::Polygamma(1).of(a), x.recip()],
            GammaPInv | GammaQInv => {
                let lower = *self == GammaPInv;
                // 1/density = (P/density)/P, where P is given and the quotient not sensitive to the rounding of y.
                let (by_p, by_q) = (
                    |p: S| GammaP.of(a, y) / GammaDensity.of(a, y) / p,
                    |q: S| GammaQ.of(a, y) / GammaDensity.of(a, y) / q,
                );
                let other = || -x + lit(1.0);
                let slope = if lower {
                    below(x, 0.5, || by_p(x), || by_q(other()))
                } else {
                    below(x, 0.5, || by_q(x), || by_p(other()))
                };
                let by_a = -GammaPByA(1).of(a, y).product(slope);
                [by_a, if lower { slope } else { -slope }]
            }
            BesselJ(_) | BesselY(_) | BesselI(_) | BesselK(_) => bessel_of_order(*self, a, x),
            BoxCox => {
                let l = a.ln();
                [a.pow(x - lit(1.0)), l * l.product(OfOne::Exprel(1).of(x * l))]
            }
            BoxCoxInv => [y.quotient(a * x + lit(1.0)), -y.product(a * a * OfOne::LogRel(1).of(a * x))],
            CarlsonRc => [Carlson([3, 2]).of(a, x) * lit(-0.25), Carlson([1, 4]).of(a, x) * lit(-0.5)],
            Carlson([n, k]) => [
                Carlson([n + 2, k]).of(a, x) * lit(-0.5 * f64::from(n)),
                Carlson([n, k + 2]).of(a, x) * lit(-0.5 * f64::from(k)),
            ],
        }
    }
}

/// ∂ⁿ/∂aⁿ xᵃ⁻¹ e^−x/Γ(a) = Σ C(n − 1, k) f⁽ⁿ⁻¹⁻ᵏ⁾ L⁽ᵏ⁺¹⁾, where L⁽¹⁾ = ln x − ψ(a) and L⁽ᵏ⁺¹⁾ = −ψ⁽ᵏ⁾(a).
fn gamma_density_by<S: Scalar<Primal: SpecialFunctions>>(n: u32, a: S, x: S) -> S {
    if n == 0 {
        return OfTwo::GammaDensity.of(a, x);
    }
    let mut sum = gamma_density_by(n - 1, a, x).product(OfTwo::LnLessDigamma.of(a, x));
    let mut binomial = 1.0;
    for k in 1..n {
        binomial *= f64::from(n - k) / f64::from(k);
        sum -= gamma_density_by(n - 1 - k, a, x) * OfOne::Polygamma(k).of(a) * lit(binomial);
    }
    sum
}

/// ((a − 1)/x − 1) times the density y; at x = 0 the density of a − 1 less y
fn gamma_density_slope<S: Scalar<Primal: SpecialFunctions>>(a: S, x: S, y: S) -> S {
    S::choose(
        x.has_value(0.0),
        || below(a, 1.0, || -y.quotient(x), || OfTwo::GammaDensity.of(a - lit(1.0), x) - y),
        || (a - lit(1.0) - x).product(y).quotient(x),
    )
}

/// The formulas of [`bessel`] at a real order, whose derivatives by the order are functions of the list.
fn bessel_of_order<S: Scalar<Primal: SpecialFunctions>>(f: OfTwo, order: S, x: S) -> [S; 2] {
    use OfTwo::*;
    let (one_more, sign, sum) = match f {
        BesselJ(m) => (BesselJ(m + 1), 0.5, false),
        BesselY(m) => (BesselY(m + 1), 0.5, false),
        BesselI(m) => (BesselI(m + 1), 0.5, true),
        BesselK(m) => (BesselK(m + 1), -0.5, true),
        _ => unreachable!("{f:?} is no Bessel function"),
    };
    let (less, more) = (f.of(order - lit(1.0), x), f.of(order + lit(1.0), x));
    let by_x = if sum { less + more } else { less - more } * lit(sign);
    [one_more.of(order, x), by_x]
}

impl<P: SpecialFunctions> Rule<P, 3> for OfThree {
    fn value(&self, x: [P; 3]) -> P {
        P::special_of_three(*self, x)
    }

    #[cfg(feature = "compile")]
    fn listed(&self) -> Option<crate::compile::Listed> {
        Some(crate::compile::Listed(crate::compile::Entry::Three(*self)))
    }

    fn slopes<S: Scalar<Primal = P>>(&self, at: [S; 3], y: S) -> [S; 3] {
        use OfThree::*;
        let [a, b, x] = at;
        let trigammas = || [-OfTwo::PolygammaDifference(1).of(a, b), OfOne::Polygamma(1).of(a + b)];
        match *self {
            BetaInc => [BetaIncBy(1, 0).of(at), BetaIncBy(0, 1).of(at), BetaDensity.of(at)],
            BetaIncBy(i, j) => {
                [BetaIncBy(i + 1, j).of(at), BetaIncBy(i, j + 1).of(at), beta_density_by(i, j, at)]
            }
            BetaDensity => [
                LnAndDigammas.of(at).product(y),
                Ln1mAndDigammas.of([b, a, x]).product(y),
                beta_density_slope(at, y),
            ],
            LnAndDigammas => {
                let [by_a, by_b] = trigammas();
                [by_a, by_b, x.recip()]
            }
            Ln1mAndDigammas => {
                let [by_a, by_b] = trigammas();
                [by_a, by_b, -(-x + lit(1.0)).recip()]
            }
            BetaIncInv => {
                let density = || BetaDensity.of([a, b, y]);
                let slope = below(
                    x,
                    0.5,
                    || BetaInc.of([a, b, y]) / density() / x,
                    || BetaInc.of([b, a, -y + lit(1.0)]) / density() / (-x + lit(1.0)),
                );
                [
                    -BetaIncBy(1, 0).of([a, b, y]).product(slope),
                    -BetaIncBy(0, 1).of([a, b, y]).product(slope),
                    slope,
                ]
            }
            CarlsonRf => [[3, 1, 1], [1, 3, 1], [1, 1, 3]].map(|n| Carlson(n).of(at) * lit(-0.25)),
            Carlson(n) => core::array::from_fn(|i| {
                let mut more = n;
                more[i] += 2;
                if n[i] == 0 { S::zero() } else { Carlson(more).of(at) * lit(-0.5 * f64::from(n[i])) }
            }),
        }
    }
}

/// ((a − 1)/x − (b − 1)/(1 − x)) times the density y; the density's terms one by one at the ends
fn beta_density_slope<S: Scalar<Primal: SpecialFunctions>>([a, b, x]: [S; 3], y: S) -> S {
    let (one, zero) = (S::lit(1.0), S::zero());
    let inside = |x: S| ((a - one) / x - (b - one) / (one - x)).product(y);
    S::choose(
        x.has_value(0.0),
        || {
            below(
                a,
                1.0,
                || inside(x),
                || {
                    below(
                        a,
                        2.0,
                        || y.product(one - b) + y.product((a - one).quotient(x)),
                        || zero - y.product(b - one),
                    )
                },
            )
        },
        || inside(x),
    )
}

/// ∂ⁱ⁺ʲ/∂aⁱ∂bʲ of the density e^L, by Leibniz' rule for the first derivative of L that is by a, or by b.
fn beta_density_by<S: Scalar<Primal: SpecialFunctions>>(i: u32, j: u32, at: [S; 3]) -> S {
    let [a, b, x] = at;
    if i == 0 && j == 0 {
        return OfThree::BetaDensity.of(at);
    }
    if i == 0 {
        // The same with a and b exchanged, and x reflected; ln(1 − x) without the reflection.
        let first = OfThree::Ln1mAndDigammas.of([b, a, x]);
        let mut sum = beta_density_by(0, j - 1, at).product(first);
        let mut binomial = 1.0;
        for k in 1..j {
            binomial *= f64::from(j - k) / f64::from(k);
            let l = OfTwo::PolygammaDifference(k).of(b, a);
            sum -= beta_density_by(0, j - 1 - k, at) * l * lit(binomial);
        }
        return sum;
    }
    let mut sum = S::zero();
    let mut of_p = 1.0;
    for p in 0..i {
        let mut of_q = 1.0;
        for q in 0..=j {
            let l = match (p, q) {
                (0, 0) => OfThree::LnAndDigammas.of(at),
                (_, 0) => -OfTwo::PolygammaDifference(p).of(a, b),
                _ => OfOne::Polygamma(p + q).of(a + b),
            };
            sum += beta_density_by(i - 1 - p, j - q, at).product(l) * lit(of_p * of_q);
            of_q *= f64::from(j - q) / f64::from(q + 1);
        }
        of_p *= f64::from(i - 1 - p) / f64::from(p + 1);
    }
    sum
}

impl<P: SpecialFunctions> Rule<P, 4> for OfFour {
    fn value(&self, x: [P; 4]) -> P {
        P::special_of_four(*self, x)
    }

    fn slopes<S: Scalar<Primal = P>>(&self, x: [S; 4], _y: S) -> [S; 4] {
        core::array::from_fn(|i| {
            let mut more = *self;
            more.0[i] += 2;
            S::apply_rule(&more, x) * lit(-0.5 * f64::from(self.0[i]))
        })
    }
}
