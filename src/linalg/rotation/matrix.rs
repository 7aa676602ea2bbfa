//! Rotation matrices from a scaled axis and back.

use super::analytic::stumpff;
use crate::implicit::differentiate_root;
use crate::{Base, Real, lit};
use nalgebra::{Matrix3, Vector3};

/// The rotation by the angle ‖w‖ about the axis w, with every derivative right at w = 0.
///
/// R = I + c₁ W + c₂ W² with the cross-product matrix W of w, c₁ = sin θ/θ and c₂ = (1 − cos θ)/θ² (Rodrigues). Both are
/// analytic functions of θ² = w·w, which has derivatives where θ has none.
///
/// # Examples
/// ```
/// use holograd::{jacfwd, linalg::rotation_from_scaled_axis};
/// use nalgebra::vector;
/// // Turning e₀ about e₂: the derivative at no rotation is e₁.
/// let slopes = jacfwd(|t| rotation_from_scaled_axis(&vector![t * 0.0, t * 0.0, t]).column(0).into_owned(), &0.0);
/// assert_eq!(slopes, vector![0.0, 1.0, 0.0]);
/// ```
#[must_use]
pub fn rotation_from_scaled_axis<T: Real>(w: &Vector3<T>) -> Matrix3<T> {
    let cross = cross_matrix(w);
    let square = w[0] * w[0] + w[1] * w[1] + w[2] * w[2];
    let (c1, c2) = (stumpff(1, square), stumpff(2, square));
    Matrix3::identity() + cross.map(|x| x * c1) + (cross * cross).map(|x| x * c2)
}

/// W with W v = w × v.
pub(super) fn cross_matrix<T: Real>(w: &Vector3<T>) -> Matrix3<T> {
    let zero = T::zero();
    Matrix3::new(zero, -w[2], w[1], w[2], zero, -w[0], -w[1], w[0], zero)
}

/// The scaled axis w of a rotation, ‖w‖ ≤ π, with every derivative right at the identity.
///
/// The value is found by a quaternion, the derivatives by the implicit function theorem: w is where the antisymmetric part of
/// R(w)ᵀR vanishes. At a rotation by π, where w may as well be −w, it is one of the two.
///
/// # Examples
/// ```
/// use holograd::linalg::{rotation_from_scaled_axis, scaled_axis_from_rotation};
/// use holograd::{Real, matrix::jacobian};
/// use nalgebra::{Matrix3, Vector3};
/// fn there_and_back<T: Real>(w: Vector3<T>) -> Vector3<T> {
///     scaled_axis_from_rotation(&rotation_from_scaled_axis(&w))
/// }
/// let jacobian: Matrix3<f64> = jacobian(there_and_back, &Vector3::zeros());
/// assert_eq!(jacobian, Matrix3::identity());
/// ```
#[must_use]
pub fn scaled_axis_from_rotation<T: Real>(r: &Matrix3<T>) -> Vector3<T> {
    let value = scaled_axis(&r.map(|x| Base::to_f64(x.primal()))).map(T::lit);
    // The Jacobian of the residual is regular for every ‖w‖ ≤ π; for what is no rotation the value stands alone.
    differentiate_root(|w, r| residual(&w, &r), &value, r).unwrap_or(value)
}

/// The antisymmetric part of R(w)ᵀR.
fn residual<T: Real>(w: &Vector3<T>, r: &Matrix3<T>) -> Vector3<T> {
    let m = rotation_from_scaled_axis(w).transpose() * r;
    Vector3::new(m[(2, 1)] - m[(1, 2)], m[(0, 2)] - m[(2, 0)], m[(1, 0)] - m[(0, 1)]).map(|x| x * lit(0.5))
}

/// The scaled axis at the machine's numbers, by the quaternion with the largest component first found (Shepperd 1978).
fn scaled_axis(r: &Matrix3<f64>) -> Vector3<f64> {
    let trace = r.trace();
    // 4 times the square of each component of the quaternion (x, y, z, w)
    let squares = [0, 1, 2].map(|i| 1.0 - trace + 2.0 * r[(i, i)]);
    let anti = [[2, 1], [0, 2], [1, 0]].map(|[i, j]| r[(i, j)] - r[(j, i)]);
    let i = (0..3).fold(0, |best, i| if squares[i] > squares[best] { i } else { best });
    let mut q = [0.0; 4];
    if 1.0 + trace >= squares[i] {
        q = [anti[0], anti[1], anti[2], 1.0 + trace];
    } else {
        for j in 0..3 {
            q[j] = if i == j { squares[i] } else { r[(i, j)] + r[(j, i)] };
        }
        q[3] = anti[i];
    }
    let sign = if q[3] < 0.0 { -1.0 } else { 1.0 };
    let v = Vector3::new(q[0], q[1], q[2]) * sign;
    let length = v.norm();
    if length == 0.0 { v } else { v * (2.0 * libm::atan2(length, q[3] * sign) / length) }
}
