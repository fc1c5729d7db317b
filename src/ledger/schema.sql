-- The airing log of one station: what was planned, what was heard, and when Loa itself ran.
--
-- Instants are whole microseconds since 1970-01-01T00:00:00Z and end in `_us`; lengths are whole milliseconds and end in
-- `_ms`. Dates are local, `YYYY-MM-DD`. Microseconds, because a first sample is placed to better than a millisecond and a
-- millisecond would round that away; an i64 of them lasts 290,000 years.
--
-- Rows are written and closed, never edited and never deleted: the triggers below refuse it to this program too. They
-- hold no stranger off who owns the PC.

-- The schemas this file has had.
create table version (
    -- Number of the schema; `pragma user_version` is the newest of these.
    number integer primary key,
    -- When the file came to have it.
    at_us integer not null,
    -- The program that brought it there (`loa 0.1.0`).
    program text not null
) strict;

-- Whose log this is: one row.
create table station (
    one integer primary key check (one = 1),
    -- UUID v4, drawn at the first opening. It makes the rows of many stations tellable apart.
    uuid text not null
) strict;

-- A life of the daemon.
create table run (
    id integer primary key,
    -- UUID v4; what JSON and reports call the run.
    uuid text not null unique,
    -- What tells one boot of the PC from another; if it changed since the last run, that run may have ended in a power cut.
    boot_id text not null,
    -- The program (`loa 0.1.0`).
    program text not null,
    -- Wall clock at the start.
    started_us integer not null,
    -- The clock that never steps and counts sleep, at the same instant. Set against `heartbeat_*`, it shows afterwards by how
    -- much the wall clock was moved during the run.
    started_uptime_ms integer not null,
    -- The last instant the run is known to have lived, by both clocks. Until its first heartbeat the wall clock's is that of
    -- the run before; it moves only by a clock that is trusted.
    heartbeat_us integer not null,
    heartbeat_uptime_ms integer not null,
    -- When it ended in order; null while it runs and for ever if it was killed.
    ended_us integer,
    -- How it ended, in a word; null as above.
    ended_how text,
    -- The newest of its writes that this log has; the run numbers them 1, 2, … What waits beside the log
    -- (`ledger-wait.jsonl`) up to it is passed over.
    taken_up integer not null default 0,
    check ((ended_us is null) = (ended_how is null))
) strict;

-- A schedule that was found good, with all that is needed to plan from it again.
create table revision (
    id integer primary key,
    -- SHA-256 over the two texts as the planner computes it, lower-case hexadecimal.
    sha256 text not null,
    -- The month, `YYYY-MM`.
    month text not null,
    -- `station.toml` as it was read.
    station_text text not null,
    -- The month's file as it was read.
    schedule_text text not null,
    unique (sha256, month)
) strict;

-- A revision coming into force. Apart from `revision`, so that a PC restarted every morning does not store the same text
-- every morning, and so that a change taken back is told from one that stands.
create table reading (
    id integer primary key,
    revision integer not null references revision (id),
    -- When it was read and found good.
    read_us integer not null,
    run integer not null references run (id)
) strict;

-- A slot of record: one place of one broadcast, as it stood when it was armed. What is planned later no longer reaches it. Or
-- what a person had played by hand: planned by nobody, at the instant of the request.
create table slot (
    -- `BROADCAST/PLACE`, for ever.
    id text primary key,
    -- The broadcast's name.
    broadcast text not null,
    -- Local date its broadcast starts on; reports count the slot on it.
    date text not null check (date glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    -- The window or extra broadcast it belongs to; null for a broadcast of its own.
    window text,
    -- What it is a place for: `segment`, `column`, `ident`, `sting`, `music`, `filler`, `relay`, `sign_off`, `by_hand`.
    kind text not null,
    -- Its right of way: `normal`, `priority`, `emergency`.
    class text not null check (class in ('normal', 'priority', 'emergency')),
    -- The segment's id; null for other kinds. Its title as its author wrote it, or what people call such a place.
    segment text,
    title text not null,
    -- The column whose place it is, by id.
    column_id text,
    -- The recordings, below `audio/`, with `/`, played as one: a JSON list. Of filler, those it could draw from; of a
    -- relay, those that could sound in its place.
    files text not null check (json_valid(files)),
    -- The instant its first sample was to leave, and whether that was its own (`hard`) or followed from what stood before it
    -- (`soft`).
    planned_us integer not null,
    start text not null check (start in ('hard', 'soft')),
    -- Until when filler was to stretch, or a relay to last; null for other kinds.
    until_us integer,
    -- When its broadcast was to end; null for a broadcast of its own.
    broadcast_ends_us integer,
    -- How late it could still start.
    grace_ms integer not null,
    -- What was to become of it after a power cut: `restart`, `resume`, `skip`.
    after_power_cut text not null check (after_power_cut in ('restart', 'resume', 'skip')),
    -- The number of the document that let it pass caps and quiet hours; null without one.
    permit text,
    -- SHA-256 of the recording that was approved; null where none was pinned.
    approved_sha256 text,
    -- What its segment says of itself for the report: JSON, its keys in a fixed order, what is not said left out.
    particulars text not null check (json_valid(particulars)),
    -- What a full decode of the recordings, taken as one, had found by then; all null if it could not be read. `frames` are at `rate_hz`;
    -- `declared_ms` is the length the header claims, null if it claims none; `damaged_packets` were skipped.
    sha256 text,
    file_ms integer,
    frames integer,
    rate_hz integer,
    channels integer,
    codec text,
    declared_ms integer,
    damaged_packets integer,
    -- Why it was not to air, as a cause and in words in both languages; all null if nothing barred it.
    bar_cause text,
    bar_reason_vi text,
    bar_reason_en text,
    -- SHA-256 of the revision it was planned from. No foreign key: a slot whose schedule text was lost is still a slot.
    revision text not null,
    -- When it was written down here.
    frozen_us integer not null,
    run integer not null references run (id),
    -- The person who had it played by hand; null for what a schedule planned.
    asked_by text,
    -- Where a relay was to come from, as a schedule writes it; null for other kinds.
    relay text,
    check ((bar_cause is null) = (bar_reason_vi is null) and (bar_cause is null) = (bar_reason_en is null))
) strict;
-- A period's rows in order of time.
create index slot_by_date on slot (date, planned_us);
-- Whether a segment was heard before.
create index slot_by_segment on slot (segment, planned_us);

-- What became of a slot.
create table airing (
    id integer primary key,
    -- UUID v7: global, and in order of time.
    uuid text not null unique,
    -- One airing a slot, whatever is tried.
    slot text unique references slot (id),
    -- The loudspeaker line (`main`).
    line text not null,
    -- The device that had the sound, as `loa devices` prints it; null if nothing was tried.
    device text,
    -- SHA-256 and measured length of the bytes that aired; null if nothing was tried and of a relay, the length also if it was
    -- an emergency that had never been measured.
    sha256 text,
    file_ms integer,
    -- How it ended; null while a part may still sound or follow. Set once.
    outcome text check (outcome in ('aired', 'cut', 'interrupted', 'failed', 'missed', 'excepted')),
    -- Why it did not end as `aired`; null only then, or while there is no outcome.
    cause text,
    -- In words, in the language of the ward's papers; empty if there is nothing to say.
    note text not null,
    -- The run that began it.
    run integer not null references run (id),
    check ((cause is not null) = (outcome is not null and outcome <> 'aired'))
) strict;
-- The few that are still open, found at each start without reading all the others.
create index airing_open on airing (id) where outcome is null;

-- One stretch of an airing's sound. Written before its first sample leaves, closed once after its last.
create table part (
    airing integer not null references airing (id),
    -- 1, 2, … within the airing.
    n integer not null,
    -- When the row was asked for.
    opened_us integer not null,
    -- When the first sample left the line; null until known.
    began_us integer,
    -- The last instant it is known to have sounded; at most a second old while it sounds.
    heard_until_us integer,
    -- What the line consumed of it by then.
    played_ms integer not null default 0,
    -- When the last sample left, or, after a crash, `heard_until_us`; null if it never sounded.
    ended_us integer,
    -- Silence inside it where sound should have been, as far as known while it sounds.
    gap_ms integer not null default 0,
    -- 1: over; the row is fixed.
    closed integer not null default 0 check (closed in (0, 1)),
    -- 1: the row was not on disk yet when the first sample left.
    unsynced integer not null default 0 check (unsynced in (0, 1)),
    -- The run that had the sound.
    run integer not null references run (id),
    -- How loud it was as it was sent to the device: the largest sample, and RMS over all of it (a square wave at full scale
    -- is 0), in hundredths of a dBFS; null in dead silence, and where nothing was measured.
    peak_cdbfs integer,
    rms_cdbfs integer,
    -- RMS of each of its seconds, a byte each: half decibels below full scale, 255 for softer than -127 dBFS. Null where
    -- nothing was measured.
    seconds blob,
    -- What a start after a kill judges it by beside that, and no record has: for how long the disk kept it waiting; and why
    -- (`line`, `short`) and for how long nothing was heard of it: of `line` in all that the run had of it, of `short` at a
    -- stretch, null unless that was long.
    waited_ms integer not null default 0,
    unheard_cause text,
    unheard_ms integer,
    -- Of `played_ms` of a relay: recordings that stood in for its source, and silence where there was neither. Null of all
    -- else, and where an older Loa wrote it.
    stand_in_ms integer,
    silent_ms integer,
    -- Who has ended it by hand, written down before it ends; null where nobody has. What a start after a kill judges it by, too.
    ended_by text,
    primary key (airing, n)
) strict, without rowid;
create index part_open on part (airing) where closed = 0;

-- What an edit that came too late put in the place of a slot of record, written when that is decided: it is not heard as
-- well, by a later run neither. Of several rows of one slot the last counts.
create table late_edit (
    id integer primary key,
    -- What the edit planned. No foreign key: it is of record only once its own instant has come.
    slot text not null,
    -- The slot of record in whose place; null: there no longer, for a later edit took that back.
    instead_of text references slot (id),
    -- When that was written down, and by which run.
    at_us integer not null,
    run integer not null references run (id)
) strict;
create index late_edit_by_slot on late_edit (slot);

-- What a person ordered, the repeats of an emergency too: another run in the same boot of the PC knows by it when they are due,
-- whatever the clock says. By a clock in doubt they are of record once they are due, or that clock is trusted.
create table ordered (
    id integer primary key,
    -- The slot as it was ordered, its columns as JSON. Its instants are by the clock of then.
    slot text not null check (json_valid(slot)),
    -- When its first sample was to leave, by the clock that never steps and counts sleep.
    due_uptime_ms integer not null,
    run integer not null references run (id)
) strict;

-- What was sent whole and waited for the monitor's word, written when it was over: a kill may come before its outcome is set.
create table unjudged (
    id integer primary key,
    slot text not null references slot (id),
    -- What is to be noted beside its outcome.
    note text not null,
    -- Why (`line`, `short`) and for how long nothing was heard of it, in ms, as it was told since; null in its first row.
    unheard_cause text,
    unheard_ms integer,
    run integer not null references run (id),
    check ((unheard_cause is null) = (unheard_ms is null))
) strict;

-- A fault that reports tell of.
create table incident (
    id integer primary key,
    -- `line_lost`, `clock_step`, `clock_untrusted`, `clock_confirmed`, `power_cut`, `crash`, `asleep`, `schedule_refused`,
    -- `disk`, `log_touched`, `row_refused`, `disk_space`, `amplifier`, `silent`, `line_silent`, `muted`, `monitor`.
    kind text not null,
    began_us integer not null,
    -- When it was over, or the last instant it is known to have lasted; null while it lasts.
    ended_us integer,
    -- In words, in Vietnamese (an older Loa wrote them in the language it was run in).
    detail text not null,
    run integer not null references run (id),
    -- The same in English; null where an older Loa wrote it.
    detail_en text
) strict;
create index incident_open on incident (kind) where ended_us is null;

-- What a person wrote down by hand beside the log's own word, which stays as it is: a correction of a slot's airing, or what
-- was aired without Loa. Of several for one slot, or in one another's place, the last counts.
create table correction (
    id integer primary key,
    -- UUID v7.
    uuid text not null unique,
    -- The slot whose airing it corrects; null for what was aired without Loa.
    slot text references slot (id),
    -- What was aired without Loa, and which segment that was, if it was one; null where a slot's airing is corrected.
    title text,
    segment text,
    -- Local date on which it counts: that of the slot's broadcast, else that of `began_us`.
    date text not null check (date glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    -- Who wrote it, why and when.
    written_by text not null check (written_by <> ''),
    why text not null check (why <> ''),
    written_us integer not null,
    -- What it says instead; null where it says nothing, and the log's own word counts.
    outcome text check (outcome in ('aired', 'cut', 'interrupted', 'failed', 'missed', 'excepted')),
    cause text,
    began_us integer,
    ended_us integer,
    played_ms integer check (played_ms >= 0),
    note text,
    -- The entry of what was aired without Loa whose place this one takes; null for an entry that stands for itself.
    replaces text references correction (uuid),
    check ((slot is null) = (title is not null)),
    check (slot is null or segment is null),
    check (slot is not null or (outcome is not null and began_us is not null and ended_us is not null)),
    check ((cause is not null) = (outcome is not null and outcome <> 'aired')),
    check (began_us is null or ended_us is null or began_us <= ended_us)
) strict;
-- A period's corrections.
create index correction_by_date on correction (date);

-- The chain: a link for each row that was closed for good, in the order of their closing. A record is the closed rows as
-- canonical JSON (`src/ledger/chain.rs`); it is read out of them when it is needed.
create table chain (
    -- 1, 2, … without a gap.
    seq integer primary key check (seq > 0),
    -- What was closed: `station`, `version`, `run`, `reading` (with its revision), `incident`, `airing` (with its slot and
    -- parts), `correction`.
    kind text not null,
    -- Which one: the slot of an airing, the UUID of a station, run or correction, else the number.
    reference text not null,
    -- Which columns the record has.
    record_version integer not null,
    -- SHA-256 over the hash of the link before (32 zero bytes before the first) and the record.
    hash blob not null check (length(hash) = 32)
) strict;

-- ---- what is written stays written ----

create trigger version_fixed before update on version begin select raise(abort, 'version rows are never changed'); end;
create trigger version_kept before delete on version begin select raise(abort, 'version rows are never deleted'); end;
create trigger station_fixed before update on station begin select raise(abort, 'the station is never changed'); end;
create trigger station_kept before delete on station begin select raise(abort, 'the station is never deleted'); end;

create trigger run_identity before update of id, uuid, boot_id, program, started_us, started_uptime_ms on run
begin select raise(abort, 'the start of a run is never changed'); end;
create trigger run_fixed before update on run when old.ended_us is not null
begin select raise(abort, 'a run that ended is never changed'); end;
create trigger run_kept before delete on run begin select raise(abort, 'runs are never deleted'); end;

create trigger revision_fixed before update on revision begin select raise(abort, 'revisions are never changed'); end;
create trigger revision_kept before delete on revision begin select raise(abort, 'revisions are never deleted'); end;
create trigger reading_fixed before update on reading begin select raise(abort, 'readings are never changed'); end;
create trigger reading_kept before delete on reading begin select raise(abort, 'readings are never deleted'); end;

create trigger slot_fixed before update on slot begin select raise(abort, 'slots of record are never changed'); end;
create trigger slot_kept before delete on slot begin select raise(abort, 'slots of record are never deleted'); end;

create trigger airing_identity before update of id, uuid, slot, line, run on airing
begin select raise(abort, 'which airing it is is never changed'); end;
create trigger airing_fixed before update on airing when old.outcome is not null
begin select raise(abort, 'an airing with an outcome is never changed'); end;
create trigger airing_kept before delete on airing begin select raise(abort, 'airings are never deleted'); end;
create trigger airing_whole before update of outcome on airing
when new.outcome is not null and exists (select 1 from part where airing = new.id and closed = 0)
begin select raise(abort, 'an airing whose part is open has no outcome yet'); end;

create trigger part_opened before insert on part when (select outcome from airing where id = new.airing) is not null
begin select raise(abort, 'an airing with an outcome gets no further part'); end;
create trigger part_single before insert on part
when exists (select 1 from part where airing = new.airing and closed = 0)
begin select raise(abort, 'a part follows only on a closed one'); end;
create trigger part_identity before update of airing, n, opened_us, run on part
begin select raise(abort, 'which part it is is never changed'); end;
create trigger part_began_once before update of began_us on part when old.began_us is not null
    and new.began_us is not old.began_us
begin select raise(abort, 'the beginning of a part is never changed'); end;
create trigger part_fixed before update on part when old.closed = 1
begin select raise(abort, 'a closed part is never changed'); end;
create trigger part_kept before delete on part begin select raise(abort, 'parts are never deleted'); end;

create trigger late_edit_fixed before update on late_edit begin select raise(abort, 'late edits are never changed'); end;
create trigger late_edit_kept before delete on late_edit begin select raise(abort, 'late edits are never deleted'); end;

create trigger ordered_fixed before update on ordered begin select raise(abort, 'orders are never changed'); end;
create trigger ordered_kept before delete on ordered begin select raise(abort, 'orders are never deleted'); end;

create trigger unjudged_fixed before update on unjudged begin select raise(abort, 'what was sent is never changed'); end;
create trigger unjudged_kept before delete on unjudged begin select raise(abort, 'what was sent is never deleted'); end;

create trigger incident_identity before update of id, kind, began_us, detail, run, detail_en on incident
begin select raise(abort, 'incidents are only ended'); end;
create trigger incident_fixed before update on incident when old.ended_us is not null
begin select raise(abort, 'an incident that ended is never changed'); end;
create trigger incident_kept before delete on incident begin select raise(abort, 'incidents are never deleted'); end;

create trigger correction_fixed before update on correction begin select raise(abort, 'corrections are never changed'); end;
create trigger correction_kept before delete on correction begin select raise(abort, 'corrections are never deleted'); end;

create trigger chain_follows before insert on chain when new.seq <> (select coalesce(max(seq), 0) + 1 from chain)
begin select raise(abort, 'a link follows on the last one'); end;
create trigger chain_fixed before update on chain begin select raise(abort, 'links are never changed'); end;
create trigger chain_kept before delete on chain begin select raise(abort, 'links are never deleted'); end;
