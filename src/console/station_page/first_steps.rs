//! `/dai/buoc-dau`: what comes after the first start, in the order in which it is done, each with the way there.

use std::collections::BTreeSet;

use axum::extract::State;
use jiff::Timestamp;
use maud::{Markup, html};

use crate::console::on_air::recordings;
use crate::console::page::{Tab, below, page};
use crate::console::plan::parts;
use crate::console::plan::view::{Open, open_month};
use crate::console::plan::words::{day, time};
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::ledger::Reader;
use crate::loading::load_station;
use crate::problem::{Lang, Text};
use crate::schedule::{Month, Segment};

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
    columns: bool,
    windows: bool,
    recordings: bool,
    plan: bool,
}

/// Lies there from the start.
const OWN_TUNE: &str = "nhac-hieu.flac";

impl Done {
    async fn of(site: &Site, open: &Open) -> Result<Done, Refused> {
        // That it was asked for is not that it was heard.
        let log = site.link.home().ledger_file();
        let heard = move || Reader::open(&log).ok().and_then(|reader| reader.has_heard_tone().ok()).unwrap_or(false);
        let tone = site.work(heard).await?;
        let recordings = recordings(site).await?.iter().any(|rel| rel != OWN_TUNE);
        let home = site.link.home().clone();
        let station = site.work(move || load_station(&home).station.unwrap_or_default()).await?;
        // What every new station has to begin with is nothing that anybody planned.
        let plan = open.heard().any(|slot| slot.files.iter().any(|rel| rel != OWN_TUNE));
        Ok(Done {
            tone,
            topics: !station.topics.is_empty(),
            columns: !open.columns().is_empty() || !station.columns.is_empty(),
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

fn steps(month: Month, done: Done) -> [Step; 6] {
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
            ("/dai/muc/chuyen-muc", done.columns),
            ("Đặt chuyên mục", "Set the columns"),
            (
                "Những chỗ cố định trong buổi phát, như “Bản tin của phường”, “Chuyên mục CCHC”: tiết mục của từng ngày lấp vào đó. Đài chỉ phát theo giờ riêng của từng tiết mục thì không cần.",
                "The recurring places of broadcasts, as “Ward bulletin”, that each day's segments fill. Not needed where segments have only times of their own.",
            ),
        ),
        Step::new(
            ("/dai/muc/khung-gio", done.windows),
            ("Đặt khung giờ phát", "Set the windows"),
            (
                "Những buổi đài phát trong ngày và trình tự của mỗi buổi: nhạc hiệu, rồi các chuyên mục.",
                "The broadcasts of a day, and what each airs in turn: the ident, then the columns.",
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
    let open = open_month(&site, month).await?;
    let steps = steps(month, Done::of(&site, &open).await?);
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
            @for (segment, ahead) in samples(&open) { (sample(&who, &open, segment, &ahead)) }
        },
    ))
}

/// What a new month has from the start and airs as if somebody had planned it, with the instants at which it will.
fn samples(open: &Open) -> Vec<(&Segment, Vec<Timestamp>)> {
    let own = open.schedule().into_iter().flat_map(|schedule| &schedule.segments);
    let own = own.filter(|segment| segment.audio.iter().all(|rel| rel == OWN_TUNE));
    let ahead = |segment: &Segment| {
        let slots = open.heard().filter(|slot| slot.planned > open.now && slot.segment.as_ref() == Some(&segment.id));
        let mut instants: Vec<Timestamp> = slots.map(|slot| slot.planned).collect();
        instants.sort_unstable();
        instants
    };
    own.map(|segment| (segment, ahead(segment))).filter(|(_, ahead)| !ahead.is_empty()).collect()
}

/// That it will be heard, when, and the way to take it out.
fn sample(who: &Who, open: &Open, segment: &Segment, ahead: &[Timestamp]) -> Markup {
    let Some(next) = ahead.first().map(|at| open.shown(*at)) else { return html! {} };
    let times: BTreeSet<_> = ahead.iter().map(|at| open.shown(*at).time()).collect();
    let times = times.into_iter().map(time).collect::<Vec<_>>().join(", ");
    let (count, title) = (ahead.len(), &segment.title);
    let next = |lang| format!("{} {}", day(next.date(), lang), time(next.time()));
    let said = Text::new(
        format!(
            "Kế hoạch tháng này có sẵn mục mẫu “{title}” và loa sẽ phát thật: lúc {times}, lần tới {}, còn {count} lượt trong tháng. Không muốn phát thì bỏ đi.",
            next(Lang::Vi)
        ),
        format!(
            "This month has the sample “{title}” from the start, and it will be heard: at {times}, next on {}, {count} times more this month. Take it out if it is not to air.",
            next(Lang::En)
        ),
    );
    let out = Text::new("Bỏ mục mẫu này", "Take this sample out");
    html! {
        section.card.stack {
            h2 { (who.say(&Text::new("Mục mẫu sẽ phát", "A sample will air"))) }
            p { (who.say(&said)) }
            div.row {
                form method="post" action=(format!("/lich/{}/luu", open.month)) {
                    (parts::hidden(who, open, "bo", FIRST_STEPS))
                    input type="hidden" name="ma" value=(segment.id);
                    button.outline-danger type="submit" id="bo-mau" { (who.say(&out)) }
                }
            }
        }
    }
}
