//! `loa devices`: the sound outputs by the names that `line.device` takes, and the inputs as `relay` takes them.

use super::printing::put;
use super::{Context, Failure, UNREACHED};
use crate::audio::inputs::{self, Input};
use crate::audio::line::devices::{Can, Nature, Output, look};
use crate::checkup::outlets;
use crate::problem::{Lang, Text};

/// Các đường ra, đường vào âm thanh của máy này · this PC's sound outputs and inputs, by the names that files take.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa devices --json")]
pub struct Args {
    /// In ra JSON, cho chương trình khác · prints JSON, for programs
    #[arg(long)]
    json: bool,
}

/// Prints them.
///
/// # Errors
/// Unreached, if this PC has none or a sound server refuses to tell them: what is there is printed all the same.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let ((outputs, refused), inputs) = (look(), inputs::list());
    if args.json {
        put(&format!("{:#}\n", outlets(&outputs, &inputs, refused.as_ref().map(|why| why.get(context.lang)))))?;
        return Ok(if outputs.is_empty() || refused.is_some() { UNREACHED } else { 0 });
    }
    if outputs.is_empty() && refused.is_none() {
        let text = Text::new(
            "máy này không có đường ra âm thanh nào; hãy cắm loa hoặc bật PulseAudio/PipeWire, \
             hoặc dùng `device = \"wav:TỆP\"` để ghi ra tệp",
            "this PC has no sound output; plug one in or start PulseAudio/PipeWire, \
             or use `device = \"wav:FILE\"` to write a file",
        );
        return Err(Failure { status: UNREACHED, text });
    }
    put(&(as_text(&outputs, context.lang) + &inputs_as_text(&inputs, context.lang)))?;
    refused.map_or(Ok(0), |text| Err(Failure { status: UNREACHED, text }))
}

/// A line each: the name to copy, what it is, and what an operator should know before choosing it. Below it, what it can
/// do by itself; Loa converts to that.
fn as_text(outputs: &[Output], lang: Lang) -> String {
    let width = outputs.iter().map(|output| output.name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for output in outputs {
        let Output { name, description, .. } = output;
        let pad = " ".repeat(width - name.chars().count());
        let marks: String = marks(output).iter().map(|mark| format!(" ({})", mark.get(lang))).collect();
        text.push_str(format!("{name}{pad}  {description}{marks}").trim_end());
        text.push('\n');
        text.push_str(&format!("{:width$}  {}\n", "", abilities(output.can.as_ref()).get(lang)));
    }
    text
}

/// A line each, as it is written in a running order; nothing if there are none.
fn inputs_as_text(inputs: &[Input], lang: Lang) -> String {
    let width = inputs.iter().map(|input| input.name.chars().count()).max().unwrap_or(0);
    let heading = Text::new("\nđường vào, cho `relay`:\n", "\ninputs, for `relay`:\n");
    let mut text = if inputs.is_empty() { String::new() } else { heading.get(lang).to_owned() };
    for Input { name, description, is_default, .. } in inputs {
        let pad = " ".repeat(width - name.chars().count());
        let mark = if *is_default { Text::new(" (mặc định)", " (default)") } else { Text::new("", "") };
        text.push_str(format!("line-in:{name}{pad}  {description}{}", mark.get(lang)).trim_end());
        text.push('\n');
    }
    text
}

fn marks(output: &Output) -> Vec<Text> {
    let nature = match output.nature {
        Nature::Card => None,
        Nature::Virtual => Some(Text::new("ảo: không có loa nào sau nó", "virtual: no loudspeaker behind it")),
        Nature::Plugin => Some(Text::new("qua plug-in: có thể dẫn tới loa khác", "a plug-in: it may lead elsewhere")),
    };
    output.is_default.then(|| Text::new("mặc định", "default")).into_iter().chain(nature).collect()
}

fn abilities(can: Option<&Can>) -> Text {
    let Some(can) = can else {
        return Text::new("không hỏi được: chương trình khác đang giữ nó", "does not say: another program holds it");
    };
    let list = |of: &[u16]| of.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
    let rates = can.rates_hz.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    let (channels, formats) = (list(&can.channels), can.formats.join(", "));
    let plural = if can.channels == [1] { "" } else { "s" };
    let english = format!("{rates} Hz; {channels} channel{plural}; {formats}");
    Text::new(format!("{rates} Hz; {channels} kênh; {formats}"), english)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn outputs() -> Vec<Output> {
        let output = |name: &str, description: &str, nature, is_default, can| Output {
            name: name.into(),
            description: description.into(),
            host: name.split(':').next().unwrap_or_default().into(),
            is_default,
            nature,
            can,
        };
        let can = |rates: &[u32]| {
            Some(Can { rates_hz: rates.into(), channels: vec![1, 2], formats: vec!["i16".into(), "i32".into()] })
        };
        vec![
            output("pulseaudio:alsa_output.usb", "Loa phường", Nature::Card, true, can(&[48_000])),
            output("pulseaudio:auto_null", "Dummy Output", Nature::Virtual, false, can(&[44_100])),
            output("alsa:hw:CARD=PCH,DEV=0", "HDA Intel PCH", Nature::Card, false, None),
            output("alsa:default", "", Nature::Plugin, false, can(&[44_100, 48_000])),
        ]
    }

    #[test]
    fn names_stand_in_a_column_with_what_they_are_and_what_they_can_do() {
        let pad = " ".repeat(26);
        assert_eq!(
            as_text(&outputs(), Lang::Vi),
            format!(
                "pulseaudio:alsa_output.usb  Loa phường (mặc định)\n\
                 {pad}  48000 Hz; 1, 2 kênh; i16, i32\n\
                 pulseaudio:auto_null        Dummy Output (ảo: không có loa nào sau nó)\n\
                 {pad}  44100 Hz; 1, 2 kênh; i16, i32\n\
                 alsa:hw:CARD=PCH,DEV=0      HDA Intel PCH\n\
                 {pad}  không hỏi được: chương trình khác đang giữ nó\n\
                 alsa:default                 (qua plug-in: có thể dẫn tới loa khác)\n\
                 {pad}  44100, 48000 Hz; 1, 2 kênh; i16, i32\n"
            )
        );
    }

    #[test]
    fn inputs_stand_below_as_a_running_order_takes_them() {
        let input = |name: &str, description: &str, is_default| Input {
            name: name.into(),
            description: description.into(),
            host: "alsa".into(),
            is_default,
        };
        let inputs = [input("alsa:hw:CARD=Codec,DEV=0", "USB Audio CODEC", true), input("alsa:vao", "", false)];
        assert_eq!(
            inputs_as_text(&inputs, Lang::Vi),
            "\nđường vào, cho `relay`:\nline-in:alsa:hw:CARD=Codec,DEV=0  USB Audio CODEC (mặc định)\nline-in:alsa:vao\n"
        );
        assert_eq!(inputs_as_text(&[], Lang::Vi), "");
        assert_eq!(outlets(&[], &inputs, None)["inputs"][0]["device"], "alsa:hw:CARD=Codec,DEV=0");
    }

    #[test]
    fn json_holds_each_name_as_the_schedule_takes_it() {
        let json = outlets(&outputs(), &[], Some("không cho vào"));
        assert_eq!(json["refused"], "không cho vào");
        assert_eq!(json["devices"][0]["device"], "pulseaudio:alsa_output.usb");
        assert_eq!(json["devices"][0]["rates_hz"], json!([48_000]));
        assert_eq!(json["devices"][1]["nature"], "virtual");
        assert_eq!(json["devices"][2]["default"], false);
        assert_eq!(json["devices"][2]["formats"], json!(null));
    }
}
