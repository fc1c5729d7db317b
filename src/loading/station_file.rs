//! `station.toml` as it lies on the disk, or as it is in force where that says nothing.

use super::{ReadText, read_text};
use crate::home::Home;
use crate::problem::{Problem, Sources, Text};
use crate::station::{self, Station};

/// `station.toml` as it was read.
#[derive(Clone, Debug)]
pub struct LoadedStation {
    /// As written, or the defaults where there is no file; none if the file is refused.
    pub station: Option<Station>,
    /// Its text; none if it is absent or unreadable.
    pub text: Option<String>,
    /// What is to be said of it.
    pub problems: Vec<Problem>,
    /// Its text by its name.
    pub sources: Sources,
    /// What lies there says nothing, and this is the last good one, which is in force.
    pub is_last_good: bool,
}

impl LoadedStation {
    /// Whether it says nothing of how the station is to run: it is refused, gone or empty. What was in force before stays so.
    pub fn says_nothing(&self) -> bool {
        self.station.is_none() || self.text.as_ref().is_none_or(|text| text.trim().is_empty())
    }

    /// The text that is `in_force` in its place, while it says nothing.
    pub(super) fn or(&self, in_force: Option<&str>) -> Option<LoadedStation> {
        let text = in_force.filter(|text| self.says_nothing() && !text.trim().is_empty())?;
        Some(LoadedStation { is_last_good: true, ..station_of(Ok(Some(text.to_owned()))) })
    }
}

/// The name of `station.toml` in messages.
pub const STATION_FILE: &str = "schedules/station.toml";

/// Reads `station.toml`. An absent file is a warning and the defaults.
pub fn load_station(home: &Home) -> LoadedStation {
    station_of(read_text(&home.station_file(), STATION_FILE))
}

/// The same or, while what lies there says nothing, the text that is `in_force` in its place.
pub fn load_station_or(home: &Home, in_force: Option<&str>) -> LoadedStation {
    let lies = load_station(home);
    lies.or(in_force).unwrap_or(lies)
}

pub(super) fn station_of(text: ReadText) -> LoadedStation {
    let mut loaded =
        LoadedStation { station: None, text: None, problems: Vec::new(), sources: Sources::new(), is_last_good: false };
    match text {
        Ok(Some(text)) => {
            let (station, problems) = station::read(STATION_FILE, &text);
            loaded.sources.insert(STATION_FILE.to_owned(), text.clone());
            (loaded.station, loaded.problems, loaded.text) = (station, problems, Some(text));
        }
        Ok(None) => {
            let message = Text::new(
                format!(
                    "chưa có `{STATION_FILE}`: dùng thiết bị mặc định, giờ yên tĩnh 21:00-05:00, múi giờ Asia/Ho_Chi_Minh"
                ),
                format!("there is no `{STATION_FILE}`: default device, quiet hours 21:00-05:00, zone Asia/Ho_Chi_Minh"),
            );
            let help = Text::new(
                "chạy `loa init` trong thư mục đài để có tệp mẫu, rồi ghi tên đài và đường loa vào đó",
                "run `loa init` in the station's folder for a sample, and write the station's name and line into it",
            );
            loaded.problems.push(Problem::warning("no-station-file", None, message, help));
            loaded.station = Some(Station::default());
        }
        Err(problem) => loaded.problems.push(*problem),
    }
    loaded
}
