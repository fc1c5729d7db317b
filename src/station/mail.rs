//! `[alerts] mail`: the mailbox that alerts go out from, and to whom.

use lettre::message::Mailbox;

use super::alerts::{Secret, secret};
use crate::problem::{Span, Text};
use crate::reading::tree::Node;
use crate::reading::{Block, Reader};

/// A mailbox to send from and those to send to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The name of the mail server.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept from others.
    pub security: Security,
    /// Who logs in, where the server asks for that.
    pub login: Option<Login>,
    /// `Đài phường <dai@phuong.example>`.
    pub from: String,
    /// One at least.
    pub to: Vec<String>,
}

/// Who logs in at a mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The account.
    pub user: String,
    /// Where its password is.
    pub password: Secret,
}

/// How a connection is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after a greeting in the open; a server that does not offer it gets nothing.
    Starttls,
    /// None: for a server in the same building.
    Open,
}

impl Security {
    /// The port that servers usually have for it.
    fn port(self) -> u16 {
        match self {
            Security::Tls => 465,
            Security::Starttls => 587,
            Security::Open => 25,
        }
    }
}

const KEYS: [&str; 9] =
    ["server", "port", "security", "user", "password_file", "password_env", "from", "to", "password"];
const SECURITIES: &[(Security, &[&str])] =
    &[(Security::Tls, &["tls", "ssl"]), (Security::Starttls, &["starttls"]), (Security::Open, &["không", "none"])];
const EXAMPLE: &str = "{ server = \"…\", from = \"…\", to = [\"…\"] }";

/// Reads `{…}`.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Mail> {
    let mut block = reader.inline("mail", node, &KEYS, EXAMPLE)?;
    if let Some(node) = block.node("password") {
        open_password(&mut block, node.span);
    }
    let server = block.needed_line("server", "\"smtp.phuong.example\"");
    let server = server.filter(|server| is_server(&mut block, server));
    let security = match block.node("security") {
        Some(_) => block.word("security", SECURITIES),
        None => Some(Security::Tls),
    };
    let port = match block.node("port") {
        Some(node) => port(&mut block, node),
        None => security.map(Security::port),
    };
    let login = login(&mut block);
    let from = block.needed_line("from", "\"loa@phuong.example\"");
    let from = from.filter(|from| is_mailbox(&mut block, "from", from));
    if let Some(node) = block.need("to", "[\"truc@phuong.example\"]") {
        // Nobody to send to is no way.
        block.reader.list("to", node, false);
    }
    let to = block.lines("to", "\"truc@phuong.example\"");
    let to: Vec<String> = to.into_iter().filter(|to| is_mailbox(&mut block, "to", to)).collect();
    let mail = Mail { server: server?, port: port?, security: security?, login: login?, from: from?, to };
    if mail.security == Security::Open && mail.login.is_some() && !is_here(&mail.server) {
        password_in_the_open(&mut block);
    }
    (!mail.to.is_empty()).then_some(mail)
}

/// Outer none: it cannot be used. Inner none: nobody logs in.
fn login(block: &mut Block<'_, '_, '_>) -> Option<Option<Login>> {
    let password = secret(block.reader, block.table, "password");
    let has_password = ["password_file", "password_env"].iter().any(|key| block.node(key).is_some());
    if block.node("user").is_none() && !has_password {
        return Some(None);
    }
    let user = block.needed_line("user", "\"loa@phuong.example\"");
    if !has_password {
        let _ = block.need("password_file", "\"mat-khau.txt\"");
    }
    Some(Some(Login { user: user?, password: password? }))
}

fn port(block: &mut Block<'_, '_, '_>, node: &Node) -> Option<u16> {
    let number = block.reader.count("port", node, 1)?;
    let port = u16::try_from(number).ok();
    if port.is_none() {
        let message = Text::new(
            format!("không có cổng mạng `{number}`: số cổng từ 1 đến 65535"),
            format!("there is no port `{number}`: ports go from 1 to 65535"),
        );
        let help = Text::new("thường là 465 (tls) hoặc 587 (starttls)", "usually 465 (tls) or 587 (starttls)");
        block.reader.refuse("bad-number", node.span, message, help);
    }
    port
}

fn is_server(block: &mut Block<'_, '_, '_>, server: &str) -> bool {
    let good = server.chars().all(|c| c.is_alphanumeric() || ".-_[:]".contains(c)) && server.matches(':').count() != 1;
    if !good {
        let span = block.node("server").map_or(block.header, |node| node.span);
        let message = Text::new(
            format!("`server` chỉ ghi tên máy chủ thư, không ghi `{server}`"),
            format!("`server` is the name of a mail server alone, not `{server}`"),
        );
        let help = Text::new(
            "bỏ phần `smtp://` và phần đường dẫn; cổng ghi ở `port`",
            "leave out `smtp://` and any path; the port goes into `port`",
        );
        block.reader.refuse("bad-address", span, message, help);
    }
    good
}

/// A server on this very PC.
fn is_here(server: &str) -> bool {
    ["localhost", "127.0.0.1", "::1", "[::1]"].contains(&server)
}

fn is_mailbox(block: &mut Block<'_, '_, '_>, key: &str, written: &str) -> bool {
    let good = written.parse::<Mailbox>().is_ok();
    if !good {
        let span = block.node(key).map_or(block.header, |node| node.span);
        let message = Text::new(
            format!("`{key}` có địa chỉ thư không đúng: `{written}`"),
            format!("`{key}` holds no mail address: `{written}`"),
        );
        let help = Text::new(
            "ghi như `truc@phuong.example` hoặc `Trực đài <truc@phuong.example>`",
            "write as in `truc@phuong.example` or `On duty <truc@phuong.example>`",
        );
        block.reader.refuse("bad-address", span, message, help);
    }
    good
}

fn open_password(block: &mut Block<'_, '_, '_>, span: Span) {
    let message = Text::new(
        "mật khẩu không được ghi trong tệp này: nhật ký giữ lại nguyên văn tệp",
        "no password belongs into this file: the log keeps the file's text",
    );
    let help = Text::new(
        "ghi mật khẩu vào một tệp riêng rồi ghi tên tệp ở `password_file`, hoặc tên biến môi trường ở `password_env`; nên đổi mật khẩu này",
        "write it into a file of its own and name that in `password_file`, or a variable in `password_env`; better change this password",
    );
    block.reader.refuse("open-password", span, message, help);
}

fn password_in_the_open(block: &mut Block<'_, '_, '_>) {
    let span = block.node("security").map_or(block.header, |node| node.span);
    let message =
        Text::new("mật khẩu sẽ đi qua mạng không được che", "the password would cross the network for all to read");
    let help = Text::new(
        "dùng `security = \"tls\"` hoặc `\"starttls\"`, hoặc bỏ `user` nếu máy chủ không cần đăng nhập",
        "use `security = \"tls\"` or `\"starttls\"`, or delete `user` if the server asks for no login",
    );
    block.reader.refuse("open-password", span, message, help);
}
