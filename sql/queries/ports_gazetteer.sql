-- The ports of the world: listings, and the names that ports are found by.

-- name: lock_gazetteer()
-- Two lists are joined one after the other: each must see what the other made.
select pg_advisory_xact_lock(7166003);

-- name: known_ports()
-- not null: keys, sources
-- Every harbour with the keys of its names and the lists that have it. Statistics that know it by
-- its own code list it, too.
select
    p.id, p.code, p.unlocode, p.country, p.lat, p.lon,
    coalesce((select array_agg(n.key) from port_name n where n.port_id = p.id), '{}') as keys,
    coalesce(
        (select array_agg(distinct l.source) from port_listing l where l.port_id = p.id), '{}'
    ) || case
        when exists (
            select from stat_geo g join stat_series s on s.id = g.series_id and s.report <> 'CPPI'
            where g.geo_kind = 'port' and g.geo_code = p.unlocode
        ) then array['unctad'] else '{}' end || case
        when exists (
            select from stat_geo g join stat_series s on s.id = g.series_id and s.report = 'CPPI'
            where g.geo_kind = 'port' and g.geo_code = p.unlocode
        ) then array['cppi'] else '{}' end as sources
from port p where p.kind = 'harbour';

-- name: listing_ports()
select source, source_code, port_id from port_listing;

-- name: listed_codes(source)
select source_code from port_listing where source = $1;

-- name: listings_of(port_ids)
select l.port_id, l.source as listing_source, l.source_code as listing_code,
       l.name as listing_name, l.unlocode as listing_unlocode, l.country as listing_country,
       l.lat as listing_lat, l.lon as listing_lon, l.aliases as listing_aliases,
       l.facts as listing_facts
from port_listing l where l.port_id = any($1::uuid[])
order by l.port_id, l.source, l.source_code;

-- name: upsert_listings(rows)
-- Counts only what is new or different, so that a second run of an import says 0.
insert into port_listing as known (
    source, source_code, port_id, name, unlocode, country, lat, lon, aliases, facts
)
select source, source_code, port_id, name, unlocode, country, lat, lon, aliases, facts
from jsonb_to_recordset($1) as news (
    source text, source_code text, port_id uuid, name text, unlocode text, country text,
    lat float8, lon float8, aliases text[], facts jsonb
)
on conflict (source, source_code) do update set
    name = excluded.name, unlocode = excluded.unlocode, country = excluded.country,
    lat = excluded.lat, lon = excluded.lon, aliases = excluded.aliases, facts = excluded.facts,
    read_at = now()
where (known.name, known.unlocode, known.country, known.lat, known.lon, known.aliases, known.facts)
    is distinct from (excluded.name, excluded.unlocode, excluded.country, excluded.lat,
                      excluded.lon, excluded.aliases, excluded.facts);

-- name: insert_ports(rows)
insert into port (id, code, unlocode, name, country, lat, lon, timezone, kind, source)
select id, code, unlocode, name, country, lat, lon, timezone, 'harbour', 'list'
from jsonb_to_recordset($1) as news (
    id uuid, code text, unlocode text, name text, country text, lat float8, lon float8,
    timezone text
);

-- name: update_ports(rows)
-- Ports that come from lists only: what the demo world or a person wrote stays.
update port p set
    code = news.code, unlocode = news.unlocode, name = news.name, country = news.country,
    lat = news.lat, lon = news.lon, timezone = news.timezone
from jsonb_to_recordset($1) as news (
    id uuid, code text, unlocode text, name text, country text, lat float8, lon float8,
    timezone text
)
where p.id = news.id and p.source = 'list'
  and (p.code, p.unlocode, p.name, p.country, p.lat, p.lon, p.timezone)
    is distinct from (news.code, news.unlocode, news.name, news.country, news.lat, news.lon,
                      news.timezone);

-- name: add_names(port_ids, keys, names)
-- A name that a list does not have any more still finds its port.
insert into port_name (port_id, key, name)
select * from unnest($1::uuid[], $2::text[], $3::text[])
on conflict (port_id, key) do nothing;

-- name: unlisted_ports_of_statistics()
-- not null: source
-- Codes under which statistics know a port that is not stored under that code.
select distinct on (list.source, g.geo_code) list.source, g.geo_code as code, g.label
from stat_geo g
join stat_series s on s.id = g.series_id
cross join lateral (
    select case when s.report = 'CPPI' then 'cppi' else 'unctad' end as source
) list
where g.geo_kind = 'port'
  and not exists (select from port p where p.unlocode = g.geo_code)
  and not exists (
      select from port_listing l where l.source = list.source and l.source_code = g.geo_code
  )
order by list.source desc, g.geo_code, g.label;

-- name: codes_in_statistics(port_id)
-- Under which codes statistics know a port, beside its own.
select source_code from port_listing where port_id = $1 and source in ('unctad', 'cppi');

-- name: facts_of(port_id)
-- What lists say of a port.
select source, source_code, name, facts, read_at from port_listing
where port_id = $1 order by source;

-- name: foreign_names(port_ids)
-- Names of these ports (null: of all) that are not written in ASCII: of lists, of timetables'
-- translations, ours.
select p.code, n.name
from port_name n join port p on p.id = n.port_id
where ($1::uuid[] is null or p.id = any($1)) and octet_length(n.name) > length(n.name)
order by p.code, n.name;
