//! Executable memory: pages that can be written or executed, never both.
//!
//! Mapping pages takes longer than emitting a small function, so pages of functions that are no longer used are kept, up to
//! a limit.

use memmap2::{Mmap, MmapMut};
use std::io;
use std::sync::Mutex;

/// Pages whose code is no longer used, together at most [`POOLED_BYTES`].
static POOL: Mutex<Vec<MmapMut>> = Mutex::new(Vec::new());
const POOLED_BYTES: usize = 1 << 24;

#[cfg(test)]
thread_local! {
    /// Whether no executable memory is to be had on this thread, as where the operating system forbids it.
    pub(in crate::compile) static REFUSED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Machine code in executable pages.
#[derive(Debug)]
pub(super) struct Pages {
    /// `None` only while it is dropped.
    map: Option<Mmap>,
    /// Where they begin.
    start: *const u8,
}

// SAFETY: `start` is where `map` is, which is `Send` and `Sync`, and is only read.
unsafe impl Send for Pages {}
// SAFETY: likewise.
unsafe impl Sync for Pages {}

impl Pages {
    /// Executable pages that begin with these bytes.
    pub(super) fn new(code: &[u8]) -> io::Result<Self> {
        #[cfg(test)]
        if REFUSED.get() {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let length = code.len().max(1).next_multiple_of(4096);
        let mut map = match Self::pooled(length) {
            Some(map) => map,
            None => MmapMut::map_anon(length.next_power_of_two())?,
        };
        map[..code.len()].copy_from_slice(code);
        let map = map.make_exec()?;
        Ok(Pages { start: map.as_ptr(), map: Some(map) })
    }

    /// Pages from the pool that are large enough, and not more than four times as large.
    fn pooled(length: usize) -> Option<MmapMut> {
        let mut pool = POOL.lock().ok()?;
        let found = pool.iter().position(|map| (length..=4 * length).contains(&map.len()))?;
        Some(pool.swap_remove(found))
    }

    /// Where the code begins.
    #[inline]
    pub(super) fn start(&self) -> *const u8 {
        self.start
    }

    /// How much memory the pages take.
    pub(super) fn len(&self) -> usize {
        self.map.as_ref().map_or(0, |map| map.len())
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // What cannot be kept is unmapped.
        let Some(Ok(map)) = self.map.take().map(Mmap::make_mut) else { return };
        if let Ok(mut pool) = POOL.lock() {
            let pooled: usize = pool.iter().map(|map| map.len()).sum();
            if pooled + map.len() <= POOLED_BYTES {
                pool.push(map);
            }
        }
    }
}
