//! What still runs of a command whose end nobody saw.

/// Processes of this machine whose environment holds all of `variables`, each as `pid command`;
/// none where the system does not tell. Other users' processes (`sudo`) cannot be looked into.
#[cfg(target_os = "linux")]
pub fn marked(variables: &[(&str, &str)]) -> Option<Vec<String>> {
    let wanted: Vec<Vec<u8>> =
        variables.iter().map(|(name, value)| format!("{name}={value}").into_bytes()).collect();
    let mut found = Vec::new();
    for process in std::fs::read_dir("/proc").ok()?.flatten() {
        let pid = process.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
        let Some(pid) = pid.filter(|&pid| pid != std::process::id()) else { continue };
        // One that ended and was not waited for has no environment any more.
        let Ok(environment) = std::fs::read(process.path().join("environ")) else { continue };
        let has = |wanted: &Vec<u8>| environment.split(|&byte| byte == 0).any(|set| set == wanted.as_slice());
        if wanted.iter().all(has) {
            found.push(super::group::describe(pid));
        }
    }
    Some(found)
}

/// As on Linux; here the system does not tell.
#[cfg(not(target_os = "linux"))]
pub fn marked(_variables: &[(&str, &str)]) -> Option<Vec<String>> {
    None
}
