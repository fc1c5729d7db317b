//! Is that all of it? What was decoded is held against what the container's own structure says there ought to be,
//! never against how the decoding ended: half an MP3 ends as cleanly as a whole one.

use std::fs::File;
use std::io::Result;
use std::path::Path;

use crate::problem::Text;

use super::adts;
use super::bulletin::{Bulletin, Ending, MOST_HOURS};
use super::input::Form;
use super::kind::Container;
use super::mpeg_frames::Walk;
use super::ogg_pages;
use super::region::Region;

/// Less than this is not missed by a listener: two or three frames of MP3 or AAC, which is what encoders pad by.
const TOLERANCE_MS: u64 = 60;
/// Stray bytes between MPEG frames that no sound was lost with: a writer's padding error.
const STRAY_BYTES: u64 = 32;

/// What a full decode gave.
pub(super) struct Decoded {
    /// Length of what came out.
    pub(super) ms: u64,
    /// Length that the header claims.
    pub(super) declared_ms: Option<u64>,
    ending: Option<Ending>,
    damaged: u64,
    /// Mean length of a packet.
    packet_ms: f64,
    checksum_agrees: Option<bool>,
}

impl Decoded {
    /// After the last packet of `bulletin`.
    pub(super) fn of(bulletin: &mut Bulletin) -> Decoded {
        let ms = bulletin.counts().ms();
        let packets = bulletin.counts().sounding.max(1);
        Decoded {
            ms,
            declared_ms: declared_ms(bulletin, ms),
            ending: bulletin.end(),
            damaged: bulletin.damaged_packets(),
            packet_ms: ms as f64 / packets as f64,
            checksum_agrees: bulletin.checksum_agrees(),
        }
    }

    /// The length that damaged packets would have had.
    fn damaged_ms(&self) -> u64 {
        (self.damaged as f64 * self.packet_ms) as u64
    }
}

fn declared_ms(bulletin: &Bulletin, decoded_ms: u64) -> Option<u64> {
    match bulletin.form() {
        Form::Mpeg => Some(bulletin.walk()?.promised_us? / 1000),
        // As many bytes more, as much longer: true for PCM to the sample, for the others to the block.
        Form::Wav { declared, there } => Some(scaled(decoded_ms, declared?, there)),
        Form::Container(_) => {
            let (frames, rate_hz) = bulletin.declared()?;
            Some(scaled(1000, frames, u64::from(rate_hz)))
        }
    }
}

fn scaled(value: u64, by: u64, of: u64) -> u64 {
    u64::try_from(u128::from(value) * u128::from(by) / u128::from(of.max(1))).unwrap_or(u64::MAX)
}

/// Why what was decoded to its end is not all that `path` ought to hold; none if it is. What cannot be read any more to be
/// held against it counts as missing.
pub(super) fn damage(bulletin: &mut Bulletin, path: &Path) -> Option<Text> {
    let decoded = Decoded::of(bulletin);
    what_is_missing(bulletin, &decoded, path).unwrap_or_else(|_| Some(cut(&decoded)))
}

/// The sentence that says what is missing or damaged; none if it is whole.
pub(super) fn what_is_missing(bulletin: &Bulletin, decoded: &Decoded, path: &Path) -> Result<Option<Text>> {
    if decoded.ending == Some(Ending::TooLong) {
        return Ok(Some(too_long()));
    }
    let by_form = match (bulletin.form(), bulletin.walk()) {
        (Form::Container(Container::Ogg), _) => ogg(path, decoded)?,
        (Form::Container(Container::Adts), _) => raw_aac(path, decoded)?,
        (_, Some(walk)) if mpeg(walk, decoded).is_some() => mpeg(walk, decoded),
        _ => is_short(decoded).then(|| short_or_damaged(decoded)),
    };
    if by_form.is_some() {
        return Ok(by_form);
    }
    if decoded.damaged_ms() > TOLERANCE_MS || decoded.checksum_agrees == Some(false) {
        return Ok(Some(damaged(decoded, None)));
    }
    Ok(match &decoded.ending {
        // A size field of 32 bits cannot say more: the library then reads to the end and finds it unexpected.
        Some(Ending::UnexpectedEnd) if is_beyond_wav(bulletin.form()) => None,
        Some(Ending::UnexpectedEnd) => Some(short(decoded)),
        Some(Ending::Error(why)) => Some(broken_off(decoded, why)),
        _ => None,
    })
}

fn is_beyond_wav(form: Form) -> bool {
    matches!(form, Form::Wav { there, .. } if there >= u64::from(u32::MAX))
}

fn is_short(decoded: &Decoded) -> bool {
    decoded.declared_ms.is_some_and(|declared| decoded.ms.saturating_add(TOLERANCE_MS) < declared)
}

fn mpeg(walk: Walk, decoded: &Decoded) -> Option<Text> {
    if walk.cut_head {
        return Some(Text::new(
            "tệp MP3 bị mất đoạn đầu (bắt đầu giữa một khung); hãy chép lại từ bản gốc hoặc xuất lại",
            "the start of this MP3 is missing (it begins inside a frame); copy it again or export it anew",
        ));
    }
    if walk.junk_bytes > STRAY_BYTES {
        return Some(damaged(decoded, walk.first_junk_us.map(|us| us / 1000)));
    }
    // Without a length header the half frame at the end is all that tells a cut copy.
    if walk.missing_us / 1000 > TOLERANCE_MS || walk.cut_tag || (walk.cut_tail && walk.promised_us.is_none()) {
        return Some(short(decoded));
    }
    None
}

fn ogg(path: &Path, decoded: &Decoded) -> Result<Option<Text>> {
    let pages = ogg_pages::walk(whole_file(path)?)?;
    if pages.cut_tail || pages.open_streams > 0 {
        return Ok(Some(cut(decoded)));
    }
    Ok((pages.gaps > 0).then(|| damaged(decoded, None)))
}

fn raw_aac(path: &Path, decoded: &Decoded) -> Result<Option<Text>> {
    let met = adts::walk(whole_file(path)?)?;
    if met.cut_tail {
        return Ok(Some(cut(decoded)));
    }
    Ok((met.gaps > 0).then(|| damaged(decoded, None)))
}

fn whole_file(path: &Path) -> Result<Region> {
    let file = File::open(path)?;
    let len = file.metadata()?.len();
    Ok(Region::new(file, Vec::new(), 0, len))
}

/// "12.3", with a comma in Vietnamese.
fn seconds(ms: u64) -> (String, String) {
    let en = format!("{}.{}", ms / 1000, ms % 1000 / 100);
    (en.replace('.', ","), en)
}

fn short(decoded: &Decoded) -> Text {
    let Some(declared) = decoded.declared_ms.filter(|_| is_short(decoded)) else { return cut(decoded) };
    let ((has_vi, has), (all_vi, all)) = (seconds(decoded.ms), seconds(declared));
    Text::new(
        format!("tệp ngắn hơn độ dài ghi trong phần đầu: chỉ có {has_vi} trên {all_vi} giây; hãy chép lại từ bản gốc"),
        format!("shorter than declared: {has} of {all} s; copy it again"),
    )
}

fn cut(decoded: &Decoded) -> Text {
    let (vi, en) = seconds(decoded.ms);
    Text::new(
        format!("tệp bị cắt cụt sau {vi} giây; hãy chép lại từ bản gốc hoặc xuất lại"),
        format!("cut off after {en} s; copy it again or export it anew"),
    )
}

fn short_or_damaged(decoded: &Decoded) -> Text {
    if decoded.damaged > 0 || decoded.checksum_agrees == Some(false) && decoded.ending == Some(Ending::Clean) {
        return damaged(decoded, None);
    }
    short(decoded)
}

fn damaged(decoded: &Decoded, at_ms: Option<u64>) -> Text {
    let (place_vi, place) = match at_ms.map(seconds) {
        Some((vi, en)) => (format!(" ở khoảng giây thứ {vi}"), format!(" around second {en}")),
        None => (String::new(), String::new()),
    };
    let lost = match decoded.declared_ms {
        Some(declared) if is_short(decoded) => Some((seconds(decoded.ms), seconds(declared))),
        _ => None,
    };
    let (lost_vi, lost) = match lost {
        Some(((has_vi, has), (all_vi, all))) => {
            (format!(", chỉ còn {has_vi} trên {all_vi} giây"), format!(", {has} of {all} s are left"))
        }
        None => (String::new(), String::new()),
    };
    Text::new(
        format!("âm thanh trong tệp bị hỏng{place_vi}{lost_vi}; hãy chép lại từ bản gốc"),
        format!("the sound in this file is damaged{place}{lost}; copy it again"),
    )
}

fn broken_off(decoded: &Decoded, why: &str) -> Text {
    let (vi, en) = seconds(decoded.ms);
    Text::new(
        format!("không giải mã tiếp được sau {vi} giây ({why}); hãy chép lại từ bản gốc hoặc xuất lại"),
        format!("decoding breaks off after {en} s ({why}); copy it again or export it anew"),
    )
}

fn too_long() -> Text {
    Text::new(
        format!("tệp dài hơn {MOST_HOURS} giờ; hãy cắt thành nhiều tệp ngắn hơn"),
        format!("longer than {MOST_HOURS} hours; split it into shorter files"),
    )
}
