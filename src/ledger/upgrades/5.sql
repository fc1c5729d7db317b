-- Schema 4 to 5: relays.
alter table slot add column
    -- Where a relay was to come from, as a schedule writes it; null for other kinds.
    relay text;
