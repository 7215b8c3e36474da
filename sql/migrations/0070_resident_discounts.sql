-- Fares for residents: who lives on an island or in a region pays less to get there.

create table resident_discount (
    fare_id uuid not null,
    -- ISO 3166-2: GR-M is Crete.
    area text not null,
    -- Off what people cost; not off vehicles, cabins or taxes.
    percent int not null,
    -- One of them is to be shown at check-in: identity_card, residence_certificate.
    proofs text[] not null,
    constraint resident_discount_pkey primary key (fare_id, area),
    constraint resident_discount_of_fare foreign key (fare_id) references fare (id)
        on delete cascade,
    constraint resident_discount_area_is_a_code check (area ~ '^[A-Z]{2}-[A-Z0-9]{1,3}$'),
    constraint resident_discount_percent check (percent between 1 and 100),
    constraint resident_discount_is_proved check (
        cardinality(proofs) > 0 and proofs <@ '{identity_card,residence_certificate}'::text[])
);
comment on constraint resident_discount_pkey on resident_discount is
    'One discount for an area on a fare.';
comment on constraint resident_discount_of_fare on resident_discount is
    'It is a part of the price list, and like that never changed in place.';
comment on constraint resident_discount_area_is_a_code on resident_discount is
    'Whoever claims it names the same code.';
comment on constraint resident_discount_percent on resident_discount is
    'Nobody pays more for living there, or less than nothing.';
comment on constraint resident_discount_is_proved on resident_discount is
    'A discount that nobody can check at the quay is everybody''s.';

-- Where somebody says that they live, as far as a fare asks for it; erased with the documents.
alter table passenger add column resident_of text;
alter table passenger add constraint passenger_resident_of_is_a_code
    check (resident_of ~ '^[A-Z]{2}-[A-Z0-9]{1,3}$');
comment on constraint passenger_resident_of_is_a_code on passenger is
    'ISO 3166-2, as in resident_discount.';
