//! The tape's memory is used again from one call to the next, and given back by `free_tapes`; counted by an allocator.

#[path = "common/allocator.rs"]
mod allocator;

use holograd::{Scalar, Var, free_tapes, grad, grad_into, hvp, value_and_grad, vjp};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Once;
use std::thread;

/// The types of tapes are written down once for all threads, at the first use of each: before anything is counted, and on
/// a thread of its own, whose tapes are not counted.
fn types_are_known() {
    static KNOWN: Once = Once::new();
    KNOWN.call_once(|| {
        let uses = || {
            grad(|x| grad(|x| grad(|x| x * x, &x), &x), &1.0);
            (grad(|x| x * x, &1.0_f32), hvp(|x| x * x, &1.0, &1.0))
        };
        thread::spawn(uses).join().expect("no panic");
    });
}

/// How many allocations `f` makes.
fn allocations<R>(f: impl FnOnce() -> R) -> usize {
    types_are_known();
    allocator::allocations(f)
}

/// What each thread holds more than it did before `f`.
fn bytes_kept<R>(f: impl FnOnce() -> R) -> isize {
    types_are_known();
    allocator::bytes_kept(f)
}

/// The long way round to Σ xᵢ²: 3 n nodes.
fn squares<T: Scalar>(x: &[T]) -> T {
    x.iter().map(|x| (*x * *x).exp().ln()).fold(T::zero(), |sum, x| sum + x)
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| vec![1.0_f64; 100]), 1);
    assert_eq!(bytes_kept(|| vec![1.0_f64; 100]), 0);
    let mut held = Vec::new();
    assert_eq!(bytes_kept(|| held = vec![1.0_f64; 100]), 800);
    assert_eq!(held.len(), 100);
}

#[test]
fn grad_into_does_not_allocate_after_the_first_call() {
    let mut x = vec![0.5; 1000];
    let mut gradient = vec![0.0; 1000];
    assert!(allocations(|| grad_into(squares, &x, &mut gradient)) > 0);
    let descent = || {
        for _ in 0..10 {
            grad_into(squares, &x, &mut gradient);
            for (x, g) in x.iter_mut().zip(&gradient) {
                *x -= 0.25 * g;
            }
        }
    };
    assert_eq!(allocations(descent), 0);
    // A shorter function fits as well.
    assert_eq!(allocations(|| grad_into(squares, &x[..10], &mut gradient[..10])), 0);
}

#[test]
fn grad_of_a_fixed_array_does_not_allocate_after_the_first_call() {
    let x = [0.5, 1.0, 2.0];
    let gradients = || {
        let first = grad(|x| squares(&x), &x);
        let (value, second) = value_and_grad(|(x, y)| squares(&x) * y, &(x, 2.0));
        (first, value, second, hvp(|x| squares(&x), &x, &[1.0, 0.0, 0.0]))
    };
    assert!(allocations(gradients) > 0);
    assert_eq!(allocations(gradients), 0);
}

#[test]
fn nested_and_recursive_gradients_do_not_allocate_after_the_first_call() {
    fn by_recursion(depth: u32, x: f64) -> f64 {
        if depth == 0 { x } else { grad(|y| y * (y * by_recursion(depth - 1, x)), &1.0) }
    }
    let nested = || grad(|x| grad(|x| grad(|x| x.exp(), &x), &x), &1.0) + by_recursion(20, 1.0);
    assert!(allocations(nested) > 0);
    assert_eq!(allocations(nested), 0);
}

#[test]
fn a_panic_in_the_function_does_not_lose_the_tape() {
    let long = [0.5; 1000];
    // A panic without its report, which would allocate.
    let fails = |x: &[Var<f64>]| if squares(x) > 0.0 { resume_unwind(Box::new(())) } else { x[0] };
    let mut gradient = [0.0; 1000];
    grad_into(squares, &long, &mut gradient);
    let mut attempt = || catch_unwind(AssertUnwindSafe(|| grad_into(fails, &long, &mut gradient))).is_err();
    assert!(attempt());
    let kept = bytes_kept(|| {
        for _ in 0..10 {
            assert!(attempt());
        }
    });
    assert_eq!(kept, 0);
    grad_into(squares, &long, &mut gradient);
    assert_eq!(allocations(|| grad_into(squares, &long, &mut gradient)), 0);
}

#[test]
fn free_tapes_gives_all_memory_back() {
    let kept = bytes_kept(|| {
        let x = vec![0.5; 10_000];
        let before = allocator::bytes_held();
        let single = [1.0_f32; 100];
        drop((grad(|x| squares(&x), &x), grad(|x| squares(&x), &single), hvp(|x| squares(&x), &x, &x)));
        // 30,000 nodes of at least 16 bytes each are kept until they are freed.
        assert!(allocator::bytes_held() - before > 480_000);
        free_tapes();
    });
    assert_eq!(kept, 0);
    // Another call allocates anew.
    assert!(allocations(|| grad(|x| x * x, &1.0)) > 0);
    free_tapes();
}

#[test]
fn a_pullback_holds_its_tape_until_it_is_dropped() {
    let x = vec![0.5; 1000];
    free_tapes();
    let kept = bytes_kept(|| {
        let (_, vjp_fun) = vjp(|x| squares(&x), &x);
        let held = bytes_kept(free_tapes);
        assert_eq!(held, 0);
        assert_eq!(vjp_fun(&1.0).len(), 1000);
        drop(vjp_fun);
        free_tapes();
    });
    assert_eq!(kept, 0);
}

#[test]
fn a_tape_stays_with_the_thread_that_its_pullback_went_to() {
    let x = [0.5; 1000];
    let (_, vjp_fun) = vjp(|x| squares(&x), &x);
    thread::scope(|scope| {
        scope.spawn(move || {
            assert!(allocations(|| grad(|x| x * x, &1.0)) > 0);
            free_tapes();
            let gradient = vjp_fun(&1.0);
            drop(vjp_fun);
            assert_eq!(allocations(|| assert_eq!(grad(|x| squares(&x), &x), gradient)), 0);
        });
    });
}
