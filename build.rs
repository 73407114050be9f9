//! Asks the linker for a program that lies at a fixed address, as Go's do. One that may lie anywhere has
//! 34,000 addresses filled in before it begins, which takes half of the time it needs to start, and scripts
//! and prompts start it often. Stack, heap and libraries lie at random addresses as ever.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
