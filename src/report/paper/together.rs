//! Section II.6: partners, publications, other forms and products; what is typed is marked so.

use super::super::document::{Block, Cell, Column, Row, Setting, Table};
use super::super::goals::Delivery;
use super::Pen;
use super::tables::cell;

impl Pen<'_> {
    /// 6. Partners, publications, other forms, products.
    pub(super) fn together(&self) -> Vec<Block> {
        let mut blocks =
            vec![self.section("Phối hợp; đăng lại; hình thức khác", "Cooperation; publications; other forms")];
        blocks.push(Block::Table(self.cooperation()));
        let written = self.report.works.iter().filter(|work| work.is_written(&self.report.log)).count();
        let channels: Vec<String> = self
            .report
            .publicity
            .channels
            .iter()
            .map(|channel| format!("{} {}", channel.name, channel.published.len()))
            .collect();
        let has_any = self.has_figures() || !channels.is_empty();
        let channels = if channels.is_empty() { self.say("không có", "nowhere") } else { channels.join(", ") };
        blocks.extend(has_any.then(|| {
            self.paragraph(
                &format!("Tin, bài gửi Trang TTĐT: {written}. Đăng lại trên (nhập tay): {channels}."),
                &format!(
                    "Works with a text for the ward's page: {written}. Published again (typed by hand): {channels}."
                ),
            )
        }));
        blocks.push(Block::Table(self.other_activities()));
        if !self.report.products.is_empty() {
            blocks.push(Block::Table(self.deliverables()));
        }
        blocks
    }

    fn other_activities(&self) -> Table {
        let rows = self.report.other_activities.iter().map(|activity| {
            Row::whole(vec![
                Cell::text(activity.form.clone()),
                Cell::Date(activity.date),
                Cell::text(activity.title.clone()),
                Cell::text(activity.unit.clone().unwrap_or_default()),
                Cell::text(self.say("nhập tay", "typed by hand")),
            ])
        });
        Table {
            key: "other_activities",
            number: None,
            title: self.say(
                "Hình thức khác (nhập tay, không tính vào thời lượng phát)",
                "Other forms (typed by hand, no airtime)",
            ),
            columns: vec![
                Column::new("form", self.say("Hình thức", "Form"), Setting::Words),
                Column::new("date", self.say("Ngày", "Date"), Setting::Middle),
                Column::new("title", self.say("Nội dung", "What"), Setting::Words),
                Column::new("unit", self.say("Đơn vị", "Who"), Setting::Words),
                Column::new("source", self.say("Nguồn", "Source"), Setting::Middle),
            ],
            rows: rows.collect(),
            total: None,
            notes: Vec::new(),
        }
    }

    fn deliverables(&self) -> Table {
        let rows = self.report.products.iter().map(|product| {
            let state = match product.delivery {
                Delivery::ByHand => self.say("nhập tay", "told by hand"),
                Delivery::Done => self.say("đã đạt", "done"),
                Delivery::DoneLate => self.say("đạt, muộn", "done late"),
                Delivery::Overdue => self.say("quá hạn", "overdue"),
                Delivery::Ahead => self.say("đang thực hiện", "under way"),
            };
            let done = if product.delivery == Delivery::ByHand { Cell::Empty } else { cell(&product.done) };
            Row::whole(vec![
                Cell::text(product.deliverable.name.clone()),
                Cell::Count(i64::from(product.deliverable.quantity)),
                done,
                Cell::Date(product.deliverable.due),
                Cell::text(product.deliverable.unit.clone().unwrap_or_default()),
                Cell::text(state),
            ])
        });
        Table {
            key: "deliverables",
            number: None,
            title: self.say("Nhiệm vụ, sản phẩm", "Products"),
            columns: vec![
                Column::new("name", self.say("Sản phẩm", "Product"), Setting::Words),
                Column::new("quantity", self.say("Số lượng", "Quantity"), Setting::Figures),
                Column::new("done", self.say("Đã có", "Done"), Setting::Figures),
                Column::new("due", self.say("Hạn", "Due"), Setting::Middle),
                Column::new("unit", self.say("Đầu mối", "Who"), Setting::Words),
                Column::new("state", self.say("Tình trạng", "State"), Setting::Words),
            ],
            rows: rows.collect(),
            total: None,
            notes: Vec::new(),
        }
    }
}
