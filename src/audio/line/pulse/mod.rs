//! A PulseAudio server (or PipeWire's, which speaks the same) over its own protocol.
//!
//! cpal has a client for it too. Ours is here because a line needs what that one cannot ask: that the server never
//! moves the stream to another output, a word at once when an output goes or is muted, and clock readings that say when
//! they were taken. It also wakes up six times less often. Line by line: [`stream`] plays, [`capture`] records, [`watch`]
//! looks after a stream of ours that reaches the server through ALSA's plug-in, [`controls`] after the volume.

use std::ffi::{CStr, CString};
use std::io::{self, IoSlice, Read, Write};
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use pulseaudio::protocol::{
    self as wire, Command, CommandReply, Prop, Props, SampleFormat, SinkFlags, SinkInputInfo, SinkInputInfoList,
    TagStructReader,
};
pub use pulseaudio::protocol::{SinkInfo as Sink, SourceInfo as Source};
use rustix::net::{self, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, UCred};

use super::devices::{Can, Nature, Output};

pub mod capture;
pub mod controls;
mod feedback;
pub mod stream;
pub mod watch;

/// How long a server may take to answer while nothing sounds yet.
const ANSWER: Duration = Duration::from_secs(2);
/// How long it may leave us no room to write in.
const ROOM: Duration = Duration::from_secs(1);
/// Bytes read at a time; a message is some dozens.
const READ_BYTES: usize = 4096;
/// The number under which commands come; streams have others.
const COMMANDS: u32 = u32::MAX;
/// The longest message that is believed; a list of a hundred sinks is a hundredth of it.
const MESSAGE_BYTES: usize = 16 << 20;

/// A connection.
#[derive(Debug)]
pub struct Server {
    socket: UnixStream,
    version: u16,
    sequence: u32,
    /// What was read and not yet taken: `unread[taken..]`.
    unread: Vec<u8>,
    taken: usize,
    /// The command being written.
    command: Vec<u8>,
}

/// Ends a connection from another thread; whoever waits for its next message is woken.
#[derive(Debug)]
pub struct Hook(UnixStream);

impl Hook {
    /// The server forgets all that the connection had there.
    pub fn end(&self) {
        // It may have ended already.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

/// What the server says.
#[expect(clippy::large_enum_variant, reason = "each is looked at where it arrives and kept nowhere")]
enum Message {
    /// It answers the command of that number with what these bytes of it hold.
    Reply { sequence: u32, payload: Vec<u8> },
    /// It refuses that command.
    Refusal { sequence: u32, why: wire::PulseError },
    /// It says something by itself.
    Event(Command),
    /// What a stream of that number recorded.
    Sound { channel: u32, bytes: Vec<u8> },
    /// Something that is not for us.
    Other,
}

impl Server {
    /// Connects to the server that the environment names.
    ///
    /// # Errors
    /// There is none, or it does not want us.
    pub fn connect() -> Result<Server, io::Error> {
        let path = pulseaudio::socket_path_from_env().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        let socket = UnixStream::connect(path)?;
        socket.set_read_timeout(Some(ANSWER))?;
        socket.set_write_timeout(Some(ROOM))?;
        let version = wire::MAX_VERSION;
        let mut server = Server { socket, version, sequence: 0, unread: Vec::new(), taken: 0, command: Vec::new() };
        let cookie = pulseaudio::cookie_path_from_env().and_then(|path| std::fs::read(path).ok()).unwrap_or_default();
        let auth = wire::AuthParams { version, supports_shm: false, supports_memfd: false, cookie };
        let welcome: wire::AuthReply = server.introduce(&Command::Auth(auth))?;
        server.version = version.min(welcome.version);
        let mut props = Props::new();
        props.set(Prop::ApplicationName, c"Loa");
        let id = CString::new(std::process::id().to_string()).unwrap_or_default();
        props.set(Prop::ApplicationProcessId, id);
        let _: wire::SetClientNameReply = server.ask(&Command::SetClientName(props))?;
        Ok(server)
    }

    /// What ends this connection from elsewhere.
    ///
    /// # Errors
    /// The system's.
    pub fn hook(&self) -> Result<Hook, io::Error> {
        self.socket.try_clone().map(Hook)
    }

    /// Its sinks, and the name of the one that is its default.
    ///
    /// # Errors
    /// As [`Server::ask`].
    pub fn sinks(&mut self) -> Result<(Vec<Sink>, Option<CString>), io::Error> {
        let sinks: wire::SinkInfoList = self.ask(&Command::GetSinkInfoList)?;
        let info: wire::ServerInfo = self.ask(&Command::GetServerInfo)?;
        Ok((sinks, info.default_sink_name))
    }

    /// The sink of that name.
    ///
    /// # Errors
    /// As [`Server::ask`].
    pub fn sink(&mut self, name: CString) -> Result<Sink, io::Error> {
        self.ask(&Command::GetSinkInfo(wire::GetSinkInfo { index: None, name: Some(name) }))
    }

    /// The sink of that number.
    ///
    /// # Errors
    /// As [`Server::ask`].
    pub fn sink_at(&mut self, index: u32) -> Result<Sink, io::Error> {
        self.ask(&Command::GetSinkInfo(wire::GetSinkInfo { index: Some(index), name: None }))
    }

    /// Its sources, and the name of the one that is its default.
    ///
    /// # Errors
    /// As [`Server::ask`].
    pub fn sources(&mut self) -> Result<(Vec<Source>, Option<CString>), io::Error> {
        let sources: wire::SourceInfoList = self.ask(&Command::GetSourceInfoList)?;
        let info: wire::ServerInfo = self.ask(&Command::GetServerInfo)?;
        Ok((sources, info.default_source_name))
    }

    /// The source of that name.
    ///
    /// # Errors
    /// As [`Server::ask`].
    fn source(&mut self, name: CString) -> Result<Source, io::Error> {
        self.ask(&Command::GetSourceInfo(wire::GetSourceInfo { index: None, name: Some(name) }))
    }

    /// The streams that this program plays there, by whatever way they reach it.
    ///
    /// # Errors
    /// As [`Server::ask`].
    pub fn own_streams(&mut self) -> Result<Vec<SinkInputInfo>, io::Error> {
        let mut streams: SinkInputInfoList = self.ask(&Command::GetSinkInputInfoList)?;
        streams.retain(is_own);
        Ok(streams)
    }

    /// As [`Server::ask`], with the account that asks: of its own account a server wants no cookie. The system adds that by
    /// itself only if the server has asked it to by then, which is a matter of luck.
    fn introduce<R: CommandReply>(&mut self, command: &Command) -> Result<R, io::Error> {
        let asked = self.encode(command)?;
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmCredentials(1))];
        let mut account = SendAncillaryBuffer::new(&mut space);
        account.push(SendAncillaryMessage::ScmCredentials(UCred {
            pid: rustix::process::getpid(),
            uid: rustix::process::geteuid(),
            gid: rustix::process::getegid(),
        }));
        let sent = net::sendmsg(&self.socket, &[IoSlice::new(&self.command)], &mut account, SendFlags::NOSIGNAL)?;
        self.socket.write_all(&self.command[sent..])?;
        self.answer(asked)
    }

    /// Asks and waits for the answer; what the server says meanwhile by itself is lost.
    ///
    /// # Errors
    /// It refuses, does not answer in time or is gone.
    fn ask<R: CommandReply>(&mut self, command: &Command) -> Result<R, io::Error> {
        let asked = self.tell(command)?;
        self.answer(asked)
    }

    fn answer<R: CommandReply>(&mut self, asked: u32) -> Result<R, io::Error> {
        loop {
            match self.next()? {
                Message::Reply { sequence, payload } if sequence == asked => return self.parsed(&payload),
                Message::Refusal { sequence, why } if sequence == asked => return Err(refusal(why)),
                _ => {}
            }
        }
    }

    /// Asks, and waits for a plain yes.
    ///
    /// # Errors
    /// As [`Server::ask`].
    fn request(&mut self, command: &Command) -> Result<(), io::Error> {
        let asked = self.tell(command)?;
        loop {
            match self.next()? {
                Message::Reply { sequence, .. } if sequence == asked => return Ok(()),
                Message::Refusal { sequence, why } if sequence == asked => return Err(refusal(why)),
                _ => {}
            }
        }
    }

    /// Sends a command and gives the number under which it will be answered.
    fn tell(&mut self, command: &Command) -> Result<u32, io::Error> {
        let sequence = self.encode(command)?;
        self.socket.write_all(&self.command)?;
        Ok(sequence)
    }

    /// Puts a command into `self.command`, ready to be sent.
    fn encode(&mut self, command: &Command) -> Result<u32, io::Error> {
        self.sequence += 1;
        self.command.clear();
        wire::encode_command_message(&mut self.command, self.sequence, command, self.version)
            .map_err(io::Error::other)?;
        Ok(self.sequence)
    }

    fn parsed<R: CommandReply>(&self, mut payload: &[u8]) -> Result<R, io::Error> {
        TagStructReader::new(&mut payload, self.version).read().map_err(io::Error::other)
    }

    /// Waits for the next message, as long as the socket's time-out says.
    fn next(&mut self) -> Result<Message, io::Error> {
        loop {
            let waiting = &self.unread[self.taken..];
            let length = match waiting.first_chunk::<{ wire::DESCRIPTOR_SIZE }>() {
                Some(head) => u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize + head.len(),
                None => wire::DESCRIPTOR_SIZE,
            };
            if length > MESSAGE_BYTES {
                return Err(io::ErrorKind::InvalidData.into());
            }
            if waiting.len() > wire::DESCRIPTOR_SIZE && waiting.len() >= length {
                let channel = u32::from_be_bytes([waiting[4], waiting[5], waiting[6], waiting[7]]);
                let rest = &waiting[wire::DESCRIPTOR_SIZE..length];
                let message = match channel {
                    COMMANDS => read_message(rest, self.version),
                    channel => Message::Sound { channel, bytes: rest.to_vec() },
                };
                self.taken += length;
                return Ok(message);
            }
            self.read_more()?;
        }
    }

    fn read_more(&mut self) -> Result<(), io::Error> {
        self.unread.drain(..self.taken);
        self.taken = 0;
        let end = self.unread.len();
        self.unread.resize(end + READ_BYTES, 0);
        let read = self.socket.read(&mut self.unread[end..]);
        self.unread.truncate(end + read.as_ref().copied().unwrap_or(0));
        match read {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            other => other.map(drop),
        }
    }
}

/// A server that does not know who we are says so as the system would.
pub(super) fn refusal(why: wire::PulseError) -> io::Error {
    let kind = match why {
        wire::PulseError::AccessDenied | wire::PulseError::AuthKey => io::ErrorKind::PermissionDenied,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, wire::ProtocolError::ServerError(why))
}

/// Reads one message without its descriptor. What cannot be read is not for us: servers know more than we.
fn read_message(bytes: &[u8], version: u16) -> Message {
    let mut rest = bytes;
    match Command::read_tag_prefixed(&mut rest, version) {
        Ok((sequence, Command::Reply)) => Message::Reply { sequence, payload: rest.to_vec() },
        Ok((sequence, Command::Error(why))) => Message::Refusal { sequence, why },
        Ok((_, event)) => Message::Event(event),
        Err(_) => Message::Other,
    }
}

/// Whether this program plays it.
fn is_own(stream: &SinkInputInfo) -> bool {
    let id = stream.props.get(Prop::ApplicationProcessId).unwrap_or_default();
    id.strip_suffix(b"\0").unwrap_or(id) == std::process::id().to_string().as_bytes()
}

/// What a server calls the sink that it makes where there is no other.
const DUMMY: &CStr = c"auto_null";

/// Whether it stands for the lack of a card.
pub fn is_dummy(sink: &Sink) -> bool {
    sink.name.as_c_str() == DUMMY
}

/// What the server calls a sink.
pub fn sink_name(sink: &Sink) -> String {
    sink.name.to_string_lossy().into_owned()
}

/// The name of the line that leads to a sink.
pub fn name(sink: &Sink) -> String {
    format!("pulseaudio:{}", sink_name(sink))
}

/// The number of the card behind a sink, and which of its outputs, where there is one and the server says so.
pub fn card(sink: &Sink) -> Option<(u32, Option<u32>)> {
    let number = |key: &CStr| {
        let text = CStr::from_bytes_until_nul(sink.props.get_bytes(key)?).ok()?;
        text.to_str().ok()?.parse().ok()
    };
    Some((number(c"alsa.card")?, number(c"alsa.device")))
}

/// A sink as `loa devices` prints it. A server takes any rate and format; what is told is what the sink runs at.
pub fn output(sink: &Sink, is_default: bool) -> Output {
    let format = match sink.sample_spec.format {
        SampleFormat::U8 => "u8",
        SampleFormat::S16Le | SampleFormat::S16Be => "i16",
        SampleFormat::S24Le | SampleFormat::S24Be | SampleFormat::S24In32Le | SampleFormat::S24In32Be => "i24",
        SampleFormat::S32Le | SampleFormat::S32Be => "i32",
        SampleFormat::Float32Le | SampleFormat::Float32Be => "f32",
        _ => "?",
    };
    Output {
        name: name(sink),
        description: sink.description.as_ref().map(|text| text.to_string_lossy().into_owned()).unwrap_or_default(),
        host: "pulseaudio".into(),
        is_default,
        nature: if sink.flags.contains(SinkFlags::HARDWARE) { Nature::Card } else { Nature::Virtual },
        can: Some(Can {
            rates_hz: vec![sink.sample_spec.sample_rate],
            channels: vec![u16::from(sink.sample_spec.channels)],
            formats: vec![format.into()],
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::io::IoSliceMut;

    use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags};

    use super::*;

    /// A server asks the system who it was only after it has taken the connection up: what was sent before must say it itself.
    #[test]
    fn who_asks_a_server_is_told_with_the_first_message_however_late_the_server_looks() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let version = wire::MAX_VERSION;
        let mut server =
            Server { socket: ours, version, sequence: 0, unread: Vec::new(), taken: 0, command: Vec::new() };
        let auth = wire::AuthParams { version, supports_shm: false, supports_memfd: false, cookie: Vec::new() };
        let asks = std::thread::spawn(move || server.introduce::<wire::AuthReply>(&Command::Auth(auth)).is_err());
        // It has sent by then, or sends to one that looks already.
        std::thread::sleep(Duration::from_millis(100));
        net::sockopt::set_socket_passcred(&theirs, true).unwrap();
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmCredentials(1))];
        let mut who = RecvAncillaryBuffer::new(&mut space);
        let mut bytes = [0; 1024];
        net::recvmsg(&theirs, &mut [IoSliceMut::new(&mut bytes)], &mut who, RecvFlags::empty()).unwrap();
        let told = who.drain().find_map(|message| match message {
            RecvAncillaryMessage::ScmCredentials(who) => Some((who.pid, who.uid)),
            _ => None,
        });
        assert_eq!(told, Some((rustix::process::getpid(), rustix::process::geteuid())));
        drop(theirs);
        assert!(asks.join().unwrap(), "it is told that nobody answers");
    }
}
