//! Days unlike the others: what an exception calls off or moves has no slot of its own to say why by, so it is said of the
//! day.

use jiff::civil::{Date, Time};

use crate::problem::Text;
use crate::programme::{Exception, Window, WindowChange};
use crate::schedule::{Schedule, Segment};
use crate::station::Station;

/// An exception on one of its days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlike {
    /// The day.
    pub date: Date,
    /// Why, in the author's words.
    pub reason: String,
    /// The windows that would have had a broadcast and have none.
    pub off: Vec<Changed>,
    /// The windows whose broadcast has other hours, or another running order.
    pub moved: Vec<Changed>,
    /// The segments that would have aired and do not.
    pub segments: Vec<Changed>,
}

/// A window that an exception changes, or a segment that it has off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its other hours, where it has some.
    pub hours: Option<(Time, Time)>,
}

/// What the exceptions of a month make of the days from `from` to `to`, both included, in the order of days and of the file.
/// Of several that change a window on one day the last one does.
pub fn unlike(schedule: &Schedule, station: &Station, (from, to): (Date, Date)) -> Vec<Unlike> {
    let windows = schedule.windows_in_force(station);
    let days = schedule.month.days().filter(|date| (from..=to).contains(date));
    days.flat_map(|date| {
        let windows: Vec<&Window> = windows.iter().copied().filter(|w| w.days.contains(date.weekday())).collect();
        schedule.exceptions_on(date).map(move |exception| of_day(schedule, date, exception, &windows))
    })
    .collect()
}

fn of_day(schedule: &Schedule, date: Date, exception: &Exception, windows: &[&Window]) -> Unlike {
    let (mut off, mut moved) = (Vec::new(), Vec::new());
    for window in windows {
        let last = schedule.exceptions_on(date).rfind(|one| one.windows.contains_key(&window.id));
        let change =
            exception.windows.get(&window.id).filter(|_| last.is_some_and(|last| std::ptr::eq(last, exception)));
        let changed = |hours| Changed { id: window.id.clone(), name: window.name.clone(), hours };
        match change {
            None => {}
            // An extra broadcast of its id is heard in its place.
            Some(_) if schedule.extra(&window.id, date).is_some() => {}
            Some(WindowChange::Off) => off.push(changed(None)),
            Some(WindowChange::Moved { start, end, .. }) => {
                let other = (start.unwrap_or(window.start), end.unwrap_or(window.end));
                moved.push(changed(Some(other).filter(|other| *other != (window.start, window.end))));
            }
        }
    }
    let is_off = |segment: &&Segment| segment.off.contains(&date) && exception.segments.contains_key(&segment.id);
    let changed = |segment: &Segment| Changed { id: segment.id.clone(), name: segment.title.clone(), hours: None };
    let segments = schedule.segments.iter().filter(is_off).map(changed).collect();
    Unlike { date, reason: exception.reason.clone(), off, moved, segments }
}

impl Unlike {
    /// Whether a broadcast of the ordinary week has other hours, or none, or a segment does not air.
    pub fn changes_broadcasts(&self) -> bool {
        !self.off.is_empty() || !self.moved.is_empty() || !self.segments.is_empty()
    }

    /// `Mất điện theo lịch của điện lực (nghỉ Buổi sáng; dời Buổi chiều sang 18:00–18:30)`.
    pub fn words(&self) -> Text {
        let segments = self.segments.iter().map(|segment| format!("“{}”", segment.name));
        let names: Vec<String> = self.off.iter().map(|window| window.name.clone()).chain(segments).collect();
        let names = names.join(", ");
        let off = (!names.is_empty()).then(|| Text::new(format!("nghỉ {names}"), format!("{names} off")));
        let moved = self.moved.iter().map(|Changed { name, hours, .. }| match hours {
            Some((start, end)) => {
                let hours = format!("{}–{}", start.strftime("%H:%M"), end.strftime("%H:%M"));
                Text::new(format!("dời {name} sang {hours}"), format!("{name} at {hours}"))
            }
            None => Text::new(format!("đổi nội dung {name}"), format!("{name} with another content")),
        });
        let (vi, en): (Vec<String>, Vec<String>) = off.into_iter().chain(moved).map(|said| (said.vi, said.en)).unzip();
        let reason = &self.reason;
        if vi.is_empty() {
            return Text::same(reason);
        }
        Text::new(format!("{reason} ({})", vi.join("; ")), format!("{reason} ({})", en.join("; ")))
    }
}
