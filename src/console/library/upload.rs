//! Recordings on their way in from a browser: by a form with several files, or each by a script that shows its progress.

use std::fmt::Display;
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Multipart, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use futures_util::{Stream, StreamExt as _};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::{held, page_of, shelf};
use crate::clock;
use crate::console::accounts::Act;
use crate::console::page::Notice;
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::site::Site;
use crate::console::who::{Unproven, Who};
use crate::library::{Approved, As, Filed, IfTaken, Intake, Library, Refusal, safe_name};
use crate::problem::Text;

/// Recordings decoded at one moment: each takes a core.
pub(super) static TURNS: Semaphore = Semaphore::const_new(2);
/// Who sends nothing for so long is gone.
const SILENCE: Duration = Duration::from_secs(30);
/// Bytes gathered before they are written.
const WRITE_BYTES: usize = 256 * 1024;
/// A field that is no file holds no more.
const FIELD_BYTES: usize = 4096;

/// Where a recording is to go.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::console) struct Wanted {
    /// Its name; a safe one is made of it.
    #[serde(default)]
    pub ten: String,
    /// Its folder.
    #[serde(default)]
    pub thu_muc: String,
    /// If the name is taken: `hoi` asks, `so` numbers it.
    #[serde(default)]
    pub trung: String,
    /// The hash of the one to replace.
    #[serde(default)]
    pub thay: String,
}

/// Why a recording was not taken in.
pub(in crate::console) enum Turned {
    /// The library refused it.
    Refusal(Refusal),
    /// The bytes did not come.
    Lost,
    /// Something of ours failed.
    Broken(Refused),
}

impl Turned {
    pub fn status(&self) -> StatusCode {
        match self {
            Turned::Refusal(Refusal::TooLarge { .. }) => StatusCode::PAYLOAD_TOO_LARGE,
            Turned::Refusal(Refusal::NoRoom { .. }) => StatusCode::INSUFFICIENT_STORAGE,
            Turned::Refusal(Refusal::Disk { .. }) => StatusCode::INTERNAL_SERVER_ERROR,
            Turned::Refusal(Refusal::Taken { .. } | Refusal::Held(_) | Refusal::InUse(_)) => StatusCode::CONFLICT,
            Turned::Refusal(Refusal::NoFolder(_) | Refusal::Absent(_)) => StatusCode::NOT_FOUND,
            Turned::Refusal(Refusal::Name(_) | Refusal::Unfit(_)) => StatusCode::UNPROCESSABLE_ENTITY,
            Turned::Lost => StatusCode::BAD_REQUEST,
            Turned::Broken(refused) => refused.status,
        }
    }

    pub fn words(&self, called: &str) -> Text {
        match self {
            Turned::Refusal(refusal) => refusal.words(called),
            Turned::Lost => Text::new(
                format!("`{called}` chưa gửi hết thì mất kết nối; hãy gửi lại"),
                format!("the connection was lost before all of `{called}` had come; send it again"),
            ),
            Turned::Broken(refused) => refused.text.clone(),
        }
    }
}

impl From<Refusal> for Turned {
    fn from(refusal: Refusal) -> Turned {
        Turned::Refusal(refusal)
    }
}

impl From<Refused> for Turned {
    fn from(refused: Refused) -> Turned {
        Turned::Broken(refused)
    }
}

/// Takes one recording in. Dropped with its request, it leaves nothing behind.
pub(in crate::console) async fn take<E: Display>(
    site: &Site,
    who: &Who,
    wanted: &Wanted,
    len_bytes: Option<u64>,
    mut body: impl Stream<Item = Result<Bytes, E>> + Unpin,
) -> Result<Filed, Turned> {
    let mut library = Library::of(site.link.home());
    library.most_bytes = site.link.snapshot().await.station.console.upload_bytes();
    // Nobody sends a file for an hour to learn that its name is none.
    safe_name(&wanted.ten)?;
    let (at, folder) = (library.clone(), wanted.thu_muc.clone());
    let mut intake = site.work(move || at.intake(&folder, len_bytes)).await??;
    let mut gathered = Vec::with_capacity(WRITE_BYTES);
    while let Some(piece) = timeout(SILENCE, body.next()).await.map_err(|_| Turned::Lost)? {
        gathered.extend_from_slice(&piece.map_err(|_| Turned::Lost)?);
        if gathered.len() >= WRITE_BYTES {
            (intake, gathered) = written(site, intake, gathered).await?;
        }
    }
    (intake, _) = written(site, intake, gathered).await?;
    // Not before all has come: who sends slowly keeps nobody waiting, least of all an emergency's recording.
    let Ok(_turn) = TURNS.acquire().await else { return Err(Refused::silent().into()) };
    let now = site.link.snapshot().await;
    let (held, wanted) = (held(&now), wanted.clone());
    let filed = site.work(move || {
        let received = intake.finish(&library)?;
        let if_taken = match (wanted.thay.as_str(), wanted.trung.as_str()) {
            ("", "so") => IfTaken::Number,
            ("", _) => IfTaken::Ask,
            (sha256, _) => IfTaken::Replace { sha256, held: &held },
        };
        library.file(&received, &wanted.ten, if_taken)
    });
    let filed = filed.await??;
    let deed = match &filed {
        Filed::New(_) | Filed::There(_) => Act::Upload,
        Filed::Replaced(_) => Act::ReplaceRecording,
    };
    site.recordings_changed().await;
    site.note(who.name(), deed, Text::same(filed.rel())).await;
    Ok(filed)
}

/// Writes what was gathered, off the threads that answer.
async fn written(site: &Site, mut intake: Intake, mut bytes: Vec<u8>) -> Result<(Intake, Vec<u8>), Turned> {
    let written = site.work(move || {
        let written = intake.write(&bytes);
        bytes.clear();
        written.map(|()| (intake, bytes))
    });
    Ok(written.await??)
}

/// By a script: the file is the body, all else stands in the address.
pub(super) async fn script(
    State(site): State<Site>,
    who: Who,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    who.need(Role::Operator)?;
    let len_bytes = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let taken = take(&site, &who, &wanted, len_bytes, body.into_data_stream()).await;
    Ok(match taken {
        Ok(filed) => {
            let text = told(&site, &filed).await?;
            let status = if matches!(filed, Filed::New(_)) { StatusCode::CREATED } else { StatusCode::OK };
            let told = json!({ "rel": filed.rel(), "href": page_of(filed.rel()), "text": who.say(&text) });
            (status, Json(told)).into_response()
        }
        Err(turned) => {
            let mut text = turned.words(&wanted.ten);
            let replaces = match &turned {
                Turned::Refusal(Refusal::Taken { rel, sha256 }) => {
                    text = question(&site, rel).await?;
                    Some(sha256.clone())
                }
                _ => None,
            };
            (turned.status(), Json(json!({ "text": who.say(&text), "replaces": replaces }))).into_response()
        }
    })
}

/// By a form: its token first, then where to, then the files.
pub(super) async fn form(
    State(site): State<Site>,
    unproven: Option<Unproven>,
    mut form: Multipart,
) -> Result<Redirect, Refused> {
    let mut unproven = Some(unproven.ok_or_else(Refused::nobody)?);
    let (mut who, mut wanted) = (None, Wanted::default());
    let mut told = Vec::new();
    let mut last = None;
    while let Ok(Some(field)) = form.next_field().await {
        match field.name().unwrap_or_default().to_owned().as_str() {
            "csrf" => {
                let token = field_text(field).await?;
                let proven = unproven.take().ok_or_else(Refused::stale_form)?.proven(&token)?;
                proven.need(Role::Operator)?;
                who = Some(proven);
            }
            "thu_muc" => wanted.thu_muc = field_text(field).await?,
            "trung" => wanted.trung = field_text(field).await?,
            "thay" => wanted.thay = field_text(field).await?,
            "ten" => wanted.ten = field_text(field).await?,
            "tep" => {
                let who = who.as_ref().ok_or_else(Refused::stale_form)?;
                let own = field.file_name().unwrap_or_default().to_owned();
                if own.is_empty() {
                    continue;
                }
                // To replace one is to keep its name.
                let ten = if wanted.thay.is_empty() { own.clone() } else { wanted.ten.clone() };
                let wanted = Wanted { ten, ..wanted.clone() };
                match take(&site, who, &wanted, None, field).await {
                    Ok(filed) => {
                        told.push(Notice::Done(self::told(&site, &filed).await?));
                        last = Some(filed.rel().to_owned());
                    }
                    Err(turned) => {
                        told.push(Notice::Error(turned.words(&own)));
                        if matches!(turned, Turned::Lost) {
                            break;
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let who = who.ok_or_else(Refused::stale_form)?;
    let only = told.len() == 1;
    told.into_iter().for_each(|notice| who.tell(&site, notice));
    Ok(Redirect::to(&last.filter(|_| only).map_or_else(|| "/kho".to_owned(), |rel| page_of(&rel))))
}

/// The words of a field of a form with files.
pub(in crate::console) async fn field_text(mut field: axum::extract::multipart::Field<'_>) -> Result<String, Refused> {
    let mut bytes = Vec::new();
    while let Ok(Some(piece)) = field.chunk().await {
        bytes.extend_from_slice(&piece);
        if bytes.len() > FIELD_BYTES {
            return Err(Refused::stale_form());
        }
    }
    String::from_utf8(bytes).map_err(|_| Refused::stale_form())
}

/// What became of it, and what has to be done now.
async fn told(site: &Site, filed: &Filed) -> Result<Text, Refused> {
    Ok(match filed {
        Filed::New(rel) => Text::new(format!("Đã nhận `audio/{rel}`."), format!("`audio/{rel}` is in.")),
        Filed::There(rel) => Text::new(
            format!("Nội dung này đã có sẵn trong kho: `audio/{rel}`."),
            format!("This content was there already: `audio/{rel}`."),
        ),
        Filed::Replaced(rel) => {
            let again = approved_for(site, rel).await?;
            let mut text = Text::new(
                format!("Đã thay `audio/{rel}`; bản cũ nằm trong `var/trash`."),
                format!("`audio/{rel}` is replaced; the old one lies in `var/trash`."),
            );
            if !again.is_empty() {
                let titles = again.join("”, “");
                text.vi += &format!(" Cần duyệt lại: “{titles}”.");
                text.en += &format!(" To be approved anew: “{titles}”.");
            }
            text
        }
    })
}

/// Whether to replace the recording that has the name.
async fn question(site: &Site, rel: &str) -> Result<Text, Refused> {
    let approved = approved_for(site, rel).await?;
    let mut text = Text::new(
        format!("Đã có bản ghi khác tên `audio/{rel}`. Thay bản cũ hay thêm số vào tên mới?"),
        format!("Another recording is called `audio/{rel}`. Replace it, or number the new one?"),
    );
    if !approved.is_empty() {
        let titles = approved.join("”, “");
        text.vi += &format!(" Nếu thay, bản duyệt của “{titles}” không còn giá trị và phải duyệt lại.");
        text.en += &format!(" If it is replaced, the approval of “{titles}” holds no more and must be given anew.");
    }
    Ok(text)
}

/// The segments whose approvals pin, or pinned, the recording's bytes.
async fn approved_for(site: &Site, rel: &str) -> Result<Vec<String>, Refused> {
    let (home, rel, in_force) = (site.link.home().clone(), rel.to_owned(), site.station_in_force().await?);
    site.work(move || {
        let (_, uses) = shelf::uses_of(&home, in_force.as_deref(), &rel, clock::now());
        let titles = uses.into_iter().filter_map(|one| match one.used_as {
            As::Segment { title, approved: Approved::Pinned(_) | Approved::Changed(_), .. } => Some(title),
            _ => None,
        });
        titles.collect()
    })
    .await
}
