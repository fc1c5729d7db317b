//! One recording: how it looks and sounds, what was measured, where it is used, who answers for it.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;

use super::either;
use super::shelf::{Standing, approval_badge, standing_badge, use_words, uses_of};
use crate::audio::waveform::Waveform;
use crate::cells;
use crate::clock;
use crate::console::assets::address;
use crate::console::page::{Notice, Tab, csrf, marked, notice, page};
use crate::console::problems::problems;
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::say::{date_and_time, decibels, length, month_in, query};
use crate::console::site::Site;
use crate::console::who::Who;
use crate::home::Home;
use crate::library::{Approved, As, Library, Refusal, Use};
use crate::problem::{Lang, Problem, Sources, Text};
use crate::programme::particulars::Approval;
use crate::saving::PlanFile;
use crate::schedule::Month;
use crate::schedule::audio_facts::{AudioFacts, AudioFault};
use crate::station::LineSettings;
use crate::timetable;

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    ten: String,
}

/// All that its page shows.
struct Shown {
    rel: String,
    len_bytes: u64,
    found: Result<(AudioFacts, Waveform), AudioFault>,
    uses: Vec<Use>,
    problems: Vec<Problem>,
    zone: TimeZone,
    /// Where it is planned from here: the form of today's new segment or, where the month has no plan yet, the month.
    to_plan: String,
    line: LineSettings,
}

impl Shown {
    fn standing(&self) -> Standing {
        match (&self.found, self.problems.len()) {
            (Err(_), _) => Standing::Unfit,
            (Ok(_), 0) => Standing::Good,
            (Ok(_), count) => Standing::Remarks(count),
        }
    }
}

/// Opens it; one that was never measured is decoded now.
fn look(home: &Home, in_force: Option<&str>, rel: &str) -> Result<Shown, Refusal> {
    let library = Library::of(home);
    let path = library.path(rel)?;
    let len_bytes = path.metadata().map(|known| known.len()).unwrap_or(0);
    let mut catalogue = library.catalogue();
    let known = catalogue.facts(library.audio(), &[rel.to_owned()]).remove(rel);
    let found = known.unwrap_or(Err(AudioFault::Absent)).and_then(|facts| {
        let waveform = catalogue.waveform(&path, &facts.sha256)?;
        Ok((facts, waveform))
    });
    let (station, uses) = uses_of(home, in_force, rel, clock::now());
    let problems = match &found {
        Ok((facts, _)) => timetable::of_recording(&format!("audio/{rel}"), facts, &station.line),
        Err(_) => Vec::new(),
    };
    let (zone, line) = (station.zone, station.line);
    let to_plan = to_plan(home, rel, zone.to_datetime(clock::now()).date());
    Ok(Shown { rel: rel.to_owned(), len_bytes, found, uses, problems, zone, to_plan, line })
}

fn to_plan(home: &Home, rel: &str, today: Date) -> String {
    let month = Month::of(today);
    let is_planned = PlanFile::Month(month).read(home).is_ok_and(|text| text.is_some());
    if is_planned { format!("/lich/{today}/tiet-muc{}", query([("tep", rel)])) } else { format!("/lich/{month}") }
}

pub(super) async fn shown(State(site): State<Site>, who: Who, Query(asked): Query<Asked>) -> Result<Markup, Refused> {
    let (home, rel) = (site.link.home().clone(), asked.ten.clone());
    let in_force = site.station_in_force().await?;
    let shown = site.work(move || look(&home, in_force.as_deref(), &rel)).await?;
    let shown = shown.map_err(|refusal| Refused {
        status: StatusCode::NOT_FOUND,
        ..Refused::bad(refusal.words(&format!("audio/{}", asked.ten)))
    })?;
    let lang = who.lang();
    let (folder, name) = shown.rel.rsplit_once('/').unwrap_or(("", &shown.rel));
    Ok(page(
        &who,
        Tab::Library,
        &Text::new(name, name),
        html! {
            link rel="stylesheet" href=(address("pages.css"));
            script src=(address("library.js")) defer {}
            div.title {
                p { a href="/kho" { "← " (either(lang, "Kho âm thanh", "Library")) } }
                h1 { (name) }
                p { (standing_badge(shown.standing(), lang)) }
                p.muted { code { "audio/" @if !folder.is_empty() { (folder) "/" } (name) } }
            }
            div.columns {
                div.column {
                    @match &shown.found {
                        Ok((facts, waveform)) => (player(&shown, facts, waveform, lang)),
                        Err(fault) => (notice(lang, &Notice::Error(fault.words(&format!("audio/{}", shown.rel))))),
                    }
                    (problems(&who, &shown.problems, &Sources::new()))
                    (used(&who, &shown))
                }
                div.column {
                    @if let Ok((facts, _)) = &shown.found { (facts_card(&shown, facts, lang)) }
                    @if who.may(Role::Operator) { (changes(&who, &shown)) }
                }
            }
        },
    ))
}

fn player(shown: &Shown, facts: &AudioFacts, waveform: &Waveform, lang: Lang) -> Markup {
    let sound = format!("/kho/nghe{}", query([("ten", shown.rel.as_str())]));
    let stretches = waveform.pairs().len().max(1);
    html! {
        section.card {
            div.head {
                h2 { (either(lang, "Nghe", "Listen")) }
                span.num.muted { (length(facts.file_ms)) }
            }
            div.wave data-wave {
                svg viewBox=(format!("0 -127 {stretches} 254")) preserveAspectRatio="none" role="img"
                    aria-label=(either(lang, "Dạng sóng của bản ghi", "Outline of the recording")) {
                    path.middle d=(format!("M0 0H{stretches}")) {}
                    path.outline d=(waveform.svg_path()) {}
                }
                span.head-line hidden {}
            }
            audio controls preload="none" src=(sound) {
                a href=(sound) { (either(lang, "Tải về để nghe", "Download it to listen")) }
            }
        }
    }
}

fn facts_card(shown: &Shown, facts: &AudioFacts, lang: Lang) -> Markup {
    let measures = facts.measures.as_deref();
    let unit = |hundredths: Option<i32>, unit: &str| {
        hundredths.map_or_else(|| "—".to_owned(), |value| format!("{} {unit}", decibels(value, lang)))
    };
    let seconds = |ms: u64| {
        let figure = cells::tenths(i64::try_from(ms).unwrap_or(i64::MAX), 1000, lang);
        format!("{figure} {}", either(lang, "giây", "s"))
    };
    let row =
        |vi: &'static str, en: &'static str, value: String| html! { dt { (either(lang, vi, en)) } dd.num { (value) } };
    html! {
        section.card {
            h2 { (either(lang, "Đã đo", "Measured")) }
            dl.facts {
                (row("Độ dài", "Length", timetable::duration_words(facts.file_ms).get(lang).to_owned()))
                (row("Độ to của bản ghi", "Loudness as recorded", unit(facts.line_clufs(2), "LUFS")))
                (row("Độ to khi ra loa", "Loudness on the line", on_the_line(facts, &shown.line, lang)))
                @if let Some(measures) = measures {
                    (row("Đỉnh thật", "True peak", unit(measures.true_peak_cdbtp, "dBTP")))
                    (row("Im lặng ở đầu", "Silence at its start", seconds(measures.silence_head_ms)))
                    (row("Im lặng dài nhất ở giữa", "Longest silence inside", seconds(measures.silence_inside_ms)))
                    (row("Im lặng ở cuối", "Silence at its end", seconds(measures.silence_tail_ms)))
                    @if let Some(title) = &measures.title { (row("Tên ghi trong tệp", "Title in the file", title.clone())) }
                    @if let Some(artist) = &measures.artist { (row("Người ghi trong tệp", "Artist in the file", artist.clone())) }
                }
                (row("Kiểu", "Kind", format!("{} · {} Hz", facts.codec, facts.rate_hz)))
                (row("Số kênh", "Channels", facts.channels.to_string()))
                (row("Dung lượng", "Size", format!("{} KiB", shown.len_bytes.div_ceil(1024))))
                dt { "SHA-256" } dd { code.hash { (facts.sha256) } }
            }
        }
    }
}

/// How loud it airs, and by how much Loa raises or lowers it for that: `−16,0 LUFS (Loa tăng 4,1 dB)`.
fn on_the_line(facts: &AudioFacts, line: &LineSettings, lang: Lang) -> String {
    let Some(clufs) = facts.line_clufs(2) else { return "—".to_owned() };
    let gain_cdb = line.gain_cdb(Some(clufs));
    let aired = format!("{} LUFS", decibels(clufs + gain_cdb, lang));
    let by = decibels(gain_cdb.abs(), lang);
    match gain_cdb.signum() {
        0 => aired,
        1 => format!("{aired} ({} {by} dB)", either(lang, "Loa tăng", "raised by")),
        _ => format!("{aired} ({} {by} dB)", either(lang, "Loa giảm", "lowered by")),
    }
}

fn used(who: &Who, shown: &Shown) -> Markup {
    let lang = who.lang();
    html! {
        section.card {
            h2 { (either(lang, "Dùng ở đâu, ai duyệt", "Where it is used, who approved it")) }
            @if shown.uses.is_empty() {
                p.muted { (either(lang, "Kế hoạch từ tháng này chưa dùng bản ghi này.", "No schedule from this month on uses it.")) }
                p { (either(lang,
                    "Duyệt là duyệt cho một tiết mục: xếp bản ghi vào lịch trước, rồi nút duyệt có ngay ở đây.",
                    "What is approved is a segment: plan the recording first, then it is approved here.")) }
                @if who.may(Role::Operator) {
                    p { a.button href=(shown.to_plan) { (either(lang, "Xếp vào lịch", "Plan it")) } }
                }
            } @else {
                ul.plain.uses { @for one in &shown.uses { (one_use(who, shown, one)) } }
            }
        }
    }
}

fn one_use(who: &Who, shown: &Shown, one: &Use) -> Markup {
    let lang = who.lang();
    let next = one.next.map(|at| date_and_time(at, &shown.zone, lang));
    let times = one.airings;
    html! {
        li {
            div.head {
                h3 { (use_words(one).get(lang)) }
                @if let As::Segment { approved, .. } = &one.used_as { (approval_badge(approved, lang)) }
            }
            p.muted {
                (either(lang, "Tháng", "Month")) " " (month_in(one.month, lang))
                @if times > 0 { " · " (times) " " (either(lang, "lượt phát", if times == 1 { "airing" } else { "airings" })) }
                @if let Some(next) = next { " · " (either(lang, "gần nhất", "next")) " " (next) }
            }
            @if let As::Segment { id, approved, sha256, .. } = &one.used_as {
                @if let Some(text) = approval_words(approved, lang) { p { (text) } }
                @if let (Some(sha256), true) = (sha256, !matches!(approved, Approved::Pinned(_))) {
                    @if who.may(Role::Approver) { (approval_form(who, shown, one, id, sha256)) }
                    @else { p.hint-text { (either(lang, "Tài khoản có vai trò duyệt mới duyệt được.", "An account with the role of approver can approve it.")) } }
                }
            }
        }
    }
}

fn approval_form(who: &Who, shown: &Shown, one: &Use, id: &str, sha256: &str) -> Markup {
    let lang = who.lang();
    let field = format!("so-{}-{id}", one.month);
    html! {
        form.approve method="post" action="/kho/duyet" {
            (csrf(who))
            input type="hidden" name="ten" value=(shown.rel);
            input type="hidden" name="thang" value=(one.month);
            input type="hidden" name="tiet_muc" value=(id);
            input type="hidden" name="sha256" value=(sha256);
            label for=(field) { span { (either(lang, "Số văn bản (nếu có)", "Document's number (if any)")) }
                input id=(field) name="so" maxlength="80" placeholder="12/UBND" autocomplete="off"; }
            button.primary type="submit" { (either(lang, "Duyệt bản ghi này", "Approve this recording")) }
            p.hint-text { (either(lang, "Người duyệt", "Approved by")) ": " (who.name()) }
        }
    }
}

fn approval_words(approved: &Approved, lang: Lang) -> Option<String> {
    let of = |approval: &Approval| {
        let number = approval.reference.as_ref().map(|number| format!(", {number}")).unwrap_or_default();
        format!("{}, {}{number}", approval.by, cells::date(approval.on, lang))
    };
    match approved {
        Approved::No => None,
        Approved::Pinned(approval) => Some(of(approval)),
        Approved::Unpinned(approval) => Some(format!(
            "{}. {}",
            of(approval),
            either(lang, "Bản duyệt không ghim vào tệp nào.", "The approval pins no file.")
        )),
        Approved::Changed(approval) => Some(format!(
            "{}. {}",
            of(approval),
            either(
                lang,
                "Tệp đã khác bản được duyệt nên sẽ không phát.",
                "The file is not the approved one and will not air."
            )
        )),
    }
}

fn changes(who: &Who, shown: &Shown) -> Markup {
    let lang = who.lang();
    let (folder, name) = shown.rel.rsplit_once('/').unwrap_or(("", &shown.rel));
    let sha256 = shown.found.as_ref().map(|(facts, _)| facts.sha256.as_str()).unwrap_or_default();
    html! {
        section.card {
            h2 { (either(lang, "Thay đổi", "Change")) }
            @if !sha256.is_empty() {
                details {
                    summary { (either(lang, "Thay bằng tệp khác", "Replace by another file")) }
                    form.stack method="post" action="/kho/tai-len" enctype="multipart/form-data" {
                        (csrf(who))
                        input type="hidden" name="thu_muc" value=(folder);
                        input type="hidden" name="ten" value=(name);
                        input type="hidden" name="thay" value=(sha256);
                        label { span { (either(lang, "Tệp mới", "New file")) } input type="file" name="tep" required; }
                        p.hint-text { (marked(either(lang, "Tên giữ nguyên, bản cũ được cất vào `var/trash`. Bản duyệt đã ghim vào bản cũ phải duyệt lại.",
                            "The name stays, the old one is put away in `var/trash`. An approval that pins the old one must be given anew."))) }
                        button type="submit" { (either(lang, "Thay", "Replace")) }
                    }
                }
            }
            @if shown.uses.is_empty() {
                details {
                    summary { (either(lang, "Đổi tên", "Rename")) }
                    form.stack method="post" action="/kho/doi-ten" {
                        (csrf(who))
                        input type="hidden" name="ten" value=(shown.rel);
                        label { span { (either(lang, "Tên mới", "New name")) } input name="ten_moi" value=(name) required maxlength="120"; }
                        button type="submit" { (either(lang, "Đổi tên", "Rename")) }
                    }
                }
                details {
                    summary { (either(lang, "Bỏ khỏi kho", "Remove")) }
                    form.stack method="post" action="/kho/bo" {
                        (csrf(who))
                        input type="hidden" name="ten" value=(shown.rel);
                        p.hint-text { (marked(either(lang, "Tệp được cất vào `var/trash`, không bị xóa.", "The file is put away in `var/trash` and not deleted."))) }
                        button.outline-danger type="submit" { (either(lang, "Bỏ khỏi kho", "Remove")) }
                    }
                }
            } @else {
                p.hint-text { (either(lang, "Bản ghi đang có trong kế hoạch nên không đổi tên hay bỏ được.",
                    "A schedule uses this recording, so it can be neither renamed nor removed.")) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::audio_facts::Measures;

    #[test]
    fn how_loud_it_airs_is_told_with_what_is_done_for_it() {
        let facts = |clufs: i32| AudioFacts {
            channels: 2,
            measures: Some(std::sync::Arc::new(Measures { loudness_clufs: Some(clufs), ..Measures::default() })),
            ..AudioFacts::default()
        };
        let line = LineSettings::default();
        let told = |clufs: i32| on_the_line(&facts(clufs), &line, Lang::Vi);
        assert_eq!(told(-2010), "−16,0 LUFS (Loa tăng 4,1 dB)");
        assert_eq!(told(-900), "−16,0 LUFS (Loa giảm 7,0 dB)");
        assert_eq!(told(-1600), "−16,0 LUFS");
        assert_eq!(told(-4500), "−25,0 LUFS (Loa tăng 20,0 dB)", "no further than it is raised");
        let as_they_are = LineSettings { loudness_clufs: None, ..line };
        assert_eq!(on_the_line(&facts(-2010), &as_they_are, Lang::En), "−20.1 LUFS");
    }
}
