//! `/bat-dau`: the first start, by the link that `loa run` prints while there is no account.

use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;

use super::accounts::Password;
use super::login::welcome;
use super::page::{Notice, bare_page, notice};
use super::refused::Refused;
use super::role::Role;
use super::site::Site;
use super::who::Manner;
use super::words;
use crate::clock;
use crate::problem::Text;

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/bat-dau", get(form).post(begin))
}

fn title() -> Text {
    Text::new("Bắt đầu", "First start")
}

#[derive(Debug, Deserialize)]
struct Code {
    #[serde(default)]
    ma: String,
}

async fn form(
    State(site): State<Site>,
    Query(code): Query<Code>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Markup, Refused> {
    let manner = Manner::of(&site, &headers, &uri);
    gate(&site, &code.ma)?;
    Ok(shown(&manner, &code.ma, "", None))
}

fn gate(site: &Site, code: &str) -> Result<(), Refused> {
    if site.is_first(code) { Ok(()) } else { Err(Refused::used_up()) }
}

fn shown(manner: &Manner, code: &str, name: &str, told: Option<&Notice>) -> Markup {
    let intro = Text::new(
        "Tạo tài khoản đầu tiên. Tên tài khoản là họ tên người trực: nó được ghi vào nhật ký cùng mọi việc làm ở đây.",
        "Make the first account. Its name is the operator's own: the log has it beside all that is done here.",
    );
    bare_page(
        manner,
        &title(),
        html! {
            p { (manner.say(&intro)) }
            @if let Some(told) = told { (notice(manner.lang, told)) }
            form.stack method="post" action="/bat-dau" {
                input type="hidden" name="ma" value=(code);
                label { span { (manner.say(&words::name())) }
                    input id="ten" name="ten" value=(name) autocomplete="username" required autofocus; }
                label { span { (manner.say(&words::password())) }
                    input id="mat-khau" name="mat_khau" type="password" minlength="10" autocomplete="new-password" required; }
                label { span { (manner.say(&words::password_again())) }
                    input id="mat-khau-lai" name="mat_khau_lai" type="password" minlength="10" autocomplete="new-password" required; }
                button.primary id="tao" type="submit" { (manner.say(&Text::new("Tạo tài khoản", "Make the account"))) }
            }
        },
    )
}

#[derive(Deserialize)]
struct First {
    ma: String,
    ten: String,
    mat_khau: String,
    mat_khau_lai: String,
}

async fn begin(
    State(site): State<Site>,
    headers: HeaderMap,
    uri: Uri,
    Form(sent): Form<First>,
) -> Result<Response, Refused> {
    let manner = Manner::of(&site, &headers, &uri);
    gate(&site, &sent.ma)?;
    let again = |text: Text| shown(&manner, &sent.ma, &sent.ten, Some(&Notice::Error(text))).into_response();
    if sent.mat_khau != sent.mat_khau_lai {
        return Ok(again(Text::new("hai lần nhập mật khẩu không giống nhau", "the two passwords are not the same")));
    }
    let (name, password) = (sent.ten.clone(), sent.mat_khau.clone());
    let hashed = site.work(move || Password::new(&password)).await?;
    let made = match hashed {
        Err(text) => Err(text),
        // Whoever was faster has the station.
        Ok(password) => {
            site.accounts(move |accounts| {
                anyhow::ensure!(accounts.is_empty()?, "there is an account already");
                Ok(accounts.add(&name, Role::Admin, &password, clock::now()))
            })
            .await?
        }
    };
    match made {
        Err(text) => Ok(again(text)),
        Ok(account) => {
            site.begun();
            site.note(&account.name, "first-account", "").await;
            welcome(&site, &account, "/").await
        }
    }
}
