//! Tables 1 to 8, with typed cells.

use super::super::classes::Classes;
use super::super::document::{Cell, Column, Row, Setting, Sum, Table, Unit};
use super::super::figure::{Figure, Unit as Of};
use super::super::groups::{By, Group};
use super::super::totals::Totals;
use super::{Pen, by_what};

/// A count or a length as a cell.
pub(super) fn cell(figure: &Figure) -> Cell {
    match figure.unit {
        Of::Count => Cell::Count(int(figure.value)),
        Of::Ms => Cell::minutes(int(figure.value)),
    }
}

pub(super) fn int(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn share(part: u64, whole: u64) -> Cell {
    Cell::Share { part: int(part), whole: int(whole) }
}

/// What a row of table 1 is: its words, its value of any totals, and what it is shown in.
struct Line {
    vi: &'static str,
    en: &'static str,
    value: fn(&Totals) -> Cell,
}

const LINES: [Line; 12] = [
    Line { vi: "Số ngày phát", en: "Days on air", value: |t| cell(&t.days) },
    Line { vi: "Số buổi phát", en: "Broadcasts", value: |t| cell(&t.broadcasts) },
    Line { vi: "Tổng thời lượng (giờ)", en: "Airtime (hours)", value: |t| hours(&t.airtime) },
    Line { vi: "Riêng tiếp âm (giờ)", en: "Of which relays (hours)", value: |t| hours(&t.relay) },
    Line { vi: "Thời lượng CCHC (phút)", en: "Administrative reform (minutes)", value: |t| cell(&t.reform) },
    Line {
        vi: "Tỷ trọng CCHC trong thời lượng tự phát",
        en: "Its share of what is no relay",
        value: |t| share(t.reform.value, t.airtime.value - t.relay.value),
    },
    Line {
        vi: "Phút CCHC/ngày phát",
        en: "Minutes of it a day on air",
        value: |t| t.reform_a_day_ms().map_or(Cell::text("–"), |ms| Cell::minutes(int(ms))),
    },
    Line { vi: "Lượt phát CCHC", en: "Airings about it", value: |t| cell(&t.reform_airings) },
    Line { vi: "Tác phẩm CCHC mới", en: "New works about it", value: |t| cell(&t.new_works) },
    Line { vi: "Duy trì chuyên mục CCHC", en: "Its columns kept", value: |t| share(t.kept.value, t.to_keep.value) },
    Line { vi: "Lượt đường dây nóng", en: "Hotline airings", value: |t| cell(&t.hotline) },
    Line { vi: "Phát ngoài kế hoạch (lượt)", en: "Beyond the plan (airings)", value: |t| cell(&t.by_hand) },
];

/// Of which most stations have none: it stands behind the relays where there was some.
const INSTEAD: Line =
    Line {
        vi: "Phát thay tiếp âm (giờ)", en: "In place of relays (hours)", value: |t| hours(&t.in_place_of_relay)
    };
/// How many lines stand above it.
const ABOVE_INSTEAD: usize = 4;

fn hours(figure: &Figure) -> Cell {
    Cell::Length { ms: int(figure.value), unit: Unit::Hours }
}

impl Pen<'_> {
    fn column(&self, key: &'static str, vi: &str, en: &str, set: Setting) -> Column {
        Column::new(key, self.say(vi, en), set)
    }

    /// Table 1: this period, the one before, the difference, and the year.
    pub(super) fn summary(&self) -> Table {
        let report = self.report;
        let totals = [&report.totals, &report.previous, &report.to_date];
        let any_instead = totals.iter().any(|totals| totals.in_place_of_relay.value > 0);
        let (above, below) = LINES.split_at(ABOVE_INSTEAD);
        let lines = above.iter().chain(any_instead.then_some(&INSTEAD)).chain(below);
        let rows = lines.map(|line| {
            let of = totals.map(line.value);
            let [now, before, year] = of;
            let (change, growth) = self.compared(&now, &before);
            // Of before the log began, and of what has not begun itself, nothing is known, and nought would be a figure.
            let known = |is_known: bool, cell: Cell| if is_known { cell } else { Cell::text("–") };
            let (now, before) = (known(report.is_known(), now), known(report.is_before_known(), before));
            let year = known(report.is_year_known(), year);
            Row::whole(vec![Cell::text(self.say(line.vi, line.en)), now, before, change, growth, year])
        });
        Table {
            key: "summary",
            number: Some(1),
            title: self.say("Tổng hợp", "Totals"),
            columns: vec![
                self.column("figure", "Chỉ tiêu", "Figure", Setting::Words),
                self.column("value", "Kỳ này", "This period", Setting::Figures),
                self.column("previous", "Kỳ trước", "The one before", Setting::Figures),
                self.column("change", "Tăng, giảm", "Change", Setting::Changes),
                self.column("growth", "%", "%", Setting::Changes),
                self.column("to_date", "Lũy kế từ đầu năm", "Year to date", Setting::Figures),
            ],
            rows: rows.collect(),
            total: None,
            notes: self.year_ahead().into_iter().collect(),
        }
    }

    /// That a year which has not begun has nothing to date.
    fn year_ahead(&self) -> Option<String> {
        let begins = self.date(self.report.period.year_begins());
        (!self.report.has_year_begun()).then(|| {
            self.say(
                &format!("Năm báo cáo bắt đầu ngày {begins}: chưa có lũy kế."),
                &format!("The reporting year begins on {begins}: there is nothing to date yet."),
            )
        })
    }

    /// The difference, and by how many percent. From nothing no growth can be told, on one line, and none of it where one
    /// of the two periods is not whole; of shares only both are shown.
    fn compared(&self, now: &Cell, before: &Cell) -> (Cell, Cell) {
        let nothing = || Cell::text(self.say("không\u{a0}so\u{a0}sánh\u{a0}được", "not\u{a0}comparable"));
        let growth = |now: i64, before: i64| {
            if before == 0 { nothing() } else { Cell::Share { part: now - before, whole: before } }
        };
        match (now, before) {
            (Cell::Count(_) | Cell::Length { .. }, _) if !self.report.is_comparable() => (Cell::Empty, nothing()),
            (Cell::Count(now), Cell::Count(before)) => (Cell::Count(now - before), growth(*now, *before)),
            (Cell::Length { ms: now, unit }, Cell::Length { ms: before, .. }) => {
                (Cell::Length { ms: now - before, unit: *unit }, growth(*now, *before))
            }
            _ => (Cell::Empty, Cell::Empty),
        }
    }

    /// Tables 2, 3 and 4.
    pub(super) fn grouped(&self, by: By, number: u8, key: &'static str, title: String) -> Table {
        let coded = by == By::Topic;
        let whole = self.report.totals.reform.value;
        let mut columns = Vec::new();
        if coded {
            columns.push(self.column("code", "Mã", "Code", Setting::Middle));
        }
        columns.extend([
            Column::new("name", self.text(&super::by_name(by)), Setting::Words),
            self.column("new_works", "Tác phẩm mới", "New works", Setting::Figures),
            self.column("works", "Tác phẩm", "Works", Setting::Figures),
            self.column("airings", "Lượt phát", "Airings", Setting::Figures),
            self.column("airtime_ms", "Phút", "Minutes", Setting::Figures),
            self.column("share", "%", "%", Setting::Figures),
        ]);
        let groups = self.report.groups(by);
        let shown = groups.iter().filter(|group| self.is_shown(by, group));
        let rows = shown.map(|group| {
            let mut cells = if coded { vec![Cell::text(group.code.clone().unwrap_or_default())] } else { Vec::new() };
            cells.push(Cell::text(capital(group.name.get(self.lang))));
            cells.extend(group.figures().map(|(_, figure)| cell(figure)));
            cells.push(share(group.airtime.value, whole));
            if group.part_of.is_some() { Row::part(cells) } else { Row::whole(cells) }
        });
        let rows: Vec<Row> = rows.collect();
        Table {
            key,
            number: Some(number),
            title,
            columns,
            total: self.grouped_total(&rows, coded),
            rows,
            notes: Vec::new(),
        }
    }

    /// Minutes add up to the total; a row with several topics is an airing of each, so that column need not.
    fn grouped_total(&self, rows: &[Row], coded: bool) -> Option<Vec<Sum>> {
        if rows.is_empty() {
            return None;
        }
        let totals = &self.report.totals;
        let own = |cell| if coded { Sum::Is(cell) } else { Sum::OfColumn(cell) };
        let works = self.report.log.works(&totals.reform_airings.rows).len() as u64;
        let mut total = if coded { vec![Sum::Is(Cell::Empty)] } else { Vec::new() };
        let minutes = total.len() + 4;
        total.extend([
            Sum::Is(Cell::text(self.say("Tổng cộng", "Total"))),
            own(cell(&totals.new_works)),
            Sum::Is(Cell::Count(int(works))),
            own(cell(&totals.reform_airings)),
            Sum::OfColumn(cell(&totals.reform)),
            Sum::OfRow { share: share(totals.reform.value, totals.reform.value), part: minutes, whole: minutes },
        ]);
        Some(total)
    }

    /// Topics and tones stand in the table also without a word on air; of genres and others those that were. There are no
    /// districts any more.
    pub(super) fn is_shown(&self, by: By, group: &Group) -> bool {
        let gone = by == By::Level
            && self.named_on >= crate::station::TWO_LEVELS
            && group.code.as_deref() == Some(crate::programme::particulars::Level::District.code());
        let always = matches!(by, By::Topic | By::Tone | By::Level) && !gone;
        always || group.airings.value > 0
    }

    /// Table 8: what became of the plan, a row a class.
    pub(super) fn classes(&self) -> Table {
        let Classes { planned, aired, on_time, cut, interrupted, failed, missed, excepted, pending, .. } =
            &self.report.schedule.total;
        let settled = planned.value - pending.value;
        let row = |vi: &str, en: &str, figure: &Figure, whole: u64| {
            Row::whole(vec![Cell::text(self.say(vi, en)), cell(figure), share(figure.value, whole)])
        };
        let mut rows = vec![row("Đã phát", "Aired", aired, settled)];
        rows.push(Row::part(vec![Cell::text(self.on_time_words()), cell(on_time), share(on_time.value, aired.value)]));
        rows.extend([
            row("Phát dở", "Cut", cut, settled),
            row("Gián đoạn", "Interrupted", interrupted, settled),
            row("Lỗi phát", "Failed", failed, settled),
            row("Bỏ lỡ", "Missed", missed, settled),
            row("Không phát theo ngoại lệ", "Excepted", excepted, settled),
            Row::whole(vec![
                Cell::text(self.say("Chưa đến giờ (ngoài tỷ lệ)", "Pending (outside the shares)")),
                cell(pending),
                Cell::Empty,
            ]),
        ]);
        Table {
            key: "schedule",
            number: Some(8),
            title: self.say("Thực hiện lịch phát", "The schedule and what became of it"),
            columns: vec![
                self.column("class", "Kết quả", "Outcome", Setting::Words),
                self.column("slots", "Số mục", "Slots", Setting::Figures),
                self.column("share", "%", "%", Setting::Figures),
            ],
            rows,
            total: Some(vec![
                Sum::Is(Cell::text(self.say("Kế hoạch", "Planned"))),
                Sum::OfColumn(cell(planned)),
                Sum::Is(Cell::Empty),
            ]),
            notes: self.unlike().into_iter().collect(),
        }
    }

    /// `Ngày nghỉ, đổi giờ theo ngoại lệ: 24/12 – Mất điện theo lịch của điện lực (nghỉ Buổi sáng).`: what an exception called
    /// off or moved is no slot, and stands in no class.
    fn unlike(&self) -> Option<String> {
        let days = self.report.unlike.iter().map(|day| (self.text(&day.words()), day.date));
        let said = by_what(days).into_iter().map(|(what, dates)| format!("{} – {what}", self.days(&dates)));
        let said = said.collect::<Vec<_>>().join("; ");
        let words = self.say("Ngày nghỉ, đổi giờ theo ngoại lệ", "Days off or moved by an exception");
        (!said.is_empty()).then(|| format!("{words}: {said}."))
    }

    fn on_time_words(&self) -> String {
        let seconds = self.station.rules.on_time_ms / 1000;
        self.say(
            &format!("trong đó đúng giờ (lệch không quá {seconds} giây)"),
            &format!("of which on time (within {seconds} s)"),
        )
    }

    /// Table 7: a block of rows a kind; kinds of which a segment may have several do not add up, so nothing is summed.
    pub(super) fn cooperation(&self) -> Table {
        let kinds = [By::Field, By::Audience, By::Level, By::Partner, By::Origin];
        let rows = kinds.into_iter().flat_map(|by| {
            let groups = self.report.groups(by).iter().filter(move |group| group.airings.value > 0);
            groups.map(move |group| {
                Row::whole(vec![
                    Cell::text(self.text(&super::by_name(by))),
                    Cell::text(group.name.get(self.lang)),
                    cell(&group.works),
                    cell(&group.airings),
                    cell(&group.airtime),
                ])
            })
        });
        let rows: Vec<Row> = rows.collect();
        let not_added = self.say(
            "Một tác phẩm có thể có nhiều đối tượng, nhiều đơn vị phối hợp: các cột này không cộng dồn.",
            "A work may be for several audiences and made with several partners: these do not add up.",
        );
        Table {
            key: "cooperation",
            number: Some(7),
            title: self.say("Phối hợp, lĩnh vực, đối tượng", "Cooperation, fields, audiences"),
            columns: vec![
                self.column("by", "Phân theo", "By", Setting::Words),
                self.column("name", "Nội dung", "Name", Setting::Words),
                self.column("works", "Tác phẩm", "Works", Setting::Figures),
                self.column("airings", "Lượt phát", "Airings", Setting::Figures),
                self.column("airtime_ms", "Phút", "Minutes", Setting::Figures),
            ],
            notes: if rows.is_empty() { Vec::new() } else { vec![not_added] },
            rows,
            total: None,
        }
    }
}

/// With a capital.
pub(in crate::report) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
