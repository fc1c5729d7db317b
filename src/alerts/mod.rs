//! What somebody is to be told of, when, and in which words. Each way on which alerts leave has an [`Outbox`]: what waits
//! there goes together, not too often, until it has arrived.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::airing::IncidentKind;
use crate::cells;
use crate::director::TooLate;
use crate::doctor::months_due;
use crate::notes;
use crate::outcome::{Cause, Outcome};
use crate::problem::{Lang, Text};
use crate::schedule::Month;
use crate::timetable::Slot;

mod message;
mod outbox;

pub use message::{Message, Sender};
pub use outbox::{Outbox, Wait};

/// What happened, as the loop sees it. Words are in the language of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tell {
    /// A fault began; told again while it lasts, it is the same one.
    Began {
        /// What kind.
        kind: IncidentKind,
        /// When.
        at: Timestamp,
        /// In words.
        detail: String,
        /// What it waits for.
        urgency: Urgency,
    },
    /// A fault that lasts is another one now: what was told of it is to be mended no more, and this is.
    Changed {
        /// What kind.
        kind: IncidentKind,
        /// Since when.
        at: Timestamp,
        /// In words.
        detail: String,
    },
    /// A fault is over, if it was there.
    Ended {
        /// What kind.
        kind: IncidentKind,
        /// When.
        at: Timestamp,
    },
    /// Something that does not last.
    Happened(News),
}

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matter {
    /// A fault that may last.
    Incident(IncidentKind),
    /// A slot that was not heard as planned.
    Slot(Outcome),
    /// An edit of the plan that came too late for a slot.
    Edit,
    /// A slot of tomorrow that will not air as things stand.
    Tomorrow,
    /// A month that is about to begin, or has begun, without a plan.
    NoPlan(Month),
    /// Somebody tries whether alerts arrive.
    Trial,
}

/// How a matter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// It happened.
    Happened,
    /// It lasts; told before, if `again`.
    Lasts {
        /// It was told before.
        again: bool,
    },
    /// It is over.
    Over {
        /// Since when.
        until: Timestamp,
    },
}

/// One alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// What it is about.
    pub matter: Matter,
    /// How that stands.
    pub stands: Stands,
    /// When it happened or began; of what came several times, when the first of them did.
    pub at: Timestamp,
    /// When the last of them did.
    pub latest: Timestamp,
    /// How often it came, within one alert.
    pub times: u32,
    /// The slot it is about.
    pub slot: Option<String>,
    /// In words; may be empty.
    pub detail: String,
    /// What it waits for.
    pub urgency: Urgency,
}

/// What news wait for before they go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// For what may follow, and until the last message is old enough.
    Waits,
    /// Somebody may still mend it in time: for nothing that may follow, and for the last urgent message alone.
    Soon,
    /// An emergency that nobody heard, a line that was lost in the midst of what sounded: for no message at all, and though it is
    /// over by then.
    AtOnce,
}

impl News {
    fn happened(matter: Matter, at: Timestamp, slot: Option<String>, detail: String) -> News {
        News { matter, stands: Stands::Happened, at, latest: at, times: 1, slot, detail, urgency: Urgency::Waits }
    }

    /// Whether alerts arrive.
    pub fn trial(at: Timestamp) -> News {
        News::happened(Matter::Trial, at, None, String::new())
    }

    /// The run before ended without closing its log, last known alive at `at`.
    pub fn restarted(cause: Cause, at: Timestamp) -> News {
        let kind = if cause == Cause::Power { IncidentKind::PowerCut } else { IncidentKind::Crash };
        News::happened(Matter::Incident(kind), at, None, String::new())
    }

    /// Another hand was at the log, and it was put right: what was found, in words.
    pub fn log_touched(at: Timestamp, what: &str) -> News {
        News::happened(Matter::Incident(IncidentKind::LogTouched), at, None, what.to_owned())
    }

    /// An edit, read at `at`, that came too late for a slot.
    pub fn edit_too_late(at: Timestamp, slot: &Slot, why: TooLate, zone: &TimeZone, lang: Lang) -> News {
        let what = format!("{} `{}`: {}", clock_words(slot.planned, zone), slot.title, why.words().get(lang));
        News::happened(Matter::Edit, at, Some(slot.id.0.clone()), what)
    }

    /// What became of a slot, if anybody needs to be told: what a person ordered and what the calendar or a rule keeps
    /// off the air, they know.
    pub fn of_slot(ended: &Ended<'_>, zone: &TimeZone, lang: Lang) -> Option<News> {
        let Ended { slot, title, planned, outcome, cause, note, barred, is_emergency } = ended;
        let told = match outcome {
            Outcome::Missed => !matches!(cause, Some(Cause::Operator | Cause::Emergency)),
            Outcome::Failed | Outcome::Interrupted => true,
            Outcome::Excepted => {
                matches!(cause, Some(Cause::Unapproved | Cause::Changed | Cause::Expired | Cause::EditedLate))
            }
            Outcome::Aired | Outcome::Cut => false,
        };
        let why = notes::why(*cause, note, *barred);
        let detail = format!("{} `{title}`: {}", clock_words(*planned, zone), why.get(lang));
        let urgency = match outcome {
            _ if *is_emergency => Urgency::AtOnce,
            Outcome::Failed | Outcome::Interrupted => Urgency::Soon,
            _ => Urgency::Waits,
        };
        let news = News::happened(Matter::Slot(*outcome), *planned, Some((*slot).to_owned()), detail);
        told.then_some(News { urgency, ..news })
    }
}

/// What became of a slot.
#[derive(Clone, Copy, Debug)]
pub struct Ended<'a> {
    /// Its id.
    pub slot: &'a str,
    /// What it is called.
    pub title: &'a str,
    /// When it was planned for.
    pub planned: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, where it was not aired.
    pub cause: Option<Cause>,
    /// In words; may be empty.
    pub note: &'a str,
    /// What kept it off the air, if that did, as its author was told: the note may say it.
    pub barred: Option<&'a Text>,
    /// An emergency, which cuts whatever sounds: that nobody heard it is told ahead of all else.
    pub is_emergency: bool,
}

/// The evening's look ahead, made on `today` at `now`: what of tomorrow will not air, and which month lacks a plan.
/// `has_plan` says whether a month has its file.
pub fn look_ahead(
    slots: &[Slot],
    has_plan: impl Fn(Month) -> bool,
    (today, now): (Date, Timestamp),
    zone: &TimeZone,
    lang: Lang,
) -> Vec<News> {
    let tomorrow = today.tomorrow().ok();
    let barred = slots.iter().filter(|slot| Some(slot.date) == tomorrow).filter_map(|slot| {
        let bar = slot.bar.as_ref()?;
        let known = matches!(bar.cause, Cause::QuietHours | Cause::Cap | Cause::Holiday);
        let detail = format!("{} `{}`: {}", clock_words(slot.planned, zone), slot.title, bar.reason.get(lang));
        (!known).then(|| News::happened(Matter::Tomorrow, slot.planned, Some(slot.id.0.clone()), detail))
    });
    let missing = months_due(today).into_iter().filter(|month| !has_plan(*month));
    let missing = missing.map(|month| News::happened(Matter::NoPlan(month), now, None, String::new()));
    missing.chain(barred).collect()
}

/// `05:45:00 01/12`.
fn clock_words(at: Timestamp, zone: &TimeZone) -> String {
    cells::on_clock(at, zone).strftime("%H:%M:%S %d/%m").to_string()
}

/// When a matter stood so: of the clock itself with the year, for it may have shown another one.
fn when_words(matter: Matter, at: Timestamp, zone: &TimeZone) -> String {
    match matter {
        Matter::Incident(kind) if kind.is_of_the_clock() => {
            cells::on_clock(at, zone).strftime("%H:%M:%S %d/%m/%Y").to_string()
        }
        _ => clock_words(at, zone),
    }
}

/// How urgent a fault of this kind is: some keep everything from being heard, now.
pub fn urgency(kind: IncidentKind) -> Urgency {
    if matches!(kind, IncidentKind::LineLost | IncidentKind::LineSilent) { Urgency::Soon } else { Urgency::Waits }
}

/// Whether a fault of this kind is told by itself: what a stepped clock or a sleep did to the plan, the slots say; and what
/// was done to the log is told as a thing that happened.
fn is_told(kind: IncidentKind) -> bool {
    use IncidentKind::{Asleep, ClockConfirmed, ClockStep, LogTouched};
    !matches!(kind, ClockStep | ClockConfirmed | Asleep | LogTouched)
}
