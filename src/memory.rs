//! Memory set aside at once, for work that needs much of it.

use std::hint::black_box;

use rustix::mm::{Advice, madvise};

/// The size of a large page, in bytes: 2 MiB on all machines that have 4 KiB pages.
const LARGE: usize = 2 * 1024 * 1024;

/// Less than this is not worth it, in bytes.
pub(crate) const WORTH: usize = 2 * LARGE;

/// More than this the allocator always takes from outside of its heap, in bytes (`M_MMAP_THRESHOLD` of
/// mallopt(3)), with some to spare.
const MOST: usize = 30 * 1024 * 1024;

/// What the allocator needs between two pieces, in bytes, with some to spare.
const BETWEEN: usize = 4096;

/// See [`room`].
#[must_use]
pub(crate) struct Room {
    _below: Vec<u8>,
}

/// Has the allocator set aside `bytes` for what this thread is going to need, backed by large pages where the
/// system has them for who asks. The heap of glibc grows by little at a time, which keeps the page faults of
/// all threads waiting, and with 4 KiB pages those are a twentieth of the time of a linter, and more of that
/// of one large document. Where the allocator does otherwise this does nothing, and none comes of it where
/// there is not so much.
///
/// What it gives is to be kept while the work is done: untouched, it keeps what follows from the place before
/// the first large page, where the heap goes on with small ones.
pub(crate) fn room(bytes: usize) -> Option<Room> {
    let bytes = bytes.min(MOST);
    // The first is so large that it gets a place outside of the heap. Once it is given back, what is as large
    // comes from the heap, which the others let grow.
    drop(piece(bytes)?);
    let first = piece(bytes)?;
    let skipped = first.as_ptr().align_offset(LARGE);
    drop(first);
    let below = piece(skipped.saturating_sub(BETWEEN))?;
    let mut room = piece(bytes)?;
    let start = room.as_mut_ptr();
    let skipped = start.align_offset(LARGE);
    let length = bytes.saturating_sub(skipped) / LARGE * LARGE;
    if length > 0 {
        let large = start.wrapping_add(skipped).cast();
        // SAFETY: all of it lies in the vector, and how it is backed changes, not what it holds.
        let _ = unsafe { madvise(large, length, Advice::LinuxHugepage) };
    }
    Some(Room { _below: below })
}

/// So much memory, untouched, if there is.
fn piece(bytes: usize) -> Option<Vec<u8>> {
    let mut piece = Vec::new();
    piece.try_reserve_exact(bytes).ok()?;
    // Nobody uses it, which is no reason not to ask for it.
    Some(black_box(piece))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_aside_is_given_back_and_none_is_no_fault() {
        for bytes in [0, 1, LARGE, WORTH, MOST * 2] {
            let room = room(bytes).expect("memory");
            // A large page and what stands before it are there for all.
            drop(vec![1_u8; LARGE]);
            drop(room);
        }
        assert!(piece(usize::MAX / 4).is_none());
    }
}
