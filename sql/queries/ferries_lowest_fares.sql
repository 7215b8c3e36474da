-- The lowest price of each day between two ports.

-- name: refresh_house_fares(first_day, last_day, close_minutes)
-- Of our own sailings: those that are sold and have a place left, for one adult with taxes. A day
-- on which something sails and nothing is left is written as such. What did not change is written
-- again: its reading is as fresh.
with boats as (
    select s.origin_id, s.destination_id, s.operator_id,
           (s.departs_at at time zone o.timezone)::date as day, fa.currency,
           p.amount_minor + fa.harbour_tax_minor as amount_minor,
           s.status = 'scheduled' and c.total > c.taken
               and v.leaves_at - make_interval(mins => coalesce(v.close_minutes, $3)) > now()
               as is_sold
    from sailing s
    join port o on o.id = s.origin_id
    join operator op on op.id = s.operator_id and op.kind = 'house'
    join sailing_sales v on v.sailing_id = s.id
    join fare fa on fa.id = s.fare_id
    join fare_price p on p.fare_id = fa.id and p.item = 'adult'
    join capacity c on c.sailing_id = s.id and c.resource = 'passenger'
    where s.departs_at >= $1::date - interval '1 day'
      and s.departs_at < $2::date + interval '2 days'
)
insert into lowest_fare (origin_id, destination_id, operator_id, day, amount_minor, currency,
    sailings, read_at)
select origin_id, destination_id, operator_id, day, min(amount_minor) filter (where is_sold),
       -- An operator sells a route in one currency; were it two, the lower code stands for both.
       min(currency) filter (where is_sold), count(*) filter (where is_sold), now()
from boats where day between $1 and $2
group by origin_id, destination_id, operator_id, day
on conflict (origin_id, destination_id, day, operator_id) do update set
    amount_minor = excluded.amount_minor, currency = excluded.currency,
    sailings = excluded.sailings, read_at = excluded.read_at;

-- name: drop_stale_house_fares()
-- Days on which our operators do not sail any more: this transaction did not write them again.
delete from lowest_fare f using operator op
where op.id = f.operator_id and op.kind = 'house' and f.read_at < now();

-- name: drop_past_fares(day)
delete from lowest_fare where day < $1;

-- name: stalest_questions(operator_code, first_day, days, stale_before, limit_count)
-- not null: day
-- What to ask a remote operator next: its routes by day, never asked first, then the oldest answer;
-- near days before far ones.
select o.code as from_code, d.code as to_code, days.day::date as day
from operator op
join route r on r.operator_id = op.id
join port o on o.id = r.origin_id
join port d on d.id = r.destination_id
cross join generate_series($2::date, $2::date + ($3::int - 1), interval '1 day') as days (day)
left join lowest_fare f on f.origin_id = r.origin_id and f.destination_id = r.destination_id
    and f.operator_id = op.id and f.day = days.day::date
where op.code = $1 and op.kind = 'remote' and (f.read_at is null or f.read_at < $4)
order by f.read_at nulls first, days.day, from_code, to_code
limit $5;

-- name: set_remote_fare(operator_code, from_code, to_code, day, amount_minor, currency, sailings)
insert into lowest_fare (origin_id, destination_id, operator_id, day, amount_minor, currency,
    sailings, read_at)
select o.id, d.id, op.id, $4, $5, $6, $7, now()
from operator op, port o, port d where op.code = $1 and o.code = $2 and d.code = $3
on conflict (origin_id, destination_id, day, operator_id) do update set
    amount_minor = excluded.amount_minor, currency = excluded.currency,
    sailings = excluded.sailings, read_at = excluded.read_at;

-- name: remote_fares_of_days(from_code, to_code, first_day, last_day, party, one_adult)
-- not null: day, sailings, read_at, operator
-- What remote operators take at least: of one adult ($6) for whoever comes, of any other party
-- where somebody wanted it.
with way as materialized (
    select o.id as origin_id, d.id as destination_id
    from port o, port d where o.code = $1 and d.code = $2
)
select f.day, f.amount_minor, f.currency, f.sailings, f.read_at, op.name as operator
from way
join lowest_fare f on f.origin_id = way.origin_id and f.destination_id = way.destination_id
join operator op on op.id = f.operator_id and op.kind = 'remote'
where $5 = $6 and f.day between $3 and $4
union all
select f.day, f.amount_minor, f.currency, f.sailings, f.read_at, op.name
from way
join party_fare f on f.origin_id = way.origin_id and f.destination_id = way.destination_id
join operator op on op.id = f.operator_id
where f.party = $5 and f.day between $3 and $4
order by day, amount_minor nulls last, operator;

-- name: house_boats_of_days(from_code, to_code, first_day, last_day, close_minutes)
-- not null: day, is_sold, available, berths, fare_id
-- Our own sailings of local days as they are now, with what is left of each resource, and how many
-- berths a cabin of each type has.
select (s.departs_at at time zone o.timezone)::date as day, op.name as operator, s.fare_id,
       s.max_height_cm, s.max_vehicle_kg,
       s.status = 'scheduled'
           and v.leaves_at - make_interval(mins => coalesce(v.close_minutes, $5)) > now()
           as is_sold,
       coalesce((select jsonb_object_agg(c.resource, c.total - c.taken) from capacity c
           where c.sailing_id = s.id), '{}') as available,
       coalesce((select jsonb_object_agg(fc.cabin_type, fc.berths) from ferry_cabin fc
           where fc.ferry_id = s.ferry_id), '{}') as berths
from port o
join port d on d.code = $2
join sailing s on s.origin_id = o.id and s.destination_id = d.id and s.fare_id is not null
    and s.departs_at >= $3::date::timestamp at time zone o.timezone
    and s.departs_at < ($4::date + 1)::timestamp at time zone o.timezone
join operator op on op.id = s.operator_id and op.kind = 'house'
join sailing_sales v on v.sailing_id = s.id
where o.code = $1
order by s.departs_at;

-- name: remote_operators_of_way(from_code, to_code)
-- Whom only a question can tell the prices of.
select op.name
from port o
join port d on d.code = $2
join route r on r.origin_id = o.id and r.destination_id = d.id
join operator op on op.id = r.operator_id and op.kind = 'remote'
where o.code = $1 order by op.name;

-- name: want_party_way(from_code, to_code, party, people, most, one_adult)
-- not null: added
-- Remember that a party wants to know what a way costs, where remote operators sail it; answers 1
-- where that was not known. Beyond `most` nothing new is taken, as operators have other work, too;
-- one adult on foot is asked for on every way anyway.
with wanted as (
    insert into party_way as w (origin_id, destination_id, party, people)
    select o.id, d.id, $3, $4
    from port o, port d
    where o.code = $1 and d.code = $2
        and exists (
            select from route r join operator op on op.id = r.operator_id and op.kind = 'remote'
            where r.origin_id = o.id and r.destination_id = d.id
        )
        and (
            exists (
                select from party_way k
                where k.origin_id = o.id and k.destination_id = d.id and k.party = $3
            )
            or $3 = $6
            or (select count(*) from party_way where party <> $6) < $5
        )
    on conflict (origin_id, destination_id, party) do update set wanted_at = now()
        -- Once in a while: who looks again and again writes nothing.
        where w.wanted_at < now() - interval '10 minutes'
    returning (xmax = 0) as is_new
)
select count(*) as added from wanted where is_new;

-- name: drop_unwanted_party_ways(hours)
delete from party_way where wanted_at < now() - make_interval(hours => $1);

-- name: drop_past_party_fares(day)
delete from party_fare where day < $1;

-- name: stalest_party_questions(operator_code, first_day, days, stale_before, most, one_adult)
-- not null: day
-- The same for parties that somebody wanted: whoever came last first. What one adult pays is known
-- with the prices for whoever comes.
select o.code as from_code, d.code as to_code, days.day::date as day, w.party, w.people
from operator op
join route r on r.operator_id = op.id
join party_way w on w.origin_id = r.origin_id and w.destination_id = r.destination_id
join port o on o.id = r.origin_id
join port d on d.id = r.destination_id
cross join generate_series($2::date, $2::date + ($3::int - 1), interval '1 day') as days (day)
left join party_fare f on f.origin_id = w.origin_id and f.destination_id = w.destination_id
    and f.party = w.party and f.operator_id = op.id and f.day = days.day::date
left join lowest_fare l on l.origin_id = w.origin_id and l.destination_id = w.destination_id
    and w.party = $6 and l.operator_id = op.id and l.day = days.day::date
cross join lateral (select coalesce(f.read_at, l.read_at) as read_at) as known
where op.code = $1 and op.kind = 'remote' and (known.read_at is null or known.read_at < $4)
order by known.read_at nulls first, w.wanted_at desc, days.day, from_code, to_code, w.party
limit $5;

-- name: set_party_fare(operator, origin, destination, day, party, minor, currency, sailings)
-- No row where the party has been dropped meanwhile.
insert into party_fare (origin_id, destination_id, party, operator_id, day, amount_minor, currency,
    sailings, read_at)
select w.origin_id, w.destination_id, w.party, op.id, $4, $6, $7, $8, now()
from operator op, port o, port d, party_way w
where op.code = $1 and o.code = $2 and d.code = $3
    and w.origin_id = o.id and w.destination_id = d.id and w.party = $5
on conflict (origin_id, destination_id, party, operator_id, day) do update set
    amount_minor = excluded.amount_minor, currency = excluded.currency,
    sailings = excluded.sailings, read_at = excluded.read_at;

-- name: prices_of_way(from_code, to_code, first_day)
-- not null: day
-- What one adult pays at least from a day on, by day and operator: for search engines.
select f.day, f.amount_minor, f.currency, f.sailings, f.read_at, op.name as operator
from lowest_fare f
join port o on o.id = f.origin_id
join port d on d.id = f.destination_id
join operator op on op.id = f.operator_id
where o.code = $1 and d.code = $2 and f.day >= $3
order by f.day, f.amount_minor nulls last, op.name;

-- name: priced_ways(first_day, limit_count)
-- Between which ports there is a price for some day from this one on.
select distinct o.code as from_code, d.code as to_code
from lowest_fare f
join port o on o.id = f.origin_id
join port d on d.id = f.destination_id
where f.day >= $1 and f.amount_minor is not null
order by from_code, to_code limit $2;
