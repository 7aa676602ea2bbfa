//! Rotations and poses: exponentials, logarithms, powers, interpolation and Jacobians, with every derivative right at the identity.
//!
//! nalgebra's methods on dual numbers return a constant where an angle is exactly zero, so that their derivatives at the identity are
//! 0 or NaN: an optimisation that starts at the identity is silently wrong. The functions here are analytic in what they are functions
//! of, at the identity, near π, at tiny and at large angles, at every order and in every mode:
//!
//! | instead of nalgebra's | its derivative at the identity | call | right |
//! |---|---|---|---|
//! | `q.ln()`, by the angle | 0 | [`log`]`(&q)`, twice that | ½, and 1 |
//! | `q.powf(0.5)`, vector part | 0 | [`powf`]`(&q, t)` | ¼ |
//! | `a.slerp(&b, 0.5)`, vector part | 0 | [`slerp`]`(&a, &b, t)` | ¼ |
//! | `UnitQuaternion::rotation_between(&a, &b)`, vector part | 0 | [`rotation_between`]`(&a, &b)` | ½ |
//! | `Quaternion::exp` of a pure quaternion | 0 | [`exp`]`::<UnitQuaternion<_>>(&w)`, of half of `w` | 1 |
//! | `a.angle(&b)` of vectors 1e-9 apart | ∞ | [`angle`]`(&a, &b)` | 1 |
//! | `q.angle_to(&p)` | 0 | [`angle_between_rotations`]`(&q, &p)` | 1 |
//! | `UnitQuaternion::from_scaled_axis(w)`, `Rotation3::new(w)`, `Isometry3::new(t, w)` | 0 | [`exp`]`(&w)` | ½, 1, 1 |
//! | `q.scaled_axis()`, `r.scaled_axis()` | 0 | [`log`]`(&q)`, [`log`]`(&r)` | 1 |
//!
//! (`cargo test --test linalg table` measures the figures.) The types are nalgebra's own. In code that is generic over
//! [`Real`](crate::Real), where nalgebra's products are out of reach, [`compose`], [`inverse`] and [`act`] take their place.
//!
//! # Rotations as inputs
//! [`tangent_gradient`], [`tangent_jacobian`] and [`tangent_hessian`] differentiate a function of rotations, poses and points by
//! their tangents; [`retract`] does so within any other transform, and makes the step.
//! ```
//! use holograd::linalg::rotation::{act, retract, tangent_gradient};
//! use nalgebra::{UnitQuaternion, Vector3, vector};
//! // Turn a onto b by gradient descent, from the identity.
//! let (a, b) = (vector![1.0, 0.0, 0.0], vector![0.0, 0.6, 0.8]);
//! let mut q = UnitQuaternion::identity();
//! for _ in 0..200 {
//!     let misfit = |q: UnitQuaternion<holograd::Var<f64>>| {
//!         let difference = act(&q, &a.map(From::from)) - b.map(From::from);
//!         difference.dot(&difference)
//!     };
//!     q = retract(&q, &(tangent_gradient(misfit, &q) * -0.2));
//! }
//! assert!((q * a - b).norm() < 1e-12);
//! ```
//!
//! # Method
//! Rodrigues' coefficients are Stumpff's functions cₖ(θ²) = Σ (−θ²)ʲ/(2j + k)!, with cₖ′ = (k cₖ₊₂ − cₖ₊₁)/2. The logarithm of a
//! quaternion (w, v) is 2 I₁(w, v·v) v with Iₖ(w, m) = ∫ dx/(x² + m)ᵏ from w to ∞, whose derivatives are −1/(w² + m)ᵏ and −k Iₖ₊₁.
//! Neither family divides by an angle. Poses and Jacobians are as in Solà, Deray and Atchuthan 2018 (*A micro Lie theory for state
//! estimation in robotics*) and Barfoot 2024 (*State Estimation for Robotics*, second edition).

mod analytic;
mod angle;
mod group;
mod manifold;
mod matrix;
mod proper;
mod rigid;
mod tangent;

pub use angle::{angle, angle_between_rotations, rotation_between};
pub use group::{
    LieGroup, act, compose, exp, inverse, left_jacobian, left_jacobian_inverse, log, powf, right_jacobian,
    right_jacobian_inverse, slerp,
};
pub use manifold::{Manifold, TangentWith, origin, retract};
pub use matrix::{rotation_from_scaled_axis, scaled_axis_from_rotation};
#[cfg(feature = "std")]
pub use tangent::tangent_gradient;
pub use tangent::{tangent_hessian, tangent_jacobian};
