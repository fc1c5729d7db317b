//! Mail by SMTP.

use std::time::Duration;

use lettre::message::{Mailbox, header};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{SmtpTransport, Transport as _};

use crate::alerts::Message;
use crate::problem::Text;
use crate::station::{Mail, Security};

/// A server that says nothing for so long is left.
const SILENCE: Duration = Duration::from_secs(10);

/// Sends `message` through the server of `mail`.
///
/// # Errors
/// Why it was not taken, for the user.
pub(super) fn send(mail: &Mail, password: Option<String>, message: &Message) -> Result<(), Text> {
    let letter = letter(mail, message).map_err(|why| not_taken(mail, &why.to_string()))?;
    let server = server(mail, password).map_err(|why| not_taken(mail, &why.to_string()))?;
    server.send(&letter).map_err(|why| {
        // The server's own words say more than the library's.
        let said = why.to_string();
        not_taken(mail, &said)
    })?;
    Ok(())
}

fn letter(mail: &Mail, message: &Message) -> anyhow::Result<lettre::Message> {
    let mut letter = lettre::Message::builder()
        .from(mail.from.parse::<Mailbox>()?)
        .subject(message.subject.clone())
        .header(header::ContentType::TEXT_PLAIN);
    for to in &mail.to {
        letter = letter.to(to.parse::<Mailbox>()?);
    }
    Ok(letter.body(message.text.clone())?)
}

fn server(mail: &Mail, password: Option<String>) -> Result<SmtpTransport, lettre::transport::smtp::Error> {
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

fn not_taken(mail: &Mail, why: &str) -> Text {
    let (server, port) = (&mail.server, mail.port);
    Text::new(
        format!(
            "máy chủ thư `{server}:{port}` không nhận thư ({why}); hãy xem mạng, `server`, `security`, tài khoản và mật khẩu"
        ),
        format!(
            "the mail server `{server}:{port}` does not take the mail ({why}); look at the network, `server`, `security`, account and password"
        ),
    )
}
