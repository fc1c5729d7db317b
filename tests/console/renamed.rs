//! Blocks that get another id, and what names them.

use crate::blocks::{WARD, admin};
use crate::world::World;

#[test]
fn a_window_and_a_column_that_have_a_day_off_are_renamed_with_it() {
    let day = "\n[[holiday]]\nname = \"Giỗ Tổ\"\nlunar = \"giỗ tổ\"\nwindows = { sang = \"off\" }\ncolumns = { ban-tin = \"off\" }\n";
    let text = WARD.replace("\n[[basis]]", &format!("{day}\n[[basis]]"));
    let world = World::new(&text, true);
    let clerk = admin(&world);
    let window = [("name", "Buổi sáng"), ("start", "05:30"), ("end", "06:00"), ("id", "som")];
    let answer = clerk.send("khung-gio", "dong=0", &window);
    assert_eq!(answer.status, 303, "{}", answer.body);
    let answer = clerk.send("chuyen-muc", "dong=0", &[("name", "Bản tin"), ("days", ""), ("id", "tin-tuc")]);
    assert_eq!(answer.status, 303, "{}", answer.body);
    let now = world.station_text();
    assert!(now.contains("windows = { som = \"off\" }\ncolumns = { tin-tuc = \"off\" }"), "{now}");
}
