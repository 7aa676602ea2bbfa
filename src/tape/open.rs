//! The tapes that are open on this thread, and all the `unsafe` of the tape.
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
//!   are used again after 2²⁶ tapes, but only by tapes of the same type: their low bits are the type's (see [`Kind`]). Types
//!   that came too late for low bits of their own share some, are never found the quick way, and have their `TypeId` compared.
//! * Only functions of this file make a reference to an open tape. They copy numbers into vectors and run nothing of anybody
//!   else's meanwhile, so two such references never live at once.
//! * Nodes are written where [`End`] says, which is where the vector of nodes has room: `End` is taken over from the vector when
//!   the tape is opened and whenever the vector was worked on, and gives back before that and when the tape is closed, also by
//!   a panic. A [`Slot`] is filled before anything else happens.
//! * A node has no other arguments than inputs and nodes before it: their places are compared with the count, whatever tape they
//!   were on once. So [`backwards`] needs no bounds checks.
//! * Frames come and go in order because Rust has no stackful coroutines; a library that switches stacks inside the closure
//!   of a transform breaks that, as it breaks every scoped thread-local.
//! * The list is thread-local: another thread has its own, and finds nothing there.

use super::{FIRST_MARK, Node, Tape, UNARY, Var, VectorEntry, VectorNode};
use crate::Scalar;
use crate::scalar::lanes::each_lane;
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

/// Where an open tape grows. That of the innermost one is [`Innermost::end`].
struct End {
    /// How many inputs and nodes there are. The vector of nodes is as long only when somebody asks: see [`End::give`].
    count: Cell<u64>,
    /// How many there is room for.
    room: Cell<u64>,
    /// Where the node of index 0 would be, if inputs were nodes.
    origin: Cell<*mut ()>,
}

impl End {
    const fn nowhere() -> Self {
        End { count: Cell::new(0), room: Cell::new(0), origin: Cell::new(ptr::null_mut()) }
    }

    fn set(&self, other: &Self) {
        self.count.set(other.count.get());
        self.room.set(other.room.get());
        self.origin.set(other.origin.get());
    }

    /// Takes over from the vector of nodes.
    fn take<T: Scalar>(&self, tape: &mut Tape<T>) {
        self.count.set(tape.len() as u64);
        self.room.set((tape.inputs + tape.nodes.capacity()) as u64);
        self.origin.set(tape.nodes.as_mut_ptr().wrapping_sub(tape.inputs).cast());
    }

    /// Gives back to the vector of nodes, which is now as long as there are nodes.
    ///
    /// # Safety
    /// This is the end of this tape, and all nodes are written.
    unsafe fn give<T: Scalar>(&self, tape: &mut Tape<T>) {
        // SAFETY: nodes are counted where there is room for them.
        unsafe { tape.nodes.set_len(self.count.get() as usize - tape.inputs) };
    }
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
        self.number & Kind::BITS != Kind::SHARED
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
    struct Close<'a, T: Scalar>(&'a Frame, PhantomData<T>);
    impl<T: Scalar> Drop for Close<'_, T> {
        fn drop(&mut self) {
            INNERMOST.with(|innermost| innermost.set(self.0.outer));
            // SAFETY: the frame is that of a `Tape<T>` that `scope` has borrowed, and `set` left the end in it.
            unsafe { self.0.end.give(&mut *self.0.tape.cast::<Tape<T>>()) };
        }
    }

    INNERMOST.with(|innermost| {
        let end = End::nowhere();
        end.take(tape);
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
            self.1.take(self.0);
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
                unsafe { end.give(tape) };
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

/// The next node of an open tape: there is room for it, and it is counted.
pub(super) struct Slot<T> {
    node: *mut Node<T>,
    /// The arguments: inputs and nodes of this tape.
    parents: [u32; 2],
    /// Of the variable that will be there.
    place: u64,
}

/// The place for a node of one argument or of two, if the tape that they are on is the innermost one and has room. It must be
/// filled.
#[inline(always)]
pub(super) fn slot<T: Scalar, const K: usize>(places: [u64; K]) -> Option<Slot<T>> {
    INNERMOST.with(|innermost| {
        let (number, count) = (innermost.number.get(), innermost.end.count.get());
        let mut parents = [UNARY; 2];
        for k in 0..K {
            // On this tape, and there already; of a constant or a variable of another tape it is far larger.
            let node = places[k].wrapping_sub(number);
            if node >= count {
                return None;
            }
            #[allow(clippy::cast_possible_truncation)] // below the number of nodes
            {
                parents[k] = node as u32;
            }
        }
        if count >= innermost.end.room.get() {
            return None;
        }
        innermost.end.count.set(count + 1);
        // A `Var<T>` has this number, so the nodes are those of a `Tape<T>`.
        let node = innermost.end.origin.get().cast::<Node<T>>().wrapping_add(count as usize);
        Some(Slot { node, parents, place: number + count })
    })
}

/// The same wherever the tape is in the list and however full; the arguments are no constants.
///
/// # Panics
/// If the tape is not open, or not the same for both.
#[cold]
#[inline(never)]
#[track_caller]
pub(super) fn slot_elsewhere<T: Scalar>(x: u64, y: Option<u64>) -> Slot<T> {
    let number = super::var::same_tape((x >> 32) as u32, (y.unwrap_or(x) >> 32) as u32);
    write(number, |tape: &mut Tape<T>| {
        let (number, count) = (u64::from(number) << 32, tape.len() as u64);
        let parent = |place: u64| {
            // A variable of 2²⁶ tapes ago may have the number of one that is open.
            if place - number >= count {
                not_open();
            }
            #[allow(clippy::cast_possible_truncation)] // below the number of nodes
            {
                (place - number) as u32
            }
        };
        let parents = [parent(x), y.map_or(UNARY, parent)];
        tape.make_room();
        let end = tape.nodes.len();
        // SAFETY: there is room for one more, and the slot will be filled.
        unsafe { tape.nodes.set_len(end + 1) };
        Slot { node: tape.nodes.as_mut_ptr().wrapping_add(end), parents, place: number + count }
    })
}

impl<T> Slot<T> {
    /// Writes the node and gives the place of a variable there.
    ///
    /// Each part is written from the register it is in. `Vec::push` would put the node together on the stack and copy it from
    /// there in larger pieces, which the processor cannot forward from its store buffer: 12 cycles more a node.
    #[inline(always)]
    pub(super) fn fill(self, left: T, right: T) -> u64 {
        // SAFETY: the vector of nodes has room there, and nothing ran since the slot was made.
        unsafe {
            (&raw mut (*self.node).slopes[0]).write(left);
            (&raw mut (*self.node).slopes[1]).write(right);
            (&raw mut (*self.node).parents[0]).write(self.parents[0]);
            (&raw mut (*self.node).parents[1]).write(self.parents[1]);
        }
        self.place
    }
}

/// Goes through the nodes backwards, with an adjoint for each input and each node: a `live` node hands its adjoint on to its
/// arguments, the last one with the slope, and has the adjoint zero from then on; one that is not live had it before. Nodes of
/// other sizes are left to `other`, which says whether to go on.
///
/// # Panics
/// If there are not as many adjoints as inputs and nodes.
#[inline(always)]
pub(super) fn backwards<T: Scalar, const W: usize>(
    tape: &Tape<T>,
    adjoints: &mut [[T; W]],
    live: impl Fn(&[T; W]) -> bool,
    hand_on: impl Fn(&mut [T; W], &[T; W], &T),
    mut other: impl FnMut(&Node<T>, &mut [[T; W]]) -> bool,
) -> bool {
    assert!(adjoints.len() == tape.len(), "an adjoint for each input and each node");
    let mut index = adjoints.len();
    for node in tape.nodes.iter().rev() {
        index -= 1;
        // SAFETY: there is an adjoint for each node: `own` begins with this one's.
        let (earlier, own) = unsafe { adjoints.split_at_mut_unchecked(index) };
        let own = unsafe { own.get_unchecked_mut(0) };
        // A copy, which stays in registers while others are written; number by number, as the array would be copied as an
        // integer of its size.
        let adjoint: [T; W] = each_lane(|row| own[row]);
        let [first, second] = node.parents;
        // SAFETY: the arguments of a node are before it: it came from a `Slot`.
        let mut argument = |parent: u32, slope: &T| {
            hand_on(unsafe { earlier.get_unchecked_mut(parent as usize) }, &adjoint, slope);
        };
        if second < FIRST_MARK {
            if live(&adjoint) {
                argument(first, &node.slopes[0]);
                argument(second, &node.slopes[1]);
                *own = each_lane(|_| T::zero());
            }
        } else if second == UNARY {
            if live(&adjoint) {
                argument(first, &node.slopes[0]);
                *own = each_lane(|_| T::zero());
            }
        } else {
            if !other(node, &mut adjoints[..=index]) {
                return false;
            }
            adjoints[index] = each_lane(|_| T::zero());
        }
    }
    true
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
        (doubles.inputs, singles.inputs) = (1, 1);
        scope(&mut doubles, number, || {
            // The same number, as after 2²⁶ tapes.
            scope(&mut singles, number, || {
                assert!(slot::<f64, 1>([place]).is_none());
                assert!(slot::<f32, 1>([place]).is_none());
                slot_elsewhere::<f64>(place, None).fill(2.0, 2.0);
                slot_elsewhere::<f32>(place, None).fill(3.0, 3.0);
            });
            slot_elsewhere::<f64>(place, Some(place + 1)).fill(4.0, 4.0);
        });
        assert_eq!(doubles.nodes.iter().map(|node| node.slopes[0]).collect::<Vec<_>>(), [2.0, 4.0]);
        assert_eq!(singles.nodes.iter().map(|node| node.slopes[0]).collect::<Vec<_>>(), [3.0]);
    }

    #[test]
    fn no_variable_is_on_a_tape_before_its_node_is() {
        let mut tape = Tape::<f64>::new();
        tape.inputs = 1;
        let number = tape.kind.fresh_number();
        let x = u64::from(number) << 32;
        scope(&mut tape, number, || {
            assert!(slot::<f64, 1>([x + 1]).is_none());
            // No room yet.
            assert!(slot::<f64, 1>([x]).is_none());
            assert_eq!(slot_elsewhere(x, None).fill(2.0, 2.0), x + 1);
            assert_eq!(slot([x + 1, x]).map(|slot| slot.fill(3.0, 3.0)), Some(x + 2));
            assert!(slot::<f64, 2>([x, x + 3]).is_none());
            assert!(std::panic::catch_unwind(|| slot_elsewhere::<f64>(x, Some(x + 3))).is_err());
            assert_eq!(slot([x + 2]).map(|slot| slot.fill(4.0, 4.0)), Some(x + 3));
        });
        assert_eq!(tape.nodes.iter().map(|node| node.slopes[0]).collect::<Vec<_>>(), [2.0, 3.0, 4.0]);
    }

    #[test]
    fn nothing_is_innermost_where_nothing_is_open() {
        assert!(slot::<f64, 1>([0]).is_none());
        let mut tape = Tape::<f64>::new();
        tape.inputs = 1;
        let number = tape.kind.fresh_number();
        scope(&mut tape, number, || {
            assert!(slot::<f64, 1>([0]).is_none());
        });
        assert!(slot::<f64, 1>([u64::from(number) << 32]).is_none());
    }
}
