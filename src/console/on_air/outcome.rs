//! What really comes of a request for sound, told at the top of the next page: that it was asked for is not that it is heard.

use std::time::Instant;

use serde_json::{Value, json};

use crate::airing::unkept_repeats;
use crate::console::came::{Came, LOOK_AGAIN, WaitsFor};
use crate::console::page::{Notice, first_large};
use crate::console::site::Site;
use crate::console::standing;
use crate::outcome::Cause;
use crate::problem::Text;
use crate::station::{Quiet, Station};

/// What has come of the request that the daemon took with `answer`, as soon as that can be told.
pub(in crate::console) async fn came_of(site: &Site, answer: &Value) -> Came {
    let slot = answer["slots"][0].as_str().unwrap_or_default();
    let since = Instant::now();
    loop {
        // A daemon that is too busy to say so has taken the request all the same.
        let said = site.ask(json!({ "ask": "came_of", "slot": slot })).await;
        let came = said.map_or(Came::Unknown, |said| Came::of(&said));
        if came.is_settled(since.elapsed()) {
            return came;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// The same as a notice of what is called `called`; `heard` is said of it where it sounds.
pub(in crate::console) async fn told(site: &Site, called: &Text, heard: &Text, answer: &Value) -> Notice {
    let came = came_of(site, answer).await;
    let told = notice_of(&came, called, heard, &site.link.latest().station);
    match (told, unkept_repeats(answer)) {
        (Notice::Done(said) | Notice::Warning(said), Some(unkept)) => {
            let both = |said: &str, unkept: &str| format!("{said} {unkept}");
            Notice::Warning(Text::new(both(&said.vi, &unkept.vi), both(&said.en, &unkept.en)))
        }
        (told, _) => told,
    }
}

fn notice_of(came: &Came, called: &Text, heard: &Text, station: &Station) -> Notice {
    let asked = |more: &Text| {
        let plain = |text: &str| text.trim_end().to_owned();
        Text::new(
            plain(&format!("Đã yêu cầu phát “{}”. {}", called.vi, more.vi)),
            plain(&format!("“{}” is asked for. {}", called.en, more.en)),
        )
    };
    let joined = |a: &Text, b: &Text| Text::new(format!("{} {}", a.vi, b.vi), format!("{} {}", a.en, b.en));
    match came {
        Came::OnAir | Came::Aired => Notice::Done(asked(&joined(&came.words(), heard))),
        Came::Waits { what: WaitsFor::Line { .. }, .. } => Notice::Warning(standing::shut()),
        Came::Waits { .. } | Came::Unknown => Notice::Warning(asked(&came.words())),
        Came::Ended { cause, .. } => {
            let (why, cure) = (came.words(), cure(*cause, station));
            let told = |called: &str, why: &str, cure: &str| format!("“{called}”: {}. {cure}", first_large(why));
            Notice::Error(Text::new(told(&called.vi, &why.vi, &cure.vi), told(&called.en, &why.en, &cure.en)))
        }
    }
}

/// What to do about what was not heard.
fn cure(cause: Option<Cause>, station: &Station) -> Text {
    match cause {
        Some(Cause::QuietHours) => {
            let quiet = station.quiet.iter().map(Quiet::written).collect::<Vec<_>>().join(", ");
            Text::new(
                format!(
                    "Giờ yên tĩnh của đài là {quiet}; hãy phát lại ngoài giờ đó, hoặc sửa giờ yên tĩnh ở trang Đài. Việc thật khẩn cấp thì dùng Phát khẩn cấp."
                ),
                format!(
                    "The station's quiet hours are {quiet}; play it outside of them, or change them on the page Station. A real emergency has a way of its own, Emergency."
                ),
            )
        }
        Some(Cause::NoFile | Cause::Undecodable | Cause::Short) => {
            Text::new("Hãy xem bản ghi ở Kho âm thanh.", "Look at the recording in the Library.")
        }
        Some(Cause::Line | Cause::Disk | Cause::Clock) => Text::new(
            "Xem vì sao ở phần Cần chú ý của trang Trên sóng rồi phát lại.",
            "See why under Needs attention on the page On air, then play it again.",
        ),
        Some(Cause::Expired) => Text::new(
            "Sửa “Có hiệu lực đến hết ngày” của tiết mục ở Lịch nếu vẫn cần phát.",
            "Change the segment's last day under Plan if it is still to be heard.",
        ),
        _ => Text::new("Nhật ký ghi rõ hơn; cần thì phát lại.", "The log says more; play it again if need be."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Outcome;

    #[test]
    fn what_is_not_heard_is_no_success_and_says_why_and_what_to_do() {
        let quiet = crate::station::read("f", "[rules]\nquiet = [\"21:00-05:00\", \"12:00-13:00\"]\n").0.unwrap();
        let called = Text::new("Âm thử", "Test tone");
        let heard = Text::new("Nghe chưa?", "Heard it?");
        let ended = |cause| Came::Ended { outcome: Some(Outcome::Excepted), cause: Some(cause), note: String::new() };
        let waits = |what| Came::Waits { what, until: None };
        let said = |came: &Came| in_vietnamese(notice_of(came, &called, &heard, &quiet));
        for (came, kind, vi) in [
            (Came::OnAir, "done", "Đã yêu cầu phát “Âm thử”. Đang phát. Nghe chưa?"),
            (
                ended(Cause::QuietHours),
                "error",
                "“Âm thử”: Không phát theo ngoại lệ: Giờ yên tĩnh. Giờ yên tĩnh của đài là 21:00-05:00, 12:00-13:00; hãy phát lại ngoài giờ đó, hoặc sửa giờ yên tĩnh ở trang Đài. Việc thật khẩn cấp thì dùng Phát khẩn cấp.",
            ),
            (
                waits(WaitsFor::Another("Bản tin".into())),
                "warning",
                "Đã yêu cầu phát “Âm thử”. Sẽ phát khi `Bản tin` kết thúc, muộn nhất sau 10 phút; nếu không kịp thì thôi.",
            ),
        ] {
            assert_eq!(said(&came), (kind, vi.to_owned()));
        }
        let (kind, told) = said(&waits(WaitsFor::Line { lost: true }));
        assert!(kind == "warning" && told.contains("đường loa đang đóng"), "{told}");
    }

    /// A notice's kind and words.
    fn in_vietnamese(told: Notice) -> (&'static str, String) {
        match told {
            Notice::Done(text) => ("done", text.vi),
            Notice::Warning(text) => ("warning", text.vi),
            Notice::Error(text) => ("error", text.vi),
        }
    }
}
