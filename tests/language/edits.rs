//! Changes of a file by operations: the text before, the operation, the text after, byte for byte.

use jiff::civil::{date, time};
use loa::editing::{DayChange, Keys, Operation, Place, Target, Value, apply, blocks};
use loa::problem::any_refuses;
use loa::{schedule, station};

const PLAN: &str = "# Kế hoạch\nmonth = \"2026-12\"\n\n# Bản tin\n[[segment]]\ntitle  = \"Bản tin\" # mỗi ngày\naudio  = \"a.mp3\"\ncolumn = \"ban-tin\"\ndays   = \"T2-T7\"\n\n# một lần\n[[segment]]\n  id = \"cchc\"\n  title = \"CCHC\"\n  audio = \"b.mp3\"\n  at = \"06:00\"\n  on = [\"2026-12-01\", \"2026-12-08\"]\n  # audio = \"cũ.mp3\"\n\n[remarks]\nnext = [\"…\"]\n";

fn named(id: &str) -> Target {
    Target::Named("segment", id.to_owned())
}

fn text(text: &str) -> Option<Value> {
    Some(Value::text(text))
}

fn keys(pairs: &[(&str, &str)]) -> Keys {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), Value::text(*value))).collect()
}

fn change(id: &str, keys: &[(&'static str, Option<Value>)]) -> Operation {
    Operation::Change { of: named(id), keys: keys.to_vec() }
}

fn on(day: i8, change: DayChange) -> Operation {
    Operation::OnDay { date: date(2026, 12, day), reason: Some("Nghỉ".to_owned()), change }
}

/// The lines that a change takes out and puts in, in order: the rest must be the same. Lines are told apart with their
/// breaks.
fn changed_lines(before: &str, after: &str) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let same = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let (old, new) = (&before[same..], &after[same..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let old = old[..old.len() - end].iter().map(|line| format!("-{line}"));
    old.chain(new[..new.len() - end].iter().map(|line| format!("+{line}"))).collect()
}

/// Changes of [`PLAN`] with the lines that go (`-`) and come (`+`): of blocks and their keys.
fn changes_of_blocks() -> Vec<(Operation, &'static str)> {
    let segment = keys(&[("title", "Thông báo"), ("audio", "c.mp3"), ("at", "17:00")]);
    vec![
        (change("ban-tin", &[("audio", text("moi.mp3"))]), "-audio  = \"a.mp3\"\n+audio  = \"moi.mp3\"\n"),
        (
            change(
                "ban-tin",
                &[("title", text("Bản tin \"mới\"")), ("tone", text("hướng dẫn")), ("genre", text("tin"))],
            ),
            "-title  = \"Bản tin\" # mỗi ngày\n-audio  = \"a.mp3\"\n-column = \"ban-tin\"\n-days   = \"T2-T7\"\n+title  = 'Bản tin \"mới\"' # mỗi ngày\n+audio  = \"a.mp3\"\n+column = \"ban-tin\"\n+days   = \"T2-T7\"\n+tone = \"hướng dẫn\"\n+genre = \"tin\"\n",
        ),
        (
            change("ban-tin", &[("days", None), ("on", text("2026-12-02"))]),
            "-days   = \"T2-T7\"\n+on = \"2026-12-02\"\n",
        ),
        (change("ban-tin", &[("tone", None)]), ""),
        (change("cchc", &[("grace", text("5m"))]), "+  grace = \"5m\"\n"),
        (
            Operation::Add { row: "segment", keys: segment.clone() },
            "+[[segment]]\n+title = \"Thông báo\"\n+audio = \"c.mp3\"\n+at = \"17:00\"\n+\n",
        ),
        (
            Operation::Copy { of: named("ban-tin"), keys: vec![("id", text("ban-tin-2")), ("days", text("CN"))] },
            "+[[segment]]\n+title  = \"Bản tin\" # mỗi ngày\n+audio  = \"a.mp3\"\n+column = \"ban-tin\"\n+days   = \"CN\"\n+id = \"ban-tin-2\"\n+\n",
        ),
        (
            Operation::Remove { of: named("ban-tin") },
            "-[[segment]]\n-title  = \"Bản tin\" # mỗi ngày\n-audio  = \"a.mp3\"\n-column = \"ban-tin\"\n-days   = \"T2-T7\"\n",
        ),
    ]
}

/// The same of days.
fn changes_of_days() -> Vec<(Operation, &'static str)> {
    use DayChange::*;
    vec![
        (
            Operation::DropDate { segment: "ban-tin".to_owned(), date: date(2026, 12, 24) },
            "+except = [\"2026-12-24\"]\n",
        ),
        (
            Operation::DropDate { segment: "cchc".to_owned(), date: date(2026, 12, 1) },
            "-  on = [\"2026-12-01\", \"2026-12-08\"]\n+  on = [\"2026-12-08\"]\n",
        ),
        (
            Operation::AddDate { segment: "cchc".to_owned(), date: date(2026, 12, 3) },
            "-  on = [\"2026-12-01\", \"2026-12-08\"]\n+  on = [\"2026-12-01\", \"2026-12-03\", \"2026-12-08\"]\n",
        ),
        (
            on(24, WindowOff("sang".to_owned())),
            "+\n+[[exception]]\n+date = 2026-12-24\n+reason = \"Nghỉ\"\n+windows = { sang = \"off\" }\n",
        ),
        (
            on(
                24,
                WindowMoved {
                    window: "sang".to_owned(),
                    times: Some((time(6, 30, 0, 0), time(7, 0, 0, 0))),
                    places: None,
                },
            ),
            "+\n+[[exception]]\n+date = 2026-12-24\n+reason = \"Nghỉ\"\n+windows = { sang = { start = \"06:30\", end = \"07:00\" } }\n",
        ),
        (
            on(24, Extra(keys(&[("id", "gt"), ("start", "23:50"), ("permit", "CV 12/UBND")]))),
            "+\n+[[exception]]\n+date = 2026-12-24\n+reason = \"Nghỉ\"\n+extra = [{ id = \"gt\", start = \"23:50\", permit = \"CV 12/UBND\" }]\n",
        ),
        (
            Operation::Change {
                of: Target::Once("remarks"), keys: vec![("next", Some(Value::texts(["Một", "Hai"])))]
            },
            "-next = [\"…\"]\n+next = [\"Một\", \"Hai\"]\n",
        ),
        (
            Operation::Change {
                of: named("cchc"),
                keys: vec![("one_stop", Some(Value::Table(vec![("received".to_owned(), Value::Number(120))])))],
            },
            "+  one_stop = { received = 120 }\n",
        ),
    ]
}

#[test]
fn a_change_touches_only_what_it_names() {
    for (operation, wanted) in changes_of_blocks().into_iter().chain(changes_of_days()) {
        for windows in [false, true] {
            // As Notepad saves it, with its mark and its line ends.
            let odd = |text: &str| {
                if windows { format!("\u{feff}{}", text.replace('\n', "\r\n")) } else { text.to_owned() }
            };
            let before = odd(PLAN);
            let after = apply(&before, &operation).unwrap_or_else(|why| panic!("{operation:?}: {why:?}"));
            let wanted = if windows { wanted.replace('\n', "\r\n") } else { wanted.to_owned() };
            assert_eq!(changed_lines(&before, &after), wanted, "{operation:?}");
        }
    }
}

/// Text, operation, text.
type Case = (&'static str, Operation, &'static str);

/// A day has one exception, however it is written.
fn of_days() -> Vec<Case> {
    let off = |id: &str| DayChange::WindowOff(id.to_owned());
    let day = |change| Operation::OnDay { date: date(2026, 12, 24), reason: None, change };
    let music = || Place::New(keys(&[("audio", "n.mp3"), ("kind", "music")]));
    vec![
        (
            "[[exception]]\ndate = 2026-12-24\nwindows = { a = \"off\" }\n",
            day(off("b")),
            "[[exception]]\ndate = 2026-12-24\nwindows = { a = \"off\", b = \"off\" }\n",
        ),
        (
            "[[exception]]\ndate = \"2026-12-24\"\n[exception.windows]\na = \"off\" # nghỉ\n",
            day(off("b")),
            "[[exception]]\ndate = \"2026-12-24\"\n[exception.windows]\na = \"off\" # nghỉ\nb = \"off\"\n",
        ),
        (
            "[[exception]]\ndate = 2026-12-24\nwindows.a = \"off\"\n",
            day(off("b")),
            "[[exception]]\ndate = 2026-12-24\nwindows.a = \"off\"\nwindows.b = \"off\"\n",
        ),
        (
            "[[exception]]\nfrom = 2026-12-24\nto = 2026-12-24\nkind = \"tết\"\n",
            day(off("b")),
            "[[exception]]\nfrom = 2026-12-24\nto = 2026-12-24\nkind = \"tết\"\nwindows = { b = \"off\" }\n",
        ),
        (
            "[[exception]]\ndate = 2026-12-24\nwindows = { a = { start = \"06:30\" } }\n",
            day(off("a")),
            "[[exception]]\ndate = 2026-12-24\nwindows = { a = \"off\" }\n",
        ),
        (
            "[[exception]]\ndate = 2026-12-24\nwindows = { a = { start = \"06:30\", end = \"07:00\" } }\n",
            day(DayChange::WindowMoved {
                window: "a".to_owned(),
                times: Some((time(6, 45, 0, 0), time(7, 0, 0, 0))),
                places: Some(vec![music()]),
            }),
            "[[exception]]\ndate = 2026-12-24\nwindows = { a = { start = \"06:45\", end = \"07:00\", running_order = [{ audio = \"n.mp3\", kind = \"music\" }] } }\n",
        ),
        (
            "[[exception]]\ndate = 2026-12-24\ncolumns = { a = \"off\" }\n",
            day(DayChange::ColumnMoves("b".to_owned(), date(2026, 12, 23))),
            "[[exception]]\ndate = 2026-12-24\ncolumns = { a = \"off\", b = { moves_to = \"2026-12-23\" } }\n",
        ),
    ]
}

/// Taken back, what is then empty goes.
fn taken_back() -> Vec<Case> {
    let day = |change| Operation::OnDay { date: date(2026, 12, 24), reason: None, change };
    vec![
        (
            "x = 1\n\n[[exception]]\ndate = 2026-12-24\nreason = \"…\"\nwindows = { a = \"off\" }\n",
            day(DayChange::WindowOrdinary("a".to_owned())),
            "x = 1\n",
        ),
        (
            "[[exception]]\ndate = 2026-12-24\nkind = \"quốc tang\"\nwindows = { a = \"off\" }\n",
            day(DayChange::WindowOrdinary("a".to_owned())),
            "[[exception]]\ndate = 2026-12-24\nkind = \"quốc tang\"\n",
        ),
        (
            "[[exception]]\ndate = 2026-12-24\nwindows = { a = \"off\", b = \"off\" }\n",
            day(DayChange::WindowOrdinary("a".to_owned())),
            "[[exception]]\ndate = 2026-12-24\nwindows = { b = \"off\" }\n",
        ),
        (
            "[[exception]]\ndate = 2026-12-24\nwindows.a = \"off\"\nreason = \"…\"\nwindows.b = \"off\"\n",
            day(DayChange::WindowOrdinary("a".to_owned())),
            "[[exception]]\ndate = 2026-12-24\nreason = \"…\"\nwindows.b = \"off\"\n",
        ),
        (
            "[[exception]]\ndate = 2026-12-24\nextra = [{ id = \"a\" }, { id = \"b\" }]\n",
            day(DayChange::NoExtra("b".to_owned())),
            "[[exception]]\ndate = 2026-12-24\nextra = [{ id = \"a\" }]\n",
        ),
    ]
}

/// A place takes its remark along.
fn of_orders() -> Vec<Case> {
    let kept = |places: &[usize]| places.iter().map(|nth| Place::Kept(*nth)).collect::<Vec<_>>();
    let order = |places| Operation::Order { of: Target::Named("window", "w".to_owned()), places };
    let music = || Place::New(keys(&[("audio", "n.mp3"), ("kind", "music")]));
    vec![
        (
            "[[window]]\nid = \"w\"\nrunning_order = [\n  # đầu\n  { column = \"a\" }, # một\n  { column = \"b\" },\n]\n",
            order(kept(&[1, 0])),
            "[[window]]\nid = \"w\"\nrunning_order = [\n  # đầu\n  { column = \"b\" },\n  { column = \"a\" }, # một\n]\n",
        ),
        (
            "[[window]]\nid = \"w\"\nrunning_order = [\n  { column = \"a\" },\n  { column = \"b\" } # hai\n]\n",
            order([kept(&[1]), vec![music()], kept(&[0])].concat()),
            "[[window]]\nid = \"w\"\nrunning_order = [\n  { column = \"b\" }, # hai\n  { audio = \"n.mp3\", kind = \"music\" },\n  { column = \"a\" },\n]\n",
        ),
        (
            "[[window]]\nid = \"w\"\nrunning_order = [\n  { column = \"a\" }, # một\n\n  # hai là của phường,\n  # từ tháng 3\n  { column = \"b\" },\n  # ba\n  { column = \"c\" }\n  # cuối\n]\n",
            order([kept(&[2]), vec![music()], kept(&[1])].concat()),
            "[[window]]\nid = \"w\"\nrunning_order = [\n  # ba\n  { column = \"c\" },\n  { audio = \"n.mp3\", kind = \"music\" },\n\n  # hai là của phường,\n  # từ tháng 3\n  { column = \"b\" },\n  # cuối\n]\n",
        ),
        (
            "[[window]]\nid = \"w\"\nrunning_order = [{ column = \"a\" }, { column = \"b\" }]\n",
            order(kept(&[1])),
            "[[window]]\nid = \"w\"\nrunning_order = [{ column = \"b\" }]\n",
        ),
    ]
}

/// A block before another of its row, each with its remarks.
fn of_moves() -> Vec<Case> {
    let up = |id: &str, before: &str| Operation::MoveBefore { of: named(id), before: named(before) };
    vec![
        (
            "month = \"2026-12\"\n\n# một\n[[segment]]\nid = \"a\"\n\n# hai\n[[segment]]\nid = \"b\"\n# cũ\n\n[remarks]\n",
            up("b", "a"),
            "month = \"2026-12\"\n\n# hai\n[[segment]]\nid = \"b\"\n# cũ\n\n# một\n[[segment]]\nid = \"a\"\n\n[remarks]\n",
        ),
        (
            "[[segment]]\nid = \"a\"\n\n[[segment]]\nid = \"c\"\n# về b\n[[segment]]\nid = \"b\"",
            up("c", "a"),
            "[[segment]]\nid = \"c\"\n\n[[segment]]\nid = \"a\"\n\n# về b\n[[segment]]\nid = \"b\"",
        ),
        (
            "[[segment]]\nid = \"a\"\n\n[[column]]\nid = \"t\"\n\n[[segment]]\nid = \"b\"\nsource_doc.number = \"1\"",
            up("b", "a"),
            "[[segment]]\nid = \"b\"\nsource_doc.number = \"1\"\n\n[[segment]]\nid = \"a\"\n\n[[column]]\nid = \"t\"\n",
        ),
        (
            "[[segment]]\nid = \"a\"\n[[segment]]\nid = \"b\"\n",
            up("a", "a"),
            "[[segment]]\nid = \"a\"\n\n[[segment]]\nid = \"b\"\n",
        ),
    ]
}

/// Dates, each as the others are written.
fn of_dates() -> Vec<Case> {
    let drop = |id: &str, day| Operation::DropDate { segment: id.to_owned(), date: date(2026, 12, day) };
    let add = |id: &str, day| Operation::AddDate { segment: id.to_owned(), date: date(2026, 12, day) };
    vec![
        ("[[segment]]\nid = \"a\"\ndates = [1, 8]\n", add("a", 5), "[[segment]]\nid = \"a\"\ndates = [1, 5, 8]\n"),
        ("[[segment]]\nid = \"a\"\ndates = [1, 8]\n", drop("a", 8), "[[segment]]\nid = \"a\"\ndates = [1]\n"),
        (
            "[[segment]]\nid = \"a\"\non = [2026-12-01]\n",
            add("a", 5),
            "[[segment]]\nid = \"a\"\non = [2026-12-01, 2026-12-05]\n",
        ),
        (
            "[[segment]]\nid = \"a\"\non = \"2026-12-05\"\n",
            add("a", 1),
            "[[segment]]\nid = \"a\"\non = [\"2026-12-01\", \"2026-12-05\"]\n",
        ),
        (
            "[[segment]]\nid = \"a\"\non = [\n  \"2026-12-01\", # một\n  \"2026-12-05\",\n]\n",
            drop("a", 5),
            "[[segment]]\nid = \"a\"\non = [\n  \"2026-12-01\", # một\n]\n",
        ),
        (
            "[[segment]]\nid = \"a\"\ndays = \"T2\"\nexcept = [2026-12-07, 2026-12-21]\n",
            drop("a", 14),
            "[[segment]]\nid = \"a\"\ndays = \"T2\"\nexcept = [2026-12-07, 2026-12-14, 2026-12-21]\n",
        ),
        (
            "[[segment]]\nid = \"a\"\ndays = \"T2\"\nexcept = [2026-12-07]\n",
            add("a", 7),
            "[[segment]]\nid = \"a\"\ndays = \"T2\"\n",
        ),
    ]
}

/// Where the first of its kind goes, and what has no last line break.
fn of_rows() -> Vec<Case> {
    let first = || Operation::Add { row: "segment", keys: keys(&[("title", "B")]) };
    vec![
        ("", first(), "[[segment]]\ntitle = \"B\"\n"),
        ("month = \"2026-12\"", first(), "month = \"2026-12\"\n\n[[segment]]\ntitle = \"B\""),
        ("segment = []\n", first(), "segment = [{ title = \"B\" }]\n"),
        ("segment = [{ title = \"A\" }]\n", first(), "segment = [{ title = \"A\" }, { title = \"B\" }]\n"),
        (
            "[[segment]]\ntitle = \"A\"\n[segment.approved]\nby = \"…\"\n[[window]]\nid = \"w\"\n",
            first(),
            "[[segment]]\ntitle = \"A\"\n[segment.approved]\nby = \"…\"\n\n[[segment]]\ntitle = \"B\"\n\n[[window]]\nid = \"w\"\n",
        ),
        (
            "[[segment]]\ntitle = \"A\"\n[segment.approved]\nby = \"…\"\n\n[[window]]\nid = \"w\"\n",
            Operation::Remove { of: named("a") },
            "[[window]]\nid = \"w\"\n",
        ),
        (
            "segment = [{ title = \"A\" }, { title = \"B\" }]\n",
            Operation::Remove { of: named("b") },
            "segment = [{ title = \"A\" }]\n",
        ),
        (
            "[[segment]]\ntitle = \"A\"\n[segment.approved]\nby = \"…\"\n",
            change("a", &[("approved", None)]),
            "[[segment]]\ntitle = \"A\"\n",
        ),
        (
            "x = 1\n",
            Operation::Change { of: Target::Once("remarks"), keys: vec![("next", Some(Value::texts(["…"])))] },
            "x = 1\n\n[remarks]\nnext = [\"…\"]\n",
        ),
    ]
}

/// Blocks within blocks.
fn of_inner_blocks() -> Vec<Case> {
    let within = |keys: &[(&'static str, Option<Value>)]| Operation::Change {
        of: Target::Within(Box::new(Target::Once("targets")), "month"),
        keys: keys.to_vec(),
    };
    let bai = |number| ("bai", Some(Value::Number(number)));
    let topic = || Box::new(Target::Nth("topic", 0));
    let part = || keys(&[("code", "h2")]);
    let add_part = || Operation::AddWithin { of: Target::Nth("topic", 0), row: "sub", keys: part(), braces: false };
    let gain = || Operation::AddWithin {
        of: Target::Once("line"),
        row: "gain",
        keys: vec![("db".to_owned(), Value::Decimal(-6.0))],
        braces: true,
    };
    vec![
        ("x = 1\n", within(&[bai(6)]), "x = 1\n\n[targets]\nmonth = { bai = 6 }\n"),
        ("[targets]\nmonth = { tin = 2 }\n", within(&[bai(6)]), "[targets]\nmonth = { tin = 2, bai = 6 }\n"),
        ("[targets.month]\ntin = 2 # ít\n", within(&[bai(6)]), "[targets.month]\ntin = 2 # ít\nbai = 6\n"),
        ("[targets]\nmonth.tin = 2\n", within(&[bai(6)]), "[targets]\nmonth.tin = 2\nmonth.bai = 6\n"),
        ("[targets]\nmonth = { tin = 2, bai = 6 }\n", within(&[("tin", None)]), "[targets]\nmonth = { bai = 6 }\n"),
        ("[targets]\nmonth = { bai = 6 }\nyear = {}\n", within(&[("bai", None)]), "[targets]\nyear = {}\n"),
        ("[targets]\nyear = {}\n", within(&[("bai", None)]), "[targets]\nyear = {}\n"),
        (
            "[[topic]]\ncode = \"h\"\n\n[[genre]]\n",
            add_part(),
            "[[topic]]\ncode = \"h\"\n\n[[topic.sub]]\ncode = \"h2\"\n\n[[genre]]\n",
        ),
        (
            "[[topic]]\ncode = \"h\"\n[[topic.sub]]\ncode = \"h1\" # một\n[[topic]]\ncode = \"i\"\n",
            add_part(),
            "[[topic]]\ncode = \"h\"\n[[topic.sub]]\ncode = \"h1\" # một\n\n[[topic.sub]]\ncode = \"h2\"\n\n[[topic]]\ncode = \"i\"\n",
        ),
        (
            "[[topic]]\ncode = \"h\"\nsub = [{ code = \"h1\" }]\n",
            add_part(),
            "[[topic]]\ncode = \"h\"\nsub = [{ code = \"h1\" }, { code = \"h2\" }]\n",
        ),
        ("topic = [{ code = \"h\" }]\n", add_part(), "topic = [{ code = \"h\", sub = [{ code = \"h2\" }] }]\n"),
        (
            "[[topic]]\ncode = \"h\"\n[[topic.sub]]\ncode = \"h1\"\n[[topic.sub]]\ncode = \"h2\"\n",
            Operation::Remove { of: Target::InRow(topic(), "sub", 0) },
            "[[topic]]\ncode = \"h\"\n[[topic.sub]]\ncode = \"h2\"\n",
        ),
        (
            "[[topic]]\nsub = [\n  { code = \"h1\" }, # một\n  { code = \"h2\" },\n]\n",
            Operation::Change { of: Target::InRow(topic(), "sub", 1), keys: vec![("title", text("Hai"))] },
            "[[topic]]\nsub = [\n  { code = \"h1\" }, # một\n  { code = \"h2\", title = \"Hai\" },\n]\n",
        ),
        ("", gain(), "[line]\ngain = [{ db = -6.0 }]\n"),
        ("[line]\npeak = -1.0 # đỉnh\n", gain(), "[line]\npeak = -1.0 # đỉnh\ngain = [{ db = -6.0 }]\n"),
        ("[line]\ngain = []\n", gain(), "[line]\ngain = [{ db = -6.0 }]\n"),
    ]
}

#[test]
fn a_change_follows_the_way_a_file_is_written() {
    for (before, operation, wanted) in
        [of_days(), taken_back(), of_orders(), of_dates(), of_rows(), of_moves(), of_inner_blocks()].concat()
    {
        let after = apply(before, &operation).unwrap_or_else(|why| panic!("{operation:?} of {before}: {why:?}"));
        assert_eq!(after, wanted, "{operation:?} of {before}");
    }
}

/// What cannot be written without touching something else is said.
#[test]
fn what_cannot_be_expressed_is_said() {
    let said = |text: &str, operation: &Operation| apply(text, operation).unwrap_err().vi;
    let drop = |day| Operation::DropDate { segment: "a".to_owned(), date: date(2026, 12, day) };
    let add = |day| Operation::AddDate { segment: "a".to_owned(), date: date(2026, 12, day) };
    let cases: Vec<(&str, Operation, &str)> = vec![
        ("[[segment]\n", drop(1), "tệp có lỗi cú pháp; hãy chạy `loa check` và sửa trước"),
        (
            PLAN,
            change("ban-tim", &[]),
            "tệp này không có khối `[[segment]]` nào mã `ban-tim`; có phải là `ban-tin` không?",
        ),
        (PLAN, Operation::Remove { of: Target::Nth("segment", 2) }, "tệp này không có khối `[[segment]]` thứ 3"),
        (
            "[[segment]]\nid = \"a\"\ndays = \"T2\"\n",
            add(1),
            "`a` phát theo thứ trong tuần (`days`) nên không thêm riêng ngày được; hãy chép nó thành tiết mục phát theo ngày (`on`)",
        ),
        (
            "[[segment]]\nid = \"a\"\non = \"2026-12-01\"\n",
            drop(1),
            "đây là ngày phát duy nhất của `a`; hãy bỏ cả tiết mục",
        ),
        (
            "[[segment]]\nid = \"a\"\napproved.by = \"…\"\n",
            change("a", &[("approved", text("…"))]),
            "`approved` ở đây ghi thành nhiều dòng; hãy gộp lại thành một dòng `approved = …`",
        ),
        (
            "[[segment]]\nid = \"a\"\n[[window]]\nid = \"w\"\n[segment.approved]\nby = \"…\"\n",
            Operation::Remove { of: named("a") },
            "các dòng của khối này nằm lẫn với khối khác; hãy sửa trong trang văn bản của tệp",
        ),
        (
            "[[exception]]\nfrom = 2026-12-20\nto = 2026-12-30\nwindows = { a = \"off\" }\n",
            on(24, DayChange::WindowOrdinary("a".to_owned())),
            "ngày 2026-12-24 không có ngoại lệ riêng nào về `a`; ngoại lệ của nhiều ngày thì sửa trong trang văn bản",
        ),
    ];
    for (text, operation, wanted) in cases {
        assert_eq!(said(text, &operation), wanted, "{operation:?} of {text}");
    }
}

/// Changes of every kind for every block that a sample has.
fn changes_of(sample: &str) -> Vec<Operation> {
    let mut all = vec![
        Operation::Add {
            row: "segment",
            keys: keys(&[("title", "Thêm"), ("audio", "t.mp3"), ("at", "09:00"), ("days", "T2")]),
        },
        on(24, DayChange::WindowOff("sang".to_owned())),
        on(24, DayChange::ColumnOff("cchc".to_owned())),
    ];
    for row in ["segment", "window", "column", "exception", "topic", "hotline", "holiday"] {
        for (nth, block) in blocks(sample, row).unwrap().iter().enumerate() {
            let of = Target::Nth(row, nth);
            all.push(Operation::Remove { of: of.clone() });
            all.push(Operation::Change {
                of: of.clone(),
                keys: vec![("title", text("Tên mới")), ("id", text("ma-moi"))],
            });
            all.push(Operation::Change { of: of.clone(), keys: vec![("days", None), ("approved", None)] });
            all.push(Operation::Copy { of: of.clone(), keys: vec![("id", text("ma-chep"))] });
            for (row, braces) in [("sub", false), ("running_order", true)] {
                let within = keys(&[("code", "thêm"), ("title", "Thêm")]);
                all.push(Operation::AddWithin { of: of.clone(), row, keys: within, braces });
                all.push(Operation::Remove { of: Target::InRow(Box::new(of.clone()), row, 0) });
            }
            all.push(Operation::Order { of, places: vec![Place::New(keys(&[("column", "cchc")]))] });
            let Some(id) = block.id() else { continue };
            for day in [1, 8, 25] {
                let (segment, date) = (id.clone(), date(2026, 12, day));
                all.push(Operation::AddDate { segment: segment.clone(), date });
                all.push(Operation::DropDate { segment, date });
            }
        }
    }
    all
}

/// Of a table in TOML the keys, each with its rows one by one, for telling what is the same.
fn parts(text: &str) -> Vec<String> {
    let table: toml::Table = text.parse().unwrap_or_else(|why| panic!("{why}\n{text}"));
    let rows = |(key, value): (&String, &toml::Value)| match value {
        toml::Value::Array(rows) => rows.iter().map(|row| format!("{key}: {row}")).collect(),
        other => vec![format!("{key}: {other}")],
    };
    table.iter().flat_map(rows).collect()
}

#[test]
fn any_change_of_any_sample_leaves_all_other_blocks_and_lines_as_they_were() {
    let samples = [
        super::MONTH,
        super::STATION,
        include_str!("../../schedules/2025-01.toml"),
        include_str!("../../schedules/station.toml"),
        PLAN,
    ];
    let mut made = 0;
    for sample in samples {
        let sample = sample.trim_start_matches('\u{feff}');
        for operation in changes_of(sample) {
            let Ok(after) = apply(sample, &operation) else { continue };
            made += 1;
            // Of the blocks at most one is another, and at most one comes or goes.
            let (before, now) = (parts(sample), parts(&after));
            let (mut old, mut new) = (before.clone(), now.clone());
            old.retain(|part| !now.contains(part));
            new.retain(|part| !before.contains(part));
            assert!(old.len() <= 1 && new.len() <= 1, "{operation:?}: {old:?} {new:?}");
            // Every line outside the changed block is there, in its order: remarks among them.
            let remarks =
                |text: &str| text.lines().filter(|line| line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>();
            let (mut left, now) = (remarks(sample), remarks(&after));
            if matches!(operation, Operation::Remove { .. } | Operation::Copy { .. }) {
                left.retain(|line| now.contains(line));
                assert!(remarks(sample).len() - left.len() <= 8, "{operation:?}");
            } else {
                assert_eq!(left, now, "{operation:?}");
            }
            no_new_syntax(&after);
        }
    }
    assert!(made > 300, "{made}");
}

/// The words of `check` about the text as a text: what is wrong with it as TOML.
fn no_new_syntax(text: &str) {
    let (_, station) = station::read("schedules/station.toml", text);
    let (_, month) = schedule::read("schedules/2026-12.toml", text);
    for problem in station.iter().chain(&month).filter(|_| any_refuses(&month)) {
        assert!(!["toml", "duplicate-key", "duplicate-table"].contains(&problem.code), "{problem:?}\n{text}");
    }
}

#[test]
fn a_days_own_order_begins_as_every_days_with_all_that_its_places_say() {
    let text = "month = \"2026-12\"\n[[window]]\nid = \"sang\"\nstart = \"05:30\"\nend = \"06:15\"\nrunning_order = [\n\
                { audio = \"a.mp3\", kind = \"ident\", title = \"Quốc ca\" },\n\
                { relay = \"manual\", at = \"06:00\", for = \"14m\", id = \"vov\", title = \"Thời sự\" },\n]\n";
    let schedule = schedule::read("schedules/2026-12.toml", text).0.unwrap();
    assert_eq!(
        loa::editing::items(&schedule.windows[0].running_order),
        [
            keys(&[("audio", "a.mp3"), ("kind", "ident"), ("title", "Quốc ca")]),
            keys(&[("relay", "manual"), ("for", "14m"), ("at", "06:00"), ("id", "vov"), ("title", "Thời sự")]),
        ]
    );
}
