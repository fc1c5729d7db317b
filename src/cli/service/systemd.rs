//! Services on Linux: a unit of systemd's, the system's or the user's.

use std::path::{Path, PathBuf};

use super::unit::{Owner, unit};
use super::{Choice, Stands, failed, restarted, what_to_run};
use crate::cli::printing::{put, put_line};
use crate::cli::{Context, Failure, PROBLEMS, UNREACHED};
use crate::problem::Text;
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

/// The service that is there: the line may have been changed since it was installed, which moves no service.
fn whose_is_there(choice: &Choice, context: &Context) -> Result<Whose, Failure> {
    let meant = whose(choice, context)?;
    let other = match meant {
        Whose::System => Whose::User,
        Whose::User => Whose::System,
    };
    let is_open = !choice.user && !choice.system;
    let is_other = is_open && !meant.is_installed(choice)? && other.is_installed(choice)?;
    Ok(if is_other { other } else { meant })
}

impl Whose {
    /// By a person or by a package.
    fn is_installed(&self, choice: &Choice) -> Result<bool, Failure> {
        Ok(self.unit_file(choice)?.exists() || self.is_packaged(choice))
    }

    fn is_packaged(&self, choice: &Choice) -> bool {
        matches!(self, Whose::System) && Path::new(PACKAGED_UNITS).join(format!("{}.service", choice.name)).exists()
    }

    fn unit_file(&self, choice: &Choice) -> Result<PathBuf, Failure> {
        let folder = match self {
            Whose::System => PathBuf::from("/etc/systemd/system"),
            Whose::User => {
                let config = std::env::var_os("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
                let config = config.or_else(|| std::env::home_dir().map(|home| home.join(".config")));
                config.ok_or_else(no_folder)?.join("systemd/user")
            }
        };
        Ok(folder.join(format!("{}.service", choice.name)))
    }

    fn systemctl(&self, words: &[&str]) -> Result<String, Failure> {
        let mut command = system::program("systemctl");
        if matches!(self, Whose::User) {
            command.arg("--user");
        }
        let out = command.args(words).output().map_err(|error| no_systemd(&error))?;
        if out.status.success() {
            return Ok(String::from_utf8_lossy(&out.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&out.stderr).trim().replace('\n', "; ");
        let asked = format!("systemctl {}", words.join(" "));
        if said.is_empty() {
            let how = Text::new(
                format!("`{asked}` báo lỗi mà không nói vì sao"),
                format!("`{asked}` failed and did not say why"),
            );
            return Err(failed(&how));
        }
        Err(failed(&files::quoted(&format!("{asked}: {said}"))))
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
    put(&text(&whose(choice, context)?, choice, program, home))?;
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
    put(&format!(
        "{}\n",
        Text::new(
            format!("Đã cài và chạy dịch vụ `{}` ({file}).", choice.name),
            format!("The service `{}` is installed and runs ({file}).", choice.name),
        )
        .get(context.lang)
    ))?;
    if matches!(whose, Whose::User) {
        put_line(&linger(), context.lang)?;
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
    let whose = whose_is_there(choice, context)?;
    let file = whose.unit_file(choice)?;
    let stays = |failure: Failure| still_there(failure, &file);
    let links = links_to(&file);
    if !is_there(&file) && whose.is_packaged(choice) {
        return Err(of_a_package(choice));
    }
    if !is_there(&file) && links.is_empty() {
        return Err(nothing_to_remove(choice));
    }
    // One that still runs is not taken away from under itself; of one whose unit is gone systemd may know nothing.
    let disabled = whose.systemctl(&["disable", "--now", &choice.name]);
    if is_there(&file) {
        disabled.map_err(stays)?;
    }
    // What it has not taken with it, as where the unit was gone already: a link to nothing starts nothing and warns for ever.
    for path in links.iter().chain([&file]).filter(|path| is_there(path)) {
        std::fs::remove_file(path).map_err(|error| not_written(&path.display().to_string(), &error))?;
    }
    whose.systemctl(&["daemon-reload"])?;
    // One that had failed would stand in systemd's lists until the PC starts anew; of any other it knows nothing more.
    let _ = whose.systemctl(&["reset-failed", &choice.name]);
    put(&format!(
        "{}\n",
        Text::new(
            format!("Đã gỡ dịch vụ `{}`; kế hoạch, bản ghi và nhật ký còn nguyên.", choice.name),
            format!("The service `{}` is removed; schedules, recordings and the log stay.", choice.name),
        )
        .get(context.lang)
    ))?;
    for said in left_behind(&whose, choice, &file) {
        put_line(&said, context.lang)?;
    }
    Ok(0)
}

/// Links count, be what they lead to there or not.
fn is_there(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok()
}

/// The links in the folders beside the unit by which systemd starts it (`multi-user.target.wants`), and other names of it.
fn links_to(file: &Path) -> Vec<PathBuf> {
    let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else { return Vec::new() };
    let entries = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let beside = entries(folder).filter(|path| path.is_dir()).flat_map(|wants| entries(&wants).collect::<Vec<_>>());
    // One that leads to a package's unit is the package's.
    let leads = |to: &Path| if to.is_absolute() { to == file } else { to.file_name() == Some(name) };
    let is_ours = |path: &PathBuf| std::fs::read_link(path).is_ok_and(|to| leads(&to));
    beside.chain(entries(folder)).filter(is_ours).collect()
}

/// What stays that is not Loa's to remove.
fn left_behind(whose: &Whose, choice: &Choice, file: &Path) -> Vec<Text> {
    let mut stays = Vec::new();
    let drop_ins = file.with_extension("service.d");
    if drop_ins.is_dir() {
        let folder = drop_ins.display();
        stays.push(Text::new(
            format!("Còn lại: `{folder}`, phần sửa thêm do người đặt (`systemctl edit`); không dùng nữa thì xóa thư mục ấy."),
            format!("Stays: `{folder}`, what a person changed of it (`systemctl edit`); delete that folder if it is needed no more."),
        ));
    }
    if whose.is_packaged(choice) {
        stays.push(Text::new(
            format!("Còn lại: dịch vụ `{}` của gói cài đặt trong `{PACKAGED_UNITS}`; gỡ nó cùng gói.", choice.name),
            format!(
                "Stays: the package's own service `{}` in `{PACKAGED_UNITS}`; it goes with its package.",
                choice.name
            ),
        ));
    }
    if matches!(whose, Whose::User) {
        stays.push(Text::new(
            "Còn lại nếu đã bật: dịch vụ của người dùng chạy từ lúc bật máy; không dịch vụ nào cần nữa thì tắt: sudo loginctl disable-linger $USER",
            "Stays if it was enabled: services of this user run from the start of the PC on; if none needs that any more: sudo loginctl disable-linger $USER",
        ));
    }
    stays
}

/// The same failure, with what it leaves in place.
fn still_there(failure: Failure, file: &Path) -> Failure {
    let (Failure { status, text }, file) = (failure, file.display());
    let text = Text::new(
        format!("{}; chưa gỡ được: `{file}` còn đó; dịch vụ của máy phải gỡ bằng `sudo`", text.vi),
        format!("{}; it is not removed: `{file}` stays; a service of the system's is removed with `sudo`", text.en),
    );
    Failure { status, text }
}

fn of_a_package(choice: &Choice) -> Failure {
    Failure {
        status: PROBLEMS,
        text: Text::new(
            format!(
                "dịch vụ `{0}` là của gói cài đặt (`{PACKAGED_UNITS}/{0}.service`); tắt bằng `sudo systemctl disable --now {0}`, gỡ cùng gói",
                choice.name
            ),
            format!(
                "the service `{0}` is a package's (`{PACKAGED_UNITS}/{0}.service`); stop it with `sudo systemctl disable --now {0}`, it goes with its package",
                choice.name
            ),
        ),
    }
}

fn no_folder() -> Failure {
    failed(&Text::new("không biết thư mục nhà của người dùng", "the user's home folder is not known"))
}

pub(super) fn restart(choice: &Choice, context: &Context) -> Result<u8, Failure> {
    let whose = whose_is_there(choice, context)?;
    if !whose.is_installed(choice)? {
        return Err(not_installed(choice));
    }
    whose.systemctl(&["restart", &choice.name])?;
    put_line(&restarted(choice), context.lang)?;
    Ok(0)
}

pub(super) fn status(choice: &Choice, context: &Context) -> Result<Stands, Failure> {
    let whose = whose_is_there(choice, context)?;
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
        line.filter(|value| !value.is_empty()).map(str::to_owned)
    };
    let state = value("ActiveState").unwrap_or_else(|| "?".to_owned());
    Ok(Stands {
        active: state == "active",
        state,
        detail: value("SubState"),
        enabled: value("UnitFileState"),
        restarts: value("NRestarts").and_then(|restarts| restarts.parse().ok()),
        says: value("StatusText"),
    })
}

fn no_systemd(error: &std::io::Error) -> Failure {
    let why = files::cause(error);
    Failure {
        status: UNREACHED,
        text: Text::new(
            format!("máy này không có systemd ({}); hãy cho trình quản lý của máy chạy `loa run`", why.vi),
            format!("this PC has no systemd ({}); have its own supervisor start `loa run`", why.en),
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

/// Whoever stops Loa for good is not told to install it.
fn nothing_to_remove(choice: &Choice) -> Failure {
    Failure {
        status: UNREACHED,
        text: Text::new(
            format!(
                "chưa cài dịch vụ `{}` nên không có gì để gỡ; Loa đang chạy trong một cửa sổ thì đóng cửa sổ ấy",
                choice.name
            ),
            format!(
                "no service `{}` is installed, so that there is nothing to remove; where Loa runs in a window, close that",
                choice.name
            ),
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
