//! What the station runs and what reaches beyond it: shown here, and changed on its disk alone.

use maud::{Markup, html};

use crate::console::page::marked;
use crate::console::role::Role;
use crate::console::who::Who;
use crate::problem::Text;
use crate::station::{Station, Switch, Way};

/// Programs that the station runs: to be seen, and changed on its disk alone. What they are told may be a key or a password: who
/// may not see `station.toml` sees their names alone.
pub(in crate::console) fn programs(who: &Who, station: &Station) -> Markup {
    let say = |vi: &str, en: &str| Text::new(vi, en).get(who.lang()).to_owned();
    let lines = station_programs(station, who.may(Role::Admin));
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

fn station_programs(station: &Station, whole: bool) -> Vec<(&'static str, String)> {
    let shown = |command: &[String]| match command {
        [program, _, ..] if !whole => format!("{program} …"),
        command => command.join(" "),
    };
    let mut lines = Vec::new();
    if let Some(Switch::Commands { on, off }) = station.amplifier.as_ref().map(|amplifier| &amplifier.switch) {
        lines.push(("amplifier.on", shown(on)));
        lines.push(("amplifier.off", shown(off)));
    }
    for way in &station.alerts.ways {
        match way {
            Way::Command(command) => lines.push(("alerts.command", shown(command))),
            Way::Mail(mail) => lines.push(("alerts.mail", format!("{}:{}", mail.server, mail.port))),
            Way::Webhook(_) => {}
        }
    }
    lines
}
