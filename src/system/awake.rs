//! Keeps the PC awake: a child of ours holds the system's own lock against sleep for as long as its input is open. So it
//! lets go however this program ends.

use std::io::Read as _;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

/// What is kept of the child's words, in bytes.
const WORDS_KEPT: u64 = 1000;

/// The PC is kept awake for as long as this lives, if the system agrees.
#[derive(Debug)]
pub struct Awake {
    /// At the end of its input the child lets go.
    _input: ChildStdin,
    ended: Receiver<String>,
}

impl Awake {
    /// Asks the system not to sleep; `why` is what it shows to a person who asks.
    ///
    /// # Errors
    /// The system's, if there is nothing to ask or it cannot be started.
    pub fn hold(why: &str) -> std::io::Result<Awake> {
        let mut command = keeper(why).ok_or(std::io::ErrorKind::Unsupported)?;
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let input = child.stdin.take().ok_or(std::io::ErrorKind::BrokenPipe)?;
        let (tell, ended) = channel();
        std::thread::Builder::new().name("awake".into()).spawn(move || {
            // Nobody listens once it was let go of.
            let _ = tell.send(last_words(child));
        })?;
        Ok(Awake { _input: input, ended })
    }

    /// Why it does not hold any more, in words; none while it does.
    pub fn refusal(&self) -> Option<String> {
        self.ended.try_recv().ok()
    }
}

/// Waits for its end; what it said, or how it ended.
fn last_words(mut child: Child) -> String {
    let mut words = String::new();
    if let Some(stderr) = child.stderr.take() {
        let _ = stderr.take(WORDS_KEPT).read_to_string(&mut words);
    }
    let status = child.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() { status } else { words }
}

/// logind's lock, held by its own tool.
#[cfg(target_os = "linux")]
fn keeper(why: &str) -> Option<Command> {
    use std::os::unix::process::CommandExt as _;
    let mut command = super::program("systemd-inhibit");
    command.args(["--what=sleep:idle", "--mode=block", "--who=Loa", &format!("--why={why}"), "cat"]);
    // What a terminal tells us (Ctrl+C) is not for the child: the last seconds are faded out first.
    command.process_group(0);
    Some(command)
}

/// `SetThreadExecutionState`, which holds for as long as the thread that asked for it lives.
#[cfg(windows)]
fn keeper(_why: &str) -> Option<Command> {
    use std::os::windows::process::CommandExt as _;
    /// `CREATE_NO_WINDOW`.
    const NO_WINDOW: u32 = 0x0800_0000;
    /// The number is `ES_CONTINUOUS | ES_SYSTEM_REQUIRED`.
    const SCRIPT: &str = "$k = Add-Type -PassThru -Namespace Loa -Name Power -MemberDefinition \
        '[DllImport(\"kernel32.dll\")] public static extern uint SetThreadExecutionState(uint flags);'; \
        if ($k::SetThreadExecutionState([uint32]2147483649) -eq 0) { exit 1 }; [void][Console]::In.ReadToEnd()";
    let mut command = super::program("powershell");
    command.args(["-NoProfile", "-NonInteractive", "-Command", SCRIPT]).creation_flags(NO_WINDOW);
    Some(command)
}

#[cfg(not(any(target_os = "linux", windows)))]
fn keeper(_why: &str) -> Option<Command> {
    None
}
