//! What is long: time loops by checkpoints, and sums over data, with the memory that they take.

mod checkpoint;
mod data_sum;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, which keeps for each thread how much is allocated and how much there was at most.
struct Peak;

thread_local! {
    static BYTES: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

// SAFETY: forwards to the system's allocator; counting neither allocates nor unwinds.
unsafe impl GlobalAlloc for Peak {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.set(BYTES.get() + layout.size() as isize);
        MOST.set(MOST.get().max(BYTES.get()));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        BYTES.set(BYTES.get() - layout.size() as isize);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static PEAK: Peak = Peak;

/// How many bytes `f` has at most beside those from before.
pub fn most_bytes(f: impl FnOnce()) -> isize {
    let before = BYTES.get();
    MOST.set(before);
    f();
    MOST.get() - before
}
