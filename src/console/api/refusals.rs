//! What calls may be refused with, for the document: all in problem details, each status with one meaning everywhere.

use std::collections::BTreeMap;

use utoipa::openapi::{Content, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema as _};

use crate::console::refused::Details;

/// Whoever asks.
const ASKED: [(&str, &str); 5] = [
    ("400", "What was sent cannot be read"),
    ("403", "The role is too small, the token is not the session's, or another site's page asks"),
    ("408", "What was sent came too slowly"),
    ("500", "Something of Loa's or of the disk's failed; the reason stands in `var/log/`"),
    ("503", "The daemon does not answer"),
];
/// With something to say.
const SENT: [(&str, &str); 3] = [
    ("413", "What was sent is too large"),
    ("415", "The body is not called `application/json`"),
    ("422", "Something is missing, of the wrong type, or cannot be used; `detail` says what"),
];

/// Of a call before there is a session.
pub(super) struct Enters;
/// Of a call that looks.
pub(super) struct Looks;
/// Of a call that gathers what may be much of the log: one at a time for each account.
pub(super) struct Gathers;
/// Of a call that changes something.
pub(super) struct Changes;

const NOBODY: (&str, &str) = ("401", "Nobody is logged in");
const AT_ODDS: (&str, &str) = ("409", "It does not go together with how things stand; `detail` says why");

impl IntoResponses for Enters {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let own = [("401", "Name or password is wrong"), ("429", "Too many failures; `detail` says how long to wait")];
        refusals(own.into_iter().chain(ASKED).chain(SENT))
    }
}

impl IntoResponses for Looks {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let own = [NOBODY, AT_ODDS, ("422", "No such month, date or period")];
        refusals(own.into_iter().chain(ASKED))
    }
}

impl IntoResponses for Gathers {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let own = [("429", "What this account asked for before is still being made; ask again when it is done")];
        Looks::responses().into_iter().chain(refusals(own.into_iter())).collect()
    }
}

impl IntoResponses for Changes {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refusals([NOBODY, AT_ODDS].into_iter().chain(ASKED).chain(SENT))
    }
}

fn refusals<'t>(all: impl Iterator<Item = (&'t str, &'t str)>) -> BTreeMap<String, RefOr<Response>> {
    let details = || Content::new(Some(Ref::from_schema_name(Details::name())));
    let refusal =
        |text: &str| ResponseBuilder::new().description(text).content("application/problem+json", details()).build();
    all.map(|(status, text)| (status.to_owned(), RefOr::T(refusal(text)))).collect()
}
