//! Asking the running daemon for something, and telling what came of it.

use std::io;
use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};

use super::find_segment::problems;
use super::printing::{put, put_line};
use super::status::{silent, unreached};
use super::{Context, Failure, WRONG_USE};
use crate::airing::{name_of, nobody_in_particular, what_was_cut};
use crate::audio::{self, names};
use crate::console::came::{Came, LOOK_AGAIN};
use crate::daemon::control;
use crate::files;
use crate::home::Home;
use crate::problem::{Lang, Text};

/// Who asks: the name given, else the account's, else what one is called who gives none.
///
/// # Errors
/// A name that is none, or too long.
pub(super) fn asker(by: Option<&str>, lang: Lang) -> Result<String, Failure> {
    if let Some(by) = by {
        return name_of(by).map(str::to_owned).map_err(|text| Failure { status: WRONG_USE, text });
    }
    let accounts = ["USER", "USERNAME"].iter().filter_map(|name| std::env::var(name).ok());
    let account = accounts.filter_map(|account| Some(name_of(&account).ok()?.to_owned())).next();
    Ok(account.unwrap_or_else(|| nobody_in_particular().get(lang).to_owned()))
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

/// What to do where the account that gives the command may not read `what`, as one's own folders and USB sticks are closed to
/// the account of a service; none where it may, or where nothing is there.
pub(super) fn unreadable(what: &Path) -> Option<Text> {
    let denied = |error: &io::Error| error.kind() == io::ErrorKind::PermissionDenied;
    // The file is opened, for its own rights say more than its folder's.
    files::open(what).is_err_and(|error| denied(&error)).then(|| {
        let what = what.display();
        Text::new(
            format!(
                "tài khoản đang chạy lệnh này không được đọc `{what}` (thư mục riêng của người khác, hoặc USB người khác cắm): hãy chép tệp ra chỗ ai cũng đọc được, trên Linux là `/tmp`, rồi gọi lại với tệp ở đó; hoặc chọn tệp trên trang điều khiển"
            ),
            format!(
                "the account that runs this command may not read `{what}` (somebody else's own folder, or a USB stick that somebody else put in): copy the file to where all may read, on Linux `/tmp`, and name it there; or choose it on the console's page"
            ),
        )
    })
}

/// A path as the daemon is to be told it: below `audio/`, however the shell gave it.
pub(super) fn below_audio(home: &Home, what: &str) -> String {
    let audio = std::fs::canonicalize(home.audio()).unwrap_or_else(|_| home.audio());
    let path = std::fs::canonicalize(what).ok();
    let rel = path.as_deref().and_then(|path| path.strip_prefix(&audio).ok());
    rel.map_or_else(|| what.to_owned(), |rel| rel.to_string_lossy().replace('\\', "/"))
}

/// What is wrong with a path that can lead nowhere below `audio/` and where no file lies; none of any other.
pub(super) fn no_file_at(what: &str) -> Option<Text> {
    let fault = files::regular(Path::new(what)).err().filter(|_| names::leads_outside(what))?;
    Some(unreadable(Path::new(what)).unwrap_or_else(|| audio::io_fault(&fault).words_and_cure(what)))
}

/// Waits until the slot sounds, has failed, or has to wait for something; says which.
///
/// # Errors
/// It will not be heard.
pub(super) fn tell(home: &Home, slot: &str, context: &Context) -> Result<u8, Failure> {
    let since = Instant::now();
    loop {
        let came = Came::of(&ask(home, &json!({ "ask": "came_of", "slot": slot }))?);
        match came {
            Came::Ended { .. } => return Err(problems(came.words())),
            _ if came.is_settled(since.elapsed()) => {
                put(&format!("{}\n", came.words().get(context.lang)))?;
                return Ok(0);
            }
            _ => std::thread::sleep(LOOK_AGAIN),
        }
    }
}

/// Says what was cut and what is not heard for it, or that nothing was on air.
pub(super) fn tell_cut(answer: &Value, context: &Context) -> Result<(), Failure> {
    put_line(&what_was_cut(answer, ["`", "`"]), context.lang)
}
