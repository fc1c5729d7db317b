//! The repository's recordings in the dresses that streams wear: ADTS, transport streams, fragments of MP4. All the
//! wrapping is the rig's own, so that the program's reading of it is never judged by itself.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs::File;

use symphonia::core::codecs::CodecParameters;
use symphonia::core::formats::FormatOptions;
use symphonia::core::formats::probe::Hint;
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

use super::station::recordings;

/// Frames of sound in one of AAC.
pub const AAC_FRAMES: usize = 1024;

/// The AAC of `mot-cua.m4a` (48 kHz, mono): its raw frames and their configuration.
pub fn aac() -> (Vec<Vec<u8>>, Vec<u8>) {
    let stream =
        MediaSourceStream::new(Box::new(File::open(recordings().join("mot-cua.m4a")).unwrap()), Default::default());
    let probe = symphonia::default::get_probe();
    let mut reader = probe
        .probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
        .unwrap_or_else(|fault| panic!("{fault}"));
    let config = match &reader.tracks()[0].codec_params {
        Some(CodecParameters::Audio(params)) => params.extra_data.clone().unwrap().to_vec(),
        _ => panic!("no sound"),
    };
    let mut frames = Vec::new();
    while let Some(packet) = reader.next_packet().unwrap() {
        frames.push(packet.data.to_vec());
    }
    (frames, config)
}

/// A frame with its ADTS header: AAC-LC, 48 kHz, mono.
pub fn adts(frame: &[u8]) -> Vec<u8> {
    let len = frame.len() + 7;
    let head =
        [0xFF, 0xF1, 1 << 6 | 3 << 2, 1 << 6 | (len >> 11) as u8, (len >> 3) as u8, (len << 5) as u8 | 0x1F, 0xFC];
    [&head, frame].concat()
}

/// Frames as a transport stream whose programme and sound are on the given PIDs.
pub fn ts(frames: &[Vec<u8>], programme: u16, sound: u16, first: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let [high, low] = (0xE000 | programme).to_be_bytes();
    packets(&mut out, 0, &section(&[0x00, 0xB0, 0x0D, 0, 1, 0xC1, 0, 0, 0, 1, high, low]));
    let [high, low] = (0xE000 | sound).to_be_bytes();
    // A picture stands before the sound in the table, as in many a radio's.
    let table =
        [0x02, 0xB0, 0x17, 0, 1, 0xC1, 0, 0, high, low, 0xF0, 0, 0x1B, 0xE1, 0xFF, 0xF0, 0, 0x0F, high, low, 0xF0, 0];
    packets(&mut out, programme, &section(&table));
    for (n, frame) in frames.iter().enumerate() {
        let pts = ((first + n) * AAC_FRAMES) as u64 * 90_000 / 48_000;
        let stamp = [
            0x21 | (pts >> 29) as u8 & 0x0E,
            (pts >> 22) as u8,
            (pts >> 14) as u8 | 1,
            (pts >> 7) as u8,
            (pts << 1) as u8 | 1,
        ];
        let body = adts(frame);
        let len = (body.len() + 8) as u16;
        let head = [&[0, 0, 1, 0xC0][..], &len.to_be_bytes(), &[0x80, 0x80, 5], &stamp].concat();
        packets(&mut out, sound, &[head, body].concat());
    }
    out
}

/// A table with its pointer and its checksum.
fn section(table: &[u8]) -> Vec<u8> {
    let crc = table.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte) << 24, |crc, _| crc << 1 ^ if crc >> 31 == 1 { 0x04C1_1DB7 } else { 0 })
    });
    [&[0], table, &crc.to_be_bytes()].concat()
}

fn packets(out: &mut Vec<u8>, pid: u16, payload: &[u8]) {
    for (n, part) in payload.chunks(184).enumerate() {
        let start = if n == 0 { 0x40 } else { 0 };
        let fill = 184 - part.len();
        let has_fill = if fill > 0 { 0x30 } else { 0x10 };
        out.extend([0x47, start | (pid >> 8) as u8, pid as u8, has_fill | (n % 16) as u8]);
        if fill > 0 {
            out.push(fill as u8 - 1);
            out.extend((1..fill).map(|at| if at == 1 { 0 } else { 0xFF }));
        }
        out.extend(part);
    }
}

fn boxed(name: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    [&(body.len() as u32 + 8).to_be_bytes()[..], name, &body].concat()
}

/// A box with a version and flags.
fn full(name: &[u8; 4], version: u8, flags: u32, parts: &[&[u8]]) -> Vec<u8> {
    let head = (u32::from(version) << 24 | flags).to_be_bytes();
    boxed(name, &[&head, &parts.concat()])
}

/// The header of a fragmented MP4 with one track of AAC, 48 kHz mono.
pub fn mp4_header(config: &[u8]) -> Vec<u8> {
    let be32 = |value: u32| value.to_be_bytes();
    let matrix: Vec<u8> =
        [0x1_0000_u32, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000].iter().flat_map(|v| v.to_be_bytes()).collect();
    let times = [be32(0), be32(0), be32(48_000), be32(0)].concat();
    let mvhd = full(b"mvhd", 0, 0, &[&times, &be32(0x1_0000), &[1, 0], &[0; 10], &matrix, &[0; 24], &be32(2)]);
    let tkhd = full(b"tkhd", 0, 7, &[&[0; 8], &be32(1), &[0; 8], &[0; 8], &[0; 8], &matrix, &[0; 8]]);
    let mdhd = full(b"mdhd", 0, 0, &[&times, &[0x55, 0xC4, 0, 0]]);
    let hdlr = full(b"hdlr", 0, 0, &[&[0; 4], b"soun", &[0; 12], b"\0"]);
    let specific = [&[5, config.len() as u8], config].concat();
    let decoder = [&[4, 13 + specific.len() as u8, 0x40, 0x15, 0, 0, 0][..], &[0; 8], &specific].concat();
    let descriptor = [&[3, (3 + decoder.len() + 3) as u8, 0, 1, 0][..], &decoder, &[6, 1, 2]].concat();
    let esds = full(b"esds", 0, 0, &[&descriptor]);
    let rate = (48_000_u32 << 16).to_be_bytes();
    let mp4a = boxed(b"mp4a", &[&[0; 6], &[0, 1], &[0; 8], &[0, 1, 0, 16], &[0; 4], &rate, &esds]);
    let stsd = full(b"stsd", 0, 0, &[&be32(1), &mp4a]);
    let none = |name: &[u8; 4]| full(name, 0, 0, &[&[0; 4]]);
    let stsz = full(b"stsz", 0, 0, &[&[0; 8]]);
    let stbl = boxed(b"stbl", &[&stsd, &none(b"stts"), &none(b"stsc"), &stsz, &none(b"stco")]);
    let dref = full(b"dref", 0, 0, &[&be32(1), &full(b"url ", 0, 1, &[])]);
    let minf = boxed(b"minf", &[&full(b"smhd", 0, 0, &[&[0; 4]]), &boxed(b"dinf", &[&dref]), &stbl]);
    let trak = boxed(b"trak", &[&tkhd, &boxed(b"mdia", &[&mdhd, &hdlr, &minf])]);
    let trex = full(b"trex", 0, 0, &[&be32(1), &be32(1), &be32(AAC_FRAMES as u32), &be32(0), &be32(0)]);
    let ftyp = boxed(b"ftyp", &[b"iso5", &be32(0), b"iso5", b"mp41"]);
    [ftyp, boxed(b"moov", &[&mvhd, &trak, &boxed(b"mvex", &[&trex])])].concat()
}

/// One fragment of it; `first` is the number of its first frame.
pub fn mp4_fragment(frames: &[Vec<u8>], first: usize) -> Vec<u8> {
    let be32 = |value: usize| (value as u32).to_be_bytes();
    let sizes: Vec<u8> = frames.iter().flat_map(|frame| be32(frame.len())).collect();
    let time = ((first * AAC_FRAMES) as u64).to_be_bytes();
    let moof = |offset: usize| {
        let tfhd = full(b"tfhd", 0, 0x2_0000, &[&be32(1)]);
        let tfdt = full(b"tfdt", 1, 0, &[&time]);
        let trun = full(b"trun", 0, 0x201, &[&be32(frames.len()), &be32(offset), &sizes]);
        boxed(b"moof", &[&full(b"mfhd", 0, 0, &[&be32(first + 1)]), &boxed(b"traf", &[&tfhd, &tfdt, &trun])])
    };
    let offset = moof(0).len() + 8;
    [moof(offset), boxed(b"mdat", &[&frames.concat()])].concat()
}
