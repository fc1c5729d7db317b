//! A clock of its own for the programs of a station: wrong by as much as a test wants, and set right while they run.

use std::cell::Cell;
use std::ffi::OsString;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::Command;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

/// The clock; gone when dropped.
pub struct OwnClock {
    dir: TempDir,
    file: File,
    off: Cell<SignedDuration>,
}

impl OwnClock {
    /// A clock that is right and that no time source keeps.
    pub fn new() -> OwnClock {
        let dir = tempfile::Builder::new().prefix("loa-clock-").tempdir().expect("a folder");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/clock.c");
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O1", "-o"]).arg(dir.path().join("clock.so")).arg(source);
        assert!(cc.status().expect("the C compiler that the build needs too").success());
        let file = File::create(dir.path().join("clock")).expect("its file");
        let clock = OwnClock { dir, file, off: Cell::default() };
        clock.step(SignedDuration::ZERO);
        clock.is_kept(false);
        clock
    }

    /// What the programs are given to have it.
    pub fn env(&self) -> Vec<(&'static str, OsString)> {
        let path = |name| self.dir.path().join(name).into_os_string();
        vec![("LD_PRELOAD", path("clock.so")), ("LOA_TEST_CLOCK", path("clock"))]
    }

    /// Sets it.
    pub fn set_to(&self, at: Timestamp) {
        self.step(at.duration_since(loa::clock::now()) - self.off.get());
    }

    /// Sets it forward by so much.
    pub fn step(&self, by: SignedDuration) {
        let off = self.off.get() + by;
        self.off.set(off);
        let ns = i64::try_from(off.as_nanos()).expect("less than three centuries");
        self.file.write_all_at(&ns.to_ne_bytes(), 0).expect("its file is written");
    }

    /// Lets the system say whether a time source keeps it.
    pub fn is_kept(&self, kept: bool) {
        self.file.write_all_at(&i64::from(kept).to_ne_bytes(), 8).expect("its file is written");
    }
}
