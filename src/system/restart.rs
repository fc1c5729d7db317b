//! Whether an update waits for the PC to restart. It will, at an hour of its own choice.

/// None if the system does not say.
#[cfg(target_os = "linux")]
pub fn pending() -> Option<bool> {
    // Debian and Ubuntu lay the file there; others say nothing.
    let says = std::path::Path::new("/etc/debian_version").exists();
    says.then(|| std::path::Path::new("/run/reboot-required").exists())
}

/// None if the system does not say.
#[cfg(windows)]
pub fn pending() -> Option<bool> {
    const KEYS: [&str; 2] = [
        r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired",
        r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending",
    ];
    Some(KEYS.iter().any(|key| super::answer("reg", &["query", key]).is_some()))
}

/// None if the system does not say.
#[cfg(not(any(target_os = "linux", windows)))]
pub fn pending() -> Option<bool> {
    None
}
