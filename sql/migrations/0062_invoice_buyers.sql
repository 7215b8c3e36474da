-- To whom a booking is invoiced, where somebody has said so; else it is its first passenger.

create table booking_buyer (
    booking_id uuid not null,
    -- A person, or who is asked for at the company.
    name text not null,
    company text not null,
    -- Lines of a postal address.
    address text not null,
    -- As in VIES: country and number without spaces; empty for who has none.
    vat_id text not null,
    -- Counts what was said: the documents of a correction are written once for each.
    version int not null default 1,
    said_at timestamptz not null default now(),
    constraint booking_buyer_pkey primary key (booking_id),
    constraint booking_buyer_of_booking foreign key (booking_id) references booking (id)
);
comment on constraint booking_buyer_pkey on booking_buyer is 'One buyer at a time.';
comment on constraint booking_buyer_of_booking on booking_buyer is 'Bookings are never deleted.';

-- The buyer's VAT number as it was when the document was written; erased with the buyer.
alter table invoice add column buyer_vat_id text not null default '';
