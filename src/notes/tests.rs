use super::*;

/// Whether a Vietnamese letter stands in it.
fn is_vietnamese(text: &str) -> bool {
    use unicode_normalization::UnicodeNormalization as _;
    text.nfd().any(|c| ('\u{300}'..='\u{36f}').contains(&c) || c == 'đ' || c == 'Đ')
}

#[test]
fn each_sentence_is_read_in_english_with_what_stands_in_it_alone_and_among_others() {
    for (vi, en) in ALL {
        let names: Vec<&str> = vi.split('{').skip(1).filter_map(|piece| Some(piece.split_once('}')?.0)).collect();
        let fill = |sentence: &str, word: &dyn Fn(&str) -> String| {
            names.iter().fold(sentence.to_owned(), |said, name| said.replace(&format!("{{{name}}}"), &word(name)))
        };
        let noted = fill(vi, &|name| format!("X{name}"));
        let wanted = fill(en, &|name| format!("X{name}"));
        assert_eq!(read(&noted, None).en, wanted, "{vi}");
        assert!(!is_vietnamese(&wanted) && names.iter().all(|name| en.contains(&format!("{{{name}}}"))), "{en}");
        let doubt = clock_in_doubt();
        let among = read(&format!("{noted}; {doubt}"), None);
        assert_eq!(among.en, format!("{wanted}; {}", read(&doubt, None).en), "{vi}");
        assert_eq!(read(&noted, None).vi, noted);
    }
}

#[test]
fn lengths_files_and_the_parts_of_a_relay_are_read_and_a_persons_words_stay() {
    for (vi, en) in [
        ("im lặng 13,2 giây giữa chừng", "13.2 s of silence inside"),
        ("mất điện giữa chừng, phát tiếp sau 5 phút 3 giây", "power cut in its midst, went on 5 min 3 s later"),
        (
            "mất điện đúng lúc sắp phát (nếu đã phát thì không quá một giây), phát sau 2 phút 0 giây",
            "power cut right before it (if it sounded, then for a second at most), begun 2 min 0 s later",
        ),
        (
            "nguồn 20 phút 0 giây, phát thay 9 phút 1 giây, im lặng 2 giây; mất nguồn 2 lần: nguồn im lặng",
            "source 20 min 0 s, in its place 9 min 1 s, silence 2 s; source lost 2 times: the source was silent",
        ),
        ("`nhac-dem/a.ogg` (3 lần), `nhac-dem/b.ogg`", "`nhac-dem/a.ogg` (3 times), `nhac-dem/b.ogg`"),
        (
            "nguồn 20 phút 0 giây, im lặng 2 giây; mất nguồn 1 lần: nguồn im lặng; mất đường loa giữa chừng, phát tiếp sau 3 giây",
            "source 20 min 0 s, silence 2 s; source lost once: the source was silent; line lost in its midst, went on 3 s later",
        ),
        (
            "theo yêu cầu của Nguyễn Thị Lan; dừng vì đã đến giờ yên tĩnh",
            "as Nguyễn Thị Lan asked; ended because quiet hours began",
        ),
        ("chị Lan nghe thấy tiếng rè", "chị Lan nghe thấy tiếng rè"),
        ("", ""),
    ] {
        assert_eq!(read(vi, None).en, en);
    }
}

/// Of two clauses as many are, with another reason in its midst, and before other sentences.
#[test]
fn reasons_are_read_with_what_stands_in_them_alone_and_among_others() {
    for (vi, en) in REASONS {
        let names: Vec<&str> = vi.split('{').skip(1).filter_map(|piece| Some(piece.split_once('}')?.0)).collect();
        assert!(!is_vietnamese(en) && names.iter().all(|name| en.contains(&format!("{{{name}}}"))), "{en}");
        let fill = |sentence: &str| {
            names
                .iter()
                .fold(sentence.to_owned(), |said, name| said.replace(&format!("{{{name}}}"), &format!("X{name}")))
        };
        let (why, wanted) = (fill(vi), fill(en));
        let noted = format!("{}; {}", source_lost("2", &why), clock_in_doubt());
        let doubt = read(&clock_in_doubt(), None).en;
        assert_eq!(read(&noted, None).en, format!("source lost 2 times: {wanted}; {doubt}"), "{vi}");
        assert_eq!(
            read(&undecodable("a.mp3", &why), None).en,
            format!("the file `audio/a.mp3` cannot be decoded: {wanted}")
        );
    }
    let inside = "địa chỉ nguồn tiếp âm không cho âm thanh mà Loa đọc được (Loa không đọc được kiểu âm thanh Opus; hãy xuất lại thành MP3, FLAC hoặc WAV); hãy hỏi lại địa chỉ";
    assert_eq!(
        read(&source_lost("1", inside), None).en,
        "source lost once: the relay's address gives no sound that Loa reads (Loa does not read Opus; export it again as MP3, FLAC or WAV); ask for the right one"
    );
    let short = "tệp ngắn hơn độ dài ghi trong phần đầu: chỉ có 0,4 trên 12,0 giây; hãy chép lại từ bản gốc";
    assert_eq!(
        read(&undecodable("a.mp3", short), None).en,
        "the file `audio/a.mp3` cannot be decoded: shorter than declared: 0.4 of 12.0 s; copy it again"
    );
}

#[test]
fn what_kept_a_slot_off_the_air_is_read_as_its_slot_has_it() {
    let own = Text::new("chưa ai duyệt; hãy duyệt", "nobody approved it; approve it");
    let noted = format!("{}; {}", own.vi, clock_in_doubt());
    assert!(read(&noted, Some(&own)).en.starts_with("nobody approved it; approve it; the PC's clock"));
}

#[test]
fn what_was_read_and_is_silent_is_never_said_to_be_undecodable() {
    for note in [silent("a.mp3"), empty("a.mp3")] {
        let told = why(Some(Cause::Undecodable), &note, None);
        assert_eq!(told, read(&note, None));
        assert_ne!(told.vi, told.en);
    }
    let words = [silent("a.mp3"), empty("a.mp3"), decoder_broke("a.mp3")];
    let words = words.map(|note| cause_word(Cause::Undecodable, &note).vi);
    assert_eq!(words, ["Bản ghi im lặng", "Bản ghi không có tiếng", Cause::Undecodable.word(Lang::Vi)]);
    let broken = why(Some(Cause::Undecodable), &undecodable("a.mp3", "hỏng"), None);
    assert_eq!(broken.vi, "Không giải mã được; không giải mã được tệp `audio/a.mp3`: hỏng");
    assert_eq!(why(Some(Cause::Line), "", None).en, Cause::Line.word(Lang::En));
    assert_eq!(why(None, "", None).vi, "");
}
