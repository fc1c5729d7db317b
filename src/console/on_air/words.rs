//! What the page "Trên sóng" says.

use crate::console::say::phrases;

phrases! {
    clock: "Đồng hồ của đài", "The station's clock";
    on_air: "Đang phát", "On air";
    nothing: "Không có gì đang phát", "Nothing is on air";
    then: "Tiếp theo", "Next";
    nothing_ahead: "Không còn gì trong kế hoạch", "Nothing more is planned";
    today: "Hôm nay", "Today";
    unlike: "Khác ngày thường", "Unlike other days";
    nothing_today: "Hôm nay không có buổi phát nào", "Nothing is planned for today";
    plan_it: "Xem lịch", "See the plan";
    state: "Tình trạng", "How things stand";
    line: "Đường loa", "Line";
    amplifier: "Máy tăng âm", "Amplifier";
    attention: "Cần chú ý", "Needs attention";
    all_well: "Không có sự cố", "No incidents";
    level: "Mức âm thanh", "Level";
    progress: "Đã phát", "Heard so far";
    left: "còn", "left";
    in_words: "còn", "in";
    days: "ngày", "d";
    hours: "giờ", "h";
    minutes: "phút", "min";
    asked_by: "Người yêu cầu", "Asked for by";
    ordered_by: "Người ra lệnh", "Ordered by";
    ahead: "Chưa đến giờ", "Ahead";
    armed: "Sẵn sàng", "Ready";
    due: "Đang chờ", "Waiting";
    confirm_clock: "Xem và xác nhận giờ máy", "Look at the clock and confirm it";
    compare: "Hãy so với đồng hồ đúng mỗi tuần.", "Compare it with a right clock each week.";
    barred: "Sẽ không phát", "Will not air";
    own: "Mục riêng", "By itself";
    extra: "Buổi thêm", "Extra broadcast";
    by_hand: "Phát theo yêu cầu", "By hand";
    emergency: "Khẩn cấp", "Emergency";
    control: "Điều khiển", "Control";
    skip: "Bỏ qua mục này", "Skip this";
    stop: "Dừng cả buổi", "Stop the broadcast";
    stop_sure: "Dừng mục đang phát, các mục còn lại của buổi này và bản ghi đang chờ phát. Các buổi sau vẫn phát theo kế hoạch.", "Ends what is on air, the rest of its broadcast and what was to be played next. Later broadcasts air as planned.";
    stop_yes: "Dừng ngay", "Stop now";
    play: "Phát ngay một tệp", "Play now";
    play_what: "Tệp trong kho hoặc mã tiết mục", "A recording, or a segment's id";
    play_hint: "Phát khi mục đang phát kết thúc; giờ yên tĩnh và các quy định vẫn giữ.", "It waits for what is on air; quiet hours and all rules hold.";
    play_yes: "Phát", "Play";
    emergency_do: "Phát khẩn cấp…", "Emergency…";
    emergency_end: "Dừng khẩn cấp", "End the emergency";
    stale: "Chương trình Loa không trả lời: những gì hiện ở đây là của lúc", "The daemon does not answer: what is shown here is of";
    lost: "Mất liên lạc với đài: những gì hiện ở đây đã cũ và chưa ra lệnh được từ trang này. Trang tự nối lại.", "The station is not reached: what is shown here is old, and this page can order nothing. It reconnects by itself.";
    lost_way: "Đang ngồi ở máy khác: xem mạng của máy này, hoặc đến máy của đài rồi mở trang này ngay trên máy ấy. Đang ngồi ở máy của đài: chương trình Loa chưa chạy hoặc đang bận; chờ một phút mà trang chưa tự nối lại thì chạy lại Loa theo cách đài vẫn làm: nơi Loa tự chạy cùng máy thì khởi động lại máy, nơi phải mở bằng tay thì mở lại, hoặc nhờ người quản trị. Cần khẩn cấp ngay mà trang chưa có lại thì nói trực tiếp vào máy tăng âm, rồi ghi lại ở Nhật ký.", "At another PC: look at its network, or go to the station's own PC and open this page there. At the station's PC: Loa is not running, or busy; if the page is not back in a minute start Loa as this station does: where it starts with the PC start the PC anew, where it is started by hand do so, or ask the admin. What cannot wait for the page is spoken into the amplifier itself, and entered in the Log afterwards.";
    lost_terminal: "Ai quen cửa sổ dòng lệnh của máy ấy", "Who knows that PC's terminal";
    lost_commands: "`loa emergency TỆP --by TÊN` phát khẩn cấp, `loa play TỆP --by TÊN` phát một tệp, `loa stop --by TÊN` dừng.", "`loa emergency FILE --by NAME` for an emergency, `loa play FILE --by NAME` to play one, `loa stop --by NAME` to stop.";
    no_script: "Trang này tự cập nhật khi trình duyệt cho chạy JavaScript; nếu không, hãy tải lại trang.", "This page keeps itself up to date where the browser runs JavaScript; else load it anew.";
}
