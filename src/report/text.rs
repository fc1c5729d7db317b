//! The report in a terminal.

use super::table::{Side, table};
use super::{Counts, Report};
use crate::cells;
use crate::problem::{Lang, Text};

/// The report as lines of text.
pub fn render(report: &Report, lang: Lang) -> String {
    let (from, to) = (cells::date(report.from, lang), cells::date(report.to, lang));
    let mut out = match lang {
        Lang::Vi => format!("Kết quả thực hiện lịch phát từ {from} đến hết {to}\n\n"),
        Lang::En => format!("The schedule and what became of it, {from} to {to}\n\n"),
    };
    if report.total.planned == 0 {
        out += Text::new("Không phát sinh\n", "Nothing was planned\n").get(lang);
    } else {
        let mut sides = vec![Side::Left];
        sides.extend([Side::Right; 10]);
        out += &table(&sides, &rows(report, lang));
    }
    if !report.total.causes.is_empty() {
        let name = Text::new("Nguyên nhân", "Causes");
        out += &format!("\n{}: {}\n", name.get(lang), causes(&report.total, lang));
    }
    for note in notes(report) {
        let name = Text::new("Lưu ý", "Note");
        out += &format!("\n{}: {}\n", name.get(lang), note.get(lang));
    }
    out
}

/// Heads, a row a segment, and the sum.
fn rows(report: &Report, lang: Lang) -> Vec<Vec<String>> {
    let mut rows = vec![heads(lang)];
    for line in &report.segments {
        rows.push(row(&line.name(lang), &line.counts, lang));
    }
    rows.push(row(total(lang), &report.total, lang));
    rows
}

fn row(name: &str, counts: &Counts, lang: Lang) -> Vec<String> {
    let mut row = vec![name.to_owned()];
    row.extend(figures(counts, lang));
    row
}

/// What the sum's row is called.
pub(super) fn total(lang: Lang) -> &'static str {
    match lang {
        Lang::Vi => "Tổng cộng",
        Lang::En => "Total",
    }
}

/// The heads of the columns.
pub(super) fn heads(lang: Lang) -> Vec<String> {
    let heads = match lang {
        Lang::Vi => [
            "Tiết mục",
            "Kế hoạch",
            "Đã phát",
            "Trong đó trễ",
            "Phát dở",
            "Gián đoạn",
            "Lỗi phát",
            "Bỏ lỡ",
            "Ngoại lệ",
            "Chưa đến giờ",
            "Phút",
        ],
        Lang::En => [
            "Segment",
            "Planned",
            "Aired",
            "Of which late",
            "Cut",
            "Interrupted",
            "Failed",
            "Missed",
            "Excepted",
            "Pending",
            "Minutes",
        ],
    };
    heads.map(str::to_owned).into()
}

/// The figures under the heads after the first.
pub(super) fn figures(counts: &Counts, lang: Lang) -> Vec<String> {
    let Counts { planned, aired, late, cut, interrupted, failed, missed, excepted, pending, .. } = counts;
    let mut figures: Vec<String> =
        [planned, aired, late, cut, interrupted, failed, missed, excepted, pending].map(ToString::to_string).into();
    figures.push(cells::minutes(counts.airtime_ms, lang));
    figures
}

/// `Mất điện 2; Thiếu tệp âm thanh 1`.
pub(super) fn causes(counts: &Counts, lang: Lang) -> String {
    let causes = counts.causes.iter().map(|(cause, n)| format!("{} {n}", cause.word(lang)));
    causes.collect::<Vec<_>>().join("; ")
}

/// What the figures do not hold.
pub(super) fn notes(report: &Report) -> impl Iterator<Item = Text> {
    by_hand_note(&report.by_hand)
        .into_iter()
        .chain(unwritten_note(report.unwritten))
        .chain(unforeseen_note(report.unforeseen))
}

fn by_hand_note(by_hand: &Counts) -> Option<Text> {
    let (n, ms) = (by_hand.planned, by_hand.airtime_ms);
    (n > 0).then(|| {
        Text::new(
            format!(
                "ngoài kế hoạch, phát theo yêu cầu của người trực: {n} lượt, {} phút",
                cells::minutes(ms, Lang::Vi)
            ),
            format!("beyond the plan, played by hand: {n}, {} minutes", cells::minutes(ms, Lang::En)),
        )
    })
}

fn unforeseen_note(n: usize) -> Option<Text> {
    (n > 0).then(|| {
        Text::new(
            format!("{n} mục trong kế hoạch hiện nay được ghi vào sau khi đã qua giờ, nên không có trong nhật ký"),
            format!("slots of the present schedules that were written in after their time, so that the log has none of them: {n}"),
        )
    })
}

fn unwritten_note(n: usize) -> Option<Text> {
    (n > 0).then(|| {
        Text::new(
            format!(
                "{n} mục đã qua giờ mà nhật ký chưa có kết quả, vì chương trình không chạy; hãy chạy `loa run` để ghi nốt"
            ),
            format!(
                "slots past without an outcome in the log, because the daemon is not running: {n}; run `loa run` to have them written"
            ),
        )
    })
}
