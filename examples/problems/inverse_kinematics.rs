//! Inverse kinematics of a six-axis arm: Gauss–Newton steps from q = 0, where every joint is at the identity.
//!
//! The pose of the hand is a product of six joints, each a rotation by its angle about its axis. The residual is the tangent of the
//! pose that is missing, log(goal⁻¹ hand), and its Jacobian by the six angles comes from one pass of dual numbers. Through nalgebra's
//! own rotations the Jacobian at q = 0 is zero, and the search never leaves its start.
//!
//! `cargo run --release --example problems_inverse_kinematics`

use holograd::linalg::rotation::{act, compose, exp, inverse, log};
use holograd::linalg::solve;
use holograd::{Dual, Real, lit, matrix::jacobian};
use nalgebra::{Isometry3, Matrix6, SMatrix, UnitQuaternion, Vector3, Vector6, vector};

/// Axes and offsets of the six joints, in metres, of an arm with a spherical wrist.
const AXES: [[f64; 3]; 6] =
    [[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]];
const OFFSETS: [[f64; 3]; 6] = [
    [0.0, 0.0, 0.40],
    [0.18, 0.0, 0.0],
    [0.0, 0.0, 0.60],
    [0.30, 0.0, 0.12],
    [0.32, 0.0, 0.0],
    [0.10, 0.0, 0.0],
];

/// The pose of the hand.
fn hand<T: Real>(angles: &Vector6<T>) -> Isometry3<T> {
    (0..6).fold(Isometry3 { rotation: exp(&zero()), translation: zero().into() }, |base, joint| {
        let axis = Vector3::from(AXES[joint]).map(|x| angles[joint] * lit(x));
        let offset = Vector3::from(OFFSETS[joint]).map(T::lit);
        let rotation: UnitQuaternion<T> = exp(&axis);
        compose(&base, &Isometry3 { translation: offset.into(), rotation })
    })
}

fn zero<T: Real>() -> Vector3<T> {
    Vector3::from_element(T::zero())
}

/// The tangent that leads from the goal to the hand.
fn missing<T: Real>(angles: &Vector6<T>, goal: &Isometry3<f64>) -> Vector6<T> {
    let back = inverse(goal);
    let back = Isometry3 {
        rotation: UnitQuaternion::new_unchecked(nalgebra::Quaternion {
            coords: back.rotation.coords.map(T::lit),
        }),
        translation: back.translation.vector.map(T::lit).into(),
    };
    log(&compose(&back, &hand(angles)))
}

/// The angles that bring the hand to the goal, and after how many steps, by Levenberg's and Marquardt's damping.
fn reach(goal: &Isometry3<f64>) -> Option<(Vector6<f64>, usize)> {
    let mut angles = Vector6::zeros();
    let mut damping = 1e-2;
    for step in 0..200 {
        let residual = missing(&angles, goal);
        if residual.norm() < 1e-13 {
            return Some((angles, step));
        }
        let j: Matrix6<f64> = jacobian(|q: Vector6<Dual<f64, 6>>| missing(&q, goal), &angles);
        let normal = j.transpose() * j + SMatrix::identity() * damping;
        let next = angles - solve(&normal, &(j.transpose() * residual)).ok()?;
        if missing(&next, goal).norm() < residual.norm() {
            (angles, damping) = (next, damping * 0.1);
        } else {
            damping *= 10.0;
        }
    }
    None
}

fn main() {
    let rotation: UnitQuaternion<Dual<f64>> = UnitQuaternion::from_scaled_axis(Vector3::new(
        Dual::new(0.0, [1.0]),
        Dual::from(0.0),
        Dual::from(0.0),
    ));
    println!(
        "nalgebra's derivative of a joint at angle 0: {}, right is 0.5\n",
        rotation.coords[0].derivative()
    );
    println!(
        "{:>44} {:>6} {:>14} {:>14}",
        "goal, by the angles of an arm (degrees)", "steps", "position (m)", "angle (rad)"
    );
    let mut reached = 0;
    for k in 0..20 {
        // Poses that the arm can take: its image at angles up to ±57°.
        let chosen = Vector6::from_fn(|i, _| (f64::from(k) * 1.7 + i as f64 * 2.3 + 0.4).sin());
        let goal = hand(&chosen);
        let (angles, steps) = reach(&goal).unwrap_or_else(|| panic!("goal {k} is not reached"));
        // The check is by nalgebra's own arithmetic, not by the functions that the search used.
        let mut pose = Isometry3::identity();
        for joint in 0..6 {
            let axis = Vector3::from(AXES[joint]) * angles[joint];
            pose *= Isometry3::from_parts(
                Vector3::from(OFFSETS[joint]).into(),
                UnitQuaternion::from_scaled_axis(axis),
            );
        }
        let tip = vector![0.05, 0.0, 0.0];
        let distance = (act(&pose, &tip) - act(&goal, &tip)).norm();
        let turn = pose.rotation.angle_to(&goal.rotation);
        assert!(distance < 1e-12 && turn < 1e-7, "goal {k}: {distance:e} m and {turn:e} rad away");
        let degrees = chosen.map(|x: f64| x.to_degrees().round());
        println!("{:>44} {steps:6} {distance:14.1e} {turn:14.1e}", format!("{:?}", degrees.as_slice()));
        reached += 1;
    }
    println!("\nreached {reached} of 20 from q = 0");
}
