//! The traits of `num-traits`.

use crate::{ComplexScalar, Dual};
use num_traits::Num;

impl<T: ComplexScalar, const N: usize> Num for Dual<T, N> {
    type FromStrRadixErr = T::FromStrRadixErr;

    /// A constant from its digits.
    fn from_str_radix(digits: &str, radix: u32) -> Result<Self, Self::FromStrRadixErr> {
        T::from_str_radix(digits, radix).map(Self::from)
    }
}

#[cfg(feature = "std")]
impl<T: crate::Real> Num for crate::Var<T> {
    type FromStrRadixErr = T::FromStrRadixErr;

    /// A constant from its digits.
    fn from_str_radix(digits: &str, radix: u32) -> Result<Self, Self::FromStrRadixErr> {
        T::from_str_radix(digits, radix).map(Self::from)
    }
}
