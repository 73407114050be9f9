//! One rule, one file; here is only the list of them.

use super::registry::Rule;

mod mw101;
mod mw102;
mod mw103;
mod mw104;
mod mw105;
mod mw106;
mod mw107;
mod mw108;
mod mw109;
mod mw201;
mod mw202;
mod mw203;
mod mw204;
mod mw205;
mod mw301;
mod mw302;
mod mw303;
mod mw304;
mod mw305;
mod mw401;
mod mw402;
mod mw403;
mod mw404;
mod mw405;
mod mw501;
mod mw502;
mod mw503;
mod mw504;
mod mw505;
mod mw506;
mod mw601;
mod mw602;
mod mw603;
mod mw604;
mod mw901;

/// All rules, by id.
#[rustfmt::skip]
pub static ALL: &[&Rule] = &[
    &mw101::RULE, &mw102::RULE, &mw103::RULE, &mw104::RULE, &mw105::RULE,
    &mw106::RULE, &mw107::RULE, &mw108::RULE, &mw109::RULE,
    &mw201::RULE, &mw202::RULE, &mw203::RULE, &mw204::RULE, &mw205::RULE,
    &mw301::RULE, &mw302::RULE, &mw303::RULE, &mw304::RULE, &mw305::RULE,
    &mw401::RULE, &mw402::RULE, &mw403::RULE, &mw404::RULE, &mw405::RULE,
    &mw501::RULE, &mw502::RULE, &mw503::RULE, &mw504::RULE, &mw505::RULE,
    &mw506::RULE,
    &mw601::RULE, &mw602::RULE, &mw603::RULE, &mw604::RULE,
    &mw901::RULE,
];

/// The rule about ignores, which the linter itself has to apply: only it knows what was silenced.
pub use mw901::RULE as UNUSED_IGNORE;
