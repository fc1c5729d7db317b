//! The annexes: the log of what is about administrative reform, and the sheet of new works.

use super::super::document::{Annex, Block, Cell, Column, Row as Line, Setting, Table};
use super::super::row::Row;
use super::Pen;
use super::tables::{cell, int};
use crate::cells;
use crate::reading::fold::folded;
use crate::timetable::length_words;

impl Pen<'_> {
    pub(super) fn annexes(&self) -> Vec<Annex> {
        let log = Annex {
            title: self
                .say("Nhật ký phát sóng nội dung CCHC trong kỳ", "The log of what is about administrative reform"),
            blocks: vec![Block::Table(self.log())],
        };
        let sheet = Annex {
            title: self.say("Bảng kê tác phẩm mới", "The sheet of new works"),
            blocks: vec![Block::Table(self.sheet())],
        };
        if self.report.works.is_empty() { vec![log] } else { vec![log, sheet] }
    }

    fn head(&self, key: &'static str, vi: &str, en: &str, set: Setting) -> Column {
        Column::new(key, self.say(vi, en), set)
    }

    fn log(&self) -> Table {
        let rows = self.report.annex.iter().enumerate().map(|(number, at)| {
            let row = self.report.row(*at);
            self.airing(number, row, self.new_or_again(*at))
        });
        Table {
            key: "annex",
            number: None,
            title: self.say("Nhật ký", "The log"),
            columns: vec![
                self.head("number", "STT", "No.", Setting::Middle),
                self.head("date", "Ngày", "Date", Setting::Middle),
                self.head("began", "Bắt đầu", "Began", Setting::Middle),
                self.head("ended", "Kết thúc", "Ended", Setting::Middle),
                self.head("title", "Tên", "Title", Setting::Words),
                self.head("genre", "Thể loại", "Genre", Setting::Words),
                self.head("topics", "Chủ đề", "Topics", Setting::Middle),
                self.head("first", "Mới/PL", "New", Setting::Middle),
                self.head("outcome", "Kết quả", "Outcome", Setting::Words),
                self.head("note", "Ghi chú", "Note", Setting::Words),
            ],
            rows: rows.collect(),
            total: None,
            notes: Vec::new(),
        }
    }

    /// Whether a work is heard for the first time or again. One that broke off before it was ever heard whole is new, but
    /// not yet one of the new works that are counted.
    fn new_or_again(&self, at: usize) -> String {
        let log = &self.report.log;
        match (log.rows[at].is_heard(), log.first[at], log.again[at]) {
            (false, ..) => String::new(),
            (true, true, _) => self.say("Mới", "New"),
            (true, false, true) => self.say("PL", "Again"),
            (true, false, false) => self.say("Mới (dở)", "New (cut)"),
        }
    }

    fn airing(&self, number: usize, row: &Row, again: String) -> Line {
        let zone = &self.station.zone;
        let time =
            |at: Option<jiff::Timestamp>| at.map_or(Cell::Empty, |at| Cell::Time(cells::on_clock(at, zone).time()));
        let cause = row.cause_word();
        let cause = cause.as_ref().map_or("", |cause| cause.get(self.lang));
        let hand = row.by_hand.as_ref().map_or_else(String::new, |hand| {
            let (by, why, counted) = (&hand.by, &hand.why, length_words(row.heard_ms));
            let (vi, en) = (format!("nhập tay, {by}: {why}"), format!("by hand, {by}: {why}"));
            if !row.is_heard() {
                return self.say(&vi, &en);
            }
            self.say(&format!("{vi}; tính {}", counted.vi), &format!("{en}; counted: {}", counted.en))
        });
        let note = row.note_words();
        let notes = [cause, note.get(self.lang), hand.as_str()].into_iter().filter(|text| !text.is_empty());
        let note = notes.collect::<Vec<_>>().join(": ");
        Line::whole(vec![
            Cell::Count(int(number as u64 + 1)),
            Cell::Date(row.date),
            time(row.began),
            time(row.ended),
            Cell::text(row.title.clone()),
            Cell::text(row.particulars.genre.clone().unwrap_or_default()),
            Cell::text(row.particulars.topics.join(", ")),
            Cell::text(again),
            Cell::text(row.outcome.map_or("", |outcome| outcome.word(self.lang))),
            Cell::text(note),
        ])
    }

    /// A row a work, with those who made it: what fees are reckoned from. No rates are known here.
    fn sheet(&self) -> Table {
        let rows = self.report.works.iter().enumerate().map(|(number, work)| {
            let row = self.report.row(work.row);
            let said = &row.particulars;
            let origin = said.origin.map_or("", |origin| origin.word(self.lang)).to_owned();
            let credit = said.credit.as_deref().map(|credit| format!(" ({credit})")).unwrap_or_default();
            let mut makers: Vec<&str> = Vec::new();
            for name in said.editor.iter().chain(&said.announcer).chain(&said.contributors) {
                if !makers.iter().any(|known| folded(known) == folded(name)) {
                    makers.push(name);
                }
            }
            Line::whole(vec![
                Cell::Count(int(number as u64 + 1)),
                Cell::text(row.title.clone()),
                Cell::text(said.genre.clone().unwrap_or_default()),
                Cell::text(makers.join(", ")),
                Cell::text(format!("{origin}{credit}")),
                row.file_ms.map_or(Cell::Empty, |ms| Cell::minutes(int(ms))),
                Cell::Date(row.date),
                cell(&work.airings),
            ])
        });
        let rows: Vec<Line> = rows.collect();
        let mut table = Table {
            key: "production",
            number: None,
            title: self.say("Tác phẩm mới", "New works"),
            columns: vec![
                self.head("number", "STT", "No.", Setting::Middle),
                self.head("title", "Tên", "Title", Setting::Words),
                self.head("genre", "Thể loại", "Genre", Setting::Words),
                self.head(
                    "makers",
                    "Biên tập, phát thanh viên, cộng tác viên",
                    "Editor, announcer, contributors",
                    Setting::Words,
                ),
                self.head("origin", "Nguồn", "Origin", Setting::Words),
                self.head("file_ms", "Phút", "Minutes", Setting::Figures),
                self.head("first_aired", "Phát lần đầu", "First aired", Setting::Middle),
                self.head("airings", "Lượt", "Airings", Setting::Figures),
            ],
            rows,
            total: None,
            notes: Vec::new(),
        };
        // A column in which nobody wrote anything would take the others' room.
        for key in ["makers", "origin"] {
            table.leave_out_if_empty(key);
        }
        table
    }
}
