//! Where texts lead: every section and every page that one points to is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use loa::console::Role::Admin;

use crate::client::between;
use crate::world::World;

/// The places that texts point to by name, the page that has each, and its heading there.
const POINTED_AT: &[(&str, &str, &str)] = &[
    ("phần Kiểm tra của tháng ở Lịch", "/lich/2031-03", ">Kiểm tra</h2>"),
    ("phần Cần chú ý của trang Trên sóng", "/", ">Cần chú ý</h2>"),
];

#[test]
fn no_text_points_to_a_section_that_is_not_there() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/console")];
    let mut pointers = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let named = text
                    .match_indices("phần ")
                    .filter_map(|(at, _)| text.get(at..)?.split(['"', '.', ';', '\n']).next());
                let large =
                    |words: &&str| words.split(' ').nth(1).is_some_and(|word| word.starts_with(char::is_uppercase));
                pointers.extend(named.filter(large).map(str::to_owned));
            }
        }
    }
    let is_known = |pointer: &&String| POINTED_AT.iter().any(|(known, ..)| pointer.starts_with(known));
    assert!(pointers.len() > 1, "{pointers:?}");
    assert_eq!(pointers.iter().filter(|pointer| !is_known(pointer)).collect::<Vec<_>>(), Vec::<&String>::new());
    let browser = World::shared().browser(Admin);
    for (pointer, path, heading) in POINTED_AT {
        assert!(pointers.iter().any(|found| found.starts_with(pointer)), "nothing points to {pointer} any more");
        // Whether or not the month has a plan.
        let page = browser.get(path).body;
        assert!(page.contains(heading), "{pointer}: {page}");
    }
}

/// Where the pages of commands are, as messages lead there: each is a page, and has the place that the link names.
#[test]
fn every_place_that_stands_for_a_command_is_there() {
    let source = include_str!("../../src/console/places.rs");
    let table = between(source, "const PLACES:", "];").unwrap();
    let paths: BTreeSet<&str> = table.split('"').filter(|text| text.starts_with('/')).collect();
    assert!(paths.len() > 8, "{paths:?}");
    let browser = World::shared().browser(Admin);
    for path in paths {
        let (page, place) = path.split_once('#').unwrap_or((path, ""));
        let mut answer = browser.get(page);
        if answer.status == 303 {
            answer = browser.get(answer.header("location").unwrap());
        }
        assert_eq!(answer.status, 200, "{path}");
        assert!(place.is_empty() || answer.body.contains(&format!("id=\"{place}\"")), "{path}: {}", answer.body);
    }
}
