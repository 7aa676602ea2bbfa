//! Fixed arrays are differentiated without a single heap allocation: counted by the allocator itself.

#[path = "common/allocator.rs"]
mod allocator;

use allocator::allocations;
use holograd::{
    Dual, Scalar, derivative, hessian, jacfwd, jvp, second_derivative, value_and_derivative,
    value_and_jacfwd, value_grad_and_hessian,
};
use num_complex::Complex;
use std::hint::black_box;

/// Π xᵢ sin x₀, of any array
fn f<T: Scalar, const N: usize>(x: [T; N]) -> T {
    x.into_iter().product::<T>() * x[0].sin()
}

/// The same of a nested array, with a result of the same shape.
fn g<T: Scalar, const N: usize, const M: usize>(w: [[T; N]; M]) -> [[T; N]; M] {
    w.map(|row| row.map(|x| x.exp() * f(row)))
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| vec![1.0; 3]), 1);
    assert_eq!(allocations(|| 1.0), 0);
    assert!(allocations(|| jacfwd(|x| x[0], &black_box(vec![1.0; 9]))) > 0);
}

#[test]
fn a_scalar_needs_no_heap() {
    let x = black_box(0.7);
    assert_eq!(allocations(|| derivative(Scalar::tanh, x)), 0);
    assert_eq!(allocations(|| value_and_derivative(|x| [x.sin(), x.exp()], x)), 0);
    assert_eq!(allocations(|| second_derivative(Dual::asinh, x)), 0);
    assert_eq!(allocations(|| jvp(|x| x.ln(), &x, &2.0)), 0);
    assert_eq!(allocations(|| jacfwd(|x| (x, x * x), &x)), 0);
    assert_eq!(allocations(|| value_and_jacfwd(|x| x * x, &x)), 0);
    assert_eq!(allocations(|| hessian(|x| x.powf(2.5), &x)), 0);
    assert_eq!(allocations(|| value_grad_and_hessian(|x| x.cbrt(), &x)), 0);
    assert_eq!(allocations(|| derivative(|x| derivative(|x| derivative(|x| x.exp(), x), x), x)), 0);
    assert_eq!(allocations(|| derivative(|z| z.sin() / z, Complex::new(x, 2.0))), 0);
}

#[test]
fn a_flat_array_needs_no_heap() {
    let x = black_box([0.1, 0.2, 0.3, 0.4, 0.5]);
    let v = black_box([1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(allocations(|| jvp(f, &x, &v)), 0);
    assert_eq!(allocations(|| jacfwd(f, &x)), 0);
    assert_eq!(allocations(|| jacfwd(|x| x.map(Scalar::sigmoid), &x)), 0);
    assert_eq!(allocations(|| value_and_jacfwd(|x| [f(x), x[3]], &x)), 0);
    assert_eq!(allocations(|| hessian(f, &x)), 0);
    assert_eq!(allocations(|| value_grad_and_hessian(f, &x)), 0);
    assert_eq!(allocations(|| jacfwd(|x| jacfwd(|x| jacfwd(f, &x), &x), &x)), 0);
    assert_eq!(allocations(|| jacfwd(|x| if x[0] > 0.0 { Ok(f(x)) } else { Err(()) }, &x)), 0);
    assert_eq!(allocations(|| jacfwd(f, &black_box([0.5; 64]))), 0);
}

#[test]
fn a_nested_array_of_at_most_eight_numbers_needs_no_heap() {
    let w = black_box([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]);
    let v = black_box([[1.0; 2]; 3]);
    assert_eq!(allocations(|| jvp(g, &w, &v)), 0);
    assert_eq!(allocations(|| jacfwd(g, &w)), 0);
    assert_eq!(allocations(|| value_and_jacfwd(g, &w)), 0);
    assert_eq!(allocations(|| hessian(g, &w)), 0);
    assert_eq!(allocations(|| value_grad_and_hessian(g, &w)), 0);
}
