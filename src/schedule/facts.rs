//! What a segment says of itself: topic, genre, tone, …, and who approved it.

use jiff::civil::Date;

use super::names::Names;
use crate::problem::{Span, Text};
use crate::programme::particulars::{
    Approval, Feedback, Level, OneStop, Origin, Particulars, Procedure, Publication, SourceDoc, Survey, Tone,
};
use crate::reading::fold::{bare, folded};
use crate::reading::tree::{Node, find};
use crate::reading::{Block, Reader};

/// The keys of a segment that are read here.
pub(super) const KEYS: [&str; 25] = [
    "topic",
    "topics",
    "genre",
    "tone",
    "level",
    "field",
    "audience",
    "partner",
    "subject",
    "origin",
    "credit",
    "editor",
    "announcer",
    "contributors",
    "summary",
    "text",
    "source_doc",
    "valid_until",
    "hotline",
    "procedure",
    "feedback",
    "one_stop",
    "survey",
    "also_published",
    "tags",
];

/// Tones, with what else people call them.
pub(super) const TONES: &[(Tone, &[&str])] = &[
    (Tone::Praise, &["biểu dương", "praise"]),
    (Tone::Criticism, &["phê phán", "góp ý", "phê phán, góp ý", "criticism"]),
    (Tone::Neutral, &["phản ánh", "neutral"]),
    (Tone::Guidance, &["hướng dẫn", "guidance"]),
    (Tone::Notice, &["thông báo", "notice"]),
];

/// Levels, with what else people call them.
pub(super) const LEVELS: &[(Level, &[&str])] = &[
    (Level::Central, &["trung ương", "central"]),
    (Level::Province, &["tỉnh", "thành phố", "province"]),
    (Level::District, &["huyện", "thị xã", "quận", "district"]),
    (Level::Ward, &["phường", "xã", "đặc khu", "thị trấn", "ward"]),
];

/// Origins, with what else people call them.
pub(super) const ORIGINS: &[(Origin, &[&str])] = &[
    (Origin::Own, &["tự sản xuất", "own"]),
    (Origin::Higher, &["cấp trên gửi", "higher"]),
    (Origin::Selected, &["tuyển chọn", "tuyển chọn phát lại", "selected"]),
    (Origin::Relay, &["tiếp âm", "tiếp sóng", "relay"]),
];

/// The usual audiences; others are kept as written.
pub(super) const AUDIENCES: [(&str, &str); 7] = [
    ("cán bộ, công chức", "officials"),
    ("viên chức, người lao động", "employees"),
    ("tổ chức chính trị - xã hội", "organisations"),
    ("đơn vị sự nghiệp", "public units"),
    ("doanh nghiệp", "business"),
    ("nhân dân", "people"),
    ("học sinh", "pupils"),
];

/// Reads the facts of a segment, its approval aside.
pub(super) fn particulars(block: &mut Block<'_, '_, '_>, names: &Names<'_>) -> Particulars {
    Particulars {
        topics: topics(block, names),
        genre: genre(block, names),
        tone: block.word("tone", TONES),
        level: block.word("level", LEVELS),
        field: field(block, names),
        audience: audiences(block),
        partner: block.lines("partner", "[\"MTTQ\"]"),
        subject: block.line("subject", "\"…\""),
        origin: block.word("origin", ORIGINS),
        credit: block.line("credit", "\"…\""),
        editor: block.line("editor", "\"…\""),
        announcer: block.line("announcer", "\"…\""),
        contributors: block.lines("contributors", "[\"…\"]"),
        summary: block.text("summary", "\"…\""),
        text: block.text("text", "\"…\""),
        source_doc: block.node("source_doc").and_then(|node| source_doc(block.reader, node)),
        valid_until: block.date("valid_until"),
        hotline: hotline(block, names),
        procedure: block.node("procedure").and_then(|node| procedure(block.reader, node)),
        feedback: block.node("feedback").and_then(|node| feedback(block.reader, node)),
        one_stop: block.node("one_stop").and_then(|node| one_stop(block.reader, node)),
        survey: block.node("survey").and_then(|node| survey(block.reader, node)),
        also_published: also_published(block),
        tags: block.lines("tags", "[\"pháp luật\"]"),
        approved: None,
    }
}

/// `topic` or `topics`; the first is the primary one.
fn topics(block: &mut Block<'_, '_, '_>, names: &Names<'_>) -> Vec<String> {
    let (one, several) = (find(block.table, "topic"), find(block.table, "topics"));
    if let (Some((one, _)), Some((several, _))) = (one, several) {
        let help = Text::new(
            "giữ một; trong `topics`, chủ đề đầu tiên là chính",
            "keep one of them; in `topics` the first is the primary one",
        );
        block.reader.not_together("topic-and-topics", ("topics", several.span), ("topic", one.span), help);
        return Vec::new();
    }
    let Some((key, node)) = several.or(one) else { return Vec::new() };
    let nodes = block.reader.list(&key.name, node, true);
    block.reader.each_once(&key.name, nodes, |reader, node| {
        let code = reader.line(&key.name, node, "\"h1\"")?;
        match names.station {
            Some(station) => station.topic(reader, &code, node.span),
            None => Some(code),
        }
    })
}

fn genre(block: &mut Block<'_, '_, '_>, names: &Names<'_>) -> Option<String> {
    let written = block.line("genre", "\"bài\"")?;
    let Some(station) = names.station else { return Some(written) };
    let english = |genre: &&crate::station::Genre| genre.english.is_some_and(|word| bare(word) == bare(&written));
    if let Some(genre) = station.genres.iter().find(english) {
        return Some(genre.name.clone());
    }
    let cure = Text::new(
        format!("thêm khối `[[genre]]` với `name = \"{written}\"` vào `station.toml`"),
        format!("add a block `[[genre]]` with `name = \"{written}\"` to `station.toml`"),
    );
    let known = station.genres.iter().map(|genre| genre.name.as_str());
    let span = span(block, "genre");
    block.reader.named(&Text::new("thể loại", "genre"), &written, span, known, cure).map(str::to_owned)
}

fn field(block: &mut Block<'_, '_, '_>, names: &Names<'_>) -> Option<String> {
    let written = block.line("field", "\"đất đai\"")?;
    let Some(station) = names.station else { return Some(written) };
    let cure = Text::new(
        format!("thêm khối `[[field]]` với `name = \"{written}\"` vào `station.toml`"),
        format!("add a block `[[field]]` with `name = \"{written}\"` to `station.toml`"),
    );
    let known = station.fields.iter().map(|field| field.name.as_str());
    let span = span(block, "field");
    block.reader.named(&Text::new("lĩnh vực", "field"), &written, span, known, cure).map(str::to_owned)
}

fn hotline(block: &mut Block<'_, '_, '_>, names: &Names<'_>) -> Option<String> {
    let written = block.line("hotline", "\"tinh-1022\"")?;
    let Some(station) = names.station else { return Some(written) };
    let cure = Text::new(
        format!("thêm khối `[[hotline]]` với `id = \"{written}\"` vào `station.toml`"),
        format!("add a block `[[hotline]]` with `id = \"{written}\"` to `station.toml`"),
    );
    let known = station.hotlines.iter().map(|hotline| hotline.id.as_str());
    let span = span(block, "hotline");
    block.reader.named(&Text::new("đường dây nóng", "hotline"), &written, span, known, cure).map(str::to_owned)
}

fn span(block: &Block<'_, '_, '_>, key: &str) -> Span {
    block.node(key).map_or(block.header, |node| node.span)
}

/// Whom it is for, each once, however it was written.
fn audiences(block: &mut Block<'_, '_, '_>) -> Vec<String> {
    let Some(node) = block.node("audience") else { return Vec::new() };
    let nodes = block.reader.list("audience", node, true);
    let one = |reader: &mut Reader<'_>, node: &Node| {
        reader.line("audience", node, "[\"nhân dân\"]").map(|written| audience(&written))
    };
    block.reader.each_once("audience", nodes, one)
}

/// An audience as reports spell it, so that `doanh nghiep` and `business` count as one.
fn audience(written: &str) -> String {
    let plain = |text: &str| bare(text).replace(',', "");
    let same = |word: &str| folded(word) == folded(written) || plain(word) == plain(written);
    let known = AUDIENCES.iter().find(|(vi, en)| same(vi) || same(en));
    known.map_or_else(|| written.to_owned(), |(vi, _)| (*vi).to_owned())
}

fn source_doc(reader: &mut Reader<'_>, node: &Node) -> Option<SourceDoc> {
    let example = "{ number = \"12/UBND\", date = 2026-11-20 }";
    let mut block = reader.inline("source_doc", node, &["number", "date"], example)?;
    let (number, date) = (block.needed_line("number", "\"12/UBND\""), block.needed_date("date"));
    Some(SourceDoc { number: number?, date: date? })
}

fn procedure(reader: &mut Reader<'_>, node: &Node) -> Option<Procedure> {
    const ACTIONS: &[(&str, &[&str])] = &[
        ("mới ban hành", &["mới ban hành", "ban hành mới", "new"]),
        ("sửa đổi", &["sửa đổi", "sửa đổi, bổ sung", "amended"]),
        ("thay thế", &["thay thế", "replaced"]),
        ("bãi bỏ", &["bãi bỏ", "abolished"]),
    ];
    let example = "{ action = \"sửa đổi\", name = \"…\" }";
    let mut block = reader.inline("procedure", node, &["action", "name", "decision", "effective"], example)?;
    block.need("action", "\"sửa đổi\"");
    let action = block.word("action", ACTIONS);
    let name = block.needed_line("name", "\"…\"");
    let (decision, effective) = (block.line("decision", "\"…\""), block.date("effective"));
    Some(Procedure { action: action?.to_owned(), name: name?, decision, effective })
}

fn feedback(reader: &mut Reader<'_>, node: &Node) -> Option<Feedback> {
    let example = "{ received = 2026-11-20, answered_by = \"…\", answered = 2026-11-28 }";
    let mut block = reader.inline("feedback", node, &["received", "answered_by", "answered"], example)?;
    let received = block.needed_date("received");
    let (answered_by, answered) = (block.line("answered_by", "\"…\""), block.date("answered"));
    let received = received?;
    if let Some(answered) = answered.filter(|answered| *answered < received) {
        let message = Text::new(
            format!("trả lời ngày {answered}, trước ngày nhận {received}"),
            format!("answered on {answered}, before it was received on {received}"),
        );
        let span = span(&block, "answered");
        block.reader.refuse("bad-range", span, message, Text::new("sửa lại ngày", "correct the dates"));
    }
    Some(Feedback { received, answered_by, answered })
}

fn one_stop(reader: &mut Reader<'_>, node: &Node) -> Option<OneStop> {
    const KEYS: [&str; 8] = ["period", "received", "resolved", "early", "on_time", "overdue", "online", "source"];
    let mut block = reader.inline("one_stop", node, &KEYS, "{ period = \"11/2026\", received = 120 }")?;
    let period = block.needed_line("period", "\"11/2026\"");
    let [received, resolved, early, on_time, overdue, online] =
        ["received", "resolved", "early", "on_time", "overdue", "online"].map(|key| block.count(key, 0));
    let source = block.line("source", "\"…\"");
    Some(OneStop { period: period?, received, resolved, early, on_time, overdue, online, source })
}

fn survey(reader: &mut Reader<'_>, node: &Node) -> Option<Survey> {
    let example = "{ period = \"2026\", asked = 200, satisfied = 186 }";
    let mut block = reader.inline("survey", node, &["period", "asked", "satisfied", "source"], example)?;
    let period = block.needed_line("period", "\"2026\"");
    let [asked, satisfied] = ["asked", "satisfied"].map(|key| block.count(key, 0));
    let source = block.line("source", "\"…\"");
    Some(Survey { period: period?, asked, satisfied, source })
}

fn also_published(block: &mut Block<'_, '_, '_>) -> Vec<Publication> {
    let Some(node) = block.node("also_published") else { return Vec::new() };
    let mut found = Vec::new();
    for node in block.reader.list("also_published", node, true) {
        let example = "[{ where = \"Zalo\", date = 2026-12-02 }]";
        let Some(mut inner) = block.reader.inline("also_published", node, &["where", "date", "url"], example) else {
            continue;
        };
        let (channel, date) = (inner.needed_line("where", "\"Zalo\""), inner.needed_date("date"));
        let url = inner.line("url", "\"https://…\"");
        found.extend(channel.zip(date).map(|(channel, date): (String, Date)| Publication { channel, date, url }));
    }
    found
}

/// `approved = { by, on, ref, sha256 }`: who approved, and which recording where that is told.
pub(super) fn approval(reader: &mut Reader<'_>, node: &Node) -> Option<(Approval, Option<String>)> {
    let example = "{ by = \"…\", on = 2026-11-28 }";
    let mut block = reader.inline("approved", node, &["by", "on", "ref", "sha256"], example)?;
    let (by, on) = (block.needed_line("by", "\"…\""), block.needed_date("on"));
    let reference = block.line("ref", "\"…\"");
    let sha256 = block.line("sha256", "\"…\"").map(|hash| hash.to_ascii_lowercase());
    if let Some(hash) = &sha256
        && !(hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
    {
        let message = Text::new(
            "`sha256` không phải mã băm: cần 64 chữ số thập lục phân",
            "`sha256` is no hash: it takes 64 hexadecimal digits",
        );
        let help = Text::new(
            "duyệt lại tiết mục để chương trình ghi mã này",
            "approve the segment again, which writes the hash",
        );
        let span = span(&block, "sha256");
        block.reader.refuse("bad-sha256", span, message, help);
    }
    Some((Approval { by: by?, on: on?, reference }, sha256))
}
