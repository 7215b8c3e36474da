-- Sailings, fares and what is left.

-- name: place_by_code(code, source, source_code)
-- not null: code, name, timezone
-- A harbour by UN/LOCODE or a stop by its id; a stop that belongs to a harbour or station is that
-- place.
select code, name, timezone, country from (
    select p.code, p.name, p.timezone, p.country, 1 as choice
    from port p where p.code = $1 or p.unlocode = upper(replace($1, ' ', '') collate "C")
    union all
    select p.code, p.name, p.timezone, p.country, 2
    from port_alias a join port p on p.id = a.port_id where a.source = $2 and a.source_code = $3
) found
order by choice limit 1;

-- name: places_matching(text, limit_count)
-- Places with departures, for the search form. Harbours before stops, exact beginnings first.
select p.code, p.name, p.timezone, p.country
from port p
where ($1 = '' or folded_case(p.name) like '%' || folded_case($1) || '%'
       or p.code ilike ($1 || '%') collate "C")
  and (exists (select from route r where r.origin_id = p.id)
       or exists (select from timetable_call c where c.port_id = p.id and c.boarding <> 1))
order by p.kind, not (folded_case(p.name) like folded_case($1) || '%'), p.name
limit $2;

-- name: places_named(key, limit_count)
-- not null: exact
-- Places that something sails from or to, one of whose names contains the folded text; the one that
-- is called just so first.
select p.code as place_code, p.name as place_name, p.timezone as place_timezone,
       p.country as place_country, named.exact
from port p
join lateral (
    select bool_or(n.key = $1) as exact
    from port_name n where n.port_id = p.id and n.key like '%' || $1 || '%'
) named on named.exact is not null
where exists (select from route r where p.id in (r.origin_id, r.destination_id))
   or exists (select from timetable_call c where c.port_id = p.id)
order by not named.exact, p.kind, p.name
limit $2;

-- name: places_spelled_about(key)
-- Names of places that something sails from or to which begin as the folded text does and are about
-- as long: what may be meant by a slip of the pen.
select n.key, p.code as place_code, p.name as place_name, p.timezone as place_timezone,
       p.country as place_country
from port_name n
join port p on p.id = n.port_id
where n.key like left($1, 1) || '%' and abs(length(n.key) - length($1)) <= 2
  and (exists (select from route r where p.id in (r.origin_id, r.destination_id))
       or exists (select from timetable_call c where c.port_id = p.id))
order by p.kind, p.name;

-- name: near_departures(code, radius_m, limit_count, days)
-- not null: metres
-- Other places near a port that a boat leaves in the coming days, the nearest first, and of those
-- with one name the nearest alone: a traveller could not tell them apart. The box comes first: it
-- needs no trigonometry for each of ten thousand ports. Each place is asked by its index (limit 1);
-- as a condition the planner would read all timetables once.
with near as materialized (
    select p.id, p.code, p.name, p.timezone, p.country, away.metres
    from port o
    join port p on p.id <> o.id and abs(p.lat - o.lat) <= $2::float8 / 111195
    cross join lateral (select metres_between(o.lat, o.lon, p.lat, p.lon) as metres) away
    where o.code = $1 and away.metres <= $2
)
select place_code, place_name, place_timezone, place_country, metres
from (
    select distinct on (near.name)
           near.code as place_code, near.name as place_name, near.timezone as place_timezone,
           near.country as place_country, near.metres
    from near
    left join lateral (
        select true as leaves from route r
        join sailing s on (s.origin_id, s.destination_id) = (r.origin_id, r.destination_id)
            and s.departs_at > now() and s.departs_at < now() + make_interval(days => $4::int)
            and s.status = 'scheduled'
        where r.origin_id = near.id
        limit 1
    ) sold on true
    left join lateral (
        select true as leaves from timetable_call c
        join timetable_call e on e.pattern_id = c.pattern_id and e.number > c.number
            and e.alighting <> 1
        join timetable_trip t on t.pattern_id = c.pattern_id
        join timetable_service s on s.id = t.service_id
        -- Of its days, a bit each, those from today on.
        cross join lateral (select current_date - s.first_day as today) since
        where c.port_id = near.id and c.boarding <> 1
          and position(B'1' in substring(s.days from greatest(since.today, 0) + 1
                for greatest($4 + least(since.today, 0), 0))) > 0
        limit 1
    ) listed on true
    where sold.leaves or listed.leaves
    order by near.name, near.metres
) served
order by metres limit $3;

-- name: places_of_codes(codes)
-- Those of these harbours that something sails from or to, in the order of the codes.
select p.code, p.name, p.timezone, p.country
from unnest($1::text[]) with ordinality as wanted (code, rank)
join port p on p.code = wanted.code
where exists (select from route r where p.id in (r.origin_id, r.destination_id))
   or exists (select from timetable_call c where c.port_id = p.id)
order by wanted.rank;

-- name: sailings_of_pairs(from_codes, to_codes, day, days, close_minutes, limit_count)
-- not null: from_code, to_code, id, departs_at, arrives_at, status, leaves_at, sales_close_at,
-- available, berths, operator_code, operator_name, operator_kind, operator_demo
-- Everything that leaves between these ports on a local day of the origin and, where $4 is 2, on
-- the day after it: sailings with what is left of each resource (cancelled ones are shown as such),
-- and the boats of timetables that call at the origin and later at the destination. Of a boat that
-- calls there twice, the first time counts. A departure that two service days have (24:00 and
-- 00:00) is one boat.
with asked as materialized (
    select o.id as origin_id, o.code as from_code, d.id as destination_id, d.code as to_code,
           ($3::date)::timestamp at time zone o.timezone as first_at,
           ($3::date + $4::int)::timestamp at time zone o.timezone as end_at
    -- Not unnest: the planner looks into an array that it is given, finds a plan for just that one
    -- cheaper, keeps none, and planning takes ten times as long as the query.
    from generate_subscripts($1::text[], 1) as pair (number)
    cross join lateral (
        select id, code, timezone from port where code = ($1::text[])[pair.number] limit 1
    ) o
    cross join lateral (
        select id, code from port where code = ($2::text[])[pair.number] limit 1
    ) d
)
select asked.from_code, asked.to_code, boat.*
from asked
-- Pair by pair, each by its indexes: over all pairs at once the planner reads whole tables, which
-- takes a single pair ten times as long.
cross join lateral (
    select s.id, s.departs_at, s.arrives_at, s.status, v.leaves_at,
           v.leaves_at - make_interval(mins => coalesce(v.close_minutes, $5)) as sales_close_at,
           s.fare_id,
           s.headway_seconds, s.cars_allowed, s.max_height_cm, s.max_vehicle_kg,
           op.code as operator_code, op.name as operator_name, op.kind as operator_kind,
           op.source = 'demo' as operator_demo, f.name as ferry,
           coalesce((select jsonb_object_agg(c.resource, c.total - c.taken) from capacity c
               where c.sailing_id = s.id), '{}')
               as available,
           coalesce((select jsonb_object_agg(fc.cabin_type, fc.berths) from ferry_cabin fc
               where fc.ferry_id = s.ferry_id), '{}')
               as berths,
           null::jsonb as listing
    from sailing s
    join sailing_sales v on v.sailing_id = s.id
    join operator op on op.id = s.operator_id and op.kind <> 'remote'
    left join ferry f on f.id = s.ferry_id
    where s.origin_id = asked.origin_id and s.destination_id = asked.destination_id
        and s.departs_at >= asked.first_at and s.departs_at < asked.end_at
    union all
    select md5(concat_ws('|', t.feed_id, to_char(l.day, 'YYYYMMDD'), t.code, l.start, l.boards_at,
               l.alights_at))::uuid,
           l.departs_at, l.arrives_at, 'scheduled', l.departs_at, l.departs_at, null, l.headway,
           t.cars, null, null, op.code, op.name, op.kind, false,
           null, '{}', '{}', timetable_listing(t.id, l.boards_at, l.alights_at, l.start, l.day)
    from (
        select distinct on (t.id, departs_at, b.number)
               t.id as trip_id, a.number as boards_at, b.number as alights_at, r.start, r.headway,
               day.day, a.departs_at,
               timetable_instant(day.day, r.start + b.arrives, t.timezone) as arrives_at
        from timetable_call c
        join lateral (
            select b.number, b.arrives from timetable_call b
            where b.pattern_id = c.pattern_id and b.port_id = asked.destination_id
                and b.number > c.number and b.alighting <> 1
            order by b.number limit 1
        ) b on true
        join timetable_trip t on t.pattern_id = c.pattern_id
        join timetable_service s on s.id = t.service_id
        cross join lateral unnest(t.starts, t.headways) as r (start, headway)
        cross join lateral (
            -- A departure at 24:30 belongs to the service day before; time zones move it by one
            -- more at most. A constant, for two days: by a parameter a thousand would be guessed.
            select $3::date - (r.start + c.departs) / 86400 + n as day
            from generate_series(-1, 2) as n
        ) day
        cross join lateral (
            select c.number,
                   timetable_instant(day.day, r.start + c.departs, t.timezone) as departs_at
        ) a
        where c.port_id = asked.origin_id and c.boarding <> 1
            and timetable_runs(s.first_day, s.days, day.day) and a.departs_at >= asked.first_at
            and a.departs_at < asked.end_at
        order by t.id, departs_at, b.number, a.number desc
    ) l
    join timetable_trip t on t.id = l.trip_id
    join timetable_line line on line.id = t.line_id
    join operator op on op.id = line.operator_id
    order by departs_at, operator_name
    limit $6
) boat
order by departs_at, operator_name;

-- name: ways_on_foot(from_code, to_code, longest_walk_m, detour_factor, spare_m, limit_count)
-- not null: hops, origin, destination, metres
-- Ways of which one gets a part by oneself: a timetable says that one may go on from another port
-- (transfers.txt), before the first boat, after the last one, both (a row for each walk), there
-- with up to two changes, or between two boats, there also with a change before or after it. `hops`
-- are the ports where one boards and leaves, in turn. Where the timetable has no minimum for it,
-- the two ports are no further apart than somebody walks. The shortest of each kind, within the
-- bound of ways_round.
with ends as materialized (
    select o.id as from_id, o.code as from_code, d.id as to_id, d.code as to_code,
           $4::float8 * metres_between(o.lat, o.lon, d.lat, d.lon) + $5::float8 as longest_m
    from port o, port d where o.code = $1 and d.code = $2 and o.id <> d.id
), leaving as materialized (
    select distinct p.id, p.code
    from ends cross join lateral links_from(ends.from_id) link join port p on p.id = link.port_id
    where p.id <> ends.to_id
), reaching as materialized (
    select distinct p.id, p.code
    from ends cross join lateral links_to(ends.to_id) link join port p on p.id = link.port_id
    where p.id <> ends.from_id
), rule as (
    select x.from_port_id, x.to_port_id, x.kind from timetable_transfer x
    where x.from_port_id in (select id from leaving union all select from_id from ends)
    union
    select x.from_port_id, x.to_port_id, x.kind from timetable_transfer x
    where x.to_port_id in (select id from reaching union all select to_id from ends)
), walk as materialized (
    select distinct f.id as from_id, f.code as origin, t.id as to_id, t.code as destination,
           metres_between(f.lat, f.lon, t.lat, t.lon) as metres
    from rule
    join port f on f.id = rule.from_port_id
    join port t on t.id = rule.to_port_id
    where f.id <> t.id and rule.kind in (0, 1, 2)
      and (rule.kind = 2 or metres_between(f.lat, f.lon, t.lat, t.lon) <= $3)
), walked_end as materialized (
    -- Where one boards first and leaves last when the way there or from there is walked at one end
    -- or at both: a row for each walk.
    select 'before' as part, w.to_id as first_id, w.destination as first_code,
           e.to_id as last_id, e.to_code as last_code, w.*
    from ends e join walk w on w.from_id = e.from_id and w.to_id <> e.to_id
    union all
    select 'after', e.from_id, e.from_code, w.from_id, w.origin, w.*
    from ends e join walk w on w.to_id = e.to_id and w.from_id <> e.from_id
    union all
    select 'both ends', a.to_id, a.destination, z.from_id, z.origin, side.*
    from ends e
    join walk a on a.from_id = e.from_id and a.to_id <> e.to_id
    join walk z on z.to_id = e.to_id and z.from_id <> e.from_id
    cross join lateral (values (a.*), (z.*))
        as side (from_id, origin, to_id, destination, metres)
    where a.to_id <> z.from_id
), boarded as materialized (
    -- Every port that a boat leads to from where one boards so, and every one from where a boat
    -- leads to where one leaves so: each looked for once, however many walks share it.
    select x.first_id, p.id, p.code
    from (select distinct first_id from walked_end) x
    cross join lateral (select distinct port_id from links_from(x.first_id)) link
    join port p on p.id = link.port_id
), left_behind as materialized (
    select x.last_id, p.id, p.code
    from (select distinct last_id from walked_end) x
    cross join lateral (select distinct port_id from links_to(x.last_id)) link
    join port p on p.id = link.port_id
), way as (
    select w.part, array[w.first_code, w.last_code] as hops,
           w.from_id, w.origin, w.to_id, w.destination, w.metres
    from walked_end w
    join boarded b on b.first_id = w.first_id and b.id = w.last_id
    union all
    select 'a change', array[w.first_code, b.code, b.code, w.last_code],
           w.from_id, w.origin, w.to_id, w.destination, w.metres
    from ends e
    cross join walked_end w
    join boarded b on b.first_id = w.first_id
    join left_behind l on l.last_id = w.last_id and l.id = b.id
    where b.id not in (e.from_id, e.to_id)
    union all
    select 'two changes',
           array[w.first_code, b.code, b.code, l.code, l.code, w.last_code],
           w.from_id, w.origin, w.to_id, w.destination, w.metres
    from ends e
    cross join walked_end w
    join boarded b on b.first_id = w.first_id
    cross join lateral (select distinct port_id from links_from(b.id)) link
    join left_behind l on l.last_id = w.last_id and l.id = link.port_id
    where b.id not in (e.from_id, e.to_id, w.last_id)
      and l.id not in (e.from_id, e.to_id, w.first_id)
    union all
    select 'between', array[e.from_code, w.origin, w.destination, e.to_code], w.*
    from ends e
    cross join walk w
    join leaving l on l.id = w.from_id
    join reaching r on r.id = w.to_id
    union all
    select 'before a change',
           array[e.from_code, w.origin, w.destination, r.code, r.code, e.to_code], w.*
    from ends e
    cross join walk w
    join leaving l on l.id = w.from_id
    join reaching r on r.id in (select link.port_id from links_from(w.to_id) link)
    where w.to_id not in (e.from_id, e.to_id) and r.id not in (w.from_id, w.to_id)
    union all
    select 'after a change',
           array[e.from_code, l.code, l.code, w.origin, w.destination, e.to_code], w.*
    from ends e
    cross join walk w
    join reaching r on r.id = w.to_id
    join leaving l on l.id in (select link.port_id from links_to(w.from_id) link)
    where w.from_id not in (e.from_id, e.to_id) and l.id not in (w.from_id, w.to_id)
), ranked as (
    select way.hops, way.origin, way.destination, way.metres,
           -- The two walks of one way are no two ways.
           dense_rank() over (partition by way.part order by sea.metres, way.hops) as rank
    from way
    cross join ends
    cross join lateral (
        select sum(metres_between(a.lat, a.lon, b.lat, b.lon)) as metres
        from generate_series(1, cardinality(way.hops) - 1) as number
        join port a on a.code = way.hops[number]
        join port b on b.code = way.hops[number + 1]
    ) sea
    where sea.metres <= ends.longest_m
)
select hops, origin, destination, metres from ranked where rank <= $6
order by cardinality(hops), metres, hops;

-- name: ways_round(from_code, to_code, detour_factor, spare_m, limit_count)
-- not null: ports, length_m
-- The ports on the way where one changes once or twice: what leaves the origin, what reaches the
-- destination, and what lies between, never longer than $3 times the straight way and $4 metres.
-- The shortest ones, as many of one change as of two at most, and as many more where only a remote
-- operator sails part of the way: those crowd nobody else out.
with ends as materialized (
    select o.id as origin_id, o.lat, o.lon, d.id as destination_id, d.lat as to_lat,
           d.lon as to_lon,
           $3::float8 * metres_between(o.lat, o.lon, d.lat, d.lon) + $4::float8 as longest_m
    from port o, port d where o.code = $1 and d.code = $2
), leaving as materialized (
    select p.id, p.code, p.lat, p.lon, metres_between(e.lat, e.lon, p.lat, p.lon) as m,
           bool_and(link.kind = 'remote') as remote
    from ends e
    cross join lateral links_from(e.origin_id) as link
    join port p on p.id = link.port_id
    where p.id not in (e.origin_id, e.destination_id)
      and metres_between(e.lat, e.lon, p.lat, p.lon)
          + metres_between(p.lat, p.lon, e.to_lat, e.to_lon) <= e.longest_m
    group by p.id, e.lat, e.lon
), reaching as materialized (
    select p.id, p.code, p.lat, p.lon,
           metres_between(p.lat, p.lon, e.to_lat, e.to_lon) as m,
           bool_and(link.kind = 'remote') as remote
    from ends e
    cross join lateral links_to(e.destination_id) as link
    join port p on p.id = link.port_id
    where p.id not in (e.origin_id, e.destination_id)
    group by p.id, e.to_lat, e.to_lon
), found as (
    select array[l.code] as ports, l.m + r.m as length_m, l.remote or r.remote as remote
    from leaving l join reaching r on r.id = l.id
    union all
    select array[l.code, r.code], l.m + r.m + metres_between(l.lat, l.lon, r.lat, r.lon),
           l.remote or r.remote or link.remote
    from leaving l
    cross join lateral (
        select onward.port_id, bool_and(onward.kind = 'remote') as remote
        from links_from(l.id) as onward group by onward.port_id
    ) link
    join reaching r on r.id = link.port_id
), ranked as (
    select ports, length_m,
           row_number() over (
               partition by cardinality(ports), remote order by length_m, ports
           ) as rank
    from found, ends
    where length_m <= ends.longest_m
)
select ports, length_m from ranked where rank <= $5
order by cardinality(ports), length_m, ports;

-- name: remote_routes(from_codes, to_codes)
-- Which remote operators sail between these pairs of ports: whom to ask about them.
select distinct op.code as operator, o.code as origin, d.code as destination
from unnest($1::text[], $2::text[]) as pair (origin, destination)
join port o on o.code = pair.origin
join port d on d.code = pair.destination
join route r on r.origin_id = o.id and r.destination_id = d.id
join operator op on op.id = r.operator_id and op.kind = 'remote'
order by operator, origin, destination;

-- name: port_changes(codes)
-- Where changing takes longer or shorter than usual.
select p.code, c.foot_minutes, c.vehicle_minutes
from port_change c join port p on p.id = c.port_id where p.code = any($1::text[]);

-- name: places_by_codes(codes)
select code, name, timezone, country from port where code = any($1::text[]);

-- name: fares_by_id(ids)
-- As in sailings_by_id: planned once.
select f.id, f.code, f.currency, f.infant_to_age, f.child_to_age, f.harbour_tax_minor,
       f.change_fee_minor, f.name_change_fee_minor,
       (select jsonb_object_agg(p.item, p.amount_minor) from fare_price p
           where p.fare_id = f.id) as prices,
       (select jsonb_agg(jsonb_build_object('hours_before', r.hours_before, 'fee_percent',
           r.fee_percent))
        from cancel_rule r where r.fare_id = f.id) as cancel_rules,
       (select jsonb_agg(jsonb_build_object('area', d.area, 'percent', d.percent, 'proofs',
           d.proofs) order by d.area)
        from resident_discount d where d.fare_id = f.id) as resident_discounts,
       (select extras from fare_extras e where e.fare_id = f.id) as extras
from fare f where f.id = any(array(select unnest($1::uuid[])));

-- name: sailings_by_id(ids, close_minutes)
-- not null: berths
-- The ids stand in a query of their own: of an array that it sees PostgreSQL counts the elements,
-- the plan for any array seems dear beside that, and nine tables are planned anew each time.
select s.id, s.departs_at, s.arrives_at, s.expected_departs_at, s.expected_arrives_at, s.status,
       v.leaves_at - make_interval(mins => coalesce(v.close_minutes, $2)) as sales_close_at,
       s.fare_id, s.max_height_cm, s.max_vehicle_kg,
       s.cars_allowed, s.remote_key,
       op.code as operator_code, op.name as operator_name, op.kind as operator_kind,
       op.source as operator_source, op.phone as operator_phone,
       op.support_email as operator_support_email,
       o.code as origin_code, o.name as origin_name, o.timezone as origin_timezone,
       o.country as origin_country,
       d.code as destination_code, d.name as destination_name, d.timezone as destination_timezone,
       d.country as destination_country, f.name as ferry, f.mmsi, r.distance_m,
       coalesce((select jsonb_object_agg(fc.cabin_type, fc.berths) from ferry_cabin fc
           where fc.ferry_id = s.ferry_id), '{}') as berths
from sailing s
join sailing_sales v on v.sailing_id = s.id
join operator op on op.id = s.operator_id
join route r on r.id = s.route_id
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
left join ferry f on f.id = s.ferry_id
where s.id = any(array(select unnest($1::uuid[])));

-- name: available_capacity(sailing_id)
select resource, total - taken as available from capacity where sailing_id = $1 order by resource;

-- name: release_capacity(sailing_ids, resources, quantities)
-- Gives back what was taken. Rows are locked in the order in which a hold locks them, so that a
-- release and a hold of the same sailings cannot wait for each other in a circle.
with back as materialized (
    select sailing_id, resource, sum(quantity)::int as quantity
    from unnest($1::uuid[], $2::text[], $3::int[]) as r (sailing_id, resource, quantity)
    group by sailing_id, resource
), locked as materialized (
    select c.sailing_id, c.resource from capacity c
    where (c.sailing_id, c.resource) in (select sailing_id, resource from back)
    order by c.sailing_id, c.resource
    for update
)
update capacity c set taken = c.taken - b.quantity
from back b join locked l on l.sailing_id = b.sailing_id and l.resource = b.resource
where c.sailing_id = b.sailing_id and c.resource = b.resource;

-- name: waited_for(sailing_ids)
select distinct sailing_id from waiting_party
where status = 'waiting' and sailing_id = any($1::uuid[]);

-- name: reserve_capacity(sailing_ids, resources, quantities)
-- Takes all of it or nothing, and says which. What is available is read after the lock, never
-- before: a count from before is what oversells. The update repeats the condition; were it ever to
-- change fewer rows than were found to suffice, the division throws the whole statement away.
with demand as materialized (
    select sailing_id, resource, sum(quantity)::int as quantity
    from unnest($1::uuid[], $2::text[], $3::int[]) as r (sailing_id, resource, quantity)
    group by sailing_id, resource
), locked as materialized (
    select c.sailing_id, c.resource, c.total - c.taken as available from capacity c
    where (c.sailing_id, c.resource) in (select sailing_id, resource from demand)
    order by c.sailing_id, c.resource
    for update
), short as materialized (
    select d.sailing_id
    from demand d left join locked l on l.sailing_id = d.sailing_id and l.resource = d.resource
    where coalesce(l.available, -1) < d.quantity
), reserved as (
    update capacity c set taken = c.taken + d.quantity
    from demand d
    where c.sailing_id = d.sailing_id and c.resource = d.resource
      and c.taken + d.quantity <= c.total and not exists (select from short)
    returning 1
)
select case
    when exists (select from short) then false
    else 1 / case when (select count(*) from reserved) = (select count(*) from demand) then 1
        else 0 end = 1
end as complete;

-- name: add_extra_capacity(sailing_ids)
-- What the fares of these sailings sell so many of only. Rows that are there keep what was taken.
insert into capacity (sailing_id, resource, total)
select s.id, 'extra:' || e.kind, e.per_sailing
from sailing s join fare_extra e on e.fare_id = s.fare_id and e.per_sailing is not null
where s.id = any($1::uuid[])
on conflict (sailing_id, resource) do nothing;

-- name: count_extras_anew(sailing_ids)
-- These sailings are sold by another fare: what it sells so many of only is counted from now on,
-- less what was sold while nobody counted it; of what is counted already there is never less than
-- was taken. Rows are written in the order in which holds lock them.
insert into capacity (sailing_id, resource, total)
select s.id, 'extra:' || e.kind, greatest(0, e.per_sailing - coalesce(sold.uncounted, 0))
from sailing s
join fare_extra e on e.fare_id = s.fare_id and e.per_sailing is not null
left join lateral (
    select sum(i.quantity - coalesce(c.quantity, 0))::int as uncounted
    from booking_leg l
    join booking b on b.id = l.booking_id
        and b.status in ('held', 'paid', 'confirming', 'confirmed')
    join booking_item i on i.booking_id = l.booking_id and i.leg_number = l.number
        and i.item = 'extra:' || e.kind
    left join leg_capacity c on c.booking_id = l.booking_id and c.leg_number = l.number
        and c.sailing_id = s.id and c.resource = i.item
    where l.sailing_id = s.id
) sold on true
where s.id = any($1::uuid[])
order by s.id, e.kind
on conflict (sailing_id, resource) do update
set total = greatest(capacity.taken, excluded.total);

-- name: sailing_days(ids)
-- not null: day
select s.id as sailing_id, o.code as origin, d.code as destination,
       (s.departs_at at time zone o.timezone)::date as day
from sailing s
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
where s.id = any($1::uuid[]);

-- name: lock_capacity(sailing_id)
-- In the order in which a hold locks them.
select resource, total, taken from capacity where sailing_id = $1 order by resource for update;

-- name: set_capacity_totals(sailing_id, resources, totals)
-- Under lock_capacity: the check constraint stands behind it.
insert into capacity (sailing_id, resource, total)
select $1, c.resource, c.total from unnest($2::text[], $3::int[]) as c (resource, total)
on conflict (sailing_id, resource) do update set total = excluded.total;

-- name: days_with_sailings(from_code, to_code, day)
-- The nearest days around $3 that have a sailing or a boat of a timetable, for an empty result.
select (s.departs_at at time zone o.timezone)::date as day
from sailing s join port o on o.id = s.origin_id join port d on d.id = s.destination_id
where o.code = $1 and d.code = $2 and s.status = 'scheduled'
  and s.departs_at between greatest(now(), $3::date - interval '14 days')
      and $3::date + interval '15 days'
union
select (boat.departs_at at time zone o.timezone)::date
from port o
join port d on d.code = $2
join timetable_call a on a.port_id = o.id and a.boarding <> 1
join timetable_call b on b.pattern_id = a.pattern_id and b.port_id = d.id and b.number > a.number
    and b.alighting <> 1
join timetable_trip t on t.pattern_id = a.pattern_id
join timetable_service s on s.id = t.service_id
cross join generate_series($3::date - 14, $3::date + 14, interval '1 day') as service(day)
cross join lateral (
    select timetable_instant(service.day::date, t.starts[1] + a.departs, t.timezone) as departs_at
) boat
where o.code = $1 and timetable_runs(s.first_day, s.days, service.day::date)
    and boat.departs_at > now()
order by 1
limit 30;

-- name: calls_at(port_code, first_at, end_at, arrivals, limit_count, skip)
-- not null: boat_id, boat_at, boat_other_at, boat_status, boat_sold_here, boat_operator_demo, total
-- The boats that leave a port in [first_at, end_at), or with $4 those that arrive: one row a boat,
-- sold and listed. `other` is where it is bound for, or where it comes from. Of a remote operator
-- only those sailings are here that somebody booked, so that their booking can point at them: they
-- are not its timetable.
with here as materialized (
    select id, timezone from port where code = $1
), sold as (
    select s.id, s.departs_at as at, s.arrives_at as other_at, s.expected_departs_at as expected_at,
           s.status, s.fare_id, s.headway_seconds, s.ferry_id,
           s.operator_id, s.destination_id as other_id
    from here join sailing s on s.origin_id = here.id and s.departs_at >= $2 and s.departs_at < $3
    where not $4
    union all
    select s.id, s.arrives_at, s.departs_at, s.expected_arrives_at, s.status, s.fare_id,
           s.headway_seconds, s.ferry_id, s.operator_id, s.origin_id
    from here join sailing s on s.destination_id = here.id and s.arrives_at >= $2
        and s.arrives_at < $3
    where $4
), listed as (
    select distinct on (t.id, boat.at)
           t.id as trip_id, t.feed_id, t.code, t.line_id, t.pattern_id, c.number, r.start,
           r.headway, day.day, boat.at,
           e.number as other_number, e.port_id as other_id,
           timetable_instant(day.day, r.start + case when $4 then e.departs else e.arrives end,
               t.timezone) as other_at
    from here
    join timetable_call c on c.port_id = here.id and case when $4 then c.alighting
        else c.boarding end <> 1
    join lateral (
        -- Where the boat ends for whoever boards here, or begins for whoever leaves it here.
        select e.number, e.port_id, e.arrives, e.departs from timetable_call e
        where e.pattern_id = c.pattern_id
          and case when $4 then e.number < c.number and e.boarding <> 1 else e.number > c.number
              and e.alighting <> 1 end
        order by case when $4 then e.number else -e.number end limit 1
    ) e on true
    join timetable_trip t on t.pattern_id = c.pattern_id
    join timetable_service s on s.id = t.service_id
    cross join lateral unnest(t.starts, t.headways) as r (start, headway)
    cross join lateral (
        select days::date - (r.start + c.departs) / 86400 as day
        from generate_series($2::timestamptz - interval '2 days',
            $3::timestamptz + interval '1 day', interval '1 day') as days
    ) day
    cross join lateral (
        select timetable_instant(day.day, r.start + case when $4 then c.arrives else c.departs end,
            t.timezone) as at
    ) boat
    where timetable_runs(s.first_day, s.days, day.day) and boat.at >= $2 and boat.at < $3
    order by t.id, boat.at, c.number
), boats as (
    select s.id, s.at, s.other_at, s.expected_at, s.status, s.fare_id, s.headway_seconds,
           f.name as ferry, f.mmsi, s.operator_id,
           s.other_id, null::jsonb as listing
    from sold s left join ferry f on f.id = s.ferry_id
    union all
    select md5(concat_ws('|', l.feed_id, to_char(l.day, 'YYYYMMDD'), l.code, l.start, l.number,
        l.other_number))::uuid, l.at,
           l.other_at, null, 'scheduled', null, l.headway, null, null, line.operator_id, l.other_id,
           timetable_listing(l.trip_id, least(l.number, l.other_number),
               greatest(l.number, l.other_number), l.start, l.day)
    from listed l join timetable_line line on line.id = l.line_id
)
select boats.id as boat_id, boats.at as boat_at, boats.other_at as boat_other_at,
       boats.expected_at as boat_expected_at, boats.status as boat_status,
       boats.fare_id is not null as boat_sold_here, boats.headway_seconds as boat_headway_seconds,
       boats.ferry as boat_ferry, boats.mmsi as boat_mmsi, boats.listing as boat_listing,
       op.code as boat_operator_code, op.name as boat_operator_name, op.kind as boat_operator_kind,
       op.source = 'demo' as boat_operator_demo, p.code as boat_other_code,
       p.name as boat_other_name,
       p.timezone as boat_other_timezone, p.country as boat_other_country, count(*) over () as total
from boats
join operator op on op.id = boats.operator_id and op.kind <> 'remote'
join port p on p.id = boats.other_id
order by boats.at, p.name, boats.id
limit $5 offset $6;

-- name: resident_areas()
-- Where people live for whom some fare has a discount (ISO 3166-2).
select distinct area from resident_discount;

-- name: popular_routes(limit_count)
-- Routes that are sold here, most sailings in the coming week first.
select o.code as origin_code, o.name as origin_name, o.timezone as origin_timezone,
       o.country as origin_country,
       d.code as destination_code, d.name as destination_name, d.timezone as destination_timezone,
       d.country as destination_country, min(fp.amount_minor) as from_minor,
       min(fa.currency) as currency,
       min(s.arrives_at - s.departs_at) as duration, array_agg(distinct op.name) as operators
from sailing s
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
join fare fa on fa.id = s.fare_id
join fare_price fp on fp.fare_id = fa.id and fp.item = 'adult'
join operator op on op.id = s.operator_id
where s.departs_at between now() and now() + interval '7 days' and s.status = 'scheduled'
group by 1, 2, 3, 4, 5, 6, 7, 8
order by count(*) desc, 1, 5
limit $1;

-- name: ensure_remote_operator(id, code, name)
-- An operator of the settings has a row once one of its sailings is booked; the demo's have theirs.
insert into operator (id, code, name, kind, source) values ($1, $2, $3, 'remote', 'settings')
on conflict do nothing;

-- name: ensure_remote_route(id, operator_code, code, name, from_code, to_code)
-- Its id follows from its code, so two that write it at once meet in either key.
insert into route (id, operator_id, code, name, origin_id, destination_id, source)
select $1, op.id, $3, $4, o.id, d.id, 'remote:' || $2
from operator op, port o, port d
where op.code = $2 and o.code = $5 and d.code = $6
on conflict do nothing;

-- name: remote_route(operator_code, code)
select r.id from route r join operator op on op.id = r.operator_id
where op.code = $1 and r.code = $2;

-- name: ensure_remote_sailing(id, route_id, ferry_name, departs_at, arrives_at, remote_key,
-- close_minutes)
-- What a remote operator sails is written down when somebody books it. Its ship is known by name
-- only.
insert into sailing (id, route_id, operator_id, origin_id, destination_id, departs_at, arrives_at,
    remote_key,
                     source, source_key, sales_close_minutes, ferry_id)
select $1, r.id, r.operator_id, r.origin_id, r.destination_id, $4, $5, $6, r.source, $6, $7,
       (select f.id from ferry f where f.operator_id = r.operator_id and f.name = $3)
from route r where r.id = $2
on conflict do nothing;

-- name: follow_remote_sailing(route_id, departs_at, arrives_at, remote_key, close_minutes)
-- The operator may have moved it since.
update sailing s set departs_at = $2, arrives_at = $3, sales_close_minutes = $5
from route r
where r.id = $1 and s.source = r.source and s.source_key = $4
returning s.id;

-- name: check_in_rules(operator_codes, port_codes)
-- not null: operator, port
-- Field by field, an operator's rule for the port stands before its rule for all ports.
select w.operator, w.port,
       coalesce(here.foot_minutes, anywhere.foot_minutes) as foot_minutes,
       coalesce(here.vehicle_minutes, anywhere.vehicle_minutes) as vehicle_minutes, here.terminal
from unnest($1::text[], $2::text[]) as w (operator, port)
join operator o on o.code = w.operator
left join port p on p.code = w.port
left join check_in_rule here on here.operator_id = o.id and here.port_id = p.id
left join check_in_rule anywhere on anywhere.operator_id = o.id and anywhere.port_id is null
where here.operator_id is not null or anywhere.operator_id is not null;
