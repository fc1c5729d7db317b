//! Mail by SMTP.

use std::error::Error as _;
use std::time::Duration;

use lettre::message::{Mailbox, header};
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{SmtpTransport, Transport as _};

use crate::alerts::Message;
use crate::files;
use crate::problem::Text;
use crate::station::{Mail, Security};
use crate::system::network;

/// A server that says nothing for so long is left.
const SILENCE: Duration = Duration::from_secs(10);

/// Sends `message` through the server of `mail`.
///
/// # Errors
/// Why it was not taken, for the user.
pub(super) fn send(mail: &Mail, password: Option<String>, message: &Message) -> Result<(), Text> {
    let letter = letter(mail, message).map_err(|why| not_taken(mail, &files::quoted(&why)))?;
    let server = server(mail, password).map_err(|why| not_taken(mail, &in_words(&why)))?;
    server.send(&letter).map_err(|why| not_taken(mail, &in_words(&why)))?;
    Ok(())
}

/// What the network says, in words; else what the server says, which it does in its own language.
fn in_words(why: &smtp::Error) -> Text {
    let mut source = why.source();
    while let Some(inner) = source {
        if let Some(of_network) = inner.downcast_ref::<std::io::Error>() {
            return network::cause(of_network);
        }
        source = inner.source();
    }
    if why.is_tls() {
        return Text::new(
            format!("không lập được kết nối mã hóa: “{why}”"),
            format!("no encrypted connection comes about: “{why}”"),
        );
    }
    Text::new(format!("máy chủ báo “{why}”"), format!("the server says “{why}”"))
}

fn letter(mail: &Mail, message: &Message) -> anyhow::Result<lettre::Message> {
    let mut letter = lettre::Message::builder()
        .from(mail.from.parse::<Mailbox>()?)
        .subject(message.subject.clone())
        .message_id(None)
        .header(header::MIME_VERSION_1_0)
        .header(header::ContentType::TEXT_PLAIN);
    for to in &mail.to {
        letter = letter.to(to.parse::<Mailbox>()?);
    }
    Ok(letter.body(message.text.clone())?)
}

fn server(mail: &Mail, password: Option<String>) -> Result<SmtpTransport, smtp::Error> {
    let name = mail.server.trim_matches(['[', ']']);
    let tls = match mail.security {
        Security::Tls => Tls::Wrapper(TlsParameters::new(name.to_owned())?),
        Security::Starttls => Tls::Required(TlsParameters::new(name.to_owned())?),
        Security::Open => Tls::None,
    };
    let mut server = SmtpTransport::builder_dangerous(name).port(mail.port).tls(tls).timeout(Some(SILENCE));
    if let (Some(login), Some(password)) = (&mail.login, password) {
        server = server.credentials(Credentials::new(login.user.clone(), password));
    }
    Ok(server.build())
}

fn not_taken(mail: &Mail, why: &Text) -> Text {
    let (server, port) = (&mail.server, mail.port);
    Text::new(
        format!(
            "máy chủ thư `{server}:{port}` không nhận thư ({}); hãy xem mạng, `server`, `security`, tài khoản và mật khẩu",
            why.vi
        ),
        format!(
            "the mail server `{server}:{port}` does not take the mail ({}); look at the network, `server`, `security`, account and password",
            why.en
        ),
    )
}
