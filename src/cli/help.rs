//! `loa help`: the guide's pages, and what each command's `--help` says, without a network.

use clap::Command;

use super::check::print;
use super::{Context, Failure, WRONG_USE, language};
use crate::problem::{Lang, Text};
use crate::reading::fold::{bare, did_you_mean, nearest};

/// Hướng dẫn · the guide's pages, and the help of commands, offline.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Examples:  loa help ke-hoach  ·  loa help quốc tang  ·  loa help report")]
pub struct Args {
    /// Một trang, một chữ trong tên mục của hướng dẫn, hoặc một lệnh; không ghi thì kể các mục · a page, a word of a
    /// heading, or a command; by default the headings
    #[arg(value_name = "TOPIC")]
    topic: Vec<String>,
}

macro_rules! pages {
    ($($name:literal)+) => { &[$(($name, include_str!(concat!("../../docs/huong-dan/", $name, ".md"))),)+] };
}

/// The pages of the operator's guide, by the names of their files, in the order of a station's life.
pub const PAGES: &[(&str, &str)] = pages!(
    "cai-dat" "phat-lan-dau" "ke-hoach" "tet" "thu-am" "trang-dieu-khien" "lich" "kho-am-thanh" "nhat-ky-tren-trang"
    "khan-cap" "mat-dien" "bao-cao" "doi-may" "loi-nhan"
);

/// Prints the page, the sections or the command's help.
///
/// # Errors
/// Nothing is called so; the output cannot be written.
pub fn run(args: &Args, context: &Context, command: &Command) -> Result<u8, Failure> {
    let topic = args.topic.join(" ");
    if topic.is_empty() {
        print(&contents(context.lang))?;
        return Ok(0);
    }
    if let Some(help) = of_command(&args.topic, command, context.lang) {
        print(&help)?;
        return Ok(0);
    }
    let Some(text) = guide(&topic) else { return Err(unknown(&topic)) };
    print(&text)?;
    Ok(0)
}

/// The help of a command named by its words.
fn of_command(words: &[String], command: &Command, lang: Lang) -> Option<String> {
    words.iter().try_fold(command, |command, word| command.find_subcommand(word))?;
    let line = ["loa"].into_iter().chain(words.iter().map(String::as_str)).chain(["--help"]);
    let help = command.clone().try_get_matches_from(line).err()?;
    Some(language::rendered(&help.render().to_string(), lang))
}

/// A page whole, or the sections whose headings or words have `topic`; without its pictures, which a terminal has no place
/// for.
fn guide(topic: &str) -> Option<String> {
    found(topic).map(|text| {
        let lines = text.split_inclusive('\n').filter(|line| !line.starts_with("!["));
        // What stood above and below a picture is one blank line apart.
        lines.collect::<String>().replace("\n\n\n", "\n\n")
    })
}

fn found(topic: &str) -> Option<String> {
    let wanted = bare(topic);
    if let Some((_, page)) = PAGES.iter().find(|(name, _)| bare(name) == wanted) {
        return Some((*page).to_owned());
    }
    let sections = || PAGES.iter().flat_map(|(_, page)| sections(page));
    let in_heading = |section: &&str| bare(heading(section)).contains(&wanted);
    let in_text = |section: &&str| bare(section).contains(&wanted);
    let of_heading: Vec<&str> = sections().filter(in_heading).collect();
    let found = if of_heading.is_empty() { sections().filter(in_text).collect() } else { of_heading };
    (!found.is_empty()).then(|| found.join("\n"))
}

/// A page by its `##`, each with its heading; the first is what stands before them.
fn sections(page: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = page.match_indices("\n## ").map(|(at, _)| at + 1).collect();
    starts.insert(0, 0);
    let ends = starts.iter().skip(1).copied().chain([page.len()]);
    starts.iter().zip(ends).map(|(start, end)| &page[*start..end]).collect()
}

fn heading(section: &str) -> &str {
    section.lines().next().unwrap_or_default().trim_start_matches(['#', ' '])
}

/// The headings of all pages.
fn contents(lang: Lang) -> String {
    let head = Text::new(
        "Hướng dẫn có sẵn trong máy. Đọc một trang bằng tên trang, một mục bằng chữ trong tên mục:",
        "The guide, in Vietnamese. Read a page by its name, a section by a word of its heading:",
    );
    let mut out = format!("{}\n", head.get(lang));
    for (name, page) in PAGES.iter().copied() {
        let (first, rest) =
            sections(page).split_first().map(|(first, rest)| (*first, rest.to_vec())).unwrap_or_default();
        out.push_str(&format!("\nloa help {name}  –  {}\n", heading(first)));
        rest.iter().for_each(|section| out.push_str(&format!("    {}\n", heading(section))));
    }
    let foot = Text::new("Về từng lệnh: loa help LỆNH", "About a command: loa help COMMAND");
    out.push_str(&format!("\n{}\n", foot.get(lang)));
    out
}

fn unknown(topic: &str) -> Failure {
    let words: Vec<String> =
        PAGES.iter().flat_map(|(_, page)| sections(page)).map(|section| bare(heading(section))).collect();
    let words = words.iter().flat_map(|heading| heading.split(' ')).chain(PAGES.iter().map(|(name, _)| *name));
    let help = nearest(topic, words)
        .map_or_else(|| Text::new("chạy `loa help` để xem các mục", "run `loa help` for the headings"), did_you_mean);
    Failure {
        status: WRONG_USE,
        text: Text::new(
            format!("hướng dẫn không có “{topic}”; {}", help.vi),
            format!("the guide has nothing about “{topic}”; {}", help.en),
        ),
    }
}
