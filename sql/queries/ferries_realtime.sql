-- How our own sailings go.

-- name: running_sailings(arrives_after, departs_before, cancelled_until, limit_count)
-- not null: is_cancelled
-- Cancelled ones are told of further ahead: they are in the timetable so long (see told.py).
-- By the later of the times that were sold and those that are expected: a boat that is late is of
-- interest until it has arrived.
select s.id, op.code as operator_code, r.code as route_code, o.code as origin_code,
       d.code as destination_code, s.departs_at, s.arrives_at, s.expected_departs_at,
       s.expected_arrives_at, s.departed_at, s.arrived_at, s.status = 'cancelled' as is_cancelled,
       s.reason, s.note, f.name as ferry, f.mmsi, c.departs_at as forecast_departs_at,
       c.arrives_at as forecast_arrives_at, c.low_at as forecast_low_at,
       c.high_at as forecast_high_at
from sailing s
join operator op on op.id = s.operator_id
join route r on r.id = s.route_id
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
left join ferry f on f.id = s.ferry_id
-- An older forecast is none: the job makes one each minute as long as the ship is heard.
left join sailing_forecast c on c.sailing_id = s.id and c.made_at > now() - interval '10 minutes'
where op.kind = 'house' and s.fare_id is not null
  and (s.departs_at < $2 or s.status = 'cancelled' and s.departs_at < $3)
  and coalesce(s.expected_arrives_at, s.arrives_at) >= $1
order by s.departs_at, s.id limit $4;
