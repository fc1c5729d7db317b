//! `loa user`: who may use the console.

use std::io::{BufRead as _, IsTerminal as _};

use clap::{Subcommand, ValueEnum};
use serde_json::json;

use super::find_segment::problems;
use super::printing::{put, put_line};
use super::{Context, Failure, aside};
use crate::clock;
use crate::console::Role;
use crate::console::accounts::{Accounts, Act, Password};
use crate::files;
use crate::problem::{Lang, Text};

/// Tài khoản của trang điều khiển · the console's accounts.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa user add \"Nguyễn Thị Lan\" --role admin")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Thêm một tài khoản; mật khẩu được hỏi, hoặc đọc từ đầu vào chuẩn · adds an account; the password is asked for, or read from
    /// standard input.
    Add {
        /// Họ tên, được ghi vào nhật ký · the person's name, which stands in the log
        #[arg(value_name = "NAME")]
        name: String,
        /// Vai trò: được làm gì trên trang · the role: what it may do on the page
        #[arg(long, value_enum, value_name = "ROLE")]
        role: RoleArg,
    },
    /// Đặt mật khẩu mới; các phiên đang mở phải đăng nhập lại · gives a new password; open sessions must log in again.
    Password {
        /// Tên tài khoản · the account's name
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Xóa một tài khoản · removes an account.
    Remove {
        /// Tên tài khoản · the account's name
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Kể các tài khoản · lists the accounts.
    List {
        /// In ra JSON, cho chương trình khác · prints JSON, for programs
        #[arg(long)]
        json: bool,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleArg {
    Viewer,
    Operator,
    Approver,
    Admin,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Role {
        match role {
            RoleArg::Viewer => Role::Viewer,
            RoleArg::Operator => Role::Operator,
            RoleArg::Approver => Role::Approver,
            RoleArg::Admin => Role::Admin,
        }
    }
}

/// Does it, whether or not a daemon runs.
///
/// # Errors
/// The accounts cannot be opened; the name is taken or unknown; the password is too short.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    std::fs::create_dir_all(home.var()).map_err(|error| {
        let (why, var) = (crate::files::cause(&error), home.var());
        let var = var.display();
        problems(Text::new(
            format!("không tạo được thư mục `{var}`: {}; xem quyền ghi và chỗ trống trên đĩa", why.vi),
            format!("`{var}` cannot be made: {}; look at the rights to write and the room on the disk", why.en),
        ))
    })?;
    let mut accounts = Accounts::open(&home.accounts_file()).map_err(problems)?;
    let by = super::asking::asker(None, context.lang)?;
    let note = |accounts: &mut Accounts, what: Act, name: &str| {
        // That it cannot be written down undoes nothing; the next change of the file will say what is wrong with it.
        let _ = accounts.note_deed(&by, what, &Text::same(name), clock::now());
    };
    let done = match &args.what {
        What::List { json } => return list(&accounts, *json, context.lang),
        What::Add { name, role } => {
            let all = accounts.all().map_err(|error| unread(&error))?;
            if all.is_empty() && Role::from(*role) != Role::Admin {
                return Err(no_admin_yet(name));
            }
            let password = password(name, context.lang)?;
            let account = accounts.add(name, (*role).into(), &password, clock::now()).map_err(problems)?;
            note(&mut accounts, Act::UserAdd, &account.name);
            let role = account.role.words();
            Text::new(
                format!("Đã thêm tài khoản `{}` ({})", account.name, role.vi),
                format!("Added the account `{}` ({})", account.name, role.en),
            )
        }
        What::Password { name } => {
            let password = password(name, context.lang)?;
            let account = accounts.give_password(name, &password).map_err(problems)?;
            note(&mut accounts, Act::UserPassword, &account.name);
            Text::new(
                format!("Đã đặt mật khẩu mới cho `{}`", account.name),
                format!("`{}` has another password", account.name),
            )
        }
        What::Remove { name } => {
            let account = accounts.remove(name).map_err(problems)?;
            note(&mut accounts, Act::UserRemove, &account.name);
            Text::new(format!("Đã xóa tài khoản `{}`", account.name), format!("Removed the account `{}`", account.name))
        }
    };
    put_line(&done, context.lang)?;
    Ok(0)
}

/// The first account ends the way to set the station up by the page; without an admin nobody could go on there.
fn no_admin_yet(name: &str) -> Failure {
    problems(Text::new(
        format!(
            "chưa có tài khoản quản trị nào, nên chưa thêm `{name}`: thêm người quản trị trước bằng `loa user add TÊN --role admin`, hoặc mở đường dẫn mà `loa run` in ra để tạo trên trang"
        ),
        format!(
            "there is no admin yet, so `{name}` was not added: add one first with `loa user add NAME --role admin`, or open the address that `loa run` prints and make one on the page"
        ),
    ))
}

fn unread(error: &anyhow::Error) -> Failure {
    let why = files::cause_in(error);
    problems(Text::new(
        format!(
            "không đọc được tệp tài khoản: {}; xem quyền đọc tệp `var/accounts.db`, hoặc chép lại nó từ bản lưu",
            why.vi
        ),
        format!(
            "the accounts cannot be read: {}; look at the rights to read `var/accounts.db`, or put it back from a copy",
            why.en
        ),
    ))
}

fn list(accounts: &Accounts, as_json: bool, lang: Lang) -> Result<u8, Failure> {
    let all = accounts.all().map_err(|error| unread(&error))?;
    if as_json {
        let users = all.iter().map(|account| json!({ "name": account.name, "role": account.role.code() }));
        put(&format!("{:#}\n", json!({ "users": users.collect::<Vec<_>>() })))?;
    } else if all.is_empty() {
        let none = Text::new(
            "Chưa có tài khoản nào; thêm bằng `loa user add TÊN --role admin`",
            "No accounts yet; add one with `loa user add NAME --role admin`",
        );
        put_line(&none, lang)?;
    }
    if !as_json {
        for account in all {
            put(&format!("{}  {}\n", account.name, account.role.words().get(lang)))?;
        }
    }
    Ok(0)
}

/// The password: from the terminal, twice, without being shown; else the first line of standard input.
fn password(name: &str, lang: Lang) -> Result<Password, Failure> {
    let unread = |error: std::io::Error| {
        let why = crate::files::cause(&error);
        problems(Text::new(
            format!("không đọc được mật khẩu: {}; gõ mật khẩu ở cửa sổ lệnh, hoặc đưa vào đầu vào chuẩn", why.vi),
            format!("the password cannot be read: {}; type it at a terminal, or give it on standard input", why.en),
        ))
    };
    let written = if std::io::stdin().is_terminal() {
        let ask = |text: &Text| {
            aside(&format!("{}: ", text.get(lang)));
            rpassword::read_password()
        };
        let first = ask(&Text::new(format!("Mật khẩu của {name}"), format!("Password of {name}"))).map_err(unread)?;
        let again = ask(&Text::new("Nhập lại", "Again")).map_err(unread)?;
        if first != again {
            return Err(problems(Text::new(
                "hai lần nhập mật khẩu không giống nhau; hãy làm lại",
                "the two passwords are not the same; do it again",
            )));
        }
        first
    } else {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map_err(unread)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    Password::new(&written).map_err(problems)
}
