//! What tells at a start, without reading the whole log, that another hand was at it: the triggers that hold what is
//! written, and the last links of the chain.

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};

use super::chain::{self, GENESIS, Head};
use super::extract::{Recorded, each_link};
use super::file::SCHEMA;
use super::walk::{Finding, Walk};
use crate::files;
use crate::problem::Text;

/// So many of the last links are held against their rows at a start: about a week of a ward's, some milliseconds.
const LAST_LINKS: i64 = 200;

/// A trigger of the schema.
struct Guard {
    name: &'static str,
    /// What makes it.
    sql: &'static str,
}

/// All of them. Each stands in the schema from `create trigger` to its `end;`.
fn all() -> impl Iterator<Item = Guard> {
    SCHEMA.match_indices("create trigger ").filter_map(|(begins, head)| {
        let rest = &SCHEMA[begins..];
        let sql = &rest[..rest.find("end;")? + "end;".len()];
        Some(Guard { name: sql[head.len()..].split_whitespace().next()?, sql })
    })
}

/// A trigger's statement without what says nothing: its first two words, which SQLite writes in its own way, its layout, and
/// the quotes of a table that was renamed.
fn plain(sql: &str) -> String {
    sql.split_whitespace().skip(2).collect::<Vec<_>>().join(" ").replace('"', "").trim_end_matches(';').to_owned()
}

/// The triggers that are gone, or no longer do what they are for.
pub(super) fn missing(connection: &Connection) -> rusqlite::Result<Vec<&'static str>> {
    let mut found = connection.prepare("select sql from sqlite_master where type = 'trigger' and name = ?1")?;
    let mut missing = Vec::new();
    for Guard { name, sql } in all() {
        let there: Option<String> = found.query_row([name], |row| row.get(0)).optional()?;
        if there.is_none_or(|there| plain(&there) != plain(sql)) {
            missing.push(name);
        }
    }
    Ok(missing)
}

/// Makes those triggers anew.
fn restore(connection: &mut Connection, names: &[&str]) -> rusqlite::Result<()> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for Guard { name, sql } in all().filter(|guard| names.contains(&guard.name)) {
        tx.execute_batch(&format!("drop trigger if exists {name}; {sql}"))?;
    }
    tx.commit()
}

/// What of the last links no longer fits.
fn at_the_end(connection: &Connection) -> rusqlite::Result<Vec<Finding>> {
    let Some(head) = chain::head(connection)? else { return Ok(Vec::new()) };
    let after = (head.seq - LAST_LINKS).max(0);
    let before = connection
        .prepare("select hash from chain where seq = ?1")?
        .query_row([after], |row| row.get(0))
        .optional()?
        .unwrap_or(GENESIS);
    let mut walk = Walk::new((after > 0).then_some(Head { seq: after, hash: before }), None);
    each_link(connection, after, &mut |Recorded { link, record }| {
        walk.step(link, record);
    })?;
    Ok(walk.end().findings)
}

/// Looks at a log that begins a run, and puts its triggers back. What another hand did to it, in words.
pub(super) fn look(connection: &mut Connection) -> rusqlite::Result<Option<Text>> {
    let gone = missing(connection)?;
    if !gone.is_empty() {
        restore(connection, &gone)?;
    }
    let changed = match at_the_end(connection) {
        Ok(changed) => changed.first().map(|first| no_longer_fit(first, changed.len())),
        // A column that holds what no Loa writes: a reason to tell, and none to keep the station silent.
        Err(error) if error.sqlite_error_code().is_none() => Some(unreadable(&error)),
        Err(error) => return Err(error),
    };
    let gone = (!gone.is_empty()).then(|| were_gone(&gone));
    let told = match (gone, changed) {
        (Some(gone), Some(changed)) => {
            Some(Text::new(format!("{}; {}", gone.vi, changed.vi), format!("{}; {}", gone.en, changed.en)))
        }
        (gone, changed) => gone.or(changed),
    };
    if let Some(told) = &told {
        tracing::error!("another hand was at the log: {}", told.en);
    }
    Ok(told)
}

fn were_gone(names: &[&str]) -> Text {
    let (count, names) = (names.len(), names.join(", "));
    let english = match count {
        1 => format!("1 trigger that keeps the log from being changed was gone ({names}) and is there again"),
        _ => format!("{count} triggers that keep the log from being changed were gone ({names}) and are there again"),
    };
    Text::new(format!("{count} khóa chống sửa của nhật ký đã bị gỡ ({names}), nay đã đặt lại"), english)
}

fn no_longer_fit(first: &Finding, count: usize) -> Text {
    let first = first.text();
    let places = match count {
        1 => "1 place at the end of the log is not as it was when it was closed".to_owned(),
        _ => format!("{count} places at the end of the log are not as they were when they were closed, the first"),
    };
    Text::new(
        format!("{count} chỗ ở phần cuối nhật ký không còn như lúc khóa, chỗ đầu tiên: {}", first.vi),
        format!("{places}: {}", first.en),
    )
}

fn unreadable(error: &rusqlite::Error) -> Text {
    let why = files::quoted(error);
    Text::new(
        format!("phần cuối nhật ký có chỗ không đọc được: {}", why.vi),
        format!("the end of the log cannot be read in places: {}", why.en),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new_log() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(SCHEMA).unwrap();
        connection
    }

    #[test]
    fn every_trigger_of_the_schema_is_known_and_a_new_log_has_them_all() {
        let connection = new_log();
        let there: Vec<String> = connection
            .prepare("select name from sqlite_master where type = 'trigger' order by name")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let mut known: Vec<&str> = all().map(|guard| guard.name).collect();
        known.sort_unstable();
        assert_eq!(known, there);
        assert_eq!(missing(&connection).unwrap(), [""; 0]);
    }

    #[test]
    fn a_trigger_that_is_gone_or_does_nothing_is_made_anew() {
        let mut connection = new_log();
        connection
            .execute_batch(
                "drop trigger slot_kept; drop trigger slot_fixed;
                create trigger slot_fixed before update on slot begin select 1; end;",
            )
            .unwrap();
        let gone = missing(&connection).unwrap();
        assert_eq!(gone, ["slot_fixed", "slot_kept"]);
        restore(&mut connection, &gone).unwrap();
        assert_eq!(missing(&connection).unwrap(), [""; 0]);
        connection.execute("delete from slot", []).unwrap();
        connection.execute("insert into station (one, uuid) values (1, 'u')", []).unwrap();
        assert!(connection.execute("delete from station", []).is_err());
    }
}
