//! [`ComplexScalar`]: the functions that have no complex derivative.

use super::Scalar;
use crate::kernel::ComplexKernel;
use num_traits::NumAssign;

/// A [`Scalar`] with the functions that have no complex derivative; real numbers are `ComplexScalar` too.
///
/// Derivatives of these functions are taken along real parameters: |z|′ = Re(z̄ z′)/|z|. With respect to a complex
/// variable there are two of them; see the module `holograd::complex`.
///
/// # Examples
/// ```
/// use holograd::{ComplexScalar, Dual};
/// use num_complex::Complex;
/// fn power<T: ComplexScalar>(voltage: T, current: T) -> T::Real {
///     (voltage * current.conj()).re()
/// }
/// assert_eq!(power(Complex::new(3.0, 4.0), Complex::new(1.0, 1.0)), 7.0);
/// let v = Dual::new(Complex::new(3.0, 4.0), [Complex::new(0.0, 1.0)]);
/// assert_eq!(power(v, Complex::new(1.0, 1.0).into()).derivative(), 1.0);
/// ```
pub trait ComplexScalar: Scalar<Kernel: ComplexKernel<Self>> + NumAssign {
    /// A real number as one of this type.
    ///
    /// ```
    /// # use holograd::ComplexScalar;
    /// # use num_complex::Complex;
    /// assert_eq!(<Complex<f64>>::from_real(2.0), Complex::new(2.0, 0.0));
    /// ```
    #[must_use]
    #[inline]
    fn from_real(x: Self::Real) -> Self {
        Self::Kernel::from_real(x)
    }

    /// r e^(iθ); its real part r cos θ in a real type.
    ///
    /// ```
    /// # use holograd::ComplexScalar;
    /// # use num_complex::Complex;
    /// assert_eq!(<Complex<f64> as ComplexScalar>::from_polar(2.0, 0.0), Complex::new(2.0, 0.0));
    /// ```
    #[must_use]
    #[inline]
    fn from_polar(r: Self::Real, theta: Self::Real) -> Self {
        Self::Kernel::from_polar(r, theta)
    }

    /// The real part.
    ///
    /// ```
    /// # use holograd::ComplexScalar;
    /// # use num_complex::Complex;
    /// assert_eq!(Complex::new(3.0, 4.0).re(), 3.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn re(self) -> Self::Real {
        Self::Kernel::re(self)
    }

    /// The imaginary part; 0 of a real number.
    ///
    /// ```
    /// # use holograd::ComplexScalar;
    /// # use num_complex::Complex;
    /// assert_eq!(Complex::new(3.0, 4.0).im(), 4.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn im(self) -> Self::Real {
        Self::Kernel::im(self)
    }

    /// The complex conjugate.
    ///
    /// ```
    /// # use holograd::ComplexScalar;
    /// # use num_complex::Complex;
    /// assert_eq!(ComplexScalar::conj(Complex::new(3.0, 4.0)), Complex::new(3.0, -4.0));
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn conj(self) -> Self {
        Self::Kernel::conj(self)
    }

    /// |z|, which num-complex calls `norm`; slope 0 at 0.
    ///
    /// ```
    /// # use holograd::{ComplexScalar, derivative};
    /// assert_eq!(derivative(|x| x.abs(), -2.0), -1.0);
    /// assert_eq!(derivative(|x| x.abs(), 0.0), 0.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn abs(self) -> Self::Real {
        Self::Kernel::abs(self)
    }

    /// |z|² = Re² + Im²
    ///
    /// ```
    /// # use holograd::ComplexScalar;
    /// # use num_complex::Complex;
    /// assert_eq!(ComplexScalar::norm_sqr(Complex::new(3.0, 4.0)), 25.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn norm_sqr(self) -> Self::Real {
        Self::Kernel::norm_sqr(self)
    }

    /// The angle of z in (−π, π]; 0 or π for a real number. Its slope at 0 is NaN.
    ///
    /// ```
    /// # use holograd::ComplexScalar;
    /// # use num_complex::Complex;
    /// assert_eq!(ComplexScalar::arg(Complex::new(0.0, 2.0)), std::f64::consts::FRAC_PI_2);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn arg(self) -> Self::Real {
        Self::Kernel::arg(self)
    }

    /// z times a real number.
    ///
    /// ```
    /// # use holograd::ComplexScalar;
    /// # use num_complex::Complex;
    /// assert_eq!(ComplexScalar::scale(Complex::new(3.0, 4.0), 2.0), Complex::new(6.0, 8.0));
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn scale(self, factor: Self::Real) -> Self {
        Self::Kernel::scale(self, factor)
    }

    /// z divided by a real number.
    ///
    /// ```
    /// # use holograd::ComplexScalar;
    /// # use num_complex::Complex;
    /// assert_eq!(ComplexScalar::unscale(Complex::new(3.0, 4.0), 2.0), Complex::new(1.5, 2.0));
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn unscale(self, divisor: Self::Real) -> Self {
        Self::Kernel::unscale(self, divisor)
    }
}
