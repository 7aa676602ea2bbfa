//! Derivatives of functions of complex numbers that need not be holomorphic: `|z|²`, `z̄`, `Re`, costs of complex unknowns.
//!
//! A holomorphic function has one derivative f′(z), and the transforms of the crate root give it:
//! `derivative(|z| z.sin(), z)`. Every other smooth function of z = x + iy has two, the Wirtinger derivatives
//!
//! ```text
//! ∂f/∂z = ½(f_x − i f_y)      ∂f/∂z̄ = ½(f_x + i f_y)      df = ∂f/∂z dz + ∂f/∂z̄ dz̄
//! ```
//!
//! and f is holomorphic exactly where ∂f/∂z̄ = 0. Here closures get the crate's own numbers with two tangents for each complex
//! variable, the derivatives along x and along y, which start as 1 and i. So everything differentiates, `conj`, `re`, `im`, `abs`,
//! `norm_sqr` and `arg` too, and all that a closure calls on them is this crate's.
//!
//! | call | gives |
//! |---|---|
//! | [`wirtinger`]`(f, z)` | f(z), ∂f/∂z, ∂f/∂z̄ |
//! | [`holomorphic`]`(f, z)` | f′(z), or how far from holomorphic f is at z |
//! | [`jacobian`]`(f, &z)` | A = ∂f/∂z and B = ∂f/∂z̄, so that df = A dz + B dz̄ |
//! | [`jvp`]`(f, &z, &v)` | Av + Bv̄ |
//! | [`vjp`]`(f, &z)` | w ↦ Aᴴw + Bᵀw̄ |
//! | [`gradient`]`(f, &z)`, [`grad`]`(f, &z)` | f_x + i f_y = 2 ∂f/∂z̄ of a real-valued f, forward and reverse |
//! | [`hessian`]`(f, &z)` | P = ∂²f/∂z̄∂z and Q = ∂²f/∂z∂z of a real-valued f |
//! | [`hvp`]`(f, &z, &h)` | 2(Ph + Q̄h̄): how the gradient changes along h |
//!
//! # Conventions
//! The gradient of a real-valued function is f_x + i f_y: it points uphill, df = Re(∇fᴴ dz), and a step along −∇f descends.
//! PyTorch, TensorFlow and Zygote have this one; JAX's `grad` gives its conjugate, f_x − i f_y, along which one must *not* step.
//! `vjp` is PyTorch's too; JAX's answer to w is `conj(vjp(w̄))`. `jvp` is the same everywhere.
//!
//! # Several variables, and real ones among them
//! `z` is any [`Tree`] of complex numbers: an array, a `Vec`, a tuple, a matrix, your own struct. A single number is
//! evaluated with two tangents; of everything else four variables at a time with eight.
//!
//! A *real* parameter among complex ones is a complex leaf of which the function takes the real part. All here is made
//! for that: its gradient f_x + 0i and its component of `vjp` and `hvp` are exactly real, so that a step along −∇f keeps it real, and
//! its derivative in the Jacobian is A + B = 2A.
//! ```
//! use holograd::complex;
//! use num_complex::Complex;
//! // |s w|² with a complex w and a real gain s.
//! let c = |re: f64, im: f64| Complex::new(re, im);
//! let gradient = complex::gradient(|[w, s]| (w.norm_sqr() * s.re()) * s.re(), &[c(3.0, 4.0), c(2.0, 0.0)]);
//! assert_eq!(gradient, [c(24.0, 32.0), c(100.0, 0.0)]);
//! ```
//! A complex result of real parameters alone needs nothing from here: the ordinary transforms take it, as
//! `derivative(|t| Complex::new(t.cos(), t.sin()), 0.0)`.
//!
//! # Where it is not needed, and not allowed
//! The ordinary transforms at complex points are for holomorphic functions. There |z|, z̄, Re z and their like have no derivative:
//! on a number that such a transform made they panic with a pointer to this module, in debug builds and under the feature
//! `checked`, and a variable of the tape does not have them.
//! ```compile_fail,E0599
//! let z = num_complex::Complex::new(3.0, 4.0);
//! holograd::grad(|z| z.conj(), &z);
//! ```
//!
//! # num-complex's methods
//! The numbers of forward mode here are `Dual<Complex<T>, N>`, whose methods are this crate's. In reverse, in [`grad`], and
//! in ordinary transforms of functions of real parameters, numbers are `Complex<Var<T>>` or `Complex<Dual<T>>`, and
//! there num-complex's own methods come first: see [`Scalar`](crate::Scalar#whose-sin-is-zsin).

use crate::kernel::{ComplexEngine, Engine};
#[cfg(feature = "std")]
use crate::tape::Recording;
use crate::transform::forward::{Chunks, Evaluations, Lanewise, evaluate_all};
use crate::tree::seed::{flatten, map_numbered, same_leaves};
use crate::tree::{Lanes, Output, Seed, Shape, ShapeWith, Tree};
use crate::{ComplexScalar, Dual, Primal, Scalar};
#[cfg(feature = "std")]
use crate::{NumberOutput, Real, Var};
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
#[cfg(feature = "std")]
use num_complex::Complex;
use num_traits::{One, Zero};

/// The number that functions of an `X` are evaluated at: `Dual<C, 2>` for one complex number, `Dual<C, 8>` for anything else.
///
/// # Examples
/// ```
/// use holograd::complex::{Forward, gradient};
/// use num_complex::Complex;
/// type C = Complex<f64>;
/// let distance = |z: Forward<C, C>| (z - 1.0).norm_sqr().re();
/// assert_eq!(gradient(distance, &C::new(3.0, 1.0)), C::new(4.0, 2.0));
/// ```
pub type Forward<C, X> = <X as Tree<C>>::ArrayLanes<2>;

/// The number that second derivatives are computed in: dual numbers over dual numbers.
///
/// # Examples
/// ```
/// use holograd::complex::{Second, hessian};
/// use num_complex::Complex;
/// type C = Complex<f64>;
/// let square = |z: Second<C, C>| z.norm_sqr();
/// assert_eq!(hessian(square, &C::new(3.0, 1.0)), (C::ONE, C::ZERO));
/// ```
pub type Second<C, X> = Dual<Forward<C, X>, 2>;

/// The real number that belongs to `S`.
type Part<S> = <S as Scalar>::Real;

/// The tangents of a complex variable: along x and along y.
#[inline]
fn one_and_i<C: ComplexScalar>() -> [C; 2] {
    const {
        assert!(
            C::COMPLEX,
            "a function of complex numbers was expected: at real ones use the functions of the crate root"
        );
    }
    [C::one(), C::from_parts(Zero::zero(), One::one())]
}

/// (½(f_x − i f_y), ½(f_x + i f_y)) in parts, as a product with i would turn ∞ into NaN; halved first, as the sums may
/// overflow.
#[inline]
fn wirtinger_pair<C: ComplexScalar>(f_x: C, f_y: C) -> (C, C) {
    let half = Part::<C>::lit(0.5);
    let ((a, b), (c, d)) = (f_x.parts(), f_y.parts());
    let (a, b, c, d) = (a * half, b * half, c * half, d * half);
    (C::from_parts(a + d, b - c), C::from_parts(a - d, b + c))
}

/// A complex variable has two lanes.
type TwoLanes<C, X> = Lanewise<C, Forward<C, X>, X, 2>;

/// As many evaluations of `f` as it takes to seed every variable once.
#[track_caller]
fn evaluate<C: ComplexScalar, X: Tree<C> + ?Sized, S: Scalar, Y: Output<S>>(
    f: impl FnMut(X::With<Forward<C, X>>) -> Y,
    z: &X,
) -> Result<Evaluations<TwoLanes<C, X>, S, Y::Shape>, Y::Failure> {
    evaluate_all::<TwoLanes<C, X>, _, _, _, _, _>(f, z, Seed::along_reals, |value, variable, seed| {
        Forward::<C, X>::seed_variable(value, variable, one_and_i(), seed)
    })
}

/// f(z), ∂f/∂z and ∂f/∂z̄ of a function of one complex number, in one pass.
///
/// The function may return a complex or a real number, or any [`Output`] of them. For a real-valued f, JAX's `grad` is
/// 2 ∂f/∂z and PyTorch's is 2 ∂f/∂z̄; see [`gradient`].
///
/// # Examples
/// ```
/// use holograd::complex;
/// use num_complex::Complex;
/// // z² z̄: ∂/∂z = 2 z z̄, ∂/∂z̄ = z².
/// let (f, f_z, f_zbar) = complex::wirtinger(|z| z * z * z.conj(), Complex::new(1.0, 2.0));
/// assert_eq!(f, Complex::new(5.0, 10.0));
/// assert_eq!(f_z, Complex::new(10.0, 0.0));
/// assert_eq!(f_zbar, Complex::new(-3.0, 4.0));
/// ```
#[track_caller]
pub fn wirtinger<C: ComplexScalar, S: ComplexScalar<Real = Dual<C::Real, 2>>, Y: Output<S>>(
    f: impl FnOnce(Dual<C, 2>) -> Y,
    z: C,
) -> Y::Lift<(ShapeWith<Y, S, C>, ShapeWith<Y, S, C>, ShapeWith<Y, S, C>)> {
    let seed = Seed::along_reals();
    Y::lift(f(seed.dual(z, one_and_i())).branch().map(|y| {
        let number = |y| seed.check(Dual::<C, 2>::embed(y));
        let pair = |y| {
            let [f_x, f_y] = number(y).eps;
            wirtinger_pair(f_x, f_y)
        };
        (
            y.map_leaves(&mut |y| number(y).re),
            y.map_leaves(&mut |y| pair(y).0),
            y.map_leaves(&mut |y| pair(y).1),
        )
    }))
}

/// What [`holomorphic`] says of a function that has no complex derivative at a point: both Wirtinger derivatives there, and
/// ρ = |∂f/∂z̄| / (|∂f/∂z| + |∂f/∂z̄|).
///
/// # Examples
/// ```
/// use holograd::complex;
/// use num_complex::Complex;
/// let error = complex::holomorphic(|z| z.norm_sqr(), Complex::new(3.0, 4.0)).unwrap_err();
/// assert_eq!((error.rho, error.d_dzbar), (0.5, Complex::new(3.0, 4.0)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NotHolomorphic<C> {
    /// ∂f/∂z
    pub d_dz: C,
    /// ∂f/∂z̄
    pub d_dzbar: C,
    /// |∂f/∂z̄| / (|∂f/∂z| + |∂f/∂z̄|): 0 for a holomorphic function, ½ for a real-valued one, 1 for an anti-holomorphic one; NaN
    /// where a derivative is infinite or NaN.
    pub rho: f64,
}

impl<C: fmt::Display> fmt::Display for NotHolomorphic<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { d_dz, d_dzbar, rho } = self;
        write!(f, "not holomorphic at this point: ∂f/∂z̄ = {d_dzbar} beside ∂f/∂z = {d_dz}, ρ = {rho:e}")
    }
}

impl<C: fmt::Debug + fmt::Display> core::error::Error for NotHolomorphic<C> {}

/// f′(z), if f has a complex derivative at z.
///
/// Tests the Cauchy–Riemann equations *at this point*, where f may fulfil them by chance, as |z|² does at 0; that says nothing of the
/// points around it. They count as fulfilled where ρ = |∂f/∂z̄| / (|∂f/∂z| + |∂f/∂z̄|) is not above 2¹² units of rounding (9e-13 for
/// `f64`), which leaves room for a holomorphic function written in real and imaginary parts; for a function
/// generic over [`Scalar`] alone ∂f/∂z̄ is exactly zero. Where both derivatives are zero that is no error.
///
/// # Errors
/// [`NotHolomorphic`] with both Wirtinger derivatives and ρ.
///
/// # Examples
/// ```
/// use holograd::complex;
/// use num_complex::Complex;
/// let z = Complex::new(0.5, 0.3);
/// assert_eq!(complex::holomorphic(|z| z * z, z), Ok(2.0 * z));
/// let error = complex::holomorphic(|z| z.sin() + z.conj() * 1e-9, z).unwrap_err();
/// assert!((error.rho - 1.08e-9).abs() < 1e-11);
/// ```
#[track_caller]
pub fn holomorphic<C: ComplexScalar, S: ComplexScalar<Real = Dual<C::Real, 2>>, Y: Output<S, Shape = S>>(
    f: impl FnOnce(Dual<C, 2>) -> Y,
    z: C,
) -> Y::Lift<Result<C, NotHolomorphic<C>>> {
    let seed = Seed::along_reals();
    Y::lift(f(seed.dual(z, one_and_i())).branch().map(|y| {
        let [f_x, f_y] = seed.check(Dual::<C, 2>::embed(y)).eps;
        let (d_dz, d_dzbar) = wirtinger_pair(f_x, f_y);
        // Halved: the sum may overflow.
        let (a, b) = (d_dz.magnitude() / 2.0, d_dzbar.magnitude() / 2.0);
        let rho = if b == 0.0 && a.is_finite() { 0.0 } else { b / (a + b) };
        let room = 4096.0 * <Part<C> as Scalar>::Primal::precision();
        if rho <= room { Ok(d_dz) } else { Err(NotHolomorphic { d_dz, d_dzbar, rho }) }
    }))
}

/// (A, B) = (∂f/∂z, ∂f/∂z̄), the two Jacobians: df = A dz + B dz̄. Each is the shape of the output holding the shape of the
/// input.
///
/// # Examples
/// ```
/// use holograd::complex;
/// use num_complex::Complex;
/// let z = [Complex::new(1.0, 2.0), Complex::new(3.0, -1.0)];
/// let (a, b) = complex::jacobian(|[z, w]| [z * w.conj(), z * z], &z);
/// assert_eq!(a, [[z[1].conj(), Complex::ZERO], [2.0 * z[0], Complex::ZERO]]);
/// assert_eq!(b, [[Complex::ZERO, z[0]], [Complex::ZERO; 2]]);
/// ```
#[track_caller]
pub fn jacobian<
    C: ComplexScalar,
    X: Tree<C> + ?Sized,
    S: ComplexScalar<Real = Part<Forward<C, X>>>,
    Y: Output<S>,
>(
    f: impl FnMut(X::With<Forward<C, X>>) -> Y,
    z: &X,
) -> Y::Lift<(ShapeWith<Y, S, X::With<C>>, ShapeWith<Y, S, X::With<C>>)> {
    Y::lift(evaluate(f, z).map(|evaluations| {
        let pair = pair_of::<C, X, S>;
        (
            evaluations.jacobian(z, |y, k, seed| pair(*y, k, seed).0),
            evaluations.jacobian(z, |y, k, seed| pair(*y, k, seed).1),
        )
    }))
}

/// The Wirtinger derivatives of a result by the variable number `k` of its evaluation.
#[track_caller]
fn pair_of<C: ComplexScalar, X: Tree<C> + ?Sized, S: ComplexScalar<Real = Part<Forward<C, X>>>>(
    y: S,
    k: usize,
    seed: Seed,
) -> (C, C) {
    let y = Forward::<C, X>::embed(y);
    wirtinger_pair(y.tangent(2 * k, seed), y.tangent(2 * k + 1, seed))
}

/// (f(z), Av + Bv̄): value and derivative along the direction `v`, in one pass. JAX's and PyTorch's `jvp` agree with it.
///
/// # Panics
/// If `z` and `v` differ in shape.
///
/// # Examples
/// ```
/// use holograd::complex;
/// use num_complex::Complex;
/// let (z, v) = (Complex::new(3.0, 4.0), Complex::new(0.0, 1.0));
/// assert_eq!(complex::jvp(|z| z.conj(), &z, &v), (z.conj(), v.conj()));
/// assert_eq!(complex::jvp(|z| z.abs(), &z, &v), (Complex::new(5.0, 0.0), Complex::new(0.8, 0.0)));
/// ```
#[track_caller]
pub fn jvp<C: ComplexScalar, X: Tree<C> + ?Sized, S: ComplexScalar<Real = Dual<C::Real>>, Y: Output<S>>(
    f: impl FnOnce(X::With<Dual<C>>) -> Y,
    z: &X,
    v: &X,
) -> Y::Lift<(ShapeWith<Y, S, C>, ShapeWith<Y, S, C>)> {
    let seed = Seed::along_reals();
    let y = f(z.zip_leaves(v, &mut |z, v| seed.dual(z, [v])));
    let number = |y| seed.check(Dual::<C>::embed(y));
    Y::lift(
        y.branch().map(|y| (y.map_leaves(&mut |y| number(y).re), y.map_leaves(&mut |y| number(y).eps[0]))),
    )
}

/// (f(z), w ↦ Aᴴw + Bᵀw̄): the value, and a function that pulls a weight for each output back to the inputs: the gradient of
/// Re(wᴴf).
///
/// PyTorch's `backward(w)` agrees with it; JAX's `vjp_fun(w)` gives the conjugate at the conjugate weight, `conj(vjp_fun(w̄))`. The two
/// Jacobians are computed once, forward; for many inputs take [`grad`] of Re(wᴴf).
///
/// # Panics
/// `vjp_fun`, if `w` has not the shape of f(z).
///
/// # Examples
/// ```
/// use holograd::complex;
/// use num_complex::Complex;
/// let z = Complex::new(3.0, 4.0);
/// let (square, vjp_fun) = complex::vjp(|z| z * z, &z);
/// let w = Complex::new(0.0, 1.0);
/// assert_eq!(square, z * z);
/// assert_eq!(vjp_fun(&w), 2.0 * z.conj() * w);
/// ```
#[track_caller]
pub fn vjp<
    C: ComplexScalar,
    X: Tree<C> + ?Sized,
    S: ComplexScalar<Real = Part<Forward<C, X>>>,
    Y: Output<S>,
    F: FnMut(X::With<Forward<C, X>>) -> Y,
>(
    f: F,
    z: &X,
) -> Y::Lift<(ShapeWith<Y, S, C>, impl Fn(&ShapeWith<Y, S, C>) -> X::With<C>)>
where
    ShapeWith<Y, S, C>: Shape<C>,
{
    Y::lift(evaluate(f, z).map(|evaluations| {
        let value = evaluations.first.map_leaves(&mut |y| Forward::<C, X>::embed(y).re());
        let expected = value.clone();
        // Row by row.
        let (mut pairs, columns) = (Vec::new(), z.leaves());
        evaluations.jacobian(z, |y, k, seed| pairs.push(pair_of::<C, X, S>(*y, k, seed)));
        let vjp_fun = move |w: &ShapeWith<Y, S, C>| {
            let mut weights = Vec::new();
            expected.zip_leaves(w, &mut |_, w| weights.push(w));
            let mut column = 0;
            z.map_leaves(&mut |_| {
                let of_column = pairs.iter().skip(column).step_by(columns);
                column += 1;
                of_column.zip(&weights).map(|((a, b), w)| a.conj() * *w + *b * w.conj()).sum()
            })
        };
        (value, vjp_fun)
    }))
}

/// ∇f = f_x + i f_y = 2 ∂f/∂z̄ of a real-valued function, forward: df = Re(∇fᴴ dz), it points uphill, and a step along −∇f descends.
///
/// PyTorch, TensorFlow and Zygote agree with it; JAX's `grad` gives the conjugate. For many variables take [`grad`], in reverse.
/// For an output of several real numbers, its shape holding a gradient each.
///
/// # Examples
/// ```
/// use holograd::complex;
/// use num_complex::Complex;
/// let z = Complex::new(3.0, 4.0);
/// assert_eq!(complex::gradient(|z| z.norm_sqr(), &z), 2.0 * z);
/// assert_eq!(complex::gradient(|z| z.re(), &z), Complex::ONE);
/// assert_eq!(complex::gradient(|z| z.im(), &z), Complex::I);
/// ```
#[track_caller]
pub fn gradient<C: ComplexScalar, X: Tree<C> + ?Sized, Y: Output<Part<Forward<C, X>>>>(
    f: impl FnMut(X::With<Forward<C, X>>) -> Y,
    z: &X,
) -> Y::Lift<ShapeWith<Y, Part<Forward<C, X>>, X::With<C>>> {
    Y::lift(
        evaluate(f, z).map(|evaluations| evaluations.jacobian(z, |y, k, seed| uphill::<C, X>(*y, k, seed))),
    )
}

/// (f(z), ∇f(z)); see [`gradient`].
///
/// # Examples
/// ```
/// use holograd::complex;
/// use num_complex::Complex;
/// let z = [Complex::new(3.0, 4.0), Complex::new(0.0, 1.0)];
/// let (value, gradient) = complex::value_and_gradient(|[z, w]| z.norm_sqr() + w.norm_sqr(), &z);
/// assert_eq!((value, gradient), (26.0, z.map(|z| 2.0 * z)));
/// ```
#[track_caller]
pub fn value_and_gradient<C: ComplexScalar, X: Tree<C> + ?Sized, Y: Output<Part<Forward<C, X>>>>(
    f: impl FnMut(X::With<Forward<C, X>>) -> Y,
    z: &X,
) -> Y::Lift<(ShapeWith<Y, Part<Forward<C, X>>, C::Real>, ShapeWith<Y, Part<Forward<C, X>>, X::With<C>>)> {
    Y::lift(evaluate(f, z).map(|evaluations| {
        (
            evaluations.first.map_leaves(&mut Forward::<C, X>::real_re),
            evaluations.jacobian(z, |y, k, seed| uphill::<C, X>(*y, k, seed)),
        )
    }))
}

/// f_x + i f_y of a real result by the variable number `k` of its evaluation.
#[track_caller]
fn uphill<C: ComplexScalar, X: Tree<C> + ?Sized>(y: Part<Forward<C, X>>, k: usize, seed: Seed) -> C {
    let part = |lane| Forward::<C, X>::real_tangent(y, lane, seed);
    C::from_parts(part(2 * k), part(2 * k + 1))
}

/// (P, Q): the two Hessians of a real-valued function, P = ∂²f/∂z̄∂z, Hermitian, and Q = ∂²f/∂z∂z, symmetric:
///
/// ```text
/// f(z + h) = f + Re(∇fᴴh) + hᴴPh + Re(hᵀQh) + O(h³)
/// P = ¼[(H_xx + H_yy) + i(H_yx − H_xy)]      Q = ¼[(H_xx − H_yy) − i(H_xy + H_yx)]
/// ```
///
/// Each is the shape of the output holding the shape of the input holding the shape of the input: `p[j][k]` is ∂²f/∂z̄ⱼ∂zₖ.
///
/// # Examples
/// ```
/// use holograd::complex;
/// use num_complex::Complex;
/// let z = Complex::new(3.0, 4.0);
/// assert_eq!(complex::hessian(|z| z.norm_sqr(), &z), (Complex::ONE, Complex::ZERO));
/// assert_eq!(complex::hessian(|z| (z * z).re(), &z), (Complex::ZERO, Complex::ONE));
/// ```
#[track_caller]
pub fn hessian<C: ComplexScalar, X: Tree<C> + ?Sized, Y: Output<Part<Second<C, X>>>>(
    f: impl FnMut(X::With<Second<C, X>>) -> Y,
    z: &X,
) -> Y::Lift<(
    ShapeWith<Y, Part<Second<C, X>>, X::With<X::With<C>>>,
    ShapeWith<Y, Part<Second<C, X>>, X::With<X::With<C>>>,
)> {
    Y::lift(evaluate_pairs(f, z).map(|pairs| {
        let quarter = Part::<C>::lit(0.25);
        let p = each_pair(&pairs, z, |[[xx, xy], [yx, yy]]| {
            C::from_parts((xx + yy) * quarter, (yx - xy) * quarter)
        });
        let q = each_pair(&pairs, z, |[[xx, xy], [yx, yy]]| {
            C::from_parts((xx - yy) * quarter, -(xy + yx) * quarter)
        });
        (p, q)
    }))
}

/// As many evaluations as it takes to seed every pair of variables once: the outer dual number has one of them, the inner
/// one a chunk of those up to it.
struct Pairs<S, Y> {
    /// The first evaluation.
    shape: Y,
    evaluations: Vec<PairEvaluation<S>>,
    /// How many variables a chunk has.
    width: usize,
}

struct PairEvaluation<S> {
    outer: Seed,
    inner: Seed,
    leaves: Vec<S>,
}

/// The place of the evaluation for the outer variable `i` and the chunk `b` of inner ones: 1 + ⌊k/width⌋ chunks for each
/// variable k before it.
fn place(i: usize, b: usize, width: usize) -> usize {
    let (full, rest) = (i / width, i % width);
    i + width * (full * full.saturating_sub(1) / 2) + rest * full + b
}

#[track_caller]
fn evaluate_pairs<C: ComplexScalar, X: Tree<C> + ?Sized, S: Scalar, Y: Output<S>>(
    mut f: impl FnMut(X::With<Second<C, X>>) -> Y,
    z: &X,
) -> Result<Pairs<S, Y::Shape>, Y::Failure> {
    let width = TwoLanes::<C, X>::WIDTH;
    let mut evaluate = |i: usize, b: usize| {
        let (outer, inner) = (Seed::along_reals(), Seed::along_reals());
        let constant = |value| Forward::<C, X>::seed(value, None, inner);
        let z = map_numbered(z, |leaf, value| {
            let in_chunk = (leaf / width == b).then_some(leaf % width);
            let number = Forward::<C, X>::seed_variable(value, in_chunk, one_and_i(), inner);
            let tangents = if leaf == i { one_and_i() } else { [C::zero(); 2] };
            outer.dual(number, tangents.map(constant))
        });
        f(z).branch().map(|y| (y, outer, inner))
    };
    let mut shape = None;
    let mut evaluations = Vec::new();
    for i in 0..z.leaves().max(1) {
        for b in 0..=i / width {
            let (y, outer, inner) = evaluate(i, b)?;
            evaluations.push(PairEvaluation { outer, inner, leaves: flatten(&y) });
            shape.get_or_insert(y);
        }
    }
    let shape = shape.expect("at least one evaluation");
    for PairEvaluation { leaves, .. } in &evaluations {
        same_leaves(shape.leaves(), leaves.len());
    }
    Ok(Pairs { shape, evaluations, width })
}

/// Each leaf of the output replaced by what `entry` makes of the real second derivatives by each pair of variables, along x
/// and y of each: those of the first one are the rows.
#[track_caller]
fn each_pair<C: ComplexScalar, X: Tree<C> + ?Sized, Y: Shape<Part<Second<C, X>>>>(
    pairs: &Pairs<Part<Second<C, X>>, Y>,
    z: &X,
    entry: impl Fn([[C::Real; 2]; 2]) -> C,
) -> Y::With<X::With<X::With<C>>> {
    let mut row = 0;
    pairs.shape.map_leaves(&mut |_| {
        let mut i = 0;
        let rows = z.map_leaves(&mut |_| {
            let mut j = 0;
            let partials = z.map_leaves(&mut |_| {
                // Of the two halves one is read for both, so that the symmetries hold to the last bit.
                let (larger, smaller) = (i.max(j), i.min(j));
                let evaluation = &pairs.evaluations[place(larger, smaller / pairs.width, pairs.width)];
                let lane = 2 * (smaller % pairs.width);
                let second = |a: usize, b: usize| {
                    let y = evaluation.outer.check(evaluation.leaves[row]).eps[a];
                    Forward::<C, X>::real_tangent(y, lane + b, evaluation.inner)
                };
                let [[xx, xy], [yx, yy]] = [[second(0, 0), second(0, 1)], [second(1, 0), second(1, 1)]];
                let order = i.cmp(&j);
                j += 1;
                entry(match order {
                    Ordering::Less => [[xx, yx], [xy, yy]],
                    Ordering::Equal => [[xx, yx], [yx, yy]],
                    Ordering::Greater => [[xx, xy], [yx, yy]],
                })
            });
            i += 1;
            partials
        });
        row += 1;
        rows
    })
}

/// 2(Ph + Q̄h̄): the derivative of the [`gradient`] of a real-valued function along `h`, with P and Q of [`hessian`]. JAX's
/// `jvp` of its `grad` gives the conjugate.
///
/// # Panics
/// If `z` and `h` differ in shape.
///
/// # Examples
/// ```
/// use holograd::complex;
/// use num_complex::Complex;
/// let (z, h) = (Complex::new(3.0, 4.0), Complex::new(0.5, -1.0));
/// assert_eq!(complex::hvp(|z| z.norm_sqr(), &z, &h), 2.0 * h);
/// assert_eq!(complex::hvp(|z| (z * z).re(), &z, &h), 2.0 * h.conj());
/// ```
#[track_caller]
pub fn hvp<C: ComplexScalar, X: Tree<C> + ?Sized, Y: Output<Part<Dual<Forward<C, X>>>>>(
    f: impl FnMut(X::With<Dual<Forward<C, X>>>) -> Y,
    z: &X,
    h: &X,
) -> Y::Lift<ShapeWith<Y, Part<Dual<Forward<C, X>>>, X::With<C>>> {
    let direction = Seed::along_reals();
    let mut tangents = Vec::new();
    z.zip_leaves(h, &mut |_, h| tangents.push(h));
    // Each evaluation takes all of them, in the order of the leaves.
    let mut tangents = tangents.into_iter().cycle();
    let evaluations =
        evaluate_all::<TwoLanes<C, X>, _, _, _, _, _>(f, z, Seed::along_reals, |value, variable, seed| {
            let h = tangents.next().unwrap_or_else(C::zero);
            let z = Forward::<C, X>::seed_variable(value, variable, one_and_i(), seed);
            direction.dual(z, [Forward::<C, X>::seed(h, None, seed)])
        });
    Y::lift(evaluations.map(|evaluations| {
        evaluations.jacobian(z, |y, k, seed| uphill::<C, X>(direction.look_at(y).eps[0], k, seed))
    }))
}

/// ∇f = f_x + i f_y of a real-valued function, by reverse mode: its cost does not grow with the number of variables.
///
/// Its result is that of [`gradient`], so the conjugate of what JAX's `grad` gives; but the closure gets `Complex<Var<T>>`, num-complex's type, whose own methods
/// win over ours: its `z.sin()`, `z.sqrt()` or `/` have right derivatives and num-complex's values, which are not good
/// everywhere. Call a function that is generic over [`ComplexScalar`] to get this crate's; see [`Scalar`](Scalar#whose-sin-is-zsin).
///
/// # Examples
/// ```
/// use holograd::{ComplexScalar, complex};
/// use num_complex::Complex;
/// fn cost<T: ComplexScalar>(z: &[T]) -> T::Real {
///     z.iter().map(|z| z.sin().norm_sqr()).sum()
/// }
/// let z = vec![Complex::new(0.5, 1.0); 1000];
/// let gradient = complex::grad(|z: Vec<_>| cost(&z), &z);
/// assert!((gradient[999] - complex::gradient(|z| cost(&[z]), &z[0])).norm() < 1e-15);
/// ```
#[cfg(feature = "std")]
#[track_caller]
pub fn grad<T: Real, X: Tree<Complex<T>> + ?Sized, Y: NumberOutput<Var<T>>>(
    f: impl FnOnce(X::With<Complex<Var<T>>>) -> Y,
    z: &X,
) -> Y::Lift<X::With<Complex<T>>> {
    let (recording, y) = record(f, z);
    Y::lift(y.branch().map(|y| pullback(&recording, y, z)))
}

/// (f(z), ∇f(z)) by reverse mode; see [`grad`].
///
/// # Examples
/// ```
/// use holograd::{ComplexScalar, complex};
/// use num_complex::Complex;
/// let z = Complex::new(3.0, 4.0);
/// assert_eq!(complex::value_and_grad(|z| ComplexScalar::norm_sqr(z), &z), (25.0, 2.0 * z));
/// ```
#[cfg(feature = "std")]
#[track_caller]
pub fn value_and_grad<T: Real, X: Tree<Complex<T>> + ?Sized, Y: NumberOutput<Var<T>>>(
    f: impl FnOnce(X::With<Complex<Var<T>>>) -> Y,
    z: &X,
) -> Y::Lift<(T, X::With<Complex<T>>)> {
    let (recording, y) = record(f, z);
    Y::lift(y.branch().map(|y| (y.value(), pullback(&recording, y, z))))
}

/// Records `f` with two inputs of the tape for each variable.
#[cfg(feature = "std")]
#[track_caller]
fn record<T: Real, X: Tree<Complex<T>> + ?Sized, Y>(
    f: impl FnOnce(X::With<Complex<Var<T>>>) -> Y,
    z: &X,
) -> (Recording<T>, Y) {
    let mut recording = Recording::new();
    let y =
        recording.record(|next| z.map_leaves(&mut |z| Complex::new(next.input(z.re), next.input(z.im))), f);
    (recording, y)
}

#[cfg(feature = "std")]
#[track_caller]
fn pullback<T: Real, X: Tree<Complex<T>> + ?Sized>(
    recording: &Recording<T>,
    y: Var<T>,
    z: &X,
) -> X::With<Complex<T>> {
    recording.pullback([(y, [T::one()])], |adjoints| {
        let mut adjoints = adjoints.iter();
        let mut next = || adjoints.next().map_or_else(T::zero, |[adjoint]| *adjoint);
        z.map_leaves(&mut |_| Complex::new(next(), next()))
    })
}
