//! `loa devices`: the sound outputs by the names that `line.device` takes.

use serde_json::json;

use super::{Context, Failure, UNREACHED};
use crate::audio::line::devices::{Output, list};
use crate::problem::{Lang, Text};

/// Prints the sound outputs of this PC by the names that `line.device` takes.
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
    let outputs = list();
    if args.json {
        println!("{:#}", as_json(&outputs));
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
    print!("{}", as_text(&outputs, context.lang));
    Ok(0)
}

fn as_json(outputs: &[Output]) -> serde_json::Value {
    let devices: Vec<_> = outputs
        .iter()
        .map(|output| {
            json!({
                "device": output.name,
                "host": output.host,
                "description": output.description,
                "default": output.is_default,
            })
        })
        .collect();
    json!({ "devices": devices })
}

/// A line each: the name to copy, what it is, and whether it is its sound system's default.
fn as_text(outputs: &[Output], lang: Lang) -> String {
    let width = outputs.iter().map(|output| output.name.chars().count()).max().unwrap_or(0);
    let default = match lang {
        Lang::Vi => " (mặc định)",
        Lang::En => " (default)",
    };
    let mut text = String::new();
    for Output { name, description, is_default, .. } in outputs {
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

    #[test]
    fn names_stand_in_a_column_and_the_default_is_marked() {
        assert_eq!(
            as_text(&outputs(), Lang::Vi),
            "pulseaudio:alsa_output.usb  Loa phường (mặc định)\nalsa:hw:CARD=PCH,DEV=0      HDA Intel PCH\n"
        );
    }

    #[test]
    fn json_holds_each_name_as_the_schedule_takes_it() {
        let json = as_json(&outputs());
        assert_eq!(json["devices"][0]["device"], "pulseaudio:alsa_output.usb");
        assert_eq!(json["devices"][1]["default"], false);
    }
}
