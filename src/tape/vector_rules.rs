//! Functions of many results as the tape keeps them.

use super::VectorNode;
use crate::scalar::norm::turned;
use crate::{Real, Scalar, VectorRule};
use alloc::vec::Vec;
use num_complex::Complex;

/// A user's rule with the numbers it was applied to, as the tape keeps it.
pub(super) struct AnyRule<R, T> {
    pub(super) rule: R,
    pub(super) x: Vec<T>,
    pub(super) y: Vec<T>,
}

impl<T: Scalar, R: VectorRule<T::Primal>> VectorNode<T> for AnyRule<R, T> {
    fn pushforward(&self, v: &[T]) -> Vec<T> {
        self.rule.pushforward(&self.x, &self.y, v)
    }
    fn pullback(&self, u: &[T]) -> Vec<T> {
        self.rule.pullback(&self.x, &self.y, u)
    }
}

/// A user's rule on complex numbers in a tape of their real and imaginary parts, two numbers each.
pub(super) struct ComplexRule<R, T>(pub(super) AnyRule<R, Complex<T>>);

impl<T: Real, R: VectorRule<Complex<T::Primal>>> VectorNode<T> for ComplexRule<R, T> {
    fn pushforward(&self, v: &[T]) -> Vec<T> {
        let v: Vec<_> = v.chunks_exact(2).map(|v| Complex::new(v[0], v[1])).collect();
        self.0.pushforward(&v).into_iter().flat_map(|y| [y.re, y.im]).collect()
    }
    fn pullback(&self, u: &[T]) -> Vec<T> {
        // With U = u_re − i u_im the adjoints of the parts of x are those of X = UᵀJ: x_re = Re X, x_im = −Im X.
        let u: Vec<_> = u.chunks_exact(2).map(|u| Complex::new(u[0], -u[1])).collect();
        self.0.pullback(&u).into_iter().flat_map(|x| [x.re, -x.im]).collect()
    }
}

/// The slopes of a norm, whose own slopes are a symmetric matrix.
pub(super) struct SlopesOfNorm<T> {
    pub(super) x: Vec<T>,
    pub(super) norm: T,
    pub(super) slopes: Vec<T>,
}

impl<T: Real> VectorNode<T> for SlopesOfNorm<T> {
    fn pushforward(&self, v: &[T]) -> Vec<T> {
        let beside = self.x.iter().zip(v).map(|(x, v)| (*x, [*v]));
        turned(beside, self.norm, self.slopes.iter().copied()).map(|[slope]| slope).collect()
    }
    fn pullback(&self, u: &[T]) -> Vec<T> {
        self.pushforward(u)
    }
}
