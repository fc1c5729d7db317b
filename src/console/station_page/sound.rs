//! The line: which output it is, and a tone on it.

use std::path::Path;
use std::time::Duration;

use axum::extract::{Form, State};
use axum::response::Redirect;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value as Answer, json};

use super::write::{NotSaved, change_station};
use crate::audio::line::devices::{self, Output};
use crate::audio::tone::Tone;
use crate::clock;
use crate::console::accounts::Act;
use crate::console::on_air::actions::order;
use crate::console::on_air::outcome::told;
use crate::console::page::{Notice, csrf, marked};
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::site::Site;
use crate::console::standing;
use crate::console::who::Who;
use crate::editing::{Operation, Target, Value};
use crate::loading;
use crate::problem::Text;
use crate::saving::Deed;
use crate::timetable::TONE_FILE;

/// The tone: as loud as a recording, for so long.
const TONE_S: u32 = 8;
const TONE_DBFS: f32 = -20.0;
const TONE_RATE_HZ: u32 = 48_000;
/// For how long, and how far apart, the daemon is asked whether it has read the line's new name: a slow PC takes its time.
const ASKED_FOR: Duration = Duration::from_secs(20);
const ASKED_EVERY: Duration = Duration::from_millis(250);

/// The line as it is, those it could be, and its tone.
pub(super) async fn card(site: &Site, who: &Who) -> Result<Markup, Refused> {
    let say = |vi: &str, en: &str| Text::new(vi, en).get(who.lang()).to_owned();
    let outputs = site.work(devices::list).await?;
    let now = site.link.snapshot().await;
    let status = now.status.get(who.lang());
    Ok(html! {
        section.card id="duong-loa" {
            h2 { (say("Đường loa", "The line")) }
            p.row {
                code { (status["line"]["device"].as_str().unwrap_or("—")) }
                span.badge.(standing::line_class(status)) { (standing::line(status).get(who.lang())) }
            }
            @if let Some(wanted) = status["line"]["wanted"].as_str() { p.hint-text { (marked(who.say(&waits(wanted)))) } }
            @if who.may(Role::Admin) {
                form.stack method="post" action="/dai/duong-loa" {
                    (csrf(who))
                    label { span { (say("Thiết bị âm thanh nối với máy tăng âm", "The sound output that feeds the amplifier")) }
                        (choice("thiet-bi", &outputs, &now.station.line.device, who)) }
                    div.actions { button id="doi-duong-loa" type="submit" { (say("Dùng thiết bị này", "Use this output")) } }
                }
            }
            @if who.may(Role::Operator) {
                hr;
                form.stack method="post" action="/dai/am-thu" data-order {
                    (csrf(who))
                    p.hint-text { (say(
                        "Âm thử 1 kHz trong 8 giây, cả phường nghe thấy; giờ yên tĩnh thì không phát.",
                        "A tone of 1 kHz for 8 s, which the whole ward hears; not in quiet hours.",
                    )) }
                    div.actions { button id="am-thu" type="submit" { (say("Phát âm thử", "Sound the tone")) } }
                }
            }
        }
    })
}

/// Another line is written than the one in use.
fn waits(wanted: &str) -> Text {
    Text::new(
        format!(
            "Cấu hình đã ghi `{wanted}`, nhưng đường loa đang dùng chỉ đổi khi Loa chạy lại (khởi động lại máy của đài cũng được). Cần đổi ngay thì lúc không phát gì, quản trị bấm “Dùng thiết bị này”."
        ),
        format!(
            "The settings name `{wanted}`, but the line in use changes only at the next start of Loa (or of the station's PC). To change at once an admin presses “Use this output” while nothing is on air."
        ),
    )
}

/// The outputs of this PC; the one in use is among them, whether or not it is there.
fn choice(id: &str, outputs: &[Output], chosen: &str, who: &Who) -> Markup {
    choice_in(who.lang(), id, outputs, chosen)
}

/// The same for whoever has no account yet.
pub(in crate::console) fn choice_in(lang: crate::problem::Lang, id: &str, outputs: &[Output], chosen: &str) -> Markup {
    let there = outputs.iter().any(|output| output.name == chosen) || chosen == "null" || chosen == "default";
    let silent = Text::new("Không ra tiếng (chạy thử)", "No sound (a trial)");
    let default = Text::new("Thiết bị mặc định của máy (có thể bị đổi)", "The PC's default output (it can change)");
    html! {
        select id=(id) name="device" {
            @for output in outputs {
                option value=(output.name) selected[output.name == chosen] { (output.description) " – " (output.name) }
            }
            @if !there { option value=(chosen) selected { (chosen) } }
            option value="default" selected[chosen == "default"] { (default.get(lang)) }
            option value="null" selected[chosen == "null"] { (silent.get(lang)) }
        }
    }
}

/// Sounds the tone, and tells what comes of it.
pub(super) async fn sound(State(site): State<Site>, who: Who) -> Result<Redirect, Refused> {
    let answer = tone(&site, &who).await?;
    let called = Text::new("Âm thử", "Test tone");
    let heard = Text::new(
        "Không nghe thấy thì xem âm lượng, dây và máy tăng âm.",
        "If nothing is heard look at volume, cable and amplifier.",
    );
    let told = told(&site, &called, &heard, &answer).await;
    who.tell(&site, told);
    Ok(Redirect::to("/dai"))
}

/// Has the daemon sound the tone on its line.
async fn tone(site: &Site, who: &Who) -> Result<Answer, Refused> {
    who.need(Role::Operator)?;
    let path = site.link.home().audio().join(TONE_FILE);
    let written = site.work(move || write_tone(&path)).await?;
    written.map_err(|error| {
        let why = crate::files::cause(&error);
        Refused::conflict(Text::new(
            format!("không ghi được `audio/{TONE_FILE}`: {}", why.vi),
            format!("`audio/{TONE_FILE}` cannot be written: {}", why.en),
        ))
    })?;
    order(site, who, Act::Tone, json!({})).await
}

/// The tone as a recording like any other: it goes the way that bulletins go.
fn write_tone(path: &Path) -> std::io::Result<()> {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: TONE_RATE_HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    let failed = |error: hound::Error| std::io::Error::other(error);
    let mut wav = hound::WavWriter::new(&mut bytes, spec).map_err(failed)?;
    let mut tone = Tone::new(TONE_RATE_HZ, spec.channels, TONE_DBFS, TONE_S);
    let mut step = [0.0; 4096];
    loop {
        let samples = tone.read(&mut step);
        if samples == 0 {
            break;
        }
        for sample in &step[..samples] {
            wav.write_sample((sample * f32::from(i16::MAX)).round() as i16).map_err(failed)?;
        }
    }
    wav.finalize().map_err(failed)?;
    let bytes = bytes.into_inner();
    if std::fs::read(path).is_ok_and(|there| there == bytes) { Ok(()) } else { crate::files::put(path, &bytes) }
}

#[derive(Deserialize)]
pub(super) struct Device {
    device: String,
}

/// Writes the line's new name, and has the daemon take it if nothing sounds.
pub(super) async fn change(State(site): State<Site>, who: Who, Form(wish): Form<Device>) -> Result<Redirect, Refused> {
    who.need(Role::Admin)?;
    let keys = vec![("device", Some(Value::text(wish.device.as_str())))];
    let operation = Operation::Change { of: Target::Once("line"), keys };
    let before = device_of(&site).await?;
    let what = Text::same(&format!("{} → {}", before.as_deref().unwrap_or("—"), wish.device));
    write(
        &site,
        who.name(),
        Text::new(format!("Đổi đường loa, {}", what.vi), format!("Changed the line, {}", what.en)),
        vec![operation],
    )
    .await?;
    site.note(who.name(), Act::Line, what).await;
    let told = taken(&site, &wish.device).await;
    who.tell(&site, told);
    Ok(Redirect::to("/dai"))
}

/// The line that `station.toml` names; none while it cannot be used.
pub(in crate::console) async fn device_of(site: &Site) -> Result<Option<String>, Refused> {
    let home = site.link.home().clone();
    site.work(move || loading::load_station(&home).station.map(|station| station.line.device)).await
}

/// Has the daemon take the line that was written, and says whether it did.
pub(in crate::console) async fn taken(site: &Site, device: &str) -> Notice {
    match take_line(site, device).await {
        Ok(()) => {
            Notice::Done(Text::new(format!("Đường loa bây giờ là `{device}`."), format!("The line is `{device}` now.")))
        }
        Err(refused) => Notice::Warning(refused.text),
    }
}

async fn write(site: &Site, by: &str, what: Text, operations: Vec<Operation>) -> Result<(), Refused> {
    let (home, by) = (site.link.home().clone(), by.to_owned());
    let saved = site.work(move || {
        let deed = Deed { by: &by, what, now: clock::now() };
        change_station(&home, &operations, &deed)
    });
    saved.await?.map_err(|not| match not {
        NotSaved::Refused(refused) => refused,
        NotSaved::Mistaken(mistakes, _) => {
            Refused::conflict(mistakes.into_iter().next().map_or_else(|| Text::new("", ""), |mistake| mistake.message))
        }
    })
}

/// The first start: the station's name, and its line.
pub(in crate::console) async fn set_up_line(site: &Site, by: &str, name: &str, device: &str) -> Result<(), Refused> {
    let change = |of, key, value: &str| Operation::Change {
        of: Target::Once(of),
        keys: vec![(key, Some(Value::text(value.trim())))],
    };
    let what = Text::new(
        format!("Đặt tên đài “{name}”, đường loa {device}"),
        format!("Named the station “{name}”, line {device}"),
    );
    write(site, by, what, vec![change("station", "name", name), change("line", "device", device)]).await?;
    take_line(site, device).await
}

/// Has the daemon, which reads the file by itself, change over to the line that it names. A daemon that is too busy to
/// answer is asked again; one that says no is not.
async fn take_line(site: &Site, device: &str) -> Result<(), Refused> {
    let began = tokio::time::Instant::now();
    while began.elapsed() < ASKED_FOR {
        match site.ask(json!({ "ask": "take_line" })).await {
            Ok(answer) if answer["device"] == device => return Ok(()),
            Err(refused) if refused != Refused::silent() => return Err(refused),
            Ok(_) | Err(_) => tokio::time::sleep(ASKED_EVERY).await,
        }
    }
    Err(Refused::conflict(Text::new(
        "Đã ghi đường loa mới; nó có hiệu lực khi chạy lại Loa.",
        "The new line is written; it counts from the next start of Loa on.",
    )))
}
