-- Schema 10 to 11: what an incident was is told in both languages.
alter table incident add column
    -- The same in English; null where an older Loa wrote it.
    detail_en text;

-- Another hand may have taken it away.
drop trigger if exists incident_identity;
create trigger incident_identity before update of id, kind, began_us, detail, run, detail_en on incident
begin select raise(abort, 'incidents are only ended'); end;
