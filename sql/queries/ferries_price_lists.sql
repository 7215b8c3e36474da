-- Price lists as staff see and write them.

-- name: route_fares(operator_id)
-- not null: extras, sailings
-- Routes that are run here, all for null, each with the lists of its coming sailings.
select op.code as operator_code, op.name as operator_name, r.code as route_code,
       r.name as route_name,
       o.code as origin_code, o.name as origin_name, o.timezone as origin_timezone,
       o.country as origin_country,
       d.code as destination_code, d.name as destination_name, d.timezone as destination_timezone,
       d.country as destination_country,
       f.id as fare_id, f.code as fare_code, f.currency,
       (select amount_minor from fare_price p where p.fare_id = f.id and p.item = 'adult')
           as adult_minor,
       (select amount_minor from fare_price p where p.fare_id = f.id and p.item = 'car')
           as car_minor,
       (select count(*) from fare_extra e where e.fare_id = f.id)::int as extras,
       u.first, u.last, coalesce(u.sailings, 0) as sailings
from route r
join operator op on op.id = r.operator_id
join port o on o.id = r.origin_id
join port d on d.id = r.destination_id
left join lateral (
    select s.fare_id, count(*)::int as sailings,
           min((s.departs_at at time zone o.timezone)::date) as first,
           max((s.departs_at at time zone o.timezone)::date) as last
    from sailing s
    where s.origin_id = r.origin_id and s.destination_id = r.destination_id and s.route_id = r.id
      and s.departs_at > now() and s.status <> 'cancelled'
    group by s.fare_id
) u on true
left join fare f on f.id = u.fare_id
where op.kind = 'house' and ($1::uuid is null or r.operator_id = $1)
order by op.name, op.code, r.name, r.code, u.first, f.code;

-- name: idle_fares(operator_id)
-- Lists that could sell sailings and sell none: not ended, and not followed as long as they last.
select op.code as operator_code, f.id as fare_id, f.code as fare_code, f.currency,
       (select amount_minor from fare_price p where p.fare_id = f.id and p.item = 'adult')
           as adult_minor,
       f.last_day as last
from fare f join operator op on op.id = f.operator_id
where op.kind = 'house' and ($1::uuid is null or f.operator_id = $1)
  and (f.last_day is null or f.last_day >= current_date - 1)
  and not exists (select from fare next where next.follows_id = f.id
                  and (next.last_day is null or next.last_day >= f.last_day))
  and not exists (select from sailing s where s.fare_id = f.id and s.departs_at > now()
                  and s.status <> 'cancelled')
order by op.code, f.created_at desc, f.code;

-- name: unsold_routes(operator_id, routes, first, last)
-- not null: first, last, sailings
-- Where coming sailings have places and no list: of these routes and days, null: of all.
select r.code, r.name, o.timezone, count(*)::int as sailings,
       min((s.departs_at at time zone o.timezone)::date) as first,
       max((s.departs_at at time zone o.timezone)::date) as last
from sailing s
join route r on r.id = s.route_id
join port o on o.id = s.origin_id
where s.operator_id = $1 and s.fare_id is null and s.departs_at > now()
  and s.status in ('scheduled', 'closed')
  and exists (select from capacity c where c.sailing_id = s.id and c.resource = 'passenger')
  and ($2::text[] is null or r.code = any($2))
  and (s.departs_at at time zone o.timezone)::date
      between coalesce($3::date, '-infinity') and coalesce($4::date, 'infinity')
group by r.id, r.code, r.name, o.timezone
order by r.name, r.code;

-- name: add_fare(id, operator_id, code, currency, harbour_tax, change_fee, name_change_fee,
-- infant_to, child_to, last)
-- No row: the operator has a list of that code.
insert into fare (id, operator_id, code, currency, harbour_tax_minor, change_fee_minor,
                  name_change_fee_minor, infant_to_age, child_to_age, last_day, source)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'staff')
on conflict (operator_id, code) do nothing
returning id;

-- name: has_fare_code(operator_id, code)
-- not null: known
select exists (select from fare where operator_id = $1 and code = $2) as known;

-- name: sell_unsold(fare_id, operator_id, routes, first, last)
-- not null: day
-- Sailings with places and without a list. Their rows are locked in the order in which bookings and
-- acts of staff lock them, and beside holds: those have counters of extras, which are written next,
-- before they ask for the key of a sailing.
with chosen as materialized (
    select s.id, (s.departs_at at time zone o.timezone)::date as day from sailing s
    join route r on r.id = s.route_id
    join port o on o.id = s.origin_id
    where s.operator_id = $2 and s.fare_id is null and r.code = any($3::text[])
      and s.departs_at > now() and s.status in ('scheduled', 'closed')
      and exists (select from capacity c where c.sailing_id = s.id and c.resource = 'passenger')
      and (s.departs_at at time zone o.timezone)::date
          between coalesce($4::date, '-infinity') and coalesce($5::date, 'infinity')
    order by s.id
    for no key update of s
)
update sailing s set fare_id = $1, version = version + 1
from chosen where s.id = chosen.id
returning s.id, chosen.day;

-- name: fare_row(id)
-- not null: operator_id, operator_code, operator_name, revision
select f.operator_id, op.code as operator_code, op.name as operator_name, f.revision,
       before.code as follows
from fare f
join operator op on op.id = f.operator_id and op.kind = 'house'
left join fare before on before.id = f.follows_id
where f.id = $1;

-- name: followers(fare_id)
select id, code from fare where follows_id = $1 order by created_at desc, code;

-- name: fare_routes(fare_id)
-- not null: first, last, sailings
select r.code, r.name, o.timezone, count(*)::int as sailings,
       min((s.departs_at at time zone o.timezone)::date) as first,
       max((s.departs_at at time zone o.timezone)::date) as last
from sailing s
join route r on r.id = s.route_id
join port o on o.id = s.origin_id
where s.fare_id = $1 and s.departs_at > now() and s.status <> 'cancelled'
group by r.id, r.code, r.name, o.timezone
order by r.name, r.code;

-- name: cabin_types(operator_id)
select distinct c.cabin_type
from ferry_cabin c join ferry f on f.id = c.ferry_id
where f.operator_id = $1
order by c.cabin_type;

-- name: raise_revision(id, seen)
-- Of two clerks who look at the same state of a list the second one changes nothing.
update fare set revision = revision + 1 where id = $1 and revision = $2;

-- name: add_following(id, follows_id, code, harbour_tax, change_fee, name_change_fee, infant_to,
-- child_to, last)
-- Ages of null stay; it does not outlast the list that it follows. No row: the operator has a list
-- of that code.
insert into fare (id, operator_id, code, currency, infant_to_age, child_to_age, harbour_tax_minor,
                  change_fee_minor, name_change_fee_minor, source, follows_id, last_day)
select $1, operator_id, $3, currency, coalesce($7, infant_to_age), coalesce($8, child_to_age), $4,
       $5, $6, 'staff', id, least($9::date, last_day)
from fare where id = $2
on conflict (operator_id, code) do nothing
returning id;

-- name: keep_cancel_rules(id, follows_id)
insert into cancel_rule (fare_id, hours_before, fee_percent)
select $1, hours_before, fee_percent from cancel_rule where fare_id = $2;

-- name: add_cancel_rules(fare_id, hours, percents)
insert into cancel_rule (fare_id, hours_before, fee_percent)
select $1, r.hours, r.percent from unnest($2::int[], $3::int[]) as r (hours, percent);

-- name: keep_residents(id, follows_id)
insert into resident_discount (fare_id, area, percent, proofs)
select $1, area, percent, proofs from resident_discount where fare_id = $2;

-- name: add_prices(fare_id, items, amounts)
insert into fare_price (fare_id, item, amount_minor)
select $1, p.item, p.amount_minor from unnest($2::text[], $3::bigint[]) as p (item, amount_minor);

-- name: add_extras(fare_id, kinds, units, prices, per_sailing)
insert into fare_extra (fare_id, kind, unit, price_minor, per_sailing)
select $1, e.kind, e.unit, e.price_minor, e.per_sailing
from unnest($2::text[], $3::text[], $4::bigint[], $5::int[])
    as e (kind, unit, price_minor, per_sailing);

-- name: sell_by(fare_id, follows_id, routes, first, last)
-- not null: day
-- Sailings that leave on these days at their port and have not left. Their rows are locked as in
-- sell_unsold.
with chosen as materialized (
    select s.id, (s.departs_at at time zone o.timezone)::date as day from sailing s
    join route r on r.id = s.route_id
    join port o on o.id = s.origin_id
    where s.fare_id = $2 and r.code = any($3::text[]) and s.departs_at > now()
      and s.status in ('scheduled', 'closed')
      and (s.departs_at at time zone o.timezone)::date
          between $4::date and coalesce($5::date, 'infinity')
    order by s.id
    for no key update of s
)
update sailing s set fare_id = $1, version = version + 1
from chosen where s.id = chosen.id
returning s.id, chosen.day;

-- name: limits_extras(fare_id)
-- not null: limits
select exists (
    select from fare_extra where fare_id = $1 and per_sailing is not null) as limits;

-- name: coming_sailings(fare_id)
select id from sailing where fare_id = $1 and departs_at > now() order by id;
