//! Random functions, programs and points: derivatives against finite differences, identities, and all modes against each
//! other.
//!
//! Seeds are fixed. `HOLOGRAD_PROGRAMS=1000000 cargo test --release --test properties -- --nocapture` runs as many random
//! programs, with `PROPTEST_RNG_SEED` others than these.

use holograd::strategies::{
    Expr, Function, MatrixKind, analytic_expressions, expressions, matrices, smooth_maps,
};
use holograd::{
    ComplexScalar, Dual, HyperDual, Real, Rule, Var, check, check_derivatives, grad, hvp, jacfwd, jacrev,
    lit, second_derivative, value_and_grad, value_and_jacfwd, value_grad_and_hessian,
};
use num_complex::Complex;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{FileFailurePersistence, RngSeed, TestRunner};
use std::cell::Cell;

/// As many cases, from a fixed seed; failures are kept beside this file.
fn config(cases: u32) -> ProptestConfig {
    let mut config = ProptestConfig::with_source_file(file!());
    config.cases = cases;
    config.failure_persistence = Some(Box::new(FileFailurePersistence::WithSource("regressions")));
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(20_260_101);
    }
    config
}

/// How many random programs.
fn programs() -> u32 {
    std::env::var("HOLOGRAD_PROGRAMS").map_or(400, |n| n.parse().expect("HOLOGRAD_PROGRAMS is a number"))
}

#[track_caller]
fn run<S: Strategy>(cases: u32, strategy: S, test: impl Fn(S::Value) -> Result<(), TestCaseError>)
where
    S::Value: std::fmt::Debug,
{
    if let Err(error) = TestRunner::new(config(cases)).run(&strategy, test) {
        panic!("{error}");
    }
}

fn fail(error: impl ToString) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

// ---------------------------------------------------------------------------------------------------------------------
// Finite differences.

#[test]
fn every_function_of_the_list_has_the_slopes_that_finite_differences_see() {
    let (sharp, all) = (Cell::new(0), Cell::new(0));
    for f in Function::list() {
        run(32, f.points(), |x| {
            prop_assume!(f.at(&x).is_finite());
            let report = check::gradient(|x: Vec<_>| f.at(&x), &x).map_err(|e| fail(format!("{f}: {e}")))?;
            sharp.set(sharp.get() + usize::from(report.uncertainty < 1e-6));
            all.set(all.get() + 1);
            Ok(())
        });
    }
    println!("{} of {} gradients to better than 1e-6", sharp.get(), all.get());
    assert!(
        sharp.get() * 100 > all.get() * 95,
        "{} of {} gradients were compared to 1e-6",
        sharp.get(),
        all.get()
    );
}

#[test]
fn every_analytic_function_has_the_complex_slopes_that_finite_differences_see() {
    for f in Function::list().into_iter().filter(|f| f.is_analytic()) {
        let parts = prop::collection::vec([-3.0..3.0, 0.1..3.0], f.arity());
        run(32, parts, |parts| {
            let z: Vec<_> = parts.iter().map(|[re, im]| Complex::new(*re, *im)).collect();
            check::gradient(|z: Vec<_>| f.at_scalar(&z), &z).map_err(|e| fail(format!("{f}: {e}")))?;
            Ok(())
        });
    }
}

#[test]
fn random_smooth_maps_have_the_jacobians_and_hessians_that_finite_differences_see() {
    run(100, (smooth_maps(3, 2), [-2.0..2.0, -2.0..2.0, -2.0..2.0]), |(f, x)| {
        check::jacobian(|x: [_; 3]| f.iter().map(|f| f.at(&x)).collect::<Vec<_>>(), &x).map_err(fail)?;
        check::hessian(|x: [Var<_>; 3]| f[0].at(&x), &x).map_err(fail)?;
        Ok(())
    });
}

#[test]
fn check_derivatives_is_one_line() {
    fn well<T: Real>([x, y]: [T; 2]) -> T {
        (-x * x - y * y).exp() * (x * lit(3.0)).sin()
    }
    check_derivatives!(well, [-2.0..2.0, -2.0..2.0]);
}

#[test]
fn a_slope_wrong_by_a_millionth_is_found() {
    struct Sine(f64);
    impl Rule<f64> for Sine {
        fn value(&self, [x]: [f64; 1]) -> f64 {
            x.sin()
        }
        fn slopes<S: holograd::Scalar<Primal = f64>>(&self, [x]: [S; 1], _: S) -> [S; 1] {
            [x.cos() * lit(self.0)]
        }
    }
    for x in [0.1_f64, 1.0, 3.0] {
        assert!(check::gradient(|x| Sine(1.0).at([x]), &x).is_ok());
        for factor in [1.0 + 1e-6, 1.0 - 1e-6, 0.0, -1.0, f64::NAN] {
            let error = check::gradient(|x| Sine(factor).at([x]), &x).unwrap_err();
            assert!((error.difference - x.cos()).abs() < 1e-9, "{error}");
        }
    }
    // The first derivative is right, the second is not.
    let slope = |x: Var<HyperDual<f64>>| Sine(1.0).at([x]) + (x - x.primal()) * (x.stop_gradient() * x).sin();
    assert!(check::hessian(slope, &1.0).is_err());
}

// ---------------------------------------------------------------------------------------------------------------------
// Identities, on the numbers themselves.

/// All numbers of a nest of three levels.
fn numbers_of(x: Dual<Dual<Dual<f64>>>) -> [f64; 8] {
    let pair = |x: Dual<f64>| [x.value(), x.derivative()];
    let four = |x: Dual<Dual<f64>>| [pair(x.value()), pair(x.derivative())];
    let eight = [four(x.value()), four(x.derivative())];
    std::array::from_fn(|i| eight[i / 4][i / 2 % 2][i % 2])
}

fn variable(x: f64) -> Dual<Dual<Dual<f64>>> {
    Dual::variable(Dual::variable(Dual::variable(x)))
}

#[track_caller]
fn close(got: [f64; 8], want: [f64; 8], tolerance: f64) -> Result<(), TestCaseError> {
    for (got, want) in got.iter().zip(&want) {
        prop_assert!((got - want).abs() <= tolerance * want.abs().max(1.0), "{got} is not {want}");
    }
    Ok(())
}

#[test]
fn identities_hold_for_all_derivatives_to_third_order() {
    run(200, -20.0..20.0, |x: f64| {
        prop_assume!(x != 0.0); // a cube root is not smooth there
        let v = variable(x);
        let one = numbers_of(variable(1.0) - variable(0.0));
        close(numbers_of(v.sin() * v.sin() + v.cos() * v.cos()), one, 1e-14)?;
        close(numbers_of(v.exp().ln()), numbers_of(v), 1e-14)?;
        // Each derivative of atanh near 1 costs the digits that 1 − tanh x has lost.
        let small = variable(x / 20.0);
        close(numbers_of(small.tanh().atanh()), numbers_of(small), 1e-13)?;
        close(numbers_of(v.sigmoid() + (-v).sigmoid()), one, 1e-15)?;
        close(numbers_of(v.softplus() - (-v).softplus()), numbers_of(v), 1e-14)?;
        close(numbers_of(v.sinc() * v), numbers_of(v.sin()), 1e-14)?;
        close(numbers_of(v.cbrt() * v.cbrt() * v.cbrt()), numbers_of(v), 1e-13 / x.abs().min(1.0).powi(3))?;
        close(numbers_of(v.asinh().sinh()), numbers_of(v), 1e-13)
    });
}

#[test]
fn the_product_rule_holds_bit_for_bit_and_the_chain_rule_to_rounding() {
    let two = || smooth_maps(1, 1).prop_map(|mut f| f.remove(0));
    run(300, (two(), two(), -3.0..3.0), |(f, g, x): (Expr, Expr, f64)| {
        let (u, du) = value_and_jacfwd(|x| f.at(&[x]), &x);
        let (v, dv) = value_and_jacfwd(|x| g.at(&[x]), &x);
        prop_assert_eq!(jacfwd(|x| f.at(&[x]) * g.at(&[x]), &x), du * v + u * dv);
        let outer = jacfwd(|v| f.at(&[v]), &v);
        let chained = jacfwd(|x| f.at(&[g.at(&[x])]), &x);
        let bound = Bound::real(&f, &[v]).gradient[0] * Bound::real(&g, &[x]).gradient[0];
        prop_assert!((chained - outer * dv).abs() <= 1e-13 * bound, "{} is not {}", chained, outer * dv);
        Ok(())
    });
}

// ---------------------------------------------------------------------------------------------------------------------
// The law between the modes: equal at every corner of every single function (tests/matrix.rs); in a composition through a
// non-finite slope one mode may give NaN where another is finite, never two different finite numbers.

/// How much rounding the derivatives of an expression may suffer: the sums over all paths with every slope's magnitude.
#[derive(Clone)]
struct Bound<T = f64> {
    value: T,
    gradient: [f64; 3],
    hessian: [[f64; 3]; 3],
    operations: f64,
    /// Whether all slopes, first and second, are finite and so moderate that no product of them overflows or underflows.
    regular: bool,
}

impl Bound {
    fn real(e: &Expr, x: &[f64]) -> Self {
        Self::of(e, x, Function::at)
    }
}

impl<T: ComplexScalar<Real = f64>> Bound<T> {
    fn of(e: &Expr, x: &[T], at: fn(Function, &[HyperDual<T, 3>]) -> HyperDual<T, 3>) -> Self {
        let leaf = |value| Bound {
            value,
            gradient: [0.0; 3],
            hessian: [[0.0; 3]; 3],
            operations: 0.0,
            regular: true,
        };
        e.fold(
            &mut |i| {
                let mut bound = leaf(x[i]);
                bound.gradient[i] = 1.0;
                bound
            },
            &mut |value| leaf(T::lit(value)),
            &mut |f, parts| Self::call(f, parts, at),
        )
    }

    fn call(f: Function, parts: &[Self], at: fn(Function, &[HyperDual<T, 3>]) -> HyperDual<T, 3>) -> Self {
        let n = parts.len();
        let values: Vec<T> = parts.iter().map(|part| part.value).collect();
        // Three lanes are enough, as no function takes more numbers.
        let seed = |(k, value): (usize, &T)| {
            let unit: [T; 3] = std::array::from_fn(|lane| if lane == k { T::one() } else { T::zero() });
            Dual::<_, 3>::new(Dual::<_, 3>::new(*value, unit), unit.map(Dual::from))
        };
        let y = at(f, &values.iter().enumerate().map(seed).collect::<Vec<_>>());
        let moderate = |x: f64| x == 0.0 || (1e-40..1e40).contains(&x.abs());
        let mut bound = Bound {
            value: y.value().value(),
            gradient: [0.0; 3],
            hessian: [[0.0; 3]; 3],
            operations: 1.0 + parts.iter().map(|part| part.operations).sum::<f64>(),
            regular: parts.iter().all(|part| part.regular),
        };
        let times = |a: f64, b: f64| if a == 0.0 || b == 0.0 { 0.0 } else { (a * b).abs() };
        bound.regular &= moderate(ComplexScalar::abs(bound.value));
        for k in 0..n {
            let slope = ComplexScalar::abs(y.value().eps()[k]);
            bound.regular &= moderate(slope);
            for i in 0..3 {
                bound.gradient[i] += times(slope, parts[k].gradient[i]);
                for j in 0..3 {
                    bound.hessian[i][j] += times(slope, parts[k].hessian[i][j]);
                    for l in 0..n {
                        let second = ComplexScalar::abs(y.eps()[k].eps()[l]);
                        bound.regular &= moderate(second);
                        bound.hessian[i][j] +=
                            times(times(second, parts[k].gradient[i]), parts[l].gradient[j]);
                    }
                }
            }
        }
        let all = || bound.gradient.iter().chain(bound.hessian.as_flattened());
        bound.regular &= all().all(|x| moderate(*x));
        bound
    }
}

/// What is found by comparing the same derivatives of two modes.
#[derive(Default)]
struct Count {
    programs: Cell<usize>,
    regular: Cell<usize>,
    compared: Cell<usize>,
    nan_pairs: Cell<usize>,
    infinite_pairs: Cell<usize>,
}

fn add_one(cell: &Cell<usize>) {
    cell.set(cell.get() + 1);
}

impl Count {
    /// The law for one number. `scale` is the bound of `Bound`.
    fn compare<T>(
        &self,
        what: &str,
        a: f64,
        b: f64,
        scale: f64,
        bound: &Bound<T>,
    ) -> Result<(), TestCaseError> {
        add_one(&self.compared);
        if a == b || (a.is_nan() && b.is_nan()) {
            return Ok(());
        }
        if !(a.is_finite() && b.is_finite()) {
            prop_assert!(!bound.regular, "{what}: {a:e} and {b:e}, though all slopes are finite");
            add_one(if a.is_nan() || b.is_nan() { &self.nan_pairs } else { &self.infinite_pairs });
            return Ok(());
        }
        // Beside slopes that are not finite the sums over paths say nothing.
        let scale = if bound.regular || scale.is_finite() { scale } else { a.abs().max(b.abs()) * 1e6 };
        let tolerance = 8.0 * (bound.operations + 2.0) * f64::EPSILON * scale + f64::MIN_POSITIVE;
        prop_assert!(
            (a - b).abs() <= tolerance,
            "{what}: two finite numbers, {a:e} and {b:e} (bound {tolerance:e})"
        );
        Ok(())
    }
}

/// All modes of one program at one point.
fn modes_agree(count: &Count, e: &Expr, x: [f64; 3]) -> Result<(), TestCaseError> {
    let bound = Bound::real(e, &x);
    add_one(&count.programs);
    if bound.regular {
        add_one(&count.regular);
    }
    let value: f64 = e.at(&x);
    let (forward_value, forward) = value_and_jacfwd(|x: [_; 3]| e.at(&x), &x);
    let (chunk_value, chunk) = value_and_jacfwd(|x: Vec<_>| e.at(&x), &x.to_vec());
    let (reverse_value, reverse) = value_and_grad(|x: [_; 3]| e.at(&x), &x);
    let (nested_value, nested, hessian) = value_grad_and_hessian(|x: [_; 3]| e.at(&x), &x);
    let twice = jacrev(|x: [Var<f64>; 3]| grad(|x: [Var<Var<f64>>; 3]| e.at(&x), &x), &x);
    for other in [forward_value, chunk_value, reverse_value, nested_value] {
        prop_assert!(other == value || (other.is_nan() && value.is_nan()), "values {other:e} and {value:e}");
    }
    for i in 0..3 {
        let same = |a: f64, b: f64| a == b || (a.is_nan() && b.is_nan());
        prop_assert!(same(chunk[i], forward[i]), "forward ∂{i}: {:e} in chunks, {:e}", chunk[i], forward[i]);
        count.compare(
            &format!("forward and reverse ∂{i}"),
            forward[i],
            reverse[i],
            bound.gradient[i],
            &bound,
        )?;
        count.compare(
            &format!("forward and nested ∂{i}"),
            forward[i],
            nested[i],
            bound.gradient[i],
            &bound,
        )?;
        let mut unit = [0.0; 3];
        unit[i] = 1.0;
        let over = hvp(|x: [_; 3]| e.at(&x), &x, &unit);
        for j in 0..3 {
            // A second slope has roundings of its own inside the rule.
            let scale = 8.0 * bound.hessian[i][j];
            count.compare(
                &format!("nested and forward over reverse ∂{i}∂{j}"),
                hessian[i][j],
                over[j],
                scale,
                &bound,
            )?;
            count.compare(
                &format!("nested and reverse over reverse ∂{i}∂{j}"),
                hessian[i][j],
                twice[i][j],
                scale,
                &bound,
            )?;
        }
    }
    Ok(())
}

fn coordinates() -> impl Strategy<Value = [f64; 3]> {
    let one = prop_oneof![1 => select(vec![0.0, -0.0, 1.0, -1.0, 2.0, 0.5]), 3 => holograd::strategies::numbers(-4.0..4.0)];
    [one.clone(), one.clone(), one]
}

#[test]
fn modes_never_give_two_different_finite_derivatives_of_a_program() {
    let count = Count::default();
    run(programs(), (expressions(3), coordinates()), |(e, x)| modes_agree(&count, &e, x));
    let Count { programs, regular, compared, nan_pairs, infinite_pairs } = count;
    println!(
        "{} random programs, {} of them with finite slopes throughout; {} derivatives of two modes compared, {} pairs of \
         NaN and a number, {} pairs of an infinity and a number",
        programs.get(),
        regular.get(),
        compared.get(),
        nan_pairs.get(),
        infinite_pairs.get()
    );
    assert!(regular.get() * 4 > programs.get(), "most programs should be regular");
}

#[test]
fn complex_modes_never_give_two_different_finite_derivatives_of_an_analytic_program() {
    let count = Count::default();
    let part = || prop_oneof![1 => select(vec![0.0, 1.0, -1.0]), 3 => -3.0..3.0];
    let number = || (part(), part());
    run(programs(), (analytic_expressions(3), [number(), number(), number()]), |(e, z)| {
        let z = z.map(|(re, im)| Complex::new(re, im));
        let bound = Bound::of(&e, &z, Function::at_scalar);
        add_one(&count.programs);
        let forward: [Complex<f64>; 3] = jacfwd(|z: [_; 3]| e.at_scalar(&z), &z);
        let reverse = grad(|z: [_; 3]| e.at_scalar(&z), &z);
        for i in 0..3 {
            // A product of complex numbers is two roundings more, and all of them are of the size of the number, not of
            // the part.
            let scale = 4.0 * bound.gradient[i];
            count.compare(&format!("Re ∂{i}"), forward[i].re, reverse[i].re, scale, &bound)?;
            count.compare(&format!("Im ∂{i}"), forward[i].im, reverse[i].im, scale, &bound)?;
        }
        Ok(())
    });
    println!("{} complex programs, {} NaN pairs", count.programs.get(), count.nan_pairs.get());
}

#[test]
fn a_composition_through_an_infinite_slope_may_differ_in_nan_alone() {
    let masked = |x: Dual<f64>| x.sqrt() * 0.0;
    let masked_var = |x: Var<f64>| x.sqrt() * 0.0;
    let (forward, reverse): (f64, f64) = (jacfwd(masked, &0.0), grad(masked_var, &0.0));
    assert!(forward.is_nan() && reverse == 0.0, "{forward} {reverse}");
    assert!(second_derivative(|x| x.powi(3), 0.0) == 0.0);
}

#[test]
fn random_matrices_are_what_their_kind_says() {
    for kind in MatrixKind::ALL {
        run(32, matrices(kind, 4), |a| {
            let holds = match kind {
                MatrixKind::Dense => true,
                MatrixKind::Symmetric => a == a.transpose(),
                MatrixKind::PositiveDefinite => a.clone().cholesky().is_some(),
                MatrixKind::Orthogonal | MatrixKind::Permutation => (a.transpose() * &a).is_identity(1e-12),
                MatrixKind::Identity => a.is_identity(0.0),
                MatrixKind::Diagonal => a == nalgebra::DMatrix::from_diagonal(&a.diagonal()),
                MatrixKind::BlockDiagonal => a.view((0, 2), (2, 2)).iter().all(|x| *x == 0.0),
                MatrixKind::LowerTriangular => a == a.lower_triangle(),
                MatrixKind::UpperTriangular => a == a.upper_triangle(),
                MatrixKind::Singular => a.determinant().abs() < 1e-12,
            };
            prop_assert!(holds, "{kind:?}: {a}");
            Ok(())
        });
    }
}
