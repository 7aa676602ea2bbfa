//! The tapes that are open on this thread, and all the `unsafe` of the crate.
//!
//! A [`Var<T>`](crate::Var) is `Copy` and holds no reference to its tape: it holds the tape's number. While a transform runs
//! its closure, the tape stands in a thread-local list of open tapes, innermost first, whatever their types. An
//! operation looks for the tape of its number *and* of its type in that list, which nearly always is the first one.
//!
//! Why this is sound:
//! * A [`Frame`] lies on the stack of [`scope`], which does not return, nor unwind, before its guard has taken the frame off
//!   the list again. Frames so come and go like a stack; every pointer in the list points to a live frame of this thread,
//!   and to a tape that `scope` has borrowed exclusively for as long as the frame lives.
//! * A tape's pointer is cast to `Tape<T>` only after the frame's `TypeId` has been found equal to that of `Tape<T>`.
//!   Nothing rests on the number, which wraps after 2³² tapes.
//! * [`push`], [`push_wide`] and [`push_vector`] are the only code that makes a reference to an open tape. They copy numbers into vectors and
//!   run nothing of anybody else's meanwhile, so two such references never live at once.
//! * Frames come and go in order because Rust has no stackful coroutines; a library that switches stacks inside the closure
//!   of a transform breaks that, as it breaks every scoped thread-local.
//! * The list is thread-local: another thread has its own, and finds nothing there.

use super::{Node, Tape, VectorEntry, VectorNode, too_long};
use crate::Scalar;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::TypeId;
use core::cell::Cell;
use core::ptr;
use core::sync::atomic::{AtomicU32, Ordering};

/// An open tape.
struct Frame {
    number: u32,
    of: TypeId,
    tape: *mut (),
    outer: *const Frame,
}

thread_local! {
    /// The innermost open tape of this thread.
    static INNERMOST: Cell<*const Frame> = const { Cell::new(ptr::null()) };
}

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A number for a tape, one for all threads; never 0, which marks constants.
pub(super) fn fresh_number() -> u32 {
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        if number != 0 {
            return number;
        }
    }
}

/// Runs `f` with the tape open under this number.
pub(super) fn scope<T: Scalar, R>(tape: &mut Tape<T>, number: u32, f: impl FnOnce() -> R) -> R {
    /// Takes the innermost tape off the list, also when `f` panics.
    struct Close(*const Frame);
    impl Drop for Close {
        fn drop(&mut self) {
            INNERMOST.set(self.0);
        }
    }

    let outer = INNERMOST.get();
    let frame = Frame { number, of: TypeId::of::<Tape<T>>(), tape: ptr::from_mut(tape).cast::<()>(), outer };
    INNERMOST.set(&raw const frame);
    let _close = Close(outer);
    f()
}

/// The open tape of this number and type.
///
/// # Panics
/// If there is no such tape on this thread.
#[inline]
#[track_caller]
fn find<T: Scalar>(number: u32) -> *mut Tape<T> {
    let mut frame = INNERMOST.get();
    while !frame.is_null() {
        // SAFETY: pointers in the list point to live frames of this thread (see above).
        let open = unsafe { &*frame };
        if open.number == number && open.of == TypeId::of::<Tape<T>>() {
            return open.tape.cast();
        }
        frame = open.outer;
    }
    not_open()
}

/// Writes a node of one or two arguments on the open tape of this number and gives its index.
#[inline]
#[track_caller]
pub(super) fn push<T: Scalar>(number: u32, node: Node<T>) -> u32 {
    let tape = find::<T>(number);
    // SAFETY: `find` compared the type, and `scope` holds the tape exclusively for us; no other reference to it lives, as
    // only this function and the next two make one, and none runs anybody else's code meanwhile.
    let written = unsafe { &mut *tape }.push(node);
    written.unwrap_or_else(|| too_long())
}

/// Writes a node of any number of arguments.
#[track_caller]
pub(super) fn push_wide<T: Scalar>(number: u32, edges: &[(T, u32)]) -> u32 {
    let (tape, zero) = (find::<T>(number), T::zero());
    // SAFETY: as in `push`.
    let written = unsafe { &mut *tape }.push_wide(edges, zero);
    written.unwrap_or_else(|| too_long())
}

/// Writes the results of a vector-valued rule and gives the index of the first.
#[track_caller]
pub(super) fn push_vector<T: Scalar>(
    number: u32,
    results: usize,
    parents: Vec<u32>,
    rule: Box<dyn VectorNode<T>>,
) -> u32 {
    let (tape, zero) = (find::<T>(number), T::zero());
    // SAFETY: as in `push`.
    let written = unsafe { &mut *tape }.push_vector(VectorEntry { parents, results, rule }, zero);
    written.unwrap_or_else(|| too_long())
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
