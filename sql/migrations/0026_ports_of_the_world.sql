-- Ports out of several published lists, and every name they are found by.

-- A port as one list has it. A list names a port once.
create table port_listing (
    source text not null,
    source_code text not null,
    port_id uuid not null,
    name text not null,
    unlocode char(5),
    country char(2),
    lat double precision,
    lon double precision,
    aliases text[] not null default '{}',
    -- What else the list says, by its own names.
    facts jsonb not null default '{}',
    read_at timestamptz not null default now(),
    constraint port_listing_pkey primary key (source, source_code),
    constraint port_listing_of_port foreign key (port_id) references port (id) on delete cascade,
    constraint port_listing_source_known check (
        source in ('ours', 'seaports', 'wpi', 'unlocode', 'portwatch', 'unctad')
    ),
    constraint port_listing_on_earth check (lat between -90 and 90 and lon between -180 and 180)
);
comment on constraint port_listing_of_port on port_listing is 'Listings go with their port.';
comment on constraint port_listing_source_known on port_listing is
    'ports.gazetteer.model.ListSource.';
comment on constraint port_listing_on_earth on port_listing is 'Degrees.';
create index port_listing_by_port on port_listing (port_id);

-- Names as they are searched: small Latin letters without accents (ports.gazetteer.names).
create table port_name (
    port_id uuid not null,
    key text not null,
    name text not null,
    constraint port_name_pkey primary key (port_id, key),
    constraint port_name_of_port foreign key (port_id) references port (id) on delete cascade,
    constraint port_name_says_something check (key <> '')
);
comment on constraint port_name_of_port on port_name is 'Names go with their port.';
comment on constraint port_name_says_something on port_name is
    'A name of signs only finds nothing.';
create index port_name_by_key on port_name (key text_pattern_ops);
-- Until the next start or import folds them properly.
insert into port_name (port_id, key, name) select id, lower(name), name from port;
