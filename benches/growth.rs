//! How time and memory grow with size: reverse gradients, Jacobians, Hessians.
//!
//! `cargo bench --bench growth`. A gradient costs a constant times the function, a Jacobian and a Hessian a constant
//! times n functions, whatever n is: the columns "/ function" and "/ n functions" stay flat as long as the caches hold, and
//! with [`fuse`](holograd::Scalar::fuse), which writes an entry for a term instead of one for an operation, beyond them.
#![allow(missing_docs)] // there is no interface

mod problems;

use cpu_time::ThreadTime;
use holograd::{free_tapes, hessian, jacfwd, jacrev, value_and_grad};
use problems::functions::{rosenbrock, rosenbrock_term};
use problems::number::Number;
use problems::{fused, point};
use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// The system's allocator, which keeps the largest sum of what was allocated at a time.
struct Peak;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn taken(bytes: usize) {
    PEAK.fetch_max(LIVE.fetch_add(bytes, Relaxed) + bytes, Relaxed);
}

// SAFETY: forwards to the system's allocator; counting neither allocates nor unwinds.
unsafe impl GlobalAlloc for Peak {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // A block that moves is there twice for a moment.
        taken(size);
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Peak = Peak;

/// What `f` holds at most beyond what was there before, results and the library's kept memory included.
fn peak_bytes<R>(f: impl FnOnce() -> R) -> usize {
    free_tapes();
    let before = LIVE.load(Relaxed);
    PEAK.store(before, Relaxed);
    black_box(f());
    PEAK.load(Relaxed) - before
}

/// The least processor time of many calls, in nanoseconds. The first, for which memory is taken that the next ones find, does
/// not count.
fn time<R>(budget: Duration, mut f: impl FnMut() -> R) -> f64 {
    black_box(f());
    let (start, mut least) = (Instant::now(), f64::INFINITY);
    let mut calls = 1_u32;
    loop {
        let sample = ThreadTime::now();
        for _ in 0..calls {
            black_box(f());
        }
        let taken = sample.elapsed();
        least = least.min(taken.as_secs_f64() * 1e9 / f64::from(calls));
        if taken < Duration::from_micros(200) {
            calls *= 2;
        } else if start.elapsed() > budget {
            return least;
        }
    }
}

/// xᵢ² xᵢ₊₁ + sin xᵢ, around a circle
fn ring<T: Number>(x: &[T]) -> Vec<T> {
    (0..x.len()).map(|i| x[i] * x[i] * x[(i + 1) % x.len()] + x[i].sin()).collect()
}

fn main() {
    // Without `--bench` this is a test: small sizes, to see that everything runs.
    let measure = std::env::args().any(|argument| argument == "--bench");
    let budget = Duration::from_millis(if measure { 300 } else { 1 });
    let up_to = |largest: usize, sizes: &[usize]| {
        let largest = if measure { largest } else { sizes[0] };
        sizes.iter().copied().filter(|n| *n <= largest).collect::<Vec<_>>()
    };

    println!("Rosenbrock, `value_and_grad`. Peak memory is tape, adjoints, inputs and gradient together.\n");
    println!(
        "| n | function | gradient | / function | peak | a term | an operation | with `fuse` | / function | peak | a term |"
    );
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for n in up_to(1_000_000, &[10, 100, 1000, 10_000, 100_000, 1_000_000]) {
        let x = point(n);
        let function = time(budget, || rosenbrock(black_box(&x)));
        let row = |gradient: &dyn Fn() -> (f64, Vec<f64>)| {
            let (time, bytes) = (time(budget, gradient), peak_bytes(gradient));
            (time, bytes, bytes as f64 / (n - 1) as f64)
        };
        let (time, bytes, a_term) = row(&|| value_and_grad(|x| rosenbrock(&x), black_box(&x)));
        // Of a term: −, ×; −; ×, × 100; ×; +; + to the sum.
        let an_operation = a_term / 8.0;
        print!(
            "| {n} | {function:.0} ns | {time:.0} ns | {:.1} | {} | {a_term:.0} B | {an_operation:.1} B |",
            time / function,
            kilobytes(bytes),
        );
        let (time, bytes, a_term) = row(&|| value_and_grad(|x| fused(&x, rosenbrock_term), black_box(&x)));
        println!(" {time:.0} ns | {:.1} | {} | {a_term:.0} B |", time / function, kilobytes(bytes));
    }

    println!("\nℝⁿ → ℝⁿ, the whole Jacobian.\n");
    println!("| n | function | `jacfwd` | / n functions | peak | `jacrev` | / n functions | peak |");
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|");
    for n in up_to(300, &[10, 30, 100, 300]) {
        let x = point(n);
        let forward = || jacfwd(|x| ring(&x), black_box(&x));
        let reverse = || jacrev(|x| ring(&x), black_box(&x));
        let function = time(budget, || ring(black_box(&x)));
        let of_functions = |time: f64| time / function / n as f64;
        let (forward, forward_bytes) = (time(budget, forward), peak_bytes(forward));
        let (reverse, reverse_bytes) = (time(budget, reverse), peak_bytes(reverse));
        println!(
            "| {n} | {function:.0} ns | {forward:.0} ns | {:.2} | {} | {reverse:.0} ns | {:.2} | {} |",
            of_functions(forward),
            kilobytes(forward_bytes),
            of_functions(reverse),
            kilobytes(reverse_bytes),
        );
    }

    println!("\nRosenbrock, `hessian` of a `Vec`.\n");
    println!("| n | function | Hessian | / n functions | peak |\n|--:|--:|--:|--:|--:|");
    for n in up_to(200, &[10, 30, 100, 200]) {
        let x = point(n);
        let second = || hessian(|x| rosenbrock(&x), black_box(&x));
        let function = time(budget, || rosenbrock(black_box(&x)));
        let (second, bytes) = (time(budget, second), peak_bytes(second));
        println!(
            "| {n} | {function:.0} ns | {second:.0} ns | {:.1} | {} |",
            second / function / n as f64,
            kilobytes(bytes),
        );
    }
}

fn kilobytes(bytes: usize) -> String {
    format!("{:.1} kB", bytes as f64 / 1000.0)
}
