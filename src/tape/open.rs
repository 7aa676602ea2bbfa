//! The tapes that are open on this thread, and all the `unsafe` of the crate.
//!
//! A [`Var<T>`](crate::Var) is `Copy` and holds no reference to its tape: it holds the tape's number. While a transform runs
//! its closure, the tape stands in a thread-local list of open tapes, innermost first, whatever their types. An
//! operation looks for the tape of its number in that list, which nearly always is the first one.
//!
//! Why this is sound:
//! * A [`Frame`] lies on the stack of [`scope`], which does not return, nor unwind, before its guard has taken the frame off
//!   the list again. Frames so come and go like a stack; every pointer in the list points to a live frame of this thread,
//!   and to a tape that `scope` has borrowed exclusively for as long as the frame lives. [`Innermost`] repeats what the first
//!   frame of the list says, and is written where the list is.
//! * A tape's pointer is cast to `Tape<T>` only for the number of a `Var<T>`, which is the number that a `Tape<T>` had. Numbers
//!   are used again after 2²⁶ tapes, but only by tapes of the same type: their low bits are the type's (see [`Kind`]). Types
//!   that came too late for low bits of their own share some, are never found the quick way, and have their `TypeId` compared.
//! * Only functions of this file make a reference to an open tape. They copy numbers into vectors and run nothing of anybody
//!   else's meanwhile, so two such references never live at once.
//! * Frames come and go in order because Rust has no stackful coroutines; a library that switches stacks inside the closure
//!   of a transform breaks that, as it breaks every scoped thread-local.
//! * The list is thread-local: another thread has its own, and finds nothing there.
//! * [`Slot::fill`] writes into memory that the vector of nodes owns and has room for.

use super::{Tape, Var, VectorEntry, VectorNode};
use crate::Scalar;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::TypeId;
use core::cell::Cell;
use core::ptr;
use core::sync::atomic::{AtomicU32, Ordering};
use std::sync::Mutex;

/// An open tape.
struct Frame {
    number: u32,
    of: TypeId,
    tape: *mut (),
    outer: *const Frame,
}

/// The innermost open tape of this thread.
struct Innermost {
    frame: Cell<*const Frame>,
    /// Its number in the upper half, where that alone says of which type it is; otherwise, and where no tape is open,
    /// [`NO_NUMBER`].
    number: Cell<u64>,
    tape: Cell<*mut ()>,
}

/// The number of no tape, as its low bits are 0, and of no constant.
const NO_NUMBER: u64 = ((Kind::BITS + 1) as u64) << 32;

thread_local! {
    static INNERMOST: Innermost = const {
        Innermost {
            frame: Cell::new(ptr::null()),
            number: Cell::new(NO_NUMBER),
            tape: Cell::new(ptr::null_mut()),
        }
    };
}

impl Innermost {
    /// Makes `frame` the first of the list.
    fn set(&self, frame: *const Frame) {
        self.frame.set(frame);
        // SAFETY: pointers in the list point to live frames of this thread (see above).
        let (number, tape) = match unsafe { frame.as_ref() } {
            Some(open) if open.number & Kind::BITS != Kind::SHARED => {
                (u64::from(open.number) << 32, open.tape)
            }
            _ => (NO_NUMBER, ptr::null_mut()),
        };
        self.number.set(number);
        self.tape.set(tape);
    }
}

/// The low bits of the numbers of tapes of one type, from 1 on.
#[derive(Clone, Copy)]
pub(super) struct Kind(u32);

impl Kind {
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
        Kind(u32::try_from(index + 1).map_or(Self::SHARED, |kind| kind.min(Self::SHARED)))
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
    struct Close(*const Frame);
    impl Drop for Close {
        fn drop(&mut self) {
            INNERMOST.with(|innermost| innermost.set(self.0));
        }
    }

    let outer = INNERMOST.with(|innermost| innermost.frame.get());
    let frame = Frame { number, of: TypeId::of::<T>(), tape: ptr::from_mut(tape).cast::<()>(), outer };
    INNERMOST.with(|innermost| innermost.set(&raw const frame));
    let _close = Close(outer);
    f()
}

/// The open tape of this number and type.
///
/// # Panics
/// If there is no such tape on this thread.
#[inline(never)]
#[track_caller]
fn find<T: Scalar>(number: u32) -> *mut Tape<T> {
    let mut frame = INNERMOST.with(|innermost| innermost.frame.get());
    // SAFETY: pointers in the list point to live frames of this thread (see above).
    while let Some(open) = unsafe { frame.as_ref() } {
        if open.number == number && open.of == TypeId::of::<T>() {
            return open.tape.cast();
        }
        frame = open.outer;
    }
    not_open()
}

/// Where the next node of an open tape goes: there is room for it.
pub(super) struct Slot<T: Scalar> {
    tape: *mut Tape<T>,
    /// In the upper half.
    number: u64,
}

/// The place for a node on the tape that all these variables' places are on, if it is the innermost one and has room.
#[inline(always)]
pub(super) fn slot<T: Scalar, const K: usize>(places: [u64; K]) -> Option<Slot<T>> {
    INNERMOST.with(|innermost| {
        let number = innermost.number.get();
        let mut differ = 0;
        for k in 0..K {
            differ |= places[k] ^ number;
        }
        if differ >> 32 != 0 {
            return None;
        }
        let tape = innermost.tape.get().cast::<Tape<T>>();
        // SAFETY: `number` is a `Var<T>`'s, so the tape is a `Tape<T>`, which `scope` has borrowed for us.
        let nodes = unsafe { &(*tape).nodes };
        (nodes.len() < nodes.capacity()).then_some(Slot { tape, number })
    })
}

/// The place for a node on the open tape of this number, wherever it is in the list and however full.
#[cold]
#[inline(never)]
#[track_caller]
pub(super) fn slot_elsewhere<T: Scalar>(number: u32) -> Slot<T> {
    let tape = find::<T>(number);
    // SAFETY: `find` compared the type; `scope` has borrowed the tape for us.
    unsafe { &mut *tape }.make_room();
    Slot { tape, number: u64::from(number) << 32 }
}

impl<T: Scalar> Slot<T> {
    /// Writes the node and gives the place of a variable there.
    ///
    /// Each part is written from the register it is in. `Vec::push` would put the node together on the stack and copy it from
    /// there in larger pieces, which the processor cannot forward from its store buffer: 12 cycles more a node.
    #[inline(always)]
    pub(super) fn fill(self, parents: [u32; 2], left: T, right: T) -> u64 {
        // SAFETY: nothing ran since the slot was made. There is room in the vector, and all parts are written before it is
        // made longer.
        unsafe {
            let tape = &mut *self.tape;
            let end = tape.nodes.len();
            let node = tape.nodes.as_mut_ptr().add(end);
            (&raw mut (*node).slopes[0]).write(left);
            (&raw mut (*node).slopes[1]).write(right);
            (&raw mut (*node).parents[0]).write(parents[0]);
            (&raw mut (*node).parents[1]).write(parents[1]);
            tape.nodes.set_len(end + 1);
            self.number | (tape.inputs + end) as u64
        }
    }
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
    // SAFETY: as in `slot_elsewhere`; `slope` copies numbers.
    unsafe { &mut *find::<T>(number) }.push_wide(rows, slope, constants)
}

/// Writes a node of any number of arguments, each with the slope 1.
#[track_caller]
pub(super) fn push_total<T: Scalar>(number: u32, arguments: &[u32]) -> u32 {
    // SAFETY: as in `slot_elsewhere`.
    unsafe { &mut *find::<T>(number) }.push_total(arguments)
}

/// Writes the results of a vector-valued rule and gives the index of the first.
#[track_caller]
pub(super) fn push_vector<T: Scalar>(
    number: u32,
    results: usize,
    parents: Vec<u32>,
    rule: Box<dyn VectorNode<T>>,
) -> u32 {
    // SAFETY: as in `slot_elsewhere`.
    unsafe { &mut *find::<T>(number) }.push_vector(VectorEntry { parents, results, rule })
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
    use crate::tape::UNARY;

    /// What types share that came too late for low bits of their own.
    fn late() -> Kind {
        Kind(Kind::SHARED)
    }

    #[test]
    fn types_have_low_bits_of_their_own() {
        let numbers =
            [Kind::of::<f64>(), Kind::of::<f32>(), Kind::of::<crate::Dual<f64>>(), Kind::of::<f64>()]
                .map(|kind| kind.fresh_number() & Kind::BITS);
        assert_eq!(numbers[0], numbers[3]);
        assert!(numbers[0] != numbers[1] && numbers[1] != numbers[2] && numbers[2] != numbers[0]);
        assert!(numbers.iter().all(|bits| (1..Kind::SHARED).contains(bits)));
    }

    #[test]
    fn late_types_are_found_by_their_type_id() {
        let mut doubles = Tape::<f64>::new();
        let mut singles = Tape::<f32>::new();
        let number = late().fresh_number();
        let place = u64::from(number) << 32;
        scope(&mut doubles, number, || {
            // The same number, as after 2²⁶ tapes.
            scope(&mut singles, number, || {
                assert!(slot::<f64, 1>([place]).is_none());
                assert!(slot::<f32, 1>([place]).is_none());
                slot_elsewhere::<f64>(number).fill([0, UNARY], 2.0, 2.0);
                slot_elsewhere::<f32>(number).fill([0, UNARY], 3.0, 3.0);
            });
            slot_elsewhere::<f64>(number).fill([0, UNARY], 4.0, 4.0);
        });
        assert_eq!(doubles.nodes.iter().map(|node| node.slopes[0]).collect::<Vec<_>>(), [2.0, 4.0]);
        assert_eq!(singles.nodes.iter().map(|node| node.slopes[0]).collect::<Vec<_>>(), [3.0]);
    }

    #[test]
    fn no_tape_has_the_number_of_none() {
        for kind in 1..=Kind::SHARED {
            assert_ne!(u64::from(Kind(kind).fresh_number()) << 32, NO_NUMBER);
        }
    }
}
