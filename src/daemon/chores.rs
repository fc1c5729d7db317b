//! The chores, woken by tokio-cron-scheduler. It polls each half second, fires late work however late and fixes a
//! zone's offset once; so it fires no airing, and what it wakes looks at the clock itself.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use jiff::Timestamp;
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

use super::Message;
use crate::clock;

/// A stop that takes longer than this is cut short: a supervisor kills after a while, and a person does sooner.
const STOP_WAIT: Duration = Duration::from_millis(4500);
/// What may wait between the scheduler's parts; there is one job a minute.
const WAITING_WORDS: usize = 16;
/// How often a clock from before 1970 is looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Keeps the chores and the signals alive.
pub struct Chores {
    _runtime: Runtime,
}

/// Starts the chores and listens for the signals that ask the daemon to stop, and for whoever tells `stop`.
///
/// # Errors
/// If the runtime, a job or a signal handler cannot be made.
pub fn start(inbox: &Sender<Message>, stop: Arc<Notify>) -> anyhow::Result<Chores> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    if is_told_time() {
        runtime.block_on(wake_each_minute(inbox.clone()))?;
    } else {
        let inbox = inbox.clone();
        runtime.spawn(async move {
            while !is_told_time() {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
            if let Err(error) = wake_each_minute(inbox).await {
                tracing::error!(%error, "the chores of the night cannot be woken");
            }
        });
    }
    // Heard from here on, not only once the task below gets its turn.
    let mut asked = {
        let _context = runtime.enter();
        Stops::listen()?
    };
    let stops = inbox.clone();
    runtime.spawn(async move {
        tokio::select! {
            () = asked.next() => {}
            () = stop.notified() => {}
        }
        if stops.send(Message::Stop).is_ok() {
            let why = tokio::select! {
                () = asked.next() => "asked to stop a second time",
                () = tokio::time::sleep(STOP_WAIT) => "the stop takes too long",
            };
            at_once(why);
        }
    });
    #[cfg(unix)]
    runtime.spawn(hear_hangups(inbox.clone()));
    Ok(Chores { _runtime: runtime })
}

/// The scheduler cannot count from before 1970, as which the clock of a PC without a battery may begin. The daemon doubts such
/// a clock and has no chores by it.
fn is_told_time() -> bool {
    clock::now() >= Timestamp::UNIX_EPOCH
}

/// Every minute: the daemon decides by the station's own zone whether a month begins or the evening's look ahead is due.
async fn wake_each_minute(inbox: Sender<Message>) -> Result<(), JobSchedulerError> {
    let scheduler = JobScheduler::new_with_channel_size(WAITING_WORDS).await?;
    let job = Job::new("0 * * * * *", move |_, _| {
        let _ = inbox.send(Message::OnTheMinute);
    })?;
    scheduler.add(job).await?;
    scheduler.start().await
}

/// A supervisor hangs up to have the schedules read; a terminal does it when it is closed, and its daemon goes with it.
#[cfg(unix)]
async fn hear_hangups(inbox: Sender<Message>) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut hangups) = signal(SignalKind::hangup()) else { return };
    let supervised = std::env::var_os("NOTIFY_SOCKET").is_some();
    while hangups.recv().await.is_some() {
        let _ = inbox.send(if supervised { Message::Reload } else { Message::Stop });
    }
}

/// Whatever the fade, the disk or a device is waiting for, the next start puts the log right.
#[expect(clippy::exit, reason = "nothing may be waited for any more")]
fn at_once(why: &str) -> ! {
    tracing::warn!(why, "ending at once");
    std::process::exit(130)
}

/// The ways in which the system or a person asks the daemon to stop.
#[cfg(unix)]
struct Stops {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Stops {
    fn listen() -> std::io::Result<Stops> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Stops { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// The ways in which the system or a person asks the daemon to stop.
#[cfg(windows)]
struct Stops {
    close: tokio::signal::windows::CtrlClose,
    shutdown: tokio::signal::windows::CtrlShutdown,
    interrupt: tokio::signal::windows::CtrlC,
}

#[cfg(windows)]
impl Stops {
    fn listen() -> std::io::Result<Stops> {
        use tokio::signal::windows::{ctrl_c, ctrl_close, ctrl_shutdown};
        Ok(Stops { close: ctrl_close()?, shutdown: ctrl_shutdown()?, interrupt: ctrl_c()? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.close.recv() => {}
            _ = self.shutdown.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
