//! A chart as bars in SVG. Lengths are percentages of the page, so that letters keep their size on a phone.

use super::super::document::Chart;
use super::html::escaped;
use crate::problem::Lang;

/// Heights, in pixels.
const LABEL: usize = 18;
const BAR: usize = 12;
const GAP: usize = 3;
const BETWEEN: usize = 8;
/// The longest bar, in percent; right of it there is room for its figure.
const LONGEST: u64 = 78;
/// A label is one line: what is longer is cut, and whole where a pointer rests on it.
const LETTERS: usize = 44;

/// Draws the chart with its title and, where bars stand in groups, what each is.
pub(super) fn draw(out: &mut String, chart: &Chart, lang: Lang) {
    let title = escaped(&chart.title);
    out.push_str(&format!("<figure class=\"chart\">\n<figcaption>{title}</figcaption>\n"));
    if chart.series.len() > 1 {
        out.push_str("<p class=\"legend\">");
        for (place, name) in chart.series.iter().enumerate() {
            out.push_str(&format!("<span><i class=\"s{}\"></i>{}</span>", place % 4, escaped(name)));
        }
        out.push_str("</p>\n");
    }
    let height: usize = chart.groups.iter().map(|group| LABEL + group.figures.len() * (BAR + GAP) + BETWEEN).sum();
    out.push_str(&format!("<svg role=\"img\" aria-label=\"{title}\" width=\"100%\" height=\"{height}\">\n"));
    let longest = chart.groups.iter().flat_map(|group| &group.figures).max().copied().unwrap_or(0).max(1);
    let mut top = 0;
    for group in &chart.groups {
        let (label, whole) = (escaped(&cut(&group.label)), escaped(&group.label));
        out.push_str(&format!("<text x=\"0\" y=\"{}\"><title>{whole}</title>{label}</text>\n", top + LABEL - 5));
        top += LABEL;
        for (place, figure) in group.figures.iter().enumerate() {
            // In hundredths of a percent, by whole numbers: the same picture on every machine.
            let length = u128::from(*figure) * u128::from(LONGEST) * 100 / u128::from(longest);
            let length = format!("{}.{:02}%", length / 100, length % 100);
            let shown = escaped(&chart.cell(*figure).shown(lang));
            out.push_str(&format!(
                "<rect class=\"s{}\" x=\"0\" y=\"{top}\" width=\"{length}\" height=\"{BAR}\"/>\
                 <text class=\"value\" x=\"{length}\" dx=\"6\" y=\"{}\">{shown}</text>\n",
                place % 4,
                top + BAR - 2,
            ));
            top += BAR + GAP;
        }
        top += BETWEEN;
    }
    out.push_str("</svg>\n</figure>\n");
}

fn cut(label: &str) -> String {
    if label.chars().count() <= LETTERS {
        return label.to_owned();
    }
    let kept: String = label.chars().take(LETTERS - 1).collect();
    format!("{}…", kept.trim_end())
}
