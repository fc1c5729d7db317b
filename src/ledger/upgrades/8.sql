-- Schema 7 to 8: what a kill must not make the log forget of a part that was open; and what of a relay was not its source.
alter table part add column
    -- What a start after a kill judges it by beside that, and no record has: for how long the disk kept it waiting; and why
    -- (`line`, `short`) and for how long at a stretch nothing was heard of it, null unless that was long.
    waited_ms integer not null default 0;
alter table part add column unheard_cause text;
alter table part add column unheard_ms integer;
alter table part add column stand_in_ms integer;
alter table part add column silent_ms integer;
