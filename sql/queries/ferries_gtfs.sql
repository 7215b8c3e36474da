-- Imported timetables: listed, not sold here. Every id is made from the feed's own ids: repeating is safe.

-- name: lock_feed(source)
-- Two imports of one feed write one after the other.
select pg_advisory_xact_lock(hashtextextended('gtfs:' || $1, 0));

-- name: upsert_agencies(ids, codes, names, timezones, websites, phones, source)
insert into operator as known (id, code, name, kind, timezone, website, phone, source)
select told.id, told.code, told.name, 'listed', told.timezone, told.website, told.phone, $7
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    as told (id, code, name, timezone, website, phone)
on conflict (code) do update set
    name = excluded.name, timezone = excluded.timezone, website = excluded.website, phone = excluded.phone
where (known.name, known.timezone, known.website, known.phone)
    is distinct from (excluded.name, excluded.timezone, excluded.website, excluded.phone);

-- name: upsert_lines(ids, operator_ids, codes, names, origin_ids, destination_ids, source)
insert into route as known (id, operator_id, code, name, origin_id, destination_id, source)
select *, $7 from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[])
on conflict (operator_id, code) do update set name = excluded.name
where known.name <> excluded.name;

-- name: known_sailings(source, first_at, last_at)
-- What an earlier import wrote; the service day is the beginning of the key.
select id, left(source_key, 8) as service_day, departs_at, arrives_at, headway_seconds, cars_allowed
from sailing where source = $1 and departs_at >= $2 and departs_at < $3;

-- name: remove_sailings(ids)
-- Listed sailings only: nothing can hang on them.
delete from sailing where id = any($1::uuid[]) and fare_id is null;
