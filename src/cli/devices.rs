//! `loa devices`: the sound outputs by the names that `line.device` takes, and the inputs by those behind `line-in:`.

use serde_json::json;

use super::{Context, Failure, UNREACHED};
use crate::audio::line::devices::{Output, list};
use crate::audio::relay::inputs::{self, Input};
use crate::problem::{Lang, Text};

/// Prints this PC's sound outputs by the names that `line.device` takes, and its inputs for `relay = "line-in:…"`.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(after_help = "Example:\n  loa devices --json")]
pub struct Args {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Prints them.
///
/// # Errors
/// Unreached, if this PC has none: the JSON is printed all the same.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let (outputs, inputs) = (list(), inputs::list());
    if args.json {
        println!("{:#}", as_json(&outputs, &inputs));
        return Ok(if outputs.is_empty() { UNREACHED } else { 0 });
    }
    if outputs.is_empty() {
        let text = Text::new(
            "máy này không có đường ra âm thanh nào; hãy cắm loa hoặc bật PulseAudio/PipeWire, \
             hoặc dùng `device = \"wav:TỆP\"` để ghi ra tệp",
            "this PC has no sound output; plug one in or start PulseAudio/PipeWire, \
             or use `device = \"wav:FILE\"` to write a file",
        );
        return Err(Failure { status: UNREACHED, text });
    }
    print!("{}", as_text(&outputs, &inputs, context.lang));
    Ok(0)
}

fn as_json(outputs: &[Output], inputs: &[Input]) -> serde_json::Value {
    let entry = |name: &str, host: &str, description: &str, is_default: bool| json!({ "device": name, "host": host, "description": description, "default": is_default });
    let devices: Vec<_> =
        outputs.iter().map(|one| entry(&one.name, &one.host, &one.description, one.is_default)).collect();
    let inputs: Vec<_> =
        inputs.iter().map(|one| entry(&one.name, &one.host, &one.description, one.is_default)).collect();
    json!({ "devices": devices, "inputs": inputs })
}

/// A line each: the name to copy, what it is, and whether it is its sound system's default. Inputs stand apart, each as
/// it is written in a running order.
fn as_text(outputs: &[Output], inputs: &[Input], lang: Lang) -> String {
    let outputs: Vec<_> =
        outputs.iter().map(|one| (one.name.clone(), one.description.as_str(), one.is_default)).collect();
    let inputs: Vec<_> =
        inputs.iter().map(|one| (format!("line-in:{}", one.name), one.description.as_str(), one.is_default)).collect();
    let heading = match lang {
        Lang::Vi => "\nđường vào, cho `relay`:\n",
        Lang::En => "\ninputs, for `relay`:\n",
    };
    let mut text = columns(&outputs, lang);
    if !inputs.is_empty() {
        text.push_str(heading);
        text.push_str(&columns(&inputs, lang));
    }
    text
}

fn columns(rows: &[(String, &str, bool)], lang: Lang) -> String {
    let width = rows.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or(0);
    let default = match lang {
        Lang::Vi => " (mặc định)",
        Lang::En => " (default)",
    };
    let mut text = String::new();
    for (name, description, is_default) in rows {
        let pad = " ".repeat(width - name.chars().count());
        let mark = if *is_default { default } else { "" };
        text.push_str(format!("{name}{pad}  {description}{mark}").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs() -> Vec<Output> {
        let output = |name: &str, description: &str, host: &str, is_default| Output {
            name: name.into(),
            description: description.into(),
            host: host.into(),
            is_default,
        };
        vec![
            output("pulseaudio:alsa_output.usb", "Loa phường", "pulseaudio", true),
            output("alsa:hw:CARD=PCH,DEV=0", "HDA Intel PCH", "alsa", false),
        ]
    }

    fn inputs() -> Vec<Input> {
        vec![Input {
            name: "alsa:hw:CARD=Codec,DEV=0".into(),
            description: "USB Audio CODEC".into(),
            host: "alsa".into(),
            is_default: false,
        }]
    }

    #[test]
    fn names_stand_in_a_column_and_the_default_is_marked() {
        let outs = "pulseaudio:alsa_output.usb  Loa phường (mặc định)\nalsa:hw:CARD=PCH,DEV=0      HDA Intel PCH\n";
        assert_eq!(as_text(&outputs(), &[], Lang::Vi), outs);
        assert_eq!(
            as_text(&outputs(), &inputs(), Lang::Vi),
            format!("{outs}\nđường vào, cho `relay`:\nline-in:alsa:hw:CARD=Codec,DEV=0  USB Audio CODEC\n")
        );
    }

    #[test]
    fn json_holds_each_name_as_the_schedule_takes_it() {
        let json = as_json(&outputs(), &inputs());
        assert_eq!(json["devices"][0]["device"], "pulseaudio:alsa_output.usb");
        assert_eq!(json["devices"][1]["default"], false);
        assert_eq!(json["inputs"][0]["device"], "alsa:hw:CARD=Codec,DEV=0");
    }
}
