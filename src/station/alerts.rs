//! `[alerts]`: who is told when something goes wrong, on which ways, and how often; and when tomorrow is looked at.

use fluent_uri::Uri;
use jiff::civil::Time;

use super::command;
use super::mail::{self, Mail};
use crate::problem::{Problem, Span, Text};
use crate::reading::Reader;
use crate::reading::tree::{Table, find};

/// Who is told of what goes wrong, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alerts {
    /// Each way gets every alert; one of a kind at most.
    pub ways: Vec<Way>,
    /// How often.
    pub pace: Pace,
    /// When tomorrow's recordings are looked at, in the station's zone.
    pub preflight: Time,
}

/// How often a way is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Between two messages, in ms, at least.
    pub every_ms: u64,
    /// What lasts is told again after so long, in ms; none: it is told once.
    pub repeat_ms: Option<u64>,
}

/// A way on which alerts leave the PC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// A program and its arguments, run without a shell: the message on its standard input.
    Command(Vec<String>),
    /// An address that the message is posted to as JSON.
    Webhook(Address),
    /// Mail.
    Mail(Box<Mail>),
}

impl Way {
    /// The key of `[alerts]` that holds it.
    pub fn code(&self) -> &'static str {
        match self {
            Way::Command(_) => "command",
            Way::Webhook(_) => "webhook",
            Way::Mail(_) => "mail",
        }
    }
}

/// An address that may be a secret: whoever has it may write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// As it stands in the file.
    Open(String),
    /// Kept elsewhere.
    Kept(Secret),
}

/// Where a secret is read at the moment it is needed. It never stands in `station.toml`, whose text the log keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// A file: its first line; a relative path begins at the home.
    File(String),
    /// A variable of the environment.
    Environment(String),
}

/// What holds where the file does not say: one message in ten minutes, what lasts every six hours.
const EVERY_MS: u64 = 10 * 60_000;
const REPEAT_MS: u64 = 6 * 3_600_000;
const PREFLIGHT: Time = Time::constant(19, 0, 0, 0);

impl Default for Alerts {
    fn default() -> Alerts {
        let pace = Pace { every_ms: EVERY_MS, repeat_ms: Some(REPEAT_MS) };
        Alerts { ways: Vec::new(), pace, preflight: PREFLIGHT }
    }
}

const KEYS: [&str; 8] = ["command", "webhook", "webhook_file", "webhook_env", "mail", "every", "repeat", "preflight"];
const COMMAND_EXAMPLE: &str = "[\"mail\", \"-s\", \"Loa\", \"truc@phuong.example\"]";

/// The block `[alerts]`, whose header stands at `header`.
pub(super) fn read(reader: &mut Reader<'_>, header: Span, table: &Table) -> Alerts {
    reader.keys(table, &KEYS);
    let node = |key: &str| find(table, key).map(|(_, node)| node);
    let mut alerts = Alerts::default();
    alerts.ways.extend(
        node("command").and_then(|node| command::read(reader, "command", node, COMMAND_EXAMPLE)).map(Way::Command),
    );
    alerts.ways.extend(webhook(reader, table).map(Way::Webhook));
    alerts.ways.extend(node("mail").and_then(|node| mail::read(reader, node)).map(|mail| Way::Mail(Box::new(mail))));
    let mut length_ms = |key: &str| node(key).and_then(|node| reader.duration_ms(key, node));
    alerts.pace.every_ms = length_ms("every").unwrap_or(EVERY_MS);
    alerts.pace.repeat_ms = Some(length_ms("repeat").unwrap_or(REPEAT_MS)).filter(|ms| *ms > 0);
    alerts.preflight = node("preflight").and_then(|node| reader.time("preflight", node)).unwrap_or(PREFLIGHT);
    if KEYS[..5].iter().all(|key| node(key).is_none()) && node("preflight").is_none() {
        no_way(reader, header);
    }
    alerts
}

fn webhook(reader: &mut Reader<'_>, table: &Table) -> Option<Address> {
    let secret = secret(reader, table, "webhook");
    let Some((key, node)) = find(table, "webhook") else { return secret.map(Address::Kept) };
    if secret.is_some() {
        two_places(reader, key.span, "webhook");
        return None;
    }
    let address = reader.line("webhook", node, "\"https://…\"")?;
    let good = Uri::parse(address.as_str()).is_ok_and(|uri| {
        let scheme = uri.scheme().as_str().to_ascii_lowercase();
        ["http", "https"].contains(&scheme.as_str())
            && uri.authority().is_some_and(|authority| !authority.host().is_empty())
    });
    if !good {
        let message = Text::new(
            format!("`webhook` không có địa chỉ dạng `https://…`: `{address}`"),
            format!("`webhook` is no address `https://…`: `{address}`"),
        );
        let help = Text::new("chép lại nguyên địa chỉ nhận tin", "copy the whole address again");
        reader.refuse("bad-address", node.span, message, help);
        return None;
    }
    Some(Address::Open(address))
}

/// What `NAME_file` or `NAME_env` say.
pub(super) fn secret(reader: &mut Reader<'_>, table: &Table, name: &str) -> Option<Secret> {
    let (in_file, in_env) = (format!("{name}_file"), format!("{name}_env"));
    match (find(table, &in_file), find(table, &in_env)) {
        (Some((_, file)), None) => reader.line(&in_file, file, "\"mat-khau.txt\"").map(Secret::File),
        (None, Some((_, env))) => reader.line(&in_env, env, "\"LOA_MAT_KHAU\"").map(Secret::Environment),
        (Some(_), Some((key, _))) => {
            two_places(reader, key.span, name);
            None
        }
        (None, None) => None,
    }
}

fn two_places(reader: &mut Reader<'_>, span: Span, name: &str) {
    let message = Text::new(format!("`{name}` được ghi ở hai chỗ"), format!("`{name}` is given in two places"));
    let help = Text::new(
        format!("giữ một: `{name}_file` (tên tệp) hoặc `{name}_env` (tên biến môi trường)"),
        format!("keep one: `{name}_file` (a file's name) or `{name}_env` (a variable of the environment)"),
    );
    reader.refuse("two-secrets", span, message, help);
}

/// Nobody is told: that is what the block is for.
fn no_way(reader: &mut Reader<'_>, header: Span) {
    let message = Text::new(
        "khối `[alerts]` không ghi cách báo tin: có sự cố thì không ai được báo",
        "the block `[alerts]` names no way: nobody is told when something goes wrong",
    );
    let help = Text::new(
        "thêm `command`, `webhook` hoặc `mail`, rồi thử bằng `loa alerts test`",
        "add `command`, `webhook` or `mail`, and try it with `loa alerts test`",
    );
    let place = reader.place(header);
    reader.note(Problem::warning("no-alert-way", Some(place), message, help));
}

#[cfg(test)]
mod tests {
    use super::super::mail::{Login, Security};
    use super::*;
    use crate::station;

    fn read(text: &str) -> (Option<Alerts>, Vec<&'static str>) {
        let text = format!("[line]\ndevice = \"null\"\n[alerts]\n{text}");
        let (station, problems) = station::read("schedules/station.toml", &text);
        (station.map(|station| station.alerts), problems.iter().map(|problem| problem.code).collect())
    }

    #[test]
    fn all_ways_at_once_and_what_holds_by_default() {
        let (found, codes) = read(
            "command = [\"bao\", \"\"]\nwebhook = \"https://tin.example/x\"\nrepeat = \"0s\"\npreflight = \"20:30\"\n\
             [alerts.mail]\nserver = \"smtp.example\"\nfrom = \"Đài <d@x.example>\"\nto = \"a@x.example\"\n\
             user = \"d\"\npassword_env = \"P\"\n",
        );
        assert_eq!(codes, [] as [&str; 0]);
        let mail = Mail {
            server: "smtp.example".into(),
            port: 465,
            security: Security::Tls,
            login: Some(Login { user: "d".into(), password: Secret::Environment("P".into()) }),
            from: "Đài <d@x.example>".into(),
            to: vec!["a@x.example".into()],
        };
        let wanted = Alerts {
            ways: vec![
                Way::Command(vec!["bao".into(), String::new()]),
                Way::Webhook(Address::Open("https://tin.example/x".into())),
                Way::Mail(Box::new(mail)),
            ],
            pace: Pace { every_ms: 600_000, repeat_ms: None },
            preflight: Time::constant(20, 30, 0, 0),
        };
        assert_eq!(found, Some(wanted));
        assert_eq!(read("webhook_file = \"tin\"\n").0.unwrap().pace, Alerts::default().pace);
    }

    #[test]
    fn ports_follow_the_security() {
        for (security, port) in [("tls", 465), ("starttls", 587), ("không", 25), ("none", 25)] {
            let text = format!(
                "mail = {{ server = \"s.x\", from = \"a@x.vn\", to = \"b@x.vn\", security = \"{security}\" }}\n"
            );
            let Some(Way::Mail(mail)) = read(&text).0.and_then(|alerts| alerts.ways.into_iter().next()) else {
                panic!("{security}")
            };
            assert_eq!((mail.port, mail.login), (port, None), "{security}");
        }
    }

    #[test]
    fn every_mistake_has_its_code_and_none_is_half_read() {
        let mail =
            |keys: &str| format!("mail = {{ server = \"s.x\", from = \"a@x.vn\", to = [\"b@x.vn\"], {keys} }}\n");
        for (text, codes) in [
            ("every = \"5m\"\n".to_owned(), vec!["no-alert-way"]),
            ("webhook = \"tin.example\"\n".to_owned(), vec!["bad-address"]),
            ("webhook = \"https://x.vn\"\nwebhook_env = \"W\"\n".to_owned(), vec!["two-secrets"]),
            ("command = \"mail\"\n".to_owned(), vec!["wrong-type"]),
            ("mail = { server = \"s.x\" }\n".to_owned(), vec!["missing-key", "missing-key"]),
            ("mail = { server = \"s.x\", from = \"a@x.vn\", to = [] }\n".to_owned(), vec!["empty-list"]),
            (mail("password = \"p\""), vec!["open-password"]),
            (mail("user = \"u\""), vec!["missing-key"]),
            (mail("user = \"u\", password_file = \"p\", password_env = \"P\""), vec!["two-secrets"]),
            (mail("user = \"u\", password_file = \"p\", security = \"none\""), vec!["open-password"]),
            (mail("port = 70000"), vec!["bad-number"]),
            (
                "mail = { server = \"smtp://s.x:25\", from = \"a\", to = [\"b@x.vn\"] }\n".to_owned(),
                vec!["bad-address", "bad-address"],
            ),
        ] {
            let (found, seen) = read(&text);
            assert_eq!(seen, codes, "{text}");
            assert!(found.is_none() || codes == ["no-alert-way"], "{text}");
        }
    }
}
