//! Section II.5: hotlines, procedures, feedback, one-stop figures and surveys.

use super::super::document::{Block, Cell, Column, Row, Setting, Table};
use super::super::publicity::{FeedbackAired, HotlineAired};
use super::Pen;
use super::tables::cell;

impl Pen<'_> {
    pub(super) fn publicity(&self) -> Vec<Block> {
        let told = &self.report.publicity;
        let mut blocks = vec![self.section(
            "Đường dây nóng, công khai thủ tục hành chính, phản ánh và trả lời, một cửa",
            "Hotlines, procedures, feedback and answers, the one-stop desk",
        )];
        blocks.push(Block::Table(self.told()));
        if !told.hotline_few.is_empty() {
            let (days, least) = (self.days(&told.hotline_few), self.station.rules.hotline_per_day.unwrap_or(0));
            blocks.push(self.paragraph(
                &format!("Ngày phát đường dây nóng dưới {least} lượt: {days}."),
                &format!("Days with fewer than {least} hotline airings: {days}."),
            ));
        }
        let answered = told.answered();
        let received = told.feedback.len();
        if received > 0 {
            blocks.push(self.paragraph(
                &format!("Phản ánh, kiến nghị nêu trên sóng: {received}; đã trả lời trên sóng: {answered}."),
                &format!("Feedback told on air: {received}; answered on air: {answered}."),
            ));
        }
        blocks.push(Block::Table(self.one_stop()));
        for (survey, _) in &told.surveys {
            let number = |n: Option<u32>| n.map_or("…".to_owned(), |n| self.count(u64::from(n)));
            let (asked, satisfied) = (number(survey.asked), number(survey.satisfied));
            let (period, source) = (&survey.period, survey.source.as_deref().unwrap_or("…"));
            blocks.push(self.paragraph(
                &format!("Khảo sát hài lòng {period}: hỏi {asked} người, hài lòng {satisfied} (nguồn: {source})."),
                &format!("Survey of {period}: {asked} asked, {satisfied} satisfied (source: {source})."),
            ));
        }
        blocks
    }

    /// Table 5.
    fn told(&self) -> Table {
        let told = &self.report.publicity;
        let mut rows: Vec<Row> = told.hotlines.iter().map(|told| self.hotline(told)).collect();
        rows.extend(told.procedures.iter().map(|told| {
            let procedure = &told.procedure;
            let decision = procedure.decision.as_deref().map(|number| format!(", {number}")).unwrap_or_default();
            Row::whole(vec![
                Cell::text(self.say("Thủ tục hành chính", "Procedure")),
                Cell::text(format!("{} ({}{decision})", procedure.name, procedure.action)),
                cell(&told.airings),
                Cell::Empty,
            ])
        }));
        rows.extend(told.feedback.iter().map(|told| self.feedback(told)));
        Table {
            key: "publicity",
            number: Some(5),
            title: self.say("Công khai", "Published on air"),
            columns: vec![
                Column::new("kind", self.say("Loại", "Kind"), Setting::Words),
                Column::new("name", self.say("Nội dung", "What"), Setting::Words),
                Column::new("airings", self.say("Lượt phát", "Airings"), Setting::Figures),
                Column::new("days", self.say("Ngày có phát", "Days"), Setting::Figures),
            ],
            rows,
            total: None,
            notes: Vec::new(),
        }
    }

    fn hotline(&self, told: &HotlineAired) -> Row {
        let name = match &told.hotline {
            Some(hotline) => format!("{} – {}", hotline.unit, hotline.number),
            None => told.id.clone(),
        };
        Row::whole(vec![
            Cell::text(self.say("Đường dây nóng", "Hotline")),
            Cell::text(name),
            cell(&told.airings),
            cell(&told.days),
        ])
    }

    fn feedback(&self, told: &FeedbackAired) -> Row {
        let received = self.date(told.feedback.received);
        let answer = match told.feedback.answered {
            Some(date) => {
                let by = told.feedback.answered_by.as_deref().unwrap_or("…");
                self.say(&format!("{by} trả lời ngày {}", self.date(date)), &format!("{by} answered on {date}"))
            }
            None => self.say("chưa trả lời", "not answered"),
        };
        let text = self.say(
            &format!("{} (nhận {received}; {answer})", told.title),
            &format!("{} (received {received}; {answer})", told.title),
        );
        Row::whole(vec![
            Cell::text(self.say("Phản ánh, kiến nghị", "Feedback")),
            Cell::text(text),
            cell(&told.airings),
            Cell::Empty,
        ])
    }

    /// Table 6: as typed, never computed.
    fn one_stop(&self) -> Table {
        let number = |n: Option<u32>| n.map_or(Cell::Empty, |n| Cell::Count(i64::from(n)));
        let rows = self.report.publicity.one_stop.iter().map(|told| {
            let figures = &told.figures;
            Row::whole(vec![
                Cell::text(figures.period.clone()),
                number(figures.received),
                number(figures.resolved),
                number(figures.early),
                number(figures.on_time),
                number(figures.overdue),
                number(figures.online),
                Cell::text(figures.source.clone().unwrap_or_default()),
            ])
        });
        let head = |key, vi: &str, en: &str| Column::new(key, self.say(vi, en), Setting::Figures);
        let desk = self.names.one_stop_on(self.named_on);
        Table {
            key: "one_stop",
            number: Some(6),
            title: self.say(&format!("Một cửa ({desk})"), &format!("The one-stop desk ({desk})")),
            columns: vec![
                Column::new("period", self.say("Kỳ số liệu", "Period"), Setting::Middle),
                head("received", "Tiếp nhận", "Received"),
                head("resolved", "Giải quyết", "Resolved"),
                head("early", "Trước hạn", "Early"),
                head("on_time", "Đúng hạn", "On time"),
                head("overdue", "Quá hạn", "Overdue"),
                head("online", "Trực tuyến", "Online"),
                Column::new("source", self.say("Nguồn", "Source"), Setting::Words),
            ],
            rows: rows.collect(),
            total: None,
            notes: Vec::new(),
        }
    }
}
