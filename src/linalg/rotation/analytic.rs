//! The analytic functions behind rotations. sin θ/θ and the like are functions of θ², which has derivatives where θ has none;
//! the angle over the sine is a function of the cosine and the *square* of the sine. Both families are closed under
//! differentiation, so that every order is exact, at the identity too.

use crate::{Base, Rule, Scalar, lit};

/// cₖ(s) = Σ (−s)ʲ/(2j + k)!, Stumpff's functions: c₀(θ²) = cos θ, c₁(θ²) = sin θ/θ, c₂(θ²) = (1 − cos θ)/θ².
pub(super) fn stumpff<T: Scalar<Primal: Base>>(k: u32, s: T) -> T {
    s.apply(&Stumpff(k))
}

/// 2 atan2(√m, w)/√m: the angle of a rotation over the length of the vector part of its quaternion, whose real part is w and
/// whose vector part has the square m.
pub(super) fn angle_over_sine<T: Scalar<Primal: Base>>(w: T, m: T) -> T {
    Arc(1).at([w, m]) * lit(2.0)
}

/// β(θ²) = (1 − (θ/2) cot(θ/2))/θ², the coefficient of W² in the inverse Jacobians of rotations. With the half angle it is
/// (c₂ − c₃)/(4 c₁), in which nothing cancels.
pub(super) fn cotangent_term<T: Scalar<Primal: Base>>(s: T) -> T {
    let quarter = s * lit(0.25);
    let [c1, c2, c3] = [1, 2, 3].map(|k| stumpff(k, quarter));
    (c2 - c3) / (c1 * lit(4.0))
}

/// A Stumpff function by its index.
#[derive(Clone, Copy, Debug)]
struct Stumpff(u32);

impl<P: Base> Rule<P> for Stumpff {
    fn value(&self, [s]: [P; 1]) -> P {
        P::from_f64(stumpff_value(self.0, P::to_f64(s)))
    }

    /// cₖ′ = (k cₖ₊₂ − cₖ₊₁)/2
    fn slopes<S: Scalar<Primal = P>>(&self, [s]: [S; 1], _y: S) -> [S; 1] {
        let next = |k| s.apply(&Stumpff(self.0 + k));
        [(next(2) * lit(f64::from(self.0)) - next(1)) * lit(0.5)]
    }
}

fn stumpff_value(k: u32, s: f64) -> f64 {
    let over_factorial = 1.0 / (1..=k).map(f64::from).product::<f64>();
    // NaN goes the way of the large numbers.
    if s < 4.0 {
        let (mut sum, mut term, mut j) = (0.0, over_factorial, f64::from(k));
        while sum + term != sum {
            sum += term;
            term *= -s / ((j + 1.0) * (j + 2.0));
            j += 2.0;
        }
        return sum;
    }
    match k {
        0 => libm::cos(libm::sqrt(s)),
        1 => libm::sin(libm::sqrt(s)) / libm::sqrt(s),
        // cₖ₊₂ = (1/k! − cₖ)/s
        _ => (over_factorial * f64::from(k * (k - 1)) - stumpff_value(k - 2, s)) / s,
    }
}

/// Iₖ(w, m) = ∫ dx/(x² + m)ᵏ from w to ∞: I₁ = atan2(√m, w)/√m.
#[derive(Clone, Copy, Debug)]
struct Arc(i32);

impl<P: Base> Rule<P, 2> for Arc {
    fn value(&self, [w, m]: [P; 2]) -> P {
        P::from_f64(arc(self.0, P::to_f64(w), P::to_f64(m)))
    }

    /// −1/(w² + m)ᵏ and −k Iₖ₊₁
    fn slopes<S: Scalar<Primal = P>>(&self, [w, m]: [S; 2], _y: S) -> [S; 2] {
        let k = self.0;
        [-(w * w + m).powi(-k), Arc(k + 1).at([w, m]) * lit(-f64::from(k))]
    }
}

fn arc(k: i32, w: f64, m: f64) -> f64 {
    let square = w * w + m;
    if k == 1 && m > f64::MIN_POSITIVE {
        let sine = libm::sqrt(m);
        return libm::atan2(sine, w) / sine;
    }
    if w > 0.0 && m <= 0.5 * square {
        // The integrand in powers of m/(w² + m): all terms are positive.
        let z = m / square;
        let (mut sum, mut power, mut j) = (0.0, 1.0, 0.0);
        loop {
            let term = power / (f64::from(2 * k - 1) + 2.0 * j);
            if sum + term == sum {
                break;
            }
            sum += term;
            j += 1.0;
            power *= z * (1.0 - 0.5 / j);
        }
        return sum * libm::pow(square, 0.5 - f64::from(k));
    }
    if k <= 1 {
        // A quaternion (w, 0) with w ≤ 0: the turn by 2π, or nothing at all.
        return f64::INFINITY;
    }
    // Integration by parts.
    let before = f64::from(k - 1);
    ((2.0 * before - 1.0) * arc(k - 1, w, m) - w * libm::pow(square, -before)) / (2.0 * before * m)
}
