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

/// Machine code in executable pages.
#[derive(Debug)]
pub(super) struct Pages {
    /// `None` only while it is dropped.
    map: Option<Mmap>,
}

impl Pages {
    /// Executable pages that begin with these bytes.
    pub(super) fn new(code: &[u8]) -> io::Result<Self> {
        let length = code.len().max(1).next_multiple_of(4096);
        let mut map = match Self::pooled(length) {
            Some(map) => map,
            None => MmapMut::map_anon(length.next_power_of_two())?,
        };
        map[..code.len()].copy_from_slice(code);
        Ok(Pages { map: Some(map.make_exec()?) })
    }

    /// Pages from the pool that are large enough, and not more than four times as large.
    fn pooled(length: usize) -> Option<MmapMut> {
        let mut pool = POOL.lock().ok()?;
        let found = pool.iter().position(|map| (length..=4 * length).contains(&map.len()))?;
        Some(pool.swap_remove(found))
    }

    /// Where the code begins.
    pub(super) fn start(&self) -> *const u8 {
        self.map.as_ref().map_or(std::ptr::null(), |map| map.as_ptr())
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
