//! Gradient descent as `saddle` and `particle` prescribe it, on any number, so that it can be differentiated itself.

use holograd::{Dual, Real, Var, grad, jacfwd};

/// A function of `N` numbers that can be differentiated at numbers `T`.
pub trait Objective<T: Real, const N: usize> {
    /// The value, at `T` itself or one level up.
    fn at<S: Real + From<T>>(&self, x: [S; N]) -> S;
}

/// How a gradient is computed.
pub trait Mode {
    fn gradient<T: Real, const N: usize>(f: &impl Objective<T, N>, x: [T; N]) -> [T; N];
}

/// By dual numbers.
pub struct Forward;
impl Mode for Forward {
    fn gradient<T: Real, const N: usize>(f: &impl Objective<T, N>, x: [T; N]) -> [T; N] {
        jacfwd(|x: [Dual<T, N>; N]| f.at(x), &x)
    }
}

/// By the tape.
pub struct Reverse;
impl Mode for Reverse {
    fn gradient<T: Real, const N: usize>(f: &impl Objective<T, N>, x: [T; N]) -> [T; N] {
        grad(|x: [Var<T>; N]| f.at(x), &x)
    }
}

fn norm<T: Real, const N: usize>(x: [T; N]) -> T {
    x.into_iter().map(|x| x * x).sum::<T>().sqrt()
}

/// A place where the function is least nearby: steps of η against the gradient, from η = 10⁻⁵. After ten steps in a row that
/// were taken η is doubled; a step that does not lead down is not taken, and η halved. Ends where the gradient or the step is
/// at most 10⁻⁵ long.
pub fn smallest<M: Mode, T: Real, const N: usize>(f: &impl Objective<T, N>, start: [T; N]) -> [T; N] {
    let (mut x, mut value, mut gradient) = (start, f.at(start), M::gradient(f, start));
    let (mut eta, mut taken, bound) = (1e-5, 0, T::lit(1e-5));
    loop {
        if norm(gradient) <= bound {
            return x;
        }
        if taken == 10 {
            (eta, taken) = (2.0 * eta, 0);
            continue;
        }
        let next: [T; N] = std::array::from_fn(|i| x[i] - T::lit(eta) * gradient[i]);
        if norm(std::array::from_fn::<T, N, _>(|i| x[i] - next[i])) <= bound {
            return x;
        }
        let next_value = f.at(next);
        if next_value < value {
            (x, value, gradient, taken) = (next, next_value, M::gradient(f, next), taken + 1);
        } else {
            (eta, taken) = (eta / 2.0, 0);
        }
    }
}
