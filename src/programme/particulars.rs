//! What a segment says of itself for the report: plain facts, as their author wrote them.

use jiff::civil::Date;

use crate::outcome::words;

/// The facts of a segment. Words from the ward's own lists (topic, genre, field, …) are kept as that list spells them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Particulars {
    /// Topic codes; the first is the primary one, to which the minutes go. Empty: not about administrative reform.
    pub topics: Vec<String>,
    /// `tin`, `bài`, `phóng sự`, …
    pub genre: Option<String>,
    /// How it speaks of its subject.
    pub tone: Option<Tone>,
    /// Whose policy it tells of.
    pub level: Option<Level>,
    /// The field of work, from the ward's list.
    pub field: Option<String>,
    /// Whom it is for.
    pub audience: Vec<String>,
    /// Who made it with the station.
    pub partner: Vec<String>,
    /// The person, unit or model praised or criticised.
    pub subject: Option<String>,
    /// Where it comes from.
    pub origin: Option<Origin>,
    /// The credit line of a selected work.
    pub credit: Option<String>,
    /// Who edited it.
    pub editor: Option<String>,
    /// Who speaks.
    pub announcer: Option<String>,
    /// Who contributed.
    pub contributors: Vec<String>,
    /// In a few sentences.
    pub summary: Option<String>,
    /// For the ward's web page.
    pub text: Option<String>,
    /// The document it tells of.
    pub source_doc: Option<SourceDoc>,
    /// The last date on which it may air.
    pub valid_until: Option<Date>,
    /// The hotline its recording announces, by id.
    pub hotline: Option<String>,
    /// The administrative procedure it announces.
    pub procedure: Option<Procedure>,
    /// The feedback it answers.
    pub feedback: Option<Feedback>,
    /// One-stop figures it tells.
    pub one_stop: Option<OneStop>,
    /// Figures of a survey of satisfaction that it tells.
    pub survey: Option<Survey>,
    /// Where else it was published.
    pub also_published: Vec<Publication>,
    /// The ward's own labels.
    pub tags: Vec<String>,
    /// Who approved it.
    pub approved: Option<Approval>,
}

words! {
    /// How a segment speaks of its subject.
    Tone {
        /// Praise.
        Praise = "praise", "biểu dương", "praise";
        /// Criticism.
        Criticism = "criticism", "phê phán", "criticism";
        /// Neutral.
        Neutral = "neutral", "phản ánh", "neutral";
        /// Guidance.
        Guidance = "guidance", "hướng dẫn", "guidance";
        /// A notice.
        Notice = "notice", "thông báo", "notice";
    }
}

words! {
    /// Whose policy a segment tells of.
    Level {
        /// The state.
        Central = "central", "trung ương", "central";
        /// The province.
        Province = "province", "tỉnh", "province";
        /// The district, of years gone by: what was written of it stays readable.
        District = "district", "huyện", "district";
        /// The ward.
        Ward = "ward", "phường", "ward";
    }
}

impl Level {
    /// Those that there are since 2025-07-01, when districts ended.
    pub const TODAY: [Level; 3] = [Level::Central, Level::Province, Level::Ward];
}

words! {
    /// Where a segment comes from.
    Origin {
        /// Made by the station.
        Own = "own", "tự sản xuất", "own";
        /// Sent by a higher level.
        Higher = "higher", "cấp trên gửi", "higher";
        /// Selected from the official media.
        Selected = "selected", "tuyển chọn", "selected";
        /// Relayed.
        Relay = "relay", "tiếp âm", "relay";
    }
}

/// A document that a segment tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceDoc {
    /// Its number.
    pub number: String,
    /// Its date.
    pub date: Date,
}

/// An administrative procedure newly issued, amended, replaced or abolished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Procedure {
    /// What was done to it, as written (`sửa đổi`).
    pub action: String,
    /// Its name.
    pub name: String,
    /// The decision's number.
    pub decision: Option<String>,
    /// From when on.
    pub effective: Option<Date>,
}

/// People's feedback and the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// When it came in.
    pub received: Date,
    /// Who answered.
    pub answered_by: Option<String>,
    /// When; none: not yet.
    pub answered: Option<Date>,
}

/// Figures of the one-stop desk, printed as typed and never computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneStop {
    /// Of which period (`11/2026`).
    pub period: String,
    /// Files received.
    pub received: Option<u32>,
    /// Files resolved.
    pub resolved: Option<u32>,
    /// Resolved early.
    pub early: Option<u32>,
    /// Resolved on time.
    pub on_time: Option<u32>,
    /// Overdue.
    pub overdue: Option<u32>,
    /// Received online.
    pub online: Option<u32>,
    /// Where the figures come from.
    pub source: Option<String>,
}

/// Figures of a survey of satisfaction, printed as typed and never computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Of which period (`2026`).
    pub period: String,
    /// People asked.
    pub asked: Option<u32>,
    /// Of them satisfied.
    pub satisfied: Option<u32>,
    /// Where the figures come from.
    pub source: Option<String>,
}

/// Who approved it, as the month's file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The person.
    pub by: String,
    /// When.
    pub on: Date,
    /// The document's number.
    pub reference: Option<String>,
}

/// A publication elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The channel (`Zalo`).
    pub channel: String,
    /// When.
    pub date: Date,
    /// Its address.
    pub url: Option<String>,
}
