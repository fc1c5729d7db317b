//! The daemon's local socket: a file in `var/` that only its owner may open, a named pipe on Windows. One line of JSON
//! asks, one line answers.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::time::Duration;

use interprocess::local_socket::{ListenerOptions, Name, Stream, prelude::*};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::home::Home;

/// Nobody has more to ask than this.
const LONGEST_QUESTION: u64 = 64 * 1024;
/// An asker that says nothing for so long is left.
const PATIENCE: Duration = Duration::from_secs(3);

/// Serves questions on a thread of its own for as long as the process lives.
///
/// # Errors
/// The system's, if the socket cannot be made.
pub fn serve(home: &Home, answer: impl Fn(Value) -> Value + Send + 'static) -> std::io::Result<()> {
    // The home is locked, so a socket that is there already was left by a daemon that was killed.
    let options = ListenerOptions::new().name(name(home)?).try_overwrite(true);
    let listener = owners_only(options).create_sync()?;
    std::thread::Builder::new().name("control".into()).spawn(move || {
        for stream in listener.incoming().flatten() {
            // A broken connection is the asker's trouble, not ours.
            let _ = converse(stream, &answer);
        }
    })?;
    Ok(())
}

/// Whatever the umask: nobody but the owner asks.
#[cfg(unix)]
fn owners_only(options: ListenerOptions<'_>) -> ListenerOptions<'_> {
    use interprocess::os::unix::local_socket::ListenerOptionsExt as _;
    options.mode(0o600)
}

#[cfg(windows)]
fn owners_only(options: ListenerOptions<'_>) -> ListenerOptions<'_> {
    options
}

fn converse(stream: Stream, answer: &impl Fn(Value) -> Value) -> std::io::Result<()> {
    stream.set_recv_timeout(Some(PATIENCE)).ok();
    stream.set_send_timeout(Some(PATIENCE)).ok();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.by_ref().take(LONGEST_QUESTION).read_line(&mut line)?;
    let reply = match serde_json::from_str(&line) {
        Ok(question) => answer(question),
        Err(error) => json!({ "error": error.to_string() }),
    };
    writeln!(reader.get_mut(), "{reply}")
}

/// Asks the daemon of `home`.
///
/// # Errors
/// The system's, if none answers.
pub fn ask(home: &Home, question: &Value) -> std::io::Result<Value> {
    let mut stream = Stream::connect(name(home)?)?;
    stream.set_recv_timeout(Some(PATIENCE)).ok();
    writeln!(stream, "{question}")?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    if line.is_empty() {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(serde_json::from_str(&line)?)
}

#[cfg(unix)]
fn name(home: &Home) -> std::io::Result<Name<'static>> {
    use interprocess::local_socket::GenericFilePath;
    /// What a socket's path may measure on the narrowest Unix.
    const LONGEST_PATH: usize = 100;
    let root = std::path::absolute(home.var())?;
    let path = root.join("loa.sock");
    if path.as_os_str().len() <= LONGEST_PATH {
        return path.to_fs_name::<GenericFilePath>();
    }
    // A home far down the tree: a short name that only this home has, in the user's own runtime folder.
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, std::path::PathBuf::from);
    runtime.join(format!("loa-{}.sock", fingerprint(&root))).to_fs_name::<GenericFilePath>()
}

#[cfg(windows)]
fn name(home: &Home) -> std::io::Result<Name<'static>> {
    use interprocess::local_socket::GenericNamespaced;
    let root = std::path::absolute(home.var())?;
    format!("loa-{}", fingerprint(&root)).to_ns_name::<GenericNamespaced>()
}

fn fingerprint(path: &std::path::Path) -> String {
    let hash = Sha256::digest(path.to_string_lossy().as_bytes());
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
