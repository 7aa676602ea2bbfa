//! Arrays element by element, and slices of one length.

use core::mem::MaybeUninit;

/// `[f(0), f(1), …]`
///
/// As `core::array::from_fn`, which like `<[T; N]>::map` calls for each element a function of `core` that is not `#[inline]`: in
/// cargo's default profile, where a crate is cut into units, it stays a call that returns through memory, and a gradient of two
/// variables takes 23 ns for 1.6.
#[inline]
pub(crate) fn array<T, const N: usize>(mut f: impl FnMut(usize) -> T) -> [T; N] {
    let mut y = [const { MaybeUninit::<T>::uninit() }; N];
    for i in 0..N {
        y[i].write(f(i));
    }
    // SAFETY: all N are written, and moved out once, as nothing drops a `MaybeUninit`. Where `f` panics they are not read.
    unsafe { (&raw const y).cast::<[T; N]>().read() }
}

/// # Panics
/// If the lengths of two slices differ.
#[inline]
#[track_caller]
pub(crate) fn same_length(function: &str, x: usize, y: usize) {
    assert!(x == y, "{function}: two slices of the same length are expected, not of {x} and {y} numbers");
}

#[cfg(test)]
mod tests {
    use super::array;
    use core::cell::Cell;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// Counts how many are dropped.
    struct Counted<'a>(usize, &'a Cell<usize>);

    impl Drop for Counted<'_> {
        fn drop(&mut self) {
            self.1.set(self.1.get() + 1);
        }
    }

    #[test]
    fn elements_are_in_order_and_dropped_once() {
        let dropped = Cell::new(0);
        let elements: [_; 3] = array(|i| Counted(i, &dropped));
        assert_eq!(elements.each_ref().map(|x| x.0), [0, 1, 2]);
        assert_eq!(dropped.get(), 0);
        drop(elements);
        assert_eq!(dropped.get(), 3);
        assert_eq!(array::<u8, 0>(|_| unreachable!()), [0; 0]);
    }

    #[test]
    fn a_panic_in_the_middle_drops_nothing() {
        let dropped = Cell::new(0);
        let all = catch_unwind(AssertUnwindSafe(|| {
            array::<_, 3>(|i| if i == 1 { panic!("at one") } else { Counted(i, &dropped) })
        }));
        assert!(all.is_err());
        assert_eq!(dropped.get(), 0);
    }
}
