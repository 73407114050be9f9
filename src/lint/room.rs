//! Memory for a thread that looks at many files.

use std::hint::black_box;

use rustix::mm::{Advice, madvise};

/// What one thread sets aside, in bytes: more than a batch of files and what is known of them need.
const ROOM: usize = 6 * 1024 * 1024;

/// The size of a large page, in bytes: 2 MiB on all machines that have 4 KiB pages.
const LARGE: usize = 2 * 1024 * 1024;

/// What the allocator keeps for itself at the beginning of a heap, in bytes, with some to spare.
const KEPT: usize = 8 * 1024;

/// Has the allocator set aside at once what a thread is going to need, backed by large pages where the
/// system has them for who asks. The heap that glibc gives to each thread grows by a page at a time, and each
/// time the system keeps the page faults of all threads waiting; with 4 KiB pages there are hundreds of those,
/// which is a twentieth of the time. Where the allocator does otherwise this does nothing.
///
/// What it gives is to be kept while the thread works: untouched, it keeps others from where large pages
/// cannot be, because the heap begins there with small ones.
pub(super) fn make() -> Vec<u8> {
    // The first is so large that it gets a place outside of the heap. Once it is given back, what is as large
    // comes from the heap (`M_MMAP_THRESHOLD` of mallopt(3)), which the others let grow.
    drop(black_box(Vec::<u8>::with_capacity(ROOM)));
    let below = black_box(Vec::with_capacity(LARGE - KEPT));
    let mut room: Vec<u8> = Vec::with_capacity(ROOM);
    let start = room.as_mut_ptr();
    let skipped = start.align_offset(LARGE);
    let length = ROOM.saturating_sub(skipped) / LARGE * LARGE;
    if length > 0 {
        let large = start.wrapping_add(skipped).cast();
        // SAFETY: all of it lies in the vector, and how it is backed changes, not what it holds.
        let _ = unsafe { madvise(large, length, Advice::LinuxHugepage) };
    }
    below
}
