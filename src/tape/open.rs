//! The tapes that are open on this thread. What is `unsafe` about their nodes is in [`nodes`](super::nodes).
//!
//! A [`Var<T>`](crate::Var) is `Copy` and holds no reference to its tape: it holds the tape's number. While a transform runs
//! its closure, the tape stands in a thread-local list of open tapes, innermost first, whatever their types. An
//! operation looks for the tape of its number in that list, which nearly always is the first one.
//!
//! Why this is sound:
//! * A [`Frame`] lies on the stack of [`scope`], which does not return, nor unwind, before its guard has taken the frame off
//!   the list again. Frames so come and go like a stack; every pointer in the list points to a live frame of this thread,
//!   and to a tape that `scope` has borrowed exclusively for as long as the frame lives.
//! * A tape's pointer is cast to `Tape<T>` only for the number of a `Var<T>`, which is the number that a `Tape<T>` had. Numbers
//!   are used again after 2²⁶ tapes, but only by tapes of the same type: their low bits are the type's (see [`TypeBits`]). Types
//!   that came too late for low bits of their own share some, are never found the quick way, and have their `TypeId` compared.
//! * Only functions of this file make a reference to an open tape. They copy numbers into vectors and run nothing of anybody
//!   else's meanwhile, so two such references never live at once.
//! * The [`End`] of an open tape is taken over from its nodes when the tape is opened and whenever they were worked on, and gives
//!   back before that and when the tape is closed, also by a panic.
//! * Frames come and go in order because Rust has no stackful coroutines; a library that switches stacks inside the closure
//!   of a transform breaks that, as it breaks every scoped thread-local.
//! * The list is thread-local: another thread has its own, and finds nothing there.

use super::nodes::{End, Slot};
use super::{Tape, Var, VectorEntry, VectorNode};
use crate::Scalar;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::TypeId;
use core::cell::Cell;
use core::marker::PhantomData;
use core::ptr;
use core::sync::atomic::{AtomicU32, Ordering};
use std::sync::Mutex;

/// An open tape.
struct Frame {
    number: u32,
    of: TypeId,
    tape: *mut (),
    end: End,
    outer: *const Frame,
}

/// The innermost open tape of this thread.
struct Innermost {
    frame: Cell<*const Frame>,
    /// Its number in the upper half.
    number: Cell<u64>,
    /// Nowhere, so that no variable seems to be on it, if its number alone does not say of which type it is.
    end: End,
}

thread_local! {
    static INNERMOST: Innermost = const {
        Innermost { frame: Cell::new(ptr::null()), number: Cell::new(0), end: End::nowhere() }
    };
}

impl Innermost {
    /// The first of the list.
    fn frame(&self) -> Option<&Frame> {
        // SAFETY: pointers in the list point to live frames of this thread (see above).
        unsafe { self.frame.get().as_ref() }
    }

    /// The end of an open tape.
    fn end_of<'a>(&'a self, open: &'a Frame) -> &'a End {
        if ptr::eq(open, self.frame.get()) && open.is_known_by_number() { &self.end } else { &open.end }
    }

    /// Makes another frame the first of the list.
    fn set(&self, frame: *const Frame) {
        if let Some(open) = self.frame() {
            open.end.set(self.end_of(open));
        }
        self.frame.set(frame);
        match self.frame() {
            Some(open) if open.is_known_by_number() => {
                self.number.set(u64::from(open.number) << 32);
                self.end.set(&open.end);
            }
            _ => self.end.set(&End::nowhere()),
        }
    }
}

impl Frame {
    fn is_known_by_number(&self) -> bool {
        self.number & TypeBits::BITS != TypeBits::SHARED
    }
}

/// The low bits of the numbers of tapes of one type, from 1 on.
#[derive(Clone, Copy)]
pub(super) struct TypeBits(u32);

impl TypeBits {
    const BITS: u32 = 63;

    /// Those of all types that came after 62 others.
    const SHARED: u32 = 63;

    /// The bits of this type, the same for all threads.
    pub(super) fn of<T: Scalar>() -> Self {
        static KNOWN: Mutex<Vec<TypeId>> = Mutex::new(Vec::new());
        let mut known = KNOWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let id = TypeId::of::<T>();
        let index = known.iter().position(|known| *known == id).unwrap_or_else(|| {
            known.push(id);
            known.len() - 1
        });
        TypeBits(u32::try_from(index + 1).map_or(Self::SHARED, |kind| kind.min(Self::SHARED)))
    }

    /// A number for a tape of this type; never 0, which marks constants, and none that was given out before, on any thread,
    /// until 2²⁶ others have been.
    pub(super) fn fresh_number(self) -> u32 {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        NEXT.fetch_add(Self::BITS + 1, Ordering::Relaxed) | self.0
    }
}

/// Runs `f` with the tape open under this number.
pub(super) fn scope<T: Scalar, R>(tape: &mut Tape<T>, number: u32, f: impl FnOnce() -> R) -> R {
    /// Takes the innermost tape off the list, also when `f` panics.
    struct Close<'a, T: Scalar>(&'a Frame, PhantomData<T>);
    impl<T: Scalar> Drop for Close<'_, T> {
        fn drop(&mut self) {
            INNERMOST.with(|innermost| innermost.set(self.0.outer));
            // SAFETY: the frame is that of a `Tape<T>` that `scope` has borrowed, and `set` left the end in it.
            unsafe { self.0.end.give(&mut (*self.0.tape.cast::<Tape<T>>()).nodes) };
        }
    }

    INNERMOST.with(|innermost| {
        let end = End::nowhere();
        end.take(&mut tape.nodes);
        let tape = ptr::from_mut(tape).cast();
        let frame = Frame { number, of: TypeId::of::<T>(), tape, end, outer: innermost.frame.get() };
        innermost.set(&raw const frame);
        let _close = Close::<T>(&frame, PhantomData);
        f()
    })
}

/// Writes on the open tape of this number and type, wherever it is in the list.
///
/// # Panics
/// If there is no such tape on this thread.
#[track_caller]
fn write<T: Scalar, R>(number: u32, f: impl FnOnce(&mut Tape<T>) -> R) -> R {
    /// Takes the end over again, also when `f` panics.
    struct Written<'a, T: Scalar>(&'a mut Tape<T>, &'a End);
    impl<T: Scalar> Drop for Written<'_, T> {
        fn drop(&mut self) {
            self.1.take(&mut self.0.nodes);
        }
    }

    let result = INNERMOST.with(|innermost| {
        let mut frame = innermost.frame();
        while let Some(open) = frame {
            if open.number == number && open.of == TypeId::of::<T>() {
                // SAFETY: the type is compared. `scope` holds the tape exclusively for us, and no other reference to it lives, as
                // only functions of this file make one, and none runs anybody else's code meanwhile.
                let tape = unsafe { &mut *open.tape.cast::<Tape<T>>() };
                let end = innermost.end_of(open);
                // SAFETY: it is this tape's.
                unsafe { end.give(&mut tape.nodes) };
                let written = Written(tape, end);
                return Some(f(&mut *written.0));
            }
            // SAFETY: as in `Innermost::frame`.
            frame = unsafe { open.outer.as_ref() };
        }
        None
    });
    // Not in a closure, so that the caller's line is in the panic.
    match result {
        Some(result) => result,
        None => not_open(),
    }
}

/// Writes a node of one argument or of two, if the tape that they are on is the innermost one and has room, and gives the place of
/// a variable there.
#[inline(always)]
pub(super) fn push<T: Scalar, const K: usize>(places: [u64; K], left: T, right: T) -> Option<u64> {
    INNERMOST.with(|innermost| {
        // SAFETY: the places are those of `Var<T>`s, so if one has this number, it is the number of a `Tape<T>`.
        unsafe { innermost.end.push(innermost.number.get(), places, left, right) }
    })
}

/// Writes a node of one argument or of two that are no constants, wherever their tape is in the list and however full, and gives
/// the place of a variable there.
///
/// # Panics
/// If the tape is not open, or not one for both.
#[inline(always)]
#[track_caller]
pub(super) fn push_elsewhere<T: Scalar>(x: u64, y: Option<u64>, left: T, right: T) -> u64 {
    // SAFETY: it is filled at once. Large numbers are so not put in memory for a call that is seldom made.
    unsafe { slot_elsewhere(x, y) }.fill(left, right)
}

/// The slot for [`push_elsewhere`].
///
/// # Safety
/// It is filled before anything else happens.
#[cold]
#[inline(never)]
#[track_caller]
unsafe fn slot_elsewhere<T: Scalar>(x: u64, y: Option<u64>) -> Slot<T> {
    let number = super::places::same_tape((x >> 32) as u32, (y.unwrap_or(x) >> 32) as u32);
    // SAFETY: the caller fills it.
    let slot = write(number, |tape: &mut Tape<T>| unsafe { tape.nodes.slot(u64::from(number) << 32, x, y) });
    // A variable of 2²⁶ tapes ago may have the number of one that is open.
    slot.unwrap_or_else(|| not_open())
}

/// Writes a node of all arguments in these rows that are no constants, if there may be any. `slope` gives numbers that are
/// there: whatever computed them here would run while the tape is borrowed.
#[track_caller]
pub(super) fn push_wide<T: Scalar, S, const R: usize>(
    number: u32,
    rows: [(&[Var<T>], &[S]); R],
    slope: impl Fn(&S) -> T,
    constants: bool,
) -> u32 {
    write(number, |tape| tape.push_wide(rows, slope, constants))
}

/// Writes a node of rows of arguments that are one after the other, with the slopes beside them. `slope` gives numbers that are
/// there, as for [`push_wide`].
#[track_caller]
pub(super) fn push_runs<T: Scalar, S, const R: usize>(
    number: u32,
    rows: [(&[Var<T>], &[S]); R],
    slope: impl Fn(&S) -> T,
) -> u32 {
    write(number, |tape| tape.push_runs(rows, slope))
}

/// Writes a node of so many arguments one after the other, each with the slope 1.
#[track_caller]
pub(super) fn push_run<T: Scalar>(number: u32, first: u32, count: usize) -> u32 {
    write(number, |tape: &mut Tape<T>| tape.push_run(first, count))
}

/// Notes that there is a partial derivative out of range on the tape, or NaN at a corner.
#[track_caller]
pub(super) fn note_factors<T: Scalar>(number: u32) {
    write(number, |tape: &mut Tape<T>| tape.factored = true);
}

/// Writes a node of any number of arguments, each with the slope 1.
#[track_caller]
pub(super) fn push_all<T: Scalar>(number: u32, arguments: impl Iterator<Item = u32>) -> u32 {
    write(number, |tape: &mut Tape<T>| tape.push_total(arguments))
}

/// Writes a node of these arguments, one after the other or not, each with the slope 1.
#[track_caller]
pub(super) fn push_total<T: Scalar>(number: u32, arguments: &[u32]) -> u32 {
    let first = arguments[0];
    let gaps = (0..).zip(arguments).fold(0, |gaps, (i, node)| gaps | (node.wrapping_sub(i) ^ first));
    if gaps == 0 && arguments.len() > 2 {
        return push_run::<T>(number, first, arguments.len());
    }
    push_all::<T>(number, arguments.iter().copied())
}

/// Writes the results of a vector-valued rule and gives the index of the first.
#[track_caller]
pub(super) fn push_vector<T: Scalar>(
    number: u32,
    results: usize,
    parents: Vec<u32>,
    rule: Box<dyn VectorNode<T>>,
) -> u32 {
    write(number, |tape| tape.push_vector(VectorEntry { parents, results, rule }))
}

#[cold]
#[inline(never)]
#[track_caller]
fn not_open() -> ! {
    panic!(
        "a variable of reverse mode was used where its tape is not open: it outlived the call of the transform that made \
         it, or was taken to another thread; return it from the closure, or take its value with `.primal()`"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What types share that came too late for low bits of their own.
    fn late() -> TypeBits {
        TypeBits(TypeBits::SHARED)
    }

    fn slopes<T: Scalar>(tape: &Tape<T>) -> Vec<T> {
        tape.nodes.as_slice().iter().map(|node| node.slopes()[0]).collect()
    }

    #[test]
    fn types_have_low_bits_of_their_own() {
        let numbers = [
            TypeBits::of::<f64>(),
            TypeBits::of::<f32>(),
            TypeBits::of::<crate::Dual<f64>>(),
            TypeBits::of::<f64>(),
        ]
        .map(|kind| kind.fresh_number() & TypeBits::BITS);
        assert_eq!(numbers[0], numbers[3]);
        assert!(numbers[0] != numbers[1] && numbers[1] != numbers[2] && numbers[2] != numbers[0]);
        assert!(numbers.iter().all(|bits| (1..TypeBits::SHARED).contains(bits)));
    }

    #[test]
    fn late_types_are_found_by_their_type_id() {
        let mut doubles = Tape::<f64>::new();
        let mut singles = Tape::<f32>::new();
        let number = late().fresh_number();
        let place = u64::from(number) << 32;
        doubles.nodes.set_inputs(1);
        singles.nodes.set_inputs(1);
        scope(&mut doubles, number, || {
            // The same number, as after 2²⁶ tapes.
            scope(&mut singles, number, || {
                assert!(push([place], 1.0, 1.0).is_none());
                assert!(push([place], 1.0_f32, 1.0).is_none());
                push_elsewhere(place, None, 2.0, 2.0);
                push_elsewhere(place, None, 3.0_f32, 3.0);
            });
            push_elsewhere(place, Some(place + 1), 4.0, 4.0);
        });
        assert_eq!(slopes(&doubles), [2.0, 4.0]);
        assert_eq!(slopes(&singles), [3.0]);
    }

    #[test]
    fn no_variable_is_on_a_tape_before_its_node_is() {
        let mut tape = Tape::<f64>::new();
        tape.nodes.set_inputs(1);
        let number = tape.kind.fresh_number();
        let x = u64::from(number) << 32;
        scope(&mut tape, number, || {
            assert!(push([x + 1], 1.0, 1.0).is_none());
            // No room yet.
            assert!(push([x], 1.0, 1.0).is_none());
            assert_eq!(push_elsewhere(x, None, 2.0, 2.0), x + 1);
            assert_eq!(push([x + 1, x], 3.0, 3.0), Some(x + 2));
            assert!(push([x, x + 3], 1.0, 1.0).is_none());
            assert!(std::panic::catch_unwind(|| push_elsewhere(x, Some(x + 3), 1.0, 1.0)).is_err());
            assert_eq!(push([x + 2], 4.0, 4.0), Some(x + 3));
        });
        assert_eq!(slopes(&tape), [2.0, 3.0, 4.0]);
    }

    #[test]
    fn nothing_is_innermost_where_nothing_is_open() {
        assert!(push([0], 1.0, 1.0).is_none());
        let mut tape = Tape::<f64>::new();
        tape.nodes.set_inputs(1);
        let number = tape.kind.fresh_number();
        scope(&mut tape, number, || {
            assert!(push([0], 1.0, 1.0).is_none());
        });
        assert!(push([u64::from(number) << 32], 1.0, 1.0).is_none());
    }
}
