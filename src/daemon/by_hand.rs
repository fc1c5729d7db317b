//! What a person asks of the running daemon through the local socket: `loa play`, `skip`, `stop`, `emergency`,
//! `clock confirm`. The rules are
//! looked at here and by the director; who asked goes into the log with what came of it.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Daemon;
use crate::airing::{Entry, name_of};
use crate::audio::names;
use crate::clock;
use crate::director::{Event, Request};
use crate::instants::later_ms;
use crate::ledger::{self, Reader, Synced};
use crate::outcome::{Cause, Outcome};
use crate::problem::{Text, seen};
use crate::programme::Class;
use crate::schedule::audio_facts::AudioFault;
use crate::station::ApprovalRule;
use crate::timetable::{ByHand, Repeats, Slot, SlotId, TONE_FILE, cap_against};

/// How long the loop waits for a correction to be on disk.
const CORRECTION_WAIT: Duration = Duration::from_millis(300);
/// And until an order that the next run must know of is.
const ORDER_WAIT: Duration = Duration::from_millis(300);
/// Requests remembered for those who ask what came of them.
const REMEMBERED: usize = 256;

/// What came of a request so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Came {
    began: Option<Timestamp>,
    ended: Option<(Outcome, Option<Cause>, String)>,
}

/// Requests by the slots that were made of them.
#[derive(Debug, Default)]
pub(super) struct Requests {
    number: u64,
    came: BTreeMap<SlotId, Came>,
    /// The same in the order of their asking.
    asked: VecDeque<SlotId>,
}

impl Requests {
    pub fn began(&mut self, slot: &SlotId, at: Timestamp) {
        if let Some(came) = self.came.get_mut(slot) {
            came.began.get_or_insert(at);
        }
    }

    pub fn ended(&mut self, slot: &SlotId, outcome: Outcome, cause: Option<Cause>, note: &str) {
        if let Some(came) = self.came.get_mut(slot) {
            came.ended = Some((outcome, cause, note.to_owned()));
        }
    }

    fn remember(&mut self, slot: &SlotId) {
        self.came.insert(slot.clone(), Came::default());
        self.asked.push_back(slot.clone());
        while self.asked.len() > REMEMBERED {
            self.asked.pop_front().and_then(|oldest| self.came.remove(&oldest));
        }
    }
}

/// A recording or segment that somebody names.
struct Wanted {
    title: String,
    files: Vec<String>,
    of: Option<Slot>,
}

impl Daemon {
    /// Answers what a person asks for; none if it is no such question.
    pub(super) fn by_hand(&mut self, question: &Value) -> Option<Value> {
        let by = name_of(question["by"].as_str().unwrap_or_default());
        let answer = match (question["ask"].as_str()?, by) {
            ("take_line", _) => self.take_line(),
            ("came_of", _) => Ok(self.came_of(&SlotId(question["slot"].as_str().unwrap_or_default().to_owned()))),
            (
                "play" | "tone" | "emergency" | "skip" | "stop" | "end_emergency" | "correct" | "confirm_clock",
                Err(why),
            ) => Err(why),
            ("known", _) => self.wanted(question).map(|wanted| json!({ "title": wanted.title, "files": wanted.files })),
            ("play", Ok(by)) => self.play(question, by),
            ("emergency", Ok(by)) => self.emergency(question, by),
            ("tone", Ok(by)) => self.tone(by),
            ("confirm_clock", Ok(by)) => self.confirm_clock(by, question["sure"] == true),
            ("skip", Ok(by)) => self.cut_of_the_plan(Request::Skip { by: by.to_owned() }),
            ("stop", Ok(by)) => self.cut_of_the_plan(Request::Stop { by: by.to_owned() }),
            ("end_emergency", Ok(by)) => Ok(self.cut(Request::EndEmergency { by: by.to_owned() })),
            ("correct", Ok(_)) => self.correct(question),
            _ => return None,
        };
        Some(answer.unwrap_or_else(|why| json!({ "refused": { "vi": why.vi, "en": why.en } })))
    }

    fn play(&mut self, question: &Value, by: &str) -> Result<Value, Text> {
        let now = clock::now();
        if let Some(why) = self.kept_by_the_clock(now) {
            return Err(why);
        }
        let wanted = self.wanted(question)?;
        let slot = self.slot_by_hand(now, wanted, Class::Normal, by);
        let station = self.schedules.station();
        // As at the hour of the plan: whatever of it was approved.
        let approved = slot.particulars.approved.is_some();
        if station.rules.approval == ApprovalRule::Required && !approved {
            return Err(Text::new(
                "đài đặt `approval = \"required\"`: chỉ phát được tiết mục đã duyệt; hãy duyệt bằng `loa approve` rồi gọi theo mã tiết mục",
                "the station has `approval = \"required\"`: only an approved segment may be played; approve it with `loa approve` and name it by its id",
            ));
        }
        let today = self.slots_of_day(&slot);
        if let Some(why) = cap_against(&station.rules, &today, &slot) {
            return Err(why);
        }
        self.requests.remember(&slot.id);
        tracing::info!(by, slot = slot.id.0, "asked to play");
        let id = slot.id.clone();
        self.step(Event::Asked(Request::Play(Box::new(slot))));
        Ok(json!({ "slots": [id.0] }))
    }

    /// The test tone, which is no broadcast: no cap counts it, and nobody has to approve it.
    fn tone(&mut self, by: &str) -> Result<Value, Text> {
        let now = clock::now();
        if let Some(why) = self.kept_by_the_clock(now) {
            return Err(why);
        }
        let wanted = Wanted { title: "Âm thử".to_owned(), files: vec![TONE_FILE.to_owned()], of: None };
        let slot = self.slot_by_hand(now, wanted, Class::Normal, by);
        self.requests.remember(&slot.id);
        tracing::info!(by, slot = slot.id.0, "asked for a test tone");
        let id = slot.id.clone();
        self.step(Event::Asked(Request::Play(Box::new(slot))));
        Ok(json!({ "slots": [id.0] }))
    }

    fn emergency(&mut self, question: &Value, by: &str) -> Result<Value, Text> {
        let now = clock::now();
        let Repeats { times, every_ms } = Repeats::asked(question)?;
        let wanted = self.wanted(question)?;
        let first = self.slot_by_hand(now, wanted, Class::Emergency, by);
        let mut ids = Vec::new();
        for n in 0..times {
            let mut slot = first.clone();
            slot.planned = later_ms(now, every_ms.saturating_mul(n));
            if n > 0 {
                slot.id.0 += &format!("~{}", n + 1);
            }
            self.requests.remember(&slot.id);
            ids.push(slot.id.0.clone());
            tracing::warn!(by, slot = slot.id.0, at = %slot.planned, "emergency");
            self.step(Event::Asked(Request::Play(Box::new(slot))));
        }
        // Whatever ends the program, the next run knows of the repeats.
        let written = times == 1 || self.ledger.written_down(ORDER_WAIT) == Synced::Yes;
        Ok(json!({ "slots": ids, "written": written }))
    }

    /// As `cut`, while no emergency sounds: that ends by an order of its own.
    fn cut_of_the_plan(&mut self, request: Request) -> Result<Value, Text> {
        if self.director.all_on_air().any(|slot| slot.class == Class::Emergency) {
            return Err(Text::new(
                "đang phát bản tin khẩn cấp; chỉ lệnh dừng khẩn cấp mới dừng được: `loa emergency --end`, hoặc nút “Dừng khẩn cấp” trên trang",
                "an emergency is on air; only its own order ends it: `loa emergency --end`, or the page's button for it",
            ));
        }
        Ok(self.cut(request))
    }

    /// What is cut by it, what an order before it has cut and still sounds, and what will not be heard for it, by title.
    fn cut(&mut self, request: Request) -> Value {
        tracing::info!(?request, "asked");
        let titled = |slot: &Slot| (slot.id.clone(), slot.title.clone());
        let begun: Vec<(SlotId, String)> = self.director.all_begun().map(titled).collect();
        let is_begun = |slot: &&Slot| begun.iter().any(|(id, _)| *id == slot.id);
        let ahead = self.director.ahead().chain(self.director.laid_aside());
        let ahead: Vec<(SlotId, String)> = ahead.filter(|slot| !is_begun(slot)).map(titled).collect();
        let of_an_emergency = matches!(request, Request::EndEmergency { .. });
        let ending = self.director.all_ending_by_hand();
        let ending = ending.filter(|slot| (slot.class == Class::Emergency) == of_an_emergency);
        let ending: Vec<String> = ending.map(|slot| slot.title.clone()).collect();
        let ends = self.step_telling_ends(Event::Asked(request));
        // What was answered for is known after a kill too; it is silent by now, or about to be.
        let written = ends.is_empty() || self.ledger.written_down(ORDER_WAIT) == Synced::Yes;
        let ended = |of: Vec<(SlotId, String)>| -> Vec<String> {
            of.into_iter().filter(|(id, _)| ends.contains(id)).map(|(_, title)| title).collect()
        };
        let (cut, dropped) = (ended(begun), ended(ahead));
        json!({ "cut": cut.len(), "on_air": cut, "ending": ending, "dropped": dropped, "written": written })
    }

    /// Writes a correction into the log; whether it is on disk already.
    fn correct(&self, wish: &Value) -> Result<Value, Text> {
        let reader = Reader::open(&self.home.ledger_file())?;
        let correction = ledger::correction(wish, &reader, &self.schedules.station().zone, clock::now(), &|_| {
            self.schedules.slots()
        })?;
        tracing::info!(by = correction.by, of = ?correction.of, "the log is corrected by hand");
        let id = correction.id.clone();
        let written = self.ledger.correct(correction, CORRECTION_WAIT) == Synced::Yes;
        Ok(json!({ "correction": id, "written": written }))
    }

    fn came_of(&self, slot: &SlotId) -> Value {
        let Some(came) = self.requests.came.get(slot) else { return json!({ "state": "unknown" }) };
        match (&came.ended, came.began) {
            (Some((outcome, cause, note)), _) => json!({
                "state": "ended", "outcome": outcome.code(), "cause": cause.map(Cause::code), "note": note,
            }),
            (None, Some(_)) => json!({ "state": "on_air" }),
            (None, None) => json!({
                "state": "waiting", "line": self.line.code(), "until": self.waits_until(slot),
                "on_air": self.director.waits_behind(slot).map(|on_air| &on_air.title),
            }),
        }
    }

    /// The last instant at which it may begin, in the station's time; none of what does not wait.
    fn waits_until(&self, slot: &SlotId) -> Option<String> {
        let waits = self.director.all_waiting(clock::now()).into_iter().find(|waiting| waiting.slot.id == *slot)?;
        let zone = &self.schedules.station().zone;
        Some(waits.until.display_with_offset(zone.to_offset(waits.until)).to_string())
    }

    /// A segment of the schedules in force by its id, else a recording below `audio/`.
    fn wanted(&self, question: &Value) -> Result<Wanted, Text> {
        let what = question["what"].as_str().unwrap_or_default();
        let slots = self.schedules.slots();
        if let Some(slot) = slots.iter().find(|slot| slot.segment.as_deref() == Some(what)) {
            let (title, files) = (slot.title.clone(), slot.files.clone());
            return Ok(Wanted { title, files, of: Some(slot.clone()) });
        }
        let file = what.replace('\\', "/");
        let found = names::resolve(&self.home.audio(), &file);
        found.and_then(|path| if path.is_dir() { Err(AudioFault::Absent) } else { Ok(path) }).map_err(|fault| {
            let shown = if names::leads_outside(&file) { file.clone() } else { format!("audio/{file}") };
            let why = fault.words(&shown);
            Text::new(
                format!("không có tiết mục nào mã `{what}` trong kế hoạch, và {}", why.vi),
                format!("no segment in the schedules has the id `{what}`, and {}", why.en),
            )
        })?;
        let name = file.rsplit('/').next().unwrap_or(&file);
        let title = seen(name.rsplit_once('.').map_or(name, |(stem, _)| stem));
        Ok(Wanted { title, files: vec![file], of: None })
    }

    fn slot_by_hand(&mut self, now: Timestamp, wanted: Wanted, class: Class, by: &str) -> Slot {
        self.requests.number += 1;
        let Wanted { title, files, of } = wanted;
        let zone = &self.schedules.station().zone;
        ByHand { at: now, zone, number: self.requests.number, class, title, files, of: of.as_ref(), by }.slot()
    }

    /// What is planned for the day of `slot`, and what was played by hand on it.
    fn slots_of_day(&self, slot: &Slot) -> Vec<Slot> {
        let mut all: Vec<Slot> = self.schedules.slots().into_iter().filter(|other| other.date == slot.date).collect();
        let reader = Reader::open(&self.home.ledger_file()).ok();
        let entries = reader.and_then(|reader| reader.entries(slot.date, slot.date).ok()).unwrap_or_default();
        let by_hand = |entry: &Entry| {
            let heard = entry.airing.as_ref().is_some_and(|airing| airing.played_ms() > 0);
            let counts = entry.slot.class != Class::Emergency && !entry.slot.is_tone();
            heard && entry.slot.asked_by.is_some() && counts
        };
        all.extend(entries.into_iter().filter(by_hand).map(|entry| entry.slot));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name says when by the wall clock: behind one that was set back the newest comes first by its name.
    #[test]
    fn what_was_asked_for_last_is_remembered_though_its_name_comes_before_all_others() {
        let mut requests = Requests::default();
        let ids: Vec<SlotId> = (0..=REMEMBERED).rev().map(|n| SlotId(format!("2026-12-01/by-hand-{n:04}"))).collect();
        ids.iter().for_each(|id| requests.remember(id));
        let remembered: Vec<&SlotId> = ids.iter().filter(|id| requests.came.contains_key(*id)).collect();
        assert_eq!(remembered, ids[1..].iter().collect::<Vec<_>>());
    }
}
