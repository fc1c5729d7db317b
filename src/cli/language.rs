//! The command line in one language. Its texts are written once, Vietnamese and English beside each other (`Tháng · the
//! month`); here each is cut to the language of the user, and so are the library's own words.

use std::collections::HashMap;

use clap::builder::StyledStr;
use clap::{Arg, ArgAction, Command};

use crate::problem::Lang;

/// What stands between the two halves of a text.
const BETWEEN: &str = " · ";
/// What stands between two examples on one line.
const BESIDE: &str = "  ·  ";

/// What people call the values of arguments, in Vietnamese: short, without blanks, as they stand in `<…>`.
const VALUES: [(&str, &str); 30] = [
    ("AIRING", "MÃ-LƯỢT"),
    ("COMMAND", "LỆNH"),
    ("DATE", "NGÀY"),
    ("DEVICE", "THIẾT-BỊ"),
    ("DIR", "THƯ-MỤC"),
    ("ENTRY", "MÃ-DÒNG"),
    ("FIGURE", "SỐ-LIỆU"),
    ("FILE", "TỆP"),
    ("FORMAT", "DẠNG"),
    ("FROM", "TỪ"),
    ("HASH", "MÃ"),
    ("ID", "MÃ"),
    ("LENGTH", "BAO-LÂU"),
    ("MONTH", "THÁNG"),
    ("NAME", "TÊN"),
    ("NO", "SỐ"),
    ("PATH", "ĐƯỜNG-DẪN"),
    ("PERIOD", "KỲ"),
    ("RHYTHM", "CÁCH-TÍNH"),
    ("ROLE", "VAI-TRÒ"),
    ("SEED", "SỐ"),
    ("SEGMENT", "TIẾT-MỤC"),
    ("SLOT", "MÃ-MỤC"),
    ("TEXT", "CHỮ"),
    ("TIME", "GIỜ"),
    ("TO", "ĐẾN"),
    ("TOPIC", "CHỦ-ĐỀ"),
    ("USER", "TÀI-KHOẢN"),
    ("WORD", "TỪ"),
    ("YYYY", "NĂM"),
];

/// What the library writes around our texts, and in Vietnamese.
const AROUND: [(&str, &str); 7] = [
    ("Arguments:", "Tham số:"),
    ("Usage: ", "Cách dùng: "),
    ("[OPTIONS]", "[TÙY-CHỌN]"),
    ("Possible values:", "Nhận một trong:"),
    ("[default: ", "[mặc định: "),
    ("[possible values: ", "[nhận: "),
    ("[env: ", "[biến môi trường: "),
];

/// `command`, with all that it says in `lang`.
pub fn spoken(command: Command, lang: Lang) -> Command {
    let mut command = without_help(command);
    // Only now have the subcommands what they share: the options of every command, help and version.
    command.build();
    cut(command, lang)
}

/// The library's own `help` command takes no guide's pages.
fn without_help(command: Command) -> Command {
    command.disable_help_subcommand(true).mut_subcommands(without_help)
}

fn cut(command: Command, lang: Lang) -> Command {
    let [commands, value] = match lang {
        Lang::Vi => ["Các lệnh", "LỆNH"],
        Lang::En => ["Commands", "COMMAND"],
    };
    let half = |text: Option<&StyledStr>| text.map(|text| half_of(&text.to_string(), lang));
    let (about, long) = (half(command.get_about()), half(command.get_long_about()));
    let after = command.get_after_help().map(|text| examples(&text.to_string(), lang));
    let mut command = command.subcommand_help_heading(commands).subcommand_value_name(value);
    if let Some(about) = about {
        command = command.about(about);
    }
    if let Some(long) = long {
        command = command.long_about(long);
    }
    if let Some(after) = after {
        command = command.after_help(after);
    }
    command.mut_args(|arg| cut_arg(arg, lang)).mut_subcommands(|command| cut(command, lang))
}

fn cut_arg(arg: Arg, lang: Lang) -> Arg {
    let of_all = arg.is_global_set() || matches!(arg.get_action(), ArgAction::Help | ArgAction::Version);
    // Those without a name keep the library's heading: below another it would sort them.
    let heading = match (lang, of_all) {
        (Lang::Vi, false) => "Tùy chọn",
        (Lang::Vi, true) => "Tùy chọn của mọi lệnh",
        (Lang::En, false) => "Options",
        (Lang::En, true) => "Options of every command",
    };
    let help = match arg.get_action() {
        ArgAction::Help => Some("In hướng dẫn này · prints this help".to_owned()),
        ArgAction::Version => Some("In phiên bản · prints the version".to_owned()),
        _ => arg.get_help().map(ToString::to_string),
    };
    let help = help.map(|text| half_of(&text, lang)).unwrap_or_default();
    let names = arg.get_value_names().map(|names| names.iter().map(|name| value(name, lang)).collect::<Vec<_>>());
    let arg = if arg.is_positional() { arg } else { arg.help_heading(heading) };
    let arg = if arg.get_long_help().is_some() { arg.long_help(help.clone()) } else { arg }.help(help);
    match names.filter(|_| arg.get_action().takes_values()) {
        Some(names) => arg.value_names(names),
        None => arg,
    }
}

/// `MONTH|FILE` → `THÁNG|TỆP`, `FILE.zip` → `TỆP.zip`.
fn value(name: &str, lang: Lang) -> String {
    let words: HashMap<&str, &str> = if lang == Lang::Vi { VALUES.into() } else { HashMap::new() };
    let said = |word: &str| words.get(word).copied().unwrap_or(word).to_owned();
    let parts = name.split_inclusive(['|', '.']);
    parts
        .map(|part| part.strip_suffix(['|', '.']).map_or_else(|| said(part), |word| said(word) + &part[word.len()..]))
        .collect()
}

/// The half of `text` that is in `lang`; all of it where it is of no language. Either begins with a capital.
fn half_of(text: &str, lang: Lang) -> String {
    match (text.split_once(BETWEEN), lang) {
        (Some((vi, _)), Lang::Vi) => vi.to_owned(),
        (Some((_, en)), Lang::En) => capital(en),
        (None, _) => text.to_owned(),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Examples are of no language, but for the word over them. Several stand below each other.
fn examples(text: &str, lang: Lang) -> String {
    let heads = ["Ví dụ · Examples:", "Ví dụ · Example:"];
    let rest = heads.iter().find_map(|head| text.strip_prefix(head)).unwrap_or(text);
    let all: Vec<&str> =
        rest.lines().flat_map(|line| line.split(BESIDE)).map(str::trim).filter(|one| !one.is_empty()).collect();
    let head = match (lang, all.len()) {
        (Lang::Vi, _) => "Ví dụ:",
        (Lang::En, 1) => "Example:",
        (Lang::En, _) => "Examples:",
    };
    if let [one] = all[..] { format!("{head}  {one}") } else { format!("{head}\n  {}", all.join("\n  ")) }
}

/// What the library rendered of a [`spoken`] command, its own words in `lang`.
pub fn rendered(text: &str, lang: Lang) -> String {
    // The values that an argument takes are told with both halves: nothing cuts them before they are rendered.
    let line = |line: &str| match line.split_once(BETWEEN).filter(|_| line.trim_start().starts_with("- ")) {
        Some((vi, en)) => {
            let name = vi.find(": ").map_or("", |at| &vi[..at + 1]);
            let blanks = vi[name.len()..].len() - vi[name.len()..].trim_start().len();
            if lang == Lang::Vi { vi.to_owned() } else { format!("{name}{}{}", " ".repeat(blanks), capital(en)) }
        }
        None => line.to_owned(),
    };
    let text = text.lines().map(line).map(|line| line.trim_end().to_owned() + "\n").collect::<String>();
    if lang == Lang::En {
        return text;
    }
    AROUND.iter().fold(text, |text, (en, vi)| text.replace(en, vi))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written alike in both: units, what a shell is called, languages, endings of files.
    const ALIKE: [&str; 6] = ["DB", "N", "SHELL", "vi", "en", "zip"];

    fn placeholders(command: &Command, found: &mut Vec<String>) {
        let named = command.get_arguments().filter(|arg| arg.get_action().takes_values() && !arg.is_hide_set());
        found.extend(named.flat_map(|arg| arg.get_value_names().unwrap_or_default()).map(ToString::to_string));
        command.get_subcommands().for_each(|command| placeholders(command, found));
    }

    #[test]
    fn no_placeholder_of_a_vietnamese_help_is_an_english_word() {
        let mut found = Vec::new();
        placeholders(&crate::cli::args::command(Lang::Vi), &mut found);
        let vietnamese: Vec<&str> = VALUES.iter().map(|(_, vi)| *vi).collect();
        let known = |word: &&str| !word.is_empty() && !vietnamese.contains(word) && !ALIKE.contains(word);
        let strange: Vec<&str> = found.iter().flat_map(|name| name.split(['|', '.'])).filter(known).collect();
        assert!(found.iter().any(|name| name == "TỪ..ĐẾN") && found.iter().any(|name| name == "TỆP.zip"), "{found:?}");
        assert_eq!(strange, Vec::<&str>::new());
    }
}
