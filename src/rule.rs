//! Functions with a rule of their own.

use crate::kernel::Engine;
use crate::{Primal, Scalar};
use alloc::vec::Vec;

/// A function of `K` numbers whose value this crate cannot see through: a special function, a table, a call to a library.
///
/// You give the value at the machine's numbers `P` (`f64` if you say nothing else) and the slopes as generic formulas.
/// [`x.apply(&rule)`](Scalar::apply) for one input and [`rule.at([x, y])`](Rule::at) for several then work at every
/// [`Scalar`] that ends in `P`: all orders, all modes. A slope may use the value `y` and may apply the rule again.
///
/// # Examples
/// Lambert's W, the solution of w eʷ = x. From w′ eʷ + w eʷ w′ = 1 follows w′ = 1/(eʷ (1 + w)).
/// ```
/// use holograd::{Rule, Scalar, derivative, lit, second_derivative};
///
/// struct LambertW;
///
/// impl Rule<f64> for LambertW {
///     fn value(&self, [x]: [f64; 1]) -> f64 {
///         // Halley's iteration (Corless et al. 1996, eq. 5.9); any method will do: it is never differentiated.
///         let mut w = x.ln_1p();
///         for _ in 0..20 {
///             let e = w.exp();
///             let r = w * e - x;
///             w -= r / (e * (w + 1.0) - (w + 2.0) * r / (2.0 * w + 2.0));
///         }
///         w
///     }
///
///     fn slopes<S: Scalar<Primal = f64>>(&self, _x: [S; 1], w: S) -> [S; 1] {
///         [(w.exp() * (w + lit(1.0))).recip()]
///     }
/// }
///
/// let omega: f64 = 0.567_143_290_409_783_8; // W(1)
/// assert!((derivative(|x| x.apply(&LambertW), 1.0) - omega / (1.0 + omega)).abs() < 1e-15);
/// let exact = -omega * omega * (omega + 2.0) / (1.0 + omega).powi(3);
/// assert!((second_derivative(|x| x.apply(&LambertW), 1.0) - exact).abs() < 1e-15);
/// ```
///
/// Two inputs:
/// ```
/// use holograd::{Rule, Scalar, jacfwd};
///
/// /// (x, y) ↦ x² y
/// struct Volume;
/// impl Rule<f64, 2> for Volume {
///     fn value(&self, [x, y]: [f64; 2]) -> f64 {
///         x * x * y
///     }
///     fn slopes<S: Scalar<Primal = f64>>(&self, [x, y]: [S; 2], _volume: S) -> [S; 2] {
///         [(x + x) * y, x * x]
///     }
/// }
/// assert_eq!(jacfwd(|x| Volume.at(x), &[3.0, 4.0]), [24.0, 9.0]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a rule for numbers that end in `{P}`",
    label = "no `Rule<{P}, {K}>`",
    note = "a `Rule<f64>` is for numbers over `f64`: bound the function by `T: Real64`, or by `T: Scalar<Primal = f64>`",
    note = "a rule for all numbers is `impl<P: holograd::Primal> Rule<P> for …`"
)]
pub trait Rule<P: Scalar, const K: usize = 1> {
    /// The value at the machine's numbers.
    fn value(&self, x: [P; K]) -> P;

    /// ∂f/∂x₀ … ∂f/∂x_(K−1) at any number, where `y` is the value there.
    fn slopes<S: Scalar<Primal = P>>(&self, x: [S; K], y: S) -> [S; K];

    /// The function at any numbers that end in `P`.
    #[inline]
    #[track_caller]
    fn at<S: Scalar<Primal = P>>(&self, x: [S; K]) -> S
    where
        Self: Sized,
        P: Primal,
    {
        S::apply_rule(self, x)
    }

    /// The entry of the list of special functions that this is, which `compile` calls.
    #[cfg(all(feature = "compile", feature = "special"))]
    #[doc(hidden)]
    fn listed(&self) -> Option<crate::compile::Listed> {
        None
    }
}

/// A function of n numbers with m results and rules of its own, for everything that is better differentiated as a whole:
/// a linear solver, an iteration, an interpolation, a call to a library.
///
/// You give the values at the machine's numbers `P`, and the products with the Jacobian J from both sides as generic formulas.
/// [`rule.at_slice(&x)`](VectorRule::at_slice) then works at every [`Scalar`] that ends in `P`: forward mode
/// uses the first product for each tangent, the tape is one entry and uses the second, higher orders differentiate the
/// formulas. The formulas may call the rule again. A rule is `Send`, as a tape with it may go to another thread.
///
/// # Examples
/// The real roots of x² + p x + q. From x² + p x + q = 0 follows dx = −(x dp + dq)/(2x + p).
/// ```
/// use holograd::{Scalar, VectorRule, jacfwd, jacrev};
///
/// #[derive(Clone)]
/// struct Roots;
///
/// impl VectorRule<f64> for Roots {
///     fn values(&self, x: &[f64]) -> Vec<f64> {
///         let root = (x[0] * x[0] / 4.0 - x[1]).sqrt();
///         vec![-x[0] / 2.0 - root, -x[0] / 2.0 + root]
///     }
///     fn pushforward<S: Scalar<Primal = f64>>(&self, x: &[S], y: &[S], v: &[S]) -> Vec<S> {
///         y.iter().map(|y| -(*y * v[0] + v[1]) / (*y + *y + x[0])).collect()
///     }
///     fn pullback<S: Scalar<Primal = f64>>(&self, x: &[S], y: &[S], u: &[S]) -> Vec<S> {
///         let slopes: Vec<S> = y.iter().zip(u).map(|(y, u)| -*u / (*y + *y + x[0])).collect();
///         vec![S::dot(&slopes, y), S::sum_of(&slopes)]
///     }
/// }
///
/// let roots = |x: [_; 2]| Roots.at_slice(&x);
/// assert_eq!(Roots.at_slice(&[-3.0, 2.0]), [1.0, 2.0]);
/// assert_eq!(jacfwd(|x: [_; 2]| Roots.at_slice(&x), &[-3.0, 2.0]), [[1.0, 1.0], [-2.0, -1.0]]);
/// assert_eq!(jacrev(roots, &[-3.0, 2.0]), [[1.0, 1.0], [-2.0, -1.0]]);
/// ```
pub trait VectorRule<P: Scalar>: Clone + Send + 'static {
    /// The values at the machine's numbers.
    fn values(&self, x: &[P]) -> Vec<P>;

    /// J·v at any numbers `x`, where `y` are the values there.
    fn pushforward<S: Scalar<Primal = P>>(&self, x: &[S], y: &[S], v: &[S]) -> Vec<S>;

    /// uᵀJ at any numbers `x`, where `y` are the values there. For complex numbers the plain product, without a conjugate.
    fn pullback<S: Scalar<Primal = P>>(&self, x: &[S], y: &[S], u: &[S]) -> Vec<S>;

    /// The function at any numbers that end in `P`.
    ///
    /// # Panics
    /// If a product with the Jacobian has not as many numbers as it must have.
    #[track_caller]
    fn at_slice<S: Scalar<Primal = P>>(&self, x: &[S]) -> Vec<S>
    where
        P: Primal,
    {
        S::apply_vector_rule(self, x)
    }
}
