//! Programs in plain `f64` that import all of this crate: what the standard library alone lets the compiler infer, it infers here too.

#![allow(clippy::useless_conversion)] // that such code compiles is the point

use holograd::*;

fn numbers() -> Vec<f64> {
    vec![1.0, 2.0, 3.0]
}

/// Each line is an expression whose type followed from there being one comparison, one operator or one method.
#[test]
fn twenty_expressions_that_a_second_implementation_would_make_ambiguous() {
    let (v, x, y, s) = (numbers(), 1.5_f64, 2.5_f32, "2.5");
    assert!(x < v.iter().sum()); // 1
    assert!(x <= v.iter().copied().sum()); // 2
    assert!(x < v.iter().product()); // 3
    assert!(x != v.iter().map(|a| a * a).sum()); // 4
    assert!(x != s.parse().unwrap()); // 5
    assert!(x < s.parse().unwrap()); // 6
    assert!(x < y.into()); // 7
    assert!(x > 1_u8.into()); // 8
    assert!(x > Default::default()); // 9
    assert!(x < From::from(2.0_f32)); // 10
    assert!([x, 2.0] != [s.parse().unwrap(), 3.0]); // 11
    assert!(Some(x) != v.iter().copied().reduce(f64::max)); // 12
    assert_eq!(x.max(s.parse().unwrap()), 2.5); // 13
    assert_eq!(x.clamp(0.0, 1.0).powf(y.into()), 1.0); // 14
    assert_eq!(v.iter().fold(0.0, |a, b| b.max(a)), 3.0); // 15
    assert_eq!(v.iter().copied().fold(f64::NEG_INFINITY, f64::max), 3.0); // 16
    let mut sorted = v.clone();
    sorted.sort_by(|a, b| b.total_cmp(a)); // 17
    assert_eq!(sorted, [3.0, 2.0, 1.0]);
    let mean = v.iter().sum::<f64>() / v.len() as f64; // 18
    assert!(v.iter().all(|a| (a - mean).abs() <= 1.0)); // 19
    let scaled: Vec<_> = v.iter().map(|a| 2.0 * a + 1.0).collect(); // 20
    assert_eq!(scaled, [3.0, 5.0, 7.0]);
    let total: f64 = v.iter().zip(&scaled).map(|(a, b)| a * b).sum(); // 21
    assert_eq!(total, 34.0);
    assert!((0..3).map(f64::from).any(|a| a == "2".parse().unwrap())); // 22
}

/// The names of the crate's modules are no names of crates that a program uses.
#[test]
fn the_crates_that_this_one_is_built_on_are_still_found() {
    let z = num_complex::Complex::new(3.0_f64, 4.0);
    assert_eq!(z.norm(), 5.0);
    assert_eq!(nalgebra::Vector2::new(3.0, 4.0).norm(), 5.0);
    assert_eq!(derivative(|x| x * x, 3.0), 6.0);
}
