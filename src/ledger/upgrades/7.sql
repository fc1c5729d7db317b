-- Schema 6 to 7: a hand-made entry that takes another one's place.
alter table correction add column
    -- The entry of what was aired without Loa whose place this one takes; null for an entry that stands for itself.
    replaces text references correction (uuid);
