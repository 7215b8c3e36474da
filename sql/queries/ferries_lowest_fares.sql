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

-- name: fares_of_days(from_code, to_code, first_day, last_day)
select f.day, f.amount_minor, f.currency, f.sailings, f.read_at, op.name as operator
from lowest_fare f
join port o on o.id = f.origin_id
join port d on d.id = f.destination_id
join operator op on op.id = f.operator_id
where o.code = $1 and d.code = $2 and f.day between $3 and $4
order by f.day, f.amount_minor nulls last, op.name;

-- name: priced_ways(first_day, limit_count)
-- Between which ports there is a price for some day from this one on.
select distinct o.code as from_code, d.code as to_code
from lowest_fare f
join port o on o.id = f.origin_id
join port d on d.id = f.destination_id
where f.day >= $1 and f.amount_minor is not null
order by from_code, to_code limit $2;
