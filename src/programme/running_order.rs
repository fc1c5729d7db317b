//! `running_order = […]`: its items, each `{…}` with one thing that fills it.

use std::collections::BTreeSet;

use jiff::civil::Time;

use super::relay::RelaySource;
use super::{Item, What};
use crate::problem::{Problem, Span, Text};
use crate::reading::tree::{Node, Table, Value};
use crate::reading::{Block, Reader};

const KEYS: [&str; 11] =
    ["audio", "kind", "column", "sting", "segment", "filler", "until", "at", "id", "title", "relay"];
const KEYS_OF_RELAY: [&str; 2] = ["for", "fallback"];
/// What can fill an item.
const FILLINGS: [&str; 5] = ["column", "segment", "audio", "filler", "relay"];
const EXAMPLE: &str = "[{ column = \"ban-tin\" }]";

/// What a piece of sound is in its broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sound {
    Ident,
    Sting,
    Music,
    SignOff,
}

const SOUNDS: &[(Sound, &[&str])] = &[
    (Sound::Ident, &["nhạc hiệu", "lời xướng", "ident"]),
    (Sound::Sting, &["nhạc cắt", "sting"]),
    (Sound::Music, &["ca nhạc", "nhạc", "bài hát", "music"]),
    (Sound::SignOff, &["lời chào", "chào kết", "sign_off"]),
];

/// Reads the items that `node` lists. An item that cannot be read is noted and left out.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Vec<Item> {
    let Value::List(list) = &node.value else {
        let wanted = Text::new("danh sách các mục trong `[…]`", "a list of items in `[…]`");
        reader.wrong_type("running_order", node, &wanted, EXAMPLE);
        return Vec::new();
    };
    let mut items = Vec::new();
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for node in list {
        let known: Vec<&str> = KEYS.into_iter().chain(KEYS_OF_RELAY).collect();
        let Some(mut block) = reader.inline("running_order", node, &known, EXAMPLE) else { continue };
        let id = block.node("id").and_then(|node| block.reader.id("id", node));
        if let Some(id) = &id
            && !ids.insert(id.clone())
        {
            let message = Text::new(
                format!("hai mục của trình tự cùng mã `{id}`"),
                format!("two items of the running order have the id `{id}`"),
            );
            let help = Text::new("đổi một trong hai `id`", "change one of the two `id`s");
            block.reader.refuse("duplicate-id", node.span, message, help);
        }
        let what = what(&mut block);
        let title = block.line("title", "\"Thời sự VOV1\"");
        let at = match what {
            // Another station's programme has its own hour.
            Some(What::Relay { .. }) => block.needed_time("at", "\"06:00\""),
            _ => block.time("at"),
        };
        let place = block.place();
        items.extend(what.map(|what| Item { id, title, what, at, place }));
    }
    items
}

/// The one thing that fills an item.
fn what(block: &mut Block<'_, '_, '_>) -> Option<What> {
    let given: Vec<(&str, Span)> = block
        .table
        .iter()
        .filter_map(|(key, _)| Some((FILLINGS.into_iter().find(|filling| *filling == key.name)?, key.span)))
        .collect();
    let Some((first, span)) = given.first().copied() else {
        if !block.table.is_empty() || !block.reader.damaged_within(block.header) {
            let message = Text::new(
                "mục này không có gì để phát: cần một trong `column`, `segment`, `audio`, `filler`, `relay`",
                "this item has nothing to air: it needs one of `column`, `segment`, `audio`, `filler`, `relay`",
            );
            let help = Text::new(
                "viết như `{ column = \"ban-tin\" }` hoặc `{ audio = \"nhac-hieu.mp3\", kind = \"ident\" }`",
                "write as in `{ column = \"ban-tin\" }` or `{ audio = \"nhac-hieu.mp3\", kind = \"ident\" }`",
            );
            block.reader.refuse("empty-item", block.header, message, help);
        }
        return None;
    };
    if let Some(second) = given.get(1) {
        let help = Text::new("tách thành hai mục `{…}`", "make two items `{…}` of it");
        block.reader.not_together("two-in-one-item", *second, (first, span), help);
        return None;
    }
    belongs(block, first);
    let node = block.node(first)?;
    match first {
        "column" => {
            let sting = block.node("sting");
            let sting = sting.and_then(|node| block.reader.path("sting", node));
            Some(What::Column { id: block.reader.id("column", node)?, sting })
        }
        "segment" => block.reader.id("segment", node).map(What::Segment),
        "relay" => relay(block, node),
        "filler" => {
            let until = block.time("until");
            Some(What::Filler { folder: block.reader.folder("filler", node)?, until })
        }
        _ => {
            let path = block.reader.path("audio", node);
            block.need("kind", "\"ident\"")?;
            let path_of = match block.word("kind", SOUNDS)? {
                Sound::Ident => What::Ident,
                Sound::Sting => What::Sting,
                Sound::Music => What::Music,
                Sound::SignOff => What::SignOff,
            };
            path.map(path_of)
        }
    }
}

/// The shortest relay, in ms: less is not worth tuning in.
const SHORTEST_RELAY_MS: u64 = 10_000;

fn relay(block: &mut Block<'_, '_, '_>, node: &Node) -> Option<What> {
    let text = block.reader.text("relay", node, "\"https://…/playlist.m3u8\"");
    let source = text.and_then(|text| {
        RelaySource::parse(&text)
            .map_err(|why| {
                let message =
                    Text::new(format!("`relay = \"{text}\"`: {}", why.vi), format!("`relay = \"{text}\"`: {}", why.en));
                let help = Text::new(
                    "ghi địa chỉ phát trực tiếp của đài, như `https://…/playlist.m3u8`, hoặc `line-in:` và tên đường vào, \
                     hoặc `manual` nếu người trực tự nối máy thu",
                    "write the address of the station's live stream, as `https://…/playlist.m3u8`, or `line-in:` and an \
                     input's name, or `manual` where a person connects the receiver",
                );
                block.reader.refuse("bad-relay", node.span, message, help);
            })
            .ok()
    });
    let for_ms = block.need("for", "\"14m\"").and_then(|node| {
        let ms = block.reader.duration_ms("for", node)?;
        if ms < SHORTEST_RELAY_MS {
            let message = Text::new("tiếp âm ngắn hơn 10 giây", "the relay is shorter than 10 seconds");
            let help = Text::new("ghi thời lượng như `for = \"14m\"`", "write its length as in `for = \"14m\"`");
            block.reader.refuse("short-relay", node.span, message, help);
            return None;
        }
        Some(ms)
    });
    let source = source?;
    let fallback = fallback(block, &source)?;
    Some(What::Relay { source, for_ms: for_ms?, fallback })
}

/// What sounds in a relay's place; none if what is written of it cannot stand.
fn fallback(block: &mut Block<'_, '_, '_>, source: &RelaySource) -> Option<Option<String>> {
    if source.needs_fallback() {
        let node = block.need("fallback", "\"nhac-dem/\"")?;
        return block.reader.folder("fallback", node).map(Some);
    }
    let Some(node) = block.node("fallback") else { return Some(None) };
    let message = Text::new(
        "tiếp âm bằng tay không dùng `fallback`: Loa im lặng để người trực nối máy thu",
        "a relay by hand has no `fallback`: Loa is silent so that a person can connect the receiver",
    );
    block.reader.refuse("misplaced-in-item", node.span, message, Text::new("xóa `fallback`", "delete `fallback`"));
    None
}

/// Keys that say something only beside one of the fillings.
fn belongs(block: &mut Block<'_, '_, '_>, filling: &str) {
    // A segment and a column have titles of their own.
    const WITH: [(&str, &[&str]); 6] = [
        ("kind", &["audio"]),
        ("sting", &["column"]),
        ("until", &["filler"]),
        ("for", &["relay"]),
        ("fallback", &["relay"]),
        ("title", &["audio", "filler", "relay"]),
    ];
    let table: &Table = block.table;
    for (key, _) in table {
        let Some((_, owners)) = WITH.iter().find(|(name, owners)| *name == key.name && !owners.contains(&filling))
        else {
            continue;
        };
        let name = &key.name;
        let owners = owners.iter().map(|owner| format!("`{owner}`")).collect::<Vec<_>>().join(", ");
        let message = Text::new(
            format!("`{name}` chỉ dùng cùng {owners}, ở đây là `{filling}`"),
            format!("`{name}` goes with {owners} alone, and this is `{filling}`"),
        );
        let help = Text::new(format!("xóa `{name}`"), format!("delete `{name}`"));
        block.reader.refuse("misplaced-in-item", key.span, message, help);
    }
}

/// Whether `time` is an instant of a broadcast from `start` to `end`, which may lie on the next day.
fn within(time: Time, start: Time, end: Time) -> bool {
    if start < end { start <= time && time < end } else { start <= time || time < end }
}

/// Holds hard starts against their broadcast: outside it they can never come, and they come by the clock, whatever order
/// they are written in.
pub(super) fn inside(reader: &mut Reader<'_>, items: &[Item], start: Time, end: Time) {
    in_order(reader, items, start, end);
    for item in items {
        let until = match &item.what {
            What::Filler { until, .. } => *until,
            _ => None,
        };
        let ends = until.filter(|until| *until != end);
        for (key, time) in item.at.map(|at| ("at", at)).into_iter().chain(ends.map(|until| ("until", until))) {
            if within(time, start, end) {
                continue;
            }
            let [time, start, end] = [time, start, end].map(|time| time.strftime("%H:%M").to_string());
            let message = Text::new(
                format!("`{key}` là {time}, ngoài khung giờ {start}-{end}"),
                format!("`{key}` is {time}, outside the window {start}-{end}"),
            );
            let help = Text::new("sửa giờ của mục, hoặc nới khung giờ", "correct the item's time, or widen the window");
            reader.refuse("outside-window", item.place.span, message, help);
        }
    }
}

/// Notes each hard start that is written behind a later one of its broadcast, with the place of that.
fn in_order(reader: &mut Reader<'_>, items: &[Item], start: Time, end: Time) {
    // Over midnight what is before the beginning is of the next day.
    let by_the_clock = |time: Time| (time < start, time);
    let hard = items.iter().filter_map(|item| Some((item, item.at.filter(|at| within(*at, start, end))?)));
    let mut latest: Option<(&Item, Time)> = None;
    for (item, at) in hard {
        match latest {
            Some((before, later)) if by_the_clock(at) < by_the_clock(later) => {
                let [at, later] = [at, later].map(|time| time.strftime("%H:%M:%S").to_string());
                let message = Text::new(
                    format!("mục lúc {at} đứng sau mục lúc {later}: Loa phát theo giờ, không theo thứ tự ghi"),
                    format!("the item at {at} stands behind that at {later}: they air by the clock, not as written"),
                );
                let help = Text::new(
                    "đưa mục này, cùng các mục mềm của nó, lên trước mục kia; hoặc sửa giờ",
                    "move it, with the soft items that belong to it, before the other one; or correct its time",
                );
                let problem = Problem::warning("hard-out-of-order", Some(item.place.clone()), message, help);
                reader.note(problem.and(before.place.clone(), Text::new("mục có giờ muộn hơn", "the later one")));
            }
            _ => latest = Some((item, at)),
        }
    }
}
