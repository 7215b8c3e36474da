-- A line of a price is an amount with a reason: a percentage, a tax or a difference is a line, too.

-- Null on lines that an older process writes: they say it by quantity and unit.
alter table booking_item add column amount_minor bigint;
alter table booking_item add column reason text not null default 'fare';
alter table booking_item add constraint booking_item_reason_known check
    (reason in ('fare', 'tax', 'fee', 'discount', 'rounding'));

-- Trailers travel behind a vehicle and are measured like one; nothing else about `vehicle` changes.
comment on column vehicle.kind is 'car, van, motorcycle, bicycle, camper or trailer';
comment on column sailing.max_vehicle_kg is
    'The heaviest single vehicle, in kilograms: checked when a leg is priced and when it is shown.';
