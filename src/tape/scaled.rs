//! The sweep of a tape on which a partial derivative is out of range: adjoints with exponents of their own.
//!
//! The adjoint of eˣ in 1/eˣ at 400 is −e⁻⁸⁰⁰, which is 0 in `f64`; the product with the next partial derivative, e⁴⁰⁰, is not.

use super::nodes::{RUN, RUNS, SILENT, TOTAL, UNARY, VECTOR, WIDE};
use super::sweep::{Stacks, take_last};
use super::{NO_PARENT, Tape};
use crate::array::same_length;
use crate::kernel::{Engine, Kernel, Truth};
use crate::{Scalar, lit};
use alloc::vec;
use alloc::vec::Vec;

/// x 2ᵉ
#[derive(Clone, Copy)]
struct Scaled<T> {
    number: T,
    exponent: i32,
}

/// x 2ᵉ, in steps that are in range.
fn shifted<T: Scalar>(x: T, exponent: i32) -> T {
    let most = T::half_range();
    let (mut y, mut rest) = (x, exponent.clamp(-6 * most, 6 * most));
    while rest != 0 {
        let step = rest.clamp(-most, most);
        // By a literal, which has no tangents that would be 0 · ∞ beside a value that overflows.
        y *= lit(libm::ldexp(1.0, step));
        rest -= step;
    }
    y
}

impl<T: Scalar> Scaled<T> {
    /// This number, written with an x near 1.
    fn near_one(self) -> Self {
        let size = self.number.magnitude_with_tangents();
        if size == 0.0 || !size.is_finite() {
            return self;
        }
        let own = libm::ilogb(size);
        Scaled { number: shifted(self.number, -own), exponent: self.exponent + own }
    }

    fn add_to(self, sum: &mut Option<Self>) {
        *sum = Some(match *sum {
            None => self,
            Some(other) => {
                // A zero has no size that the other would lose its digits beside.
                let is_zero = |x: &Self| x.number.magnitude_with_tangents() == 0.0;
                let exponent = if is_zero(&self) {
                    other.exponent
                } else if is_zero(&other) {
                    self.exponent
                } else {
                    self.exponent.max(other.exponent)
                };
                let [a, b] = [self, other].map(|x| shifted(x.number, x.exponent - exponent));
                Scaled { number: a + b, exponent }
            }
        });
    }

    /// The product as it is, so that it has the bits of the other sweeps, unless it is out of range.
    fn times(self, slope: T) -> Self {
        // A tangent that is zero stays so at NaN; of an adjoint that is zero nobody knows what it is the first digits of.
        let is = |truth: <T::Kernel as Kernel<T>>::Truth| truth.known() == Some(true);
        let by_slope = |x: T| {
            if is(T::Kernel::has_nan(slope)) && !is(x.has_value(0.0)) {
                x.times_slope(slope)
            } else {
                x.masked_product(slope)
            }
        };
        let product = by_slope(self.number);
        let size = product.magnitude_with_tangents();
        if size.is_finite() && size >= libm::ldexp(1.0, -2 * T::half_range()) {
            return Scaled { number: product, exponent: self.exponent };
        }
        let Scaled { number, exponent } = self.near_one();
        Scaled { number: by_slope(number), exponent }
    }
}

impl<T: Scalar> Tape<T> {
    /// The careful sweep, of one row after the other, from the outputs' nodes and weights; the inputs' adjoints are put into
    /// `adjoints`.
    #[cold]
    #[inline(never)]
    pub(super) fn sweep_scaled<const W: usize>(
        &self,
        outputs: &[(Option<usize>, [T; W])],
        adjoints: &mut [[T; W]],
    ) {
        for row in 0..W {
            let mut table = vec![None; self.len()];
            for (node, weights) in outputs {
                if let (Some(node), false) = (node, weights[row].is_known_zero()) {
                    Scaled { number: weights[row], exponent: 0 }.add_to(&mut table[*node]);
                }
            }
            self.sweep_row(&mut table);
            for (adjoint, scaled) in adjoints.iter_mut().zip(&table[..self.nodes.inputs()]) {
                adjoint[row] = scaled.map_or_else(T::zero, |x| shifted(x.number, x.exponent));
            }
        }
    }

    fn sweep_row(&self, table: &mut [Option<Scaled<T>>]) {
        let Stacks { mut edges, mut slopes, mut vectors } = self.stacks();
        for (index, node) in self.nodes.as_slice().iter().enumerate().rev() {
            let index = self.nodes.inputs() + index;
            let [first, second] = node.parents();
            if second == SILENT {
                continue;
            }
            let adjoint = table[index];
            let mut accumulate = |parent: u32, slope: T| {
                if let Some(adjoint) = adjoint {
                    adjoint.times(slope).add_to(&mut table[parent as usize]);
                }
            };
            match second {
                UNARY => accumulate(first, node.slopes()[0]),
                TOTAL => {
                    for parent in take_last(&mut edges, first as usize) {
                        accumulate(*parent, T::one());
                    }
                }
                WIDE => {
                    let slopes = take_last(&mut slopes, first as usize);
                    for (parent, slope) in take_last(&mut edges, first as usize).iter().zip(slopes) {
                        accumulate(*parent, *slope);
                    }
                }
                RUNS => {
                    for _ in 0..first {
                        let &[start, len] = take_last(&mut edges, 2) else { unreachable!("two were taken") };
                        let slopes = take_last(&mut slopes, len as usize);
                        for (parent, slope) in (start..).zip(slopes) {
                            accumulate(parent, *slope);
                        }
                    }
                }
                RUN => {
                    let &[start, len] = take_last(&mut edges, 2) else { unreachable!("two were taken") };
                    for parent in start..start + len {
                        accumulate(parent, T::one());
                    }
                }
                VECTOR => {
                    let [entry] = take_last(&mut vectors, 1) else { unreachable!("one was taken") };
                    let of_results = &table[index + 1 - entry.results..=index];
                    let Some(exponent) = of_results.iter().flatten().map(|x| x.exponent).max() else {
                        continue;
                    };
                    let number = |x: &Option<Scaled<T>>| {
                        x.map_or_else(T::zero, |x| shifted(x.number, x.exponent - exponent))
                    };
                    let u: Vec<T> = of_results.iter().map(number).collect();
                    let pulled = entry.rule.pullback(&u);
                    same_length("VectorRule::pullback", entry.parents.len(), pulled.len());
                    for (parent, adjoint) in entry.parents.iter().zip(pulled) {
                        if *parent != NO_PARENT {
                            Scaled { number: adjoint, exponent }.add_to(&mut table[*parent as usize]);
                        }
                    }
                }
                second => {
                    accumulate(first, node.slopes()[0]);
                    accumulate(second, node.slopes()[1]);
                }
            }
        }
    }
}
