//! The settings by form: what a form can hold. Each key that is given another value is changed in `station.toml`, and no
//! other byte of it.

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::programs::on_disk_alone;
use super::settings_form::{approval_words, in_words, label, shown};
use super::write::{NotSaved, refusing, save_station};
use crate::clock;
use crate::console::accounts::Act;
use crate::console::form::{self, Held};
use crate::console::page::{Notice, Tab, below, marked, page, refusal};
use crate::console::problems::of_a_form;
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::savable::mend_first;
use crate::console::say::either;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::editing::{self, Operation, Target, Value};
use crate::loading::{self, LoadedStation};
use crate::problem::{Lang, Problem, Text};
use crate::saving::{self, Deed, PlanFile};
use crate::station::{ApprovalRule, Quiet, Station};

/// What the form holds.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub(in crate::console) struct Settings {
    name: String,
    code: String,
    parent: String,
    place: String,
    /// Stretches, `21:00-05:00`, parted by commas; empty: none.
    quiet: String,
    /// `required`, `warn` or `off`.
    pub(super) approval: String,
    /// A number; empty: none.
    broadcasts_per_day: String,
    broadcast_minutes: String,
    repeats_per_day: String,
    /// What the form held when it was made.
    pub(super) base: String,
}

impl Settings {
    fn of(station: &Station) -> Settings {
        let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        let approval = match station.rules.approval {
            ApprovalRule::Required => "required",
            ApprovalRule::Warn => "warn",
            ApprovalRule::Off => "off",
        };
        let mut settings = Settings {
            name: station.names.name.clone(),
            code: station.names.code.clone(),
            parent: station.names.parent.clone(),
            place: station.names.place.clone(),
            quiet: station.quiet.iter().map(Quiet::written).collect::<Vec<_>>().join(", "),
            approval: approval.to_owned(),
            broadcasts_per_day: number(station.rules.broadcasts_per_day),
            broadcast_minutes: number(station.rules.broadcast_minutes),
            repeats_per_day: number(station.rules.repeats_per_day),
            base: String::new(),
        };
        settings.base = Held::of(settings.values().map(|(name, value)| (name.to_owned(), value))).written();
        settings
    }

    /// What its fields hold, by their names: another's change of another key of the file is none of this form.
    fn values(&self) -> [(&'static str, &str); 9] {
        [
            ("name", &self.name),
            ("code", &self.code),
            ("parent", &self.parent),
            ("place", &self.place),
            ("quiet", &self.quiet),
            ("approval", &self.approval),
            ("broadcasts_per_day", &self.broadcasts_per_day),
            ("broadcast_minutes", &self.broadcast_minutes),
            ("repeats_per_day", &self.repeats_per_day),
        ]
    }

    fn value_mut(&mut self, name: &str) -> &mut String {
        match name {
            "name" => &mut self.name,
            "code" => &mut self.code,
            "parent" => &mut self.parent,
            "place" => &mut self.place,
            "quiet" => &mut self.quiet,
            "broadcasts_per_day" => &mut self.broadcasts_per_day,
            "broadcast_minutes" => &mut self.broadcast_minutes,
            "repeats_per_day" => &mut self.repeats_per_day,
            _ => &mut self.approval,
        }
    }

    pub fn value(&self, name: &str) -> &str {
        self.values().into_iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// Filled in on a form that held `base`, where by now `there` is saved: what was not touched is as it is there. And whether
    /// something was filled in where somebody else saved something else.
    fn beside(mut self, there: &Settings) -> (Settings, bool) {
        let held = Held::read(Some(&self.base));
        let mut clashes = false;
        for (name, theirs) in there.values() {
            let mine = self.value_mut(name);
            clashes |= held.clashes(name, mine, theirs);
            if held.has(name, mine) {
                theirs.clone_into(mine);
            }
        }
        self.base.clone_from(&there.base);
        (self, clashes)
    }

    /// What was changed from what into what, in words: who looks later sees it, and who takes it back.
    fn differences(&self, before: &Settings) -> Text {
        let said = |lang| {
            let value = |name: &str, value: &str| match (name, value.trim()) {
                (_, "") => either(lang, "để trống", "empty").to_owned(),
                ("approval", code) => approval_words(code).get(lang).to_owned(),
                (_, value) => format!("“{value}”"),
            };
            let changed = self.values().into_iter().zip(before.values());
            let changed = changed.filter(|((_, now), (_, before))| now.trim() != before.trim());
            let changed = changed.map(|((name, now), (_, before))| {
                format!("{}: {} → {}", label(name).get(lang), value(name, before), value(name, now))
            });
            changed.collect::<Vec<_>>().join("; ")
        };
        Text::new(said(Lang::Vi), said(Lang::En))
    }

    /// What is to be changed where the form held `before`.
    fn changes(&self, before: &Settings) -> Result<Vec<Operation>, Text> {
        let mut operations = Vec::new();
        let mut set = |block: &'static str, keys: Vec<(&'static str, Option<Value>)>| {
            if !keys.is_empty() {
                operations.push(Operation::Change { of: Target::Once(block), keys });
            }
        };
        let texts = [
            ("name", &self.name, &before.name),
            ("code", &self.code, &before.code),
            ("parent", &self.parent, &before.parent),
            ("place", &self.place, &before.place),
        ];
        let changed = texts.into_iter().filter(|(_, now, before)| now.trim() != before.trim());
        set("station", changed.map(|(key, now, _)| (key, text_or_none(now))).collect());
        let mut rules = Vec::new();
        if self.quiet != before.quiet {
            let stretches = self.quiet.split([',', ';', '\n']).map(str::trim).filter(|stretch| !stretch.is_empty());
            let stretches: Vec<String> = stretches.map(form::stretch_written).collect();
            rules.push(("quiet", Some(Value::texts(stretches.iter().map(String::as_str)))));
        }
        if self.approval != before.approval {
            rules.push(("approval", Some(Value::text(self.approval.as_str()))));
        }
        for (key, now, before) in [
            ("broadcasts_per_day", &self.broadcasts_per_day, &before.broadcasts_per_day),
            ("broadcast_minutes", &self.broadcast_minutes, &before.broadcast_minutes),
            ("repeats_per_day", &self.repeats_per_day, &before.repeats_per_day),
        ] {
            if now.trim() != before.trim() {
                rules.push((key, number(key, now)?));
            }
        }
        set("rules", rules);
        Ok(operations)
    }
}

fn text_or_none(text: &str) -> Option<Value> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(Value::text)
}

fn number(key: &str, written: &str) -> Result<Option<Value>, Text> {
    let written = written.trim();
    if written.is_empty() {
        return Ok(None);
    }
    written.parse::<u32>().map(|number| Some(Value::Number(number.into()))).map_err(|_| {
        let Text { vi, en } = label(key);
        Text::new(
            format!("“{vi}”: `{written}` không phải một số; hãy ghi số, hoặc để trống nếu không giới hạn"),
            format!("“{en}”: `{written}` is no number; write one, or leave it empty for no limit"),
        )
    })
}

/// A change of the settings, as the file's history tells it.
fn deed_of(changed: &Text) -> Text {
    if changed.vi.is_empty() {
        return Text::new("Sửa cấu hình", "Changed settings");
    }
    Text::new(format!("Sửa cấu hình, {}", changed.vi), format!("Changed settings, {}", changed.en))
}

/// The file as it is, its version, and the station it gives.
async fn known(site: &Site) -> Result<(Option<String>, String, Station), Refused> {
    let home = site.link.home().clone();
    let read = site.work(move || {
        let text = PlanFile::Station.read(&home)?;
        Ok((saving::version(text.as_deref()), loading::load_station(&home).station.unwrap_or_default(), text))
    });
    let (version, station, text) = read.await?.map_err(Refused::conflict)?;
    Ok((text, version, station))
}

pub(super) async fn form(site: &Site, who: &Who) -> Result<Markup, Refused> {
    let home = site.link.home().clone();
    let loaded = site.work(move || loading::load_station(&home)).await?;
    if loaded.station.is_none() && loaded.text.is_some() {
        return Ok(broken(who, &loaded));
    }
    let (_, _, station) = known(site).await?;
    Ok(shown(who, &Settings::of(&station), &station, None))
}

/// In place of the form where the file gives no station: what is wrong with it, and what can be mended where.
fn broken(who: &Who, loaded: &LoadedStation) -> Markup {
    let told = Text::new(
        "tệp `schedules/station.toml` có lỗi nên chưa dùng được; bản tốt gần nhất vẫn có hiệu lực, cả sau khi Loa chạy lại, nhưng kế hoạch lập hay sửa từ nay chỉ được dùng khi tệp này đã sửa xong. Sửa xong các lỗi dưới đây thì biểu mẫu cấu hình mở lại",
        "`schedules/station.toml` has mistakes and cannot be used; its last good version stays in force, over a new start of Loa too, but what is planned or changed from now on is used only once this file is mended. Once what is named below is mended, the form of settings is here again",
    );
    html! {
        section.card id="cau-hinh" {
            h2 { (who.say(&Text::new("Cấu hình", "Settings"))) }
            (refusal(who.lang(), &told))
            (of_a_form(who.lang(), &refusing(loaded.problems.clone()), &loaded.sources))
            @if who.may(Role::Admin) {
                p { a.button.primary href="/dai/tep" { (who.say(&Text::new("Mở tệp để sửa", "Open the file to mend it"))) } }
            } @else {
                p.hint-text { (who.say(&Text::new("Hãy nhờ quản trị của đài sửa.", "Ask the station's admin to mend it."))) }
            }
            p.hint-text { (marked(who.say(&on_disk_alone()))) }
        }
    }
}

/// Saves the form. Whatever it is refused for, what was typed comes again.
pub(super) async fn save(State(site): State<Site>, who: Who, Form(wish): Form<Settings>) -> Result<Response, Refused> {
    who.need(Role::Admin)?;
    let (text, version, station) = known(&site).await?;
    let there = Settings::of(&station);
    let (wish, clashes) = wish.beside(&there);
    if clashes {
        let form = shown(&who, &wish, &station, Some(&there));
        return Ok(again(&who, StatusCode::CONFLICT, &form::changed_meanwhile(), &form));
    }
    let form = shown(&who, &wish, &station, None);
    let changed =
        wish.changes(&there).and_then(|changes| editing::apply_all(text.as_deref().unwrap_or_default(), &changes));
    let text = match changed {
        Ok(text) => text,
        Err(why) => return Ok(again(&who, StatusCode::UNPROCESSABLE_ENTITY, &why, &form)),
    };
    let (home, by, changes) = (site.link.home().clone(), who.name().to_owned(), wish.differences(&there));
    let what = deed_of(&changes);
    let saved = site.work(move || {
        let deed = Deed { by: &by, what, now: clock::now() };
        save_station(&home, &version, &text, &deed)
    });
    Ok(match saved.await? {
        Ok(()) => {
            site.note(who.name(), Act::Station, changes).await;
            site.link.is_called(&wish.name).await;
            who.tell(&site, Notice::Done(Text::new("Đã lưu cấu hình.", "The settings are saved.")));
            Redirect::to("/dai").into_response()
        }
        Err(NotSaved::Refused(refused)) => again(&who, refused.status, &refused.text, &form),
        Err(NotSaved::Mistaken(mistakes, sources)) => {
            let why = mend_first();
            let mistakes: Vec<Problem> = mistakes.iter().map(|mistake| in_words(mistake, &sources)).collect();
            let form = html! { (of_a_form(who.lang(), &mistakes, &sources)) (form) };
            again(&who, StatusCode::UNPROCESSABLE_ENTITY, &why, &form)
        }
    })
}

/// The form with what was typed, and why that was not saved.
fn again(who: &Who, status: StatusCode, why: &Text, form: &Markup) -> Response {
    let title = Text::new("Chưa lưu cấu hình", "The settings are not saved");
    let body = html! {
        (below("/dai", who.say(&crate::console::words::tab(Tab::Station)), who.say(&title)))
        (refusal(who.lang(), why))
        (form)
    };
    (status, page(who, Tab::Station, &title, body)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_given_another_value_is_changed() {
        let text = "# của phường\n[station]\nname = \"Đài A\" # tên\n\n[rules]\nquiet = [\"21:00-05:00\"]\n";
        let (station, _) = crate::station::read("f", text);
        let before = Settings::of(&station.unwrap());
        assert_eq!(before.changes(&before).unwrap(), []);
        let wish = Settings {
            name: "Đài B".into(),
            quiet: "22h-4h30, 12:00-13:00".into(),
            broadcasts_per_day: "3".into(),
            ..before.clone()
        };
        let after = editing::apply_all(text, &wish.changes(&before).unwrap()).unwrap();
        assert_eq!(
            after,
            "# của phường\n[station]\nname = \"Đài B\" # tên\n\n[rules]\nquiet = [\"22:00-04:30\", \"12:00-13:00\"]\nbroadcasts_per_day = 3\n"
        );
        let none = Settings { quiet: " ".into(), ..before.clone() };
        let after = editing::apply_all(text, &none.changes(&before).unwrap()).unwrap();
        assert!(after.contains("quiet = []"), "{after}");
        let wrong = Settings { broadcast_minutes: "nhiều".into(), ..before.clone() };
        assert!(wrong.changes(&before).is_err());
    }
}
