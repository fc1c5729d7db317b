//! The TOML parser's English messages → what is wrong and what to do, in plain words.

use crate::problem::{Place, Problem, Span, Text};

/// The line on which a mistake stands, for telling one kind from another.
pub(super) struct Line<'t> {
    text: &'t str,
    start: usize,
    line: &'t str,
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

/// The problem behind the parser's `message` at `span`; none if it only follows from another that is told.
pub(super) fn problem(file: &str, message: &str, span: Span, line: &Line<'_>) -> Option<Problem> {
    // Brackets left open by nesting too deep: the nesting is the mistake.
    let told = if message == "duplicate key" {
        return Some(duplicate(file, span, line));
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
    if let Some(span) = line.find(|c| c == '\u{feff}').filter(|span| span.start > 0) {
        return Some(Told {
            code: "bom-inside",
            span,
            message: Text::new(
                "có dấu BOM (ký tự ẩn) ở giữa tệp",
                "a byte order mark, an invisible sign, stands inside the file",
            ),
            help: Text::new(
                "thường do nối hai tệp lại: xóa rồi gõ lại đầu dòng này",
                "two files were probably joined: delete the start of this line and type it again",
            ),
        });
    }
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
        return Some(Told {
            code: "missing-quote",
            span: line.span(),
            message: Text::new("thiếu một dấu ngoặc kép", "a quotation mark is missing"),
            help: Text::new(
                "chữ nằm trọn trong một cặp ngoặc kép, như `title = \"Bản tin\"`",
                "put text between a pair of quotes, as in `title = \"Bản tin\"`",
            ),
        });
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

/// Brackets, commas, equals signs and keys.
fn structure(message: &str, span: Span, line: &Line<'_>) -> Option<Told> {
    let (code, span, message, help) = if message.starts_with("unexpected key or value") {
        (
            "two-on-a-line",
            line.span(),
            Text::new("có chữ thừa ở cuối dòng này", "this line goes on after its value"),
            Text::new(
                "mỗi dòng chỉ ghi một `khóa = giá trị`; ghi chú bắt đầu bằng `#`",
                "write one `key = value` a line; a remark starts with `#`",
            ),
        )
    } else if message.starts_with("key with no value") {
        (
            "missing-equals",
            line.span(),
            Text::new("dòng này không có dạng `khóa = giá trị`", "this line does not read `key = value`"),
            Text::new(
                "ghi dấu `=` giữa khóa và giá trị, hoặc đặt `#` ở đầu dòng nếu là ghi chú",
                "write `=` between key and value, or `#` in front if it is a remark",
            ),
        )
    } else if message.starts_with("unclosed table") || message.starts_with("unclosed array table") {
        (
            "missing-bracket",
            line.span(),
            Text::new("thiếu dấu `]` ở tiêu đề khối này", "this block's header lacks a `]`"),
            Text::new(
                "viết đủ ngoặc như `[[segment]]` hoặc `[station]`",
                "close it, as in `[[segment]]` or `[station]`",
            ),
        )
    } else if message.starts_with("unexpected `=` in array") || message.starts_with("unclosed array") {
        (
            "missing-bracket",
            span,
            Text::new("danh sách phía trên chưa đóng bằng `]`", "the list above is not closed with `]`"),
            Text::new(
                "thêm `]` ở cuối danh sách, như `[\"05:45\", \"17:10\"]`",
                "add `]` at its end, as in `[\"05:45\", \"17:10\"]`",
            ),
        )
    } else if message.starts_with("missing comma") {
        (
            "missing-comma",
            line.span(),
            Text::new(
                "thiếu dấu phẩy giữa hai giá trị trong danh sách",
                "a comma is missing between two values of the list",
            ),
            Text::new("viết như `[\"05:45\", \"17:10\"]`", "write as in `[\"05:45\", \"17:10\"]`"),
        )
    } else if message.starts_with("invalid unquoted key") {
        (
            "bad-key",
            line.span(),
            Text::new(
                "tên khóa chỉ gồm chữ cái không dấu, chữ số, `-` và `_`",
                "a key has letters without marks, digits, `-` and `_` alone",
            ),
            english_key(line),
        )
    } else if message.starts_with("invalid boolean") {
        (
            "bad-boolean",
            span,
            Text::new("viết `true` hoặc `false` bằng chữ thường", "`true` and `false` are written in small letters"),
            Text::new("viết `true` hoặc `false`", "write `true` or `false`"),
        )
    } else if message.contains("recurs") {
        (
            "too-deep",
            span,
            Text::new("quá nhiều lớp ngoặc lồng nhau", "brackets are nested too deep"),
            Text::new(
                "tệp kế hoạch không cần quá hai lớp; kiểm tra dấu ngoặc",
                "a schedule needs no more than two levels; check the brackets",
            ),
        )
    } else {
        return None;
    };
    Some(Told { code, span, message, help })
}

/// The key that a Vietnamese word stands for, where it is one that people try.
fn english_key(line: &Line<'_>) -> Text {
    match super::getters::meaning(line.line.split('=').next().unwrap_or_default().trim()) {
        Some(key) => Text::new(format!("dùng khóa `{key}`"), format!("use the key `{key}`")),
        None => Text::new(
            "dùng tên khóa tiếng Anh, như `title`, `audio`, `at`",
            "use the English keys, such as `title`, `audio`, `at`",
        ),
    }
}

/// What has no plain words yet: the parser's own.
fn unknown(message: &str, span: Span) -> Told {
    Told {
        code: "toml-syntax",
        span,
        message: Text::new(format!("sai cú pháp TOML: {message}"), format!("TOML syntax: {message}")),
        help: Text::new("so với dòng tương tự trong tệp mẫu", "compare with the same line of a sample file"),
    }
}

/// The same key or table twice, with the first place where it can be found.
fn duplicate(file: &str, span: Span, line: &Line<'_>) -> Problem {
    let name = line.text.get(span.start..span.end).unwrap_or_default().trim().trim_matches(['"', '\'']);
    let message = Text::new(format!("`{name}` được ghi hai lần"), format!("`{name}` is written twice"));
    let help = Text::new("giữ một, xóa dòng kia", "keep one and delete the other");
    let place = |span| Place { file: file.to_owned(), span };
    let problem = Problem::refuse("duplicate-key", Some(place(span)), message, help);
    match earlier(line, span, name) {
        Some(first) => problem.and(place(first), Text::new("lần đầu ở đây", "first written here")),
        None => problem,
    }
}

/// Looks backwards for the first writing of `name`: a header anywhere above, or a key in the same block.
fn earlier(line: &Line<'_>, span: Span, name: &str) -> Option<Span> {
    let header = line.line.trim_start().starts_with('[');
    let mut first = None;
    let mut end = line.start;
    let same_line = line.text[line.start..span.start.min(line.text.len())].find(name).map(|at| line.start + at);
    if let Some(at) = same_line.filter(|_| !header) {
        return Some(Span { start: at, end: at + name.len() });
    }
    while end > 0 {
        let start = line.text[..end - 1].rfind('\n').map_or(0, |at| at + 1);
        let text = line.text[start..end].trim_end();
        let trimmed = text.trim_start_matches('\u{feff}').trim_start();
        let indent = text.len() - trimmed.len();
        if header {
            let inner = trimmed.trim_start_matches('[').trim_start();
            let close = inner.find([']', '.', '=']).unwrap_or(inner.len());
            if (trimmed.starts_with('[') || inner.len() > close) && inner[..close].trim() == name {
                let at = start + indent + (trimmed.len() - inner.len());
                first = Some(Span { start: at, end: at + name.len() });
            }
        } else if trimmed.starts_with('[') {
            break;
        } else if let Some(rest) = trimmed.strip_prefix(name)
            && rest.trim_start().starts_with(['=', '.'])
        {
            let at = start + indent;
            first = Some(Span { start: at, end: at + name.len() });
        }
        end = start;
    }
    first
}
