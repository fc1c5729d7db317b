//! Accounts: an admin makes them; everybody changes their own password.

use axum::Extension;
use axum::extract::{Form, State};
use axum::response::Redirect;
use maud::{Markup, html};
use serde::Deserialize;

use crate::cells;
use crate::clock;
use crate::console::Peer;
use crate::console::accounts::{Account, Accounts, Act, Deed, Knocks, Password};
use crate::console::login::held_against;
use crate::console::page::{Notice, Tab, below, csrf, marked, page};
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::console::words;
use crate::problem::Text;

/// So many deeds are shown.
const DEEDS: u32 = 100;
const HERE: &str = "/dai/tai-khoan";

pub(super) async fn shown(State(site): State<Site>, who: Who) -> Result<Markup, Refused> {
    who.need(Role::Admin)?;
    let (accounts, deeds) = site.accounts(|accounts| Ok((accounts.all()?, accounts.deeds(DEEDS)?))).await?;
    let title = Text::new("Tài khoản", "Accounts");
    let zone = site.link.latest().zone().clone();
    Ok(page(
        &who,
        Tab::Station,
        &title,
        html! {
            (below("/dai", who.say(&words::tab(Tab::Station)), who.say(&title)))
            div.columns {
                section.card {
                    @for account in &accounts { (one(&who, account)) }
                }
                (new(&who))
            }
            section.card { (told(&who, &deeds, &zone)) }
        },
    ))
}

fn one(who: &Who, account: &Account) -> Markup {
    let say = |vi: &str, en: &str| Text::new(vi, en).get(who.lang()).to_owned();
    let hidden = html! { (csrf(who)) input type="hidden" name="ten" value=(account.name); };
    let (role, password) = (format!("vai-tro-{}", account.id), format!("mat-khau-{}", account.id));
    html! {
        article.stack {
            div.head { h2 { (account.name) } span.badge { (who.say(&account.role.words())) } }
            div.row {
                form.row method="post" action={ (HERE) "/vai-tro" } {
                    (hidden)
                    label.sr for=(role) { (say("Vai trò của ", "Role of ")) (account.name) }
                    (roles(who, &role, account.role))
                    button type="submit" { (say("Đổi vai trò", "Change role")) }
                }
                details.sure {
                    summary.button { (say("Đặt mật khẩu mới", "Set another password")) }
                    div {
                        form.stack method="post" action={ (HERE) "/mat-khau" } {
                            (hidden)
                            label { span { (say("Mật khẩu mới của ", "New password of ")) (account.name) }
                                input id=(password) type="password" name="mat_khau" minlength="10" autocomplete="new-password" required; }
                            button.primary type="submit" { (say("Đặt", "Set")) }
                        }
                    }
                }
                details.sure {
                    summary.button.outline-danger { (say("Xóa", "Remove")) }
                    div {
                        p { (say("Người này không đăng nhập được nữa. Nhật ký vẫn giữ tên họ.", "They can log in no more. The log keeps their name.")) }
                        form method="post" action={ (HERE) "/xoa" } {
                            (hidden)
                            button.danger type="submit" { (say("Xóa tài khoản ", "Remove the account ")) (account.name) }
                        }
                    }
                }
            }
            hr;
        }
    }
}

fn roles(who: &Who, id: &str, chosen: Role) -> Markup {
    html! {
        select id=(id) name="vai_tro" {
            @for role in Role::ALL { option value=(role.code()) selected[role == chosen] { (who.say(&role.words())) } }
        }
    }
}

fn new(who: &Who) -> Markup {
    let say = |vi: &str, en: &str| Text::new(vi, en).get(who.lang()).to_owned();
    html! {
        form.card method="post" action=(HERE) id="tai-khoan-moi" {
            (csrf(who))
            h2 { (say("Thêm tài khoản", "Add an account")) }
            label { span { (say("Họ tên", "Name")) } input id="moi-ten" name="ten" required minlength="2" maxlength="60" autocomplete="off"; }
            label { span { (say("Vai trò", "Role")) } (roles(who, "moi-vai-tro", Role::Operator)) }
            label { span { (say("Mật khẩu (ít nhất 10 ký tự)", "Password (10 characters or more)")) }
                input id="moi-mat-khau" type="password" name="mat_khau" minlength="10" autocomplete="new-password" required; }
            div.actions { button.primary id="them-tai-khoan" type="submit" { (say("Thêm", "Add")) } }
            ul.plain.hint-text {
                li { (say("Người xem: chỉ xem.", "Viewer: looks.")) }
                li { (say("Người trực: phát, dừng, sửa lịch, nhận bản ghi.", "Operator: plays, stops, edits the plan, files recordings.")) }
                li { (say("Người duyệt: thêm quyền duyệt bản ghi.", "Approver: approves recordings, too.")) }
                li { (say("Quản trị: thêm quyền sửa đài và tài khoản.", "Admin: changes the station and its accounts, too.")) }
            }
        }
    }
}

fn told(who: &Who, deeds: &[Deed], zone: &jiff::tz::TimeZone) -> Markup {
    let say = |vi: &str, en: &str| Text::new(vi, en).get(who.lang()).to_owned();
    html! {
        h2 { (say("Ai đã làm gì", "Who did what")) }
        div.scroll tabindex="0" role="region" aria-label=(say("Ai đã làm gì", "Who did what")) {
            table {
                thead { tr {
                    th scope="col" { (say("Lúc", "When")) } th scope="col" { (say("Ai", "Who")) }
                    th scope="col" { (say("Việc", "What")) } th scope="col" { (say("Chi tiết", "Detail")) }
                } }
                tbody {
                    @for deed in deeds {
                        @let at = cells::on_clock(deed.at, zone);
                        tr {
                            td { (cells::date(at.date(), who.lang())) " " (at.strftime("%H:%M:%S")) }
                            td { (deed.who) } td { (who.say(&Act::words_of(&deed.what))) } td { (marked(who.say(&deed.detail))) }
                        }
                    }
                }
            }
        }
    }
}

#[derive(Deserialize)]
pub(super) struct New {
    ten: String,
    vai_tro: String,
    mat_khau: String,
}

pub(super) async fn add(State(site): State<Site>, who: Who, Form(new): Form<New>) -> Result<Redirect, Refused> {
    who.need(Role::Admin)?;
    let role = role_of(&new.vai_tro)?;
    let password = hashed(&site, new.mat_khau).await?;
    let change = move |accounts: &mut Accounts| accounts.add(&new.ten, role, &password, clock::now());
    let done = Text::new("Đã thêm tài khoản", "Added the account");
    changed(&site, &who, Act::UserAdd, change, done).await.map_err(|refused| refused.at("ten"))
}

#[derive(Deserialize)]
pub(super) struct RoleOf {
    ten: String,
    vai_tro: String,
}

pub(super) async fn give_role(
    State(site): State<Site>,
    who: Who,
    Form(wish): Form<RoleOf>,
) -> Result<Redirect, Refused> {
    who.need(Role::Admin)?;
    let role = role_of(&wish.vai_tro)?;
    let change = move |accounts: &mut Accounts| accounts.give_role(&wish.ten, role);
    changed(&site, &who, Act::UserRole, change, Text::new("Đã đổi vai trò của", "Changed the role of")).await
}

#[derive(Deserialize)]
pub(super) struct PasswordOf {
    ten: String,
    mat_khau: String,
}

pub(super) async fn give_password(
    State(site): State<Site>,
    who: Who,
    Form(wish): Form<PasswordOf>,
) -> Result<Redirect, Refused> {
    who.need(Role::Admin)?;
    let password = hashed(&site, wish.mat_khau).await?;
    let change = move |accounts: &mut Accounts| accounts.give_password(&wish.ten, &password);
    changed(&site, &who, Act::UserPassword, change, Text::new("Đã đặt mật khẩu mới cho", "Set another password for"))
        .await
}

#[derive(Deserialize)]
pub(super) struct Named {
    ten: String,
}

pub(super) async fn remove(State(site): State<Site>, who: Who, Form(wish): Form<Named>) -> Result<Redirect, Refused> {
    who.need(Role::Admin)?;
    let change = move |accounts: &mut Accounts| accounts.remove(&wish.ten);
    changed(&site, &who, Act::UserRemove, change, Text::new("Đã xóa tài khoản", "Removed the account")).await
}

async fn changed(
    site: &Site,
    who: &Who,
    what: Act,
    change: impl FnOnce(&mut Accounts) -> Result<Account, Text> + Send + 'static,
    done: Text,
) -> Result<Redirect, Refused> {
    let account = site.accounts(move |accounts| Ok(change(accounts))).await?.map_err(Refused::conflict)?;
    site.note(who.name(), what, Text::same(&account.name)).await;
    let told = Text::new(format!("{} {}.", done.vi, account.name), format!("{} {}.", done.en, account.name));
    who.tell(site, Notice::Done(told));
    Ok(Redirect::to(HERE))
}

fn role_of(code: &str) -> Result<Role, Refused> {
    Role::from_code(code).ok_or_else(|| {
        Refused::bad(Text::new(
            "không có vai trò này; hãy chọn trong danh sách",
            "there is no such role; choose one of the list",
        ))
        .at("vai_tro")
    })
}

/// Hashed off the threads that answer, and not many at once.
async fn hashed(site: &Site, password: String) -> Result<Password, Refused> {
    let Ok(_turn) = site.hashes.acquire().await else { return Err(Refused::silent()) };
    site.work(move || Password::new(&password)).await?.map_err(|why| Refused::bad(why).at("mat_khau"))
}

/// To change one's own password.
pub(super) fn own_card(who: &Who) -> Markup {
    let say = |vi: &str, en: &str| Text::new(vi, en).get(who.lang()).to_owned();
    html! {
        form.card method="post" action="/dai/mat-khau" id="mat-khau-cua-toi" {
            (csrf(who))
            h2 { (say("Mật khẩu của tôi", "My password")) }
            input class="sr" type="text" autocomplete="username" value=(who.name()) readonly tabindex="-1" aria-hidden="true";
            label { span { (say("Mật khẩu hiện nay", "Password now")) }
                input id="mat-khau-cu" type="password" name="cu" autocomplete="current-password" required; }
            label { span { (say("Mật khẩu mới", "New password")) }
                input id="mat-khau-moi" type="password" name="moi" minlength="10" autocomplete="new-password" required; }
            div.actions { button id="doi-mat-khau" type="submit" { (say("Đổi mật khẩu", "Change password")) } }
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Own {
    cu: String,
    moi: String,
}

pub(super) async fn own_password(
    State(site): State<Site>,
    who: Who,
    Extension(Peer(peer)): Extension<Peer>,
    Form(own): Form<Own>,
) -> Result<Redirect, Refused> {
    match held_against(&site, who.name(), own.cu, &peer.ip().to_string()).await? {
        Knocks::Welcome(_) => {}
        Knocks::Wrong => {
            let text = Text::new("mật khẩu hiện nay không đúng; hãy thử lại", "the password now is wrong; try again");
            return Err(Refused::bad(text).at("cu"));
        }
        Knocks::Wait { seconds } => return Err(Refused::wait(seconds).at("cu")),
    }
    let password = hashed(&site, own.moi).await.map_err(|refused| refused.at("moi"))?;
    let name = who.name().to_owned();
    site.accounts(move |accounts| Ok(accounts.give_password(&name, &password))).await?.map_err(Refused::conflict)?;
    site.note(who.name(), Act::UserPassword, Text::same(who.name())).await;
    Ok(Redirect::to("/dang-nhap"))
}
