//! The form of an emergency with a recording that is not in the library yet: nobody has time to file it away now. It is taken
//! in as any other, decoded whole, and lies among those recorded beforehand.

use axum::extract::multipart::{Field, Multipart};

use super::emergency::Wish;
use crate::console::library::{Wanted, field_text, take};
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::site::Site;
use crate::console::who::{Unproven, Who};
use crate::library::EMERGENCY_FOLDER;
use crate::problem::Text;

/// What came with the form.
pub(super) struct Brought {
    pub who: Who,
    pub wish: Wish,
    /// Why the recording that came with it was not taken in.
    pub turned: Option<Text>,
}

/// Reads the form: its token first.
pub(super) async fn read(site: &Site, unproven: Unproven, mut form: Multipart) -> Result<Brought, Refused> {
    let mut unproven = Some(unproven);
    let (mut who, mut wish): (Option<Who>, Wish) = (None, Wish::default());
    let (mut brought, mut turned): (Option<String>, Option<Text>) = (None, None);
    while let Ok(Some(field)) = form.next_field().await {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "csrf" => {
                let token = field_text(field).await?;
                let proven = unproven.take().ok_or_else(Refused::stale_form)?.proven(&token)?;
                proven.need(Role::Operator)?;
                who = Some(proven);
            }
            "tep" => {
                let who = who.as_ref().ok_or_else(Refused::stale_form)?;
                match recording(site, who, field).await {
                    Ok(filed) => brought = filed,
                    Err(why) => turned = Some(why),
                }
            }
            known => {
                let text = field_text(field).await?;
                if let Some(place) = wish.field_mut(known) {
                    *place = text;
                }
            }
        }
    }
    let who = who.ok_or_else(Refused::stale_form)?;
    // Who brings one along means that one, whatever was typed before.
    if let Some(rel) = brought {
        wish.what = rel;
    }
    Ok(Brought { who, wish, turned })
}

/// The recording that was chosen on the browser's own PC, as the library calls it now; none where none was.
async fn recording(site: &Site, who: &Who, field: Field<'_>) -> Result<Option<String>, Text> {
    let own = field.file_name().unwrap_or_default().to_owned();
    if own.is_empty() {
        return Ok(None);
    }
    let wanted = Wanted { ten: own.clone(), thu_muc: EMERGENCY_FOLDER.into(), trung: "so".into(), ..Wanted::default() };
    let filed = take(site, who, &wanted, None, field).await;
    filed.map(|filed| Some(filed.rel().to_owned())).map_err(|turned| turned.words(&own))
}
