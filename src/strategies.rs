//! Strategies for property tests with `proptest`: functions with their domains, random expressions, smooth maps, matrices.
//!
//! [`check_derivatives!`](crate::check_derivatives) checks a function's derivatives at random points in one line.

mod counted;
mod expression;
mod function;
#[cfg(feature = "nalgebra")]
mod matrix;

use crate::check::{CheckError, Report};
use core::ops::Range;
pub use counted::Counted;
pub use expression::{Expr, analytic_expressions, expressions, smooth_maps};
pub use function::{Function, functions};
#[cfg(feature = "nalgebra")]
pub use matrix::{MatrixKind, matrices};
use proptest::collection::VecStrategy;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

/// Numbers of a range, a quarter of them close to 0 or to the bound that is nearest to 0.
///
/// # Examples
/// ```
/// use holograd::strategies::numbers;
/// use proptest::prelude::*;
/// proptest!(|(x in numbers(1.0..3.0))| prop_assert!((1.0..3.0).contains(&x)));
/// ```
pub fn numbers(range: Range<f64>) -> impl Strategy<Value = f64> + Clone {
    let origin = if range.contains(&0.0) {
        0.0
    } else if range.start.abs() < range.end.abs() {
        range.start
    } else {
        range.end
    };
    let close = (range.clone(), -6.0..-1.0)
        .prop_map(move |(x, exponent): (f64, f64)| origin + (x - origin) * 10f64.powf(exponent));
    prop_oneof![3 => range, 1 => close]
}

/// Where [`check_derivatives!`](crate::check_derivatives) draws its points: a range, arrays and tuples of domains, a proptest
/// `vec` of one, and any other strategy when it is `boxed()`.
///
/// It is a trait of its own, with one implementation for ranges, so that `0.0..1.0` needs no type.
///
/// # Examples
/// ```
/// use holograd::strategies::Domain;
/// use proptest::{collection::vec, prelude::*};
/// proptest!(|(x in vec([0.0..1.0, 2.0..3.0], 1..4).strategy())| {
///     prop_assert!(x.iter().all(|[a, b]| a < b));
/// });
/// ```
pub trait Domain {
    /// A point.
    type Point: core::fmt::Debug;
    /// How points are drawn, and shrunk.
    fn strategy(self) -> BoxedStrategy<Self::Point>;
}

impl Domain for Range<f64> {
    type Point = f64;
    fn strategy(self) -> BoxedStrategy<f64> {
        numbers(self).boxed()
    }
}

impl<X: core::fmt::Debug> Domain for BoxedStrategy<X> {
    type Point = X;
    fn strategy(self) -> Self {
        self
    }
}

impl<D: Domain<Point: 'static>, const N: usize> Domain for [D; N] {
    type Point = [D::Point; N];
    fn strategy(self) -> BoxedStrategy<Self::Point> {
        self.map(Domain::strategy).boxed()
    }
}

impl<D: Domain<Point: Clone + 'static> + Clone + 'static> Domain for VecStrategy<D>
where
    D: Strategy<Value = D::Point>,
{
    type Point = Vec<D::Point>;
    fn strategy(self) -> BoxedStrategy<Self::Point> {
        self.boxed()
    }
}

macro_rules! tuples {
    ($(($($name:ident $index:tt),*))*) => {$(
        impl<$($name: Domain<Point: 'static>),*> Domain for ($($name,)*) {
            type Point = ($($name::Point,)*);
            fn strategy(self) -> BoxedStrategy<Self::Point> {
                ($(self.$index.strategy(),)*).boxed()
            }
        }
    )*};
}
tuples! { (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3) }

/// Runs the checks at points of the domain; the body of [`check_derivatives!`](crate::check_derivatives).
#[doc(hidden)]
#[track_caller]
pub fn check_at_points<D: Domain, T: core::fmt::Display>(
    file: &'static str,
    domain: D,
    first: impl Fn(&D::Point) -> Result<Report, CheckError<T>>,
    second: impl Fn(&D::Point) -> Result<Report, CheckError<T>>,
) {
    let check =
        |x| first(&x).and_then(|_| second(&x)).map_err(|error| TestCaseError::fail(error.to_string()));
    match TestRunner::new(Config::with_source_file(file)).run(&domain.strategy(), |x| check(x).map(drop)) {
        Ok(()) => {}
        Err(TestError::Fail(reason, x)) => panic!("at x = {x:?}: {reason}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

/// Checks the first and second derivatives of a function at random points against finite differences, in all modes.
///
/// `check_derivatives!(f, domain)` runs [`check::jacobian`](crate::check::jacobian) and
/// [`check::hessian`](crate::check::hessian) at random points of the [`Domain`](crate::strategies::Domain). `f` is
/// generic over the number, or a closure written out in the call. The number of cases and the seed are proptest's
/// (`PROPTEST_CASES`, `PROPTEST_RNG_SEED`).
///
/// # Panics
/// Where a derivative is wrong: names the point, shrunk, and the worst entry there.
///
/// # Examples
/// ```
/// use holograd::{Real, check_derivatives};
///
/// fn lennard_jones<T: Real>(r: T) -> T {
///     r.powi(-12) - r.powi(-6)
/// }
///
/// // In a crate's tests this is `#[test]`.
/// fn lennard_jones_differentiates() {
///     check_derivatives!(lennard_jones, 0.5..3.0);
///     check_derivatives!(|[x, y]| [x * y.sin(), y.atan2(x)], [0.1..5.0, -5.0..5.0]);
/// }
/// lennard_jones_differentiates();
/// ```
/// ```should_panic
/// use holograd::{Scalar, check_derivatives};
/// // "at x = 0.1: the derivative of output 0 by input 0 is 0.1 in forward mode; finite differences give 0.2 ± …"
/// check_derivatives!(|x| x * Scalar::stop_gradient(x), 0.1..10.0);
/// ```
#[macro_export]
macro_rules! check_derivatives {
    ($f:expr, $domain:expr $(,)?) => {
        // `f` stands there twice, as a closure has one type only.
        $crate::strategies::check_at_points(
            ::core::file!(),
            $domain,
            |x| $crate::check::jacobian($f, x),
            |x| $crate::check::hessian($f, x),
        )
    };
}
