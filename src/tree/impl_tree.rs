//! [`impl_tree!`](crate::impl_tree): structs as containers.

/// Makes a struct with one number type `T` an input and a result of the transforms.
///
/// The struct derives `Clone`, `PartialEq` and `Debug`. Its differentiated fields are named, in the order in which their
/// leaves are counted; each is itself a [`Tree`](crate::Tree). Fields after a semicolon are cloned as they are.
///
/// The number type is one parameter without bounds, `struct Params<T>` and not `struct Params<T: Real>`: the struct is also
/// rebuilt with what is no number, such as a row of a Jacobian. There are no lifetimes, as the results outlive the call: data
/// that is only read is shared in an `Arc`, or captured by the closure. A differentiated field is no `Option`, whose leaves
/// nobody could count; let there be a struct for each case, or a `Vec` of one or none.
///
/// # Examples
/// ```
/// use holograd::{Dual, Scalar, impl_tree, jacfwd};
///
/// #[derive(Clone, PartialEq, Debug)]
/// struct Params<T> {
///     w: [[T; 2]; 3],
///     b: T,
///     name: String,
/// }
/// impl_tree!(Params { w, b; name });
///
/// fn sum<T: Scalar>(p: Params<T>) -> T {
///     p.w.into_iter().flatten().sum::<T>() * p.b
/// }
/// let params = Params { w: [[1.0, 2.0]; 3], b: 5.0, name: "layer".into() };
/// let gradient = jacfwd(sum, &params);
/// assert_eq!(gradient, Params { w: [[5.0; 2]; 3], b: 9.0, name: "layer".into() });
/// ```
/// A tuple struct, and one with further parameters:
/// ```
/// use holograd::{Element, impl_tree, jacfwd};
///
/// #[derive(Clone, PartialEq, Debug)]
/// struct Point<T>(T, T);
/// impl_tree!(Point { 0, 1 });
///
/// #[derive(Clone, PartialEq, Debug)]
/// struct Path<T, K, const N: usize> {
///     points: [Point<T>; N],
///     label: K,
/// }
/// impl_tree!([K: Element, const N: usize] Path<T, K, N> { points; label });
///
/// let path = Path { points: [Point(1.0, 2.0), Point(3.0, 4.0)], label: "p" };
/// let gradient = jacfwd(|p: Path<_, _, 2>| p.points[0].0 * p.points[1].1, &path);
/// assert_eq!(gradient, Path { points: [Point(4.0, 0.0), Point(0.0, 1.0)], label: "p" });
/// ```
/// Forward mode goes through a struct in chunks of 8 numbers. A struct with a fixed number of them, 64 at most, that says how many is
/// done in one evaluation, as an array is:
/// ```
/// use holograd::{Dual, impl_tree, jacfwd};
///
/// #[derive(Clone, PartialEq, Debug)]
/// struct Camera<T> {
///     rotation: [T; 3],
///     centre: [T; 3],
///     focal: T,
/// }
/// impl_tree!(Camera { rotation, centre, focal }, lanes = 7);
///
/// let camera = Camera { rotation: [0.1, 0.2, 0.3], centre: [1.0, 2.0, 3.0], focal: 5.0 };
/// let mut evaluations = 0;
/// let gradient = jacfwd(
///     |c: Camera<Dual<f64, 7>>| {
///         evaluations += 1;
///         c.focal * c.rotation[0] * c.centre[2]
///     },
///     &camera,
/// );
/// assert_eq!(evaluations, 1);
/// assert_eq!((gradient.focal, gradient.rotation, gradient.centre), (0.1 * 3.0, [15.0, 0.0, 0.0], [0.0, 0.0, 0.5]));
/// ```
/// Another number of lanes does not compile where the struct is differentiated:
/// ```compile_fail
/// use holograd::{impl_tree, jacfwd};
///
/// #[derive(Clone, PartialEq, Debug)]
/// struct Pair<T>(T, T);
/// impl_tree!(Pair { 0, 1 }, lanes = 3);
/// jacfwd(|p: Pair<_>| p.0 * p.1, &Pair(1.0, 2.0));
/// ```
#[macro_export]
macro_rules! impl_tree {
    (@lanes) => {
        type Lanes = $crate::Dual<T, 8>;
        type Second = $crate::__private::ChunkSecond<T>;
    };
    // As an array of so many numbers has them.
    (@lanes $lanes:tt) => {
        type Lanes = $crate::Dual<T, $lanes>;
        type Second = <T as $crate::Tree<T>>::ArraySecond<$lanes>;
    };
    ($name:ident { $($fields:tt)* } $($lanes:tt)*) => {
        $crate::impl_tree! { [] $name<T> { $($fields)* } $($lanes)* }
    };
    (
        [$($generics:tt)*] $name:ident<T $(, $argument:ident)*>
        { $($field:tt),* $(,)? $(; $($kept:tt),* $(,)?)? } $(, lanes = $lanes:tt)? $(,)?
    ) => {
        impl<T: $crate::Scalar, $($generics)*> $crate::Shape<T> for $name<T, $($argument),*> {
            type With<U: $crate::Element> = $name<U, $($argument),*>;
            const LEAVES: ::core::option::Option<usize> = $crate::__private::leaves_in_lanes(
                &[$($crate::__private::leaves_of::<T, Self, _>(|x| &x.$field)),*],
                &[$($lanes)?],
            );
            #[inline]
            #[track_caller]
            fn zip_leaves<U: $crate::Element>(
                &self,
                other: &Self,
                f: &mut impl ::core::ops::FnMut(T, T) -> U,
            ) -> Self::With<U> {
                $name {
                    $($field: $crate::Shape::zip_leaves(&self.$field, &other.$field, f),)*
                    $($($kept: ::core::clone::Clone::clone(&self.$kept),)*)?
                }
            }
        }
        impl<T: $crate::Scalar, $($generics)*> $crate::Tree<T> for $name<T, $($argument),*> {
            $crate::impl_tree! { @lanes $($lanes)? }
            type ArrayLanes<const LANES: usize> = $crate::Dual<T, 8>;
            type ArraySecond<const LANES: usize> = $crate::__private::ChunkSecond<T>;
        }
        impl<T: $crate::Scalar, $($generics)*> $crate::Output<T> for $name<T, $($argument),*> {
            type Shape = Self;
            type Failure = ::core::convert::Infallible;
            type Lift<R> = R;
            fn branch(self) -> ::core::result::Result<Self, ::core::convert::Infallible> {
                ::core::result::Result::Ok(self)
            }
            fn lift<R>(result: ::core::result::Result<R, ::core::convert::Infallible>) -> R {
                result.unwrap_or_else(|never| match never {})
            }
        }
    };
}
