//! Services on Linux: a unit of systemd's, the system's or the user's.

use std::path::{Path, PathBuf};

use super::unit::{Owner, unit};
use super::{Choice, failed, restarted, what_to_run};
use crate::cli::{Context, Failure, PROBLEMS, UNREACHED};
use crate::problem::{Lang, Text};
use crate::{files, loading, system};

/// Where packages lay the units of the system's services.
const PACKAGED_UNITS: &str = "/usr/lib/systemd/system";

/// Whose service is meant.
enum Whose {
    System,
    User,
}

/// What was chosen; where nothing was, what the line needs: a sound server runs for a user who has logged in, a card for
/// the whole PC.
fn whose(choice: &Choice, context: &Context) -> Result<Whose, Failure> {
    Ok(match (choice.user, choice.system) {
        (true, _) => Whose::User,
        (_, true) => Whose::System,
        _ => {
            let station = loading::load_station(&context.find_home()?).station.unwrap_or_default();
            if station.line.device.starts_with("pulseaudio:") { Whose::User } else { Whose::System }
        }
    })
}

impl Whose {
    /// By a person or by a package.
    fn is_installed(&self, choice: &Choice) -> Result<bool, Failure> {
        let of_a_package = || Path::new(PACKAGED_UNITS).join(format!("{}.service", choice.name)).exists();
        Ok(self.unit_file(choice)?.exists() || (matches!(self, Whose::System) && of_a_package()))
    }

    fn unit_file(&self, choice: &Choice) -> Result<PathBuf, Failure> {
        let folder = match self {
            Whose::System => PathBuf::from("/etc/systemd/system"),
            Whose::User => {
                let config = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
                let config = config.or_else(|| std::env::home_dir().map(|home| home.join(".config")));
                config.ok_or_else(|| failed("no home folder"))?.join("systemd/user")
            }
        };
        Ok(folder.join(format!("{}.service", choice.name)))
    }

    fn systemctl(&self, words: &[&str]) -> Result<String, Failure> {
        let mut command = system::program("systemctl");
        if matches!(self, Whose::User) {
            command.arg("--user");
        }
        let out = command.args(words).output().map_err(|error| no_systemd(&error.to_string()))?;
        if out.status.success() {
            return Ok(String::from_utf8_lossy(&out.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&out.stderr).trim().replace('\n', "; ");
        Err(failed(&format!("systemctl {}: {said}", words.join(" "))))
    }
}

/// Who runs a service of the system's: who was named, who called `sudo`, else who calls.
fn account(choice: &Choice) -> String {
    let env = |name| std::env::var(name).ok().filter(|name: &String| !name.is_empty());
    let account = choice.account.clone().or_else(|| env("SUDO_USER")).or_else(|| env("USER"));
    account.unwrap_or_else(|| "root".to_owned())
}

fn text(whose: &Whose, choice: &Choice, program: &Path, home: &Path) -> String {
    let account = account(choice);
    let owner = match whose {
        Whose::System => Owner::System { account: &account },
        Whose::User => Owner::User,
    };
    unit(program, home, owner)
}

pub(super) fn print(choice: &Choice, program: &Path, home: &Path, context: &Context) -> Result<u8, Failure> {
    print!("{}", text(&whose(choice, context)?, choice, program, home));
    Ok(0)
}

pub(super) fn install(choice: &Choice, context: &Context) -> Result<u8, Failure> {
    let whose = whose(choice, context)?;
    let (program, home) = what_to_run(context)?;
    let (file, text) = (whose.unit_file(choice)?, text(&whose, choice, &program, &home));
    let before = std::fs::read(&file).ok();
    let written = file.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&file, text));
    written.map_err(|error| not_written(&file.display().to_string(), &error))?;
    if let Err(failure) = start(&whose, choice) {
        put_back(&whose, choice, &file, before);
        return Err(failure);
    }
    let file = file.display();
    println!(
        "{}",
        Text::new(
            format!("Đã cài và chạy dịch vụ `{}` ({file}).", choice.name),
            format!("The service `{}` is installed and runs ({file}).", choice.name),
        )
        .get(context.lang)
    );
    if matches!(whose, Whose::User) {
        println!("{}", linger().get(context.lang));
    }
    Ok(0)
}

fn start(whose: &Whose, choice: &Choice) -> Result<(), Failure> {
    whose.systemctl(&["daemon-reload"])?;
    whose.systemctl(&["enable", &choice.name])?;
    whose.systemctl(&["restart", &choice.name]).map(drop)
}

/// An installation that failed leaves things as they were: the unit that was there, or none.
fn put_back(whose: &Whose, choice: &Choice, file: &Path, before: Option<Vec<u8>>) {
    let put_back = match before {
        Some(before) => std::fs::write(file, before),
        None => {
            // It may never have come to be enabled.
            let _ = whose.systemctl(&["disable", &choice.name]);
            std::fs::remove_file(file)
        }
    };
    if let Err(error) = put_back {
        tracing::warn!(%error, file = %file.display(), "the unit stays as it was written");
    }
    let _ = whose.systemctl(&["daemon-reload"]);
}

/// What a service of the user's needs to run while the user is not logged in.
fn linger() -> Text {
    Text::new(
        "Để Loa chạy từ lúc bật máy, cả khi chưa ai đăng nhập, chạy một lần: sudo loginctl enable-linger $USER",
        "For it to run from the start of the PC on, before anybody logs in, run once: sudo loginctl enable-linger $USER",
    )
}

pub(super) fn uninstall(choice: &Choice, context: &Context) -> Result<u8, Failure> {
    let whose = whose(choice, context)?;
    let file = whose.unit_file(choice)?;
    if !file.exists() {
        return Err(not_installed(choice));
    }
    whose.systemctl(&["disable", "--now", &choice.name])?;
    std::fs::remove_file(&file).map_err(|error| not_written(&file.display().to_string(), &error))?;
    whose.systemctl(&["daemon-reload"])?;
    println!(
        "{}",
        Text::new(
            format!("Đã gỡ dịch vụ `{}`; kế hoạch, bản ghi và nhật ký còn nguyên.", choice.name),
            format!("The service `{}` is removed; schedules, recordings and the log stay.", choice.name),
        )
        .get(context.lang)
    );
    Ok(0)
}

pub(super) fn restart(choice: &Choice, context: &Context) -> Result<u8, Failure> {
    let whose = whose(choice, context)?;
    if !whose.is_installed(choice)? {
        return Err(not_installed(choice));
    }
    whose.systemctl(&["restart", &choice.name])?;
    println!("{}", restarted(choice).get(context.lang));
    Ok(0)
}

pub(super) fn status(choice: &Choice, context: &Context) -> Result<u8, Failure> {
    let whose = whose(choice, context)?;
    if !whose.is_installed(choice)? {
        return Err(not_installed(choice));
    }
    let shown = whose.systemctl(&[
        "show",
        &choice.name,
        "--property=ActiveState,SubState,UnitFileState,NRestarts,StatusText",
    ])?;
    let value = |name: &str| {
        let line = shown.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        line.unwrap_or("?").to_owned()
    };
    let (active, sub) = (value("ActiveState"), value("SubState"));
    let (enabled, restarts, says) = (value("UnitFileState"), value("NRestarts"), value("StatusText"));
    let line = match context.lang {
        Lang::Vi => {
            format!("{active} ({sub}) · cùng máy khởi động: {enabled} · số lần tự chạy lại: {restarts}\n{says}")
        }
        Lang::En => format!("{active} ({sub}) · with the PC's start: {enabled} · restarts: {restarts}\n{says}"),
    };
    println!("{}", line.trim_end());
    Ok(if active == "active" { 0 } else { UNREACHED })
}

fn no_systemd(why: &str) -> Failure {
    Failure {
        status: UNREACHED,
        text: Text::new(
            format!("máy này không có systemd ({why}); hãy cho trình quản lý của máy chạy `loa run`"),
            format!("this PC has no systemd ({why}); have its own supervisor start `loa run`"),
        ),
    }
}

fn not_written(file: &str, error: &std::io::Error) -> Failure {
    let why = files::cause(error);
    Failure {
        status: PROBLEMS,
        text: Text::new(
            format!("không ghi được `{file}` ({}); dịch vụ của máy phải cài bằng `sudo`", why.vi),
            format!("`{file}` cannot be written ({}); a service of the system's is installed with `sudo`", why.en),
        ),
    }
}

fn not_installed(choice: &Choice) -> Failure {
    Failure {
        status: UNREACHED,
        text: Text::new(
            format!("chưa cài dịch vụ `{}`; hãy chạy `loa service install`", choice.name),
            format!("no service `{}` is installed; run `loa service install`", choice.name),
        ),
    }
}
