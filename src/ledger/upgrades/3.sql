-- Schema 2 to 3: relays.
alter table slot add column relay text;
