//! The form of the settings as it is drawn, and what check says of it by its labels.

use maud::{Markup, html};

use super::programs::programs;
use super::settings::Settings;
use crate::console::form::{self, Labels};
use crate::console::page::csrf;
use crate::console::plan::parts;
use crate::console::role::Role;
use crate::console::who::Who;
use crate::editing;
use crate::problem::{Problem, Sources, Text};
use crate::saving::PlanFile;
use crate::station::Station;

/// The form's fields, by the keys that they fill in.
const LABELS: [(&str, &str, &str); 9] = [
    ("name", "Tên đài", "Name"),
    ("code", "Ký hiệu văn bản", "Code"),
    ("place", "Địa danh", "Place"),
    ("parent", "Cơ quan chủ quản", "Authority"),
    ("quiet", "Giờ yên tĩnh", "Quiet hours"),
    ("broadcasts_per_day", "Số buổi mỗi ngày không quá", "Broadcasts a day at most"),
    ("broadcast_minutes", "Mỗi buổi không quá (phút)", "Minutes a broadcast at most"),
    ("repeats_per_day", "Một tiết mục mỗi ngày phát lại không quá (lần)", "Repeats of a segment a day at most"),
    ("approval", "Duyệt bản ghi", "Approval of recordings"),
];

/// The rules of approval, by their codes.
const APPROVALS: [(&str, &str, &str); 3] = [
    ("required", "Bắt buộc: chưa duyệt thì không phát", "Required: nothing airs that is not approved"),
    ("warn", "Nhắc: chưa duyệt vẫn phát, có cảnh báo", "Warn: it airs all the same"),
    ("off", "Không duyệt từng tệp", "Off: files are not approved one by one"),
];

/// A rule of approval in few words.
pub(super) fn approval_words(code: &str) -> Text {
    let known = APPROVALS.iter().find(|(known, ..)| *known == code);
    let short = |words: &str| format!("“{}”", words.split(':').next().unwrap_or(words));
    known.map_or_else(|| Text::same(code), |(_, vi, en)| Text::new(short(vi), short(en)))
}

pub(super) fn label(name: &str) -> Text {
    let known = LABELS.iter().find(|(known, ..)| *known == name);
    known.map_or_else(|| Text::same(name), |(_, vi, en)| Text::new(*vi, *en))
}

/// The form; with what `theirs` holds under each field that holds something else.
pub(super) fn shown(who: &Who, settings: &Settings, station: &Station, theirs: Option<&Settings>) -> Markup {
    let say = |vi: &str, en: &str| Text::new(vi, en).get(who.lang()).to_owned();
    let drawn = Drawn { who, settings, theirs, locked: !who.may(Role::Admin) };
    let stretches = say(
        "Như 21:00-05:00; nhiều khoảng cách nhau bằng dấu phẩy; để trống nếu không có.",
        "As 21:00-05:00; several parted by commas; empty for none.",
    );
    html! {
        form.card method="post" action="/dai/cau-hinh" id="cau-hinh" data-typed {
            (csrf(who))
            input type="hidden" name="base" value=(settings.base);
            h2 { (say("Tên đài", "The station's names")) }
            (drawn.field("dai-ten", "name", None))
            div.pair {
                (drawn.field("dai-ky-hieu", "code", None))
                (drawn.field("dai-dia-danh", "place", None))
            }
            (drawn.field("dai-co-quan", "parent", None))
            hr;
            h2 { (say("Quy định phát sóng", "Rules")) }
            (drawn.field("dai-yen-tinh", "quiet", Some(stretches)))
            div.pair {
                (drawn.limit("dai-so-buoi", "broadcasts_per_day"))
                (drawn.limit("dai-so-phut", "broadcast_minutes"))
                (drawn.limit("dai-so-lap", "repeats_per_day"))
            }
            (drawn.approval())
            @if drawn.locked {
                p.hint-text { (say("Chỉ quản trị sửa được cấu hình.", "Only an admin changes settings.")) }
            } @else {
                div.actions { button.primary id="luu-cau-hinh" type="submit" { (say("Lưu cấu hình", "Save settings")) } }
            }
            hr;
            (programs(who, station))
        }
    }
}

/// The form's fields as they are drawn.
struct Drawn<'d> {
    who: &'d Who,
    settings: &'d Settings,
    theirs: Option<&'d Settings>,
    locked: bool,
}

impl Drawn<'_> {
    /// What has been saved meanwhile in place of what the field holds.
    fn saved(&self, name: &str) -> Option<&str> {
        let saved = self.theirs?.value(name).trim();
        (saved != self.settings.value(name).trim()).then_some(if saved.is_empty() { "—" } else { saved })
    }

    fn told(&self, saved: &str) -> String {
        self.who.say(&form::saved_meanwhile(saved)).to_owned()
    }

    fn label(&self, name: &str) -> String {
        label(name).get(self.who.lang()).to_owned()
    }

    fn field(&self, id: &str, name: &str, hint: Option<String>) -> Markup {
        let hint = self.saved(name).map(|saved| self.told(saved)).or(hint);
        let described = hint.is_some().then(|| format!("{id}-y"));
        html! {
            label { span { (self.label(name)) }
                input id=(id) name=(name) value=(self.settings.value(name)) readonly[self.locked] aria-describedby=[described.as_ref()]; }
            @if let (Some(hint), Some(described)) = (hint, &described) { p.hint-text id=(described) { (hint) } }
        }
    }

    fn limit(&self, id: &str, name: &str) -> Markup {
        html! {
            label { span { (self.label(name)) }
                input id=(id) name=(name) value=(self.settings.value(name)) type="number" min="1" inputmode="numeric" readonly[self.locked];
                @if let Some(saved) = self.saved(name) { span.hint-text { (self.told(saved)) } } }
        }
    }

    fn approval(&self) -> Markup {
        let words = APPROVALS.map(|(code, vi, en)| (code, Text::new(vi, en)));
        let saved = self.saved("approval").and_then(|saved| words.iter().find(|(code, _)| *code == saved));
        html! {
            label { span { (self.label("approval")) }
                select id="dai-duyet" name="approval" disabled[self.locked] {
                    @for (code, name) in &words { option value=(code) selected[*code == self.settings.approval] { (self.who.say(name)) } }
                }
                @if let Some((_, saved)) = saved { span.hint-text { (self.told(self.who.say(saved))) } }
            }
        }
    }
}

/// What check says of it by the form's own labels.
pub(super) fn in_words(mistake: &Problem, sources: &Sources) -> Problem {
    let labels = Labels::named(LABELS.map(|(name, vi, en)| (name, Text::new(vi, en))));
    let file = PlanFile::Station.name();
    let text = sources.get(&file).map_or("", String::as_str);
    let of = |block| editing::blocks(text, block).unwrap_or_default();
    let blocks: Vec<_> = ["station", "rules"].into_iter().flat_map(of).collect();
    let key = parts::field_of(&blocks, text, &file, mistake).and_then(|(_, key)| key);
    labels.say(mistake, key)
}
