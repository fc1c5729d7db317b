//! What one source of the server gives, and never another one's sound: if its source goes, the server ends the stream.

use std::ffi::CString;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use pulseaudio::protocol::stream::{BufferAttr, StreamFlags};
use pulseaudio::protocol::{self as wire, Command, Prop, Props, RecordStreamParams, SampleFormat, SampleSpec};

use super::{Hook, Message, Server};
use crate::audio::capture::{Health, Shape, TakeIn};

/// Bytes of a sample on the way from the server.
const SAMPLE_BYTES: usize = 4;

/// A running recording; dropped, it ends at once and nobody waits for it.
#[derive(Debug)]
pub(in crate::audio) struct Recording(Hook);

impl Drop for Recording {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Opens a stream from the source of that exact name, at its own rate and channels.
pub(in crate::audio) fn open<T: TakeIn>(
    name: &str,
    block_frames: u32,
    mut begin: impl FnMut(Shape) -> T,
    health: &Arc<Health>,
) -> Result<(Shape, Recording), io::Error> {
    let mut server = Server::connect()?;
    let source = server.source(CString::new(name)?)?;
    let own = source.sample_spec;
    let shape = Shape::new(own.sample_rate, u16::from(own.channels))
        .ok_or_else(|| io::Error::new(io::ErrorKind::Unsupported, format!("{own:?}")))?;
    let frame_bytes = u32::from(own.channels) * SAMPLE_BYTES as u32;
    let mut props = Props::new();
    props.set(Prop::MediaName, c"Loa");
    let params = RecordStreamParams {
        sample_spec: SampleSpec { format: SampleFormat::Float32Le, ..own },
        channel_map: source.channel_map,
        source_index: Some(source.index),
        buffer_attr: BufferAttr {
            max_length: own.sample_rate * frame_bytes,
            fragment_size: block_frames * frame_bytes,
            ..BufferAttr::default()
        },
        flags: StreamFlags { no_move: true, adjust_latency: true, start_muted: Some(false), ..StreamFlags::default() },
        props,
        ..RecordStreamParams::default()
    };
    let stream: wire::CreateRecordStreamReply = server.ask(&Command::CreateRecordStream(params))?;
    // The crate calls the source of a recording its sink, too.
    if stream.sink_name.as_ref() != Some(&source.name) {
        return Err(io::Error::other(format!("the server chose another source: {:?}", stream.sink_name)));
    }
    server.socket.set_read_timeout(None)?;
    let recording = Recording(server.hook()?);
    let (take_in, health) = (begin(shape), health.clone());
    let run = move || {
        if let Err(error) = listen(server, stream.channel, take_in, &health) {
            tracing::debug!("the recording ended: {error}");
        }
        health.lost.store(true, Ordering::Release);
    };
    std::thread::Builder::new().name("loa-input".into()).spawn(run)?;
    Ok((shape, recording))
}

/// Until the server ends the stream; an error if the connection is over.
fn listen(mut server: Server, channel: u32, mut take_in: impl TakeIn, health: &Health) -> Result<(), io::Error> {
    let mut samples = Vec::new();
    loop {
        match server.next()? {
            Message::Sound { channel: of, bytes } if of == channel => {
                let (floats, _) = bytes.as_chunks::<SAMPLE_BYTES>();
                samples.clear();
                samples.extend(floats.iter().map(|bytes| f32::from_le_bytes(*bytes)));
                take_in(&samples);
                health.blocks.fetch_add(1, Ordering::Relaxed);
            }
            // The connection has no other stream; it was told that this one may not be moved.
            Message::Event(Command::RecordStreamKilled(_) | Command::RecordStreamMoved(_)) => return Ok(()),
            _ => {}
        }
    }
}
