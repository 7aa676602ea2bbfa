//! Variables where they do not belong: each mistake panics with a sentence that names it, and never gives a wrong number;
//! and what looks like a mistake but is none is right. No files and no clock, so that Miri can run it.

use holograd::{
    Dual, Scalar, Var, grad, grad_into, hvp, jacfwd, jacrev, linearize, value_and_grad, value_and_grad_aux,
    vjp,
};
use num_complex::Complex;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Barrier, Mutex};
use std::thread;

const NOT_OPEN: &str = "a variable of reverse mode was used where its tape is not open: it outlived the call of the \
                        transform that made it, or was taken to another thread; return it from the closure, or take \
                        its value with `.primal()`";
const MIXED: &str = "variables of two different tapes met: a variable of an outer transform was used inside the closure \
                     of an inner one at the same level; call the inner transform at `Var::from(…)` of its point and \
                     write `Var::from(x)` for the captured outer variable `x` in its closure; in the closure of \
                     `sum_over`, which has a tape of its own, reach all variables through its argument";
const NOT_OWN: &str = "the function returned a variable that is not of its own tape: one captured from an outer \
                       transform; write `Var::from(x)` for it";

/// The sentence that `f` panics with; then, whatever happened, the thread must still differentiate.
#[track_caller]
fn sentence<R>(f: impl FnOnce() -> R) -> String {
    let payload = catch_unwind(AssertUnwindSafe(f)).err().expect("this should have panicked");
    assert_eq!(grad(|[x, y]| x * y * y, &[3.0, 2.0]), [4.0, 12.0], "the gradient after a panic");
    payload
        .downcast::<String>()
        .map(|text| *text)
        .or_else(|payload| payload.downcast::<&str>().map(|text| (*text).to_owned()))
        .expect("a panic with a text")
}

/// A variable whose transform has ended.
fn stale<T: Scalar>(x: T) -> Var<T> {
    let mut leaked = None;
    grad(
        |x| {
            leaked = Some(x);
            x
        },
        &x,
    );
    leaked.expect("the closure ran")
}

// ── After its transform ended ──

#[test]
fn a_variable_that_outlived_its_transform_panics() {
    let x = stale(3.0);
    assert_eq!(sentence(|| x * x), NOT_OPEN);
    assert_eq!(sentence(|| x + x), NOT_OPEN);
    assert_eq!(sentence(|| x - x), NOT_OPEN);
    assert_eq!(sentence(|| x / x), NOT_OPEN);
    assert_eq!(sentence(|| -x), NOT_OPEN);
    assert_eq!(sentence(|| x * 2.0), NOT_OPEN);
    assert_eq!(sentence(|| 2.0 / x), NOT_OPEN);
    assert_eq!(sentence(|| 1.0 - x), NOT_OPEN);
    assert_eq!(sentence(|| x % x), NOT_OPEN);
    assert_eq!(sentence(|| x.sin()), NOT_OPEN);
    assert_eq!(sentence(|| x.sin_cos()), NOT_OPEN);
    assert_eq!(sentence(|| x.abs()), NOT_OPEN);
    assert_eq!(sentence(|| x.powi(2)), NOT_OPEN);
    assert_eq!(sentence(|| x.atan2(x)), NOT_OPEN);
    assert_eq!(sentence(|| [x, x].iter().sum::<Var<_>>()), NOT_OPEN);
    assert_eq!(sentence(|| Complex::new(x, x) * Complex::new(x, x)), NOT_OPEN);
    assert_eq!(sentence(|| Scalar::exp(Complex::new(x, x))), NOT_OPEN);
}

#[test]
fn every_kind_of_number_notices() {
    assert_eq!(sentence(|| stale(3.0_f32).sin()), NOT_OPEN);
    assert_eq!(sentence(|| stale(Complex::new(1.0, 2.0)).sin()), NOT_OPEN);
    assert_eq!(sentence(|| stale(Dual::new(1.0, [1.0])).sin()), NOT_OPEN);
    assert_eq!(sentence(|| stale(Var::from(1.0)).sin()), NOT_OPEN);
    // A stale variable one level down.
    assert_eq!(sentence(|| Var::<Var<f64>>::from(stale(1.0)).sin()), NOT_OPEN);
    assert_eq!(sentence(|| Dual::<_, 1>::from(stale(1.0)).sin()), NOT_OPEN);
}

#[test]
fn only_the_number_of_a_stale_variable_is_left() {
    let x = stale(3.0);
    assert_eq!((x.value(), x.primal(), (x + 1.0).value()), (3.0, 3.0, 4.0));
    assert!(x > 2.0 && x == Var::from(3.0));
    // Taken out in the documented way it is a constant.
    assert_eq!(grad(|y| y * x.primal(), &5.0), 3.0);
    assert_eq!(grad(|y| y * Var::from(x.value()), &5.0), 3.0);
    assert_eq!(grad(|y| y * x.stop_gradient(), &5.0), 3.0);
}

#[test]
fn a_stale_variable_does_not_enter_another_transform() {
    let x = stale(3.0);
    assert_eq!(sentence(|| grad(|y| x * y, &5.0)), MIXED);
    assert_eq!(sentence(|| grad(|y| y + x, &5.0)), MIXED);
    assert_eq!(sentence(|| grad(|y| y * (x * x).value(), &5.0)), NOT_OPEN);
    assert_eq!(sentence(|| grad(|_| x, &5.0)), NOT_OWN);
    assert_eq!(sentence(|| grad(|_| x + 1.0, &5.0)), NOT_OWN);
    assert_eq!(sentence(|| jacrev(|y| [y, x], &5.0)), NOT_OWN);
    assert_eq!(sentence(|| hvp(|_| stale(Dual::from(3.0)), &5.0, &1.0)), NOT_OWN);
    // The tape's memory is used again, and its first node is of the same index: the numbers tell them apart.
    let again = grad(|y| if (y * y) == Var::from(9.0) { y * 7.0 } else { y }, &3.0);
    assert_eq!(again, 7.0);
}

#[test]
fn a_variable_in_a_static_does_not_survive_its_call() {
    static SHELF: Mutex<Option<Var<f64>>> = Mutex::new(None);
    let step = |x: Var<f64>| {
        let before = SHELF.lock().expect("no thread panicked here").replace(x);
        before.map_or(x, |before| before * x)
    };
    assert_eq!(grad(step, &2.0), 1.0);
    assert_eq!(sentence(|| grad(step, &2.0)), MIXED);
}

#[test]
fn a_pullback_does_not_reopen_its_tape() {
    let leaked = Cell::new(None);
    let (_, vjp_fun) = vjp(
        |x| {
            leaked.set(Some(x));
            x * x
        },
        &3.0,
    );
    assert_eq!(sentence(|| leaked.get().map(|x| x * x)), NOT_OPEN);
    assert_eq!(vjp_fun(&1.0), 6.0);
    assert_eq!(sentence(|| leaked.get().map(|x| x * x)), NOT_OPEN);
    drop(vjp_fun);
    assert_eq!(sentence(|| leaked.get().map(|x| x * x)), NOT_OPEN);
}

// ── Inside another tape ──

#[test]
fn a_captured_outer_variable_panics_and_says_what_to_write() {
    // ∂/∂x of x · ∂/∂y (x + y) is 1 at any point; here x would take part in the inner tape.
    assert_eq!(sentence(|| grad(|x| x * Var::from(grad(|y| x + y, &1.0)), &1.0)), MIXED);
    assert_eq!(sentence(|| grad(|x| x * Var::from(grad(|y| y * x, &1.0)), &1.0)), MIXED);
    assert_eq!(sentence(|| grad(|x| x * Var::from(grad(|y| y.pow(x), &1.0)), &1.0)), MIXED);
    assert_eq!(sentence(|| grad(|x| grad_into(|y| y[0] * x, &[1.0], &mut [0.0]) + x, &1.0)), MIXED);
    assert_eq!(sentence(|| grad(|x| x * vjp(|y| y * x, &1.0).0, &1.0)), MIXED);
    assert_eq!(sentence(|| grad(|x| x * jacrev(|y| [y * x], &1.0)[0], &1.0)), MIXED);
}

#[test]
fn with_var_from_it_is_right() {
    assert_eq!(grad(|x| x * grad(|y| Var::from(x) + y, &Var::from(1.0)), &1.0), 1.0);
    // ∂²(x² y³)/∂x∂y = 6 x y² at (3, 2)
    assert_eq!(grad(|x| grad(|y| Var::from(x * x) * y.powi(3), &Var::from(2.0)), &3.0), 72.0);
}

#[test]
fn an_inner_gradient_is_of_the_inner_variable_alone() {
    // ∂(x y)/∂y = 3 at x = 3, wherever y is.
    let mut inner = 0.0;
    let outer = grad(
        |x| {
            inner = grad(|y| y * x.value(), &5.0);
            x * x * inner
        },
        &3.0,
    );
    assert_eq!((inner, outer), (3.0, 18.0));
    let mut inner = Var::from(0.0);
    let outer = grad(
        |x| {
            inner = grad(|y| Var::from(x) * y, &x);
            x * inner
        },
        &3.0,
    );
    assert_eq!((inner.value(), outer), (3.0, 6.0));
    // And of both, where both are meant: ∂/∂x of ∂(x y)/∂y + ∂(x y)/∂x at y = x.
    let both = grad(|x| grad(|[x, y]| x * y, &[x, x]).iter().sum::<Var<_>>(), &3.0);
    assert_eq!(both, 2.0);
}

#[test]
fn a_returned_outer_variable_is_caught() {
    assert_eq!(sentence(|| grad(|x| x * Var::from(grad(|_| x, &1.0)), &3.0)), NOT_OWN);
    assert_eq!(sentence(|| grad(|x| x * value_and_grad(|_| x, &1.0).0, &3.0)), NOT_OWN);
    assert_eq!(sentence(|| grad(|x| x * jacrev(|y| [y, x], &1.0)[1], &3.0)), NOT_OWN);
    assert_eq!(sentence(|| grad(|x| x * grad_into(|_| x, &[1.0], &mut [0.0]), &3.0)), NOT_OWN);
}

#[test]
fn a_returned_outer_variable_is_caught_where_only_its_value_is_taken() {
    assert_eq!(sentence(|| grad(|x| x * vjp(|_| x, &1.0).0, &3.0)), NOT_OWN);
    assert_eq!(sentence(|| grad(|x| x * linearize(|_| x, &1.0).0, &3.0)), NOT_OWN);
    assert_eq!(sentence(|| grad(|x| x * value_and_grad_aux(|y| (y, x), &1.0).2, &3.0)), NOT_OWN);
    // What is meant by it.
    assert_eq!(grad(|x| x * value_and_grad_aux(|y| (y, Var::from(x)), &Var::from(1.0)).2, &3.0), 6.0);
}

#[test]
fn an_outer_variable_writes_on_its_own_tape_inside_an_inner_transform() {
    // The inner closure computes with the outer variable alone: that is no mixture.
    let outer = grad(
        |x| {
            let mut square = x;
            let inner = grad(
                |y| {
                    square = x * x;
                    y.powi(3)
                },
                &2.0,
            );
            square * inner
        },
        &3.0,
    );
    assert_eq!(outer, 72.0);
}

#[test]
fn a_variable_kept_from_another_term_of_a_sum_panics() {
    // The terms of `sum_over` share a tape, one after the other.
    let products_of_neighbours = |x: &[Var<f64>]| {
        let mut before = Var::from(1.0);
        Scalar::sum_over(x, 0..3_u8, |x, _| std::mem::replace(&mut before, x[0] * x[0]) * x[0])
    };
    assert_eq!(sentence(|| grad(|x| products_of_neighbours(&x), &[3.0])), MIXED);
    let mut first = None;
    let mut kept = |x: &[Var<f64>]| Scalar::sum_over(x, 0..2_u8, |x, _| *first.get_or_insert(x[0] * x[0]));
    assert_eq!(sentence(|| grad(|x| kept(&x), &[3.0])), NOT_OWN);
}

// ── Another thread ──

#[test]
fn a_variable_on_another_thread_panics() {
    let mut seen = String::new();
    let gradient = grad(
        |x| {
            let elsewhere = thread::scope(|scope| scope.spawn(|| sentence(|| x * x)).join());
            seen = elsewhere.expect("the sentence was caught there");
            x * x
        },
        &3.0,
    );
    assert_eq!((seen.as_str(), gradient), (NOT_OPEN, 6.0));
}

#[test]
fn a_variable_does_not_enter_a_transform_of_another_thread() {
    let elsewhere = |x: Var<f64>| {
        thread::scope(|scope| {
            let mixed = scope.spawn(|| sentence(|| grad(|y| x * y, &1.0)));
            let returned = scope.spawn(|| sentence(|| grad(|_| x, &1.0)));
            (mixed.join().expect("caught"), returned.join().expect("caught"))
        })
    };
    let mut seen = None;
    grad(
        |x| {
            seen = Some(elsewhere(x));
            x
        },
        &3.0,
    );
    assert_eq!(seen, Some((MIXED.to_owned(), NOT_OWN.to_owned())));
}

#[test]
fn eight_threads_differentiate_at_once() {
    let together = Barrier::new(8);
    thread::scope(|scope| {
        for k in 1..=8_u8 {
            let together = &together;
            scope.spawn(move || {
                let k = f64::from(k);
                together.wait();
                for round in 0..20_u8 {
                    let x = k + f64::from(round);
                    let gradient = grad(|[x, y]| x * x * y + y * k, &[x, k]);
                    assert_eq!(gradient, [2.0 * x * k, x * x + k]);
                    assert_eq!(grad(|x| grad(|x| x * x * x * k, &x), &x), 6.0 * x * k);
                    assert_eq!(vjp(|x| [x * k, x], &x).1(&[2.0, 1.0]), 2.0 * k + 1.0);
                }
            });
        }
    });
}

#[test]
fn the_functions_of_vjp_and_linearize_go_to_another_thread() {
    let x = vec![2.0, 3.0];
    let (_, vjp_fun) = vjp(|x| [x[0] * x[1], x[0].powi(2)], &x);
    let (_, jvp_fun) = linearize(|x| [x[0] * x[1], x[0].powi(2)], &x);
    // While the tape that they leave behind is used again here, and another is open there.
    let elsewhere = thread::scope(|scope| {
        let pulled = scope.spawn(move || {
            let pulled = grad(|y| y * vjp_fun(&[1.0, 10.0])[0], &0.0);
            (pulled, vjp_fun(&[1.0, 0.0]))
        });
        let pushed = scope.spawn(move || jvp_fun(&vec![1.0, 100.0]));
        assert_eq!(grad(|x| x[0] * x[1], &x), [3.0, 2.0]);
        (pulled.join().expect("no panic"), pushed.join().expect("no panic"))
    });
    assert_eq!(elsewhere, ((43.0, vec![3.0, 2.0]), [203.0, 4.0]));
}

#[test]
fn a_pullback_over_variables_computes_on_their_own_thread_alone() {
    let outer = grad(
        |x| {
            let (_, vjp_fun) = vjp(|y| y * y, &x);
            let elsewhere = thread::scope(|scope| scope.spawn(|| sentence(move || vjp_fun(&(x * x)))).join());
            assert_eq!(elsewhere.expect("caught"), NOT_OPEN);
            x
        },
        &3.0,
    );
    assert_eq!(outer, 1.0);
}

#[test]
fn a_destructor_of_the_thread_may_differentiate() {
    static RESULT: Mutex<Option<f64>> = Mutex::new(None);
    struct AtTheEnd;
    impl Drop for AtTheEnd {
        fn drop(&mut self) {
            *RESULT.lock().expect("no thread panicked here") = Some(grad(|x| x * x, &3.0));
        }
    }
    thread_local!(static AT_THE_END: AtTheEnd = const { AtTheEnd });
    // The tapes' own thread-local comes to life later than this one, and so ends before it.
    let run = thread::spawn(|| AT_THE_END.with(|_| grad(|x| x * x, &1.0)));
    assert_eq!(run.join().expect("no panic"), 2.0);
    assert_eq!(*RESULT.lock().expect("no thread panicked here"), Some(6.0));
}

// ── Panics in the function ──

#[test]
fn a_panic_inside_the_function_leaves_the_thread_usable() {
    assert_eq!(sentence(|| grad(|x| if x > 0.0 { panic!("too large") } else { x }, &3.0)), "too large");
    assert_eq!(sentence(|| hvp(|x| if x > 0.0 { panic!("too large") } else { x }, &3.0, &1.0)), "too large");
    let into = || grad_into(|x| if x[0] > 0.0 { panic!("too large") } else { x[0] }, &[3.0], &mut [0.0]);
    assert_eq!(sentence(into), "too large");
    // Three levels deep, of which the second catches: the first goes on with its own tape.
    let outer = grad(
        |x| {
            let before = x * x;
            let caught = grad(
                |y| {
                    let innermost = |z: Var<f64>| if z > 0.0 { panic!("innermost") } else { z };
                    assert_eq!(sentence(|| grad(innermost, &y.value())), "innermost");
                    y * y
                },
                &5.0,
            );
            before * caught + x
        },
        &3.0,
    );
    assert_eq!(outer, 61.0);
}

#[test]
fn a_destructor_may_compute_while_a_panic_unwinds() {
    struct Last<'a>(Var<f64>, &'a Cell<f64>);
    impl Drop for Last<'_> {
        fn drop(&mut self) {
            self.1.set((self.0 * self.0).value() + grad(|y| y * y, &1.0));
        }
    }
    let seen = Cell::new(0.0);
    let fails = |x: Var<f64>| {
        let _last = Last(x, &seen);
        if x > 0.0 { panic!("too large") } else { x }
    };
    assert_eq!(sentence(|| grad(fails, &3.0)), "too large");
    assert_eq!(seen.get(), 11.0);
}

// ── Recursion, re-entry, nests ──

#[test]
fn recursion_and_re_entry_are_right() {
    fn square(x: f64) -> f64 {
        x * x
    }
    /// x ↦ x^(2ⁿ), each level of which differentiates the next: as deep as wanted at the same types.
    fn power(depth: u32, x: f64) -> f64 {
        match depth {
            0 => x,
            _ => grad(|y| y * y * (0.5 * square(power(depth - 1, x))), &1.0),
        }
    }
    // A closure that calls the transform that is running it, on the same data.
    fn own_slope<T: Scalar>(depth: u32, x: T) -> T {
        if depth == 0 { x } else { x * T::constant(x.primal()) * own_slope(depth - 1, x) }
    }
    assert_eq!(power(5, 1.5), [1.5; 32].iter().product::<f64>());
    let direct = grad(|x| own_slope(3, x) * grad(|y| own_slope(2, y), &x).value(), &0.5);
    let stepwise = grad(|x| own_slope(3, x), &0.5) * grad(|y| own_slope(2, y), &0.5);
    assert_eq!(direct, stepwise);
}

#[test]
fn variables_of_different_types_nest() {
    // Each level is of another type, and computes with all outer ones.
    let outer = grad(
        |a: Var<f64>| {
            let mut product = a;
            let single = grad(
                |b: Var<f32>| {
                    let complex = grad(
                        |z: Var<Complex<f64>>| {
                            product = product * a * f64::from(b.value());
                            z * z
                        },
                        &Complex::new(a.value(), 1.0),
                    );
                    b * b * complex.re
                },
                &5.0_f32,
            );
            product * f64::from(single)
        },
        &3.0,
    );
    // product = 5 a², complex = 2 z with the real part 6, single = 60: the slope is 60 · 10 a.
    assert_eq!(outer, 1800.0);
    // x ↦ ∂/∂y (x y)² at y = x: 2 x³, with slope 6 x², through every kind of inner number.
    assert_eq!(grad(|x| grad(|y| (Var::from(x) * y).powi(2), &x), &2.0), 24.0);
    assert_eq!(grad(|x| jacfwd(|y| (Dual::from(x) * y).powi(2), &x), &2.0), 24.0);
    assert_eq!(jacfwd(|x| grad(|y| (Var::from(x) * y).powi(2), &x), &2.0), 24.0);
    let complex = grad(
        |x| {
            let z = Complex::new(x, Var::from(0.0));
            grad(|w| (Var::from(z) * w).powi(2), &z).re
        },
        &2.0,
    );
    assert_eq!(complex, 24.0);
}

#[test]
fn two_transforms_of_the_same_type_take_turns() {
    // The second input is computed by a transform at the same type between two uses of the first.
    let gradient = grad(
        |[x, y]| {
            let a = x * y;
            let b = grad(|z| z * a.value(), &0.0);
            let (_, vjp_fun) = vjp(|z| [z * z, z], &2.0);
            let c = a * b;
            c * vjp_fun(&[1.0, 0.0])
        },
        &[3.0, 5.0],
    );
    assert_eq!(gradient, [4.0 * 15.0 * 5.0, 4.0 * 15.0 * 3.0]);
}
