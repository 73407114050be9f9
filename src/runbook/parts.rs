//! Large documents are worked on by several threads.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::memory;

/// Lists with fewer entries are not worth a thread.
const MANY: usize = 512;

/// How many entries a thread takes at a time. A thread comes up late, and may be stopped on a busy
/// machine: with pieces of half the list the others would wait for it.
const PIECE: usize = 256;

/// What `part` makes of `list`: all at once, or, of a long list, several parts at a time. The
/// results are in the order of the list.
pub(crate) fn in_parts<I: Sync, T: Send>(list: &[I], part: &(dyn Fn(&[I]) -> T + Sync)) -> Vec<T> {
    let cores = match list.len() {
        0..MANY => 1,
        _ => std::thread::available_parallelism().map_or(1, |count| count.get().min(4)),
    };
    if cores < 2 {
        return vec![part(list)];
    }
    let pieces: Vec<&[I]> = list.chunks(PIECE).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::with_capacity(pieces.len());
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = pieces.get(at) else { return done };
            done.push((at, part(piece)));
        }
    };
    std::thread::scope(|scope| {
        let other = || {
            let _room = memory::room(memory::WORTH);
            work()
        };
        // One more than the cores, with this one: some kernels keep two threads on one core until their next
        // tick, which is milliseconds, but never three.
        // Where no thread is to be had, this one does it all.
        let start = || std::thread::Builder::new().spawn_scoped(scope, other);
        let others: Vec<_> = (0..cores).map_while(|_| start().ok()).collect();
        let mut parts = work();
        for other in others {
            match other.join() {
                Ok(done) => parts.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        parts.sort_unstable_by_key(|&(at, _)| at);
        parts.into_iter().map(|(_, part)| part).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_stays() {
        for len in [0, 1, 511, 512, 5_001] {
            let list: Vec<usize> = (0..len).collect();
            assert_eq!(in_parts(&list, &|part| part.to_vec()).concat(), list);
        }
    }

    #[test]
    fn the_order_stays_where_a_later_part_is_done_first() {
        let list: Vec<usize> = (0..PIECE * 4).collect();
        let (begun, tell) = (std::sync::Mutex::new(0), std::sync::Condvar::new());
        let until = |piece| drop(tell.wait_while(begun.lock().unwrap(), |begun| *begun < piece).unwrap());
        let found = in_parts(&list, &|part| {
            // Where one thread does it all, there is nobody to wait for.
            if part.len() < list.len() {
                let piece = part[0] / PIECE;
                let mut latest = begun.lock().unwrap();
                *latest = piece.max(*latest);
                drop(latest);
                tell.notify_all();
                // Who has the first one gets the last one too, the two between are another's.
                match piece {
                    0 => until(2),
                    2 => until(3),
                    _ => {}
                }
            }
            part.to_vec()
        });
        assert_eq!(found.concat(), list);
    }
}
