//! rand_distr's distributions of our numbers: what is drawn is a constant, so that a sample of `Normal::new(mean, deviation)` is
//! mean + deviation · z, with its derivatives by both.

use crate::{Dual, Scalar};
use rand_distr::{Distribution, Exp1, Open01, OpenClosed01, StandardNormal, StandardUniform};

/// Draws a number of the layer below and lifts it.
macro_rules! drawn {
    ([$($n:tt)*] $kind:ty, $distribution:ident) => {
        impl<T: Scalar $($n)*> Distribution<$kind> for $distribution
        where
            $distribution: Distribution<T>,
        {
            fn sample<R: rand::Rng + ?Sized>(&self, random: &mut R) -> $kind {
                <$kind>::from(Distribution::<T>::sample(self, random))
            }
        }
    };
}

macro_rules! distributions {
    ($($distribution:ident)*) => {$(
        drawn! { [, const N: usize] Dual<T, N>, $distribution }
        #[cfg(feature = "std")]
        drawn! { [] crate::Var<T>, $distribution }
    )*};
}

distributions! { StandardNormal Exp1 StandardUniform Open01 OpenClosed01 }
