//! Large documents are worked on by several threads.

/// Lists with fewer entries are not worth a thread.
const MANY: usize = 512;

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
    let mut chunks = list.chunks(list.len().div_ceil(cores));
    let first = chunks.next().unwrap_or(&[]);
    std::thread::scope(|scope| {
        let others: Vec<_> = chunks.map(|chunk| scope.spawn(move || part(chunk))).collect();
        let mut parts = vec![part(first)];
        for other in others {
            match other.join() {
                Ok(done) => parts.push(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        parts
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
}
