//! The segment that a command names, in the month it is meant in.

use super::{Failure, PROBLEMS, WRONG_USE};
use crate::editing::{Block, blocks};
use crate::home::Home;
use crate::loading;
use crate::problem::Text;
use crate::reading::fold::{did_you_mean, folded, nearest};
use crate::schedule::Month;

/// A segment where it is written.
pub(super) struct Found {
    pub month: Month,
    /// What messages call the file.
    pub name: String,
    /// All of the file.
    pub text: String,
    pub block: Block,
    pub id: String,
}

/// The text of a month's file.
///
/// # Errors
/// What keeps it from being read.
pub(super) fn month_text(home: &Home, month: Month) -> Result<String, Failure> {
    loading::month_text(home, month).map_err(problems)
}

/// The thing asked for has problems.
pub(super) fn problems(text: Text) -> Failure {
    Failure { status: PROBLEMS, text }
}

/// The segment called `written`, by id or title, in `month`; without one in the only month from `today`'s on that has it.
///
/// # Errors
/// No such segment (with the one that was probably meant), several months that have it, a file that cannot be read.
pub(super) fn find(home: &Home, written: &str, month: Option<Month>, today: Month) -> Result<Found, Failure> {
    let months = match month {
        Some(month) => vec![month],
        None => {
            let all = loading::months(home).unwrap_or_default();
            let ahead: Vec<Month> = all.iter().copied().filter(|month| *month >= today).collect();
            if ahead.is_empty() { all } else { ahead }
        }
    };
    let shown = months.first().copied().unwrap_or(today);
    let mut found = Vec::new();
    let mut known = Vec::new();
    for month in months {
        let text = month_text(home, month)?;
        let name = format!("schedules/{month}.toml");
        let of_file =
            |text: Text| problems(Text::new(format!("`{name}`: {}", text.vi), format!("`{name}`: {}", text.en)));
        for block in blocks(&text, "segment").map_err(of_file)? {
            let Some(id) = block.id() else { continue };
            if id == written || folded(block.title()) == folded(written) {
                let (name, text) = (name.clone(), text.clone());
                found.push(Found { month, name, text, block, id });
            } else {
                known.push(id);
            }
        }
    }
    if found.len() > 1 {
        return Err(ambiguous(written, &found));
    }
    found.pop().ok_or_else(|| unknown(written, month, shown, &known))
}

fn ambiguous(written: &str, found: &[Found]) -> Failure {
    let mut months: Vec<String> = found.iter().map(|found| found.month.to_string()).collect();
    months.dedup();
    if let [month] = months.as_slice() {
        return problems(Text::new(
            format!("tháng {month} có {} tiết mục tên `{written}`; hãy ghi mã (`id`) của tiết mục", found.len()),
            format!("{month} has {} segments called `{written}`; give the segment's id", found.len()),
        ));
    }
    let list = months.join(", ");
    let text = Text::new(
        format!("`{written}` có trong nhiều tháng ({list}); hãy ghi thêm tháng, như `{}`", months[0]),
        format!("`{written}` is in several months ({list}); name the month, as in `{}`", months[0]),
    );
    Failure { status: WRONG_USE, text }
}

fn unknown(written: &str, month: Option<Month>, shown: Month, known: &[String]) -> Failure {
    let (vi, en) = match month {
        Some(month) => (format!("tháng {month}"), format!("{month}")),
        None => ("kế hoạch từ tháng này".to_owned(), "the months from this one on".to_owned()),
    };
    let help = match nearest(written, known.iter().map(String::as_str)) {
        Some(near) => did_you_mean(near),
        None => Text::new(
            format!("xem mã các tiết mục bằng `loa timetable {shown} --format csv`"),
            format!("see the segments' ids with `loa timetable {shown} --format csv`"),
        ),
    };
    problems(Text::new(
        format!("{vi} không có tiết mục `{written}`; {}", help.vi),
        format!("there is no segment `{written}` in {en}; {}", help.en),
    ))
}
