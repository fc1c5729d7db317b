//! The layout that all pages share, and what several of them show.

use maud::{DOCTYPE, Markup, html};

use super::assets::address;
pub use super::places::here;
use super::places::in_fields;
use super::refused::Refused;
use super::who::{Manner, Theme, Who};
use super::{script_words, words};
use crate::problem::{Lang, Text};

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
                // Of what was asked to sound it is out of date when that is over: the page's script takes it away.
                @for told in &who.notices { div.told { (answered(manner.lang, told)) } }
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

/// The head of a page that stands below another: the way back there, which is called `of`, and its own title.
pub fn below(back: &str, of: &str, title: &str) -> Markup {
    html! {
        link rel="stylesheet" href=(address("pages.css"));
        div.title {
            p { a href=(back) { "← " (of) } }
            h1 { (title) }
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "`html!` makes it on the spot")]
fn document(manner: &Manner, title: &Text, body: Markup) -> Markup {
    let lang = manner.lang;
    let theme = Some(manner.theme.code()).filter(|_| manner.theme != Theme::System);
    html! {
        (DOCTYPE)
        html lang=(lang.code()) data-theme=[theme] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (manner.say(title)) " · " (manner.station) }
                link rel="icon" type="image/svg+xml" href=(address("loa.svg"));
                link rel="stylesheet" href=(address("loa.css"));
                script src=(address("loa.js")) defer {}
            }
            body data-words=(script_words::all(lang)) {
                p.on-paper { (manner.station) }
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
    let back = html! { input type="hidden" name="ve" value=(manner.back); };
    html! {
        form.switch method="post" action="/tieng" {
            (back)
            button.quiet type="submit" name="tieng" value=(other.code()) lang=(other.code()) {
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
    drawn(lang, told, false)
}

/// Why a form comes again: whoever sent it is taken there first.
pub fn refusal(lang: Lang, why: &Text) -> Markup {
    drawn(lang, &Notice::Error(why.clone()), true)
}

/// What came of a form.
pub fn answered(lang: Lang, told: &Notice) -> Markup {
    match told {
        Notice::Error(why) => refusal(lang, why),
        Notice::Done(_) | Notice::Warning(_) => notice(lang, told),
    }
}

fn drawn(lang: Lang, told: &Notice, first: bool) -> Markup {
    let (class, sign, word, text) = match told {
        Notice::Done(text) => ("done", "xong", words::done(), text),
        Notice::Warning(text) => ("warning", "canh-bao", words::warning(), text),
        Notice::Error(text) => ("error", "loi", words::error(), text),
    };
    html! {
        div.notice.(class) role=(if class == "error" { "alert" } else { "status" }) tabindex=[first.then_some("-1")] autofocus[first] {
            (icon(sign))
            div {
                p { strong { (word.get(lang)) ": " } (marked(&in_fields(lang, text.get(lang)))) }
                (here(lang, text.get(lang)))
            }
        }
    }
}

/// A message that a terminal shows too, in the pages' words.
pub fn told(lang: Lang, text: &str) -> Markup {
    marked(&in_fields(lang, text))
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

/// The same where no markup can stand, as in a list to choose from: between quotation marks.
pub fn quoted(text: &str) -> String {
    let mut marks = ['“', '”'].into_iter().cycle();
    text.chars().map(|letter| if letter == '`' { marks.next().unwrap_or(letter) } else { letter }).collect()
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
