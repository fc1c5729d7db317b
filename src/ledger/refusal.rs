//! Why a log cannot be used, as an error, and for how long.

use std::io::ErrorKind;
use std::path::Path;

use super::{Lasts, Refused, file};
use crate::files;
use crate::home::Home;
use crate::lock;
use crate::problem::Text;

/// A refusal travelling as an error, of what only a person can mend.
pub(super) fn refused(text: Text) -> anyhow::Error {
    anyhow::Error::new(Refused { text, lasts: Lasts::UntilMended })
}

/// SQLite's refusal travelling as an error.
pub(super) fn refusal(path: &Path, error: &rusqlite::Error) -> anyhow::Error {
    use rusqlite::ErrorCode;
    let lasts = lasts(error);
    let text = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => held(path),
        _ => file::unusable(path, error),
    };
    anyhow::Error::new(Refused { text, lasts })
}

/// For how long SQLite refuses so.
fn lasts(error: &rusqlite::Error) -> Lasts {
    use rusqlite::ErrorCode;
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Lasts::UntilThereIsRoom,
        Some(
            ErrorCode::SystemIoFailure
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::OutOfMemory
            | ErrorCode::CannotOpen,
        ) => Lasts::ForNow,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Lasts::UntilMadeAnew,
        _ => Lasts::UntilMended,
    }
}

/// That the file is damaged, as SQLite says why.
pub(super) fn damaged(path: &Path, why: &Text) -> anyhow::Error {
    anyhow::Error::new(Refused { text: file::damaged(path, why), lasts: Lasts::UntilMadeAnew })
}

/// That a log of an older program was left as it is, for it could not be copied first.
pub(super) fn no_copy(path: &Path, schema: i64, error: &anyhow::Error) -> anyhow::Error {
    let is_full = |error: &std::io::Error| matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
    let refused = error.downcast_ref::<Refused>().map(|refused| refused.lasts);
    let lasts = match (error.downcast_ref(), error.downcast_ref()) {
        (Some(error), _) => lasts(error),
        (_, Some(error)) if is_full(error) => Lasts::UntilThereIsRoom,
        _ => refused.unwrap_or(Lasts::UntilMended),
    };
    let (path, why) = (path.display(), file::in_short(error));
    let text = Text::new(
        format!(
            "nhật ký `{path}` do bản Loa cũ hơn ghi (bản số {schema}) còn nguyên, chưa nâng cấp: không sao được nó vào `var/backup` trước ({}); hãy xem quyền và chỗ trống của thư mục ấy rồi chạy lại",
            why.vi
        ),
        format!(
            "the log `{path}` of an older Loa (schema {schema}) is as it was and was not upgraded: it could not be copied into `var/backup` first ({}); look at that folder's rights and the room on the disk, then start again",
            why.en
        ),
    );
    anyhow::Error::new(Refused { text, lasts })
}

/// Another program holds it: neither rights nor room are amiss.
fn held(path: &Path) -> Text {
    let path = path.display();
    Text::new(
        format!("chương trình khác đang giữ nhật ký `{path}`; hãy đóng chương trình đang mở tệp ấy rồi chạy lại"),
        format!("another program holds the log `{path}`; close what has that file open and start again"),
    )
}

/// That the log's folder cannot be made.
pub(super) fn no_folder(path: &Path, error: &std::io::Error) -> anyhow::Error {
    let full = matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
    let lasts = if full { Lasts::UntilThereIsRoom } else { Lasts::UntilMended };
    anyhow::Error::new(Refused { text: file::cannot_open(path, &files::cause(error)), lasts })
}

/// A pipe, a device or a folder where the log should lie: to open one would wait for ever.
pub(super) fn no_file(path: &Path, error: &std::io::Error) -> Text {
    let (path, cause) = (path.display(), files::cause(error));
    Text::new(
        format!("không dùng được nhật ký `{path}` hoặc tệp cạnh nó ({}); hãy dời nó đi nơi khác", cause.vi),
        format!("the log `{path}` or a file beside it cannot be used ({}); move it elsewhere", cause.en),
    )
}

/// That there is no log.
pub(super) fn none_yet(path: &Path) -> Text {
    Text::new(
        format!("chưa có nhật ký `{}`: đài này chưa phát lần nào; hãy chạy `loa run`", path.display()),
        format!("there is no log `{}` yet: this station has never been on air; run `loa run`", path.display()),
    )
}

/// That the log is of the station `found`, and the home that it lies in of the station `own`.
pub(super) fn anothers(path: &Path, own: &str, found: &str) -> Text {
    let path = path.display();
    Text::new(
        format!(
            "nhật ký `{path}` là của đài khác (mã đài {found}), không phải của đài này (`var/station-id`: {own}), nên không đọc và không ghi thêm vào đó; hãy chạy `loa run`: Loa cất tệp ấy sang tên khác và dựng lại nhật ký của đài này (đang chạy thì chờ vài giây); nếu đó đúng là nhật ký của đài này thì dừng Loa và xóa `var/station-id`"
        ),
        format!(
            "the log `{path}` is another station's ({found}) and not this one's (`var/station-id`: {own}): it is neither read nor written; start `loa run`, which sets that file aside under another name and makes this station's log anew (where it is running, wait some seconds); if it is this station's after all, stop Loa and delete `var/station-id`"
        ),
    )
}

/// That the file is there and holds no log: a daemon has just made it, or somebody emptied it.
pub(super) fn nothing_in_it(path: &Path) -> Text {
    let path = path.display();
    Text::new(
        format!(
            "nhật ký `{path}` chưa có gì: Loa đang khởi động (hãy chạy lại sau vài giây), hoặc tệp đã bị làm rỗng; hãy chạy `loa run`, Loa dựng lại nhật ký từ `var/backup` và báo những gì còn thiếu"
        ),
        format!(
            "there is nothing in the log `{path}`: Loa is starting (try again in some seconds), or the file was emptied; start `loa run`, which makes the log anew of `var/backup` and says what is missing"
        ),
    )
}

/// A log that an older Loa wrote, where it cannot be upgraded: it is only read. While that one is on duty none can be started.
pub(super) fn older(path: &Path) -> Text {
    let root = path.parent().and_then(Path::parent);
    let is_on_duty = root.is_some_and(|root| lock::is_held(&Home::at(root)));
    let path = path.display();
    if is_on_duty {
        return Text::new(
            format!(
                "nhật ký `{path}` thuộc bản Loa cũ hơn, và bản cũ ấy đang chạy cho đài; hãy dừng nó trước, rồi chạy `loa run` của bản này để nâng cấp"
            ),
            format!(
                "the log `{path}` is of an older Loa, and that one is running for the station; stop it first, then start `loa run` of this one, which brings the log up to date"
            ),
        );
    }
    Text::new(
        format!("nhật ký `{path}` thuộc bản Loa cũ hơn; hãy chạy `loa run` để nâng cấp"),
        format!("the log `{path}` is of an older Loa; start `loa run` to bring it up to date"),
    )
}
