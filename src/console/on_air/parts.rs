//! The parts of the page that change by themselves, each with its id.

use jiff::Timestamp;
use maud::{Markup, html};
use serde_json::Value;

use super::day::{Broadcast, Row, State};
use super::{sure, words};
use crate::cells;
use crate::console::link::{Snapshot, Sounding};
use crate::console::page::{Notice, first_large, here, icon, marked, notice, told};
use crate::console::say::{self, outcome_class};
use crate::console::silence::{self, Silence};
use crate::console::standing;
use crate::problem::{Lang, Text};
use crate::programme::Class;
use crate::reading::weekdays;
use crate::timetable::{Slot, late_words};

/// So many of what comes are listed; the rest of the day stands under “Hôm nay”.
const COMING: usize = 5;

/// What a part is made of.
pub(super) struct View<'v> {
    pub now: &'v Snapshot,
    pub today: &'v [Broadcast],
    pub fresh: bool,
    pub lang: Lang,
    /// For the script, which counts by itself: what changes each second is left out, so that a part that says nothing new
    /// is the same text.
    pub live: bool,
}

/// The ids of the parts, in the order of [`View::parts`].
pub(super) const IDS: [&str; 7] = ["dong-ho", "dang-phat", "tiep-theo", "hom-nay", "tinh-trang", "can-chu-y", CUTS];

/// Stands in the second step of an emergency.
pub(super) const CUTS: &str = "khan-cap-cat";

impl View<'_> {
    /// All of them.
    pub fn parts(&self) -> [Markup; IDS.len()] {
        let cuts = sure::cuts(self.now, self.fresh, self.lang);
        [self.clock(), self.on_air(), self.next(), self.today(), self.state(), self.attention(), cuts]
    }

    fn status(&self) -> &Value {
        self.now.status.get(self.lang)
    }

    fn say(&self, text: &Text) -> String {
        text.get(self.lang).to_owned()
    }

    fn clock_time(&self, at: Timestamp) -> String {
        cells::on_clock(at, self.now.zone()).strftime("%H:%M:%S").to_string()
    }

    /// Without seconds where they are none.
    fn short_time(&self, at: Timestamp) -> String {
        let time = self.clock_time(at);
        time.strip_suffix(":00").map(str::to_owned).unwrap_or(time)
    }

    /// What changes each second.
    fn ticking(&self, text: String) -> String {
        if self.live { String::new() } else { text }
    }

    /// The large clock; the script moves its figures on.
    fn clock(&self) -> Markup {
        let local = self.now.at.to_zoned_datetime(self.now.zone().clone());
        let offset_s = local.offset().seconds();
        let clock = &self.status()["clock"];
        let (trusted, synchronised) = (clock["trusted"] == true, clock["synchronised"] == true);
        let class = if !trusted {
            "bad"
        } else if synchronised {
            "good"
        } else {
            "warn"
        };
        html! {
                    h2.sr { (self.say(&words::clock())) }
                    time.time data-offset-s=(offset_s) { (self.ticking(local.strftime("%H:%M:%S").to_string())) }
                    p.day { (weekdays::name(local.date().weekday(), self.lang)) ", " (cells::date(local.date(), self.lang)) }
                    p.row { span.badge.(class) { (self.say(&trust(trusted, synchronised))) } }
        @if let Some(hint) = self.clock_hint(trusted, synchronised) { p.hint-text { (marked(&hint)) } }
        @if !trusted { p { a.button href=(super::clock::HERE) { (self.say(&words::confirm_clock())) } } }
                }
    }

    fn clock_hint(&self, trusted: bool, synchronised: bool) -> Option<String> {
        match (trusted, synchronised) {
            (false, _) => self.status()["clock"]["doubt"].as_str().map(first_large),
            (true, false) => Some(self.say(&words::compare())),
            (true, true) => None,
        }
    }

    fn on_air(&self) -> Markup {
        // The last one begun is what is heard; those before it are on their way out.
        match self.now.on_air.last() {
            Some(sounding) => self.sounding(sounding),
            None => html! {
                h2 { (self.say(&words::on_air())) }
                p.title.muted { (self.say(&words::nothing())) }
                @if let Some(next) = self.now.ahead.iter().find(|slot| slot.bar.is_none()) {
                    div.coming {
                        p { (self.say(&words::then())) ": " strong { (next.title) } (self.emergency(next)) " · " (self.instant_beside(next.planned)) }
                        p.num { (self.countdown(next.planned)) }
                    }
                }
            },
        }
    }

    fn sounding(&self, Sounding { slot, begins, ends }: &Sounding) -> Markup {
        let emergency = slot.class == Class::Emergency;
        let whole_ms = ends.duration_since(*begins).as_millis().max(1);
        let heard_ms = self.now.at.duration_since(*begins).as_millis().clamp(0, whole_ms);
        html! {
            div.head {
                h2 { (self.say(&words::on_air())) }
                (self.emergency(slot))
            }
            div {
                p.title data-slot=(slot.id.0) { (slot.title) }
                p.muted { (slot.kind.word(self.lang)) }
                @if let Some(by) = &slot.asked_by { p { (self.say(&by_whom(slot.class))) ": " strong { (by) } } }
                @if let Some(left) = standing::repeats_left(&self.status()["on_air"]).filter(|_| emergency) { p { (first_large(&self.say(&left))) } }
            }
            div.stack-small {
                progress id="da-phat" aria-label=(self.say(&words::progress())) max=(whole_ms) value=[(!self.live).then_some(heard_ms)]
                    data-begins-ms=(begins.as_millisecond()) data-ends-ms=(ends.as_millisecond()) {}
                div.times {
                    span data-since-ms=(begins.as_millisecond()) { (self.ticking(length(heard_ms))) }
                    span { (self.say(&words::left())) " " span data-until-ms=(ends.as_millisecond()) { (self.ticking(length(whole_ms - heard_ms))) } }
                }
            }
        }
    }

    fn next(&self) -> Markup {
        html! {
            h2 { (self.say(&words::then())) }
            @if self.now.ahead.is_empty() { p.muted { (self.say(&words::nothing_ahead())) } }
            ol.plain.next {
                @for slot in self.now.ahead.iter().take(COMING) {
                    li {
                        (self.instant(slot.planned))
                        span {
                            (slot.title) (self.emergency(slot))
                            @if let Some(bar) = &slot.bar { " " span.badge.warn { (bar.cause.word(self.lang)) } }
                        }
                        span.in { (self.countdown(slot.planned)) }
                    }
                }
            }
        }
    }

    /// How far ahead it is.
    fn countdown(&self, at: Timestamp) -> Markup {
        let left_ms = at.duration_since(self.now.at).as_millis();
        html! {
            (self.say(&words::in_words())) " "
            span data-in-ms=(at.as_millisecond()) { (self.ticking(left(left_ms, self.lang))) }
        }
    }

    /// That it is one; nothing of anything else.
    fn emergency(&self, slot: &Slot) -> Markup {
        html! { @if slot.class == Class::Emergency { " " span.badge.bad { (self.say(&words::emergency())) } } }
    }

    /// The date of an instant, where that is another day.
    fn other_day(&self, at: Timestamp) -> Option<String> {
        let date = |at: Timestamp| cells::on_clock(at, self.now.zone()).date();
        (date(at) != date(self.now.at)).then(|| cells::date(date(at), self.lang))
    }

    /// With its date below it.
    fn instant(&self, at: Timestamp) -> Markup {
        html! {
            time.num datetime=(at.to_string()) {
                (cells::on_clock(at, self.now.zone()).strftime("%H:%M"))
                @if let Some(date) = self.other_day(at) { br; small { (date) } }
            }
        }
    }

    /// With its date in the same line.
    fn instant_beside(&self, at: Timestamp) -> Markup {
        html! { time { (self.short_time(at)) @if let Some(date) = self.other_day(at) { ", " (date) } } }
    }

    fn today(&self) -> Markup {
        html! {
            h2 { (self.say(&words::today())) }
            @for told in &*self.now.unlike { p { span.badge.warn { (self.say(&words::unlike())) } " " (self.say(&told.words)) } }
            @if self.today.is_empty() {
                p.muted { (self.say(&words::nothing_today())) }
                p { a.button href="/lich" { (self.say(&words::plan_it())) } }
            }
            @for broadcast in self.today {
                section.order {
                    h3 { (self.say(&broadcast.name)) }
                    ol { @for row in &broadcast.rows { (self.row(row)) } }
                }
            }
        }
    }

    fn row(&self, row: &Row) -> Markup {
        let (class, word) = self.state_words(&row.state);
        let why = self.why(row);
        html! {
            li.is-live[row.state == State::OnAir] {
                time.num { (self.short_time(row.slot.planned)) }
                span {
                    (row.slot.title) (self.emergency(&row.slot))
                    @if let Some(by) = &row.slot.asked_by { " " small.muted { (by) } }
                }
                span.badge.(class) { (word) }
                @if !why.is_empty() { span.why { (told(self.lang, &why)) } }
            }
        }
    }

    fn state_words(&self, state: &State) -> (&'static str, String) {
        match state {
            State::Silent(Silence::Ahead) => ("", self.say(&words::ahead())),
            State::Barred => ("warn", self.say(&words::barred())),
            State::Armed => ("", self.say(&words::armed())),
            State::OnAir => ("live", self.say(&words::on_air())),
            State::Due | State::Silent(Silence::Due) => ("warn", self.say(&words::due())),
            State::Silent(Silence::BeforeTheLog) => ("", self.say(&silence::before_the_log())),
            State::Silent(Silence::PlannedLate) => ("warn", self.say(&silence::planned_late())),
            State::Ended { outcome, .. } => (outcome_class(*outcome), outcome.word(self.lang).to_owned()),
        }
    }

    /// Why it is not as planned; empty where it is.
    fn why(&self, row: &Row) -> String {
        match &row.state {
            State::Barred => row.slot.bar.as_ref().map(|bar| bar.reason.get(self.lang).to_owned()).unwrap_or_default(),
            State::Ended { cause, note, late_ms, .. } => {
                let late = late_ms.filter(|late_ms| late_ms.abs() >= 1000).and_then(late_words);
                let late = late.map(|late| self.say(&late));
                let cause = cause.map(|cause| cause.word(self.lang).to_owned());
                let note = Some(self.say(note)).filter(|note| !note.is_empty());
                [cause, note, late].into_iter().flatten().collect::<Vec<_>>().join("; ")
            }
            State::Silent(Silence::PlannedLate) => self.say(&silence::planned_late_why()),
            State::Silent(_) | State::Armed | State::OnAir | State::Due => String::new(),
        }
    }

    fn state(&self) -> Markup {
        let status = self.status();
        let line = standing::line_class(status);
        html! {
            h2 { (self.say(&words::state())) }
            dl.facts {
                dt { (self.say(&words::line())) }
                dd {
                    span.badge.(line) { (standing::line(status).get(self.lang)) }
                    @if let Some(device) = status["line"]["device"].as_str() { " " code { (device) } }
                }
                @if let Some(amplifier) = standing::amplifier(status) {
                    dt { (self.say(&words::amplifier())) }
                    dd { span.badge { (amplifier.get(self.lang)) } }
                }
            }
        }
    }

    fn attention(&self) -> Markup {
        let (waits, troubles) =
            (standing::waits(self.status(), self.lang), standing::troubles(self.status(), self.lang));
        let remarks = waits.iter().map(|one| (one, "hint", "luu-y"));
        let remarks = remarks.chain(troubles.iter().map(|one| (one, "error", "canh-bao")));
        html! {
            h2 { (self.say(&words::attention())) }
            @if !self.fresh {
                (notice(self.lang, &Notice::Error(stale(&self.clock_time(self.now.at)))))
            } @else if troubles.is_empty() {
                p.row { span.badge.good { (self.say(&words::all_well())) } }
            }
            ul.problems {
                @for ((what, more), class, sign) in remarks {
                    li.problem.(class) { (icon(sign)) div { p { strong { (marked(&calm(what))) } } p { (told(self.lang, &first_large(more))) } (here(self.lang, more)) } }
                }
            }
        }
    }
}

/// By whose hand it sounds, as the log says it too.
fn by_whom(class: Class) -> Text {
    if class == Class::Emergency { words::ordered_by() } else { words::asked_by() }
}

fn stale(at: &str) -> Text {
    let text = words::stale();
    Text::new(format!("{} {at}.", text.vi), format!("{} {at}.", text.en))
}

fn trust(trusted: bool, synchronised: bool) -> Text {
    match (trusted, synchronised) {
        (false, _) => Text::new("Giờ máy chưa đáng tin", "The clock is not trusted"),
        (true, true) => Text::new("Giờ máy đúng", "The clock is kept right"),
        (true, false) => Text::new("Không có nguồn giờ", "No time source"),
    }
}

/// What a terminal says loudly in its first words: here colour and sign do that.
fn calm(text: &str) -> String {
    let is_loud = |word: &&str| word.chars().any(char::is_alphabetic) && !word.chars().any(char::is_lowercase);
    let loud = text.split(' ').take_while(is_loud).map(|word| word.len() + 1).sum::<usize>();
    let (loud, rest) = text.split_at(loud.min(text.len()));
    first_large(&format!("{}{rest}", loud.to_lowercase()))
}

/// `4:05` within the hour, when seconds count; `12 giờ 15 phút`, `3 ngày 12 giờ` beyond it. `loa.js` says the same.
pub(super) fn left(ms: i128, lang: Lang) -> String {
    let minutes = ms.max(0) / 60_000;
    let unit = |word: Text| word.get(lang).to_owned();
    let (days, hours) = (minutes / (24 * 60), minutes / 60 % 24);
    match (days, hours) {
        (0, 0) => length(ms),
        (0, hours) => format!("{hours} {} {:02} {}", unit(words::hours()), minutes % 60, unit(words::minutes())),
        (days, hours) => format!("{days} {} {hours} {}", unit(words::days()), unit(words::hours())),
    }
}

/// `4:05`, `1:02:03`; what is less than nothing is nothing.
fn length(ms: i128) -> String {
    say::length(u64::try_from(ms).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loud_first_words_are_said_calmly_and_names_stay() {
        for (loud, calmly) in [
            ("MÁY CÓ THỂ NGỦ", "Máy có thể ngủ"),
            ("KHÔNG NHẬN kế hoạch 2026-12", "Không nhận kế hoạch 2026-12"),
            ("SỬA QUÁ MUỘN 01/12 05:45:00 CCHC", "Sửa quá muộn 01/12 05:45:00 CCHC"),
            ("Đường loa mới", "Đường loa mới"),
        ] {
            assert_eq!(calm(loud), calmly);
        }
    }

    #[test]
    fn what_is_far_ahead_is_counted_in_words_and_what_is_near_in_seconds() {
        let minute = 60_000;
        for (ms, vi, en) in [
            (-5, "0:00", "0:00"),
            (4 * minute + 5_000, "4:05", "4:05"),
            (60 * minute, "1 giờ 00 phút", "1 h 00 min"),
            (12 * 60 * minute + 15 * minute + 59_000, "12 giờ 15 phút", "12 h 15 min"),
            (84 * 60 * minute, "3 ngày 12 giờ", "3 d 12 h"),
        ] {
            assert_eq!((left(ms, Lang::Vi).as_str(), left(ms, Lang::En).as_str()), (vi, en));
        }
    }
}
