//! What a segment says of itself, as the ledger keeps it: JSON whose keys stand in the order written here and are left out
//! where nothing is said, so that the same facts always make the same text. Unknown keys, of a newer program, are passed
//! over.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::programme::particulars::{
    Approval, Feedback, Level, OneStop, Origin, Particulars, Procedure, Publication, SourceDoc, Survey, Tone,
};

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct Wire {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    topics: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    genre: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    audience: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    partner: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    editor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    announcer: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contributors: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_doc: Option<WireDoc>,
    #[serde(skip_serializing_if = "Option::is_none", with = "day")]
    valid_until: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hotline: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    procedure: Option<WireProcedure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feedback: Option<WireFeedback>,
    #[serde(skip_serializing_if = "Option::is_none")]
    one_stop: Option<WireOneStop>,
    #[serde(skip_serializing_if = "Option::is_none")]
    survey: Option<WireSurvey>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also_published: Vec<WirePublication>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approved: Option<WireApproval>,
}

#[derive(Serialize, Deserialize)]
struct WireDoc {
    number: String,
    date: String,
}

#[derive(Serialize, Deserialize)]
struct WireProcedure {
    action: String,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    decision: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "day")]
    effective: Option<Date>,
}

#[derive(Serialize, Deserialize)]
struct WireFeedback {
    received: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answered_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "day")]
    answered: Option<Date>,
}

#[derive(Serialize, Deserialize)]
struct WireOneStop {
    period: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    received: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resolved: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    early: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on_time: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    overdue: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    online: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct WireSurvey {
    period: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    satisfied: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct WireApproval {
    by: String,
    on: String,
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct WirePublication {
    channel: String,
    date: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

mod day {
    use jiff::civil::Date;
    use serde::{Deserialize as _, Deserializer, Serializer};

    #[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
    pub(super) fn serialize<S: Serializer>(day: &Option<Date>, to: S) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => to.serialize_str(&day.to_string()),
            None => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
    }
}

/// As the ledger keeps them.
pub(super) fn text(of: &Particulars) -> Result<String, serde_json::Error> {
    let of = of.clone();
    serde_json::to_string(&Wire {
        topics: of.topics,
        genre: of.genre,
        tone: of.tone.map(|tone| tone.code().to_owned()),
        level: of.level.map(|level| level.code().to_owned()),
        field: of.field,
        audience: of.audience,
        partner: of.partner,
        subject: of.subject,
        origin: of.origin.map(|origin| origin.code().to_owned()),
        credit: of.credit,
        editor: of.editor,
        announcer: of.announcer,
        contributors: of.contributors,
        summary: of.summary,
        text: of.text,
        source_doc: of.source_doc.map(|doc| WireDoc { number: doc.number, date: doc.date.to_string() }),
        valid_until: of.valid_until,
        hotline: of.hotline,
        procedure: of.procedure.map(|p| WireProcedure {
            action: p.action,
            name: p.name,
            decision: p.decision,
            effective: p.effective,
        }),
        feedback: of.feedback.map(|f| WireFeedback {
            received: f.received.to_string(),
            answered_by: f.answered_by,
            answered: f.answered,
        }),
        one_stop: of.one_stop.map(wire_one_stop),
        survey: of.survey.map(|Survey { period, asked, satisfied, source }| WireSurvey {
            period,
            asked,
            satisfied,
            source,
        }),
        also_published: of
            .also_published
            .into_iter()
            .map(|p| WirePublication { channel: p.channel, date: p.date.to_string(), url: p.url })
            .collect(),
        tags: of.tags,
        approved: of.approved.map(|a| WireApproval { by: a.by, on: a.on.to_string(), reference: a.reference }),
    })
}

fn wire_one_stop(of: OneStop) -> WireOneStop {
    let OneStop { period, received, resolved, early, on_time, overdue, online, source } = of;
    WireOneStop { period, received, resolved, early, on_time, overdue, online, source }
}

/// Read back from the ledger; the error says in words what is not understood.
pub(super) fn read(text: &str) -> Result<Particulars, String> {
    let wire: Wire = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Ok(Particulars {
        topics: wire.topics,
        genre: wire.genre,
        tone: word(wire.tone, Tone::ALL, Tone::code)?,
        level: word(wire.level, Level::ALL, Level::code)?,
        field: wire.field,
        audience: wire.audience,
        partner: wire.partner,
        subject: wire.subject,
        origin: word(wire.origin, Origin::ALL, Origin::code)?,
        credit: wire.credit,
        editor: wire.editor,
        announcer: wire.announcer,
        contributors: wire.contributors,
        summary: wire.summary,
        text: wire.text,
        source_doc: wire.source_doc.map(source_doc).transpose()?,
        valid_until: wire.valid_until,
        hotline: wire.hotline,
        procedure: wire.procedure.map(|p| Procedure {
            action: p.action,
            name: p.name,
            decision: p.decision,
            effective: p.effective,
        }),
        feedback: wire.feedback.map(feedback).transpose()?,
        one_stop: wire.one_stop.map(one_stop),
        survey: wire.survey.map(|s| Survey {
            period: s.period,
            asked: s.asked,
            satisfied: s.satisfied,
            source: s.source,
        }),
        also_published: wire.also_published.into_iter().map(publication).collect::<Result<_, _>>()?,
        tags: wire.tags,
        approved: wire.approved.map(approval).transpose()?,
    })
}

fn approval(of: WireApproval) -> Result<Approval, String> {
    Ok(Approval { by: of.by, on: date(&of.on)?, reference: of.reference })
}

fn source_doc(doc: WireDoc) -> Result<SourceDoc, String> {
    Ok(SourceDoc { number: doc.number, date: date(&doc.date)? })
}

fn feedback(of: WireFeedback) -> Result<Feedback, String> {
    Ok(Feedback { received: date(&of.received)?, answered_by: of.answered_by, answered: of.answered })
}

fn publication(of: WirePublication) -> Result<Publication, String> {
    Ok(Publication { channel: of.channel, date: date(&of.date)?, url: of.url })
}

fn one_stop(of: WireOneStop) -> OneStop {
    let WireOneStop { period, received, resolved, early, on_time, overdue, online, source } = of;
    OneStop { period, received, resolved, early, on_time, overdue, online, source }
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|error| format!("`{text}`: {error}"))
}

fn word<T: Copy>(found: Option<String>, all: &[T], code: fn(T) -> &'static str) -> Result<Option<T>, String> {
    let Some(found) = found else { return Ok(None) };
    let known = all.iter().copied().find(|word| code(*word) == found);
    known.map(Some).ok_or_else(|| format!("unknown word `{found}`"))
}
