//! Watches our own stream at a server that it reaches through ALSA's PulseAudio plug-in.
//!
//! The plug-in lets the server move a stream when its output disappears, and hears nothing of it: the bulletin would
//! sound from the wrong loudspeaker and look perfect. The server knows which program each stream belongs to, and tells
//! at once when one changes: ours is ended there before it sounds for long, and the line is lost.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use pulseaudio::protocol::{
    Command, SinkInputInfo, SubscriptionEvent, SubscriptionEventFacility, SubscriptionEventType, SubscriptionMask,
};

use super::{Hook, Message, Server, is_own};
use crate::audio::line::{Health, Lost};

/// A running watch; dropped, its thread ends by itself, and nobody waits for it.
#[derive(Debug)]
pub struct Watch(Hook);

impl Watch {
    /// Watches this program's streams, if there is a server. None, if there is not: a line that leads nowhere near one
    /// cannot be moved by it.
    pub fn start(health: Arc<Health>) -> Option<Watch> {
        let mut server = Server::connect().ok()?;
        let hook = server.hook().ok()?;
        server.request(&Command::Subscribe(SubscriptionMask::SINK_INPUT)).ok()?;
        let look = move || {
            let mut own = Own { server, sink_of: BTreeMap::new() };
            match own.look() {
                Ok(()) => health.note_lost(Lost::Moved),
                // Its own death, the stream reports; and so it ends when it is dropped.
                Err(error) => tracing::debug!("the watch over our streams ended: {error}"),
            }
        };
        match std::thread::Builder::new().name("loa-line-watch".into()).spawn(look) {
            Ok(_) => Some(Watch(hook)),
            Err(error) => {
                tracing::error!("no thread to watch the line with: {error}");
                None
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// The streams of this program, each with the sink that it was first seen at.
struct Own {
    server: Server,
    sink_of: BTreeMap<u32, u32>,
}

impl Own {
    /// Returns when a stream was found at another sink than before, and has been ended.
    fn look(&mut self) -> Result<(), io::Error> {
        let inputs = self.server.own_streams()?;
        if inputs.iter().any(|input| self.is_moved(input)) {
            return Ok(());
        }
        self.server.socket.set_read_timeout(None)?;
        let mut asked = Vec::new();
        loop {
            match self.server.next()? {
                Message::Event(Command::SubscribeEvent(SubscriptionEvent {
                    event_facility: SubscriptionEventFacility::SinkInput,
                    event_type,
                    index: Some(index),
                })) => {
                    if event_type == SubscriptionEventType::Removed {
                        self.sink_of.remove(&index);
                    } else {
                        asked.push(self.server.tell(&Command::GetSinkInputInfo(index))?);
                    }
                }
                Message::Reply { sequence, payload } if asked.contains(&sequence) => {
                    asked.retain(|known| *known != sequence);
                    let input: SinkInputInfo = self.server.parsed(&payload)?;
                    if self.is_moved(&input) {
                        tracing::error!("the sound server moved the sound to another output; it was ended there");
                        self.server.request(&Command::KillSinkInput(input.index))?;
                        return Ok(());
                    }
                }
                Message::Refusal { sequence, .. } => asked.retain(|known| *known != sequence),
                _ => {}
            }
        }
    }

    fn is_moved(&mut self, input: &SinkInputInfo) -> bool {
        is_own(input) && *self.sink_of.entry(input.index).or_insert(input.sink_index) != input.sink_index
    }
}
