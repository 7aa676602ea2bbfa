//! Rotations and poses against references of 50 digits, and nalgebra's own methods at the identity.
//!
//! `cargo test --test linalg rotation -- --nocapture` prints the worst errors and the table of wrong derivatives.

use holograd::linalg::rotation::{
    LieGroup, Manifold, act, angle, angle_between_rotations, compose, exp, inverse, left_jacobian,
    left_jacobian_inverse, log, origin, powf, retract, right_jacobian, rotation_between, slerp,
    tangent_gradient, tangent_hessian, tangent_jacobian,
};
use holograd::{Dual, Real, derivative, grad, hessian, jacfwd, jvp, lit, second_derivative};
use nalgebra::{
    Isometry2, Isometry3, Matrix3, Point3, Quaternion, Rotation3, SVector, UnitComplex, UnitQuaternion,
    Vector2, Vector3, vector,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::f64::consts::PI;

type Q<T> = UnitQuaternion<T>;

fn constants<T: Real, const D: usize>(x: &[f64]) -> SVector<T, D> {
    SVector::from_fn(|i, _| T::lit(x[i]))
}

/// The real part first, as in the file.
fn quaternion<T: Real>(q: &Q<T>) -> Vec<T> {
    let c = q.as_ref().coords;
    vec![c[3], c[0], c[1], c[2]]
}

fn pose<T: Real>(g: &Isometry3<T>) -> Vec<T> {
    quaternion(&g.rotation).into_iter().chain(g.translation.vector.iter().copied()).collect()
}

/// A function at x + δ, or at the product of exp x and exp δ; δ has a seventh number, which is added to an exponent.
fn at<T: Real>(function: &str, x: &[f64], delta: &[T]) -> Vec<T> {
    let moved = SVector::<T, 6>::from_fn(|i, _| delta[i] + lit(x[i]));
    let moved_axis = Vector3::new(moved[3], moved[4], moved[5]);
    let axis_step = Vector3::new(delta[3], delta[4], delta[5]);
    let in_plane = Vector3::new(moved[0], moved[1], moved[5]);
    let plane_step = Vector3::new(delta[0], delta[1], delta[5]);
    let fixed: Vector3<T> = constants(&[1.0, 2.0, -2.0]);
    let q = || exp::<Q<T>>(&moved_axis);
    match function {
        "exp" => quaternion(&q()),
        "log" => log(&compose(&exp::<Q<T>>(&constants(&x[3..])), &exp(&axis_step))).as_slice().to_vec(),
        "matrix log" => {
            let start: Rotation3<T> = exp(&constants(&x[3..]));
            log(&compose(&start, &exp(&axis_step))).as_slice().to_vec()
        }
        "powf" => quaternion(&powf(&q(), delta[6] + lit(0.25))),
        "slerp" => quaternion(&slerp(&exp::<Q<T>>(&constants(&[0.5, 0.25, -0.125])), &q(), T::lit(0.25))),
        "rotation_between" => {
            quaternion(&rotation_between(&fixed, &act(&q(), &fixed)).expect("not opposite"))
        }
        "angle" => vec![angle(&fixed, &act(&q(), &fixed))],
        "left_jacobian, space" => left_jacobian::<Isometry3<T>>(&moved).as_slice().to_vec(),
        "left_jacobian_inverse, space" => left_jacobian_inverse::<Isometry3<T>>(&moved).as_slice().to_vec(),
        "exp, space" => pose(&exp::<Isometry3<T>>(&moved)),
        "log, space" => {
            let step = SVector::from_fn(|i, _| delta[i]);
            log(&compose(&exp::<Isometry3<T>>(&constants(x)), &exp(&step))).as_slice().to_vec()
        }
        "exp, plane" => {
            let g: Isometry2<T> = exp(&in_plane);
            let (z, t) = (g.rotation.as_ref(), g.translation.vector);
            vec![z.re, z.im, t[0], t[1]]
        }
        "log, plane" => {
            let start = exp::<Isometry2<T>>(&constants(&[x[0], x[1], x[5]]));
            log(&compose(&start, &exp(&plane_step))).as_slice().to_vec()
        }
        "left_jacobian, plane" => left_jacobian::<Isometry2<T>>(&in_plane).as_slice().to_vec(),
        "left_jacobian_inverse, plane" => {
            left_jacobian_inverse::<Isometry2<T>>(&in_plane).as_slice().to_vec()
        }
        function => panic!("no function {function}"),
    }
}

fn weighed<T: Real>(y: &[T]) -> T {
    y.iter().enumerate().map(|(i, y)| *y * lit((i as f64).cos())).sum()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

fn largest(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |max: f64, x| if x.abs() > max || x.is_nan() { x.abs() } else { max })
}

#[test]
fn forty_rotations_from_1e_12_to_pi_are_right_to_second_order_in_every_mode() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/rotations.json");
    let cases: Value = serde_json::from_str(&std::fs::read_to_string(file).expect(file)).expect(file);
    let mut table: BTreeMap<&str, [f64; 5]> = BTreeMap::new();
    for case in cases.as_array().expect("a list") {
        let (x, mut d) = (numbers(&case["x"]), numbers(&case["d"]));
        d.push(1.0);
        let zero = vec![0.0; 7];
        for (name, orders) in case["functions"].as_object().expect("functions") {
            let names: &[&str] = if name == "log" { &["log", "matrix log"] } else { &[name] };
            for name in names {
                let want: Vec<Vec<f64>> = orders.as_array().expect("orders").iter().map(numbers).collect();
                let first = jvp(|delta: Vec<_>| at(name, &x, &delta), &zero, &d).1;
                let second =
                    second_derivative(|t| at(name, &x, &d.iter().map(|d| t * *d).collect::<Vec<_>>()), 0.0);
                let (gradient, change) = jvp(
                    |delta: Vec<_>| grad(|delta: Vec<_>| weighed(&at(name, &x, &delta)), &delta),
                    &zero,
                    &d,
                );
                let error = |got: &[f64], order: usize| {
                    let difference: Vec<f64> = got.iter().zip(&want[order]).map(|(x, y)| x - y).collect();
                    largest(&difference) / largest(&want[order]).max(1.0)
                };
                let sum = |got: &[f64], order: usize| {
                    let along: f64 = got.iter().zip(&d).map(|(x, d)| x * d).sum();
                    let terms: f64 =
                        (0..).zip(&want[order]).map(|(i, y)| (f64::from(i).cos() * y).abs()).sum();
                    (along - weighed(&want[order])).abs() / terms.max(1.0)
                };
                let errors = [
                    error(&at(name, &x, &zero), 0),
                    error(&first, 1),
                    error(&second, 2),
                    sum(&gradient, 1),
                    sum(&change, 2),
                ];
                // By how much the rounding of a vector, or of an angle's sine, turns the result: not more than the function's own
                // condition.
                let between: f64 = case["functions"]["angle"][0][0].as_f64().expect("a number");
                let growth = |order: i32| match *name {
                    "angle" => between.sin().recip(),
                    "rotation_between" => (0.5 * between).cos().recip().powi(order + 1),
                    _ => 1.0,
                };
                let row = table.entry(name).or_default();
                for ((worst, error), order) in row.iter_mut().zip(errors).zip([0, 1, 2, 1, 2]) {
                    let error = error / growth(order);
                    *worst = if *worst >= error { *worst } else { error };
                }
            }
        }
    }
    let mut beyond = Vec::new();
    println!(
        "{:30} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "", "value", "forward 1", "forward 2", "reverse 1", "reverse 2"
    );
    for (name, row) in &table {
        println!("{name:30} {}", row.map(|x| format!("{x:9.1e}")).join(" "));
        if !row.iter().all(|error| *error < 64.0 * f64::EPSILON) {
            beyond.push(name);
        }
    }
    assert!(beyond.is_empty(), "beyond 64 units: {beyond:?}");
}

/// log ∘ exp is the identity, so that its derivatives of order 2 and more vanish, in nests and on the tape.
#[test]
fn third_derivatives_vanish_where_a_logarithm_undoes_an_exponential() {
    for w in [
        Vector3::zeros(),
        vector![1e-9, 0.0, -1e-9],
        vector![0.3, -0.2, 0.1],
        vector![1.0, 2.0, -1.5],
        vector![0.0, 0.0, PI - 1e-12],
    ] {
        fn back<T: Real>(w: Vector3<T>) -> Vector3<T> {
            log(&exp::<Q<T>>(&w))
        }
        let d = vector![0.5, -1.0, 2.0];
        fn line<T: Real>(w: &Vector3<f64>, d: &Vector3<f64>, t: T) -> Vector3<T> {
            back(w.zip_map(d, |w, d| t * lit(d) + lit(w)))
        }
        assert!((back(w) - w).norm() < 1e-15);
        let third = jacfwd(|t| second_derivative(|t| line(&w, &d, t), t), &0.0);
        assert!(third.norm() < 2e-13, "{w}{third}");
        let reverse: f64 = grad(|t| second_derivative(|t| line(&w, &d, t)[1], t), &0.0);
        assert!(reverse.abs() < 2e-13, "{w}{reverse}");
    }
}

#[test]
fn large_angles_single_precision_and_negative_quaternions_are_right() {
    // A hundred radians about e₂.
    let q: Q<f64> = exp(&vector![0.0, 0.0, 100.0]);
    assert!((q.coords[2] - 50.0_f64.sin()).abs() < 1e-15 && (q.coords[3] - 50.0_f64.cos()).abs() < 1e-15);
    let slope = derivative(|t| exp::<Q<Dual<f64>>>(&vector![t * 0.0, t * 0.0, t]).coords[2], 100.0);
    assert!((slope - 0.5 * 50.0_f64.cos()).abs() < 1e-15);
    let shortest = 100.0 - 32.0 * PI;
    assert!((log(&q) - vector![0.0, 0.0, shortest]).norm() < 1e-14);
    // Both signs are the same rotation, with the same derivatives.
    let sign = |s: f64| {
        let along = move |t: Dual<f64>| {
            let q: Q<_> = exp(&vector![t, t * 0.5 + 0.2, t * 0.0 + 1.0]);
            log(&nalgebra::Unit::new_unchecked(q.into_inner() * Dual::from(s)))
        };
        derivative(along, 0.3)
    };
    assert_eq!(sign(1.0), sign(-1.0));
    let w = Vector3::<f32>::new(0.5, -1.0, 2.0);
    let near = log(&exp::<Q<f32>>(&w)) - w;
    assert!(near.norm() < 4.0 * f32::EPSILON);
    // In the plane, by a full turn and a bit.
    let turn = log(&exp::<UnitComplex<f64>>(&vector![2.0 * PI + 0.25]));
    assert!((turn[0] - 0.25).abs() < 1e-15);
    assert_eq!(rotation_between(&Vector3::x(), &-Vector3::<f64>::x()), None);
    assert_eq!(angle(&Vector3::<f64>::x(), &-Vector3::x()), PI);
    assert_eq!(angle(&Vector2::<f64>::zeros(), &vector![1.0, 0.0]), 0.0);
    assert!((angle(&vector![1e300, 1e300], &vector![1e-300, 0.0]) - PI / 4.0).abs() < 1e-15);
}

/// The Jacobians are what their definitions say, by derivatives of the exponential.
#[test]
fn jacobians_are_those_of_the_exponential() {
    fn check<G, const D: usize>(tangent: SVector<f64, D>)
    where
        G: LieGroup<Number = f64, Tangent = SVector<f64, D>, Jacobian = nalgebra::SMatrix<f64, D, D>>
            + Manifold<With<Dual<f64>>: LieGroup<Number = Dual<f64>, Tangent = SVector<Dual<f64>, D>>>,
    {
        for j in 0..D {
            let moved = |t: Dual<f64>, inverse_first: bool| {
                let there =
                    SVector::<_, D>::from_fn(|i, _| if i == j { t + tangent[i] } else { tangent[i].into() });
                let back: G::With<Dual<f64>> = exp(&tangent.map(|x| Dual::from(-x)));
                let there = exp(&there);
                log(&if inverse_first { compose(&back, &there) } else { compose(&there, &back) })
                    .as_slice()
                    .to_vec()
            };
            let left = SVector::<_, D>::from_vec(derivative(|t| moved(t, false), 0.0));
            let right = SVector::<_, D>::from_vec(derivative(|t| moved(t, true), 0.0));
            assert!((left - left_jacobian::<G>(&tangent).column(j)).norm() < 1e-13);
            assert!((right - right_jacobian::<G>(&tangent).column(j)).norm() < 1e-13);
        }
    }
    check::<Q<f64>, 3>(vector![1.0, -2.0, 0.5]);
    check::<Q<f64>, 3>(Vector3::zeros());
    check::<Rotation3<f64>, 3>(vector![1.0, -2.0, 0.5]);
    check::<Isometry2<f64>, 3>(vector![1.0, -2.0, 2.5]);
    check::<Isometry3<f64>, 6>(vector![1.0, -2.0, 0.5, 0.3, 0.2, -1.7]);
}

#[test]
fn rotations_poses_and_points_are_inputs_of_transforms() {
    // |q a − b|² by the tangent of q: with r = q a, δ ↦ q exp(δ) a has the derivative −q [a]× δ.
    let (a, b) = (vector![1.0, -2.0, 0.5], vector![0.0, 1.0, 1.0]);
    let q: Q<f64> = exp(&vector![0.4, -0.3, 1.2]);
    fn misfit<T: Real>(q: &Q<T>, a: &Vector3<f64>, b: &Vector3<f64>) -> T {
        let r = act(q, &a.map(T::lit)) - b.map(T::lit);
        T::dot(r.as_slice(), r.as_slice())
    }
    let difference = q * a - b;
    let by_hand = (-(q.to_rotation_matrix() * a.cross_matrix())).transpose() * difference * 2.0;
    let reverse = tangent_gradient(|q| misfit(&q, &a, &b), &q);
    let forward = tangent_jacobian(|q: Q<_>| misfit(&q, &a, &b), &q);
    assert!((reverse - by_hand).norm() < 1e-14 && (forward - by_hand).norm() < 1e-14);
    // The Hessian, against differences of the gradient along the chart of q.
    let second = tangent_hessian(|q: Q<_>| misfit(&q, &a, &b), &q);
    let chart = |d: Vector3<_>| misfit(&compose(&exp(&log_of(&q)), &exp(&d)), &a, &b);
    let by_rotation_vector: Vector3<Vector3<f64>> = hessian(chart, &Vector3::<f64>::zeros());
    fn log_of<T: Real>(q: &Q<f64>) -> Vector3<T> {
        log(q).map(T::lit)
    }
    for i in 0..3 {
        assert!((second[i] - by_rotation_vector[i]).norm() < 1e-13);
    }
    // A list of poses with a point: the shape of the gradient is that of the tangents.
    let poses: Vec<Isometry3<f64>> =
        vec![exp(&vector![1.0, 0.0, 0.0, 0.0, 0.1, 0.0]), exp(&vector![0.0, 1.0, 0.0, 0.3, 0.0, 0.0])];
    let input = (poses, Point3::new(1.0, 2.0, 3.0));
    fn chain<T: Real>(poses: &[Isometry3<T>], point: &Point3<T>) -> T {
        let moved = act(&compose(&poses[0], &inverse(&poses[1])), &point.coords);
        moved[0] * moved[1] + moved[2]
    }
    let gradient = tangent_gradient(|(poses, point)| chain(&poses, &point), &input);
    let h = 1e-6;
    let shifted = |pose: usize, lane: usize, h: f64| {
        let mut delta = origin(&input);
        if pose < 2 {
            delta.0[pose][lane] = h;
        } else {
            delta.1[lane] = h;
        }
        let (poses, point) = retract(&input, &delta);
        chain(&poses, &point)
    };
    for pose in 0..3 {
        for lane in 0..if pose < 2 { 6 } else { 3 } {
            let difference = (shifted(pose, lane, h) - shifted(pose, lane, -h)) / (2.0 * h);
            let got = if pose < 2 { gradient.0[pose][lane] } else { gradient.1[lane] };
            assert!((got - difference).abs() < 1e-8, "{pose} {lane}: {got} {difference}");
        }
    }
    // Nested: a derivative of a gradient by the tangent, where q depends on what is differentiated by.
    let moving = |t: Dual<f64>| {
        tangent_gradient(|q| misfit(&q, &a, &b), &exp::<Q<_>>(&vector![t, t * 2.0, t * 0.0]))[0]
    };
    let slope = derivative(moving, 0.3);
    let plain =
        |t: f64| tangent_gradient(|q| misfit(&q, &a, &b), &exp::<Q<_>>(&vector![t, t * 2.0, t * 0.0]))[0];
    assert!((slope - (plain(0.3 + h) - plain(0.3 - h)) / (2.0 * h)).abs() < 1e-8);
    // At the identity matrix of a rotation the Jacobian of the logarithm is the identity.
    let rows = tangent_jacobian(|r: Rotation3<_>| log(&r), &Rotation3::<f64>::identity());
    assert_eq!(
        Matrix3::from_rows(&[rows[0].transpose(), rows[1].transpose(), rows[2].transpose()]),
        Matrix3::identity()
    );
}

/// The derivatives of nalgebra's own methods at the identity, and of ours.
#[test]
fn table_of_what_to_call_instead() {
    type D = Dual<f64>;
    let axis = |t: D| Vector3::new(t, t * 0.0, t * 0.0);
    let theirs = |t: D| UnitQuaternion::from_scaled_axis(axis(t));
    let ours = |t: D| exp::<Q<D>>(&axis(t));
    let e = || Vector3::new(D::from(1.0), D::from(0.0), D::from(0.0));
    let turned = |t: D| Vector3::new(t.cos(), t.sin(), t * 0.0);
    let half = || D::from(0.5);
    // Their methods at our quaternions, whose tangents are right, so that each method is seen alone.
    let rows: [(&str, f64, f64, f64); 11] = [
        ("ln", derivative(|t| ours(t).ln().coords[0], 0.0), derivative(|t| log(&ours(t))[0] * 0.5, 0.0), 0.5),
        (
            "powf",
            derivative(|t| ours(t).powf(half()).coords[0], 0.0),
            derivative(|t| powf(&ours(t), half()).coords[0], 0.0),
            0.25,
        ),
        (
            "slerp",
            derivative(|t| Q::identity().slerp(&ours(t), half()).coords[0], 0.0),
            derivative(|t| slerp(&Q::identity(), &ours(t), half()).coords[0], 0.0),
            0.25,
        ),
        (
            "rotation_between",
            derivative(|t| Q::rotation_between(&e(), &turned(t)).map(|q| q.coords[2]), 0.0)
                .unwrap_or(f64::NAN),
            derivative(|t| rotation_between(&e(), &turned(t)).map(|q| q.coords[2]), 0.0).unwrap(),
            0.5,
        ),
        (
            "Quaternion::exp",
            derivative(|t| Quaternion::from_imag(axis(t)).exp().coords[0], 0.0),
            derivative(|t| exp::<Q<D>>(&(axis(t) * D::from(2.0))).coords[0], 0.0),
            1.0,
        ),
        (
            "angle of vectors",
            derivative(|t| e().angle(&turned(t)), 1e-9),
            derivative(|t| angle(&e(), &turned(t)), 1e-9),
            1.0,
        ),
        (
            "angle_to",
            derivative(|t| Q::identity().angle_to(&ours(t)), 0.0),
            derivative(|t| angle_between_rotations(&Q::identity(), &ours(t)), 1e-300),
            1.0,
        ),
        (
            "from_scaled_axis",
            derivative(|t| theirs(t).coords[0], 0.0),
            derivative(|t| ours(t).coords[0], 0.0),
            0.5,
        ),
        (
            "Rotation3::new",
            derivative(|t| Rotation3::new(axis(t))[(2, 1)], 0.0),
            derivative(|t| exp::<Rotation3<D>>(&axis(t))[(2, 1)], 0.0),
            1.0,
        ),
        (
            "scaled_axis of a quaternion",
            derivative(|t| ours(t).scaled_axis()[0], 0.0),
            derivative(|t| log(&ours(t))[0], 0.0),
            1.0,
        ),
        (
            "scaled_axis of a matrix",
            derivative(|t| exp::<Rotation3<D>>(&axis(t)).scaled_axis()[0], 0.0),
            derivative(|t| log(&exp::<Rotation3<D>>(&axis(t)))[0], 0.0),
            1.0,
        ),
    ];
    println!("{:30} {:>10} {:>10} {:>10}", "derivative of", "nalgebra", "here", "right");
    for (name, theirs, ours, right) in rows {
        println!("{name:30} {theirs:10} {ours:10} {right:10}");
        assert!((ours - right).abs() < 1e-15, "{name}: {ours}");
        // Should nalgebra mend it, the table has a row less.
        assert!(!((theirs - right).abs() < 0.1), "{name} of nalgebra is right: {theirs}");
    }
}
