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
    files::put(path, bytes).map_err(|error| files::cause(&error)).map_err(|cause| Failure {
        status: PROBLEMS,
        text: Text::new(
            format!("không ghi được `{shown}`: {}; tệp cũ, nếu có, còn nguyên; hãy đóng tệp nếu đang mở, xem ổ đĩa còn chỗ không, hoặc chọn nơi khác", cause.vi),
            format!("cannot write `{shown}`: {}; what was there is whole; close the file if it is open, see whether the disk has room, or choose another place", cause.en),
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// What lies in a folder, by name.
    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_takes_the_place_of_the_old_one_as_a_whole_and_keeps_its_rights() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("báo cáo.docx");
        put_for_user(&path, b"one").unwrap();
        let mut rights = fs::metadata(&path).unwrap().permissions();
        #[cfg(unix)]
        std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o640);
        fs::set_permissions(&path, rights).unwrap();
        let rights = fs::metadata(&path).unwrap().permissions();
        put_for_user(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().permissions(), rights);
        assert_eq!(names(dir.path()), ["báo cáo.docx"]);
    }

    #[test]
    fn what_cannot_be_written_leaves_the_old_file_and_nothing_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("bao-cao");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("cũ.txt"), "old").unwrap();
        let failure = put_for_user(&folder, b"new").unwrap_err();
        assert_eq!(failure.status, PROBLEMS);
        assert_eq!(fs::read_to_string(folder.join("cũ.txt")).unwrap(), "old");
        assert_eq!(names(dir.path()), ["bao-cao"]);
        let nowhere = dir.path().join("không có/b.docx");
        let failure = put_for_user(&nowhere, b"new").unwrap_err();
        let begins = format!("không ghi được `{}`: không có ở đó; tệp cũ, nếu có, còn nguyên", nowhere.display());
        assert!(failure.text.vi.starts_with(&begins), "{}", failure.text.vi);
        assert_eq!(names(dir.path()), ["bao-cao"]);
    }

    #[test]
    fn what_a_killed_writer_left_goes_with_the_next_report_of_that_name_and_nothing_else_does() {
        let dir = tempfile::tempdir().unwrap();
        let old = fs::FileTimes::new().set_modified(std::time::SystemTime::UNIX_EPOCH);
        let left = [".b.docx.41.tmp", ".b.docx.tmp", ".c.docx.41.tmp", ".b.docx.x1.tmp", "b.docx.41.tmp"];
        for name in left {
            fs::write(dir.path().join(name), "half").unwrap();
            fs::File::options().write(true).open(dir.path().join(name)).unwrap().set_times(old).unwrap();
        }
        // Somebody else may be writing this one just now.
        fs::write(dir.path().join(".b.docx.42.tmp"), "half").unwrap();
        put_for_user(&dir.path().join("b.docx"), b"new").unwrap();
        let kept = [".b.docx.42.tmp", ".b.docx.tmp", ".b.docx.x1.tmp", ".c.docx.41.tmp", "b.docx", "b.docx.41.tmp"];
        assert_eq!(names(dir.path()), kept);
    }

    #[test]
    fn what_an_office_program_has_open_is_left_alone() {
        for (mark, name) in [(".~lock.b.xlsx#", "b.xlsx"), ("~$b.xlsx", "b.xlsx"), ("~$o-cao.docx", "bao-cao.docx")] {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join(name);
            fs::write(&path, "old").unwrap();
            fs::write(dir.path().join(mark), "").unwrap();
            let failure = put_for_user(&path, b"new").unwrap_err();
            assert!(failure.text.vi.contains("đang mở ở chương trình khác"), "{mark}: {}", failure.text.vi);
            assert_eq!(fs::read_to_string(&path).unwrap(), "old", "{mark}");
            fs::remove_file(dir.path().join(mark)).unwrap();
            put_for_user(&path, b"new").unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), "new", "{mark}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_one_and_the_file_that_it_means_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link) = (dir.path().join("that.txt"), dir.path().join("link.txt"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        put_for_user(&link, b"new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        put_for_user(Path::new("/dev/null"), b"new").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file(), "a device stays one");
    }
}
