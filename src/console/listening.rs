//! Connections: how many, how they begin, and how long they may say nothing.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::service::Service as _;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, Semaphore, oneshot, watch};
use tokio_rustls::TlsAcceptor;

use super::Peer;

/// Connections at one moment; more wait to be taken.
const CONNECTIONS: usize = 512;
/// Those of other PCs among them: whoever sits at the station's own always finds a place.
const FROM_ELSEWHERE: usize = 384;
/// Those of one other PC: a browser with ten pages open has no more.
const OF_ONE_ADDRESS: usize = 64;
/// A request's head is there within this, or the connection ends; so does one that asks nothing more.
const HEAD: Duration = Duration::from_secs(5);
/// The hands are shaken within this.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// A request's head at most, in bytes.
const LONGEST_HEAD: usize = 32 * 1024;
/// When none can be taken (no file handle is left), it is tried again after this.
const LATER: Duration = Duration::from_millis(200);

/// Answers whoever comes, until `end` is told or gone. Who is being answered then is answered to the end, and asks whoever
/// listens there next for more.
pub(super) async fn listen(
    listener: std::net::TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    mut end: oneshot::Receiver<()>,
) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!(%error, "the console cannot listen"),
    };
    let (places, guests) = (Arc::new(Semaphore::new(CONNECTIONS)), Arc::new(Guests::default()));
    // Gone with this: each connection is told by that.
    let (_goes_on, ending) = watch::channel(());
    loop {
        let place = tokio::select! {
            biased;
            _ = &mut end => return,
            place = places.clone().acquire_owned() => place,
        };
        let Ok(place) = place else { return };
        let taken = tokio::select! {
            biased;
            _ = &mut end => return,
            taken = listener.accept() => taken,
        };
        let (stream, peer) = match taken {
            Ok(taken) => taken,
            Err(error) => {
                tracing::warn!(%error, "the console cannot take a connection");
                tokio::time::sleep(LATER).await;
                continue;
            }
        };
        // One too many is let go at once: its sender tries again.
        let Some(guest) = Guests::takes(&guests, peer.ip()) else { continue };
        let (router, tls, ending) = (router.clone(), tls.clone(), ending.clone());
        tokio::spawn(async move {
            let _places = (place, guest);
            // What is written is small and waited for.
            let _ = stream.set_nodelay(true);
            match tls {
                None => converse(stream, Peer(peer), router, ending).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
                        converse(stream, Peer(peer), router, ending).await;
                    }
                }
            }
        });
    }
}

/// Who has connections from other PCs, and how many.
#[derive(Default)]
struct Guests(Mutex<HashMap<IpAddr, usize>>);

impl Guests {
    /// A place for one more from `address`, given back when dropped; none if that one has enough.
    fn takes(all: &Arc<Guests>, address: IpAddr) -> Option<Guest> {
        let address = address.to_canonical();
        if address.is_loopback() {
            return Some(Guest(None));
        }
        let household = household(address);
        let mut counts = all.counts();
        let (whole, own) = (counts.values().sum::<usize>(), counts.get(&household).copied().unwrap_or(0));
        if whole >= FROM_ELSEWHERE || own >= OF_ONE_ADDRESS {
            return None;
        }
        counts.insert(household, own + 1);
        drop(counts);
        Some(Guest(Some((all.clone(), household))))
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One PC has as many addresses of IPv6 as it likes, all with the same first half; in a network without a router all PCs
/// have that half in common.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(global) if !global.is_unicast_link_local() => {
            Ipv6Addr::from_bits(global.to_bits() >> 64 << 64).into()
        }
        _ => address,
    }
}

/// The place of a connection; the station's own PC needs none.
struct Guest(Option<(Arc<Guests>, IpAddr)>);

impl Drop for Guest {
    fn drop(&mut self) {
        let Some((all, household)) = &self.0 else { return };
        let mut counts = all.counts();
        if let Some(count) = counts.get_mut(household) {
            *count -= 1;
            if *count == 0 {
                counts.remove(household);
            }
        }
    }
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: Peer,
    router: Router,
    mut ending: watch::Receiver<()>,
) {
    let answers = TowerToHyperService::new(router);
    let asked = Notify::new();
    let with_peer = hyper::service::service_fn(|request: Request<Incoming>| {
        asked.notify_one();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        answers.call(request)
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(LONGEST_HEAD);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), with_peer));
    // One that is told to end before its first request has come is closed unanswered: that is waited for, as long as any head is.
    let ends = async {
        let _ = ending.changed().await;
        asked.notified().await;
    };
    // A broken connection is the asker's trouble, not ours.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = ends => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::*;

    /// As many places as `address` gets, at most `most`.
    fn taken(all: &Arc<Guests>, address: &str, most: usize) -> Vec<Guest> {
        let address: IpAddr = address.parse().unwrap();
        std::iter::from_fn(|| Guests::takes(all, address)).take(most).collect()
    }

    /// What is served changes between their connecting and their asking: whoever has connected is answered all the same.
    #[tokio::test]
    async fn who_has_connected_and_not_yet_asked_when_what_is_served_ends_is_answered() {
        const ASKED: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (end, ends) = oneshot::channel();
        let router = Router::new().route("/", axum::routing::get(async || "here"));
        let served = tokio::spawn(listen(listener, None, router, ends));
        let connect = || std::net::TcpStream::connect(address).unwrap();
        let (early, first) = (connect(), connect());
        let answer = async |mut stream: std::net::TcpStream| {
            let asked = tokio::task::spawn_blocking(move || {
                let mut answer = String::new();
                // What was closed already may refuse it.
                let _ = stream.write_all(ASKED).and_then(|()| stream.read_to_string(&mut answer));
                answer
            });
            asked.await.unwrap()
        };
        // The one behind it was taken, so it was too.
        assert!(answer(first).await.ends_with("here"));
        drop(end);
        served.await.unwrap();
        // It has its time to be closed, were it to be.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert!(answer(early).await.ends_with("here"));
    }

    #[test]
    fn one_pc_takes_no_place_from_another_and_none_from_the_stations_own() {
        let all = Arc::new(Guests::default());
        let greedy = taken(&all, "192.168.1.9", 1000);
        assert_eq!((greedy.len(), taken(&all, "::ffff:192.168.1.9", 1000).len()), (OF_ONE_ADDRESS, 0));
        let many: Vec<Vec<Guest>> = (1..9).map(|n| taken(&all, &format!("192.168.2.{n}"), 1000)).collect();
        assert_eq!(greedy.len() + many.iter().map(Vec::len).sum::<usize>(), FROM_ELSEWHERE);
        for own in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(taken(&all, own, 1000).len(), 1000, "{own}");
        }
        drop(many);
        drop(greedy);
        assert!(all.counts().is_empty(), "what is over is forgotten");
        let first = taken(&all, "2001:db8:1:2:a::1", 1000);
        assert_eq!((first.len(), taken(&all, "2001:db8:1:2:b::9", 1000).len()), (OF_ONE_ADDRESS, 0));
        assert_eq!(["2001:db8:1:3::1", "fe80::1", "fe80::2"].map(|other| taken(&all, other, 1).len()), [1, 1, 1]);
    }
}
