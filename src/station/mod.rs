//! `station.toml` → what changes rarely: names, the line, the ward's own rules.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use crate::problem::{Problem, Span, Text, any_refuses};
use crate::programme::{Column, Window, windows};
use crate::reading::fold::{bare, did_you_mean, folded, has_marks};
use crate::reading::tree::{Table, find};
use crate::reading::{Block, Reader, parse};

mod alerts;
mod amplifier;
mod clock;
mod command;
mod console;
mod emergency;
mod holidays;
mod line;
mod line_name;
mod lists;
mod mail;
mod names;
mod report;
mod rules;
mod targets;

pub use alerts::{Address, Alerts, Pace, Secret, Way};
pub use amplifier::{Amplifier, Signal, Switch};
pub use clock::ClockRule;
pub use console::{Certificate, Console};
pub use emergency::Tone;
pub use holidays::{Holiday, LUNAR, LunarDay, When};
pub use line::{AfterLineLoss, GainSpan, LineSettings};
pub use line_name::line_name;
pub use lists::{Basis, Field, Genre, Hotline, Topic};
pub use mail::{Login, Mail, Security};
pub use names::{FormerNames, Names, TWO_LEVELS, is_of_district};
pub use report::{Balance, Imbalance, Reporting, Rhythm, Shares};
pub use rules::{ApprovalRule, Quiet, Rules};
pub use targets::{Target, Targets};

/// The station.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// What it is called now.
    pub names: Names,
    /// What it was called before; no two hold on one day.
    pub was: Vec<FormerNames>,
    /// The zone all civil times are in.
    pub zone: TimeZone,
    /// The zone's IANA name.
    pub zone_name: String,
    /// The line.
    pub line: LineSettings,
    /// How the amplifier is switched; none where Loa does not switch it.
    pub amplifier: Option<Amplifier>,
    /// Who is told of what goes wrong.
    pub alerts: Alerts,
    /// Where the operator's page is asked for.
    pub console: Console,
    /// What is heard before an emergency; none: Loa's own tone.
    pub emergency_tone: Option<Tone>,
    /// When the PC's clock is trusted.
    pub clock: ClockRule,
    /// Stretches of the day in which nothing airs.
    pub quiet: Vec<Quiet>,
    /// The ward's other rules.
    pub rules: Rules,
    /// What is to be reached in a month, a quarter, a year.
    pub targets: Targets,
    /// How the ward reports.
    pub reporting: Reporting,
    /// How it wants praise and criticism weighed.
    pub balance: Balance,
    /// The plan's topics and their parts, in the order of the Vietnamese alphabet.
    pub topics: Vec<Topic>,
    /// The built-in genres, then the ward's own.
    pub genres: Vec<Genre>,
    /// The fields of work.
    pub fields: Vec<Field>,
    /// Forms of propaganda other than the loudspeaker.
    pub forms: Vec<String>,
    /// The documents that the plan carries out, in the order in which they are printed.
    pub basis: Vec<Basis>,
    /// Numbers that people may report to.
    pub hotlines: Vec<Hotline>,
    /// Days unlike the others; a month's schedule has those of its days among its exceptions.
    pub holidays: Vec<Holiday>,
    /// Windows that hold in every month.
    pub windows: Vec<Window>,
    /// Columns that hold in every month.
    pub columns: Vec<Column>,
}

/// The zone of a station that names none.
const ZONE: &str = "Asia/Ho_Chi_Minh";

impl Default for Station {
    /// What holds without a `station.toml`.
    fn default() -> Station {
        Station {
            names: Names::default(),
            was: Vec::new(),
            // The zone's data is in the binary; without it the fixed offset is the same for every date since 1975.
            zone: TimeZone::get(ZONE).unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(7))),
            zone_name: ZONE.to_owned(),
            line: LineSettings::default(),
            amplifier: None,
            alerts: Alerts::default(),
            console: Console::default(),
            emergency_tone: None,
            clock: ClockRule::Auto,
            quiet: vec![Quiet { from: Time::constant(21, 0, 0, 0), to: Time::constant(5, 0, 0, 0) }],
            rules: Rules::default(),
            targets: Targets::default(),
            reporting: Reporting::default(),
            balance: Balance::default(),
            topics: Vec::new(),
            genres: lists::genres(),
            fields: Vec::new(),
            forms: Vec::new(),
            basis: Vec::new(),
            hotlines: Vec::new(),
            holidays: Vec::new(),
            windows: Vec::new(),
            columns: Vec::new(),
        }
    }
}

const TABLES: [&str; 11] = [
    "station",
    "line",
    "amplifier",
    "rules",
    "emergency",
    "clock",
    "alerts",
    "console",
    "targets",
    "report",
    "balance",
];
const ROWS: [&str; 9] = ["topic", "genre", "field", "form", "basis", "hotline", "holiday", "window", "column"];
const TABLES_OF_MONTH: [&str; 6] = ["month", "segment", "exception", "other_activity", "deliverable", "remarks"];
const STATION: [&str; 7] = ["name", "code", "parent", "place", "one_stop", "timezone", "was"];

/// Reads the text of `file` (`schedules/station.toml`). Keys that are not there keep the values of
/// [`Station::default`]; no station comes back if any problem refuses the file. Columns and segments that its running
/// orders name may stand in a month: they are held against each month as that is read.
pub fn read(file: &str, text: &str) -> (Option<Station>, Vec<Problem>) {
    let document = parse(file, text, &ROWS);
    let mut reader = Reader::new(file, document.problems, document.damaged);
    let root = &document.root;
    let known: Vec<&str> = TABLES.into_iter().chain(ROWS).collect();
    reader.blocks(root, &known, &TABLES_OF_MONTH, "schedules/2026-12.toml");
    let mut station = Station::default();
    if let Some(table) = block(&mut reader, root, "station") {
        reader.keys(table, &STATION);
        names::read(&mut reader, table, text.len(), &mut station);
        zone(&mut reader, table, &mut station);
    }
    let line = block(&mut reader, root, "line");
    station.line = line::read(&mut reader, root, line);
    if let Some(table) = block(&mut reader, root, "amplifier") {
        station.amplifier = amplifier::read(&mut reader, header(root, "amplifier"), table);
    }
    if let Some(table) = block(&mut reader, root, "rules") {
        rules::read(&mut reader, table, &mut station);
    }
    if let Some(table) = block(&mut reader, root, "emergency") {
        station.emergency_tone = emergency::read(&mut reader, table);
    }
    if let Some(table) = block(&mut reader, root, "clock") {
        station.clock = clock::read(&mut reader, table);
    }
    if let Some(table) = block(&mut reader, root, "alerts") {
        station.alerts = alerts::read(&mut reader, header(root, "alerts"), table);
    }
    if let Some(table) = block(&mut reader, root, "console") {
        station.console = console::read(&mut reader, table);
    }
    if let Some(table) = block(&mut reader, root, "targets") {
        station.targets = targets::read(&mut reader, table);
    }
    if let Some(table) = block(&mut reader, root, "report") {
        station.reporting = report::reporting(&mut reader, table);
    }
    if let Some(table) = block(&mut reader, root, "balance") {
        station.balance = report::balance(&mut reader, table);
    }
    lists::read(&mut reader, root, text.len(), &mut station);
    station.holidays = holidays::read(&mut reader, root, text.len());
    station.windows = windows::windows(&mut reader, root, text.len());
    station.columns =
        windows::columns(&mut reader, root, text.len(), &|reader, written, span| station.topic(reader, written, span));
    // A station that gives its name writes reports.
    if !station.name_is_default() && find(root, "basis").is_none() {
        no_basis(&mut reader, root);
    }
    let problems = reader.into_problems();
    let station = (!any_refuses(&problems)).then_some(station);
    (station, problems)
}

impl Station {
    /// Whether it has not been given a name.
    fn name_is_default(&self) -> bool {
        self.names.name == names::NAME
    }

    /// The codes of all topics and their parts, in their order.
    pub fn topic_codes(&self) -> impl Iterator<Item = &str> + Clone {
        self.topics.iter().flat_map(|topic| std::iter::once(topic).chain(&topic.sub)).map(|topic| topic.code.as_str())
    }

    /// The topic that `written`, at `span`, names, as the list spells it; noted if it is none of them.
    pub(crate) fn topic(&self, reader: &mut Reader<'_>, written: &str, span: Span) -> Option<String> {
        let cure = Text::new(
            format!("thêm khối `[[topic]]` với `code = \"{written}\"` vào `station.toml`"),
            format!("add a block `[[topic]]` with `code = \"{written}\"` to `station.toml`"),
        );
        let kind = Text::new("chủ đề", "topic");
        // Without its mark a letter may be meant; one with a mark is another letter: đ is no d.
        let (marked, same) = (has_marks(written), folded(written));
        let known = self.topic_codes().filter(|code| !marked || folded(code) == same);
        reader.named(&kind, written, span, known, cure).map(str::to_owned)
    }
}

/// A plan that carries out nothing is one that nobody asked for: the report's first line would be empty.
fn no_basis(reader: &mut Reader<'_>, root: &Table) {
    let message = Text::new(
        "chưa ghi văn bản làm căn cứ: kế hoạch và báo cáo sẽ thiếu dòng “Thực hiện …”",
        "no basis is written: plan and report will lack their line “Carries out …”",
    );
    let help = Text::new(
        "thêm khối `[[basis]]` với `number`, `date`, `issuer`, `abstract`",
        "add a block `[[basis]]` with `number`, `date`, `issuer`, `abstract`",
    );
    let place = find(root, "station").map(|(key, _)| reader.place(key.span));
    reader.note(Problem::warning("no-basis", place, message, help));
}

fn block<'n>(reader: &mut Reader<'_>, root: &'n Table, name: &str) -> Option<&'n Table> {
    let (key, node) = find(root, name)?;
    reader.table(key, node)
}

/// Where the block `name` begins.
fn header(root: &Table, name: &str) -> Span {
    find(root, name).map_or(Span { start: 0, end: 0 }, |(key, _)| key.span)
}

fn zone(reader: &mut Reader<'_>, table: &Table, station: &mut Station) {
    let Some((_, node)) = find(table, "timezone") else { return };
    let Some(name) = reader.text("timezone", node, "\"Asia/Ho_Chi_Minh\"") else { return };
    match TimeZone::get(name.trim()) {
        Ok(zone) => {
            station.zone_name = zone.iana_name().unwrap_or(name.trim()).to_owned();
            station.zone = zone;
        }
        Err(_) => unknown_zone(reader, node.span, &name),
    }
}

/// `valid_to` before `valid_from`, which its place shows.
fn backwards(block: &mut Block<'_, '_, '_>, from: Date, to: Date) {
    let message = Text::new(
        format!("`valid_to` ({to}) trước `valid_from` ({from})"),
        format!("`valid_to` ({to}) is before `valid_from` ({from})"),
    );
    let span = block.node("valid_to").map_or(block.header, |node| node.span);
    block.reader.refuse("bad-range", span, message, Text::new("đổi chỗ hai ngày", "swap the two dates"));
}

/// What people call Viet Nam's zone by; the zone data know it by one of its cities alone.
const IN_VIET_NAM: [&str; 8] = ["vietnam", "hanoi", "saigon", "hochiminh", "danang", "haiphong", "hue", "cantho"];

/// Whether a name is a place in Viet Nam, whatever continent, marks and signs it has.
fn is_in_viet_nam(name: &str) -> bool {
    let place = name.rsplit('/').next().unwrap_or(name);
    let place: String = bare(place).chars().filter(|c| c.is_alphanumeric()).collect();
    let place = ["thanhpho", "tp"].iter().find_map(|head| place.strip_prefix(head)).unwrap_or(&place);
    IN_VIET_NAM.contains(&place.strip_suffix("city").unwrap_or(place))
}

fn unknown_zone(reader: &mut Reader<'_>, span: Span, name: &str) {
    let message = Text::new(format!("không có múi giờ `{name}`"), format!("there is no time zone `{name}`"));
    if is_in_viet_nam(name) {
        return reader.refuse("unknown-zone", span, message, did_you_mean("Asia/Ho_Chi_Minh"));
    }
    let known: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    let known = known.iter().map(String::as_str).filter(|name| name.contains('/'));
    let help = reader.hint(name, known, || {
        Text::new(
            "ở Việt Nam dùng `Asia/Ho_Chi_Minh`",
            "in Viet Nam write `Asia/Ho_Chi_Minh`; elsewhere the zone's IANA name",
        )
    });
    reader.refuse("unknown-zone", span, message, help);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(text: &str) -> Station {
        let (station, problems) = read("schedules/station.toml", text);
        station.unwrap_or_else(|| panic!("{problems:?}"))
    }

    fn codes(text: &str) -> Vec<&'static str> {
        let (station, problems) = read("schedules/station.toml", text);
        assert_eq!(station.is_none(), any_refuses(&problems));
        problems.iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn an_empty_file_is_the_default_and_warns_of_the_device() {
        assert_eq!(good(""), Station::default());
        assert_eq!(codes(""), ["default-device"]);
        assert_eq!(codes("[line]\ndevice = \"default\"\n"), ["default-device"]);
        assert_eq!(codes("[line]\ndevice = \"null\"\n"), [] as [&str; 0]);
    }

    #[test]
    fn quiet_hours_may_run_over_midnight_or_be_none() {
        let t = |h, m| Time::constant(h, m, 0, 0);
        let station = good("[rules]\nquiet = [\"21:00-05:00\", \"12:00 – 13:30\"]\n");
        assert_eq!(station.quiet, [Quiet { from: t(21, 0), to: t(5, 0) }, Quiet { from: t(12, 0), to: t(13, 30) }]);
        assert_eq!(good("[rules]\nquiet = []\n").quiet, []);
    }

    #[test]
    fn devices_are_named_with_their_host() {
        for name in ["default", "null", "wav:out.wav", "alsa:hw:CARD=PCH,DEV=0", "wasapi:Loa phường", "pulseaudio:line"]
        {
            assert_eq!(good(&format!("[line]\ndevice = '{name}'\n")).line.device, name);
        }
        for name in ["hw:0".to_uppercase().as_str(), "0", "Loa", "wav:", "c:\\out.wav", "alsa:null", "alse:hw:CARD=PCH"]
        {
            assert_eq!(codes(&format!("[line]\ndevice = '{name}'\n")), ["bad-device"], "{name}");
        }
        assert_eq!(codes("[line]\ndevice = 0\n"), ["wrong-type"]);
        assert_eq!(codes("[line]\ndevice = \" \"\n"), ["empty-text"]);
    }

    #[test]
    fn the_sound_of_the_line_has_defaults() {
        let line = good("[line]\ndevice = \"null\"\n").line;
        assert_eq!(line, LineSettings { device: "null".into(), ..LineSettings::default() });
        assert_eq!((line.loudness_clufs, line.peak_cdbtp), (Some(-1600), -100));
        let own = |keys: &str| {
            let line = good(&format!("[line]\ndevice = \"null\"\n{keys}")).line;
            (line.loudness_clufs, line.peak_cdbtp)
        };
        assert_eq!(own("loudness = -20\npeak = -2.5\n"), (Some(-2000), -250));
        assert_eq!(own("loudness = false\npeak = 0\n"), (None, 0));
    }

    #[test]
    fn zones_come_from_the_data_in_the_binary() {
        assert_eq!(good("[station]\ntimezone = \"Europe/Berlin\"\n").zone_name, "Europe/Berlin");
        let (_, problems) = read("f", "[station]\ntimezone = \"Asia/Ho_Chi_Min\"\n[line]\ndevice = \"null\"\n");
        assert_eq!(problems[0].help.en, "did you mean `Asia/Ho_Chi_Minh`?");
        // A city of Viet Nam is no city of another country that is spelt alike.
        for city in [
            "Asia/Hanoi",
            "Hà Nội",
            "Asia/Ha_Noi",
            "Saigon/VN/Sài Gòn",
            "Asia/Da_Nang",
            "Đà Nẵng",
            "TP. Hồ Chí Minh",
            "Ho Chi Minh City",
            "Viet Nam",
            "Asia/Haiphong",
        ] {
            let (_, problems) = read("f", &format!("[station]\ntimezone = \"{city}\"\n[line]\ndevice = \"null\"\n"));
            assert_eq!(problems[0].help.en, "did you mean `Asia/Ho_Chi_Minh`?", "{city}");
        }
        let (_, problems) = read("f", "[station]\ntimezone = \"Asia/Harbi\"\n[line]\ndevice = \"null\"\n");
        assert_eq!(problems[0].help.en, "did you mean `Asia/Harbin`?");
    }

    #[test]
    fn what_never_was_is_unknown() {
        let text = "[line]\ndevice = \"null\"\nlouder = true\n[rules]\non_time = \"1m\"\nquiett = []\n[colour]\n";
        assert_eq!(codes(text), ["unknown-key", "unknown-key", "unknown-key"]);
    }
}
