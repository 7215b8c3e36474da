-- Alerts of ships, and what happened: at first there were crossings only, and ship_alert_crossing
-- keeps its name, by which a process of the release before reads and writes while both run.

-- name: lock_address(email)
-- Whoever asks for an alert waits for others of the same address: the bound below is exact.
select pg_advisory_xact_lock(7166052, hashtext(folded_case($1)));

-- name: add_alert(id, name, area, mmsi, types, on_enter, on_leave, dwell_minutes, email, language,
-- webhook_url, webhook_secret, days, most, events, port_code, close_miles, close_minutes)
-- No row: the address has so many.
insert into ship_alert (id, name, area, mmsi, types, on_enter, on_leave, dwell_minutes, email,
                        language, webhook_url, webhook_secret, expires_at, events, port_code,
                        close_miles, close_minutes)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, now() + make_interval(days => $13), $15,
       $16, $17, $18
where (select count(*) from ship_alert
       where folded_case(email) = folded_case($9)
         and status in ('unconfirmed', 'active', 'paused')) < $14;

-- name: alert_by_id(id)
select a.id, a.status, a.name, a.area, a.mmsi,
       (select v.name from vessel v where v.mmsi = a.mmsi and v.name is not null
        order by v.seen_at desc limit 1) as ship_name,
       a.types, a.on_enter, a.on_leave, a.dwell_minutes, a.email, a.language, a.webhook_url,
       a.webhook_secret, a.expires_at, a.told_count, a.failures, a.events, a.port_code,
       a.close_miles, a.close_minutes
from ship_alert a where a.id = $1;

-- name: lock_alert(id)
-- Whoever tells holds the row: the news and that they were told are one.
select id from ship_alert where id = $1 and status = 'active' for update;

-- name: set_alert_status(id, from_statuses, to_status, final)
-- Compare and set. The secret goes with the alert.
update ship_alert
set status = $3, changed_at = now(), ended_at = case when $4 then now() end, failures = 0
where id = $1 and status = any($2::text[]);

-- name: overdue_alerts(unconfirmed_days, most)
select id from ship_alert
where status in ('unconfirmed', 'active', 'paused')
  and (expires_at < now()
       or status = 'unconfirmed' and created_at < now() - make_interval(days => $1))
order by id limit $2;

-- name: watch_version()
-- not null: version
-- Changes whenever the watches change.
select count(*) || ':' || coalesce(max(changed_at)::text, '') as version
from ship_alert where status = 'active';

-- name: watches(most)
select id, area, mmsi, types, on_enter, on_leave, dwell_minutes, events, port_code, close_miles,
       close_minutes
from ship_alert where status = 'active' and expires_at > now() order by id limit $1;

-- name: open_visits()
-- not null: since, has_dwelled
-- Ships that were inside when they were last looked at.
select c.alert_id, c.visit_id, c.mmsi, c.hypothesis, min(c.at) as since,
       bool_or(c.kind = 'dwell') as has_dwelled
from ship_alert_crossing c join ship_alert a on a.id = c.alert_id
where a.status = 'active' and c.kind in ('enter', 'leave', 'dwell')
group by c.alert_id, c.visit_id, c.mmsi, c.hypothesis
having not bool_or(c.kind = 'leave') and max(c.at) > now() - interval '1 day';

-- name: told_closings(minutes)
-- not null: other_mmsi
-- Ships of which an alert has written down lately that they come close.
select distinct c.alert_id, c.mmsi, c.hypothesis, c.other_mmsi
from ship_alert_crossing c join ship_alert a on a.id = c.alert_id
where a.status = 'active' and c.kind = 'close' and c.other_mmsi is not null
  and c.at > now() - make_interval(mins => $1);

-- name: add_events(rows, most_a_day)
-- An alert that has ended takes no more; one has so many a day at most.
insert into ship_alert_crossing (id, alert_id, visit_id, kind, mmsi, hypothesis, source, ship_name,
                                 at, not_before, lat, lon, knots, is_quiet, port_code, other_mmsi,
                                 other_name, metres, closest_at)
select n.id, n.alert_id, n.visit_id, n.kind, n.mmsi, n.hypothesis, n.source, n.ship_name, n.at,
       n.not_before, n.lat, n.lon, n.knots, n.is_quiet, n.port_code, n.other_mmsi, n.other_name,
       n.metres, n.closest_at
from (
    select r.*, row_number() over (partition by r.alert_id order by r.id) as number
    from jsonb_to_recordset($1) as r (
        id uuid, alert_id uuid, visit_id uuid, kind text, mmsi int, hypothesis smallint,
        source smallint, ship_name text, at timestamptz, not_before timestamptz,
        lat double precision, lon double precision, knots real, is_quiet boolean, port_code text,
        other_mmsi int, other_name text, metres real, closest_at timestamptz)
) n
join ship_alert a on a.id = n.alert_id and a.status = 'active'
where n.number + (select count(*) from ship_alert_crossing c
                  where c.alert_id = n.alert_id and c.at > now() - interval '1 day') <= $2
order by n.id
on conflict (visit_id, kind) do nothing;

-- name: events(alert_id, limit_count, with_quiet)
-- The newest first.
select id, alert_id, visit_id, kind, mmsi, hypothesis, source, ship_name, at, not_before, lat, lon,
       knots, is_quiet, port_code, other_mmsi, other_name, metres, closest_at
from ship_alert_crossing where alert_id = $1 and ($3 or not is_quiet)
order by at desc, id desc limit $2;

-- name: event(id)
select id, alert_id, visit_id, kind, mmsi, hypothesis, source, ship_name, at, not_before, lat, lon,
       knots, is_quiet, port_code, other_mmsi, other_name, metres, closest_at
from ship_alert_crossing where id = $1;

-- name: alerts_to_tell(pause_seconds, most)
-- Those with news; mails of one alert are some time apart, posts are not.
select a.id from ship_alert a
where a.status = 'active'
  and exists (select from ship_alert_crossing c
              where c.alert_id = a.id and c.told_at is null and not c.is_quiet)
  and (a.webhook_url is not null or a.told_at is null
       or a.told_at < now() - make_interval(secs => $1))
order by a.told_at nulls first, a.id limit $2;

-- name: claim_untold(alert_id, most)
-- The oldest first.
with news as (
    select id from ship_alert_crossing
    where alert_id = $1 and told_at is null and not is_quiet
    order by at, id limit $2
)
update ship_alert_crossing c set told_at = now() from news where c.id = news.id
returning c.id, c.alert_id, c.visit_id, c.kind, c.mmsi, c.hypothesis, c.source, c.ship_name, c.at,
          c.not_before, c.lat, c.lon, c.knots, c.is_quiet, c.port_code, c.other_mmsi, c.other_name,
          c.metres, c.closest_at;

-- name: alert_told(id)
update ship_alert set told_at = now(), told_count = told_count + 1 where id = $1;

-- name: event_delivered(id)
with delivered as (
    update ship_alert_crossing set delivered_at = now(), tries = tries + 1 where id = $1
    returning alert_id
)
update ship_alert a set failures = 0 from delivered where a.id = delivered.alert_id;

-- name: event_not_taken(id)
-- not null: tries, failures
-- How often it was posted in vain, and how many posts of its alert in a row.
with tried as (
    update ship_alert_crossing set tries = tries + 1 where id = $1 returning alert_id, tries
)
update ship_alert a set failures = failures + 1 from tried where a.id = tried.alert_id
returning tried.tries, a.failures;

-- name: erase_alerts(days, limit_count)
-- not null: count
-- Alerts so many days after they ended, with all that happened. Returns how many.
with over as (
    select id from ship_alert where ended_at < now() - make_interval(days => $1)
    limit $2 for update skip locked
), erased as (
    delete from ship_alert a using over where a.id = over.id returning a.id
)
select count(*) from erased;
