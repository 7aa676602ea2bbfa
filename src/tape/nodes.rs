//! The nodes of a tape: their buffer, and the end where it grows.
//!
//! All code that writes nodes, or relies on what they hold, is in this file, and their fields are private to it. What it relies on:
//! * **An argument of a node is an input or an earlier node.** Nodes come from [`Nodes::push_marked`], which has no arguments, and
//!   from a [`Slot`], whose arguments were compared with the number of inputs and nodes before it. The number of inputs changes
//!   only while there are no nodes. So [`backwards`] needs no bounds checks.
//! * **A node is written as soon as it is counted.** [`End::push`] does both in one call. A [`Slot`] is counted before it is
//!   filled; what makes one is `unsafe`, and its callers fill it at once.
//! * **An end knows its buffer.** While a tape is open, nodes are written where [`End`] says, which is where the vector has room:
//!   the end is taken over from the vector when the tape is opened and whenever the vector was worked on, and gives its count back
//!   before that and when the tape is closed.

use crate::Scalar;
use crate::scalar::lanes::each_lane;
use alloc::vec::Vec;
use core::cell::Cell;
use core::ptr;

/// A node: for each of at most two arguments the slope and the argument's node. Nodes of other sizes say so in the place
/// of the second parent.
#[derive(Clone, Copy)]
pub(super) struct Node<T> {
    slopes: [T; 2],
    parents: [u32; 2],
}

/// In the place of the second parent: there is only one.
pub(super) const UNARY: u32 = u32::MAX;
/// In the place of the second parent: as many arguments as the first says, each with a slope.
pub(super) const WIDE: u32 = u32::MAX - 1;
/// In the place of the second parent: as many arguments as the first says, each with the slope 1.
pub(super) const TOTAL: u32 = u32::MAX - 2;
/// In the place of the second parent: the last result of a vector-valued rule …
pub(super) const VECTOR: u32 = u32::MAX - 3;
/// … and the others, for which the last one speaks.
pub(super) const SILENT: u32 = u32::MAX - 4;
/// In the place of the second parent: as many runs of arguments one after the other on the tape as the first says, each
/// argument with a slope. An edge each for the first argument of a run and for how many there are.
pub(super) const RUNS: u32 = u32::MAX - 5;
/// In the place of the second parent: one such run, each argument with the slope 1.
pub(super) const RUN: u32 = u32::MAX - 6;
/// Below are indices of nodes.
pub(super) const FIRST_MARK: u32 = RUN;
/// The largest number of nodes.
pub(super) const FULL: usize = FIRST_MARK as usize;
impl<T> Node<T> {
    /// The partial derivatives with respect to the arguments, if there are at most two.
    #[inline(always)]
    pub(super) fn slopes(&self) -> &[T; 2] {
        &self.slopes
    }

    /// The arguments, or a count and a mark.
    #[inline(always)]
    pub(super) fn parents(&self) -> [u32; 2] {
        self.parents
    }
}

/// The nodes that operations wrote, in their order. The inputs come before them, numbered from 0, and are no nodes.
pub(super) struct Nodes<T> {
    nodes: Vec<Node<T>>,
    inputs: usize,
}

impl<T: Scalar> Nodes<T> {
    pub(super) const fn new() -> Self {
        Nodes { nodes: Vec::new(), inputs: 0 }
    }

    /// Removes inputs and nodes and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.nodes.clear();
        self.inputs = 0;
    }

    /// How many inputs there are.
    #[inline]
    pub(super) fn inputs(&self) -> usize {
        self.inputs
    }

    /// Sets the number of inputs.
    ///
    /// # Panics
    /// If there are nodes already.
    pub(super) fn set_inputs(&mut self, inputs: usize) {
        assert!(self.nodes.is_empty(), "inputs come before nodes");
        self.inputs = inputs;
        if inputs + self.nodes.capacity() > FULL {
            // Memory kept from a function of fewer inputs; `make_room` makes as much as there are indices.
            self.nodes = Vec::new();
        }
    }

    /// How many inputs and nodes there are.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.inputs + self.nodes.len()
    }

    /// The nodes, without the inputs.
    #[inline]
    pub(super) fn as_slice(&self) -> &[Node<T>] {
        &self.nodes
    }

    /// Makes room for a node.
    ///
    /// # Panics
    /// If the tape is full.
    #[track_caller]
    pub(super) fn make_room(&mut self) {
        let (len, room) = (self.nodes.len(), FULL.saturating_sub(self.len()));
        if len == self.nodes.capacity() {
            // Exactly as much, so that there is none beyond `FULL`.
            self.nodes.reserve_exact(len.max(64).min(room));
        }
        if room == 0 || len == self.nodes.capacity() {
            too_long()
        }
    }

    /// Writes a node that stands for something else than two arguments, and gives its index.
    #[track_caller]
    pub(super) fn push_marked(&mut self, count: u32, mark: u32) -> u32 {
        assert!((FIRST_MARK..UNARY).contains(&mark), "a mark and no argument");
        self.make_room();
        let at = index(self.len());
        self.nodes.push(Node { slopes: [T::zero(); 2], parents: [count, mark] });
        at
    }

    /// The slot for a node of one argument or of two, by the arguments' places on the tape of this number; none if one of them is
    /// not there.
    ///
    /// # Safety
    /// The slot is filled before anything else happens.
    #[track_caller]
    pub(super) unsafe fn slot(&mut self, number: u64, x: u64, y: Option<u64>) -> Option<Slot<T>> {
        let count = self.len() as u64;
        let parent = |place: u64| {
            let node = place.wrapping_sub(number);
            #[allow(clippy::cast_possible_truncation)] // below the number of nodes
            (node < count).then_some(node as u32)
        };
        let parents = [parent(x)?, y.map_or(Some(UNARY), parent)?];
        self.make_room();
        let end = self.nodes.len();
        // SAFETY: there is room for one more, and the slot will be filled.
        unsafe { self.nodes.set_len(end + 1) };
        Some(Slot { node: self.nodes.as_mut_ptr().wrapping_add(end), parents, place: number + count })
    }
}

/// Where an open tape grows. That of the innermost one is [`Innermost::end`].
pub(super) struct End {
    /// How many inputs and nodes there are. The vector of nodes is as long only when somebody asks: see [`End::give`].
    count: Cell<u64>,
    /// How many there is room for.
    room: Cell<u64>,
    /// Where the node of index 0 would be, if inputs were nodes.
    origin: Cell<*mut ()>,
}

impl End {
    pub(super) const fn nowhere() -> Self {
        End { count: Cell::new(0), room: Cell::new(0), origin: Cell::new(ptr::null_mut()) }
    }

    pub(super) fn set(&self, other: &Self) {
        self.count.set(other.count.get());
        self.room.set(other.room.get());
        self.origin.set(other.origin.get());
    }

    /// Takes over from the vector of nodes.
    pub(super) fn take<T: Scalar>(&self, nodes: &mut Nodes<T>) {
        self.count.set(nodes.len() as u64);
        self.room.set((nodes.inputs + nodes.nodes.capacity()) as u64);
        self.origin.set(nodes.nodes.as_mut_ptr().wrapping_sub(nodes.inputs).cast());
    }

    /// Gives back to the vector of nodes, which is now as long as there are nodes.
    ///
    /// # Safety
    /// This is the end of these nodes.
    pub(super) unsafe fn give<T: Scalar>(&self, nodes: &mut Nodes<T>) {
        // SAFETY: nodes are counted where there is room for them, when they are written.
        unsafe { nodes.nodes.set_len(self.count.get() as usize - nodes.inputs) };
    }

    /// Writes a node of one argument or of two, if their places are on the tape of this number and there is room, and gives its
    /// place.
    ///
    /// # Safety
    /// If there is such a place, this is the end of the nodes of a `Tape<T>`.
    #[inline(always)]
    pub(super) unsafe fn push<T, const K: usize>(
        &self,
        number: u64,
        places: [u64; K],
        left: T,
        right: T,
    ) -> Option<u64> {
        let count = self.count.get();
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
        if count >= self.room.get() {
            return None;
        }
        self.count.set(count + 1);
        let node = self.origin.get().cast::<Node<T>>().wrapping_add(count as usize);
        Some(Slot { node, parents, place: number + count }.fill(left, right))
    }
}

/// A place in the buffer that is counted as a node and not written yet.
pub(super) struct Slot<T> {
    node: *mut Node<T>,
    /// The arguments: inputs and nodes of this tape.
    parents: [u32; 2],
    /// Of the variable that will be there.
    place: u64,
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

/// Goes through the nodes backwards, with an adjoint for each input and each node: a `live` node adds to the adjoint of each
/// argument its own adjoint times the slope, by `accumulate`, and has the adjoint zero from then on; one that is not live had it before. Nodes of
/// other sizes are left to `other`, which says whether to go on.
///
/// # Panics
/// If there are not as many adjoints as inputs and nodes.
#[inline(always)]
pub(super) fn backwards<T: Scalar, const W: usize>(
    nodes: &Nodes<T>,
    adjoints: &mut [[T; W]],
    live: impl Fn(&[T; W]) -> bool,
    accumulate: impl Fn(&mut [T; W], &[T; W], &T),
    mut other: impl FnMut(&Node<T>, &mut [[T; W]]) -> bool,
) -> bool {
    assert!(adjoints.len() == nodes.len(), "an adjoint for each input and each node");
    let mut index = adjoints.len();
    for node in nodes.nodes.iter().rev() {
        index -= 1;
        // SAFETY: there is an adjoint for each node: `own` begins with this one's.
        let (earlier, own) = unsafe { adjoints.split_at_mut_unchecked(index) };
        let own = unsafe { own.get_unchecked_mut(0) };
        // A copy, which stays in registers while others are written; number by number, as the array would be copied as an
        // integer of its size.
        let adjoint: [T; W] = each_lane(|row| own[row]);
        let [first, second] = node.parents;
        // SAFETY: the arguments of a node are before it (see above).
        let mut argument = |parent: u32, slope: &T| {
            accumulate(unsafe { earlier.get_unchecked_mut(parent as usize) }, &adjoint, slope);
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

/// The index as nodes hold it.
///
/// # Panics
/// If there can be no such node.
#[inline]
#[track_caller]
pub(super) fn index(index: usize) -> u32 {
    if index > FULL {
        too_long();
    }
    #[allow(clippy::cast_possible_truncation)] // compared
    {
        index as u32
    }
}

#[cold]
#[track_caller]
fn too_long() -> ! {
    panic!(
        "the tape is full: it holds {FULL} nodes; split the function, or differentiate its parts with `fuse` or `sum_over`"
    )
}
