//! `loa init`: a new station home for today.

use std::path::{Path, PathBuf};

use super::args::line_name;
use super::printing::{put, put_line};
use super::{Context, Failure, PROBLEMS, WRONG_USE};
use crate::clock;
use crate::files;
use crate::home::Home;
use crate::problem::{Lang, Text};
use crate::schedule::Month;
use crate::schema;
use crate::station::Station;

/// Tạo thư mục đài mới · a commented station.toml, this month's schedule, a signature tune.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa init dai-phuong")]
pub struct Args {
    /// Thư mục, mặc định là thư mục của `--home`, không có thì thư mục này · the folder, by default that of `--home`, else this
    /// one.
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Đường loa ghi vào `station.toml` · the line written into `station.toml`.
    #[arg(long, value_name = "DEVICE", value_parser = line_name, default_value = DEFAULT_LINE)]
    line: String,
}

/// The line of the sample.
const DEFAULT_LINE: &str = "default";

/// The commented sample that every new home begins with.
pub const STATION_TOML: &str = include_str!("station.toml");
/// The signature tune.
pub const TUNE: &[u8] = include_bytes!("../../audio/nhac-hieu.flac");

const MONTH_TOML: &str = r#"#:schema ./.schema/month.json
# Kế hoạch phát thanh tháng. Kiểm tra bằng: loa check
# The month's schedule. Check it with: loa check
month = "{month}"

# Mục mẫu: loa phát thật vào những giờ này. Không muốn phát thì xóa cả khối.
# A sample, and it is heard at these times. Take it out if it is not to air.
[[segment]]
title = "Nhạc hiệu"                       # tên tiết mục
audio = "nhac-hieu.flac"                  # tệp trong thư mục audio/
at    = ["05:45", "17:10"]                # giờ phát
days  = "T2-T7"                           # hoặc: dates = [1, 8, 15], hoặc: on = ["{today}"]

# [[segment]]
# title  = "Hướng dẫn nộp hồ sơ trực tuyến"
# audio  = "dvc-truc-tuyen.mp3"
# at     = "17:15"
# days   = "T3, T5"
# except = ["{last}"]                # những ngày không phát
# grace  = "10m"                          # trễ tối đa bao lâu vẫn phát
"#;

/// Makes the home.
///
/// # Errors
/// If the folder holds one already, or cannot be written; if two folders are named.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = Home::at(folder(args.dir.as_deref(), context.home.as_deref())?);
    if home.schedules().is_dir() && !home.station_file().exists() {
        return station_alone(&home, context.lang);
    }
    if home.schedules().exists() {
        return Err(Failure {
            status: PROBLEMS,
            text: Text::new(
                format!(
                    "`{}` đã có thư mục `schedules`: đây đã là một đài, không ghi đè gì cả; chạy `loa check` ở đó, hoặc chọn thư mục khác",
                    home.root().display()
                ),
                format!(
                    "`{}` has a folder `schedules` already: it is a station home and was not touched; run `loa check` there, or choose another folder",
                    home.root().display()
                ),
            ),
        });
    }
    let zone = Station::default().zone;
    let today = clock::now().to_zoned_datetime(zone).date();
    let month = Month::of(today);
    let text = MONTH_TOML
        .replace("{month}", &month.to_string())
        .replace("{today}", &today.to_string())
        .replace("{last}", &month.last().to_string());
    let device = |line: &str| format!("\ndevice = {}\n", toml::Value::from(line));
    let station = STATION_TOML.replace(&device(DEFAULT_LINE), &device(&args.line));
    write(&home.station_file(), station.as_bytes())?;
    write(&home.month_file(month), text.as_bytes())?;
    write(&home.audio().join("nhac-hieu.flac"), TUNE)?;
    schemas(&home)?;
    let (root, month_file) = (home.root().display(), home.month_file(month));
    let month_file = month_file.display();
    match context.lang {
        Lang::Vi => put(&format!(
            "Đã tạo đài ở `{root}`.\n\nLàm trên trình duyệt: loa --home \"{root}\" run --open\n\nHoặc làm bằng tệp:\n1. Sửa tên đài và đường loa: {}\n2. Sửa kế hoạch tháng: {month_file}\n   (mục mẫu trong đó phát nhạc hiệu lúc 05:45 và 17:10, T2-T7; không muốn phát thì xóa đi)\n3. Chép bản ghi âm vào: {}\n4. Kiểm tra: loa --home \"{root}\" check\n5. Phát: loa --home \"{root}\" run\n",
            home.station_file().display(),
            home.audio().display()
        ))?,
        Lang::En => put(&format!(
            "Made a station in `{root}`.\n\nIn the browser: loa --home \"{root}\" run --open\n\nOr by files:\n1. Name it and its line: {}\n2. Edit the month's schedule: {month_file}\n   (its sample airs the signature tune at 05:45 and 17:10, Monday to Saturday; take it out if it is not to air)\n3. Copy recordings to: {}\n4. Check: loa --home \"{root}\" check\n5. Air: loa --home \"{root}\" run\n",
            home.station_file().display(),
            home.audio().display()
        ))?,
    }
    Ok(0)
}

/// The folder that is meant. What is written for this command goes before what `LOA_HOME` says for all.
fn folder<'a>(dir: Option<&'a Path>, home: Option<&'a Path>) -> Result<&'a Path, Failure> {
    let (Some(dir), Some(home)) = (dir, home) else { return Ok(dir.or(home).unwrap_or(Path::new("."))) };
    let of_all = std::env::var_os("LOA_HOME").is_some_and(|all| all == home.as_os_str());
    if of_all || std::path::absolute(dir).ok() == std::path::absolute(home).ok() {
        return Ok(dir);
    }
    let (dir, home) = (dir.display(), home.display());
    let text = Text::new(
        format!("`{dir}` và `--home {home}` là hai thư mục khác nhau; hãy chỉ ghi một: `loa init {dir}`"),
        format!("`{dir}` and `--home {home}` are two folders; name one of them: `loa init {dir}`"),
    );
    Err(Failure { status: WRONG_USE, text })
}

/// Beside the files and not behind an address: editors read them offline.
fn schemas(home: &Home) -> Result<(), Failure> {
    for (name, schema) in [("station", schema::station()), ("month", schema::month())] {
        write(&home.schedules().join(format!(".schema/{name}.json")), format!("{schema:#}\n").as_bytes())?;
    }
    Ok(())
}

/// A home with months that lacks `station.toml` is given that alone.
fn station_alone(home: &Home, lang: Lang) -> Result<u8, Failure> {
    write(&home.station_file(), STATION_TOML.as_bytes())?;
    schemas(home)?;
    let file = home.station_file();
    let said = Text::new(
        format!("Đã tạo `{}`; các tệp khác giữ nguyên. Hãy ghi tên đài và đường loa vào đó.", file.display()),
        format!("Made `{}` and touched nothing else. Write the station's name and its line into it.", file.display()),
    );
    put_line(&said, lang)?;
    Ok(0)
}

/// Writes a file and the folders above it.
///
/// # Errors
/// What the user is to be told.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    made.and_then(|()| std::fs::write(path, bytes)).map_err(|error| {
        let (path, cause) = (path.display(), files::cause(&error));
        let text = Text::new(
            format!("không ghi được `{path}`: {}; xem quyền ghi và chỗ trống trên đĩa, hoặc chọn thư mục khác", cause.vi),
            format!("`{path}` cannot be written: {}; look at the rights to write and the room on the disk, or choose another folder", cause.en),
        );
        Failure { status: PROBLEMS, text }
    })
}
