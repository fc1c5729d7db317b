-- Schema 7 to 8: what of a relay was not its source.
alter table part add column stand_in_ms integer;
alter table part add column silent_ms integer;
