//! Connections: how many, how they begin, and how long they may say nothing.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::service::Service as _;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

use super::Peer;

/// Connections at one moment; more wait to be taken.
const CONNECTIONS: usize = 512;
/// A request's head is there within this, or the connection ends; so does one that asks nothing more.
const HEAD: Duration = Duration::from_secs(5);
/// The hands are shaken within this.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// A request's head at most, in bytes.
const LONGEST_HEAD: usize = 32 * 1024;
/// When none can be taken (no file handle is left), it is tried again after this.
const LATER: Duration = Duration::from_millis(200);

/// Answers whoever comes, for as long as the runtime lives.
pub(super) async fn listen(listener: std::net::TcpListener, tls: Option<TlsAcceptor>, router: Router) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!(%error, "the console cannot listen"),
    };
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        let (stream, peer) = match listener.accept().await {
            Ok(taken) => taken,
            Err(error) => {
                tracing::warn!(%error, "the console cannot take a connection");
                tokio::time::sleep(LATER).await;
                continue;
            }
        };
        let (router, tls) = (router.clone(), tls.clone());
        tokio::spawn(async move {
            let _place = place;
            // What is written is small and waited for.
            let _ = stream.set_nodelay(true);
            match tls {
                None => converse(stream, Peer(peer), router).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
                        converse(stream, Peer(peer), router).await;
                    }
                }
            }
        });
    }
}

async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, peer: Peer, router: Router) {
    let answers = TowerToHyperService::new(router);
    let with_peer = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        answers.call(request)
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(LONGEST_HEAD);
    // A broken connection is the asker's trouble, not ours.
    let _ = http.serve_connection(TokioIo::new(stream), with_peer).await;
}
