//! How one kind of number uses a slope, and the methods that follow from the list of functions.

use crate::{Real, Scalar};
use num_complex::Complex;

/// A kind of number that carries derivatives: given the value and the slopes of a function at the inner numbers, it makes
/// the outer result. `Dual` scales its tangents.
pub(crate) trait Chain: Scalar {
    /// The number one level down.
    type Inner: Scalar;

    /// The value one level down.
    fn inner(self) -> Self::Inner;

    /// A function of `K` arguments: y ≈ f(x) + Σ slopeₖ hₖ. A tangent that is exactly zero stays zero beside an infinite
    /// slope.
    fn chain<const K: usize>(arguments: [Self; K], value: Self::Inner, slopes: [Self::Inner; K]) -> Self;

    /// The same for complex numbers whose parts are of this kind: two real outputs from each complex slope.
    fn chain_complex<const K: usize>(
        arguments: [Complex<Self>; K],
        value: Complex<Self::Inner>,
        slopes: [Complex<Self::Inner>; K],
    ) -> Complex<Self>
    where
        Self::Inner: Real;
}

/// The methods of a kind for each function of the list: `chain_methods!` inherent ones, through rule and chain;
/// `trait_methods!` those of `Scalar` or `Real`, which forward to them.
macro_rules! chain_methods {
    (
        $trait:ident
        unary { $($u:ident $(($($uc:ident: $ut:ty),*))?)* }
        binary { $($b:ident($bo:ident $(, $bc:ident: $bt:ty)*))* }
        slope_unary { $($su:ident $(($($suc:ident: $sut:ty),*))?)* }
        slope_binary { $($sb:ident($sbo:ident $(, $sbc:ident: $sbt:ty)*))* }
    ) => {
        $(
            #[doc = concat!("See [`", stringify!($u), "`](crate::", stringify!($trait), "::", stringify!($u), ").")]
            #[inline]
            #[must_use]
            pub fn $u(self $($(, $uc: $ut)*)?) -> Self {
                let (value, slope) = rules::$u(self.inner() $($(, $uc)*)?);
                Self::chain([self], value, [slope])
            }
        )*
        $(
            #[doc = concat!("See [`", stringify!($b), "`](crate::", stringify!($trait), "::", stringify!($b), ").")]
            #[inline]
            #[must_use]
            pub fn $b(self, $bo: Self $(, $bc: $bt)*) -> Self {
                let (value, left, right) = rules::$b(self.inner(), $bo.inner() $(, $bc)*);
                Self::chain([self, $bo], value, [left, right])
            }
        )*
        $(
            #[inline]
            fn $su(self $($(, $suc: $sut)*)?) -> Self {
                let (value, slope) = rules::$su(self.inner() $($(, $suc)*)?);
                Self::chain([self], value, [slope])
            }
        )*
        $(
            #[inline]
            fn $sb(self, $sbo: Self $(, $sbc: $sbt)*) -> Self {
                let (value, left, right) = rules::$sb(self.inner(), $sbo.inner() $(, $sbc)*);
                Self::chain([self, $sbo], value, [left, right])
            }
        )*
    };
}

macro_rules! trait_methods {
    (
        unary { $($u:ident $(($($uc:ident: $ut:ty),*))?)* }
        binary { $($b:ident($bo:ident $(, $bc:ident: $bt:ty)*))* }
        slope_unary { $($su:ident $(($($suc:ident: $sut:ty),*))?)* }
        slope_binary { $($sb:ident($sbo:ident $(, $sbc:ident: $sbt:ty)*))* }
    ) => {
        $(#[inline] fn $u(self $($(, $uc: $ut)*)?) -> Self { Self::$u(self $($(, $uc)*)?) })*
        $(#[inline] fn $b(self, $bo: Self $(, $bc: $bt)*) -> Self { Self::$b(self, $bo $(, $bc)*) })*
        $(#[inline] fn $su(self $($(, $suc: $sut)*)?) -> Self { Self::$su(self $($(, $suc)*)?) })*
        $(#[inline] fn $sb(self, $sbo: Self $(, $sbc: $sbt)*) -> Self { Self::$sb(self, $sbo $(, $sbc)*) })*
    };
}

/// The methods of [`Scalar`] that are no rules, as inherent methods of a kind.
macro_rules! scalar_methods {
    () => {
        /// See [`sin_cos`](Scalar::sin_cos).
        #[inline]
        #[must_use]
        pub fn sin_cos(self) -> (Self, Self) {
            let (sin, cos) = self.inner().sin_cos();
            (Self::chain([self], sin, [cos]), Self::chain([self], cos, [-sin]))
        }

        /// See [`primal`](Scalar::primal).
        #[inline]
        #[must_use]
        pub fn primal(self) -> T::Primal {
            self.inner().primal()
        }

        /// See [`stop_gradient`](Scalar::stop_gradient).
        #[inline]
        #[must_use]
        pub fn stop_gradient(self) -> Self {
            Self::constant(self.primal())
        }

        /// See [`apply`](Scalar::apply).
        #[inline]
        #[must_use]
        pub fn apply<R: Rule<T::Primal>>(self, rule: &R) -> Self {
            Self::apply_rule(rule, [self])
        }
    };
}

/// The methods of [`Scalar`] that are no rules and are the same for every kind.
macro_rules! scalar_forwarding {
    () => {
        #[inline]
        fn lit(value: f64) -> Self {
            T::lit(value).into()
        }
        #[inline]
        fn constant(value: T::Primal) -> Self {
            T::constant(value).into()
        }
        #[inline]
        fn primal(self) -> T::Primal {
            self.primal()
        }
        #[inline]
        fn sin_cos(self) -> (Self, Self) {
            self.sin_cos()
        }
        #[inline]
        fn apply_rule<R: Rule<T::Primal, K>, const K: usize>(rule: &R, x: [Self; K]) -> Self {
            let inner = x.map(Self::inner);
            let value = T::apply_rule(rule, inner);
            Self::chain(x, value, rule.slopes(inner, value))
        }
        #[inline]
        fn magnitude(self) -> f64 {
            self.inner().magnitude()
        }
        #[inline]
        fn log_magnitude(self) -> f64 {
            self.inner().log_magnitude()
        }
        #[inline]
        fn divide_into(self, c: Lit) -> Self {
            let value = c / self.inner();
            Self::chain([self], value, [-value.quotient(self.inner())])
        }
    };
}

/// The methods of [`ComplexScalar`](crate::ComplexScalar) that forward to inherent ones.
macro_rules! complex_forwarding {
    () => {
        #[inline]
        fn from_polar(r: Self::Real, theta: Self::Real) -> Self {
            let (sin, cos) = theta.sin_cos();
            Self::from_parts(r * cos, r * sin)
        }
        #[inline]
        fn re(self) -> Self::Real {
            self.re()
        }
        #[inline]
        fn im(self) -> Self::Real {
            self.im()
        }
        #[inline]
        fn conj(self) -> Self {
            self.conj()
        }
        #[inline]
        fn abs(self) -> Self::Real {
            self.abs()
        }
        #[inline]
        fn norm_sqr(self) -> Self::Real {
            self.norm_sqr()
        }
        #[inline]
        fn arg(self) -> Self::Real {
            self.arg()
        }
        #[inline]
        fn scale(self, factor: Self::Real) -> Self {
            self.scale(factor)
        }
        #[inline]
        fn unscale(self, divisor: Self::Real) -> Self {
            self.unscale(divisor)
        }
    };
}

/// What a kind is beside a number: its default is the constant 0, and the value alone is compared.
macro_rules! kind_traits {
    ([T $($generics:tt)*] $kind:ty) => {
        impl<T: Scalar $($generics)*> Default for $kind {
            #[inline]
            fn default() -> Self {
                T::zero().into()
            }
        }

        /// The value alone is compared.
        impl<T: PartialEq $($generics)*> PartialEq for $kind {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                self.re == other.re
            }
        }

        /// The value alone is compared.
        impl<T: PartialOrd $($generics)*> PartialOrd for $kind {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                self.re.partial_cmp(&other.re)
            }
        }
    };
}

/// The functions of [`Real`] that choose between numbers instead of scaling tangents, as inherent methods of a kind.
macro_rules! selection_methods {
    () => {
        /// See [`copysign`](Real::copysign).
        #[inline]
        #[must_use]
        pub fn copysign(self, sign: Self) -> Self {
            let value = self.inner().copysign(sign.inner());
            if self.inner() == lit(0.0) {
                Self::chain([self], value, [Zero::zero()])
            } else if self.inner().is_sign_negative() == sign.inner().is_sign_negative() {
                self
            } else {
                -self
            }
        }

        /// The mean tangents of two numbers that tie.
        #[inline]
        fn tie(self, other: Self, value: <Self as Chain>::Inner) -> Self {
            Self::chain([self, other], value, [Scalar::lit(0.5), Scalar::lit(0.5)])
        }

        /// See [`min`](Real::min).
        #[inline]
        #[must_use]
        pub fn min(self, other: Self) -> Self {
            if self.inner() < other.inner() || other.is_nan() {
                self
            } else if other.inner() < self.inner() || self.is_nan() {
                other
            } else {
                self.tie(other, self.inner().min(other.inner()))
            }
        }

        /// See [`max`](Real::max).
        #[inline]
        #[must_use]
        pub fn max(self, other: Self) -> Self {
            if self.inner() > other.inner() || other.is_nan() {
                self
            } else if other.inner() > self.inner() || self.is_nan() {
                other
            } else {
                self.tie(other, self.inner().max(other.inner()))
            }
        }

        /// See [`clamp`](Real::clamp).
        ///
        /// # Panics
        /// As `f64::clamp`: if `low > high` or one of them is NaN.
        #[inline]
        #[must_use]
        #[track_caller]
        pub fn clamp(self, low: Self, high: Self) -> Self {
            assert!(low.inner() <= high.inner(), "clamp: low = {low} is not below high = {high}");
            if self.is_nan() {
                self
            } else if low.inner() == high.inner() {
                // Constant in x. A third each would not give the slope 1 of the bounds where they are the same variable.
                low.tie(high, self.inner().clamp(low.inner(), high.inner()))
            } else {
                self.max(low).min(high)
            }
        }

        /// See [`mul_add`](Real::mul_add).
        #[inline]
        #[must_use]
        pub fn mul_add(self, a: Self, b: Self) -> Self {
            let (x, y) = (self.inner(), a.inner());
            Self::chain([self, a, b], x.mul_add(y, b.inner()), [y, x, One::one()])
        }

        /// See [`is_nan`](Real::is_nan).
        #[inline]
        #[must_use]
        pub fn is_nan(self) -> bool {
            self.inner().is_nan()
        }

        /// See [`is_finite`](Real::is_finite).
        #[inline]
        #[must_use]
        pub fn is_finite(self) -> bool {
            self.inner().is_finite()
        }

        /// See [`is_infinite`](Real::is_infinite).
        #[inline]
        #[must_use]
        pub fn is_infinite(self) -> bool {
            self.inner().is_infinite()
        }

        /// See [`is_sign_negative`](Real::is_sign_negative).
        #[inline]
        #[must_use]
        pub fn is_sign_negative(self) -> bool {
            self.inner().is_sign_negative()
        }
    };
}

/// The methods of [`Real`] that `selection_methods!` and rules at the complex level give.
macro_rules! real_forwarding {
    () => {
        #[inline]
        fn copysign(self, sign: Self) -> Self {
            self.copysign(sign)
        }
        #[inline]
        fn min(self, other: Self) -> Self {
            self.min(other)
        }
        #[inline]
        fn max(self, other: Self) -> Self {
            self.max(other)
        }
        #[inline]
        fn clamp(self, low: Self, high: Self) -> Self {
            self.clamp(low, high)
        }
        #[inline]
        fn mul_add(self, a: Self, b: Self) -> Self {
            self.mul_add(a, b)
        }
        #[inline]
        fn is_nan(self) -> bool {
            self.is_nan()
        }
        #[inline]
        fn is_finite(self) -> bool {
            self.is_finite()
        }
        #[inline]
        fn is_infinite(self) -> bool {
            self.is_infinite()
        }
        #[inline]
        fn is_sign_negative(self) -> bool {
            self.is_sign_negative()
        }
        #[inline(always)]
        fn complex(z: Complex<Self>, f: Elementary) -> Complex<Self> {
            let (value, slope) = f.rule(inner(z));
            Self::chain_complex([z], value, [slope])
        }
        #[inline(always)]
        fn complex2(z: Complex<Self>, w: Complex<Self>, f: Elementary2) -> Complex<Self> {
            let (value, left, right) = f.rule(inner(z), inner(w));
            Self::chain_complex([z, w], value, [left, right])
        }
        #[inline]
        fn complex_sin_cos(z: Complex<Self>) -> (Complex<Self>, Complex<Self>) {
            let (sin, cos) = inner(z).sin_cos();
            (Self::chain_complex([z], sin, [cos]), Self::chain_complex([z], cos, [-sin]))
        }
        #[inline]
        fn complex_rule<R: Rule<<T::Primal as Primal>::Complex, K>, const K: usize>(
            rule: &R,
            z: [Complex<Self>; K],
        ) -> Complex<Self> {
            let inner = z.map(inner);
            let value = T::complex_rule(rule, inner);
            Self::chain_complex(z, value, rule.slopes(inner, value))
        }
        #[inline]
        fn complex_constant(c: <T::Primal as Primal>::Complex) -> Complex<Self> {
            let z = T::complex_constant(c);
            Complex::new(z.re.into(), z.im.into())
        }
        #[inline]
        fn complex_primal(z: Complex<Self>) -> <T::Primal as Primal>::Complex {
            T::complex_primal(inner(z))
        }
    };
}

/// The complex number one level down.
#[inline]
pub(crate) fn inner<C: Chain<Inner: Real> + Real>(z: Complex<C>) -> Complex<C::Inner> {
    Complex::new(z.re.inner(), z.im.inner())
}

pub(crate) use {
    chain_methods, complex_forwarding, kind_traits, real_forwarding, scalar_forwarding, scalar_methods,
    selection_methods, trait_methods,
};
