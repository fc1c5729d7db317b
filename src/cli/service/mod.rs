//! `loa service`: the daemon under the system's own supervisor.

use std::path::PathBuf;

use super::{Context, Failure, PROBLEMS};
use crate::problem::Text;

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
    /// Cài rồi chạy · installs the service and starts it.
    Install(Choice),
    /// Dừng rồi gỡ · stops the service and removes it; schedules, recordings and the log stay.
    Uninstall(Choice),
    /// Dịch vụ đang thế nào · how the service does.
    Status(Choice),
    /// In ra nội dung sẽ cài · prints what would be installed.
    Print(Choice),
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
        What::Status(choice) => system::status(choice, context),
        What::Print(choice) => system::print(choice, context),
        #[cfg(windows)]
        What::Serve => system::serve(context),
    }
}

/// The program and the home, as a supervisor is to call them.
fn what_to_run(context: &Context) -> Result<(PathBuf, PathBuf), Failure> {
    let home = context.find_home()?;
    let paths = || Ok((std::env::current_exe()?, std::path::absolute(home.root())?));
    paths().map_err(|error: std::io::Error| failed(&error.to_string()))
}

fn failed(why: &str) -> Failure {
    Failure {
        status: PROBLEMS,
        text: Text::new(format!("không làm được: {why}"), format!("that cannot be done: {why}")),
    }
}
