//! A station's home: the folder with `schedules/` and `audio/`, and Loa's own `var/`.

use std::path::{Path, PathBuf};

use crate::problem::Text;
use crate::schedule::Month;

/// Where a station's files lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    root: PathBuf,
}

impl Home {
    /// The home at `root`, whether or not it exists yet.
    pub fn at(root: impl Into<PathBuf>) -> Home {
        Home { root: root.into() }
    }

    /// The folder named by the user, or the nearest folder upwards from `here` that holds `schedules/`.
    ///
    /// # Errors
    /// A sentence for the user if there is none.
    pub fn find(named: Option<&Path>, here: &Path) -> Result<Home, Text> {
        if let Some(root) = named {
            if root.join("schedules").is_dir() {
                return Ok(Home::at(root));
            }
            return Err(Text::new(
                format!(
                    "`{}` không phải thư mục đài: thiếu thư mục con `schedules`; hãy chạy `loa init {0}`",
                    root.display()
                ),
                format!("`{}` is no station home: it has no folder `schedules`; run `loa init {0}`", root.display()),
            ));
        }
        here.ancestors().find(|dir| dir.join("schedules").is_dir()).map(Home::at).ok_or_else(|| {
            Text::new(
                "không tìm thấy thư mục đài (thư mục có `schedules`) từ đây trở lên; hãy chạy `loa init` hoặc dùng `--home`",
                "no station home (a folder with `schedules`) from here upwards; run `loa init` or give `--home`",
            )
        })
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// `schedules/`.
    pub fn schedules(&self) -> PathBuf {
        self.root.join("schedules")
    }

    /// `schedules/station.toml`.
    pub fn station_file(&self) -> PathBuf {
        self.schedules().join("station.toml")
    }

    /// `schedules/YYYY-MM.toml`.
    pub fn month_file(&self, month: Month) -> PathBuf {
        self.schedules().join(format!("{month}.toml"))
    }

    /// A line by its name, as it is opened: a file that it is written into lies below the home, whatever folder Loa is started
    /// in.
    pub fn line(&self, device: &str) -> String {
        device
            .strip_prefix("wav:")
            .map_or_else(|| device.to_owned(), |file| format!("wav:{}", self.root.join(file).display()))
    }

    /// `audio/`.
    pub fn audio(&self) -> PathBuf {
        self.root.join("audio")
    }

    /// `var/`: what Loa keeps for itself.
    pub fn var(&self) -> PathBuf {
        self.root.join("var")
    }

    /// What files of `schedules/` were before they were saved from the page.
    pub fn undo(&self) -> PathBuf {
        self.var().join("undo")
    }

    /// Where the log's copies lie, one a day.
    pub fn backups(&self) -> PathBuf {
        self.var().join("backup")
    }

    /// The airing log.
    pub fn ledger_file(&self) -> PathBuf {
        self.var().join("ledger.db")
    }

    /// Recordings that were replaced or removed.
    pub fn trash(&self) -> PathBuf {
        self.var().join("trash")
    }

    /// Who may use the console.
    pub fn accounts_file(&self) -> PathBuf {
        self.var().join("accounts.db")
    }

    /// The disposable cache of measurements.
    pub fn catalogue_file(&self) -> PathBuf {
        self.var().join("catalogue.db")
    }

    /// The program's own log: a file a day.
    pub fn program_log(&self) -> PathBuf {
        self.var().join("log")
    }

    /// Copies of recordings that are about to air.
    pub fn armed(&self) -> PathBuf {
        self.var().join("armed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_line_into_a_file_begins_at_the_home_and_any_other_is_called_as_it_is() {
        let home = Home::at("/dai");
        let lines = ["wav:nghe/ra.wav", "wav:/noi/khac.wav", "default", "null", "alsa:hw:CARD=PCH,DEV=0"];
        let opened = ["wav:/dai/nghe/ra.wav", "wav:/noi/khac.wav", "default", "null", "alsa:hw:CARD=PCH,DEV=0"];
        assert_eq!(lines.map(|line| home.line(line)), opened);
    }
}
