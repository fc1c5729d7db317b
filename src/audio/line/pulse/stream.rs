//! A stream that the server plays at one sink and never anywhere else.
//!
//! One thread: it sleeps until the server asks for sound, renders that much of the deck, sends it, and now and then asks
//! how far the sink has got. The server may not move the stream: if its sink goes, it ends the stream.

use std::ffi::CString;
use std::io::{self, Write};
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use jiff::Timestamp;
use pulseaudio::protocol::stream::{BufferAttr, StreamFlags};
use pulseaudio::protocol::{
    self as wire, ChannelMap, Command, LatencyParams, PlaybackLatency, PlaybackStreamParams, Prop, Props, SampleFormat,
    SampleSpec, SubscriptionEvent, SubscriptionEventFacility, SubscriptionEventType, SubscriptionMask,
};
use rtrb::{Consumer, Producer, RingBuffer};

use super::controls::is_silenced;
use super::{Hook, Message, Server, Sink};
use crate::audio::line::deck::{Deck, DeckControl, deck};
use crate::audio::line::time_map::Stamp;
use crate::audio::line::{Health, Lost, STAMPS};
use crate::clock;

/// A sink's own rate is taken if it is one of these; the server resamples from the first to any other.
const RATES_HZ: [u32; 2] = [48_000, 44_100];
/// What the sink mixes at a time. The server gives it half of what the buffer holds beyond two requests; with nothing left it
/// would have the sink mix as often as it can, at ten times the processor time.
const SINK_FRAMES: u32 = 1024;
/// Blocks after each of which the server is asked how far it has got: those in which the map settles, at the start and
/// after the sink ran dry.
const CLOSE_BLOCKS: u64 = 64;
/// How many blocks lie between two such questions later.
const APART_BLOCKS: u64 = 16;

/// An answer that took so long is not of now, in ns.
const LATE_NS: u64 = 250_000_000;

/// A running stream; dropped, it ends at once and nobody waits for it.
#[derive(Debug)]
pub struct Playing(Hook);

impl Drop for Playing {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// What was opened, with the ends of its deck and of its reports.
pub struct Opened {
    pub playing: Playing,
    pub control: DeckControl,
    pub stamps: Consumer<Stamp>,
    pub health: Arc<Health>,
    pub rate_hz: u32,
    pub channels: u16,
}

/// Opens a stream at `sink` and starts it, playing silence: the server holds two blocks of `buffer_frames`, and
/// the sink two of its own.
pub fn open(mut server: Server, sink: &Sink, buffer_frames: u32) -> Result<Opened, io::Error> {
    let own_hz = sink.sample_spec.sample_rate;
    let rate_hz = if RATES_HZ.contains(&own_hz) { own_hz } else { RATES_HZ[0] };
    let channels: u8 = if sink.sample_spec.channels == 1 { 1 } else { 2 };
    let block_bytes = buffer_frames.max(1) * u32::from(channels) * SAMPLE_BYTES;
    let sink_bytes = SINK_FRAMES * u32::from(channels) * SAMPLE_BYTES;
    let mut props = Props::new();
    props.set(Prop::MediaName, c"Loa");
    let params = PlaybackStreamParams {
        sample_spec: SampleSpec { format: SampleFormat::Float32Le, channels, sample_rate: rate_hz },
        channel_map: if channels == 1 { ChannelMap::mono() } else { ChannelMap::stereo() },
        sink_index: Some(sink.index),
        buffer_attr: BufferAttr {
            max_length: 2 * block_bytes + 2 * sink_bytes,
            target_length: 2 * block_bytes + 2 * sink_bytes,
            minimum_request_length: block_bytes,
            ..BufferAttr::default()
        },
        props,
        flags: StreamFlags { no_move: true, adjust_latency: true, start_muted: Some(false), ..StreamFlags::default() },
        ..PlaybackStreamParams::default()
    };
    server.request(&Command::Subscribe(SubscriptionMask::SINK))?;
    let stream: wire::CreatePlaybackStreamReply = server.ask(&Command::CreatePlaybackStream(params))?;
    if stream.sink_name.as_ref() != Some(&sink.name) {
        return Err(io::Error::other(format!("the server chose another sink: {:?}", stream.sink_name)));
    }
    // From here on it speaks when there is something to say; a server that says nothing is noticed as a stall.
    server.socket.set_read_timeout(None)?;
    let playing = Playing(server.hook()?);
    let (deck, control) = deck(u16::from(channels));
    let (stamps_in, stamps) = RingBuffer::new(STAMPS);
    let health = Arc::new(Health::default());
    health.note_silenced(is_silenced(sink));
    let player = Stream {
        server,
        channel: stream.channel,
        sink: sink.name.clone(),
        sink_index: stream.sink_index,
        rate_hz,
        channels: usize::from(channels),
        block_frames: buffer_frames as usize,
        deck,
        stamps: stamps_in,
        health: health.clone(),
        block: Vec::new(),
        bytes: Vec::new(),
        blocks: 0,
        last: Rendered::default(),
        position: None,
        mixer: None,
    };
    let wanted = stream.requested_bytes as usize;
    std::thread::Builder::new().name("loa-line".into()).spawn(move || player.run(wanted))?;
    Ok(Opened { playing, control, stamps, health, rate_hz, channels: u16::from(channels) })
}

/// Bytes of a sample on the way to the server.
const SAMPLE_BYTES: u32 = 4;

/// The stream's thread.
struct Stream {
    server: Server,
    channel: u32,
    sink: CString,
    sink_index: u32,
    rate_hz: u32,
    channels: usize,
    block_frames: usize,
    deck: Deck,
    stamps: Producer<Stamp>,
    health: Arc<Health>,
    block: Vec<f32>,
    bytes: Vec<u8>,
    /// Blocks sent since the start, or since the sink last ran dry.
    blocks: u64,
    last: Rendered,
    /// The question how far the sink has got: its number, and when it was put.
    position: Option<(u32, u64)>,
    /// The question whether the sink is muted.
    mixer: Option<u32>,
}

/// The block that was rendered last.
#[derive(Clone, Copy, Default)]
struct Rendered {
    frame: u64,
    at_ns: u64,
}

impl Stream {
    fn run(mut self, wanted: usize) {
        if let Err(error) = self.serve(wanted) {
            // Dropped from our side it ends here as well, and then nobody looks at its health any more.
            tracing::debug!(sink = ?self.sink, "the stream ended: {error}");
            self.health.note_lost(Lost::Reported);
        }
        // Whatever the server still holds of it is not to be heard.
        let _ = self.server.socket.shutdown(Shutdown::Both);
    }

    /// Until the stream is over; an error if the connection is.
    fn serve(&mut self, wanted: usize) -> Result<(), io::Error> {
        self.send(wanted)?;
        loop {
            match self.server.next()? {
                Message::Event(Command::Request(request)) if request.channel == self.channel => {
                    self.send(request.length as usize)?;
                }
                Message::Event(Command::Underflow(_)) => {
                    self.health.note_xrun();
                    self.blocks = 0;
                }
                Message::Event(Command::PlaybackStreamKilled(_)) => {
                    self.health.note_lost(Lost::Gone);
                    return Ok(());
                }
                Message::Event(Command::PlaybackStreamMoved(_)) => {
                    // The server was told not to.
                    self.health.note_lost(Lost::Moved);
                    return Ok(());
                }
                Message::Event(Command::SubscribeEvent(SubscriptionEvent {
                    event_facility: SubscriptionEventFacility::Sink,
                    event_type: SubscriptionEventType::Changed,
                    index,
                })) if index == Some(self.sink_index) => self.ask_mixer()?,
                Message::Reply { sequence, payload } => self.answered(sequence, &payload),
                Message::Refusal { sequence, .. } => self.answered(sequence, &[]),
                Message::Event(_) | Message::Sound { .. } | Message::Other => {}
            }
        }
    }

    /// Renders and sends what the server has room for, whole frames.
    fn send(&mut self, bytes: usize) -> Result<(), io::Error> {
        let frame_bytes = self.channels * SAMPLE_BYTES as usize;
        let mut left = bytes / frame_bytes;
        while left > 0 {
            let frames = left.min(self.block_frames);
            left -= frames;
            self.last = Rendered { frame: self.deck.frame(), at_ns: clock::monotonic_ns() };
            self.block.resize(frames * self.channels, 0.0);
            self.deck.render(&mut self.block);
            self.health.note_callback();
            self.bytes.resize(wire::DESCRIPTOR_SIZE + frames * frame_bytes, 0);
            let (head, body) = self.bytes.split_at_mut(wire::DESCRIPTOR_SIZE);
            for (to, sample) in body.chunks_exact_mut(SAMPLE_BYTES as usize).zip(&self.block) {
                to.copy_from_slice(&sample.to_le_bytes());
            }
            let descriptor = wire::Descriptor {
                length: u32::try_from(body.len()).unwrap_or(u32::MAX),
                channel: self.channel,
                offset: 0,
                flags: wire::DescriptorFlags::empty(),
            };
            if let Ok(head) = head.try_into() {
                wire::encode_descriptor(head, &descriptor);
            }
            self.blocks += 1;
            let is_close = self.blocks < CLOSE_BLOCKS || self.health.asked_closely.load(Ordering::Relaxed);
            if left == 0 && (is_close || self.blocks.is_multiple_of(APART_BLOCKS)) {
                self.ask_position()?;
            }
            self.server.socket.write_all(&self.bytes)?;
        }
        Ok(())
    }

    /// Adds the question to the bytes that are about to go: one system call for both.
    /// A busy server may take longer than a block: a question that waits for its answer is not put again.
    fn ask_position(&mut self) -> Result<(), io::Error> {
        let now_ns = clock::monotonic_ns();
        if self.position.is_some_and(|(_, asked_ns)| now_ns.saturating_sub(asked_ns) < LATE_NS) {
            return Ok(());
        }
        // Its answer repeats our time, which we know without it.
        let params = LatencyParams { channel: self.channel, now: SystemTime::UNIX_EPOCH };
        let sequence = self.server.encode(&Command::GetPlaybackLatency(params))?;
        self.bytes.extend_from_slice(&self.server.command);
        self.position = Some((sequence, now_ns));
        Ok(())
    }

    fn ask_mixer(&mut self) -> Result<(), io::Error> {
        let which = wire::GetSinkInfo { index: Some(self.sink_index), name: None };
        self.mixer = Some(self.server.tell(&Command::GetSinkInfo(which))?);
        Ok(())
    }

    fn answered(&mut self, sequence: u32, payload: &[u8]) {
        if let Some((_, sent_ns)) = self.position.take_if(|asked| asked.0 == sequence)
            && let Ok(position) = self.server.parsed::<PlaybackLatency>(payload)
        {
            self.report(&position, sent_ns);
        }
        if self.mixer.take_if(|asked| *asked == sequence).is_some()
            && let Ok(sink) = self.server.parsed::<Sink>(payload)
        {
            self.health.note_silenced(is_silenced(&sink));
        }
    }

    /// When the block rendered last will be heard, told by where the sink was when the server looked.
    fn report(&mut self, position: &PlaybackLatency, sent_ns: u64) {
        if !position.playing {
            return;
        }
        let now = clock::both();
        if now.monotonic_ns.saturating_sub(sent_ns) >= LATE_NS {
            // Of before a stop of this program: since then the sink has run on, or dry.
            self.blocks = 0;
            return;
        }
        // The server says when it looked, by the wall clock that we share. If that makes no sense (it was just set),
        // it looked between our question and its answer.
        let looked_ns = Timestamp::try_from(position.remote_time).map_or(0, |wall| now.monotonic_at(wall));
        let looked_ns = if (sent_ns..=now.monotonic_ns).contains(&looked_ns) {
            looked_ns
        } else {
            sent_ns.midpoint(now.monotonic_ns)
        };
        let frame_bytes = (self.channels * SAMPLE_BYTES as usize) as f64;
        let ahead_frames = self.last.frame as f64 - position.read_offset as f64 / frame_bytes;
        let ahead_ns = ahead_frames * 1e9 / f64::from(self.rate_hz) + position.sink_usec as f64 * 1e3;
        let heard_ns = looked_ns as f64 + ahead_ns;
        let stamp = Stamp {
            frame: self.last.frame,
            callback_ns: self.last.at_ns,
            playback_ns: (heard_ns.max(0.0) as u64).max(self.last.at_ns),
        };
        let _ = self.stamps.push(stamp);
    }
}
