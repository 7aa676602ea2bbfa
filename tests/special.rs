//! Special functions: against the table of `tests/data/special.json`, and across the kinds of number.
#![cfg(feature = "special")]

#[path = "common/special.rs"]
mod table;

use holograd::special::list::{LIST, Listed, by_name};
use holograd::special::*;
use holograd::{Dual, Scalar, derivative, grad, hessian, jacfwd, second_derivative};
use num_complex::Complex;

#[test]
fn values_and_derivatives_are_those_of_the_table() {
    let entries = table::table();
    assert!(entries.len() > 5000, "only {} entries were read", entries.len());
    for e in &entries {
        assert!(e.units <= e.limit(), "{} units, the limit is {}: {e:?}", e.units, e.limit());
    }
    let plain = |orders: std::ops::RangeInclusive<u32>| {
        entries.iter().filter(move |e| !e.by_parameter() && orders.contains(&e.order))
    };
    let (first, second) = (table::share(plain(0..=1), 8.0), table::share(plain(2..=2), 64.0));
    assert!(first >= 0.99, "only {first} of the values and first derivatives are within 8 units");
    assert!(second >= 0.97, "only {second} of the second derivatives are within 64 units");
}

/// A few points inside the domain of a function, from Weyl's sequence.
fn points(listed: &Listed, n: usize) -> Vec<Vec<f64>> {
    (1..=n)
        .map(|k| {
            let along = |i: usize| {
                (k as f64 * [0.618_033_988_75, 0.754_877_666_25, 0.569_840_291, 0.819_172_513][i]).fract()
            };
            listed.domain.iter().enumerate().map(|(i, [low, high])| low + (high - low) * along(i)).collect()
        })
        .collect()
}

fn close(got: f64, want: f64, tolerance: f64) -> bool {
    got == want || (got.is_nan() && want.is_nan()) || (got - want).abs() <= tolerance * want.abs().max(1e-300)
}

#[test]
fn all_kinds_of_number_agree() {
    for listed in LIST {
        let name = listed.name;
        for at in points(listed, 4) {
            let value = by_name(name, &at);
            let gradient = jacfwd(|x: Vec<_>| by_name(name, &x), &at);
            let reverse = grad(|x: Vec<_>| by_name(name, &x), &at);
            // Composites are sums in another order backwards.
            let agree = gradient.iter().zip(&reverse).all(|(a, b)| close(*a, *b, 1e-14));
            assert!(agree, "{name} at {at:?}: {gradient:?} {reverse:?}");
            let hessian = jacfwd(|x| grad(|x: Vec<_>| by_name(name, &x), &x), &at);
            for i in 0..at.len() {
                // One variable at a time, nested.
                let x: Vec<Dual<Dual<f64>>> = (0..at.len())
                    .map(|j| if i == j { Dual::variable(Dual::variable(at[j])) } else { Dual::lit(at[j]) })
                    .collect();
                let y = by_name(name, &x);
                assert!(close(y.value().value(), value, 0.0), "{name} at {at:?}");
                assert!(close(y.derivative().value(), gradient[i], 1e-13), "{name} at {at:?}");
                assert!(
                    close(y.derivative().derivative(), hessian[i][i], 1e-10),
                    "{name} at {at:?}: {} and {}",
                    y.derivative().derivative(),
                    hessian[i][i]
                );
            }
        }
    }
}

#[test]
fn single_precision_is_the_rounded_double_one() {
    for listed in LIST {
        for at in points(listed, 6) {
            let single: Vec<f32> = at.iter().map(|&x| x as f32).collect();
            let at: Vec<f64> = single.iter().map(|&x| f64::from(x)).collect();
            let (y, exact) = (f64::from(by_name(listed.name, &single)), by_name(listed.name, &at));
            // Composites have a few roundings, and differences of theirs are relative to the terms.
            let size = exact.abs().max(f64::from(f32::MIN_POSITIVE));
            let rounding = f64::from(f32::EPSILON)
                * 16.0
                * size.max(if listed.name == "log_sub_exp" { 10.0 } else { 0.0 });
            assert!(
                (y - exact).abs() <= rounding || exact.abs() > f64::from(f32::MAX) || exact.is_nan(),
                "{} at {at:?}: {y:e} for {exact:e}",
                listed.name
            );
        }
    }
}

#[test]
fn derivatives_are_those_of_differences() {
    for listed in LIST {
        for at in points(listed, 5) {
            let gradient = jacfwd(|x: Vec<_>| by_name(listed.name, &x), &at);
            for i in 0..at.len() {
                let h = 1e-4 * (1.0 + at[i].abs()).min(listed.domain[i][1] - listed.domain[i][0]);
                let moved = |s: f64| {
                    let mut x = at.clone();
                    x[i] += s * h;
                    by_name(listed.name, &x)
                };
                // Fourth order; close to a pole or an end it is not to be had.
                let difference = (8.0 * (moved(1.0) - moved(-1.0)) - (moved(2.0) - moved(-2.0))) / (12.0 * h);
                let coarse = (moved(1.0) - moved(-1.0)) / (2.0 * h);
                let error = (difference - coarse).abs() * 10.0 + 1e-8 * (difference.abs() + moved(0.0).abs());
                assert!(
                    (gradient[i] - difference).abs() <= error || !difference.is_finite(),
                    "{} by {i} at {at:?}: {} for {difference}",
                    listed.name,
                    gradient[i]
                );
            }
        }
    }
}

#[test]
fn nan_in_nan_out_and_limits() {
    for listed in LIST {
        let at = vec![f64::NAN; listed.domain.len()];
        let y = by_name(listed.name, &at);
        assert!(y.is_nan(), "{} of NaN is {y}", listed.name);
    }
    let inf = f64::INFINITY;
    assert_eq!([erf(inf), erf(-inf), erfc(inf), erfc(-inf), erfcx(inf)], [1.0, -1.0, 0.0, 2.0, 0.0]);
    assert_eq!([normal_cdf(-inf), normal_cdf(inf), normal_ln_cdf(-inf)], [0.0, 1.0, -inf]);
    assert_eq!([erf_inv(1.0), erf_inv(-1.0), normal_quantile(0.0)], [inf, -inf, -inf]);
    assert_eq!(
        [gamma(inf), ln_gamma(inf), ln_gamma(0.0), digamma(inf), trigamma(inf)],
        [inf, inf, inf, inf, 0.0]
    );
    assert!(gamma(-1.0_f64).is_nan() && digamma(-2.0_f64).is_nan() && gamma(-inf).is_nan());
    assert_eq!([gamma(0.0), gamma(-0.0), rgamma(-3.0)], [inf, -inf, 0.0]);
    assert_eq!([gamma_p(2.0, 0.0), gamma_p(2.0, inf), gamma_q(2.0, inf)], [0.0, 1.0, 0.0]);
    assert_eq!([beta_inc(2.0, 3.0, 0.0), beta_inc(2.0, 3.0, 1.0)], [0.0, 1.0]);
    assert_eq!(
        [bessel_j0(inf), bessel_y0(0.0), bessel_i0(inf), bessel_k0(0.0), bessel_k0(inf)],
        [0.0, -inf, inf, inf, 0.0]
    );
    assert_eq!([airy_ai(inf), airy_bi(inf), expint_e1(0.0), expint_e1(inf)], [0.0, inf, inf, 0.0]);
    assert_eq!(
        [lambert_w0(inf), lambert_wm1(0.0), elliptic_k(1.0), elliptic_e(1.0), zeta(1.0)],
        [inf, -inf, inf, 1.0, inf]
    );
    assert_eq!([carlson_rf(0.0, 0.0, 1.0), carlson_rf(1.0, 1.0, 1.0)], [inf, 1.0]);
}

#[test]
fn the_tail_of_the_normal_distribution_keeps_its_digits() {
    // −1 + κ₂, κ₂ = 1/x² − 6/x⁴ + 50/x⁶ − …
    let at_30: f64 = second_derivative(normal_ln_cdf, -30.0);
    assert!((at_30 + 0.998_896_2).abs() < 1e-6, "{at_30}");
    let third = derivative(|x| second_derivative(normal_ln_cdf, x), -1e4);
    // d³/dx³ ln Φ ≈ 2/|x|³
    assert!((third * 1e12 - 2.0_f64).abs() < 1e-6, "{third}");
}

#[test]
fn derivatives_at_coincident_arguments() {
    // R_J(x, x, x, x) = x^−3/2, and all four derivatives are equal but that by p is double.
    let gradient = jacfwd(|[x, y, z, p]: [_; 4]| carlson_rj(x, y, z, p), &[1.0_f64; 4]);
    for (got, want) in gradient.into_iter().zip([-0.3, -0.3, -0.3, -0.6]) {
        assert!((got - want).abs() < 1e-15, "{gradient:?}");
    }
    // K″(0) = 9π/64
    let k: f64 = second_derivative(elliptic_k, 0.0);
    assert!((k - 9.0 * std::f64::consts::PI / 64.0).abs() < 1e-15);
}

#[test]
fn analytic_functions_take_complex_numbers() {
    let z = Complex::new(0.7, -1.3);
    let h = 1e-6;
    let functions: [(&str, fn(Complex<f64>) -> Complex<f64>, Complex<f64>); 4] = [
        ("erf", erf, derivative(erf, z)),
        ("gamma", gamma, derivative(gamma, z)),
        ("ln_gamma", ln_gamma, derivative(ln_gamma, z)),
        ("digamma", digamma, derivative(digamma, z)),
    ];
    for (name, f, slope) in functions {
        let along = (f(z + h) - f(z - h)) / (2.0 * h);
        let up = (f(z + Complex::new(0.0, h)) - f(z - Complex::new(0.0, h))) / Complex::new(0.0, 2.0 * h);
        assert!((slope - along).norm() < 1e-8 && (slope - up).norm() < 1e-8, "{name}: {slope} {along} {up}");
    }
    // Γ(1 + i) and erf(1 + i), by mpmath.
    assert!(
        (gamma(Complex::new(1.0, 1.0)) - Complex::new(0.498_015_668_118_356, -0.154_949_828_301_810_7))
            .norm()
            < 1e-15
    );
    assert!(
        (erf(Complex::new(1.0, 1.0)) - Complex::new(1.316_151_281_697_947_7, 0.190_453_469_237_834_7)).norm()
            < 1e-15
    );
}

#[test]
fn composites() {
    // A softmax weight that is nearly 1.
    let weights = log_softmax(&[0.0, 50.0, -1.0]);
    assert!((weights[1] / -((-50.0_f64).exp() + (-51.0_f64).exp()) - 1.0).abs() < 1e-15);
    assert_eq!(softmax_cross_entropy(&[3.0], 0), 0.0);
    // Weights of both signs, and none.
    let (ln, sign) = weighted_log_sum_exp(&[0.0, 1.0, 700.0], &[2.0, -1.0, 0.0]);
    assert!((ln - (1.0_f64.exp() - 2.0).ln()).abs() < 1e-13 && sign == -1.0);
    let by_weight =
        jacfwd(|w: [_; 2]| weighted_log_sum_exp(&[0.0, 1.0].map(Dual::from), &w).0, &[1.0, 0.0_f64]);
    assert!((by_weight[0] - 1.0).abs() < 1e-15 && (by_weight[1] - 1.0_f64.exp()).abs() < 1e-15);
    assert_eq!(weighted_log_sum_exp::<f64>(&[], &[]), (f64::NEG_INFINITY, 0.0));
    // Two zeros among the factors: all first derivatives are 0, the mixed one is not.
    assert_eq!(grad(|x: [_; 3]| cumulative_product(&x)[2], &[0.0, 0.0, 3.0]), [0.0; 3]);
    let hessian = hessian(|x: [_; 3]| cumulative_product(&x)[2], &[0.0, 0.0, 3.0]);
    assert_eq!(hessian, [[0.0, 3.0, 0.0], [3.0, 0.0, 0.0], [0.0; 3]]);
    assert_eq!(
        cumulative_log_sum_exp(&[f64::NEG_INFINITY, 0.0, 0.0]),
        [f64::NEG_INFINITY, 0.0, 2.0_f64.ln()]
    );
    assert_eq!([huber(0.5, 1.0), huber(-2.0, 1.0)], [0.125, 1.5]);
    assert_eq!(grad(|x: [_; 2]| norm(&x), &[0.0, 0.0]), [0.0, 0.0]);
}

#[test]
fn interpolation_by_the_point_and_by_the_values() {
    let knots = [0.0, 0.5, 2.0, 3.0];
    let cubic = |x: f64| 1.0 + x * (2.0 - x * (0.5 - x));
    let values = knots.map(cubic);
    let build: [fn(&[f64], &[Dual<f64, 4>]) -> Interpolation<Dual<f64, 4>>; 3] =
        [Interpolation::linear, Interpolation::spline, Interpolation::pchip];
    let plain: [fn(&[f64], &[f64]) -> Interpolation<f64>; 3] =
        [Interpolation::linear, Interpolation::spline, Interpolation::pchip];
    for (build, plain) in build.into_iter().zip(plain) {
        // At the knots the table, outside the tangent.
        let of_table = plain(&knots, &values);
        for (x, y) in knots.into_iter().zip(values) {
            assert!((of_table.at(x) - y).abs() < 1e-13);
        }
        for end in [0.0, 3.0] {
            let step = if end == 0.0 { -1.0 } else { 1.0 };
            let bend = of_table.at(end) - 2.0 * of_table.at(end + step) + of_table.at(end + 2.0 * step);
            assert!(bend.abs() < 1e-12);
        }
        for x in [-1.0, 0.2, 1.1, 2.7, 4.0] {
            // By the values, against differences; linear functions of them but for PCHIP.
            let y: [Dual<f64, 4>; 4] = std::array::from_fn(|i| {
                let mut eps = [0.0; 4];
                eps[i] = 1.0;
                Dual::new(values[i], eps)
            });
            let gradient = build(&knots, &y).at(Dual::lit(x)).eps();
            for i in 0..4 {
                let moved = |h: f64| {
                    let mut values = values;
                    values[i] += h;
                    plain(&knots, &values).at(x)
                };
                let difference = (moved(1e-6) - moved(-1e-6)) / 2e-6;
                assert!((gradient[i] - difference).abs() < 1e-7, "{x} {i}: {} {difference}", gradient[i]);
            }
        }
    }
    // The natural spline of a straight line is that line; PCHIP keeps monotone data monotone.
    let steps = Interpolation::pchip(&[0.0, 1.0, 2.0, 3.0], &[0.0, 0.0, 1.0, 1.0]);
    let grid: Vec<f64> = (0..=300).map(|i| steps.at(f64::from(i) / 100.0)).collect();
    assert!(grid.windows(2).all(|w| w[0] <= w[1]) && grid.iter().all(|y| (0.0..=1.0).contains(y)));
}

#[test]
#[should_panic(expected = "knots must increase, but 2 is followed by 1")]
fn knots_that_do_not_increase() {
    let _ = Interpolation::linear(&[0.0, 2.0, 1.0], &[0.0, 1.0, 2.0]);
}

#[test]
#[should_panic(expected = "the label 2 is none of 2 scores")]
fn a_label_that_is_none() {
    let _ = softmax_cross_entropy(&[0.0, 1.0], 2);
}

/// At the ends of the range and of the domain a function has its limit, or NaN where there is none.
#[test]
fn ends_of_the_range() {
    let (inf, tiny, nan) = (f64::INFINITY, 1e-310, f64::NAN);
    let check = |name: &str, x: f64, value: f64, slope: f64| {
        let got = (by_name(name, &[x]), derivative(|x| by_name(name, &[x]), x));
        assert!(close(got.0, value, 1e-14) && close(got.1, slope, 1e-14), "{name} at {x}: {got:?}");
    };
    check("erfcx", -inf, inf, -inf);
    check("erfcx", -1e10, inf, -inf);
    check("erfcx", 1e160, 1e-160 / std::f64::consts::PI.sqrt(), 0.0);
    check("erfcx", inf, 0.0, 0.0);
    check("erf_inv", 1.0, inf, inf);
    check("erfc_inv", 0.0, inf, -inf);
    check("normal_quantile", 0.0, -inf, inf);
    check("normal_quantile", 1.0, inf, inf);
    check("normal_pdf", inf, 0.0, 0.0);
    check("normal_cdf", -inf, 0.0, 0.0);
    check("normal_cdf", inf, 1.0, 0.0);
    check("normal_ln_cdf", -1e100, -5e199, 1e100);
    check("normal_ln_cdf", -inf, -inf, inf);
    check("gamma", 0.0, inf, -inf);
    check("ln_gamma", tiny, -tiny.ln(), -inf);
    check("digamma", tiny, -inf, inf);
    check("digamma", -0.0, inf, inf);
    check("trigamma", 0.0, inf, -inf);
    check("bessel_y0", tiny, -454.493_875_600_353_8, inf);
    check("bessel_k0", tiny, 713.917_310_343_812_5, -inf);
    check("bessel_k1", tiny, inf, -inf);
    check("bessel_i0", 1e10, inf, inf);
    check("bessel_i1", -1e308, -inf, inf);
    check("airy_ai", inf, 0.0, 0.0);
    check("airy_ai_prime", inf, 0.0, 0.0);
    check("airy_ai", 1e308, 0.0, 0.0);
    check("airy_bi", 1e160, inf, inf);
    check("airy_ai", -1e160, 0.0, nan);
    check("expint_ei", inf, inf, inf);
    check("exprel", inf, inf, inf);
    check("zeta", -tiny, -0.5, -0.918_938_533_204_672_8);
    assert_eq!((lambert_w0(inf), elliptic_e(-1e308)), (inf, 1e154));
}
