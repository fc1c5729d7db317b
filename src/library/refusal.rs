//! Why a recording is not taken in, renamed or removed.

use crate::files;
use crate::problem::Text;
use crate::schedule::audio_facts::AudioFault;

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// What was given as its name is none.
    Name(Text),
    /// There is no such folder below `audio/`.
    NoFolder(String),
    /// There is no such recording below `audio/`.
    Absent(String),
    /// It has more bytes than are taken in.
    TooLarge {
        /// So many are, at most.
        most_bytes: u64,
    },
    /// It would fill the disk.
    NoRoom {
        /// What is free now.
        free_bytes: u64,
        /// What must stay so.
        kept_free_bytes: u64,
    },
    /// It cannot air.
    Unfit(AudioFault),
    /// Another recording has that name: the name below `audio/`, and the hash of its bytes.
    Taken {
        /// Below `audio/`.
        rel: String,
        /// SHA-256, lower-case hexadecimal.
        sha256: String,
    },
    /// It is on air or about to be.
    Held(String),
    /// A schedule names it.
    InUse(String),
    /// The disk does not do what it should.
    Disk {
        /// Where.
        place: String,
        /// Why.
        cause: Text,
    },
}

impl Refusal {
    /// That the disk did not do it.
    pub(super) fn disk(place: impl std::fmt::Display, error: &std::io::Error) -> Refusal {
        Refusal::Disk { place: place.to_string(), cause: files::cause(error) }
    }

    /// What to tell a person who calls the recording `called`, and what to do.
    pub fn words(&self, called: &str) -> Text {
        let mib = |bytes: u64| bytes >> 20;
        match self {
            Refusal::Name(text) => text.clone(),
            Refusal::NoFolder(folder) => Text::new(
                format!("không có thư mục `audio/{folder}`; hãy chọn thư mục khác"),
                format!("there is no folder `audio/{folder}`; choose another"),
            ),
            Refusal::Absent(rel) => AudioFault::Absent.words_and_cure(&format!("audio/{rel}")),
            Refusal::TooLarge { most_bytes } => Text::new(
                format!("`{called}` lớn hơn {} MiB; hãy xuất lại thành MP3 hoặc cắt thành nhiều tệp", mib(*most_bytes)),
                format!("`{called}` is larger than {} MiB; export it as MP3 or split it", mib(*most_bytes)),
            ),
            Refusal::NoRoom { free_bytes, kept_free_bytes } => Text::new(
                format!(
                    "không nhận được `{called}`: ổ đĩa còn {} MiB, phải chừa {} MiB cho nhật ký phát; hãy xóa bớt tệp không cần",
                    mib(*free_bytes),
                    mib(*kept_free_bytes)
                ),
                format!(
                    "`{called}` cannot be taken in: {} MiB are free and {} MiB are kept for the airing log; delete what is not needed",
                    mib(*free_bytes),
                    mib(*kept_free_bytes)
                ),
            ),
            Refusal::Unfit(fault) => fault.words_and_cure(called),
            Refusal::Taken { rel, .. } => Text::new(
                format!("đã có bản ghi khác tên `audio/{rel}`; hãy đặt tên khác hoặc chọn thay bản cũ"),
                format!("another recording is called `audio/{rel}`; give another name or choose to replace it"),
            ),
            Refusal::Held(rel) => Text::new(
                format!("`audio/{rel}` đang phát hoặc sắp phát; hãy đợi phát xong, hoặc đặt tên khác"),
                format!("`audio/{rel}` is on air or about to be; wait until it has ended, or give another name"),
            ),
            Refusal::InUse(rel) => Text::new(
                format!("`audio/{rel}` đang có trong kế hoạch phát; hãy bỏ nó khỏi kế hoạch trước"),
                format!("a schedule names `audio/{rel}`; take it out there first"),
            ),
            Refusal::Disk { place, cause } => Text::new(
                format!("không ghi được vào `{place}`: {}; kiểm tra quyền ghi và chỗ trống trên đĩa", cause.vi),
                format!(
                    "`{place}` cannot be written: {}; check the rights to write and the room on the disk",
                    cause.en
                ),
            ),
        }
    }
}
