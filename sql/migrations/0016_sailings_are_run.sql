-- Sailings are run by people: when their sales close, delays, cancellations, and whose staff may say so.

-- How many minutes before departure nobody can buy any more. Of the three that are there the narrowest counts: a
-- sailing's own (its operator's API said so), its route's, its operator's; with none of them the setting
-- sailings.sales_close_minutes.
alter table operator
    add column sales_close_minutes int,
    add constraint operator_sales_close_within_a_week check (sales_close_minutes between 0 and 10080);
comment on constraint operator_sales_close_within_a_week on operator is 'More is a typing error: it would close every sailing.';
alter table route
    add column sales_close_minutes int,
    add constraint route_sales_close_within_a_week check (sales_close_minutes between 0 and 10080);
comment on constraint route_sales_close_within_a_week on route is 'More is a typing error: it would close every sailing.';

alter table sailing
    add column sales_close_minutes int,
    -- The times that hold now; null as long as the ones that were sold (departs_at, arrives_at) do.
    add column expected_departs_at timestamptz,
    add column expected_arrives_at timestamptz,
    -- What happened, once it has.
    add column departed_at timestamptz,
    add column arrived_at timestamptz,
    -- Why it is late, closed or cancelled: a kind that passenger rights ask for, and words for the passengers.
    add column reason text,
    add column note text,
    -- Raised by every change: a form that saw an older one is refused, and a message is sent once per version.
    add column version int not null default 1,
    add constraint sailing_sales_close_within_a_week check (sales_close_minutes between 0 and 10080),
    add constraint sailing_expected_both check (num_nulls(expected_departs_at, expected_arrives_at) in (0, 2)),
    add constraint sailing_expected_takes_time check (expected_arrives_at > expected_departs_at),
    add constraint sailing_arrives_after_it_left check (arrived_at > departed_at),
    add constraint sailing_reason_known check (reason in ('weather', 'technical', 'operational', 'extraordinary')),
    drop constraint sailing_status_known,
    add constraint sailing_status_known check (status in ('scheduled', 'closed', 'cancelled', 'departed'));
comment on constraint sailing_sales_close_within_a_week on sailing is 'More is a typing error, or a clock that is wrong.';
comment on constraint sailing_expected_both on sailing is 'A new departure has a new arrival.';
comment on constraint sailing_expected_takes_time on sailing is 'Nobody arrives before leaving.';
comment on constraint sailing_arrives_after_it_left on sailing is 'Nobody arrives before leaving, nor without it.';
comment on constraint sailing_reason_known on sailing is
    'Regulation (EU) 1177/2010, article 20, asks for weather and extraordinary circumstances.';
comment on constraint sailing_status_known on sailing is
    'scheduled; closed: sales were ended by hand; cancelled; departed. See ferries/sailings/states.py.';

-- Staff of one operator act for that operator only; null is the house's own staff.
alter table staff
    add column operator_id uuid,
    add constraint staff_of_operator foreign key (operator_id) references operator (id);
comment on constraint staff_of_operator on staff is 'An operator with staff is not deleted.';

-- What decides whether a sailing may still be sold, in one row. `close_minutes` is null where the setting decides.
create view sailing_sales as
select s.id as sailing_id, s.status, coalesce(s.expected_departs_at, s.departs_at) as leaves_at,
       coalesce(s.sales_close_minutes, r.sales_close_minutes, o.sales_close_minutes) as close_minutes
from sailing s
join route r on r.id = s.route_id
join operator o on o.id = s.operator_id;

-- Why a sailing is not sold any more by the database's clock; null while it is. Every road that takes a place or money
-- asks this, or its likeness for what is shown (ferries/sailings/sales.py; one test holds the two together).
create function sale_ended(status text, leaves_at timestamptz, close_minutes int) returns text
    language sql stable
    return case
        when status in ('cancelled', 'departed') then status
        when now() >= leaves_at then 'departed'
        when status = 'closed' or now() >= leaves_at - make_interval(mins => close_minutes) then 'closed'
    end;
