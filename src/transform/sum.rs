//! Sums over data: [`grad_sum`] and [`DataSum`].

use crate::tape::{Inputs, Recording};
use crate::tree::seed::flatten;
use crate::tree::{Lanes, Output, Seed, Tree};
use crate::{Dual, Scalar, Var};
use alloc::vec;
use alloc::vec::Vec;
use num_traits::One;

/// The gradient by the parameters p of Σ f(p, item), the sum over all items of some data.
///
/// The items are taken in blocks. Each block is recorded and swept by itself, on a tape that the next one uses again: the
/// memory is that of one block, however many items there are, and it stays in the processor's cache. [`DataSum`] has the
/// value too, products with the Hessian, Gauss–Newton, the size of the blocks, progress, and threads.
///
/// The result does not depend on the number of threads, and differs from that of [`grad`](crate::grad) of the whole sum by rounding.
/// For a function that returns a `Result` or an `Option` the gradient comes in one; the first item that fails ends the sum.
///
/// # Panics
/// If `f` uses a variable of an outer transform at the same level: write `Var::from(x)` for it.
///
/// # Examples
/// A straight line through points, by least squares.
/// ```
/// use holograd::{Scalar, grad_sum, lit};
/// fn square<T: Scalar>([a, b]: &[T; 2], (t, y): &(f64, f64)) -> T {
///     (*a * lit(*t) + *b - lit(*y)).powi(2)
/// }
/// let data = vec![(0.0, 1.0), (1.0, 2.0), (2.0, 5.0)];
/// assert_eq!(grad_sum(square, &[1.0, 0.0], &data), [-14.0, -10.0]);
/// // Of any iterator.
/// let items = (0..100).map(f64::from);
/// assert_eq!(grad_sum(|p, t| *p * lit(t), &1.0, items), 4950.0);
/// ```
#[track_caller]
pub fn grad_sum<T: Scalar, X: Tree<T> + ?Sized, I: IntoIterator, Y: Output<Var<T>, Shape = Var<T>>>(
    f: impl Fn(&X::With<Var<T>>, I::Item) -> Y,
    params: &X,
    items: I,
) -> Y::Lift<X::With<T>> {
    DataSum::over(items).grad(f, params)
}

/// A sum over the items of some data, and how it is computed: what [`grad_sum`] does, and more.
///
/// The items are taken in blocks of a fixed size. The sums of the blocks are added in their order, whichever thread computed
/// them: every bit of a result depends on the data and the size of the blocks alone.
///
/// # Examples
/// ```
/// use holograd::{DataSum, Scalar, lit};
/// fn square<T: Scalar>([a, b]: &[T; 2], (t, y): &(f64, f64)) -> T {
///     (*a * lit(*t) + *b - lit(*y)).powi(2)
/// }
/// let data = vec![(0.0, 1.0), (1.0, 2.0), (2.0, 5.0)];
/// let mut seen = Vec::new();
/// let sum = DataSum::over(&data).block(2).progress(|items| seen.push(items));
/// assert_eq!(sum.value_and_grad(square, &[1.0, 0.0]), (11.0, [-14.0, -10.0]));
/// assert_eq!(seen, [2, 3]);
///
/// assert_eq!(DataSum::over(&data).hvp(square, &[1.0, 0.0], &[1.0, 1.0]), [16.0, 12.0]);
/// ```
#[must_use]
#[derive(Clone, Copy, Debug)]
pub struct DataSum<I, P = fn(usize)> {
    items: I,
    block: usize,
    progress: P,
}

/// How many items a block has, if nothing else is asked for.
const BLOCK: usize = 64;

impl<I: IntoIterator> DataSum<I> {
    /// A sum over the items of a slice, by reference, or of anything that can be iterated over.
    pub fn over(items: I) -> Self {
        DataSum { items, block: BLOCK, progress: |_| {} }
    }
}

impl<I: IntoIterator, P: FnMut(usize)> DataSum<I, P> {
    /// Takes so many items at a time; 64 if this is not called.
    ///
    /// Larger blocks save work where there are many parameters and little to compute for an item; smaller ones memory.
    ///
    /// # Panics
    /// If a block is to have no items.
    #[track_caller]
    pub fn block(self, items: usize) -> Self {
        assert!(items > 0, "a block of a `DataSum` has at least 1 item");
        DataSum { block: items, ..self }
    }

    /// Calls `progress` after each block with the number of items that have been added.
    pub fn progress<Q: FnMut(usize)>(self, progress: Q) -> DataSum<I, Q> {
        DataSum { items: self.items, block: self.block, progress }
    }

    /// ∇ Σ f(p, item); see [`grad_sum`].
    ///
    /// # Panics
    /// As [`grad_sum`].
    #[track_caller]
    pub fn grad<T: Scalar, X: Tree<T> + ?Sized, Y: Output<Var<T>, Shape = Var<T>>>(
        self,
        f: impl Fn(&X::With<Var<T>>, I::Item) -> Y,
        params: &X,
    ) -> Y::Lift<X::With<T>> {
        let sum = self.run(|items| gradient_of_block(&f, params, items));
        Y::lift(sum.map(|(_, gradient)| rebuild(params, gradient)))
    }

    /// (Σ f(p, item), ∇ Σ f(p, item)); see [`grad_sum`].
    ///
    /// # Panics
    /// As [`grad_sum`].
    #[track_caller]
    pub fn value_and_grad<T: Scalar, X: Tree<T> + ?Sized, Y: Output<Var<T>, Shape = Var<T>>>(
        self,
        f: impl Fn(&X::With<Var<T>>, I::Item) -> Y,
        params: &X,
    ) -> Y::Lift<(T, X::With<T>)> {
        let sum = self.run(|items| gradient_of_block(&f, params, items));
        Y::lift(sum.map(|(value, gradient)| (value, rebuild(params, gradient))))
    }

    /// H·v: the Hessian of Σ f(p, item) times a vector, forward over reverse, at the cost of a few gradients.
    ///
    /// # Panics
    /// As [`grad_sum`]; if `params` and `v` differ in shape.
    #[track_caller]
    pub fn hvp<T: Scalar, X: Tree<T> + ?Sized, Y: Output<Var<Dual<T>>, Shape = Var<Dual<T>>>>(
        self,
        f: impl Fn(&X::With<Var<Dual<T>>>, I::Item) -> Y,
        params: &X,
        v: &X,
    ) -> Y::Lift<X::With<T>> {
        let sum = self.run(|items| hvp_of_block(&f, params, v, items));
        Y::lift(sum.map(|product| rebuild(params, product)))
    }

    /// Σ JᵀJ·v with the Jacobians J of residuals r(p, item): the Gauss–Newton approximation to the Hessian of ½ Σ |r|² times a
    /// vector.
    ///
    /// # Panics
    /// As [`grad_sum`]; if `params` and `v` differ in shape.
    ///
    /// # Examples
    /// ```
    /// use holograd::{DataSum, Scalar, lit};
    /// let residual = |p: &[_; 2], t: &f64| p[0] * lit(*t) + p[1];
    /// // J = [t, 1]
    /// let product = DataSum::over(&[1.0, 2.0]).gauss_newton_product(residual, &[0.0, 0.0], &[1.0, 1.0]);
    /// assert_eq!(product, [8.0, 5.0]);
    /// ```
    #[track_caller]
    pub fn gauss_newton_product<T: Scalar, X: Tree<T> + ?Sized, Y: Output<Var<T>>>(
        self,
        r: impl Fn(&X::With<Var<T>>, I::Item) -> Y,
        params: &X,
        v: &X,
    ) -> Y::Lift<X::With<T>> {
        let direction = leaves_beside(params, v);
        let sum = self.run(|items| product_of_block(&r, params, &direction, items));
        Y::lift(sum.map(|product| rebuild(params, product)))
    }

    /// (½ Σ |r|², Σ Jᵀr, Σ JᵀJ) with the Jacobians J of residuals r(p, item): the value, the gradient, and the Gauss–Newton
    /// approximation to the Hessian, as the shape of the parameters holding the shape of the parameters.
    ///
    /// # Panics
    /// As [`grad_sum`].
    ///
    /// # Examples
    /// ```
    /// use holograd::{DataSum, Scalar, lit};
    /// let residual = |p: &[_; 2], t: &f64| p[0] * lit(*t) + p[1] - lit(1.0);
    /// let (value, gradient, matrix) = DataSum::over(&[1.0, 2.0]).gauss_newton(residual, &[1.0, 1.0]);
    /// assert_eq!((value, gradient, matrix), (2.5, [5.0, 3.0], [[5.0, 3.0], [3.0, 2.0]]));
    /// ```
    #[track_caller]
    pub fn gauss_newton<T: Scalar, X: Tree<T> + ?Sized, Y: Output<Var<T>>>(
        self,
        r: impl Fn(&X::With<Var<T>>, I::Item) -> Y,
        params: &X,
    ) -> Y::Lift<(T, X::With<T>, X::With<X::With<T>>)> {
        let sum = self.run(|items| matrix_of_block(&r, params, items));
        Y::lift(sum.map(|sums| whole_matrix(params, sums)))
    }

    /// Adds what `of_block` makes of the blocks, in their order.
    fn run<S: Sums, E>(
        mut self,
        of_block: impl Fn(&mut dyn Iterator<Item = I::Item>) -> Result<S, E>,
    ) -> Result<S, E> {
        let mut items = self.items.into_iter().peekable();
        let (mut total, mut count) = (None, 0);
        while items.peek().is_some() {
            let mut block = items.by_ref().take(self.block).inspect(|_| count += 1);
            let sums = of_block(&mut block)?;
            S::add(&mut total, sums);
            (self.progress)(count);
        }
        // Of no items: what a block of none gives.
        total.map_or_else(|| of_block(&mut core::iter::empty()), Ok)
    }
}

/// Numbers that are sums over blocks.
trait Sums: Sized {
    /// Adds these numbers to a total, which is there from the first block on.
    fn add(total: &mut Option<Self>, other: Self) {
        match total {
            None => *total = Some(other),
            Some(total) => total.add_all(other),
        }
    }
    fn add_all(&mut self, other: Self);
}

impl<T: Scalar> Sums for Vec<T> {
    fn add_all(&mut self, other: Self) {
        self.iter_mut().zip(other).for_each(|(sum, x)| *sum += x);
    }
}
impl<T: Scalar> Sums for (T, Vec<T>) {
    fn add_all(&mut self, (value, numbers): Self) {
        self.0 += value;
        self.1.add_all(numbers);
    }
}
impl<T: Scalar> Sums for (T, Vec<T>, Vec<T>) {
    fn add_all(&mut self, (value, gradient, matrix): Self) {
        self.0 += value;
        self.1.add_all(gradient);
        self.2.add_all(matrix);
    }
}

/// The shape of the parameters, of these numbers.
fn rebuild<T: Scalar, X: Tree<T> + ?Sized>(params: &X, numbers: Vec<T>) -> X::With<T> {
    let mut numbers = numbers.into_iter();
    params.map_leaves(&mut |_| numbers.next().expect("a number for each parameter"))
}

fn inputs<T: Scalar, X: Tree<T> + ?Sized>(params: &X) -> impl FnOnce(&mut Inputs) -> X::With<Var<T>> {
    |next| params.map_leaves(&mut |p| next.input(p))
}

fn gradient_of_block<T: Scalar, X: Tree<T> + ?Sized, Item, Y: Output<Var<T>, Shape = Var<T>>>(
    f: &impl Fn(&X::With<Var<T>>, Item) -> Y,
    params: &X,
    items: &mut dyn Iterator<Item = Item>,
) -> Result<(T, Vec<T>), Y::Failure> {
    let mut recording = Recording::new();
    let terms = |p: X::With<Var<T>>| items.map(|item| f(&p, item).branch()).collect::<Result<Vec<_>, _>>();
    let terms: Vec<Var<T>> = recording.record(inputs(params), terms)?;
    let value = terms.iter().map(|y| recording.value(*y)).sum();
    let outputs = terms.iter().map(|y| (*y, [T::one()]));
    Ok((value, recording.pullback(outputs, |adjoints| adjoints.as_flattened().to_vec())))
}

fn hvp_of_block<T: Scalar, X: Tree<T> + ?Sized, Item, Y: Output<Var<Dual<T>>, Shape = Var<Dual<T>>>>(
    f: &impl Fn(&X::With<Var<Dual<T>>>, Item) -> Y,
    params: &X,
    v: &X,
    items: &mut dyn Iterator<Item = Item>,
) -> Result<Vec<T>, Y::Failure> {
    let seed = Seed::new::<T>();
    let mut recording = Recording::new();
    let inputs = |next: &mut Inputs| params.zip_leaves(v, &mut |x, v| next.input(seed.dual(x, [v])));
    let terms =
        |p: X::With<Var<Dual<T>>>| items.map(|item| f(&p, item).branch()).collect::<Result<Vec<_>, _>>();
    let terms: Vec<Var<Dual<T>>> = recording.record(inputs, terms)?;
    let outputs = terms.iter().map(|y| (*y, [Dual::one()]));
    Ok(recording
        .pullback(outputs, |adjoints| adjoints.iter().map(|[adjoint]| adjoint.tangent(0, seed)).collect()))
}

/// The numbers of a direction that has the shape of the parameters, in the order of the leaves.
///
/// # Panics
/// If the two differ in shape.
#[track_caller]
fn leaves_beside<T: Scalar, X: Tree<T> + ?Sized>(params: &X, v: &X) -> Vec<T> {
    let mut direction = Vec::new();
    params.zip_leaves(v, &mut |_, v| direction.push(v));
    direction
}

fn product_of_block<T: Scalar, X: Tree<T> + ?Sized, Item, Y: Output<Var<T>>>(
    r: &impl Fn(&X::With<Var<T>>, Item) -> Y,
    params: &X,
    direction: &[T],
    items: &mut dyn Iterator<Item = Item>,
) -> Result<Vec<T>, Y::Failure> {
    let mut recording = Recording::new();
    let residuals = |p: X::With<Var<T>>| {
        let mut all = Vec::new();
        for item in items {
            all.append(&mut flatten(&r(&p, item).branch()?));
        }
        Ok(all)
    };
    let residuals: Vec<Var<T>> = recording.record(inputs(params), residuals)?;
    let along: Vec<T> =
        recording.pushforward(direction, |tangent| residuals.iter().map(|y| tangent(*y)).collect());
    let outputs = residuals.iter().zip(&along).map(|(y, along)| (*y, [*along]));
    Ok(recording.pullback(outputs, |adjoints| adjoints.as_flattened().to_vec()))
}

/// How many rows of a Jacobian one sweep computes.
const ROWS: usize = 4;

/// ½ Σ r², Σ Jᵀr, and the lower triangle of Σ JᵀJ, row by row.
fn matrix_of_block<T: Scalar, X: Tree<T> + ?Sized, Item, Y: Output<Var<T>>>(
    r: &impl Fn(&X::With<Var<T>>, Item) -> Y,
    params: &X,
    items: &mut dyn Iterator<Item = Item>,
) -> Result<(T, Vec<T>, Vec<T>), Y::Failure> {
    let n = params.leaves();
    let (mut value, mut gradient) = (-T::zero(), vec![T::zero(); n]);
    let mut matrix = vec![T::zero(); n * (n + 1) / 2];
    let mut recording = Recording::new();
    // The parameters that a residual depends on, and its derivatives by them.
    let mut row: Vec<(usize, T)> = Vec::new();
    for item in items {
        let y = recording.record(inputs(params), |p: X::With<Var<T>>| r(&p, item).branch());
        let residuals = flatten(&y?);
        for residuals in residuals.chunks(ROWS) {
            let seeded = residuals.iter().enumerate().map(|(row, y)| {
                let mut weights = [T::zero(); ROWS];
                weights[row] = T::one();
                (*y, weights)
            });
            recording.pullback(seeded, |adjoints| {
                for (k, y) in residuals.iter().enumerate() {
                    let residual = recording.value(*y);
                    value += residual * residual * crate::lit(0.5);
                    row.clear();
                    let live = |(i, adjoint): (usize, &[T; ROWS])| {
                        (!adjoint[k].is_zero()).then_some((i, adjoint[k]))
                    };
                    row.extend(adjoints.iter().enumerate().filter_map(live));
                    for (at, (i, slope)) in row.iter().enumerate() {
                        gradient[*i] += *slope * residual;
                        let line = &mut matrix[i * (i + 1) / 2..];
                        for (j, other) in &row[..=at] {
                            line[*j] += *slope * *other;
                        }
                    }
                }
            });
        }
        recording.renew();
    }
    Ok((value, gradient, matrix))
}

fn whole_matrix<T: Scalar, X: Tree<T> + ?Sized>(
    params: &X,
    (value, gradient, matrix): (T, Vec<T>, Vec<T>),
) -> (T, X::With<T>, X::With<X::With<T>>) {
    let mut row = 0;
    let rows = params.map_leaves(&mut |_| {
        let mut column = 0;
        let line = params.map_leaves(&mut |_| {
            let (i, j) = (row.max(column), row.min(column));
            column += 1;
            matrix[i * (i + 1) / 2 + j]
        });
        row += 1;
        line
    });
    (value, rebuild(params, gradient), rows)
}

/// Sums over data on all threads of rayon's pool.
#[cfg(feature = "rayon")]
mod parallel {
    use super::*;
    use rayon::iter::{IntoParallelIterator, ParallelIterator};

    /// A [`DataSum`] whose blocks are computed on the threads of rayon's pool, by [`DataSum::parallel`].
    ///
    /// The items are taken from the iterator on the calling thread, as many blocks at a time as there are threads, and the
    /// sums of the blocks are added in their order: every bit of a result is that of the [`DataSum`] itself, for any number
    /// of threads.
    ///
    /// # Examples
    /// ```
    /// use holograd::{DataSum, Scalar, lit};
    /// fn wave<T: Scalar>([a, b]: &[T; 2], t: &f64) -> T {
    ///     (*a * lit(*t) + *b).sin()
    /// }
    /// let data: Vec<f64> = (0..1000).map(f64::from).collect();
    /// let alone = DataSum::over(&data).value_and_grad(wave, &[0.3, 1.0]);
    /// assert_eq!(DataSum::over(&data).parallel().value_and_grad(wave, &[0.3, 1.0]), alone);
    /// ```
    #[must_use]
    #[derive(Clone, Copy, Debug)]
    pub struct ParallelSum<I, P = fn(usize)>(DataSum<I, P>);

    impl<I: IntoIterator, P: FnMut(usize)> DataSum<I, P> {
        /// Computes the blocks on the threads of rayon's pool; see [`ParallelSum`]. Needs the feature `rayon`.
        pub fn parallel(self) -> ParallelSum<I, P> {
            ParallelSum(self)
        }
    }

    impl<I: IntoIterator<Item: Send>, P: FnMut(usize)> ParallelSum<I, P> {
        /// As [`DataSum::grad`].
        ///
        /// # Panics
        /// As [`grad_sum`]; if `f` uses variables of an outer transform at any level of reverse mode, whose tape is open on the
        /// calling thread alone.
        #[track_caller]
        pub fn grad<
            T: Scalar,
            X: Tree<T> + ?Sized + Sync,
            Y: Output<Var<T>, Shape = Var<T>, Failure: Send>,
        >(
            self,
            f: impl Fn(&X::With<Var<T>>, I::Item) -> Y + Sync,
            params: &X,
        ) -> Y::Lift<X::With<T>> {
            let sum = self.run(|items| gradient_of_block(&f, params, items));
            Y::lift(sum.map(|(_, gradient)| rebuild(params, gradient)))
        }

        /// As [`DataSum::value_and_grad`].
        ///
        /// # Panics
        /// As [`grad`](Self::grad).
        #[track_caller]
        pub fn value_and_grad<
            T: Scalar,
            X: Tree<T> + ?Sized + Sync,
            Y: Output<Var<T>, Shape = Var<T>, Failure: Send>,
        >(
            self,
            f: impl Fn(&X::With<Var<T>>, I::Item) -> Y + Sync,
            params: &X,
        ) -> Y::Lift<(T, X::With<T>)> {
            let sum = self.run(|items| gradient_of_block(&f, params, items));
            Y::lift(sum.map(|(value, gradient)| (value, rebuild(params, gradient))))
        }

        /// As [`DataSum::hvp`].
        ///
        /// # Panics
        /// As [`grad`](Self::grad); if `params` and `v` differ in shape.
        #[track_caller]
        pub fn hvp<
            T: Scalar,
            X: Tree<T> + ?Sized + Sync,
            Y: Output<Var<Dual<T>>, Shape = Var<Dual<T>>, Failure: Send>,
        >(
            self,
            f: impl Fn(&X::With<Var<Dual<T>>>, I::Item) -> Y + Sync,
            params: &X,
            v: &X,
        ) -> Y::Lift<X::With<T>> {
            let sum = self.run(|items| hvp_of_block(&f, params, v, items));
            Y::lift(sum.map(|product| rebuild(params, product)))
        }

        /// As [`DataSum::gauss_newton_product`].
        ///
        /// # Panics
        /// As [`grad`](Self::grad); if `params` and `v` differ in shape.
        #[track_caller]
        pub fn gauss_newton_product<
            T: Scalar,
            X: Tree<T> + ?Sized + Sync,
            Y: Output<Var<T>, Failure: Send>,
        >(
            self,
            r: impl Fn(&X::With<Var<T>>, I::Item) -> Y + Sync,
            params: &X,
            v: &X,
        ) -> Y::Lift<X::With<T>> {
            let direction = leaves_beside(params, v);
            let sum = self.run(|items| product_of_block(&r, params, &direction, items));
            Y::lift(sum.map(|product| rebuild(params, product)))
        }

        /// As [`DataSum::gauss_newton`].
        ///
        /// # Panics
        /// As [`grad`](Self::grad).
        #[track_caller]
        pub fn gauss_newton<T: Scalar, X: Tree<T> + ?Sized + Sync, Y: Output<Var<T>, Failure: Send>>(
            self,
            r: impl Fn(&X::With<Var<T>>, I::Item) -> Y + Sync,
            params: &X,
        ) -> Y::Lift<(T, X::With<T>, X::With<X::With<T>>)> {
            let sum = self.run(|items| matrix_of_block(&r, params, items));
            Y::lift(sum.map(|sums| whole_matrix(params, sums)))
        }

        /// As `DataSum::run`, several blocks at a time.
        fn run<S: Sums + Send, E: Send>(
            self,
            of_block: impl Fn(&mut dyn Iterator<Item = I::Item>) -> Result<S, E> + Sync,
        ) -> Result<S, E> {
            let DataSum { items, block, mut progress } = self.0;
            let mut items = items.into_iter().peekable();
            let (mut total, mut count) = (None, 0);
            while items.peek().is_some() {
                // Some more than threads, so that they wait less for the slowest.
                let wave = (0..4 * rayon::current_num_threads())
                    .map(|_| items.by_ref().take(block).collect::<Vec<_>>())
                    .take_while(|block| !block.is_empty());
                let wave: Vec<Vec<I::Item>> = wave.collect();
                let lengths: Vec<usize> = wave.iter().map(Vec::len).collect();
                let of_wave: Vec<Result<S, E>> =
                    wave.into_par_iter().map(|block| of_block(&mut block.into_iter())).collect();
                for (sums, length) in of_wave.into_iter().zip(lengths) {
                    S::add(&mut total, sums?);
                    count += length;
                    progress(count);
                }
            }
            total.map_or_else(|| of_block(&mut core::iter::empty()), Ok)
        }
    }
}
#[cfg(feature = "rayon")]
pub use parallel::ParallelSum;
