//! The thread that switches the amplifier: it runs a command or moves a signal, bounded in time and in words, and tries
//! again for as long as that fails. Nothing waits for it.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serialport::SerialPort;

use crate::amplifier::Position;
use crate::clock;
use crate::problem::Text;
use crate::station::{Signal, Switch};

/// A command that has not ended by then is ended.
const TIME_OUT: Duration = Duration::from_secs(10);
/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(20);
/// The first pause before another attempt, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(60));
/// A signal is moved anew so often: a port that was pulled out and put back has let it fall.
const RENEW: Duration = Duration::from_secs(5);
/// What is kept of a command's words, in bytes.
const WORDS_KEPT: u64 = 2048;
/// What of them an incident quotes, in letters.
const WORDS_QUOTED: usize = 200;
/// How long the words of a command that has ended are waited for: what it left running may hold them open.
const WORDS_WAIT: Duration = Duration::from_millis(200);
/// Means nothing to a signal, but a port has one.
const BAUD: u32 = 9600;

/// Where the amplifier is to stand; told through `reply` when it does.
#[derive(Debug)]
pub struct Order {
    pub position: Position,
    pub reply: Option<Sender<()>>,
}

/// What came of an attempt.
#[derive(Debug)]
pub struct Tried {
    /// What was attempted.
    pub position: Position,
    /// Why it failed, for the user.
    pub fault: Option<Text>,
}

/// Starts the thread. It ends when its orders do, after the last of them was carried out or has failed once.
///
/// # Errors
/// The system's, if it gives no thread.
pub fn start(switch: Switch, home: PathBuf, tell: impl Fn(Tried) + Send + 'static) -> std::io::Result<Sender<Order>> {
    let (sender, orders) = channel();
    let hand = Hand { switch, home, orders, port: None };
    std::thread::Builder::new().name("amplifier".into()).spawn(move || hand.run(&tell))?;
    Ok(sender)
}

struct Hand {
    switch: Switch,
    /// Where commands run, and what their relative paths begin at.
    home: PathBuf,
    orders: Receiver<Order>,
    /// A signal falls when its port is closed.
    port: Option<Box<dyn SerialPort>>,
}

/// Why an attempt did not succeed.
enum Failed {
    /// It did not work.
    Fault(Text),
    /// There is a newer order.
    Outdated(Order),
}

impl From<Text> for Failed {
    fn from(fault: Text) -> Failed {
        Failed::Fault(fault)
    }
}

impl Hand {
    fn run(mut self, tell: &dyn Fn(Tried)) {
        let Ok(mut order) = self.orders.recv() else { return };
        let (mut pause, mut fresh) = (PAUSES.0, true);
        loop {
            let position = order.position;
            let next = match self.attempt(position) {
                Ok(()) => {
                    pause = PAUSES.0;
                    if fresh {
                        tracing::info!(?position, "amplifier switched");
                        tell(Tried { position, fault: None });
                    }
                    fresh = false;
                    if let Some(reply) = order.reply.take() {
                        let _ = reply.send(());
                    }
                    if self.port.is_some() {
                        self.orders.recv_timeout(RENEW)
                    } else {
                        self.orders.recv().map_err(|_| RecvTimeoutError::Disconnected)
                    }
                }
                Err(Failed::Fault(fault)) => {
                    tracing::error!(?position, "the amplifier cannot be switched: {}", fault.en);
                    tell(Tried { position, fault: Some(fault) });
                    fresh = true;
                    let wait = pause;
                    pause = (pause * 2).min(PAUSES.1);
                    self.orders.recv_timeout(wait)
                }
                Err(Failed::Outdated(next)) => Ok(next),
            };
            match next {
                Ok(next) => (order, pause, fresh) = (next, PAUSES.0, true),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn attempt(&mut self, position: Position) -> Result<(), Failed> {
        match (&self.switch, position) {
            (Switch::Commands { on, .. }, Position::On) => self.command(on),
            (Switch::Commands { off, .. }, Position::Off) => self.command(off),
            (Switch::Serial { port, signal }, _) => {
                let (name, signal) = (port.clone(), *signal);
                Ok(self.signal(&name, signal, position).map_err(|why| serial_fault(&name, &why))?)
            }
        }
    }

    /// Moves the signal. Opened for this alone, the port stays open while the signal is up.
    fn signal(&mut self, name: &str, signal: Signal, position: Position) -> Result<(), serialport::Error> {
        let up = position == Position::On;
        let mut port = match self.port.take() {
            Some(port) => port,
            None => serialport::new(name, BAUD).timeout(LOOK).open()?,
        };
        match signal {
            Signal::Rts => port.write_request_to_send(up)?,
            Signal::Dtr => port.write_data_terminal_ready(up)?,
        }
        self.port = up.then_some(port);
        Ok(())
    }

    fn command(&self, words: &[String]) -> Result<(), Failed> {
        let shown = words.join(" ");
        let mut child = spawn(&self.home, words).map_err(|why| not_started(&shown, &why))?;
        let said = Words::of(&mut child);
        let began_ns = clock::monotonic_ns();
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) => {}
                Err(why) => return Err(not_started(&shown, &why).into()),
            }
            if u128::from(clock::monotonic_ns() - began_ns) >= TIME_OUT.as_nanos() {
                end(&mut child);
                tracing::warn!(command = shown, said = said.taken(), "the amplifier's command was ended");
                return Err(timed_out(&shown).into());
            }
            if let Ok(next) = self.orders.recv_timeout(LOOK) {
                end(&mut child);
                return Err(Failed::Outdated(next));
            }
            // Orders that have ended make no pause.
            std::thread::sleep(Duration::from_millis(1));
        };
        let said = said.at_the_end();
        tracing::info!(command = shown, %status, said, "the amplifier's command ended");
        if status.success() { Ok(()) } else { Err(refused(&shown, status, &said).into()) }
    }
}

/// In a process group of its own, so that all of it can be ended.
fn spawn(home: &Path, words: &[String]) -> std::io::Result<Child> {
    let Some((program, arguments)) = words.split_first() else { return Err(std::io::ErrorKind::InvalidInput.into()) };
    // A bare name is looked for on the path; anything else is a path from the home on.
    let program = match Path::new(program) {
        path if path.components().count() > 1 => home.join(path),
        name => name.to_owned(),
    };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(home);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    #[cfg(windows)]
    {
        /// CREATE_NO_WINDOW: nobody sits at the PC to close it.
        const NO_WINDOW: u32 = 0x0800_0000;
        std::os::windows::process::CommandExt::creation_flags(&mut command, NO_WINDOW);
    }
    command.spawn()
}

/// Ends a command and, where the system knows of them, the programs it started.
fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        // Gone already: nothing to end.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// What a command prints: its first bytes. The rest is read and dropped, so that it does not stand still on a full pipe.
struct Words {
    kept: Arc<Mutex<Vec<u8>>>,
    ended: Receiver<()>,
}

impl Words {
    fn of(child: &mut Child) -> Words {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let (end, ended) = channel();
        let pipes: [Option<Box<dyn Read + Send>>; 2] =
            [child.stdout.take().map(|pipe| Box::new(pipe) as _), child.stderr.take().map(|pipe| Box::new(pipe) as _)];
        for mut pipe in pipes.into_iter().flatten() {
            let (kept, end) = (kept.clone(), end.clone());
            // Without a thread its words are lost, and it is ended if it has many.
            let _ = std::thread::Builder::new().name("amplifier-says".into()).spawn(move || {
                let mut step = [0; 512];
                while let Ok(bytes @ 1..) = pipe.read(&mut step) {
                    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    let room = usize::try_from(WORDS_KEPT).unwrap_or(0).saturating_sub(kept.len());
                    kept.extend_from_slice(&step[..bytes.min(room)]);
                }
                drop(end);
            });
        }
        Words { kept, ended }
    }

    /// What it has said so far, on one line.
    fn taken(&self) -> String {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&kept).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What it said in all.
    fn at_the_end(&self) -> String {
        // Nothing is ever sent: the wait ends when both pipes have.
        let _ = self.ended.recv_timeout(WORDS_WAIT);
        self.taken()
    }
}

fn not_started(command: &str, why: &std::io::Error) -> Text {
    Text::new(
        format!(
            "không chạy được lệnh `{command}` ({why}); hãy xem chương trình đó có trên máy không, rồi sửa khối `[amplifier]`"
        ),
        format!(
            "the command `{command}` cannot be run ({why}); see whether that program is on this PC, and mend the block `[amplifier]`"
        ),
    )
}

fn timed_out(command: &str) -> Text {
    let seconds = TIME_OUT.as_secs();
    Text::new(
        format!("lệnh `{command}` không xong trong {seconds} giây nên bị dừng; hãy chạy thử lệnh đó bằng tay"),
        format!("the command `{command}` did not end within {seconds} seconds and was ended; try it by hand"),
    )
}

fn refused(command: &str, status: ExitStatus, said: &str) -> Text {
    let said: String = said.chars().take(WORDS_QUOTED).collect();
    Text::new(
        format!("lệnh `{command}` báo lỗi ({status}): {said}; hãy chạy thử lệnh đó bằng tay"),
        format!("the command `{command}` failed ({status}): {said}; try it by hand"),
    )
}

fn serial_fault(port: &str, why: &serialport::Error) -> Text {
    Text::new(
        format!("không điều khiển được cổng nối tiếp `{port}` ({why}); hãy xem dây cắm và tên cổng ở `serial`"),
        format!("the serial port `{port}` cannot be driven ({why}); look at the cable and at the name in `serial`"),
    )
}
