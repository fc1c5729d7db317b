//! Asking the running daemon for something, and telling what came of it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::airings::put;
use super::find_segment::problems;
use super::status::{silent, unreached};
use super::{Context, Failure, WRONG_USE};
use crate::airing::{name_of, what_was_cut};
use crate::daemon::control;
use crate::home::Home;
use crate::notes;
use crate::outcome::{Cause, Outcome};
use crate::problem::Text;

/// How long it is waited for the first sound.
const PATIENCE: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Who asks: the name given, else the account's.
///
/// # Errors
/// A name that is none, or too long.
pub(super) fn asker(by: Option<&str>) -> Result<String, Failure> {
    if let Some(by) = by {
        return name_of(by).map(str::to_owned).map_err(|text| Failure { status: WRONG_USE, text });
    }
    let accounts = ["USER", "USERNAME"].iter().filter_map(|name| std::env::var(name).ok());
    let account = accounts.filter_map(|account| Some(name_of(&account).ok()?.to_owned())).next();
    Ok(account.unwrap_or_else(|| "người trực".to_owned()))
}

/// Asks the daemon of `home`.
///
/// # Errors
/// None runs, or it refuses, with its reason.
pub(super) fn ask(home: &Home, question: &Value) -> Result<Value, Failure> {
    let answer = control::ask(home, question).map_err(|error| unreached(home, &error))?;
    if let Some(refused) = answer["refused"].as_object() {
        let text = |lang: &str| refused.get(lang).and_then(Value::as_str).unwrap_or_default().to_owned();
        return Err(problems(Text::new(text("vi"), text("en"))));
    }
    if answer["error"].is_string() {
        return Err(silent(home));
    }
    Ok(answer)
}

/// A path as the daemon is to be told it: below `audio/`, however the shell gave it.
pub(super) fn below_audio(home: &Home, what: &str) -> String {
    let audio = std::fs::canonicalize(home.audio()).unwrap_or_else(|_| home.audio());
    let path = std::fs::canonicalize(what).ok();
    let rel = path.as_deref().and_then(|path| path.strip_prefix(&audio).ok());
    rel.map_or_else(|| what.to_owned(), |rel| rel.to_string_lossy().replace('\\', "/"))
}

/// Waits until the slot sounds, has failed, or has to wait for something; says which.
///
/// # Errors
/// It will not be heard.
pub(super) fn tell(home: &Home, slot: &str, context: &Context) -> Result<u8, Failure> {
    let since = Instant::now();
    loop {
        let came = ask(home, &json!({ "ask": "came_of", "slot": slot }))?;
        match came["state"].as_str() {
            Some("on_air") => {
                put(&format!("{}\n", Text::new("Đang phát.", "On air.").get(context.lang)))?;
                return Ok(0);
            }
            Some("ended") => return ended(&came, context),
            _ if since.elapsed() < PATIENCE && came["on_air"].is_null() => {}
            _ if came["line"].as_str() == Some("open") && came["on_air"].is_null() && since.elapsed() < PATIENCE => {}
            _ if since.elapsed() < LOOK_AGAIN * 10 => {}
            _ => {
                put(&format!("{}\n", waiting(&came).get(context.lang)))?;
                return Ok(0);
            }
        }
        std::thread::sleep(LOOK_AGAIN);
    }
}

fn ended(came: &Value, context: &Context) -> Result<u8, Failure> {
    let outcome = came["outcome"].as_str().and_then(Outcome::from_code);
    if outcome == Some(Outcome::Aired) {
        put(&format!("{}\n", Text::new("Đã phát.", "Aired.").get(context.lang)))?;
        return Ok(0);
    }
    let word = |lang| {
        let outcome = outcome.map_or("", |outcome| outcome.word(lang));
        let why =
            notes::why(came["cause"].as_str().and_then(Cause::from_code), came["note"].as_str().unwrap_or_default());
        format!("{outcome}: {}", why.get(lang))
    };
    use crate::problem::Lang::{En, Vi};
    Err(problems(Text::new(word(Vi), word(En))))
}

fn waiting(came: &Value) -> Text {
    match came["on_air"].as_str() {
        Some(title) => Text::new(
            format!("Sẽ phát khi `{title}` kết thúc, muộn nhất sau 10 phút; nếu không kịp thì thôi."),
            format!("It begins when `{title}` has ended, within ten minutes or not at all."),
        ),
        None => Text::new(
            "Đường loa chưa mở; sẽ phát ngay khi đường loa trở lại, muộn nhất sau 10 phút.",
            "The line is not open; it begins as soon as the line is back, within ten minutes.",
        ),
    }
}

/// Says what was cut and what is not heard for it, or that nothing was on air.
pub(super) fn tell_cut(answer: &Value, context: &Context) -> Result<(), Failure> {
    put(&format!("{}\n", what_was_cut(answer, ["`", "`"]).get(context.lang)))
}
