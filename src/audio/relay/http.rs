//! The network side of a relay: addresses to bytes, bounded in time, size and redirects, and ended at will.

use std::io::Read;
use std::process::Child;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Terms;
use super::fault::Fault;
use super::lists::Part;

/// Redirects followed.
const REDIRECTS: u32 = 5;
/// Bytes of a response's header.
const HEADER_BYTES: usize = 32 * 1024;

/// Bytes on their way.
pub(super) type Bytes = Box<dyn Read + Send + Sync>;

/// A stream as a server sends it.
pub(super) struct Sent {
    pub bytes: Bytes,
    /// The address that answered, after redirects: what a playlist's own addresses start from.
    pub address: String,
    /// Bytes of sound between two blocks of titles, as Icecast mixes them in.
    pub icy_every: Option<usize>,
    /// It says how long it is: a recording.
    pub is_recording: bool,
}

/// One relay's connections and helpers. Closed, whatever waits for the network or for a helper wakes at once.
pub(super) struct Reach {
    agent: ureq::Agent,
    terms: Terms,
    closed: Mutex<bool>,
    woken: Condvar,
    /// A decoder that runs beside us.
    child: Mutex<Option<Child>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Reach {
    pub fn new(terms: Terms) -> Reach {
        let ms = |ms| Some(Duration::from_millis(ms));
        let agent = ureq::Agent::config_builder()
            .timeout_resolve(ms(terms.connect_ms))
            .timeout_connect(ms(terms.connect_ms))
            .timeout_recv_response(ms(terms.connect_ms))
            .timeout_per_read(ms(terms.stall_ms))
            .timeout_per_write(ms(terms.stall_ms))
            .max_redirects(REDIRECTS)
            .max_response_header_size(HEADER_BYTES)
            .user_agent(concat!("Loa/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Reach { agent, terms, closed: Mutex::new(false), woken: Condvar::new(), child: Mutex::new(None) }
    }

    /// On what terms the source is listened to.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Sound or a playlist that is expected at `address`.
    pub fn stream(&self, address: &str) -> Result<Sent, Fault> {
        let response = self.agent.get(address).call()?;
        let header = |name: &str| response.headers().get(name)?.to_str().ok();
        let icy_every = header("icy-metaint").and_then(|every| every.trim().parse().ok()).filter(|every| *every > 0);
        let address = ureq::ResponseExt::get_uri(&response).to_string();
        let is_recording = response.body().content_length().is_some();
        Ok(Sent { bytes: Box::new(response.into_body().into_reader()), address, icy_every, is_recording })
    }

    /// All of a small thing: at most `most` bytes, in at most `most_ms`.
    pub fn fetch(&self, part: &Part, most: u64, most_ms: u64) -> Result<(Vec<u8>, String), Fault> {
        let mut request = self.agent.get(&part.address);
        if let Some((from, bytes)) = part.range {
            request = request.header("Range", format!("bytes={from}-{}", from.saturating_add(bytes).saturating_sub(1)));
        }
        let response = request.config().timeout_global(Some(Duration::from_millis(most_ms))).build().call()?;
        let address = ureq::ResponseExt::get_uri(&response).to_string();
        let is_part = response.status() == 206;
        let mut bytes = response.into_body().into_with_config().limit(most).read_to_vec()?;
        if let (Some((from, len)), false) = (part.range, is_part) {
            // A server that knows no ranges sends all of it.
            let from = usize::try_from(from).unwrap_or(usize::MAX).min(bytes.len());
            bytes.drain(..from);
            bytes.truncate(usize::try_from(len).unwrap_or(usize::MAX));
        }
        Ok((bytes, address))
    }

    /// Waits so long, or until it is closed.
    pub fn wait(&self, ms: u64) -> Result<(), Fault> {
        let closed = locked(&self.closed);
        let waited = self.woken.wait_timeout_while(closed, Duration::from_millis(ms), |closed| !*closed);
        if *waited.unwrap_or_else(PoisonError::into_inner).0 { Err(Fault::Closed) } else { Ok(()) }
    }

    /// Whether nobody listens any more.
    pub fn is_closed(&self) -> bool {
        *locked(&self.closed)
    }

    /// Takes charge of a helper; the one before it is ended.
    pub fn mind(&self, child: Child) {
        end(locked(&self.child).replace(child));
        if self.is_closed() {
            self.end_child();
        }
    }

    /// Ends the helper.
    pub fn end_child(&self) {
        end(locked(&self.child).take());
    }

    /// Ends everything; returns at once.
    pub fn close(&self) {
        *locked(&self.closed) = true;
        self.woken.notify_all();
        self.agent.clone().shutdown();
        self.end_child();
    }
}

fn end(child: Option<Child>) {
    if let Some(mut child) = child {
        // It may have ended by itself; it is waited for in either case, so that none is left behind.
        let _ = child.kill();
        let _ = child.wait();
    }
}
