//! The sound inputs of this PC, by the names that `relay = "line-in:…"` and `line.monitor` take.

use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{DeviceId, HostId};

use crate::audio::line::devices::{self, ALSA, CONVERTERS, is_card_by_number, one_line};
#[cfg(target_os = "linux")]
use crate::audio::line::{SoundServer, Source};
use crate::problem::Text;
use crate::system;

/// What the name of one of PulseAudio's begins with.
#[cfg(target_os = "linux")]
pub(in crate::audio) const PULSE: &str = "pulseaudio:";

/// One sound input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// `host:name`, exactly as it stands behind `line-in:`.
    pub name: String,
    /// What the system calls it, on one line; may be empty.
    pub description: String,
    /// The sound system it belongs to (`alsa`, `pulseaudio`, `wasapi`).
    pub host: String,
    /// Whether it is its sound system's default now.
    pub is_default: bool,
}

/// All of them, by sound system; those that are not running are left out, and so are ALSA's converters and cards by
/// number.
pub fn list() -> Vec<Input> {
    system::hush_sound_library();
    #[cfg(target_os = "linux")]
    let mut inputs = of_server();
    #[cfg(not(target_os = "linux"))]
    let mut inputs = Vec::new();
    for id in cpal::available_hosts() {
        let Ok(host) = cpal::host_from_id(id) else { continue };
        let default = host.default_input_device().and_then(|device| device.id().ok());
        let Ok(devices) = host.input_devices() else { continue };
        for device in devices {
            let Ok(device_id) = device.id() else { continue };
            if id.name() == ALSA && !is_input(&device, device_id.id()) {
                continue;
            }
            inputs.push(Input {
                name: device_id.to_string(),
                description: device.description().map(|text| one_line(&text)).unwrap_or_default(),
                host: device_id.host().to_string(),
                is_default: default.as_ref() == Some(&device_id),
            });
        }
    }
    inputs
}

/// A server's sources, those that tell what a sink plays among them.
#[cfg(target_os = "linux")]
fn of_server() -> Vec<Input> {
    let Ok((sources, default)) = SoundServer::connect().and_then(|mut server| server.sources()) else {
        return Vec::new();
    };
    let input = |source: &Source| Input {
        name: format!("{PULSE}{}", source.name.to_string_lossy()),
        description: source.description.as_ref().map(|text| text.to_string_lossy().into_owned()).unwrap_or_default(),
        host: "pulseaudio".into(),
        is_default: default.as_ref() == Some(&source.name),
    };
    sources.iter().map(input).collect()
}

fn is_input(device: &cpal::Device, name: &str) -> bool {
    if name.contains("CARD=") {
        return !is_card_by_number(name);
    }
    !CONVERTERS.contains(&name) && device.default_input_config().is_ok()
}

/// The card's input of that exact name.
///
/// # Errors
/// Why not, in words; no other input is taken in its place.
pub(in crate::audio) fn find(asked: &str) -> Result<cpal::Device, Text> {
    let absent = || Text::new(format!("không có `{asked}`"), format!("`{asked}` is not there"));
    let (system, _) = asked.split_once(':').ok_or_else(absent)?;
    let system: HostId = system.parse().map_err(|_| absent())?;
    let id: DeviceId = asked.parse().map_err(|_| absent())?;
    system::hush_sound_library();
    let host = cpal::host_from_id(system).map_err(|error| in_words(asked, &error))?;
    let named = devices::named(&host, &id).map_err(|error| in_words(asked, &error))?;
    named.filter(DeviceTrait::supports_input).ok_or_else(absent)
}

/// Whether that input records what this program plays now, as far as its sound system tells.
#[cfg(target_os = "linux")]
pub(in crate::audio) fn hears_us(device: &str) -> bool {
    let Some(source) = device.strip_prefix(PULSE) else { return false };
    SoundServer::connect().and_then(|mut server| server.records_own(source)).unwrap_or(false)
}

/// Elsewhere no sound system tells.
#[cfg(not(target_os = "linux"))]
pub(in crate::audio) fn hears_us(_device: &str) -> bool {
    false
}

/// That an input does not open.
pub(in crate::audio) fn in_words(name: &str, error: &impl std::fmt::Display) -> Text {
    let why = crate::files::quoted(error);
    Text::new(format!("`{name}` không mở được ({})", why.vi), format!("`{name}` does not open ({})", why.en))
}

/// Whether a card's is still there, by any of the names that open it; a sound system that does not answer says nothing.
pub(in crate::audio) fn is_there(device: &str) -> bool {
    let Ok(id) = device.parse::<DeviceId>() else { return false };
    let Ok(host) = cpal::host_from_id(id.host()) else { return true };
    devices::named(&host, &id).map_or(true, |found| found.is_some_and(|found| found.supports_input()))
}
