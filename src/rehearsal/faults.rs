//! What can go wrong with a station, drawn from a seed. Most of it comes while something is on air or about to be.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::draw::Draw;
use super::gaps::gaps;
use super::line::ms;
use super::world::World;
use crate::director::Request;
use crate::programme::Class;
use crate::timetable::{ByHand, Kind, Slot, SlotId, Start};

const MINUTE_MS: u64 = 60_000;
/// A clock that is off by so much shows another date.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);
/// How far apart the repeats of an emergency are, in ms.
const APART_MS: u64 = 10 * MINUTE_MS;

/// One thing that goes wrong, or that a person does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The power goes for so long.
    PowerCut {
        /// In ms.
        off_ms: u64,
    },
    /// The program dies and is started again after so long.
    Crash {
        /// In ms.
        off_ms: u64,
    },
    /// Somebody stops the program and starts it again after so long.
    Stop {
        /// In ms.
        off_ms: u64,
    },
    /// The PC sleeps.
    Sleep {
        /// In ms.
        for_ms: u64,
    },
    /// What sounded was silent in its midst until now, and goes on.
    Gap {
        /// For so long, in ms.
        for_ms: u64,
    },
    /// The line is lost, or could not be opened.
    LineLost,
    /// It is there again.
    LineBack,
    /// The clock is set.
    ClockStep {
        /// By so much, in ms.
        by_ms: i64,
    },
    /// The clock shows another year.
    ClockElsewhere {
        /// This instant.
        shows: Timestamp,
    },
    /// The clock is set right.
    ClockRight,
    /// A person vouches for the clock, if it shows the day.
    ClockConfirmed,
    /// The power goes for so long, and with it the time: the clock's battery is dead.
    PowerAndTimeLost {
        /// In ms.
        off_ms: u64,
        /// What the clock shows then.
        shows: Timestamp,
    },
    /// The clock has drifted or is drawn on by a time service, too little to be seen.
    Drift {
        /// By so much, in ms.
        by_ms: i64,
    },
    /// A recording is moved away.
    FileGone(String),
    /// It is put back.
    FileBack(String),
    /// Another recording is put in its place.
    FileReplaced(String),
    /// A recording breaks off before its end.
    FileShort(String),
    /// Each recording takes so long to be opened.
    SlowDisk {
        /// In ms.
        each_ms: u64,
    },
    /// No byte more can be written.
    DiskFull,
    /// There is room again.
    DiskRoom,
    /// The operator saves another plan.
    Edited(Edit),
    /// They do so while the program does not run the next time.
    EditedMeanwhile(Edit),
    /// A recording is played over everything, so often, every ten minutes.
    Emergency {
        /// Below `audio/`.
        file: String,
        /// How often.
        times: u64,
    },
    /// A recording is played by the rules.
    Play(String),
    /// What is on air is ended.
    Skip,
    /// The broadcast on air is ended.
    EndBroadcast,
    /// The emergency is ended.
    EndEmergency,
}

/// What the operator changes in the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// What comes to their mind.
    Drawn {
        /// From which it is drawn.
        seed: u64,
    },
    /// An item gets another time.
    Moved {
        /// Which.
        slot: SlotId,
        /// Later by so much, in ms.
        by_ms: u64,
    },
    /// Everything is as it was written.
    TakenBack,
}

/// Faults for a plan, in order of time: about one a day of it.
pub fn faults(seed: u64, slots: &[Slot]) -> Vec<(Timestamp, Fault)> {
    let mut draw = Draw::of(seed);
    let days = slots.iter().map(|slot| slot.date).collect::<BTreeSet<_>>().len() as u64;
    let files: Vec<&String> = slots.iter().flat_map(|slot| &slot.files).collect::<BTreeSet<_>>().into_iter().collect();
    let mut all = Vec::new();
    for _ in 0..draw.between(days / 2, days * 3 / 2 + 2) {
        let Some(slot) = draw.one_of(slots) else { break };
        // From before it is armed to after most are over, to the millisecond.
        let at = slot.planned - ms(90_000) + ms(draw.between(0, 90_000 + 10 * MINUTE_MS));
        // Now and then what comes together.
        for _ in 0..draw.between(1, 3) {
            let at = at + ms(draw.between(0, 3_000));
            one(&mut draw, at, &files, &mut all);
        }
    }
    late_edits(seed, slots, &files, &mut all);
    edits_in_the_dark(seed, slots, &mut all);
    edits_afterwards(seed, slots, &mut all);
    chains_of_edits(seed, slots, &mut all);
    clocks_set_in_mid_airing(seed, slots, &mut all);
    gaps(seed, slots, &mut all);
    all.sort_by_key(|(at, _)| *at);
    all
}

/// Draws edits of the last minute before an item's time, or of its first seconds, about one in three days; what is changed
/// once more, or taken back, and what goes wrong meanwhile.
fn late_edits(seed: u64, slots: &[Slot], files: &[&String], all: &mut Vec<(Timestamp, Fault)>) {
    // Of its own, so that what else a seed draws stays the same.
    let mut draw = Draw::of(!seed);
    for slot in slots.iter().filter(|slot| slot.kind == Kind::Segment && slot.start == Start::Hard) {
        if !draw.once_in(8) {
            continue;
        }
        let edited = slot.planned - ms(70_000) + ms(draw.between(0, 80_000));
        let later = |draw: &mut Draw| 5_000 * draw.between(1, 60);
        all.push((edited, Fault::Edited(Edit::Moved { slot: slot.id.clone(), by_ms: later(&mut draw) })));
        let at = edited + ms(draw.between(0, 2 * MINUTE_MS));
        match draw.between(0, 4) {
            0 => all.push((at, Fault::Edited(Edit::Moved { slot: slot.id.clone(), by_ms: later(&mut draw) }))),
            1 => all.push((at, Fault::Edited(Edit::TakenBack))),
            2 => all.push((at, Fault::Edited(Edit::Drawn { seed: draw.any() }))),
            _ => {}
        }
        let at = edited + ms(draw.between(0, 2 * MINUTE_MS));
        match draw.between(0, 5) {
            0 => all.push((at, Fault::PowerCut { off_ms: draw.between(200, 4 * MINUTE_MS) })),
            1 => all.push((at, Fault::Crash { off_ms: draw.between(300, 5_000) })),
            2 => all.push((at, Fault::Stop { off_ms: draw.between(300, 20_000) })),
            3 => one(&mut draw, at, files, all),
            _ => {}
        }
    }
}

/// Draws edits that are saved while the program does not run, around an item's time, about one in three days.
fn edits_in_the_dark(seed: u64, slots: &[Slot], all: &mut Vec<(Timestamp, Fault)>) {
    // Of its own, so that what else a seed draws stays the same.
    let mut draw = Draw::of(seed.rotate_left(32));
    for slot in slots.iter().filter(|slot| slot.kind == Kind::Segment && slot.start == Start::Hard) {
        if !draw.once_in(8) {
            continue;
        }
        let at = slot.planned - ms(75_000) + ms(draw.between(0, 150_000));
        let edit = match draw.between(0, 6) {
            0 => Edit::TakenBack,
            1 => Edit::Drawn { seed: draw.any() },
            _ => Edit::Moved { slot: slot.id.clone(), by_ms: 5_000 * draw.between(1, 60) },
        };
        all.push((at, Fault::EditedMeanwhile(edit)));
        all.push(match draw.between(0, 3) {
            0 => (at, Fault::PowerCut { off_ms: draw.between(200, 4 * MINUTE_MS) }),
            1 => (at, Fault::Crash { off_ms: draw.between(300, MINUTE_MS) }),
            _ => (at, Fault::Stop { off_ms: draw.between(300, MINUTE_MS) }),
        });
    }
}

/// Draws edits that give an item another time when it has been heard, about one in six days, while the program runs or not.
fn edits_afterwards(seed: u64, slots: &[Slot], all: &mut Vec<(Timestamp, Fault)>) {
    // Of its own, so that what else a seed draws stays the same.
    let mut draw = Draw::of(!seed.rotate_left(32));
    for slot in slots.iter().filter(|slot| slot.kind == Kind::Segment && slot.start == Start::Hard) {
        if !draw.once_in(16) {
            continue;
        }
        let at = slot.planned + ms(draw.between(MINUTE_MS, 15 * MINUTE_MS));
        let edit = Edit::Moved { slot: slot.id.clone(), by_ms: draw.between(20 * MINUTE_MS, 59 * MINUTE_MS) };
        edited_somehow(&mut draw, at, edit, all);
        if draw.once_in(4) {
            all.push((at + ms(draw.between(0, 10 * MINUTE_MS)), Fault::Edited(Edit::TakenBack)));
        }
    }
}

/// Draws items that are moved on and on, about one in six days: each time once the place before has come, or is about to.
fn chains_of_edits(seed: u64, slots: &[Slot], all: &mut Vec<(Timestamp, Fault)>) {
    // Of its own, so that what else a seed draws stays the same.
    let mut draw = Draw::of(!seed.rotate_left(16));
    for slot in slots.iter().filter(|slot| slot.kind == Kind::Segment && slot.start == Start::Hard) {
        if !draw.once_in(16) {
            continue;
        }
        let mut stands = slot.planned;
        for _ in 0..draw.between(2, 5) {
            let at = stands - ms(MINUTE_MS) + ms(draw.between(0, 10 * MINUTE_MS));
            let by_ms = draw.between(10 * MINUTE_MS, 40 * MINUTE_MS);
            edited_somehow(&mut draw, at, Edit::Moved { slot: slot.id.clone(), by_ms }, all);
            stands += ms(by_ms);
        }
    }
}

/// Draws steps of the clock under what sounds, about one in six days: somebody vouches for it soon or does not, and the run or the
/// line is lost, before that or after it.
fn clocks_set_in_mid_airing(seed: u64, slots: &[Slot], all: &mut Vec<(Timestamp, Fault)>) {
    // Of its own, so that what else a seed draws stays the same.
    let mut draw = Draw::of(seed.rotate_left(48));
    for slot in slots.iter().filter(|slot| slot.kind == Kind::Segment && slot.start == Start::Hard) {
        if !draw.once_in(16) {
            continue;
        }
        let length_ms = slot.file_ms().unwrap_or(MINUTE_MS).max(2_000);
        let at = slot.planned + ms(draw.between(1_000, length_ms));
        let by_ms = if draw.once_in(2) { 60 * MINUTE_MS } else { draw.between(3_000, 10 * MINUTE_MS) };
        let by_ms = i64::try_from(by_ms).unwrap_or(0) * if draw.once_in(4) { 1 } else { -1 };
        all.push((at, Fault::ClockStep { by_ms }));
        if !draw.once_in(3) {
            all.push((at + ms(draw.between(1_000, MINUTE_MS)), Fault::ClockConfirmed));
        }
        for _ in 0..draw.between(1, 3) {
            let at = at + ms(draw.between(0, 90_000));
            match draw.between(0, 5) {
                0 => all.push((at, Fault::PowerCut { off_ms: draw.between(200, 2 * MINUTE_MS) })),
                1 | 2 => all.push((at, Fault::Crash { off_ms: draw.between(300, MINUTE_MS) })),
                3 => all.push((at, Fault::Stop { off_ms: draw.between(300, MINUTE_MS) })),
                _ => all.extend([(at, Fault::LineLost), (at + ms(draw.between(500, MINUTE_MS)), Fault::LineBack)]),
            }
        }
    }
}

/// An edit, while the program runs or not.
fn edited_somehow(draw: &mut Draw, at: Timestamp, edit: Edit, all: &mut Vec<(Timestamp, Fault)>) {
    match draw.between(0, 3) {
        0 => all.push((at, Fault::Edited(edit))),
        1 => all.extend([
            (at, Fault::EditedMeanwhile(edit)),
            (at, Fault::PowerCut { off_ms: draw.between(200, 4 * MINUTE_MS) }),
        ]),
        _ => all
            .extend([(at, Fault::EditedMeanwhile(edit)), (at, Fault::Crash { off_ms: draw.between(300, MINUTE_MS) })]),
    }
}

/// Draws one fault, and its end where it has one.
fn one(draw: &mut Draw, at: Timestamp, files: &[&String], all: &mut Vec<(Timestamp, Fault)>) {
    let short_ms = draw.between(200, 3 * MINUTE_MS);
    let long_ms = draw.between(short_ms, 40 * MINUTE_MS);
    let file = draw.one_of(files).map_or_else(String::new, |file| (*file).clone());
    let mut lasts = |fault, until, end| {
        all.push((at, fault));
        all.push((at + ms(until), end));
    };
    match draw.between(0, 26) {
        0 | 1 => all.push((at, Fault::PowerCut { off_ms: short_ms })),
        2 => all.push((at, Fault::PowerCut { off_ms: long_ms })),
        3 => all.push((at, Fault::Crash { off_ms: draw.between(300, 20_000) })),
        4 => all.push((at, Fault::Stop { off_ms: draw.between(300, 60_000) })),
        5 => all.push((at, Fault::Sleep { for_ms: long_ms })),
        6 | 7 => lasts(Fault::LineLost, draw.between(500, 30_000), Fault::LineBack),
        8 => lasts(Fault::LineLost, long_ms, Fault::LineBack),
        9 => all.push((at, Fault::ClockStep { by_ms: 3_600_000 })),
        10 => all.push((at, Fault::ClockStep { by_ms: -3_600_000 })),
        11 | 12 => all.push((at, Fault::Drift { by_ms: i64::try_from(draw.between(0, 1_800)).unwrap_or(0) - 900 })),
        13 => lasts(Fault::FileGone(file.clone()), long_ms, Fault::FileBack(file)),
        14 => all.push((at, Fault::FileReplaced(file))),
        15 => all.push((at, Fault::FileShort(file))),
        16 => lasts(Fault::SlowDisk { each_ms: draw.between(100, 120_000) }, long_ms, Fault::SlowDisk { each_ms: 0 }),
        17 => lasts(Fault::DiskFull, long_ms, Fault::DiskRoom),
        18 => lasts(Fault::Edited(Edit::Drawn { seed: draw.any() }), 3 * long_ms, Fault::Edited(Edit::TakenBack)),
        19 => all.push((at, Fault::Edited(Edit::Drawn { seed: draw.any() }))),
        20 => lasts(Fault::Emergency { file, times: draw.between(1, 4) }, long_ms, Fault::EndEmergency),
        21 => all.push((at, Fault::Play(file))),
        22 => all.push((at, Fault::Skip)),
        24 => lasts(Fault::ClockElsewhere { shows: elsewhere(draw) }, long_ms, Fault::ClockRight),
        25 => {
            let lost = Fault::PowerAndTimeLost { off_ms: short_ms, shows: elsewhere(draw) };
            lasts(lost, short_ms + long_ms, Fault::ClockRight);
        }
        _ => all.push((at, Fault::EndBroadcast)),
    }
}

/// 1970, or 2030.
fn elsewhere(draw: &mut Draw) -> Timestamp {
    let year = if draw.once_in(2) { 0 } else { 1_893_456_000 };
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(year) + ms(draw.between(0, 86_400_000))
}

impl World {
    /// Lets it happen now.
    pub fn suffer(&mut self, fault: &Fault) {
        let step = SignedDuration::from_millis;
        match fault {
            // Nobody edits by a wrong date, and by hand nothing is played but an emergency.
            Fault::Edited(_) | Fault::Play(_) if self.time.is_in_doubt() => {}
            // Nor does anybody vouch for one that they read on the page: the station would wait for years.
            Fault::ClockConfirmed if self.time.ahead.abs() >= A_DAY => {}
            Fault::PowerCut { off_ms } => self.lose_power(*off_ms),
            Fault::Crash { off_ms } => self.crash(*off_ms),
            Fault::Stop { off_ms } => self.stop(*off_ms),
            Fault::Sleep { for_ms } => self.sleep(*for_ms),
            Fault::Gap { for_ms } => self.gap(*for_ms),
            Fault::LineLost => self.lose_line(),
            Fault::LineBack => self.open_line(),
            Fault::ClockStep { by_ms } => self.step_clock(step(*by_ms)),
            Fault::ClockElsewhere { shows } => self.set_clock(*shows),
            Fault::ClockRight => self.set_clock(self.now),
            Fault::ClockConfirmed => self.confirm_clock(),
            Fault::PowerAndTimeLost { off_ms, shows } => self.lose_power_and_time(*off_ms, *shows),
            Fault::Drift { by_ms } => self.slew_clock(step(*by_ms)),
            Fault::FileGone(file) => drop(self.disk.absent.insert(file.clone())),
            Fault::FileBack(file) => drop(self.disk.absent.remove(file)),
            Fault::FileReplaced(file) => self.disk.replace(file, &"cd".repeat(32), 1_500),
            Fault::FileShort(file) => drop(self.disk.short.insert(file.clone(), 2_000)),
            Fault::SlowDisk { each_ms } => self.disk.all_slow_ms = *each_ms,
            Fault::DiskFull => {
                self.disk.full = true;
                self.log.fill_disk(self.heartbeat());
            }
            Fault::DiskRoom => {
                self.disk.full = false;
                self.log.make_room();
            }
            Fault::Edited(edit) => self.edit(edit),
            Fault::EditedMeanwhile(edit) => self.plan.waits = Some(edit.clone()),
            Fault::Emergency { file, times } => {
                for n in 0..*times {
                    let at = self.clock() + ms(n * APART_MS);
                    self.ask(Request::Play(Box::new(self.by_hand(file, at, Class::Emergency))));
                }
            }
            Fault::Play(file) => {
                let slot = self.by_hand(file, self.clock(), Class::Normal);
                self.ask(Request::Play(Box::new(slot)));
            }
            Fault::Skip => self.ask(Request::Skip { by: self.by.clone() }),
            Fault::EndBroadcast => self.ask(Request::Stop { by: self.by.clone() }),
            Fault::EndEmergency => self.ask(Request::EndEmergency { by: self.by.clone() }),
        }
    }

    /// What a person wants heard at that instant.
    fn by_hand(&self, file: &str, at: Timestamp, class: Class) -> Slot {
        let (zone, number) = (&self.rules.quiet.zone, self.steps as u64);
        ByHand { at, zone, number, class, title: file.to_owned(), files: vec![file.to_owned()], of: None, by: &self.by }
            .slot()
    }
}
