//! A program of the operator's, run without a shell: bounded in its words, and ended with all it started when it is given
//! up.

use std::io::{Read, Write as _};
use std::path::Path;
use std::process::{Child as Process, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::problem::Text;
use crate::{clock, system};

/// How often a program is looked at while it runs.
pub const LOOK: Duration = Duration::from_millis(20);
/// What is kept of a program's words, in bytes.
const WORDS_KEPT: usize = 2048;
/// How long the words of a program that has ended are waited for: what it left running may hold them open.
const WORDS_WAIT: Duration = Duration::from_millis(200);

/// A running program. Dropped before it has ended, it is ended, with the programs that it started where the system knows
/// of them.
#[derive(Debug)]
pub struct Child {
    process: Process,
    said: Words,
    began_ns: u64,
    ended: bool,
}

/// How a program ended by itself.
#[derive(Debug)]
pub struct Ended {
    /// Its status.
    pub status: ExitStatus,
    /// The first of its words, on one line.
    pub said: String,
}

impl Ended {
    /// How it ended, in words.
    pub fn words(&self) -> Text {
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&self.status) {
            return Text::new(format!("bị tín hiệu {signal} kết thúc"), format!("ended by signal {signal}"));
        }
        let code = self.status.code().unwrap_or(-1);
        Text::new(format!("mã kết thúc {code}"), format!("status {code}"))
    }

    /// The same with the first `most` signs of what it said, if it said anything.
    pub fn words_and_said(&self, most: usize) -> Text {
        let (how, said) = (self.words(), self.said.chars().take(most).collect::<String>());
        if said.is_empty() {
            return how;
        }
        Text::new(format!("{}: “{said}”", how.vi), format!("{}: “{said}”", how.en))
    }
}

/// What a program is given beside its arguments.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// What it reads on its standard input; nothing if it is empty.
    pub input: Vec<u8>,
    /// Variables of its environment.
    pub env: Vec<(&'static str, String)>,
}

impl Child {
    /// Starts `words`, a program and its arguments, in the folder `home`.
    ///
    /// # Errors
    /// The system's, if there is no such program or it cannot be started.
    pub fn start(home: &Path, words: &[String], given: Given) -> std::io::Result<Child> {
        let mut process = command(home, words, &given)?.spawn()?;
        if let Some(mut pipe) = process.stdin.take() {
            // On a thread: a program that never reads must not hold us up. It ends with the program.
            std::thread::Builder::new().name("child-reads".into()).spawn(move || pipe.write_all(&given.input))?;
        }
        let said = Words::of(&mut process);
        Ok(Child { process, said, began_ns: clock::monotonic_ns(), ended: false })
    }

    /// Whether it has ended, and how.
    ///
    /// # Errors
    /// The system's, if it does not know.
    pub fn look(&mut self) -> std::io::Result<Option<Ended>> {
        let Some(status) = self.process.try_wait()? else { return Ok(None) };
        self.ended = true;
        Ok(Some(Ended { status, said: self.said.at_the_end() }))
    }

    /// Waits until it ends, at most `most`; none if it does not.
    ///
    /// # Errors
    /// The system's, if it does not know.
    pub fn wait(&mut self, most: Duration) -> std::io::Result<Option<Ended>> {
        loop {
            let ended = self.look()?;
            if ended.is_some() || self.runs_for() >= most {
                return Ok(ended);
            }
            std::thread::sleep(LOOK);
        }
    }

    /// Since it was started.
    pub fn runs_for(&self) -> Duration {
        Duration::from_nanos(clock::monotonic_ns().saturating_sub(self.began_ns))
    }

    /// The first of the words it has said so far, on one line.
    pub fn said(&self) -> String {
        self.said.taken()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        #[cfg(unix)]
        if let Some(group) = i32::try_from(self.process.id()).ok().and_then(rustix::process::Pid::from_raw) {
            // Gone already: nothing to end.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// In a process group of its own, so that all of it can be ended.
fn command(home: &Path, words: &[String], given: &Given) -> std::io::Result<Command> {
    let Some((program, arguments)) = words.split_first() else { return Err(std::io::ErrorKind::InvalidInput.into()) };
    // A bare name is looked for on the path; anything else is a path from the home on.
    let program = match Path::new(program) {
        path if path.components().count() > 1 => home.join(path),
        name => name.to_owned(),
    };
    let mut command = system::program(program);
    command.args(arguments).current_dir(home).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.stdin(if given.input.is_empty() { Stdio::null() } else { Stdio::piped() });
    command.envs(given.env.iter().map(|(name, value)| (name, value)));
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    #[cfg(windows)]
    {
        /// CREATE_NO_WINDOW: nobody sits at the PC to close it.
        const NO_WINDOW: u32 = 0x0800_0000;
        std::os::windows::process::CommandExt::creation_flags(&mut command, NO_WINDOW);
    }
    Ok(command)
}

/// What a program prints: its first bytes. The rest is read and dropped, so that it does not stand still on a full pipe.
#[derive(Debug)]
struct Words {
    kept: Arc<Mutex<Vec<u8>>>,
    ended: Receiver<()>,
}

impl Words {
    fn of(process: &mut Process) -> Words {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let (end, ended) = channel();
        let pipes: [Option<Box<dyn Read + Send>>; 2] = [
            process.stdout.take().map(|pipe| Box::new(pipe) as _),
            process.stderr.take().map(|pipe| Box::new(pipe) as _),
        ];
        for mut pipe in pipes.into_iter().flatten() {
            let (kept, end) = (kept.clone(), end.clone());
            // Without a thread its words are lost, and it is ended if it has many.
            let _ = std::thread::Builder::new().name("child-says".into()).spawn(move || {
                let mut step = [0; 512];
                while let Ok(bytes @ 1..) = pipe.read(&mut step) {
                    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    let room = WORDS_KEPT.saturating_sub(kept.len());
                    kept.extend_from_slice(&step[..bytes.min(room)]);
                }
                drop(end);
            });
        }
        Words { kept, ended }
    }

    fn taken(&self) -> String {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&kept).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn at_the_end(&self) -> String {
        // Nothing is ever sent: the wait ends when both pipes have.
        let _ = self.ended.recv_timeout(WORDS_WAIT);
        self.taken()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn how_a_program_ended_is_told_with_its_words_only_where_it_had_any() {
        let ended = |script: &str| {
            let words = ["sh", "-c", script].map(str::to_owned);
            let mut child = Child::start(Path::new("."), &words, Given::default()).unwrap();
            child.wait(Duration::from_secs(10)).unwrap().unwrap().words_and_said(8)
        };
        assert_eq!(ended("exit 1"), Text::new("mã kết thúc 1", "status 1"));
        assert_eq!(ended("echo hỏng rồi ạ; exit 3"), Text::new("mã kết thúc 3: “hỏng rồi”", "status 3: “hỏng rồi”"));
    }
}
