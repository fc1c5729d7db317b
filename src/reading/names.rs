//! Values that are names or counts: ids, paths of recordings, lines of text, numbers, and names of things that are
//! written elsewhere.

use std::collections::BTreeMap;

use super::Reader;
use super::fold::{bare, composed, folded, is_id, slug};
use super::hints::among_names;
use super::tree::Node;
use crate::problem::{Place, Problem, Span, Text, is_hidden, seen};

/// Letters of a name at most: more than the longest name of an office, and less than a sentence.
const MOST_NAME: usize = 200;

/// Words before the number of an extension.
const EXTENSIONS: [&str; 3] = ["nhánh", "máy lẻ", "ext"];

/// One number, with an extension or without.
fn is_telephone(written: &str) -> bool {
    let written = composed(written.trim()).to_lowercase();
    let parts = EXTENSIONS.iter().find_map(|word| written.split_once(word));
    let (number, extension) = parts.map_or((written.as_str(), None), |(number, more)| (number, Some(more)));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let number = number.trim();
    let written_so = number.strip_prefix('+').unwrap_or(number);
    let is_number = written_so.chars().all(|c| c.is_ascii_digit() || " .-()".contains(c));
    let is_extension = |more: &str| {
        let more = more.trim_matches([' ', '.', ':']);
        (1..=6).contains(&digits(more)) && more.chars().all(|c| c.is_ascii_digit())
    };
    is_number && (3..=15).contains(&digits(number)) && extension.is_none_or(is_extension)
}

impl<'a> Reader<'a> {
    /// An id: `[a-z0-9][a-z0-9-]{0,63}`.
    pub fn id(&mut self, key: &str, node: &Node) -> Option<String> {
        let id = self.text(key, node, "\"ban-tin\"")?;
        if is_id(&id) {
            return Some(id);
        }
        self.refuse_id(key, &id, node.span);
        None
    }

    /// Notes that `id`, the value or key at `span`, is none.
    pub fn refuse_id(&mut self, key: &str, id: &str, span: Span) {
        let message = Text::new(
            format!("`{id}` không dùng làm mã được: chỉ gồm `a` đến `z`, `0` đến `9` và `-`, tối đa 64 ký tự"),
            format!("`{id}` cannot be an id: it takes `a` to `z`, `0` to `9` and `-`, at most 64 of them"),
        );
        let help = match slug(id) {
            Some(good) => Text::new(format!("viết `{key} = \"{good}\"`"), format!("write `{key} = \"{good}\"`")),
            None => Text::new(format!("viết như `{key} = \"ban-tin\"`"), format!("write as in `{key} = \"ban-tin\"`")),
        };
        self.refuse("bad-id", span, message, help);
    }

    /// Text on one line, without outer blanks and without signs that nobody sees: names, titles, numbers of documents.
    pub fn line(&mut self, key: &str, node: &Node, example: &str) -> Option<String> {
        let text = self.text(key, node, example)?;
        let text = text.trim();
        if text.chars().any(char::is_control) {
            let code = if key == "title" { "bad-title" } else { "bad-text" };
            let message = Text::new(
                format!("`{key}` có xuống dòng hoặc ký tự ẩn"),
                format!("`{key}` has a line break or an invisible character"),
            );
            self.refuse(code, node.span, message, Text::new("ghi lại trên một dòng", "write it on one line"));
            return None;
        }
        let Some(hidden) = text.chars().find(|c| is_hidden(*c)) else { return Some(composed(text)) };
        let seen = seen(text);
        if seen.trim().is_empty() {
            self.empty(key, node, example);
            return None;
        }
        let code_point = format!("U+{:04X}", u32::from(hidden));
        let message = Text::new(
            format!("`{key}` có ký tự không ai nhìn thấy ({code_point}); Loa bỏ ký tự ấy"),
            format!("`{key}` has a sign that nobody sees ({code_point}); Loa leaves it out"),
        );
        let help = Text::new(
            "xóa rồi gõ lại giá trị này, đừng chép từ trang web hay tin nhắn",
            "delete this value and type it again, rather than copy it from a web page or a message",
        );
        self.note(Problem::warning("hidden-character", Some(self.place(node.span)), message, help));
        Some(composed(seen.trim()))
    }

    /// A name: a line that stands on paper, in lists and over pages, and so is bounded.
    pub fn name(&mut self, key: &str, node: &Node, example: &str) -> Option<String> {
        let name = self.line(key, node, example)?;
        let letters = name.chars().count();
        if letters <= MOST_NAME {
            return Some(name);
        }
        let message = Text::new(
            format!("`{key}` dài {letters} ký tự; tên dài nhất {MOST_NAME}"),
            format!("`{key}` has {letters} characters; a name has at most {MOST_NAME}"),
        );
        let help = Text::new(
            "rút ngắn tên; điều cần nói thêm thì ghi vào chỗ khác",
            "shorten the name, and say elsewhere what else there is to say",
        );
        self.refuse("long-name", node.span, message, help);
        None
    }

    /// A telephone number as people write it; several, with commas between.
    pub fn telephone(&mut self, key: &str, node: &Node, example: &str) -> Option<String> {
        let number = self.name(key, node, example)?;
        if number.split([',', ';', '/']).all(is_telephone) {
            return Some(number);
        }
        let message = Text::new(
            format!(
                "`{number}` không phải số điện thoại: số có 3 đến 15 chữ số, ngăn bằng dấu cách, `.`, `-` hay ngoặc"
            ),
            format!(
                "`{number}` is no telephone number: it has 3 to 15 digits, with blanks, `.`, `-` or brackets between"
            ),
        );
        let help = Text::new(
            format!(
                "viết như `{key} = {example}`; nhiều số thì ngăn bằng dấu phẩy, máy lẻ thì viết như `0296 3 852 123 nhánh 5`"
            ),
            format!(
                "write as in `{key} = {example}`; several with commas between, an extension as in `0296 3 852 123 ext 5`"
            ),
        );
        self.refuse("bad-telephone", node.span, message, help);
        None
    }

    /// One line of text or a list of them.
    pub fn lines(&mut self, key: &str, node: &Node, example: &str) -> Vec<String> {
        let nodes = self.list(key, node, true);
        self.each_once(key, nodes, |reader, node| reader.line(key, node, example))
    }

    /// What `one` makes of the `nodes` of the list `key`, each once: what says the same as one before it is noted.
    pub fn each_once(
        &mut self,
        key: &str,
        nodes: &[Node],
        mut one: impl FnMut(&mut Reader<'a>, &Node) -> Option<String>,
    ) -> Vec<String> {
        let mut first: BTreeMap<String, Place> = BTreeMap::new();
        let mut found = Vec::new();
        for node in nodes {
            let Some(value) = one(self, node) else { continue };
            let place = self.place(node.span);
            match first.get(&folded(&value)) {
                Some(first) => self.repeated(key, &value, place, first.clone()),
                None => {
                    first.insert(folded(&value), place);
                    found.push(value);
                }
            }
        }
        found
    }

    /// Notes that `value`, at `place`, stands in the list `key` already, at `first`.
    pub fn repeated(&mut self, key: &str, value: &str, place: Place, first: Place) {
        let message = Text::new(
            format!("`{value}` có hai lần trong `{key}`; chỉ tính một"),
            format!("`{value}` stands twice in `{key}`; it counts once"),
        );
        let help = Text::new("xóa một giá trị", "delete one of them");
        let problem = Problem::warning("repeated-value", Some(place), message, help);
        self.note(problem.and(first, Text::new("lần đầu ở đây", "first written here")));
    }

    /// A whole number that is not below `least`.
    pub fn count(&mut self, key: &str, node: &Node, least: u32) -> Option<u32> {
        let number = self.integer(key, node, &least.max(3).to_string())?;
        let count = u32::try_from(number).ok().filter(|count| *count >= least);
        if count.is_none() {
            let message = Text::new(
                format!("`{key}` không thể là `{number}`: ghi số từ {least} trở lên"),
                format!("`{key}` cannot be `{number}`: it takes a number from {least} up"),
            );
            let help = Text::new("sửa lại số", "correct the number");
            self.refuse("bad-number", node.span, message, help);
        }
        count
    }

    /// The path of a recording below `audio/`; it reads the same on every system.
    pub fn path(&mut self, key: &str, node: &Node) -> Option<String> {
        let path = self.text(key, node, "\"ban-tin.mp3\"")?;
        let path = path.trim();
        let Some((message, help)) = path_fault(key, path) else { return Some(composed(path)) };
        self.refuse("bad-path", node.span, message, help);
        None
    }

    /// The path of a folder below `audio/`, without its last `/`.
    pub fn folder(&mut self, key: &str, node: &Node) -> Option<String> {
        let text = self.text(key, node, "\"nhac-dem/\"")?;
        let path = text.trim();
        let path = path.strip_suffix('/').unwrap_or(path);
        let Some((message, help)) = path_fault(key, path) else { return Some(composed(path)) };
        self.refuse("bad-path", node.span, message, help);
        None
    }

    /// The one of `known` that `written`, at `span`, names, as that list spells it. `kind` is what the list holds
    /// (`chuyên mục`, `column`), `cure` what to do where nothing is near.
    pub fn named<'k>(
        &mut self,
        kind: &Text,
        written: &str,
        span: Span,
        known: impl Iterator<Item = &'k str> + Clone,
        cure: Text,
    ) -> Option<&'k str> {
        if let Some(name) = known.clone().find(|name| *name == written) {
            return Some(name);
        }
        let message =
            Text::new(format!("không có {} `{written}`", kind.vi), format!("there is no {} `{written}`", kind.en));
        if self.is_full() {
            self.refuse("unknown-name", span, message, cure);
            return None;
        }
        let as_written = folded(written);
        if let Some(name) = known.clone().find(|name| folded(name) == as_written) {
            return Some(name);
        }
        // Without marks a word may stand for two of the list: then neither is meant.
        let mut alike = known.clone().filter(|name| bare(name) == bare(written));
        if let (Some(name), None) = (alike.next(), alike.next()) {
            return Some(name);
        }
        let help = among_names(written, known, cure);
        self.refuse("unknown-name", span, message, help);
        None
    }

    /// Notes two values that may not stand together.
    pub fn not_together(&mut self, code: &'static str, second: (&str, Span), first: (&str, Span), help: Text) {
        let message = Text::new(
            format!("`{}` không đi cùng `{}`", second.0, first.0),
            format!("`{}` does not go with `{}`", second.0, first.0),
        );
        let problem = Problem::refuse(code, Some(self.place(second.1)), message, help);
        let first = self.place(first.1);
        self.note(problem.and(first, Text::new("đã có ở đây", "already here")));
    }
}

/// Where a path with `..` in it leads below its folder; none if it leads out of that.
fn straight(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

fn path_fault(key: &str, path: &str) -> Option<(Text, Text)> {
    let file = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let copy = Text::new(
        format!("chép tệp vào thư mục `audio/` rồi ghi `{key} = \"{file}\"`"),
        format!("copy the file into `audio/` and write `{key} = \"{file}\"`"),
    );
    // `D:\\ban-tin.mp3` between double quotes: the `\\b` is one sign there, and no longer to be seen.
    if path.chars().any(char::is_control) {
        let message = Text::new(
            format!("`{key}` có ký tự ẩn: dấu `\\` trong ngoặc kép có nghĩa đặc biệt"),
            format!("`{key}` has an invisible character: a `\\` inside double quotes has a special meaning"),
        );
        let help = Text::new(
            format!("dùng `/` thay cho `\\`; tệp nằm trong `audio/`, như `{key} = \"2026-12/ban-tin.mp3\"`"),
            format!("use `/` instead of `\\`; the file lies below `audio/`, as in `{key} = \"2026-12/ban-tin.mp3\"`"),
        );
        return Some((message, help));
    }
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
    if drive || path.starts_with(['/', '\\']) {
        let message = Text::new(
            format!("`{path}` nằm ngoài thư mục `audio/`"),
            format!("`{path}` lies outside the folder `audio/`"),
        );
        return Some((message, copy));
    }
    if path.split(['/', '\\']).any(|part| part == "..") {
        let Some(straight) = straight(path) else {
            let message = Text::new(
                format!("`{path}` dẫn ra ngoài thư mục `audio/`"),
                format!("`{path}` leads out of the folder `audio/`"),
            );
            return Some((message, copy));
        };
        let message = Text::new(format!("`{path}` đi vòng bằng `..`"), format!("`{path}` goes round by `..`"));
        return Some((message, Text::new(format!("viết `{straight}`"), format!("write `{straight}`"))));
    }
    if path.contains('\\') {
        let good = path.replace('\\', "/");
        let message = Text::new(format!("`{path}` dùng dấu `\\`"), format!("`{path}` has a `\\`"));
        return Some((message, Text::new(format!("viết `{good}`"), format!("write `{good}`"))));
    }
    let odd = path.split('/').any(|part| part.is_empty() || part == ".");
    odd.then(|| {
        let message =
            Text::new(format!("`{path}` không phải đường dẫn tệp"), format!("`{path}` is not the path of a file"));
        let help = Text::new(
            "ghi tên tệp trong `audio/`, như `2026-12/ban-tin.mp3`",
            "write the file's name below `audio/`, as in `2026-12/ban-tin.mp3`",
        );
        (message, help)
    })
}
