//! The chores, woken by tokio-cron-scheduler. It polls each half second, fires late work however late and fixes a
//! zone's offset once; so it fires no airing, and what it wakes looks at the clock itself.

use std::sync::mpsc::Sender;

use tokio::runtime::Runtime;
use tokio_cron_scheduler::{Job, JobScheduler};

use super::Message;

/// Keeps the chores and the signals alive.
pub struct Chores {
    _runtime: Runtime,
}

/// Starts the chores and listens for the signals that ask the daemon to stop.
///
/// # Errors
/// If the runtime, a job or a signal handler cannot be made.
pub fn start(inbox: &Sender<Message>) -> anyhow::Result<Chores> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let hourly = inbox.clone();
    runtime.block_on(async move {
        let scheduler = JobScheduler::new().await?;
        // Every hour on the hour: the daemon decides by the station's own zone whether a month begins or the evening's
        // pre-flight is due.
        let job = Job::new("0 0 * * * *", move |_, _| {
            let _ = hourly.send(Message::OnTheHour);
        })?;
        scheduler.add(job).await?;
        scheduler.start().await
    })?;
    let stops = inbox.clone();
    runtime.spawn(async move {
        if wait_for_stop().await.is_ok() && stops.send(Message::Stop).is_ok() && wait_for_stop().await.is_ok() {
            at_once();
        }
    });
    Ok(Chores { _runtime: runtime })
}

/// Somebody asked a second time: whatever the fade or the disk is waiting for, the next start puts the log right.
#[expect(clippy::exit, reason = "the second signal must not wait for anything")]
fn at_once() -> ! {
    tracing::warn!("asked to stop a second time: ending at once");
    std::process::exit(130)
}

#[cfg(unix)]
async fn wait_for_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        result = tokio::signal::ctrl_c() => result,
    }
}

#[cfg(windows)]
async fn wait_for_stop() -> std::io::Result<()> {
    let mut close = tokio::signal::windows::ctrl_close()?;
    let mut shutdown = tokio::signal::windows::ctrl_shutdown()?;
    tokio::select! {
        _ = close.recv() => Ok(()),
        _ = shutdown.recv() => Ok(()),
        result = tokio::signal::ctrl_c() => result,
    }
}
