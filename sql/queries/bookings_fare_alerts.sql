-- Alerts of a lower price, or of places.

-- name: lock_address(email)
-- Whoever asks for an alert waits for others of the same address: the bound below is exact.
select pg_advisory_xact_lock(7166053, hashtext(folded_case($1)));

-- name: add_alert(id, kind, origin, destination, day, threshold_minor, currency, email, language,
-- cool_down_hours, ends_on, most, party, people)
-- No row: the address has it, or so many; or nobody ever sails there. A stop that a new edition of
-- a timetable is just taking out is waited for, and none then.
insert into fare_alert (id, kind, origin_id, destination_id, day, threshold_minor, currency, email,
                        language, cool_down_hours, ends_on, party, people)
select $1, $2, o.id, d.id, $5, $6, $7, $8, $9, $10, $11, $13, $14
from port o, port d
where o.code = $3 and d.code = $4
  and (select count(*) from fare_alert
       where folded_case(email) = folded_case($8)
         and status in ('unconfirmed', 'active', 'paused')) < $12
  and not exists (
      select from fare_alert
      where folded_case(email) = folded_case($8) and origin_id = o.id and destination_id = d.id
        and day = $5 and kind = $2 and party = $13
        and status in ('unconfirmed', 'active', 'paused'))
for key share of o, d
on conflict do nothing;

-- name: alert_by_id(id)
select a.id, a.kind, a.status, o.code as origin_code, o.name as origin_name,
       o.timezone as origin_timezone, o.country as origin_country, d.code as destination_code,
       d.name as destination_name, d.timezone as destination_timezone,
       d.country as destination_country, a.day, a.threshold_minor, a.currency, a.email, a.language,
       a.told_minor, a.told_at, a.told_count, a.cool_down_hours, a.ends_on, a.people
from fare_alert a join port o on o.id = a.origin_id join port d on d.id = a.destination_id
where a.id = $1;

-- name: lock_alert(id)
-- Whoever tells holds the row: the news and that it was told are one.
select a.id, a.kind, a.status, o.code as origin_code, o.name as origin_name,
       o.timezone as origin_timezone, o.country as origin_country, d.code as destination_code,
       d.name as destination_name, d.timezone as destination_timezone,
       d.country as destination_country, a.day, a.threshold_minor, a.currency, a.email, a.language,
       a.told_minor, a.told_at, a.told_count, a.cool_down_hours, a.ends_on, a.people
from fare_alert a join port o on o.id = a.origin_id join port d on d.id = a.destination_id
where a.id = $1 and a.status = 'active'
  and (a.ends_on is null or a.ends_on >= (now() at time zone o.timezone)::date)
for update of a;

-- name: change_alert(id, threshold_minor, cool_down_hours, ends_on, sets_end)
-- Null: as it is; a null end is one only if it is set. With another threshold whatever fits is
-- news.
update fare_alert set
    told_minor = case when $2::bigint is null or $2 = threshold_minor then told_minor end,
    threshold_minor = coalesce($2, threshold_minor),
    cool_down_hours = coalesce($3::int, cool_down_hours),
    ends_on = case when $5::boolean then $4::date else ends_on end
where id = $1 and status in ('unconfirmed', 'active', 'paused');

-- name: set_alert_status(id, from_statuses, to_status, final)
-- Compare and set.
update fare_alert set status = $3, ended_at = case when $4 then now() end
where id = $1 and status = any($2::text[]);

-- name: alerts_of_same_address(id, most)
-- Nobody's once the address is erased.
select a.id, a.kind, a.status, o.code as origin_code, o.name as origin_name,
       o.timezone as origin_timezone, o.country as origin_country, d.code as destination_code,
       d.name as destination_name, d.timezone as destination_timezone,
       d.country as destination_country, a.day, a.threshold_minor, a.currency, a.email, a.language,
       a.told_minor, a.told_at, a.told_count, a.cool_down_hours, a.ends_on, a.people
from fare_alert a join port o on o.id = a.origin_id join port d on d.id = a.destination_id
where folded_case(a.email) = (
    select folded_case(email) from fare_alert where id = $1 and email <> '')
order by a.day, a.id
limit $2;

-- name: alerts_to_look_at(most)
select a.id, a.kind, a.status, o.code as origin_code, o.name as origin_name,
       o.timezone as origin_timezone, o.country as origin_country, d.code as destination_code,
       d.name as destination_name, d.timezone as destination_timezone,
       d.country as destination_country, a.day, a.threshold_minor, a.currency, a.email, a.language,
       a.told_minor, a.told_at, a.told_count, a.cool_down_hours, a.ends_on, a.people
from fare_alert a join port o on o.id = a.origin_id join port d on d.id = a.destination_id
where a.status = 'active'
  and (a.ends_on is null or a.ends_on >= (now() at time zone o.timezone)::date)
order by a.looked_at nulls first, a.id
limit $1;

-- name: alert_looked_at(id, told_minor, is_news)
update fare_alert
set looked_at = now(), told_minor = $2, told_at = case when $3 then now() else told_at end,
    told_count = told_count + $3::boolean::int
where id = $1;

-- name: overdue_alerts(unconfirmed_days, most)
-- Its day is local at the origin.
select a.id from fare_alert a join port o on o.id = a.origin_id
where a.status in ('unconfirmed', 'active', 'paused')
  and (least(a.day, a.ends_on) < (now() at time zone o.timezone)::date
       or a.status = 'unconfirmed' and a.created_at < now() - make_interval(days => $1))
order by a.id
limit $2;

-- name: erase_alerts(days, limit_count)
-- not null: count
-- Alerts so many days after they ended. Returns how many.
with over as (
    select id from fare_alert where ended_at < now() - make_interval(days => $1)
    limit $2 for update skip locked
), gone as (
    delete from fare_alert a using over where a.id = over.id returning a.id
)
select count(*) from gone;
