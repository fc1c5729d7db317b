//! The thread that switches the amplifier: it runs a command or moves a signal, bounded in time and in words, and tries
//! again for as long as that fails. Nothing waits for it.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use serialport::SerialPort;

use crate::amplifier::Position;
use crate::child::{Child, Ended, Given, LOOK};
use crate::files;
use crate::problem::Text;
use crate::station::{Signal, Switch};

/// A command that has not ended by then is ended.
const TIME_OUT: Duration = Duration::from_secs(10);
/// The first pause before another attempt, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(60));
/// A signal is moved anew so often: a port that was pulled out and put back has let it fall.
const RENEW: Duration = Duration::from_secs(5);
/// What of them an incident quotes, in letters.
const WORDS_QUOTED: usize = 200;
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
        let mut child = Child::start(&self.home, words, Given::default()).map_err(|why| not_started(&shown, &why))?;
        // Given up, it is ended where it is dropped.
        let ended = loop {
            match child.look() {
                Ok(Some(ended)) => break ended,
                Ok(None) => {}
                Err(why) => return Err(not_started(&shown, &why).into()),
            }
            if child.runs_for() >= TIME_OUT {
                tracing::warn!(command = shown, said = child.said(), "the amplifier's command was ended");
                return Err(timed_out(&shown).into());
            }
            if let Ok(next) = self.orders.recv_timeout(LOOK) {
                return Err(Failed::Outdated(next));
            }
            // Orders that have ended make no pause.
            std::thread::sleep(Duration::from_millis(1));
        };
        tracing::info!(command = shown, status = %ended.status, said = ended.said, "the amplifier's command ended");
        if ended.status.success() { Ok(()) } else { Err(refused(&shown, &ended).into()) }
    }
}

fn not_started(command: &str, why: &std::io::Error) -> Text {
    let why = files::cause(why);
    Text::new(
        format!(
            "không chạy được lệnh `{command}` ({}); hãy xem chương trình đó có trên máy không, rồi sửa khối `[amplifier]`",
            why.vi
        ),
        format!(
            "the command `{command}` cannot be run ({}); see whether that program is on this PC, and mend the block `[amplifier]`",
            why.en
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

fn refused(command: &str, ended: &Ended) -> Text {
    let how = ended.words_and_said(WORDS_QUOTED);
    Text::new(
        format!("lệnh `{command}` báo lỗi ({}); hãy chạy thử lệnh đó bằng tay", how.vi),
        format!("the command `{command}` failed ({}); try it by hand", how.en),
    )
}

fn serial_fault(port: &str, why: &serialport::Error) -> Text {
    let why = match why.kind() {
        serialport::ErrorKind::Io(kind) => files::cause(&kind.into()),
        serialport::ErrorKind::NoDevice => files::cause(&std::io::ErrorKind::NotFound.into()),
        _ => files::quoted(why),
    };
    Text::new(
        format!("không điều khiển được cổng nối tiếp `{port}` ({}); hãy xem dây cắm và tên cổng ở `serial`", why.vi),
        format!(
            "the serial port `{port}` cannot be driven ({}); look at the cable and at the name in `serial`",
            why.en
        ),
    )
}
