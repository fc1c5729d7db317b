//! `/bat-dau`: the first start, by the link that `loa run` prints while there is no account.

use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;

use super::accounts::{Account, Act, Password, name_of};
use super::login::{open_session, session_begins};
use super::page::{Notice, answered, bare_page};
use super::refused::Refused;
use super::role::Role;
use super::say::query;
use super::site::Site;
use super::station_page::{FIRST_STEPS, choice_in, set_up_line};
use super::who::Manner;
use super::words;
use crate::audio::line::devices;
use crate::clock;
use crate::problem::Text;

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/bat-dau", get(form).post(begin))
}

fn title() -> Text {
    Text::new("Bắt đầu", "First start")
}

/// What the address has of the form: the code, and what was filled in before it was refused, so that it is the same form in
/// the other language. A password stands in no address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    ma: String,
    dai: Option<String>,
    device: Option<String>,
    ten: Option<String>,
    loi: String,
}

/// What the form was filled in with.
struct Filled {
    code: String,
    station: String,
    device: String,
    name: String,
}

/// Why it was refused.
enum Fault {
    /// The two passwords are two.
    Unequal,
    /// The password is none.
    Password(Text),
    /// The name is none, or the accounts cannot be written.
    Name(Text),
}

impl Fault {
    /// The word in the address.
    fn code(&self) -> &'static str {
        match self {
            Fault::Unequal => "khong-giong",
            Fault::Password(_) => "mat-khau",
            Fault::Name(_) => "ten",
        }
    }

    /// By that word; of a name that is good by now there is nothing to say.
    fn from_code(code: &str, name: &str) -> Option<Fault> {
        match code {
            "khong-giong" => Some(Fault::Unequal),
            "mat-khau" => Password::new("").err().map(Fault::Password),
            "ten" => name_of(name).err().map(Fault::Name),
            _ => None,
        }
    }

    fn told(self) -> Notice {
        Notice::Error(match self {
            Fault::Unequal => Text::new("hai lần nhập mật khẩu không giống nhau", "the two passwords are not the same"),
            Fault::Password(why) | Fault::Name(why) => why,
        })
    }
}

impl Filled {
    /// The address at which the form is as it is now, but for its passwords.
    fn address(&self, fault: &Fault) -> String {
        let Filled { code, station, device, name } = self;
        let of = [("ma", code.as_str()), ("dai", station), ("device", device), ("ten", name), ("loi", fault.code())];
        format!("/bat-dau{}", query(of))
    }
}

async fn form(
    State(site): State<Site>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Markup, Refused> {
    let manner = Manner::of(&site, &headers, &uri);
    gate(&site, &asked.ma)?;
    let known = site.link.snapshot().await.station.clone();
    let filled = Filled {
        code: asked.ma,
        station: asked.dai.unwrap_or_else(|| known.names.name.clone()),
        device: asked.device.unwrap_or_else(|| known.line.device.clone()),
        name: asked.ten.unwrap_or_default(),
    };
    let told = Fault::from_code(&asked.loi, &filled.name).map(Fault::told);
    shown(&site, &manner, &filled, told.as_ref()).await
}

fn gate(site: &Site, code: &str) -> Result<(), Refused> {
    if site.is_first(code) { Ok(()) } else { Err(Refused::used_up()) }
}

async fn shown(site: &Site, manner: &Manner, filled: &Filled, told: Option<&Notice>) -> Result<Markup, Refused> {
    let say = |vi: &str, en: &str| Text::new(vi, en).get(manner.lang).to_owned();
    let outputs = site.work(devices::list).await?;
    Ok(bare_page(
        manner,
        &title(),
        html! {
            p { (say(
                "Ba việc nhỏ là đài dùng được: tên đài, đường loa, và tài khoản đầu tiên.",
                "Three small things and the station works: its name, its line, and the first account.",
            )) }
            @if let Some(told) = told { (answered(manner.lang, told)) }
            form.stack method="post" action="/bat-dau" {
                input type="hidden" name="ma" value=(filled.code);
                section.card {
                    h2 { "1. " (say("Đài", "The station")) }
                    label { span { (say("Tên đài", "The station's name")) }
                        input id="ten-dai" name="dai" value=(filled.station) required maxlength="120"; }
                }
                section.card {
                    h2 { "2. " (say("Đường loa", "The line")) }
                    label { span { (say("Thiết bị âm thanh nối với máy tăng âm", "The sound output that feeds the amplifier")) }
                        (choice_in(manner.lang, "thiet-bi", &outputs, &filled.device)) }
                    p.hint-text { (say(
                        "Sau bước này có nút Phát âm thử để nghe thử trên loa.",
                        "After this step there is a button that sounds a test tone.",
                    )) }
                }
                section.card {
                    h2 { "3. " (say("Tài khoản đầu tiên", "The first account")) }
                    p.hint-text { (say(
                        "Tên tài khoản là họ tên của bạn: nhật ký ghi tên này bên cạnh mọi việc làm ở đây.",
                        "The account's name is your own: the log has it beside all that is done here.",
                    )) }
                    label { span { (say("Họ tên", "Your name")) }
                        input id="ten" name="ten" value=(filled.name) autocomplete="username" required minlength="2" maxlength="60"; }
                    label { span { (say("Mật khẩu (ít nhất 10 ký tự)", "Password (10 characters or more)")) }
                        input id="mat-khau" name="mat_khau" type="password" minlength="10" autocomplete="new-password" required; }
                    label { span { (manner.say(&words::password_again())) }
                        input id="mat-khau-lai" name="mat_khau_lai" type="password" minlength="10" autocomplete="new-password" required; }
                }
                button.primary id="tao" type="submit" { (say("Bắt đầu dùng", "Begin")) }
            }
        },
    ))
}

#[derive(Deserialize)]
struct First {
    ma: String,
    dai: String,
    device: String,
    ten: String,
    mat_khau: String,
    mat_khau_lai: String,
}

async fn begin(State(site): State<Site>, Form(sent): Form<First>) -> Result<Response, Refused> {
    gate(&site, &sent.ma)?;
    let filled = Filled { code: sent.ma, station: sent.dai, device: sent.device, name: sent.ten };
    let made = if sent.mat_khau == sent.mat_khau_lai {
        first_account(&site, &filled.name, sent.mat_khau).await?
    } else {
        Err(Fault::Unequal)
    };
    let account = match made {
        Ok(account) => account,
        // Whoever changes the language there, loads it anew or goes back to it finds it as it is.
        Err(fault) => return Ok(Redirect::to(&filled.address(&fault)).into_response()),
    };
    site.begun();
    site.note(&account.name, Act::FirstAccount, Text::same("")).await;
    let token = open_session(&site, &account).await?;
    // The account is there: what could not be written of the station is told on the page that changes it.
    let (to, told) = match set_up_line(&site, &account.name, &filled.station, &filled.device).await {
        Ok(()) => (
            FIRST_STEPS,
            Notice::Done(Text::new(
                "Đài đã sẵn sàng. Làm tiếp theo các bước dưới đây; trang này nằm ở Đài › Bước đầu.",
                "The station is ready. Go on by the steps below; this page is at Station › First steps.",
            )),
        ),
        Err(refused) => ("/dai", Notice::Warning(refused.text)),
    };
    site.link.is_called(&filled.station).await;
    site.tell(token.sha256(), told);
    Ok(session_begins(&site, &token, to))
}

/// Makes it, unless somebody was faster.
async fn first_account(site: &Site, name: &str, password: String) -> Result<Result<Account, Fault>, Refused> {
    let Ok(_turn) = site.hashes.acquire().await else { return Err(Refused::silent()) };
    let password = match site.work(move || Password::new(&password)).await? {
        Ok(password) => password,
        Err(text) => return Ok(Err(Fault::Password(text))),
    };
    let name = name.to_owned();
    let made = site.accounts(move |accounts| {
        Ok(if accounts.is_empty()? { Some(accounts.add(&name, Role::Admin, &password, clock::now())) } else { None })
    });
    Ok(made.await?.ok_or_else(Refused::used_up)?.map_err(Fault::Name))
}
