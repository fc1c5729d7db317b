//! What the page shows of itself under TLS: the ward's own certificate, or one that Loa made and keeps.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

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
    let chain = chain.map_err(|error| unusable(&certificate, &error))?;
    let own_key = PrivateKeyDer::from_pem_file(&key).map_err(|error| unusable(&key, &error))?;
    let fingerprint = chain.first().map(Sha256::digest).unwrap_or_default();
    let fingerprint = fingerprint.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, own_key))
        .map_err(|error| unusable(&certificate, &error))?;
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
    let made = rcgen::generate_simple_self_signed(names).map_err(|error| unusable(&certificate, &error))?;
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

fn unusable(path: &Path, error: &dyn std::fmt::Display) -> Text {
    let path = path.display();
    Text::new(
        format!("không dùng được chứng thư `{path}` ({error}); hãy xem `certificate` và `key` trong phần [console]"),
        format!("the certificate `{path}` cannot be used ({error}); look at `certificate` and `key` in [console]"),
    )
}
