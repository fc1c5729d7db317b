//! What a command prints: the one hand by which it does.

use std::io::Write as _;

use super::{Failure, PROBLEMS};
use crate::files;
use crate::problem::{Lang, Text};

/// Prints all of it. A reader that has seen enough (`| head`) is no fault.
pub(super) fn put(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            let cause = files::cause(&e);
            let text = Text::new(
                format!("không in ra được: {}; nếu đang ghi vào tệp thì xem chỗ trống trên đĩa", cause.vi),
                format!("cannot print: {}; if it goes into a file, look at the room on the disk", cause.en),
            );
            Err(Failure { status: PROBLEMS, text })
        }
        _ => Ok(()),
    }
}

/// Prints a line in that language.
pub(super) fn put_line(text: &Text, lang: Lang) -> Result<(), Failure> {
    put(&format!("{}\n", text.get(lang)))
}
