//! What of a file's text whoever saves it may not change: of `station.toml` what reaches beyond the station, held against the
//! station as it runs; of a month its approvals, unless they may approve. Where the file on the disk is broken, so that nobody
//! can tell what it says of that, its last good text counts, which is of record: whoever mends the file from the page may keep
//! what was, and change nothing of it.

use axum::http::StatusCode;

use super::refused::Refused;
use super::role::Role;
use super::who::Who;
use crate::clock;
use crate::home::Home;
use crate::ledger::{Reader, last_good_station_text};
use crate::problem::Text;
use crate::reading::fold::slug;
use crate::saving::{self, PlanFile};
use crate::schedule::Month;

/// Who saves: whether they may approve recordings, too.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hand {
    approves: bool,
}

impl Hand {
    pub fn of(who: &Who) -> Hand {
        Hand { approves: who.may(Role::Approver) }
    }

    /// Why they may not put `new` in the place of `old`, the text on the disk; none if they may.
    pub fn kept_from(self, home: &Home, file: PlanFile, old: Option<&str>, new: &str) -> Option<Refused> {
        match file {
            PlanFile::Station => alters_programs(home, old, new).map(Refused::conflict),
            PlanFile::Month(_) if self.approves => None,
            PlanFile::Month(month) => {
                let title = alters_approvals(home, month, old, new)?;
                Some(Refused::of(StatusCode::FORBIDDEN, "role", may_not_approve(&title)))
            }
        }
    }
}

fn may_not_approve(title: &str) -> Text {
    let (vi, en) = (Role::Approver.words().vi.to_lowercase(), Role::Approver.words().en.to_lowercase());
    Text::new(
        format!(
            "chưa lưu: bản này ghi thêm hoặc sửa `approved` của “{title}”, việc của {vi}; hãy để `approved` như cũ hoặc bỏ đi rồi lưu, và nhờ {vi} duyệt ở Kho âm thanh"
        ),
        format!(
            "not saved: this gives “{title}” another `approved`, which needs the role {en}; leave `approved` as it was or take it out, save again, and have an {en} approve it in the library"
        ),
    )
}

/// The title of a segment whose approval `new` has and the month's text had not; none where there is no such. A text that is no
/// TOML approves nothing, and comes into force nowhere.
fn alters_approvals(home: &Home, month: Month, old: Option<&str>, new: &str) -> Option<String> {
    let wanted = approvals(new)?;
    let known = match old {
        Some(old) => approvals(old).unwrap_or_else(|| last_approvals(home, month)),
        None => Vec::new(),
    };
    wanted.into_iter().find(|wanted| !known.iter().any(|known| known.covers(wanted))).map(|wanted| wanted.title)
}

/// Those of a month whose file is broken: as it was last in force, and before the page saved it broken.
fn last_approvals(home: &Home, month: Month) -> Vec<Approval> {
    let revision = || Reader::open(&home.ledger_file()).ok()?.last_revision(month, clock::now()).ok()?;
    let in_force = revision().and_then(|revision| approvals(&revision.schedule_text));
    let kept = saving::newest_first(home, PlanFile::Month(month)).find_map(|kept| approvals(&kept.before?));
    [in_force, kept].into_iter().flatten().flatten().collect()
}

/// An approval as a month's text has it.
struct Approval {
    id: Option<String>,
    title: String,
    says: toml::Value,
}

impl Approval {
    /// Whether `other` is no new one. What names its recording's bytes goes along with them, under another title or to another
    /// date; what names none stays with its segment.
    fn covers(&self, other: &Approval) -> bool {
        self.says == other.says && (self.id == other.id || self.says.get("sha256").is_some())
    }
}

/// All that a month's text has; none if it is no TOML.
fn approvals(text: &str) -> Option<Vec<Approval>> {
    let table: toml::Table = text.strip_prefix('\u{feff}').unwrap_or(text).parse().ok()?;
    let segments = match table.get("segment") {
        Some(toml::Value::Array(segments)) => segments.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let of = |segment: &toml::Value| {
        let text = |key| segment.get(key).and_then(toml::Value::as_str).map(str::to_owned);
        let title = text("title").unwrap_or_default();
        Some(Approval { id: text("id").or_else(|| slug(&title)), says: segment.get("approved")?.clone(), title })
    };
    Some(segments.iter().filter_map(of).collect())
}

/// Why `new` may not take the place of `old`, the text on the disk; none if it may.
pub(super) fn alters_programs(home: &Home, old: Option<&str>, new: &str) -> Option<Text> {
    if old.is_none_or(saving::is_readable) {
        return saving::alters_programs(old, new);
    }
    let last_good = last_good_station_text(home);
    let why = saving::alters_programs(last_good.as_deref(), new)?;
    if last_good.is_some() || !saving::is_readable(new) {
        return Some(why);
    }
    Some(Text::new(
        "tệp `station.toml` trên máy của đài đang hỏng và chưa có bản tốt nào, nên không biết các chương trình và phần [console] trước đó là gì; hãy sửa ngay trong tệp trên máy, hoặc bỏ các dòng đó rồi lưu lại",
        "`station.toml` on the station's PC is broken and was never good, so nobody can tell which programs it ran and what its [console] was; mend it on that PC's disk, or leave those lines out and save again",
    ))
}
