//! Arrays element by element.

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

#[cfg(test)]
mod tests {
    use super::array;
    use alloc::rc::Rc;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn elements_are_in_order_and_owned_once() {
        let shared = Rc::new(());
        let copies: [(usize, Rc<()>); 3] = array(|i| (i, Rc::clone(&shared)));
        assert_eq!(copies.iter().map(|(i, _)| *i).collect::<alloc::vec::Vec<_>>(), [0, 1, 2]);
        assert_eq!(Rc::strong_count(&shared), 4);
        drop(copies);
        assert_eq!(Rc::strong_count(&shared), 1);
        assert_eq!(array::<u8, 0>(|_| unreachable!()), []);
    }

    #[test]
    fn a_panic_in_the_middle_drops_nothing_unwritten() {
        let shared = Rc::new(());
        let all = catch_unwind(AssertUnwindSafe(|| {
            array::<_, 3>(|i| if i == 1 { panic!("at one") } else { Rc::clone(&shared) })
        }));
        assert!(all.is_err());
        // The first is leaked.
        assert_eq!(Rc::strong_count(&shared), 2);
    }
}
