//! The operator's page and its API: what a browser on the station's PC does the whole job with. It runs on threads of its
//! own and asks the daemon as the commands do: it changes nothing itself but files, and can neither hold the loop up nor
//! bring it down.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tokio::sync::oneshot;
use tower_http::catch_panic::CatchPanicLayer;

use crate::files;
use crate::problem::Text;
use crate::station;

pub mod accounts;
mod address;
mod api;
mod assets;
mod blocks;
pub mod came;
mod ended;
mod form;
mod fresh;
mod guard;
mod guarded;
mod leads;
mod library;
mod link;
mod listening;
mod log;
mod login;
mod metrics;
mod on_air;
pub mod own_words;
mod page;
mod places;
mod plan;
mod problems;
mod refill;
mod refused;
mod remembered;
mod renewing;
mod report;
mod returned;
mod role;
mod savable;
mod say;
mod script_words;
mod set_up;
mod silence;
mod site;
pub mod standing;
mod station_page;
mod tls;
pub mod unlike;
mod who;
mod words;

use accounts::{Accounts, Keeper, Token};
pub use link::{Link, Snapshot, Sounding, Status};
use refused::Refused;
pub use role::Role;
use site::Site;

/// Who is being answered while another page takes the place of this one is answered to the end, for this long: `guard` gives a
/// request no more. A recording that is still on its way then, which may take an hour, has to be sent again.
const FAREWELL: Duration = guard::PATIENCE;
/// Threads that answer.
const WORKERS: usize = 2;
/// Threads that read files and databases for them.
const READERS: usize = 8;

/// What it needs.
#[derive(Debug)]
pub struct Setup {
    /// The way to the daemon.
    pub link: Link,
    /// Where it listens, and how.
    pub listening: station::Console,
}

/// A page that is served until this is dropped.
pub struct Served {
    url: String,
    /// The same for a browser on this PC.
    here: String,
    fingerprint: Option<String>,
    site: Site,
    runtime: Option<tokio::runtime::Runtime>,
    /// Told, or dropped, it takes no more connections.
    end: Option<oneshot::Sender<()>>,
    /// Where it listens.
    bound: Option<Bound>,
}

/// An address that is listened on: it outlives what is served there, so that whoever comes while that changes only waits.
#[derive(Debug)]
pub struct Bound {
    /// As `station.toml` has it.
    asked: SocketAddr,
    listener: TcpListener,
}

impl Bound {
    /// Takes an address; `kept`, if it is the same one.
    fn of(asked: SocketAddr, kept: Option<Bound>) -> Result<Bound, Text> {
        let failed = |error: std::io::Error| unbound(asked, &error);
        // Another address may be the same port: what was held is let go first.
        if let Some(kept) = kept.filter(|kept| kept.asked == asked) {
            return Ok(kept);
        }
        let listener = TcpListener::bind(asked).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        Ok(Bound { asked, listener })
    }
}

/// Who asks, by address.
#[derive(Clone, Copy, Debug)]
struct Peer(SocketAddr);

/// Serves the page; on the address that is `kept` from what was served before, if that is the one.
///
/// # Errors
/// A sentence for the user: the address cannot be had, the accounts or the certificate cannot be read.
pub fn serve(setup: Setup, kept: Option<Bound>) -> Result<Served, Text> {
    let at = setup.listening.listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
    let failed = |error: std::io::Error| unbound(at, &error);
    let bound = Bound::of(at, kept)?;
    let listener = bound.listener.try_clone().map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let accounts = Accounts::open(&setup.link.home().accounts_file())?;
    let tls = tls::tls(setup.link.home(), &setup.listening)?;
    let first = first(&accounts);
    let site = Site::new(setup, Keeper::of(accounts).map_err(failed)?, first);
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(WORKERS).max_blocking_threads(READERS).thread_name("console").enable_all();
    // Whoever floods the page takes nothing from the sound.
    runtime.on_thread_start(crate::system::stand_back);
    let runtime = runtime.build().map_err(failed)?;
    let (tls, fingerprint) = tls.map(|tls| (tls.acceptor, tls.fingerprint)).unzip();
    // What a crash left of uploads, off the loop that waits here.
    let library = crate::library::Library::of(site.link.home());
    runtime.spawn_blocking(move || library.sweep());
    let (end, ends) = oneshot::channel();
    runtime.spawn(listening::listen(listener, tls, router(&site), ends));
    let scheme = if site.secure { "https" } else { "http" };
    let url = |at: SocketAddr| format!("{scheme}://{at}/");
    let (here, url) = (url(address::on_this_pc(address)), url(address::in_the_network(address)));
    Ok(Served { url, here, fingerprint, site, runtime: Some(runtime), end: Some(end), bound: Some(bound) })
}

/// The token of the first start, where there is nobody yet.
fn first(accounts: &Accounts) -> Option<Token> {
    if accounts.is_empty().unwrap_or(false) { Token::fresh().ok() } else { None }
}

fn unbound(at: SocketAddr, error: &std::io::Error) -> Text {
    if error.kind() == std::io::ErrorKind::AddrInUse {
        return Text::new(
            format!(
                "địa chỉ {at} đã có chương trình khác dùng; hãy đổi cổng ở `listen` trong phần [console] của station.toml"
            ),
            format!(
                "another program has the address {at}; choose another port for `listen` in [console] of station.toml"
            ),
        );
    }
    let why = files::cause(error);
    Text::new(format!("không mở được trang điều khiển ở {at}: {}", why.vi), format!("no page at {at}: {}", why.en))
}

impl Served {
    /// Where a browser finds it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// SHA-256 of its certificate, as browsers show it; none without TLS.
    pub fn fingerprint(&self) -> Option<&str> {
        self.fingerprint.as_deref()
    }

    /// The link of the first start, while there is no account.
    pub fn first_link(&self) -> Option<String> {
        self.site.first().map(|token| format!("{}bat-dau?ma={token}", self.here))
    }

    /// Takes no more connections, and hands its address on. Who is being answered is answered to the end, but for a recording
    /// that takes longer than [`FAREWELL`] to come.
    pub fn hand_over(mut self) -> Option<Bound> {
        self.end = None;
        if let Some(runtime) = self.runtime.take() {
            let last = move || {
                std::thread::sleep(FAREWELL);
                runtime.shutdown_background();
            };
            if let Err(error) = std::thread::Builder::new().name("console-end".into()).spawn(last) {
                tracing::warn!(%error, "who was being answered is left");
            }
        }
        self.bound.take()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Whoever is being answered is left: the daemon waits for no browser.
            runtime.shutdown_background();
        }
    }
}

fn router(site: &Site) -> Router {
    let pages = Router::new()
        .merge(on_air::routes())
        .merge(login::routes())
        .merge(set_up::routes())
        .merge(plan::routes())
        .merge(blocks::routes())
        .merge(library::routes())
        .merge(log::routes())
        .merge(report::routes())
        .merge(station_page::routes())
        .merge(api::routes())
        .merge(metrics::routes())
        .merge(assets::routes())
        .fallback(async || Refused::not_found());
    guarded(pages, site)
}

/// The pages with all that stands before them: once before all, not once before each, which took a memory of its own.
fn guarded(pages: Router<Site>, site: &Site) -> Router {
    // From the inside out.
    Router::new()
        .fallback_service(pages.with_state(site.clone()))
        .layer(from_fn_with_state(site.clone(), returned::comes_back))
        .layer(DefaultBodyLimit::max(guard::BODY_LIMIT))
        .layer(from_fn(guard::in_time))
        .layer(from_fn_with_state(site.clone(), guard::session))
        .layer(from_fn_with_state(site.clone(), guard::same_site))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(site.clone(), refused::dress))
        .layer(from_fn(guard::headers))
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> axum::response::Response {
    use axum::response::IntoResponse as _;
    Refused::broken(&anyhow::anyhow!("a page panicked")).into_response()
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use super::*;
    use crate::home::Home;
    use crate::problem::Lang;

    fn asked(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn site() -> (tempfile::TempDir, Site) {
        let dir = tempfile::tempdir().unwrap();
        let accounts = Accounts::open(&dir.path().join("accounts.db")).unwrap();
        let link = Link::new(&Home::at(dir.path()), Lang::Vi, |question| question);
        let setup = Setup { link, listening: station::Console::default() };
        (dir, Site::new(setup, Keeper::of(accounts).unwrap(), None))
    }

    #[tokio::test]
    async fn who_is_being_answered_while_the_page_is_exchanged_is_answered_and_asks_the_next_one_for_more() {
        let (_dir, site) = site();
        let (came, mut coming) = tokio::sync::mpsc::channel::<()>(1);
        let go = std::sync::Arc::new(tokio::sync::Notify::new());
        let goes = go.clone();
        let pages = Router::new().fallback(move || {
            let (came, goes) = (came.clone(), goes.clone());
            async move {
                came.send(()).await.unwrap();
                goes.notified().await;
                "xong"
            }
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (end, ends) = oneshot::channel();
        let listens = tokio::spawn(listening::listen(listener, None, guarded(pages, &site), ends));
        let answer = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            write!(stream, "GET / HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
            // It was to be kept open: that it ends is the page's doing.
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        });
        coming.recv().await.unwrap();
        drop(end);
        listens.await.unwrap();
        go.notify_one();
        let answer = answer.await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("xong"), "{answer}");
    }

    #[test]
    fn what_the_exchange_of_the_page_breaks_off_is_a_page_that_comes_back_by_itself() {
        let (_dir, site) = site();
        let gone = tokio::runtime::Runtime::new().unwrap();
        let handle = gone.handle().clone();
        gone.shutdown_background();
        let refused = tokio::runtime::Runtime::new().unwrap().block_on(async {
            let _of_the_page_that_goes = handle.enter();
            site.work(|| ()).await.unwrap_err()
        });
        assert_eq!((refused.status.as_u16(), refused.code), (503, "exchanged"));
    }

    #[tokio::test]
    async fn a_page_that_panics_costs_that_page_alone() {
        let (_dir, site) = site();
        let pages = Router::new().fallback(async |asked: axum::http::Uri| {
            assert_eq!(asked.path(), "/lanh", "on purpose");
            "lành"
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (_end, ends) = oneshot::channel();
        tokio::spawn(listening::listen(listener, None, guarded(pages, &site), ends));
        let answers = tokio::task::spawn_blocking(move || ["/hong", "/lanh"].map(|path| asked(address, path)));
        let [broken, whole] = answers.await.unwrap();
        assert!(broken.starts_with("HTTP/1.1 500 ") && broken.contains("var/log/"), "{broken}");
        assert!(whole.starts_with("HTTP/1.1 200 ") && whole.ends_with("lành"), "{whole}");
    }
}
