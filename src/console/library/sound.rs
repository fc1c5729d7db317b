//! A recording, heard in the browser: as it is where a browser plays it, else decoded; any part of it.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use futures_util::stream;
use serde::Deserialize;

use crate::audio::listening::{DecodedWav, Piece, WavBytes, browser_type};
use crate::console::refused::Refused;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::library::{Library, Refusal};

/// Bytes read and sent at a time.
const PIECE_BYTES: u64 = 128 * 1024;

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    ten: String,
}

/// Where the bytes come from.
enum Source {
    /// The file itself, and how many are still to be sent.
    File(File, u64),
    /// What a decode makes.
    Wav(Box<WavBytes>),
}

/// What one step gave.
enum Step {
    Bytes(Bytes),
    /// Nothing yet: what lies before was decoded.
    Before,
    End,
}

impl Source {
    fn step(&mut self) -> io::Result<Step> {
        match self {
            Source::File(_, 0) => Ok(Step::End),
            Source::File(file, left) => {
                let mut piece = vec![0; usize::try_from(PIECE_BYTES.min(*left)).unwrap_or(0)];
                file.read_exact(&mut piece)?;
                *left -= piece.len() as u64;
                Ok(Step::Bytes(piece.into()))
            }
            Source::Wav(bytes) => Ok(match bytes.step() {
                Piece::Before => Step::Before,
                Piece::Bytes(piece) => Step::Bytes(Bytes::copy_from_slice(piece)),
                Piece::End => Step::End,
            }),
        }
    }
}

/// How a recording is sent, before anything of it is.
enum Form {
    AsItIs(&'static str),
    Decoded(DecodedWav),
}

pub(super) async fn heard(
    State(site): State<Site>,
    _: Who,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response<Body>, Refused> {
    let wanted = headers.get(header::RANGE).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let library = Library::of(site.link.home());
    let opened = site.work(move || open(&library, &asked.ten, wanted.as_deref())).await?;
    let (source, kind, range, len_bytes) = match opened {
        Ok(opened) => opened,
        Err(Unheard::Refused(refusal, rel)) => {
            return Err(Refused { status: StatusCode::NOT_FOUND, ..Refused::bad(refusal.words(&rel)) });
        }
        Err(Unheard::Beyond(len_bytes)) => return Ok(beyond(len_bytes)),
    };
    let (status, sent) = match range {
        Some(range) => (StatusCode::PARTIAL_CONTENT, range),
        None => (StatusCode::OK, 0..len_bytes),
    };
    let mut response = Response::new(body(site, source));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(sent.end - sent.start));
    if status == StatusCode::PARTIAL_CONTENT {
        let said = format!("bytes {}-{}/{len_bytes}", sent.start, sent.end - 1);
        headers.extend(HeaderValue::from_str(&said).map(|value| (header::CONTENT_RANGE, value)));
    }
    Ok(response)
}

enum Unheard {
    Refused(Refusal, String),
    /// What was asked for lies behind its end.
    Beyond(u64),
}

type Opened = (Source, &'static str, Option<Range<u64>>, u64);

fn open(library: &Library, rel: &str, wanted: Option<&str>) -> Result<Opened, Unheard> {
    let refused = |refusal| Unheard::Refused(refusal, format!("audio/{rel}"));
    let unfit = |fault| refused(Refusal::Unfit(fault));
    let path = library.path(rel).map_err(refused)?;
    let form = match browser_type(&path).map_err(unfit)? {
        Some(kind) => Form::AsItIs(kind),
        None => {
            let facts = library.catalogue().facts(library.audio(), &[rel.to_owned()]).remove(rel);
            let facts = facts.unwrap_or(Err(crate::schedule::audio_facts::AudioFault::Absent)).map_err(unfit)?;
            Form::Decoded(DecodedWav::of(&facts))
        }
    };
    let disk = |error: io::Error| unfit(crate::audio::io_fault(&error));
    let len_bytes = match &form {
        Form::AsItIs(_) => path.metadata().map_err(disk)?.len(),
        Form::Decoded(wav) => wav.len_bytes(),
    };
    let range = match wanted.map(|wanted| range_of(wanted, len_bytes)) {
        Some(Some(Err(()))) => return Err(Unheard::Beyond(len_bytes)),
        Some(Some(Ok(range))) => Some(range),
        Some(None) | None => None,
    };
    let sent = range.clone().unwrap_or(0..len_bytes);
    Ok(match form {
        Form::AsItIs(kind) => {
            let mut file = File::open(&path).map_err(disk)?;
            file.seek(SeekFrom::Start(sent.start)).map_err(disk)?;
            (Source::File(file, sent.end - sent.start), kind, range, len_bytes)
        }
        Form::Decoded(wav) => {
            let bytes = wav.read(&path, sent.start, sent.end).map_err(unfit)?;
            (Source::Wav(Box::new(bytes)), "audio/wav", range, len_bytes)
        }
    })
}

/// The bytes that `bytes=FROM-TO` asks for; none for what we need not understand, then all are sent.
fn range_of(wanted: &str, len_bytes: u64) -> Option<Result<Range<u64>, ()>> {
    let (from, to) = wanted.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| text.parse::<u64>().ok();
    let range = match (from, to) {
        ("", last) => len_bytes.saturating_sub(number(last)?)..len_bytes,
        (from, "") => number(from)?..len_bytes,
        (from, to) => {
            let (from, to) = (number(from)?, number(to)?);
            if to < from {
                return None;
            }
            from..to.saturating_add(1).min(len_bytes)
        }
    };
    Some(if range.start < range.end { Ok(range) } else { Err(()) })
}

fn beyond(len_bytes: u64) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
    let said = HeaderValue::from_str(&format!("bytes */{len_bytes}"));
    response.headers_mut().extend(said.map(|value| (header::CONTENT_RANGE, value)));
    response
}

/// The bytes as they are asked for. Between two pieces no thread is held, and whoever goes away ends it.
fn body(site: Site, source: Source) -> Body {
    Body::from_stream(stream::unfold(Some(source), move |source| {
        let site = site.clone();
        async move {
            let mut source = source?;
            loop {
                let stepped = site.work(move || (source.step(), source)).await;
                let Ok((step, kept)) = stepped else {
                    return Some((Err(io::Error::other("the decoder broke down")), None));
                };
                source = kept;
                match step {
                    Ok(Step::Before) => {}
                    Ok(Step::Bytes(bytes)) => return Some((Ok(bytes), Some(source))),
                    Ok(Step::End) => return None,
                    Err(error) => return Some((Err(error), None)),
                }
            }
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_what_browsers_mean_by_it() {
        for (wanted, range) in [
            ("bytes=0-", Some(Ok(0..100))),
            ("bytes=0-0", Some(Ok(0..1))),
            ("bytes=10-19", Some(Ok(10..20))),
            ("bytes=90-1000", Some(Ok(90..100))),
            ("bytes=-7", Some(Ok(93..100))),
            ("bytes=-700", Some(Ok(0..100))),
            ("bytes=100-", Some(Err(()))),
            ("bytes=-0", Some(Err(()))),
            ("bytes=5-4", None),
            ("bytes=0-1,5-6", None),
            ("lines=0-1", None),
            ("bytes=a-b", None),
        ] {
            assert_eq!(range_of(wanted, 100), range, "{wanted}");
        }
    }
}
