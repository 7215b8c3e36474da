-- Price lists that staff write: a new one follows another and is never changed in place.

-- Raised by whoever writes a list that follows this one: of two clerks the second is told.
alter table fare add column revision int not null default 0;
-- The list that it was written from; null: imported.
alter table fare add column follows_id uuid;
create index fare_by_follows on fare (follows_id) where follows_id is not null;
alter table fare add constraint fare_follows_fare foreign key (follows_id) references fare (id)
    not valid;
comment on constraint fare_follows_fare on fare is
    'Lists are kept for ever: what was sold by one stays explained.';

-- The list by which a leg was sold, whatever its sailing is sold by today: what cancelling and
-- changing it cost stays what was agreed. Null: a remote operator's, or written by a process from
-- before this column, and then that of its sailing. No foreign key: it would lock one row of fare
-- for every hold of a popular sailing, and no list is ever deleted.
alter table booking_leg add column fare_id uuid;
update booking_leg l set fare_id = s.fare_id
from sailing s where s.id = l.sailing_id and s.fare_id is not null;
