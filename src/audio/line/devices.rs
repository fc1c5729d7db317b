//! The sound outputs of this PC, by the names that a station's `line.device` takes.

use std::sync::{Arc, Mutex, PoisonError};

use cpal::HostId;
use cpal::traits::{DeviceTrait, HostTrait};

use super::LineFault;

/// The connections to sound systems. Kept, because the PulseAudio client of cpal leaves a thread behind for each that is
/// dropped while its server lives, and a line that stays away is looked for every few seconds.
static HOSTS: Mutex<Vec<(HostId, Arc<cpal::Host>)>> = Mutex::new(Vec::new());

/// The connection to a sound system: the one there is, if it still answers, else a new one.
pub(in crate::audio) fn host(id: HostId) -> Result<Arc<cpal::Host>, cpal::Error> {
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
}

/// How cpal calls ALSA.
pub(in crate::audio) const ALSA: &str = "ALSA";

/// What ALSA lists beside its outputs: `null`, which swallows sound faster than time passes, and plug-ins that convert
/// or pass on to something else.
pub(in crate::audio) const CONVERTERS: [&str; 10] =
    ["null", "lavrate", "samplerate", "speexrate", "speex", "upmix", "vdownmix", "jack", "oss", "pulse"];

/// All of them, by sound system. Sound systems that are not running are left out, and so is what ALSA lists and cannot
/// be a line: converters, names that do not open, and cards by number, for the numbers change from one boot to the next
/// (each is there by its card's name too).
pub fn list() -> Vec<Output> {
    let mut outputs = Vec::new();
    for id in cpal::available_hosts() {
        let Ok(host) = host(id) else { continue };
        let default = host.default_output_device().and_then(|device| device.id().ok());
        let Ok(devices) = host.devices() else { continue };
        for device in devices.filter(DeviceTrait::supports_output) {
            let Ok(device_id) = device.id() else { continue };
            if id.name() == ALSA && !is_output(&device, device_id.id()) {
                continue;
            }
            let description = device.description().map(|text| one_line(&text)).unwrap_or_default();
            outputs.push(Output {
                name: device_id.to_string(),
                description,
                host: device_id.host().to_string(),
                is_default: default.as_ref() == Some(&device_id),
            });
        }
    }
    outputs
}

/// The output of that exact name, with the name it goes by; for `default`, what is the default now.
pub(super) fn find(asked: &str) -> Result<(String, cpal::Device), LineFault> {
    let absent_host = |why: cpal::Error| LineFault::HostAbsent { device: asked.into(), why: why.to_string() };
    if asked == "default" {
        let absent = || LineFault::Absent { device: asked.into(), present: names() };
        let device = cpal::default_host().default_output_device().ok_or_else(absent)?;
        let id = device.id().map_err(absent_host)?;
        return Ok((id.to_string(), device));
    }
    let malformed = || LineFault::Malformed { device: asked.into() };
    let (system, name) = asked.split_once(':').ok_or_else(malformed)?;
    let host_id: HostId = system.parse().map_err(|_| malformed())?;
    if host_id.name() == ALSA && name == "null" {
        return Err(malformed());
    }
    let host = host(host_id).map_err(absent_host)?;
    let id: cpal::DeviceId = asked.parse().map_err(|_| malformed())?;
    let device = host.device_by_id(&id).ok_or_else(|| LineFault::Absent { device: asked.into(), present: names() })?;
    Ok((asked.into(), device))
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
