//! `ffmpeg` beside us, where the PC has it, for the AAC that the library does not read. It gets the bytes of the stream
//! and gives a WAV without an end, whose header says the rate and the channels that it found; it is ended with the relay,
//! and with the stream.

use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;
use std::thread::JoinHandle;

use super::fault::Fault;
use super::http::{Bytes, Reach};
use crate::system;

/// What it reads.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fed {
    Adts,
    Mp4,
}

/// The bytes that it is to decode, a piece at a time.
pub(super) type Feed = Box<dyn FnMut() -> Result<Vec<u8>, Fault> + Send>;

/// A running decoder.
pub(super) struct Helper {
    reach: Arc<Reach>,
    feeder: Option<JoinHandle<Fault>>,
}

impl Helper {
    /// Starts it; gives what it decodes too.
    ///
    /// # Errors
    /// The feed back, if this PC has no such program or cannot start it.
    pub fn start(reach: &Arc<Reach>, fed: Fed, feed: Feed) -> Result<(Helper, Bytes), Feed> {
        let format = match fed {
            Fed::Adts => "aac",
            Fed::Mp4 => "mp4",
        };
        let mut command = system::program(&reach.terms().ffmpeg);
        command.args(["-nostdin", "-hide_banner", "-loglevel", "quiet", "-probesize", "65536"]);
        command.args(["-analyzeduration", "1000000", "-f", format, "-i", "pipe:0"]);
        command.args(["-vn", "-c:a", "pcm_f32le", "-f", "wav", "pipe:1"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let Ok(mut child) = command.spawn() else { return Err(feed) };
        let (Some(bytes), Some(decoded)) = (child.stdin.take(), child.stdout.take()) else { return Err(feed) };
        reach.mind(child);
        let feeder = std::thread::Builder::new().name("loa-relay-feed".into()).spawn(move || feed_all(feed, bytes));
        Ok((Helper { reach: reach.clone(), feeder: feeder.ok() }, Box::new(decoded)))
    }

    /// Why there is no more: what ended the stream, or that the helper ended by itself.
    pub fn fault(&mut self) -> Fault {
        self.reach.end_child();
        let fault = self.feeder.take().and_then(|feeder| feeder.join().ok());
        fault.unwrap_or_else(|| Fault::Broken("ffmpeg".into()))
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        // The feeder then finds its pipe closed.
        self.reach.end_child();
    }
}

fn feed_all(mut feed: Feed, mut to: impl Write) -> Fault {
    loop {
        match feed() {
            Ok(bytes) => {
                if to.write_all(&bytes).is_err() {
                    return Fault::Broken("ffmpeg".into());
                }
            }
            Err(fault) => return fault,
        }
    }
}
