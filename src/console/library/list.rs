//! The list, with search, and where files are dropped.

use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;

use super::measuring::measure_later;
use super::shelf::{Shelf, Shelved, Standing, approval_badge, shelf, standing_badge, use_words};
use super::{ACCEPTED, either, page_of};
use crate::console::assets::address;
use crate::console::page::{Tab, csrf, page};
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::say::{decibels, length, month_in, query};
use crate::console::site::Site;
use crate::console::who::Who;
use crate::console::words;
use crate::library::{Approved, EMERGENCY_FOLDER};
use crate::problem::Lang;
use crate::reading::fold::bare;

/// Rows on one page.
const A_PAGE: usize = 100;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    tim: String,
    #[serde(default)]
    xem: String,
    #[serde(default)]
    trang: usize,
    /// The folder that an upload goes to, chosen beforehand.
    #[serde(default)]
    thu_muc: String,
}

/// Which of them are looked at: the word in the address, and what people call it.
const VIEWS: [(&str, &str, &str); 5] = [
    ("", "Tất cả", "All"),
    ("dang-dung", "Đang dùng", "In use"),
    ("chua-dung", "Chưa dùng", "Not in use"),
    ("can-xem", "Cần xem lại", "To be looked at"),
    ("chua-duyet", "Chưa duyệt", "Not approved"),
];

fn is_in_view(view: &str, one: &Shelved) -> bool {
    match view {
        "dang-dung" => !one.uses.is_empty(),
        "chua-dung" => one.uses.is_empty(),
        "can-xem" => one.standing() != Standing::Good,
        "chua-duyet" => matches!(one.approved(), Some(Approved::No | Approved::Changed(_))),
        _ => true,
    }
}

fn is_found(text: &str, one: &Shelved) -> bool {
    let mut said = one.file.rel.clone();
    for used in &one.uses {
        said.push(' ');
        said.push_str(&use_words(used).vi);
    }
    let said = bare(&said);
    bare(text).split_whitespace().all(|word| said.contains(word))
}

pub(super) async fn shown(State(site): State<Site>, who: Who, Query(asked): Query<Asked>) -> Result<Markup, Refused> {
    let shelf = shelf(&site).await?;
    let unmeasured = shelf.recordings.iter().filter(|one| one.standing() == Standing::Unmeasured);
    let unmeasured: Vec<String> = unmeasured.map(|one| one.file.rel.clone()).collect();
    // The script has the list come anew as long as it says so.
    let measuring = !unmeasured.is_empty();
    measure_later(&site, unmeasured);
    let most_mib = site.link.snapshot().await.station.console.upload_mib;
    let lang = who.lang();
    let found: Vec<&Shelved> =
        shelf.recordings.iter().filter(|one| is_in_view(&asked.xem, one) && is_found(&asked.tim, one)).collect();
    let pages = found.len().div_ceil(A_PAGE).max(1);
    let at = asked.trang.clamp(1, pages);
    let rows = found.iter().skip((at - 1) * A_PAGE).take(A_PAGE);
    Ok(page(
        &who,
        Tab::Library,
        &words::tab(Tab::Library),
        html! {
            link rel="stylesheet" href=(address("pages.css"));
            script src=(address("library.js")) defer {}
            h1 { (who.say(&words::tab(Tab::Library))) }
            @if who.may(Role::Operator) { (upload_card(&who, &shelf, &asked.thu_muc, most_mib)) }
            section.card id="danh-sach" data-measuring[measuring] {
                (search(&asked, found.len(), shelf.recordings.len(), lang))
                @if found.is_empty() {
                    p.muted { (nothing(&shelf, lang)) }
                } @else {
                    table.cards.shelf {
                        caption.sr { (either(lang, "Các bản ghi", "Recordings")) }
                        thead { tr {
                            th scope="col" { (either(lang, "Bản ghi", "Recording")) }
                            th.right scope="col" { (either(lang, "Độ dài", "Length")) }
                            th.right scope="col" { (either(lang, "Độ to (LUFS)", "Loudness (LUFS)")) }
                            th.right scope="col" { (either(lang, "Đỉnh (dBTP)", "Peak (dBTP)")) }
                            th scope="col" { (either(lang, "Tình trạng", "State")) }
                            th scope="col" { (either(lang, "Dùng ở", "Used in")) }
                        } }
                        tbody { @for one in rows { (row(one, lang)) } }
                    }
                    (pager(&asked, at, pages, lang))
                }
            }
        },
    ))
}

fn nothing(shelf: &Shelf, lang: Lang) -> &'static str {
    if shelf.recordings.is_empty() {
        either(
            lang,
            "Kho chưa có bản ghi nào. Hãy tải lên bản ghi đầu tiên, hoặc chép tệp vào thư mục `audio` của đài.",
            "There are no recordings yet. Upload the first one, or copy files into the station's folder `audio`.",
        )
    } else {
        either(
            lang,
            "Không có bản ghi nào như vậy. Hãy tìm bằng từ khác.",
            "There is no such recording. Try other words.",
        )
    }
}

fn row(one: &Shelved, lang: Lang) -> Markup {
    let measures = one.facts().and_then(|facts| facts.measures.as_deref());
    let figure = |hundredths: Option<i32>| hundredths.map_or_else(|| "—".to_owned(), |value| decibels(value, lang));
    let (folder, name) = one.file.rel.rsplit_once('/').unwrap_or(("", &one.file.rel));
    html! {
        tr {
            th scope="row" {
                a href=(page_of(&one.file.rel)) { (name) }
                @if !folder.is_empty() { span.muted.under { (folder) "/" } }
            }
            td.right data-label=(either(lang, "Độ dài", "Length")) {
                (one.facts().map_or_else(|| "—".to_owned(), |facts| length(facts.file_ms)))
            }
            td.right data-label=(either(lang, "Độ to (LUFS)", "Loudness (LUFS)")) {
                (figure(one.facts().and_then(|facts| facts.line_clufs(2))))
            }
            td.right data-label=(either(lang, "Đỉnh (dBTP)", "Peak (dBTP)")) {
                (figure(measures.and_then(|measures| measures.true_peak_cdbtp)))
            }
            td data-label=(either(lang, "Tình trạng", "State")) {
                span.row { (standing_badge(one.standing(), lang))
                    @if let Some(approved) = one.approved() { (approval_badge(approved, lang)) } }
            }
            td data-label=(either(lang, "Dùng ở", "Used in")) { (used(one, lang)) }
        }
    }
}

/// The first of its uses, and how many more there are.
fn used(one: &Shelved, lang: Lang) -> Markup {
    let Some(first) = one.uses.first() else {
        return html! { span.muted { (either(lang, "Chưa dùng", "Not in use")) } };
    };
    let more = one.uses.len() - 1;
    html! {
        (use_words(first).get(lang)) " " span.muted.when { "· " (month_in(first.month, lang)) @if more > 0 { " · +" (more) } }
    }
}

fn search(asked: &Asked, found: usize, all: usize, lang: Lang) -> Markup {
    html! {
        form.find method="get" action="/kho" role="search" {
            label { span { (either(lang, "Tìm theo tên hoặc tiết mục", "Find by name or segment")) }
                input type="search" name="tim" value=(asked.tim); }
            label { span { (either(lang, "Xem", "Show")) }
                select name="xem" {
                    @for (word, vi, en) in VIEWS {
                        option value=(word) selected[asked.xem == word] { (either(lang, vi, en)) }
                    }
                } }
            button type="submit" { (either(lang, "Tìm", "Find")) }
            p.muted.num role="status" {
                @if found == all { (all) " " (either(lang, "bản ghi", if all == 1 { "recording" } else { "recordings" })) }
                @else { (found) " / " (all) " " (either(lang, "bản ghi", "recordings")) }
            }
        }
    }
}

fn pager(asked: &Asked, at: usize, pages: usize, lang: Lang) -> Markup {
    let to = |page: usize| {
        format!("/kho{}", query([("tim", asked.tim.as_str()), ("xem", &asked.xem), ("trang", &page.to_string())]))
    };
    crate::console::say::pager(at, pages, lang, &to)
}

fn upload_card(who: &Who, shelf: &Shelf, chosen: &str, most_mib: u64) -> Markup {
    let lang = who.lang();
    let month = shelf.this_month.to_string();
    // That of emergencies is offered before anything lies in it.
    let emergencies = either(lang, "bản tin khẩn cấp", "emergencies");
    let own = [month.as_str(), "", EMERGENCY_FOLDER];
    let others = shelf.folders.iter().filter(|folder| !own.contains(&folder.as_str()));
    html! {
        section.card {
            h2 { (either(lang, "Tải bản ghi lên", "Upload recordings")) }
            form.drop id="tai-len" method="post" action="/kho/tai-len" enctype="multipart/form-data"
                data-to="/kho/tai-len/tep" data-token=(who.csrf) {
                (csrf(who))
                div.drop-fields {
                    label { span { (either(lang, "Thư mục", "Folder")) }
                        select name="thu_muc" {
                            option value=(month) { "audio/" (month) }
                            option value="" { "audio" }
                            option value=(EMERGENCY_FOLDER) selected[chosen == EMERGENCY_FOLDER] { "audio/" (EMERGENCY_FOLDER) " (" (emergencies) ")" }
                            @for folder in others { option value=(folder) selected[chosen == folder] { "audio/" (folder) } }
                        } }
                    label { span { (either(lang, "Nếu trùng tên", "If the name is taken")) }
                        select name="trung" {
                            option value="hoi" { (either(lang, "Hỏi lại", "Ask")) }
                            option value="so" { (either(lang, "Thêm số vào tên mới", "Number the new one")) }
                        } }
                    label { span { (either(lang, "Tệp âm thanh", "Files")) }
                        input type="file" name="tep" multiple required accept=(ACCEPTED) aria-describedby="tai-len-y"; }
                    button.primary type="submit" { (either(lang, "Tải lên", "Upload")) }
                }
                p.drop-hint aria-hidden="true" { (either(lang, "… hoặc kéo tệp thả vào đây", "… or drop files here")) }
                p.hint-text id="tai-len-y" {
                    (either(lang, "Mỗi tệp tối đa", "At most")) " " (most_mib) " MiB"
                    (either(lang, ". Loa nghe thử toàn bộ tệp trước khi nhận; tệp hỏng hoặc bị cắt cụt sẽ bị từ chối kèm lý do.",
                        " a file. Loa decodes all of it first; what is damaged or cut short is refused, with the reason."))
                }
            }
            ul.uploads.plain id="dang-tai" aria-live="polite"
                data-cancel=(either(lang, "Hủy", "Cancel")) data-cancelled=(either(lang, "Đã hủy.", "Cancelled."))
                data-checking=(either(lang, "Đang kiểm tra tệp …", "Checking the file …"))
                data-waiting=(either(lang, "Đang chờ", "Waiting"))
                data-number=(either(lang, "Thêm số vào tên", "Number the new one"))
                data-replace=(either(lang, "Thay bản cũ", "Replace the old one"))
                data-drop=(either(lang, "Bỏ qua", "Leave it"))
                data-again=(either(lang, "Thử lại", "Try again"))
                data-lost=(either(lang, "Mất kết nối với Loa; hãy kiểm tra đường mạng rồi thử lại.",
                    "The connection was lost; look at the network and try again.")) {}
        }
    }
}
