//! What check says of what a form would write, in the form's own words: a field by its label, and neither a key nor a line of a
//! file that whoever fills in a form never sees.

use super::Field;
use crate::problem::{Lang, Problem, Text};

/// The labels of a form's fields, by the names that the form sends.
pub(in crate::console) struct Labels(Vec<(String, Text)>);

impl Labels {
    pub fn of<'f>(fields: impl IntoIterator<Item = &'f Field>) -> Labels {
        let label = |field: &Field| match &field.group {
            Some(group) => {
                let (vi, en) = (&field.label.vi, &field.label.en);
                Text::new(format!("{}: {vi}", group.vi), format!("{}: {en}", group.en))
            }
            None => field.label.clone(),
        };
        Labels(fields.into_iter().map(|field| (field.name(), label(field))).collect())
    }

    pub fn named(labels: impl IntoIterator<Item = (&'static str, Text)>) -> Labels {
        Labels(labels.into_iter().map(|(name, label)| (name.to_owned(), label)).collect())
    }

    /// With more of them.
    pub fn and(mut self, more: Labels) -> Labels {
        self.0.extend(more.0);
        self
    }

    /// The problem as the form says it; `own` is the name of the field that it is about, where that is known.
    pub fn say(&self, problem: &Problem, own: Option<&str>) -> Problem {
        let own = own.and_then(|own| self.0.iter().find(|(name, _)| name == own));
        let both = |text: &Text, is_message: bool| {
            let said = |lang| {
                let said = self.in_words(text.get(lang), own, lang);
                match own.filter(|_| is_message).map(|(_, label)| quoted(label, lang)) {
                    Some(label) if !said.contains(&label) => format!("{label}: {said}"),
                    _ => said,
                }
            };
            Text::new(said(Lang::Vi), said(Lang::En))
        };
        let place = problem.place.clone().filter(|_| own.is_none());
        Problem { message: both(&problem.message, true), help: both(&problem.help, false), place, ..problem.clone() }
    }

    /// What stands between backticks and is a key, or a line that gives one a value, as the field that fills it in.
    fn in_words(&self, text: &str, own: Option<&(String, Text)>, lang: Lang) -> String {
        let mut out = String::new();
        for (n, piece) in text.split('`').enumerate() {
            let (key, value) = piece.split_once(" = ").map_or((piece, None), |(key, value)| (key, Some(value)));
            let is_key = |(name, _): &&(String, Text)| name == key || name.rsplit('.').next() == Some(key);
            let label = own.filter(|own| is_key(own)).or_else(|| self.0.iter().find(is_key));
            match (label.filter(|_| n % 2 == 1), value) {
                (Some((_, label)), Some(value)) => {
                    out += &format!("{}: `{}`", quoted(label, lang), value.trim_matches('"'));
                }
                (Some((_, label)), None) => out += &quoted(label, lang),
                (None, _) if n % 2 == 1 => out += &format!("`{piece}`"),
                (None, _) => out += piece,
            }
        }
        if text.matches('`').count() % 2 == 1 {
            return text.to_owned();
        }
        out.replace("thêm dòng “", "điền ô “").replace("add a line “", "fill in “")
    }
}

fn quoted(label: &Text, lang: Lang) -> String {
    format!("“{}”", label.get(lang))
}

#[cfg(test)]
mod tests {
    use super::super::Control;
    use super::*;
    use crate::problem::Place;

    fn labels() -> Labels {
        Labels::of(&[
            Field::new("unit", "Đơn vị", "Unit", Control::Line),
            Field::new("quiet", "Giờ yên tĩnh", "Quiet hours", Control::Line),
            Field::new("minutes", "Số phút", "Minutes", Control::Number).within("month").group("Mỗi tháng", "A month"),
        ])
    }

    #[test]
    fn a_problem_on_a_form_names_its_field_and_no_line_of_the_file() {
        for (own, message, help, said, cure) in [
            (
                Some("unit"),
                "thiếu `unit`",
                "thêm dòng `unit = \"UBND tỉnh\"`",
                "thiếu “Đơn vị”",
                "điền ô “Đơn vị”: `UBND tỉnh`",
            ),
            (
                Some("quiet"),
                "`25:00` không có trên đồng hồ",
                "ghi giờ như `05:45`",
                "“Giờ yên tĩnh”: `25:00` không có trên đồng hồ",
                "ghi giờ như `05:45`",
            ),
            (
                Some("month.minutes"),
                "`minutes` không thể là `-3`",
                "sửa lại số",
                "“Mỗi tháng: Số phút” không thể là `-3`",
                "sửa lại số",
            ),
        ] {
            let problem = Problem::refuse("x", Some(Place::end_of("f")), Text::same(message), Text::same(help));
            let shown = labels().say(&problem, own);
            assert_eq!((shown.message.vi.as_str(), shown.help.vi.as_str(), shown.place), (said, cure, None));
        }
    }

    #[test]
    fn a_problem_elsewhere_keeps_its_place_and_a_word_that_is_no_key_stays() {
        let elsewhere = Problem::refuse("x", Some(Place::end_of("f")), Text::same("`lạ` và `unit`"), Text::same("`"));
        let shown = labels().say(&elsewhere, None);
        assert_eq!(shown.message.vi, "`lạ` và “Đơn vị”");
        assert_eq!((shown.help.vi.as_str(), shown.place), ("`", elsewhere.place));
    }
}
