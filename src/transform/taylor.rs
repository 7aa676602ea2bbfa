//! Taylor series and derivatives of high order, by [`Jet`].

use crate::array::array;
use crate::kernel::Engine;
use crate::tag::Tag;
use crate::tree::{Output, Shape, ShapeWith, Tree, With};
use crate::{Element, Jet, Lit, Scalar};
use alloc::vec::Vec;

/// A function's value, and one more of its shape for each order.
type Series<Y, T, const K: usize> =
    <Y as Output<Jet<T, K>>>::Lift<(ShapeWith<Y, Jet<T, K>, T>, [ShapeWith<Y, Jet<T, K>, T>; K])>;

/// The tag of one evaluation; of complex numbers marked as that of a holomorphic transform.
fn fresh<T: Scalar>() -> Tag {
    Tag::fresh(T::COMPLEX)
}

/// The value and one number of each order in the shape of the result.
#[track_caller]
fn read<T: Scalar, Y: Output<Jet<T, K>>, const K: usize>(
    y: Y,
    tag: Tag,
    number: impl Fn(Jet<T, K>, usize) -> T,
) -> Series<Y, T, K> {
    Y::lift(y.branch().map(|y| {
        let value = y.map_leaves(&mut |y| {
            y.tag.expect(tag, || y.is_constant());
            y.re
        });
        (value, array(|k| y.map_leaves(&mut |y| number(y, k + 1))))
    }))
}

/// The Taylor coefficients of f at x to order K: f(x) and f′(x), f″(x)/2, …, f⁽ᴷ⁾(x)/K!.
///
/// K is inferred from a pattern or a type, or written `taylor::<20, _, _>(f, x)`. The cost is O(K²) for each operation of `f`. The
/// coefficients have the shape of the result of `f`, once for each order.
///
/// A variable of an outer transform at the same level must not be used in `f` (*perturbation confusion*): debug builds panic, release
/// builds return a wrong number unless the feature `checked` is on.
///
/// Source: Griewank and Walther, *Evaluating Derivatives*, 2nd ed. 2008, ch. 13.
///
/// # Examples
/// ```
/// use holograd::taylor;
/// let (y, [c1, c2, c3]) = taylor(|x| x.exp(), 0.0);
/// assert_eq!((y, c1, c2, c3), (1.0, 1.0, 0.5, 1.0 / 6.0));
///
/// // 1/(1 − x) = 1 + x + x² + …, to order 30.
/// let (_, c) = taylor::<30, _, _>(|x| 1.0 / (1.0 - x), 0.0);
/// assert_eq!(c, [1.0; 30]);
/// ```
#[track_caller]
pub fn taylor<const K: usize, T: Scalar, Y: Output<Jet<T, K>>>(
    f: impl FnOnce(Jet<T, K>) -> Y,
    x: T,
) -> Series<Y, T, K> {
    let tag = fresh::<T>();
    read(f(Jet { tag, ..Jet::variable(x) }), tag, |y, k| y.higher[k - 1])
}

/// The Taylor coefficients of f at x to an order that is known at run time only: f(x), f′(x), …, f⁽ᵒʳᵈᵉʳ⁾(x)/order!.
///
/// K is the largest order that the compiled function has room for. The time is O(order²) for each operation of `f`, whatever K is, and so one
/// function at `Jet<f64, 60>` serves all orders to 60. A [`Scalar`] is `Copy`, so a series can hold no vector on the heap; it holds an array of K
/// and the order to which that is used, and needs neither allocations nor a thread's arena, nor a second kind of number.
///
/// # Panics
/// If `order` is greater than K.
///
/// # Examples
/// ```
/// use holograd::{Jet, taylor_to};
/// let f = |x: Jet<f64, 60>| 1.0 / (1.0 - x);
/// for order in [1, 20, 60] {
///     assert_eq!(taylor_to(f, 0.0, order), vec![1.0; order + 1]);
/// }
/// ```
#[track_caller]
pub fn taylor_to<const K: usize, T: Scalar, Y: Output<Jet<T, K>>>(
    f: impl FnOnce(Jet<T, K>) -> Y,
    x: T,
    order: usize,
) -> Y::Lift<Vec<ShapeWith<Y, Jet<T, K>, T>>> {
    assert!(order <= K, "a series of order {order} in numbers with room for {K} coefficients");
    let tag = fresh::<T>();
    let y = f(Jet { tag, ..Jet::variable(x).truncated(order) });
    Y::lift(y.branch().map(|y| {
        let coefficient = |k| {
            y.map_leaves(&mut |y| {
                y.tag.expect(tag, || y.is_constant());
                y.coefficient(k)
            })
        };
        (0..=order).map(coefficient).collect()
    }))
}

/// f(x) and the derivatives f′(x), f″(x), …, f⁽ᴷ⁾(x).
///
/// As [`taylor`], times k!. For `f64` and K > 170 the factorials overflow.
///
/// # Examples
/// ```
/// use holograd::derivatives;
/// let (y, [d1, d2, d3]) = derivatives(|x| x.powi(3), 2.0);
/// assert_eq!((y, d1, d2, d3), (8.0, 12.0, 12.0, 6.0));
///
/// // Of several results: all values, then all first derivatives, …
/// let (y, d) = derivatives::<2, _, _>(|x| [x.sin(), x * x], 0.0);
/// assert_eq!((y, d), ([0.0, 0.0], [[1.0, 0.0], [0.0, 2.0]]));
/// ```
#[track_caller]
pub fn derivatives<const K: usize, T: Scalar, Y: Output<Jet<T, K>>>(
    f: impl FnOnce(Jet<T, K>) -> Y,
    x: T,
) -> Series<Y, T, K> {
    jet_of(f, |tag| Jet { tag, ..Jet::variable(x) })
}

/// f(x(t)) and its derivatives by t at 0, to order K, from x(0) and the derivatives of x by t.
///
/// This is `jax.experimental.jet.jet`: `series[k − 1]` is the k-th derivative of the curve x(t), not divided by k!, and so are the
/// results. `series = [v, 0, …]` gives the derivatives of f along the line x + v t. `x` and each of the series are any containers of
/// numbers that other transforms take, of one shape.
///
/// # Panics
/// If `x` and an element of `series` differ in shape.
///
/// # Examples
/// ```
/// use holograd::jet;
/// // x(t) = (1 + t, 2 + t²): x y² = (1 + t)(2 + t²)² = 4 + 4t + 4t² + …
/// let (y, d) = jet(|[x, y]| x * y * y, &[1.0, 2.0], &[[1.0, 0.0], [0.0, 2.0]]);
/// assert_eq!((y, d), (4.0, [4.0, 8.0]));
/// ```
#[track_caller]
pub fn jet<const K: usize, T: Scalar, X: Tree<T>, Y: Output<Jet<T, K>>>(
    f: impl FnOnce(X::With<Jet<T, K>>) -> Y,
    x: &X,
    series: &[X; K],
) -> Series<Y, T, K> {
    jet_of(f, |tag| {
        let orders: Vec<Vec<T>> = series
            .iter()
            .map(|series| {
                let mut leaves = Vec::new();
                x.zip_leaves(series, &mut |_, c| leaves.push(c));
                leaves
            })
            .collect();
        let mut leaf = 0;
        x.map_leaves(&mut |x| {
            let mut factorial = 1.0;
            let higher = array(|k| {
                factorial *= (k + 1) as f64;
                orders[k][leaf] / Lit(factorial)
            });
            leaf += 1;
            Jet { tag, ..Jet::new(x, higher) }
        })
    })
}

/// The derivatives of `f` along a curve.
#[track_caller]
fn jet_of<const K: usize, T: Scalar, A, Y: Output<Jet<T, K>>>(
    f: impl FnOnce(A) -> Y,
    curve: impl FnOnce(Tag) -> A,
) -> Series<Y, T, K> {
    let tag = fresh::<T>();
    let factorial = |k: usize| Lit((1..=k).fold(1.0, |product, i| product * i as f64));
    read(f(curve(tag)), tag, move |y, k| y.higher[k - 1] * factorial(k))
}

/// The mixed partial derivative ∂^(i₁ + i₂ + …) f/∂x₁^i₁ ∂x₂^i₂ … of one multi-index.
///
/// `index` has a number for each number of `x`, in their order; their sum d is at most K. Where only one of them is not zero, it is one
/// series along that variable. Elsewhere f is expanded in d-th order along the directions j with |j| = d in the variables that
/// take part, C(d + n − 1, d) of them for n variables, and the derivative is a combination of the coefficients:
///
/// ∂ⁱf = Σⱼ γᵢⱼ c_d(x; j), γᵢⱼ = Σ_(0 < k ≤ i) (−1)^|i − k| C(i, k) C(d k/|k|, j) (|k|/d)^d
///
/// That costs less than nested dual numbers from the third order on and adds no error but rounding, which grows with the sum of the
/// |γᵢⱼ c_d|: about two digits at d = 8.
///
/// Source: Griewank, Utke and Walther, *Evaluating higher derivative tensors by forward propagation of univariate Taylor series*,
/// Mathematics of Computation 69 (2000), eq. 3.1.
///
/// # Panics
/// If `index` has another length than `x` has numbers, or its sum is greater than K.
///
/// # Examples
/// ```
/// use holograd::{Jet, mixed_partial};
/// // ∂³/∂x²∂y of x³y² = 12 x y
/// let d = mixed_partial(|[x, y]: [Jet<f64, 3>; 2]| x.powi(3) * y * y, &[2.0, 5.0], &[2, 1]);
/// assert!((d - 120.0_f64).abs() < 1e-12);
/// ```
#[track_caller]
pub fn mixed_partial<const K: usize, T: Scalar, X: Tree<T> + ?Sized, Y: Output<Jet<T, K>>>(
    mut f: impl FnMut(X::With<Jet<T, K>>) -> Y,
    x: &X,
    index: &[usize],
) -> With<Y, Jet<T, K>, T>
where
    ShapeWith<Y, Jet<T, K>, T>: Element,
{
    let leaves = x.leaves();
    assert!(index.len() == leaves, "a multi-index of {} numbers for {leaves} variables", index.len());
    let order: usize = index.iter().sum();
    assert!(order <= K, "a derivative of order {order} by series of order {K}");
    // Along the direction j, to the order that is asked for.
    let mut along = |direction: &[usize]| {
        let tag = fresh::<T>();
        let mut leaf = 0;
        let curve = x.map_leaves(&mut |x| {
            let (speed, mut higher) = (direction[leaf], [T::zero(); K]);
            leaf += 1;
            if speed > 0 {
                higher[0] = T::lit(speed as f64);
            }
            Jet { tag, ..Jet::new(x, higher) }.truncated(order)
        });
        (f(curve).branch(), tag)
    };
    let mut sums: Vec<T> = Vec::new();
    let directions = directions(index, order);
    let mut last = None;
    for (direction, weight) in &directions {
        let (y, tag) = along(direction);
        let y = match y {
            Ok(y) => y,
            Err(failure) => return Y::lift(Err(failure)),
        };
        let mut row = 0;
        y.map_leaves(&mut |y| {
            y.tag.expect(tag, || y.is_constant());
            let term = y.coefficient(order) * Lit(*weight);
            if row < sums.len() {
                sums[row] += term;
            } else {
                sums.push(term);
            }
            row += 1;
        });
        last = Some(y);
    }
    let mut row = 0;
    let shape = last.expect("there is at least one direction");
    Y::lift(Ok(shape.map_leaves(&mut |_| {
        row += 1;
        sums[row - 1]
    })))
}

/// The directions of a multi-index and the weights of their coefficients, those without weight left out.
#[inline]
fn directions(index: &[usize], order: usize) -> Vec<(Vec<usize>, f64)> {
    let taking_part = index.iter().filter(|i| **i > 0).count();
    let factorial = (1..=order).fold(1.0, |product, i| product * i as f64);
    if taking_part < 2 {
        return alloc::vec![(index.iter().map(|i| usize::from(*i > 0)).collect(), factorial)];
    }
    let bounds: Vec<usize> = index.iter().map(|i| if *i > 0 { order } else { 0 }).collect();
    let below = multi_indices(index);
    multi_indices(&bounds)
        .into_iter()
        .filter(|j| j.iter().sum::<usize>() == order)
        .map(|j| {
            let weight = below.iter().map(|k| weight(index, k, &j, order)).sum::<f64>();
            (j, weight)
        })
        .filter(|(_, weight)| *weight != 0.0)
        .collect()
}

/// (−1)^|i − k| C(i, k) C(d k/|k|, j) (|k|/d)^d, 0 for k = 0
#[inline]
fn weight(i: &[usize], k: &[usize], j: &[usize], order: usize) -> f64 {
    let (d, size) = (order as f64, k.iter().sum::<usize>() as f64);
    if size == 0.0 {
        return 0.0;
    }
    let sign = if (i.iter().sum::<usize>() - k.iter().sum::<usize>()).is_multiple_of(2) { 1.0 } else { -1.0 };
    let products = (0..i.len()).map(|a| binomial(i[a] as f64, k[a]) * binomial(d * k[a] as f64 / size, j[a]));
    sign * products.product::<f64>() * libm::pow(size / d, d)
}

/// a (a − 1) … (a − n + 1)/n!
#[inline]
fn binomial(a: f64, n: usize) -> f64 {
    (0..n).fold(1.0, |product, i| product * (a - i as f64) / (i + 1) as f64)
}

/// All multi-indices up to a bound, that included.
#[inline]
fn multi_indices(bound: &[usize]) -> Vec<Vec<usize>> {
    let mut all = alloc::vec![Vec::new()];
    for b in bound {
        all = all
            .iter()
            .flat_map(|head: &Vec<usize>| (0..=*b).map(move |i| [head.as_slice(), &[i]].concat()))
            .collect();
    }
    all
}
