-- What becomes of everybody aboard when a sailing is late or does not go.

-- name: shorten_holds(close_minutes)
-- A hold ends at the latest when sales of one of its sailings close, and now where they are closed
-- by hand or it does not go: somebody may have changed that since the places were held. The hold's
-- own end is the first bound.
update booking b set expires_at = s.close_at
from (
    select l.booking_id,
           min(case when sale_ended(v.status, v.leaves_at, coalesce(v.close_minutes, $1)) is null
               then v.leaves_at - make_interval(mins => coalesce(v.close_minutes, $1))
               else now() end) as close_at
    from booking h
    join booking_leg l on l.booking_id = h.id
    join sailing_sales v on v.sailing_id = l.sailing_id
    where h.status = 'held'
    group by l.booking_id
) s
where b.id = s.booking_id and b.status = 'held' and b.expires_at > s.close_at;

-- name: sailing_state(id)
-- not null: leaves_at
select id, version, status, departs_at, arrives_at,
       coalesce(expected_departs_at, departs_at) as leaves_at, reason, note
from sailing where id = $1;

-- name: last_told(sailing_id)
-- What passengers of the sailing heard last of its times.
select id, sailing_id, sailing_version, kind, late_minutes, created_at
from disruption
where sailing_id = $1 and kind <> 'no_place'
order by sailing_version desc
limit 1;

-- name: disruption_by_id(id)
select id, sailing_id, sailing_version, kind, late_minutes, created_at
from disruption where id = $1;

-- name: add_disruption(id, sailing_id, sailing_version, kind, late_minutes)
-- No row: this version was followed before.
insert into disruption (id, sailing_id, sailing_version, kind, late_minutes)
values ($1, $2, $3, $4, $5)
on conflict on constraint disruption_once do nothing
returning id;

-- name: supersede_parties(sailing_id, booking_ids)
-- Open questions of everybody aboard (null) or of some: a newer disruption takes their place.
-- Whoever is just moving is let finish; the newer disruption waits for them.
update disrupted_party p set status = 'superseded', ended_at = now()
from booking_leg l
where l.sailing_id = $1 and p.booking_id = l.booking_id
  and p.status in ('waiting', 'offered', 'overdue')
  and ($2::uuid[] is null or p.booking_id = any($2::uuid[]));

-- name: moving_parties(sailing_id)
-- not null: moving
select count(*) as moving from disrupted_party p
join booking_leg l on l.booking_id = p.booking_id and l.sailing_id = $1
where p.status = 'moving';

-- name: add_parties(disruption_id, sailing_id, booking_ids)
-- Everybody aboard (null) or some of them, in one statement: nobody is forgotten.
insert into disrupted_party (disruption_id, booking_id)
select distinct $1::uuid, b.id
from booking_leg l
join booking b on b.id = l.booking_id
where l.sailing_id = $2 and b.status in ('held', 'paid', 'confirming', 'confirmed')
  and ($3::uuid[] is null or b.id = any($3::uuid[]))
on conflict on constraint disrupted_party_pkey do nothing;

-- name: next_waiting(disruption_id, but_not)
-- The booking that is written to next, earliest first, its row locked; one that is just being paid
-- or confirmed waits until it has been. Several workers take different ones.
select b.id from disrupted_party p
join booking b on b.id = p.booking_id
where p.disruption_id = $1 and p.status = 'waiting' and b.status not in ('paid', 'confirming')
  and b.id <> all($2::uuid[])
order by b.created_at, b.id
limit 1
for update of b skip locked;

-- name: set_party_status(disruption_id, booking_id, from_statuses, to_status, final)
-- Compare and set. No row: somebody was faster.
update disrupted_party
set status = $4, ended_at = case when $5 then now() else null end
where disruption_id = $1 and booking_id = $2 and status = any($3::text[])
returning booking_id;

-- name: set_offer(disruption_id, booking_id, change_id, remind_at, answer_by)
update disrupted_party
set change_id = $3, offered_at = coalesce(offered_at, now()), remind_at = $4, answer_by = $5
where disruption_id = $1 and booking_id = $2;

-- name: set_party_change(disruption_id, booking_id, change_id)
update disrupted_party set change_id = $3 where disruption_id = $1 and booking_id = $2;

-- name: open_party(booking_id)
select p.disruption_id, p.booking_id, p.status, p.change_id, p.offered_at, p.answer_by, d.kind,
       d.sailing_id, d.late_minutes, s.reason, s.note
from disrupted_party p
join disruption d on d.id = p.disruption_id
join sailing s on s.id = d.sailing_id
where p.booking_id = $1 and p.status in ('waiting', 'offered', 'overdue', 'moving');

-- name: latest_party(booking_id)
-- The open question of a booking, or the last one that has ended.
select p.disruption_id, p.booking_id, p.status, p.change_id, p.offered_at, p.answer_by, d.kind,
       d.sailing_id, d.late_minutes, s.reason, s.note
from disrupted_party p
join disruption d on d.id = p.disruption_id
join sailing s on s.id = d.sailing_id
where p.booking_id = $1
order by p.status not in ('waiting', 'offered', 'overdue', 'moving'), d.created_at desc
limit 1;

-- name: alternatives(sailing_id, resources, quantities, height, kg, after, before, days, minutes)
-- not null: sales_close_at, departs_at, arrives_at
-- Sailings of the same operator between the same ports on which a whole party still fits, the next
-- ones after its own first, then those before it. Places are taken later: this only proposes.
select s.id as sailing_id, v.leaves_at as departs_at,
       coalesce(s.expected_arrives_at, s.arrives_at) as arrives_at,
       v.leaves_at - make_interval(mins => coalesce(v.close_minutes, $9)) as sales_close_at,
       f.name as ferry
from sailing gone
join sailing s on s.origin_id = gone.origin_id and s.destination_id = gone.destination_id
    and s.operator_id = gone.operator_id and s.id <> gone.id
join sailing_sales v on v.sailing_id = s.id
left join ferry f on f.id = s.ferry_id
where gone.id = $1 and s.fare_id is not null
  and s.departs_at between greatest(now(), $6) and gone.departs_at + make_interval(days => $8)
  and sale_ended(v.status, v.leaves_at, coalesce(v.close_minutes, $9)) is null
  and coalesce(s.expected_arrives_at, s.arrives_at) <= $7
  and ($4::int = 0 or coalesce(s.max_height_cm, 0) >= $4)
  and ($5::int = 0 or coalesce(s.max_vehicle_kg, $5) >= $5)
  and not exists (
    select from unnest($2::text[], $3::int[]) as d (resource, quantity)
    left join capacity c on c.sailing_id = s.id and c.resource = d.resource
    where coalesce(c.total - c.taken, -1) < d.quantity)
order by v.leaves_at < gone.departs_at, abs(extract(epoch from v.leaves_at - gone.departs_at)), s.id
limit 12;

-- name: alternative_by_id(id)
-- not null: sales_close_at, departs_at, arrives_at
select s.id as sailing_id, v.leaves_at as departs_at,
       coalesce(s.expected_arrives_at, s.arrives_at) as arrives_at, v.leaves_at as sales_close_at,
       f.name as ferry
from sailing s
join sailing_sales v on v.sailing_id = s.id
left join ferry f on f.id = s.ferry_id
where s.id = $1;

-- name: due_reminders(limit_count)
select disruption_id, booking_id from disrupted_party
where status = 'offered' and remind_at <= now() and answer_by > now()
order by remind_at limit $1;

-- name: reminded(disruption_id, booking_id)
-- No row: somebody else reminds them, or they have answered.
update disrupted_party set remind_at = null
where disruption_id = $1 and booking_id = $2 and status = 'offered' and remind_at <= now()
returning booking_id;

-- name: past_deadline(limit_count)
select disruption_id, booking_id from disrupted_party
where status = 'offered' and answer_by <= now()
order by answer_by limit $1;

-- name: unwritten_disruptions()
-- Somebody is still to be written to, and can be.
select distinct p.disruption_id as id
from disrupted_party p
join booking b on b.id = p.booking_id
where p.status = 'waiting' and b.status not in ('paid', 'confirming');

-- name: settle_parties()
-- What has ended by another road: a booking that was cancelled while it might leave for nothing was
-- paid back in full; a change that an operator was asked for is done, or is not.
update disrupted_party p
set status = e.status, ended_at = case when e.status = 'offered' then null else now() end
from (
    select p.disruption_id, p.booking_id, case
        when b.status = 'cancelled' then 'refunded'
        when b.status in ('refused', 'expired') then 'ended'
        when p.status = 'moving' and c.status = 'applied' then 'moved'
        when p.status = 'moving' and c.status in ('refused', 'withdrawn', 'expired') then 'offered'
    end as status
    from disrupted_party p
    join booking b on b.id = p.booking_id
    left join booking_change c on c.id = p.change_id
    where p.status in ('waiting', 'offered', 'overdue', 'moving')
) e
where p.disruption_id = e.disruption_id and p.booking_id = e.booking_id and e.status is not null;
