//! Files that wait for a thread to look at them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::config::Config;
use super::walk::Target;

/// At most so many files are looked at together: what is known of them has to stay at hand too.
pub(super) const TOGETHER: usize = 64;

/// With so many bytes no more files are taken to them.
const ENOUGH: u64 = 160 * 1024;

/// A file that was found.
#[derive(Debug)]
pub(super) struct Waiting {
    pub target: Target,
    pub config: Arc<Config>,
    /// In bytes, when it was found.
    pub size: u64,
}

/// The files that were found and that nobody looks at yet.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    files: BinaryHeap<Numbered>,
    /// How many came so far.
    count: usize,
    /// Their size together.
    bytes: u64,
    /// No more will come.
    closed: bool,
    /// How many threads wait for files.
    idle: usize,
}

impl Queue {
    /// Adds a file; says how many wait now.
    pub fn put(&self, file: Waiting) -> usize {
        let mut state = self.state();
        // A file with holes may be said to be of any size.
        let size = file.size.min(ENOUGH);
        state.bytes += size;
        state.count += 1;
        let number = Reverse(state.count);
        state.files.push(Numbered { size, number, file });
        if state.idle > 0 {
            self.changed.notify_one();
        }
        state.files.len()
    }

    /// How many wait now.
    pub fn waiting(&self) -> usize {
        self.state().files.len()
    }

    /// Says that no more will come.
    pub fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    /// Forgets the files that nobody took yet.
    pub fn clear(&self) {
        let mut state = self.state();
        state.files.clear();
        state.bytes = 0;
    }

    /// Files to look at together, the largest first: enough for a stage to be worth its fetch, and not
    /// more than the part of one of `threads`, or the others would wait for it in the end. None once there
    /// are no more, for which it waits.
    pub fn take(&self, threads: usize) -> Option<Vec<Waiting>> {
        let mut state = self.state();
        while state.files.is_empty() {
            if state.closed {
                return None;
            }
            state.idle += 1;
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
        // Of what says that it holds nothing nobody knows when it comes: a pipe keeps no other file waiting.
        if state.files.peek().is_some_and(|next| next.size == 0) {
            return Some(state.files.pop().into_iter().map(|next| next.file).collect());
        }
        let part = ENOUGH.min(state.bytes / threads.max(1) as u64);
        let count = TOGETHER.min(state.files.len().div_ceil(threads.max(1)));
        let (mut taken, mut bytes) = (Vec::with_capacity(count), 0);
        while let Some(next) = state.files.peek()
            && taken.len() < count
            && next.size > 0
            && (taken.is_empty() || bytes + next.size <= part)
        {
            bytes += next.size;
            taken.extend(state.files.pop().map(|next| next.file));
        }
        state.bytes -= bytes;
        Some(taken)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file in the order in which files are taken: of those of one size the first that came.
struct Numbered {
    size: u64,
    number: Reverse<usize>,
    file: Waiting,
}

impl Ord for Numbered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.size, self.number).cmp(&(other.size, other.number))
    }
}

impl PartialOrd for Numbered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Numbered {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Numbered {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn queue(sizes: impl IntoIterator<Item = u64>) -> Queue {
        let queue = Queue::default();
        for size in sizes {
            let target = Target::new(Path::new(&format!("{size}.md")));
            queue.put(Waiting { target, config: Arc::new(Config::default()), size });
        }
        queue
    }

    fn sizes(taken: Option<Vec<Waiting>>) -> Vec<u64> {
        taken.into_iter().flatten().map(|file| file.size).collect()
    }

    #[test]
    fn the_largest_files_are_taken_first_and_not_many_together() {
        let queue = queue([10, ENOUGH * 3, 20, ENOUGH / 2 + 1, ENOUGH / 2, 10]);
        assert_eq!(sizes(queue.take(1)), [ENOUGH * 3]);
        assert_eq!(sizes(queue.take(1)), [ENOUGH / 2 + 1]);
        assert_eq!(sizes(queue.take(1)), [ENOUGH / 2, 20, 10, 10]);
        queue.close();
        assert!(queue.take(1).is_none());
    }

    #[test]
    fn a_file_of_any_size_has_room_and_an_empty_one_comes_alone() {
        let queue = queue([0, u64::MAX, 10, 0, u64::MAX, 20]);
        let mut taken = Vec::new();
        queue.close();
        while let Some(files) = queue.take(1) {
            taken.push(sizes(Some(files)));
        }
        assert_eq!(taken, [vec![u64::MAX], vec![u64::MAX], vec![20, 10], vec![0], vec![0]]);
    }

    #[test]
    fn who_takes_files_leaves_the_others_their_part() {
        let queue = queue([100; 160]);
        assert_eq!(sizes(queue.take(2)).len(), TOGETHER);
        assert_eq!(sizes(queue.take(2)).len(), 48);
        assert_eq!(sizes(queue.take(8)).len(), 6);
        assert_eq!(sizes(queue.take(1)).len(), 42);
    }

    #[test]
    fn what_is_cleared_is_taken_by_nobody_and_does_not_count() {
        let queue = queue([10, 20, 30]);
        queue.clear();
        queue.put(Waiting { target: Target::new(Path::new("a.md")), config: Arc::default(), size: 7 });
        queue.close();
        assert_eq!(sizes(queue.take(1)), [7]);
        assert!(queue.take(1).is_none());
    }

    #[test]
    fn who_waits_is_told_of_a_file_and_of_the_end() {
        let queue = queue([]);
        std::thread::scope(|scope| {
            let taken = scope.spawn(|| (sizes(queue.take(2)), queue.take(2).is_none()));
            while queue.state().idle == 0 {
                std::thread::yield_now();
            }
            queue.put(Waiting { target: Target::new(Path::new("a.md")), config: Arc::default(), size: 7 });
            queue.close();
            assert_eq!(taken.join().unwrap(), (vec![7], true));
        });
    }
}
