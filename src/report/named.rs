//! Every figure of a report by its name: the one by which programs and `--explain` ask for it, and the one that people read.

use super::Report;
use super::classes::Subject;
use super::figure::Figure;
use super::groups::{By, Group};
use crate::outcome::Outcome;
use crate::problem::{Lang, Text};

/// A figure and its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<'f> {
    /// For programs: `summary.airtime`.
    pub name: String,
    /// The table it stands in: `Tổng hợp, kỳ này`.
    pub table: Text,
    /// What it is in that table: `Tổng thời lượng`.
    pub label: Text,
    /// The figure.
    pub figure: &'f Figure,
}

impl Report {
    /// Every figure by its name: `summary.airtime`, `topics.h.airtime`, `schedule.total.missed`, …
    pub fn figures(&self) -> Vec<(String, &Figure)> {
        self.named().into_iter().map(|named| (named.name, named.figure)).collect()
    }

    /// Every figure with both its names, the figures of a table together.
    pub fn named(&self) -> Vec<Named<'_>> {
        let mut all = Vec::new();
        let stretches = [
            ("summary", "Tổng hợp, kỳ này", "Totals of this period", &self.totals),
            ("summary.previous", "Tổng hợp, kỳ trước", "Totals of the one before", &self.previous),
            ("summary.to_date", "Tổng hợp, lũy kế từ đầu năm", "Totals of the year to date", &self.to_date),
        ];
        for (name, vi, en, totals) in stretches {
            add(&mut all, name, &Text::new(vi, en), None, totals.figures());
        }
        for (by, groups) in &self.groups {
            let table = Text::new(by.word(Lang::Vi), by.word(Lang::En));
            for group in groups {
                add(&mut all, &group_name(*by, group), &table, Some(&group_label(*by, group)), group.figures());
            }
        }
        self.publicity_named(&mut all);
        self.schedule_named(&mut all);
        let table = Text::new("Chuyên mục", "Columns");
        for column in &self.columns {
            add(&mut all, &format!("columns.{}", column.id), &table, Some(&same(&column.name)), column.figures());
        }
        let table = Text::new("Tác phẩm mới", "New works");
        for work in &self.works {
            let row = self.row(work.row);
            let name = format!("production.{}", row.segment.as_deref().unwrap_or_default());
            let figures = [("airings", &work.airings), ("airtime", &work.airtime)];
            add(&mut all, &name, &table, Some(&same(&row.title)), figures);
        }
        let table = Text::new("Chỉ tiêu", "Targets");
        all.extend(self.goals.iter().map(|goal| Named {
            name: format!("targets.{}", goal.key),
            table: table.clone(),
            label: goal.name.clone(),
            figure: &goal.done,
        }));
        let table = Text::new("Nhiệm vụ, sản phẩm", "Products");
        all.extend(self.products.iter().map(|product| {
            let name = &product.deliverable.name;
            Named {
                name: format!("deliverables.{name}"),
                table: table.clone(),
                label: same(name),
                figure: &product.done,
            }
        }));
        all
    }

    fn publicity_named<'r>(&'r self, all: &mut Vec<Named<'r>>) {
        let table = Text::new("Công khai trên sóng", "Published on air");
        let told = &self.publicity;
        let hotlines = Text::new("Đường dây nóng", "Hotlines");
        let figures = [("airings", &told.hotline_airings), ("days", &told.hotline_days)];
        add(all, "publicity.hotline", &table, Some(&hotlines), figures);
        for told in &told.hotlines {
            let hotline = told.hotline.as_ref();
            let whose = hotline.map_or_else(|| told.id.clone(), |line| format!("{} – {}", line.unit, line.number));
            let figures = [("airings", &told.airings), ("days", &told.days)];
            add(all, &format!("publicity.hotline.{}", told.id), &table, Some(&same(&whose)), figures);
        }
        for told in &told.procedures {
            let name = &told.procedure.name;
            let label = Text::new(format!("Thủ tục {name}: lượt phát"), format!("Procedure {name}: airings"));
            all.push(Named {
                name: format!("publicity.procedure.{name}"),
                table: table.clone(),
                label,
                figure: &told.airings,
            });
        }
        for told in &told.feedback {
            let title = &told.title;
            let label = Text::new(format!("Phản ánh “{title}”: lượt phát"), format!("Feedback “{title}”: airings"));
            all.push(Named {
                name: format!("publicity.feedback.{title}"),
                table: table.clone(),
                label,
                figure: &told.airings,
            });
        }
    }

    fn schedule_named<'r>(&'r self, all: &mut Vec<Named<'r>>) {
        let schedule = &self.schedule;
        let table = Text::new("Thực hiện lịch phát", "The schedule and what became of it");
        add(all, "schedule.total", &table, None, schedule.total.figures());
        let table = Text::new("Thực hiện lịch phát, từng mục", "The schedule, by what was planned");
        for line in &schedule.lines {
            let name = match &line.subject {
                Subject::Segment(id) => format!("schedule.segment.{id}"),
                Subject::Column(id) => format!("schedule.column.{id}"),
                Subject::Kind(kind) => format!("schedule.{}", kind.code()),
            };
            let whose = Text::new(line.name(Lang::Vi), line.name(Lang::En));
            add(all, &name, &table, Some(&whose), line.classes.figures());
        }
        let table = Text::new("Không phát trọn vẹn, theo nguyên nhân", "Not heard whole, by cause");
        all.extend(schedule.reasons.iter().map(|reason| {
            let (outcome, cause) = (reason.outcome, reason.cause);
            let label = |lang| format!("{} – {}", outcome.word(lang), cause.word(lang));
            Named {
                name: format!("schedule.reason.{}.{}", outcome.code(), cause.code()),
                table: table.clone(),
                label: Text::new(label(Lang::Vi), label(Lang::En)),
                figure: &reason.slots,
            }
        }));
    }
}

/// What is called alike in both languages.
fn same(name: &str) -> Text {
    Text::new(name, name)
}

/// The figures of a line; `whose` line it is, where the table has more than one.
fn add<'f, const N: usize>(
    all: &mut Vec<Named<'f>>,
    line: &str,
    table: &Text,
    whose: Option<&Text>,
    figures: [(&'static str, &'f Figure); N],
) {
    all.extend(figures.into_iter().map(|(key, figure)| {
        let what = words(key);
        let label = match whose {
            Some(whose) => Text::new(format!("{}: {}", whose.vi, what.vi), format!("{}: {}", whose.en, what.en)),
            None => capital(&what),
        };
        Named { name: format!("{line}.{key}"), table: table.clone(), label, figure }
    }));
}

fn capital(text: &Text) -> Text {
    Text::new(super::paper::capital(&text.vi), super::paper::capital(&text.en))
}

fn group_name(by: By, group: &Group) -> String {
    let table = match by {
        By::Genre => "genres".to_owned(),
        By::Topic => "topics".to_owned(),
        By::Tone => "balance".to_owned(),
        other => format!("cooperation.{}", other.code()),
    };
    let code = group.code.as_deref().unwrap_or("-");
    match &group.part_of {
        Some(topic) => format!("{table}.{topic}.{code}"),
        None => format!("{table}.{code}"),
    }
}

/// `h1. Hướng dẫn`; topics go by their codes, all else by its name.
fn group_label(by: By, group: &Group) -> Text {
    match group.code.as_ref().filter(|_| by == By::Topic) {
        Some(code) => Text::new(format!("{code}. {}", group.name.vi), format!("{code}. {}", group.name.en)),
        None => capital(&group.name),
    }
}

/// What a figure counts, by its key.
fn words(key: &str) -> Text {
    let of = |outcome: Outcome| (outcome.word(Lang::Vi), outcome.word(Lang::En));
    let (vi, en) = match key {
        "days" => ("số ngày phát", "days on air"),
        "broadcasts" => ("số buổi phát", "broadcasts"),
        "airtime" => ("thời lượng", "airtime"),
        "relay" => ("thời lượng tiếp âm", "airtime of relays"),
        "in_place_of_relay" => ("thời lượng phát thay tiếp âm", "airtime of what stood in for relays"),
        "reform" => ("thời lượng CCHC", "airtime about administrative reform"),
        "reform_airings" => ("lượt phát CCHC", "airings about administrative reform"),
        "new_works" => ("tác phẩm mới", "new works"),
        "works" => ("tác phẩm", "works"),
        "airings" => ("lượt phát", "airings"),
        "kept" => ("mục đã phát của chuyên mục", "slots of columns that were heard"),
        "to_keep" => ("mục phải phát của chuyên mục", "slots of columns that were to be heard"),
        "hotline" => ("lượt đường dây nóng", "hotline airings"),
        "by_hand" => ("lượt phát theo yêu cầu", "played by hand"),
        "by_hand_airtime" => ("thời lượng phát theo yêu cầu", "airtime played by hand"),
        "planned" => ("theo kế hoạch", "planned"),
        "on_time" => ("đúng giờ", "on time"),
        "pending" => ("chưa đến giờ", "pending"),
        "lost" => ("không phát được", "not heard"),
        "whole" => ("phát trọn vẹn", "heard whole"),
        "aired" => of(Outcome::Aired),
        "cut" => of(Outcome::Cut),
        "interrupted" => of(Outcome::Interrupted),
        "failed" => of(Outcome::Failed),
        "missed" => of(Outcome::Missed),
        "excepted" => of(Outcome::Excepted),
        other => (other, other),
    };
    Text::new(first_small(vi), first_small(en))
}

fn first_small(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
