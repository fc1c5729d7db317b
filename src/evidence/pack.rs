//! The zip around evidence: the same files make the same bytes, and the last bytes are the hash of all before them, so that
//! not one can be changed unseen.

use std::io::{Cursor, Read as _, Write as _};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// What stands before the hash at the end.
const MARK: &str = "loa-evidence sha256=";
/// Length of the hash in hexadecimal.
const DIGITS: usize = 64;
/// More than this nobody's evidence unpacks to, in bytes: many years of a busy ward.
const MOST_BYTES: u64 = 1 << 30;

/// Lower-case hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// The zip of these files, in their order.
pub(super) fn pack(files: &[(String, String)]) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // No instant and no system of ours.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for (name, text) in files {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(text.as_bytes())?;
    }
    zip.set_comment(format!("{MARK}{}", "0".repeat(DIGITS)))?;
    let mut bytes = zip.finish()?.into_inner();
    let end = bytes.len() - DIGITS;
    let hash = sha256(&bytes[..end]);
    bytes[end..].copy_from_slice(hash.as_bytes());
    Ok(bytes)
}

/// A file of evidence, and its bytes if they could be unpacked.
pub(super) struct Unpacked {
    pub name: String,
    pub bytes: Option<Vec<u8>>,
}

/// Whether these are the bytes that packing what they hold makes, but for few: so they were changed as they lie, and not packed
/// anew by another program.
pub(super) fn is_but_for_few(bytes: &[u8], files: &[Unpacked]) -> bool {
    let Some(packed) = packed_again(files).filter(|packed| packed.len() == bytes.len()) else { return false };
    packed.iter().zip(bytes).filter(|(packed, found)| packed != found).count() < bytes.len() / 10
}

fn packed_again(files: &[Unpacked]) -> Option<Vec<u8>> {
    let texts = files.iter().map(|file| Some((file.name.clone(), String::from_utf8(file.bytes.clone()?).ok()?)));
    pack(&texts.collect::<Option<Vec<_>>>()?).ok()
}

/// The file in whose place these bytes are first other than packing what they hold makes them; none if that is no file's
/// place, or packing makes all of them otherwise.
pub(super) fn first_changed(bytes: &[u8], files: &[Unpacked]) -> Option<String> {
    let packed = packed_again(files)?;
    let same = packed.iter().zip(bytes).take_while(|(packed, found)| packed == found).count();
    let mut zip = ZipArchive::new(Cursor::new(&packed)).ok()?;
    let mut begins = (0..zip.len()).filter_map(|index| {
        let file = zip.by_index(index).ok()?;
        let ends = file.data_start()? + file.compressed_size();
        (file.header_start()..ends)
            .contains(&(same as u64))
            .then(|| String::from_utf8_lossy(file.name_raw()).into_owned())
    });
    begins.next()
}

/// The files of a zip, and whether it is to the last byte as it was packed; none if it is no zip at all.
pub(super) fn unpack(bytes: &[u8]) -> Option<(Vec<Unpacked>, bool)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut left = MOST_BYTES;
    let mut files = Vec::new();
    for index in 0..zip.len() {
        let named = zip.name_for_index(index).and_then(Result::ok).map(std::borrow::Cow::into_owned);
        let Ok(mut file) = zip.by_index(index) else {
            files.push(Unpacked { name: named.unwrap_or_else(|| format!("#{}", index + 1)), bytes: None });
            continue;
        };
        // Other programs pack the folders too.
        if file.is_dir() && file.size() == 0 {
            continue;
        }
        let name = String::from_utf8_lossy(file.name_raw()).into_owned();
        let mut unpacked = Vec::new();
        let read = file.by_ref().take(left).read_to_end(&mut unpacked);
        left -= unpacked.len() as u64;
        files.push(Unpacked { name, bytes: read.is_ok().then_some(unpacked) });
    }
    let whole = bytes.len().checked_sub(DIGITS).is_some_and(|end| {
        bytes[..end].ends_with(MARK.as_bytes()) && bytes[end..] == *sha256(&bytes[..end]).as_bytes()
    });
    Some((files, whole))
}
