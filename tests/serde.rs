//! Numbers written and read by serde.
#![cfg(feature = "serde")]

use holograd::{Dual, HyperDual, Jet, jacfwd};
use num_complex::Complex;
use serde_json::{from_str, to_string};

#[test]
fn a_dual_number_is_the_pair_of_value_and_tangents() {
    let x = Dual::new(3.5, [1.0, 0.1, -2.0]);
    let json = to_string(&x).unwrap();
    assert_eq!(json, "[3.5,[1.0,0.1,-2.0]]");
    let back: Dual<f64, 3> = from_str(&json).unwrap();
    assert_eq!((back.value(), back.eps()), (x.value(), x.eps()));
}

#[test]
fn nests_come_back_bit_by_bit() {
    let x: HyperDual<f64, 2> = Dual::new(
        Dual::new(0.1, [1.0, 0.0]),
        [Dual::new(1.0 / 3.0, [5e-324, 1e300]), Dual::new(-0.0, [7.0, 8.0])],
    );
    let back: HyperDual<f64, 2> = from_str(&to_string(&x).unwrap()).unwrap();
    assert_eq!(format!("{back:?}"), format!("{x:?}"));
    let z = Dual::new(Complex::new(1.0, 2.0), [Complex::new(3.0, 4.0)]);
    assert_eq!(to_string(&z).unwrap(), "[[1.0,2.0],[[3.0,4.0]]]");
    let back: Dual<Complex<f64>> = from_str(&to_string(&z).unwrap()).unwrap();
    assert_eq!((back.value(), back.derivative()), (z.value(), z.derivative()));
    let w = Complex::new(Dual::new(1.0_f32, [2.0]), Dual::new(3.0, [4.0]));
    assert_eq!(from_str::<Complex<Dual<f32>>>(&to_string(&w).unwrap()).unwrap().im.derivative(), 4.0);
}

#[test]
fn any_number_of_tangents_comes_back() {
    let x = Dual::new(1.0, [0.1; 64]);
    let back: Dual<f64, 64> = from_str(&to_string(&x).unwrap()).unwrap();
    assert_eq!(back.eps(), x.eps());
    let none: Dual<f64, 0> = from_str("[2.0,[]]").unwrap();
    assert_eq!(none.value(), 2.0);
}

#[test]
fn a_wrong_number_of_tangents_is_an_error_that_says_so() {
    let short = from_str::<Dual<f64, 3>>("[1.0,[2.0,3.0]]").unwrap_err();
    assert!(short.to_string().starts_with("invalid length 2, expected 3 tangents"), "{short}");
    assert!(from_str::<Dual<f64, 1>>("[1.0,[2.0,3.0]]").is_err());
}

#[test]
fn a_number_that_was_read_belongs_to_no_transform() {
    // The mark of the evaluation is not written: a tangent read back meets any transform.
    let mut written = String::new();
    jacfwd(
        |x| {
            written = to_string(&x).unwrap();
            x
        },
        &3.0,
    );
    let read: Dual<f64> = from_str(&written).unwrap();
    assert_eq!(jacfwd(|x| x * read, &2.0), 3.0 + 2.0);
}

#[test]
fn a_series_is_written_to_its_order() {
    let x = Jet::<f64, 4>::new(0.1, [1.0, -0.5, 0.25, 0.0]).truncated(2);
    let json = to_string(&x).unwrap();
    assert_eq!(json, "[0.1,[1.0,-0.5]]");
    let back: Jet<f64, 4> = from_str(&json).unwrap();
    assert_eq!((back.value(), back.higher(), back.order()), (0.1, [1.0, -0.5, 0.0, 0.0], 2));
    let long = from_str::<Jet<f64, 1>>(&json).unwrap_err();
    assert!(long.to_string().starts_with("invalid length 2, expected 1 coefficients at most"), "{long}");
}
