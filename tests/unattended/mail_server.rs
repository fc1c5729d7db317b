//! A mail server on loopback that takes letters, or behaves as badly as a test asks.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// How it behaves.
#[derive(Clone, Copy, Debug)]
pub enum Manner {
    /// Wants a login, takes it and every letter.
    AsksWho,
    /// Refuses the recipient.
    Refuses,
    /// Closes in the middle of the letter.
    Closes,
    /// Greets and says nothing more.
    Stalls,
}

/// A running server and what it was told.
pub struct MailServer {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    pub fn start(manner: Manner) -> MailServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let all = heard.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let all = all.clone();
                std::thread::spawn(move || converse(stream, manner, &all));
            }
        });
        MailServer { address, heard }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Every line it was told so far, the letters' own among them.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

fn converse(mut stream: TcpStream, manner: Manner, heard: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut say = {
        let mut stream = stream.try_clone()?;
        move |line: &str| write!(stream, "{line}\r\n")
    };
    say("220 thu.example ESMTP")?;
    if matches!(manner, Manner::Stalls) {
        return io::copy(&mut stream, &mut io::sink()).map(|_| ());
    }
    let mut in_letter = false;
    for line in BufReader::new(stream.try_clone()?).lines() {
        let line = line?;
        heard.lock().unwrap().push(line.clone());
        match (in_letter, line.get(..4).unwrap_or_default(), manner) {
            (true, _, Manner::Closes) => return stream.shutdown(std::net::Shutdown::Both),
            (true, _, _) if line == "." => {
                in_letter = false;
                say("250 taken")?;
            }
            (true, ..) => {}
            (false, "EHLO", Manner::AsksWho) => say("250-thu.example\r\n250 AUTH PLAIN LOGIN")?,
            (false, "RCPT", Manner::Refuses) => say("550 no such person")?,
            (false, "AUTH", _) => say("235 welcome")?,
            (false, "DATA", _) => {
                in_letter = true;
                say("354 go on")?;
            }
            (false, "QUIT", _) => return say("221 bye"),
            (false, ..) => say("250 ok")?,
        }
    }
    Ok(())
}
