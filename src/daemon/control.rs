//! The daemon's local socket: a file in `var/` that its owner may open, and who is in the group `loa` where the system has
//! one; a named pipe on Windows. One line of JSON asks, one line answers.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
#[cfg(unix)]
use std::path::{Path, PathBuf};
use std::time::Duration;

use interprocess::local_socket::{ListenerOptions, Name, Stream, prelude::*};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::clock;
use crate::home::Home;
use crate::lock::beside;

/// Nobody has more to ask than this.
const LONGEST_QUESTION: u64 = 64 * 1024;
/// An asker that says nothing for so long is left.
const PATIENCE: Duration = Duration::from_secs(3);
/// An order that the daemon comes upon later than this after it was given is not carried out any more: there must be time for
/// the answer before who gave it is told that none comes.
const ORDER_LASTS: SignedDuration = SignedDuration::from_millis(2_500);
/// The key of that instant in a question, RFC 3339.
pub(super) const UNTIL: &str = "until";

/// Whose members may ask beside the owner: the account that the Debian package makes has a group of that name.
#[cfg(unix)]
const GROUP: &str = "loa";

/// Serves questions on a thread of its own for as long as the process lives.
///
/// # Errors
/// The system's, if the socket cannot be made.
pub fn serve(home: &Home, answer: impl Fn(Value) -> Value + Send + 'static) -> std::io::Result<()> {
    // The home is locked, so a socket that is there already was left by a daemon that was killed.
    let options = ListenerOptions::new().name(name(home)?).try_overwrite(true);
    let listener = owners_only(options).create_sync()?;
    #[cfg(unix)]
    if let Err(error) = share(&socket(home)?, crate::system::group::id(GROUP)) {
        // As where an account that is not in it starts the daemon.
        tracing::debug!(%error, "the control socket stays its owner's alone");
    }
    std::thread::Builder::new().name("control".into()).spawn(move || {
        for stream in listener.incoming().flatten() {
            // A broken connection is the asker's trouble, not ours.
            let _ = converse(stream, &answer);
        }
    })?;
    Ok(())
}

/// Whether the file of the socket is gone, with the folder that it was in: nobody can ask any more.
#[cfg(unix)]
pub fn is_gone(home: &Home) -> bool {
    home.var().is_dir() && socket(home).is_ok_and(|socket| !socket.exists())
}

/// A pipe of the system's lies in no folder.
#[cfg(windows)]
pub fn is_gone(_home: &Home) -> bool {
    false
}

/// Whatever the umask: nobody but the owner asks.
#[cfg(unix)]
fn owners_only(options: ListenerOptions<'_>) -> ListenerOptions<'_> {
    use interprocess::os::unix::local_socket::ListenerOptionsExt as _;
    options.mode(0o600)
}

/// Lets the members of a group ask, too.
#[cfg(unix)]
fn share(socket: &Path, group: Option<u32>) -> std::io::Result<()> {
    use std::os::unix::fs::{PermissionsExt as _, chown};
    let Some(group) = group else { return Ok(()) };
    chown(socket, None, Some(group))?;
    std::fs::set_permissions(socket, std::fs::Permissions::from_mode(0o660))
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
    let mut question = question.clone();
    question[UNTIL] = clock::now().checked_add(ORDER_LASTS).unwrap_or(Timestamp::MAX).to_string().into();
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
    socket(home)?.to_fs_name::<interprocess::local_socket::GenericFilePath>()
}

#[cfg(unix)]
fn socket(home: &Home) -> std::io::Result<PathBuf> {
    /// What a socket's path may measure on the narrowest Unix.
    const LONGEST_PATH: usize = 100;
    let root = std::path::absolute(home.var())?;
    let path = root.join("loa.sock");
    if path.as_os_str().len() <= LONGEST_PATH {
        return Ok(path);
    }
    // A home far down the tree: a short name that only this home has, in the user's own runtime folder.
    Ok(beside::running().join(format!("loa-{}.sock", beside::fingerprint(&root.to_string_lossy()))))
}

#[cfg(windows)]
fn name(home: &Home) -> std::io::Result<Name<'static>> {
    use interprocess::local_socket::GenericNamespaced;
    let root = std::path::absolute(home.var())?;
    format!("loa-{}", beside::fingerprint(&root.to_string_lossy())).to_ns_name::<GenericNamespaced>()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    use super::*;

    #[test]
    fn the_socket_is_for_its_owner_and_for_the_group_loa_alone() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path());
        std::fs::create_dir(home.var()).unwrap();
        serve(&home, |question| question["ask"].clone()).unwrap();
        let socket = socket(&home).unwrap();
        let rights = || {
            let known = std::fs::metadata(&socket).unwrap();
            (known.permissions().mode() & 0o777, known.gid())
        };
        let (mode, own) = rights();
        let group = crate::system::group::id(GROUP);
        // Where there is no such group, or who runs this is not in it.
        let shared = group == Some(own) && mode == 0o660;
        assert!(shared || mode == 0o600, "{mode:o}");
        assert_eq!(ask(&home, &json!({ "ask": "status" })).unwrap(), json!("status"));
        // Taken away with its folder, it is made anew where that is back.
        assert!(!is_gone(&home));
        std::fs::rename(home.var(), dir.path().join("khac")).unwrap();
        assert!(!is_gone(&home), "there is no place for it yet");
        std::fs::create_dir(home.var()).unwrap();
        assert!(is_gone(&home));
        serve(&home, |_| json!("anew")).unwrap();
        assert_eq!((is_gone(&home), ask(&home, &json!({ "ask": "status" })).unwrap()), (false, json!("anew")));
        share(&socket, None).unwrap();
        assert_eq!(rights(), (mode, own));
        let mine = rustix::process::getgid().as_raw();
        share(&socket, Some(mine)).unwrap();
        assert_eq!(rights(), (0o660, mine));
    }
}
