-- Links by which others may follow a journey. What stands in a link is its id with our signature.

create table share (
    id uuid primary key,
    booking_id uuid not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz,
    constraint share_of_booking foreign key (booking_id) references booking (id)
);
comment on constraint share_of_booking on share is 'A share lets follow one journey.';
create index share_open on share (booking_id) where revoked_at is null;
