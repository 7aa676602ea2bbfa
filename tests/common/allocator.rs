//! The system's allocator, which counts for each thread, as tests run side by side.
#![allow(dead_code, unreachable_pub)] // each test uses a part

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

struct Counting;

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn size(layout: Layout) -> isize {
    layout.size().try_into().expect("no allocation is larger than isize::MAX")
}

// SAFETY: forwards to the system's allocator; counting neither allocates nor unwinds, as the cells need no initialisation
// and no destructor. What is not here, `realloc` among it, goes through these two.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.set(CALLS.get() + 1);
        BYTES.set(BYTES.get() + size(layout));
        MOST.set(MOST.get().max(BYTES.get()));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        BYTES.set(BYTES.get() - size(layout));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// How many allocations `f` makes.
pub fn allocations<R>(f: impl FnOnce() -> R) -> usize {
    let before = CALLS.get();
    black_box(f());
    CALLS.get() - before
}

/// How many bytes this thread holds.
pub fn bytes_held() -> isize {
    BYTES.get()
}

/// How many bytes this thread holds after `f` beside those from before, when the result is dropped.
pub fn bytes_kept<R>(f: impl FnOnce() -> R) -> isize {
    let before = BYTES.get();
    drop(f());
    BYTES.get() - before
}

/// How many bytes this thread holds at most during `f` beside those from before.
pub fn most_bytes<R>(f: impl FnOnce() -> R) -> isize {
    let before = BYTES.get();
    MOST.set(before);
    drop(f());
    MOST.get() - before
}
