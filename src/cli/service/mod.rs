//! `loa service`: the daemon under the system's own supervisor.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::printing::put;
use super::status::{is_silence, unreached};
use super::{Context, Failure, PROBLEMS, UNREACHED, WRONG_USE};
use crate::clock;
use crate::daemon::control;
use crate::files;
use crate::home::Home;
use crate::problem::{Lang, Text};

/// A restart is made only where nothing begins for so long: a slot is of record a minute ahead.
const QUIET: SignedDuration = SignedDuration::from_mins(2);
/// How often it is looked whether that is so.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// A station that is never quiet is left as it is after this.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24);

#[cfg(target_os = "linux")]
mod systemd;
#[cfg(target_os = "linux")]
mod unit;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
use systemd as system;
#[cfg(windows)]
use windows as system;

/// Chạy Loa thành dịch vụ của máy · runs the daemon as a service of the system: from the start of the PC on, and again
/// after a crash.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  sudo loa --home /home/dai/dai-phuong service install")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum What {
    /// Cài dịch vụ rồi chạy · installs the service and starts it.
    Install(Choice),
    /// Dừng rồi gỡ dịch vụ; kế hoạch, bản ghi, nhật ký vẫn giữ · stops the service and removes it; schedules, recordings and the log stay.
    Uninstall(Choice),
    /// Dịch vụ đang thế nào · how the service stands.
    Status(Shown),
    /// Chạy lại giữa hai buổi, như sau khi nâng cấp · starts it anew between two broadcasts, as after an upgrade.
    Restart(Choice),
    /// In ra nội dung sẽ cài · prints what would be installed.
    Print(Printed),
    /// Do hệ thống gọi · what the system itself calls.
    #[cfg(windows)]
    #[command(hide = true)]
    Serve,
}

/// Which service.
#[derive(Clone, Debug, clap::Args)]
pub struct Choice {
    /// Dịch vụ của người dùng, cho đường loa qua máy chủ âm thanh của người ấy · a service of this user's, for a line
    /// behind the user's own sound server.
    #[arg(long, conflicts_with = "system")]
    user: bool,
    /// Dịch vụ của máy · a service of the system's.
    #[arg(long)]
    system: bool,
    /// Tên dịch vụ, khi một máy có nhiều đài · its name, where a PC has several stations.
    #[arg(long, value_name = "NAME", default_value = "loa", value_parser = service_name)]
    name: String,
    /// Tài khoản chạy dịch vụ của máy · the account that a service of the system's runs as.
    #[arg(long, value_name = "USER", conflicts_with = "user")]
    account: Option<String>,
}

/// How its state is told.
#[derive(Clone, Debug, clap::Args)]
pub struct Shown {
    #[command(flatten)]
    choice: Choice,
    /// In ra JSON, cho chương trình khác · prints JSON, for programs
    #[arg(long)]
    json: bool,
}

/// How a service does, as its supervisor has it.
#[derive(Debug)]
struct Stands {
    /// It runs.
    active: bool,
    /// In the supervisor's words (`active`, `failed`, `Running`).
    state: String,
    /// In more of them.
    detail: Option<String>,
    /// Whether it starts with the PC, in the supervisor's words.
    enabled: Option<String>,
    /// How often it was started anew by itself.
    restarts: Option<u64>,
    /// What the daemon says of itself.
    says: Option<String>,
}

impl Stands {
    /// Prints it; the exit status.
    fn tell(&self, shown: &Shown, lang: Lang) -> Result<u8, Failure> {
        let told = if shown.json { format!("{:#}", self.json(&shown.choice.name)) } else { self.words(lang) };
        put(&format!("{told}\n"))?;
        Ok(if self.active { 0 } else { UNREACHED })
    }

    /// The documented object.
    fn json(&self, name: &str) -> Value {
        let Stands { active, state, detail, enabled, restarts, says } = self;
        json!({
            "name": name, "active": active, "state": state, "detail": detail, "enabled": enabled, "restarts": restarts,
            "says": says,
        })
    }

    fn words(&self, lang: Lang) -> String {
        let Stands { state, detail, enabled, restarts, says, .. } = self;
        let mut line = state.clone();
        line += &detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
        if let Some(enabled) = enabled {
            line += &format!(" · {}: {enabled}", Text::new("cùng máy khởi động", "with the PC's start").get(lang));
        }
        if let Some(restarts) = restarts {
            line += &format!(" · {}: {restarts}", Text::new("số lần tự chạy lại", "restarts").get(lang));
        }
        line + &says.as_ref().map(|says| format!("\n{says}")).unwrap_or_default()
    }
}

/// What is printed.
#[derive(Clone, Debug, clap::Args)]
pub struct Printed {
    #[command(flatten)]
    choice: Choice,
    /// Nơi chương trình sẽ nằm, để đóng gói; chưa cần có thư mục đài · where the program will lie, for a package; the home need not
    /// be there yet.
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
}

fn service_name(name: &str) -> Result<String, String> {
    let good = !name.is_empty()
        && name.len() <= 64
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        && !name.starts_with('-');
    if good {
        Ok(name.to_owned())
    } else {
        Err("chỉ dùng chữ không dấu, số, `-` và `_` · letters, digits, `-` and `_`".to_owned())
    }
}

/// Does it.
///
/// # Errors
/// The system refuses, with what it says.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    match &args.what {
        What::Install(choice) => system::install(choice, context),
        What::Uninstall(choice) => system::uninstall(choice, context),
        What::Status(shown) => system::status(&shown.choice, context)?.tell(shown, context.lang),
        What::Restart(choice) => {
            wait_for_quiet(&context.find_home()?)?;
            system::restart(choice, context)
        }
        What::Print(printed) => {
            let (program, home) = match (&printed.program, &context.home) {
                (Some(program), Some(home)) => (program.clone(), absolute(home)?),
                (Some(_), None) => return Err(no_home()),
                (None, _) => what_to_run(context)?,
            };
            system::print(&printed.choice, &program, &home, context)
        }
        #[cfg(windows)]
        What::Serve => system::serve(context),
    }
}

/// The program and the home, as a supervisor is to call them.
fn what_to_run(context: &Context) -> Result<(PathBuf, PathBuf), Failure> {
    let home = context.find_home()?;
    let program = std::env::current_exe().map_err(|error| failed(&files::cause(&error)))?;
    Ok((program, absolute(home.root())?))
}

/// A supervisor stands in another folder.
fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|error| failed(&files::cause(&error)))
}

/// Returns when the daemon may be started anew: nothing is on air, or none runs.
///
/// # Errors
/// The station was never quiet.
fn wait_for_quiet(home: &Home) -> Result<(), Failure> {
    let since = clock::now();
    loop {
        let now = clock::now();
        match control::ask(home, &json!({ "ask": "status" })) {
            Ok(status) if is_quiet(&status, now) => return Ok(()),
            // One that does not answer may be airing: only where nobody is there nothing can be cut.
            Err(error) if error.kind() == ErrorKind::PermissionDenied => return Err(unreached(home, &error)),
            Err(error) if !is_silence(&error) => return Ok(()),
            Ok(_) | Err(_) if now.duration_since(since) > LONGEST_WAIT => return Err(never_quiet()),
            Ok(_) | Err(_) => std::thread::sleep(LOOK_AGAIN),
        }
    }
}

/// By what the daemon says of itself at `now`: nothing sounds, and nothing will within [`QUIET`].
fn is_quiet(status: &Value, now: Timestamp) -> bool {
    let next = || status["next"]["planned"].as_str().and_then(|planned| planned.parse::<Timestamp>().ok());
    status["error"].is_null()
        && status["on_air"].is_null()
        && next().is_none_or(|next| next.duration_since(now) >= QUIET)
}

fn restarted(choice: &Choice) -> Text {
    Text::new(
        format!("Dịch vụ `{}` đã chạy lại.", choice.name),
        format!("The service `{}` has started anew.", choice.name),
    )
}

fn never_quiet() -> Failure {
    Failure {
        status: UNREACHED,
        text: Text::new(
            "suốt một ngày không có lúc nào ngừng phát; hãy tự dừng Loa rồi chạy lại khi được phép",
            "for a day there was never a pause; stop Loa and start it by hand when that may be",
        ),
    }
}

fn no_home() -> Failure {
    let text = Text::new("`--program` cần `--home DIR`", "`--program` needs `--home DIR`");
    Failure { status: WRONG_USE, text }
}

fn failed(why: &Text) -> Failure {
    Failure {
        status: PROBLEMS,
        text: Text::new(format!("không làm được: {}", why.vi), format!("that cannot be done: {}", why.en)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_service_does_is_told_as_data_too() {
        let word = |word: &str| Some(word.to_owned());
        let detail = word("auto-restart");
        let stands = Stands {
            active: false,
            state: "failed".into(),
            detail,
            enabled: word("enabled"),
            restarts: Some(2),
            says: None,
        };
        assert_eq!(
            stands.json("loa"),
            json!({
                "name": "loa", "active": false, "state": "failed", "detail": "auto-restart", "enabled": "enabled",
                "restarts": 2, "says": null,
            })
        );
        assert_eq!(
            stands.words(Lang::Vi),
            "failed (auto-restart) · cùng máy khởi động: enabled · số lần tự chạy lại: 2"
        );
        let windows =
            Stands { state: "Running".into(), detail: None, enabled: None, restarts: None, says: None, active: true };
        assert_eq!(windows.words(Lang::En), "Running");
    }

    #[test]
    fn a_restart_waits_for_what_is_on_air_and_for_what_is_about_to_be() {
        let now: Timestamp = "2026-12-01T05:43:00+07:00".parse().unwrap();
        let next = |planned: &str| json!({ "planned": format!("2026-12-01T{planned}+07:00") });
        for (on_air, next, expected) in [
            (Value::Null, Value::Null, true),
            (Value::Null, next("05:45:00"), true),
            (Value::Null, next("05:44:59"), false),
            (json!({ "slot": "2026-12-01/sang/ban-tin" }), next("17:00:00"), false),
        ] {
            assert_eq!(is_quiet(&json!({ "on_air": on_air, "next": next }), now), expected, "{on_air} {next}");
        }
        assert!(!is_quiet(&json!({ "error": "busy" }), now));
    }
}
