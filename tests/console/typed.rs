//! What no log tells, typed into a month's file entry by entry: added, changed, taken out, checked, and never over what
//! somebody else wrote meanwhile.

use loa::console::Role;

use crate::client::{Answer, Browser, between};
use crate::world::{STATION, World};

const MONTH: &str = "\
month = \"2020-01\" # tháng Giêng

[[segment]]
id = \"mot-cua\"
title = \"Một cửa tuần qua\"
audio = \"nhac-hieu.flac\"
at = \"05:45\"
dates = [6]

[[other_activity]] # đã họp
form = \"hội nghị\"
date = 2020-01-10
title = \"Họp tổ dân phố\"
";

struct Typist<'w> {
    world: &'w World,
    browser: Browser,
}

impl Typist<'_> {
    fn text(&self) -> String {
        std::fs::read_to_string(self.world.home().join("schedules/2020-01.toml")).unwrap()
    }

    fn write(&self, text: &str) {
        std::fs::write(self.world.home().join("schedules/2020-01.toml"), text).unwrap();
    }

    fn page(&self) -> String {
        self.browser.get("/bao-cao/viet?thang=2020-01").body
    }

    /// Opens the form of an entry and sends it with these fields; `work` is the button.
    fn send(&self, kind: &str, entry: &str, work: &str, fields: &[(&str, &str)]) -> Answer {
        let form = self.browser.get(&format!("/bao-cao/viet/{kind}?thang=2020-01&muc={entry}"));
        assert_eq!(form.status, 200, "{form:?}");
        let version = between(&form.body, "name=\"thay\" value=\"", "\"").unwrap_or_default().to_owned();
        self.sent(kind, entry, &version, work, fields)
    }

    fn sent(&self, kind: &str, entry: &str, version: &str, work: &str, fields: &[(&str, &str)]) -> Answer {
        let own = [("thang", "2020-01"), ("muc", entry), ("thay", version), ("viec", work)];
        let all: Vec<(&str, &str)> =
            own.into_iter().filter(|(_, value)| !value.is_empty()).chain(fields.iter().copied()).collect();
        self.browser.post(&format!("/bao-cao/viet/{kind}"), &all)
    }
}

fn typist(world: &World) -> Typist<'_> {
    let typist = Typist { world, browser: world.browser(Role::Operator) };
    typist.write(MONTH);
    typist
}

#[test]
fn entries_are_added_changed_and_taken_out_and_all_else_of_the_file_stays() {
    let world = World::new(STATION, true);
    let typist = typist(&world);
    let meeting = [("form", "pa nô"), ("date", "2020-01-20"), ("title", "Treo pa nô"), ("unit", "Văn phòng")];
    assert_eq!(typist.send("hinh-thuc-khac", "", "luu", &meeting).status, 303);
    let added =
        "\n[[other_activity]]\nform = \"pa nô\"\ndate = 2020-01-20\ntitle = \"Treo pa nô\"\nunit = \"Văn phòng\"\n";
    assert_eq!(typist.text(), format!("{MONTH}{added}"));
    let page = typist.page();
    assert!(page.contains("20/01/2020") && page.contains("Treo pa nô") && page.contains("đã lưu: thêm"), "{page}");

    let changed = [("form", "hội nghị"), ("date", "2020-01-11"), ("title", "Họp tổ dân phố"), ("unit", "Tổ 3")];
    assert_eq!(typist.send("hinh-thuc-khac", "0", "luu", &changed).status, 303);
    let expected = format!("{}unit = \"Tổ 3\"\n{added}", MONTH.replace("2020-01-10", "2020-01-11"));
    assert_eq!(typist.text(), expected);
    assert_eq!(typist.send("hinh-thuc-khac", "1", "bo", &[]).status, 303);
    assert_eq!(typist.text().trim_end(), expected.replace(added, "").trim_end());

    let product = [("name", "Bài CCHC"), ("quantity", "6"), ("due", "2020-01-31"), ("tag", "cchc"), ("unit", "")];
    assert_eq!(typist.send("san-pham", "", "luu", &product).status, 303);
    assert!(
        typist
            .text()
            .contains("[[deliverable]]\nname = \"Bài CCHC\"\nquantity = 6\ndue = 2020-01-31\ntag = \"cchc\"\n")
    );

    let figures =
        [("period", "12/2019"), ("received", "120"), ("resolved", "118"), ("on_time", "117"), ("source", "Một cửa")];
    let chosen: Vec<(&str, &str)> = figures.into_iter().chain([("muc", "mot-cua")]).collect();
    assert_eq!(typist.send("mot-cua", "", "luu", &chosen).status, 303);
    let told =
        "one_stop = { period = \"12/2019\", received = 120, resolved = 118, on_time = 117, source = \"Một cửa\" }";
    assert!(typist.text().contains(&format!("dates = [6]\n{told}\n")), "{}", typist.text());
    let fewer = figures.map(|(key, value)| (key, if key == "received" { "119" } else { value }));
    assert_eq!(typist.send("mot-cua", "mot-cua", "luu", &fewer).status, 303);
    assert!(typist.text().contains("received = 119"), "{}", typist.text());
    assert_eq!(typist.send("mot-cua", "mot-cua", "bo", &[]).status, 303);
    assert!(!typist.text().contains("one_stop"), "{}", typist.text());

    let asked = [("muc", "mot-cua"), ("period", "2019"), ("asked", "200"), ("satisfied", "186"), ("source", "")];
    assert_eq!(typist.send("khao-sat", "", "luu", &asked).status, 303);
    let told = "dates = [6]\nsurvey = { period = \"2019\", asked = 200, satisfied = 186 }\n";
    assert!(typist.text().contains(told), "{}", typist.text());

    let sheet = typist.browser.get("/bao-cao/xem?ky=2020-01&nhip=calendar").body;
    assert!(sheet.contains("Họp tổ dân phố") && sheet.contains("Bài CCHC"), "{sheet}");
}

#[test]
fn what_check_refuses_is_not_written_and_what_was_typed_is_shown_again() {
    let world = World::new(STATION, true);
    let typist = typist(&world);
    for (kind, fields, why) in [
        ("hinh-thuc-khac", vec![("form", "pa nô"), ("date", "2020-02-01"), ("title", "Ngoài tháng")], "2020-02-01"),
        ("hinh-thuc-khac", vec![("form", "pa nô"), ("date", ""), ("title", "Không ngày")], "date"),
        ("san-pham", vec![("name", "Tin"), ("quantity", "nhiều"), ("due", "2020-01-31")], "quantity"),
        ("mot-cua", vec![("muc", "mot-cua"), ("period", "12/2019"), ("resolved", "1"), ("on_time", "2")], "on_time"),
    ] {
        let answer = typist.send(kind, "", "luu", &fields);
        assert_eq!(answer.status, 422, "{kind} {why}: {answer:?}");
        assert!(answer.body.contains(why) && answer.body.contains("chưa lưu"), "{kind} {why}: {}", answer.body);
        let (_, last) = fields.last().unwrap();
        assert!(answer.body.contains(&format!("value=\"{last}\"")), "{kind}: {}", answer.body);
        assert_eq!(typist.text(), MONTH, "{kind} {why}");
    }
    let viewer = world.browser(Role::Viewer);
    assert_eq!(viewer.get("/bao-cao/viet/san-pham?thang=2020-01").status, 403);
    assert_eq!(typist.browser.get("/bao-cao/viet/khac?thang=2020-01").status, 404);
    assert_eq!(typist.browser.get("/bao-cao/viet/san-pham?thang=2020-01&muc=4").status, 404);
    assert_eq!(typist.browser.get("/bao-cao/viet/san-pham?thang=2020-02").status, 409, "it has no plan");
}

#[test]
fn an_entry_that_somebody_else_changed_is_left_and_one_that_only_moved_is_found() {
    let world = World::new(STATION, true);
    let typist = typist(&world);
    let form = typist.browser.get("/bao-cao/viet/hinh-thuc-khac?thang=2020-01&muc=0").body;
    let version = between(&form, "name=\"thay\" value=\"", "\"").unwrap().to_owned();
    let moved = MONTH.replacen(
        "[[other_activity]]",
        "[[other_activity]]\nform = \"băng rôn\"\ndate = 2020-01-02\ntitle = \"Treo\"\n\n[[other_activity]]",
        1,
    );
    typist.write(&moved);
    let mine = [("form", "hội nghị"), ("date", "2020-01-12"), ("title", "Họp tổ dân phố")];
    assert_eq!(typist.sent("hinh-thuc-khac", "0", &version, "luu", &mine).status, 303);
    assert_eq!(typist.text(), moved.replace("2020-01-10", "2020-01-12"));

    let theirs = moved.replace("Họp tổ dân phố", "Họp tổ 3");
    typist.write(&theirs);
    for work in ["luu", "bo"] {
        let answer = typist.sent("hinh-thuc-khac", "1", &version, work, &mine);
        assert_eq!(answer.status, 409, "{answer:?}");
        assert!(
            answer.body.contains("vừa được người khác sửa hoặc bỏ") && answer.body.contains("2020-01-12"),
            "{}",
            answer.body
        );
        assert_eq!(typist.text(), theirs);
    }
}

#[test]
fn a_figure_is_chosen_by_what_people_call_it() {
    let world = World::shared();
    let viewer = world.browser(Role::Viewer);
    let page = viewer.get("/bao-cao?ky=2020-01&nhip=calendar").body;
    assert!(
        page.contains("<optgroup label=\"Tổng hợp, kỳ này\"><option value=\"summary.days\">Số ngày phát</option>"),
        "{page}"
    );
    let choices = between(&page, "<select name=\"so\">", "</select>").unwrap();
    let labels: Vec<&str> = choices.split("</option>").filter_map(|option| option.rsplit('>').next()).collect();
    let coded: Vec<&&str> = labels.iter().filter(|label| label.contains('_') || label.contains("summary")).collect();
    assert!(labels.len() > 60 && coded.is_empty(), "{coded:?}");
    let behind = viewer.get("/bao-cao/nguon?ky=2020-01&nhip=calendar&so=summary.days").body;
    assert!(behind.contains("<h2>Số ngày phát</h2>") && behind.contains("Tổng hợp, kỳ này"), "{behind}");
}

/// What stands in the form's hidden fields, as a browser sends it.
fn hidden_of(page: &str, name: &str) -> String {
    let value = between(page, &format!("name=\"{name}\" value=\""), "\"").unwrap_or_default();
    value.replace("&quot;", "\"").replace("&amp;", "&")
}

/// Two who write other parts of a report's words both have their way, and of one part the second is shown what the first wrote.
#[test]
fn what_one_writes_in_a_report_no_other_save_wipes_out() {
    let world = World::new(STATION, true);
    let typist = typist(&world);
    let other = world.browser(Role::Admin);
    let send = |browser: &Browser, page: &str, parts: [&str; 3]| {
        let (base, held) = (hidden_of(page, "ban"), hidden_of(page, "da-co"));
        let [difficulties, next, proposals] = parts;
        browser.post(
            "/bao-cao/viet",
            &[
                ("thang", "2020-01"),
                ("ban", &base),
                ("da-co", &held),
                ("difficulties", difficulties),
                ("next", next),
                ("proposals", proposals),
            ],
        )
    };
    // What the first writes, then the second on a page of before that; what the file then has, or what the second is shown.
    type Parts = [&'static str; 3];
    let cases: [(Parts, Parts, Result<Parts, &str>); 4] = [
        (["Thiếu loa\r\nThiếu người", "", ""], ["", "", "Mua loa"], Ok(["Thiếu loa\", \"Thiếu người", "", "Mua loa"])),
        (["Thiếu loa", "", ""], ["Mất điện", "", "Mua loa"], Err("Vừa được lưu: Thiếu loa")),
        (["", "Sửa loa", ""], ["", "Sửa loa", ""], Ok(["", "Sửa loa", ""])),
        (["Thiếu loa", "Sửa loa", ""], ["", "", "Mua loa\r\n"], Ok(["Thiếu loa", "Sửa loa", "Mua loa"])),
    ];
    for (mine, theirs, wanted) in cases {
        typist.write(MONTH);
        let page = typist.page();
        assert_eq!(send(&typist.browser, &page, mine).status, 303, "{mine:?}");
        let before = typist.text();
        let answer = send(&other, &page, theirs);
        match wanted {
            Ok(parts) => {
                assert_eq!(answer.status, 303, "{}", answer.body);
                let text = typist.text();
                for (key, part) in ["difficulties", "next", "proposals"].into_iter().zip(parts) {
                    let line = format!("{key} = [\"{part}\"]");
                    assert_eq!(text.contains(&line), !part.is_empty(), "{line}\n{text}");
                }
            }
            Err(shown) => {
                assert_eq!(answer.status, 409);
                assert!(answer.body.contains(shown) && answer.body.contains("Mất điện"), "{}", answer.body);
                assert_eq!(typist.text(), before);
                // Once more, knowing it.
                assert_eq!(send(&other, &answer.body, theirs).status, 303);
                let text = typist.text();
                assert!(text.contains("[\"Mất điện\"]") && text.contains("[\"Mua loa\"]"), "{text}");
            }
        }
    }
}
