//! The PC: clock, line, disk, sleep.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Finding;
use crate::cells;
use crate::problem::Text;
use crate::station::Station;
use crate::trust::{Doubt, SystemSays};

/// A clock that is off by more than this is told, in ms.
const OFF_MS: i64 = 5_000;
/// Less room than this on the disk is an error, in bytes; less than ten times as much is told.
const ROOM_BYTES: u64 = 200 << 20;

/// The clock, and whether a time source keeps it.
pub fn clock(now: Timestamp, doubt: Option<Doubt>, says: SystemSays, zone: &TimeZone) -> Finding {
    let code = "clock";
    if let Some(doubt) = doubt {
        return Finding::error(code, doubt.why(now, zone), doubt.remedy());
    }
    let said = cells::on_clock(now, zone).strftime("%d/%m/%Y %H:%M:%S").to_string();
    let words = says.words();
    let found = Text::new(format!("giờ máy {said}, {}", words.vi), format!("the clock says {said}; {}", words.en));
    let is_off = says.offset_ms().is_some_and(|ms| ms.abs() > OFF_MS);
    let wait = || is_off.then(|| Text::new("chờ vài phút rồi xem lại", "wait some minutes and look again"));
    match says.remedy().or_else(wait) {
        Some(remedy) => Finding::warning(code, found, remedy),
        None => Finding::good(code, found),
    }
}

/// The line as the station names it, and what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// `null` or `wav:FILE`.
    NoLoudspeaker,
    /// `default`.
    Default,
    /// A device by its name that is not there.
    Absent,
    /// A device by its name.
    There {
        /// It is the output of everything else on this PC too.
        is_default: bool,
        /// Nothing stands behind it.
        is_virtual: bool,
    },
    /// The running daemon has lost it.
    Lost(&'a str),
}

/// The loudspeaker line.
pub fn line(device: &str, line: Line<'_>) -> Finding {
    let code = "line";
    match line {
        Line::Lost(why) => {
            let why = if why.is_empty() { String::new() } else { format!(": {why}") };
            Finding::error(
                code,
                Text::new(format!("mất đường loa `{device}`{why}"), format!("the line `{device}` is lost{why}")),
                Text::new(
                    "xem dây, nguồn và cạc âm thanh; Loa tự mở lại khi có",
                    "look at cable, power and card; Loa opens it again by itself",
                ),
            )
        }
        Line::Absent => Finding::error(
            code,
            Text::new(format!("không có thiết bị `{device}`"), format!("there is no device `{device}`")),
            Text::new(
                "cắm thiết bị, hoặc chọn tên khác trong `loa devices`",
                "plug it in, or take another name that `loa devices` prints",
            ),
        ),
        Line::NoLoudspeaker | Line::There { is_virtual: true, .. } => Finding::warning(
            code,
            Text::new(
                format!("`{device}` không có loa nào sau nó"),
                format!("no loudspeaker stands behind `{device}`"),
            ),
            Text::new(
                "chọn thiết bị nối với máy tăng âm trong `loa devices`",
                "take the device that feeds the amplifier from `loa devices`",
            ),
        ),
        Line::Default => Finding::warning(
            code,
            Text::new(
                "đường loa là thiết bị mặc định, có thể bị đổi khi cắm thêm tai nghe",
                "the line is the default device, which another plug may change",
            ),
            Text::new(
                "ghi tên thiết bị trong `loa devices` vào `line.device`",
                "write the device's name from `loa devices` into `line.device`",
            ),
        ),
        Line::There { is_default: true, .. } => Finding::warning(
            code,
            Text::new(
                format!("`{device}` cũng là đầu ra mặc định của máy: tiếng của chương trình khác sẽ ra loa phường"),
                format!("`{device}` is this PC's default output too: what other programs play goes out on the line"),
            ),
            Text::new(
                "đặt thiết bị khác làm mặc định trong cài đặt âm thanh",
                "make another device the default in the sound settings",
            ),
        ),
        Line::There { .. } => {
            Finding::good(code, Text::new(format!("có thiết bị `{device}`"), format!("`{device}` is there")))
        }
    }
}

/// Which other stations on this PC, by their homes, sound on `device` too.
pub fn line_shared(device: &str, others: &[PathBuf]) -> Option<Finding> {
    let homes: Vec<_> = others.iter().map(|home| format!("`{}`", home.display())).collect();
    let homes = homes.join(", ");
    let found = Text::new(
        format!("Loa của đài ở {homes} cũng đang phát ra `{device}`: hai đài chồng tiếng lên nhau"),
        format!("the Loa of the station in {homes} sounds on `{device}` too: the two are heard over each other"),
    );
    let remedy = Text::new(
        "dừng Loa của đài kia, hoặc đặt cho mỗi đài một thiết bị riêng trong `line.device`",
        "stop the other Loa, or give each station a device of its own in `line.device`",
    );
    (!others.is_empty()).then(|| Finding::warning("line", found, remedy))
}

/// Room on the disk of the station's home.
pub fn disk(free_bytes: u64) -> Finding {
    let mib = free_bytes >> 20;
    let found = Text::new(format!("đĩa còn trống {mib} MiB"), format!("{mib} MiB are free on the disk"));
    let remedy = || Text::new("xóa bớt tệp không dùng đến", "delete files that nobody needs");
    match free_bytes {
        bytes if bytes < ROOM_BYTES => Finding::error("disk", found, remedy()),
        bytes if bytes < ROOM_BYTES * 10 => Finding::warning("disk", found, remedy()),
        _ => Finding::good("disk", found),
    }
}

/// What helps where something cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cure {
    /// Room on the disk.
    Room,
    /// A disk that can be written again.
    Disk,
    /// The right to write.
    Rights,
}

impl Cure {
    /// What to do.
    pub fn words(self) -> Text {
        let (vi, en) = match self {
            Cure::Room => ("xóa bớt tệp không dùng đến trên ổ đĩa này", "delete files that nobody needs on this disk"),
            Cure::Disk => (
                "hệ thống không cho ghi vào ổ đĩa này, thường vì đĩa có lỗi; khởi động lại máy, vẫn vậy thì kiểm tra hoặc thay đĩa",
                "the system lets nobody write to this disk, mostly because it is faulty; restart the PC, and if it stays so check or change the disk",
            ),
            Cure::Rights => {
                ("cấp quyền ghi cho tài khoản chạy Loa", "give the account that runs Loa the right to write")
            }
        };
        Text::new(vi, en)
    }
}

/// A folder that cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwritable {
    /// Its path.
    pub folder: String,
    /// Why, in a few words.
    pub why: Text,
    /// What helps.
    pub cure: Cure,
}

/// Folders of the home that cannot be written, and why.
pub fn rights(unwritable: &[Unwritable]) -> Finding {
    let Some(Unwritable { folder, why, cure }) = unwritable.first() else {
        return Finding::good("rights", Text::new("thư mục đài ghi được", "the station's folders can be written"));
    };
    Finding::error(
        "rights",
        Text::new(
            format!("không ghi được vào `{folder}`: {}", why.vi),
            format!("`{folder}` cannot be written: {}", why.en),
        ),
        cure.words(),
    )
}

/// The station's zone against the PC's.
pub fn zone(now: Timestamp, station: &Station, system: &TimeZone) -> Finding {
    let name = &station.zone_name;
    if station.zone.to_offset(now) == system.to_offset(now) {
        return Finding::good("zone", Text::new(format!("múi giờ {name}"), format!("the zone is {name}")));
    }
    let offset = system.to_offset(now);
    Finding::warning(
        "zone",
        Text::new(
            format!(
                "máy để múi giờ {offset}, còn đài dùng {name}: Loa phát đúng, nhưng đồng hồ trên màn hình chỉ giờ khác"
            ),
            format!(
                "the PC's zone is {offset} and the station's is {name}: Loa airs right, but the clock on the screen says another time"
            ),
        ),
        Text::new("đặt lại múi giờ của máy", "set the PC's time zone"),
    )
}

/// When the PC goes to sleep by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sleeps {
    /// It cannot, or was told not to.
    Never,
    /// After so many minutes without anybody at it.
    AfterMinutes(u64),
    /// Nobody says.
    Unknown,
}

/// Sleep, and what stands against it: whether the alarm of the hardware clock may be set, and why the system does not let
/// the running daemon keep the PC awake, if it does not.
pub fn sleep(sleeps: Sleeps, can_be_woken: bool, refused: Option<&str>) -> Finding {
    let remedy = || Text::new("tắt chế độ ngủ của máy", "switch the PC's sleep off");
    match sleeps {
        Sleeps::Never => Finding::good("sleep", Text::new("máy không tự ngủ", "the PC does not go to sleep by itself")),
        Sleeps::AfterMinutes(minutes) => {
            let (vi, en) = if can_be_woken {
                ("Loa sẽ đánh thức máy trước buổi phát", "Loa wakes it before a broadcast")
            } else {
                ("và Loa không đánh thức được máy", "and Loa cannot wake it")
            };
            let refused = refused.map(|why| format!("; {why}")).unwrap_or_default();
            Finding::warning(
                "sleep",
                Text::new(
                    format!("máy tự ngủ sau {minutes} phút; {vi}{refused}"),
                    format!("the PC goes to sleep after {minutes} min; {en}{refused}"),
                ),
                remedy(),
            )
        }
        Sleeps::Unknown => Finding::warning(
            "sleep",
            Text::new("không hỏi được máy có tự ngủ không", "the system does not say whether the PC goes to sleep"),
            remedy(),
        ),
    }
}

/// A restart that an update waits for; none if nobody says.
pub fn restart(pending: Option<bool>) -> Finding {
    match pending {
        Some(true) => Finding::warning(
            "restart",
            Text::new("có bản cập nhật đang chờ khởi động lại máy", "an update waits for the PC to restart"),
            Text::new("khởi động lại máy ngoài giờ phát", "restart it outside the broadcasts"),
        ),
        Some(false) => Finding::good(
            "restart",
            Text::new("không có cập nhật nào chờ khởi động lại", "no update waits for a restart"),
        ),
        None => Finding::good(
            "restart",
            Text::new(
                "hệ điều hành không báo có chờ khởi động lại không",
                "the system does not tell of pending restarts",
            ),
        ),
    }
}
