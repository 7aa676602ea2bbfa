//! A problem, and who competes at it.

use cpu_time::ThreadTime;
use num_complex::Complex;
use std::hint::black_box;
use std::time::Duration;

/// A problem with those who solve it: first the plain function without derivatives, then the derivative by hand, then
/// this crate, then others.
pub struct Problem {
    pub name: &'static str,
    /// How many evaluations one call makes; times are given for one.
    pub evaluations: u32,
    pub aim: Aim,
    pub contenders: Vec<Contender>,
}

/// How fast this crate is meant to be.
#[derive(Clone, Copy)]
pub enum Aim {
    /// This often the time by hand.
    Hand(f64),
    /// This often the time of the plain function.
    Plain(f64),
    /// A fifth of this time of JAX, in nanoseconds, as published for the call compiled by `jit` on a machine like ours.
    FifthOfJax(f64),
}

pub const PLAIN: &str = "plain";
pub const HAND: &str = "hand";
pub const OURS: &str = "holograd";

impl Problem {
    /// # Panics
    /// If a result is not the one by hand, to 1e-10 of its largest number.
    pub fn check(&mut self) {
        let by_hand =
            self.contenders.iter_mut().find(|c| c.name == HAND).expect("every problem has one").result();
        let largest = by_hand.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
        for contender in &mut self.contenders {
            if contender.name == PLAIN {
                continue;
            }
            let result = contender.result();
            let worst =
                result.iter().zip(&by_hand).map(|(x, by_hand)| (x - by_hand).abs()).fold(0.0, f64::max);
            assert!(
                result.len() == by_hand.len() && worst <= 1e-10 * largest,
                "{}: {} ({}) gives {} numbers, by hand there are {}; the worst differs by {worst:e}, the largest is \
                 {largest:e}",
                self.name,
                contender.name,
                contender.way,
                result.len(),
                by_hand.len(),
            );
        }
    }
}

/// One way to solve a problem.
pub struct Contender {
    /// Whose: a library, or one of [`PLAIN`], [`HAND`], [`OURS`].
    pub name: &'static str,
    /// By which of its types or calls.
    pub way: &'static str,
    call: Box<dyn Run>,
}

impl Contender {
    /// `f` is to compute everything from its input, which the compiler cannot see through.
    pub fn new<X: 'static, R: Flat>(
        name: &'static str,
        way: &'static str,
        input: X,
        f: impl FnMut(&X) -> R + 'static,
    ) -> Self {
        Contender { name, way, call: Box::new(Call { input, f }) }
    }

    /// How long so many calls take, by the clock of the processor, which stands still while other programs have it.
    pub fn time(&mut self, calls: u64) -> Duration {
        self.call.time(calls)
    }

    /// All numbers of the result.
    pub fn result(&mut self) -> Vec<f64> {
        self.call.result()
    }
}

/// The loop stands inside, so that the call is dispatched once for all its rounds.
trait Run {
    fn time(&mut self, calls: u64) -> Duration;
    fn result(&mut self) -> Vec<f64>;
}

struct Call<X, F> {
    input: X,
    f: F,
}

impl<X, R: Flat, F: FnMut(&X) -> R> Run for Call<X, F> {
    fn time(&mut self, calls: u64) -> Duration {
        let start = ThreadTime::now();
        for _ in 0..calls {
            // By reference, so that a large result is not copied once more.
            black_box(&(self.f)(black_box(&self.input)));
        }
        start.elapsed()
    }

    fn result(&mut self) -> Vec<f64> {
        let mut numbers = Vec::new();
        (self.f)(&self.input).flatten(&mut numbers);
        numbers
    }
}

/// A result that can be compared number by number.
pub trait Flat {
    fn flatten(&self, into: &mut Vec<f64>);
}

impl Flat for f64 {
    fn flatten(&self, into: &mut Vec<f64>) {
        into.push(*self);
    }
}

impl Flat for Complex<f64> {
    fn flatten(&self, into: &mut Vec<f64>) {
        into.extend([self.re, self.im]);
    }
}

impl<E: Flat> Flat for [E] {
    fn flatten(&self, into: &mut Vec<f64>) {
        for e in self {
            e.flatten(into);
        }
    }
}

impl<E: Flat, const N: usize> Flat for [E; N] {
    fn flatten(&self, into: &mut Vec<f64>) {
        self.as_slice().flatten(into);
    }
}

impl<E: Flat> Flat for Vec<E> {
    fn flatten(&self, into: &mut Vec<f64>) {
        self.as_slice().flatten(into);
    }
}

impl<A: Flat, B: Flat> Flat for (A, B) {
    fn flatten(&self, into: &mut Vec<f64>) {
        self.0.flatten(into);
        self.1.flatten(into);
    }
}

impl<A: Flat, B: Flat, C: Flat> Flat for (A, B, C) {
    fn flatten(&self, into: &mut Vec<f64>) {
        self.0.flatten(into);
        self.1.flatten(into);
        self.2.flatten(into);
    }
}
