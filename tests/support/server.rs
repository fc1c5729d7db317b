//! A stream server on loopback that behaves as badly as a test asks: every request is answered by the test's own hand,
//! byte by byte, on a thread of its own.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request.
pub struct Asked {
    pub path: String,
    /// Names in small letters.
    pub headers: BTreeMap<String, String>,
    /// What was sent with it.
    pub body: Vec<u8>,
    /// How often this path was asked for before.
    pub before: usize,
}

/// Answers a request. An error (the listener went away) ends the connection, nothing else.
pub type Answer = dyn Fn(&Asked, &mut TcpStream) -> io::Result<()> + Send + Sync;

/// A running server; dropped, it closes its connections.
pub struct Server {
    address: SocketAddr,
    over: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Server {
    pub fn start(answer: impl Fn(&Asked, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (over, open) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (answer, asked): (Arc<Answer>, _) = (Arc::new(answer), Arc::new(Mutex::new(BTreeMap::new())));
        let (is_over, connections) = (over.clone(), open.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                connections.lock().unwrap().push(stream.try_clone().unwrap());
                let (answer, asked) = (answer.clone(), asked.clone());
                std::thread::spawn(move || {
                    let _ = serve(stream, answer.as_ref(), &asked);
                });
            }
        });
        Server { address, over, open }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
        for stream in self.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn serve(mut stream: TcpStream, answer: &Answer, all: &Mutex<BTreeMap<String, usize>>) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut lines = reader.by_ref().lines();
    let path = lines.next().transpose()?.and_then(|line| Some(line.split(' ').nth(1)?.to_owned())).unwrap_or_default();
    let mut headers = BTreeMap::new();
    for line in lines.map_while(Result::ok).take_while(|line| !line.is_empty()) {
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    let before = {
        let mut all = all.lock().unwrap();
        let count = all.entry(path.clone()).or_insert(0);
        *count += 1;
        *count - 1
    };
    answer(&Asked { path, headers, body, before }, &mut stream)?;
    stream.shutdown(Shutdown::Both)
}

/// Begins an answer; what follows is up to the test. It is the last one of its connection.
pub fn head(stream: &mut TcpStream, status: &str, headers: &[&str]) -> io::Result<()> {
    let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    stream.write_all(format!("HTTP/1.1 {status}\r\nConnection: close\r\n{lines}\r\n").as_bytes())
}

/// A whole answer with its length.
pub fn whole(stream: &mut TcpStream, body: &[u8]) -> io::Result<()> {
    head(stream, "200 OK", &[&format!("Content-Length: {}", body.len())])?;
    stream.write_all(body)
}

/// An answer without its length, which ends with its connection.
pub fn endless(stream: &mut TcpStream, body: &[u8]) -> io::Result<()> {
    head(stream, "200 OK", &[])?;
    stream.write_all(body)
}

/// A part of a chunked body.
pub fn chunk(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(format!("{:x}\r\n", bytes.len()).as_bytes())?;
    stream.write_all(bytes)?;
    stream.write_all(b"\r\n")
}

/// Sends nothing more and keeps the connection, until the listener or the server goes.
pub fn stall(stream: &mut TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    io::copy(stream, &mut io::sink()).map(|_| ())
}
