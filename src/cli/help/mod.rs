//! `loa help`: the guide's pages, what each key of the files means, and what each command's `--help` says, without a
//! network.

use clap::Command;

use super::check::print;
use super::{Context, Failure, WRONG_USE, language};
use crate::problem::{Lang, Text};
use crate::reading::fold::{bare, did_you_mean, nearest};

mod guide;
mod keys;

pub use guide::{PAGES, Page};
use guide::{Section, entries, sections, spaced};

/// So many sections are printed; of more only the headings.
const PRINTED: usize = 3;
/// The page that says what each word of Loa's means.
const MESSAGES: &str = "loi-nhan";
/// So many sections that use a key are named.
const USING: usize = 5;

/// Hướng dẫn · the guide's pages, the keys of the files, and the help of commands, offline.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Ví dụ · Examples:  loa help ke-hoach  ·  loa help quốc tang  ·  loa help quiet  ·  loa help report"
)]
pub struct Args {
    /// Một trang, chữ trong tên mục của hướng dẫn, một khóa của tệp kế hoạch, hoặc một lệnh; không ghi thì kể các mục · a
    /// page, words of a heading, a key of the files, or a command; by default the headings
    #[arg(value_name = "TOPIC")]
    topic: Vec<String>,
}

/// Prints the page, the sections, the key or the command's help.
///
/// # Errors
/// Nothing is called so; the output cannot be written.
pub fn run(args: &Args, context: &Context, command: &Command) -> Result<u8, Failure> {
    let (topic, lang) = (args.topic.join(" "), context.lang);
    if topic.trim().is_empty() {
        print(&contents(lang))?;
        return Ok(0);
    }
    let of_command = of_command(&args.topic, command, lang);
    let keys = keys::told(&keys::meanings(topic.trim_matches(['`', '[', ']'])), lang);
    let text = match (of_command, keys) {
        (Some(help), keys) if keys.is_empty() => help,
        (Some(help), keys) => format!("{help}\n{keys}"),
        (None, keys) => of_guide(&topic, &keys, lang).ok_or_else(|| unknown(&topic, command))?,
    };
    print(&without_pictures(&text))?;
    Ok(0)
}

/// A terminal has no place for them; what stood above and below one is one blank line apart.
fn without_pictures(text: &str) -> String {
    let lines = text.split_inclusive('\n').filter(|line| !line.starts_with("!["));
    lines.collect::<String>().replace("\n\n\n", "\n\n")
}

/// The help of a command named by its words.
fn of_command(words: &[String], command: &Command, lang: Lang) -> Option<String> {
    words.iter().try_fold(command, |command, word| command.find_subcommand(word))?;
    let line = ["loa"].into_iter().chain(words.iter().map(String::as_str)).chain(["--help"]);
    let help = command.clone().try_get_matches_from(line).err()?;
    Some(language::rendered(&help.render().to_string(), lang))
}

/// A section and the page it is of.
type Found = (&'static Page, Section<'static>);

fn all() -> impl Iterator<Item = Found> {
    PAGES.iter().flat_map(|page| sections(page.text).into_iter().map(move |section| (page, section)))
}

/// A page whole; the sections whose headings have the words of `topic`; what `keys` tells of it as a key, with the sections
/// that use it; the sections that have its words anywhere.
fn of_guide(topic: &str, keys: &str, lang: Lang) -> Option<String> {
    let wanted = spaced(topic);
    let named = |page: &&Page| [page.name, page.english].iter().any(|name| spaced(name) == wanted);
    if let Some(page) = PAGES.iter().find(named) {
        return Some(page.text.to_owned());
    }
    let exact: Vec<Found> = all().filter(|(_, section)| spaced(section.name) == wanted).collect();
    let having = || outermost(&all().filter(|(_, section)| spaced(section.name).contains(&wanted)).collect::<Vec<_>>());
    let headed = if exact.is_empty() { having() } else { exact };
    if let Some(told) = of_messages(&wanted, lang) {
        let parts = [keys, &told].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
        return Some(parts + &headings("Trong hướng dẫn:", "In the guide:", &headed, lang));
    }
    let told = match (headed.is_empty(), keys.is_empty()) {
        (false, true) => sections_told(&headed, lang),
        (false, false) => format!("{keys}\n{}", sections_told(&headed, lang)),
        (true, false) => format!("{keys}{}", headings("Trong hướng dẫn:", "In the guide:", &using(topic), lang)),
        (true, true) => {
            let in_text: Vec<Found> = all().filter(|(_, section)| spaced(section.own).contains(&wanted)).collect();
            sections_told(&in_text, lang)
        }
    };
    (!told.is_empty()).then_some(told)
}

/// What a word that Loa says means, and what to do: a code of `loa check`, an outcome, a cause, an incident.
fn of_messages(wanted: &str, lang: Lang) -> Option<String> {
    let page = PAGES.iter().find(|page| page.name == MESSAGES)?;
    let found: Vec<_> = entries(page.text).filter(|entry| spaced(entry.word) == wanted).collect();
    let told = found.iter().map(|entry| {
        let heads = [Text::new("nghĩa là", "means"), Text::new("nên làm", "to do")];
        let lines = heads.iter().zip(entry.says).filter(|(_, says)| !says.is_empty());
        let lines = lines.map(|(head, says)| format!("    {}: {says}\n", head.get(lang)));
        format!("`{}`\n{}", entry.word, lines.collect::<String>())
    });
    (!found.is_empty()).then(|| told.collect::<Vec<_>>().join("\n"))
}

/// Without those that lie in another of them.
fn outermost(found: &[Found]) -> Vec<Found> {
    let inside = |(page, section): &Found| {
        found.iter().any(|(other_page, other)| page.name == other_page.name && other.holds(section))
    };
    found.iter().filter(|one| !inside(one)).copied().collect()
}

/// The sections that speak of a key, then those that set it; the first of them.
fn using(key: &str) -> Vec<Found> {
    let quoted = format!("`{key}`");
    let sets = |line: &str| {
        let before = line.split_once('=').map(|(before, _)| before.trim_end());
        before.is_some_and(|before| before == key || before.ends_with(&format!(" {key}")))
            || line.trim_matches(['[', ']']) == key && line.starts_with('[')
    };
    let speaks = |(_, section): &Found| section.own.contains(&quoted);
    let only_sets = |(_, section): &Found| !section.own.contains(&quoted) && section.own.lines().any(sets);
    all().filter(speaks).chain(all().filter(only_sets)).take(USING).collect()
}

/// The first of them whole, and where the others are.
fn sections_told(found: &[Found], lang: Lang) -> String {
    let shown = found.len().min(PRINTED);
    let text = found[..shown].iter().map(|(_, section)| section.text).collect::<Vec<_>>().join("\n");
    text + &headings("Xem thêm:", "More:", &found[shown..], lang)
}

/// `    ke-hoach: Ngày và giờ`, a line each.
fn headings(vi: &str, en: &str, found: &[Found], lang: Lang) -> String {
    if found.is_empty() {
        return String::new();
    }
    let head = Text::new(vi, en);
    let lines = found.iter().map(|(page, section)| format!("    loa help {}  –  {}\n", page.name, section.heading));
    format!("\n{}\n{}", head.get(lang), lines.collect::<String>())
}

/// The headings of all pages.
fn contents(lang: Lang) -> String {
    let head = Text::new(
        "Hướng dẫn có sẵn trong máy. Đọc một trang bằng tên trang, một mục bằng chữ trong tên mục, một khóa bằng tên khóa:",
        "The guide, in Vietnamese. Read a page by its name, a section by words of its heading, a key by its name:",
    );
    let mut out = format!("{}\n", head.get(lang));
    for page in PAGES {
        for section in sections(page.text).iter().filter(|section| section.level <= 2) {
            match section.level {
                1 => out.push_str(&format!("\nloa help {}  –  {}\n", page.name, section.heading)),
                _ => out.push_str(&format!("    {}\n", section.heading)),
            }
        }
    }
    let foot = Text::new("Về từng lệnh: loa help LỆNH", "About a command: loa help COMMAND");
    out.push_str(&format!("\n{}\n", foot.get(lang)));
    out
}

fn unknown(topic: &str, command: &Command) -> Failure {
    let words: Vec<String> = all().map(|(_, section)| bare(section.name)).collect();
    let codes =
        PAGES.iter().filter(|page| page.name == MESSAGES).flat_map(|page| entries(page.text)).map(|entry| entry.word);
    let pages = PAGES.iter().flat_map(|page| [page.name, page.english]);
    let commands = command.get_subcommands().map(Command::get_name);
    let known = words.iter().flat_map(|heading| heading.split(' ')).chain(pages).chain(commands).chain(codes);
    let help = nearest(topic, known)
        .map_or_else(|| Text::new("chạy `loa help` để xem các mục", "run `loa help` for the headings"), did_you_mean);
    Failure {
        status: WRONG_USE,
        text: Text::new(
            format!("hướng dẫn không có “{topic}”; {}", help.vi),
            format!("the guide has nothing about “{topic}”; {}", help.en),
        ),
    }
}
