-- Another ship sails: who has no place on it, and what its car deck takes.

alter table booking_leg
    -- The ship of its sailing became another one, on which the party has no place. The leg goes on
    -- until they have chosen; it takes nothing of the sailing, and nobody boards by it.
    add column place_lost_at timestamptz;
create index booking_leg_place_lost on booking_leg (booking_id) where place_lost_at is not null;

alter table capacity
    -- Of the lanes, where the ship is another one than the sailing was sold with: a hold looks here
    -- under the lock by which it takes them, for what it was priced by may be a minute old.
    add column max_height_cm int,
    add column max_vehicle_kg int;

-- One version of a sailing may have two things to tell: it is late, and it has another ship.
alter table disruption drop constraint disruption_once;
alter table disruption
    add constraint disruption_once unique (sailing_id, sailing_version, kind);
comment on constraint disruption_once on disruption is 'Nobody is told of one change twice.';
