//! One message on one way, bounded in time. What is secret of a way stands in no fault.

use std::path::Path;
use std::time::Duration;

use super::{Route, mail};
use crate::alerts::Message;
use crate::child::{Child, Given};
use crate::files;
use crate::problem::Text;
use crate::station::{Address, Secret, Way};
use crate::system::network;

/// A command that has not ended by then is ended.
const COMMAND_TIME: Duration = Duration::from_secs(30);
/// A post that is not answered by then has failed.
const POST_TIME: Duration = Duration::from_secs(10);
/// What a fault quotes of a command's words, in letters.
const WORDS_QUOTED: usize = 200;

/// Sends `message`.
///
/// # Errors
/// Why it did not arrive and what to do, for the user.
pub fn send(route: &Route, message: &Message) -> Result<(), Text> {
    match &route.way {
        Way::Command(words) => run(&route.home, words, message),
        Way::Webhook(Address::Open(address)) => post(address, message),
        Way::Webhook(Address::Kept(secret)) => post(&read(&route.home, secret)?, message),
        Way::Mail(mail) => {
            let password = mail.login.as_ref().map(|login| read(&route.home, &login.password)).transpose()?;
            mail::send(mail, password, message)
        }
    }
}

/// The program gets the text on its standard input, the subject and the JSON in its environment.
fn run(home: &Path, words: &[String], message: &Message) -> Result<(), Text> {
    let shown = words.first().map_or("", String::as_str);
    let env = vec![("LOA_SUBJECT", message.subject.clone()), ("LOA_JSON", message.json.to_string())];
    let given = Given { input: message.text.clone().into_bytes(), env };
    let not_started = |why| if home.is_dir() { not_run(shown, &why) } else { no_home(home) };
    let mut child = Child::start(home, words, given).map_err(not_started)?;
    let ended = child.wait(COMMAND_TIME).map_err(|why| not_run(shown, &why))?;
    let Some(ended) = ended else { return Err(timed_out(shown)) };
    if ended.status.success() {
        return Ok(());
    }
    let how = ended.words_and_said(WORDS_QUOTED);
    Err(Text::new(
        format!("lệnh báo tin `{shown}` báo lỗi ({}); hãy chạy thử lệnh đó bằng tay", how.vi),
        format!("the command `{shown}` failed ({}); try it by hand", how.en),
    ))
}

fn not_run(command: &str, why: &std::io::Error) -> Text {
    let why = files::cause(why);
    Text::new(
        format!("không chạy được lệnh báo tin `{command}` ({}); hãy xem chương trình đó có trên máy không", why.vi),
        format!("the command `{command}` cannot be run ({}); see whether that program is on this PC", why.en),
    )
}

/// A command is run in the station's folder, and a password may lie there: that is gone, and neither of them is at fault.
fn no_home(home: &Path) -> Text {
    let home = home.display();
    Text::new(
        format!(
            "không gửi được vì thư mục đài `{home}` không còn ở chỗ cũ (bị đổi tên, chuyển đi, hoặc ổ đĩa bị tháo); hãy trả thư mục về chỗ cũ, hoặc dừng Loa này rồi chạy `loa run` ở chỗ mới"
        ),
        format!(
            "it cannot be sent, for the station's folder `{home}` is no longer in its place (renamed, moved away, or its disk was taken out); put the folder back, or end this Loa and start `loa run` where it lies now"
        ),
    )
}

fn timed_out(command: &str) -> Text {
    let seconds = COMMAND_TIME.as_secs();
    Text::new(
        format!("lệnh báo tin `{command}` không xong trong {seconds} giây nên bị dừng"),
        format!("the command `{command}` did not end within {seconds} seconds and was ended"),
    )
}

fn post(address: &str, message: &Message) -> Result<(), Text> {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(POST_TIME))
        .max_redirects(0)
        .user_agent(concat!("Loa/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent();
    let body = message.json.to_string();
    let posted = agent.post(address).header("Content-Type", "application/json; charset=utf-8").send(body.as_bytes());
    // An address is a key to whoever reads it: only its server is named.
    let server = address.split("://").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or("?");
    let server = server.rsplit('@').next().unwrap_or("?");
    match posted {
        // With redirects not followed, one that is answered is no success.
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(not_posted(server, &Text::same(&format!("HTTP {}", answer.status().as_u16())))),
        Err(why) => {
            let Text { vi, en } = network::cause_of_request(&why);
            Err(not_posted(server, &Text::new(vi.replace(address, "…"), en.replace(address, "…"))))
        }
    }
}

fn not_posted(server: &str, why: &Text) -> Text {
    Text::new(
        format!("webhook ở `{server}` không nhận tin ({}); hãy xem mạng và địa chỉ ở `webhook`", why.vi),
        format!(
            "the webhook at `{server}` does not take the message ({}); look at the network and at `webhook`",
            why.en
        ),
    )
}

/// Reads a secret, anew each time: it may have been changed.
fn read(home: &Path, secret: &Secret) -> Result<String, Text> {
    if matches!(secret, Secret::File(file) if !Path::new(file).is_absolute()) && !home.is_dir() {
        return Err(no_home(home));
    }
    let absent = || Text::new("không có", "there is none");
    let found = match secret {
        Secret::File(file) => std::fs::read_to_string(home.join(file)).map_err(|error| files::cause(&error)),
        Secret::Environment(name) => std::env::var(name).map_err(|_| absent()),
    };
    let first_line = |text: String| text.lines().next().unwrap_or_default().trim().to_owned();
    let found = found
        .map(first_line)
        .and_then(|text| if text.is_empty() { Err(Text::new("để trống", "it is empty")) } else { Ok(text) });
    found.map_err(|why| {
        let (vi, en, name) = match secret {
            Secret::File(name) => ("tệp", "file", name),
            Secret::Environment(name) => ("biến môi trường", "variable", name),
        };
        Text::new(
            format!("không đọc được {vi} `{name}` mà khối `[alerts]` nhắc đến ({})", why.vi),
            format!("the {en} `{name}` that `[alerts]` names cannot be read ({})", why.en),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A station's folder that was renamed under the daemon is no fault of a command or of a password.
    #[test]
    fn where_the_stations_folder_is_gone_that_is_said_and_neither_the_command_nor_the_password_is_blamed() {
        let folder = tempfile::tempdir().unwrap();
        let (here, gone) = (folder.path().to_owned(), folder.path().join("dai"));
        let message = Message { subject: String::new(), text: String::new(), json: serde_json::Value::Null };
        let words = ["khong-co-lenh-nay".to_owned()];
        let secret = Secret::File("mat-khau.txt".into());
        let faults = |home: &Path| [run(home, &words, &message).unwrap_err(), read(home, &secret).unwrap_err()];
        let [command, password] = faults(&here);
        assert!(command.vi.contains("xem chương trình đó có trên máy không"), "{}", command.vi);
        assert!(password.vi.starts_with("không đọc được tệp `mat-khau.txt`"), "{}", password.vi);
        assert_eq!(faults(&gone), [no_home(&gone), no_home(&gone)]);
    }
}
