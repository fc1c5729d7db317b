//! The program's own log, never the airing log: to the console or the journal, and to files by local date in `var/log/`. A
//! message that comes again within a minute is counted. What the disk refuses costs lines and nothing else.

use std::io::{IsTerminal as _, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use crate::clock;

mod files;
mod repeats;

use files::{Caps, Files};
use repeats::Repeats;

/// What is logged unless `LOA_LOG` says otherwise.
const FILTER: &str = "warn,loa=info,symphonia=error";
/// Lines that may wait for the disk.
const MOST_QUEUED: usize = 1024;
/// How long the end waits for the disk to take what is queued.
const END_WAIT: Duration = Duration::from_secs(1);

/// A line for the file of a date.
type Dated = (Date, String);

/// Held while the log is kept. Dropped, it writes what was counted and waits a moment for the disk.
#[derive(Debug)]
pub struct ProgramLog {
    sinks: Vec<Sink>,
    writer: Option<Receiver<()>>,
}

/// Begins the log. With a folder, day files are kept there too; their dates and all times are those of `zone`. A second
/// start in one process changes nothing.
pub fn start(folder: Option<&Path>, zone: &TimeZone) -> ProgramLog {
    let console = Sink::new(zone, |_, line| {
        // Nobody reads it: nothing to be done.
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    });
    let (file, writer) = folder.map(|folder| file_sink(folder, zone)).unzip();
    let filter = || EnvFilter::try_from_env("LOA_LOG").unwrap_or_else(|_| EnvFilter::new(FILTER));
    let ansi = std::io::stderr().is_terminal();
    let shown = fmt::layer().without_time().with_ansi(ansi).with_writer(console.clone()).with_filter(filter());
    let kept =
        file.clone().map(|file| fmt::layer().without_time().with_ansi(false).with_writer(file).with_filter(filter()));
    let _ = tracing_subscriber::registry().with(shown).with(kept).try_init();
    // A thread's last words belong into the log: nobody sees the console of a service.
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    ProgramLog { sinks: std::iter::once(console).chain(file).collect(), writer: writer.flatten() }
}

/// Lines for day files, written on a thread of their own: a disk that hangs must hang nothing else.
fn file_sink(folder: &Path, zone: &TimeZone) -> (Sink, Option<Receiver<()>>) {
    let (queue, lines) = sync_channel::<Dated>(MOST_QUEUED);
    let (end, over) = channel();
    let mut files = Files::new(folder, Caps::default());
    let writer = std::thread::Builder::new().name("program-log".into()).spawn(move || {
        while let Ok((date, line)) = lines.recv() {
            files.write(date, &line);
        }
        drop(end);
    });
    let sink = Sink::queued(zone, queue);
    (sink, writer.ok().map(|_| over))
}

impl Drop for ProgramLog {
    fn drop(&mut self) {
        for sink in &self.sinks {
            sink.end();
        }
        // Nothing is ever sent: the wait ends when the thread has.
        if let Some(over) = &self.writer
            && over.recv_timeout(END_WAIT) == Err(RecvTimeoutError::Timeout)
        {
            let _ = writeln!(std::io::stderr(), "var/log: not all lines could be written");
        }
    }
}

/// Where lines go: each gets its time, and what comes again is counted.
#[derive(Clone, Debug)]
struct Sink(Arc<Mutex<Open>>);

/// What takes a line of a date.
type Out = Box<dyn FnMut(Date, &str) + Send>;

struct Open {
    repeats: Repeats,
    zone: TimeZone,
    /// None once it has ended.
    out: Option<Out>,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Open").field("repeats", &self.repeats).finish_non_exhaustive()
    }
}

impl Sink {
    fn new(zone: &TimeZone, out: impl FnMut(Date, &str) + Send + 'static) -> Sink {
        let open = Open { repeats: Repeats::default(), zone: zone.clone(), out: Some(Box::new(out)) };
        Sink(Arc::new(Mutex::new(open)))
    }

    fn queued(zone: &TimeZone, queue: SyncSender<Dated>) -> Sink {
        let mut lost = 0_u64;
        Sink::new(zone, move |date, line| {
            if lost > 0 && queue.try_send((date, format!("{lost} lines were lost: the disk was too slow\n"))).is_ok() {
                lost = 0;
            }
            if let Err(TrySendError::Full(_)) = queue.try_send((date, line.to_owned())) {
                lost += 1;
            }
        })
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self) {
        let mut open = self.open();
        let rest = open.repeats.rest();
        open.write(rest);
        open.out = None;
    }
}

impl Open {
    fn write(&mut self, lines: Vec<String>) {
        let Some(out) = &mut self.out else { return };
        for line in lines {
            let now = clock::now().to_zoned_datetime(self.zone.clone());
            out(now.date(), &format!("{} {}\n", now.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z"), line.trim_end()));
        }
    }
}

impl<'a> MakeWriter<'a> for Sink {
    type Writer = Sink;

    fn make_writer(&'a self) -> Sink {
        self.clone()
    }
}

impl Write for Sink {
    /// Each call is a whole event.
    fn write(&mut self, event: &[u8]) -> std::io::Result<usize> {
        let mut open = self.open();
        let lines = open.repeats.take(&String::from_utf8_lossy(event), clock::awake_or_asleep_ms());
        open.write(lines);
        Ok(event.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
