-- Schema 2 to 3: what a person had played by hand.
alter table slot add column
    -- The person who had it played by hand; null for what a schedule planned.
    asked_by text;
