-- Extras: what an operator sells with a place, beside cabins.

create table fare_extra (
    fare_id uuid not null,
    -- What it is: ferries.extras.ExtraKind.
    kind text not null,
    -- What one of it is for, and so how many a party can buy: ferries.extras.ExtraUnit.
    unit text not null,
    price_minor bigint not null,
    -- How many of it a sailing with this fare has, null: any number. A new sailing gets so many as
    -- a row of capacity, `extra:<kind>`; where that row lacks, nobody counts.
    per_sailing int,
    constraint fare_extra_pkey primary key (fare_id, kind),
    constraint fare_extra_of_fare foreign key (fare_id) references fare (id) on delete cascade,
    constraint fare_extra_kind_known check (kind in
        ('breakfast', 'dinner', 'priority_boarding', 'lounge', 'wifi', 'sports_equipment')),
    constraint fare_extra_unit_known check (unit in ('person', 'vehicle', 'booking')),
    constraint fare_extra_price_not_negative check (price_minor >= 0),
    constraint fare_extra_per_sailing_positive check (per_sailing > 0)
);
comment on constraint fare_extra_pkey on fare_extra is 'One price for an extra on a fare.';
comment on constraint fare_extra_of_fare on fare_extra is
    'It is a part of the price list, and like that never changed in place.';
comment on constraint fare_extra_kind_known on fare_extra is 'ferries.extras.ExtraKind.';
comment on constraint fare_extra_unit_known on fare_extra is 'ferries.extras.ExtraUnit.';
comment on constraint fare_extra_price_not_negative on fare_extra is
    'Wi-Fi may be free; nothing is paid for taking it.';
comment on constraint fare_extra_per_sailing_positive on fare_extra is
    'What a sailing has none of is not sold with its fare.';

-- The extras of a fare in one value; no row where it has none.
create view fare_extras as
select fare_id, jsonb_agg(jsonb_build_object('kind', kind, 'unit', unit, 'price_minor',
    price_minor, 'per_sailing', per_sailing) order by kind) as extras
from fare_extra group by fare_id;
