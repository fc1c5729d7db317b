-- Who may use the console. Version 2.
create table account (
    id integer primary key,
    name text not null,          -- as it was typed; goes into the log as who asked
    name_key text not null unique, -- the same in small letters, NFC
    role text not null check (role in ('viewer', 'operator', 'approver', 'admin')),
    password text not null,      -- argon2id, as a PHC string
    made_us integer not null     -- microseconds since 1970
) strict;
create table session (
    token_sha256 blob primary key, -- the token itself is in the cookie alone
    account integer not null references account (id) on delete cascade,
    made_us integer not null,
    seen_us integer not null     -- to a minute
) strict;
create table attempt (
    what text primary key,       -- 'name:…' or 'from:…'
    failures integer not null,
    last_us integer not null
) strict;
create table deed (
    id integer primary key,
    at_us integer not null,
    who text not null,
    what text not null,          -- a code: 'login', 'emergency', 'station'
    detail text not null,        -- in Vietnamese
    detail_en text not null default '' -- the same in English; empty: it reads alike in both
) strict;
