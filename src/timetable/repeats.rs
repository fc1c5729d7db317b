//! How often an emergency may be ordered to sound, and how far apart.

use serde_json::Value;

use crate::problem::Text;

/// How often an emergency sounds at most by one order.
pub const MOST_REPEATS: u64 = 100;
/// How far apart at most, in ms.
pub const FARTHEST_REPEAT_MS: u64 = 12 * 3_600_000;

/// How often an emergency sounds, and how far apart, within the bounds: what is outside of them is refused and never
/// brought within, for nobody ordered that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeats {
    /// 1 to [`MOST_REPEATS`].
    pub times: u64,
    /// From one beginning to the next, in ms.
    pub every_ms: u64,
}

impl Repeats {
    /// Of an order's numbers.
    ///
    /// # Errors
    /// Either is out of its bounds.
    pub fn of(times: u64, every_ms: u64) -> Result<Repeats, Text> {
        let fits = (1..=MOST_REPEATS).contains(&times) && every_ms <= FARTHEST_REPEAT_MS;
        fits.then_some(Repeats { times, every_ms }).ok_or_else(refusal)
    }

    /// Of a question's `repeat` and `every_ms`; where they are not said, once.
    ///
    /// # Errors
    /// Either is no such number, or out of its bounds.
    pub fn asked(question: &Value) -> Result<Repeats, Text> {
        let number = |key: &str, unsaid: u64| match &question[key] {
            Value::Null => Ok(unsaid),
            said => said.as_u64().ok_or_else(refusal),
        };
        Repeats::of(number("repeat", 1)?, number("every_ms", 0)?)
    }
}

fn refusal() -> Text {
    let hours = FARTHEST_REPEAT_MS / 3_600_000;
    Text::new(
        format!(
            "bản tin khẩn cấp phát từ 1 đến {MOST_REPEATS} lần, cách nhau nhiều nhất {hours} giờ; hãy sửa số lần hay khoảng cách rồi ra lệnh lại"
        ),
        format!(
            "an emergency sounds 1 to {MOST_REPEATS} times, at most {hours} hours apart; mend how often or how far apart and order it again"
        ),
    )
}
