//! What is typed entry by entry: other forms of propaganda, products of the plan, figures of the one-stop desk.

use crate::console::form::{Control, Field, Sent};
use crate::editing::{self, Block, Keys, Operation, Target, Value};
use crate::problem::{Lang, Text};
use crate::reading::fold::bare;
use crate::saving;
use crate::station::Station;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `[[other_activity]]`.
    Activity,
    /// `[[deliverable]]`.
    Deliverable,
    /// `one_stop` of a segment.
    OneStop,
    /// `survey` of a segment.
    Survey,
}

/// An entry as the file has it.
pub(super) struct Entry {
    /// Its place in its row; of figures that a segment tells that segment's id.
    pub at: String,
    /// Of such figures their segment's title.
    pub title: Option<String>,
    /// What each of the fields has.
    pub values: Vec<String>,
}

impl Entry {
    /// By which it is known again: another place with the same words is the same entry, the same place with others is not.
    pub fn version(&self) -> String {
        saving::version(Some(&self.values.join("\u{1f}")))
    }
}

/// What somebody asks for.
pub(super) struct Change {
    pub operation: Operation,
    /// What it does.
    pub what: Text,
}

impl Kind {
    pub const ALL: [Kind; 4] = [Kind::Activity, Kind::Deliverable, Kind::OneStop, Kind::Survey];

    /// Its word in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Activity => "hinh-thuc-khac",
            Kind::Deliverable => "san-pham",
            Kind::OneStop => "mot-cua",
            Kind::Survey => "khao-sat",
        }
    }

    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What all of them are called.
    pub fn name(self) -> Text {
        match self {
            Kind::Activity => Text::new("Hình thức tuyên truyền khác", "Other forms of propaganda"),
            Kind::Deliverable => Text::new("Nhiệm vụ, sản phẩm", "Products of the plan"),
            Kind::OneStop => Text::new("Số liệu một cửa", "Figures of the one-stop desk"),
            Kind::Survey => Text::new("Số liệu khảo sát hài lòng", "Figures of a survey"),
        }
    }

    /// What is to be known before one fills it in.
    pub fn hint(self) -> Text {
        match self {
            Kind::Activity => Text::new(
                "Hội nghị, pa nô, băng rôn, trang điện tử…: báo cáo ghi là nhập tay và không tính vào thời lượng phát.",
                "Meetings, posters, banners, web pages …: the report says that they were typed, and counts no airtime.",
            ),
            Kind::Deliverable => Text::new(
                "Việc kế hoạch giao, với số lượng và hạn. Có nhãn thì Loa tự đếm các tiết mục mang nhãn đó đã phát.",
                "What the plan promises, how many and by when. With a label the segments that have it and aired are counted.",
            ),
            Kind::OneStop | Kind::Survey => Text::new(
                "Số liệu mà một tiết mục đọc trên sóng; báo cáo in đúng như đã ghi. Chọn tiết mục, rồi điền.",
                "Figures that a segment tells on air; the report prints them as typed. Choose the segment, then fill in.",
            ),
        }
    }

    /// Its fields, in the order of the form.
    pub fn fields(self, station: &Station) -> Vec<Field> {
        match self {
            Kind::Activity => {
                let forms: Vec<_> = station.forms.iter().map(|form| (form.clone(), form.clone())).collect();
                let kind = if forms.is_empty() { Control::Line } else { Control::Choice(forms) };
                vec![
                    Field::new("form", "Hình thức", "Form", kind),
                    Field::new("date", "Ngày", "Date", Control::Date),
                    Field::new("title", "Nội dung", "What", Control::Line),
                    Field::new("unit", "Đơn vị thực hiện", "Who did it", Control::Line),
                ]
            }
            Kind::Deliverable => vec![
                Field::new("name", "Sản phẩm", "Product", Control::Line),
                Field::new("quantity", "Số lượng", "Quantity", Control::Number),
                Field::new("due", "Hạn", "Due", Control::Date),
                Field::new("tag", "Nhãn của các tiết mục được tính", "Label of the segments that count", Control::Line),
                Field::new("unit", "Đầu mối", "Who answers for it", Control::Line),
            ],
            Kind::OneStop => vec![
                Field::new("period", "Kỳ số liệu", "Period", Control::Line),
                Field::new("received", "Tiếp nhận", "Received", Control::Number),
                Field::new("resolved", "Giải quyết", "Resolved", Control::Number),
                Field::new("early", "Trước hạn", "Early", Control::Number),
                Field::new("on_time", "Đúng hạn", "On time", Control::Number),
                Field::new("overdue", "Quá hạn", "Overdue", Control::Number),
                Field::new("online", "Trực tuyến", "Online", Control::Number),
                Field::new("source", "Nguồn số liệu", "Source", Control::Line),
            ],
            Kind::Survey => vec![
                Field::new("period", "Kỳ khảo sát", "Period", Control::Line).example("2026"),
                Field::new("asked", "Số người được hỏi", "People asked", Control::Number),
                Field::new("satisfied", "Số người hài lòng", "Of them satisfied", Control::Number),
                Field::new("source", "Nguồn số liệu", "Source", Control::Line),
            ],
        }
    }

    fn row(self) -> &'static str {
        match self {
            Kind::Activity => "other_activity",
            Kind::Deliverable => "deliverable",
            Kind::OneStop | Kind::Survey => "segment",
        }
    }

    /// The key of a segment that has it; none where it stands by itself.
    pub fn told_by_segments(self) -> Option<&'static str> {
        match self {
            Kind::OneStop => Some("one_stop"),
            Kind::Survey => Some("survey"),
            Kind::Activity | Kind::Deliverable => None,
        }
    }

    /// The entries of a file, in order.
    ///
    /// # Errors
    /// The text is no TOML.
    pub fn entries(self, text: &str, fields: &[Field]) -> Result<Vec<Entry>, Text> {
        let values = |block: &Block| fields.iter().map(|field| field.shown(Some(block))).collect();
        let blocks = editing::blocks(text, self.row())?;
        let found = blocks.iter().enumerate().filter_map(|(nth, block)| match self.told_by_segments() {
            Some(key) => Some(Entry {
                at: block.id()?,
                title: Some(block.title().to_owned()),
                values: values(block.inner(key)?),
            }),
            None => Some(Entry { at: nth.to_string(), title: None, values: values(block) }),
        });
        Ok(found.collect())
    }

    /// What the form asks for.
    ///
    /// # Errors
    /// The entry that it was opened on has been changed since, or is gone.
    pub fn change(self, text: &str, fields: &[Field], sent: &Sent) -> Result<Change, Text> {
        let opened = match sent.get("thay") {
            Some(version) => Some(self.opened(text, fields, sent.get("muc"), version)?),
            None => None,
        };
        let keys: Vec<_> =
            fields.iter().map(|field| (field.key, field.value(sent.get(field.key).unwrap_or("")))).collect();
        let given =
            || -> Keys { keys.iter().filter_map(|(key, value)| Some(((*key).to_owned(), value.clone()?))).collect() };
        let (name, removal) = (self.name(), sent.get("viec") == Some("bo"));
        let (vi, en) = match (&opened, removal) {
            (None, _) => ("thêm", "added to"),
            (Some(_), false) => ("sửa", "changed"),
            (Some(_), true) => ("bỏ một dòng của", "took a line out of"),
        };
        let what = Text::new(format!("{vi} “{}” của báo cáo", name.vi), format!("{en} “{}” of the report", name.en));
        let operation = match (self.told_by_segments(), opened, removal) {
            (Some(key), opened, _) => {
                let id = match opened {
                    Some(entry) => entry.at,
                    None => self.free_segment(text, fields, sent)?,
                };
                let figures = (!removal).then(|| Value::Table(given()));
                Operation::Change { of: Target::Named(self.row(), id), keys: vec![(key, figures)] }
            }
            (_, None, _) => Operation::Add { row: self.row(), keys: given() },
            (_, Some(entry), false) => Operation::Change { of: self.nth(&entry), keys },
            (_, Some(entry), true) => Operation::Remove { of: self.nth(&entry) },
        };
        Ok(Change { operation, what })
    }

    fn nth(self, entry: &Entry) -> Target {
        Target::Nth(self.row(), entry.at.parse().unwrap_or(usize::MAX))
    }

    /// The entry that has this version, best the one in the same place.
    fn opened(self, text: &str, fields: &[Field], at: Option<&str>, version: &str) -> Result<Entry, Text> {
        let mut same: Vec<Entry> = self.entries(text, fields)?;
        same.retain(|entry| {
            entry.version() == version && (self.told_by_segments().is_none() || Some(entry.at.as_str()) == at)
        });
        same.sort_by_key(|entry| Some(entry.at.as_str()) != at);
        same.into_iter().next().ok_or_else(|| {
            Text::new(
                "chưa lưu: dòng này vừa được người khác sửa hoặc bỏ; hãy quay lại danh sách để xem bản mới",
                "not saved: somebody has just changed this line or taken it out; go back to the list for the new version",
            )
        })
    }

    /// The segment that is chosen, if it has no figures yet.
    fn free_segment(self, text: &str, fields: &[Field], sent: &Sent) -> Result<String, Text> {
        let id = sent.need("muc", &Text::new("Tiết mục", "Segment"))?;
        if self.entries(text, fields)?.iter().any(|entry| entry.at == id) {
            return Err(Text::new(
                "chưa lưu: tiết mục này vừa có số liệu do người khác ghi; hãy quay lại danh sách để xem",
                "not saved: somebody has just typed figures for this segment; go back to the list to see them",
            ));
        }
        Ok(id.to_owned())
    }
}

/// The segments that have no such figures, which `key` holds: the id of each and its title, those about the one-stop desk and
/// what people say of it first.
///
/// # Errors
/// The text is no TOML.
pub(super) fn without_figures(text: &str, key: &str, lang: Lang) -> Result<Vec<(String, String)>, Text> {
    let blocks = editing::blocks(text, "segment")?;
    let mut free: Vec<&Block> = blocks.iter().filter(|block| !block.has(key)).collect();
    let about =
        |block: &Block| ["topic", "topics"].iter().any(|key| block.texts(key).iter().any(|code| bare(code) == "e"));
    free.sort_by_key(|block| !about(block));
    let named = free.into_iter().filter_map(|block| {
        let id = block.id()?;
        let title = if block.title().is_empty() { id.clone() } else { block.title().to_owned() };
        Some((id, title))
    });
    let mut found: Vec<(String, String)> = named.collect();
    let none = Text::new("— chọn tiết mục —", "— choose a segment —");
    found.insert(0, (String::new(), none.get(lang).to_owned()));
    Ok(found)
}
