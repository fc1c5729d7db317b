//! Wakes the PC from sleep: the alarm of its hardware clock.

use std::io;
use std::path::{Path, PathBuf};

/// The hardware clock's alarm. There is one, and whoever sets it last has it.
#[derive(Debug)]
pub struct WakeAlarm {
    file: PathBuf,
}

impl WakeAlarm {
    /// This PC's; none where the system has no such file.
    pub fn of_this_pc() -> Option<WakeAlarm> {
        let file = Path::new("/sys/class/rtc/rtc0/wakealarm");
        file.exists().then(|| WakeAlarm { file: file.to_owned() })
    }

    /// The alarm that this file sets.
    pub fn at(file: &Path) -> WakeAlarm {
        WakeAlarm { file: file.to_owned() }
    }

    /// Sets it to so many seconds from now, whatever it was set to. Relative, for the hardware clock may keep local time.
    ///
    /// # Errors
    /// The system's, mostly that only root may.
    pub fn set_in(&self, seconds: u64) -> io::Result<()> {
        self.clear()?;
        std::fs::write(&self.file, format!("+{seconds}"))
    }

    /// Takes it back.
    ///
    /// # Errors
    /// The system's.
    pub fn clear(&self) -> io::Result<()> {
        std::fs::write(&self.file, "0")
    }

    /// Whether this user may set it. Sets nothing.
    pub fn may_be_set(&self) -> bool {
        std::fs::OpenOptions::new().write(true).open(&self.file).is_ok()
    }
}
