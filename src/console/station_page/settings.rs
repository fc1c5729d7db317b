//! The settings by form: what a form can hold. Each key that is given another value is changed in `station.toml`, and no
//! other byte of it.

use axum::extract::{Form, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::clock;
use crate::console::accounts::Act;
use crate::console::guarded::alters_programs;
use crate::console::page::{Notice, Tab, csrf, marked, notice, page};
use crate::console::problems::problems;
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::editing::{self, Operation, Target, Value};
use crate::home::Home;
use crate::library::remembered_facts_of;
use crate::loading::{self, LoadedStation};
use crate::problem::{Effect, Problem, Sources, Text};
use crate::saving::{self, Deed, PlanFile};
use crate::station::{ApprovalRule, Quiet, Station};

/// What the form holds.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
pub(in crate::console) struct Settings {
    #[serde(default)]
    name: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    parent: String,
    #[serde(default)]
    place: String,
    /// Stretches, `21:00-05:00`, parted by commas; empty: none.
    #[serde(default)]
    quiet: String,
    /// `required`, `warn` or `off`.
    #[serde(default)]
    approval: String,
    /// A number; empty: none.
    #[serde(default)]
    broadcasts_per_day: String,
    #[serde(default)]
    broadcast_minutes: String,
    #[serde(default)]
    repeats_per_day: String,
    /// The version of the file that the form was made from.
    #[serde(default)]
    base: String,
}

impl Settings {
    fn of(station: &Station, base: String) -> Settings {
        let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        let approval = match station.rules.approval {
            ApprovalRule::Required => "required",
            ApprovalRule::Warn => "warn",
            ApprovalRule::Off => "off",
        };
        Settings {
            name: station.names.name.clone(),
            code: station.names.code.clone(),
            parent: station.names.parent.clone(),
            place: station.names.place.clone(),
            quiet: station.quiet.iter().map(stretch).collect::<Vec<_>>().join(", "),
            approval: approval.to_owned(),
            broadcasts_per_day: number(station.rules.broadcasts_per_day),
            broadcast_minutes: number(station.rules.broadcast_minutes),
            repeats_per_day: number(station.rules.repeats_per_day),
            base,
        }
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
            rules.push(("quiet", Some(Value::texts(stretches))));
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
                rules.push((key, number(now)?));
            }
        }
        set("rules", rules);
        Ok(operations)
    }
}

fn stretch(quiet: &Quiet) -> String {
    format!("{}-{}", quiet.from.strftime("%H:%M"), quiet.to.strftime("%H:%M"))
}

fn text_or_none(text: &str) -> Option<Value> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(Value::text)
}

fn number(written: &str) -> Result<Option<Value>, Text> {
    let written = written.trim();
    if written.is_empty() {
        return Ok(None);
    }
    written.parse::<u32>().map(|number| Some(Value::Number(number.into()))).map_err(|_| {
        Text::new(
            format!("`{written}` không phải một số; hãy ghi số, hoặc để trống nếu không giới hạn"),
            format!("`{written}` is no number; write one, or leave it empty for no limit"),
        )
    })
}

/// Why a new text of `station.toml` was not saved.
pub(in crate::console) enum NotSaved {
    /// With these mistakes.
    Mistaken(Vec<Problem>, Sources),
    /// For that.
    Refused(Refused),
}

/// Saves `text` as `station.toml`, if it was made from the version `base`, can be trusted, and runs the programs that the
/// station runs already.
pub(in crate::console) fn save_station(home: &Home, base: &str, text: &str, deed: &Deed<'_>) -> Result<(), NotSaved> {
    let refused = |text: Text| NotSaved::Refused(Refused::conflict(text));
    let before = PlanFile::Station.read(home).map_err(refused)?;
    let checked = loading::check_station_text(home, text, &[], &mut remembered_facts_of(home));
    let mistakes = refusing(checked.problems);
    if !mistakes.is_empty() {
        return Err(NotSaved::Mistaken(mistakes, checked.sources));
    }
    if let Some(why) = alters_programs(home, before.as_deref(), text) {
        return Err(refused(why));
    }
    saving::save(home, PlanFile::Station, base, text, deed)
        .map_err(|unsaved| NotSaved::Refused(Refused::conflict(unsaved.words(&PlanFile::Station.name()))))
}

/// Changes `station.toml` as it is on the disk.
pub(in crate::console) fn change_station(
    home: &Home,
    operations: &[Operation],
    deed: &Deed<'_>,
) -> Result<(), NotSaved> {
    let refused = |text: Text| NotSaved::Refused(Refused::conflict(text));
    let before = PlanFile::Station.read(home).map_err(refused)?;
    let text = editing::apply_all(before.as_deref().unwrap_or_default(), operations).map_err(refused)?;
    save_station(home, &saving::version(before.as_deref()), &text, deed)
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
    let (_, version, station) = known(site).await?;
    Ok(shown(who, &Settings::of(&station, version), &station))
}

/// In place of the form where the file gives no station: what is wrong with it, and what can be mended where.
fn broken(who: &Who, loaded: &LoadedStation) -> Markup {
    let told = Text::new(
        "tệp `schedules/station.toml` có lỗi nên chưa dùng được; bản tốt gần nhất vẫn có hiệu lực cho đến khi Loa chạy lại. Sửa xong các lỗi dưới đây thì biểu mẫu cấu hình mở lại",
        "`schedules/station.toml` has mistakes and cannot be used; its last good version stays in force until Loa is started anew. Once what is named below is mended, the form of settings is here again",
    );
    html! {
        section.card id="cau-hinh" {
            h2 { (who.say(&Text::new("Cấu hình", "Settings"))) }
            (notice(who.lang(), &Notice::Error(told)))
            (problems(who.lang(), &refusing(loaded.problems.clone()), &loaded.sources))
            @if who.may(Role::Admin) {
                p { a.button.primary href="/dai/tep" { (who.say(&Text::new("Mở tệp để sửa", "Open the file to mend it"))) } }
            } @else {
                p.hint-text { (who.say(&Text::new("Hãy nhờ quản trị của đài sửa.", "Ask the station's admin to mend it."))) }
            }
            p.hint-text { (marked(who.say(&on_disk_alone()))) }
        }
    }
}

/// The mistakes for which a file is refused.
fn refusing(problems: Vec<Problem>) -> Vec<Problem> {
    problems.into_iter().filter(|problem| problem.effect == Effect::Refuse).collect()
}

fn shown(who: &Who, settings: &Settings, station: &Station) -> Markup {
    let say = |vi: &str, en: &str| Text::new(vi, en).get(who.lang()).to_owned();
    let locked = !who.may(Role::Admin);
    let field = |id: &str, name: &str, title: String, value: &str, hint: Option<String>| {
        let described = hint.is_some().then(|| format!("{id}-y"));
        html! {
            label { span { (title) }
                input id=(id) name=(name) value=(value) readonly[locked] aria-describedby=[described.as_ref()]; }
            @if let (Some(hint), Some(described)) = (hint, &described) { p.hint-text id=(described) { (hint) } }
        }
    };
    let limit = |id: &str, name: &str, title: String, value: &str| {
        html! {
            label { span { (title) }
                input id=(id) name=(name) value=(value) type="number" min="1" inputmode="numeric" readonly[locked]; }
        }
    };
    let approvals = [
        ("required", say("Bắt buộc: chưa duyệt thì không phát", "Required: nothing airs that is not approved")),
        ("warn", say("Nhắc: chưa duyệt vẫn phát, có cảnh báo", "Warn: it airs all the same")),
        ("off", say("Không duyệt từng tệp", "Off: files are not approved one by one")),
    ];
    html! {
        form.card method="post" action="/dai/cau-hinh" id="cau-hinh" {
            (csrf(who))
            input type="hidden" name="base" value=(settings.base);
            h2 { (say("Tên đài", "The station's names")) }
            (field("dai-ten", "name", say("Tên đài", "Name"), &settings.name, None))
            div.pair {
                (field("dai-ky-hieu", "code", say("Ký hiệu văn bản", "Code"), &settings.code, None))
                (field("dai-dia-danh", "place", say("Địa danh", "Place"), &settings.place, None))
            }
            (field("dai-co-quan", "parent", say("Cơ quan chủ quản", "Authority"), &settings.parent, None))
            hr;
            h2 { (say("Quy định phát sóng", "Rules")) }
            (field("dai-yen-tinh", "quiet", say("Giờ yên tĩnh", "Quiet hours"), &settings.quiet,
                Some(say("Như 21:00-05:00; nhiều khoảng cách nhau bằng dấu phẩy; để trống nếu không có.",
                    "As 21:00-05:00; several parted by commas; empty for none."))))
            div.pair {
                (limit("dai-so-buoi", "broadcasts_per_day", say("Số buổi mỗi ngày không quá", "Broadcasts a day at most"), &settings.broadcasts_per_day))
                (limit("dai-so-phut", "broadcast_minutes", say("Mỗi buổi không quá (phút)", "Minutes a broadcast at most"), &settings.broadcast_minutes))
                (limit("dai-so-lap", "repeats_per_day", say("Một tiết mục mỗi ngày phát lại không quá (lần)", "Repeats of a segment a day at most"), &settings.repeats_per_day))
            }
            label { span { (say("Duyệt bản ghi", "Approval of recordings")) }
                select id="dai-duyet" name="approval" disabled[locked] {
                    @for (code, name) in approvals { option value=(code) selected[code == settings.approval] { (name) } }
                }
            }
            @if locked {
                p.hint-text { (say("Chỉ quản trị sửa được cấu hình.", "Only an admin changes settings.")) }
            } @else {
                div.actions { button.primary id="luu-cau-hinh" type="submit" { (say("Lưu cấu hình", "Save settings")) } }
            }
            hr;
            (programs(who, station))
        }
    }
}

/// Programs that the station runs: to be seen, and changed on its disk alone.
pub(in crate::console) fn programs(who: &Who, station: &Station) -> Markup {
    let say = |vi: &str, en: &str| Text::new(vi, en).get(who.lang()).to_owned();
    let lines = station_programs(station);
    html! {
        h2 { (say("Chương trình mà đài chạy", "Programs that the station runs")) }
        @if lines.is_empty() {
            p.muted { (say("Không có.", "None.")) }
        } @else {
            dl.facts { @for (key, line) in &lines { dt { code { (key) } } dd { code { (line) } } } }
        }
        p.hint-text { (marked(who.say(&on_disk_alone()))) }
    }
}

/// What no page changes.
pub(in crate::console) fn on_disk_alone() -> Text {
    Text::new(
        "Vì an toàn, lệnh bật tắt máy tăng âm, lệnh và hộp thư báo tin, cùng địa chỉ và chứng thư của trang (phần [console]) chỉ sửa được trong tệp `schedules/station.toml` ngay trên máy của đài.",
        "For safety the amplifier's commands, the alerts' command and mail, and the page's own address and certificate ([console]) are changed in `schedules/station.toml` on the station's own disk alone.",
    )
}

fn station_programs(station: &Station) -> Vec<(&'static str, String)> {
    use crate::station::{Switch, Way};
    let mut lines = Vec::new();
    if let Some(Switch::Commands { on, off }) = station.amplifier.as_ref().map(|amplifier| &amplifier.switch) {
        lines.push(("amplifier.on", on.join(" ")));
        lines.push(("amplifier.off", off.join(" ")));
    }
    for way in &station.alerts.ways {
        match way {
            Way::Command(command) => lines.push(("alerts.command", command.join(" "))),
            Way::Mail(mail) => lines.push(("alerts.mail", format!("{}:{}", mail.server, mail.port))),
            Way::Webhook(_) => {}
        }
    }
    lines
}

/// Saves the form.
pub(super) async fn save(State(site): State<Site>, who: Who, Form(wish): Form<Settings>) -> Result<Response, Refused> {
    who.need(Role::Admin)?;
    let (text, version, station) = known(&site).await?;
    if version != wish.base {
        let unsaved = saving::Unsaved::Changed { theirs: None, last: None };
        return Err(Refused::conflict(unsaved.words(&PlanFile::Station.name())));
    }
    let operations = wish.changes(&Settings::of(&station, version.clone())).map_err(Refused::bad)?;
    let text = editing::apply_all(text.as_deref().unwrap_or_default(), &operations).map_err(Refused::conflict)?;
    let (home, by) = (site.link.home().clone(), who.name().to_owned());
    let saved = site.work(move || {
        let deed = Deed { by: &by, what: Text::new("Sửa cấu hình", "Changed settings"), now: clock::now() };
        save_station(&home, &version, &text, &deed)
    });
    match saved.await? {
        Ok(()) => {
            site.note(who.name(), Act::Station, Text::same("")).await;
            who.tell(&site, Notice::Done(Text::new("Đã lưu cấu hình.", "The settings are saved.")));
            Ok(Redirect::to("/dai").into_response())
        }
        Err(NotSaved::Refused(refused)) => Err(refused),
        Err(NotSaved::Mistaken(mistakes, sources)) => {
            let title = Text::new("Chưa lưu cấu hình", "The settings are not saved");
            let body = html! {
                h1 { (who.say(&title)) }
                (problems(who.lang(), &mistakes, &sources))
                (shown(&who, &wish, &station))
            };
            Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page(&who, Tab::Station, &title, body)).into_response())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_given_another_value_is_changed() {
        let text = "# của phường\n[station]\nname = \"Đài A\" # tên\n\n[rules]\nquiet = [\"21:00-05:00\"]\n";
        let (station, _) = crate::station::read("f", text);
        let before = Settings::of(&station.unwrap(), String::new());
        assert_eq!(before.changes(&before).unwrap(), []);
        let wish = Settings {
            name: "Đài B".into(),
            quiet: "22:00-04:30, 12:00-13:00".into(),
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
