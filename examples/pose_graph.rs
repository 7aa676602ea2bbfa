//! A pose graph of 200 poses: where a robot was, from noisy steps and loop closures, by Gauss–Newton steps from the identity.
//!
//! Each edge says how pose j looks from pose i. Its residual is the tangent log(zᵢⱼ⁻¹ gᵢ⁻¹ gⱼ), and its Jacobians by the tangents of
//! both poses come from `tangent_jacobian`. All poses start at the identity, where nalgebra's own rotations have no derivative.
//!
//! `cargo run --release --example pose_graph`

use holograd::linalg::rotation::{compose, exp, inverse, log, retract, tangent_gradient, tangent_jacobian};
use holograd::{Dual, Real, Var};
use nalgebra::{DMatrix, DVector, Isometry3, Matrix6, Quaternion, UnitQuaternion, Vector3, Vector6};
use std::f64::consts::TAU;

const POSES: usize = 200;
type Pose<T> = Isometry3<T>;

/// Pose j as seen from pose i.
struct Edge {
    i: usize,
    j: usize,
    seen: Pose<f64>,
}

/// A pose as a constant of any number.
fn lifted<T: Real>(g: &Pose<f64>) -> Pose<T> {
    Pose {
        rotation: UnitQuaternion::new_unchecked(Quaternion { coords: g.rotation.coords.map(T::lit) }),
        translation: g.translation.vector.map(T::lit).into(),
    }
}

fn residual<T: Real>(edge: &Edge, a: &Pose<T>, b: &Pose<T>) -> Vector6<T> {
    log(&compose(&inverse(&lifted(&edge.seen)), &compose(&inverse(a), b)))
}

/// Half the sum of the squares of all residuals.
fn cost<T: Real>(edges: &[Edge], poses: &[Pose<T>]) -> T {
    let square = |edge: &Edge| {
        let r = residual(edge, &poses[edge.i], &poses[edge.j]);
        T::dot(r.as_slice(), r.as_slice()) * T::lit(0.5)
    };
    edges.iter().map(square).sum()
}

/// A walk on three turns of a rising spiral, looking to and fro, and what was seen on it.
fn walk(noise: f64) -> (Vec<Pose<f64>>, Vec<Edge>) {
    let place = |k: usize| {
        let t = k as f64 / POSES as f64;
        let (sin, cos) = (3.0 * TAU * t).sin_cos();
        let heading: UnitQuaternion<f64> = exp(&Vector3::new(0.2 * (9.0 * t).sin(), 0.3 * sin, 1.2 * sin));
        Pose::from_parts(Vector3::new(10.0 * cos, 10.0 * sin, 2.0 * t).into(), heading)
    };
    let first = place(0).inverse();
    let truth: Vec<_> = (0..POSES).map(|k| first * place(k)).collect();
    let mut state = 1_u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31) * 2.0 - 1.0
    };
    // Odometry, and loop closures one turn later.
    let turn = POSES / 3;
    let steps = (0..POSES - 1).map(|i| (i, i + 1));
    let closures = (0..POSES - turn).step_by(5).map(|i| (i, i + turn));
    let edges = steps.chain(closures).map(|(i, j)| {
        let error: Pose<f64> = exp(&Vector6::from_fn(|_, _| noise * random()));
        Edge { i, j, seen: truth[i].inverse() * truth[j] * error }
    });
    let edges = edges.collect();
    (truth, edges)
}

/// The poses that fit best, of which the first stays where it is, and after how many steps.
fn optimise(edges: &[Edge]) -> (Vec<Pose<f64>>, usize) {
    let mut poses = vec![Pose::identity(); POSES];
    let mut damping = 1e-3;
    let mut value = cost(edges, &poses);
    for step in 1..=500 {
        let size = 6 * (POSES - 1);
        let (mut normal, mut gradient) = (DMatrix::zeros(size, size), DVector::zeros(size));
        for edge in edges {
            let ends = (poses[edge.i], poses[edge.j]);
            let r = residual(edge, &ends.0, &ends.1);
            let rows =
                tangent_jacobian(|(a, b): (Pose<Dual<f64, 8>>, Pose<_>)| residual(edge, &a, &b), &ends);
            let blocks = [
                (edge.i, Matrix6::from_fn(|row, lane| rows[row].0[lane])),
                (edge.j, Matrix6::from_fn(|row, lane| rows[row].1[lane])),
            ];
            for (a, by_a) in &blocks {
                let Some(a) = a.checked_sub(1) else { continue };
                let mut part = gradient.fixed_rows_mut::<6>(6 * a);
                part += by_a.transpose() * r;
                for (b, by_b) in &blocks {
                    let Some(b) = b.checked_sub(1) else { continue };
                    let mut part = normal.fixed_view_mut::<6, 6>(6 * a, 6 * b);
                    part += by_a.transpose() * by_b;
                }
            }
        }
        loop {
            let damped = &normal + DMatrix::from_diagonal_element(size, size, damping);
            let change = damped.cholesky().expect("positive definite").solve(&-&gradient);
            let moved = |(k, pose): (usize, &Pose<f64>)| {
                let delta =
                    k.checked_sub(1).map_or_else(Vector6::zeros, |k| change.fixed_rows::<6>(6 * k).into());
                retract(pose, &delta)
            };
            let next: Vec<_> = poses.iter().enumerate().map(moved).collect();
            let lower = cost(edges, &next);
            if lower < value {
                (poses, value, damping) = (next, lower, damping * 0.1);
                if change.norm() < 1e-10 {
                    return (poses, step);
                }
                break;
            }
            damping *= 10.0;
            if damping > 1e12 || change.norm() < 1e-10 {
                return (poses, step);
            }
        }
    }
    panic!("no minimum after 500 steps, the cost is {value:e}");
}

/// The largest distances of positions and of orientations.
fn distances(a: &[Pose<f64>], b: &[Pose<f64>]) -> [f64; 2] {
    a.iter().zip(b).fold([0.0, 0.0], |[position, angle], (a, b)| {
        let apart: Vector6<f64> = log(&(a.inverse() * b));
        let difference = (a.translation.vector - b.translation.vector).norm();
        [position.max(difference), angle.max(apart.fixed_rows::<3>(3).norm())]
    })
}

fn main() {
    println!(
        "{:>10} {:>6} {:>6} {:>12} {:>14} {:>14}",
        "noise", "edges", "steps", "cost", "position (m)", "angle (rad)"
    );
    // Without noise the answer is known exactly, with noise to within what the noise adds up to.
    for (noise, bounds) in [(0.0, [1e-9, 1e-10]), (0.01, [1.0, 0.15])] {
        let (truth, edges) = walk(noise);
        let (poses, steps) = optimise(&edges);
        let [position, angle] = distances(&poses, &truth);
        let value = cost(&edges, &poses);
        println!("{noise:10} {:6} {steps:6} {value:12.3e} {position:14.1e} {angle:14.1e}", edges.len());
        assert!(
            position < bounds[0] && angle < bounds[1],
            "not where the robot was: {position:e} m, {angle:e} rad"
        );
        // At the minimum the gradient by all tangents, here by reverse mode, vanishes; the cost is not above that of the truth.
        let gradient = tangent_gradient(|poses: Vec<Pose<Var<f64>>>| cost(&edges, &poses), &poses);
        let steepest = gradient.iter().skip(1).map(Vector6::norm).fold(0.0, f64::max);
        assert!(steepest < 1e-7, "no minimum: a gradient of {steepest:e}");
        assert!(value <= cost(&edges, &truth) + 1e-18, "the truth fits better");
    }
}
