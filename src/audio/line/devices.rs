//! The sound outputs of this PC, by the names that a station's `line.device` takes.

use cpal::HostId;
use cpal::traits::{DeviceTrait, HostTrait};

use super::LineFault;

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

/// All of them, by sound system. Sound systems that are not running are left out, and so are names that cannot be a
/// line: ALSA's own `null`, which swallows sound faster than time passes, and its numbered cards, whose numbers change
/// from one boot to the next (each is there by its card's name too).
pub fn list() -> Vec<Output> {
    let mut outputs = Vec::new();
    for id in cpal::available_hosts() {
        let Ok(host) = cpal::host_from_id(id) else { continue };
        let default = host.default_output_device().and_then(|device| device.id().ok());
        let Ok(devices) = host.devices() else { continue };
        for device in devices.filter(DeviceTrait::supports_output) {
            let Ok(device_id) = device.id() else { continue };
            if !is_lasting(device_id.id(), id) {
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
    let (host, name) = asked.split_once(':').ok_or_else(malformed)?;
    let host_id: HostId = host.parse().map_err(|_| malformed())?;
    if host_id.to_string() == "alsa" && name == "null" {
        return Err(malformed());
    }
    let host = cpal::host_from_id(host_id).map_err(absent_host)?;
    let id: cpal::DeviceId = asked.parse().map_err(|_| malformed())?;
    let device = host.device_by_id(&id).ok_or_else(|| LineFault::Absent { device: asked.into(), present: names() })?;
    Ok((asked.into(), device))
}

fn names() -> Vec<String> {
    list().into_iter().map(|output| output.name).collect()
}

fn is_lasting(name: &str, host: HostId) -> bool {
    let numbered = name
        .split_once("CARD=")
        .is_some_and(|(_, card)| card.split(',').next().is_some_and(|card| card.parse::<u32>().is_ok()));
    host.to_string() != "alsa" || (name != "null" && !numbered)
}

/// ALSA's descriptions run over two lines.
fn one_line(text: &cpal::DeviceDescription) -> String {
    let mut words = text.name().to_owned();
    for more in text.extended() {
        if !words.contains(more) {
            words.push_str(", ");
            words.push_str(more);
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
