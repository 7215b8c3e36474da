-- Who may come aboard a sailing, and who has. Bookings are read here and written by bookings only.

-- name: listed_tickets(sailing_id, reference)
-- not null: reference, leg, status, issue, suspended, place_lost, holder, kind, given_name,
--    family_name, late, extras
-- Every ticket of a sailing (or of one booking on it), for passengers and vehicles, whatever became
-- of the booking; not of bookings that were never paid. Suspended: the bank took the money back and
-- nobody has decided about the journey (bookings/story says the same). Place lost: another ship
-- sails, and the party has no place on it. 48 hours: Regulation (EU) 1177/2010, article 11(2).
with boarding as (
    select b.id, b.reference, l.number as leg, b.status, b.ticket_issue as issue,
           exists (select from payment p join dispute d on d.payment_id = p.id
                   where p.subject_kind = 'bookings' and p.subject_id = b.id
                     and p.kept_at is not null
                     and d.status = 'lost' and d.decision is null) as suspended,
           l.place_lost_at is not null as place_lost,
           b.created_at > s.departs_at - interval '48 hours' as late, s.fare_id,
           (select coalesce(jsonb_object_agg(substr(i.item, 7), i.quantity), '{}')
            from booking_item i
            where i.booking_id = b.id and i.leg_number = l.number and i.item like 'extra:%')
               as extras
    from booking_leg l
    join booking b on b.id = l.booking_id
    join sailing s on s.id = l.sailing_id
    where l.sailing_id = $1 and ($2::text is null or b.reference = $2)
      and b.status in ('paid', 'confirming', 'confirmed', 'cancelled', 'refused')
)
select b.reference, b.leg, b.status, b.issue, b.suspended, b.place_lost,
       'p' || p.number as holder, p.kind, p.given_name, p.family_name, null::text as plate,
       null::int as length_cm, null::int as height_cm, p.assistance, p.assistance_note,
       b.late and p.assistance is not null as late,
       (select jsonb_build_object('area', d.area, 'percent', d.percent, 'proofs', d.proofs)
        from resident_discount d where d.fare_id = b.fare_id and d.area = p.resident_of)
           as discount,
       b.extras
from boarding b join passenger p on p.booking_id = b.id
union all
select b.reference, b.leg, b.status, b.issue, b.suspended, b.place_lost,
       'v' || v.number, v.kind, '', '',
       v.plate, v.length_cm, v.height_cm, null, null, false, null, b.extras
from boarding b join vehicle v on v.booking_id = b.id
order by reference, leg, holder;

-- name: other_legs(sailing_id, reference)
-- not null: holders, names
-- The other sailings of everybody on this one, or (by reference) all sailings of one booking but
-- this.
select b.reference, l.number as leg, b.ticket_issue as issue, o.name as origin,
       d.name as destination, s.departs_at,
       array(select 'p' || p.number from passenger p where p.booking_id = b.id
             union all select 'v' || v.number from vehicle v where v.booking_id = b.id) as holders,
       array(select p.given_name || ' ' || p.family_name from passenger p
             where p.booking_id = b.id order by p.number) as names
from booking b
join booking_leg l on l.booking_id = b.id
join sailing s on s.id = l.sailing_id
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
where l.sailing_id <> $1
  and case when $2::text is null
           then exists (select from booking_leg here
                        where here.booking_id = b.id and here.sailing_id = $1)
           else b.reference = $2 end;

-- name: admissions_of(sailing_id)
-- not null: quay
select a.id, b.reference, a.leg_number as leg, a.holder, a.gate, a.admitted_at,
       coalesce(a.quay, '') as quay, a.undone_at
from admission a join booking b on b.id = a.booking_id
where a.sailing_id = $1
order by a.admitted_at, a.id;

-- name: lock_boarding(reference)
-- Two gates with the same code come in one after the other.
select id from booking where reference = $1 for update;

-- name: admission_by_id(id)
-- not null: quay
select a.id, b.reference, a.leg_number as leg, a.holder, a.gate, a.admitted_at,
       coalesce(a.quay, '') as quay, a.undone_at
from admission a join booking b on b.id = a.booking_id
where a.id = $1;

-- name: standing_admission(sailing_id, reference, leg, holder)
-- not null: quay
-- The first admission of a holder to that sailing that was not undone. The leg may have been
-- another sailing when they were let aboard one that did not go.
select a.id, b.reference, a.leg_number as leg, a.holder, a.gate, a.admitted_at,
       coalesce(a.quay, '') as quay, a.undone_at
from admission a join booking b on b.id = a.booking_id
where a.sailing_id = $1 and b.reference = $2 and a.leg_number = $3 and a.holder = $4
  and a.undone_at is null
order by a.admitted_at limit 1;

-- name: add_admissions(sailing_id, rows, staff_id)
-- not null: is_new
-- Admissions as gates wrote them down, each once, however often it arrives. A row is left out when
-- there is no such ticket on this sailing. An undoing is never taken back: the journal that has it
-- is the newer one.
insert into admission (id, booking_id, leg_number, holder, sailing_id, quay, gate, staff_id,
                       admitted_at, undone_at, undone_by)
select r.id, b.id, r.leg, r.holder, l.sailing_id, nullif(r.quay, ''), r.gate, $3, r.admitted_at,
       r.undone_at, case when r.undone_at is not null then $3::uuid end
from jsonb_to_recordset($2::jsonb) as r (
    id uuid, reference text, leg int, holder text, gate text, quay text, admitted_at timestamptz,
    undone_at timestamptz)
join booking b on b.reference = r.reference
join booking_leg l on l.booking_id = b.id and l.number = r.leg and l.sailing_id = $1
where exists (select from passenger p where p.booking_id = b.id and 'p' || p.number = r.holder)
   or exists (select from vehicle v where v.booking_id = b.id and 'v' || v.number = r.holder)
on conflict (id) do update
set undone_at = coalesce(admission.undone_at, excluded.undone_at),
    undone_by = coalesce(admission.undone_by, excluded.undone_by)
returning id, xmax = 0 as is_new;

-- name: undo_admission(id, sailing_id, staff_id)
update admission set undone_at = now(), undone_by = $3
where id = $1 and sailing_id = $2 and undone_at is null
returning id;

-- name: repeated_admissions(sailing_id)
-- not null: quay
-- Admissions of holders that were let aboard more than once, without those that were undone.
select a.id, b.reference, a.leg_number as leg, a.holder, a.gate, a.admitted_at,
       coalesce(a.quay, '') as quay, a.undone_at
from admission a join booking b on b.id = a.booking_id
where a.sailing_id = $1 and a.undone_at is null and exists (
    select from admission twin
    where twin.sailing_id = a.sailing_id and twin.booking_id = a.booking_id
      and twin.leg_number = a.leg_number and twin.holder = a.holder and twin.id <> a.id
      and twin.undone_at is null)
order by b.reference, a.leg_number, a.holder, a.admitted_at;

-- name: lock_for_scan(sailing_id)
-- The lock that the admission's foreign key takes anyway, before boarding is found open.
select id from sailing where id = $1 for key share;

-- name: lock_for_closing(sailing_id)
-- Waits for every scan that has found boarding open: the count has all of them.
select id from sailing where id = $1 for update;

-- name: standing_closing(sailing_id)
-- not null: closed_by
select c.closed_at, coalesce(s.name, '') as closed_by, c.adults, c.children, c.infants, c.vehicles
from boarding_closing c left join staff s on s.id = c.closed_by
where c.sailing_id = $1 and c.reopened_at is null;

-- name: close_boarding(id, sailing_id, staff_id)
-- Holders are counted, by the passenger's kind of that leg's booking.
with boarded as (
    select distinct booking_id, holder from admission where sailing_id = $2 and undone_at is null
), kinds as (
    select p.kind from boarded a
    join passenger p on p.booking_id = a.booking_id and 'p' || p.number = a.holder
)
insert into boarding_closing (id, sailing_id, closed_by, adults, children, infants, vehicles)
select $1, $2, $3, count(*) filter (where kind = 'adult'), count(*) filter (where kind = 'child'),
       count(*) filter (where kind = 'infant'),
       (select count(*) from boarded where holder like 'v%')
from kinds
returning id;

-- name: reopen_boarding(sailing_id, staff_id)
update boarding_closing set reopened_at = now(), reopened_by = $2
where sailing_id = $1 and reopened_at is null
returning id;

-- name: head_count(sailing_id)
-- not null: people, people_expected, vehicles, vehicles_expected, lane_cm, lane_cm_expected
-- Holders are counted, not admissions.
with boarded as (
    select distinct booking_id, leg_number, holder from admission
    where sailing_id = $1 and undone_at is null
), valid as (
    select b.id from booking_leg l join booking b on b.id = l.booking_id
    where l.sailing_id = $1 and b.status = 'confirmed' and l.place_lost_at is null
)
select (select count(*) from boarded where holder like 'p%')::int as people,
       (select count(*) from valid v join passenger p on p.booking_id = v.id)::int
           as people_expected,
       (select count(*) from boarded where holder like 'v%')::int as vehicles,
       (select count(*) from valid v join vehicle c on c.booking_id = v.id)::int
           as vehicles_expected,
       (select coalesce(sum(c.length_cm), 0) from boarded a
        join vehicle c on c.booking_id = a.booking_id and 'v' || c.number = a.holder)::int
           as lane_cm,
       (select coalesce(sum(c.length_cm), 0) from valid v
        join vehicle c on c.booking_id = v.id)::int as lane_cm_expected;

-- name: boarding_progress(sailing_ids)
-- not null: sailing_id, people, people_expected, assistance
select s.id as sailing_id,
       (select count(distinct (a.booking_id, a.leg_number, a.holder)) from admission a
        where a.sailing_id = s.id and a.undone_at is null and a.holder like 'p%')::int as people,
       count(p.number)::int as people_expected,
       count(p.assistance)::int as assistance,
       (select c.closed_at from boarding_closing c
        where c.sailing_id = s.id and c.reopened_at is null) as closed_at
from unnest($1::uuid[]) as s (id)
left join booking_leg l on l.sailing_id = s.id and l.place_lost_at is null
left join booking b on b.id = l.booking_id and b.status = 'confirmed'
left join passenger p on p.booking_id = b.id
group by s.id;

-- name: loading_lines(sailing_id)
-- not null: kind, length_cm, height_cm, reference, number
-- The vehicles with a valid ticket, and those that were let aboard all the same.
select b.reference, v.number, v.kind, v.plate, v.length_cm, v.height_cm, v.weight_kg,
       (select min(a.admitted_at) from admission a
        where a.booking_id = b.id and a.leg_number = l.number and a.holder = 'v' || v.number
          and a.undone_at is null) as admitted_at
from booking_leg l
join booking b on b.id = l.booking_id
join vehicle v on v.booking_id = b.id
where l.sailing_id = $1
  and (b.status = 'confirmed' and l.place_lost_at is null or exists (
      select from admission a where a.booking_id = b.id and a.leg_number = l.number
        and a.holder = 'v' || v.number and a.undone_at is null))
order by v.kind, v.length_cm desc, b.reference, v.number;

-- name: extra_lines(sailing_id)
-- not null: kind, name
-- What valid bookings have bought with their places, by what it is; `name` is the first
-- passenger's.
select substr(i.item, 7) as kind, i.quantity, b.reference,
       (select p.given_name || ' ' || p.family_name from passenger p
        where p.booking_id = b.id order by p.number limit 1) as name
from booking_leg l
join booking b on b.id = l.booking_id
join booking_item i on i.booking_id = b.id and i.leg_number = l.number and i.item like 'extra:%'
where l.sailing_id = $1 and b.status = 'confirmed' and l.place_lost_at is null
order by kind, name, b.reference;

-- name: manifest_lines(sailing_id)
-- Directive 98/41/EC, article 5: everybody with a valid ticket, and who else was let aboard all the
-- same.
select b.reference, p.number, p.kind, p.family_name, p.given_name, p.gender, p.nationality,
       p.birth_date, p.assistance, p.assistance_note, b.contact_phone as emergency_phone,
       (select min(a.admitted_at) from admission a
        where a.booking_id = b.id and a.leg_number = l.number and a.holder = 'p' || p.number
          and a.undone_at is null) as admitted_at,
       b.documents_erased_at as erased_at,
       (select jsonb_build_object('area', d.area, 'percent', d.percent, 'proofs', d.proofs)
        from resident_discount d where d.fare_id = s.fare_id and d.area = p.resident_of) as discount
from booking_leg l
join booking b on b.id = l.booking_id
join sailing s on s.id = l.sailing_id
join passenger p on p.booking_id = b.id
where l.sailing_id = $1
  and (b.status = 'confirmed' and l.place_lost_at is null or exists (
      select from admission a where a.booking_id = b.id and a.leg_number = l.number
        and a.holder = 'p' || p.number and a.undone_at is null))
order by p.family_name, p.given_name, b.reference, p.number;

-- name: ship_of_sailing(sailing_id)
select f.name, f.imo, f.mmsi from sailing s join ferry f on f.id = s.ferry_id where s.id = $1;
