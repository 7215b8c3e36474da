-- Timetables of others: feeds, their editions, and the trips of the active ones. Listed, not sold
-- here.

-- name: lock_feed(name)
-- Two imports of one feed write one after the other.
select pg_advisory_xact_lock(hashtextextended('feed:' || $1, 0));

-- name: feed_by_name(name)
select id, name, publisher, publisher_url, address, etag, modified, pulled_at from feed
    where name = $1;

-- name: feeds_of_publisher(publisher, publisher_url)
select id, name, publisher, publisher_url, address, etag, modified, pulled_at
from feed
where folded_case(publisher) = folded_case($1) and folded_case(publisher_url) = folded_case($2)
order by name;

-- name: feeds()
select id, name, publisher, publisher_url, address, etag, modified, pulled_at
    from feed order by name;

-- name: upsert_feed(id, name, publisher, publisher_url)
-- Returns the id of the feed of that name; who publishes it may have changed.
insert into feed (id, name, publisher, publisher_url) values ($1, $2, $3, $4)
on conflict (name) do update set publisher = excluded.publisher,
    publisher_url = excluded.publisher_url
returning id;

-- name: set_address(name, address)
-- Another address has its own ETag.
update feed set address = $2, etag = '', modified = '' where name = $1;

-- name: mark_pulled(feed_id, pulled_at, etag, modified)
update feed set pulled_at = $2, etag = $3, modified = $4 where id = $1;

-- name: drop_feed(name)
-- Its trips and editions go with it.
delete from feed where name = $1;

-- name: active_edition(feed_id)
select id, feed_id, digest, moved_weeks, origin, state, version, attributions, first_day,
    last_day, read_at,
       activated_at, report, refusal
from feed_edition where feed_id = $1 and state = 'active';

-- name: editions_of(feed_id)
-- Newest first.
select id, feed_id, digest, moved_weeks, origin, state, version, attributions, first_day,
    last_day, read_at,
       activated_at, report, refusal
from feed_edition where feed_id = $1
order by state <> 'active', coalesce(activated_at, read_at) desc, id desc;

-- name: edition_by_id(edition_id)
select id, feed_id, digest, moved_weeks, origin, state, version, attributions, first_day,
    last_day, read_at,
       activated_at, report, refusal
from feed_edition where id = $1;

-- name: retire_active(feed_id)
update feed_edition set state = 'earlier' where feed_id = $1 and state = 'active';

-- name: upsert_edition(edition)
-- Returns its id: the same file again is the same edition. One that is or was shown does not become
-- a refused one.
insert into feed_edition as known
select * from jsonb_populate_record(null::feed_edition, $1)
on conflict (feed_id, digest, moved_weeks) do update set
    origin = excluded.origin,
    state = case
        when excluded.state = 'refused' and known.state <> 'refused' then known.state
        else excluded.state end,
    read_at = excluded.read_at,
    activated_at = coalesce(excluded.activated_at, known.activated_at),
    report = excluded.report,
    refusal = case
        when excluded.state = 'refused' and known.state <> 'refused' then ''
        else excluded.refusal end
returning id;

-- name: add_file_part(edition_id, number, content)
insert into feed_file_part (edition_id, number, content) values ($1, $2, $3) on conflict do nothing;

-- name: keep_edition(edition_id)
-- Nobody drops it while its file is read, part by part.
select id from feed_edition where id = $1 for key share;

-- name: file_part(edition_id, number)
-- No row behind the last part.
select content from feed_file_part where edition_id = $1 and number = $2;

-- name: drop_old_editions(feed_id, keep)
-- The active one and the newest of the others stay.
delete from feed_edition where id in (
    select id from feed_edition where feed_id = $1 and state <> 'active'
    order by coalesce(activated_at, read_at) desc offset $2
);

-- name: clear_timetable(feed_id)
-- Everything of the edition that was active; calls go with their patterns.
with trips as (delete from timetable_trip where feed_id = $1),
     patterns as (delete from timetable_pattern where feed_id = $1),
     lines as (delete from timetable_line where feed_id = $1),
     links as (delete from timetable_link where feed_id = $1),
     transfers as (delete from timetable_transfer where feed_id = $1),
     ways as (delete from timetable_way where feed_id = $1)
delete from timetable_service where feed_id = $1;

-- name: add_links(feed_id)
-- Every pair of ports between which one may travel, once: searches with changes begin here.
insert into timetable_link (feed_id, origin_id, destination_id)
select distinct p.feed_id, a.port_id, b.port_id
from timetable_pattern p
join timetable_call a on a.pattern_id = p.id and a.boarding <> 1
join timetable_call b on b.pattern_id = p.id and b.number > a.number and b.alighting <> 1
where p.feed_id = $1 and a.port_id <> b.port_id;

-- name: upsert_agencies(ids, codes, names, timezones, websites, phones, source)
insert into operator as known (id, code, name, kind, timezone, website, phone, source)
select news.id, news.code, news.name, 'listed', news.timezone, news.website, news.phone, $7
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    as news (id, code, name, timezone, website, phone)
on conflict (code) do update set
    name = excluded.name,
    timezone = excluded.timezone,
    website = excluded.website,
    phone = excluded.phone
where (known.name, known.timezone, known.website, known.phone)
    is distinct from (excluded.name, excluded.timezone, excluded.website, excluded.phone);

-- name: add_services(feed_id, codes, first_days, days)
insert into timetable_service (feed_id, code, first_day, days)
select $1, code, first_day, days::varbit
from unnest($2::text[], $3::date[], $4::text[]) as news (code, first_day, days)
returning code, id;

-- name: add_lines(feed_id, operator_ids, codes, short_names, long_names, colours)
insert into timetable_line (feed_id, operator_id, code, short_name, long_name, colour)
select $1, * from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[])
returning code, id;

-- name: add_patterns(feed_id, count)
insert into timetable_pattern (feed_id, number)
select $1, generate_series(0, $2::int - 1)
returning number, id;

-- name: drop_legacy_sailings(source)
-- Of a version that wrote each pair of stops as a sailing. Nothing can hang on what is only listed.
delete from sailing where source = $1 and fare_id is null;

-- name: drop_legacy_routes(source)
delete from route
where source = $1 and not exists (select from sailing s where s.route_id = route.id);

-- name: departures_of_feed(feed_id, day)
-- not null: day, keys, prints
-- Every boat of a service day at every stop where one may board it: what an edition is compared by.
-- Equal keys in two editions mean the same departure, equal prints that nothing about it has
-- changed. Hashed, packed and gathered by stop: a large feed has a million departures.
select
    day::text as day,
    port_id,
    string_agg(int8send(hashtextextended(key, 0)), '') as keys,
    string_agg(int8send(hashtextextended(fingerprint, 0)), '') as prints
from (
    select
        day,
        format(
            '%s|%s|%s|%s',
            day,
            t.code,
            row_number() over (partition by t.id, day, a.number order by r.start),
            a.number
        ) as key,
        format(
            '%s|%s|%s|%s|%s|%s',
            timetable_instant(day, r.start + a.departs, t.timezone),
            a.port_id,
            r.headway,
            t.cars,
            a.boarding,
            ends.arrivals
        ) as fingerprint,
        a.port_id
    from timetable_trip t
    join timetable_service s on s.id = t.service_id
    join timetable_call a on a.pattern_id = t.pattern_id and a.boarding <> 1
    join lateral (
        select string_agg(b.port_id::text || '+' || b.arrives, ' ' order by b.number) as arrivals
        from timetable_call b
        where b.pattern_id = t.pattern_id and b.number > a.number and b.alighting <> 1
    ) ends on ends.arrivals is not null
    cross join lateral unnest(t.starts, t.headways) as r (start, headway)
    cross join (select $2::date as day) day
    where t.feed_id = $1 and timetable_runs(s.first_day, s.days, day)
) departure
group by 1, 2;

-- name: harbours_near(lats, lons, keys)
-- not null: number, metres
-- The harbour that a stop of a timetable is: of the same (folded) name, and at most 5 km away.
-- Numbered as asked, from 1. A name alone is shared by many places, and many piers of one town
-- stand close together: both must agree.
select asked.number::int as number, near.id, near.code, near.metres
from unnest($1::float8[], $2::float8[], $3::text[])
    with ordinality as asked (lat, lon, key, number)
cross join lateral (
    select
        p.id,
        p.code,
        111195 * sqrt(
            power(p.lat - asked.lat, 2)
            + power((p.lon - asked.lon) * cos(radians(asked.lat)), 2)
        ) as metres
    from port p
    where p.kind = 'harbour'
      and exists (select from port_name n where n.port_id = p.id and n.key = asked.key)
      and p.lat between asked.lat - 0.05 and asked.lat + 0.05
    order by metres limit 1
) near
where near.metres <= 5000;

-- name: joined_by_person(source)
-- Stops of a feed whose harbour a person has chosen.
select a.source_code as stop_code, a.port_id as id, p.code
from port_alias a join port p on p.id = a.port_id
where a.source = $1 and a.decided_by = 'person';

-- name: drop_unused_stops(source)
-- Stops of a feed at which nothing calls any more, neither in a timetable nor in what was sold.
delete from port p
where p.source = $1 and p.kind = 'stop'
  and not exists (select from timetable_call c where c.port_id = p.id)
  and not exists (select from sailing s where p.id in (s.origin_id, s.destination_id))
  and not exists (select from route r where p.id in (r.origin_id, r.destination_id));

-- name: transfers_at(feeds, ports)
-- The rules of these feeds, by name, for changing at these harbours, and those for any. In a fixed
-- order, so that of two which nothing tells apart always the same one counts.
select f.name as feed, o.code as from_port, d.code as to_port, t.kind, t.from_stop, t.to_stop,
       t.from_station, t.to_station, t.from_line, t.to_line, t.from_trip, t.to_trip,
       t.min_seconds
from timetable_transfer t
join feed f on f.id = t.feed_id
left join port o on o.id = t.from_port_id
left join port d on d.id = t.to_port_id
where f.name = any($1::text[])
  and (o.code is null or o.code = any($2::text[]))
  and (d.code is null or d.code = any($2::text[]))
order by f.name, t.number;

-- name: terminal_ways(feeds, stops)
-- How long it takes at least between these piers, by the feed's own ids; those of other feeds have
-- the same ones.
select f.name as feed, w.from_stop, w.to_stop, w.seconds
from timetable_way w
join feed f on f.id = w.feed_id
where f.name = any($1::text[])
  and w.from_stop = any($2::text[]) and w.to_stop = any($2::text[]);
