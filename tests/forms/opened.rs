//! Every form of every sample opened by the program that offices open it with.

use std::path::Path;
use std::process::{Command, Stdio};

use loa::report::document::{Block, Document, Level};
use loa::report::forms;

use super::{sample, samples};

/// What it writes for a program to read: a DOCX as text; of a workbook each sheet as cells in quotes, in a file of its own.
const TEXT: &str = "txt:Text (encoded):UTF8";
const CELLS: &str = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";

/// Whether LibreOffice is there, and takes the files of `folder` with this ending.
fn converted(folder: &Path, ending: &str, to: &str, into: &str) -> bool {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|found| found == ending));
    let mut command = Command::new("soffice");
    command.arg(format!("-env:UserInstallation=file://{}/profile", folder.display()));
    command.args(["--headless", "--norestore", "--convert-to", to, "--outdir"]).arg(folder.join(into)).args(files);
    match command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status() {
        Ok(status) => {
            assert!(status.success(), "{ending} to {to}");
            true
        }
        Err(_) => {
            println!("SKIPPED: LibreOffice is not on this machine");
            false
        }
    }
}

fn text_of(folder: &Path, name: &str) -> String {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let of_name = |path: &Path| path.file_name().is_some_and(|found| found.to_string_lossy().starts_with(name));
    let texts = files.filter(|path| of_name(path)).map(|path| std::fs::read_to_string(path).unwrap());
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn libreoffice_opens_every_form_whatever_was_written_and_shows_it_as_text() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    for (name, sample) in samples() {
        let docx = std::fs::File::create(folder.join(format!("{name}.docx"))).unwrap();
        forms::docx::render(&sample).pack(docx).unwrap();
        std::fs::write(folder.join(format!("{name}.xlsx")), forms::xlsx::render(&sample).unwrap()).unwrap();
    }
    if !converted(folder, "docx", TEXT, "texts") || !converted(folder, "xlsx", CELLS, "cells") {
        return;
    }
    for (name, sample) in samples() {
        let (text, cells) = (text_of(&folder.join("texts"), name), text_of(&folder.join("cells"), name));
        assert!(text.contains("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), "{name}: {text}");
        for table in sample.tables() {
            let head = table.columns[0].head.split(['\n', '"']).next().unwrap().trim();
            assert!(text.contains(head) && cells.contains(head), "{name}: {head}");
        }
    }
    let (text, cells) = (text_of(&folder.join("texts"), "hostile"), text_of(&folder.join("cells"), "hostile"));
    let quotes = "“Ngoặc kép” \"thẳng\" 'đơn' <b>đậm</b> &amp; & ]]> <!-- -->";
    let link = "=HYPERLINK(\"http://x\";\"y\")";
    for said in
        [quotes, link, "+84 912 000 000", "@SUM(1+1)", "đảo chiều", "📢", "שלום עולם", "liền".repeat(125).as_str()]
    {
        assert!(text.contains(said), "{said}: {text}");
        // A quote in a cell is written twice.
        assert!(cells.contains(&said.replace('"', "\"\"")), "{said}: {cells}");
    }
}

/// The ordinary month's first table behind `lines` lines of text, and behind that two headings with what they are about.
fn with_headings_after(lines: usize) -> Document {
    let ordinary = sample::ordinary();
    let table = ordinary.tables().next().unwrap().clone();
    let words = |lines: usize| {
        Block::Paragraph("thời lượng các chuyên mục phát theo kế hoạch của phường ".repeat(lines * 3 / 2))
    };
    let heading = |level, text: &str| Block::Heading(level, text.to_owned());
    let about = [heading(Level::Part, "Đề mục"), heading(Level::Section, "Đề mục nhỏ"), words(2)];
    let body = [
        vec![words(lines), Block::Table(table.clone()), words(2)],
        about.to_vec(),
        vec![Block::Table(table), words(1)],
    ];
    Document { body: body.concat(), ..ordinary }
}

#[test]
fn no_heading_is_left_at_the_foot_of_a_page_in_libreoffice() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    // Lines are as high as the foot of the page that a heading could be left at.
    let pages: Vec<usize> = (8..22).collect();
    for lines in &pages {
        let docx = std::fs::File::create(folder.join(format!("{lines}.docx"))).unwrap();
        forms::docx::render(&with_headings_after(*lines)).pack(docx).unwrap();
    }
    if !converted(folder, "docx", "pdf", "pages") {
        return;
    }
    let mut begun_anew = 0;
    for lines in pages {
        let pdf = folder.join("pages").join(format!("{lines}.pdf"));
        let Ok(text) = Command::new("pdftotext").arg("-layout").arg(&pdf).arg("-").output() else {
            println!("SKIPPED: pdftotext is not on this machine");
            return;
        };
        let text = String::from_utf8(text.stdout).unwrap();
        for page in text.split('\u{c}') {
            let told: Vec<&str> = page.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            let last = told.last().copied().unwrap_or_default();
            assert!(!last.to_lowercase().contains("đề mục"), "{lines}: {last}");
            begun_anew += usize::from(told.get(1).is_some_and(|first| first.contains("ĐỀ MỤC")));
        }
    }
    assert!(begun_anew > 0, "none of these pages ended at the headings");
}
