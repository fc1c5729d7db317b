-- Schema 9 to 10: what a kill must not make the log forget of an order by a clock in doubt.
-- What a person ordered by a clock in doubt and was not due yet, the repeats of an emergency: another run in the same boot of the
-- PC knows by it when they are due, whatever the clock says. Of record are they once they are due, or that clock is trusted.
create table ordered (
    id integer primary key,
    -- The slot as it was ordered, its columns as JSON. Its instants are by the clock in doubt.
    slot text not null check (json_valid(slot)),
    -- When its first sample was to leave, by the clock that never steps and counts sleep.
    due_uptime_ms integer not null,
    run integer not null references run (id)
) strict;

create trigger ordered_fixed before update on ordered begin select raise(abort, 'orders are never changed'); end;
create trigger ordered_kept before delete on ordered begin select raise(abort, 'orders are never deleted'); end;
