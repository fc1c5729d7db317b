//! The layout that all pages share, and what several of them show.

use maud::{DOCTYPE, Markup, html};

use super::assets::address;
use super::refused::Refused;
use super::who::{Manner, Theme, Who};
use super::words;
use crate::problem::{Lang, Problem, Severity, Sources, Text};
use crate::schedule::Month;

/// A page of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// What is heard now.
    OnAir,
    /// The months.
    Plan,
    /// The recordings.
    Library,
    /// What aired.
    Log,
    /// Reports.
    Report,
    /// Settings.
    Station,
}

impl Tab {
    /// All, in the order of the bar.
    pub const ALL: [Tab; 6] = [Tab::OnAir, Tab::Plan, Tab::Library, Tab::Log, Tab::Report, Tab::Station];

    /// Where it is.
    pub fn path(self) -> &'static str {
        match self {
            Tab::OnAir => "/",
            Tab::Plan => "/lich",
            Tab::Library => "/kho",
            Tab::Log => "/nhat-ky",
            Tab::Report => "/bao-cao",
            Tab::Station => "/dai",
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Tab::OnAir => "loa",
            Tab::Plan => "lich",
            Tab::Library => "kho",
            Tab::Log => "nhat-ky",
            Tab::Report => "bao-cao",
            Tab::Station => "dai",
        }
    }
}

/// Something said at the top of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// What was asked for is done.
    Done(Text),
    /// It is done, and something is to be known of it.
    Warning(Text),
    /// It was not done.
    Error(Text),
}

/// A page for somebody who has logged in.
#[expect(clippy::needless_pass_by_value, reason = "`html!` makes it on the spot")]
pub fn page(who: &Who, tab: Tab, title: &Text, body: Markup) -> Markup {
    let manner = &who.manner;
    document(
        manner,
        title,
        html! {
            header.top {
                a.brand href="/" {
                    (icon("loa"))
                    span { (manner.station) }
                }
                nav aria-label=(manner.say(&words::pages())) {
                    @for other in Tab::ALL {
                        a href=(other.path()) aria-current=[(other == tab).then_some("page")] {
                            (icon(other.icon()))
                            span { (manner.say(&words::tab(other))) }
                        }
                    }
                }
                details.account {
                    summary aria-label=(format!("{}: {}", manner.say(&words::account()), who.name())) {
                        (icon("nguoi"))
                        span { (who.name()) }
                    }
                    div.menu {
                        p { (who.say(&who.account.role.words())) }
                        (switches(manner))
                        form method="post" action="/dang-xuat" {
                            (csrf(who))
                            button.quiet type="submit" id="dang-xuat" { (manner.say(&words::log_out())) }
                        }
                    }
                }
            }
            main id="noi-dung" tabindex="-1" {
                @if manner.exposed { (notice(manner.lang, &Notice::Warning(words::exposed()))) }
                @for told in &who.notices { (notice(manner.lang, told)) }
                (body)
            }
        },
    )
}

/// A page for whoever comes: the login, the first start.
#[expect(clippy::needless_pass_by_value, reason = "`html!` makes it on the spot")]
pub fn bare_page(manner: &Manner, title: &Text, body: Markup) -> Markup {
    document(
        manner,
        title,
        html! {
            header.top.bare {
                span.brand { (icon("loa")) span { (manner.station) } }
                div.menu-bare { (switches(manner)) }
            }
            main.narrow id="noi-dung" tabindex="-1" {
                @if manner.exposed { (notice(manner.lang, &Notice::Warning(words::exposed()))) }
                h1 { (manner.say(title)) }
                (body)
            }
        },
    )
}

#[expect(clippy::needless_pass_by_value, reason = "`html!` makes it on the spot")]
fn document(manner: &Manner, title: &Text, body: Markup) -> Markup {
    let lang = lang_code(manner.lang);
    let theme = Some(manner.theme.code()).filter(|_| manner.theme != Theme::System);
    html! {
        (DOCTYPE)
        html lang=(lang) data-theme=[theme] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (manner.say(title)) " · " (manner.station) }
                link rel="icon" type="image/svg+xml" href=(address("loa.svg"));
                link rel="stylesheet" href=(address("loa.css"));
                script src=(address("loa.js")) defer {}
            }
            body {
                a.skip href="#noi-dung" { (manner.say(&words::to_content())) }
                (body)
            }
        }
    }
}

/// Language and colours; forms, so that they work without a script.
fn switches(manner: &Manner) -> Markup {
    let other = if manner.lang == Lang::Vi { Lang::En } else { Lang::Vi };
    let themes = [(Theme::System, words::as_system()), (Theme::Light, words::light()), (Theme::Dark, words::dark())];
    let back = html! { input type="hidden" name="ve" value=(manner.path); };
    html! {
        form.switch method="post" action="/tieng" {
            (back)
            button.quiet type="submit" name="tieng" value=(lang_code(other)) lang=(lang_code(other)) {
                @if other == Lang::En { "English" } @else { "Tiếng Việt" }
            }
        }
        form.switch method="post" action="/mau" {
            (back)
            fieldset {
                legend { (manner.say(&words::colours())) }
                @for (theme, name) in themes {
                    button.quiet type="submit" name="mau" value=(theme.code())
                        aria-pressed=(if theme == manner.theme { "true" } else { "false" }) { (manner.say(&name)) }
                }
            }
        }
    }
}

/// The word of `lang` and of the cookie.
pub fn lang_code(lang: Lang) -> &'static str {
    match lang {
        Lang::Vi => "vi",
        Lang::En => "en",
    }
}

/// The hidden field that every form needs.
pub fn csrf(who: &Who) -> Markup {
    html! { input type="hidden" name="csrf" value=(who.csrf); }
}

/// A sign from `icons.svg`; what it means stands beside it in words.
pub fn icon(name: &str) -> Markup {
    html! { svg.icon aria-hidden="true" focusable="false" { use href=(format!("{}#{name}", address("icons.svg"))) {} } }
}

/// Something said to the user, with its kind in a word and a sign.
pub fn notice(lang: Lang, told: &Notice) -> Markup {
    let (class, sign, word, text) = match told {
        Notice::Done(text) => ("done", "xong", words::done(), text),
        Notice::Warning(text) => ("warning", "canh-bao", words::warning(), text),
        Notice::Error(text) => ("error", "loi", words::error(), text),
    };
    html! {
        div.notice.(class) role=(if class == "error" { "alert" } else { "status" }) {
            (icon(sign))
            p { strong { (word.get(lang)) ": " } (marked(text.get(lang))) }
        }
    }
}

/// So many of one kind are shown; more are folded away, lest one kind hide the others.
const OF_ONE_KIND: usize = 2;

/// Problems as `loa check` says them: what, where, what to do; those that keep something off the air first. `sources` are
/// the texts that their places point into.
pub fn problems(lang: Lang, problems: &[Problem], sources: &Sources) -> Markup {
    let mut kinds: Vec<Vec<&Problem>> = Vec::new();
    for problem in problems {
        let is_like = |kind: &&mut Vec<&Problem>| {
            kind.first().is_some_and(|first| (first.code, first.severity) == (problem.code, problem.severity))
        };
        match kinds.iter_mut().find(is_like) {
            Some(kind) => kind.push(problem),
            None => kinds.push(vec![problem]),
        }
    }
    kinds.sort_by_key(|kind| match kind.first().map(|first| first.severity) {
        Some(Severity::Error) => 0,
        Some(Severity::Warning) => 1,
        Some(Severity::Notice) | None => 2,
    });
    html! {
        @if !problems.is_empty() {
            ul.problems { @for kind in &kinds { (one_kind(lang, kind, sources)) } }
        }
    }
}

fn one_kind(lang: Lang, kind: &[&Problem], sources: &Sources) -> Markup {
    // A fold for one alone saves no room.
    let shown = if kind.len() > OF_ONE_KIND + 1 { OF_ONE_KIND } else { kind.len() };
    let (shown, more) = kind.split_at(shown);
    let count = more.len();
    let words = Text::new(format!("và {count} điều như vậy nữa"), format!("and {count} more like these"));
    html! {
        @for problem in shown { (one_problem(lang, problem, sources)) }
        @if !more.is_empty() {
            li { details.more {
                summary { (words.get(lang)) }
                ul.problems { @for problem in more { (one_problem(lang, problem, sources)) } }
            } }
        }
    }
}

fn one_problem(lang: Lang, problem: &Problem, sources: &Sources) -> Markup {
    let (class, sign) = match problem.severity {
        Severity::Error => ("error", "loi"),
        Severity::Warning => ("warning", "canh-bao"),
        Severity::Notice => ("hint", "luu-y"),
    };
    let place = problem.place.as_ref().map(|place| match sources.get(&place.file) {
        Some(text) if place.span.start <= text.len() => {
            let line = text.as_bytes()[..place.span.start].iter().filter(|byte| **byte == b'\n').count() + 1;
            (format!("{}, {} {line}", place.file, words::line().get(lang)), text_of(&place.file, line))
        }
        _ => (place.file.clone(), None),
    });
    html! {
        li.problem.(class) {
            (icon(sign))
            div {
                p { strong { (first_large(problem.severity.words().get(lang))) ": " } (marked(problem.message.get(lang))) }
                p.help { (marked(problem.help.get(lang))) }
                @match place {
                    Some((words, Some(to))) => { p.place { a href=(to) { code { (words) } } } }
                    Some((words, None)) => { p.place { code { (words) } } }
                    None => {}
                }
            }
        }
    }
}

/// Where that line of a month's file is seen, and changed by who may.
fn text_of(file: &str, line: usize) -> Option<String> {
    let month: Month = file.strip_prefix("schedules/")?.strip_suffix(".toml")?.parse().ok()?;
    Some(format!("/lich/{month}/toml?dong={line}"))
}

/// A message of ours: what it has between backticks is shown as what one types or reads.
pub fn marked(text: &str) -> Markup {
    let pieces: Vec<&str> = text.split('`').collect();
    let paired = pieces.len() % 2 == 1;
    html! {
        @if paired {
            @for (n, piece) in pieces.iter().enumerate() { @if n % 2 == 1 { code { (piece) } } @else { (piece) } }
        } @else {
            (text)
        }
    }
}

/// With its first letter large.
pub fn first_large(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

/// The page of a refusal.
pub(super) fn refused(manner: &Manner, refused: &Refused) -> Markup {
    bare_page(
        manner,
        &words::not_done(),
        html! {
            (notice(manner.lang, &Notice::Error(refused.text.clone())))
            p { a.button href="/" { (manner.say(&words::back())) } }
        },
    )
}
