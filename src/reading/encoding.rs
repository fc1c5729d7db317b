//! A file's bytes → text, or a sentence that names the encoding the file has instead of UTF-8.

use crate::problem::{Place, Problem, Text};

/// No file an operator writes comes near it; more is a mix-up (a recording under a schedule's name), not a schedule.
pub const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// The text in `bytes`, which are those of `file`.
///
/// # Errors
/// `too-large` over [`MAX_BYTES`]; `not-utf8` naming the encoding as far as it can be told.
pub fn decode(file: &str, bytes: Vec<u8>) -> Result<String, Box<Problem>> {
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BYTES {
        return Err(Box::new(too_large(file)));
    }
    let encoding = match bytes.as_slice() {
        // Before UTF-16, whose mark begins alike and which has fewer noughts.
        [0xff, 0xfe, 0, 0, ..] => Some("UTF-32 LE"),
        [0, 0, 0xfe, 0xff, ..] => Some("UTF-32 BE"),
        [first, 0, 0, 0, second, 0, 0, 0, ..] if *first != 0 && *second != 0 => Some("UTF-32 LE"),
        [0, 0, 0, first, 0, 0, 0, second, ..] if *first != 0 && *second != 0 => Some("UTF-32 BE"),
        [0xff, 0xfe, ..] => Some("UTF-16 LE"),
        [0xfe, 0xff, ..] => Some("UTF-16 BE"),
        // ASCII letters of UTF-16 without a mark: every other byte is 0.
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => Some("UTF-16 LE"),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => Some("UTF-16 BE"),
        _ => None,
    };
    if let Some(encoding) = encoding {
        let message = Text::new(
            format!("`{file}` được lưu bằng bảng mã {encoding}, không phải UTF-8"),
            format!("`{file}` is saved as {encoding}, not as UTF-8"),
        );
        return Err(Box::new(Problem::refuse("not-utf8", Some(whole(file)), message, save_as_utf8())));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..good].iter().filter(|byte| **byte == b'\n').count() + 1;
        let message = Text::new(
            format!("`{file}` không phải UTF-8 (dòng {line}); có lẽ là bảng mã cũ như Windows-1258, TCVN3 hoặc VNI"),
            format!("`{file}` is not UTF-8 (line {line}); perhaps an old encoding such as Windows-1258, TCVN3 or VNI"),
        );
        Box::new(Problem::refuse("not-utf8", Some(whole(file)), message, save_as_utf8()))
    })
}

/// A file that is far too large to be a schedule.
pub fn too_large(file: &str) -> Problem {
    let message = Text::new(
        format!("`{file}` lớn hơn 4 MiB nên không thể là tệp kế hoạch"),
        format!("`{file}` is larger than 4 MiB, so it cannot be a schedule"),
    );
    let help = Text::new("kiểm tra xem có chép nhầm tệp không", "check whether another file was copied over it");
    Problem::refuse("too-large", Some(whole(file)), message, help)
}

/// The file as a whole, where no text can be shown.
pub fn whole(file: &str) -> Place {
    Place { file: file.to_owned(), span: (0..0).into() }
}

fn save_as_utf8() -> Text {
    Text::new(
        "mở tệp bằng Notepad, chọn `Save As`, ở ô `Encoding` chọn `UTF-8` rồi lưu; nếu chữ bị vỡ thì chuyển mã sang Unicode trước",
        "open it in Notepad, choose `Save As`, set `Encoding` to `UTF-8` and save; if letters look broken, convert them to Unicode first",
    )
}
