//! What the loop does about the clock: it is judged at each turn, before anything is decided by it. While it is not
//! trusted, files are read as of the last instant that was, and no heartbeat moves; once it is, what was planned for
//! meanwhile is settled.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::clock_watch::{ClockWatch, Jump};
use super::in_force::months_in;
use super::{Daemon, past};
use crate::airing::IncidentKind;
use crate::cells;
use crate::clock;
use crate::director::{Event, Leap, Unsure};
use crate::ledger::{Blind, Recovery, RunStart};
use crate::notes;
use crate::outcome::Cause;
use crate::problem::{Lang, Text};
use crate::station::ClockRule;
use crate::trust::{ClockTrust, Doubt, SystemSays, Turn};

/// Of more than that nothing is written off before a person has seen from when to when.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// The PC's clocks as the loop knows them.
#[derive(Debug)]
pub(super) struct Clocks {
    watch: ClockWatch,
    trust: ClockTrust,
    says: SystemSays,
    /// A person vouched for it, and it has gone on since.
    vouched_for: bool,
    /// What the director knows of who vouches for it.
    is_kept: bool,
    /// Since when nobody knows the time, where nobody does.
    unknown: Option<Unknown>,
    /// What it would have said at the start of this run, had nobody set it since the run before, where that is known.
    would_have_said: Option<Timestamp>,
}

/// Since when nobody knows the time.
#[derive(Clone, Copy, Debug)]
struct Unknown {
    /// The last instant that was trusted; none if there never was one.
    last: Option<Timestamp>,
    /// If it was never known in this run: its beginning.
    start: Option<Start>,
}

/// The beginning of a run, and of what was before it.
#[derive(Clone, Copy, Debug)]
struct Start {
    uptime_ms: u64,
    gap_cause: Cause,
    /// The incident that lasts until this beginning.
    gap: Option<IncidentKind>,
    /// When nothing could be written down before it.
    blind: Option<Blind>,
}

/// What is missed for good once the clock is believed.
#[derive(Clone, Copy, Debug)]
struct WrittenOff {
    slots: usize,
    from: Timestamp,
    to: Timestamp,
}

impl WrittenOff {
    fn of(unsure: Unsure) -> WrittenOff {
        WrittenOff { slots: unsure.slots, from: unsure.from, to: unsure.to }
    }

    fn is_of_days(&self) -> bool {
        self.to.duration_since(self.from) > A_DAY
    }

    fn words(&self, now: Timestamp, zone: &TimeZone) -> Text {
        let said = |at: Timestamp| cells::instant(at, zone);
        let (count, now, from, to) = (self.slots, said(now), said(self.from), said(self.to));
        Text::new(
            format!(
                "giờ máy đang là {}: tin giờ này thì {count} mục từ {} đến {} bị ghi “Bỏ lỡ” và không bao giờ phát nữa, dù sau đó chỉnh lại giờ; hãy xem kỹ cả ngày lẫn năm, đúng thì gọi lại với `--yes`",
                now.vi, from.vi, to.vi
            ),
            format!(
                "the clock says {}: once it is trusted, {count} items from {} to {} are “missed” and never air, though the clock be set again; look at day and year, and if they are right ask again with `--yes`",
                now.en, from.en, to.en
            ),
        )
    }
}

impl Clocks {
    /// Judges the clock at the start of a run, by what the log knows.
    pub fn new(start: &RunStart, recovery: &Recovery, rule: ClockRule) -> Clocks {
        let mut clocks = Clocks {
            watch: ClockWatch::new(start.at, start.uptime_ms),
            trust: ClockTrust::new(recovery.previous.as_ref().map(|run| run.heartbeat))
                .in_the_same_boot(recovery.previous.as_ref().and_then(|run| run.steady_ms_in(&start.boot_id))),
            says: SystemSays::Nothing,
            vouched_for: false,
            is_kept: false,
            unknown: None,
            would_have_said: recovery.previous.as_ref().and_then(|run| run.would_say_at(start)),
        };
        clocks.judge(start.at, start.uptime_ms, rule);
        clocks.is_kept = clocks.says_kept();
        if let Some(unknown) = &mut clocks.unknown {
            let Recovery { gap_cause, gap, blind, .. } = recovery;
            unknown.start = Some(Start { uptime_ms: start.uptime_ms, gap_cause: *gap_cause, gap: *gap, blind: *blind });
        }
        clocks
    }

    fn judge(&mut self, now: Timestamp, steady_ms: u64, rule: ClockRule) -> Turn {
        self.says = clock::system_says();
        let last = self.trust.last();
        let turn = self.trust.look(now, steady_ms, self.says, rule);
        if let Turn::Doubted(_) = turn {
            self.unknown.get_or_insert(Unknown { last, start: None });
        }
        turn
    }

    fn says_kept(&self) -> bool {
        self.vouched_for || self.says.synchronised() == Some(true)
    }

    /// Whether a time source or a person vouches for it.
    pub fn is_kept(&self) -> bool {
        self.is_kept
    }

    pub fn in_doubt(&self) -> bool {
        self.trust.doubt().is_some()
    }

    /// How far the system says that it is off, in ms.
    pub fn offset_ms(&self) -> Option<i64> {
        self.says.offset_ms()
    }

    /// The wall clock; if it stepped since the last look, what it would say had it not: nobody has judged the step yet.
    pub fn now(&self) -> Timestamp {
        self.watch.unstepped(clock::now(), clock::awake_or_asleep_ms())
    }

    /// What it leapt over until this run began, which was at `began` by what it says now.
    fn leap_to(&self, began: Timestamp) -> Option<Leap> {
        Leap::between(self.would_have_said?, began)
    }

    /// As of when files are read: now, or the last instant that was trusted.
    pub fn reading_time(&self, now: Timestamp) -> Timestamp {
        if self.in_doubt() { self.trust.last().unwrap_or(now) } else { now }
    }
}

impl Daemon {
    /// Since the last look this program is known to have stood still for `stood_still_ms`.
    pub(super) fn look_at_the_clock(&mut self, stood_still_ms: u64) {
        let (now, steady_ms) = (clock::now(), clock::awake_or_asleep_ms());
        let jump = self.clocks.watch.look(now, steady_ms, stood_still_ms);
        if let Some(jump) = jump {
            let kind = if jump.cause == Cause::Asleep { IncidentKind::Asleep } else { IncidentKind::ClockStep };
            let words = jump.words(&self.schedules.station().zone);
            let (from, to) = jump.unseen();
            tracing::warn!(kind = kind.code(), step_ms = jump.step.as_millis() as i64, "{}", words.en);
            self.ledger.incident_began(kind, from, &words);
            self.ledger.incident_ended(kind, to);
            self.next_heartbeat = now;
            self.wakefulness.clock_moved();
            self.clocks.vouched_for &= jump.cause != Cause::Clock;
        }
        let rule = self.schedules.good_station().map_or(ClockRule::Auto, |station| station.clock);
        let turn = self.clocks.judge(now, steady_ms, rule);
        // A step of a clock that nobody keeps any more is one of such a clock. One that is set right by what keeps it from now on
        // was none until then, and what it skipped was skipped by it.
        if !self.clocks.says_kept() {
            self.tell_whether_it_is_kept();
        }
        match turn {
            Turn::Doubted(doubt) => self.clock_doubted(now, doubt),
            Turn::Trusted => self.clock_trusted(now),
            Turn::Same => {
                if let Some(jump) = jump {
                    self.step(Event::Jumped { from: jump.from, to: jump.to, cause: jump.cause });
                    if jump.to < jump.from {
                        self.put_in_force_again(now);
                    }
                }
            }
        }
        self.tell_whether_it_is_kept();
    }

    fn tell_whether_it_is_kept(&mut self) {
        let is_kept = self.clocks.says_kept();
        if std::mem::replace(&mut self.clocks.is_kept, is_kept) != is_kept {
            self.step(Event::ClockKept(is_kept));
        }
    }

    /// What the first judgement means for the run that begins, and for the incident before it that lasts until then.
    pub(super) fn begin_by_the_clock(&mut self, gap: Option<IncidentKind>, now: Timestamp) {
        // Opening the log and the first reading may take seconds: that was no sleep.
        self.clocks.watch = ClockWatch::new(clock::now(), clock::awake_or_asleep_ms());
        match self.clocks.trust.doubt() {
            Some(doubt) => self.clock_doubted(now, doubt),
            None => {
                self.end_the_gap(gap, now);
            }
        }
    }

    /// This run began at `began`, until which that lasted; or until the clock leapt, which is told. Returns when that was.
    fn end_the_gap(&mut self, gap: Option<IncidentKind>, began: Timestamp) -> Timestamp {
        let leap = self.clocks.leap_to(began);
        let until = leap.map_or(began, |leap| leap.from);
        gap.into_iter().for_each(|gap| self.ledger.incident_ended(gap, until));
        if let Some(Leap { from, to }) = leap {
            let words = Jump { from, to, cause: Cause::Clock, step: to.duration_since(from) }
                .words(&self.schedules.station().zone);
            tracing::warn!(kind = IncidentKind::ClockStep.code(), "{}", words.en);
            self.ledger.incident_began(IncidentKind::ClockStep, from, &words);
            self.ledger.incident_ended(IncidentKind::ClockStep, to);
        }
        until
    }

    fn clock_doubted(&mut self, now: Timestamp, doubt: Doubt) {
        let text = self.in_words(doubt, now);
        tracing::error!(detail = text.get(self.lang), "the clock cannot be trusted: nothing airs until it can");
        let at = self.clocks.reading_time(now);
        self.ledger.incident_began(IncidentKind::ClockUntrusted, at, &text);
        self.step(Event::ClockDoubted);
    }

    /// What was planned while nobody knew the time comes to the director, and the plan as of now.
    fn clock_trusted(&mut self, now: Timestamp) {
        tracing::info!("the clock is trusted again");
        self.ledger.incident_ended(IncidentKind::ClockUntrusted, now);
        self.next_heartbeat = now;
        let Some(unknown) = self.clocks.unknown.take() else { return };
        let since = match unknown.start {
            Some(start) => {
                let ran_ms = clock::awake_or_asleep_ms().saturating_sub(start.uptime_ms);
                let ran = SignedDuration::from_millis(i64::try_from(ran_ms).unwrap_or(i64::MAX));
                let began = now.checked_sub(ran).unwrap_or(Timestamp::MIN);
                let until = self.end_the_gap(start.gap, began);
                self.step(Event::Jumped { from: Timestamp::MIN, to: until, cause: start.gap_cause });
                until
            }
            None => unknown.last.unwrap_or(now),
        };
        let months = months_in(now, self.schedules.zone());
        let due = past::read_first(&self.home, &months, now, &mut self.schedules)
            .and_then(|_| past::unwritten(&self.home, unknown.last, &self.schedules, now, Some(&self.ledger)));
        let mut due = due.unwrap_or_else(|error| {
            tracing::error!(%error, "the log cannot be read: what was planned meanwhile is not known");
            Vec::new()
        });
        if let Some(Start { gap_cause, blind, .. }) = unknown.start {
            past::settle_hidden(&mut due, blind, gap_cause, &mut self.ledger, &self.schedules.station().zone);
        }
        self.step(Event::ClockTrusted { since, due });
        self.put_in_force(now, now);
        self.first_read_since = Some(now);
        self.loader.read(months);
    }

    /// A person vouches for the clock. What would be written off by it for good is told first, unless they are `sure`.
    pub(super) fn confirm_clock(&mut self, by: &str, sure: bool) -> Result<Value, Text> {
        let now = clock::now();
        let mut trust = self.clocks.trust.clone();
        let turn = trust.confirm(now).map_err(|doubt| self.in_words(doubt, now))?;
        let written_off =
            if turn == Turn::Trusted { self.writes_off(now) } else { self.director.unsure().map(WrittenOff::of) };
        if let Some(of_days) = written_off.filter(|off| off.is_of_days() && !sure) {
            return Err(of_days.words(now, &self.schedules.station().zone));
        }
        self.clocks.trust = trust;
        self.clocks.vouched_for = true;
        self.tell_whether_it_is_kept();
        tracing::warn!(by, %now, "a person vouches for the clock");
        let detail = notes::read(&notes::clock_vouched_for(by), None);
        self.ledger.incident_began(IncidentKind::ClockConfirmed, now, &detail);
        self.ledger.incident_ended(IncidentKind::ClockConfirmed, now);
        if turn == Turn::Trusted {
            self.clock_trusted(now);
        }
        let zone = self.schedules.station().zone;
        Ok(
            json!({ "now": now.display_with_offset(zone.to_offset(now)).to_string(), "was_doubted": turn == Turn::Trusted }),
        )
    }

    /// What is lost for good once the clock is trusted at `now`.
    fn writes_off(&self, now: Timestamp) -> Option<WrittenOff> {
        let last = self.clocks.unknown?.last;
        let mut due = past::unwritten(&self.home, last, &self.schedules, now, None).ok()?;
        due.retain(|slot| slot.bar.is_none() && slot.latest() < now);
        let from = due.iter().map(|slot| slot.planned).min()?;
        let to = due.iter().map(|slot| slot.planned).max()?;
        Some(WrittenOff { slots: due.len(), from, to })
    }

    /// Why nothing but an emergency is played now, if the clock is the reason.
    pub(super) fn kept_by_the_clock(&self, now: Timestamp) -> Option<Text> {
        let told = self.doubt_in_words(now)?;
        Some(Text::new(
            format!("{}; lúc này chỉ phát được bản tin khẩn cấp", told.vi),
            format!("{}; until then only an emergency can be played", told.en),
        ))
    }

    /// As `loa status` shows it.
    pub(super) fn clock_status(&self, now: Timestamp, lang: Lang) -> Value {
        let Clocks { trust, says, .. } = &self.clocks;
        json!({
            "trusted": trust.doubt().is_none(),
            "synchronised": says.synchronised(),
            "offset_ms": says.offset_ms(),
            "doubt": self.doubt_in_words(now).map(|why| why.get(lang).to_owned()),
            "unsure": self.director.unsure().map(|unsure| self.unsure_in_words(unsure).get(lang).to_owned()),
        })
    }

    /// What waits for somebody to vouch for the clock, or to set it right.
    fn unsure_in_words(&self, unsure: Unsure) -> Text {
        let zone = self.schedules.station().zone;
        let said = |at: Timestamp| cells::instant(at, &zone);
        let (count, from, to, until) = (unsure.slots, said(unsure.from), said(unsure.to), said(unsure.until));
        let plural = if count == 1 { "" } else { "s" };
        Text::new(
            format!(
                "chỉ có đồng hồ máy nói rằng {count} mục từ {} đến {} đã qua giờ: nếu giờ máy sai, hãy chỉnh lại trước {} (Loa còn ngờ giờ đã chỉnh thì xác nhận), sau đó các mục ấy bị ghi “Bỏ lỡ” và không phát nữa; nếu đúng thì không phải làm gì, hoặc xác nhận ngay bằng `loa clock confirm --by TÊN`",
                from.vi, to.vi, until.vi
            ),
            format!(
                "only the PC's clock says that the time of {count} item{plural} from {} to {} is over: if it is wrong, set it right before {} (and say so, if Loa then doubts it), for by then they are “missed” and never air; if it is right nothing need be done, or say so at once with `loa clock confirm --by NAME`",
                from.en, to.en, until.en
            ),
        )
    }

    /// Why the clock is not trusted, if it is not, and what to do.
    pub(super) fn doubt_in_words(&self, now: Timestamp) -> Option<Text> {
        Some(self.in_words(self.clocks.trust.doubt()?, now))
    }

    fn in_words(&self, doubt: Doubt, now: Timestamp) -> Text {
        let zone = self.schedules.station().zone;
        let (why, remedy) = (doubt.why(now, &zone), doubt.remedy());
        Text::new(format!("{}; {}", why.vi, remedy.vi), format!("{}; {}", why.en, remedy.en))
    }
}
