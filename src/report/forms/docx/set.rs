//! Type, and the paragraphs that everything else is made of. Lengths are in twentieths of a point, sizes of type in half
//! points, as the format counts them.

use docx_rs::{
    AlignmentType, BorderType, LineSpacing, LineSpacingType, Paragraph, ParagraphBorder, ParagraphBorderPosition,
    ParagraphBorders, Run, SpecialIndentType, Style, StyleType,
};

use super::super::super::document::Setting;
use super::super::metrics;
use super::super::plain;

/// The decree's type; its metric-compatible sisters stand in for it where it is not installed.
pub(super) const FONT: &str = "Times New Roman";
/// Sizes, in half points: body and titles 14; the motto, the number and the date 13; the state and the station 12; the
/// captions of tables 13 and what is in them 12.
pub(super) const BODY: u32 = 28;
pub(super) const MOTTO: u32 = 26;
pub(super) const STATE: u32 = 24;
pub(super) const CAPTION: u32 = 26;
pub(super) const TABLE: u32 = 24;
/// `Nơi nhận:` 12, its list 11.
pub(super) const RECIPIENTS: u32 = 24;
pub(super) const RECIPIENT: u32 = 22;

/// 6 pt between paragraphs, the least the decree allows.
pub(super) const BETWEEN: u32 = 120;
/// The first line of a paragraph stands in by 1,27 cm.
pub(super) const FIRST_LINE: i32 = 720;
/// Lines at 1.1 of single, within single and 1.5; in 240ths of a line.
const LINES: i32 = 264;

/// Millimetres in twentieths of a point, rounded.
pub(super) fn mm(length: u32) -> u32 {
    (length * 14_400 + 127) / 254
}

/// Whether and how letters lean or weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    Upright,
    Bold,
    Italic,
    BoldItalic,
}

/// How the cells of a table are set. An annex has thousands of them: what they share is said once, in a style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CellStyle {
    Words,
    Middle,
    Figures,
}

impl CellStyle {
    pub const ALL: [CellStyle; 3] = [CellStyle::Words, CellStyle::Middle, CellStyle::Figures];

    pub fn of(set: Setting) -> CellStyle {
        match set {
            Setting::Words => CellStyle::Words,
            Setting::Middle => CellStyle::Middle,
            Setting::Figures | Setting::Changes => CellStyle::Figures,
        }
    }

    /// Its name in the file.
    pub fn id(self) -> &'static str {
        match self {
            CellStyle::Words => "CellWords",
            CellStyle::Middle => "CellMiddle",
            CellStyle::Figures => "CellFigures",
        }
    }

    /// What it is there.
    pub fn style(self) -> Style {
        let align = match self {
            CellStyle::Words => AlignmentType::Left,
            CellStyle::Middle => AlignmentType::Center,
            CellStyle::Figures => AlignmentType::Right,
        };
        let spacing = LineSpacing::new().before(0).after(0);
        Style::new(self.id(), StyleType::Paragraph)
            .name(self.id())
            .based_on("Normal")
            .size(TABLE as usize)
            .align(align)
            .line_spacing(spacing)
    }
}

/// A text as every form may hold it.
pub(super) fn run(text: &str, size: u32, face: Face) -> Run {
    faced(text, face).size(size as usize)
}

/// The same in the size of its paragraph's style.
pub(super) fn faced(text: &str, face: Face) -> Run {
    let run = Run::new().add_text(plain(text));
    match face {
        Face::Upright => run,
        Face::Bold => run.bold(),
        Face::Italic => run.italic(),
        Face::BoldItalic => run.bold().italic(),
    }
}

/// A paragraph of its own, with so much room before it.
pub(super) fn line(align: AlignmentType, before: u32) -> Paragraph {
    Paragraph::new().align(align).line_spacing(LineSpacing::new().before(before).after(0))
}

/// In the middle, close to what stands above.
pub(super) fn centred() -> Paragraph {
    line(AlignmentType::Center, 0)
}

/// A paragraph of the body: both edges straight, its first line in.
pub(super) fn justified() -> Paragraph {
    let spacing = LineSpacing::new().before(BETWEEN).after(0).line(LINES).line_rule(LineSpacingType::Auto);
    Paragraph::new()
        .align(AlignmentType::Both)
        .indent(None, Some(SpecialIndentType::FirstLine(FIRST_LINE)), None, None)
        .line_spacing(spacing)
}

/// A rule in the middle of a space `room` wide. It is a line of its own, so that the text above it may be a little wider
/// in another type without breaking.
pub(super) fn rule(room: u32, length: u32) -> Paragraph {
    let side = i32::try_from(room.saturating_sub(length) / 2).unwrap_or(0);
    let spacing = LineSpacing::new().before(40).after(0).line(40).line_rule(LineSpacingType::Exact);
    let border = ParagraphBorder::new(ParagraphBorderPosition::Top).val(BorderType::Single).size(6).space(0);
    Paragraph::new()
        .align(AlignmentType::Center)
        .indent(Some(side), None, Some(side), None)
        .line_spacing(spacing)
        .set_borders(ParagraphBorders::with_empty().set(border))
        .add_run(Run::new().size(4))
}

/// How long `text` is at `size`.
pub(super) fn length(text: &str, size: u32, bold: bool) -> u32 {
    // Thousandths of the size, which is in half points, ten twentieths each.
    metrics::width(&plain(text), bold) * size / 100
}
