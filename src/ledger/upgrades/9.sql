-- Schema 8 to 9: what a kill must not make the log forget of an order by hand, and of an edit that came too late.
alter table part add column
    -- Who has ended it by hand, written down before it ends; null where nobody has. What a start after a kill judges it by, too.
    ended_by text;

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

create trigger late_edit_fixed before update on late_edit begin select raise(abort, 'late edits are never changed'); end;
create trigger late_edit_kept before delete on late_edit begin select raise(abort, 'late edits are never deleted'); end;
