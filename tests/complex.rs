//! Complex derivatives: against the tables, between all kinds of number, and by their laws.

#![allow(clippy::cast_precision_loss)] // small counts
#![allow(clippy::items_after_statements)] // the function under test stands in its test

mod common;

use common::F64;
use common::complex::{self as tables, C, ComplexNest, EXCEPTIONS, Function, units};
use holograd::{
    ComplexScalar, Dual, HyperDual, Real, Scalar, Var, complex, derivative, grad, hessian, hvp, impl_tree,
    jacfwd, jacrev, lit, value_and_grad,
};
use num_complex::Complex;
use proptest::prelude::*;

fn c(re: f64, im: f64) -> C {
    C::new(re, im)
}

// ---------------------------------------------------------------- the tables

#[test]
fn every_entry_meets_its_bar_or_is_a_listed_exception() {
    let entries = tables::elementary();
    assert!(entries.len() > 1500, "only {} entries were read", entries.len());
    for e in &entries {
        match e.exception() {
            None => assert!(!e.misses(), "{} units, the bar is {}: {e:?}", e.units, e.bar()),
            Some(listed) => {
                assert!(e.misses(), "has become good, take it out of EXCEPTIONS: {e:?}");
                assert!(e.units <= listed.units, "is worse than the {} units listed: {e:?}", listed.units);
            }
        }
    }
    for listed in EXCEPTIONS {
        let of_it = entries.iter().filter(|e| e.exception().is_some_and(|e| std::ptr::eq(e, listed)));
        assert_eq!(of_it.count(), 1, "is no entry of the table: {listed:?}");
    }
}

#[test]
fn no_value_or_first_derivative_is_an_exception_and_few_others_are() {
    let entries = tables::elementary();
    assert!(entries.iter().all(|e| e.order > 1 || !e.misses()));
    let of_order = entries.iter().filter(|e| e.order > 1);
    let (all, missed) = (of_order.clone().count(), of_order.filter(|e| e.misses()).count());
    assert!((all - missed) * 100 >= 99 * all, "{missed} of {all} miss");
}

#[test]
fn the_smaller_part_of_a_value_is_right_too() {
    for e in tables::elementary().iter().filter(|e| e.order == 0) {
        let (re, im) = (F64.units(e.got.re, e.want.re), F64.units(e.got.im, e.want.im));
        assert!(re <= 16.0 && im <= 16.0, "{re} and {im} units: {e:?}");
    }
}

#[test]
fn the_sign_of_zero_chooses_the_side_of_a_cut() {
    let cuts = tables::branch_cuts();
    assert!(cuts.len() > 300);
    for p in &cuts {
        let (value, slope) = tables::at_cut(p);
        if p.w.is_some() {
            assert!(units(value, p.value) <= 16.0, "{p:?}: {value}");
        } else {
            for (got, want) in [(value.re, p.value.re), (value.im, p.value.im)] {
                assert_eq!(got.is_sign_negative(), want.is_sign_negative(), "{p:?}: {value}");
                assert!(F64.units(got, want) <= 8.0, "{p:?}: {value}");
            }
        }
        if let Some(want) = p.derivative {
            assert!(units(slope, want) <= 16.0, "{p:?}: derivative {slope}");
        }
    }
}

#[test]
fn composite_functions_are_as_good_as_their_condition_allows() {
    let arrays = tables::composite();
    assert!(arrays.len() > 150);
    for array in &arrays {
        assert!(array.units <= array.tolerance, "{array:?}");
    }
}

// ---------------------------------------------------------------- all kinds of number

/// Every function of the list with one argument.
fn functions() -> Vec<Function> {
    let plain = [
        "recip",
        "sqrt",
        "cbrt",
        "exp",
        "exp2",
        "exp_m1",
        "ln",
        "ln_1p",
        "log2",
        "log10",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "sinh",
        "cosh",
        "tanh",
        "asinh",
        "acosh",
        "atanh",
        "sinc",
        "sigmoid",
        "softplus",
        "sin_cos.sin",
        "sin_cos.cos",
    ];
    let with =
        [("powi", 3.0), ("powi", -2.0), ("powf", 2.5), ("powf", -0.5), ("log", 3.0), ("pow_base", 2.0)];
    let plain = plain.map(|name| Function { name: name.into(), parameter: None });
    let with = with.map(|(name, p): (&str, f64)| Function { name: name.into(), parameter: Some(p.into()) });
    plain.into_iter().chain(with).collect()
}

/// The functions of two arguments.
fn two<T: Scalar>(k: usize, z: T, w: T) -> T {
    match k {
        0 => z.pow(w),
        1 => z.log_add_exp(w),
        2 => z.xlogy(w),
        3 => z * w,
        4 => z + w,
        5 => z - w,
        // The operator on `Complex` is num-complex's.
        _ => z * w.recip(),
    }
}

fn points() -> Vec<C> {
    let mut points: Vec<C> = tables::points().into_iter().map(|p| p.z).collect();
    points.extend([c(0.5, 0.3), c(-1.2, 2.1), c(2.0, -1.0), c(-0.7, -0.4), c(1e-9, 1e-12), c(30.0, 5.0)]);
    points.sort_by(|a, b| a.re.total_cmp(&b.re).then(a.im.total_cmp(&b.im)));
    points.dedup_by(|a, b| a.re.to_bits() == b.re.to_bits() && a.im.to_bits() == b.im.to_bits());
    points
}

/// The same number, whatever the signs of zeros, or NaN.
fn same(a: C, b: C) -> bool {
    let same = |a: f64, b: f64| a == b || a.is_nan() && b.is_nan();
    same(a.re, b.re) && same(a.im, b.im)
}

/// [`same`], or different in the last two places of numbers below the normal ones: they come from products by two factors, and
/// are rounded twice.
fn alike(a: C, b: C) -> bool {
    let alike = |a: f64, b: f64| {
        same(c(a, 0.0), c(b, 0.0)) || a.abs().max(b.abs()) < f64::MIN_POSITIVE && (a - b).abs() <= 1e-323
    };
    alike(a.re, b.re) && alike(a.im, b.im)
}

/// The difference of two numbers in units; 0 where both overflow, as an infinite factor has no direction.
fn apart(a: C, b: C) -> f64 {
    if same(a, b) || !a.is_finite() && !b.is_finite() { 0.0 } else { units(a, b) }
}

#[test]
fn all_kinds_of_number_have_the_same_value_and_derivative() {
    for function in functions() {
        for z in points() {
            let f = function.label();
            let forward = function.at(<Dual<C>>::seed(z));
            let (value, slope) = (forward.value(), forward.derivative());
            assert!(same(function.at(z), value), "{f} at {z:?}: plain {} and dual {value}", function.at(z));

            let inside = function.at(<Complex<Dual<f64>>>::seed(z));
            assert!(same(c(inside.re.value(), inside.im.value()), value), "{f} at {z:?}: {inside:?}");
            assert!(
                alike(c(inside.re.derivative(), inside.im.derivative()), slope),
                "{f} at {z:?}: {inside:?}, {slope}"
            );

            let (tape_value, tape_slope) = value_and_grad(|z: Var<C>| function.at(z), &z);
            assert!(
                same(tape_value, value) && alike(tape_slope, slope),
                "{f} at {z:?}: {tape_slope}, {slope}"
            );

            // ∇ Re f is the conjugate of f′.
            let (re, gradient) = complex::value_and_grad(|z: Complex<Var<f64>>| function.at(z).re, &z);
            assert!(same(c(re, 0.0), c(value.re, 0.0)), "{f} at {z:?}: {re}, {value}");
            // A zero times an infinite slope may be NaN on the tape of parts.
            if slope.is_finite() {
                assert!(alike(gradient.conj(), slope), "{f} at {z:?}: {gradient}, {slope}");
            }
        }
    }
}

#[test]
fn all_kinds_of_number_have_the_same_second_derivative() {
    for function in functions() {
        for z in points() {
            let f = function.label();
            let second = function.at(<HyperDual<C>>::seed(z)).derivative().derivative();
            let inside = function.at(<Complex<HyperDual<f64>>>::seed(z));
            let inside = c(inside.re.derivative().derivative(), inside.im.derivative().derivative());
            let between = function.at(<Dual<Complex<Dual<f64>>>>::seed(z)).derivative();
            let between = c(between.re.derivative(), between.im.derivative());
            let over_reverse = hvp(|z| function.at(z), &z, &C::ONE);
            let reverse_twice = grad(|z| grad(|z| function.at(z), &z), &z);
            let parts = hvp(
                |[x, y]: [Var<Dual<f64>>; 2]| function.at(Complex::new(x, y)).re,
                &[z.re, z.im],
                &[1.0, 0.0],
            );
            for (got, name) in [
                (inside, "Complex<HyperDual>"),
                (between, "Dual<Complex<Dual>>"),
                (over_reverse, "Var<Dual<Complex>>"),
                (reverse_twice, "Var<Var<Complex>>"),
                (c(parts[0], -parts[1]), "Complex<Var<Dual>>"),
            ] {
                let apart = apart(got, second);
                // Within the rounding of one of them where terms cancel, as 23-fold in sinc″ at 2.
                assert!(apart <= 32.0, "{f}″ at {z:?}: {name} {got}, {second}, {apart} units apart");
            }
        }
    }
}

#[test]
fn functions_of_two_numbers_agree_at_all_kinds() {
    let some = [c(0.5, 0.3), c(-1.2, 2.1), c(2.0, -1.0), c(-0.7, -0.4), c(1.5, 0.0)];
    for k in 0..7 {
        for (z, w) in some.iter().flat_map(|z| some.iter().map(move |w| (*z, *w))) {
            let forward = jacfwd(|[z, w]| two(k, z, w), &[z, w]);
            let reverse = grad(|[z, w]| two(k, z, w), &[z, w]);
            let parts = complex::grad(|[z, w]: [Complex<Var<f64>>; 2]| two(k, z, w).re, &[z, w]);
            let seeded = |z: C, v: f64| Complex::new(Dual::new(z.re, [v]), Dual::new(z.im, [0.0]));
            for i in 0..2 {
                let inside = two(k, seeded(z, (1 - i) as f64), seeded(w, i as f64));
                let inside = c(inside.re.derivative(), inside.im.derivative());
                for got in [reverse[i], parts[i].conj(), inside] {
                    assert!(apart(got, forward[i]) <= 8.0, "{k} at {z}, {w}: {got}, {}", forward[i]);
                }
            }
        }
    }
}

#[test]
fn functions_of_two_numbers_have_the_same_second_derivatives() {
    let some = [c(0.5, 0.3), c(-1.2, 2.1), c(2.0, -1.0), c(-0.7, -0.4)];
    for k in 0..7 {
        for (z, w) in some.iter().flat_map(|z| some.iter().map(move |w| (*z, *w))) {
            let forward = hessian(|[z, w]| two(k, z, w), &[z, w]);
            let seed = |x: f64, tangents: [f64; 2]| {
                Dual::new(Dual::new(x, tangents), tangents.map(|t| Dual::new(t, [0.0; 2])))
            };
            let variable = |z: C, i: usize| {
                let mut tangents = [0.0; 2];
                tangents[i] = 1.0;
                Complex::new(seed(z.re, tangents), seed(z.im, [0.0; 2]))
            };
            let inside: Complex<HyperDual<f64, 2>> = two(k, variable(z, 0), variable(w, 1));
            let over_reverse = jacfwd(|x| grad(|[z, w]| two(k, z, w), &x), &[z, w]);
            for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let inside = c(inside.re.eps()[i].eps()[j], inside.im.eps()[i].eps()[j]);
                for got in [inside, over_reverse[i][j]] {
                    let want = forward[i][j];
                    assert!(apart(got, want) <= 16.0, "{k} at {z}, {w}: {got}, {want}");
                }
            }
        }
    }
}

/// The functions without a complex derivative, each as one complex number.
fn not_holomorphic<T: ComplexScalar>(z: T) -> [T; 6] {
    let real = T::from_real;
    [z.conj(), real(z.re()), real(z.im()), real(z.abs()), real(z.norm_sqr()), real(z.arg())]
}

#[test]
fn what_has_no_complex_derivative_agrees_at_all_kinds() {
    for z in points().into_iter().filter(|z| z.norm_sqr().is_normal()) {
        let (value, f_z, f_zbar) = complex::wirtinger(not_holomorphic, z);
        let parts = Complex::new(Dual::new(z.re, [1.0, 0.0]), Dual::new(z.im, [0.0, 1.0]));
        let inside = not_holomorphic(parts);
        let on_the_tape =
            jacrev(|[x, y]| not_holomorphic(Complex::new(x, y)).map(|w| [w.re, w.im]), &[z.re, z.im]);
        for k in 0..6 {
            // f_x = f_z + f_z̄, f_y = i (f_z − f_z̄)
            let (f_x, f_y) = (f_z[k] + f_zbar[k], C::I * (f_z[k] - f_zbar[k]));
            let number = inside[k];
            let lanes = [0, 1].map(|i| c(number.re.eps()[i], number.im.eps()[i]));
            let rows = [0, 1].map(|i| c(on_the_tape[k][0][i], on_the_tape[k][1][i]));
            assert_eq!(c(number.re.value(), number.im.value()), value[k]);
            for got in [lanes, rows] {
                assert!(
                    apart(got[0], f_x) <= 8.0 && apart(got[1], f_y) <= 8.0,
                    "{k} at {z}: {got:?}, {f_x}, {f_y}"
                );
            }
        }
    }
}

#[test]
fn a_function_generic_over_scalar_has_no_derivative_by_the_conjugate_bit_for_bit() {
    for function in functions() {
        for z in points() {
            let (_, f_z, f_zbar) = complex::wirtinger(|z| function.at(z), z);
            let slope = derivative(|z| function.at(z), z);
            if slope.is_finite() {
                assert!(f_zbar == C::ZERO, "{} at {z:?}: {f_zbar}", function.label());
                // f_z is halved and doubled again, which loses a bit of subnormal numbers.
                assert!(apart(f_z, slope) <= 1.0, "{} at {z:?}: {f_z}, {slope}", function.label());
            }
        }
    }
}

proptest! {
    #[test]
    fn nor_has_a_composition_of_such_functions(re in -3.0..3.0, im in -3.0..3.0, a in -2.0..2.0, k in 0..7_usize) {
        fn f<T: Scalar>(z: T, a: f64, k: usize) -> T {
            let w = two(k, z.sin() * lit(a) + z, z.exp() + lit(1.5)) / (z * z + lit(4.0));
            (w * w.tanh() - w.sqrt()).atan() / (lit(2.0) + z.cos() * z)
        }
        let (_, f_z, f_zbar) = complex::wirtinger(|z| f(z, a, k), c(re, im));
        prop_assume!(f_z.is_finite());
        prop_assert!(f_zbar == C::ZERO, "{}", f_zbar);
    }
}

#[cfg(any(debug_assertions, feature = "checked"))]
#[test]
fn what_has_no_complex_derivative_panics_on_a_holomorphic_seed_and_names_the_way_out() {
    type Use = fn(Dual<C>) -> Dual<C>;
    let uses: [(&str, Use); 6] = [
        ("conj", |z| z.conj()),
        ("re", |z| Dual::from_real(z.re())),
        ("im", |z| Dual::from_real(z.im())),
        ("abs", |z| Dual::from_real(z.abs())),
        ("norm_sqr", |z| Dual::from_real(z.norm_sqr())),
        ("arg", |z| Dual::from_real(z.arg())),
    ];
    for (name, f) in uses {
        let panic = std::panic::catch_unwind(|| derivative(f, c(3.0, 4.0))).unwrap_err();
        let message = panic.downcast_ref::<String>().expect("a sentence");
        assert!(message.contains(&format!("`{name}`")) && message.contains("holograd::complex"), "{message}");
        // In `holograd::complex`, and along a real parameter, they are allowed.
        assert!(complex::jvp(f, &c(3.0, 4.0), &C::I).1.is_finite());
        assert!(f(Dual::new(c(3.0, 4.0), [C::I])).derivative().is_finite());
    }
}

// ---------------------------------------------------------------- num-complex's own methods

/// A method of num-complex or simba beside ours.
type Pair<T> = (&'static str, fn(Complex<T>) -> Complex<T>, fn(Complex<T>) -> Complex<T>);

/// Every method that num-complex has itself; those that take a reference are called by their path, as else ours come first.
fn num_complex_pairs<T: Real + num_traits::Float + num_traits::FloatConst + num_traits::Signed>()
-> Vec<Pair<T>> {
    macro_rules! pairs {
        ($($f:ident)*) => { vec![$((stringify!($f), |z| Complex::$f(z), |z| Scalar::$f(z))),*] };
    }
    let mut pairs: Vec<Pair<T>> = pairs![
        exp ln sqrt cbrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh exp2 log2 log10
    ];
    pairs.extend::<[Pair<T>; 20]>([
        ("inv", |z| Complex::inv(&z), |z| Scalar::recip(z)),
        ("finv", |z| Complex::finv(z), |z| Scalar::recip(z)),
        ("powi", |z| Complex::powi(&z, -3), |z| Scalar::powi(z, -3)),
        ("powu", |z| Complex::powu(&z, 5), |z| Scalar::powi(z, 5)),
        ("powf", |z| Complex::powf(z, T::lit(2.5)), |z| Scalar::powf(z, 2.5)),
        ("powc", |z| Complex::powc(z, z), |z| Scalar::pow(z, z)),
        ("expf", |z| Complex::expf(z, T::lit(2.0)), |z| Scalar::pow(Complex::lit(2.0), z)),
        ("log", |z| Complex::log(z, T::lit(3.0)), |z| Scalar::log(z, 3.0)),
        ("fdiv", |z| Complex::fdiv(z, z * z), |z| Scalar::recip(z)),
        ("/", |z| z / (z * z), |z| Scalar::recip(z)),
        ("conj", |z| Complex::conj(&z), ComplexScalar::conj),
        ("norm", |z| Complex::norm(z).into(), |z| ComplexScalar::abs(z).into()),
        ("norm_sqr", |z| Complex::norm_sqr(&z).into(), |z| ComplexScalar::norm_sqr(z).into()),
        ("arg", |z| Complex::arg(z).into(), |z| ComplexScalar::arg(z).into()),
        (
            "l1_norm",
            |z| Complex::l1_norm(&z).into(),
            |z| (num_traits::Signed::abs(&z.re) + num_traits::Signed::abs(&z.im)).into(),
        ),
        (
            "to_polar",
            |z| Complex::to_polar(z).into_complex(),
            |z| Complex::new(ComplexScalar::abs(z), ComplexScalar::arg(z)),
        ),
        ("from_polar", |z| Complex::from_polar(z.re, z.im), |z| ComplexScalar::from_polar(z.re, z.im)),
        ("cis", |z| Complex::cis(z.im), |z| ComplexScalar::from_polar(T::one(), z.im)),
        ("scale", |z| Complex::scale(&z, z.re), |z| ComplexScalar::scale(z, z.re)),
        (
            "unscale",
            |z| Complex::unscale(&z, Complex::norm(z)),
            |z| ComplexScalar::unscale(z, ComplexScalar::abs(z)),
        ),
    ]);
    pairs
}

/// Every function of simba's `ComplexField`, which for `Complex<T>` is simba's own.
fn simba_pairs<T: Real + simba::scalar::RealField>() -> Vec<Pair<T>> {
    use simba::scalar::ComplexField;
    macro_rules! pairs {
        ($($f:ident)*) => { vec![$((stringify!($f), |z| ComplexField::$f(z), |z| Scalar::$f(z))),*] };
    }
    let mut pairs: Vec<Pair<T>> = pairs![
        recip exp exp2 exp_m1 ln ln_1p log2 log10 sqrt cbrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh
    ];
    pairs.extend::<[Pair<T>; 14]>([
        ("sin_cos.0", |z| ComplexField::sin_cos(z).0, |z| Scalar::sin(z)),
        ("sin_cos.1", |z| ComplexField::sin_cos(z).1, |z| Scalar::cos(z)),
        ("sinh_cosh.0", |z| ComplexField::sinh_cosh(z).0, |z| Scalar::sinh(z)),
        ("sinc", |z| ComplexField::sinc(z), |z| Scalar::sinc(z)),
        ("powi", |z| ComplexField::powi(z, -3), |z| Scalar::powi(z, -3)),
        ("powf", |z| ComplexField::powf(z, T::lit(2.5)), |z| Scalar::powf(z, 2.5)),
        ("powc", |z| ComplexField::powc(z, z), |z| Scalar::pow(z, z)),
        ("log", |z| ComplexField::log(z, T::lit(3.0)), |z| Scalar::log(z, 3.0)),
        ("try_sqrt", |z| ComplexField::try_sqrt(z).unwrap(), |z| Scalar::sqrt(z)),
        ("conjugate", |z| ComplexField::conjugate(z), ComplexScalar::conj),
        ("modulus", |z| ComplexField::modulus(z).into(), |z| ComplexScalar::abs(z).into()),
        (
            "modulus_squared",
            |z| ComplexField::modulus_squared(z).into(),
            |z| ComplexScalar::norm_sqr(z).into(),
        ),
        ("argument", |z| ComplexField::argument(z).into(), |z| ComplexScalar::arg(z).into()),
        ("signum", |z| ComplexField::signum(z), |z| ComplexScalar::unscale(z, ComplexScalar::abs(z))),
    ]);
    pairs
}

/// Values and derivatives of both, along x and y in `Dual`, and by x and y on the tape.
fn check_pairs(forward: Vec<Pair<Dual<f64, 2>>>, reverse: Vec<Pair<Var<f64>>>) {
    for z in [c(0.5, 0.3), c(-1.2, 2.1), c(2.0, -1.0), c(-0.7, -0.4), c(0.4, 0.0), c(0.0, 0.6)] {
        let seeded = Complex::new(Dual::new(z.re, [1.0, 0.0]), Dual::new(z.im, [0.0, 1.0]));
        for (name, theirs, ours) in &forward {
            let (got, want) = (theirs(seeded), ours(seeded));
            for (got, want) in [(got.re, want.re), (got.im, want.im)] {
                let pairs = [got.value(), got.eps()[0], got.eps()[1]].into_iter();
                for (got, want) in pairs.zip([want.value(), want.eps()[0], want.eps()[1]]) {
                    assert!((got - want).abs() <= 1e-13 * (1.0 + want.abs()), "{name} at {z}: {got}, {want}");
                }
            }
        }
        for (name, theirs, ours) in &reverse {
            let jacobian = |f: &fn(Complex<Var<f64>>) -> Complex<Var<f64>>| {
                jacrev(
                    |[x, y]| {
                        let w = f(Complex::new(x, y));
                        [w.re, w.im]
                    },
                    &[z.re, z.im],
                )
                .concat()
            };
            for (got, want) in jacobian(theirs).into_iter().zip(jacobian(ours)) {
                assert!((got - want).abs() <= 1e-13 * (1.0 + want.abs()), "{name} at {z}: {got}, {want}");
            }
        }
    }
}

#[test]
fn num_complex_s_own_methods_have_right_derivatives() {
    check_pairs(num_complex_pairs(), num_complex_pairs());
}

#[test]
fn simba_s_functions_of_complex_numbers_have_right_derivatives() {
    check_pairs(simba_pairs(), simba_pairs());
}

trait IntoComplex<T> {
    fn into_complex(self) -> Complex<T>;
}

impl<T> IntoComplex<T> for (T, T) {
    fn into_complex(self) -> Complex<T> {
        Complex::new(self.0, self.1)
    }
}

// ---------------------------------------------------------------- holograd::complex

/// Not holomorphic in any of its variables, complex-valued.
fn mixed<T: ComplexScalar>(z: &[T]) -> Vec<T> {
    let n = z.len();
    (0..n)
        .map(|k| {
            z[k] * z[(k + 1) % n].conj()
                + z[k].sin() * T::from_real(z[(k + 2) % n].abs())
                + z[k].conj().exp() * lit(0.1)
        })
        .collect()
}

/// A real cost of any number of variables.
fn cost<T: ComplexScalar>(z: &[T]) -> T::Real {
    mixed(z).into_iter().map(|f| (f - lit(0.3)).norm_sqr()).sum()
}

fn some_point(n: usize, phase: f64) -> Vec<C> {
    (1..=n).map(|k| C::from_polar(0.3 + 0.07 * k as f64, phase + 1.7 * k as f64)).collect()
}

/// Within rounding of numbers around 1.
#[track_caller]
fn assert_close(a: C, b: C) {
    assert!((a - b).norm() <= 1e-13 * (1.0 + b.norm()), "{a}, {b}");
}

#[test]
fn the_linear_maps_are_those_of_the_jacobians_at_any_number_of_variables() {
    for n in [3, 4, 5, 11] {
        let (z, v, w) = (some_point(n, 0.0), some_point(n, 0.5), some_point(n, 2.0));
        let (a, b) = complex::jacobian(|z: Vec<_>| mixed(&z), &z);
        let (value, av) = complex::jvp(|z: Vec<_>| mixed(&z), &z, &v);
        let (pulled_value, vjp_fun) = complex::vjp(|z: Vec<_>| mixed(&z), &z);
        let pulled = vjp_fun(&w);
        assert_eq!(value, mixed(&z));
        assert_eq!(pulled_value, value);
        let (mut left, mut right) = (0.0, 0.0);
        for k in 0..n {
            let want = (0..n).map(|j| a[k][j] * v[j] + b[k][j] * v[j].conj()).sum();
            assert_close(av[k], want);
            let want = (0..n).map(|j| a[j][k].conj() * w[j] + b[j][k] * w[j].conj()).sum();
            assert_close(pulled[k], want);
            left += (w[k].conj() * av[k]).re;
            right += (pulled[k].conj() * v[k]).re;
        }
        assert!((left - right).abs() < 1e-13 * (1.0 + left.abs()));
        // w ↦ Aᴴw + Bᵀw̄ is the gradient of Re(wᴴf), and JAX's is its conjugate at the conjugate weight.
        let of_re = complex::grad(
            |z: Vec<Complex<Var<f64>>>| {
                mixed(&z).iter().zip(&w).map(|(f, w)| f.re * w.re + f.im * w.im).sum::<Var<f64>>()
            },
            &z,
        );
        for k in 0..n {
            assert_close(of_re[k], pulled[k]);
        }
    }
}

#[test]
fn forward_and_reverse_gradients_are_the_same_and_point_uphill() {
    for n in [3, 4, 5, 11] {
        let z = some_point(n, 0.2);
        let (value, forward) = complex::value_and_gradient(|z: Vec<_>| cost(&z), &z);
        let (reverse_value, reverse) = complex::value_and_grad(|z: Vec<_>| cost(&z), &z);
        assert_eq!(value, cost(&z));
        assert_eq!(reverse_value, value);
        for k in 0..n {
            assert_close(reverse[k], forward[k]);
            assert_close(
                complex::grad(|z: Vec<_>| cost(&z), &z)[k],
                complex::gradient(|z: Vec<_>| cost(&z), &z)[k],
            );
        }
        let step: Vec<C> = z.iter().zip(&forward).map(|(z, g)| z - g * 1e-4).collect();
        let slope: f64 = forward.iter().map(C::norm_sqr).sum();
        assert!(cost(&step) < value - 0.9e-4 * slope);
    }
}

#[test]
fn the_hessians_have_their_symmetries_to_the_last_bit_and_give_the_products() {
    for n in [1, 3, 4, 5, 9] {
        let (z, h) = (some_point(n, 0.2), some_point(n, 1.0));
        let (p, q) = complex::hessian(|z: Vec<_>| cost(&z), &z);
        let product = complex::hvp(|z: Vec<_>| cost(&z), &z, &h);
        for j in 0..n {
            for k in 0..n {
                assert_eq!(p[j][k], p[k][j].conj());
                assert_eq!(q[j][k], q[k][j]);
            }
            let want: C = (0..n).map(|k| 2.0 * (p[j][k] * h[k] + (q[j][k] * h[k]).conj())).sum();
            assert_close(product[j], want);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_expansion_by_p_and_q_is_right_to_third_order(
        parts in prop::array::uniform10(-1.0..1.0), moves in prop::array::uniform10(-1.0..1.0),
    ) {
        let at = |x: [f64; 10]| -> Vec<C> { x.chunks(2).map(|x| c(x[0], x[1])).collect() };
        let (z, direction) = (at(parts), at(moves));
        let (value, gradient) = complex::value_and_gradient(|z: Vec<_>| cost(&z), &z);
        let (p, q) = complex::hessian(|z: Vec<_>| cost(&z), &z);
        // The third derivatives are below 100 here as long as no |z| comes near its kink at 0.
        prop_assume!(z.iter().all(|z| z.norm() > 0.2));
        // At the smallest step an error of P or Q of one part in 200 is seen.
        for step in [1e-3, 1e-4, 4e-6] {
            let h: Vec<C> = direction.iter().map(|d| d * step).collect();
            let moved: Vec<C> = z.iter().zip(&h).map(|(z, h)| z + h).collect();
            let mut model = value;
            for j in 0..5 {
                model += (gradient[j].conj() * h[j]).re;
                for k in 0..5 {
                    model += (h[j].conj() * p[j][k] * h[k] + h[j] * q[j][k] * h[k]).re;
                }
            }
            let size = direction.iter().map(|d| d.norm()).sum::<f64>() * step;
            let remainder = (cost(&moved) - model).abs();
            prop_assert!(remainder <= 200.0 * size.powi(3) + 1e-13, "{} at step {}", remainder / size.powi(3), step);
        }
    }
}

#[test]
fn a_real_parameter_stays_real_to_the_last_bit() {
    // A gain s and an amplitude w.
    fn f<T: ComplexScalar>([w, s]: [T; 2]) -> T::Real {
        (w * T::from_real(s.re().exp()) - lit(1.0)).norm_sqr()
    }
    let z = [c(0.5, -1.5), c(0.25, 0.0)];
    for gradient in [complex::gradient(f, &z), complex::grad(f, &z)] {
        assert_eq!(gradient[1].im.to_bits() << 1, 0);
        let slope = derivative(|s| f([Dual::from(z[0]), Dual::from_real(s)]), z[1].re);
        assert!((gradient[1].re - slope).abs() < 1e-14);
    }
    assert_eq!(complex::hvp(f, &z, &[c(1.0, 2.0), c(1.0, 0.0)])[1].im, 0.0);
    let (_, vjp_fun) = complex::vjp(|[w, s]| w * Dual::from_real(s.re()), &z);
    let weight = c(0.3, 0.7);
    assert_eq!(vjp_fun(&weight)[1].im, 0.0);
    let (a, b) = complex::jacobian(|[w, s]| w * Dual::from_real(s.re()), &z);
    assert_eq!((a[1] + b[1], a[1]), (z[0], b[1]));
}

#[derive(Clone, PartialEq, Debug)]
struct Network<T> {
    weights: [[T; 2]; 2],
    bias: Vec<T>,
    name: &'static str,
}
impl_tree!(Network { weights, bias; name });

#[test]
fn structured_inputs_and_results_keep_their_shapes() {
    let network = Network {
        weights: [[c(1.0, 2.0), c(0.5, 0.0)], [C::I, c(-1.0, 1.0)]],
        bias: vec![c(0.1, 0.2)],
        name: "n",
    };
    fn loss<T: ComplexScalar>(n: &Network<T>) -> T::Real {
        let [[a, b], [c, d]] = n.weights;
        (a * b.conj() - c * d + n.bias[0]).norm_sqr()
    }
    let forward = complex::gradient(|n: Network<_>| loss(&n), &network);
    let reverse = complex::grad(|n: Network<_>| loss(&n), &network);
    assert_eq!(forward.name, "n");
    assert_close(forward.bias[0], reverse.bias[0]);
    for (f, r) in forward.weights.concat().into_iter().zip(reverse.weights.concat()) {
        assert_close(f, r);
    }
    // Several results, a tuple among the inputs, a `Result` and an `Option`.
    let z = (c(3.0, 4.0), [c(1.0, 0.0)]);
    let rows = complex::gradient(|(z, [w])| [z.abs(), (z * w).im()], &z);
    assert_eq!(rows, [(c(0.6, 0.8), [C::ZERO]), (C::I, [c(4.0, 3.0)])]);
    let fails: Result<C, &str> = complex::gradient(|_: Dual<C, 2>| Err::<Dual<f64, 2>, _>("no"), &z.0);
    assert_eq!(fails, Err("no"));
    assert_eq!(complex::gradient(|z: Dual<C, 2>| Some(z.norm_sqr()), &z.0), Some(2.0 * z.0));
    assert_eq!(complex::hessian(|z: Dual<Dual<C, 2>, 2>| Some(z.norm_sqr()), &z.0), Some((C::ONE, C::ZERO)));
    assert_eq!(
        complex::gradient(
            |z: Vec<Dual<C, 8>>| z.iter().map(|z| z.abs()).sum::<Dual<f64, 8>>(),
            &Vec::<C>::new()
        ),
        []
    );
}

#[test]
fn the_conventions_of_jax_and_pytorch() {
    // f = Re(z²) + 3 Im z: f_x = 2x, f_y = −2y + 3.
    let z = c(1.0, 2.0);
    let pytorch = complex::gradient(|z| (z * z).re() + z.im() * 3.0, &z);
    assert_eq!(pytorch, c(2.0, -1.0));
    let jax = pytorch.conj();
    let (_, f_z, f_zbar) = complex::wirtinger(|z| (z * z).re() + z.im() * 3.0, z);
    assert_eq!((2.0 * f_z, 2.0 * f_zbar), (jax, pytorch));
    // f = z²: JAX's `vjp` multiplies by 2z, PyTorch's `backward` by its conjugate. f = z̄: JAX's gives w̄, and so does PyTorch's.
    let w = c(0.5, -3.0);
    let (_, vjp_fun) = complex::vjp(|z| z * z, &z);
    assert_eq!((vjp_fun(&w), vjp_fun(&w.conj()).conj()), (2.0 * z.conj() * w, 2.0 * z * w));
    let (_, vjp_fun) = complex::vjp(|z| z.conj(), &z);
    assert_eq!((vjp_fun(&w), vjp_fun(&w.conj()).conj()), (w.conj(), w.conj()));
}

#[test]
fn transforms_nest() {
    let z = c(0.5, 0.3);
    // Second derivatives by nesting, against P and Q.
    fn f<T: ComplexScalar>(z: T) -> T::Real {
        (z.sin() * z.conj()).norm_sqr() + z.abs()
    }
    let (p, q) = complex::hessian(f, &z);
    let (_, f_zz, f_z_zbar) = complex::wirtinger(|z| complex::wirtinger(f, z).1, z);
    assert_close(f_zz, q);
    assert_close(f_z_zbar, p);
    // The gradient along a real parameter, and an ordinary transform inside.
    let along = derivative(|t| complex::gradient(f, &Complex::new(t, Dual::from(0.3))), 0.5);
    assert_close(along, complex::hvp(f, &z, &C::ONE));
    let along = derivative(|t| complex::grad(f, &Complex::new(t, Dual::from(0.3))), 0.5);
    assert_close(along, complex::hvp(f, &z, &C::ONE));
    // The holomorphic derivative of what is holomorphic, through a transform that need not be.
    assert_close(derivative(|z| complex::wirtinger(|z| z.sin(), z).1, z), -Scalar::sin(z));
    assert_close(derivative(|z| complex::holomorphic(|z| z.exp(), z).unwrap(), z), Scalar::exp(z));
    // Single precision.
    assert_eq!(complex::gradient(|z| z.norm_sqr(), &Complex::new(3.0_f32, 4.0)), Complex::new(6.0_f32, 8.0));
}

#[test]
fn whether_a_function_is_holomorphic_at_a_point() {
    let z = c(0.5, 0.3);
    assert_eq!(complex::holomorphic(|z| z.sin(), z), Ok(Scalar::cos(z)));
    for size in [1e-9, 1e-3, 1.0] {
        let error = complex::holomorphic(|z| z.sin() + z.conj() * size, z).unwrap_err();
        assert!((error.rho - size / (Scalar::cos(z).norm() + size)).abs() < 1e-12, "{error}");
        assert_close(error.d_dzbar, size.into());
    }
    assert_eq!(complex::holomorphic(|z| z.abs(), z).unwrap_err().rho, 0.5);
    assert_eq!(complex::holomorphic(|z| z.conj(), z).unwrap_err().rho, 1.0);
    // At the point: |z|² fulfils the equations at 0, and a constant everywhere.
    assert_eq!(complex::holomorphic(|z| z.norm_sqr(), C::ZERO), Ok(C::ZERO));
    assert_eq!(complex::holomorphic(|_: Dual<C, 2>| Dual::<C, 2>::from(C::I), z), Ok(C::ZERO));
    // Written in parts, with rounding errors.
    let by_parts = |z: Dual<C, 2>| {
        let (x, y) = (z.re(), z.im());
        Dual::from_complex(Complex::new(x.exp() * y.cos(), x.exp() * y.sin()))
    };
    assert_close(complex::holomorphic(by_parts, z).unwrap(), Scalar::exp(z));
    // No finite derivative: not a number to be compared.
    assert!(complex::holomorphic(|z| z.sqrt(), C::ZERO).unwrap_err().rho.is_nan());
    // Sizes at the ends of the range, and single precision.
    assert_eq!(complex::holomorphic(|z| z * 1e308, z), Ok(c(1e308, 0.0)));
    assert!(complex::holomorphic(|z| (z + z.conj() * 1e-9) * 1e308, z).is_err());
    let z = Complex::new(0.5_f32, 0.3);
    assert!(complex::holomorphic(|z| z.sin(), z).is_ok());
    assert!(complex::holomorphic(|z| z.sin() + z.conj() * 1e-2, z).is_err());
    assert_eq!(
        complex::holomorphic(|z| z + z.conj(), c(1.0, 2.0)).unwrap_err().to_string(),
        "not holomorphic at this point: ∂f/∂z̄ = 1+0i beside ∂f/∂z = 1+0i, ρ = 5e-1"
    );
}

#[test]
fn order_of_real_parts_is_still_there() {
    // A branch on a value inside a function of complex numbers.
    fn f<T: ComplexScalar<Real: Real>>(z: T) -> T::Real {
        if lit(0.0) < z.re() { z.abs() } else { z.im() * lit(2.0) }
    }
    assert_eq!(complex::gradient(f, &c(3.0, 4.0)), c(0.6, 0.8));
    assert_eq!(complex::gradient(f, &c(-3.0, 4.0)), c(0.0, 2.0));
}
