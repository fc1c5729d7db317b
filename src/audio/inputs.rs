//! The sound inputs of this PC, by the names that `relay = "line-in:…"` and `line.monitor` take.

use std::sync::{Arc, Mutex, PoisonError};

use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{DeviceId, HostId};

use crate::audio::line::devices::{ALSA, CONVERTERS, is_card_by_number, one_line};
use crate::problem::Text;
use crate::system;

/// The connections to sound systems. Kept, because the PulseAudio client of cpal leaves a thread behind for each that is
/// dropped while its server lives, and an input that stays away, or that is listened to, is looked for again and again.
static HOSTS: Mutex<Vec<(HostId, Arc<cpal::Host>)>> = Mutex::new(Vec::new());

/// The connection to a sound system: the one there is, if it still answers, else a new one.
fn host(id: HostId) -> Result<Arc<cpal::Host>, cpal::Error> {
    system::hush_sound_library();
    let mut hosts = HOSTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, host)) = hosts.iter().find(|(known, _)| *known == id)
        && host.devices().is_ok()
    {
        return Ok(host.clone());
    }
    hosts.retain(|(known, _)| *known != id);
    let host = Arc::new(cpal::host_from_id(id)?);
    hosts.push((id, host.clone()));
    Ok(host)
}

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
    let mut inputs = Vec::new();
    for id in cpal::available_hosts() {
        let Ok(host) = host(id) else { continue };
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

fn is_input(device: &cpal::Device, name: &str) -> bool {
    if name.contains("CARD=") {
        return !is_card_by_number(name);
    }
    !CONVERTERS.contains(&name) && device.default_input_config().is_ok()
}

/// The input of that exact name.
///
/// # Errors
/// Why not, in words; no other input is taken in its place.
pub(in crate::audio) fn find(asked: &str) -> Result<cpal::Device, Text> {
    let absent = || Text::new(format!("không có `{asked}`"), format!("`{asked}` is not there"));
    let (system, _) = asked.split_once(':').ok_or_else(absent)?;
    let system: HostId = system.parse().map_err(|_| absent())?;
    let id: DeviceId = asked.parse().map_err(|_| absent())?;
    let host = host(system).map_err(|error| in_words(asked, &error))?;
    host.device_by_id(&id).filter(DeviceTrait::supports_input).ok_or_else(absent)
}

/// That an input does not open.
pub(in crate::audio) fn in_words(name: &str, error: &cpal::Error) -> Text {
    let why = crate::files::quoted(error);
    Text::new(format!("`{name}` không mở được ({})", why.vi), format!("`{name}` does not open ({})", why.en))
}

/// Whether it is still there; a sound system that does not answer says nothing.
pub(in crate::audio) fn is_there(device: &str) -> bool {
    let Ok(id) = device.parse::<DeviceId>() else { return false };
    let Ok(host) = host(id.host()) else { return true };
    let Ok(mut present) = host.input_devices() else { return true };
    present.any(|found| found.id().is_ok_and(|found| found == id))
}
