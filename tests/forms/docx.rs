//! The paper form: its layout read back, in the decree's own units.

use docx_rs::XMLDocx;
use loa::report::document::Block;
use loa::report::forms::docx::render;

use super::{Xml, sample, samples};

/// Twentieths of a point as tenths of a millimetre, rounded.
fn tenths_of_mm(twips: &str) -> u32 {
    (twips.parse::<f64>().unwrap() * 254.0 / 1440.0).round() as u32
}

fn document(docx: &XMLDocx) -> Xml {
    Xml::of(&docx.document)
}

#[test]
fn the_xml_of_an_ordinary_month_is_the_one_that_was_looked_at() {
    let docx = render(&sample::ordinary());
    let lines = |part: &[u8]| {
        let text = String::from_utf8(part.to_vec()).unwrap();
        ["</w:p>", "</w:tr>", "</w:sectPr>", "</w:tblGrid>", "</w:tblPr>"]
            .iter()
            .fold(text, |text, end| text.replace(end, &format!("{end}\n")))
    };
    insta::assert_snapshot!("docx-document", lines(&docx.document));
    insta::assert_snapshot!("docx-styles", lines(&docx.styles));
}

#[test]
fn r_42_the_page_is_a4_with_the_decrees_margins() {
    for (name, sample) in samples() {
        let xml = document(&render(&sample));
        let sizes: Vec<(u32, u32)> = xml
            .all("w:pgSz", "w:w")
            .iter()
            .zip(xml.all("w:pgSz", "w:h"))
            .map(|(w, h)| (tenths_of_mm(w), tenths_of_mm(&h)))
            .collect();
        assert_eq!(sizes[0], (2100, 2970), "{name}");
        assert!(sizes.iter().all(|size| [(2100, 2970), (2970, 2100)].contains(size)), "{name}: {sizes:?}");
        for (side, from, to) in [("top", 200, 250), ("bottom", 200, 250), ("left", 300, 350), ("right", 150, 200)] {
            for margin in xml.all("w:pgMar", &format!("w:{side}")) {
                assert!((from..=to).contains(&tenths_of_mm(&margin)), "{name}: {side} {margin}");
            }
        }
    }
}

#[test]
fn r_42_the_type_is_times_new_roman_in_the_decrees_sizes() {
    let docx = render(&sample::ordinary());
    let styles = Xml::of(&docx.styles);
    for script in ["w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"] {
        assert_eq!(styles.all("w:rFonts", script)[0], "Times New Roman");
    }
    assert_eq!(styles.all("w:lang", "w:val"), ["vi-VN"]);
    let text = String::from_utf8(docx.document).unwrap();
    // What stands on the page, its size in half points and its face.
    for (words, size, bold, italic) in [
        ("UBND PHƯỜNG LONG XUYÊN", 24, false, false),
        ("ĐÀI TRUYỀN THANH PHƯỜNG", 24, true, false),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 24, true, false),
        ("Độc lập - Tự do - Hạnh phúc", 26, true, false),
        ("Số:        /BC-ĐTT", 26, false, false),
        ("Long Xuyên, ngày 15 tháng 01 năm 2025", 26, false, true),
        ("BÁO CÁO", 28, true, false),
        ("tháng 01 năm 2025", 28, true, false),
        ("Kính gửi: Ủy ban nhân dân phường Long Xuyên", 28, false, false),
        ("I. TÌNH HÌNH CHUNG", 28, true, false),
        ("1. Duy trì chuyên mục, thời lượng", 28, true, false),
        ("a) Biểu dương", 28, false, false),
        ("TRƯỞNG ĐÀI", 28, true, false),
        ("Nơi nhận:", 24, true, true),
        ("- Như trên;", 22, false, false),
        ("- Lưu: VT, ĐTT.", 22, false, false),
        ("Phụ lục", 28, true, false),
    ] {
        let at = text.find(&format!(">{words}</w:t>")).unwrap_or_else(|| panic!("{words} is not there"));
        let run = &text[text[..at].rfind("<w:r>").unwrap()..at];
        assert!(run.contains(&format!("<w:sz w:val=\"{size}\" />")), "{words}: {run}");
        assert_eq!((run.contains("<w:b />"), run.contains("<w:i />")), (bold, italic), "{words}: {run}");
    }
    assert!(text.contains("Trên đây là báo cáo của Đài truyền thanh phường./.</w:t>"));
    // Cells of tables have theirs by a style.
    let styles = String::from_utf8(docx.styles).unwrap();
    for (style, align) in [("CellWords", "left"), ("CellMiddle", "center"), ("CellFigures", "right")] {
        let at = styles.find(&format!("w:styleId=\"{style}\"")).unwrap_or_else(|| panic!("no style {style}"));
        let said = &styles[at..][..styles[at..].find("</w:style>").unwrap()];
        assert!(
            said.contains("<w:sz w:val=\"24\" />") && said.contains(&format!("<w:jc w:val=\"{align}\" />")),
            "{said}"
        );
        assert!(text.contains(&format!("<w:pStyle w:val=\"{style}\" />")), "{style} is used");
    }
}

#[test]
fn r_42_paragraphs_are_justified_with_a_first_line_and_room_between() {
    let text = String::from_utf8(render(&sample::ordinary()).document).unwrap();
    let at = text.find("Đài phát hai buổi mỗi ngày").unwrap();
    let paragraph = &text[text[..at].rfind("<w:p ").unwrap()..at];
    assert!(paragraph.contains("<w:jc w:val=\"both\" />"), "{paragraph}");
    assert!(paragraph.contains("w:firstLine=\"720\""), "{paragraph}"); // 1,27 cm
    assert!(paragraph.contains("w:before=\"120\""), "{paragraph}"); // 6 pt
    assert!(paragraph.contains("w:line=\"264\" w:lineRule=\"auto\""), "{paragraph}"); // 1,1 lines
}

#[test]
fn pages_are_numbered_in_the_middle_above_but_not_the_first() {
    let docx = render(&sample::tet());
    let xml = document(&docx);
    let sections = xml.count("w:sectPr");
    assert_eq!(sections, 2);
    assert_eq!(xml.count("w:titlePg"), sections);
    let kinds = xml.all("w:headerReference", "w:type");
    assert_eq!(kinds, ["default", "default"], "the first page has a head of its own, and that is none");
    assert_eq!(xml.all("w:pgNumType", "w:start"), ["1", "1"], "each annex counts anew");
    let numbered: Vec<String> = docx
        .headers
        .iter()
        .map(|part| String::from_utf8(part.clone()).unwrap())
        .filter(|part| part.contains("PAGE"))
        .collect();
    assert_eq!(numbered.len(), sections);
    assert!(numbered.iter().all(|part| part.contains("<w:jc w:val=\"center\" />")));
}

#[test]
fn a_signature_takes_the_last_sentence_along() {
    let text = String::from_utf8(render(&sample::ordinary()).document).unwrap();
    let end = text.find("./.</w:t>").unwrap();
    let foot = end + text[end..].find("<w:tbl>").unwrap();
    let from = text[..end].rfind("<w:p ").unwrap();
    let paragraphs: Vec<&str> = text[from..foot].split("</w:p>").filter(|part| part.contains("<w:p ")).collect();
    assert_eq!(paragraphs.len(), 1, "the last sentence, right above the signature");
    assert!(paragraphs.iter().all(|paragraph| paragraph.contains("<w:keepNext />")), "{paragraphs:?}");
}

#[test]
fn every_table_repeats_its_head_and_no_row_is_parted() {
    for (name, sample) in samples() {
        let xml = document(&render(&sample));
        assert_eq!(xml.count("w:tblHeader"), sample.tables().count(), "{name}");
        assert_eq!(xml.count("w:cantSplit"), xml.count("w:tr"), "{name}");
    }
}

#[test]
fn an_annex_lies_across_only_if_its_table_needs_it() {
    let lies = |sample| document(&render(&sample)).all("w:pgSz", "w:orient");
    assert_eq!(lies(sample::tet()).last().map(String::as_str), Some("landscape"));
    let mut narrow = sample::tet();
    for block in &mut narrow.annexes[0].blocks {
        if let loa::report::document::Block::Table(table) = block {
            table.columns.truncate(4);
            table.rows.iter_mut().for_each(|row| row.cells.truncate(4));
            table.total = None;
        }
    }
    assert!(!lies(narrow).contains(&"landscape".to_owned()));
}

#[test]
fn every_part_is_well_formed_whatever_was_written() {
    for (_, sample) in samples() {
        let docx = render(&sample);
        for part in [&docx.document, &docx.styles, &docx.settings, &docx.doc_props.core, &docx.document_rels] {
            Xml::of(part);
        }
    }
}

/// Writes the samples into the folder `LOA_LOOK`, to be looked at: `LOA_LOOK=/tmp cargo test --test report look -- --ignored`.
#[test]
#[ignore = "writes pages into LOA_LOOK to be looked at"]
fn look() {
    let Some(dir) = std::env::var_os("LOA_LOOK").map(std::path::PathBuf::from) else { return };
    for (name, sample) in samples() {
        let file = std::fs::File::create(dir.join(format!("{name}.docx"))).unwrap();
        render(&sample).pack(file).unwrap();
        std::fs::write(dir.join(format!("{name}.html")), loa::report::forms::html::render(&sample)).unwrap();
        std::fs::write(dir.join(format!("{name}.xlsx")), loa::report::forms::xlsx::render(&sample).unwrap()).unwrap();
    }
}

#[test]
fn who_made_it_is_the_station() {
    let core = String::from_utf8(render(&sample::ordinary()).doc_props.core).unwrap();
    let issuer = sample::ordinary().letterhead.issuer;
    assert!(core.contains(&format!("<dc:creator>{issuer}</dc:creator>")) && !core.contains("unknown"), "{core}");
}

#[test]
fn a_turned_pages_columns_are_as_wide_on_the_web_page_as_on_paper() {
    let mut held = 0;
    for (name, sample) in samples() {
        let page = Xml::of(loa::report::forms::html::render(&sample).as_bytes());
        if !page.all("section", "class").iter().any(|class| class == "wide") {
            continue;
        }
        let percent =
            |style: &String| style.trim_start_matches("width: ").trim_end_matches('%').parse::<f64>().unwrap();
        let web: Vec<f64> = page.all("col", "style").iter().map(percent).collect();
        let paper: Vec<f64> =
            document(&render(&sample)).all("w:gridCol", "w:w").iter().map(|width| width.parse().unwrap()).collect();
        let count = sample.annexes.last().and_then(|annex| annex.blocks.iter().rev().find_map(columns)).unwrap();
        let (web, paper) = (&web[web.len() - count..], &paper[paper.len() - count..]);
        let whole: f64 = paper.iter().sum();
        for (web, paper) in web.iter().zip(paper) {
            assert!((web - paper * 100.0 / whole).abs() < 2.0, "{name}: {web} {}", paper * 100.0 / whole);
            held += 1;
        }
    }
    assert!(held > 0);
}

fn columns(block: &Block) -> Option<usize> {
    match block {
        Block::Table(table) => Some(table.columns.len()),
        _ => None,
    }
}

#[test]
fn headings_that_follow_one_another_are_one_paragraph_that_stays_with_what_they_are_about() {
    let text = String::from_utf8(render(&sample::ordinary()).document).unwrap();
    let paragraphs: Vec<&str> = text.split("</w:p>").collect();
    let of = |words: &str| paragraphs.iter().position(|paragraph| paragraph.contains(words)).unwrap();
    let (part, section) = (of("II. KẾT QUẢ TUYÊN TRUYỀN"), of("1. Duy trì chuyên mục"));
    assert_eq!(part, section);
    assert!(
        paragraphs[part].contains("<w:keepNext />") && paragraphs[part].contains("<w:br w:type=\"textWrapping\" />")
    );
    let kept = |at: usize| paragraphs[at].contains("<w:keepNext />") && !paragraphs[at].contains("w:pStyle");
    // A caption may follow, which has its table behind it, and the last sentence, which has the signature.
    let both = (1..paragraphs.len()).filter(|at| kept(at - 1) && kept(*at)).map(|at| paragraphs[at]);
    for second in both {
        assert!(second.contains("./.") || second.contains("<w:jc w:val=\"center\" />"), "{second}");
    }
}

#[test]
fn behind_a_table_comes_what_comes_next_and_a_document_ends_with_no_table() {
    for (name, sample) in samples() {
        let text = String::from_utf8(render(&sample).document).unwrap();
        let behind: Vec<&str> = text.split("</w:tbl>").skip(1).collect();
        for (at, rest) in behind.iter().enumerate() {
            assert!(rest.starts_with("<w:p "), "{name}: two tables would be one, or nothing follows");
            let paragraph = rest.split("</w:p>").next().unwrap();
            let is_empty = paragraph.contains("<w:t xml:space=\"preserve\"></w:t>");
            assert!(!is_empty || at + 1 == behind.len(), "{name}: {paragraph}");
        }
    }
}
