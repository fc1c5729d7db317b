//! Alerts as a person reads them, and as a program does.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{Matter, News, Stands, when_words};
use crate::airing::{IncidentKind, LogHead};
use crate::instants::ms_between;
use crate::problem::{Lang, Text};
use crate::timetable::span_words;

/// News that one message tells one by one; of the rest it tells how many they are.
const MOST_TOLD: usize = 20;

/// Whose alerts they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The station's name.
    pub station: String,
    /// The zone of the times that are told.
    pub zone: TimeZone,
    /// The language.
    pub lang: Lang,
}

/// What goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// One line.
    pub subject: String,
    /// All of it, line by line.
    pub text: String,
    /// The same for a program: `{station, subject, text, more, alerts: [{kind, state, began, latest, ended, times, slot,
    /// message, help (null of what is over)}], ledger: {head, seq}}`.
    pub json: Value,
}

impl Message {
    /// Of `news`, the oldest first; `dropped` more are gone. `head` is the log's: it leaves the PC with them.
    pub fn of(news: &[News], dropped: u64, head: Option<&LogHead>, sender: &Sender) -> Message {
        let lang = sender.lang;
        // What lasts first: it is what somebody has to go and mend.
        let (mut sorted, rest): (Vec<&News>, Vec<&News>) =
            news.iter().partition(|news| matches!(news.stands, Stands::Lasts { .. }));
        sorted.extend(rest);
        let subject = subject(&sorted, sender);
        let mut text = format!("{}\n", sender.station);
        for news in sorted.iter().take(MOST_TOLD) {
            text += &format!("\n- {}\n", line(news, sender));
            if let Some(help) = help(news) {
                text += &format!("  {}\n", help.get(lang));
            }
        }
        let more = dropped + u64::try_from(sorted.len().saturating_sub(MOST_TOLD)).unwrap_or(0);
        if more > 0 {
            text += &format!("\n{}\n", untold(more).get(lang));
        }
        if let Some(LogHead { seq, hash }) = head {
            text +=
                &format!("\n{} {seq}: {hash}\n", Text::new("Mã nhật ký, mắt xích", "Hash of the log, link").get(lang));
        }
        let alerts: Vec<Value> = sorted.iter().take(MOST_TOLD).map(|news| object(news, sender)).collect();
        let json = json!({
            "station": sender.station, "subject": subject, "text": text, "more": more, "alerts": alerts,
            "ledger": head.map(LogHead::json),
        });
        Message { subject, text, json }
    }
}

fn subject(news: &[&News], sender: &Sender) -> String {
    let first = news.first().map(|news| short(news, sender.lang)).unwrap_or_default();
    let more = news.len().saturating_sub(1);
    match (more, sender.lang) {
        (0, _) => format!("Loa · {}: {first}", sender.station),
        (more, Lang::Vi) => format!("Loa · {}: {first} và {more} việc khác", sender.station),
        (more, Lang::En) => format!("Loa · {}: {first} and {more} more", sender.station),
    }
}

/// What it is, in a few words.
fn short(news: &News, lang: Lang) -> String {
    let over = match (news.stands, lang) {
        (Stands::Over { .. }, Lang::Vi) => " (đã hết)",
        (Stands::Over { .. }, Lang::En) => " (over)",
        (Stands::Lasts { again: true }, Lang::Vi) => " (vẫn chưa hết)",
        (Stands::Lasts { again: true }, Lang::En) => " (still so)",
        _ => "",
    };
    let word = match news.matter {
        Matter::Incident(kind) => kind.word(lang).to_owned(),
        Matter::Slot(outcome) => outcome.word(lang).to_lowercase(),
        Matter::Edit => Text::new("sửa kế hoạch quá muộn", "an edit of the plan came too late").get(lang).into(),
        Matter::Tomorrow => {
            Text::new("ngày mai có mục sẽ không phát", "something will not air tomorrow").get(lang).into()
        }
        Matter::NoPlan(month) => {
            let month = month.first();
            let (vi, en) = (month.strftime("%m/%Y"), month.strftime("%Y-%m"));
            Text::new(format!("tháng {vi} chưa có kế hoạch"), format!("no plan for {en}")).get(lang).into()
        }
        Matter::Trial => Text::new("thử báo tin", "a trial").get(lang).into(),
    };
    word + over
}

/// One sentence with its times.
fn line(news: &News, sender: &Sender) -> String {
    let (lang, at) = (sender.lang, when_words(news.matter, news.at, &sender.zone));
    let head = capital(&short(news, lang));
    let when = match news.stands {
        Stands::Happened if news.slot.is_some() => String::new(),
        Stands::Happened => format!(", {at}"),
        Stands::Lasts { .. } => lasts(news, sender),
        Stands::Over { until } => over(news, until, sender),
    };
    let detail = if news.detail.is_empty() { String::new() } else { format!(": {}", news.detail) };
    format!("{head}{when}{detail}")
}

fn lasts(news: &News, sender: &Sender) -> String {
    let [first, latest] = [news.at, news.latest].map(|at| when_words(news.matter, at, &sender.zone));
    match (news.times, sender.lang) {
        (0 | 1, Lang::Vi) => format!(", từ {first}"),
        (0 | 1, Lang::En) => format!(", since {first}"),
        (times, Lang::Vi) => format!(", {times} lần: lần đầu lúc {first}, lần này từ {latest}"),
        (times, Lang::En) => format!(", {times} times: first at {first}, this time since {latest}"),
    }
}

/// In between it was not so: of several times the first and the last are told, and how long that one was, if that is known.
fn over(news: &News, until: Timestamp, sender: &Sender) -> String {
    let lasted = match news.matter {
        Matter::Incident(kind) if kind.is_of_the_clock() => Text::new("", ""),
        _ => {
            let lasted = span_words(ms_between(news.latest, until));
            Text::new(format!(" ({})", lasted.vi), format!(" ({})", lasted.en))
        }
    };
    let [first, latest, until] = [news.at, news.latest, until].map(|at| when_words(news.matter, at, &sender.zone));
    let (vi, en) = (&lasted.vi, &lasted.en);
    match (news.times, sender.lang) {
        (0 | 1, Lang::Vi) => format!(", từ {first} đến {until}{vi}"),
        (0 | 1, Lang::En) => format!(", from {first} to {until}{en}"),
        (times, Lang::Vi) => format!(", {times} lần: lần đầu lúc {first}, lần cuối từ {latest} đến {until}{vi}"),
        (times, Lang::En) => format!(", {times} times: first at {first}, last from {latest} to {until}{en}"),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn untold(more: u64) -> Text {
    Text::new(
        format!("Còn {more} việc nữa; xem bằng `loa airings` và `loa status`."),
        format!("There are {more} more; see `loa airings` and `loa status`."),
    )
}

/// What to do about it. About what is over there is nothing to do; what ended the program is told only then, and where to look
/// for what was missed by it.
fn help(news: &News) -> Option<Text> {
    let is_over = matches!(news.stands, Stands::Over { .. });
    let ended_the_program = matches!(news.matter, Matter::Incident(IncidentKind::PowerCut | IncidentKind::Crash));
    (!is_over || ended_the_program).then(|| remedy(news.matter))
}

fn remedy(matter: Matter) -> Text {
    let (vi, en) = match matter {
        Matter::Incident(kind) => return incident_remedy(kind),
        Matter::Slot(_) => (
            "Xem nguyên nhân bằng `loa airings`; cần thì phát lại bằng `loa play`.",
            "See why with `loa airings`; air it again with `loa play` if it is needed.",
        ),
        Matter::Edit => (
            "Mục chốt 60 giây trước giờ phát; cần thì ngừng mục đang phát bằng `loa skip`, phát thêm bằng `loa play`.",
            "An item is of record 60 s before its time; end it with `loa skip`, or air it again with `loa play`, if need be.",
        ),
        Matter::Tomorrow => {
            ("Chạy `loa check` và sửa trước giờ phát.", "Run `loa check` and mend it before it is due.")
        }
        Matter::NoPlan(_) => (
            "Lập kế hoạch tháng bằng `loa new` rồi chạy `loa check`.",
            "Make the month's plan with `loa new`, then run `loa check`.",
        ),
        Matter::Trial => (
            "Nhận được tin này nghĩa là cách báo tin đã dùng được; không phải làm gì.",
            "That this arrived shows that alerts do; there is nothing to do.",
        ),
    };
    Text::new(vi, en)
}

fn incident_remedy(kind: IncidentKind) -> Text {
    let (vi, en) = match kind {
        IncidentKind::LineLost => (
            "Xem dây cắm và thiết bị âm thanh; Loa tự mở lại khi thiết bị trở lại.",
            "Look at the cable and the sound device; Loa opens it again by itself.",
        ),
        IncidentKind::ScheduleRefused => (
            "Chạy `loa check` và sửa rồi lưu, Loa tự đọc lại; trong lúc đó kế hoạch đúng gần nhất, nếu có, vẫn được phát.",
            "Run `loa check`, mend it and save, Loa reads it again by itself; meanwhile the last good schedule airs, if there is one.",
        ),
        IncidentKind::Disk => (
            "Làm theo nguyên nhân nêu trên: đĩa đầy thì xóa bớt tệp, không có quyền thì xem ai được ghi vào thư mục `var`, nhật ký bị chương trình khác giữ thì tắt chương trình ấy; đừng tắt máy trước khi hết sự cố này.",
            "As the reason above has it: free a full disk, see who may write to the folder `var`, end the program that holds the log; do not switch off before this is over.",
        ),
        IncidentKind::LogTouched => (
            "Loa vẫn phát và vẫn ghi. Tìm xem ai hay chương trình nào (dọn máy, đồng bộ, diệt vi-rút) đụng vào thư mục `var`; \
             kiểm nhật ký bằng `loa log verify`.",
            "Loa airs and writes on. Find out who or which program (cleaner, sync, virus scanner) was at the folder `var`; check \
             the log with `loa log verify`.",
        ),
        IncidentKind::RowRefused => (
            "Loa vẫn phát; điều đã nghe thấy mà nhật ký không có thì ghi lại bằng `loa log correct`, rồi gửi `var/log/` cho nơi hỗ trợ.",
            "Loa airs on; write down what was heard and is not in the log with `loa log correct`, and send `var/log/` to who supports you.",
        ),
        IncidentKind::ClockUntrusted => (
            "Chỉnh đúng ngày giờ của máy; trong lúc này Loa không phát gì.",
            "Set the PC's date and time; meanwhile nothing airs.",
        ),
        IncidentKind::PowerCut | IncidentKind::Crash => (
            "Loa đã chạy lại; xem những mục bị lỡ bằng `loa airings`.",
            "Loa runs again; see what was missed with `loa airings`.",
        ),
        IncidentKind::Amplifier => (
            "Bật máy tăng âm bằng tay, rồi xem khối `[amplifier]`.",
            "Switch the amplifier by hand, then look at the block `[amplifier]`.",
        ),
        IncidentKind::LineSilent | IncidentKind::Muted | IncidentKind::Silent => (
            "Ra nghe tại chỗ: âm lượng, dây, máy tăng âm; thử bằng `loa tone`.",
            "Go and listen: volume, cable, amplifier; try `loa tone`.",
        ),
        _ => ("Xem `loa status`.", "See `loa status`."),
    };
    Text::new(vi, en)
}

fn object(news: &News, sender: &Sender) -> Value {
    let time = |at: Timestamp| at.display_with_offset(sender.zone.to_offset(at)).to_string();
    let kind = match news.matter {
        Matter::Incident(kind) => kind.code(),
        Matter::Slot(outcome) => outcome.code(),
        Matter::Edit => "edit_too_late",
        Matter::Tomorrow => "tomorrow",
        Matter::NoPlan(_) => "no_plan",
        Matter::Trial => "trial",
    };
    let (state, ended) = match news.stands {
        Stands::Happened => ("happened", None),
        Stands::Lasts { again: false } => ("began", None),
        Stands::Lasts { again: true } => ("lasts", None),
        Stands::Over { until } => ("over", Some(until)),
    };
    json!({
        "kind": kind, "state": state, "began": time(news.at), "latest": time(news.latest),
        "ended": ended.map(time), "times": news.times, "slot": news.slot, "message": line(news, sender), "help": help(news).map(|help| help.get(sender.lang).to_owned()),
    })
}

#[cfg(test)]
mod tests;
