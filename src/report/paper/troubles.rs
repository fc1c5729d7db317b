//! Part III: what fell short, what stood in the way, and why; as the log tells it, then as the writer does.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use super::super::classes::Reason;
use super::super::document::Block;
use super::{Pen, by_what};
use crate::airing::{Incident, IncidentKind};
use crate::cells;
use crate::problem::Text;
use crate::timetable::span_words;

/// Things that one reason hit and that are named; of more only how many slots there were.
const NAMED_MAX: usize = 10;

/// So many incidents of one kind on one day are told together.
const MANY: usize = 3;

impl Pen<'_> {
    pub(super) fn troubles(&self) -> Vec<Block> {
        let mut blocks = vec![self.part("Tồn tại, khó khăn, nguyên nhân", "What fell short, and why")];
        blocks.push(Block::Table(self.classes()));
        let reasons: Vec<String> = self.report.schedule.reasons.iter().map(|reason| self.reason(reason)).collect();
        let incidents = self.incidents();
        if self.report.schedule.total.planned.value == 0 {
            let none =
                ("Trong kỳ, nhật ký không có mục nào theo kế hoạch.", "The log has no planned slot of the period.");
            blocks.extend(self.has_figures().then(|| self.paragraph(none.0, none.1)));
        } else if reasons.is_empty() && incidents.is_empty() && self.has_figures() {
            blocks.push(self.paragraph(
                "Không có mục nào bị bỏ lỡ, phát dở hay lỗi; không có sự cố.",
                "No slot was missed, cut or failed, and there was no incident.",
            ));
        }
        if !reasons.is_empty() {
            blocks.push(
                self.paragraph("Các mục không phát trọn vẹn, theo nguyên nhân:", "Slots not heard whole, by cause:"),
            );
            blocks.push(Block::List(reasons));
        }
        let emergencies: Vec<String> = self.report.emergencies.iter().map(|at| self.emergency(*at)).collect();
        if !emergencies.is_empty() {
            blocks.push(self.paragraph("Các lần phát khẩn cấp:", "Emergencies:"));
            blocks.push(Block::List(emergencies));
        }
        if !incidents.is_empty() {
            blocks.push(self.paragraph("Sự cố trong kỳ:", "Incidents:"));
            blocks.push(Block::List(incidents));
        }
        if !self.report.touched_since.is_empty() {
            blocks.push(self.paragraph(
                "Nhật ký của kỳ bị động đến từ bên ngoài sau khi kỳ kết thúc; số liệu lập từ nhật ký như hiện có:",
                "Another hand was at the log after the period had ended; the figures are of the log as it stands:",
            ));
            blocks.push(Block::List(self.report.touched_since.iter().map(|one| self.incident(one)).collect()));
        }
        blocks.extend(self.notes().into_iter().map(Block::Paragraph));
        let said = self.report.remarks.iter().flat_map(|(_, remarks)| &remarks.difficulties);
        blocks.extend(said.cloned().map(Block::Paragraph));
        blocks
    }

    /// `Bỏ lỡ – Mất điện: 3 mục (05:50 Thuế: 01/12, 02/12; …)`.
    fn reason(&self, reason: &Reason) -> String {
        let words: BTreeSet<String> = reason.slots.rows.iter().filter_map(|at| self.cause_of(*at)).collect();
        // What is true of each of them; of several the word of the cause that they have in common.
        let cause =
            words.iter().next().filter(|_| words.len() == 1).map_or(reason.cause.word(self.lang), String::as_str);
        let outcome = reason.outcome.word(self.lang);
        let count = self.count(reason.slots.value);
        let zone = &self.station.zone;
        let what = |at: &usize| {
            let row = self.report.row(*at);
            (format!("{} {}", cells::on_clock(row.planned, zone).strftime("%H:%M"), row.title), row.date)
        };
        let hit = by_what(reason.slots.rows.iter().map(what));
        let named = hit.iter().take(NAMED_MAX).map(|(what, dates)| format!("{what}: {}", self.days(dates)));
        let mut named = named.collect::<Vec<_>>().join("; ");
        if hit.len() > NAMED_MAX {
            named += "; …";
        }
        self.say(
            &format!("{outcome} – {cause}: {count} mục ({named})"),
            &format!("{outcome} – {cause}: {count} ({named})"),
        )
    }

    fn cause_of(&self, at: usize) -> Option<String> {
        Some(self.report.row(at).cause_word()?.get(self.lang).to_owned())
    }

    /// A line an incident; those of one kind that came again and again on one day share one.
    fn incidents(&self) -> Vec<String> {
        let mut groups: Vec<((IncidentKind, Date), Vec<&Incident>)> = Vec::new();
        for incident in &self.report.incidents {
            let of = (incident.kind, cells::on_clock(incident.began, &self.station.zone).date());
            match groups.iter_mut().find(|(group, _)| *group == of) {
                Some((_, incidents)) => incidents.push(incident),
                None => groups.push((of, vec![incident])),
            }
        }
        let told = |(_, incidents): (_, Vec<&Incident>)| match &incidents[..] {
            few if few.len() < MANY => few.iter().map(|incident| self.incident(incident)).collect(),
            many => vec![self.incidents_of_a_day(many)],
        };
        groups.into_iter().flat_map(told).collect()
    }

    /// `Mất đường loa: 50 lần ngày 03/12/2026, từ 05:45 đến 06:40, tất cả 20 phút 12 giây`.
    fn incidents_of_a_day(&self, all: &[&Incident]) -> String {
        let [first, ..] = all else { return String::new() };
        let clock = |at| cells::on_clock(at, &self.station.zone);
        let time = |at| clock(at).strftime("%H:%M").to_string();
        let (kind, count) = (super::tables::capital(first.kind.word(self.lang)), all.len());
        let (from, date) = (time(first.began), self.date(clock(first.began).date()));
        let lasted_ms = all.iter().filter_map(|incident| incident.lasted_ms()).sum();
        let lasted = (!first.kind.is_of_the_clock()).then(|| span_words(lasted_ms));
        let is_over = all.iter().all(|incident| incident.ended.is_some());
        let last = all.iter().filter_map(|incident| incident.ended).max().filter(|_| is_over);
        let is_of_the_day = |at| clock(at).date() == clock(first.began).date();
        let to = last.map(|at| if is_of_the_day(at) { time(at) } else { self.when(at) });
        let until = to.map_or_else(
            || Text::new(", chưa hết", ", not over"),
            |to| Text::new(format!(" đến {to}"), format!(" to {to}")),
        );
        let told = first.detail.get(self.lang);
        let says_more = !told.is_empty() && first.detail != first.kind.words();
        let same = says_more && all.iter().all(|incident| incident.detail == first.detail);
        let detail = if same { format!(" ({told})") } else { String::new() };
        let in_all = lasted.map_or_else(
            || Text::new("", ""),
            |lasted| Text::new(format!(", tất cả {}", lasted.vi), format!(", {} in all", lasted.en)),
        );
        self.say(
            &format!("{kind}: {count} lần ngày {date}, từ {from}{}{}{detail}", until.vi, in_all.vi),
            &format!("{kind}: {count} times on {date}, from {from}{}{}{detail}", until.en, in_all.en),
        )
    }

    /// `Mất điện: từ 05:45 ngày 03/12/2026, 1 giờ 20 phút`; of the clock itself by what it showed: `Đồng hồ máy không đáng tin: từ
    /// 05:45 ngày 03/12/2019 đến 06:10 ngày 03/12/2026`; what does not last by its instant.
    fn incident(&self, incident: &Incident) -> String {
        let (kind, began) = (super::tables::capital(incident.kind.word(self.lang)), self.when(incident.began));
        let is_instant = incident.ended == Some(incident.began);
        let lasted = match (incident.lasted_ms(), incident.ended.map(|at| self.when(at))) {
            _ if is_instant => String::new(),
            (Some(lasted_ms), _) => format!(", {}", self.text(&span_words(lasted_ms))),
            (None, Some(ended)) => self.say(&format!(" đến {ended}"), &format!(" to {ended}")),
            (None, None) => self.say(", chưa hết", ", not over"),
        };
        let told = incident.detail.get(self.lang);
        // Of some the log has no more than their kind.
        let says_more = !told.is_empty() && incident.detail != incident.kind.words();
        let detail = if !says_more { String::new() } else { format!(" ({told})") };
        let (vi, en) = if is_instant { ("lúc", "at") } else { ("từ", "from") };
        self.say(&format!("{kind}: {vi} {began}{lasted}{detail}"), &format!("{kind}: {en} {began}{lasted}{detail}"))
    }

    /// `05:45 ngày 03/12/2026`.
    fn when(&self, at: Timestamp) -> String {
        let at = cells::on_clock(at, &self.station.zone);
        let (time, date) = (at.strftime("%H:%M").to_string(), self.date(at.date()));
        self.say(&format!("{time} ngày {date}"), &format!("{time} on {date}"))
    }

    /// `16:34 ngày 03/12/2026, Bão số 3, Trần Văn Bình ra lệnh: Đã phát`.
    fn emergency(&self, at: usize) -> String {
        let row = self.report.row(at);
        let when = cells::on_clock(row.began.unwrap_or(row.planned), &self.station.zone);
        let (time, date, title) = (when.strftime("%H:%M").to_string(), self.date(when.date()), &row.title);
        let by = row.emergency_by.as_deref().unwrap_or_default();
        let ended =
            row.outcome.map_or_else(|| self.say("chưa có kết quả", "no outcome yet"), |o| o.word(self.lang).into());
        let why = row.cause_word().map_or_else(String::new, |cause| format!(" – {}", cause.get(self.lang)));
        self.say(
            &format!("{time} ngày {date}, {title}, {by} ra lệnh: {ended}{why}"),
            &format!("{time} on {date}, {title}, ordered by {by}: {ended}{why}"),
        )
    }

    /// `03/12 Bản tin sáng: Đã phát (Lan: mất điện, phát bằng máy nổ)`.
    fn corrected(&self, at: usize) -> String {
        let row = self.report.row(at);
        let outcome = row.outcome.map_or("", |outcome| outcome.word(self.lang));
        let hand = row.by_hand.as_ref().map(|hand| format!("{}: {}", hand.by, hand.why)).unwrap_or_default();
        format!("{} {}: {outcome} ({hand})", self.days(&[row.date]), row.title)
    }

    /// What stands beside the figures, or what they do not hold.
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let (unwritten, unforeseen) = (self.report.unwritten, self.report.unforeseen);
        let corrected = self.report.corrected.len();
        if corrected > 0 {
            let named: Vec<String> = self.report.corrected.iter().map(|at| self.corrected(*at)).collect();
            let named = named.join("; ");
            notes.push(self.say(
                &format!("Lưu ý: {corrected} dòng do người nhập tay bên cạnh nhật ký, được tính như đã nhập: {named}."),
                &format!("Note: rows written by hand beside the log, which count as written: {corrected} ({named})."),
            ));
        }
        if unwritten > 0 {
            notes.push(self.say(
                &format!(
                    "Lưu ý: {unwritten} mục đã qua giờ mà nhật ký chưa có kết quả, vì chương trình không chạy; hãy chạy `loa run` để ghi nốt."
                ),
                &format!(
                    "Note: slots past without an outcome in the log, because the daemon is not running: {unwritten}; run `loa run` to have them written."
                ),
            ));
        }
        if unforeseen > 0 {
            notes.push(self.say(
                &format!(
                    "Lưu ý: {unforeseen} mục trong kế hoạch hiện nay được ghi vào sau khi đã qua giờ, nên không có trong nhật ký."
                ),
                &format!(
                    "Note: slots of the present schedules that were written in after their time, so that the log has none of them: {unforeseen}."
                ),
            ));
        }
        let read_late = self.report.read_late;
        if read_late > 0 {
            notes.push(self.say(
                &format!(
                    "Lưu ý: {read_late} mục được ghi theo kế hoạch mà chương trình chỉ đọc được sau khi đã qua giờ, vì không chạy từ trước đó; tệp kế hoạch có từ trước giờ của các mục ấy."
                ),
                &format!(
                    "Note: slots written by a schedule that was first read after their time, because nothing ran since before it; its file is older than they are: {read_late}."
                ),
            ));
        }
        if self.report.by_last_good_station {
            notes.push(self.say(
                "Lưu ý: tệp `schedules/station.toml` đang có lỗi hoặc không còn, nên báo cáo lập theo bản tốt gần nhất của tệp ấy, là bản đang có hiệu lực; hãy chạy `loa check`.",
                "Note: the file `schedules/station.toml` has mistakes or is gone, so this report is made by its last good version, which is in force; run `loa check`.",
            ));
        }
        if !self.report.refused.is_empty() {
            let months: Vec<String> = self.report.refused.iter().map(ToString::to_string).collect();
            let months = months.join(", ");
            notes.push(self.say(
                &format!("Lưu ý: kế hoạch {months} đang có lỗi nên thiếu phần nhập tay; hãy chạy `loa check`."),
                &format!(
                    "Note: the schedules of {months} have mistakes, so what is typed there is missing; run `loa check`."
                ),
            ));
        }
        notes
    }
}
