//! A form of one of our own pages, filled in again as it was sent, with why it was not taken beside its field. It reads what
//! `html!` writes, and no other HTML: every `<` begins a tag, and every value stands in double quotes.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

/// The message's id: the browser goes there.
pub(super) const HERE: &str = "bi-tu-choi";

/// What was sent and not taken.
pub(super) struct Typed<'t> {
    /// Where the form goes.
    pub action: &'t str,
    /// Its fields, in order.
    pub fields: &'t [(String, String)],
    /// What the page carried in hidden fields comes again too: a version that somebody saw, so that nothing is written over
    /// what they did not see.
    pub hidden: bool,
    /// The field that the message is about.
    pub field: Option<&'t str>,
    /// The message, as it stands beside a field.
    pub beside: &'t str,
    /// The message, as it stands above all fields.
    pub above: &'t str,
}

/// The page with the form filled in and the message in its place; where the page has no such form any more, the message
/// stands above all of it.
pub(super) fn refilled(page: &str, typed: &Typed<'_>) -> String {
    let Some(form) = form_in(page, typed) else { return at_the_top(page, typed.above) };
    let (filled, is_told) = filled(&page[form.clone()], typed);
    let whole = format!("{}{filled}{}", opened(&page[..form.start]), &page[form.end..]);
    if is_told { whole } else { at_the_top(&whole, typed.above) }
}

fn at_the_top(page: &str, message: &str) -> String {
    let at = tags(page).find(|(_, tag)| tag.name == "main").map_or(0, |(place, _)| place.end);
    format!("{}{message}{}", &page[..at], &page[at..])
}

/// Of several forms that go there the one that carries most of the same.
fn form_in(page: &str, typed: &Typed<'_>) -> Option<Range<usize>> {
    let goes_there = |tag: &Tag<'_>| tag.name == "form" && tag.get("action").as_deref() == Some(typed.action);
    let forms = tags(page).filter(|(_, tag)| goes_there(tag)).filter_map(|(place, _)| {
        let end = page[place.end..].find("</form>")?;
        Some(place.start..place.end + end)
    });
    let alike = |form: &Range<usize>| {
        let carried = tags(&page[form.clone()]).filter(|(_, tag)| tag.get("type").as_deref() == Some("hidden"));
        carried.filter(|(_, tag)| typed.has(&tag.get("name"), &tag.get("value"))).count()
    };
    let mut best: Option<(usize, Range<usize>)> = None;
    for form in forms {
        let of_it = alike(&form);
        if best.as_ref().is_none_or(|(most, _)| of_it > *most) {
            best = Some((of_it, form));
        }
    }
    best.map(|(_, form)| form)
}

/// What folds the form away is opened.
fn opened(before: &str) -> String {
    let mut folds: Vec<usize> = Vec::new();
    for (place, tag) in tags(before) {
        match tag.name {
            "details" => folds.push(place.start + "<details".len()),
            "/details" => {
                folds.pop();
            }
            _ => {}
        }
    }
    let mut out = String::with_capacity(before.len());
    let mut copied = 0;
    for at in folds.into_iter().filter(|at| !before[*at..].starts_with(" open")) {
        out.push_str(&before[copied..at]);
        out.push_str(" open");
        copied = at;
    }
    out + &before[copied..]
}

/// The form filled in, and whether the message stands in it.
fn filled(form: &str, typed: &Typed<'_>) -> (String, bool) {
    let mut out = String::with_capacity(form.len() + typed.beside.len() + typed.above.len());
    let mut left: Vec<&(String, String)> = typed.fields.iter().collect();
    let mut chosen_of = String::new();
    let (mut copied, mut is_told, mut to_tell, mut has_fields) = (0, false, false, false);
    for (place, mut tag) in tags(form) {
        out.push_str(&form[copied..place.start]);
        copied = place.end;
        let name = tag.get("name").unwrap_or_default().into_owned();
        let is_field = matches!(tag.name, "input" | "select" | "textarea");
        if tag.name == "select" {
            chosen_of.clone_from(&name);
        }
        let own_text = typed.fill(&mut tag, &name, &chosen_of, &mut left);
        if is_field && typed.field == Some(name.as_str()) && !is_told {
            tag.set("aria-invalid", "true");
            tag.set("aria-describedby", HERE);
            tag.set("autofocus", "");
            to_tell = true;
        }
        has_fields |= is_field && tag.get("type").as_deref() != Some("hidden");
        let ends = to_tell && tag.name == "/label";
        tag.write(&mut out);
        if ends {
            out.push_str(typed.beside);
            (is_told, to_tell) = (true, false);
        }
        if let Some(text) = own_text {
            // A first line that is empty is one that browsers leave out.
            let _ = write!(out, "\n{}", escaped(&text));
            copied = place.end + form[place.end..].find("</textarea>").unwrap_or(0);
        }
    }
    out.push_str(&form[copied..]);
    if to_tell {
        out.push_str(typed.beside);
    } else if !is_told && has_fields {
        let at = form_tag_ends(&out);
        out.insert_str(at, typed.above);
    }
    (out, is_told || to_tell || has_fields)
}

fn form_tag_ends(form: &str) -> usize {
    tags(form).next().map_or(0, |(place, _)| place.end)
}

impl Typed<'_> {
    fn has(&self, name: &Option<Cow<'_, str>>, value: &Option<Cow<'_, str>>) -> bool {
        let (Some(name), Some(value)) = (name, value) else { return false };
        self.fields.iter().any(|(known, sent)| known == name && sent == value)
    }

    /// Fills in one tag; of a textarea what stands in it. Each value of a name that comes more than once is used once, in
    /// order.
    fn fill(
        &self,
        tag: &mut Tag<'_>,
        name: &str,
        chosen_of: &str,
        left: &mut Vec<&(String, String)>,
    ) -> Option<String> {
        let mut next = || {
            let at = left.iter().position(|(known, _)| known == name)?;
            Some(left.remove(at).1.clone())
        };
        let kind = tag.get("type").unwrap_or_default().into_owned();
        match (tag.name, kind.as_str()) {
            ("textarea", _) => return next(),
            ("option", _) if self.fields.iter().any(|(known, _)| known == chosen_of) => {
                let value = tag.get("value");
                let is = self.has(&Some(Cow::Borrowed(chosen_of)), &value);
                tag.flag("selected", is);
            }
            ("input", "checkbox" | "radio") if !name.is_empty() => {
                let is = self.has(&tag.get("name"), &tag.get("value"));
                tag.flag("checked", is);
            }
            ("input", "password" | "file" | "submit") => {}
            ("input", "hidden") if name == "csrf" || !self.hidden => {
                next();
            }
            ("input", _) => {
                if let Some(value) = next() {
                    tag.set("value", &value);
                }
            }
            _ => {}
        }
        None
    }
}

/// A tag with its attributes, each value as the page has it.
struct Tag<'h> {
    /// `/form` of one that ends.
    name: &'h str,
    attributes: Vec<(&'h str, Option<Cow<'h, str>>)>,
    /// It was changed: else it is written as it was read.
    changed: bool,
    whole: &'h str,
}

/// The tags of a page, and where they stand.
fn tags(html: &str) -> impl Iterator<Item = (Range<usize>, Tag<'_>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + html[at..].find('<')?;
        let end = start + html[start..].find('>')? + 1;
        at = end;
        Some((start..end, Tag::read(&html[start..end])))
    })
}

impl<'h> Tag<'h> {
    fn read(whole: &'h str) -> Tag<'h> {
        let inner = whole.trim_start_matches('<').trim_end_matches('>');
        let (name, mut rest) = inner.split_once(' ').unwrap_or((inner, ""));
        let mut attributes = Vec::new();
        while !rest.is_empty() {
            let end = rest.find([' ', '=']).unwrap_or(rest.len());
            let (attribute, more) = rest.split_at(end);
            match more.strip_prefix("=\"").and_then(|value| value.split_once('"')) {
                Some((value, more)) => {
                    attributes.push((attribute, Some(Cow::Borrowed(value))));
                    rest = more.trim_start();
                }
                None => {
                    attributes.push((attribute, None));
                    rest = more.trim_start_matches(['=', ' ']);
                }
            }
        }
        attributes.retain(|(attribute, _)| !attribute.is_empty());
        Tag { name, attributes, changed: false, whole }
    }

    /// An attribute's value as the browser has it.
    fn get(&self, name: &str) -> Option<Cow<'h, str>> {
        let (_, value) = self.attributes.iter().find(|(known, _)| *known == name)?;
        let value = value.clone().unwrap_or_default();
        Some(if value.contains('&') { Cow::Owned(unescaped(&value)) } else { value })
    }

    fn set(&mut self, name: &'static str, value: &str) {
        self.flag(name, false);
        self.attributes.push((name, Some(Cow::Owned(escaped(value)))));
    }

    fn flag(&mut self, name: &'static str, is: bool) {
        self.changed = true;
        self.attributes.retain(|(known, _)| *known != name);
        if is {
            self.attributes.push((name, None));
        }
    }

    fn write(&self, out: &mut String) {
        if !self.changed {
            return out.push_str(self.whole);
        }
        let _ = write!(out, "<{}", self.name);
        for (name, value) in &self.attributes {
            let _ = match value {
                Some(value) => write!(out, " {name}=\"{value}\""),
                None => write!(out, " {name}"),
            };
        }
        out.push('>');
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use maud::html;

    use super::*;

    const PAGE: &str = concat!(
        "<main id=\"noi-dung\"><h1>Trang</h1>",
        "<form action=\"/a\"><input type=\"hidden\" name=\"csrf\" value=\"1\"><input type=\"hidden\" name=\"ten\" value=\"An\">",
        "<label><span>Gì</span><input name=\"gi\"></label></form>",
        "<details class=\"sure\"><summary>Mở</summary><form action=\"/a\"><input type=\"hidden\" name=\"csrf\" value=\"1\">",
        "<input type=\"hidden\" name=\"ten\" value=\"Bình\"><input type=\"hidden\" name=\"ban\" value=\"mới\">",
        "<label><span>Gì</span><input name=\"gi\" value=\"cũ\" required></label>",
        "<label><span>Mật khẩu</span><input type=\"password\" name=\"mat_khau\"></label>",
        "<label><span>Nào</span><select name=\"nao\"><option value=\"a\" selected>A</option><option value=\"b\">B</option></select></label>",
        "<input type=\"checkbox\" name=\"co\" value=\"1\" checked><input type=\"checkbox\" name=\"co\" value=\"2\">",
        "<label><span>Lời</span><textarea name=\"loi\">cũ</textarea></label><button type=\"submit\">Gửi</button></form></details>",
        "<form action=\"/b\"><button type=\"submit\">Bỏ qua</button></form></main>",
    );

    fn sent(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn refill(action: &str, fields: &[(&str, &str)], hidden: bool, field: Option<&str>) -> String {
        let fields = sent(fields);
        let typed = Typed { action, fields: &fields, hidden, field, beside: "<p>BESIDE</p>", above: "<p>ABOVE</p>" };
        refilled(PAGE, &typed)
    }

    #[test]
    fn the_form_that_was_sent_comes_again_as_it_was_filled_in_with_the_message_beside_its_field() {
        let fields = [
            ("csrf", "0"),
            ("ten", "Bình"),
            ("ban", "cũ"),
            ("gi", "<\"mới\" & hơn>"),
            ("mat_khau", "không để lộ"),
            ("nao", "b"),
            ("co", "2"),
            ("loi", "hai\ndòng"),
        ];
        let page = refill("/a", &fields, false, Some("gi"));
        for part in [
            "<form action=\"/a\"><input type=\"hidden\" name=\"csrf\" value=\"1\"><input type=\"hidden\" name=\"ten\" value=\"An\"><label><span>Gì</span><input name=\"gi\"></label></form>",
            "<details open class=\"sure\">",
            "<input name=\"gi\" required value=\"&lt;&quot;mới&quot; &amp; hơn&gt;\" aria-invalid=\"true\" aria-describedby=\"bi-tu-choi\" autofocus=\"\"></label><p>BESIDE</p>",
            "<input type=\"hidden\" name=\"ban\" value=\"mới\">",
            "<input type=\"password\" name=\"mat_khau\">",
            "<option value=\"a\">A</option><option value=\"b\" selected>B</option>",
            "<input type=\"checkbox\" name=\"co\" value=\"1\"><input type=\"checkbox\" name=\"co\" value=\"2\" checked>",
            "<textarea name=\"loi\">\nhai\ndòng</textarea>",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
        assert!(!page.contains("ABOVE") && !page.contains("không để lộ"), "{page}");
    }

    #[test]
    fn a_message_without_a_field_stands_above_the_fields_and_where_there_is_none_above_the_page() {
        let with_fields = refill("/a", &[("ten", "An"), ("gi", "x")], false, None);
        assert!(
            with_fields.contains("<form action=\"/a\"><p>ABOVE</p><input type=\"hidden\" name=\"csrf\" value=\"1\">"),
            "{with_fields}"
        );
        for action in ["/b", "/khong-co"] {
            let page = refill(action, &[], false, None);
            assert!(page.starts_with("<main id=\"noi-dung\"><p>ABOVE</p><h1>"), "{action}: {page}");
            assert_eq!(page.replace("<p>ABOVE</p>", ""), PAGE, "{action}");
        }
    }

    #[test]
    fn what_a_page_carried_comes_again_where_nobody_was_shown_what_is_there_by_now() {
        let fields = [("csrf", "0"), ("ten", "Bình"), ("ban", "cũ"), ("gi", "x")];
        let page = refill("/a", &fields, true, None);
        assert!(page.contains("name=\"ban\" value=\"cũ\"") && page.contains("name=\"csrf\" value=\"1\""), "{page}");
    }

    #[test]
    fn what_html_writes_is_read_and_written_as_it_was() {
        let page = html! {
            main { form action="/a?x=1&y=2" data-order { input name="a" value="\"<&>\"" required; textarea name="b" {} } }
        };
        let page = page.into_string();
        let typed = Typed {
            action: "/a?x=1&y=2",
            fields: &sent(&[("a", "\"<&>\""), ("b", "")]),
            hidden: false,
            field: None,
            beside: "",
            above: "",
        };
        let again = refilled(&page, &typed);
        assert_eq!(again.replace("<textarea name=\"b\">\n", "<textarea name=\"b\">").len(), page.len(), "{again}");
        assert!(again.contains(" data-order>") && again.contains("&quot;&lt;&amp;&gt;&quot;"), "{again}");
    }
}
