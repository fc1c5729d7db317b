-- Schema 11 to 12: what was sent whole and waits for the monitor's word is known to the next run.
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

create trigger unjudged_fixed before update on unjudged begin select raise(abort, 'what was sent is never changed'); end;
create trigger unjudged_kept before delete on unjudged begin select raise(abort, 'what was sent is never deleted'); end;
