//! Part II: the results, section by section.

use jiff::civil::Date;

use super::super::Before;
use super::super::document::{Block, Cell, Column, Row as Line, Setting, Table};
use super::super::groups::By;
use super::super::row::Row;
use super::super::totals::Totals;
use super::super::works;
use super::tables::{cell, int};
use super::{Pen, by_what};
use crate::problem::Text;
use crate::station::Imbalance;

/// Lines of lost slots in the text; the annex has all.
const LOST_MAX: usize = 20;

impl Pen<'_> {
    pub(super) fn results(&self) -> Vec<Block> {
        let mut blocks =
            vec![self.part("Kết quả tuyên truyền cải cách hành chính", "What was on air about administrative reform")];
        blocks.extend(self.columns_kept());
        blocks.extend(self.new_works());
        blocks.push(self.section("Theo nội dung", "By topic"));
        blocks.push(Block::Table(self.grouped(By::Topic, 3, "topics", self.say("Theo nội dung", "By topic"))));
        blocks.push(self.shares(By::Topic, self.say("Số phút theo nội dung", "Minutes by topic")));
        blocks.extend(self.silent_topics());
        blocks.push(self.section("Biểu dương, phê phán", "Praise and criticism"));
        blocks.push(Block::Table(self.grouped(By::Tone, 4, "balance", self.say("Cân đối", "Balance"))));
        blocks.push(self.shares(By::Tone, self.say("Số phút theo sắc thái", "Minutes by tone")));
        blocks.extend(self.report.imbalances.iter().map(|imbalance| Block::Paragraph(self.imbalance(*imbalance))));
        blocks.extend(self.publicity());
        blocks.extend(self.together());
        blocks
    }

    /// What is to be said under table 1 of the period before.
    pub(super) fn comparison(&self) -> Option<Block> {
        if !self.has_begun() {
            return None;
        }
        let previous = self.text(&self.report.period.previous().name());
        let (now, before): (&Totals, &Totals) = (&self.report.totals, &self.report.previous);
        let text = match self.report.before {
            Before::Nothing => self.say(
                "Chưa đủ số liệu kỳ trước để so sánh.",
                "There are no figures of the period before to compare with.",
            ),
            Before::From(date) => self.say(
                &format!("Chưa đủ số liệu kỳ trước để so sánh: nhật ký có từ ngày {}.", self.date(date)),
                &format!("The figures of the period before are not whole: the log begins on {date}."),
            ),
            Before::Whole if !self.report.is_comparable() => self.say(
                &format!(
                    "Kỳ này chưa hết (số liệu đến ngày {}), chưa so sánh với {previous}.",
                    self.date(self.report.until)
                ),
                &format!("The period is not over (figures up to {}): not compared with {previous}.", self.report.until),
            ),
            Before::Whole => {
                let a_day = |totals: &Totals| match totals.reform_a_day_ms() {
                    Some(ms) => format!("{} {}", self.minutes(ms), self.say("phút", "minutes")),
                    None => self.say("không có ngày phát", "no day on air"),
                };
                self.say(
                    &format!(
                        "So với {previous}, bình quân phút CCHC mỗi ngày phát: {} (kỳ trước: {}).",
                        a_day(now),
                        a_day(before)
                    ),
                    &format!(
                        "Set against {previous}, minutes of reform a day on air: {} (before: {}).",
                        a_day(now),
                        a_day(before)
                    ),
                )
            }
        };
        Some(Block::Paragraph(text))
    }

    /// 1. Columns kept, gaps, targets.
    fn columns_kept(&self) -> Vec<Block> {
        let totals = &self.report.totals;
        let mut blocks = vec![self.section("Duy trì chuyên mục, thời lượng", "Columns kept, airtime")];
        if self.has_figures() {
            let said = format!("{}; {}.", self.reform_airtime(totals), self.reform_columns(totals));
            blocks.push(Block::Paragraph(said));
        }
        blocks.push(Block::Table(self.columns_table()));
        blocks.push(self.planned_and_heard());
        let columns = self.report.columns.iter().filter(|column| column.is_reform);
        let mut lost: Vec<String> = self.lost(columns.flat_map(|column| &column.lost.rows).copied());
        let more = lost.len().saturating_sub(LOST_MAX);
        if more > 0 {
            lost.truncate(LOST_MAX);
            let more = self.count(more as u64);
            lost.push(
                self.say(
                    &format!("và {more} dòng khác, xem Phụ lục"),
                    &format!("and {more} more lines, see the annex"),
                ),
            );
        }
        if !lost.is_empty() {
            blocks.push(self.paragraph("Các mục CCHC không phát được:", "Slots of these columns that were not heard:"));
            blocks.push(Block::List(lost));
        }
        if self.has_figures() {
            blocks.push(Block::Paragraph(self.regularity()));
        }
        if !self.report.goals.is_empty() {
            blocks.push(Block::Table(self.targets()));
        }
        blocks
    }

    fn reform_airtime(&self, totals: &Totals) -> String {
        let minutes = self.minutes(totals.reform.value);
        if totals.reform_share_permille().is_none() {
            return self.say(
                "Trong kỳ đài không tự phát nội dung nào, nên không có thời lượng CCHC",
                "Nothing of the station's own was on air, and so nothing about administrative reform",
            );
        }
        let part = self.percent(totals.reform_share_permille());
        self.say(
            &format!("Thời lượng CCHC {minutes} phút, chiếm {part} thời lượng tự phát"),
            &format!("{minutes} minutes about administrative reform, {part} of what is no relay"),
        )
    }

    fn reform_columns(&self, totals: &Totals) -> String {
        if totals.kept_permille().is_none() {
            return self
                .say("không có mục nào của chuyên mục CCHC phải phát", "no slot of its columns was to be heard");
        }
        let (kept, to_keep) = (self.count(totals.kept.value), self.count(totals.to_keep.value));
        let share = self.percent(totals.kept_permille());
        self.say(
            &format!("các chuyên mục CCHC phát {kept}/{to_keep} mục theo kế hoạch ({share})"),
            &format!("of its columns' {to_keep} slots {kept} were heard ({share})"),
        )
    }

    /// What was lost, and why: a line for all days on which the same was lost for the same reason.
    fn lost(&self, rows: impl Iterator<Item = usize>) -> Vec<String> {
        let rows = rows.map(|at| self.report.row(at));
        let what = |row: &Row| {
            let outcome = row.outcome.map_or("", |outcome| outcome.word(self.lang));
            let cause = row.cause_word().map_or(String::new(), |cause| format!(" – {}", cause.get(self.lang)));
            format!("{}: {outcome}{cause}", row.title)
        };
        let line = |(what, dates): (String, Vec<Date>)| format!("{what} ({})", self.days(&dates));
        by_what(rows.map(|row| (what(row), row.date))).into_iter().map(line).collect()
    }

    fn columns_table(&self) -> Table {
        let rows = self.report.columns.iter().map(|column| {
            Line::whole(vec![
                Cell::text(column.name.clone()),
                cell(&column.to_keep),
                cell(&column.kept),
                Cell::Share { part: int(column.kept.value), whole: int(column.to_keep.value) },
                cell(&column.excepted),
                cell(&column.broadcasts),
                cell(&column.airings),
                cell(&column.airtime),
                Cell::Share { part: int(column.on_time.value), whole: int(column.whole.value) },
            ])
        });
        let head = |key, vi: &str, en: &str| Column::new(key, self.say(vi, en), Setting::Figures);
        Table {
            key: "columns",
            number: None,
            title: self.say("Các chuyên mục, xếp theo số phút, số lượt", "The columns, by minutes and airings"),
            columns: vec![
                Column::new("column", self.say("Chuyên mục", "Column"), Setting::Words),
                head("to_keep", "Kế hoạch", "Planned"),
                head("kept", "Đã phát", "Heard"),
                head("kept_share", "Duy trì", "Kept"),
                head("excepted", "Ngoại lệ", "Excepted"),
                head("broadcasts", "Buổi", "Broadcasts"),
                head("airings", "Lượt", "Airings"),
                head("airtime_ms", "Phút", "Minutes"),
                head("on_time_share", "Đúng giờ", "On time"),
            ],
            rows: rows.collect(),
            total: None,
            notes: Vec::new(),
        }
    }

    fn regularity(&self) -> String {
        let regular = &self.report.regularity;
        let without = regular.days_without;
        let Some(gap) = regular.gap else {
            return self.say(
                &format!("Trong kỳ không có ngày nào phát nội dung CCHC ({without} ngày)."),
                &format!("On none of the {without} days was there anything about administrative reform."),
            );
        };
        let (from, to) = (self.date(gap.from), self.date(gap.to));
        let days = gap.days;
        if without == 0 {
            return self.say(
                "Ngày nào cũng phát nội dung CCHC (không kể ngày nghỉ).",
                "There was something about administrative reform on each day (days off not counted).",
            );
        }
        let text = Text::new(
            format!("Khoảng trống CCHC dài nhất {days} ngày (từ {from} đến {to}); {without} ngày không có CCHC"),
            format!("The longest gap was {days} days ({from} to {to}); {without} days had none"),
        );
        let over = match regular.limit_days.filter(|_| regular.is_over()) {
            Some(limit) => Text::new(
                format!(", quá mức {limit} ngày theo quy chế."),
                format!("; the gap is over the ward's limit of {limit} days."),
            ),
            None => Text::new(".", "."),
        };
        format!("{}{}", self.text(&text), self.text(&over))
    }

    fn targets(&self) -> Table {
        let rows = self.report.goals.iter().map(|goal| {
            let due = if goal.key == "minutes" { Cell::minutes(int(goal.due)) } else { Cell::Count(int(goal.due)) };
            Line::whole(vec![
                Cell::text(super::tables::capital(&self.text(&goal.name))),
                due,
                cell(&goal.done),
                Cell::Share { part: int(goal.done.value), whole: int(goal.due) },
            ])
        });
        Table {
            key: "targets",
            number: None,
            title: self.say("Chỉ tiêu", "Targets"),
            columns: vec![
                Column::new("target", self.say("Chỉ tiêu", "Target"), Setting::Words),
                Column::new("due", self.say("Phải đạt", "Due"), Setting::Figures),
                Column::new("done", self.say("Đã đạt", "Done"), Setting::Figures),
                Column::new("share", "%", Setting::Figures),
            ],
            rows: rows.collect(),
            total: None,
            notes: Vec::new(),
        }
    }

    /// 2. New works, how fast, and the examples they tell of.
    fn new_works(&self) -> Vec<Block> {
        let report = self.report;
        let genres = report.groups(By::Genre).iter().filter(|group| group.airings.value > 0 && group.code.is_some());
        let (new, genres) = (report.totals.new_works.value, genres.count());
        let count = self.count(new);
        let mut blocks = vec![self.section("Tin, bài, phóng sự mới", "New works")];
        let vi = if new == 0 {
            "Không có tác phẩm CCHC mới".to_owned()
        } else {
            format!("Có {count} tác phẩm CCHC mới")
        };
        blocks.extend(self.has_figures().then(|| {
            self.paragraph(
                &if genres == 0 { format!("{vi}.") } else { format!("{vi}; sử dụng {genres} thể loại.") },
                &match (new, genres) {
                    (0, _) => "No new work about administrative reform.".to_owned(),
                    (1, _) => "1 new work about administrative reform.".to_owned(),
                    (_, 1) => format!("{count} new works about administrative reform, of 1 genre."),
                    _ => format!("{count} new works about administrative reform, of {genres} genres."),
                },
            )
        }));
        blocks.push(Block::Table(self.grouped(By::Genre, 2, "genres", self.say("Theo thể loại", "By genre"))));
        blocks.extend(self.speed());
        let examples: Vec<String> = works::examples(&report.log, &report.works)
            .into_iter()
            .map(|row| format!("{} ({})", row.particulars.subject.as_deref().unwrap_or_default(), row.title))
            .collect();
        if !examples.is_empty() {
            blocks.push(self.paragraph("Tập thể, cá nhân, mô hình được nêu:", "Persons, units and models told of:"));
            blocks.push(Block::List(examples));
        }
        blocks
    }

    /// How fast the news of documents came, and which came slowly.
    fn speed(&self) -> Vec<Block> {
        let report = self.report;
        let told: Vec<_> = report
            .works
            .iter()
            .filter_map(|work| {
                let (document, days) = work.speed(&report.log)?;
                Some((document, days, report.row(work.row)))
            })
            .collect();
        if told.is_empty() {
            return Vec::new();
        }
        let slow_days = i64::from(self.station.reporting.slow_days);
        let longest = told.iter().map(|(_, days, _)| *days).max().unwrap_or(0);
        let mut slow: Vec<_> = told.iter().filter(|(_, days, _)| *days > slow_days).collect();
        slow.sort_by_key(|(_, days, _)| std::cmp::Reverse(*days));
        let count = told.len();
        let mut blocks = vec![self.paragraph(
            &format!("{count} tác phẩm truyền tải văn bản; lâu nhất {longest} ngày kể từ ngày ban hành; {} tác phẩm quá {slow_days} ngày.", slow.len()),
            &format!("{count} works tell of documents; the slowest came {longest} days after its date; {} came after more than {slow_days} days.", slow.len()),
        )];
        let line = |(document, days, row): &&(&crate::programme::particulars::SourceDoc, i64, &Row)| {
            let (number, date) = (&document.number, self.date(document.date));
            self.say(
                &format!("{} ({number} ngày {date}): {days} ngày", row.title),
                &format!("{} ({number} of {date}): {days} days", row.title),
            )
        };
        if !slow.is_empty() {
            blocks.push(Block::List(slow.iter().map(line).collect()));
        }
        blocks
    }

    fn silent_topics(&self) -> Option<Block> {
        let silent = &self.report.regularity.silent_topics;
        let codes = silent.join(", ");
        (!silent.is_empty() && self.has_figures()).then(|| {
            self.paragraph(
                &format!("Nội dung chưa có lượt phát trong kỳ: {codes}."),
                &format!("Topics without an airing: {codes}."),
            )
        })
    }

    fn imbalance(&self, imbalance: Imbalance) -> String {
        let over = |vi: &str, en: &str, share: u64, limit: u64, vi_than: &str, en_than: &str| {
            let (share, limit) = (self.percent(Some(share)), self.percent(Some(limit)));
            self.say(
                &format!("Tỷ lệ {vi} {share}, {vi_than} mức {limit} của phường."),
                &format!("{en} has {share} of the minutes, {en_than} the ward's limit of {limit}."),
            )
        };
        match imbalance {
            Imbalance::OneWay => {
                let this = self.report.period.this();
                self.say(
                    &format!(
                        "{} chưa có tin, bài phê phán, góp ý: nội dung có nguy cơ một chiều.",
                        super::tables::capital(&this.vi)
                    ),
                    &format!("Nothing criticised {}: the programme is in danger of being one-sided.", this.en),
                )
            }
            Imbalance::CriticismUnder(share, limit) => {
                over("phê phán, góp ý", "Criticism", share, limit, "dưới", "below")
            }
            Imbalance::CriticismOver(share, limit) => {
                over("phê phán, góp ý", "Criticism", share, limit, "vượt", "over")
            }
            Imbalance::PraiseOver(share, limit) => over("biểu dương", "Praise", share, limit, "vượt", "over"),
            Imbalance::NeutralOver(share, limit) => over("phản ánh", "Neutral telling", share, limit, "vượt", "over"),
        }
    }
}
