//! Why something was not done. A handler says what; [`dress`] makes a page of it or, under `/api/`, problem details
//! (RFC 9457).

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::role::Role;
use super::site::Site;
use super::who::Manner;
use super::{page, words};
use crate::problem::{Lang, Text};

/// A page that passes by itself is asked for again after so many seconds.
const AGAIN_S: u16 = 3;

/// What the asker is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The answer's status.
    pub status: StatusCode,
    /// A code that never changes its meaning.
    pub code: &'static str,
    /// In words: what is wrong and what to do.
    pub text: Text,
    /// The name of the form's field that it is about, where it is about one.
    pub field: Option<&'static str>,
}

/// Problem details, as the API answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Details {
    /// `about:blank#` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The status.
    pub status: u16,
    /// What is wrong and what to do, in the asker's language.
    pub detail: String,
    /// A code that never changes its meaning.
    pub code: String,
}

impl Refused {
    /// About no field of a form.
    pub fn of(status: StatusCode, code: &'static str, text: Text) -> Refused {
        Refused { status, code, text, field: None }
    }

    /// The same about the form's field of that name: there it is told.
    pub fn at(self, field: &'static str) -> Refused {
        Refused { field: Some(field), ..self }
    }

    /// What is asked for does not go together with how things stand.
    pub fn conflict(text: Text) -> Refused {
        Refused::of(StatusCode::CONFLICT, "refused", text)
    }

    /// What was sent cannot be used.
    pub fn bad(text: Text) -> Refused {
        Refused::of(StatusCode::UNPROCESSABLE_ENTITY, "bad-input", text)
    }

    /// There is no such page or thing.
    pub fn not_found() -> Refused {
        let text = Text::new(
            "không có trang hay mục này; hãy quay lại trang Trên sóng",
            "there is no such page or thing; go back to the page On air",
        );
        Refused::of(StatusCode::NOT_FOUND, "not-found", text)
    }

    /// The account's role is too small.
    pub fn role(needed: Role) -> Refused {
        let words = needed.words();
        let text = match needed {
            // Nobody is above.
            Role::Admin => Text::new(
                format!("việc này chỉ {} làm được; hãy nhờ quản trị của đài", words.vi),
                format!("only an {} may do this; ask the station's admin", words.en),
            ),
            Role::Viewer | Role::Operator | Role::Approver => Text::new(
                format!("việc này cần vai trò {} trở lên; hãy nhờ quản trị của đài", words.vi),
                format!("this needs the role {} or more; ask the station's admin", words.en),
            ),
        };
        Refused::of(StatusCode::FORBIDDEN, "role", text)
    }

    /// Nobody has logged in.
    pub fn nobody() -> Refused {
        let text =
            Text::new("chưa đăng nhập hoặc phiên đã hết; hãy đăng nhập lại", "nobody is logged in; log in again");
        Refused::of(StatusCode::UNAUTHORIZED, "login", text)
    }

    /// A password failed too often: it is looked at again in so many seconds.
    pub fn wait(seconds: i64) -> Refused {
        Refused::of(StatusCode::TOO_MANY_REQUESTS, "wait", words::wait(seconds))
    }

    /// The request comes from another site, or names this one by another's name.
    pub fn foreign() -> Refused {
        let text = Text::new(
            "yêu cầu này đến từ một trang khác hoặc gọi đài bằng tên lạ; hãy mở trang của đài bằng địa chỉ ghi khi chạy `loa run`",
            "this request comes from another site, or by a name that is not this station's; open the page by the address that `loa run` prints",
        );
        Refused::of(StatusCode::FORBIDDEN, "foreign", text)
    }

    /// The form's token is not this session's.
    pub fn stale_form() -> Refused {
        let text = Text::new(
            "biểu mẫu này đã cũ; hãy quay lại, tải lại trang rồi làm lại",
            "this form is out of date; go back, load the page anew and do it again",
        );
        Refused::of(StatusCode::FORBIDDEN, "csrf", text)
    }

    /// The session under which a form was filled in had ended when it was sent.
    pub fn ended() -> Refused {
        let text = Text::new(
            "lúc gửi thì phiên đăng nhập đã hết nên chưa làm gì; những gì đã điền còn ở đây, hãy xem rồi gửi lại",
            "the session had ended when this was sent, and nothing is done; what was filled in is still here, look at it and send it again",
        );
        Refused::of(StatusCode::UNAUTHORIZED, "login", text)
    }

    /// The link of the first start holds no more.
    pub fn used_up() -> Refused {
        let text = Text::new(
            "đường dẫn bắt đầu không còn dùng được: đài đã có tài khoản, hoặc Loa đã chạy lại; hãy đăng nhập, hoặc lấy đường dẫn mới bằng `loa status`",
            "the link of the first start holds no more: the station has an account, or Loa was started anew; log in, or have `loa status` show the new link",
        );
        Refused::of(StatusCode::FORBIDDEN, "first-start", text)
    }

    /// The daemon does not answer.
    pub fn silent() -> Refused {
        let text = Text::new(
            "chương trình Loa đang bận, chưa trả lời; hãy thử lại sau vài giây",
            "the daemon is busy and does not answer; try again in some seconds",
        );
        Refused::of(StatusCode::SERVICE_UNAVAILABLE, "busy", text)
    }

    /// The page is being exchanged for one with other settings: that passes by itself.
    pub fn exchanged() -> Refused {
        let text = Text::new(
            "trang đang mở lại với cấu hình mới và tự tải lại sau vài giây; nếu vừa gửi biểu mẫu thì hãy xem đã có chưa rồi hãy gửi lại",
            "the page is being opened anew with its new settings and comes back by itself in some seconds; if a form was just sent, see whether it is done before sending it again",
        );
        Refused::of(StatusCode::SERVICE_UNAVAILABLE, "exchanged", text)
    }

    /// Something of ours or of the disk's failed; the reason goes into the program's log.
    pub fn broken(error: &anyhow::Error) -> Refused {
        tracing::error!(error = format!("{error:#}"), "the console could not do what it was asked");
        let text = Text::new(
            "Loa không làm được việc này; lý do ghi trong `var/log/`, hãy thử lại",
            "Loa could not do this; the reason stands in `var/log/`, try again",
        );
        Refused::of(StatusCode::INTERNAL_SERVER_ERROR, "broken", text)
    }

    fn details(&self, lang: Lang) -> Details {
        Details {
            kind: format!("about:blank#{}", self.code),
            title: self.status.canonical_reason().unwrap_or_default().to_owned(),
            status: self.status.as_u16(),
            detail: self.text.get(lang).to_owned(),
            code: self.code.to_owned(),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives refusals a body for whoever asked.
pub(super) async fn dress(State(site): State<Site>, request: Request, next: Next) -> Response {
    let manner = Manner::of(&site, request.headers(), request.uri());
    let is_sent = ![Method::GET, Method::HEAD].contains(request.method());
    let manner = if is_sent { manner.of_sent(request.headers()) } else { manner };
    let response = next.run(request).await;
    let refused = response.extensions().get::<Refused>().cloned();
    let refused = refused.or_else(|| if has_words(&response) { None } else { bare(&response) });
    let Some(refused) = refused else { return response };
    let body = if manner.is_api() {
        let mut body = Json(refused.details(manner.lang)).into_response();
        let json = HeaderValue::from_static("application/problem+json");
        body.headers_mut().insert(header::CONTENT_TYPE, json);
        body
    } else {
        page::refused(&manner, &refused).into_response()
    };
    let (mut parts, _) = response.into_parts();
    if refused.code == "exchanged"
        && let Ok(again) = HeaderValue::from_str(&format!("{AGAIN_S}; url={}", manner.back))
    {
        parts.headers.insert(header::REFRESH, again);
        parts.headers.insert(header::RETRY_AFTER, HeaderValue::from(AGAIN_S));
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.extend(body.headers().clone());
    Response::from_parts(parts, body.into_body())
}

/// It is a page or an object already.
fn has_words(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.starts_with("text/html") || kind.contains("json")
}

/// What the router and its extractors refuse by themselves says nothing of use to a person.
fn bare(response: &Response) -> Option<Refused> {
    let (code, text) = match response.status() {
        StatusCode::NOT_FOUND => return Some(Refused::not_found()),
        StatusCode::METHOD_NOT_ALLOWED => (
            "method",
            Text::new("địa chỉ này không nhận kiểu yêu cầu đó", "this address takes no request of that method"),
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "too-large",
            Text::new("dữ liệu gửi lên quá lớn; hãy chia nhỏ", "what was sent is too large; send less at once"),
        ),
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::UNSUPPORTED_MEDIA_TYPE => (
            "bad-input",
            Text::new(
                "dữ liệu gửi lên thiếu hoặc sai kiểu; hãy quay lại và điền lại biểu mẫu",
                "what was sent lacks something or has the wrong type; go back and fill the form in again",
            ),
        ),
        _ => return None,
    };
    Some(Refused::of(response.status(), code, text))
}
