//! The table of numerical semantics in the crate's documentation, one test a row, in its order.

use holograd::{
    ComplexScalar, Dual, HyperDual, Real, Scalar, Var, derivative, grad, hessian, hvp, jacfwd, jacrev, lit,
    second_derivative, value_and_derivative, value_and_jacfwd, value_grad_and_hessian,
};
use num_complex::Complex;
use num_traits::{One, Zero};
use std::array::from_fn;
use std::f64::consts::{LN_2, PI};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// Equality in which NaN is NaN.
#[track_caller]
fn same<const N: usize>(got: [f64; N], want: [f64; N]) {
    let equal = got.iter().zip(&want).all(|(a, b)| a == b || a.is_nan() && b.is_nan());
    assert!(equal, "{got:?}, not {want:?}");
}

#[test]
fn comparison_looks_at_the_value_alone_so_that_a_branch_goes_where_the_plain_program_goes() {
    fn branches<T: Real>(x: T) -> T {
        if lit(1.0) == x {
            x * lit(10.0)
        } else if lit(1.0) > x {
            x * lit(20.0)
        } else {
            x * lit(30.0)
        }
    }
    for (x, slope) in [(1.0, 10.0), (0.5, 20.0), (1.5, 30.0)] {
        assert_eq!(derivative(branches, x), slope);
        assert_eq!(derivative(|x| derivative(|x| branches(x) * x, x), x), 2.0 * slope);
        assert_eq!(jacfwd(|x| branches(x[0]), &vec![x; 9])[0], slope);
    }
}

#[test]
fn is_zero_and_is_one_look_at_every_tangent() {
    assert!(Dual::<f64>::zero().is_zero() && Dual::<f64>::one().is_one());
    assert!(!Dual::variable(0.0).is_zero() && !Dual::variable(1.0).is_one());
    let inner_only: Dual<Dual<_>> = Dual::from(Dual::variable(0.0));
    let mixed_only: Dual<Dual<_>> = Dual::new(Dual::from(0.0), [Dual::new(0.0, [1.0])]);
    assert!(!inner_only.is_zero() && !mixed_only.is_zero());
    // As elimination does: what is left out is left out for good.
    let skip_zeros = |[x, y]: [Dual<f64, 2>; 2]| if x.is_zero() { y } else { y + x * y };
    assert_eq!(jacfwd(skip_zeros, &[0.0, 3.0]), [3.0, 1.0]);
}

#[test]
fn sums_and_negation_go_term_by_term() {
    let steep = Dual::new(0.0, [INF, 0.0]);
    let flat = Dual::new(1.0, [0.0, 2.0]);
    same((steep + flat).eps(), [INF, 2.0]);
    same((steep - flat).eps(), [INF, -2.0]);
    same((flat - steep).eps(), [-INF, 2.0]);
    same((-steep).eps(), [-INF, 0.0]);
    same([steep, flat, steep].into_iter().sum::<Dual<_, 2>>().eps(), [INF, 2.0]);
    let huge = Dual::new(INF, [1.0, 2.0]);
    same((huge + huge).eps(), [2.0, 4.0]);
    same((huge - flat).eps(), [1.0, 0.0]);
}

#[test]
fn a_value_comes_from_the_functions_own_algorithm() {
    assert_eq!(value_and_derivative(|x| x.tanh(), 800.0), (1.0, 0.0));
    assert_eq!(value_and_derivative(|x| x.tanh(), -800.0), (-1.0, 0.0));
    assert_eq!(value_and_derivative(|x| x.powf(2.5), 0.0), (0.0, 0.0));
    for scale in [1e200, 1e-200] {
        let point = [3.0 * scale, 4.0 * scale];
        let (value, [dx, dy]) = value_and_jacfwd(|[x, y]| x.hypot(y), &point);
        assert_eq!(value, f64::hypot(point[0], point[1]));
        assert!((dx - 0.6).abs() < 2e-16 && (dy - 0.8).abs() < 2e-16, "slopes {dx}, {dy}");
    }
    assert_eq!(value_and_derivative(|x| x.softplus(), 800.0), (800.0, 1.0));
    assert_eq!(value_and_derivative(|x| x.sigmoid(), -700.0).0, (-700.0_f64).exp());
    assert_eq!(value_and_derivative(|x| x.exp_m1(), 1e-20), (1e-20, 1.0));
    assert_eq!(value_and_derivative(|x| x.ln_1p(), 1e-20), (1e-20, 1.0));
    assert_eq!(value_and_derivative(|x| x.powi(-1), 1e100), (1e-100, -1e-200));
    assert_eq!(value_and_derivative(|x| x.powf(0.5), 1e130).0, 1e65);

    // Where the standard library is off by up to 10⁷ units: acosh(1 + 2⁻⁴⁰) = √(2 · 2⁻⁴⁰) (1 − 2⁻⁴⁰/12), …
    let close =
        |got: f64, want: f64| assert!((got / want - 1.0).abs() <= 4.0 * f64::EPSILON, "{got}, not {want}");
    let h = 2.0_f64.powi(-40);
    close(value_and_derivative(|x| x.acosh(), 1.0 + h).0, (2.0 * h).sqrt() * (1.0 - h / 12.0));
    close(value_and_derivative(|x| x.atanh(), 1e-5).0, 1e-5 + 1e-15 / 3.0);
    // asinh x = ln 2x for large x; 2x would overflow.
    close(value_and_derivative(|x| x.asinh(), 1.7e308).0, 1.7e308_f64.ln() + LN_2);
    close(value_and_derivative(|x| x.powi(1000), 1.0 + h).0, (1000.0 * (h - h * h / 2.0)).exp());
}

#[test]
fn a_zero_tangent_times_a_slope_that_is_not_finite_is_zero_at_every_level() {
    // √ at a constant 0 beside a live variable.
    assert_eq!(derivative(|x| x + (x * 0.0).sqrt(), 1.0), 1.0);
    assert_eq!(derivative(|x| x + Dual::from(0.0).sqrt(), 1.0), 1.0);
    // Nobody knows whether that zero is a constant or x⁴.
    assert!(second_derivative(|x| x * x + (x * 0.0).sqrt(), 1.0).is_nan());
    assert_eq!(grad(|x| x + (x * 0.0).sqrt(), &1.0), 1.0);
    assert_eq!(jacfwd(|[x, y]| x.sqrt() + y, &[0.0, 1.0]), [INF, 1.0]);
    assert_eq!(jacfwd(|x| x[0].ln() + x[8], &vec![0.0; 9])[1..], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    // A live tangent keeps it.
    assert_eq!(derivative(|x| x.sqrt(), 0.0), INF);
    assert_eq!(derivative(|x| x.asin(), 1.0), INF);
    assert_eq!(derivative(|x| x.cbrt(), 0.0), INF);
    // The slope overflows before the function does.
    assert_eq!(derivative(|x| x.exp(), 710.0), INF);
    assert_eq!(second_derivative(|x| x.exp(), 710.0), INF);
    assert_eq!(second_derivative(|x| x.recip(), 1e-300), INF);
    assert_eq!(second_derivative(|x| x.recip(), -1e-300), -INF);
    // A literal divides as the same number does, also where it is no divisor.
    for c in [0.0, -0.0, NAN] {
        let by_number = jacfwd(|[x, y]| [x / Dual::from(c), y], &[1.0, 2.0]);
        for got in [
            jacfwd(|[x, y]| [x / c, y], &[1.0, 2.0]),
            jacfwd(|[x, y]| [x / lit(c), y], &[1.0, 2.0]),
            jacfwd(|[x, y]: [HyperDual<f64, 2>; 2]| [x / c, y], &[1.0, 2.0].map(Dual::from))
                .map(|row| row.map(Dual::value)),
            jacrev(|[x, y]| [x / c, y], &[1.0, 2.0]),
        ] {
            same(got[0], by_number[0]);
            same(got[1], [0.0, 1.0]);
        }
    }
    assert_eq!((Dual::new(1.0, [0.0]) / 0.0).derivative(), 0.0);
    assert_eq!((Dual::from(1e-3_f32) / 1e-60).derivative(), 0.0);
    assert_eq!((Dual::<_, 1>::from(Complex::new(1.0, 1.0)) / Complex::ZERO).derivative(), Complex::ZERO);
    // The branch not taken leaves nothing.
    let guarded = |x: Dual<f64>| if x > 0.0 { x.sqrt() } else { Dual::from(0.0) };
    assert_eq!(value_and_derivative(guarded, 0.0), (0.0, 0.0));
}

#[test]
fn abs_at_a_zero_of_either_sign_has_slope_zero() {
    for zero in [0.0, -0.0] {
        assert_eq!(value_and_derivative(|x| x.abs(), zero), (0.0, 0.0));
        assert_eq!(second_derivative(|x| x.abs(), zero), 0.0);
    }
    // As the complex modulus along a real parameter.
    assert_eq!(derivative(|t| Complex::new(t, t).abs(), 0.0), 0.0);
    assert_eq!(Dual::new(Complex::new(0.0, 0.0), [Complex::new(1.0, 1.0)]).abs().derivative(), 0.0);
    assert_eq!(derivative(|x| x.abs(), -3.0), -1.0);
    assert_eq!(derivative(|x| x.abs(), -INF), -1.0);
}

#[test]
fn a_tie_of_min_or_max_and_clamp_at_a_bound_share_the_slope() {
    for [x, y] in [[1.0, 1.0], [0.0, -0.0], [INF, INF]] {
        assert_eq!(jacfwd(|[x, y]| x.min(y), &[x, y]), [0.5, 0.5]);
        assert_eq!(jacfwd(|[x, y]| x.max(y), &[x, y]), [0.5, 0.5]);
        assert_eq!(jacfwd(|[x, y]| y.max(x), &[x, y]), [0.5, 0.5]);
    }
    let clamp = |x: Dual<f64>| x.clamp(Dual::from(-1.0), Dual::from(2.0));
    let slopes = [-2.0, -1.0, 0.0, 2.0, 3.0].map(|x| derivative(clamp, x));
    assert_eq!(slopes, [0.0, 0.5, 1.0, 0.5, 0.0]);
    assert_eq!(jacfwd(|[x, low]| x.clamp(low, Dual::from(2.0)), &[1.0, 1.0]), [0.5, 0.5]);
    assert_eq!(jacfwd(|[x, low]| x.clamp(low, Dual::from(2.0)), &[0.0, 1.0]), [0.0, 1.0]);
    // Between bounds that are one and the same it is the bound.
    for x in [0.0, 1.0, 2.0] {
        assert_eq!(jacfwd(|[x, bound]| x.clamp(bound, bound), &[x, 1.0]), [0.0, 1.0]);
        assert_eq!(jacrev(|[x, bound]| x.clamp(bound, bound), &[x, 1.0]), [0.0, 1.0]);
    }
}

#[test]
fn max_with_a_nan_gives_value_and_slope_of_the_number() {
    for f in [|[x, y]: [Dual<f64, 2>; 2]| x.max(y), |[x, y]: [Dual<f64, 2>; 2]| x.min(y)] {
        assert_eq!(value_and_jacfwd(f, &[NAN, 2.0]), (2.0, [0.0, 1.0]));
        assert_eq!(value_and_jacfwd(f, &[2.0, NAN]), (2.0, [1.0, 0.0]));
        assert!(value_and_jacfwd(f, &[NAN, NAN]).0.is_nan());
    }
}

#[test]
fn the_slope_of_the_square_root_at_a_zero_of_either_sign_is_that_of_the_power() {
    for zero in [0.0, -0.0] {
        assert_eq!(value_and_derivative(|x| x.powf(0.5), zero), (0.0, INF));
        assert_eq!(value_and_derivative(|x| x.sqrt(), zero), (zero, INF));
        assert_eq!(value_and_derivative(|x| x.sqrt(), zero).0.is_sign_negative(), zero.is_sign_negative());
        assert_eq!(jacrev(|x| x.sqrt(), &zero), INF);
        assert_eq!(second_derivative(|x| x.powf(0.5), zero), -INF);
        assert_eq!(second_derivative(|x| x.sqrt(), zero), -INF);
    }
}

#[test]
fn x_ln_y_at_a_constant_zero_has_no_slope_in_y() {
    let entropy = |p: f64| move |q: Var<f64>| Var::from(p).xlogy(q) + Var::from(1.0 - p).xlogy(1.0 - q);
    assert_eq!(grad(entropy(0.0), &0.0), -1.0);
    assert_eq!(grad(entropy(1.0), &1.0), 1.0);
    assert_eq!(derivative(|y| Dual::from(0.0).xlogy(y), 0.0), 0.0);
    assert_eq!(second_derivative(|y| Dual::from(Dual::from(0.0)).xlogy(y), 0.0), 0.0);
    assert_eq!(jacfwd(|y| grad(|y| Var::from(Dual::from(0.0)).xlogy(y), &y), &0.0), 0.0);
    let zero: Complex<f64> = Complex::ZERO;
    assert_eq!(derivative(|y| Dual::from(zero).xlogy(y), zero), zero);
    // A live zero: ∂x is ln 0, and ∂²xy is 1/0.
    for gradient in [jacfwd(|[x, y]| x.xlogy(y), &[0.0, 0.0]), jacrev(|[x, y]| x.xlogy(y), &[0.0, 0.0])] {
        assert_eq!(gradient, [-INF, 0.0]);
    }
    assert_eq!(hessian(|[x, y]| x.xlogy(y), &[0.0, 0.0])[0][1], INF);
    assert_eq!(jacfwd(|[x, y]| x.xlogy(y), &[2.0, 0.0]), [-INF, INF]);
}

#[test]
fn a_sum_of_negative_zeros_is_one_in_every_mode() {
    fn signs<T: Real>(x: &[T]) -> [bool; 5] {
        let sums = [
            x.iter().copied().sum(),
            T::sum_of(x),
            T::dot(x, &vec![T::one(); x.len()]),
            T::weighted_sum(&vec![1.0; x.len()], x),
            T::sum_over(x, 0..x.len(), |x, i| x[i]),
        ];
        sums.map(Real::is_sign_negative)
    }
    for n in [0, 1, 2, 40] {
        let x = vec![-0.0; n];
        let plain = signs(&x);
        assert!(n == 0 || plain == [true; 5]);
        assert_eq!(signs(&vec![Dual::<f64>::variable(-0.0); n]), plain);
        assert_eq!(signs(&vec![HyperDual::<f64, 2>::from(Dual::from(-0.0)); n]), plain);
        assert_eq!(signs(&vec![Var::from(-0.0); n]), plain);
        let mut seen = [None; 3];
        grad(
            |x| {
                seen[0] = Some(signs::<Var<f64>>(&x));
                Var::from(0.0)
            },
            &x,
        );
        hvp(
            |x| {
                seen[1] = Some(signs::<Var<Dual<f64>>>(&x));
                Var::from(Dual::from(0.0))
            },
            &x,
            &x,
        );
        grad(
            |x: Vec<Var<f64>>| {
                grad(
                    |x: Vec<Var<Var<f64>>>| {
                        seen[2] = Some(signs(&x));
                        Var::from(Var::from(0.0))
                    },
                    &x,
                )
                .into_iter()
                .sum::<Var<f64>>()
            },
            &x,
        );
        assert_eq!(seen, [Some(plain); 3], "of {n}");
    }
}

#[test]
fn steps_have_slope_zero_and_the_remainder_its_own() {
    for x in [-2.5, -2.0, -0.0, 0.0, 0.3, 2.0, 2.5, 1e300, INF] {
        assert_eq!(derivative(|x| [x.floor(), x.ceil(), x.round(), x.trunc(), x.signum()], x), [0.0; 5]);
        assert_eq!(
            second_derivative(|x| [x.floor(), x.ceil(), x.round(), x.trunc(), x.signum()], x),
            [0.0; 5]
        );
        assert_eq!(derivative(|x| x.fract(), x), 1.0);
    }
    assert_eq!(value_and_derivative(|x| x.round(), 2.5).0, 3.0);
    for [x, y] in [[7.5, 2.0], [-7.5, 2.0], [7.5, -2.0], [-7.5, -2.0], [1.0, 3.0], [1e3, 0.7]] {
        assert_eq!(value_and_jacfwd(|[x, y]| x % y, &[x, y]), (x % y, [1.0, -(x / y).trunc()]));
        assert_eq!(jacrev(|[x, y]| x % y, &[x, y]), [1.0, -(x / y).trunc()]);
        let (value, slopes) = value_and_jacfwd(|[x, y]| x.rem_euclid(y), &[x, y]);
        assert_eq!((value, slopes), (f64::rem_euclid(x, y), [1.0, -f64::div_euclid(x, y)]));
    }
    // 5/0.1 rounds to 50, but 0.1 goes 49 times into 5 as it is a little larger than a tenth.
    assert_eq!(jacfwd(|[x, y]| x % y, &[5.0, 0.1]), [1.0, -49.0]);
}

#[test]
fn integer_powers_are_exact_at_every_order_also_at_zero_and_for_negative_exponents() {
    fn orders(n: i32, x: f64) -> [f64; 5] {
        let f1 = move |x| derivative(move |x| x.powi(n), x);
        let f2 = move |x| second_derivative(move |x| x.powi(n), x);
        let f3 = move |x| derivative(move |x| second_derivative(move |x| x.powi(n), x), x);
        let f4 = move |x| second_derivative(move |x| second_derivative(move |x| x.powi(n), x), x);
        [Scalar::powi(x, n), f1(x), f2(x), f3(x), f4(x)]
    }
    assert_eq!(orders(0, 0.0), [1.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(orders(1, 0.0), [0.0, 1.0, 0.0, 0.0, 0.0]);
    assert_eq!(orders(2, 0.0), [0.0, 0.0, 2.0, 0.0, 0.0]);
    assert_eq!(orders(3, 0.0), [0.0, 0.0, 0.0, 6.0, 0.0]);
    assert_eq!(orders(4, 0.0), [0.0, 0.0, 0.0, 0.0, 24.0]);
    assert_eq!(orders(7, 0.0), [0.0; 5]);
    assert_eq!(orders(3, -2.0), [-8.0, 12.0, -12.0, 6.0, 0.0]);
    assert_eq!(orders(-2, 2.0), [0.25, -0.25, 0.375, -0.75, 1.875]);
    assert_eq!(orders(-1, -2.0), [-0.5, -0.25, -0.25, -0.375, -0.75]);
    assert_eq!(orders(0, INF), [1.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(orders(1, INF), [INF, 1.0, 0.0, 0.0, 0.0]);
    assert_eq!(value_and_derivative(|x| x.powi(-1), 0.0), (INF, -INF));
    assert_eq!(value_and_derivative(|x| x.powi(i32::MIN), 1.0), (1.0, f64::from(i32::MIN)));
}

/// The numbered corners of the rule of `pow`.
mod powers {
    use super::*;

    #[test]
    fn corner_1_of_a_zero_base() {
        assert_eq!(value_and_derivative(|x| x.powf(2.5), 0.0), (0.0, 0.0));
        assert_eq!(value_and_derivative(|x| x.powf(1.0), 0.0), (0.0, 1.0));
        assert_eq!(value_and_derivative(|x| x.powf(0.5), 0.0), (0.0, INF));
        assert_eq!(value_and_derivative(|x| x.powf(0.0), 0.0), (1.0, 0.0));
        assert_eq!(value_and_derivative(|x| x.powf(-0.5), 0.0), (INF, -INF));
        assert_eq!(second_derivative(|x| x.powf(1.5), 0.0), INF);
        assert_eq!(second_derivative(|x| x.powf(2.0), 0.0), 2.0);
        assert_eq!(second_derivative(|x| x.powf(0.5), 0.0), -INF);
        assert_eq!(second_derivative(|x| x.powf(-1.0), 0.0), INF);
        let constant = |p: f64| value_and_derivative(|x| x.pow(Dual::from(p)), 0.0);
        assert_eq!([2.5, 1.0, 0.5, -0.5].map(constant), [(0.0, 0.0), (0.0, 1.0), (0.0, INF), (INF, -INF)]);
    }

    #[test]
    fn corner_2_of_a_zero_base_and_a_live_positive_exponent() {
        for p in [0.5, 1.0, 2.0, 2.5] {
            assert_eq!(derivative(|p| Dual::from(0.0).pow(p), p), 0.0);
            assert_eq!(second_derivative(|p| Dual::from(Dual::from(0.0)).pow(p), p), 0.0);
            assert_eq!(jacfwd(|[x, p]| x.pow(p), &[0.0, p])[1], 0.0);
        }
    }

    #[test]
    fn corner_3_of_zero_to_the_zero() {
        assert_eq!(value_and_jacfwd(|[x, p]| x.pow(p), &[0.0, 0.0]), (1.0, [0.0, -INF]));
        assert_eq!(value_and_derivative(|x| x.pow(Dual::from(0.0)), 0.0), (1.0, 0.0));
        assert_eq!(second_derivative(|x| x.pow(Dual::from(Dual::from(0.0))), 0.0), 0.0);
    }

    #[test]
    fn corner_4_of_a_negative_base() {
        assert_eq!(value_and_derivative(|x| x.pow(Dual::from(2.0)), -1.0), (1.0, -2.0));
        assert_eq!(second_derivative(|x| x.pow(Dual::from(Dual::from(3.0))), -2.0), -12.0);
        let (value, [dx, dp]) = value_and_jacfwd(|[x, p]| x.pow(p), &[-1.0, 2.0]);
        assert_eq!((value, dx), (1.0, -2.0));
        assert!(dp.is_nan());
        let (value, slope) = value_and_derivative(|x| x.powf(0.5), -1.0);
        assert!(value.is_nan() && slope.is_nan());
    }
}

#[test]
fn the_angle_at_the_origin_has_nan_slopes_and_the_distance_slope_zero() {
    let (value, slopes) = value_and_jacfwd(|[y, x]| y.atan2(x), &[0.0, 0.0]);
    assert_eq!(value, 0.0);
    same(slopes, [NAN, NAN]);
    // A constant origin has no slope.
    assert_eq!(derivative(|x| x + (x * 0.0).atan2(x * 0.0), 1.0), 1.0);
    assert_eq!(value_and_jacfwd(|[x, y]| x.hypot(y), &[0.0, 0.0]), (0.0, [0.0, 0.0]));
    assert!(hessian(|[x, y]| x.hypot(y), &[0.0, 0.0]).as_flattened().iter().all(|h| h.is_nan()));

    let at_origin = |direction: Complex<f64>| Dual::new(Complex::new(0.0, 0.0), [direction]);
    assert!(at_origin(Complex::i()).arg().derivative().is_nan());
    assert_eq!(at_origin(Complex::ZERO).arg().derivative(), 0.0);
    assert_eq!(at_origin(Complex::i()).abs().derivative(), 0.0);
    assert_eq!(at_origin(Complex::i()).norm_sqr().derivative(), 0.0);
    // Elsewhere on the axes all is well.
    assert_eq!(jacfwd(|[y, x]| y.atan2(x), &[0.0, -2.0]), [-0.5, -0.0]);
    assert_eq!(jacfwd(|[y, x]| y.atan2(x), &[1e200, 0.0]), [0.0, -1e-200]);
    assert_eq!(value_and_derivative(|x| x.arg(), -1.0), (PI, 0.0));
}

/// Points at which functions of one number have their corners.
const CORNERS: [f64; 34] = [
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 2.5, -2.5, 3.0, 0.999_999, 1.000_001, 5e-324, -5e-324,
    1e-310, 1e-160, -1e-160, 1e-8, 19.0, -50.0, 709.0, 710.0, -745.0, -746.0, 1e154, -1e154, 1e200, -1e200,
    1.7e308, -1.7e308, INF, -INF, NAN,
];

/// A function at the numbers of every forward mode: one tangent, lanes, chunks, a nest, and the nest of `hessian`.
struct Modes<const K: usize> {
    one: fn([Dual<f64>; K]) -> Dual<f64>,
    lanes: fn([Dual<f64, 3>; K]) -> Dual<f64, 3>,
    chunks: fn([Dual<f64, 8>; K]) -> Dual<f64, 8>,
    nest: fn([HyperDual<f64>; K]) -> HyperDual<f64>,
    hyper: fn([HyperDual<f64, 4>; K]) -> HyperDual<f64, 4>,
}

/// A generic function, for all modes at once.
macro_rules! modes {
    ($f:ident) => {
        Modes { one: $f, lanes: $f, chunks: $f, nest: $f, hyper: $f }
    };
}

impl<const K: usize> Modes<K> {
    /// That the gradient at `x` is one and the same by every mode, and that other variables do not come into it.
    fn agree(&self, name: &str, x: [f64; K]) {
        // By one variable at a time, the others constant.
        let one: [_; K] = from_fn(|k| {
            let variable = |xk| (self.one)(from_fn(|i| if i == k { xk } else { x[i].into() }));
            value_and_derivative(variable, x[k])
        });
        // By one variable at both levels of a nest: the inner slope and the outer.
        let nest: [_; K] = from_fn(|k| {
            let variable = Dual::variable(Dual::variable(x[k]));
            (self.nest)(from_fn(|i| if i == k { variable } else { Dual::from(Dual::from(x[i])) }))
        });
        // By all at once, beside one that does not matter.
        let array: [f64; 3] = from_fn(|i| x.get(i).copied().unwrap_or(1.0));
        let (value, lanes) = value_and_jacfwd(|y| (self.lanes)(from_fn(|i| y[i])), &array);
        let (_, beside_hessian, _) = value_grad_and_hessian(|y| (self.hyper)(from_fn(|i| y[i])), &array);
        // The first variable in the first chunk, the others in the second.
        let place = |i: usize| if i == 0 { 0 } else { 8 + i };
        let mut vector = vec![1.0; 12];
        (0..K).for_each(|i| vector[place(i)] = x[i]);
        let chunks = jacfwd(|y| (self.chunks)(from_fn(|i| y[place(i)])), &vector);

        let equal = |a: f64, b: f64| a == b || a.is_nan() && b.is_nan();
        for k in 0..K {
            let values = [one[k].0, nest[k].value().value()];
            assert!(values.iter().all(|v| equal(*v, value)), "{name}{x:?}: values {value:e} and {values:?}");
            let inner_and_outer = [nest[k].value().derivative(), nest[k].derivative().value()];
            let slopes =
                [lanes[k], beside_hessian[k], chunks[place(k)], inner_and_outer[0], inner_and_outer[1]];
            let by_one = one[k].1;
            assert!(
                slopes.iter().all(|s| equal(*s, by_one)),
                "{name}{x:?}: slopes {by_one:e} and {slopes:?}"
            );
        }
        assert_eq!([lanes[2], beside_hessian[2], chunks[1], chunks[8]], [0.0; 4], "{name}{x:?}: by others");
    }
}

#[test]
fn every_forward_mode_agrees_at_every_corner_of_every_function_of_one_number() {
    macro_rules! functions {
        ($($name:ident $(($constant:expr))?)*) => {
            $({
                fn f<T: Real>([x]: [T; 1]) -> T {
                    x.$name($($constant)?)
                }
                for x in CORNERS {
 modes!(f).agree(stringify!($name $(($constant))?), [x]);
}
            })*
        };
    }
    functions! {
        recip sqrt cbrt exp exp2 exp_m1 ln ln_1p log2 log10 log(3.0)
        powi(-3) powi(-2) powi(-1) powi(0) powi(1) powi(2) powi(3) powi(4) powi(1000)
        powf(-2.0) powf(-0.5) powf(0.0) powf(0.5) powf(1.0) powf(1.5) powf(2.0) powf(2.5)
        sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh sinc sigmoid softplus
        abs norm_sqr signum floor ceil round trunc fract to_radians to_degrees
    }
}

#[test]
fn every_forward_mode_agrees_at_every_corner_of_every_function_of_two_numbers() {
    macro_rules! functions {
        ($($name:ident)*) => {
            $({
                fn f<T: Real>([x, y]: [T; 2]) -> T {
                    x.$name(y)
                }
                for x in CORNERS {
                    for y in CORNERS {
 modes!(f).agree(stringify!($name), [x, y]);
}
                }
            })*
        };
    }
    functions! { pow log_add_exp xlogy atan2 hypot rem_euclid min max copysign }
}

#[test]
fn sinc_has_its_own_series_at_zero_to_every_order() {
    // sin x / x = Σ (−1)ᵏ x²ᵏ/(2k + 1)!, so that the 2k-th derivative at 0 is (−1)ᵏ/(2k + 1).
    fn d2<T: Scalar>(f: impl Fn(Dual<Dual<T>>) -> Dual<Dual<T>>, x: T) -> T {
        second_derivative(f, x)
    }
    let close = |got: f64, want: f64| assert!((got - want).abs() <= 4.0 * f64::EPSILON, "{got}, not {want}");
    for x in [0.0, 1e-9] {
        assert_eq!(Scalar::sinc(x), 1.0);
        close(d2(|x| x.sinc(), x), -1.0 / 3.0);
        close(d2(|x| d2(|x| x.sinc(), x), x), 1.0 / 5.0);
        close(d2(|x| d2(|x| d2(|x| x.sinc(), x), x), x), -1.0 / 7.0);
        close(derivative(|x| d2(|x| d2(|x| x.sinc(), x), x), x), -x / 7.0);
    }
    assert_eq!(derivative(|x| [x.sinc(), x.signum()], 0.0), [0.0, 0.0]);
    assert_eq!((Real::signum(0.0), Real::signum(-0.0)), (1.0, -1.0));
}

#[test]
fn nan_in_is_nan_out() {
    macro_rules! functions {
        (smooth $($smooth:ident)*; steps $($step:ident)*) => {
            $(
                let (value, slope) = value_and_derivative(|x| x.$smooth(), NAN);
                assert!(value.is_nan() && slope.is_nan(), "{}: {value}, slope {slope}", stringify!($smooth));
            )*
            $(assert!(value_and_derivative(|x| x.$step(), NAN).0.is_nan(), "{}", stringify!($step));)*
        };
    }
    functions! {
        smooth recip sqrt cbrt exp exp2 exp_m1 ln ln_1p log2 log10 sin cos tan asin acos atan sinh cosh tanh
            asinh acosh atanh sinc sigmoid softplus abs norm_sqr;
        steps signum floor ceil round trunc fract to_radians to_degrees
    }
    for [x, y] in [[NAN, 1.0], [1.0, NAN], [NAN, NAN]] {
        let values = value_and_jacfwd(
            |[x, y]| {
                [x + y, x - y, x * y, x / y, x % y, x.atan2(y), x.hypot(y), x.log_add_exp(y), x.xlogy(y)]
            },
            &[x, y],
        );
        assert!(values.0.iter().all(|v| v.is_nan()), "({x}, {y}): {:?}", values.0);
    }
    assert!(value_and_derivative(|x| x.clamp(Dual::from(0.0), Dual::from(1.0)), NAN).0.is_nan());
    // As `f64` has it.
    assert_eq!(value_and_derivative(|x| x.powi(0), NAN), (1.0, 0.0));
    assert_eq!(value_and_jacfwd(|[x, y]| x.min(y), &[NAN, 1.0]).0, f64::min(NAN, 1.0));
}

/// The first column of the table in the documentation, and the test of each row; here or in another file.
const TABLE: [(&str, &str); 22] = [
    ("`==`, `<`", "comparison_looks_at_the_value_alone_so_that_a_branch_goes_where_the_plain_program_goes"),
    ("`is_zero()`, `is_one()`", "is_zero_and_is_one_look_at_every_tangent"),
    ("`try_sqrt` of a zero with a live tangent", "try_sqrt_of_a_zero_with_a_live_tangent_is_none"),
    ("sums and negation", "sums_and_negation_go_term_by_term"),
    ("the value of a function", "a_value_comes_from_the_functions_own_algorithm"),
    (
        "a zero tangent times a slope that is not finite",
        "a_zero_tangent_times_a_slope_that_is_not_finite_is_zero_at_every_level",
    ),
    ("second derivatives at a root of zero", "second_derivatives_at_a_root_of_zero_are_nan_in_every_mode"),
    ("a slope that is out of range", "the_figures_of_single_functions"),
    ("−0", "functions_are_right_at_minus_zero"),
    ("`abs` at ±0", "abs_at_a_zero_of_either_sign_has_slope_zero"),
    (
        "ties of `min` and `max`; `clamp` at a bound",
        "a_tie_of_min_or_max_and_clamp_at_a_bound_share_the_slope",
    ),
    ("`min`, `max` with a NaN", "max_with_a_nan_gives_value_and_slope_of_the_number"),
    ("`floor ceil round trunc signum`", "steps_have_slope_zero_and_the_remainder_its_own"),
    ("`powi(x, n)`", "integer_powers_are_exact_at_every_order_also_at_zero_and_for_negative_exponents"),
    ("`powf(0, p)`, `pow(0, p)`", "corner_1_of_a_zero_base"),
    ("`pow(0, y)` by y", "corner_3_of_zero_to_the_zero"),
    ("`pow(x, y)` by y, x < 0", "corner_4_of_a_negative_base"),
    ("`atan2(0, 0)`, `arg(0)`", "the_angle_at_the_origin_has_nan_slopes_and_the_distance_slope_zero"),
    ("`hypot(0, 0)`, `abs(0 + 0i)`", "the_angle_at_the_origin_has_nan_slopes_and_the_distance_slope_zero"),
    (
        "one variable, many, chunks, nested, the tape, tapes of dual numbers",
        "all_kinds_give_the_same_derivatives_of_every_function_at_every_point",
    ),
    ("`sinc`, at and near 0", "sinc_has_its_own_series_at_zero_to_every_order"),
    ("NaN in", "nan_in_is_nan_out"),
];

#[test]
fn every_row_of_the_table_in_the_documentation_has_a_test() {
    let documentation = include_str!("../src/guide/corners.md");
    let rows: Vec<&str> = documentation
        .lines()
        .skip_while(|line| !line.starts_with("| question |"))
        .skip(2)
        .map_while(|line| line.strip_prefix("| "))
        .map(|row| row.split(" | ").next().expect("a first column"))
        .collect();
    assert_eq!(rows, TABLE.map(|(row, _)| row));
    let tests = [
        include_str!("semantics.rs"),
        include_str!("matrix.rs"),
        include_str!("interop.rs"),
        include_str!("range.rs"),
    ];
    for (row, test) in TABLE {
        let declared = format!("fn {test}()");
        assert!(tests.iter().any(|file| file.contains(&declared)), "{row}: there is no test {test}");
    }
}
