//! Showing a page to whoever sits at this PC.

use std::process::Stdio;

/// Has the system's own browser show `url`; what becomes of it is the browser's.
///
/// # Errors
/// The system's, if it has no way to do so.
pub fn show(url: &str) -> std::io::Result<()> {
    // No shell between: nothing in the address is a command.
    let [name, word] = if cfg!(windows) {
        ["rundll32", "url.dll,FileProtocolHandler"]
    } else if cfg!(target_os = "macos") {
        ["open", ""]
    } else {
        ["xdg-open", ""]
    };
    let words = [word, url].into_iter().filter(|word| !word.is_empty());
    let quiet = || Stdio::null();
    let mut child = super::program(name).args(words).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn()?;
    // Waited for, so that its end is taken off the system's list.
    std::thread::Builder::new().name("browser".into()).spawn(move || child.wait())?;
    Ok(())
}
