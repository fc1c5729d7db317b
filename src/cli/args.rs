//! What may stand on the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use super::{Context, Failure};
use crate::problem::Lang;
use crate::station;

/// Loa: phát thanh phường đúng giờ, ghi nhật ký đúng sự thật · Loa: airs a ward's bulletins on time and logs what was heard.
#[derive(Debug, Parser)]
#[command(
    version,
    propagate_version = true,
    after_help = "Ví dụ · Example:  loa check && loa run --line pulseaudio:line"
)]
pub struct Cli {
    /// Thư mục đài, nơi có `schedules/` và `audio/` · the station's home (the folder with `schedules/` and `audio/`).
    #[arg(long, global = true, env = "LOA_HOME", hide_env_values = true, value_name = "DIR")]
    home: Option<PathBuf>,
    /// Ngôn ngữ · language.
    #[arg(
        long,
        global = true,
        env = "LOA_LANG",
        hide_env_values = true,
        value_name = "vi|en",
        hide_possible_values = true
    )]
    lang: Option<LangArg>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LangArg {
    Vi,
    En,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Tạo thư mục đài mới, dùng được ngay · makes a new station home that can be used at once.
    Init(super::init::Args),
    /// Lập tháng mới từ tháng trước · makes a new month's file from the one before.
    New(super::new::Args),
    /// Kiểm tra kế hoạch: mọi lỗi cùng lúc, sửa thế nào · checks the plan: all mistakes at once, and what to do.
    Check(super::check::Args),
    /// Lịch phát: mục nào, lúc nào · prints the timetable: what airs, and when.
    Timetable(super::timetable::Args),
    /// Diễn tập một tháng hay một ngày: nhật ký sẽ ghi gì · rehearses a month or a day: the log that it would give.
    Rehearse(super::rehearse::Args),
    /// Nhận bản ghi âm: đo rồi đặt vào audio/ · measures recordings and files them under audio/.
    Import(super::import::Args),
    /// Nghe thử trên loa máy tính, không bao giờ ra loa phường · plays on this PC's own speakers, never on the line.
    Audition(super::audition::Args),
    /// Duyệt một tiết mục: ghi vào tệp của tháng ai duyệt bản ghi nào · writes into the month's file who approved a recording.
    Approve(super::approve::Args),
    /// Trực phát sóng cho đến khi dừng · airs the plan until it is stopped.
    Run(super::run::Args),
    /// Chạy thử một đài mẫu, buổi đầu phát sau mười giây · tries a sample station, whose first broadcast begins in ten seconds.
    Demo(super::demo::Args),
    /// Phát một tệp hay một tiết mục khi đường loa rảnh, theo quy định · plays a file or a segment as soon as the line is free, by the rules.
    Play(super::play::Args),
    /// Bỏ qua mục đang phát; mục sau phát tiếp · ends what is on air; what follows goes on.
    Skip(super::skip::Args),
    /// Dừng mục đang phát và cả buổi ấy; các buổi sau vẫn phát · ends what is on air and its broadcast; later ones air.
    Stop(super::stop::Args),
    /// Phát khẩn cấp: ngay lập tức, trên mọi thứ khác · plays an emergency: at once, over everything else.
    Emergency(super::emergency::Args),
    /// Loa đang làm gì: đang phát, sắp phát, đường loa, đồng hồ · what Loa is doing: on air, next, line, clock.
    Status(super::status::Args),
    /// Đồng hồ máy: xác nhận giờ đang đúng · the PC's clock: says that it is right.
    Clock(super::clock::Args),
    /// Nhật ký phát sóng: định phát gì, nghe được gì · the airing log: what was planned, what was heard.
    Airings(super::airings::Args),
    /// Kiểm nhật ký có bị sửa không, ghi sửa tay bên cạnh · checks whether the log was changed, corrects beside it.
    Log(super::log::Args),
    /// Báo cáo của một kỳ: kế hoạch so với thực phát · a period's report: what was planned set against what aired.
    Report(super::report::Args),
    /// Gói bằng chứng của một kỳ, kiểm được ở máy bất kỳ · a period's evidence, which any PC can check.
    Evidence(super::evidence::Args),
    /// Các đường ra âm thanh, theo tên mà `line.device` nhận · the sound outputs by the names `line.device` takes.
    Devices(super::devices::Args),
    /// Khám máy và đài: đồng hồ, đường loa, đĩa, chế độ ngủ, tệp của ngày tới · looks PC and station over: clock, line, disk, sleep, files of the next day.
    Doctor(super::doctor::Args),
    /// Âm thử ra đường loa · a test tone on the line.
    Tone(super::tone::Args),
    /// Báo tin khi có sự cố: gửi thử · messages when something goes wrong: sends a trial.
    Alerts(super::alerts::Args),
    /// Tài khoản của trang điều khiển · the console's accounts.
    User(super::user::Args),
    /// Chạy thành dịch vụ của máy, tự chạy lại khi hỏng · runs as a service of the system, which starts it again when it fails.
    #[cfg(any(target_os = "linux", windows))]
    Service(super::service::Args),
    /// Lược đồ của tệp, cho trình soạn thảo · the JSON Schema of the files, for editors.
    Schema(super::schema::Args),
    /// Gợi ý khi gõ Tab · what a shell offers on Tab.
    Completions(super::completions::Args),
    /// Hướng dẫn có sẵn trong máy: từng trang, từng khóa, từng lệnh · the guide on this PC: its pages, the keys, the commands.
    Help(super::help::Args),
}

/// The name of a line, for an argument that takes nothing else. What it names may come later, as a card that is plugged in.
pub(super) fn line_name(written: &str) -> Result<String, String> {
    station::line_name(written).map(str::to_owned).map_err(|help| format!("{} · {}", help.vi, help.en))
}

/// The command line, in the user's language.
pub fn command(lang: Lang) -> clap::Command {
    super::language::spoken(Cli::command(), lang)
}

impl Cli {
    /// What the `words` of a command line ask for, the program's name first.
    ///
    /// # Errors
    /// The library's, which is also how it tells help and version.
    pub fn of(words: &[OsString], lang: Lang) -> Result<Cli, clap::Error> {
        let matches = command(lang).try_get_matches_from(words)?;
        Cli::from_arg_matches(&matches)
    }

    /// What the command is given: flags first, then the environment, then the system, then Vietnamese.
    pub fn context(&self) -> Context {
        let lang = match self.lang {
            Some(LangArg::Vi) => Lang::Vi,
            Some(LangArg::En) => Lang::En,
            None => system_lang(),
        };
        Context { home: self.home.clone(), lang }
    }

    /// Runs the command; the exit status.
    ///
    /// # Errors
    /// What the user is to be told where the command could not do what it was asked.
    pub fn run(&self) -> Result<u8, Failure> {
        let context = self.context();
        match &self.command {
            Command::Init(args) => super::init::run(args, &context),
            Command::Check(args) => super::check::run(args, &context),
            Command::Timetable(args) => super::timetable::run(args, &context),
            Command::Rehearse(args) => super::rehearse::run(args, &context),
            Command::Run(args) => super::run::run(args, &context),
            Command::Demo(args) => super::demo::run(args, &context),
            Command::Play(args) => super::play::run(args, &context),
            Command::Skip(args) => super::skip::run(args, &context),
            Command::Stop(args) => super::stop::run(args, &context),
            Command::Emergency(args) => super::emergency::run(args, &context),
            Command::Status(args) => super::status::run(args, &context),
            Command::Clock(args) => super::clock::run(args, &context),
            Command::Airings(args) => super::airings::run(args, &context),
            Command::Log(args) => super::log::run(args, &context),
            Command::Report(args) => super::report::run(args, &context),
            Command::Evidence(args) => super::evidence::run(args, &context),
            Command::Devices(args) => super::devices::run(args, &context),
            Command::Doctor(args) => super::doctor::run(args, &context),
            Command::Tone(args) => super::tone::run(args, &context),
            Command::New(args) => super::new::run(args, &context),
            Command::Import(args) => super::import::run(args, &context),
            Command::Audition(args) => super::audition::run(args, &context),
            Command::Approve(args) => super::approve::run(args, &context),
            Command::Alerts(args) => super::alerts::run(args, &context),
            Command::User(args) => super::user::run(args, &context),
            #[cfg(any(target_os = "linux", windows))]
            Command::Service(args) => super::service::run(args, &context),
            Command::Schema(args) => super::schema::run(args, &context),
            Command::Completions(args) => super::completions::run(args, &context, command(context.lang)),
            Command::Help(args) => super::help::run(args, &context, &command(context.lang)),
        }
    }
}

/// The language that `--lang` or `LOA_LANG` names, if it is one.
pub(super) fn spoken(word: &str) -> Option<Lang> {
    match word {
        "vi" => Some(Lang::Vi),
        "en" => Some(Lang::En),
        _ => None,
    }
}

pub(super) fn system_lang() -> Lang {
    match sys_locale::get_locale() {
        Some(locale) if locale.to_ascii_lowercase().starts_with("en") => Lang::En,
        _ => Lang::Vi,
    }
}
