//! What Loa notes beside an airing. The log is the ward's own record and has it in Vietnamese; here each sentence stands once,
//! for who writes it, and with its English for who reads the log in English.
//!
//! A log is kept for good: a sentence that is written no more stays here for what was written with it.

use crate::outcome::Cause;
use crate::problem::{Lang, Text};
use crate::schedule::audio_facts::AudioFault;

mod reasons;

use reasons::REASONS;

/// What parts the sentences of one note.
const BETWEEN: &str = "; ";

/// Sentences, each a function of what stands in it; `{…}` in both languages.
macro_rules! notes {
    ($($(#[$doc:meta])* $name:ident($($what:ident),*): $vi:literal, $en:literal;)*) => {
        $($(#[$doc])* pub fn $name($($what: &str),*) -> String { format!($vi, $($what = $what),*) })*

        const ALL: &[(&str, &str)] = &[$(($vi, $en)),*];
    };
}

notes! {
    /// A person ended it, or kept it from being heard.
    asked_for(by): "theo yêu cầu của {by}", "as {by} asked";
    /// The bytes are not the approved ones.
    not_the_approved(): "tệp khác với tệp đã duyệt; hãy duyệt lại hoặc chép lại tệp đã duyệt", "the file is not the approved one; approve it anew, or put the approved one back";
    /// The recording came after the plan, and the station airs only what is approved.
    not_approved(): "tệp vừa có, chưa ai duyệt; hãy duyệt bằng `loa approve`", "the file has only just come and nobody approved it; approve it with `loa approve`";
    /// What was heard of it before a break is of other bytes.
    changed_meanwhile(): "tệp đã thay đổi giữa chừng nên không phát tiếp được", "the file changed in between, so it could not go on";
    /// An ident or a sting belongs to what follows it.
    a_minute_late(): "trễ quá 60 giây", "more than 60 s late";
    /// Filler.
    no_room_for_filler(): "không còn chỗ trống để phát đệm", "no room was left for filler";
    /// It would have met an item that is on time exactly.
    into_a_fixed_time(): "sẽ lấn sang mục có giờ cố định", "it would have run into an item with a fixed time";
    /// It would have ended after its broadcast.
    past_the_end(): "sẽ quá giờ kết thúc buổi phát", "it would have run past the broadcast's end";
    /// An edit moved or renamed it too late.
    heard_before_the_edit(at): "đã phát theo giờ cũ {at} vì lúc sửa đã chốt, nên không phát lần nữa", "heard by its old time {at}, for it was of record when the edit came, and so not a second time";
    /// Its recording was slow to read.
    still_reading(): "chưa đọc xong tệp khi hết giờ chờ", "its file was still being read when its time was over";
    /// Sound that would have gone on into quiet hours.
    quiet_hours_came(): "dừng vì đã đến giờ yên tĩnh", "ended because quiet hours began";
    /// Somebody stopped the program, or the system did.
    stopped_in_order(): "chương trình được lệnh dừng khi đang phát; không phát lại", "the program was told to stop while it was on air; it is not heard again";
    /// Silence in its midst.
    silence_inside(length): "im lặng {length} giữa chừng", "{length} of silence inside";
    /// The clock cannot be believed.
    clock_in_doubt(): "đồng hồ máy chưa đáng tin khi phát, giờ ghi có thể sai", "the PC's clock was not trusted then; the times may be wrong";
    /// It was written off by a clock for which nobody vouched.
    only_the_clock_says(): "chỉ đồng hồ máy cho biết đã qua giờ, không ai xác nhận đồng hồ ấy đúng; nếu nó sai thì lúc đó Loa đang chạy", "only the PC's clock says that its time was over, and nobody vouched for it; if it was wrong, Loa was running then";
    /// The clock was set back while it sounded.
    clock_set_back(): "đồng hồ máy bị chỉnh lùi khi đang phát; giờ kết thúc tính tiếp theo đồng hồ lúc bắt đầu", "the PC's clock was set back while it sounded; its end goes by the clock as it was at its beginning";
    /// The clock was set on while it sounded.
    clock_set_on(): "đồng hồ máy bị chỉnh nhanh lên khi đang phát; giờ kết thúc theo đồng hồ mới", "the PC's clock was set on while it sounded; its end goes by the new clock";
    /// A relay by another set.
    relayed_by_hand(): "tiếp âm thủ công", "relayed by hand";
    /// How often a relay lost its source.
    source_lost(times, why): "mất nguồn {times} lần: {why}", "source lost {times} times: {why}";
    /// Why, where the source says nothing.
    source_silent(): "nguồn im lặng", "the source was silent";
    /// What was not heard by the monitor.
    unheard_by_monitor(length): "đường nghe kiểm tra không nghe thấy {length}", "the monitor did not hear {length} of it";
    /// The run ended before the monitor had told of the last of it.
    monitor_had_no_word(length): "chương trình dừng trước khi đường nghe kiểm tra kịp cho biết có nghe thấy {length} cuối hay không", "the program ended before the monitor could tell whether the last {length} of it were heard";
    /// What was sent was silent.
    silent_unlike_recording(length): "im lặng {length}, bản ghi thì không", "{length} of silence that the recording does not have";
    /// A volume control lets nothing through.
    output_muted(control): "đầu ra bị tắt tiếng hoặc âm lượng gần như bằng 0 ở `{control}`", "the output was muted or as good as at volume 0 at `{control}`";
    /// The same, as it was written while volume 0 alone was told.
    output_muted_or_at_0(control): "đầu ra bị tắt tiếng hoặc âm lượng bằng 0 ở `{control}`", "the output was muted or at volume 0 at `{control}`";
    /// The amplifier was not switched on.
    amplifier_not_on(): "không bật được máy tăng âm khi phát", "the amplifier could not be switched on for it";
    /// It went on after a break.
    went_on(what, length): "{what} giữa chừng, phát tiếp sau {length}", "{what} in its midst, went on {length} later";
    /// It began again after a break.
    began_again(what, length): "{what} giữa chừng, phát lại từ đầu sau {length}", "{what} in its midst, begun again {length} later";
    /// It began only after a break that came right before it.
    began_later(what, length): "{what} đúng lúc sắp phát (nếu đã phát thì không quá một giây), phát sau {length}", "{what} right before it (if it sounded, then for a second at most), begun {length} later";
    /// A break.
    power_cut(): "mất điện", "power cut";
    /// A break.
    ended_abruptly(): "chương trình dừng đột ngột", "the program ended abruptly";
    /// A break.
    line_lost(): "mất đường loa", "line lost";
    /// The end of a run broke it off.
    broken_off_by_the_end(): "chương trình dừng đột ngột khi đang phát; giờ kết thúc là lúc cuối cùng biết chắc còn phát", "the program ended abruptly while it sounded; its end is the last moment at which it is known to have sounded";
    /// The end of a run came right before it.
    never_began(): "chương trình dừng đột ngột đúng lúc sắp phát; nếu đã phát thì không quá một giây", "the program ended abruptly right before it; if it sounded, then for a second at most";
    /// The PC had no thread for it.
    no_room_to_relay(): "máy không còn chỗ để tiếp âm; hãy tắt bớt chương trình khác", "the PC had no room to relay it; end other programs";
    /// The PC had no thread for it.
    no_room_to_open(): "máy không còn chỗ để mở tệp; hãy tắt bớt chương trình khác", "the PC had no room to open the file; end other programs";
    /// Its armed copy has gone.
    copy_gone(): "không mở lại được bản sao trong `var/armed`; hãy kiểm tra đĩa", "its copy in `var/armed` could not be opened again; look at the disk";
    /// A decoder broke on it.
    decoder_broke(files): "tệp `audio/{files}` làm bộ giải mã dừng đột ngột; hãy thay tệp", "the file `audio/{files}` broke the decoder; replace it";
    /// The recording is not there.
    no_file(file): "không thấy tệp `audio/{file}`; hãy chép tệp vào đó", "the file `audio/{file}` is not there; put it there";
    /// It could be neither read nor copied.
    unreadable(file, why): "không đọc hoặc không sao được tệp `audio/{file}` ({why}); hãy xem quyền đọc và chỗ trống trên đĩa", "the file `audio/{file}` could be neither read nor copied ({why}); look at the rights to it and at the room on the disk";
    /// A folder, or no plain file.
    not_a_file(file, why): "không đọc được tệp `audio/{file}` ({why}); hãy chép chính tệp ghi âm vào đó", "the file `audio/{file}` could not be read ({why}); put the recording itself there";
    /// It has no sample.
    empty(file): "tệp `audio/{file}` không có tiếng nào; hãy thu lại", "the file `audio/{file}` has no sound; record it again";
    /// It is silent from end to end.
    silent(file): "tệp `audio/{file}` toàn im lặng; hãy thu lại", "the file `audio/{file}` is silent from end to end; record it again";
    /// No decode gets through.
    undecodable(file, why): "không giải mã được tệp `audio/{file}`: {why}", "the file `audio/{file}` cannot be decoded: {why}";
    /// It was heard as it is; nobody had measured it before.
    not_whole(file, why): "tệp `audio/{file}` không nguyên vẹn: {why}", "the file `audio/{file}` is not whole: {why}";
    /// It fell due while nothing could be written down.
    may_have_been_heard(from, to): "không ghi được nhật ký từ {from} đến {to}, không biết mục này đã phát hay chưa nên không phát lại", "the log could not be written from {from} to {to}; whether this was heard is not known, so it is not heard again";
    /// It fell due in a time of which the log's rows are lost.
    may_have_been_heard_and_lost(from, to): "nhật ký bị mất các dòng từ {from} đến {to}, không biết mục này đã phát hay chưa nên không phát lại", "the log's rows from {from} to {to} are lost; whether this was heard is not known, so it is not heard again";
    /// An emergency's repeat by a clock in doubt, of which nobody knows when it is due any more.
    ordered_in_doubt(): "đặt khi đồng hồ máy chưa đáng tin; máy đã khởi động lại nên không còn biết giờ phát", "ordered while the PC's clock was not trusted; the PC was started anew, so nobody knows its time any more";
    /// The same of what was on air by then.
    may_have_gone_on(from, to): "không ghi được nhật ký từ {from} đến {to}, có thể đã phát thêm", "the log could not be written from {from} to {to}; more of it may have been heard";
    /// The same of rows that are lost.
    may_have_gone_on_and_lost(from, to): "nhật ký bị mất các dòng từ {from} đến {to}, có thể đã phát thêm", "the log's rows from {from} to {to} are lost; more of it may have been heard";
    /// An incident: a volume control.
    output_silenced(control): "`{control}` bị tắt tiếng hoặc âm lượng gần như bằng 0; hãy tăng âm lượng của máy tính", "`{control}` is muted or as good as at no volume; turn the PC's volume up";
    /// The same, as it was written while no volume alone was told.
    output_silenced_or_at_0(control): "`{control}` bị tắt tiếng hoặc âm lượng bằng 0; hãy tăng âm lượng của máy tính", "`{control}` is muted or at no volume; turn the PC's volume up";
    /// An incident: what the monitor does not hear.
    line_does_not_sound(device): "`{device}` không nghe thấy tiếng đang phát; hãy xem âm lượng, dây và máy tăng âm, rồi thử `loa tone`", "`{device}` does not hear what is sent; look at volume, cable and amplifier, then try `loa tone`";
    /// An incident: room for so many MiB.
    disk_nearly_full(mib): "ổ đĩa có thư mục `var` còn chưa đến {mib} MiB; hãy xóa bớt tệp không cần", "the disk with the folder `var` has less than {mib} MiB left; delete what is not needed";
    /// An incident: a row that contradicts the log.
    row_refused(): "nhật ký đã có kết quả khác của mục đó nên không nhận dòng mới; giờ và nội dung ở `var/log/`", "the log has another outcome of that item already and does not take the new row; when and what stands in `var/log/`";
    /// An incident: the end of a run.
    amplifier_left_on(): "không tắt được máy tăng âm khi dừng Loa; hãy tắt bằng tay", "the amplifier could not be switched off when Loa stopped; switch it off by hand";
    /// An incident: who vouched for the clock.
    clock_vouched_for(by): "{by} xác nhận giờ máy đúng", "{by} says that the clock is right";
    /// An incident of a start: nothing took a row before the program ended.
    blind_until_the_end(): "không ghi được gì vào đĩa cho đến khi chương trình dừng đột ngột: nhật ký có thể thiếu những gì đã xảy ra trong lúc đó", "the disk took nothing until the program ended abruptly: the log may lack what happened in that time";
    /// An incident of a start: nothing took a row before the PC was switched off.
    blind_until_switched_off(): "không ghi được gì vào đĩa cho đến khi máy tắt: nhật ký có thể thiếu những gì đã xảy ra trong lúc đó", "the disk took nothing until the PC was switched off: the log may lack what happened in that time";
    /// An incident of a start.
    power_cut_while_running(): "máy mất điện hoặc khởi động lại khi chương trình đang chạy", "the PC lost its power or was started anew while the program ran";
}

/// A note of the log in both languages; what this Loa does not know of it stays as it is. `own` may stand in it as well: what
/// kept its slot off the air, as its author was told.
pub fn read(note: &str, own: Option<&Text>) -> Text {
    let (mut said, mut rest) = (Vec::new(), note);
    while !rest.is_empty() {
        let own = own.and_then(|own| Some((own.en.clone(), after(rest, &own.vi)?)));
        let known =
            || ALL.iter().find_map(|(vi, en)| matched(vi, rest).map(|(words, rest)| (filled(en, &words), rest)));
        let (english, left) = own.or_else(known).unwrap_or_else(|| {
            let (first, left) = rest.split_once(BETWEEN).unwrap_or((rest, ""));
            (word(first), left)
        });
        said.push(english);
        rest = left;
    }
    Text::new(note, said.join(BETWEEN))
}

/// What is noted where a recording's fault keeps it from being heard.
pub fn of_fault(file: &str, fault: &AudioFault) -> String {
    match fault {
        AudioFault::Absent | AudioFault::AbsentBut(_) => no_file(file),
        AudioFault::Unreadable(why) => unreadable(file, &why.vi),
        AudioFault::NoFile(why) => not_a_file(file, &why.vi),
        AudioFault::Empty => empty(file),
        AudioFault::Silent => silent(file),
        AudioFault::Undecodable(why) => undecodable(file, &why.vi),
    }
}

/// Why something was not heard: the cause's word and what was noted. The log has one cause for all that gives no sound, whose
/// word is not true of what was read and is silent or empty: there the note alone tells it. `own` as of [`read`].
pub fn why(cause: Option<Cause>, note: &str, own: Option<&Text>) -> Text {
    let is_told = |sentence: fn(&str) -> String| tells(sentence, note);
    let word = cause.filter(|cause| *cause != Cause::Undecodable || ![silent, empty].into_iter().any(is_told));
    let noted = read(note, own);
    let joined = |word: Option<&str>, noted: &str| {
        word.into_iter().chain(Some(noted)).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(BETWEEN)
    };
    let word = |lang| word.map(|cause| cause.word(lang));
    Text::new(joined(word(Lang::Vi), &noted.vi), joined(word(Lang::En), &noted.en))
}

/// A cause's word, as it is true of what was noted: of a recording that was read and is silent or empty it is that.
pub fn cause_word(cause: Cause, note: &str) -> Text {
    let is = |sentence: fn(&str) -> String| cause == Cause::Undecodable && tells(sentence, note);
    if is(silent) {
        Text::new("Bản ghi im lặng", "Silent recording")
    } else if is(empty) {
        Text::new("Bản ghi không có tiếng", "Recording without sound")
    } else {
        Text::new(cause.word(Lang::Vi), cause.word(Lang::En))
    }
}

/// Whether `note` begins with that sentence, whatever file it names.
fn tells(sentence: fn(&str) -> String, note: &str) -> bool {
    let whole = sentence(BETWEEN);
    let around = whole.split_once(BETWEEN);
    around.is_some_and(|(before, behind)| note.starts_with(before) && note.contains(behind))
}

/// What comes behind `sentence`, which `note` begins with.
fn after<'n>(note: &'n str, sentence: &str) -> Option<&'n str> {
    note.strip_prefix(sentence).filter(|_| !sentence.is_empty()).and_then(after_end)
}

/// What stands in the places of a sentence that `note` begins with, and what comes behind it.
fn matched<'n>(sentence: &'static str, note: &'n str) -> Option<(Vec<(&'static str, &'n str)>, &'n str)> {
    let (words, rest) = begins(sentence, note)?;
    Some((words, after_end(rest)?))
}

/// The same, with what parts it from that.
fn begins<'n>(sentence: &'static str, note: &'n str) -> Option<(Vec<(&'static str, &'n str)>, &'n str)> {
    let mut pieces = sentence.split('{');
    let mut rest = note.strip_prefix(pieces.next()?)?;
    let mut words = Vec::new();
    for (name, then) in pieces.filter_map(|piece| piece.split_once('}')) {
        let end = if then.is_empty() { last_word(rest) } else { rest.find(then)? };
        let (word, behind) = rest.split_at(end);
        if word.is_empty() || (word.contains(BETWEEN) && reason(word).is_none()) {
            return None;
        }
        words.push((name, word));
        rest = behind.strip_prefix(then)?;
    }
    Some((words, rest))
}

/// How long what stands at the end of a sentence is: a reason, which may be of two clauses, else up to the next sentence.
fn last_word(rest: &str) -> usize {
    let of_reason = |(vi, _): &(&'static str, &str)| {
        let (_, behind) = begins(vi, rest)?;
        after_end(behind).map(|_| rest.len() - behind.len())
    };
    let reason = REASONS.iter().filter_map(of_reason).max();
    reason.unwrap_or_else(|| rest.find(BETWEEN).unwrap_or(rest.len()))
}

/// The English of a reason, if it is one.
fn reason(said: &str) -> Option<String> {
    REASONS
        .iter()
        .find_map(|(vi, en)| begins(vi, said).filter(|(_, rest)| rest.is_empty()).map(|(words, _)| filled(en, &words)))
}

/// Nothing, or the sentences that follow.
fn after_end(rest: &str) -> Option<&str> {
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(BETWEEN) }
}

/// The English sentence with those words in its places; what came once came once.
fn filled(sentence: &str, words: &[(&str, &str)]) -> String {
    words.iter().fold(sentence.to_owned(), |said, (name, said_so)| {
        let place = format!("{{{name}}}");
        let said = if *said_so == "1" { said.replace(&format!("{place} times"), "once") } else { said };
        said.replace(&place, &word(said_so))
    })
}

/// What stands in a sentence: a length, another sentence, a reason, the parts of a relay, a figure, else a name.
fn word(said: &str) -> String {
    if let Some(reason) = reason(said) {
        return reason;
    }
    if said.chars().all(|c| c.is_ascii_digit() || c == ',') {
        return said.replace(',', ".");
    }
    let parts: Vec<&str> = said.split(", ").collect();
    if let Some(parts) = parts
        .iter()
        .map(|part| length(part).or_else(|| part_of_relay(part)).or_else(|| times(part)))
        .collect::<Option<Vec<_>>>()
    {
        return parts.join(", ");
    }
    let sentence = ALL.iter().find(|(vi, _)| *vi == said);
    sentence.map_or_else(|| said.to_owned(), |(_, en)| (*en).to_owned())
}

/// `5 phút 3 giây`, `13,2 giây`, `dưới 0,1 giây`.
fn length(said: &str) -> Option<String> {
    let (under, rest) = said.strip_prefix("dưới ").map_or(("", said), |rest| ("under ", rest));
    let words: Vec<&str> = rest.split(' ').collect();
    let unit = |vi: &str| {
        Some(match vi {
            "giờ" => "h",
            "phút" => "min",
            "giây" => "s",
            _ => return None,
        })
    };
    let pair = |pair: &[&str]| match pair {
        [figure, vi] if figure.chars().all(|c| c.is_ascii_digit() || c == ',') => {
            Some(format!("{} {}", figure.replace(',', "."), unit(vi)?))
        }
        _ => None,
    };
    let pairs = words.chunks(2).map(pair).collect::<Option<Vec<_>>>()?;
    Some(format!("{under}{}", pairs.join(" ")))
}

/// A stretch of a relay.
fn part_of_relay(said: &str) -> Option<String> {
    let parts = [(SOURCE, "source"), (STAND_IN, "in its place"), (SILENCE, "silence")];
    parts.iter().find_map(|(vi, en)| Some(format!("{en} {}", length(said.strip_prefix(vi)?.strip_prefix(' ')?)?)))
}

/// `audio/nhac.mp3` (2 lần): filler that was heard more than once.
fn times(said: &str) -> Option<String> {
    let file = said.strip_prefix('`')?;
    let (file, rest) = file.split_once('`')?;
    let count = rest.strip_prefix(" (").and_then(|rest| rest.strip_suffix(" lần)"));
    match count {
        Some(count) => Some(format!("`{file}` ({count} times)")),
        None => rest.is_empty().then(|| said.to_owned()),
    }
}

/// What a relay's stretch was: the source itself.
pub const SOURCE: &str = "nguồn";
/// Recordings that stand in for it.
pub const STAND_IN: &str = "phát thay";
/// Nothing.
pub const SILENCE: &str = "im lặng";

#[cfg(test)]
mod tests;
