//! Poses: a rotation and a translation, in the plane and in space.

use super::analytic::{cotangent_term, stumpff};
use super::group::{LieGroup, half};
use super::matrix::cross_matrix;
use super::proper::{inner, left_jacobian, left_jacobian_inverse};
use crate::{Real, lit};
use nalgebra::{
    Isometry, Isometry2, Isometry3, Matrix2, Matrix3, Matrix6, Translation, UnitComplex, UnitQuaternion,
    Vector1, Vector2, Vector3, Vector6,
};

/// The columns of the rotation beside those of the translation.
fn blocks<T: Real>(diagonal: &Matrix3<T>, upper: &Matrix3<T>) -> Matrix6<T> {
    let mut all = Matrix6::from_element(T::zero());
    all.fixed_view_mut::<3, 3>(0, 0).copy_from(diagonal);
    all.fixed_view_mut::<3, 3>(3, 3).copy_from(diagonal);
    all.fixed_view_mut::<3, 3>(0, 3).copy_from(upper);
    all
}

fn split<T: Real>(tangent: &Vector6<T>) -> (Vector3<T>, Vector3<T>) {
    let t = tangent;
    (Vector3::new(t[0], t[1], t[2]), Vector3::new(t[3], t[4], t[5]))
}

/// The block of the left Jacobian that maps changes of the rotation to changes of the translation (Barfoot 2024, equation 8.91b).
/// Its coefficients are c₃, c₄ and ½(c₄ − 3c₅), in which nothing cancels.
fn mixed<T: Real>(rho: &Vector3<T>, phi: &Vector3<T>) -> Matrix3<T> {
    let (p, f) = (cross_matrix(rho), cross_matrix(phi));
    let square = inner(phi, phi);
    let [c3, c4, c5] = [3, 4, 5].map(|k| stumpff(k, square));
    let (pf, fp) = (p * f, f * p);
    let fpf = fp * f;
    let second = f * fp + pf * f - fpf.map(|x| x * lit(3.0));
    let third = fpf * f + f * fpf;
    p.map(half)
        + (pf + fp + fpf).map(|x| x * c3)
        + second.map(|x| x * c4)
        + third.map(|x| x * half(c4 - c5 * lit(3.0)))
}

impl<T: Real> LieGroup for Isometry3<T> {
    type Jacobian = Matrix6<T>;
    type Vector = Vector3<T>;

    fn identity() -> Self {
        pose(LieGroup::identity(), Vector3::from_element(T::zero()))
    }

    fn compose(a: &Self, b: &Self) -> Self {
        pose(LieGroup::compose(&a.rotation, &b.rotation), LieGroup::act(a, &b.translation.vector))
    }

    fn inverse(g: &Self) -> Self {
        let rotation: UnitQuaternion<T> = LieGroup::inverse(&g.rotation);
        let back = LieGroup::act(&rotation, &g.translation.vector);
        pose(rotation, back.map(|x| -x))
    }

    fn act(g: &Self, v: &Vector3<T>) -> Vector3<T> {
        LieGroup::act(&g.rotation, v) + g.translation.vector
    }

    fn exp(tangent: &Vector6<T>) -> Self {
        let (rho, phi) = split(tangent);
        pose(LieGroup::exp(&phi), left_jacobian(&phi) * rho)
    }

    fn log(g: &Self) -> Vector6<T> {
        let phi = LieGroup::log(&g.rotation);
        let rho = left_jacobian_inverse(&phi) * g.translation.vector;
        Vector6::new(rho[0], rho[1], rho[2], phi[0], phi[1], phi[2])
    }

    fn left_jacobian(tangent: &Vector6<T>) -> Matrix6<T> {
        let (rho, phi) = split(tangent);
        blocks(&left_jacobian(&phi), &mixed(&rho, &phi))
    }

    fn left_jacobian_inverse(tangent: &Vector6<T>) -> Matrix6<T> {
        let (rho, phi) = split(tangent);
        let inverse = left_jacobian_inverse(&phi);
        blocks(&inverse, &(inverse * mixed(&rho, &phi) * inverse).map(|x| -x))
    }
}

fn pose<T, R, const D: usize>(rotation: R, translation: nalgebra::SVector<T, D>) -> Isometry<T, R, D> {
    Isometry { rotation, translation: Translation { vector: translation } }
}

/// (sin θ/θ, (1 − cos θ)/θ)
fn sine_and_versine<T: Real>(theta: T) -> (T, T) {
    let square = theta * theta;
    (stumpff(1, square), theta * stumpff(2, square))
}

impl<T: Real> LieGroup for Isometry2<T> {
    type Jacobian = Matrix3<T>;
    type Vector = Vector2<T>;

    fn identity() -> Self {
        pose(LieGroup::identity(), Vector2::from_element(T::zero()))
    }

    fn compose(a: &Self, b: &Self) -> Self {
        pose(LieGroup::compose(&a.rotation, &b.rotation), LieGroup::act(a, &b.translation.vector))
    }

    fn inverse(g: &Self) -> Self {
        let rotation: UnitComplex<T> = LieGroup::inverse(&g.rotation);
        let back = LieGroup::act(&rotation, &g.translation.vector);
        pose(rotation, back.map(|x| -x))
    }

    fn act(g: &Self, v: &Vector2<T>) -> Vector2<T> {
        LieGroup::act(&g.rotation, v) + g.translation.vector
    }

    fn exp(tangent: &Vector3<T>) -> Self {
        let (s, c) = sine_and_versine(tangent[2]);
        let translation = Matrix2::new(s, -c, c, s) * Vector2::new(tangent[0], tangent[1]);
        pose(LieGroup::exp(&Vector1::new(tangent[2])), translation)
    }

    /// V⁻¹ has (θ/2) cot(θ/2) = 1 − θ²β on its diagonal and ±θ/2 beside it.
    fn log(g: &Self) -> Vector3<T> {
        let theta = LieGroup::log(&g.rotation)[0];
        let rho = planar_inverse(theta) * g.translation.vector;
        Vector3::new(rho[0], rho[1], theta)
    }

    /// Solà, Deray and Atchuthan 2018, equation 164
    fn left_jacobian(tangent: &Vector3<T>) -> Matrix3<T> {
        let (x, y, theta) = (tangent[0], tangent[1], tangent[2]);
        let (zero, one) = (T::zero(), T::one());
        let (s, c) = sine_and_versine(theta);
        let square = theta * theta;
        let (c2, c3) = (stumpff(2, square), theta * stumpff(3, square));
        Matrix3::new(s, -c, c3 * x + c2 * y, c, s, c3 * y - c2 * x, zero, zero, one)
    }

    fn left_jacobian_inverse(tangent: &Vector3<T>) -> Matrix3<T> {
        let j = Self::left_jacobian(tangent);
        let inverse = planar_inverse(tangent[2]);
        let last = (inverse * Vector2::new(j[(0, 2)], j[(1, 2)])).map(|x| -x);
        let (zero, one) = (T::zero(), T::one());
        let [a, b] = [inverse[(0, 0)], inverse[(0, 1)]];
        Matrix3::new(a, b, last[0], -b, a, last[1], zero, zero, one)
    }
}

fn planar_inverse<T: Real>(theta: T) -> Matrix2<T> {
    let diagonal = T::one() - theta * theta * cotangent_term(theta * theta);
    Matrix2::new(diagonal, half(theta), -half(theta), diagonal)
}
