//! A command line that cannot be understood: what is wrong with it, what was probably meant and how it is written, in the
//! user's language.

use std::error::Error as _;
use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::Failure;
use super::args::{spoken, system_lang};
use super::check::print;
use super::language::rendered;
use crate::problem::{Lang, Text};
use crate::reading::fold::{did_you_mean, nearest};

/// The language to answer in, as far as the `words` of the command line tell before they are understood as a whole.
pub fn lang(words: &[OsString]) -> Lang {
    let words: Vec<&str> = words.iter().map(|word| word.to_str().unwrap_or_default()).collect();
    let after = |at: usize| words.get(at + 1).copied();
    let said = words.iter().enumerate().find_map(|(at, word)| match word.strip_prefix("--lang") {
        Some("") => after(at),
        Some(value) => value.strip_prefix('='),
        None => None,
    });
    let of_environment = std::env::var("LOA_LANG").ok();
    said.or(of_environment.as_deref()).and_then(spoken).unwrap_or_else(system_lang)
}

/// Prints the help or the version, if that is what was asked for.
pub fn asked_for(error: &clap::Error, lang: Lang) -> Option<Result<(), Failure>> {
    (!error.use_stderr()).then(|| print(&rendered(&error.render().to_string(), lang)))
}

/// What is to be told of a command line that cannot be understood, in several lines.
pub fn told(error: &clap::Error, lang: Lang) -> String {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let which = Text::new("còn thiếu lệnh", "a command is missing");
        return format!("{}\n\n{}", which.get(lang), rendered(&error.render().to_string(), lang)).trim_end().to_owned();
    }
    let what = what(error);
    let mut out = what.get(lang).to_owned();
    if let Some(hint) = hint(error) {
        out = format!("{out}; {}", hint.get(lang));
    }
    let usage = text(error, ContextKind::Usage);
    let usage = usage.iter().flat_map(|usage| usage.lines()).map(|line| line.trim_start_matches("Usage:").trim());
    // An option of every command that the environment gives is none that is to be written.
    let usage = usage.map(|line| line.replace(" --home <DIR>", "").replace(" --lang <vi|en>", ""));
    for line in usage.filter(|line| !line.is_empty()) {
        out.push_str(Text::new("\nCách dùng: ", "\nUsage: ").get(lang));
        out.push_str(rendered(&line, lang).trim_end());
    }
    out.push_str(
        Text::new("\nXem thêm: loa --help, loa LỆNH --help", "\nMore: loa --help, loa COMMAND --help").get(lang),
    );
    out
}

fn what(error: &clap::Error) -> Text {
    let get = |kind| text(error, kind).unwrap_or_default();
    let (argument, value) = (get(ContextKind::InvalidArg), get(ContextKind::InvalidValue));
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let command = get(ContextKind::InvalidSubcommand);
            Text::new(format!("không có lệnh `{command}`"), format!("there is no command `{command}`"))
        }
        ErrorKind::UnknownArgument => Text::new(
            format!("không hiểu `{argument}` ở lệnh này"),
            format!("`{argument}` means nothing to this command"),
        ),
        ErrorKind::MissingRequiredArgument => {
            Text::new(format!("còn thiếu {argument}"), format!("{argument} is missing"))
        }
        ErrorKind::ArgumentConflict => {
            let prior = get(ContextKind::PriorArg);
            Text::new(
                format!("`{argument}` không đi cùng `{prior}`"),
                format!("`{argument}` does not go with `{prior}`"),
            )
        }
        _ if value.is_empty() && !argument.is_empty() => {
            Text::new(format!("`{argument}` còn thiếu giá trị"), format!("`{argument}` lacks a value"))
        }
        _ if !argument.is_empty() => Text::new(
            format!("`{value}` không dùng được cho `{argument}`"),
            format!("`{value}` cannot be used for `{argument}`"),
        ),
        _ => Text::new("không hiểu dòng lệnh này", "this command line cannot be understood"),
    }
}

/// What to write instead.
fn hint(error: &clap::Error) -> Option<Text> {
    let list = |kind| match error.get(kind) {
        Some(ContextValue::String(one)) => vec![one.clone()],
        Some(ContextValue::Strings(several)) => several.clone(),
        _ => Vec::new(),
    };
    let possible = list(ContextKind::ValidValue).join(", ");
    let possible = (!possible.is_empty())
        .then(|| Text::new(format!("dùng một trong: {possible}"), format!("use one of: {possible}")));
    let written = [ContextKind::InvalidSubcommand, ContextKind::InvalidArg, ContextKind::InvalidValue];
    let near = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    for (written, near) in written.into_iter().zip(near) {
        let near = list(near);
        let written = text(error, written).unwrap_or_default();
        // Of several the nearest: the library has them in its own order.
        let meant = nearest(&written, near.iter().map(String::as_str)).or(near.first().map(String::as_str));
        if let Some(meant) = meant {
            let (near, possible) = (did_you_mean(meant), possible.as_ref());
            let more = |text: &str| format!(" {text}");
            let (vi, en) = possible.map(|all| (more(&all.vi), more(&all.en))).unwrap_or_default();
            return Some(Text::new(near.vi + &vi, near.en + &en));
        }
    }
    if possible.is_some() {
        return possible;
    }
    error.source().map(|reason| reason_words(&reason.to_string()))
}

/// Why a value was refused: our own reasons stand in both languages, Vietnamese first.
fn reason_words(reason: &str) -> Text {
    if let Some((vi, en)) = reason.split_once(" · ") {
        return Text::new(vi, en);
    }
    let range = reason.rsplit_once(" is not in ").and_then(|(_, range)| range.split_once("..="));
    match range {
        Some((least, most)) => {
            Text::new(format!("ghi số từ {least} đến {most}"), format!("write a number from {least} to {most}"))
        }
        None if reason.contains("digit") => Text::new("ghi một con số", "write a number"),
        None => Text::new(format!("“{reason}”"), format!("“{reason}”")),
    }
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(several) => Some(several.join(", ")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        _ => None,
    }
}
