//! Why a recording or a relay's source gave no sound, as it stands in a note behind its sentence, and its English. Each is said
//! where it is found out; that those and these agree is tested there.

/// Sentences of reasons; `{…}` in both languages, and within what stands in one another may.
pub(super) const REASONS: &[(&str, &str)] = &[
    // ---- a relay's source ----
    (
        "không kết nối được tới nguồn tiếp âm ({why}); hãy kiểm tra mạng và địa chỉ",
        "the relay's source cannot be reached ({why}); check the network and the address",
    ),
    (
        "máy chủ nguồn tiếp âm không có chứng chỉ đáng tin ({why}); hãy kiểm tra địa chỉ và giờ của máy",
        "the relay's server has no certificate to trust ({why}); check the address and this PC's clock",
    ),
    (
        "máy chủ nguồn tiếp âm trả lời {status} thay vì âm thanh; hãy hỏi lại địa chỉ",
        "the relay's server answers {status} instead of sound; ask for its address again",
    ),
    (
        "máy chủ nguồn tiếp âm không trả lời bằng HTTP (SHOUTcast đời cũ trả lời `ICY 200 OK`); hãy hỏi đài một địa chỉ HTTP",
        "the relay's server does not answer in HTTP (an old SHOUTcast says `ICY 200 OK`); ask the station for an HTTP address",
    ),
    (
        "địa chỉ nguồn tiếp âm chuyển vòng mãi sang địa chỉ khác; hãy hỏi lại địa chỉ",
        "the relay's address leads to others without an end; ask for the right one",
    ),
    ("nguồn tiếp âm ngừng gửi dữ liệu; hãy kiểm tra mạng", "the relay's source stopped sending; check the network"),
    (
        "danh sách phát của nguồn tiếp âm không còn được nối tiếp; nguồn có thể đã ngừng phát",
        "the relay's playlist is no longer continued; its station may be off the air",
    ),
    (
        "nguồn tiếp âm đã kết thúc chương trình; Loa vẫn chờ nguồn phát lại",
        "the relay's source has ended its programme; Loa goes on waiting for it",
    ),
    (
        "nguồn tiếp âm là bản ghi sẵn và đã hết; hãy dùng địa chỉ phát trực tiếp",
        "the relay's source was a recording and is over; use the address of a live programme",
    ),
    (
        "địa chỉ nguồn tiếp âm không cho âm thanh mà Loa đọc được ({what}); hãy hỏi lại địa chỉ",
        "the relay's address gives no sound that Loa reads ({what}); ask for the right one",
    ),
    (
        "danh sách phát của nguồn tiếp âm không có địa chỉ nào phát được qua mạng; hãy hỏi lại địa chỉ",
        "the relay's playlist names no address that can be played over the network; ask for the right one",
    ),
    (
        "nguồn tiếp âm bị mã hóa nên Loa không nghe được; hãy hỏi đài một địa chỉ không mã hóa",
        "the relay's source is encrypted, which Loa does not read; ask the station for an open address",
    ),
    (
        "nguồn tiếp âm dùng HE-AAC; hãy cài `ffmpeg` trên máy này, hoặc dùng địa chỉ MP3 hay AAC-LC",
        "the relay's source is HE-AAC; install `ffmpeg` on this PC, or use an address with MP3 or AAC-LC",
    ),
    (
        "nguồn tiếp âm gửi dữ liệu lớn bất thường; hãy dùng địa chỉ chỉ có tiếng",
        "the relay's source sends pieces that are too large; use an address with sound alone",
    ),
    ("không giải mã được nguồn tiếp âm ({why})", "the relay's source cannot be decoded ({why})"),
    (
        "đường vào âm thanh không dùng được ({why}); hãy xem `loa devices` và dây cắm",
        "the sound input cannot be used ({why}); see `loa devices` and its plug",
    ),
    (
        "đường vào này thu lại chính đường loa, phát ra là hú; hãy ghi đường vào khác ở `relay`",
        "this input takes in what the line itself plays, which howls; name another input at `relay`",
    ),
    ("tiếp âm đã dừng", "the relay was stopped"),
    // ---- what the network says ----
    ("máy chủ không trả lời kịp", "the server did not answer in time"),
    ("máy chủ không nhận kết nối ở cổng này", "nothing takes connections at that port"),
    ("máy chủ ngắt kết nối giữa chừng", "the server broke the connection off"),
    ("máy này không có đường mạng tới máy chủ", "this PC has no way to the server"),
    (
        "không tìm thấy máy chủ tên đó, hoặc máy này không có mạng",
        "no server of that name is found, or this PC has no network",
    ),
    ("không kết nối được", "no connection comes about"),
    ("không phải địa chỉ", "it is no address"),
    ("báo lỗi “{error}”", "it says “{error}”"),
    // ---- what a relay's address gives instead of sound ----
    ("là trang web hoặc danh sách không có địa chỉ phát", "a web page or a list without a stream"),
    ("không thấy khung MP3 hoặc AAC nào", "no frame of MP3 or AAC in it"),
    ("AAC loại khác AAC-LC", "an AAC other than AAC-LC"),
    ("loại tệp lạ trong HLS", "a kind of file unknown to HLS"),
    ("không có phần tiếng AAC hoặc MP3", "no AAC or MP3 in it"),
    ("không có phần tiếng", "no sound in it"),
    // ---- a sound input ----
    ("không có `{device}`", "`{device}` is not there"),
    ("`{device}` không mở được ({why})", "`{device}` does not open ({why})"),
    ("`{device}` mất kết nối", "`{device}` was lost"),
    // ---- a recording ----
    (
        "tệp ngắn hơn độ dài ghi trong phần đầu: chỉ có {has} trên {all} giây; hãy chép lại từ bản gốc",
        "shorter than declared: {has} of {all} s; copy it again",
    ),
    (
        "tệp bị cắt cụt sau {after} giây; hãy chép lại từ bản gốc hoặc xuất lại",
        "cut off after {after} s; copy it again or export it anew",
    ),
    (
        "âm thanh trong tệp bị hỏng ở khoảng giây thứ {at}, chỉ còn {has} trên {all} giây; hãy chép lại từ bản gốc",
        "the sound in this file is damaged around second {at}, {has} of {all} s are left; copy it again",
    ),
    (
        "âm thanh trong tệp bị hỏng ở khoảng giây thứ {at}; hãy chép lại từ bản gốc",
        "the sound in this file is damaged around second {at}; copy it again",
    ),
    (
        "âm thanh trong tệp bị hỏng, chỉ còn {has} trên {all} giây; hãy chép lại từ bản gốc",
        "the sound in this file is damaged, {has} of {all} s are left; copy it again",
    ),
    ("âm thanh trong tệp bị hỏng; hãy chép lại từ bản gốc", "the sound in this file is damaged; copy it again"),
    (
        "không giải mã tiếp được sau {after} giây ({why}); hãy chép lại từ bản gốc hoặc xuất lại",
        "decoding breaks off after {after} s ({why}); copy it again or export it anew",
    ),
    (
        "tệp dài hơn {hours} giờ; hãy cắt thành nhiều tệp ngắn hơn",
        "longer than {hours} hours; split it into shorter files",
    ),
    (
        "không giải mã được chút âm thanh nào ({why}); hãy chép lại từ bản gốc hoặc xuất lại",
        "no sound could be decoded ({why}); copy it again or export it anew",
    ),
    ("dữ liệu bị cắt", "its data is cut off"),
    ("quá dài", "it is too long"),
    ("mọi gói dữ liệu đều hỏng", "every packet is damaged"),
    (
        "tệp này không có phần âm thanh nào; hãy xuất lại phần âm thanh thành MP3, FLAC hoặc WAV",
        "this file has no sound in it; export its sound as MP3, FLAC or WAV",
    ),
    (
        "phần đầu tệp ghi tần số lấy mẫu hoặc số kênh vô lý; hãy chép lại từ bản gốc hoặc xuất lại",
        "its header claims a sample rate or channels that cannot be; copy it again or export it anew",
    ),
    (
        "không giải mã được tệp này (bộ giải mã báo “{error}”); hãy xuất lại thành MP3, FLAC hoặc WAV",
        "this file cannot be decoded (its decoder says “{error}”); export it again as MP3, FLAC or WAV",
    ),
    (
        "tệp M4A/MP4 không có phần mục lục đọc được, thường do chép chưa xong; hãy chép lại từ bản gốc hoặc xuất lại",
        "this M4A/MP4 file has no index that can be read, as a copy cut short has none; copy it again or export it anew",
    ),
    (
        "tệp bị cắt cụt hoặc phần đầu tệp bị hỏng; hãy chép lại từ bản gốc hoặc xuất lại",
        "this file is cut short or its header is damaged; copy it again or export it anew",
    ),
    (
        "tệp hỏng đến mức bộ giải mã dừng đột ngột; hãy chép lại từ bản gốc hoặc xuất lại",
        "this file is so damaged that the decoder broke down; copy it again or export it anew",
    ),
    (
        "tệp bị hỏng làm bộ giải mã dừng đột ngột; hãy lưu lại tệp bằng chương trình thu âm",
        "the file is damaged and stopped the decoder dead; save it again from the recording program",
    ),
    (
        "phần đầu tệp WAV bị hỏng (không tìm thấy mô tả âm thanh hoặc dữ liệu); hãy mở bằng phần mềm ghi âm và lưu lại thành WAV",
        "the header of this WAV is damaged (no format or no data to be found); open it in an editor and save it as WAV again",
    ),
    (
        "Loa không đọc được kiểu âm thanh {name}; hãy xuất lại thành MP3, FLAC hoặc WAV",
        "Loa does not read {name}; export it again as MP3, FLAC or WAV",
    ),
    (
        "đây là {what}, không phải tệp âm thanh; hãy chép lại đúng tệp ghi âm",
        "this is {what}, not a recording; copy the right file",
    ),
    (
        "không nhận ra âm thanh trong tệp này; hãy mở thử bằng phần mềm nghe nhạc rồi chép hoặc xuất lại",
        "no sound is recognised in this file; try it in a player, then copy it or export it again",
    ),
    // ---- what a file is instead ----
    ("tệp nén hoặc văn bản Office", "an archive or an Office document"),
    ("văn bản Office", "an Office document"),
    ("văn bản PDF", "a PDF document"),
    ("tệp nén RAR", "a RAR archive"),
    ("tệp nén 7z", "a 7z archive"),
    ("ảnh PNG", "a PNG picture"),
    ("ảnh JPEG", "a JPEG picture"),
    ("trang web (HTML) lưu nhầm", "a web page (HTML) saved by mistake"),
    ("tệp văn bản", "a text file"),
    // ---- what the system says of a file ----
    ("không có ở đó", "it is not there"),
    ("không có quyền", "permission is denied"),
    ("là thư mục, không phải tệp", "it is a folder, not a file"),
    ("tên này đã có", "that name is taken"),
    ("hết chỗ trên đĩa", "the disk is full"),
    ("đĩa chỉ cho đọc", "the disk is read-only"),
    ("chương trình khác đang dùng", "another program uses it"),
    ("ổ mạng không trả lời", "the network drive does not answer"),
    ("là thiết bị hoặc ống dẫn, không phải tệp", "it is a device or a pipe, not a file"),
    ("hệ thống báo “{error}”", "the system says “{error}”"),
];
