//! Every form of every sample opened by the program that offices open it with.

use std::path::Path;
use std::process::{Command, Stdio};

use loa::report::forms;

use super::samples;

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
