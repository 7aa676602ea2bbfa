//! Which evaluation a dual number belongs to, where that is checked.
//!
//! Different levels of differentiation have different types, so most perturbation confusion does not compile. What
//! types cannot see is one transform called inside another at the *same* type. A [`Tag`] on every dual number sees it.
//! It is checked in builds with debug assertions and under the feature `checked`; otherwise a tag has no size and all
//! its functions are empty.

#[cfg(any(debug_assertions, feature = "checked"))]
mod checked {
    use core::sync::atomic::{AtomicU32, Ordering};

    /// Bit 0 is the mark of a holomorphic seed; the other bits number the evaluation. 0: made by no transform.
    #[derive(Clone, Copy)]
    pub(crate) struct Tag(u32);

    static NEXT: AtomicU32 = AtomicU32::new(2);

    impl Tag {
        pub(crate) const NONE: Self = Tag(0);

        /// A tag of its own for one evaluation of a closure.
        pub(crate) fn fresh(holomorphic: bool) -> Self {
            // The counter wraps after 2³¹ evaluations; two live evaluations would have to be that far apart to meet.
            let number = NEXT.fetch_add(2, Ordering::Relaxed) & !1;
            Tag(number.max(2) | u32::from(holomorphic))
        }

        #[inline]
        fn number(self) -> u32 {
            self.0 >> 1
        }

        /// This evaluation without the mark.
        #[inline]
        pub(crate) fn unmarked(self) -> Self {
            Tag(self.0 & !1)
        }

        /// The tag of a result of two arguments; `a_is_constant` says whether all tangents of `a` are zero.
        #[inline]
        #[track_caller]
        pub(crate) fn join(
            self,
            other: Self,
            a_is_constant: impl FnOnce() -> bool,
            b_is_constant: impl FnOnce() -> bool,
        ) -> Self {
            if self.number() == other.number() {
                Tag(self.0 | other.0)
            } else if other.number() == 0 {
                self
            } else if self.number() == 0 || a_is_constant() {
                other
            } else if b_is_constant() {
                self
            } else {
                confused()
            }
        }

        /// Panics when a result carries tangents of another evaluation than the one that asks for them.
        #[inline]
        #[track_caller]
        pub(crate) fn expect(self, seed: Self, is_constant: impl FnOnce() -> bool) {
            if self.number() != seed.number() && self.number() != 0 && !is_constant() {
                confused()
            }
        }

        /// Panics when a function without a complex derivative meets the seed of a holomorphic transform.
        #[inline]
        #[track_caller]
        pub(crate) fn forbid_holomorphic(self, function: &str) {
            assert!(
                self.0 & 1 == 0,
                "`{function}` has no complex derivative, and this number was made by a holomorphic transform \
                 (`derivative`, `jacfwd`, … at a complex point): use the functions of `holograd::complex`, which give \
                 both Wirtinger derivatives"
            );
        }
    }

    #[cold]
    #[track_caller]
    fn confused() -> ! {
        panic!(
            "perturbation confusion: dual numbers of two different transforms met at the same level; inside the \
             closure of the inner transform, the captured outer variable `x` must be a constant of the inner level: \
             call the inner transform at `Dual::from(…)` of its point and write `Dual::from(x)` in its closure"
        )
    }
}

#[cfg(not(any(debug_assertions, feature = "checked")))]
mod unchecked {
    /// Nothing is checked in this build.
    #[derive(Clone, Copy)]
    pub(crate) struct Tag;

    impl Tag {
        pub(crate) const NONE: Self = Tag;

        #[inline(always)]
        pub(crate) fn fresh(_holomorphic: bool) -> Self {
            Tag
        }

        #[inline(always)]
        pub(crate) fn unmarked(self) -> Self {
            Tag
        }

        #[inline(always)]
        pub(crate) fn join(
            self,
            _other: Self,
            _a_is_constant: impl FnOnce() -> bool,
            _b_is_constant: impl FnOnce() -> bool,
        ) -> Self {
            Tag
        }

        #[inline(always)]
        pub(crate) fn expect(self, _seed: Self, _is_constant: impl FnOnce() -> bool) {}

        #[inline(always)]
        pub(crate) fn forbid_holomorphic(self, _function: &str) {}
    }
}

#[cfg(any(debug_assertions, feature = "checked"))]
pub(crate) use checked::Tag;
#[cfg(not(any(debug_assertions, feature = "checked")))]
pub(crate) use unchecked::Tag;
