//! Random programs.

use super::{Function, numbers};
use crate::{Real, Scalar};
use core::fmt;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// An expression of variables `x[0]`, `x[1]`, …, constants and the functions of this crate. It prints as the Rust function
/// that it is, so that a failing one can be pasted into a test.
///
/// # Examples
/// ```
/// use holograd::{grad, strategies::{Expr, Function}};
/// let mul = Function::list().into_iter().find(|f| f.name() == "mul").unwrap();
/// let e = Expr::Call(mul, vec![Expr::Variable(0), Expr::Constant(2.0)]);
/// assert_eq!(e.to_string(), "fn f<T: Scalar>(x: &[T]) -> T { (x[0] * T::lit(2.0)) }");
/// assert_eq!(grad(|x| e.at(&[x]), &3.0), 2.0);
/// ```
#[derive(Clone, PartialEq)]
pub enum Expr {
    /// `x[i]`
    Variable(usize),
    /// A constant.
    Constant(f64),
    /// A function of as many expressions as it takes.
    Call(Function, Vec<Expr>),
}

impl Expr {
    /// The expression with `variable` of each index in the place of the variables, and so on.
    ///
    /// ```
    /// # use holograd::strategies::Expr;
    /// let operations = |e: &Expr| e.fold(&mut |_| 0, &mut |_| 0, &mut |_, parts| 1 + parts.iter().sum::<usize>());
    /// assert_eq!(operations(&Expr::Variable(0)), 0);
    /// ```
    pub fn fold<R>(
        &self,
        variable: &mut impl FnMut(usize) -> R,
        constant: &mut impl FnMut(f64) -> R,
        call: &mut impl FnMut(Function, &[R]) -> R,
    ) -> R {
        match self {
            Expr::Variable(index) => variable(*index),
            Expr::Constant(value) => constant(*value),
            Expr::Call(f, arguments) => {
                let arguments: Vec<_> = arguments.iter().map(|e| e.fold(variable, constant, call)).collect();
                call(*f, &arguments)
            }
        }
    }

    /// Its value at real numbers.
    ///
    /// # Panics
    /// If it has a variable that `x` has not.
    ///
    /// ```
    /// # use holograd::strategies::Expr;
    /// assert_eq!(Expr::Variable(1).at(&[2.0, 3.0]), 3.0);
    /// ```
    #[must_use]
    pub fn at<T: Real>(&self, x: &[T]) -> T {
        self.fold(&mut |i| x[i], &mut T::lit, &mut |f, parts| f.at(parts))
    }

    /// Its value at any numbers.
    ///
    /// # Panics
    /// If it has a variable that `x` has not, or a function that [is not analytic](Function::is_analytic).
    ///
    /// ```
    /// # use holograd::strategies::Expr;
    /// # use num_complex::Complex;
    /// assert_eq!(Expr::Variable(0).at_scalar(&[Complex::new(0.0, 3.0)]).im, 3.0);
    /// ```
    #[must_use]
    pub fn at_scalar<T: Scalar>(&self, x: &[T]) -> T {
        self.fold(&mut |i| x[i], &mut T::lit, &mut |f, parts| f.at_scalar(parts))
    }

    fn is_analytic(&self) -> bool {
        self.fold(&mut |_| true, &mut |_| true, &mut |f, parts| f.is_analytic() && parts.iter().all(|a| *a))
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = self.fold(
            &mut |i| format!("x[{i}]"),
            &mut |value| format!("T::lit({value:?})"),
            &mut |function, parts| function.call(parts),
        );
        let bound = if self.is_analytic() { "Scalar" } else { "Real" };
        write!(f, "fn f<T: {bound}>(x: &[T]) -> T {{ {body} }}")
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Trees of such functions with `variables` variables.
fn trees(variables: usize, of: impl Fn(Function) -> bool) -> impl Strategy<Value = Expr> {
    let (operators, others): (Vec<_>, Vec<_>) = Function::list()
        .into_iter()
        .filter(|f| of(*f))
        .partition(|f| ["add", "sub", "mul"].contains(&f.name()));
    let constants = prop_oneof![select(vec![0.0, 1.0, -1.0, 0.5, 2.0]), numbers(-3.0..3.0)];
    let leaf = prop_oneof![
        3 => (0..variables).prop_map(Expr::Variable),
        1 => constants.prop_map(Expr::Constant),
    ];
    leaf.prop_recursive(6, 24, 3, move |inner| {
        let function = prop_oneof![2 => select(operators.clone()), 3 => select(others.clone())];
        (function, vec(inner, 3)).prop_map(|(f, mut arguments)| {
            arguments.truncate(f.arity());
            Expr::Call(f, arguments)
        })
    })
}

/// Random expressions of all functions, kinks, jumps and singularities included; but not of `clamp`, which panics where its
/// bounds are in the wrong order.
///
/// # Examples
/// ```
/// use holograd::strategies::expressions;
/// use proptest::prelude::*;
/// proptest!(|(e in expressions(2))| {
///     let y: f64 = e.at(&[1.0, 2.0]);
///     prop_assert!(y.is_nan() || y == e.at(&[1.0, 2.0]));
/// });
/// ```
pub fn expressions(variables: usize) -> impl Strategy<Value = Expr> {
    trees(variables, |f| f.name() != "clamp")
}

/// Random expressions of analytic functions, for every [`Scalar`].
///
/// # Examples
/// ```
/// use holograd::{Scalar, strategies::analytic_expressions};
/// use num_complex::Complex;
/// use proptest::prelude::*;
/// proptest!(|(e in analytic_expressions(1))| {
///     let _: Complex<f64> = e.at_scalar(&[Complex::new(1.0, 2.0)]);
/// });
/// ```
pub fn analytic_expressions(variables: usize) -> impl Strategy<Value = Expr> {
    trees(variables, Function::is_analytic)
}

/// Random maps that are smooth and finite everywhere: `outputs` expressions of `inputs` variables.
///
/// # Examples
/// ```
/// use holograd::{check, strategies::smooth_maps};
/// use proptest::prelude::*;
/// proptest!(ProptestConfig::with_cases(16), |(f in smooth_maps(2, 3))| {
///     let map = |x: Vec<_>| f.iter().map(|f| f.at(&x)).collect::<Vec<_>>();
///     prop_assert!(check::jacobian(map, &vec![0.5, -1.5]).is_ok());
/// });
/// ```
pub fn smooth_maps(inputs: usize, outputs: usize) -> impl Strategy<Value = Vec<Expr>> {
    const ENTIRE: [&str; 13] = [
        "add",
        "sub",
        "mul",
        "neg",
        "sin",
        "cos",
        "tanh",
        "atan",
        "asinh",
        "sigmoid",
        "softplus",
        "sinc",
        "log_add_exp",
    ];
    vec(trees(inputs, |f| ENTIRE.contains(&f.name())), outputs)
}
