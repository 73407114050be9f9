//! One rule, one file; here is only the list of them.

use super::registry::Rule;

macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*
        /// All rules, by id.
        pub static ALL: &[&Rule] = &[$(&$module::RULE),*];
    };
}

rules! {
    mw101, mw102, mw103, mw104, mw105, mw106, mw107, mw108, mw109,
    mw201, mw202, mw203, mw204, mw205,
    mw301, mw302, mw303, mw304, mw305,
    mw401, mw402, mw403, mw404, mw405,
    mw501, mw502, mw503, mw504, mw505, mw506,
    mw601, mw602, mw603, mw604,
    mw901,
}

/// The rule about ignores, which the linter itself has to apply: only it knows what was silenced.
pub use mw901::RULE as UNUSED_IGNORE;
