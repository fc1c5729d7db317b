//! Live HLS: the playlist slides on by one piece each time it is asked for.

use std::io::Write;
use std::net::TcpStream;

use loa::audio::relay::{Fault, Heard, Terms, Why};

use super::support::server::{Asked, Server, head, whole};
use super::support::{pulse, streams};
use super::{Ear, among_others, known, like, ready, terms, tuned, until};

/// Frames of AAC in a piece: two seconds, of which the playlist says that they are one, so that it is asked often.
const PIECE: usize = 94;
/// Pieces that a playlist names.
const NAMED: usize = 3;
/// The number of the first piece.
const FIRST: usize = 2_147_483_600;

/// How the pieces are wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dress {
    Ts,
    /// Each piece with PIDs of its own, behind a discontinuity.
    TsAnew,
    /// Behind a tag with the time, as packed audio has it.
    Adts,
    Mp4,
    /// Pieces are bytes of one file.
    Ranges,
}

/// `mot-cua.m4a` over and over, cut into pieces.
struct Radio {
    dress: Dress,
    /// As they are asked for again and again.
    pieces: Vec<Vec<u8>>,
    config: Vec<u8>,
}

impl Radio {
    fn new(dress: Dress) -> Radio {
        Radio::lasting(dress, 2)
    }

    /// So many times the recording: after the last one its playlist stands still.
    fn lasting(dress: Dress, times: usize) -> Radio {
        let (frames, config) = streams::aac();
        Radio::of(dress, &vec![frames; times].concat(), config)
    }

    /// Five pieces of it backwards, all of it, and two of its beginning.
    fn with_a_lead() -> Radio {
        let (frames, config) = streams::aac();
        let lead: Vec<_> = frames.iter().rev().cycle().take(5 * PIECE).cloned().collect();
        let frames = [&lead, &frames, &frames[..2 * PIECE]].concat();
        Radio::of(Dress::Ts, &frames, config)
    }

    fn of(dress: Dress, frames: &[Vec<u8>], config: Vec<u8>) -> Radio {
        let piece = |(n, frames): (usize, &[Vec<u8>])| match dress {
            Dress::Ts | Dress::Ranges => streams::ts(frames, 0x100, 0x101, n * PIECE),
            Dress::TsAnew => streams::ts(frames, 0x200 + n as u16 * 2, 0x201 + n as u16 * 2, n * PIECE),
            Dress::Adts => {
                let mut bytes = b"ID3\x04\0\0\0\0\0\x0APRIV\0\0\0\0\0\0".to_vec();
                frames.iter().for_each(|frame| bytes.extend(streams::adts(frame)));
                bytes
            }
            Dress::Mp4 => streams::mp4_fragment(frames, n * PIECE),
        };
        let pieces = frames.chunks(PIECE).enumerate().map(piece).collect();
        Radio { dress, pieces, config }
    }

    /// The playlist that begins with piece `from`.
    fn list(&self, from: usize) -> String {
        let mut text = format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:{}\n", FIRST + from);
        if self.dress == Dress::Mp4 {
            text += "#EXT-X-MAP:URI=\"../dau.mp4\"\n";
        }
        for n in (from..from + NAMED).take_while(|n| *n < self.pieces.len()) {
            text += match self.dress {
                Dress::TsAnew => "#EXT-X-DISCONTINUITY\n#EXTINF:1.0,\n",
                _ => "#EXTINF:1.0,\n",
            };
            let (from, len) = (self.pieces[..n].iter().map(Vec::len).sum::<usize>(), self.pieces[n].len());
            text += &match self.dress {
                Dress::Ranges => format!("#EXT-X-BYTERANGE:{len}@{from}\n/ca.ts\n"),
                _ => format!("/manh/{n}?k=1\n"),
            };
        }
        text
    }

    fn answer(&self, asked: &Asked, to: &mut TcpStream) -> std::io::Result<()> {
        match asked.path.strip_prefix("/manh/") {
            Some(n) => whole(to, &self.pieces[n.trim_end_matches("?k=1").parse::<usize>().unwrap()]),
            None => match asked.path.as_str() {
                "/dau.mp4" => whole(to, &streams::mp4_header(&self.config)),
                "/ca.ts" => {
                    let range = asked.headers["range"].strip_prefix("bytes=").unwrap().to_owned();
                    let (from, last) = range.split_once('-').unwrap();
                    let (from, last): (usize, usize) = (from.parse().unwrap(), last.parse().unwrap());
                    head(to, "206 Partial Content", &[&format!("Content-Length: {}", last + 1 - from)])?;
                    to.write_all(&self.pieces.concat()[from..=last])
                }
                _ => head(to, "404 Not Found", &["Content-Length: 0"]),
            },
        }
    }
}

/// Serves a radio; its playlist is what `list` says at the n-th look.
fn serve(radio: Radio, list: impl Fn(&Radio, usize) -> Option<String> + Send + Sync + 'static) -> Server {
    Server::start(move |asked, to| match asked.path.as_str() {
        "/chinh.m3u8" => whole(
            to,
            b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=640x360,CODECS=\"avc1.4d001f,mp4a.40.2\"\n\
              hinh.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS=\"mp4a.40.2\"\nvov1/tieng.m3u8?s=7\n",
        ),
        "/he.m3u8" => {
            whole(to, b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=48000,CODECS=\"mp4a.40.5\"\nvov1/tieng.m3u8?s=7\n")
        }
        "/vov1/tieng.m3u8?s=7" => match list(&radio, asked.before) {
            Some(text) => whole(to, text.as_bytes()),
            None => head(to, "503 Service Unavailable", &["Content-Length: 0"]),
        },
        _ => radio.answer(asked, to),
    })
}

#[test]
fn live_hls_is_heard_without_a_seam_in_every_dress() {
    let _others = among_others();
    let recording = known("mot-cua.m4a");
    for dress in [Dress::Ts, Dress::TsAnew, Dress::Adts, Dress::Mp4, Dress::Ranges] {
        println!("{dress:?}");
        // Longer than a busy PC takes to listen to eight seconds of it.
        let server = serve(Radio::lasting(dress, 8), |radio, n| Some(radio.list(n)));
        let mut live = tuned(&server.url("/chinh.m3u8"), &["nhac-hieu.flac"], terms());
        ready(&live, 3_000);
        let mut ear = Ear::new();
        ear.hear_source(&mut live, 8_000);
        assert_eq!(ear.states(), [Heard::Source]);
        like(&recording, &ear.track, 0.0);
        assert_eq!(live.stats().last_fault, None);
    }
}

#[test]
fn a_playlist_that_jumps_fails_or_loses_a_piece_is_followed_on() {
    let _others = among_others();
    let recording = known("mot-cua.m4a");
    type List = fn(&Radio, usize) -> Option<String>;
    let cases: [(&str, List); 4] = [
        ("forward", |radio, n| Some(radio.list(if n < 2 { n } else { n + 3 }))),
        ("begun anew", |radio, n| {
            let text = radio.list(if n < 2 { n } else { n + 3 });
            let old = format!("SEQUENCE:{}", FIRST + n + 3);
            Some(if n < 2 { text } else { text.replace(&old, &format!("SEQUENCE:{n}")) })
        }),
        ("a piece is gone", |radio, n| Some(radio.list(n).replace("/manh/4?", "/khong-co/4?"))),
        ("no answer now and then", |radio, n| (n % 3 != 1).then(|| radio.list(n - n / 3))),
    ];
    for (name, list) in cases {
        println!("{name}");
        let server = serve(Radio::with_a_lead(), list);
        let mut live = tuned(&server.url("/chinh.m3u8"), &[], terms());
        let mut ear = Ear::new();
        ready(&live, 2_600);
        ear.hear_source(&mut live, 18_300);
        let near_s = match name {
            "no answer now and then" => 10.0,
            // One piece is missing before it.
            _ => 8.0,
        };
        like(&recording, &ear.track, near_s);
        assert_eq!((ear.states(), live.stats().reconnects), (vec![Heard::Source], 0));
    }
}

#[test]
fn a_playlist_that_goes_stale_gives_way_to_the_fallback() {
    let _others = among_others();
    let server = serve(Radio::new(Dress::Ts), |radio, n| Some(radio.list(n.min(2))));
    let mut live = tuned(&server.url("/chinh.m3u8"), &["nhac-hieu.flac"], terms());
    ready(&live, 9_900);
    let mut ear = Ear::new();
    // Before it is asked for anew, which gives some of them once more.
    ear.take(&mut live, 9_900);
    ear.hear(&mut live, 2_100);
    assert_eq!(ear.states(), [Heard::Source, Heard::Fallback(Why::Absent)]);
    // All five pieces that were named, less the fade that the fallback comes in under.
    assert!((9_850..=10_040).contains(&(ear.heard[0].1 / 48)), "{} ms of the source", ear.heard[0].1 / 48);
    until(&live, |live| live.stats().last_fault == Some(Fault::Stale));
}

#[test]
fn announced_he_aac_goes_through_ffmpeg_or_is_told() {
    let _others = among_others();
    let server = serve(Radio::new(Dress::Ts), |radio, n| Some(radio.list(n)));
    let without = Terms { ffmpeg: "no-such-program".into(), ..terms() };
    let live = tuned(&server.url("/he.m3u8"), &[], without);
    until(&live, |live| live.stats().last_fault == Some(Fault::HeAac));
    drop(live);
    if !pulse::installed("ffmpeg") || cfg!(not(target_os = "linux")) {
        println!("skipped: no ffmpeg here");
        return;
    }
    let recording = known("mot-cua.m4a");
    for dress in [Dress::Ts, Dress::Mp4] {
        let server = serve(Radio::new(dress), |radio, n| Some(radio.list(n)));
        let mut live = tuned(&server.url("/he.m3u8"), &[], terms());
        ready(&live, 3_000);
        let mut ear = Ear::new();
        ear.hear_source(&mut live, 8_000);
        like(&recording, &ear.track, 0.0);
        drop(live);
        let server = serve(Radio::new(dress), |radio, n| Some(radio.list(n / 4)));
        let live = tuned(&server.url("/he.m3u8"), &[], terms());
        ready(&live, 1_000);
        kill_helper();
        until(&live, |live| live.stats().reconnects == 1);
        assert!(matches!(live.stats().last_fault, Some(Fault::Broken(_))), "{:?}", live.stats());
    }
}

/// Ends the ffmpeg that a relay of this process has started, as a full memory would.
fn kill_helper() {
    #[cfg(target_os = "linux")]
    for pid in super::losses::children() {
        let pid = rustix::process::Pid::from_raw(pid.parse().unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    }
}
