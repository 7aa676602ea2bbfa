//! Rotations of the plane and of space.

use super::analytic::{angle_over_sine, cotangent_term, stumpff};
use super::group::{LieGroup, half};
use super::matrix::{cross_matrix, rotation_from_scaled_axis, scaled_axis_from_rotation};
use crate::{Real, lit};
use nalgebra::{
    Matrix1, Matrix3, Quaternion, Rotation3, Unit, UnitComplex, UnitQuaternion, Vector1, Vector2, Vector3,
};
use num_complex::Complex;

/// u × v
pub(super) fn cross<T: Real>(u: &Vector3<T>, v: &Vector3<T>) -> Vector3<T> {
    Vector3::new(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0])
}

/// u·v
pub(super) fn inner<T: Real>(u: &Vector3<T>, v: &Vector3<T>) -> T {
    u[0] * v[0] + u[1] * v[1] + u[2] * v[2]
}

pub(super) fn times<T: Real>(v: &Vector3<T>, factor: T) -> Vector3<T> {
    v.map(|x| x * factor)
}

/// The real part and the vector part.
pub(super) fn parts<T: Real>(q: &UnitQuaternion<T>) -> (T, Vector3<T>) {
    let c = &q.as_ref().coords;
    (c[3], Vector3::new(c[0], c[1], c[2]))
}

pub(super) fn quaternion<T: Real>(w: T, v: &Vector3<T>) -> UnitQuaternion<T> {
    Unit::new_unchecked(Quaternion::new(w, v[0], v[1], v[2]))
}

/// I + a W + b W²
fn with_cross_matrix<T: Real>(w: &Vector3<T>, a: T, b: T) -> Matrix3<T> {
    let cross = cross_matrix(w);
    Matrix3::identity() + cross.map(|x| x * a) + (cross * cross).map(|x| x * b)
}

pub(super) fn left_jacobian<T: Real>(w: &Vector3<T>) -> Matrix3<T> {
    let square = inner(w, w);
    with_cross_matrix(w, stumpff(2, square), stumpff(3, square))
}

pub(super) fn left_jacobian_inverse<T: Real>(w: &Vector3<T>) -> Matrix3<T> {
    with_cross_matrix(w, T::lit(-0.5), cotangent_term(inner(w, w)))
}

impl<T: Real> LieGroup for UnitQuaternion<T> {
    type Jacobian = Matrix3<T>;
    type Vector = Vector3<T>;

    fn identity() -> Self {
        quaternion(T::one(), &Vector3::from_element(T::zero()))
    }

    fn compose(a: &Self, b: &Self) -> Self {
        let ((w, u), (s, v)) = (parts(a), parts(b));
        quaternion(w * s - inner(&u, &v), &(times(&v, w) + times(&u, s) + cross(&u, &v)))
    }

    fn inverse(g: &Self) -> Self {
        let (w, v) = parts(g);
        quaternion(w, &v.map(|x| -x))
    }

    /// v + 2u × (w v + u × v)
    fn act(g: &Self, v: &Vector3<T>) -> Vector3<T> {
        let (w, u) = parts(g);
        v + times(&cross(&u, &(times(v, w) + cross(&u, v))), T::lit(2.0))
    }

    /// (cos θ/2, sin θ/2 · axis)
    fn exp(tangent: &Vector3<T>) -> Self {
        let quarter = inner(tangent, tangent) * lit(0.25);
        quaternion(stumpff(0, quarter), &times(tangent, half(stumpff(1, quarter))))
    }

    /// With the sign that makes the real part positive, the angle over the sine of its half times the vector part
    fn log(g: &Self) -> Vector3<T> {
        let (w, v) = parts(g);
        let sign = if w < T::zero() { -T::one() } else { T::one() };
        times(&v, angle_over_sine(w * sign, inner(&v, &v)) * sign)
    }

    fn left_jacobian(tangent: &Vector3<T>) -> Matrix3<T> {
        left_jacobian(tangent)
    }

    fn left_jacobian_inverse(tangent: &Vector3<T>) -> Matrix3<T> {
        left_jacobian_inverse(tangent)
    }
}

impl<T: Real> LieGroup for Rotation3<T> {
    type Jacobian = Matrix3<T>;
    type Vector = Vector3<T>;

    fn identity() -> Self {
        Rotation3::from_matrix_unchecked(Matrix3::identity())
    }

    fn compose(a: &Self, b: &Self) -> Self {
        Rotation3::from_matrix_unchecked(a.matrix() * b.matrix())
    }

    fn inverse(g: &Self) -> Self {
        Rotation3::from_matrix_unchecked(g.matrix().transpose())
    }

    fn act(g: &Self, v: &Vector3<T>) -> Vector3<T> {
        g.matrix() * v
    }

    fn exp(tangent: &Vector3<T>) -> Self {
        Rotation3::from_matrix_unchecked(rotation_from_scaled_axis(tangent))
    }

    fn log(g: &Self) -> Vector3<T> {
        scaled_axis_from_rotation(g.matrix())
    }

    fn left_jacobian(tangent: &Vector3<T>) -> Matrix3<T> {
        left_jacobian(tangent)
    }

    fn left_jacobian_inverse(tangent: &Vector3<T>) -> Matrix3<T> {
        left_jacobian_inverse(tangent)
    }
}

impl<T: Real> LieGroup for UnitComplex<T> {
    type Jacobian = Matrix1<T>;
    type Vector = Vector2<T>;

    fn identity() -> Self {
        Unit::new_unchecked(Complex { re: T::one(), im: T::zero() })
    }

    fn compose(a: &Self, b: &Self) -> Self {
        let (a, b) = (a.as_ref(), b.as_ref());
        Unit::new_unchecked(Complex { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re })
    }

    fn inverse(g: &Self) -> Self {
        let z = g.as_ref();
        Unit::new_unchecked(Complex { re: z.re, im: -z.im })
    }

    fn act(g: &Self, v: &Vector2<T>) -> Vector2<T> {
        let z = g.as_ref();
        Vector2::new(z.re * v[0] - z.im * v[1], z.im * v[0] + z.re * v[1])
    }

    fn exp(tangent: &Vector1<T>) -> Self {
        let (sin, cos) = tangent[0].sin_cos();
        Unit::new_unchecked(Complex { re: cos, im: sin })
    }

    fn log(g: &Self) -> Vector1<T> {
        let z = g.as_ref();
        Vector1::new(z.im.atan2(z.re))
    }

    fn left_jacobian(_: &Vector1<T>) -> Matrix1<T> {
        Matrix1::new(T::one())
    }

    fn left_jacobian_inverse(_: &Vector1<T>) -> Matrix1<T> {
        Matrix1::new(T::one())
    }
}
