//! The recordings under `audio/`: taken in, named, listed, used, replaced and put away. Commands and the console go
//! through here alike.
//!
//! A recording's way in: [`Library::intake`] takes its bytes into a hidden file beside its place, `Intake::finish` decodes
//! it whole, [`Library::file`] gives it its name. What cannot air is refused with its fault's own words and leaves nothing
//! behind. Nothing is ever overwritten unasked, and what is replaced or removed is put away under `var/trash/`.

mod approval;
mod filing;
mod intake;
mod listing;
mod naming;
mod refusal;
mod trash;
mod uses;

use std::path::PathBuf;

use crate::audio::catalogue::Catalogue;
use crate::home::Home;

pub use approval::{ApprovedNow, Approving, approve, write};
pub use filing::{Filed, IfTaken};
pub use intake::{Intake, Received};
pub use listing::{Recording, remembered_facts_of};
pub use naming::{safe_name, same_name};
pub use refusal::Refusal;
pub use uses::{Approved, As, Use, uses};

/// The folder below `audio/` of what is recorded beforehand for emergencies, and of what was brought in for one.
pub const EMERGENCY_FOLDER: &str = "khan-cap";
/// What a recording taken in leaves free, in bytes: room for years of log.
const KEPT_FREE_BYTES: u64 = 512 << 20;

/// The recordings of one home.
#[derive(Clone, Debug)]
pub struct Library {
    audio: PathBuf,
    trash: PathBuf,
    catalogue: PathBuf,
    /// The largest recording that is taken in.
    pub most_bytes: u64,
    /// What is left free on its disk.
    pub kept_free_bytes: u64,
}

impl Library {
    /// The recordings of `home`. What it takes in may be as large as the disk allows, unless somebody says less.
    pub fn of(home: &Home) -> Library {
        Library {
            audio: home.audio(),
            trash: home.trash(),
            catalogue: home.catalogue_file(),
            most_bytes: u64::MAX,
            kept_free_bytes: KEPT_FREE_BYTES,
        }
    }

    /// What is remembered of them.
    pub fn catalogue(&self) -> Catalogue {
        Catalogue::open(&self.catalogue)
    }
}
