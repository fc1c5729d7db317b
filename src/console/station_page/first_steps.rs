//! `/dai/buoc-dau`: what comes after the first start, in the order in which it is done, each with the way there.

use axum::extract::State;
use maud::{Markup, html};

use crate::console::on_air::recordings;
use crate::console::page::{Tab, below, page};
use crate::console::plan::view::open_month;
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::ledger::Reader;
use crate::loading::load_station;
use crate::problem::Text;
use crate::schedule::Month;

/// Where it is.
pub(in crate::console) const FIRST_STEPS: &str = "/dai/buoc-dau";

pub(super) fn title() -> Text {
    Text::new("Bước đầu", "First steps")
}

/// A step: what is done, why, where, and whether it is.
struct Step {
    what: Text,
    why: Text,
    to: String,
    is_done: bool,
}

/// What the station has of them by now.
#[derive(Clone, Copy)]
struct Done {
    tone: bool,
    topics: bool,
    windows: bool,
    recordings: bool,
    plan: bool,
}

/// Lies there from the start.
const OWN_TUNE: &str = "nhac-hieu.flac";

impl Done {
    async fn of(site: &Site, month: Month) -> Result<Done, Refused> {
        // That it was asked for is not that it was heard.
        let log = site.link.home().ledger_file();
        let heard = move || Reader::open(&log).ok().and_then(|reader| reader.has_heard_tone().ok()).unwrap_or(false);
        let tone = site.work(heard).await?;
        let recordings = recordings(site).await?.iter().any(|rel| rel != OWN_TUNE);
        let home = site.link.home().clone();
        let station = site.work(move || load_station(&home).station.unwrap_or_default()).await?;
        let open = open_month(site, month).await?;
        // What every new station has to begin with is nothing that anybody planned.
        let plan = open.heard().any(|slot| slot.files.iter().any(|rel| rel != OWN_TUNE));
        Ok(Done {
            tone,
            topics: !station.topics.is_empty(),
            windows: !open.windows().is_empty() || !station.windows.is_empty(),
            recordings,
            plan,
        })
    }
}

impl Step {
    fn new((to, is_done): (impl Into<String>, bool), what: (&str, &str), why: (&str, &str)) -> Step {
        Step { what: Text::new(what.0, what.1), why: Text::new(why.0, why.1), to: to.into(), is_done }
    }
}

fn steps(month: Month, done: Done) -> [Step; 5] {
    [
        Step::new(
            ("/dai#am-thu", done.tone),
            ("Phát âm thử", "Sound the test tone"),
            ("Nghe trên loa xem đường loa đã đúng chưa.", "Hear on the loudspeakers that the line is the right one."),
        ),
        Step::new(
            ("/dai/muc/chu-de", done.topics),
            ("Lập danh mục chủ đề", "Make the list of topics"),
            (
                "Báo cáo cải cách hành chính tính thời lượng theo danh mục này; có sẵn một danh mục để lấy về.",
                "The report on administrative reform counts minutes by it; there is a list to begin with.",
            ),
        ),
        Step::new(
            ("/dai/muc/khung-gio", done.windows),
            ("Đặt khung giờ phát", "Set the windows"),
            (
                "Những buổi đài phát trong ngày và trình tự của mỗi buổi.",
                "The broadcasts of a day, and what each airs in turn.",
            ),
        ),
        Step::new(
            ("/kho", done.recordings),
            ("Tải bản ghi lên", "Upload recordings"),
            (
                "Loa nghe hết từng tệp và nói ngay tệp nào không phát được.",
                "Loa decodes each whole, and says at once what cannot air.",
            ),
        ),
        Step::new(
            (format!("/lich/{month}"), done.plan),
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
    let steps = steps(month, Done::of(&site, month).await?);
    let (done, ahead) = (Text::new("Đã làm", "Done"), Text::new("Chưa làm", "Not yet"));
    Ok(page(
        &who,
        Tab::Station,
        &title(),
        html! {
            (below("/dai", who.say(&Text::new("Đài", "Station")), who.say(&title())))
            section.card {
                ol.stack {
                    @for step in &steps {
                        li {
                            p {
                                a href=(step.to) { strong { (who.say(&step.what)) } } " "
                                @if step.is_done { span.badge.good { (who.say(&done)) } } @else { span.badge { (who.say(&ahead)) } }
                            }
                            p.hint-text { (who.say(&step.why)) }
                        }
                    }
                }
            }
        },
    ))
}
