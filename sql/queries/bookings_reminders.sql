-- Mails before departure, and when a ship has not left.

-- name: due_reminders_before(kind, hours, most)
-- not null: leaves_at
-- Whoever booked later than that before departure has just got the ticket. A time that moved by
-- less than an hour since the reminder is news of its own (see disruptions), no second reminder.
-- A sailing is retimed by a week at most.
select b.id as booking_id, l.number as leg_number,
       coalesce(s.expected_departs_at, s.departs_at) as leaves_at
from sailing s
join booking_leg l on l.sailing_id = s.id
join booking b on b.id = l.booking_id
cross join lateral (select coalesce(s.expected_departs_at, s.departs_at) as at) leaves
where s.departs_at between now() - interval '7 days' and now() + interval '8 days'
  and leaves.at > now() and leaves.at <= now() + make_interval(hours => $2)
  and s.status in ('scheduled', 'closed') and b.status = 'confirmed' and b.erased_at is null
  and l.place_lost_at is null
  and b.confirmed_at < leaves.at - make_interval(hours => $2)
  and not exists (
      select from reminder r
      where r.booking_id = b.id and r.leg_number = l.number
        -- The later reminder stands for an earlier one that was missed.
        and (r.kind = $1 or $1 = 'day' and r.kind = 'hours')
        and abs(extract(epoch from r.leaves_at - leaves.at)) < 3600)
order by leaves.at
limit $3;

-- name: waiting_sailings(most)
-- not null: mmsi, leaves_at
-- Should have left between 15 minutes and six hours ago; nobody has said or measured that it did.
select s.id as sailing_id, f.mmsi, o.code as origin_code,
       coalesce(s.expected_departs_at, s.departs_at) as leaves_at
from sailing s
join ferry f on f.id = s.ferry_id
join port o on o.id = s.origin_id
left join measured_passage m on m.sailing_id = s.id
where s.departs_at between now() - interval '7 days' and now()
  and coalesce(s.expected_departs_at, s.departs_at)
      between now() - interval '6 hours' and now() - interval '15 minutes'
  and s.status in ('scheduled', 'closed') and f.mmsi is not null
  and coalesce(m.departed_at, s.departed_at) is null
  and exists (
      select from booking_leg l join booking b on b.id = l.booking_id
      where l.sailing_id = s.id and b.status = 'confirmed')
order by s.departs_at
limit $1;

-- name: due_on_sailing(sailing_id, kind, most)
-- not null: leaves_at
select b.id as booking_id, l.number as leg_number,
       coalesce(s.expected_departs_at, s.departs_at) as leaves_at
from sailing s
join booking_leg l on l.sailing_id = s.id
join booking b on b.id = l.booking_id
where s.id = $1 and b.status = 'confirmed' and b.erased_at is null and l.place_lost_at is null
  and not exists (
      select from reminder r
      where r.booking_id = b.id and r.leg_number = l.number and r.kind = $2
        and r.leaves_at = coalesce(s.expected_departs_at, s.departs_at))
order by b.id
limit $3;

-- name: add_reminder(booking_id, leg_number, kind, leaves_at)
-- No row: they were written to.
insert into reminder (booking_id, leg_number, kind, leaves_at) values ($1, $2, $3, $4)
on conflict on constraint reminder_pkey do nothing;
