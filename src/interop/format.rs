//! `{:e}` and `{:E}`: each number of a nest in that form, put together as by `Display`.

use crate::kernel::Engine;
use crate::{Dual, Scalar};
use core::fmt::{self, Formatter, LowerExp, UpperExp};

/// Value + tangents ε, as `Display` has it, with each number written by `part`.
fn written<T: Scalar, const N: usize>(
    x: &Dual<T, N>,
    f: &mut Formatter<'_>,
    part: impl Fn(&T, &mut Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    let part = |x: &T, f: &mut Formatter<'_>| {
        if T::DEPTH > 0 || T::COMPLEX {
            f.write_str("(")?;
            part(x, f)?;
            f.write_str(")")
        } else {
            part(x, f)
        }
    };
    part(&x.re, f)?;
    f.write_str(" + ")?;
    if let [eps] = x.eps.as_slice() {
        part(eps, f)?;
    } else {
        f.write_str("[")?;
        for (i, eps) in x.eps.iter().enumerate() {
            f.write_str(if i == 0 { "" } else { ", " })?;
            part(eps, f)?;
        }
        f.write_str("]")?;
    }
    write!(f, "ε{}", <Dual<T, N> as Engine>::DEPTH)
}

macro_rules! exponents {
    ($($format:ident)*) => {$(
        impl<T: Scalar + $format, const N: usize> $format for Dual<T, N> {
            fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
                written(self, f, $format::fmt)
            }
        }
        #[cfg(feature = "std")]
        impl<T: Scalar + $format> $format for crate::Var<T> {
            fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
                $format::fmt(&self.value(), f)
            }
        }
    )*};
}
exponents! { LowerExp UpperExp }
