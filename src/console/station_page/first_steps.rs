//! `/dai/buoc-dau`: what comes after the first start, in the order in which it is done, each with the way there.

use axum::extract::State;
use maud::{Markup, html};

use crate::console::page::{Tab, below, page};
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::problem::Text;
use crate::schedule::Month;

/// Where it is.
pub(in crate::console) const FIRST_STEPS: &str = "/dai/buoc-dau";

pub(super) fn title() -> Text {
    Text::new("Bước đầu", "First steps")
}

/// A step: what is done, why, and where.
struct Step {
    what: Text,
    why: Text,
    to: String,
}

impl Step {
    fn new(to: impl Into<String>, what: (&str, &str), why: (&str, &str)) -> Step {
        Step { what: Text::new(what.0, what.1), why: Text::new(why.0, why.1), to: to.into() }
    }
}

fn steps(month: Month) -> [Step; 5] {
    [
        Step::new(
            "/dai#duong-loa",
            ("Phát âm thử", "Sound the test tone"),
            ("Nghe trên loa xem đường loa đã đúng chưa.", "Hear on the loudspeakers that the line is the right one."),
        ),
        Step::new(
            "/dai/muc/chu-de",
            ("Lập danh mục chủ đề", "Make the list of topics"),
            (
                "Báo cáo cải cách hành chính tính thời lượng theo danh mục này; có sẵn một danh mục để lấy về.",
                "The report on administrative reform counts minutes by it; there is a list to begin with.",
            ),
        ),
        Step::new(
            "/dai/muc/khung-gio",
            ("Đặt khung giờ phát", "Set the windows"),
            (
                "Những buổi đài phát trong ngày và trình tự của mỗi buổi.",
                "The broadcasts of a day, and what each airs in turn.",
            ),
        ),
        Step::new(
            "/kho",
            ("Tải bản ghi lên", "Upload recordings"),
            (
                "Loa nghe hết từng tệp và nói ngay tệp nào không phát được.",
                "Loa decodes each whole, and says at once what cannot air.",
            ),
        ),
        Step::new(
            format!("/lich/{month}"),
            ("Xếp lịch tháng này", "Plan this month"),
            (
                "Chọn ngày rồi thêm tiết mục; trang nói ngay điều gì chưa ổn.",
                "Choose a day and add segments; the page says at once what is amiss.",
            ),
        ),
    ]
}

pub(super) async fn shown(State(site): State<Site>, who: Who) -> Result<Markup, Refused> {
    who.need(Role::Admin)?;
    let now = site.link.snapshot().await;
    let month = Month::of(now.zone().to_datetime(crate::clock::now()).date());
    Ok(page(
        &who,
        Tab::Station,
        &title(),
        html! {
            (below("/dai", who.say(&Text::new("Đài", "Station")), who.say(&title())))
            section.card {
                ol.stack {
                    @for step in steps(month) {
                        li { p { a href=(step.to) { strong { (who.say(&step.what)) } } } p.hint-text { (who.say(&step.why)) } }
                    }
                }
            }
        },
    ))
}
