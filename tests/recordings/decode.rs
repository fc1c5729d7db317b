//! Recordings as people hand them in: what is whole is heard whole, what is not is refused with a reason, and nothing
//! brings the program down.

use std::fs;
use std::path::Path;

use crate::sound_files::{bytes_of, honest_wav, noise, random, recording, wav};
use loa::audio::bulletin::{Bulletin, Ending};
use loa::audio::measure::measure;
use loa::audio::resampled::Resampled;
use loa::notes;
use loa::schedule::audio_facts::{AudioFacts, AudioFault};
use rodio::Source;
use tempfile::TempDir;

/// One of each format that the repository carries.
const ALL: [&str; 8] = [
    "nhac-hieu.flac",
    "loi-chao.flac",
    "ban-tin.mp3",
    "cchc-ket-qua.mp3",
    "mot-cua.m4a",
    "hoi-dap.ogg",
    "loi-nhan.opus",
    "duong-day-nong.wav",
];

/// Writes `bytes` to a file of that name and measures it.
fn measured(dir: &TempDir, name: &str, bytes: &[u8]) -> Result<AudioFacts, AudioFault> {
    let path = dir.path().join(name);
    fs::write(&path, bytes).unwrap();
    measure(&path)
}

fn refusal(found: Result<AudioFacts, AudioFault>) -> String {
    match found {
        Err(AudioFault::Undecodable(text)) => {
            // Why and one cure, in both languages.
            let fault = AudioFault::Undecodable(text.clone());
            let (words, cure) = (fault.words("a.mp3"), fault.cure());
            for (told, words, cure) in [(&text.vi, &words.vi, &cure.vi), (&text.en, &words.en, &cure.en)] {
                assert!(told.ends_with(cure.as_str()) && !words.contains(cure.as_str()) && !cure.is_empty(), "{told}");
            }
            // The log notes it in Vietnamese, and is read in either.
            let noted = notes::read(&notes::undecodable("a.mp3", &text.vi), None).en;
            assert_eq!(noted, format!("the file `audio/a.mp3` cannot be decoded: {}", text.en));
            text.en
        }
        other => panic!("expected a refusal with a reason, got {other:?}"),
    }
}

/// The file without its first frame, in which the length header stands.
fn without_length_header(mp3: &[u8]) -> Vec<u8> {
    let at = mp3.windows(4).position(|w| w == b"Xing" || w == b"Info").expect("a length header");
    let sync = |from: usize| (from..).find(|i| mp3[*i] == 0xFF && mp3[i + 1] & 0xE0 == 0xE0).unwrap();
    let head = sync(at - 36);
    mp3[sync(head + 100)..].to_vec()
}

#[test]
fn the_recordings_of_the_repository_are_whole() {
    // Rate, channels, codec, length in ms within what an encoder pads.
    let right = [
        ("nhac-hieu.flac", 44_100, 2, "flac", 5000),
        ("loi-chao.flac", 48_000, 1, "flac", 4609),
        ("ban-tin.mp3", 22_050, 1, "mp3", 11_050),
        ("cchc-ket-qua.mp3", 44_100, 2, "mp3", 10_268),
        ("mot-cua.m4a", 48_000, 1, "aac", 7673),
        ("hoi-dap.ogg", 44_100, 1, "vorbis", 8713),
        ("loi-nhan.opus", 48_000, 1, "opus", 2083),
        ("duong-day-nong.wav", 22_050, 1, "pcm_s16le", 5492),
    ];
    for (name, rate_hz, channels, codec, ms) in right {
        let facts = measure(&recording(name)).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
        assert_eq!((facts.rate_hz, facts.channels, facts.codec.as_str()), (rate_hz, channels, codec), "{name}");
        assert!(facts.file_ms.abs_diff(ms) <= 60, "{name}: {} ms", facts.file_ms);
        assert_eq!(facts.damaged_packets, 0, "{name}");
        assert_eq!(facts.frames, {
            let bulletin = Bulletin::open(&recording(name)).unwrap();
            (bulletin.count() / usize::from(channels)) as u64
        });
    }
}

#[test]
fn samples_of_a_wav_come_out_as_they_went_in() {
    let dir = TempDir::new().unwrap();
    let samples = noise(30_011 * 2);
    fs::write(dir.path().join("a.wav"), honest_wav(48_000, 2, &samples)).unwrap();
    let bulletin = Bulletin::open(&dir.path().join("a.wav")).unwrap();
    assert_eq!((bulletin.sample_rate().get(), bulletin.channels().get()), (48_000, 2));
    let mut resampled = Resampled::new(bulletin, 48_000, 2);
    let mut out = vec![0.0; samples.len() + 2];
    assert_eq!(resampled.read(&mut out), samples.len());
    assert_eq!(resampled.source().end(), Some(Ending::Clean));
    for (n, (heard, written)) in out.iter().zip(&samples).enumerate() {
        assert_eq!(*heard, f32::from(*written) / 32_768.0, "sample {n}");
    }
}

/// A FLAC of 16 bits mono whose frames hold the samples as they are. It holds no checksum of the whole.
fn plain_flac(rate_hz: u32, samples: &[i16], block: usize) -> Vec<u8> {
    let crc = |bytes: &[u8], width: u32, polynomial: u32| {
        bytes.iter().fold(0_u32, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte) << (width - 8), |sum, _| {
                let shifted = sum << 1;
                (if sum >> (width - 1) & 1 == 1 { shifted ^ polynomial } else { shifted }) & ((1 << width) - 1)
            })
        })
    };
    let mut out = b"fLaC\x80\0\0\x22".to_vec();
    out.extend((block as u16).to_be_bytes().repeat(2));
    out.extend([0; 6]);
    // 20 bits of rate, 3 of channels − 1, 5 of bits − 1, 36 of length.
    out.extend((u64::from(rate_hz) << 44 | 15 << 36 | samples.len() as u64).to_be_bytes());
    out.extend([0; 16]);
    for (number, frame) in samples.chunks(block).enumerate() {
        let start = out.len();
        out.extend([0xFF, 0xF8, 0x70, 0x08, number as u8]);
        out.extend((frame.len() as u16 - 1).to_be_bytes());
        out.push(crc(&out[start..], 8, 0x07) as u8);
        out.push(0x02);
        out.extend(frame.iter().flat_map(|sample| sample.to_be_bytes()));
        out.extend((crc(&out[start..], 16, 0x8005) as u16).to_be_bytes());
    }
    out
}

#[test]
fn samples_of_a_flac_come_out_as_they_went_in_down_to_the_smallest_last_frame() {
    let dir = TempDir::new().unwrap();
    // One sample behind a full block: such a frame is smaller than its own header.
    let mut samples = noise(4097);
    samples[4096] = 31_000;
    let path = dir.path().join("a.flac");
    fs::write(&path, plain_flac(44_100, &samples, 4096)).unwrap();
    let heard: Vec<f32> = Bulletin::open(&path).unwrap().collect();
    let written: Vec<f32> = samples.iter().map(|s| f32::from(*s) / 32_768.0).collect();
    assert_eq!(heard, written);
    assert_eq!(measure(&path).map(|facts| facts.frames), Ok(4097));
}

#[test]
fn br_037_an_mp3_without_a_length_header_loses_nothing() {
    let dir = TempDir::new().unwrap();
    let whole = measure(&recording("cchc-ket-qua.mp3")).unwrap();
    let bare = measured(&dir, "khong-do-dai.mp3", &without_length_header(&bytes_of("cchc-ket-qua.mp3"))).unwrap();
    assert_eq!(bare.declared_ms, None);
    // Nothing declares the encoder's padding any more, so it is part of the sound.
    assert!((whole.file_ms..whole.file_ms + 110).contains(&bare.file_ms), "{} of {}", bare.file_ms, whole.file_ms);
}

#[test]
fn of_joined_recordings_all_parts_are_heard() {
    let dir = TempDir::new().unwrap();
    for (first, second) in [
        ("cchc-ket-qua.mp3", "cchc-ket-qua.mp3"),
        ("cchc-ket-qua.mp3", "ban-tin.mp3"),
        ("ban-tin.mp3", "cchc-ket-qua.mp3"),
        ("hoi-dap.ogg", "hoi-dap.ogg"),
        ("loi-nhan.opus", "loi-nhan.opus"),
    ] {
        let alone = measure(&recording(first)).unwrap().file_ms + measure(&recording(second)).unwrap().file_ms;
        let joined = [bytes_of(first), bytes_of(second)].concat();
        let facts = measured(&dir, first, &joined).unwrap_or_else(|fault| panic!("{first} + {second}: {fault:?}"));
        assert!(facts.file_ms.abs_diff(alone) <= 60, "{first} + {second}: {} of {alone} ms", facts.file_ms);
    }
}

#[test]
fn a_joined_recording_of_another_rate_is_heard_at_its_own() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("ghep.mp3");
    fs::write(&path, [bytes_of("cchc-ket-qua.mp3"), bytes_of("ban-tin.mp3")].concat()).unwrap();
    let mut resampled = Resampled::new(Bulletin::open(&path).unwrap(), 48_000, 1);
    let (mut frames, mut piece) = (0_usize, vec![0.0; 4800]);
    loop {
        match resampled.read(&mut piece) {
            0 => break,
            got => frames += got,
        }
    }
    let due: u64 = ["cchc-ket-qua.mp3", "ban-tin.mp3"]
        .iter()
        .map(|name| measure(&recording(name)).unwrap())
        .map(|facts| (facts.frames * 48_000 + u64::from(facts.rate_hz) / 2) / u64::from(facts.rate_hz))
        .sum();
    assert_eq!(frames as u64, due);
}

#[test]
fn what_is_cut_short_is_never_whole() {
    let dir = TempDir::new().unwrap();
    for name in ALL {
        let whole = bytes_of(name);
        let mut pick = random(whole.len() as u64);
        for _ in 0..12 {
            let cut = whole.len() / 20 + pick(whole.len() * 18 / 20);
            let found = measured(&dir, name, &whole[..cut]);
            let text = refusal(found);
            assert!(text.contains("again"), "{name} cut at {cut}: {text}");
        }
    }
    assert!(refusal(measured(&dir, "nua.flac", &bytes_of("nhac-hieu.flac")[..40_000])).contains("of 5.0 s"));
    let samples = noise(88_200);
    let half = &honest_wav(44_100, 1, &samples)[..44 + 88_200];
    assert_eq!(refusal(measured(&dir, "nua.wav", half)), "shorter than declared: 1.0 of 2.0 s; copy it again");
    // Whose index stands in front of the sound.
    let m4a = bytes_of("mot-cua.m4a");
    assert_eq!(
        refusal(measured(&dir, "nua.m4a", &m4a[..m4a.len() / 2])),
        "shorter than declared: 3.7 of 7.6 s; copy it again"
    );
    assert_eq!(
        refusal(measured(&dir, "dau.m4a", &m4a[..2_206 + 20])),
        "no sound could be decoded (its data is cut off); copy it again or export it anew"
    );
}

#[test]
fn br_032_what_lost_its_middle_is_never_whole() {
    let dir = TempDir::new().unwrap();
    for name in ["nhac-hieu.flac", "cchc-ket-qua.mp3", "ban-tin.mp3", "hoi-dap.ogg", "loi-nhan.opus"] {
        let mut bytes = bytes_of(name);
        let middle = bytes.len() / 2;
        let mut pick = random(7);
        for byte in &mut bytes[middle..middle + 900] {
            *byte = pick(251) as u8;
        }
        assert!(refusal(measured(&dir, name, &bytes)).contains("damaged"), "{name}");
    }
}

#[test]
fn no_damage_brings_it_down() {
    let dir = TempDir::new().unwrap();
    for seed in 0..200_u64 {
        let name = ALL[seed as usize % ALL.len()];
        let mut bytes = bytes_of(name);
        let mut pick = random(seed + 1);
        // Half of the damage goes where the headers are.
        let reach = if seed % 2 == 0 { bytes.len() } else { 300 };
        for _ in 0..1 << (seed % 7) {
            bytes[pick(reach)] = pick(256) as u8;
        }
        if let Ok(facts) = measured(&dir, name, &bytes) {
            assert!(facts.file_ms < 60_000, "{name}, seed {seed}: {} ms", facts.file_ms);
        }
    }
}

#[test]
fn kinds_that_are_not_read_are_named() {
    let dir = TempDir::new().unwrap();
    let page = b"\xEF\xBB\xBF\n<!DOCTYPE html><html><body>404</body></html>";
    let gsm = {
        let mut bytes = honest_wav(8000, 1, &noise(4000));
        bytes[20] = 0x31;
        bytes
    };
    let speex = [&b"OggS\x00\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x50"[..], b"Speex   1.2"].concat();
    // The M4A of the repository, with its header's "no band replication" turned into "yes".
    let he_aac = {
        let mut bytes = bytes_of("mot-cua.m4a");
        let at = bytes.windows(3).position(|three| three == b"\x56\xE5\x00").unwrap();
        bytes[at + 2] = 0x80;
        bytes
    };
    // One channel at 384 kbit/s, which no decoder of Layer II need read, but a common encoder writes unasked.
    let mp2 = [&[0xFF, 0xFD, 0xE0, 0xC4][..], &[0; 1249]].concat().repeat(20);
    let cases: [(&str, &[u8], &str); 12] = [
        ("vov.mp2", &mp2, "MP2"),
        ("radio.m4a", &he_aac, "HE-AAC"),
        ("trang.mp3", page, "web page"),
        ("thu.wma", b"\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9", "WMA"),
        ("dt.amr", b"#!AMR\n\x3C\x91", "AMR"),
        ("ghi.gsm", &[0xD4; 33 * 8], "GSM"),
        ("phim.ac3", b"\x0B\x77\x00\x00\x14\x40", "AC-3"),
        ("dai.wav", b"RF64\xFF\xFF\xFF\xFFWAVEds64", "WAV"),
        ("ghi-am.spx", &speex, "Speex"),
        ("dien-thoai.wav", &gsm, "GSM 6.10"),
        ("cong-van.mp3", b"PK\x03\x04\x14\x00\x06\x00", "Office"),
        ("ghi-chu.mp3", "Xin chao".as_bytes(), "text file"),
    ];
    for (name, bytes, word) in cases {
        let text = refusal(measured(&dir, name, bytes));
        assert!(text.contains(word), "{name}: {text}");
    }
    assert_eq!(measured(&dir, "rong.mp3", b""), Err(AudioFault::Empty));
    assert_eq!(measured(&dir, "dau.wav", &wav(44_100, 1, &[], 36 + 9000, 9000)), Err(AudioFault::Empty));
    assert_eq!(measured(&dir, "lang.wav", &honest_wav(44_100, 1, &[0; 5000])), Err(AudioFault::Silent));
    assert!(refusal(measured(&dir, "khong.mp3", &[0; 50_000])).contains("recognised"));
    assert!(matches!(measure(dir.path()), Err(AudioFault::NoFile(_))));
    assert_eq!(measure(&dir.path().join("khong-co.mp3")), Err(AudioFault::Absent));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_told_without_waiting_on_it() {
    assert!(matches!(measure(Path::new("/dev/null")), Err(AudioFault::NoFile(_))));
}

#[test]
fn wavs_with_wrong_sizes_are_heard_whole() {
    let dir = TempDir::new().unwrap();
    let samples = noise(44_100);
    let size = 88_200_u32;
    let sizes = [
        ("crashed recorder", 0, 0),
        ("data size never filled in", size + 36, 0),
        ("written to a pipe", u32::MAX, u32::MAX),
        ("written to a pipe by another", 0x7FFF_FFFF, 0x7FFF_FFDB),
        ("outer size too small", size + 20, size),
        ("outer size not filled in", 0, size),
    ];
    for (what, riff, data) in sizes {
        let facts = measured(&dir, "a.wav", &wav(44_100, 1, &samples, riff, data))
            .unwrap_or_else(|fault| panic!("{what}: {fault:?}"));
        assert_eq!(facts.frames, 44_100, "{what}");
    }
    // An odd chunk in front of the sound, with its pad byte and without.
    for pad in [&b""[..], b"\0"] {
        let plain = honest_wav(44_100, 1, &samples);
        let odd = [&plain[..36], b"LIST\x05\0\0\0abcde", pad, &plain[36..]].concat();
        assert_eq!(measured(&dir, "a.wav", &odd).map(|facts| facts.frames), Ok(44_100));
    }
}

/// A second of sound as RF64: sizes of 32 bits that say nothing, the real one in a chunk of its own.
fn rf64(magic: &[u8; 4], samples: &[i16], data_size: u64) -> Vec<u8> {
    let plain = honest_wav(8000, 1, samples);
    let mut out = magic.to_vec();
    out.extend(b"\xFF\xFF\xFF\xFFWAVEds64\x1C\0\0\0");
    out.extend((data_size + 72).to_le_bytes());
    out.extend(data_size.to_le_bytes());
    out.extend([0; 12]);
    out.extend(&plain[12..36]);
    out.extend(b"data\xFF\xFF\xFF\xFF");
    out.extend(&plain[44..]);
    out
}

/// The same as Wave64.
fn w64(samples: &[i16], data_size: u64) -> Vec<u8> {
    let plain = honest_wav(8000, 1, samples);
    let chunk = |id: &[u8; 4], len: u64| {
        [&id[..], &b"\xF3\xAC\xD3\x11\x8C\xD1\0\xC0\x4F\x8E\xDB\x8A"[..], &len.to_le_bytes()].concat()
    };
    let mut out = b"riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\0\0".to_vec();
    out.extend((data_size + 104).to_le_bytes());
    out.extend(&chunk(b"wave", 0)[..16]);
    out.extend(chunk(b"fmt ", 40));
    out.extend(&plain[20..36]);
    out.extend(chunk(b"data", data_size + 24));
    out.extend(&plain[44..]);
    out
}

#[test]
fn waves_with_sizes_of_64_bits_are_heard_whole() {
    let dir = TempDir::new().unwrap();
    let samples = noise(8000);
    let right = measured(&dir, "a.wav", &honest_wav(8000, 1, &samples)).unwrap();
    for (name, bytes) in [
        ("rf64.wav", rf64(b"RF64", &samples, 16_000)),
        ("bw64.wav", rf64(b"BW64", &samples, 16_000)),
        ("never-closed.wav", rf64(b"RF64", &samples, 0)),
        ("a.w64", w64(&samples, 16_000)),
    ] {
        let found = measured(&dir, name, &bytes).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
        assert_eq!((found.frames, found.measures), (8000, right.measures.clone()), "{name}");
    }
    for (name, bytes) in [
        ("rf64.wav", rf64(b"RF64", &samples, 32_000)),
        ("huge.wav", rf64(b"RF64", &samples, 5 << 30)),
        ("a.w64", w64(&samples, 32_000)),
    ] {
        assert!(refusal(measured(&dir, name, &bytes)).contains("shorter than declared"), "{name}");
    }
}
