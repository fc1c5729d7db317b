//! The guide's pages and their sections.

use crate::reading::fold::bare;

/// A page of the guide.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The name of its file.
    pub name: &'static str,
    /// The same in English.
    pub english: &'static str,
    /// All of it.
    pub text: &'static str,
}

macro_rules! pages {
    ($($name:literal / $english:literal)+) => {
        &[$(Page {
            name: $name,
            english: $english,
            text: include_str!(concat!("../../../docs/huong-dan/", $name, ".md")),
        },)+]
    };
}

/// The pages of the operator's guide, by the names of their files, in the order of a station's life.
pub const PAGES: &[Page] = pages!(
    "cai-dat" / "install" "phat-lan-dau" / "first" "ke-hoach" / "schedule" "tet" / "holidays" "thu-am" / "recording"
    "trang-dieu-khien" / "page" "lich" / "calendar" "kho-am-thanh" / "library" "nhat-ky-tren-trang" / "logbook"
    "khan-cap" / "urgent" "mat-dien" / "power" "bao-cao" / "reports" "doi-may" / "moving" "loi-nhan" / "messages"
);

/// A heading and all below it, to the next heading of its level.
#[derive(Clone, Copy, Debug)]
pub struct Section<'p> {
    /// 1 for a page's own heading.
    pub level: usize,
    /// As it is written: `5. Ngày lễ, Tết và việc đột xuất`.
    pub heading: &'p str,
    /// The same without its number.
    pub name: &'p str,
    /// From the heading on.
    pub text: &'p str,
    /// The same to its first heading of a deeper level.
    pub own: &'p str,
    /// Where it stands in its page.
    span: (usize, usize),
}

impl Section<'_> {
    /// Whether `other`, of the same page, lies in it.
    pub fn holds(&self, other: &Section<'_>) -> bool {
        self.span != other.span && self.span.0 <= other.span.0 && other.span.1 <= self.span.1
    }
}

/// A heading where it stands.
struct Head<'p> {
    at: usize,
    level: usize,
    heading: &'p str,
}

/// The sections of a page, each before those inside it.
pub fn sections(page: &str) -> Vec<Section<'_>> {
    let heads = heads(page);
    let section = |nth: usize| {
        let Head { at, level, heading } = heads[nth];
        let after = &heads[nth + 1..];
        let end = after.iter().find(|other| other.level <= level).map_or(page.len(), |next| next.at);
        let own = after.first().map_or(page.len(), |next| next.at);
        let name = heading.split_once(". ").filter(|(number, _)| number.parse::<u8>().is_ok());
        let name = name.map_or(heading, |(_, name)| name);
        Section { level, heading, name, text: &page[at..end], own: &page[at..own], span: (at, end) }
    };
    (0..heads.len()).map(section).collect()
}

/// What stands between fences is no heading: a remark of a file begins with the same sign.
fn heads(page: &str) -> Vec<Head<'_>> {
    let mut heads = Vec::new();
    let (mut at, mut fenced) = (0, false);
    for line in page.split_inclusive('\n') {
        let level = line.len() - line.trim_start_matches('#').len();
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced && level > 0 && line[level..].starts_with(' ') {
            heads.push(Head { at, level, heading: line[level..].trim() });
        }
        at += line.len();
    }
    heads
}

/// A row of a table whose first cell is a word that Loa says: an outcome, a cause, a code of `loa check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'p> {
    /// The word.
    pub word: &'p str,
    /// What it means, and what to do; the last may be empty.
    pub says: [&'p str; 2],
}

/// The rows of three cells of a page's tables, their heads left out.
pub fn entries(page: &str) -> impl Iterator<Item = Entry<'_>> {
    let row = |line: &str| line.starts_with("| ") && !line.starts_with("| ---");
    let lines: Vec<&str> = page.lines().collect();
    let is_head = move |at: usize| lines.get(at + 1).is_some_and(|next| next.starts_with("| ---"));
    let rows = page.lines().enumerate().filter(move |(at, line)| row(line) && !is_head(*at));
    rows.filter_map(|(_, line)| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [word, meaning, cure] = cells[..] else { return None };
        Some(Entry { word: word.trim_matches('`'), says: [meaning, cure] })
    })
}

/// Words without marks and signs, each with a blank around: so that a word is found and no part of one.
pub fn spaced(text: &str) -> String {
    let plain: String = bare(text).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    format!(" {} ", plain.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_goes_on_to_the_next_heading_of_its_level() {
        let page = "# Một\na\n## 2. Hai\nb\n### Ba\nc\n```toml\n# station.toml\n## d\n```\n## Bốn\ne\n";
        let told: Vec<_> = sections(page).iter().map(|one| (one.level, one.name, one.text.len(), one.own)).collect();
        let two = "## 2. Hai\nb\n### Ba\nc\n```toml\n# station.toml\n## d\n```\n";
        let expected = [
            (1, "Một", page.len(), "# Một\na\n"),
            (2, "Hai", two.len(), "## 2. Hai\nb\n"),
            (3, "Ba", two.len() - "## 2. Hai\nb\n".len(), &two["## 2. Hai\nb\n".len()..]),
            (2, "Bốn", "## Bốn\ne\n".len(), "## Bốn\ne\n"),
        ];
        assert_eq!(told, expected);
        let all = sections(page);
        assert!(all[1].holds(&all[2]) && !all[1].holds(&all[3]) && !all[1].holds(&all[1]));
    }

    #[test]
    fn a_table_of_words_is_read_by_its_rows() {
        let page = "# A\n| mã | nghĩa là | nên làm |\n| --- | --- | --- |\n| `overlap` | trùng | dời |\n| Mất điện | tắt | |\n\n\
                    | mã | nghĩa |\n| --- | --- |\n| 0 | xong |\n";
        let found: Vec<_> = entries(page).collect();
        assert_eq!(
            found,
            [Entry { word: "overlap", says: ["trùng", "dời"] }, Entry { word: "Mất điện", says: ["tắt", ""] }]
        );
    }

    #[test]
    fn words_are_found_whole_and_without_marks() {
        assert_eq!(spaced("Tết, ngày lễ, `quốc_tang`!"), " tet ngay le quoc tang ");
        assert!(!spaced("quiet-hours").contains(&spaced("hour")));
    }
}
