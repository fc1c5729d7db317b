//! The rules of a station that hold when something would begin, whatever the plan said.

use crate::civil::QuietHours;
use crate::station::{AfterLineLoss, ApprovalRule, Station};

/// The station's rules that hold at air time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AirRules {
    /// When nothing airs.
    pub quiet: QuietHours,
    /// What becomes of what the line's loss broke off.
    pub after_line_loss: AfterLineLoss,
    /// What is heard before an emergency.
    pub tone: AttentionTone,
    /// Whether a segment airs only once somebody has approved it.
    pub approval_required: bool,
}

impl AirRules {
    /// Of the station's rules, those that hold at air time.
    pub fn of(station: &Station) -> AirRules {
        let file = station.emergency_tone.as_ref().map(|tone| tone.file.clone());
        AirRules {
            quiet: QuietHours::of(station),
            after_line_loss: station.line.after_line_loss,
            tone: AttentionTone { file, at_least_ms: 0 },
            approval_required: station.rules.approval == ApprovalRule::Required,
        }
    }
}

/// What is heard before an emergency, so that people stop and listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttentionTone {
    /// A recording below `audio/`; none: a tone of Loa's own.
    pub file: Option<String>,
    /// It is repeated until it has sounded for so long, in ms.
    pub at_least_ms: u64,
}
