//! A DOCX made into a PDF by LibreOffice, where it is installed: it sets the pages as the office that opens the DOCX will.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;
use std::{fs, io, thread};

use crate::clock;
use crate::files;
use crate::problem::Text;
use crate::system;

/// Its first start on an old PC makes a profile; beyond this it hangs.
const PATIENCE_NS: u64 = 180_000_000_000;

/// Where it is looked for: by name on the path, then where its installers put it.
const PROGRAMS: &[&str] = &[
    "soffice",
    "libreoffice",
    #[cfg(windows)]
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    #[cfg(windows)]
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
    #[cfg(target_os = "macos")]
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
];

/// Whether LibreOffice is where it is looked for.
pub fn has_maker() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let named = |folder: &Path, name: &str| {
        folder.join(name).is_file() || cfg!(windows) && folder.join(format!("{name}.exe")).is_file()
    };
    // A whole path is the same from any folder.
    let folders = || std::env::split_paths(&path).chain([PathBuf::new()]);
    PROGRAMS.iter().any(|name| folders().any(|folder| named(&folder, name)))
}

/// A folder for the conversion, gone when dropped.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The PDF of a DOCX, both as bytes.
///
/// # Errors
/// LibreOffice is not installed, or makes no PDF of it.
pub(super) fn of(docx: &[u8]) -> Result<Vec<u8>, Text> {
    let folder = Folder(std::env::temp_dir().join(format!("loa-pdf-{}", uuid::Uuid::new_v4())));
    let (source, made) = (folder.0.join("report.docx"), folder.0.join("report.pdf"));
    fs::create_dir(&folder.0).and_then(|()| fs::write(&source, docx)).map_err(|e| failed(&e))?;
    let mut child = start(&folder.0, &source)?;
    let began = clock::monotonic_ns();
    loop {
        match child.try_wait() {
            Ok(Some(_)) => break,
            Ok(None) if clock::monotonic_ns() - began < PATIENCE_NS => thread::sleep(Duration::from_millis(50)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(failed(&io::Error::from(io::ErrorKind::TimedOut)));
            }
        }
    }
    fs::read(&made).map_err(|e| failed(&e))
}

/// The decree's type, and those that have its widths.
const TYPES: [&str; 3] = ["Times New Roman", "Liberation Serif", "Tinos"];

/// What to tell where this PC has no type that a PDF of the decree's document is set in; none where it has, or nobody can
/// tell.
pub fn missing_type() -> Option<Text> {
    let mut command = system::program("fc-match");
    command.args(["--format", "%{family}", TYPES[0]]).stdin(Stdio::null()).stderr(Stdio::null());
    let family = String::from_utf8_lossy(&command.output().ok()?.stdout).trim().to_owned();
    is_another(&family).then(|| {
        Text::new(
            format!(
                "Máy không có phông Times New Roman nên PDF in bằng `{family}`; cài gói `fonts-liberation` (hoặc phông của Microsoft) rồi chạy lại."
            ),
            format!(
                "This PC has no Times New Roman, so the PDF is set in `{family}`; install `fonts-liberation` (or Microsoft's fonts) and try again."
            ),
        )
    })
}

fn is_another(family: &str) -> bool {
    !family.is_empty() && !TYPES.iter().any(|known| family.contains(known))
}

/// With a profile of its own, since an open LibreOffice would take the order for itself and answer nothing.
fn start(folder: &Path, source: &Path) -> Result<Child, Text> {
    let mut profile = std::ffi::OsString::from("-env:UserInstallation=");
    profile.push(url(&folder.join("profile")));
    for name in PROGRAMS {
        let mut command = system::program(name);
        command.arg(&profile).args(["--headless", "--norestore", "--convert-to", "pdf", "--outdir"]);
        command.arg(folder).arg(source).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        match command.spawn() {
            Ok(child) => return Ok(child),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(failed(&e)),
        }
    }
    Err(Text::new(
        "chưa cài LibreOffice nên không tạo được PDF; hãy cài LibreOffice rồi chạy lại, hoặc dùng `--format docx` và lưu thành PDF trong Word",
        "no LibreOffice on this PC to make a PDF; install it and try again, or use `--format docx` and save as PDF in Word",
    ))
}

/// A path as an address: the temporary folder's name may hold spaces and letters with marks.
fn url(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let mut out = String::from(if path.starts_with('/') { "file://" } else { "file:///" });
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/:._-~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn failed(error: &io::Error) -> Text {
    let cause = files::cause(error);
    Text::new(
        format!(
            "LibreOffice không tạo được PDF: {}; hãy dùng `--format docx` và lưu thành PDF trong LibreOffice hay Word",
            cause.vi
        ),
        format!("LibreOffice made no PDF: {}; use `--format docx` and save as PDF in LibreOffice or Word", cause.en),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_of_other_widths_is_told_from_the_decrees() {
        let said = ["Liberation Serif", "Times New Roman,Times", "DejaVu Serif", ""].map(is_another);
        assert_eq!(said, [false, false, true, false]);
    }

    #[test]
    fn a_path_becomes_an_address_whatever_its_letters() {
        assert_eq!(url(Path::new("/tmp/đài 1")), "file:///tmp/%C4%91%C3%A0i%201");
        assert_eq!(url(Path::new(r"C:\Users\Đài\Temp")), "file:///C:/Users/%C4%90%C3%A0i/Temp");
    }
}
