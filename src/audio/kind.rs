//! What kind of file it is, by its bytes: the extension is not asked. Kinds that are not read get their name here, so
//! that the operator learns what to do with them.

use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom};

use crate::problem::Text;

use super::mpeg_frames::id3v2_len;
use super::wav::{self, WavLayout};

/// Bytes looked at.
const HEAD_BYTES: usize = 512;
/// ID3v2 tags in front of the sound that are stepped over.
const MOST_TAGS: usize = 8;

/// How a file is to be read.
#[derive(Debug)]
pub(super) enum Kind {
    /// By the library's reader, from the first byte.
    Container(Container),
    /// By the library's reader, behind a clean header.
    Wav(WavLayout),
    /// By the walk over MPEG frames; if it finds none, the text says what it may be.
    Mpeg(Text),
    /// Not at all.
    Refused(Text),
}

/// Containers that say of themselves what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    /// Ogg: its pages say how much there ought to be.
    Ogg,
    /// FLAC: so does its header, and it holds a checksum of the sound.
    Flac,
    /// MP4/M4A.
    Mp4,
    /// Raw AAC in ADTS frames.
    Adts,
    /// AIFF, CAF, Matroska.
    Other,
}

/// Looks at the first bytes of `file` and, for WAV, at its chunks.
pub(super) fn of(file: &mut File, file_len: u64) -> Result<Kind> {
    let mut start = 0_u64;
    let mut head = head_at(file, start)?;
    for _ in 0..MOST_TAGS {
        let Some(len) = head.get(..10).and_then(id3v2_len) else { break };
        start = start.saturating_add(len);
        let next = head_at(file, start)?;
        if next.is_empty() {
            break;
        }
        head = next;
    }
    if let Some(text) = refused(&head) {
        return Ok(Kind::Refused(text));
    }
    Ok(match head.as_slice() {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..]
        | [b'R', b'F', b'6', b'4', _, _, _, _, b'W', b'A', b'V', b'E', ..]
        | [b'B', b'W', b'6', b'4', _, _, _, _, b'W', b'A', b'V', b'E', ..] => wav_kind(wav::layout(file, file_len)?),
        [b'r', b'i', b'f', b'f', 0x2E, 0x91, 0xCF, 0x11, ..] => wav_kind(wav::layout_w64(file, file_len)?),
        [b'O', b'g', b'g', b'S', ..] => Kind::Container(Container::Ogg),
        [b'f', b'L', b'a', b'C', ..] => Kind::Container(Container::Flac),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] | [_, _, _, _, b'm', b'o', b'o', b'v', ..] => {
            Kind::Container(Container::Mp4)
        }
        [b'F', b'O', b'R', b'M', _, _, _, _, b'A', b'I', b'F', ..]
        | [b'c', b'a', b'f', b'f', ..]
        | [0x1A, 0x45, 0xDF, 0xA3, ..] => Kind::Container(Container::Other),
        [0xFF, second, ..] if second & 0xF6 == 0xF0 => Kind::Container(Container::Adts),
        _ => Kind::Mpeg(unrecognised(&head)),
    })
}

fn head_at(file: &mut File, at: u64) -> Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    file.seek(SeekFrom::Start(at))?;
    file.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    Ok(head)
}

fn wav_kind(layout: Option<WavLayout>) -> Kind {
    match layout {
        None => Kind::Refused(Text::new(
            "phần đầu tệp WAV bị hỏng (không tìm thấy mô tả âm thanh hoặc dữ liệu); hãy mở bằng phần mềm ghi âm và lưu lại thành WAV",
            "the header of this WAV is damaged (no format or no data to be found); open it in an editor and save it as WAV again",
        )),
        Some(layout) if !wav::is_read(layout.tag) => {
            Kind::Refused(unread(&format!("WAV ({})", wav::tag_name(layout.tag))))
        }
        Some(layout) => Kind::Wav(layout),
    }
}

/// "X cannot be read here, save it as …".
pub(super) fn unread(name: &str) -> Text {
    Text::new(
        format!("Loa không đọc được kiểu âm thanh {name}; hãy xuất lại thành MP3, FLAC hoặc WAV"),
        format!("Loa does not read {name}; export it again as MP3, FLAC or WAV"),
    )
}

/// The file holds no sound at all but `vi`/`en`.
fn not_sound(vi: &str, en: &str) -> Text {
    Text::new(
        format!("đây là {vi}, không phải tệp âm thanh; hãy chép lại đúng tệp ghi âm"),
        format!("this is {en}, not a recording; copy the right file"),
    )
}

fn unrecognised(head: &[u8]) -> Text {
    if let [0xFF, a, b, ..] = head
        && a & 0xE0 == 0xE0
        && b >> 4 == 0
    {
        return unread("MP3 (free format)");
    }
    Text::new(
        "không nhận ra âm thanh trong tệp này; hãy mở thử bằng phần mềm nghe nhạc rồi chép hoặc xuất lại",
        "no sound is recognised in this file; try it in a player, then copy it or export it again",
    )
}

/// Whether it is bare GSM 06.10, which has no header: each of its frames of 33 bytes begins with the same four bits.
fn is_gsm(head: &[u8]) -> bool {
    const FRAME_BYTES: usize = 33;
    const ENOUGH: usize = 8;
    let mut frames = head.chunks_exact(FRAME_BYTES);
    frames.len() >= ENOUGH && frames.all(|frame| frame[0] >> 4 == 0xD)
}

fn refused(head: &[u8]) -> Option<Text> {
    const SOUND: [(&[u8], &str); 11] = [
        (b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", "WMA"),
        (b"#!AMR", "AMR"),
        (b"\x0B\x77", "AC-3"),
        (b"\x7F\xFE\x80\x01", "DTS"),
        (b".RMF", "RealAudio"),
        (b".ra\xFD", "RealAudio"),
        (b"wvpk", "WavPack"),
        (b"MAC ", "Monkey's Audio (APE)"),
        (b"TTA1", "True Audio (TTA)"),
        (b".snd", "AU"),
        (b"MThd", "MIDI"),
    ];
    const OTHER: [(&[u8], &str, &str); 7] = [
        (b"PK\x03\x04", "tệp nén hoặc văn bản Office", "an archive or an Office document"),
        (b"\xD0\xCF\x11\xE0", "văn bản Office", "an Office document"),
        (b"%PDF", "văn bản PDF", "a PDF document"),
        (b"Rar!", "tệp nén RAR", "a RAR archive"),
        (b"7z\xBC\xAF", "tệp nén 7z", "a 7z archive"),
        (b"\x89PNG", "ảnh PNG", "a PNG picture"),
        (b"\xFF\xD8\xFF", "ảnh JPEG", "a JPEG picture"),
    ];
    if let Some((_, name)) = SOUND.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(unread(name));
    }
    if let Some((_, vi, en)) = OTHER.iter().find(|(magic, _, _)| head.starts_with(magic)) {
        return Some(not_sound(vi, en));
    }
    if is_gsm(head) {
        return Some(unread("GSM"));
    }
    if head.starts_with(b"OggS") {
        const SPEEX: &[u8] = b"Speex   ";
        let page = &head[..head.len().min(64)];
        return page.windows(SPEEX.len()).any(|part| part == SPEEX).then(|| unread("Speex"));
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    if text.first() == Some(&b'<') {
        return Some(not_sound("trang web (HTML) lưu nhầm", "a web page (HTML) saved by mistake"));
    }
    let printable = head.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7E));
    printable.then(|| not_sound("tệp văn bản", "a text file"))
}
