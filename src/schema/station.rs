//! `station.toml`.

use schemars::JsonSchema;

use super::running_order::{ColumnTable, WindowTable};
use super::station_lists::{
    BalanceTable, BasisTable, FieldTable, FormTable, GenreTable, HolidayTable, HotlineTable, ReportTable, TargetsTable,
    TopicTable,
};
use super::words::{ApprovalWord, ClockTrustWord, LineLossWord, SecurityWord, SignalWord};
use super::{DateText, LengthText, LoudnessValue, OneOrMany, StretchText, TimeText};

/// Cấu hình của đài: những gì ít thay đổi · what changes rarely.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct StationFile {
    /// Tên đài và cơ quan · the station's names
    pub station: Option<StationTable>,
    /// Đường loa · the line
    pub line: Option<LineTable>,
    /// Máy tăng âm, nếu để Loa bật tắt · the amplifier, where Loa switches it
    pub amplifier: Option<AmplifierTable>,
    /// Quy định phát sóng của phường · the ward's own rules
    pub rules: Option<RulesTable>,
    /// Bản tin khẩn cấp · emergencies
    pub emergency: Option<EmergencyTable>,
    /// Báo tin khi có sự cố · who is told when something goes wrong
    pub alerts: Option<AlertsTable>,
    /// Trang điều khiển · the operator's page
    pub console: Option<ConsoleTable>,
    /// Đồng hồ máy · the PC's clock
    pub clock: Option<ClockTable>,
    /// Chỉ tiêu · what is to be reached
    pub targets: Option<TargetsTable>,
    /// Báo cáo · how the ward reports
    pub report: Option<ReportTable>,
    /// Cân đối biểu dương, phê phán · limits for the shares of tones
    pub balance: Option<BalanceTable>,
    /// Khung giờ phát · windows
    pub window: Option<Vec<WindowTable>>,
    /// Chuyên mục · columns
    pub column: Option<Vec<ColumnTable>>,
    /// Chủ đề theo kế hoạch · the plan's topics
    pub topic: Option<Vec<TopicTable>>,
    /// Thể loại, thêm vào các thể loại có sẵn · genres beside the built-in ones
    pub genre: Option<Vec<GenreTable>>,
    /// Lĩnh vực · fields of work
    pub field: Option<Vec<FieldTable>>,
    /// Hình thức tuyên truyền khác · forms other than the loudspeaker
    pub form: Option<Vec<FormTable>>,
    /// Văn bản mà đài thực hiện · what the station's work carries out
    pub basis: Option<Vec<BasisTable>>,
    /// Đường dây nóng · hotlines
    pub hotline: Option<Vec<HotlineTable>>,
    /// Ngày lễ: ngày dương lịch của đúng năm ấy, ngày âm lịch của mọi năm · holidays: a date of its own year, a lunar day of every year
    pub holiday: Option<Vec<HolidayTable>>,
}

/// Tên đài và cơ quan · the station's names.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct StationTable {
    /// Tên in trên báo cáo · its name on reports
    pub name: Option<String>,
    /// Ký hiệu trong số văn bản, như "ĐTT" · its sign in document numbers
    pub code: Option<String>,
    /// Cơ quan chủ quản · whose station it is
    pub parent: Option<String>,
    /// Địa danh · the place
    pub place: Option<String>,
    /// Tên bộ phận một cửa · what its one-stop desk is called
    pub one_stop: Option<String>,
    /// Múi giờ, như "Asia/Ho_Chi_Minh" · the zone all times are in
    pub timezone: Option<String>,
    /// Các tên cũ, in trên văn bản của thời đó · former names, for documents of their time
    pub was: Option<Vec<FormerNamesTable>>,
}

/// Tên cũ của đài; khóa nào không ghi thì như hiện nay · former names.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct FormerNamesTable {
    /// Tên đài · its name
    pub name: Option<String>,
    /// Ký hiệu · its sign in document numbers
    pub code: Option<String>,
    /// Cơ quan chủ quản · whose station it was
    pub parent: Option<String>,
    /// Địa danh · the place
    pub place: Option<String>,
    /// Tên bộ phận một cửa · what its one-stop desk was called
    pub one_stop: Option<String>,
    /// Dùng từ ngày · from when on
    pub valid_from: Option<DateText>,
    /// Dùng đến hết ngày · until when
    pub valid_to: DateText,
}

/// Đường loa · the sound output that feeds the amplifier.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LineTable {
    /// Tên mà `loa devices` in ra, hoặc "null", "wav:TỆP" (tính từ thư mục đài), "default" · a name that `loa devices` prints
    pub device: Option<String>,
    /// Mức to của mọi bản ghi khi phát, LUFS, mặc định -16; false: phát nguyên như thu · loudness of all that airs
    pub loudness: Option<LoudnessValue>,
    /// Đỉnh âm không vượt quá, dBTP, mặc định -1 · the ceiling of true peaks
    pub peak: Option<f64>,
    /// Giảm tiếng theo giờ trong ngày · quieter at some times of day
    pub gain: Option<Vec<GainTable>>,
    /// Số khung của một khối âm thanh, mặc định 1024 · frames of one block of sound
    pub buffer_frames: Option<u32>,
    /// Đường loa mất rồi trở lại: phát tiếp hay bỏ phần còn lại · what a lost line broke off goes on, or not
    pub after_line_loss: Option<LineLossWord>,
    /// Đầu vào nghe lại đường loa, như "pulseaudio:line.monitor" · an input that hears the line
    pub monitor: Option<String>,
}

/// Một khoảng giờ giảm tiếng · a stretch of the day in which the line is quieter.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct GainTable {
    /// Từ giờ · from
    pub from: TimeText,
    /// Đến giờ, có thể qua nửa đêm · to, over midnight too
    pub to: TimeText,
    /// Mức giảm, dB, từ -60 đến 0 · by how many dB
    pub db: f64,
}

/// Máy tăng âm · the amplifier behind the line: two commands, or a signal of a serial port.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AmplifierTable {
    /// Lệnh bật: chương trình và các tham số · the program that switches it on, and its arguments
    pub on: Option<Vec<String>>,
    /// Lệnh tắt · the program that switches it off, and its arguments
    pub off: Option<Vec<String>>,
    /// Cổng nối tiếp, như "COM3" hoặc "/dev/ttyUSB0" · a serial port instead of commands
    pub serial: Option<String>,
    /// Tín hiệu của cổng đó · which signal of the port
    pub signal: Option<SignalWord>,
    /// Bật trước khi có tiếng bao lâu, như "60s" · on so long before the next sound
    pub before: Option<LengthText>,
    /// Tắt sau tiếng cuối bao lâu, như "30s" · off so long after the last one
    pub after: Option<LengthText>,
    /// Tin khẩn cấp chờ máy nóng bao lâu, như "5s" · how long an emergency waits for it to warm
    pub emergency_before: Option<LengthText>,
}

/// Bản tin khẩn cấp · emergencies.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct EmergencyTable {
    /// Tiếng báo trước bản tin khẩn cấp, tệp trong audio/ · what is heard before an emergency
    pub tone: Option<String>,
}

/// Báo tin khi có sự cố: bằng lệnh, bằng webhook, bằng thư · who is told when something goes wrong.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AlertsTable {
    /// Chương trình nhận tin ở đầu vào, và các tham số · a program that is given the message, and its arguments
    pub command: Option<Vec<String>>,
    /// Địa chỉ nhận tin bằng JSON · an address that the message is posted to
    pub webhook: Option<String>,
    /// Tệp chứa địa chỉ đó, nếu phải giữ kín · a file that holds the address
    pub webhook_file: Option<String>,
    /// Biến môi trường chứa địa chỉ đó · a variable that holds it
    pub webhook_env: Option<String>,
    /// Thư điện tử · mail
    pub mail: Option<MailTable>,
    /// Hai tin cách nhau ít nhất bao lâu, mặc định "10m" · between two messages, at least
    pub every: Option<LengthText>,
    /// Sự cố chưa hết thì nhắc lại sau bao lâu, mặc định "6h"; "0s": không nhắc · what lasts is told again after so long
    pub repeat: Option<LengthText>,
    /// Giờ xem trước các bản ghi của ngày mai, mặc định "19:00" · when tomorrow's recordings are looked at
    pub preflight: Option<TimeText>,
}

/// Thư báo tin · mail.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct MailTable {
    /// Tên máy chủ thư · the name of the mail server
    pub server: String,
    /// Cổng, mặc định theo security · its port
    pub port: Option<u16>,
    /// Cách giữ kín đường truyền, mặc định "tls" · how the connection is kept from others
    pub security: Option<SecurityWord>,
    /// Tài khoản đăng nhập · who logs in
    pub user: Option<String>,
    /// Tệp chứa mật khẩu · a file that holds the password
    pub password_file: Option<String>,
    /// Biến môi trường chứa mật khẩu · a variable that holds it
    pub password_env: Option<String>,
    /// Thư gửi từ địa chỉ · the sender
    pub from: String,
    /// Gửi đến · to whom
    pub to: OneOrMany<String>,
}

/// Trang điều khiển của đài · where the operator's page is asked for.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ConsoleTable {
    /// Địa chỉ và cổng, mặc định "127.0.0.1:8420"; "off": không có trang · address and port; "off": no page
    pub listen: Option<String>,
    /// Tên khác của máy này, ngoài localhost và địa chỉ bằng số · names of this PC beside localhost and its addresses
    pub names: Option<OneOrMany<String>>,
    /// Mã hóa bằng chứng thư do Loa tự tạo · TLS with a certificate made by Loa
    pub tls: Option<bool>,
    /// Tệp chứng thư (PEM) · the certificate's file
    pub certificate: Option<String>,
    /// Tệp khóa của chứng thư (PEM) · its key's file
    pub key: Option<String>,
    /// Chấp nhận mở cho mạng nội bộ mà không mã hóa · open to the network without TLS all the same
    pub insecure: Option<bool>,
    /// Bản ghi lớn nhất được tải lên trang, tính bằng MiB; mặc định 512 · the largest recording that the page takes in, in MiB
    pub upload_mib: Option<u32>,
}

/// Đồng hồ máy · the PC's clock.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ClockTable {
    /// Khi nào tin đồng hồ máy; mặc định tự xét · when it is trusted
    pub trust: Option<ClockTrustWord>,
}

/// Quy định của phường · the ward's rules.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RulesTable {
    /// Giờ yên tĩnh, không phát gì; [] nếu không có · nothing airs in these hours
    pub quiet: Option<OneOrMany<StretchText>>,
    /// Nhiều nhất mấy buổi một ngày · broadcasts a day at most
    pub broadcasts_per_day: Option<u32>,
    /// Một buổi nhiều nhất mấy phút · minutes a broadcast at most
    pub broadcast_minutes: Option<u32>,
    /// Một tiết mục mỗi ngày phát lại nhiều nhất mấy lần, không kể lượt đầu · repeats of one segment a day, beside its first airing
    pub repeats_per_day: Option<u32>,
    /// Có phải duyệt trước khi phát không · whether recordings must be approved
    pub approval: Option<ApprovalWord>,
    /// Trễ quá mức này tính là trễ trong báo cáo · later than this counts as late
    pub on_time: Option<LengthText>,
    /// Tối đa bao nhiêu ngày không có CCHC · days without administrative reform at most
    pub cchc_gap_days: Option<u32>,
    /// Mỗi ngày ít nhất mấy lượt đường dây nóng · hotline airings a day at least
    pub hotline_per_day: Option<u32>,
}
