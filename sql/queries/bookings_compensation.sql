-- When ships really left and arrived, and what passengers are owed for it.

-- name: unmeasured_voyages(most)
-- Voyages with passengers of the last four days: older reports do not come any more. The oldest
-- first, so that one that never arrives keeps nobody waiting.
select s.id as sailing_id, f.mmsi, o.code as origin_code, d.code as destination_code, s.departs_at,
       s.arrives_at, s.reason, s.departed_at as recorded_departed_at,
       s.arrived_at as recorded_arrived_at, m.mmsi as passage_mmsi, m.source as passage_source,
       m.departed_at as passage_departed_at, m.arrived_at as passage_arrived_at
from sailing s
join ferry f on f.id = s.ferry_id
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
left join measured_passage m on m.sailing_id = s.id
where s.departs_at between now() - interval '4 days' and now() and s.status <> 'cancelled'
  and f.mmsi is not null and m.arrived_at is null
  and exists (
      select from booking_leg l join booking b on b.id = l.booking_id
      where l.sailing_id = s.id and b.status = 'confirmed')
order by s.departs_at
limit $1;

-- name: unfollowed_voyages(most)
select s.id as sailing_id, f.mmsi, o.code as origin_code, d.code as destination_code, s.departs_at,
       s.arrives_at, s.reason, s.departed_at as recorded_departed_at,
       s.arrived_at as recorded_arrived_at, m.mmsi as passage_mmsi, m.source as passage_source,
       m.departed_at as passage_departed_at, m.arrived_at as passage_arrived_at
from sailing s
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
left join ferry f on f.id = s.ferry_id
left join measured_passage m on m.sailing_id = s.id
where s.arrives_at between now() - interval '14 days' and now() and s.status <> 'cancelled'
  and coalesce(m.arrived_at, s.arrived_at) is not null and m.followed_at is null
  and exists (
      select from booking_leg l join booking b on b.id = l.booking_id
      where l.sailing_id = s.id and b.status = 'confirmed')
order by s.arrives_at
limit $1;

-- name: set_passage(sailing_id, mmsi, source, departed_at, arrived_at)
-- What was measured first stays: a later look may have lost a report, never gained an earlier one.
insert into measured_passage as known (sailing_id, mmsi, source, departed_at, arrived_at)
values ($1, $2, $3, $4, $5)
on conflict (sailing_id) do update set
    mmsi = excluded.mmsi, source = excluded.source,
    departed_at = coalesce(known.departed_at, excluded.departed_at),
    arrived_at = coalesce(known.arrived_at, excluded.arrived_at), measured_at = now();

-- name: passage_followed(sailing_id)
insert into measured_passage (sailing_id, followed_at) values ($1, now())
on conflict (sailing_id) do update set followed_at = now();

-- name: entitled_bookings(sailing_id, after, most)
-- Article 20 (2): nothing is due to whoever was told of the delay before buying the ticket.
select b.id
from booking_leg l join booking b on b.id = l.booking_id
where l.sailing_id = $1 and b.status = 'confirmed' and b.id > $2 and l.place_lost_at is null
  and not exists (
      select from disruption d
      where d.sailing_id = $1 and d.late_minutes > 0 and d.created_at <= b.created_at)
  and not exists (
      select from compensation_claim c where c.booking_id = b.id and c.sailing_id = $1)
order by b.id
limit $3;

-- name: add_claim(id, booking_id, sailing_id, leg_number, percent, amount_minor, late_minutes,
--     evidence)
insert into compensation_claim (id, booking_id, sailing_id, leg_number, percent, amount_minor,
                                late_minutes, evidence)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict on constraint compensation_claim_once do nothing;

-- name: claims_of(booking_id)
select id, booking_id, leg_number, percent, amount_minor, late_minutes, status, note, created_at,
       evidence
from compensation_claim where booking_id = $1 order by leg_number;

-- name: decide_claim(id, status, decided_by, note)
update compensation_claim set status = $2, decided_by = $3, note = $4, decided_at = now()
where id = $1 and status = 'proposed';
