//! What came of a request, as the daemon tells who asks: for the commands and for the page alike, in the same words.

use std::time::Duration;

use serde_json::Value;

use super::standing::short_time;
use crate::notes;
use crate::outcome::{Cause, Outcome};
use crate::problem::{Lang, Text};

/// How often the daemon is asked until something has come of it.
pub const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// Its first sound is waited for so long where nothing is in its way.
const PATIENCE: Duration = Duration::from_secs(5);
/// So long where something is.
const GLANCE: Duration = Duration::from_millis(500);

/// How it stands with what somebody had played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// It sounds.
    OnAir,
    /// It was heard whole.
    Aired,
    /// It was not heard, or not whole.
    Ended {
        /// How.
        outcome: Option<Outcome>,
        /// Why.
        cause: Option<Cause>,
        /// In words, as the log has it.
        note: String,
    },
    /// It has not begun.
    Waits {
        /// For what.
        what: WaitsFor,
        /// The last instant at which it may begin, RFC 3339, where the daemon knows it.
        until: Option<String>,
    },
    /// The daemon knows nothing of it any more.
    Unknown,
}

/// What stands in its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitsFor {
    /// What is on air, by its title.
    Another(String),
    /// The line is not open; whether it is lost.
    Line {
        /// And not only still to be opened.
        lost: bool,
    },
    /// Its own recording is being read.
    Recording,
}

impl Came {
    /// As the daemon answers `came_of`.
    pub fn of(answer: &Value) -> Came {
        let text = |key: &str| answer[key].as_str();
        match text("state") {
            Some("on_air") => Came::OnAir,
            Some("ended") => match text("outcome").and_then(Outcome::from_code) {
                Some(Outcome::Aired) => Came::Aired,
                outcome => Came::Ended {
                    outcome,
                    cause: text("cause").and_then(Cause::from_code),
                    note: text("note").unwrap_or_default().to_owned(),
                },
            },
            Some("waiting") => {
                let what = match (text("on_air"), text("line")) {
                    (Some(title), _) => WaitsFor::Another(title.to_owned()),
                    (None, Some("open")) => WaitsFor::Recording,
                    (None, line) => WaitsFor::Line { lost: line == Some("lost") },
                };
                Came::Waits { what, until: text("until").map(str::to_owned) }
            }
            _ => Came::Unknown,
        }
    }

    /// Whether there is something to tell of it after so long: what only takes a moment is waited for.
    pub fn is_settled(&self, waited: Duration) -> bool {
        match self {
            Came::OnAir | Came::Aired | Came::Ended { .. } => true,
            Came::Waits { what: WaitsFor::Another(_) | WaitsFor::Line { lost: true }, .. } | Came::Unknown => {
                waited >= GLANCE
            }
            Came::Waits { what: WaitsFor::Recording | WaitsFor::Line { lost: false }, .. } => waited >= PATIENCE,
        }
    }

    /// In words.
    pub fn words(&self) -> Text {
        match self {
            Came::OnAir => Text::new("Đang phát.", "On air."),
            Came::Aired => Text::new("Đã phát.", "Aired."),
            Came::Ended { outcome, cause, note } => {
                let why = notes::why(*cause, note, None);
                let word = |lang| {
                    let outcome = outcome.map_or("", |outcome| outcome.word(lang));
                    format!("{outcome}: {}", why.get(lang))
                };
                Text::new(word(Lang::Vi), word(Lang::En))
            }
            Came::Waits { what, until } => waits(what, until.as_deref()),
            Came::Unknown => Text::new(
                "Chưa rõ kết quả; xem trang Nhật ký hoặc `loa airings`.",
                "What came of it is not known; see the log, `loa airings`.",
            ),
        }
    }
}

fn waits(what: &WaitsFor, until: Option<&str>) -> Text {
    let until = until.map_or_else(
        || Text::new("muộn nhất sau 10 phút", "within ten minutes"),
        |until| {
            let at = short_time(until);
            Text::new(format!("muộn nhất lúc {at}"), format!("by {at}"))
        },
    );
    match what {
        WaitsFor::Another(title) => Text::new(
            format!("Sẽ phát khi `{title}` kết thúc, {}; nếu không kịp thì thôi.", until.vi),
            format!("It begins when `{title}` has ended, {} or not at all.", until.en),
        ),
        WaitsFor::Line { .. } => Text::new(
            format!("Đường loa chưa mở; sẽ phát ngay khi đường loa mở lại, {}.", until.vi),
            format!("The line is not open; it begins as soon as the line is back, {}.", until.en),
        ),
        WaitsFor::Recording => Text::new(
            format!("Đang mở bản ghi; mở xong thì phát, {}.", until.vi),
            format!("Its recording is being opened; it begins as soon as that is done, {}.", until.en),
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_answer_of_the_daemon_is_told_as_what_it_is() {
        let until = "2026-12-01T05:55:00+07:00";
        for (answer, glanced, vi, en) in [
            (json!({ "state": "on_air" }), true, "Đang phát.", "On air."),
            (json!({ "state": "ended", "outcome": "aired" }), true, "Đã phát.", "Aired."),
            (
                json!({ "state": "ended", "outcome": "excepted", "cause": "quiet_hours", "note": "" }),
                true,
                "Không phát theo ngoại lệ: Giờ yên tĩnh",
                "Excepted: Quiet hours",
            ),
            (
                json!({ "state": "waiting", "line": "open", "on_air": "Bản tin", "until": until }),
                true,
                "Sẽ phát khi `Bản tin` kết thúc, muộn nhất lúc 01/12 05:55:00; nếu không kịp thì thôi.",
                "It begins when `Bản tin` has ended, by 01/12 05:55:00 or not at all.",
            ),
            (
                json!({ "state": "waiting", "line": "lost", "on_air": null, "until": null }),
                true,
                "Đường loa chưa mở; sẽ phát ngay khi đường loa mở lại, muộn nhất sau 10 phút.",
                "The line is not open; it begins as soon as the line is back, within ten minutes.",
            ),
            (
                json!({ "state": "waiting", "line": "open", "on_air": null, "until": until }),
                false,
                "Đang mở bản ghi; mở xong thì phát, muộn nhất lúc 01/12 05:55:00.",
                "Its recording is being opened; it begins as soon as that is done, by 01/12 05:55:00.",
            ),
        ] {
            let came = Came::of(&answer);
            let words = came.words();
            assert_eq!((words.vi.as_str(), words.en.as_str()), (vi, en));
            assert_eq!((came.is_settled(GLANCE), came.is_settled(PATIENCE)), (glanced, true), "{came:?}");
        }
        assert_eq!(Came::of(&json!({ "state": "unknown" })), Came::Unknown);
    }
}
