-- Schema 5 to 6: what is written by hand, the chain, and what waited beside the log. What is closed already gets its links in the same step; the link of
-- this version follows on them.
-- What a person wrote down by hand beside the log's own word, which stays as it is: a correction of a slot's airing, or what
-- was aired without Loa. Of several for one slot the last counts.
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

create trigger correction_fixed before update on correction begin select raise(abort, 'corrections are never changed'); end;
create trigger correction_kept before delete on correction begin select raise(abort, 'corrections are never deleted'); end;

create trigger chain_follows before insert on chain when new.seq <> (select coalesce(max(seq), 0) + 1 from chain)
begin select raise(abort, 'a link follows on the last one'); end;
create trigger chain_fixed before update on chain begin select raise(abort, 'links are never changed'); end;
create trigger chain_kept before delete on chain begin select raise(abort, 'links are never deleted'); end;

alter table run add column
    -- How many of its lines beside the log (`ledger-wait.jsonl`) this log has taken up.
    taken_up integer not null default 0;
