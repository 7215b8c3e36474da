-- What a ship has beside its decks and cabins: from these a sailing's capacity is worked out, also on another ship.

alter table ferry
    -- Null: not known; no sailing is planned with such a ship.
    add column passengers int,
    add column pets int not null default 0,
    add constraint ferry_carries_somebody check (passengers > 0),
    add constraint ferry_pets_not_negative check (pets >= 0);
comment on constraint ferry_carries_somebody on ferry is 'A ferry without passengers sells nothing here.';
comment on constraint ferry_pets_not_negative on ferry is 'There is no negative number of places.';

-- The staff's list is by day, whatever the port.
create index sailing_by_departure on sailing (departs_at);
