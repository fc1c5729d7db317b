//! Files put in their places as a whole or not at all: a full disk, a power cut or an error leaves the old one as it was.

use std::path::{Path, PathBuf};

use super::{Failure, PROBLEMS};
use crate::files;
use crate::problem::Text;

/// Writes what a person asked for to the place they named; not under the hands of a program that has it open.
///
/// # Errors
/// The file is open elsewhere or cannot be written; what was there is then whole.
pub(super) fn put_for_user(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let shown = path.display();
    if let Some(mark) = open_mark(path) {
        let mark = mark.display();
        return Err(Failure {
            status: PROBLEMS,
            text: Text::new(
                format!(
                    "`{shown}` đang mở ở chương trình khác nên không ghi đè; hãy đóng tệp rồi chạy lại, hoặc chọn tên khác (nếu không còn mở ở đâu, hãy xóa `{mark}`)"
                ),
                format!(
                    "`{shown}` is open in another program and was left as it is; close it and try again, or choose another name (if nothing has it open, delete `{mark}`)"
                ),
            ),
        });
    }
    files::put(path, bytes).map_err(|e| Failure {
        status: PROBLEMS,
        text: Text::new(
            format!("không ghi được `{shown}` ({e}); tệp cũ, nếu có, còn nguyên; hãy đóng tệp nếu đang mở, xem ổ đĩa còn chỗ không, hoặc chọn nơi khác"),
            format!("cannot write `{shown}` ({e}); what was there is whole; close the file if it is open, see whether the disk has room, or choose another place"),
        ),
    })
}

/// What office programs leave beside a file while they have it open: LibreOffice everywhere; Word and Excel on Windows,
/// where the system itself refuses too.
fn open_mark(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    // Word drops the first two letters of a long name.
    let short = name.char_indices().nth(2).map_or(name.as_str(), |(at, _)| &name[at..]);
    let marks = [format!(".~lock.{name}#"), format!("~${name}"), format!("~${short}")];
    marks.into_iter().map(|mark| files::folder_of(path).join(mark)).find(|mark| mark.exists())
}
