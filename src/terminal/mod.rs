//! The operator's terminal: what it looks like and how it listens.

pub mod cards;
pub mod clean;
pub mod keys;
pub mod leftovers;
pub mod markdown;
pub mod style;
pub mod text;
pub mod wait;
pub mod walker;

/// Panics at `place` if a build for tests was asked to: the terminal must be sane afterwards.
#[cfg(debug_assertions)]
fn panic_if_asked(place: &str) {
    if std::env::var_os("MIDWATCH_TEST_PANIC").is_some_and(|asked| asked == place) {
        panic!("asked to panic at {place}");
    }
}

#[cfg(not(debug_assertions))]
fn panic_if_asked(_place: &str) {}
