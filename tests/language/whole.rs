//! Changes that touch more than one block, or would: each is made as a whole, or refused and nothing of it made.

use loa::editing::{Operation, Place, Target, Value, apply};

#[test]
fn an_order_whose_remarks_are_of_no_one_place_is_left_to_a_person() {
    for order in [
        "[{ column = \"a\" }, # một\n  { column = \"b\" }]",
        "[\n  { column = \"a\" }, { column = \"b\" }, # hai\n]",
        "[\n  { column = \"a\" }\n  # hai\n  ,\n  { column = \"b\" }\n]",
    ] {
        let text = format!("[[window]]\nid = \"w\"\nrunning_order = {order}\n");
        let places = vec![Place::Kept(1), Place::Kept(0)];
        let answer = apply(&text, &Operation::Order { of: Target::Named("window", "w".to_owned()), places });
        assert!(answer.as_ref().is_err_and(|why| why.vi.contains("ghi chú")), "{order}: {answer:?}");
    }
}

#[test]
fn what_days_say_of_a_block_goes_by_its_new_id_however_they_are_written() {
    let rename = |row, old: &str| Operation::RenameInDays { row, old: old.to_owned(), new: "m\u{1edb}i".to_owned() };
    for (before, row, old, after) in [
        (
            "[[exception]]\nwindows = { sang = \"off\", toi = \"off\" } # nghỉ\n",
            "window",
            "sang",
            "windows = { \"mới\" = \"off\", toi",
        ),
        (
            "[[holiday]]\nname = \"sang\"\nwindows.sang = { start = \"06:00\" }\n",
            "window",
            "sang",
            "windows.\"mới\" = { start",
        ),
        ("[[exception]]\n[exception.columns]\ntin = { moves_to = 4 }\n", "column", "tin", "\"mới\" = { moves_to"),
        ("[[exception]]\nsegments = { a = \"off\" }\n", "segment", "a", "{ \"mới\" = \"off\" }"),
        (
            "[[exception]]\nwindows = { sang = { running_order = [{ column = \"tin\" }] } }\n",
            "column",
            "tin",
            "[{ column = \"mới\" }]",
        ),
        (
            "[[exception]]\n[[exception.extra]]\nid = \"a\"\nrunning_order = [\n  { segment = \"a\" }, # a\n]\n",
            "segment",
            "a",
            "{ segment = \"mới\" }, # a",
        ),
    ] {
        let changed = apply(before, &rename(row, old)).unwrap();
        assert!(changed.contains(after), "{changed}");
        let back = Operation::RenameInDays { row, old: "mới".to_owned(), new: old.to_owned() };
        assert_eq!(apply(&changed, &back).unwrap(), before);
    }
    let spread = "[[exception]]\n[exception.windows.sang]\nstart = \"06:00\"\n";
    assert!(apply(spread, &rename("window", "sang")).is_err_and(|why| why.vi.contains("`sang`")));
}

/// The lines of another block between those of a section of this one's.
const AMONG: &str = "month = \"2026-12\"\n\n[[segment]]\nid = \"a\"\ntitle = \"A\"\non = \"2026-12-03\"\n\n[[column]]\nid = \"c\"\n\n[segment.survey]\nasked = 5\n";

#[test]
fn a_block_among_whose_lines_others_stand_is_neither_copied_nor_left_behind_with_them() {
    let copied = apply(
        AMONG,
        &Operation::Copy { of: Target::Named("segment", "a".to_owned()), keys: vec![("id", Some(Value::text("b")))] },
    );
    assert!(copied.as_ref().is_err_and(|why| why.vi.contains("nằm lẫn")), "{copied:?}");
    let next = loa::editing::next_month(AMONG, "2026-12".parse().unwrap(), "2027-01".parse().unwrap());
    assert!(next.as_ref().is_err_and(|why| why.vi.contains("nằm lẫn")), "{next:?}");
}
