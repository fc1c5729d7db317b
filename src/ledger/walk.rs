//! Walking a chain of links: what no longer fits, named. Pure: links and records are given, out of the log itself or out of
//! an evidence file.

use std::collections::{HashSet, VecDeque};

use data_encoding::HEXLOWER;

use super::chain::{GENESIS, Hash, Head, Kind, hash_after};
use crate::problem::Text;

/// A link as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// 1, 2, … without a gap.
    pub seq: i64,
    /// What it vouches for; none if no such kind is known.
    pub kind: Option<Kind>,
    /// Which one.
    pub reference: String,
    /// Its hash.
    pub hash: Hash,
}

/// What no longer fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The rows are not what they were when they were closed.
    Changed(Link),
    /// The rows, or some of them, are gone.
    Removed(Link),
    /// The rows are as they were; their link's hash is not.
    LinkChanged(Link),
    /// The link stands at another place than where it was made.
    LinkMoved(Link),
    /// Another link vouches for the same rows already.
    LinkTwice(Link),
    /// No kind or version of record that this program knows.
    LinkUnknown(Link),
    /// Links are gone; what the link after them vouches for cannot be checked.
    LinksRemoved {
        /// The first of them.
        from: i64,
        /// The last of them.
        to: i64,
    },
    /// A closed row without a link: it was put in by hand, or its link was taken away.
    Inserted {
        /// Of what kind.
        kind: Kind,
        /// Which one.
        reference: String,
    },
    /// A slot that passed days ago without an outcome: put in by hand, or its airing was taken away.
    NoOutcome {
        /// The slot's id.
        slot: String,
    },
    /// The hash that had left the PC is in no link: links were taken off the end, or the chain was made anew.
    HeadMissing {
        /// As it was given.
        head: String,
    },
    /// A trigger that keeps the log from being changed is gone, or does so no longer.
    GuardMissing {
        /// Its name.
        name: &'static str,
    },
    /// A file of an evidence archive is not the one that was put in.
    FileChanged {
        /// Its name within the archive.
        name: String,
    },
}

impl Finding {
    /// The word in JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Finding::Changed(_) => "changed",
            Finding::Removed(_) => "removed",
            Finding::LinkChanged(_) => "link_changed",
            Finding::LinkMoved(_) => "link_moved",
            Finding::LinkTwice(_) => "link_twice",
            Finding::LinkUnknown(_) => "link_unknown",
            Finding::LinksRemoved { .. } => "links_removed",
            Finding::Inserted { .. } => "inserted",
            Finding::NoOutcome { .. } => "no_outcome",
            Finding::HeadMissing { .. } => "head_missing",
            Finding::GuardMissing { .. } => "guard_missing",
            Finding::FileChanged { .. } => "file_changed",
        }
    }

    /// The link it is about.
    pub fn link(&self) -> Option<&Link> {
        match self {
            Finding::Changed(link)
            | Finding::Removed(link)
            | Finding::LinkChanged(link)
            | Finding::LinkMoved(link)
            | Finding::LinkTwice(link)
            | Finding::LinkUnknown(link) => Some(link),
            _ => None,
        }
    }

    /// In words.
    pub fn text(&self) -> Text {
        match self {
            Finding::Changed(link) => link.text("đã bị sửa sau khi khóa", "was changed after it was closed"),
            Finding::Removed(link) => link.text("đã bị xóa", "was removed"),
            Finding::LinkChanged(link) => {
                link.text("còn nguyên, nhưng mắt xích đã bị sửa", "is as it was, but its link was changed")
            }
            Finding::LinkMoved(link) => {
                link.text("còn nguyên, nhưng mắt xích đã bị đổi chỗ", "is as it was, but its link was moved")
            }
            Finding::LinkTwice(link) => link.text("có hai mắt xích", "has two links"),
            Finding::LinkUnknown(link) => link.text(
                "thuộc loại mà bản Loa này không biết; hãy kiểm bằng bản mới hơn",
                "is of a kind that this Loa does not know; check it with a newer one",
            ),
            Finding::LinksRemoved { from, to } => Text::new(
                format!("mắt xích {from} đến {to} đã bị xóa; mắt xích ngay sau đó vì vậy không kiểm được"),
                format!("links {from} to {to} were removed; the one after them cannot be checked therefore"),
            ),
            Finding::Inserted { kind, reference } => named(
                *kind,
                reference,
                "không có mắt xích: bị chèn vào, hoặc mắt xích đã bị xóa",
                "has no link: it was inserted, or its link was removed",
            ),
            Finding::NoOutcome { slot } => Text::new(
                format!("mục `{slot}` đã qua nhiều ngày mà không có kết quả: bị chèn vào, hoặc lượt phát đã bị xóa"),
                format!("slot `{slot}` passed days ago and has no outcome: it was inserted, or its airing was removed"),
            ),
            Finding::HeadMissing { head } => Text::new(
                format!(
                    "không có mắt xích nào mang mã `{head}`: phần cuối nhật ký đã bị xóa, hoặc cả chuỗi đã bị làm lại"
                ),
                format!(
                    "no link has the hash `{head}`: the end of the log was removed, or the whole chain was made anew"
                ),
            ),
            Finding::GuardMissing { name } => Text::new(
                format!(
                    "khóa chống sửa `{name}` của nhật ký đã bị gỡ: từ đó ai mở tệp cũng sửa được; lần chạy `loa run` sau sẽ đặt lại"
                ),
                format!(
                    "the trigger `{name}` that keeps the log from being changed is gone; the next `loa run` puts it back"
                ),
            ),
            Finding::FileChanged { name } => Text::new(
                format!("tệp `{name}` trong gói bằng chứng đã bị sửa, thêm hoặc bớt"),
                format!("the file `{name}` of the evidence was changed, added or removed"),
            ),
        }
    }
}

impl Link {
    fn text(&self, vi: &str, en: &str) -> Text {
        let seq = self.seq;
        match self.kind {
            Some(kind) => {
                let text = named(kind, &self.reference, vi, en);
                Text::new(format!("{seq}: {}", text.vi), format!("{seq}: {}", text.en))
            }
            None => Text::new(format!("{seq}: mắt xích {vi}"), format!("{seq}: the link {en}")),
        }
    }
}

fn named(kind: Kind, reference: &str, vi: &str, en: &str) -> Text {
    use crate::problem::Lang::{En, Vi};
    Text::new(format!("{} `{reference}` {vi}", kind.word(Vi)), format!("{} `{reference}` {en}", kind.word(En)))
}

/// How many links a link may have been moved by and still be recognised.
const RECOGNISED: usize = 3;

/// A mismatch whose reason the next link may tell.
struct Open {
    /// Where it stands in the findings.
    at: usize,
    record: String,
    /// What the hash would have to be.
    computed: Hash,
}

/// A walk along a chain, link by link.
pub struct Walk {
    findings: Vec<Finding>,
    seen: HashSet<(Kind, String)>,
    /// The hashes of the last links; empty after a gap.
    before: VecDeque<Hash>,
    next_seq: i64,
    open: Option<Open>,
    wanted: Option<String>,
    found_at: Option<i64>,
    head: Head,
}

impl Walk {
    /// A walk that begins after the link `after`, whose hash is believed; a whole log begins after nothing. `wanted` is a hash
    /// that had left the PC, or its first digits.
    pub fn new(after: Option<Head>, wanted: Option<&str>) -> Walk {
        let begins_after = after;
        let after = after.unwrap_or(Head { seq: 0, hash: GENESIS });
        let mut walk = Walk {
            findings: Vec::new(),
            seen: HashSet::new(),
            before: VecDeque::from([after.hash]),
            // A stranger's numbers are any.
            next_seq: after.seq.saturating_add(1),
            open: None,
            wanted: wanted.map(str::to_lowercase),
            found_at: None,
            head: after,
        };
        // What stands before the first link of a log is no hash of it.
        if let Some(after) = begins_after {
            walk.look_for_wanted(after);
        }
        walk
    }

    /// The next link, with the record of what it vouches for; none if rows of it are gone. Whether the one is of the other, as
    /// far as that can be told.
    pub fn step(&mut self, link: Link, record: Option<String>) -> bool {
        if link.seq != self.next_seq {
            self.findings.push(Finding::LinksRemoved { from: self.next_seq, to: link.seq.saturating_sub(1) });
            self.before.clear();
            self.open = None;
        }
        self.next_seq = link.seq.saturating_add(1);
        self.head = Head { seq: link.seq, hash: link.hash };
        self.look_for_wanted(self.head);
        let open = self.open.take();
        let fits = match (link.kind, record) {
            (None, _) => {
                self.findings.push(Finding::LinkUnknown(link));
                false
            }
            (Some(kind), None) => {
                // What is left of the rows was not inserted.
                self.seen.insert((kind, link.reference.clone()));
                self.findings.push(Finding::Removed(link));
                false
            }
            (Some(kind), Some(record)) => {
                let fresh = self.seen.insert((kind, link.reference.clone()));
                if !fresh {
                    self.findings.push(Finding::LinkTwice(link.clone()));
                }
                self.compare(link, record, open)
            }
        };
        self.before.push_back(self.head.hash);
        if self.before.len() > RECOGNISED {
            self.before.pop_front();
        }
        fits
    }

    fn compare(&mut self, link: Link, record: String, open: Option<Open>) -> bool {
        // The link before did not fit; where it was made after this one, it was moved.
        if let Some(open) = &open
            && let Finding::Changed(before) = &self.findings[open.at]
            && hash_after(&link.hash, &open.record) == before.hash
        {
            self.findings[open.at] = Finding::LinkMoved(before.clone());
        }
        let Some(previous) = self.before.back() else { return true };
        let computed = hash_after(previous, &record);
        if computed == link.hash {
            return true;
        }
        if let Some(open) = open
            && let Finding::Changed(before) = &self.findings[open.at]
            && hash_after(&open.computed, &record) == link.hash
        {
            // This one was made after what the record before says: it is the hash before that was changed.
            self.findings[open.at] = Finding::LinkChanged(before.clone());
            return true;
        }
        if self.before.iter().rev().skip(1).any(|earlier| hash_after(earlier, &record) == link.hash) {
            self.findings.push(Finding::LinkMoved(link));
            return true;
        }
        self.open = Some(Open { at: self.findings.len(), record, computed });
        self.findings.push(Finding::Changed(link));
        false
    }

    fn look_for_wanted(&mut self, head: Head) {
        if self.wanted.as_ref().is_some_and(|wanted| HEXLOWER.encode(&head.hash).starts_with(wanted)) {
            self.found_at = Some(head.seq);
        }
    }

    /// Something is wrong beside the links.
    pub fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Whether nothing was found so far.
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }

    /// Whether a link vouched for it.
    pub fn has_seen(&self, kind: Kind, reference: &str) -> bool {
        self.seen.contains(&(kind, reference.to_owned()))
    }

    /// What was found.
    pub fn end(mut self) -> Verdict {
        if let Some(head) = self.wanted.filter(|_| self.found_at.is_none()) {
            self.findings.push(Finding::HeadMissing { head });
        }
        Verdict { head: self.head, vouched_to: self.found_at, findings: self.findings }
    }
}

/// What a walk found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The last link.
    pub head: Head,
    /// The link that has the wanted hash: what is closed up to it is as it was when that hash left the PC, but for the
    /// findings.
    pub vouched_to: Option<i64>,
    /// What no longer fits, in the order of the chain.
    pub findings: Vec<Finding>,
}
