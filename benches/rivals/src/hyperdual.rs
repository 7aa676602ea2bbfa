//! hyperdual: the value and its tangents in one nalgebra vector.

use crate::Entry;
use crate::lanes::{self, Lanes};
use crate::number;
use crate::problems::complex_points;
use crate::problems::contender::{Contender, Flat};
use crate::problems::functions as f;
use crate::problems::names;
use hyperdual::{Float, Hyperdual};
use num_complex::Complex;
use num_traits::One;
use std::array::from_fn;

number! { [const M: usize] Hyperdual<f64, M>, Float(), |x, c| x + c, |x, c| x * c, |x: Self| x.real() }

/// For N variables N + 1 parts.
macro_rules! lanes {
    ($($n:literal)*) => {
        $(impl Lanes<$n> for Hyperdual<f64, { $n + 1 }> {
            #[inline]
            fn with(value: f64, tangents: [f64; $n]) -> Self {
                let mut parts = [value; $n + 1];
                parts[1..].copy_from_slice(&tangents);
                Hyperdual::from_slice(&parts)
            }
            #[inline]
            fn tangents(&self) -> [f64; $n] {
                from_fn(|i| self[i + 1])
            }
        })*
    };
}
lanes! { 1 2 6 7 8 15 16 }

fn entry<X: 'static, R: Flat>(problem: &'static str, input: X, f: impl FnMut(&X) -> R + 'static) -> Entry {
    (problem, Contender::new("hyperdual", "Hyperdual", input, f))
}

pub fn entries() -> Vec<Entry> {
    let mut entries = lanes::entries::<
        Hyperdual<f64, 2>,
        Hyperdual<f64, 3>,
        Hyperdual<f64, 7>,
        Hyperdual<f64, 8>,
        Hyperdual<f64, 9>,
        Hyperdual<f64, 16>,
        Hyperdual<f64, 17>,
    >("hyperdual", "Hyperdual");
    entries.push(entry(names::NEWTON, complex_points(), |z: &Vec<Complex<f64>>| {
        let f = |z: &Complex<f64>| {
            let z = Complex::new(Hyperdual::<f64, 2>::from_slice(&[z.re, 1.0]), Hyperdual::from_real(z.im));
            let y = f::cubic(z, Complex::one());
            (Complex::new(y.re[0], y.im[0]), Complex::new(y.re[1], y.im[1]))
        };
        z.iter().map(f).collect::<Vec<_>>()
    }));
    entries
}
