//! `/metrics` on loopback: how things stand, told each second to a thread that answers whoever asks.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{Daemon, LineState};
use crate::clock;
use crate::metrics::Standing;

/// The text is made anew this often, in ms.
const EVERY_MS: u64 = 1_000;
/// An asker that says nothing for so long is left: there is one thread for all.
const PATIENCE: Duration = Duration::from_secs(1);
/// Nobody has more to ask than this, in bytes.
const LONGEST_QUESTION: u64 = 8 * 1024;

/// Where the text is read, if it is.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The address it was last asked to be at; it is tried once.
    at: Option<SocketAddr>,
    text: Arc<Mutex<String>>,
    next_ms: u64,
}

impl Daemon {
    /// Tells how things stand, where the station names an address for it; at each turn of the loop.
    pub(super) fn tend_metrics(&mut self) {
        let wanted = self.schedules.good_station().and_then(|station| station.console);
        let now_ms = clock::awake_or_asleep_ms();
        if let (Some(at), None) = (wanted, self.page.at) {
            self.page.at = Some(at);
            match serve(at, self.page.text.clone()) {
                Ok(()) => tracing::info!(%at, "metrics"),
                Err(error) => tracing::error!(%at, %error, "`[console] listen`: the address cannot be had"),
            }
        }
        if self.page.at.is_none() || now_ms < self.page.next_ms {
            return;
        }
        self.page.next_ms = now_ms + EVERY_MS;
        let text = self.ledger.metrics().text(&self.standing());
        *self.page.text.lock().unwrap_or_else(PoisonError::into_inner) = text;
    }

    fn standing(&self) -> Standing {
        let health = self.ledger.health();
        Standing {
            line_open: matches!(self.line, LineState::Open { .. }),
            on_air: self.director.on_air().is_some(),
            xruns: self.player.as_ref().map_or(0, crate::player::Player::xruns),
            ring_ms: self.player.as_ref().and_then(crate::player::Player::ring_ms),
            clock_offset_ms: self.clocks.offset_ms(),
            ledger_waiting: u64::try_from(health.waiting).unwrap_or(u64::MAX),
            ledger_lag_ms: health.lag_ms(clock::now()),
            alerts_waiting: self.ledger.alerts_waiting(),
        }
    }
}

/// Answers on a thread of its own for as long as the process lives.
fn serve(at: SocketAddr, text: Arc<Mutex<String>>) -> std::io::Result<()> {
    let listener = TcpListener::bind(at)?;
    std::thread::Builder::new().name("metrics".into()).spawn(move || {
        for stream in listener.incoming().flatten() {
            let text = text.lock().unwrap_or_else(PoisonError::into_inner).clone();
            // A broken connection is the asker's trouble, not ours.
            let _ = answer(&stream, &text);
        }
    })?;
    Ok(())
}

fn answer(stream: &TcpStream, text: &str) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut asked = String::new();
    let mut lines = BufReader::new(stream).take(LONGEST_QUESTION);
    lines.read_line(&mut asked)?;
    // The headers say nothing to us; unread, they would end the connection before the answer is.
    let mut header = String::new();
    while lines.read_line(&mut header)? > 2 {
        header.clear();
    }
    let (status, body) = match asked.split(' ').take(2).collect::<Vec<_>>().as_slice() {
        ["GET", "/metrics"] => ("200 OK", text),
        _ => ("404 Not Found", ""),
    };
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
