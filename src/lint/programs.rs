//! Which rows of a table name a program: rows name several, looked for is one.

/// At most so many different programs.
const MOST: usize = 255;

/// The rows that name each program, built with midwatch itself.
pub(super) struct Programs {
    /// The programs, and the rows of each, one bit for a row.
    known: [(&'static [u8], u64); MOST],
    count: usize,
    /// Of the programs with each [`hash`] the last one added; [`MOST`] if there is none.
    last: [u8; 256],
    /// For each program the one with the same hash that was added before it.
    before: [u8; MOST],
}

impl Programs {
    /// No rows.
    pub(super) const fn new() -> Programs {
        Programs { known: [(b"", 0); MOST], count: 0, last: [MOST as u8; 256], before: [MOST as u8; MOST] }
    }

    /// Adds the row at `row`, which names `programs`, separated by one blank each.
    pub(super) const fn add(&mut self, programs: &'static str, row: usize) {
        assert!(row < 64);
        let mut rest = programs.as_bytes();
        while !rest.is_empty() {
            let mut end = 0;
            while end < rest.len() && rest[end] != b' ' {
                end += 1;
            }
            let (program, after) = rest.split_at(end);
            rest = if after.is_empty() { after } else { after.split_at(1).1 };
            let at = match self.find(program) {
                MOST => {
                    let at = self.count;
                    let hash = hash(program);
                    self.known[at].0 = program;
                    self.before[at] = self.last[hash];
                    self.last[hash] = at as u8;
                    self.count += 1;
                    at
                }
                at => at,
            };
            self.known[at].1 |= 1 << row;
        }
    }

    /// The rows that name `program`, in their order.
    pub(super) const fn rows(&self, program: &str) -> Rows {
        match self.find(program.as_bytes()) {
            MOST => Rows(0),
            at => Rows(self.known[at].1),
        }
    }

    const fn find(&self, program: &[u8]) -> usize {
        let mut at = self.last[hash(program)] as usize;
        while at != MOST && !same(self.known[at].0, program) {
            at = self.before[at] as usize;
        }
        at
    }
}

/// By length, first and last letter: programs that share all three are few.
const fn hash(program: &[u8]) -> usize {
    match program {
        [] => 0,
        [first, ..] => {
            let last = program[program.len() - 1];
            (*first as usize * 7 + last as usize * 31 + program.len() * 61) % 256
        }
    }
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

/// Rows of a table by their places, in order.
#[derive(Clone, Copy)]
pub(super) struct Rows(u64);

impl Rows {
    /// Whether there is none.
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl Iterator for Rows {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let row = (self.0 != 0).then(|| self.0.trailing_zeros() as usize)?;
        self.0 &= self.0 - 1;
        Some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_a_program_are_known_in_their_order() {
        static PROGRAMS: Programs = {
            let mut programs = Programs::new();
            programs.add("b a", 1);
            programs.add("c", 2);
            programs.add("", 3);
            programs.add("a", 63);
            programs
        };
        let rows = |program: &str| PROGRAMS.rows(program).collect::<Vec<_>>();
        assert_eq!(["a", "b", "c", "d", ""].map(rows), [vec![1, 63], vec![1], vec![2], vec![], vec![]]);
        assert!(PROGRAMS.rows("ab").is_empty());
    }
}
