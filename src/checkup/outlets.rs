//! This PC's outputs and inputs of sound, as an object.

use serde_json::{Value, json};

use crate::audio::inputs::Input;
use crate::audio::line::devices::Output;

/// The documented object of `loa devices --json`; `refused` are the words of a sound server that does not let us look.
pub fn outlets(outputs: &[Output], inputs: &[Input], refused: Option<&str>) -> Value {
    let devices: Vec<_> = outputs
        .iter()
        .map(|output| {
            json!({
                "device": output.name,
                "host": output.host,
                "description": output.description,
                "default": output.is_default,
                "nature": output.nature.code(),
                "rates_hz": output.can.as_ref().map(|can| &can.rates_hz),
                "channels": output.can.as_ref().map(|can| &can.channels),
                "formats": output.can.as_ref().map(|can| &can.formats),
            })
        })
        .collect();
    let inputs: Vec<_> = inputs
        .iter()
        .map(|input| {
            let Input { name, host, description, is_default } = input;
            json!({ "device": name, "host": host, "description": description, "default": is_default })
        })
        .collect();
    json!({ "devices": devices, "inputs": inputs, "refused": refused })
}
