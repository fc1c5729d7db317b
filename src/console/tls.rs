//! What the page shows of itself under TLS: the ward's own certificate, or one that Loa made and keeps.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use crate::files;
use crate::home::Home;
use crate::problem::Text;
use crate::station::{Certificate, Console};

/// How the page is encrypted.
pub(super) struct Tls {
    /// Shakes hands.
    pub acceptor: TlsAcceptor,
    /// SHA-256 of the certificate, as browsers show it: what a person compares before they trust it.
    pub fingerprint: String,
}

/// What `listening` asks for; none where the page goes without.
///
/// # Errors
/// A sentence for the user: a file that cannot be read or written, or is no certificate.
pub(super) fn tls(home: &Home, listening: &Console) -> Result<Option<Tls>, Text> {
    let Some(certificate) = &listening.tls else { return Ok(None) };
    let (certificate, key) = match certificate {
        Certificate::Files { certificate, key } => (home.root().join(certificate), home.root().join(key)),
        Certificate::OwnMade => own_made(home, listening)?,
    };
    let chain = CertificateDer::pem_file_iter(&certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|error| unusable(&certificate, &not_read(&error)))?;
    let own_key = PrivateKeyDer::from_pem_file(&key).map_err(|error| unusable(&key, &not_read(&error)))?;
    let fingerprint = chain.first().map(Sha256::digest).unwrap_or_default();
    let fingerprint = fingerprint.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, own_key))
        .map_err(|error| unusable(&certificate, &not_taken(&error)))?;
    Ok(Some(Tls { acceptor: TlsAcceptor::from(Arc::new(config)), fingerprint }))
}

/// Loa's own; the one there is, so that a browser that was told to trust it goes on doing so.
fn own_made(home: &Home, listening: &Console) -> Result<(PathBuf, PathBuf), Text> {
    let folder = home.var().join("tls");
    let (certificate, key) = (folder.join("loa.pem"), folder.join("loa.key"));
    if certificate.exists() && key.exists() {
        return Ok((certificate, key));
    }
    let mut names = listening.names.clone();
    names.extend(["localhost".to_owned(), "127.0.0.1".to_owned()]);
    names.extend(listening.listen.map(|at| at.ip()).filter(|ip| !ip.is_unspecified()).map(|ip| ip.to_string()));
    let made = rcgen::generate_simple_self_signed(names);
    let made = made.map_err(|error| unusable(&certificate, &files::quoted(&error)))?;
    let written = fs::create_dir_all(&folder)
        .and_then(|()| put(&key, &made.signing_key.serialize_pem()))
        .and_then(|()| put(&certificate, &made.cert.pem()));
    written.map_err(|error| {
        let (why, folder) = (files::cause(&error), folder.display());
        Text::new(
            format!("không ghi được chứng thư vào `{folder}`: {}", why.vi),
            format!("the certificate cannot be written to `{folder}`: {}", why.en),
        )
    })?;
    Ok((certificate, key))
}

fn put(path: &Path, text: &str) -> std::io::Result<()> {
    files::owners_only(path)?;
    let mut file = fs::File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Why a file gives no certificate and no key.
fn not_read(error: &pem::Error) -> Text {
    match error {
        pem::Error::Io(error) => files::cause(error),
        pem::Error::NoItemsFound => Text::new("trong tệp không có khóa riêng", "there is no private key in it"),
        _ => Text::new("tệp không phải dạng PEM, hoặc bị hỏng", "it is no PEM file, or a damaged one"),
    }
}

/// Why a certificate and its key are not taken.
fn not_taken(error: &rustls::Error) -> Text {
    match error {
        rustls::Error::NoCertificatesPresented => {
            Text::new("trong tệp không có chứng thư", "there is no certificate in it")
        }
        rustls::Error::InconsistentKeys(_) => {
            Text::new("khóa riêng không phải của chứng thư này", "the private key is not that of this certificate")
        }
        rustls::Error::InvalidCertificate(_) => Text::new("chứng thư bị hỏng", "the certificate is damaged"),
        other => files::quoted(other),
    }
}

fn unusable(path: &Path, why: &Text) -> Text {
    let path = path.display();
    Text::new(
        format!("không dùng được chứng thư `{path}`: {}; hãy xem `certificate` và `key` trong phần [console]", why.vi),
        format!("the certificate `{path}` cannot be used: {}; look at `certificate` and `key` in [console]", why.en),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Certificate and key of a folder, written there, and what is said of them in both languages.
    fn said(folder: &Path, certificate: &str, key: &str) -> Vec<String> {
        fs::write(folder.join("a.pem"), certificate).unwrap();
        fs::write(folder.join("a.key"), key).unwrap();
        let listening = Console {
            tls: Some(Certificate::Files { certificate: "a.pem".into(), key: "a.key".into() }),
            ..Console::default()
        };
        let why = tls(&Home::at(folder), &listening).err().expect("it is refused");
        assert!(why.en.contains("look at `certificate` and `key`"), "{why:?}");
        [why.vi, why.en].map(|text| text.split(": ").nth(1).unwrap().split(';').next().unwrap().to_owned()).into()
    }

    #[test]
    fn why_a_certificate_is_not_taken_is_said_in_both_languages() {
        let folder = tempfile::tempdir().unwrap();
        let made = || rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let (one, other) = (made(), made());
        let (certificate, key) = (one.cert.pem(), one.signing_key.serialize_pem());
        let damaged = certificate.replacen("MII", "!!!", 1);
        for (certificate, key, vi, en) in [
            (certificate.as_str(), "", "trong tệp không có khóa riêng", "there is no private key in it"),
            ("", key.as_str(), "trong tệp không có chứng thư", "there is no certificate in it"),
            (&damaged, &key, "tệp không phải dạng PEM, hoặc bị hỏng", "it is no PEM file, or a damaged one"),
            (
                &certificate,
                &other.signing_key.serialize_pem(),
                "khóa riêng không phải của chứng thư này",
                "the private key is not that of this certificate",
            ),
        ] {
            assert_eq!(said(folder.path(), certificate, key), [vi, en]);
        }
        assert_eq!(not_read(&pem::Error::Io(std::io::ErrorKind::NotFound.into())).en, "it is not there");
    }
}
