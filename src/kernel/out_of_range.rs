//! What functions of layers do where their partial derivatives may have left the range of numbers.

use super::layered::{complex_inners, inners};
use super::{Engine, Kernel, Layer, Truth};
use crate::array::array as each;
use crate::functions::{Analytic, OfReals, Range};
use crate::{Lit, Real, Scalar};
use num_complex::Complex;

/// The result of a call that is seldom made, from copies of its arguments and through a copy of its own: those of the usual way are
/// not known by their addresses then, and may stay in registers.
#[inline(always)]
#[track_caller]
pub(super) fn aside<L: Copy, A>(start: L, arguments: A, seldom: impl FnOnce(&A) -> L) -> L {
    let mut result = [start];
    result[0] = seldom(&arguments);
    result[0]
}

/// Whether it is certain that no partial derivative of a function, nor a derivative of one in a nest, has left the range of
/// numbers: by a look at the arguments, or at the partial derivatives, which costs next to nothing.
#[inline(always)]
pub(super) fn in_range<T: Scalar, const K: usize>(range: Range, x: [T; K], slopes: [T; K]) -> bool {
    // The product of two partial derivatives' values, or their quotient by an argument, and of a tangent for each level.
    let count = 3 + T::ORDER as i32;
    // By the values: tangents that are out of proportion to them are so in the results too.
    let moderate = |x: [T; K]| x.iter().fold(true, |all, x| all & x.stop_gradient().is_moderate(count));
    let arguments = match range {
        Range::Kept => return true,
        Range::LeftInNests if T::ORDER == 0 => return true,
        // A value that has lost digits stays as it is: it is what the first derivative is, in and out of nests.
        Range::LeftInNests => return moderate(x) || !slopes.iter().all(|s| s.is_normal()),
        Range::LeftByArguments => return moderate(x),
        Range::Left => T::ORDER == 0 || moderate(x),
    };
    arguments
        & slopes
            .iter()
            .fold(true, |all, s| all & if T::ORDER == 0 { s.is_normal() } else { moderate_value(*s, count) })
}

/// Whether the value is moderate and no zero.
#[inline(always)]
fn moderate_value<T: Scalar>(x: T, count: i32) -> bool {
    x.is_normal() & x.stop_gradient().is_moderate(count)
}

/// [`Layer::chain`] where something may have left the range: by the factors of the partial derivatives one after the other.
#[cold]
#[inline(never)]
#[track_caller]
pub(super) fn by_factors<F: Analytic<K>, L: Layer, const K: usize>(
    f: F,
    x: [L; K],
    value: L::Inner,
    slopes: [L::Inner; K],
) -> L {
    by_factors_of(x, value, slopes, f.factors(inners(x), value))
}

/// [`by_factors`] of a function of real numbers.
#[cold]
#[inline(never)]
#[track_caller]
pub(super) fn by_factors_of_reals<F: OfReals<K>, L: Layer<Inner: Real>, const K: usize>(
    f: F,
    x: [L; K],
    value: L::Inner,
    slopes: [L::Inner; K],
) -> L {
    let result = by_factors_of(x, value, slopes, f.factors(inners(x), value));
    if F::CORNER && L::Inner::ORDER > 0 && value.has_value(0.0).decided() {
        L::at_corner(result, x)
    } else {
        result
    }
}

/// [`by_factors`] at complex numbers.
#[cold]
#[inline(never)]
#[track_caller]
pub(super) fn by_complex_factors<F: Analytic<K>, L: Layer<Inner: Real>, const K: usize>(
    f: F,
    z: [Complex<L>; K],
    value: Complex<L::Inner>,
    slopes: [Complex<L::Inner>; K],
) -> Complex<L> {
    let inner = complex_inners(z);
    let (mut z, mut slopes) = (z, slopes);
    if let Some(factors) = f.factors(inner, value) {
        for k in 0..K {
            if let Some([first, second]) = worthwhile(slopes[k], inner, factors[k]) {
                Engine::note_factors(z[k].re);
                Engine::note_factors(z[k].im);
                z[k] = L::chain_complex([z[k]], inner[k], [first]);
                slopes[k] = second;
            }
        }
    }
    L::chain_complex(z, value, slopes)
}

/// [`Kernel::note_factors`] of all. In a nest a sweep is of derivatives, which are further out than values: adjoints may leave the
/// range though all partial derivatives are in it.
fn note_all<L: Layer, const K: usize>(x: &[L; K]) {
    for x in x {
        Engine::note_factors(*x);
    }
}

/// [`Layer::chain`] by factors, for the arguments where that helps.
#[cold]
#[track_caller]
pub(crate) fn by_factors_of<L: Layer, const K: usize>(
    mut x: [L; K],
    value: L::Inner,
    mut slopes: [L::Inner; K],
    factors: Option<[[L::Inner; 2]; K]>,
) -> L {
    let inner = inners(x);
    if L::Inner::ORDER > 0 {
        note_all(&x);
    }
    if let Some(factors) = factors {
        for k in 0..K {
            if let Some([first, second]) = worthwhile(slopes[k], inner, factors[k]) {
                Engine::note_factors(x[k]);
                x[k] = L::chain([x[k]], inner[k], [first]);
                slopes[k] = second;
            }
        }
    }
    L::chain(x, value, slopes)
}

/// The factors, if the partial derivative has lost digits that they have.
///
/// In a nest the first derivative has the same bits as outside: the values of the factors are those of the partial derivative and 1
/// if that has all its digits. The second factor has the tangents: of first order the partial derivative's own over the first
/// factor, as its formula does not cancel where the product of factors may, and the logarithmic derivatives of the factors where
/// it has lost them. Of higher orders the two cannot be mixed part by part. There tangents like those of variables are the partial
/// derivative's own, since what is out of range in them mostly stays so whatever is done, and others those of the factors.
fn worthwhile<T: Scalar, const K: usize>(slope: T, x: [T; K], factors: [T; 2]) -> Option<[T; 2]> {
    let sound = |x: T| x.is_normal() && x.all_finite();
    // What overflows in parts would be ∞ − ∞ or 0 · ∞ on the way of the factors, and so would tangents that have overflowed.
    let overflown = T::COMPLEX && !slope.all_finite() || T::ORDER > 0 && !x.iter().all(|x| x.all_finite());
    if overflown
        || slope.has_digits(x)
        || T::Kernel::has_nan(slope).known() == Some(true)
        || !factors.into_iter().all(sound)
    {
        return None;
    }
    if T::ORDER == 0 {
        return Some(factors);
    }
    let values = factors.map(|x| x.stop_gradient());
    if T::ORDER > 1 && has_tangents_near_one(x) {
        let tangents = slope.rest().quotient(values[0]);
        return (!slope.is_normal() && tangents.all_finite()).then(|| [values[0], values[1] + tangents]);
    }
    let [a, b] = [factors[0].quotient(values[0]), factors[1].quotient(values[1])];
    let logarithmic = (a * b).rest();
    if T::ORDER > 1 {
        return Some(if slope.is_normal() {
            [slope.stop_gradient(), logarithmic + Lit(1.0)]
        } else {
            factors
        });
    }
    let [first, second] = if slope.is_normal() { [slope.stop_gradient(), T::one()] } else { values };
    let tangents = T::Kernel::reconciled(
        slope.rest(),
        [logarithmic, a.quotient(b).rest()],
        [slope.rest().quotient(first), logarithmic * second],
    );
    if tangents.all_finite() {
        return Some([first, second + tangents]);
    }
    // They are in range in the partial derivative, if not over the first factor, or in both factors.
    (!slope.all_finite()).then_some(factors)
}

/// Whether the tangents of the numbers of a nest are like those of variables.
fn has_tangents_near_one<T: Scalar, const K: usize>(x: [T; K]) -> bool {
    let sizes = x.iter().map(|x| x.rest().magnitude_with_tangents());
    let (near, zero) = sizes.fold((0, 0), |(near, zero), size| {
        (near + usize::from((1.0 / 16.0..=16.0).contains(&size)), zero + usize::from(size == 0.0))
    });
    near > 0 && near + zero == K
}

/// A root, or another function whose partial derivative is infinite, in a nest: tangents that are exactly zero stay so, but of a
/// live number, (x²)½ or (x⁴)½, nobody knows what they were the first digits of.
#[cold]
#[inline(never)]
#[track_caller]
pub(super) fn root_at_zero<L: Layer, const K: usize>(
    (x, value, slopes): &([L; K], L::Inner, [L::Inner; K]),
) -> L {
    note_all(x);
    L::at_corner(L::chain(*x, *value, *slopes), *x)
}

/// Whether a partial derivative is infinite and the value is not, at an end of the function's domain, 0 or ±1: elsewhere the
/// partial derivative has overflowed.
#[cold]
pub(super) fn is_branch_point<T: Scalar>(x: T, value: T, slope: T) -> bool {
    let size = x.careful_magnitude();
    (size == 0.0 || size == 1.0)
        && slope.careful_magnitude().is_infinite()
        && value.careful_magnitude().is_finite()
}

/// Whether two numbers are a zero and an infinity, which [`Kernel::masked_product`] makes a zero.
pub(crate) fn is_masked<T: Scalar>(x: T, y: T) -> bool {
    let zero = |x: T| x.has_value(0.0).known() == Some(true);
    let infinite =
        |x: T| x.has_finite_value().known() == Some(false) && T::Kernel::has_nan(x).known() == Some(false);
    (zero(x) && infinite(y)) || (infinite(x) && zero(y))
}

/// A function in a nest at a corner where its partial derivatives are taken for zero: they have no derivatives.
#[cold]
#[inline(never)]
#[track_caller]
pub(super) fn corner<L: Layer, const K: usize>((x, value, slopes): &([L; K], L::Inner, [L::Inner; K])) -> L {
    note_all(x);
    L::at_corner(L::chain(*x, *value, each(|k| slopes[k].undifferentiable())), *x)
}
