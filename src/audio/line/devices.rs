//! The sound outputs of this PC, by the names that a station's `line.device` takes.

use cpal::HostId;
use cpal::traits::{DeviceTrait, HostTrait};

#[cfg(target_os = "linux")]
use super::pulse::{self, Server};
use super::{LineFault, fault};
use crate::problem::Text;
use crate::system;

/// One sound output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// `host:name`, exactly as `line.device` takes it.
    pub name: String,
    /// What the system calls it, on one line; may be empty.
    pub description: String,
    /// The sound system it belongs to (`alsa`, `pulseaudio`, `wasapi`).
    pub host: String,
    /// Whether it is its sound system's default now.
    pub is_default: bool,
    /// What stands behind it.
    pub nature: Nature,
    /// What it can do; none where it does not say, because another program holds it.
    pub can: Option<Can>,
}

/// What stands behind a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// A sound card.
    Card,
    /// Nothing that sounds: a sink of software, such as PulseAudio's null sink or its dummy where there is no card.
    Virtual,
    /// A plug-in of ALSA's, which passes on to something else.
    Plugin,
}

impl Nature {
    /// As JSON has it.
    pub fn code(self) -> &'static str {
        match self {
            Nature::Card => "card",
            Nature::Virtual => "virtual",
            Nature::Plugin => "plugin",
        }
    }
}

/// What an output can do by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Can {
    /// Rates in Hz, rising: of the usual ones, or the one that it runs at.
    pub rates_hz: Vec<u32>,
    /// Channel counts, rising.
    pub channels: Vec<u16>,
    /// Sample formats, as cpal calls them (`i16`, `f32`).
    pub formats: Vec<String>,
}

/// The rates that are asked for.
const USUAL_RATES_HZ: [u32; 10] = [8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000];
/// More channels than this are a plug-in's boast.
const CHANNELS: std::ops::RangeInclusive<u16> = 1..=8;
/// How cpal calls them.
pub(in crate::audio) const ALSA: &str = "ALSA";
#[cfg(target_os = "linux")]
const PULSE: &str = "pulseaudio";

/// What ALSA lists beside its outputs: `null`, which swallows sound faster than time passes, and plug-ins that convert
/// or pass on to something else.
pub(in crate::audio) const CONVERTERS: [&str; 10] =
    ["null", "lavrate", "samplerate", "speexrate", "speex", "upmix", "vdownmix", "jack", "oss", "pulse"];

/// An output that was found, ready to be opened.
pub(super) enum Found {
    /// One of cpal's.
    Card { name: String, device: Box<cpal::Device> },
    /// A sink, and the connection to its server.
    #[cfg(target_os = "linux")]
    Pulse { name: String, server: Box<Server>, sink: Box<pulse::Sink> },
}

/// All of them, by sound system. Sound systems that are not running are left out, and so is what ALSA lists and cannot
/// be a line: converters, names that do not open, and cards by number, for the numbers change from one boot to the next
/// (each is there by its card's name too).
pub fn list() -> Vec<Output> {
    look().0
}

/// As [`list`], and the words of a sound system that is there and does not let us look.
pub fn look() -> (Vec<Output>, Option<Text>) {
    system::hush_sound_library();
    let mut outputs = Vec::new();
    #[cfg(target_os = "linux")]
    let mut refused = match Server::connect().and_then(|mut server| server.sinks()) {
        Ok((sinks, default)) => {
            outputs.extend(sinks.iter().map(|sink| pulse::output(sink, default.as_ref() == Some(&sink.name))));
            None
        }
        Err(error) => (!fault::is_away(&error)).then(|| fault::unlisted(&error)),
    };
    #[cfg(not(target_os = "linux"))]
    let mut refused: Option<Text> = None;
    for host in cpal::available_hosts().into_iter().map(cpal::host_from_id) {
        let host = match host {
            Ok(host) => host,
            Err(error) => {
                refused = refused.or_else(|| fault::unreadable(&error));
                continue;
            }
        };
        let default = host.default_output_device().and_then(|device| device.id().ok());
        let Ok(devices) = host.devices() else { continue };
        for device in devices.filter(DeviceTrait::supports_output) {
            let Ok(id) = device.id() else { continue };
            let is_alsa = id.host().name() == ALSA;
            if is_alsa && !is_output(&device, id.id()) {
                continue;
            }
            outputs.push(Output {
                name: id.to_string(),
                description: device.description().map(|text| one_line(&text)).unwrap_or_default(),
                host: id.host().to_string(),
                is_default: default.as_ref() == Some(&id),
                nature: if is_alsa && !id.id().contains("CARD=") { Nature::Plugin } else { Nature::Card },
                can: can(&device),
            });
        }
    }
    (outputs, refused)
}

/// The output of that exact name; for `default`, what is the default now.
pub(super) fn find(asked: &str) -> Result<Found, LineFault> {
    system::hush_sound_library();
    let absent = || LineFault::Absent { device: asked.into(), present: names() };
    if asked == "default" {
        return find_default().ok_or_else(absent);
    }
    let malformed = || LineFault::Malformed { device: asked.into() };
    let (system, name) = asked.split_once(':').ok_or_else(malformed)?;
    #[cfg(target_os = "linux")]
    if system == PULSE {
        let absent_server = |error: std::io::Error| LineFault::of_server(asked, &error);
        let mut server = Server::connect().map_err(absent_server)?;
        let (sinks, _) = server.sinks().map_err(absent_server)?;
        let sink = sinks.into_iter().find(|sink| sink.name.to_bytes() == name.as_bytes()).ok_or_else(absent)?;
        return Ok(Found::Pulse { name: asked.into(), server: Box::new(server), sink: Box::new(sink) });
    }
    let host_id: HostId = system.parse().map_err(|_| malformed())?;
    if host_id.name() == ALSA && name == "null" {
        return Err(malformed());
    }
    let host = cpal::host_from_id(host_id).map_err(|error| LineFault::of_system(asked, &error))?;
    let id: cpal::DeviceId = asked.parse().map_err(|_| malformed())?;
    let named = named(&host, &id).map_err(|error| LineFault::of_system(asked, &error))?;
    let device = named.ok_or_else(absent)?;
    Ok(Found::Card { name: asked.into(), device: Box::new(device) })
}

/// The device that a name leads to. The crate's own look-up takes each name of ALSA's for a short one, and finds none of those
/// that have no more to them (`sysdefault:CARD=PCH`).
///
/// # Errors
/// The sound system does not tell what is there.
pub(in crate::audio) fn named(host: &cpal::Host, id: &cpal::DeviceId) -> Result<Option<cpal::Device>, cpal::Error> {
    let devices: Vec<cpal::Device> = host.devices()?.collect();
    let names: Vec<String> =
        devices.iter().map(|device| device.id().map(|id| id.id().to_owned()).unwrap_or_default()).collect();
    Ok(place_of(&names, id.id()).and_then(|place| devices.into_iter().nth(place)))
}

/// Where a name stands in a list: as it is written, else as what ALSA's short form of it means: `hw:PCH` is
/// `hw:CARD=PCH,DEV=0`.
fn place_of(listed: &[String], asked: &str) -> Option<usize> {
    let place = |name: &str| listed.iter().position(|listed| listed == name);
    let full = || {
        let (kind, rest) = asked.split_once(':')?;
        let (card, device) = rest.split_once(',').unwrap_or((rest, "0"));
        let word = |word: &str, key: &str| word.trim().strip_prefix(key).unwrap_or(word.trim()).to_owned();
        Some(format!("{kind}:CARD={},DEV={}", word(card, "CARD="), word(device, "DEV=")))
    };
    place(asked).or_else(|| place(&full()?))
}

/// The default of a PulseAudio server where there is one, of the PC's own sound system otherwise. A server's dummy is
/// none: it stands for the lack of a card.
fn find_default() -> Option<Found> {
    #[cfg(target_os = "linux")]
    if let Ok(mut server) = Server::connect() {
        let (sinks, default) = server.sinks().ok()?;
        let sink = sinks.into_iter().find(|sink| default.as_ref() == Some(&sink.name) && !pulse::is_dummy(sink))?;
        let name = pulse::name(&sink);
        return Some(Found::Pulse { name, server: Box::new(server), sink: Box::new(sink) });
    }
    let host = cpal::available_hosts().into_iter().find_map(|id| cpal::host_from_id(id).ok())?;
    let device = host.default_output_device()?;
    Some(Found::Card { name: device.id().ok()?.to_string(), device: Box::new(device) })
}

/// What `default` is now, by its name.
pub(super) fn default_name() -> Option<String> {
    match find_default()? {
        Found::Card { name, .. } => Some(name),
        #[cfg(target_os = "linux")]
        Found::Pulse { name, .. } => Some(name),
    }
}

/// Whether a name leads through a plug-in of ALSA's, perhaps to a sound server.
#[cfg(target_os = "linux")]
pub(super) fn may_lead_to_server(name: &str) -> bool {
    name.strip_prefix("alsa:").is_some_and(|name| !name.contains("CARD=") && !name.starts_with("hw:"))
}

fn names() -> Vec<String> {
    list().into_iter().map(|output| output.name).collect()
}

/// Whether a name that ALSA lists is an output: one that opens, and will be the same one after the next boot.
fn is_output(device: &cpal::Device, name: &str) -> bool {
    if name.contains("CARD=") {
        return !is_card_by_number(name);
    }
    !CONVERTERS.contains(&name) && device.default_output_config().is_ok()
}

/// Whether an ALSA name calls its card by a number.
pub(in crate::audio) fn is_card_by_number(name: &str) -> bool {
    let card = name.split_once("CARD=").and_then(|(_, card)| card.split(',').next());
    card.is_some_and(|card| card.parse::<u32>().is_ok())
}

/// What a card says of itself; none if it does not open.
fn can(device: &cpal::Device) -> Option<Can> {
    let mut can = Can { rates_hz: Vec::new(), channels: Vec::new(), formats: Vec::new() };
    for range in device.supported_output_configs().ok()? {
        let rates = range.min_sample_rate()..=range.max_sample_rate();
        can.rates_hz.extend(USUAL_RATES_HZ.iter().filter(|rate| rates.contains(rate)));
        can.channels.extend(Some(range.channels()).filter(|channels| CHANNELS.contains(channels)));
        let format = range.sample_format().to_string();
        if !can.formats.contains(&format) {
            can.formats.push(format);
        }
    }
    can.rates_hz.sort_unstable();
    can.rates_hz.dedup();
    can.channels.sort_unstable();
    can.channels.dedup();
    Some(can)
}

/// ALSA's descriptions run over two lines.
pub(in crate::audio) fn one_line(text: &cpal::DeviceDescription) -> String {
    let mut words = text.name().to_owned();
    for more in text.extended() {
        if !words.contains(more) {
            words.push_str(", ");
            words.push_str(more);
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_looked_for_as_it_is_listed_and_then_as_a_short_one() {
        let listed = ["sysdefault:CARD=PCH", "hw:CARD=PCH,DEV=0", "hw:CARD=PCH,DEV=3", "hw:CARD=0,DEV=0", "line"];
        let listed = listed.map(str::to_owned);
        for (asked, place) in [
            ("sysdefault:CARD=PCH", Some(0)),
            ("hw:CARD=PCH,DEV=0", Some(1)),
            ("hw:CARD=PCH", Some(1)),
            ("hw:PCH", Some(1)),
            ("hw:PCH, 3", Some(2)),
            ("hw:PCH,DEV=3", Some(2)),
            ("hw:0", Some(3)),
            ("line", Some(4)),
            ("hw:Device", None),
            ("front:CARD=PCH,DEV=0", None),
            ("lin", None),
        ] {
            assert_eq!(place_of(&listed, asked), place, "{asked}");
        }
    }
}
