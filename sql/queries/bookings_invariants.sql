-- What must always be true of bookings and of what they took: each returns the exceptions among the
-- subjects that it is given, so that the cost of a look does not grow with history.

-- name: touched_bookings(since, first_id)
-- not null: id
-- Bookings that something has happened to since then. Whatever happens to one asks for a task, so
-- the task ledger is the list of what has changed; its ids are ordered by time.
select subject_id::uuid as id
from job
where id >= $2 and created_at >= $1 and subject_kind = 'bookings'
  and subject_id ~ '^[0-9a-f-]{36}$'
union
select id from booking where id >= $2;

-- name: following_bookings(after, most)
select id from booking where id > $1 order by id limit $2;

-- name: touched_sailings(since, first_id)
-- not null: id
-- Each booking's legs by themselves: nobody can guess how few bookings these are, and all legs that
-- ever were would be read for them.
select distinct l.sailing_id as id
from (
    select id from booking where id >= $2
    union
    select subject_id::uuid from job
    where id >= $2 and created_at >= $1 and subject_kind = 'bookings'
      and subject_id ~ '^[0-9a-f-]{36}$'
) b
cross join lateral (
    select sailing_id from booking_leg where booking_id = b.id offset 0
) l;

-- name: following_sailings(after, most)
-- not null: id
select distinct sailing_id as id from capacity where sailing_id > $1 order by 1 limit $2;

-- name: touched_details(since, first_id)
-- not null: id
-- Whose places and price lines were written since then: both carry the booking's id, time-ordered.
select booking_id as id from leg_capacity where booking_id >= $2 and $1::timestamptz is not null
union
select booking_id from booking_item where booking_id >= $2;

-- name: following_details(after, most)
-- not null: id
-- The next ids of bookings in either table; what one has beyond the other's last one comes later.
with places as (
    select distinct booking_id from leg_capacity where booking_id > $1 order by 1 limit $2
), lines as (
    select distinct booking_id from booking_item where booking_id > $1 order by 1 limit $2
)
select booking_id as id from places union select booking_id from lines order by 1 limit $2;

-- name: touched_invoices(since, first_id)
select id from invoice where id >= $2 and issued_at >= $1;

-- name: following_invoices(after, most)
select id from invoice where id > $1 order by id limit $2;

-- name: broken_capacity(ids)
-- For each of these sailings and resource: what bookings took is what the counter says, and never
-- more than there is. What a leg took is found by the leg: taken places have no index by sailing.
select c.sailing_id as id, c.sailing_id::text || ' ' || c.resource as subject,
       'taken ' || c.taken || ', booked ' || coalesce(t.quantity, 0) || ', total ' || c.total
           as detail
from capacity c
cross join lateral (
    select sum(quantity) as quantity from (
        select p.quantity
        from booking_leg l
        join leg_capacity p on p.booking_id = l.booking_id and p.leg_number = l.number
        where l.sailing_id = c.sailing_id and p.sailing_id = c.sailing_id
          and p.resource = c.resource
        union all
        select quantity from change_capacity
        where sailing_id = c.sailing_id and resource = c.resource
    ) taken
) t
where c.sailing_id = any($1::uuid[])
  and (c.taken <> coalesce(t.quantity, 0) or c.taken > c.total or c.taken < 0);

-- name: misplaced_bookings(ids)
-- Counters and what was taken agree as well where a booking that stands has lost its places, or one
-- that ended has kept them. A leg of a remote operator has places there, none here.
select b.id, b.reference as subject,
       b.status || ', leg ' || l.number || case when taken.is_any
           then ' still has places' else ' has no places' end as detail
from booking b
join booking_leg l on l.booking_id = b.id
cross join lateral (
    select exists (select from leg_capacity p
        where p.booking_id = b.id and p.leg_number = l.number) as is_any
) taken
where b.id = any($1::uuid[])
  and (taken.is_any and b.status in ('expired', 'refused', 'cancelled')
      or not taken.is_any and b.status in ('held', 'paid', 'confirming', 'confirmed')
          and l.place_lost_at is null  -- another ship has no room for it: a person decides
          and exists (select from capacity c where c.sailing_id = l.sailing_id));

-- name: orphaned_details(ids)
-- What no foreign key guards (migration 0007): places taken and price lines belong to a booking.
select booking_id as id, booking_id::text as subject, kind || ' without a booking' as detail
from (
    select booking_id, 'places taken' as kind from leg_capacity where booking_id = any($1::uuid[])
    union all
    select booking_id, 'a price line' from booking_item where booking_id = any($1::uuid[])
) d
where not exists (select from booking b where b.id = d.booking_id);

-- name: broken_money(ids)
-- What arrived is what the journey costs, or goes back: of the payments that a booking stands on
-- (kept_at: the first one, and one for each change that made it dearer) its worth is kept, of any
-- other (paid twice, late, wrong amount) nothing. What was paid for a change counts before the
-- change is carried out. What staff gave of it out of goodwill makes it cheaper; compensation for a
-- late arrival is damages and goes beside the price. Only what was decided here counts: refunds
-- begun at Stripe and disputes are covered by it or break `lost_money`; what pays a failed refund
-- again is no decision of its own.
with paid as (
    select p.id, p.subject_id, p.kept_at is not null as kept, p.received_minor, r.claimed,
           r.compensation
    from payment p
    cross join lateral (
        select coalesce(sum(amount_minor), 0) as claimed,
               coalesce(sum(amount_minor) filter (
                   where reason = 'compensation'), 0) as compensation
        from refund where payment_id = p.id and origin = 'service' and claim_id is null
    ) r
    where p.subject_kind = 'bookings' and p.subject_id = any($1::uuid[]) and p.status = 'succeeded'
), stood_on as (
    select subject_id, sum(received_minor) as received, sum(claimed) as claimed,
           sum(compensation) as compensation
    from paid where kept group by subject_id
)
select b.id, b.id::text as subject,
       'received ' || s.received || ', refunds ' || s.claimed || ', status ' || b.status as detail
from stood_on s
join booking b on b.id = s.subject_id
cross join lateral (
    select coalesce(sum(due_minor), 0) as coming from booking_change
    where booking_id = b.id and status = 'accepted' and due_minor > 0
) c
where s.received - s.claimed <> case
    when b.status in ('paid', 'confirming', 'confirmed')
        then b.total_minor - b.goodwill_minor + c.coming - s.compensation
    when b.status = 'cancelled' then coalesce(b.cancel_fee_minor, 0)
    else 0 end
union all
select subject_id, subject_id::text,
       'received ' || received_minor || ', refunds ' || claimed || ', money too much'
from paid where not kept and received_minor <> claimed;

-- name: unconfirmed_confirmations(ids)
-- Each confirmed booking has an operator's reference for every leg and a payment that it stands on.
select b.id, b.reference as subject,
       'references missing: ' || count(*) filter (where l.operator_reference is null)
       || ', payments: ' || (select count(*) from payment p where p.subject_id = b.id
           and p.subject_kind = 'bookings' and p.kept_at is not null) as detail
from booking b join booking_leg l on l.booking_id = b.id
where b.id = any($1::uuid[]) and b.status = 'confirmed'
group by b.id, b.reference, b.total_minor
having count(*) filter (where l.operator_reference is null) > 0
   or (b.total_minor > 0 and not exists (select from payment p where p.subject_id = b.id
       and p.subject_kind = 'bookings' and p.kept_at is not null));

-- name: numbered_invoices(ids)
-- No number is missing before one of these, and the newest of each issuer is the last that it gave.
select v.id, o.code || ' ' || v.number as subject,
       'last given ' || i.last_number || ', the one before is '
       || case when before.number is null then 'missing' else 'there' end as detail
from invoice v
join invoice_issuer i on i.operator_id = v.issuer_id
join operator o on o.id = v.issuer_id
left join invoice before on before.issuer_id = v.issuer_id and before.number = v.number - 1
where v.id = any($1::uuid[])
  and (v.number > 1 and before.number is null
       or v.number <> i.last_number and not exists (
           select from invoice n where n.issuer_id = v.issuer_id and n.number > v.number));

-- name: invoiced_bookings(ids)
-- What was invoiced of a booking, less what was credited, is what it costs after goodwill. Bookings
-- from before invoices were written have none.
select b.id, b.reference as subject,
       'invoiced ' || v.total || ', status ' || b.status || ', total ' || b.total_minor
           || ', goodwill ' || b.goodwill_minor as detail
from (
    select booking_id, sum(total_minor) as total from invoice
    where booking_id = any($1::uuid[]) group by booking_id
) v
join booking b on b.id = v.booking_id
where v.total <> case b.status
    when 'confirmed' then b.total_minor - b.goodwill_minor
    when 'cancelled' then coalesce(b.cancel_fee_minor, 0)
    else 0 end;

-- name: missing_mails(ids)
-- Each confirmed booking has its confirmation, each cancelled one that was paid its cancellation,
-- each refund of one its mail.
select b.id, b.reference as subject,
       'no ' || case b.status when 'confirmed' then 'confirmation' else 'cancellation' end as detail
from booking b
where b.id = any($1::uuid[]) and b.status in ('confirmed', 'cancelled')
  and not exists (
    select from mail_key m
    -- Everything that begins with it and a colon: the semicolon is the next sign.
    where m.unique_key > 'booking:' || b.id || ':'
        || case b.status when 'confirmed' then 'confirmation' else 'cancellation' end || ':'
      and m.unique_key < 'booking:' || b.id || ':'
        || case b.status when 'confirmed' then 'confirmation' else 'cancellation' end || ';')
union all
select p.subject_id, r.id::text,
       case r.status when 'succeeded' then 'no refund mail'
                     else 'no mail about the failed refund' end
from payment p
join refund r on r.payment_id = p.id
where p.subject_kind = 'bookings' and p.subject_id = any($1::uuid[])
  and (r.status = 'succeeded'
       and not exists (select from mail_key m where m.unique_key = 'refund:' || r.id)
       or r.status = 'failed' and r.claim_id is null and r.failure is not null
       -- Who has as much by a refund in the dashboard misses nothing, nor who was paid again before
       -- it could be written; where that failed, too, they were told of that.
       and r.amount_minor > (select coalesce(sum(g.amount_minor), 0) from refund g
                             where g.claim_id = r.id and g.status <> 'failed')
       and r.failure not like 'the dispute%' and r.failure not like 'the refund%'
       and not exists (
           select from mail_key m where m.unique_key = 'refund:' || r.id || ':failed')
       and not exists (
           select from refund g join mail_key m on m.unique_key = 'refund:' || g.id || ':failed'
           where g.claim_id = r.id));

-- name: open_differences()
-- Last night Stripe, the operators and we said the same, or somebody has settled it since.
select kind || ':' || subject as subject,
       'ours ' || ours_minor || ', theirs ' || theirs_minor || ' ' || currency as detail
from difference where settled_at is null
order by found_at limit 50;

-- name: stuck_bookings(older_than_seconds)
-- No booking is paid or confirming, and no hold overdue, for longer than this, pauses left aside.
with bound as materialized (
    select now() - make_interval(secs => $1) as at,
           workable_since(array['bookings', 'bookings.accept_payment',
               'bookings.confirm_booking_with_operator', 'bookings.expire_holds',
               'bookings.expire_hold']) as workable_since
)
select b.reference as subject, b.status || ' since ' || b.created_at as detail
from booking b, bound
where b.status in ('paid', 'confirming') and coalesce(b.paid_at, b.created_at) < bound.at
  and coalesce(bound.workable_since < bound.at, true)
union all
select b.reference, b.status || ' since ' || b.created_at
from booking b, bound
where b.status = 'held' and b.expires_at < bound.at
  and coalesce(bound.workable_since < bound.at, true)
limit 50;

-- name: overdrawn_mandates()
-- not null: subject, detail
-- What is taken and spent of a mandate, by amount and by bookings; what is spent is paid.
select 'mandates:' || m.id as subject,
       format('%s of %s taken, %s of %s bookings', sum(u.amount_minor), m.limit_minor,
              count(distinct u.booking_id),
              m.most_bookings) as detail
from mandate m join mandate_use u on u.mandate_id = m.id
where u.status in ('taken', 'spent')
group by m.id
having sum(u.amount_minor) > m.limit_minor
    or count(distinct u.booking_id) > m.most_bookings
union all
select 'mandates:' || u.mandate_id,
       format('use %s is spent, and its payment is %s', u.id, p.status)
from mandate_use u join payment p on p.id = u.payment_id
where u.status = 'spent' and p.status <> 'succeeded';

-- name: misused_promotions(ids)
-- not null: subject
-- A booking that stands has the use of its promo code, one that ended has given it back, and the
-- code counts what stands. A hold may be without for the moment between its two transactions.
select b.id, b.reference as subject,
       case when u.booking_id is null then b.status || ' without a use of its promo code'
            when u.given_back_at is null then b.status || ' and still uses ' || p.code
            else b.status || ' and gave back ' || p.code end as detail
from booking b
left join promotion_use u on u.booking_id = b.id
left join promotion p on p.id = u.promotion_id
where b.id = any($1::uuid[])
  and case when b.status in ('expired', 'refused', 'cancelled')
           then u.booking_id is not null and u.given_back_at is null
           when u.booking_id is not null then u.given_back_at is not null
           else b.status <> 'held' and exists (select from booking_item i
               where i.booking_id = b.id and i.item like 'promotion:%') end
union all
select min(u.booking_id::text)::uuid, p.code, 'counts ' || p.uses || ', stand ' || s.uses
from promotion_use u
join promotion p on p.id = u.promotion_id
cross join lateral (
    select count(*) as uses from promotion_use o
    where o.promotion_id = p.id and o.given_back_at is null
) s
where u.booking_id = any($1::uuid[]) and p.uses <> s.uses
group by p.id, s.uses;
