-- What becomes of everybody aboard when a sailing is late or does not go.

-- name: shorten_holds(close_minutes)
-- A hold ends at the latest when sales of one of its sailings close, and now where they are closed
-- by hand or it does not go: somebody may have changed that since the places were held. The hold's
-- own end is the first bound. Where the sailing is cancelled it ends once its party is written down
-- (add_parties): whose hold ended before that would never hear why.
with closing as materialized (
    select l.booking_id,
           min(case when sale_ended(v.status, v.leaves_at, coalesce(v.close_minutes, $1)) is null
               or v.status = 'cancelled' and not exists (
                   select from disruption d
                   where d.sailing_id = l.sailing_id and d.kind = 'cancelled')
               then v.leaves_at - make_interval(mins => coalesce(v.close_minutes, $1))
               else now() end) as close_at
    from booking h
    join booking_leg l on l.booking_id = h.id
    join sailing_sales v on v.sailing_id = l.sailing_id
    where h.status = 'held'
    group by l.booking_id
), later as materialized (
    select b.id, c.close_at
    from booking b join closing c on c.booking_id = b.id
    where b.status = 'held' and b.expires_at > c.close_at
    order by b.id for update of b
)
update booking b set expires_at = l.close_at from later l where b.id = l.id;

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

-- name: lock_aboard(sailing_id)
-- Whoever touches a party holds its booking's row: somebody who is choosing is waited for, and then
-- has chosen.
select b.id from booking b
where b.status in ('held', 'paid', 'confirming', 'confirmed')
  and exists (select from booking_leg l where l.booking_id = b.id and l.sailing_id = $1)
order by b.id
for update;

-- name: supersede_parties(sailing_id, booking_ids, kind)
-- Open questions of everybody aboard (null) or of some: a newer disruption takes their place.
-- Whoever is just moving is let finish; the newer disruption waits for them. Who has no place on
-- the ship does not care when it leaves.
update disrupted_party p set status = 'superseded', ended_at = now()
from booking_leg l
where l.sailing_id = $1 and p.booking_id = l.booking_id
  and p.status in ('waiting', 'offered', 'overdue')
  and ($2::uuid[] is null or p.booking_id = any($2::uuid[]))
  and (l.place_lost_at is null or $3::text in ('cancelled', 'no_place'));

-- name: moving_parties(sailing_id)
-- not null: moving
select count(*) as moving from disrupted_party p
join booking_leg l on l.booking_id = p.booking_id and l.sailing_id = $1
where p.status = 'moving';

-- name: add_parties(disruption_id, sailing_id, booking_ids, kind)
-- Everybody aboard (null) or some of them, in one statement: nobody is forgotten. Who has no place
-- on the ship is asked about that, and anew only when it is cancelled.
insert into disrupted_party (disruption_id, booking_id)
select distinct $1::uuid, b.id
from booking_leg l
join booking b on b.id = l.booking_id
where l.sailing_id = $2 and b.status in ('held', 'paid', 'confirming', 'confirmed')
  and ($3::uuid[] is null or b.id = any($3::uuid[]))
  and (l.place_lost_at is null or $4::text in ('cancelled', 'no_place'))
on conflict on constraint disrupted_party_pkey do nothing;

-- name: ask_again()
-- A booking has one question at a time, and the newest one took the place of those before: of both
-- ways of a journey, say. Whoever has answered it and is still on a sailing that was cancelled is
-- asked about that, too; and so is whoever stands on one without ever having been asked, or has no
-- place on the ship that sails.
-- A booking that somebody acts on just now is left for the next look.
with stranded as materialized (
    select b.id as booking_id, d.id as disruption_id, s.departs_at
    from disruption d
    join sailing s on s.id = d.sailing_id
    join booking_leg l on l.sailing_id = d.sailing_id
    join booking b on b.id = l.booking_id
    where (d.kind = 'cancelled' and s.status = 'cancelled'
           or d.kind = 'no_place' and s.status <> 'cancelled' and l.place_lost_at is not null)
      and s.departs_at > now() - interval '1 day' and b.status = 'confirmed'
      and not exists (
          select from disrupted_party p
          where p.booking_id = b.id and p.status in ('waiting', 'offered', 'overdue', 'moving'))
    for update of b skip locked
)
insert into disrupted_party (disruption_id, booking_id)
select distinct on (booking_id) disruption_id, booking_id
from stranded order by booking_id, departs_at
on conflict on constraint disrupted_party_pkey do update
set status = 'waiting', change_id = null, remind_at = null, answer_by = null, ended_at = null
where disrupted_party.status = 'superseded';

-- name: lose_offers()
-- Parties that were offered a sailing which was cancelled, too, wait for another offer; `change_id`
-- stays as what they lost. A booking that somebody acts on just now is left for the next look.
with lost as materialized (
    select p.disruption_id, p.booking_id
    from disrupted_party p
    join booking b on b.id = p.booking_id
    join booking_change c on c.id = p.change_id and c.status = 'held'
    where p.status = 'offered' and exists (
        select from change_capacity h join sailing s on s.id = h.sailing_id
        where h.change_id = c.id and s.status = 'cancelled')
    for update of b, p skip locked
)
update disrupted_party p
set status = 'waiting', remind_at = null, answer_by = null, try_after = null
from lost l
where p.disruption_id = l.disruption_id and p.booking_id = l.booking_id and p.status = 'offered'
returning p.disruption_id;

-- name: next_waiting(disruption_id, limit_count)
-- The bookings that are written to next, earliest first, their rows and those of their parties
-- locked; one that is just being paid or confirmed waits until it has been. Several writers take
-- different ones, and what a dead one had taken is free with its connection.
select b.id as booking_id, p.change_id as lost_change_id from disrupted_party p
join booking b on b.id = p.booking_id
where p.disruption_id = $1 and p.status = 'waiting' and b.status not in ('paid', 'confirming')
  and coalesce(p.try_after <= now(), true)
order by b.created_at, b.id
limit $2
for update of b, p skip locked;

-- name: second_of_waiting(disruption_id)
-- not null: second
-- The database's second while somebody can be written to; no row when nobody can.
select extract(epoch from now())::bigint as second
where exists (
    select from disrupted_party p
    join booking b on b.id = p.booking_id
    where p.disruption_id = $1 and p.status = 'waiting' and b.status not in ('paid', 'confirming')
      and coalesce(p.try_after <= now(), true));

-- name: put_off(disruption_id, booking_id, seconds)
-- One that could not be written to is tried again later.
update disrupted_party set try_after = now() + make_interval(secs => $3)
where disruption_id = $1 and booking_id = $2;

-- name: set_party_status(disruption_id, booking_ids, from_statuses, to_status, final)
-- Compare and set. A row for each that it was true of; for the others somebody was faster.
update disrupted_party
set status = $4, ended_at = case when $5 then now() else null end
where disruption_id = $1 and booking_id = any($2::uuid[]) and status = any($3::text[])
returning booking_id;

-- name: set_offers(disruption_id, booking_ids, change_ids, remind_ats, answer_bys)
update disrupted_party p
set change_id = o.change_id, offered_at = coalesce(p.offered_at, now()), remind_at = o.remind_at,
    answer_by = o.answer_by
from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[])
    as o (booking_id, change_id, remind_at, answer_by)
where p.disruption_id = $1 and p.booking_id = o.booking_id;

-- name: offered_by(change_ids)
select disruption_id, booking_id from disrupted_party
where change_id = any($1::uuid[]) and status = 'offered'
order by disruption_id, booking_id;

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

-- name: candidates(sailing_id, days, close_minutes, most, lost)
-- not null: sales_close_at, departs_at, arrives_at, available, berths
-- Sailings of the same operator between the same ports that are sold, the next ones after its own
-- first, then those before it, each with what it has left and the berths of its cabins. Which party
-- fits on which is worked out of it (disruptions/candidates); places are taken later. Its own is
-- among them where its place there was `lost`: somebody else may leave, or a larger ship come.
select s.id as sailing_id, v.leaves_at as departs_at,
       coalesce(s.expected_arrives_at, s.arrives_at) as arrives_at,
       v.leaves_at - make_interval(mins => coalesce(v.close_minutes, $3)) as sales_close_at,
       f.name as ferry, s.max_height_cm, s.max_vehicle_kg,
       coalesce((select jsonb_object_agg(c.resource, c.total - c.taken) from capacity c
                 where c.sailing_id = s.id), '{}') as available,
       coalesce((select jsonb_object_agg(fc.cabin_type, fc.berths) from ferry_cabin fc
                 where fc.ferry_id = s.ferry_id), '{}') as berths
from sailing gone
join sailing s on s.origin_id = gone.origin_id and s.destination_id = gone.destination_id
    and s.operator_id = gone.operator_id and (s.id <> gone.id or $5::bool)
join sailing_sales v on v.sailing_id = s.id
left join ferry f on f.id = s.ferry_id
where gone.id = $1 and s.fare_id is not null
  and s.departs_at between now() and gone.departs_at + make_interval(days => $2)
  and sale_ended(v.status, v.leaves_at, coalesce(v.close_minutes, $3)) is null
order by v.leaves_at < gone.departs_at, abs(extract(epoch from v.leaves_at - gone.departs_at)), s.id
limit $4;

-- name: berths_on(sailing_id)
-- How many berths a cabin of each type has on the ship of a sailing.
select c.cabin_type, c.berths
from sailing s join ferry_cabin c on c.ferry_id = s.ferry_id
where s.id = $1;

-- name: alternative_by_id(id)
-- not null: sales_close_at, departs_at, arrives_at
-- No row: it was cancelled, too.
select s.id as sailing_id, v.leaves_at as departs_at,
       coalesce(s.expected_arrives_at, s.arrives_at) as arrives_at, v.leaves_at as sales_close_at,
       f.name as ferry
from sailing s
join sailing_sales v on v.sailing_id = s.id
left join ferry f on f.id = s.ferry_id
where s.id = $1 and s.status <> 'cancelled';

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
where p.status = 'waiting' and b.status not in ('paid', 'confirming')
  and coalesce(p.try_after <= now(), true);

-- name: settle_parties()
-- What has ended by another road: a booking that was cancelled while it might leave for nothing was
-- paid back in full; a change that an operator was asked for is done, or is not. A booking that
-- somebody acts on just now is left for the next look. A party that somebody has moved meanwhile is
-- left where it went: the others' rows are read before its own is held.
with ended as materialized (
    select p.disruption_id, p.booking_id, p.status as before, case
        when b.status = 'cancelled' then 'refunded'
        when b.status in ('refused', 'expired') then 'ended'
        when p.status = 'moving' and c.status = 'applied' then 'moved'
        when p.status = 'moving' and c.status in ('refused', 'withdrawn', 'expired') then 'offered'
    end as status
    from disrupted_party p
    join booking b on b.id = p.booking_id
    left join booking_change c on c.id = p.change_id
    where p.status in ('waiting', 'offered', 'overdue', 'moving')
      and (b.status in ('cancelled', 'refused', 'expired') or p.status = 'moving')
    for update of b skip locked
)
update disrupted_party p
set status = e.status, ended_at = case when e.status = 'offered' then null else now() end
from ended e
where p.disruption_id = e.disruption_id and p.booking_id = e.booking_id and p.status = e.before
  and e.status is not null;
