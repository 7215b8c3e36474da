-- Sailings of ships that report, and what is expected of them.

-- name: sailings_of_ships(arrives_after, departs_before)
-- not null: mmsi, departs_at, arrives_at
select s.id, f.mmsi, o.code as origin_code, d.code as destination_code, o.lat as origin_lat,
       o.lon as origin_lon, d.id as destination_id,
       coalesce(s.expected_departs_at, s.departs_at) as departs_at,
       coalesce(s.expected_arrives_at, s.arrives_at) as arrives_at, s.departed_at, s.arrived_at
from sailing s
join operator op on op.id = s.operator_id
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
join ferry f on f.id = s.ferry_id
where op.kind = 'house' and f.mmsi is not null and s.status <> 'cancelled'
  and coalesce(s.expected_arrives_at, s.arrives_at) >= $1
  and coalesce(s.expected_departs_at, s.departs_at) < $2
order by f.mmsi, departs_at, s.id;

-- name: past_sailings_of_ships(mmsis, since, until)
-- not null: mmsi
-- By the times that were sold: what a ship does when it is late shows against these.
select s.id, f.mmsi, o.code as origin_code, d.code as destination_code, o.lat as origin_lat,
       o.lon as origin_lon, d.id as destination_id, s.departs_at, s.arrives_at,
       s.departed_at, s.arrived_at
from sailing s
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
join ferry f on f.id = s.ferry_id
where f.mmsi = any($1::int[]) and s.status <> 'cancelled'
  and s.arrives_at >= $2 and s.arrives_at < $3
order by f.mmsi, s.departs_at, s.id;

-- name: upsert_forecasts(rows)
insert into sailing_forecast as known (
    sailing_id, made_at, departs_at, arrives_at, low_at, high_at, basis
)
select n.sailing_id, n.made_at, n.departs_at, n.arrives_at, n.low_at, n.high_at, n.basis
from jsonb_to_recordset($1) as n (
    sailing_id uuid, made_at timestamptz, departs_at timestamptz, arrives_at timestamptz,
    low_at timestamptz, high_at timestamptz, basis text
)
order by n.sailing_id
on conflict (sailing_id) do update set
    made_at = excluded.made_at, departs_at = excluded.departs_at,
    arrives_at = excluded.arrives_at, low_at = excluded.low_at, high_at = excluded.high_at,
    basis = excluded.basis
where known.made_at <= excluded.made_at;

-- name: forecasts_of(sailing_ids, since)
select sailing_id, made_at, departs_at, arrives_at, low_at, high_at, basis
from sailing_forecast where sailing_id = any($1::uuid[]) and made_at >= $2;

-- name: delete_old_forecasts(before)
delete from sailing_forecast where made_at < $1;
