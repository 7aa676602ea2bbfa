//! Constants of an inner level as numbers of an outer one: [`lift`] and [`partial`].

use crate::{Base, Dual, Lit, Real, Scalar, Shape, Tree};
use alloc::boxed::Box;
use alloc::vec::Vec;
use num_complex::Complex;

/// The number as a constant of the type that is expected, any number of levels up.
///
/// `lift(t)` is what `Dual::from(Dual::from(t))` is on `Dual<Dual<f64>>`: a number with zero tangents at the new levels, whose own
/// tangents are kept. It also makes a number of a [`Lit`], such as `lift(PI)`, and a complex number of a real one.
///
/// The type must follow from where the value goes: the argument of a function, the element of an array, a `let` with a type. Beside
/// an operator, which takes several types, it does not: write `Dual::from(x) * y` or `let x: Dual<_> = lift(x)` there. To call a
/// function of x and p at constant p, use [`partial`].
///
/// # Examples
/// ```
/// use holograd::{Real64, consts::PI, derivative, lift};
/// fn volume<T: Real64>(a: T, b: T, c: T) -> T {
///     a * b * c
/// }
/// // Three levels: ∂/∂x ∂/∂y ∂/∂z of x y z, at z = y = x.
/// let mixed = derivative(|x| derivative(|y| derivative(|z| volume(lift(x), lift(y), z), y), x), 2.0);
/// assert_eq!(mixed, 1.0);
///
/// fn half_turn<T: Real64>() -> T {
///     lift(PI)
/// }
/// assert_eq!(half_turn::<f64>(), std::f64::consts::PI);
/// ```
#[inline]
#[must_use]
pub fn lift<T: LiftTo<U, D>, U, D>(x: T) -> U {
    T::lift_to(x)
}

/// A number that is a constant at the level of `U`; `D` is how far up that is. See [`lift`].
///
/// # Examples
/// ```
/// use holograd::{Dual, LiftTo};
/// fn third_level<D>(x: impl LiftTo<Dual<Dual<Dual<f64>>>, D>) -> Dual<Dual<Dual<f64>>> {
///     holograd::lift(x)
/// }
/// assert_eq!(third_level(2.0), third_level(Dual::from(2.0)));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a constant at the level of `{U}`",
    note = "a number is lifted to a nest of `Dual` and `Var` over its own type",
    note = "write a literal as `1.0`, not `1`"
)]
pub trait LiftTo<U, D> {
    /// The constant.
    #[doc(hidden)]
    fn lift_to(x: Self) -> U;
}

/// A parameter that [`partial`] can hold constant in a function of `U`: a number of the machine as it is, every other number at least
/// one level up.
#[diagnostic::on_unimplemented(
    message = "the parameter of `partial`, a number `{Self}`, is not constant in a function of `{U}`",
    note = "a number of an outer transform is constant in an inner transform that runs one level up: make the inner point a number \
            of the outer transform too, `derivative(partial(f, &p), Dual::from(1.0))`, or `T::lit(1.0)` in generic code"
)]
pub trait Parameter<U, D> {
    /// The constant.
    #[doc(hidden)]
    fn hold(x: Self) -> U;
}

/// How far up: at the level of the number itself.
#[derive(Debug)]
pub struct Here;
/// How far up: one level more than `D`.
#[derive(Debug)]
pub struct Up<D>(D);
/// How far up: to a complex number, whose parts are `D` up.
#[derive(Debug)]
pub struct ToComplex<D>(D);
/// How far up: a complex number, whose parts are `D` up.
#[derive(Debug)]
pub struct Parts<D>(D);
/// How far up: from a literal.
#[derive(Debug)]
pub struct FromLit;

impl<T: Scalar> LiftTo<T, Here> for T {
    #[inline]
    fn lift_to(x: T) -> T {
        x
    }
}

impl<T: Scalar> LiftTo<T, FromLit> for Lit {
    #[inline]
    fn lift_to(x: Lit) -> T {
        T::lit(x.0)
    }
}

/// A layer, which is one level up.
macro_rules! one_up {
    ([U $($n:tt)*] $kind:ty) => {
        impl<T: Scalar + LiftTo<U, D>, U: Scalar, D $($n)*> LiftTo<$kind, Up<D>> for T {
            #[inline]
            fn lift_to(x: T) -> $kind {
                <$kind>::from(lift::<T, U, D>(x))
            }
        }
        impl<T: Scalar + LiftTo<U, D>, U: Scalar, D $($n)*> Parameter<$kind, Up<D>> for T {
            #[inline]
            fn hold(x: T) -> $kind {
                <$kind>::from(lift::<T, U, D>(x))
            }
        }
    };
}
one_up! { [U, const N: usize] Dual<U, N> }
one_up! { [U, const K: usize] crate::Jet<U, K> }
#[cfg(feature = "std")]
one_up! { [U] crate::Var<U> }
#[cfg(feature = "proptest")]
one_up! { [U] crate::strategies::Counted<U> }

impl<T: Real + LiftTo<U, D>, U: Real, D> LiftTo<Complex<U>, ToComplex<D>> for T {
    #[inline]
    fn lift_to(x: T) -> Complex<U> {
        Complex::new(lift(x), U::zero())
    }
}
impl<T: Real + LiftTo<U, Up<D>>, U: Real, D> LiftTo<Complex<U>, Parts<Up<D>>> for Complex<T> {
    #[inline]
    fn lift_to(x: Complex<T>) -> Complex<U> {
        Complex::new(lift(x.re), lift(x.im))
    }
}

impl<B: Base> Parameter<B, Here> for B {
    #[inline]
    fn hold(x: B) -> B {
        x
    }
}
impl<B: Base> Parameter<Complex<B>, Parts<Here>> for Complex<B> {
    #[inline]
    fn hold(x: Complex<B>) -> Complex<B> {
        x
    }
}
impl<B: Base> Parameter<Complex<B>, ToComplex<Here>> for B {
    #[inline]
    fn hold(x: B) -> Complex<B> {
        Complex::new(x, B::zero())
    }
}
impl<T: Real + Parameter<U, Up<D>>, U: Real, D> Parameter<Complex<U>, Parts<Up<D>>> for Complex<T> {
    #[inline]
    fn hold(x: Complex<T>) -> Complex<U> {
        Complex::new(T::hold(x.re), T::hold(x.im))
    }
}
impl<T: Real + Parameter<U, Up<D>>, U: Real, D> Parameter<Complex<U>, ToComplex<Up<D>>> for T {
    #[inline]
    fn hold(x: T) -> Complex<U> {
        Complex::new(T::hold(x), U::zero())
    }
}

/// What a function takes a reference of where its parameters are `C`: that container, or the slice that it holds.
pub trait ViewOf<C> {
    /// The reference.
    fn view(container: &C) -> &Self;
}
impl<C> ViewOf<C> for C {
    #[inline]
    fn view(container: &C) -> &C {
        container
    }
}
impl<E> ViewOf<Vec<E>> for [E] {
    #[inline]
    fn view(container: &Vec<E>) -> &[E] {
        container
    }
}
impl<E> ViewOf<Box<[E]>> for [E] {
    #[inline]
    fn view(container: &Box<[E]>) -> &[E] {
        container
    }
}
impl<E, const N: usize> ViewOf<[E; N]> for [E] {
    #[inline]
    fn view(container: &[E; N]) -> &[E] {
        container
    }
}

/// x ↦ f(x, &p): the function of x alone, in which the parameters p are constants of whatever number it is called with.
///
/// `f` is a generic function of x and of a *reference* to p; p is any container of numbers that could be an input of a transform: a
/// number, an array, a `Vec`, a slice, a tuple, a matrix, a struct by [`impl_tree!`](crate::impl_tree). It is lifted once, when
/// `partial` is called; its numbers may be variables of an outer transform, whose derivatives are kept. The inner point is then a number of
/// the outer transform too: `Dual::from(3.0)` or `Var::from(3.0)` in a closure, `T::lit(3.0)` in generic code.
///
/// This is the cure for perturbation confusion. In `derivative(|x| x * derivative(|y| x + y, 1.0), 1.0)` the outer x and the inner y
/// have the same type; with `partial` such a call does not compile before the inner point is lifted above x, and then x *is* a
/// constant of the inner transform.
///
/// In place of a generic `fn` a closure must name the types of its arguments; but a closure can capture its constants.
/// [`grad_into`](crate::grad_into), whose function takes a slice of any lifetime, needs a closure too.
///
/// # Examples
/// ```
/// use holograd::{Dual, Real64, derivative, grad, hessian, partial};
///
/// fn loss<T: Real64>(x: [T; 2], data: &[T]) -> T {
///     data.iter().enumerate().map(|(i, d)| (x[0] + i as f64 * x[1] - d).powi(2)).sum()
/// }
/// let data = vec![1.0, 2.0, 4.0];
/// assert_eq!(grad(partial(loss, &data), &[1.0, 1.0]), [-2.0, -4.0]);
/// assert_eq!(hessian(partial(loss, &data), &[1.0, 1.0]), [[6.0, 6.0], [6.0, 10.0]]);
///
/// // p is the variable of an outer derivative: d/dp of d/dx x² p at x = 3.
/// fn f<T: Real64>(x: T, p: &T) -> T {
///     x * x * p
/// }
/// assert_eq!(derivative(|p| derivative(partial(f, &p), Dual::from(3.0)), 5.0), 6.0);
/// ```
/// At a point that is not lifted the parameter would be of the level of the inner transform, which does not compile:
/// ```compile_fail,E0277
/// # use holograd::{Real64, derivative, partial};
/// # fn f<T: Real64>(x: T, p: &T) -> T {
/// #     x * x * p
/// # }
/// derivative(|p| derivative(partial(f, &p), 3.0), 5.0);
/// ```
pub fn partial<T, U, D, A, Q, Y, P, F>(f: F, p: &P) -> impl Fn(A) -> Y + use<T, U, D, A, Q, Y, P, F>
where
    F: Fn(A, &Q) -> Y,
    P: Tree<T> + ?Sized,
    T: Scalar + Parameter<U, D>,
    U: Scalar,
    Q: ViewOf<<P as Shape<T>>::With<U>> + ?Sized,
{
    let lifted = p.map_leaves(&mut |x| T::hold(x));
    move |x| f(x, Q::view(&lifted))
}
