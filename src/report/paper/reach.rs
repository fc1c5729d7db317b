//! How much of its period a report tells of: where the log begins, and how far the period is over.

use super::super::document::Block;
use super::Pen;

impl Pen<'_> {
    /// Whether the period has a day that is over, or today.
    pub(super) fn has_begun(&self) -> bool {
        self.report.until >= self.report.period.from()
    }

    /// Whether the log has anything to tell of it, be it that nothing was on air.
    pub(super) fn has_figures(&self) -> bool {
        self.has_begun() && self.report.is_known()
    }

    /// Whether anything is planned in it, or was.
    pub(super) fn has_plan(&self) -> bool {
        let (from, to) = self.report.period.dates();
        self.report.log.between(from, to).any(|at| self.report.row(at).is_planned())
    }

    /// A station that is new to Loa says from when on there is a log.
    pub(super) fn log_begins(&self) -> Option<Block> {
        let Some(first) = self.report.first_run else {
            return self.has_begun().then(|| {
                self.paragraph(
                    "Chưa có nhật ký phát sóng: Loa chưa chạy lần nào ở đài này.",
                    "There is no airing log: Loa has never run at this station.",
                )
            });
        };
        let day = self.date(first);
        let (from, to) = self.report.period.dates();
        let entered = self.report.log.between(from, to).filter(|at| {
            let row = self.report.row(*at);
            row.date < first && row.is_without_loa()
        });
        let entered = entered.count();
        if self.has_begun() && entered > 0 {
            return Some(self.paragraph(
                &format!("Nhật ký có từ ngày {day}: trước ngày ấy chỉ có {entered} mục nhập tay."),
                &format!("The log begins on {day}: of before there are only entries by hand ({entered})."),
            ));
        }
        if self.has_begun() && first > self.report.until {
            return Some(self.paragraph(
                &format!("Nhật ký có từ ngày {day}, sau kỳ này: kỳ này không có số liệu."),
                &format!("The log begins on {day}, after this period, of which it has no figures."),
            ));
        }
        (self.has_begun() && first > self.report.period.from()).then(|| {
            self.paragraph(
                &format!("Nhật ký có từ ngày {day}: số liệu của kỳ tính từ ngày ấy."),
                &format!("The log begins on {day}: the period's figures are of that day and those after it."),
            )
        })
    }

    /// A period that is not over says how far its figures go.
    pub(super) fn not_over(&self) -> Option<Block> {
        let (from, to) = self.report.period.dates();
        let until = self.report.until;
        if until >= to {
            return None;
        }
        let day = self.date(until);
        Some(if until < from && self.has_plan() {
            self.paragraph(
                "Kỳ báo cáo chưa bắt đầu: mới có kế hoạch, chưa có số liệu.",
                "The period has not begun: there is a plan, and no figures yet.",
            )
        } else if until < from {
            self.paragraph(
                "Kỳ báo cáo chưa bắt đầu, cũng chưa có kế hoạch: chưa có số liệu.",
                "The period has not begun and has no plan yet: there are no figures.",
            )
        } else {
            self.paragraph(
                &format!("Kỳ báo cáo chưa kết thúc: số liệu đến ngày {day}."),
                &format!("The period is not over: its figures go up to {day}."),
            )
        })
    }
}
