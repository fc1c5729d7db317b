//! The TOML parser's English messages → what is wrong and what to do, in plain words.

use crate::problem::{Place, Problem, Span, Text};

/// The line on which a mistake stands, for telling one kind from another.
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
    pub(super) line: &'t str,
}

impl<'t> Line<'t> {
    /// The line of `text` on which `span` begins.
    pub(super) fn of(text: &'t str, span: Span) -> Line<'t> {
        let at = (0..=span.start.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
        let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        Line { text, start, line: text[start..end].trim_end_matches('\r') }
    }

    fn span(&self) -> Span {
        let indent = self.line.len() - self.line.trim_start().len();
        Span { start: self.start + indent, end: self.start + self.line.trim_end().len().max(indent) }
    }

    /// The place of the first such character of the line.
    fn find(&self, wanted: impl Fn(char) -> bool) -> Option<Span> {
        let (at, c) = self.line.char_indices().find(|(_, c)| wanted(*c))?;
        Some(Span { start: self.start + at, end: self.start + at + c.len_utf8() })
    }
}

struct Told {
    code: &'static str,
    span: Span,
    message: Text,
    help: Text,
}

/// `[segment]` where a row is meant.
pub(super) fn single_brackets(file: &str, span: Span, row: &str) -> Problem {
    let message = Text::new(format!("`[{row}]` chỉ có một lớp ngoặc vuông"), format!("`[{row}]` has single brackets"));
    let help = Text::new(
        format!("mỗi khối bắt đầu bằng `[[{row}]]`, hai lớp ngoặc, vì có thể có nhiều khối"),
        format!("start each block with `[[{row}]]`, in double brackets, since there can be several"),
    );
    Problem::refuse("single-brackets", Some(Place { file: file.to_owned(), span }), message, help)
}

/// What joining two files leaves behind.
pub(super) fn bom_inside(file: &str, span: Span) -> Problem {
    let message =
        Text::new("có dấu BOM (ký tự ẩn) ở giữa tệp", "a byte order mark, an invisible sign, stands inside the file");
    let help = Text::new(
        "thường do nối hai tệp lại: xóa rồi gõ lại đầu dòng này",
        "two files were probably joined: delete the start of this line and type it again",
    );
    Problem::refuse("bom-inside", Some(Place { file: file.to_owned(), span }), message, help)
}

/// The problem behind the parser's `message` at `span`; none if it only follows from another that is told.
pub(super) fn problem(file: &str, message: &str, span: Span, line: &Line<'_>) -> Option<Problem> {
    let told = if message == "duplicate key" {
        return Some(super::duplicates::duplicate(file, span, line));
    } else {
        letters(message, span, line)
            .or_else(|| quotes(message, span, line))
            .or_else(|| numbers(message, span, line))
            .or_else(|| structure(message, span, line))
            .unwrap_or_else(|| unknown(message, span))
    };
    let place = Place { file: file.to_owned(), span: told.span };
    Some(Problem::refuse(told.code, Some(place), told.message, told.help))
}

/// Letters that should not be there at all.
fn letters(message: &str, span: Span, line: &Line<'_>) -> Option<Told> {
    if message.starts_with("carriage return") {
        return Some(Told {
            code: "lone-cr",
            span,
            message: Text::new(
                "xuống dòng bằng ký tự CR đơn lẻ (kiểu máy Mac cũ)",
                "a line ends with a lone carriage return (old Mac style)",
            ),
            help: Text::new(
                "lưu lại tệp với kiểu xuống dòng Windows (CRLF) hoặc Unix (LF)",
                "save the file with Windows (CRLF) or Unix (LF) line endings",
            ),
        });
    }
    let escape = message.starts_with("missing escaped value")
        || message.contains("unicode value digits")
        || message.contains("escape")
        || message.contains("unicode hexadecimal value");
    if escape && line.line.contains('\\') {
        let at = line.text[..span.start.min(line.text.len())].rfind('\\').unwrap_or(span.start);
        return Some(Told {
            code: "backslash",
            span: Span { start: at, end: at + 1 },
            message: Text::new(
                "dấu `\\` trong ngoặc kép có nghĩa đặc biệt nên không đọc được",
                "a `\\` inside double quotes has a special meaning and cannot be read here",
            ),
            help: Text::new(
                "dùng `/` thay cho `\\`, hoặc đặt chữ trong nháy đơn '…'",
                "use `/` instead of `\\`, or put the text in single quotes '…'",
            ),
        });
    }
    let blank = |c: char| c.is_whitespace() && !c.is_ascii() || c == '\u{200b}';
    let quoted = message.contains("string") && !message.starts_with("string values must be quoted");
    if let Some(span) = line.find(blank).filter(|_| !quoted) {
        return Some(Told {
            code: "odd-blank",
            span,
            message: Text::new(
                "có khoảng trắng đặc biệt (thường do chép từ Word hoặc trang web)",
                "an unusual blank stands here, probably copied from Word or a web page",
            ),
            help: Text::new("xóa nó rồi gõ lại bằng phím cách", "delete it and type an ordinary blank"),
        });
    }
    None
}

/// Text without quotes, with one only, or with those of a word processor.
fn quotes(message: &str, span: Span, line: &Line<'_>) -> Option<Told> {
    // Without its first quote a word is taken for whatever it begins like: `days = T2-T7"`.
    let word = line.text.get(span.start..span.end).unwrap_or_default().trim();
    if word.len() > 1 && word.ends_with('"') && word.matches('"').count() == 1 {
        let value = word.trim_end_matches('"');
        let help = Text::new(format!("viết `\"{value}\"`"), format!("write `\"{value}\"`"));
        return Some(Told { help, ..missing_quote(line) });
    }
    // The parser takes every word that begins with a t or an f for a slip in `true` or `false`: `days = T2`.
    if message.starts_with("invalid boolean") {
        let word = line.text.get(span.start..span.end).unwrap_or_default().trim();
        let boolean = ["true", "false"].iter().any(|known| word.eq_ignore_ascii_case(known));
        return (!word.is_empty() && !boolean).then(|| not_quoted(word, span));
    }
    let about_text = message.starts_with("string values must be quoted")
        || message.contains("basic string")
        || message.contains("literal string")
        || message.contains("opening quote");
    if !about_text {
        return None;
    }
    if let Some(span) = line.find(|c| matches!(c, '“' | '”' | '„' | '‘' | '’' | '«' | '»')) {
        return Some(Told {
            code: "smart-quotes",
            span,
            message: Text::new(
                "dấu ngoặc kép cong (kiểu Word) không dùng được ở đây",
                "curly quotes, as Word makes them, do not work here",
            ),
            help: Text::new("thay bằng dấu ngoặc kép thẳng \"…\"", "replace them with straight quotes \"…\""),
        });
    }
    if !message.starts_with("string values must be quoted") {
        if message.contains("visible characters") {
            return Some(Told {
                code: "control-character",
                span,
                message: Text::new(
                    "có ký tự điều khiển ẩn trong chữ",
                    "an invisible control character stands in the text",
                ),
                help: Text::new("xóa rồi gõ lại đoạn này", "delete this part and type it again"),
            });
        }
        return Some(missing_quote(line));
    }
    let value = line.text.get(span.start..span.end).unwrap_or_default().trim();
    if value.is_empty() {
        return Some(Told {
            code: "missing-value",
            span: line.span(),
            message: Text::new("sau dấu `=` không có gì", "nothing stands after the `=`"),
            help: Text::new(
                "ghi giá trị sau dấu `=`, hoặc xóa dòng này",
                "write a value after the `=`, or delete this line",
            ),
        });
    }
    let date = super::times::date(value).err().filter(|refusal| refusal.help.en.starts_with("did you mean"));
    if let Some(refusal) = date {
        return Some(Told { code: "bad-date", span, message: refusal.message, help: refusal.help });
    }
    Some(not_quoted(value, span))
}

fn missing_quote(line: &Line<'_>) -> Told {
    Told {
        code: "missing-quote",
        span: line.span(),
        message: Text::new("thiếu một dấu ngoặc kép", "a quotation mark is missing"),
        help: Text::new(
            "chữ nằm trọn trong một cặp ngoặc kép, như `title = \"Bản tin\"`",
            "put text between a pair of quotes, as in `title = \"Bản tin\"`",
        ),
    }
}

fn not_quoted(value: &str, span: Span) -> Told {
    Told {
        code: "not-quoted",
        span,
        message: Text::new(format!("`{value}` phải nằm trong ngoặc kép"), format!("`{value}` must be in quotes")),
        help: Text::new(format!("viết `\"{value}\"`"), format!("write `\"{value}\"`")),
    }
}

/// Times, dates and numbers.
fn numbers(message: &str, span: Span, line: &Line<'_>) -> Option<Told> {
    let value = line.text.get(span.start..span.end).unwrap_or_default().trim();
    if message.starts_with("invalid date") && value.len() == 7 && value.matches('-').count() == 1 {
        return Some(not_quoted(value, span));
    }
    if message.starts_with("invalid time") || message.starts_with("invalid date") {
        let time = value.contains(':') && !value.contains('-');
        let refusal = if time { super::times::time(value).err() } else { super::times::date(value).err() };
        let code = if time { "bad-time" } else { "bad-date" };
        return Some(match refusal {
            Some(refusal) => Told { code, span, message: refusal.message, help: refusal.help },
            // A one-digit hour is fine in quotes.
            None => Told {
                code,
                span,
                message: Text::new(
                    format!("`{value}` thiếu chữ số khi không có ngoặc kép"),
                    format!("`{value}` lacks a digit when it is not in quotes"),
                ),
                help: Text::new(
                    format!("viết `\"{value}\"` hoặc `0{value}`"),
                    format!("write `\"{value}\"` or `0{value}`"),
                ),
            },
        });
    }
    if message.starts_with("unexpected key or value") {
        let before = &line.text[line.start..span.start.min(line.text.len())];
        let after = line.text.get(span.start..).unwrap_or_default();
        let number = before.trim_end().trim_end_matches(',').ends_with(|c: char| c.is_ascii_digit());
        if number && (before.ends_with(',') || after.starts_with(',')) && !before.contains('[') {
            let value = line.line.split('=').nth(1).unwrap_or_default().split('#').next().unwrap_or_default().trim();
            return Some(Told {
                code: "decimal-comma",
                span: line.span(),
                message: Text::new(
                    format!("số thập phân `{value}` dùng dấu phẩy"),
                    format!("the number `{value}` has a decimal comma"),
                ),
                help: Text::new(
                    format!("dùng dấu chấm: `{}`", value.replace(',', ".")),
                    format!("use a point: `{}`", value.replace(',', ".")),
                ),
            });
        }
    }
    None
}

/// How a message of the parser begins, and what is told instead.
struct Plain {
    begins: &'static str,
    code: &'static str,
    /// The whole line is marked: the parser's own place is where it gave up.
    line: bool,
    message: (&'static str, &'static str),
    help: (&'static str, &'static str),
}

/// Brackets, commas, equals signs and keys.
const STRUCTURE: [Plain; 11] = [
    Plain {
        begins: "unexpected key or value",
        code: "two-on-a-line",
        line: true,
        message: ("có chữ thừa ở cuối dòng này", "this line goes on after its value"),
        help: (
            "mỗi dòng chỉ ghi một `khóa = giá trị`; ghi chú bắt đầu bằng `#`",
            "write one `key = value` a line; a remark starts with `#`",
        ),
    },
    Plain {
        begins: "key with no value",
        code: "missing-equals",
        line: true,
        message: ("dòng này không có dạng `khóa = giá trị`", "this line does not read `key = value`"),
        help: (
            "ghi dấu `=` giữa khóa và giá trị, hoặc đặt `#` ở đầu dòng nếu là ghi chú",
            "write `=` between key and value, or `#` in front if it is a remark",
        ),
    },
    HEADER,
    Plain { begins: "unclosed array table", ..HEADER },
    LIST,
    Plain { begins: "unclosed array", ..LIST },
    Plain {
        begins: "missing comma",
        code: "missing-comma",
        line: true,
        message: (
            "thiếu dấu phẩy giữa hai giá trị trong danh sách",
            "a comma is missing between two values of the list",
        ),
        help: ("viết như `[\"05:45\", \"17:10\"]`", "write as in `[\"05:45\", \"17:10\"]`"),
    },
    Plain {
        begins: "invalid unquoted key",
        code: "bad-key",
        line: true,
        message: (
            "tên khóa chỉ gồm chữ cái không dấu, chữ số, `-` và `_`",
            "a key has letters without marks, digits, `-` and `_` alone",
        ),
        help: (
            "dùng tên khóa tiếng Anh, như `title`, `audio`, `at`",
            "use the English keys, such as `title`, `audio`, `at`",
        ),
    },
    Plain {
        begins: "invalid boolean",
        code: "bad-boolean",
        line: false,
        message: ("từ này phải viết bằng chữ thường", "this word is written in small letters"),
        help: ("viết `true` hoặc `false`", "write `true` or `false`"),
    },
    DEEP,
    Plain {
        begins: "recursion limit",
        message: ("khóa này có quá nhiều phần nối bằng dấu chấm", "this key has too many parts joined by points"),
        help: (
            "ghi khóa không có dấu chấm, dưới `[…]` của khối chứa nó",
            "write a key without points, below the `[…]` of its block",
        ),
        ..DEEP
    },
];

const HEADER: Plain = Plain {
    begins: "unclosed table",
    code: "missing-bracket",
    line: true,
    message: ("thiếu dấu `]` ở tiêu đề khối này", "this block's header lacks a `]`"),
    help: ("viết đủ ngoặc như `[[segment]]` hoặc `[station]`", "close it, as in `[[segment]]` or `[station]`"),
};

const LIST: Plain = Plain {
    begins: "unexpected `=` in array",
    code: "missing-bracket",
    line: false,
    message: ("danh sách chưa đóng bằng `]`", "the list is not closed with `]`"),
    help: (
        "thêm `]` ở cuối danh sách, như `[\"05:45\", \"17:10\"]`",
        "add `]` at its end, as in `[\"05:45\", \"17:10\"]`",
    ),
};

const DEEP: Plain = Plain {
    begins: "cannot recurse further",
    code: "too-deep",
    line: false,
    message: ("quá nhiều lớp ngoặc lồng nhau", "brackets are nested too deep"),
    help: (
        "tệp kế hoạch không cần quá hai lớp; kiểm tra dấu ngoặc",
        "a schedule needs no more than two levels; check the brackets",
    ),
};

fn structure(message: &str, span: Span, line: &Line<'_>) -> Option<Told> {
    let plain = STRUCTURE.iter().find(|plain| message.starts_with(plain.begins))?;
    let help = match (plain.code, english_key(line)) {
        ("bad-key", Some(help)) => help,
        _ => Text::new(plain.help.0, plain.help.1),
    };
    let message = Text::new(plain.message.0, plain.message.1);
    Some(Told { code: plain.code, span: if plain.line { line.span() } else { span }, message, help })
}

/// The key that a Vietnamese word stands for, where it is one that people try.
fn english_key(line: &Line<'_>) -> Option<Text> {
    let key = super::hints::meaning(line.line.split('=').next()?.trim())?;
    Some(Text::new(format!("dùng khóa `{key}`"), format!("use the key `{key}`")))
}

/// What has no plain words yet: the parser's own.
fn unknown(message: &str, span: Span) -> Told {
    Told {
        code: "toml-syntax",
        span,
        message: Text::new(format!("sai cú pháp TOML (“{message}”)"), format!("TOML syntax (“{message}”)")),
        help: Text::new("so với dòng tương tự trong tệp mẫu", "compare with the same line of a sample file"),
    }
}
