//! What is to be said of a station and its PC before it is relied on: the judgement alone, on facts that others read.

mod pc;
mod plan;

use crate::outcome::words;
use crate::problem::Text;

pub use pc::{Cure, Line, Sleeps, Unwritable, clock, disk, line, line_shared, restart, rights, sleep, zone};
pub use plan::{missed_ahead, months, months_due, months_unknown, next, plan};

words! {
    /// How bad it is.
    Level {
        /// As it should be.
        Good = "ok", "OK", "OK";
        /// It works, and may not always.
        Warning = "warning", "cảnh báo", "warning";
        /// Something will not be heard, or not be logged.
        Error = "error", "lỗi", "error";
    }
}

/// A copy of the log older than this is told, in hours: two nights were missed.
const BACKUP_AGE_H: i64 = 50;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at (`clock`, `line`, …).
    pub code: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What was found.
    pub found: Text,
    /// What to do; none where all is well.
    pub remedy: Option<Text>,
}

impl Finding {
    /// All is well.
    pub fn good(code: &'static str, found: Text) -> Finding {
        Finding { code, level: Level::Good, found, remedy: None }
    }

    /// It works, and may not always.
    pub fn warning(code: &'static str, found: Text, remedy: Text) -> Finding {
        Finding { code, level: Level::Warning, found, remedy: Some(remedy) }
    }

    /// Something will not be heard, or not be logged.
    pub fn error(code: &'static str, found: Text, remedy: Text) -> Finding {
        Finding { code, level: Level::Error, found, remedy: Some(remedy) }
    }
}

/// Who is at work on the home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDuty {
    /// A daemon, which answers.
    Daemon,
    /// A process that holds the home and does not answer.
    Silent,
    /// Nobody.
    Nobody,
}

/// Whether a daemon is at work on the home.
pub fn daemon(on_duty: OnDuty) -> Finding {
    let code = "daemon";
    match on_duty {
        OnDuty::Daemon => Finding::good(code, Text::new("Loa đang chạy", "Loa is running")),
        OnDuty::Silent => Finding::error(
            code,
            Text::new(
                "có chương trình Loa giữ đài này nhưng không trả lời",
                "a Loa holds this station and does not answer",
            ),
            Text::new(
                "thử lại; nếu vẫn vậy thì dừng và chạy lại `loa run`",
                "try again; if it stays so stop it and start `loa run` anew",
            ),
        ),
        OnDuty::Nobody => Finding::error(
            code,
            Text::new("không có chương trình Loa nào đang chạy cho đài này", "no Loa is running for this station"),
            Text::new("chạy `loa run`", "start `loa run`"),
        ),
    }
}

/// The cache of what was measured of recordings: whether it can be kept. `var` is the folder that it lies in, if that cannot
/// be written.
pub fn catalogue(is_kept: bool, var: Option<&Unwritable>) -> Finding {
    let code = "catalogue";
    if is_kept {
        return Finding::good(code, Text::new("số đo bản ghi được lưu lại", "what is measured of recordings is kept"));
    }
    let delete = Text::new("xóa tệp `catalogue.db` trong thư mục `var`", "delete `catalogue.db` in the folder `var`");
    Finding::warning(
        code,
        Text::new(
            "không lưu được số đo bản ghi: lần nào cũng phải đo lại từ đầu",
            "what is measured of recordings cannot be kept: each time it is measured anew",
        ),
        var.map_or(delete, |var| var.cure.words()),
    )
}

/// The latest copy of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Backup {
    /// There is none.
    Absent,
    /// It opens and is whole.
    Opens {
        /// Its name.
        name: String,
        /// How old it is, in hours.
        age_h: i64,
    },
    /// It does not, in words why.
    Broken(Text),
}

/// The latest copy of the log: one is made each night.
pub fn backup(backup: Backup) -> Finding {
    let code = "backup";
    let remedy = || {
        Text::new(
            "để Loa chạy qua đêm; vẫn vậy thì xem chỗ trống trên đĩa và quyền ghi thư mục `var`",
            "let Loa run overnight; if it stays so look at the room on the disk and the right to write `var`",
        )
    };
    match backup {
        Backup::Absent => {
            Finding::warning(code, Text::new("chưa có bản sao nhật ký", "there is no copy of the log yet"), remedy())
        }
        Backup::Opens { name, age_h } if age_h > BACKUP_AGE_H => Finding::warning(
            code,
            Text::new(
                format!("bản sao nhật ký mới nhất (`{name}`) đã {age_h} giờ"),
                format!("the latest copy of the log (`{name}`) is {age_h} h old"),
            ),
            remedy(),
        ),
        Backup::Opens { name, .. } => Finding::good(
            code,
            Text::new(format!("bản sao nhật ký `{name}` mở được"), format!("the log's copy `{name}` opens")),
        ),
        Backup::Broken(why) => Finding::error(
            code,
            why,
            Text::new("xóa bản sao đó và để Loa sao lại", "delete that copy and let Loa make another"),
        ),
    }
}

/// Copies in `var/backup` that another station wrote, by their names; none where there are none.
pub fn anothers_copies(names: &[String]) -> Option<Finding> {
    let list = (!names.is_empty()).then(|| names.join("`, `"))?;
    Some(Finding::warning(
        "backup",
        Text::new(
            format!("trong `var/backup` có bản sao nhật ký của đài khác: `{list}`; Loa không dùng và không xóa"),
            format!("copies of another station's log lie in `var/backup`: `{list}`; Loa neither uses nor removes them"),
        ),
        Text::new("dời đi nơi khác", "move them elsewhere"),
    ))
}

/// The airing log as it was read from end to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Log {
    /// There is none: the station was never on air.
    Absent,
    /// Nothing was changed since it was closed.
    Whole {
        /// How many links its chain has.
        links: i64,
        /// The station's UUID: it stays with the log when the station moves to another PC.
        station: String,
    },
    /// Whole, and not long ago another hand was at it and it was put right.
    PutRight {
        /// When that was found, by the station's clock.
        when: String,
        /// What was found and done.
        what: Text,
    },
    /// As `Whole`, and the running daemon cannot write on.
    Unwritten {
        /// How many rows wait.
        waiting: u64,
        /// Why, in a few words in the language of the daemon.
        why: String,
    },
    /// So many places no longer fit the chain.
    Changed(usize),
    /// It cannot be read, in words why.
    Broken(Text),
}

/// The airing log: whether it can be read and its chain holds.
pub fn log(log: Log) -> Finding {
    let code = "log";
    let keep =
        || Text::new("chép giữ thư mục `var` trước khi sửa gì", "keep a copy of the folder `var` before anything else");
    match log {
        Log::Absent => Finding::good(
            code,
            Text::new("chưa có nhật ký: đài chưa chạy lần nào", "no log yet: the station never ran"),
        ),
        Log::Whole { links, station } => Finding::good(
            code,
            Text::new(
                format!("nhật ký phát sóng nguyên vẹn: {links} mắt xích; mã đài {station}"),
                format!("the airing log is whole: {links} links; station {station}"),
            ),
        ),
        Log::PutRight { when, what } => Finding::warning(
            code,
            Text::new(
                format!("nhật ký phát sóng nguyên vẹn, nhưng lúc {when} phải sửa lại vì: {}", what.vi),
                format!("the airing log is whole, but was put right at {when}, for: {}", what.en),
            ),
            Text::new(
                "nếu không phải người của đài làm thì tìm xem ai hay chương trình nào (dọn máy, đồng bộ, diệt vi-rút) đụng vào \
                 thư mục `var`",
                "if it was nobody of the station's, find out who or which program (cleaner, sync, virus scanner) was at the \
                 folder `var`",
            ),
        ),
        Log::Unwritten { waiting, why } => Finding::error(
            code,
            Text::new(
                format!("nhật ký đọc được nhưng không ghi thêm được ({why}): {waiting} dòng đang chờ"),
                format!("the airing log can be read, and not be written ({why}): {waiting} rows wait"),
            ),
            Text::new(
                "làm cho ổ đĩa ghi lại được; đừng tắt máy hay dừng Loa trước đó",
                "see to it that the disk can be written; do not switch off or stop Loa before",
            ),
        ),
        Log::Changed(places) => Finding::error(
            code,
            Text::new(
                format!("nhật ký phát sóng có {places} chỗ bị sửa, mất hay chèn thêm; `loa log verify` kể từng chỗ"),
                format!(
                    "the airing log was changed in {places} {}; `loa log verify` names each",
                    if places == 1 { "place" } else { "places" }
                ),
            ),
            keep(),
        ),
        Log::Broken(why) => Finding::error(code, why, keep()),
    }
}

/// Whether any of them is an error.
pub fn any_errors(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level == Level::Error)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::station::Station;
    use crate::trust::{Doubt, SystemSays};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn vi(finding: &Finding) -> String {
        let remedy = finding.remedy.as_ref().map(|remedy| format!(" → {}", remedy.vi)).unwrap_or_default();
        format!("{}: {}{remedy}", finding.level.code(), finding.found.vi)
    }

    #[test]
    fn the_clock_is_judged_by_what_the_system_says_of_it() {
        let now = at("2026-12-01T05:00:00+07:00");
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let kept = |ms| SystemSays::Synchronised { offset_ms: Some(ms) };
        let said = |doubt, says| vi(&clock(now, doubt, says, &zone));
        assert_eq!(said(None, kept(-999)), "ok: giờ máy 01/12/2026 05:00:00, có nguồn giờ giữ đúng");
        assert_eq!(said(None, kept(-5_000)), "ok: giờ máy 01/12/2026 05:00:00, có nguồn giờ, đang lệch 5,0 giây");
        assert_eq!(
            said(None, kept(-5_001)),
            "warning: giờ máy 01/12/2026 05:00:00, có nguồn giờ, đang lệch 5,0 giây → chờ vài phút rồi xem lại"
        );
        assert!(said(None, SystemSays::Unsynchronised).starts_with("warning: giờ máy"));
        let behind = Some(Doubt::Behind(at("2026-12-03T05:00:00+07:00")));
        assert_eq!(
            said(behind, SystemSays::Unsynchronised),
            "error: đồng hồ máy chỉ 01/12/2026 05:00:00, nhưng Loa đã chạy đến 03/12/2026 05:00:00 → hãy chỉnh lại ngày giờ \
             của máy; nếu giờ đang đúng thì xác nhận bằng `loa clock confirm --by TÊN`"
        );
    }

    #[test]
    fn each_fact_has_its_level() {
        let there = |is_default, is_virtual| Line::There { is_default, is_virtual };
        let level = |finding: Finding| (finding.level, finding.remedy.is_some());
        let (good, warning, error) = ((Level::Good, false), (Level::Warning, true), (Level::Error, true));
        for (given, expected) in [
            (there(false, false), good),
            (there(true, false), warning),
            (there(false, true), warning),
            (Line::Default, warning),
            (Line::NoLoudspeaker, warning),
            (Line::Absent, error),
            (Line::Lost("rút dây"), error),
        ] {
            assert_eq!(level(line("alsa:hw:CARD=PCH,DEV=0", given)), expected, "{given:?}");
        }
        assert_eq!([199, 200, 1999, 2000].map(|mib| level(disk(mib << 20))), [error, warning, warning, good]);
        assert_eq!(level(rights(&[])), good);
        let cures = [Cure::Room, Cure::Disk, Cure::Rights].map(|cure| {
            let var = Unwritable { folder: "var".into(), why: Text::new("vì thế", "so it is"), cure };
            assert_eq!(level(rights(std::slice::from_ref(&var))), error);
            (rights(std::slice::from_ref(&var)).remedy, catalogue(false, Some(&var)).remedy)
        });
        assert!(cures.iter().all(|(rights, catalogue)| rights == catalogue), "{cures:#?}");
        assert!(cures[0].0.as_ref().unwrap().vi.starts_with("xóa bớt tệp"), "a full disk wants room, and no rights");
        assert!(cures[2].0.as_ref().unwrap().vi.starts_with("cấp quyền ghi"));
        assert_eq!([Some(true), Some(false), None].map(|pending| level(restart(pending))), [warning, good, good]);
        let copy = |age_h| Backup::Opens { name: "ledger.db".into(), age_h };
        assert_eq!([copy(50), copy(51), Backup::Absent].map(|copy| level(backup(copy))), [good, warning, warning]);
        assert_eq!(level(backup(Backup::Broken(Text::new("hỏng", "damaged")))), error);
        let on_duty = [OnDuty::Daemon, OnDuty::Silent, OnDuty::Nobody];
        assert_eq!(on_duty.map(|on_duty| level(daemon(on_duty))), [good, error, error]);
        assert_eq!([true, false].map(|kept| level(catalogue(kept, None))), [good, warning]);
        assert_eq!(level(sleep(Sleeps::Never, false, None)), good);
        assert_eq!(level(sleep(Sleeps::Unknown, true, None)), warning);
        let whole = Log::Whole { links: 12, station: "u".into() };
        let unwritten = Log::Unwritten { waiting: 3, why: "hết chỗ trên đĩa".into() };
        assert_eq!(
            vi(&log(unwritten.clone())),
            "error: nhật ký đọc được nhưng không ghi thêm được (hết chỗ trên đĩa): 3 dòng đang chờ → làm cho ổ đĩa ghi lại \
             được; đừng tắt máy hay dừng Loa trước đó"
        );
        let put_right = Log::PutRight {
            when: "05:40 01/12".into(),
            what: Text::new("không thấy tệp nhật ký khi khởi động", "the log was gone at the start"),
        };
        assert_eq!(
            log(put_right.clone()).found.vi,
            "nhật ký phát sóng nguyên vẹn, nhưng lúc 05:40 01/12 phải sửa lại vì: không thấy tệp nhật ký khi khởi động"
        );
        let broken = Log::Broken(Text::new("hỏng", "damaged"));
        let logs = [Log::Absent, whole, put_right, unwritten, Log::Changed(1), broken];
        assert_eq!(logs.map(|found| level(log(found))), [good, good, warning, error, error, error]);
        let sleeps = [true, false]
            .map(|woken| vi(&sleep(Sleeps::AfterMinutes(20), woken, (!woken).then_some("không được giữ máy thức"))));
        assert_eq!(
            sleeps,
            [
                "warning: máy tự ngủ sau 20 phút; Loa sẽ đánh thức máy trước buổi phát → tắt chế độ ngủ của máy",
                "warning: máy tự ngủ sau 20 phút; và Loa không đánh thức được máy; không được giữ máy thức → tắt chế độ ngủ của máy",
            ]
        );
        let station = Station::default();
        let now = at("2026-12-01T05:00:00+07:00");
        assert_eq!(level(zone(now, &station, &TimeZone::get("Asia/Bangkok").unwrap())), good, "the same hour");
        assert_eq!(level(zone(now, &station, &TimeZone::UTC)), warning);
        assert_eq!(level(plan(now, &[], &[], &station).remove(0)), error);
    }
}
