//! Perturbation confusion and misuse of a complex variable: caught by a panic that says what to do, in builds that check.

use holograd::{ComplexScalar, Dual, Scalar, derivative, hessian, jacfwd, jvp, second_derivative};
use num_complex::Complex;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Whether this build checks.
const CHECKED: bool = cfg!(any(debug_assertions, feature = "checked"));

/// The message of the panic of a call.
fn panic_message<R>(f: impl FnOnce() -> R) -> String {
    let payload = catch_unwind(AssertUnwindSafe(f)).err().expect("a panic");
    payload
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| payload.downcast_ref().map(|s: &&str| (*s).to_owned()))
        .unwrap()
}

/// That a call is caught as perturbation confusion where this build checks.
#[track_caller]
fn is_caught<R>(f: impl FnOnce() -> R) {
    if CHECKED {
        let message = panic_message(f);
        assert!(message.starts_with("perturbation confusion: "), "{message}");
        assert!(message.contains("write `Dual::from(x)` in its closure"), "{message}");
    }
}

/// d/dx (x · d/dy (x + y)) = d/dx x = 1, where a library without tags or levels finds 2
mod the_classical_example {
    use super::*;

    #[test]
    fn is_caught_where_both_levels_have_the_same_type() {
        is_caught(|| derivative(|x| x * derivative(|y| x + y, 1.0), 1.0));
    }

    #[test]
    #[cfg(not(any(debug_assertions, feature = "checked")))]
    fn gives_two_in_a_build_that_does_not_check() {
        assert_eq!(derivative(|x| x * derivative(|y| x + y, 1.0), 1.0), 2.0);
    }

    #[test]
    fn is_right_with_the_inner_level_one_up() {
        assert_eq!(derivative(|x| x * derivative(|y| Dual::from(x) + y, Dual::from(1.0)), 1.0), 1.0);
        assert_eq!(derivative(|x| x * derivative(|y| y + Dual::from(x), x), 1.0), 1.0);
        let [gradient] = jacfwd(|[x]| x * jacfwd(|[y]| Dual::from(x) + y, &[Dual::from(1.0)])[0], &[1.0]);
        assert_eq!(gradient, 1.0);
    }

    #[test]
    fn is_caught_in_every_transform() {
        is_caught(|| jacfwd(|[x]: [_; 1]| x * jacfwd(|[y]: [_; 1]| x * y, &[2.0])[0], &[1.0]));
        is_caught(|| jvp(|x| x * jvp(|y| x * y, &2.0, &1.0).1, &1.0, &1.0));
        is_caught(|| second_derivative(|x| x * second_derivative(|y| x * y * y, 1.0), 1.0));
        is_caught(|| hessian(|x| x * hessian(|y| x * y * y, &1.0), &1.0));
        is_caught(|| derivative(|z| z * derivative(|w| z * w, Complex::i()), Complex::i()));
    }

    #[test]
    fn is_caught_in_every_operation_of_two_numbers() {
        fn within(f: impl Fn(Dual<f64>, Dual<f64>) -> Dual<f64>) {
            is_caught(|| derivative(|x| Dual::from(derivative(|y| f(x, y), 0.5)), 0.25));
            is_caught(|| derivative(|x| Dual::from(derivative(|y| f(y, x), 0.5)), 0.25));
        }
        within(|x, y| x + y);
        within(|x, y| x - y);
        within(|x, y| x * y);
        within(|x, y| x / y);
        within(|x, y| x % y);
        within(|x, y| x.pow(y));
        within(|x, y| x.atan2(y));
        within(|x, y| x.hypot(y));
        within(|x, y| x.log_add_exp(y));
        within(|x, y| x.xlogy(y));
        within(|x, y| x.mul_add(x, y));
        within(|x, y| x.rem_euclid(y));
        within(|mut x, y| {
            x += y;
            x
        });
        within(|x, y| [x, y].iter().sum());
        within(|x, y| [x, y].iter().product());
        within(|x, y| {
            let z = Complex::new(x, y);
            Scalar::sin(z).re
        });
    }
}

mod captured_numbers {
    use super::*;

    #[test]
    fn an_outer_number_returned_unchanged_is_caught() {
        is_caught(|| derivative(|x| x * derivative(|_| x, 1.0), 1.0));
        is_caught(|| derivative(|x| x * jacfwd(|_| x, &[1.0])[0], 1.0));
        is_caught(|| derivative(|x| Dual::from(derivative(|y| if y > 0.0 { x.sin() } else { y }, 1.0)), 1.0));
        is_caught(|| derivative(|x| x * derivative(|y| x.max(y), 0.5), 1.0));
    }

    #[test]
    fn a_number_that_outlives_its_transform_is_caught_in_the_next_one() {
        let mut kept = None;
        derivative(
            |x| {
                kept = Some(x);
                x
            },
            1.0,
        );
        is_caught(|| derivative(|x| x * kept.unwrap(), 1.0));
    }

    #[test]
    fn a_number_of_one_chunk_is_caught_in_the_next_one() {
        let x = vec![1.0; 9];
        let mut kept: Option<Vec<Dual<f64, 8>>> = None;
        is_caught(|| jacfwd(|x| kept.get_or_insert(x.clone())[0] * x[8], &x));
    }

    #[test]
    fn its_value_may_be_used() {
        assert_eq!(derivative(|x| x * derivative(|y| y * x.value(), 1.0), 3.0), 3.0);
        assert_eq!(derivative(|x| x * derivative(|y| y * x.stop_gradient(), 1.0), 3.0), 3.0);
    }
}

mod constants {
    use super::*;

    #[test]
    fn never_trigger() {
        let constants = [
            Dual::from(2.0),
            Dual::new(2.0, [0.0]),
            Dual::lit(2.0),
            Dual::constant(2.0),
            Dual::variable(1.0).stop_gradient() + 1.0,
        ];
        for c in constants {
            assert_eq!(derivative(|x| x * c, 3.0), 2.0);
            assert_eq!(derivative(|x| derivative(|y| y * c, x.value()) * x, 3.0), 2.0);
        }
        assert_eq!(derivative(|x| x + Dual::default(), 3.0), 1.0);
    }

    #[test]
    fn made_inside_an_outer_transform_are_constants_of_the_inner_one() {
        // x · 0 carries the outer tag and zero tangents: it is constant by its tangents.
        assert_eq!(derivative(|x| x * derivative(|y| y * (x * 0.0 + 2.0), 1.0), 3.0), 2.0);
        assert_eq!(derivative(|x| x * derivative(|y| y * x.floor(), 1.0), 3.5), 3.0);
        assert_eq!(derivative(|x| x * derivative(|_| x.floor(), 1.0), 3.5), 0.0);
    }

    #[test]
    fn of_a_users_own_making_meet_any_number() {
        let own = Dual::new(2.0, [5.0]);
        assert_eq!(derivative(|x| x * own, 3.0), 2.0 + 3.0 * 5.0);
    }
}

mod levels {
    use super::*;

    #[test]
    fn of_one_nest_do_not_confuse() {
        assert_eq!(derivative(|x| x * derivative(|y| y * y, x), 3.0), 12.0);
        assert_eq!(second_derivative(|x| x * x, 1.0), 2.0);
        assert_eq!(hessian(|[x, y]| x * y, &[1.0, 2.0]), [[0.0, 1.0], [1.0, 0.0]]);
    }

    #[test]
    fn may_be_evaluated_on_many_threads() {
        let slopes: Vec<_> = std::thread::scope(|scope| {
            let work = |k: i32| move || derivative(|x| derivative(|x| x.powi(k), x), 1.0);
            let threads: Vec<_> = (0..8).map(|k| scope.spawn(work(k))).collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert_eq!(slopes, [0.0, 0.0, 2.0, 6.0, 12.0, 20.0, 30.0, 42.0]);
    }
}

mod complex {
    use super::*;

    /// That a function without a complex slope is refused at the variable of a holomorphic transform.
    #[track_caller]
    fn is_refused<R>(name: &str, f: impl FnOnce() -> R) {
        if CHECKED {
            let message = panic_message(f);
            assert!(message.starts_with(&format!("`{name}` has no complex derivative")), "{message}");
            assert!(message.contains("`holograd::complex`"), "{message}");
        }
    }

    #[test]
    fn conj_re_im_abs_norm_sqr_and_arg_are_refused() {
        let z = Complex::new(1.0, 2.0);
        is_refused("conj", || derivative(|z| z.conj(), z));
        is_refused("re", || derivative(|z| Dual::from_real(z.re()), z));
        is_refused("im", || derivative(|z| z * Dual::from_real(z.im()), z));
        is_refused("abs", || derivative(|z| Dual::from_real(z.abs()), z));
        is_refused("norm_sqr", || derivative(|z| Dual::from_real(z.norm_sqr()), z));
        is_refused("arg", || derivative(|z| Dual::from_real(z.arg()), z));
        is_refused("conj", || jacfwd(|[z, w]| z * w.conj(), &[z, z]));
        is_refused("abs", || hessian(|z| Dual::from_real(z[0].abs()), &[z; 9]));
        is_refused("conj", || second_derivative(|z| z * z.conj(), z));
        is_refused("conj", || derivative(|z| derivative(|z| z * z.conj(), z), z));
        is_refused("conj", || jvp(|z| z.conj(), &z, &z));
    }

    #[test]
    fn they_are_refused_after_other_functions() {
        let z = Complex::new(1.0, 2.0);
        is_refused("conj", || derivative(|z| (z.sin() * 2.0 + Complex::i()).conj(), z));
        is_refused("abs", || derivative(|z| Dual::from_real((Dual::from(z.value()) / z).abs()), z));
    }

    #[test]
    fn they_are_right_along_real_parameters() {
        // z = e^(it): |z|² = 1, arg z = t, Re z = cos t.
        let circle = |t: Dual<f64>| Dual::<Complex<f64>>::from_polar(Dual::from(1.0), t);
        let z = circle(Dual::variable(0.5));
        assert!((z.abs().derivative()).abs() < 1e-16);
        assert!((z.arg().derivative() - 1.0).abs() < 1e-15);
        assert!((z.re().derivative() + 0.5_f64.sin()).abs() < 1e-16);
        assert!((z.conj().derivative() - Complex::new(-0.5_f64.sin(), -0.5_f64.cos())).norm() < 1e-16);
    }

    #[test]
    fn real_numbers_have_them_all() {
        assert_eq!(derivative(|x| x.conj() * x.re() + x.im() + x.norm_sqr(), 3.0), 12.0);
    }
}

#[test]
fn a_tag_has_no_size_where_nothing_is_checked() {
    let dual = size_of::<Dual<f64>>();
    if CHECKED {
        assert!(dual > 16, "a checked number carries its tag");
    } else {
        assert_eq!(dual, 16);
        assert_eq!(size_of::<Dual<f64, 8>>(), 72);
        assert_eq!(size_of::<Dual<Dual<f64>>>(), 32);
        assert_eq!(size_of::<Dual<f32>>(), 8);
        assert_eq!(size_of::<Dual<Complex<f64>, 2>>(), 48);
    }
}

#[test]
fn tags_are_invisible() {
    let inside = std::cell::Cell::new(None);
    derivative(
        |x| {
            inside.set(Some(x));
            x
        },
        1.0,
    );
    let (seed, made) = (inside.get().unwrap(), Dual::variable(1.0));
    assert_eq!(seed, made);
    assert_eq!(format!("{seed:?} {seed}"), format!("{made:?} {made}"));
}
