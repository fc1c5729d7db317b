//! "Báo cáo": a period chosen, its report looked at, its targets, what is behind each figure, and the forms to take away.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use super::assets::address;
use super::page::{Notice, Tab, notice, page, quoted};
use super::refused::Refused;
use super::role::Role;
use super::say::{either, month_in, query};
use super::site::{Site, Turn};
use super::who::Who;
use super::words;
use crate::cells;
use crate::clock;
use crate::ledger::Reader;
use crate::problem::{Lang, Text};
use crate::report::Report;
use crate::report::period::Period;
use crate::reporting::{self, Form, Made, Unmade};
use crate::station::Rhythm;

mod behind;
mod choice;
mod goals;
mod typed;

/// The forms that are offered: the word in the address, and what people call it.
/// Who may take evidence.
const EVIDENCE_NEEDS: Role = Role::Admin;
const FORMS: [(Form, &str, &str); 6] = [
    (Form::Docx, "Văn bản Word (docx)", "Word document (docx)"),
    (Form::Pdf, "PDF", "PDF"),
    (Form::Xlsx, "Bảng tính (xlsx)", "Workbook (xlsx)"),
    (Form::Html, "Trang web (html)", "Web page (html)"),
    (Form::Csv, "CSV", "CSV"),
    (Form::Json, "JSON", "JSON"),
];

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/bao-cao", get(shown))
        .route("/bao-cao/xem", get(sheet))
        .route("/bao-cao/tai", get(download))
        .route("/bao-cao/bang-chung", get(evidence))
        .route("/bao-cao/nguon", get(behind::shown))
        .merge(typed::routes())
}

/// The address's query.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// A period, as the command takes it; none: the one that holds today.
    ky: String,
    /// Any dates instead.
    tu: String,
    den: String,
    /// `nd09` or `calendar`; none: the station's.
    nhip: String,
    /// The form to take away.
    dang: String,
    /// Of a figure.
    so: String,
}

impl Asked {
    fn period(&self) -> Option<String> {
        if !self.tu.is_empty() && !self.den.is_empty() {
            return Some(format!("{}..{}", self.tu, self.den));
        }
        Some(self.ky.clone()).filter(|text| !text.is_empty())
    }

    /// Which of the two dates is lacking where the other is given, and what is said beside its field. Nothing is made of one
    /// date: it would be of another period than the one that is seen in the form.
    fn half(&self) -> Option<(&'static str, Text)> {
        let said = |name: &Text, lacking: &Text, date: &str| {
            let written = |lang| date.parse::<Date>().map_or_else(|_| date.to_owned(), |date| cells::date(date, lang));
            Text::new(
                format!(
                    "mới có “{}” ({}); hãy điền cả “{}”, hoặc bỏ trống cả hai để dùng kỳ đã chọn",
                    name.vi,
                    written(Lang::Vi),
                    lacking.vi
                ),
                format!(
                    "there is only “{}” ({}); fill in “{}” too, or leave both empty for the period that is chosen",
                    name.en,
                    written(Lang::En),
                    lacking.en
                ),
            )
        };
        let (from, to) = (choice::from_words(), choice::to_words());
        match (self.tu.trim(), self.den.trim()) {
            ("", "") => None,
            ("", date) => Some(("tu", said(&to, &from, date))),
            (date, "") => Some(("den", said(&from, &to, date))),
            _ => None,
        }
    }

    fn rhythm(&self) -> Option<Rhythm> {
        match self.nhip.as_str() {
            "nd09" => Some(Rhythm::Nd09),
            "calendar" => Some(Rhythm::Calendar),
            _ => None,
        }
    }

    /// The same period, as a query with more behind it.
    fn query(&self, period: &Period, more: &[(&str, &str)]) -> String {
        let (name, rhythm) = (period.to_string(), period.rhythm.code());
        query([("ky", name.as_str()), ("nhip", rhythm)].into_iter().chain(more.iter().copied()))
    }
}

/// That person's turn.
pub(super) fn turn(site: &Site, who: &Who) -> Result<Turn, Refused> {
    site.turn(who.name()).ok_or_else(|| {
        let text = Text::new(
            "báo cáo hay nhật ký bạn hỏi trước đó đang được lập; hãy đợi xong rồi làm tiếp",
            "the report or log that you asked for before is still being made; wait until it is done",
        );
        Refused::of(StatusCode::TOO_MANY_REQUESTS, "busy", text)
    })
}

/// The report that is asked for.
async fn made<T: Send + 'static>(
    site: &Site,
    asked: &Asked,
    take: impl FnOnce(&Made) -> T + Send + 'static,
) -> Result<Result<T, Unmade>, Refused> {
    if let Some((_, why)) = asked.half() {
        return Ok(Err(Unmade::NoPeriod(why)));
    }
    let (home, period, rhythm) = (site.link.home().clone(), asked.period(), asked.rhythm());
    site.work(move || Made::of(&home, period.as_deref(), rhythm, clock::now()).map(|made| take(&made))).await
}

fn refused(unmade: Unmade) -> Refused {
    match unmade {
        Unmade::NoPeriod(text) => Refused::bad(text),
        Unmade::NoLog(text) => Refused::conflict(text),
    }
}

/// What the page shows of a report.
struct Summary {
    period: Period,
    goals: Markup,
    figures: Vec<Table>,
    /// A PDF can be made.
    has_pdf: bool,
}

/// The figures of a table, to be chosen from: the name of each, and what people call it.
struct Table {
    name: String,
    figures: Vec<(String, String)>,
}

fn tables(report: &Report, lang: Lang) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for named in report.named() {
        let table = named.table.get(lang);
        if tables.last().is_none_or(|last| last.name != table) {
            tables.push(Table { name: table.to_owned(), figures: Vec::new() });
        }
        if let Some(last) = tables.last_mut() {
            last.figures.push((named.name, named.label.get(lang).to_owned()));
        }
    }
    tables
}

async fn shown(State(site): State<Site>, who: Who, Query(asked): Query<Asked>) -> Result<Markup, Refused> {
    let lang = who.lang();
    let summary = made(&site, &asked, move |made| Summary {
        period: made.report.period,
        goals: goals::shown(&made.report, lang),
        figures: tables(&made.report, lang),
        has_pdf: reporting::has_maker(),
    });
    let summary = summary.await?;
    let home = site.link.home().clone();
    let (rhythm, today) = site
        .work(move || {
            let station = reporting::station_in_force(&home).station.unwrap_or_default();
            (station.reporting.rhythm, station.zone.to_datetime(clock::now()).date())
        })
        .await?;
    Ok(page(
        &who,
        Tab::Report,
        &words::tab(Tab::Report),
        html! {
            link rel="stylesheet" href=(address("pages.css"));
            h1 { (who.say(&words::tab(Tab::Report))) }
            (choice::form(&asked, summary.as_ref().ok().map(|summary| &summary.period), rhythm, today, lang))
            @match &summary {
                // It is said beside the field.
                Err(_) if asked.half().is_some() => {},
                Err(Unmade::NoPeriod(why) | Unmade::NoLog(why)) => (notice(lang, &Notice::Error(why.clone()))),
                Ok(summary) => (report(&who, &asked, summary)),
            }
        },
    ))
}

fn report(who: &Who, asked: &Asked, summary: &Summary) -> Markup {
    let lang = who.lang();
    let sheet = format!("/bao-cao/xem{}", asked.query(&summary.period, &[]));
    let name = summary.period.name();
    html! {
        div.columns {
            section.card {
                div.head {
                    h2 { (either(lang, "Báo cáo ", "Report of ")) (name.get(lang)) }
                    a href=(sheet) target="_blank" rel="noopener" { (either(lang, "Mở riêng", "Open by itself")) }
                }
                iframe.paper src=(sheet) sandbox="" title=(either(lang, "Nội dung báo cáo", "The report")) {}
                div.sheet data-sheet=(sheet) {}
                script src=(address("report.js")) defer {}
            }
            div.column {
                section.card {
                    h2 { (either(lang, "Tải về", "Download")) }
                    (downloads(who, asked, summary))
                }
                (summary.goals)
                @if who.may(Role::Operator) { (typed_months(&summary.period, lang)) }
                section.card {
                    h2 { (either(lang, "Số liệu lấy từ đâu", "What is behind a figure")) }
                    form.stack method="get" action="/bao-cao/nguon" {
                        input type="hidden" name="ky" value=(summary.period.to_string());
                        input type="hidden" name="nhip" value=(summary.period.rhythm.code());
                        label { span { (either(lang, "Số liệu", "Figure")) }
                            select name="so" { @for table in &summary.figures {
                                optgroup label=(table.name) {
                                    @for (name, label) in &table.figures { option value=(name) { (quoted(label)) } }
                                }
                            } } }
                        div.row { button type="submit" { (either(lang, "Xem từng dòng", "See its rows")) } }
                    }
                }
            }
        }
    }
}

/// The forms to take away. A browser saves them by what the answer says of itself; what cannot be made is no link.
fn downloads(who: &Who, asked: &Asked, summary: &Summary) -> Markup {
    let lang = who.lang();
    let to = |page: &str, more: &[(&str, &str)]| format!("/bao-cao/{page}{}", asked.query(&summary.period, more));
    let has = |form: Form| form != Form::Pdf || summary.has_pdf;
    html! {
        div.downloads {
            @for (form, vi, en) in FORMS {
                @let class = if form == Form::Docx { "button primary" } else { "button" };
                @if has(form) { a class=(class) href=(to("tai", &[("dang", form.ending())])) { (either(lang, vi, en)) } }
            }
        }
        @if who.may(EVIDENCE_NEEDS) {
            a href=(to("bang-chung", &[])) {
                (either(lang, "Gói bằng chứng (zip) để kiểm ở máy khác", "Evidence (zip), to be checked on another PC")) }
        }
        @if !summary.has_pdf {
            p.hint-text { (either(lang, "Máy của đài chưa có LibreOffice nên chưa tạo được PDF. Có thể in từ trình duyệt: bấm “Mở riêng”, rồi in và chọn Lưu thành PDF; hoặc tải Word về rồi lưu thành PDF.",
                "The station's PC has no LibreOffice, so it makes no PDF. It can be printed from the browser: “Open by itself”, print, and choose Save as PDF; or take the Word document and save that as PDF.")) }
        }
    }
}

/// Why there is no PDF, and the two ways that are left.
fn no_pdf(who: &Who, asked: &Asked, why: Text) -> Response {
    let lang = who.lang();
    let title = Text::new("Chưa có PDF", "No PDF");
    let asked = |page: &str, form: &str| {
        let of =
            [("ky", asked.ky.as_str()), ("tu", &asked.tu), ("den", &asked.den), ("nhip", &asked.nhip), ("dang", form)];
        format!("/bao-cao{page}{}", query(of))
    };
    let body = html! {
        (super::page::below(&asked("", ""), who.say(&words::tab(Tab::Report)), who.say(&title)))
        (notice(lang, &Notice::Error(why)))
        section.card.to-read {
            p { (either(lang, "In từ trình duyệt: mở báo cáo, bấm Ctrl+P rồi chọn “Lưu thành PDF”. Hoặc tải bản Word, mở bằng Word hay LibreOffice rồi lưu thành PDF.",
                "Print it from the browser: open the report, press Ctrl+P and choose “Save as PDF”. Or take the Word document, open it in Word or LibreOffice and save it as PDF.")) }
            div.actions {
                a.button.primary href=(asked("/xem", "")) target="_blank" rel="noopener" { (either(lang, "Mở báo cáo để in", "Open the report to print")) }
                a.button href=(asked("/tai", "docx")) { (either(lang, "Tải bản Word (docx)", "Take the Word document (docx)")) }
            }
        }
    };
    (StatusCode::CONFLICT, page(who, Tab::Report, &title, body)).into_response()
}

/// Where what no log tells is typed, by month.
fn typed_months(period: &Period, lang: Lang) -> Markup {
    html! {
        section.card {
            h2 { (either(lang, "Phần viết tay", "What is typed")) }
            p.hint-text { (either(lang, "Khó khăn, nhiệm vụ tới, kiến nghị; hình thức tuyên truyền khác; nhiệm vụ, sản phẩm; số liệu một cửa: nhật ký không có, người nhập tay.",
                "Difficulties, what is next, proposals; other forms of propaganda; products; figures of the one-stop desk: no log has them, a person types them.")) }
            div.downloads {
                @for month in period.months() {
                    a.button href=(typed::page_of(month)) { (either(lang, "Tháng ", "")) (month_in(month, lang)) }
                }
            }
        }
    }
}

/// The report as it prints, alone: its own styles, and nothing else may run or load in it.
async fn sheet(State(site): State<Site>, who: Who, Query(asked): Query<Asked>) -> Result<Response, Refused> {
    const ALONE: &str =
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; sandbox";
    let lang = who.lang();
    let made = made(&site, &asked, move |made| made.bytes(Form::Html, None, lang)).await?;
    let bytes = made.map_err(refused)?.map_err(Refused::bad)?;
    let frame = HeaderName::from_static("x-frame-options");
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, ALONE),
        (frame, "SAMEORIGIN"),
    ];
    Ok((headers, bytes).into_response())
}

/// Plan, log, report and hashes in one file. `station.toml` is in it as it was, with the addresses that it may hold with keys in
/// them: nobody gets here what the page shows to an admin alone.
async fn evidence(State(site): State<Site>, who: Who, Query(asked): Query<Asked>) -> Result<Response, Refused> {
    who.need(EVIDENCE_NEEDS)?;
    let turn = turn(&site, &who)?;
    let (home, lang) = (site.link.home().clone(), who.lang());
    let made = site.work(move || {
        let _turn = turn;
        let (loaded, now) = (reporting::station_in_force(&home), clock::now());
        let station = loaded.station.clone().unwrap_or_default();
        let today = station.zone.to_datetime(now).date();
        let rhythm = asked.rhythm().unwrap_or(station.reporting.rhythm);
        if let Some((_, why)) = asked.half() {
            return Err(why);
        }
        let period = reporting::period(asked.period().as_deref(), today, rhythm)?;
        let reader = Reader::open(&home.ledger_file())?;
        let mut facts_of = crate::library::remembered_facts_of(&home);
        let made = crate::evidence::make(&home, &reader, &loaded, period, now, &mut facts_of, lang);
        made.map_err(|error| reporting::unreadable(&home, &error))
    });
    let made = made.await?.map_err(Refused::conflict)?;
    let saved = format!("attachment; filename=\"bang-chung-{}.zip\"", made.manifest.period);
    let headers = [(header::CONTENT_TYPE, "application/zip".to_owned()), (header::CONTENT_DISPOSITION, saved)];
    Ok((headers, made.bytes).into_response())
}

async fn download(State(site): State<Site>, who: Who, Query(asked): Query<Asked>) -> Result<Response, Refused> {
    let form = FORMS.iter().map(|(form, _, _)| *form).find(|form| form.ending() == asked.dang);
    let form = form.ok_or_else(Refused::not_found)?;
    let turn = turn(&site, &who)?;
    let lang = who.lang();
    let made = made(&site, &asked, move |made| {
        let _turn = turn;
        Ok((made.file_name(form), made.bytes(form, None::<Date>, lang)?))
    });
    let (name, bytes) = match made.await?.map_err(refused)? {
        Ok(made) => made,
        Err(why) if form == Form::Pdf => return Ok(no_pdf(&who, &asked, why)),
        Err(why) => return Err(Refused::conflict(why)),
    };
    let kind = match form {
        Form::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Form::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Form::Pdf => "application/pdf",
        Form::Csv => "text/csv; charset=utf-8",
        Form::Json => "application/json",
        Form::Html => "text/html; charset=utf-8",
        Form::Text => "text/plain; charset=utf-8",
    };
    let saved = format!("attachment; filename=\"{name}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, saved)], bytes).into_response())
}
