-- Schema 1 to 2: places that hold no segment, and what windows, running orders and the report need of a slot. A column
-- that becomes nullable makes the table anew; the rows keep their order.
-- A slot of record: one place of one broadcast, as it stood when it was armed. What is planned later no longer reaches it.
create table slot_2 (
    -- `BROADCAST/PLACE`, for ever.
    id text primary key,
    -- The broadcast's name.
    broadcast text not null,
    -- Local date its broadcast starts on; reports count the slot on it.
    date text not null check (date glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    -- The window or extra broadcast it belongs to; null for a broadcast of its own.
    window text,
    -- What it is a place for: `segment`, `column`, `ident`, `sting`, `music`, `filler`, `sign_off`.
    kind text not null,
    -- Its right of way: `normal`, `priority`, `emergency`.
    class text not null check (class in ('normal', 'priority', 'emergency')),
    -- The segment's id; null for other kinds. Its title as its author wrote it, or what people call such a place.
    segment text,
    title text not null,
    -- The column whose place it is, by id.
    column_id text,
    -- The recordings, below `audio/`, with `/`, played as one: a JSON list. Of filler, those it could draw from.
    files text not null check (json_valid(files)),
    -- The instant its first sample was to leave, and whether that was its own (`hard`) or followed from what stood before it
    -- (`soft`).
    planned_us integer not null,
    start text not null check (start in ('hard', 'soft')),
    -- Until when filler was to stretch; null for other kinds.
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
    check ((bar_cause is null) = (bar_reason_vi is null) and (bar_cause is null) = (bar_reason_en is null))
) strict;
insert into slot_2 (id, broadcast, date, window, kind, class, segment, title, column_id, files, planned_us, start, until_us,
    broadcast_ends_us, grace_ms, after_power_cut, permit, approved_sha256, particulars, sha256, file_ms, frames, rate_hz,
    channels, codec, declared_ms, damaged_packets, bar_cause, bar_reason_vi, bar_reason_en, revision, frozen_us, run)
select id, broadcast, date, null, kind, 'normal', segment, title, null, json_array(file), planned_us, 'hard', null,
    null, grace_ms, 'skip', null, null, '{}', sha256, file_ms, frames, rate_hz,
    channels, codec, declared_ms, damaged_packets, bar_cause, bar_reason_vi, bar_reason_en, revision, frozen_us, run
from slot order by rowid;
drop table slot;
alter table slot_2 rename to slot;
-- A period's rows in order of time.
create index slot_by_date on slot (date, planned_us);
-- Whether a segment was heard before.
create index slot_by_segment on slot (segment, planned_us);
create trigger slot_fixed before update on slot begin select raise(abort, 'slots of record are never changed'); end;
create trigger slot_kept before delete on slot begin select raise(abort, 'slots of record are never deleted'); end;
