//! How a start begins with the log as it lies there: well, gone, damaged, or older than what is noted beside it.

use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;
use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::diary::Diary;
use super::left::{Blind, Left, TakenIn};
use super::queue::Queue;
pub(super) use super::recovery::Begun;
use super::restored::{self, Anew};
use super::{Lasts, Reader, Refused, RunStart, file, guards, identity, moved, recovery};
use crate::problem::Text;

/// Opens the file and begins a run in it. A damaged one is set aside and made anew, once: where that is damaged too, the disk
/// is of no use.
pub(super) fn begin(path: &Path, start: &RunStart, zone: &TimeZone) -> anyhow::Result<(Connection, Begun)> {
    moved::put_back(path, zone).map_err(|e| file::in_words(path, e))?;
    let anew = if identity::is_anothers(path, path) {
        restored::instead_of_anothers(path, zone, &start.program).map(Some)
    } else {
        restored::bring_back(path, zone, &start.program)
    };
    let anew = anew.map_err(|e| file::in_words(path, e))?;
    let is_new = anew.is_some();
    match begin_in(path, start, zone, anew) {
        Err(error) if !is_new && is_damaged(&error) => {
            tracing::error!("{error}; it is set aside and made anew");
            let anew = restored::instead_of_damaged(path, zone, &start.program).map_err(|e| file::in_words(path, e))?;
            begin_in(path, start, zone, Some(anew))
        }
        begun => begun,
    }
}

fn is_damaged(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Refused>().is_some_and(|refused| refused.lasts == Lasts::UntilMadeAnew)
}

fn begin_in(path: &Path, start: &RunStart, zone: &TimeZone, anew: Option<Anew>) -> anyhow::Result<(Connection, Begun)> {
    let mut connection = file::open_for_writing(path, start.at, &start.program)?;
    let in_words = |error: rusqlite::Error| file::in_words(path, error.into());
    // What turns out to be damaged is kept as it was found, with what stands beside it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(in_words)?;
    identity::keep(path, &connection).map_err(in_words)?;
    // Before anything is written into it.
    let unchecked = !file::check_if_small(path, &connection)?;
    let touched = guards::look(&mut connection).map_err(in_words)?;
    let caught_up = restored::catch_up(path, &mut connection, zone).map_err(|e| file::in_words(path, e))?;
    let unnoted = anew.as_ref().map_or(Ok(None), |anew| anew.unnoted(&connection, start.at)).map_err(in_words)?;
    let unused = restored::set_unused_aside(path, &connection, zone, anew.is_some()).map_err(in_words)?;
    let (unwritten, waited) = take_up_what_waits(path, &mut connection, &start.boot_id, zone)?;
    let blind = unnoted.into_iter().chain(unwritten).reduce(Blind::with);
    let begun = recovery::begin_run(&mut connection, start.clone(), blind.map(|blind| (blind, zone)));
    let mut begun = begun.map_err(|e| file::in_words(path, e))?;
    let anew = anew.map(|anew| anew.told(unnoted, zone));
    let told = [anew, caught_up, unused, waited, touched].into_iter().flatten();
    begun.recovery.touched =
        told.reduce(|one, next| Text::new(format!("{}; {}", one.vi, next.vi), format!("{}; {}", one.en, next.en)));
    begun.recovery.unchecked = unchecked;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(in_words)?;
    Ok((connection, begun))
}

/// What a killed run left beside the log is written into it before the next run begins.
fn take_up_what_waits(
    path: &Path,
    connection: &mut Connection,
    boot_id: &str,
    zone: &TimeZone,
) -> anyhow::Result<(Option<Blind>, Option<Text>)> {
    let left = match Left::read(path) {
        Ok(Some(left)) => left,
        Ok(None) => return Ok((None, None)),
        Err(error) => {
            tracing::error!(%error, "what waits beside the log cannot be read");
            return Ok((None, None));
        }
    };
    let TakenIn { refused, refused_at_rest, blind } =
        left.take_up(connection, Some(boot_id)).map_err(|e| file::in_words(path, e.into()))?;
    left.note_in(&mut Diary::of(path, zone.clone()));
    Ok((blind, left.done(refused + refused_at_rest, zone)))
}

/// Looks a large log over while it is written on already. Damage that is found is the writer's to see to.
pub(super) fn look_over_beside(path: &Path, queue: &Arc<Queue>) -> std::io::Result<()> {
    let (path, queue) = (path.to_owned(), Arc::downgrade(queue));
    std::thread::Builder::new().name("ledger-check".into()).spawn(move || {
        let checked = Reader::open(&path).and_then(|reader| reader.check(&path));
        if let (Err(damage), Some(queue)) = (checked, queue.upgrade()) {
            tracing::error!("{}", damage.en);
            queue.note_damage(damage);
        }
    })?;
    Ok(())
}
