//! The tables of the JSON that are no sums: what was told, what was typed, what stood in the way.

use serde_json::{Value, json};

use super::Report;
use super::goals::Delivery;
use super::json::figures;
use crate::problem::Text;
use crate::station::Imbalance;

pub(super) fn imbalances(report: &Report) -> Vec<Value> {
    let value = |imbalance: &Imbalance| {
        let (code, found) = match *imbalance {
            Imbalance::OneWay => ("one_way", None),
            Imbalance::CriticismUnder(share, limit) => ("criticism_under", Some((share, limit))),
            Imbalance::CriticismOver(share, limit) => ("criticism_over", Some((share, limit))),
            Imbalance::PraiseOver(share, limit) => ("praise_over", Some((share, limit))),
            Imbalance::NeutralOver(share, limit) => ("neutral_over", Some((share, limit))),
        };
        let (share, limit) = (found.map(|(share, _)| share), found.map(|(_, limit)| limit));
        json!({ "code": code, "share_permille": share, "limit_permille": limit })
    };
    report.imbalances.iter().map(value).collect()
}

/// Table 5: a row a hotline, a procedure, a piece of feedback and a channel, `kind` says which.
pub(super) fn publicity(report: &Report) -> Value {
    let told = &report.publicity;
    let hotlines = told.hotlines.iter().map(|told| {
        let hotline = told.hotline.as_ref();
        json!({
            "kind": "hotline", "id": told.id, "unit": hotline.map(|h| &h.unit), "number": hotline.map(|h| &h.number),
            "airings": told.airings.value, "days": told.days.value,
        })
    });
    let procedures = told.procedures.iter().map(|told| {
        let procedure = &told.procedure;
        json!({
            "kind": "procedure", "action": procedure.action, "name": procedure.name, "decision": procedure.decision,
            "effective": procedure.effective.map(|date| date.to_string()), "airings": told.airings.value,
        })
    });
    let feedback = told.feedback.iter().map(|told| {
        let feedback = &told.feedback;
        json!({
            "kind": "feedback", "title": told.title, "received": feedback.received.to_string(),
            "answered_by": feedback.answered_by, "answered": feedback.answered.map(|date| date.to_string()),
            "airings": told.airings.value,
        })
    });
    let channels = told.channels.iter().map(|channel| {
        let works = channel.published.iter().map(|(title, publication)| {
            json!({ "title": title, "date": publication.date.to_string(), "url": publication.url })
        });
        json!({
            "kind": "channel", "name": channel.name, "count": channel.published.len(), "by_hand": true,
            "works": works.collect::<Vec<_>>(),
        })
    });
    let rows: Vec<Value> = hotlines.chain(procedures).chain(feedback).chain(channels).collect();
    json!({
        "rows": rows,
        "hotline_airings": told.hotline_airings.value,
        "hotline_days": told.hotline_days.value,
        "hotline_few": told.hotline_few.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "feedback_received": told.feedback.len(),
        "feedback_answered": told.answered(),
    })
}

/// Table 6, as typed.
pub(super) fn one_stop(report: &Report) -> Vec<Value> {
    let rows = report.publicity.one_stop.iter().map(|told| {
        let figures = &told.figures;
        json!({
            "period": figures.period, "received": figures.received, "resolved": figures.resolved,
            "early": figures.early, "on_time": figures.on_time, "overdue": figures.overdue, "online": figures.online,
            "source": figures.source, "told_by": report.row(told.row).slot.0,
        })
    });
    rows.collect()
}

pub(super) fn surveys(report: &Report) -> Vec<Value> {
    let rows = report.publicity.surveys.iter().map(|(survey, row)| {
        json!({
            "period": survey.period, "asked": survey.asked, "satisfied": survey.satisfied, "source": survey.source,
            "told_by": report.row(*row).slot.0,
        })
    });
    rows.collect()
}

/// The tables that follow, by their names.
pub(super) fn tables(report: &Report) -> Value {
    let gap = report
        .regularity
        .gap
        .map(|gap| json!({ "days": gap.days, "from": gap.from.to_string(), "to": gap.to.to_string() }));
    json!({
        "regularity": {
            "gap": gap, "limit_days": report.regularity.limit_days, "over": report.regularity.is_over(),
            "days_without": report.regularity.days_without, "silent_topics": report.regularity.silent_topics,
        },
        "deliverables": { "rows": deliverables(report) },
        "production": { "rows": production(report) },
        "other_activities": { "rows": other_activities(report) },
        "incidents": { "rows": incidents(report) },
        "remarks": { "rows": remarks(report) },
        "refused": report.refused.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "by_last_good_station": report.by_last_good_station,
    })
}

fn deliverables(report: &Report) -> Vec<Value> {
    let rows = report.products.iter().map(|product| {
        let typed = &product.deliverable;
        let code = match product.delivery {
            Delivery::ByHand => "by_hand",
            Delivery::Done => "done",
            Delivery::DoneLate => "late",
            Delivery::Overdue => "overdue",
            Delivery::Ahead => "ahead",
        };
        let done = (product.delivery != Delivery::ByHand).then_some(product.done.value);
        json!({
            "name": typed.name, "quantity": typed.quantity, "due": typed.due.to_string(), "unit": typed.unit,
            "tag": typed.tag, "done": done, "state": code,
        })
    });
    rows.collect()
}

/// A row a new work: the sheet that fees are reckoned from, and how fast the news of a document came.
fn production(report: &Report) -> Vec<Value> {
    let rows = report.works.iter().map(|work| {
        let row = report.row(work.row);
        let said = &row.particulars;
        let (speed, document) = (work.speed(&report.log), said.source_doc.as_ref());
        let mut value = json!({
            "segment": row.segment, "title": row.title, "genre": said.genre, "editor": said.editor,
            "announcer": said.announcer, "contributors": said.contributors, "partner": said.partner,
            "own": work.is_own(&report.log), "credit": said.credit, "file_ms": row.file_ms, "first_aired": row.date.to_string(),
            "subject": said.subject, "document": document.map(|document| &document.number),
            "document_date": document.map(|document| document.date.to_string()),
            "days_after_document": speed.map(|(_, days)| days),
        });
        if let Value::Object(value) = &mut value {
            value.extend(figures([("airings", &work.airings), ("airtime", &work.airtime)]));
        }
        value
    });
    rows.collect()
}

/// Typed by hand, and never mixed into airtime.
fn other_activities(report: &Report) -> Vec<Value> {
    let rows = report.other_activities.iter().map(|activity| {
        json!({
            "form": activity.form, "date": activity.date.to_string(), "title": activity.title, "unit": activity.unit,
            "by_hand": true,
        })
    });
    rows.collect()
}

fn incidents(report: &Report) -> Vec<Value> {
    let rows = report.incidents.iter().map(|incident| {
        json!({
            "kind": incident.kind.code(), "began": report.time(incident.began),
            "ended": incident.ended.map(|at| report.time(at)), "lasted_ms": incident.lasted_ms(), "detail": incident.detail.vi,
            "detail_en": incident.detail.en,
        })
    });
    rows.collect()
}

pub(super) fn touched_since(report: &Report) -> Vec<Value> {
    let rows = report.touched_since.iter().map(|incident| {
        let Text { vi, en } = &incident.detail;
        json!({ "at": report.time(incident.began), "detail": vi, "detail_en": en })
    });
    rows.collect()
}

fn remarks(report: &Report) -> Vec<Value> {
    let rows = report.remarks.iter().map(|(month, remarks)| {
        json!({
            "month": month.to_string(), "difficulties": remarks.difficulties, "next": remarks.next,
            "proposals": remarks.proposals, "by_hand": true,
        })
    });
    rows.collect()
}
