-- Staff see of money that is owed how much the customer's bank holds because of a dispute: who pays
-- that as well pays twice.

-- A booking in one line (see 0025), with its money owed in amounts.
create or replace view booking_line as
select b.id, b.reference, b.status, b.created_at, b.contact_email as email, b.currency,
       b.total_minor, b.erased_at, lead.given_name, lead.family_name, aboard.people,
       cars.vehicles, leg.departs_at, leg.origin_name, leg.origin_timezone, leg.destination_name,
       leg.operators, leg.legs, owed.owed_minor > 0 as money_owed,
       exists (
           select from job j where j.subject_kind = 'bookings' and j.subject_id = b.id::text
             and j.state = 'dead'
       ) as task_dead,
       owed.owed_minor, owed.held_minor
from booking b
left join lateral (
    select given_name, family_name from passenger
    where booking_id = b.id order by number limit 1
) lead on true
cross join lateral (select count(*) as people from passenger where booking_id = b.id) aboard
cross join lateral (select count(*) as vehicles from vehicle where booking_id = b.id) cars
cross join lateral (
    select min(s.departs_at) as departs_at, count(*) as legs,
           (array_agg(o.name order by l.number))[1] as origin_name,
           (array_agg(o.timezone order by l.number))[1] as origin_timezone,
           (array_agg(d.name order by l.number))[1] as destination_name,
           array_agg(distinct op.name) as operators
    from booking_leg l
    join sailing s on s.id = l.sailing_id
    join operator op on op.id = s.operator_id
    join port o on o.id = s.origin_id
    join port d on d.id = s.destination_id
    where l.booking_id = b.id
) leg
-- Of each payment with failed claims: what is owed, and what of it disputes hold that cover no
-- claim yet (payments/claims.py, held_minor).
cross join lateral (
    select coalesce(sum(c.owed_minor), 0)::bigint as owed_minor,
           coalesce(sum(least(c.owed_minor, greatest(0, least(
               d.withdrawn_minor, d.withdrawn_minor + r.outside_minor - r.covered_minor
           )))), 0)::bigint as held_minor
    from (
        select p.id, sum(o.owed_minor) as owed_minor
        from payment p join refund_owed o on o.payment_id = p.id
        where p.subject_kind = 'bookings' and p.subject_id = b.id
        group by p.id
    ) c
    cross join lateral (
        select coalesce(sum(withdrawn_minor), 0) as withdrawn_minor
        from dispute where payment_id = c.id
    ) d
    cross join lateral (
        select coalesce(sum(amount_minor) filter (
                   where origin = 'stripe' and status in ('requested', 'succeeded')), 0)
                   as outside_minor,
               coalesce(sum(amount_minor) filter (
                   where origin = 'service' and status = 'covered'), 0) as covered_minor
        from refund where payment_id = c.id
    ) r
) owed;
