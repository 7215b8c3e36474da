-- Invoices and credit notes: numbered without gaps, each by whoever sails.

create table invoice_issuer (
    operator_id uuid not null,
    -- As it stands in the register of companies.
    legal_name text not null,
    address text not null default '',
    -- For value added tax; null: none.
    tax_number text,
    -- Contained in what is paid for crossings within one country, in percent; those between
    -- countries are exempt.
    domestic_tax_percent numeric(4, 2) not null default 0,
    -- The number of the newest one. Whoever writes the next one holds this row until its commit: a
    -- number is used with its invoice or not at all.
    last_number bigint not null default 0,
    constraint invoice_issuer_pkey primary key (operator_id),
    constraint invoice_issuer_sails foreign key (operator_id) references operator (id),
    constraint invoice_issuer_tax_is_a_share check (domestic_tax_percent between 0 and 99),
    constraint invoice_issuer_counts check (last_number >= 0)
);
comment on constraint invoice_issuer_pkey on invoice_issuer is 'Each has one row of numbers.';
comment on constraint invoice_issuer_sails on invoice_issuer is 'The carrier is the seller.';
comment on constraint invoice_issuer_tax_is_a_share on invoice_issuer is 'In percent.';
comment on constraint invoice_issuer_counts on invoice_issuer is 'Numbers begin with 1.';

create table invoice (
    id uuid not null,
    booking_id uuid not null,
    issuer_id uuid not null,
    number bigint not null,
    kind text not null,
    -- Why it was written: confirmed, change:<id>, cancelled.
    occasion text not null,
    currency char(3) not null,
    -- Negative on a credit note.
    total_minor bigint not null,
    -- Seller and lines as they were then (bookings/invoices/model.py, Content): never changed.
    content jsonb not null,
    -- The booking's first passenger; erased with who it was. Nothing else here is about a person.
    buyer text not null,
    issued_at timestamptz not null default now(),
    constraint invoice_pkey primary key (id),
    constraint invoice_number_key unique (issuer_id, number),
    constraint invoice_once unique (booking_id, issuer_id, occasion),
    constraint invoice_of_booking foreign key (booking_id) references booking (id),
    constraint invoice_by_issuer foreign key (issuer_id) references invoice_issuer (operator_id),
    constraint invoice_kind_known check (kind in ('invoice', 'credit_note')),
    constraint invoice_sign_of_kind check ((kind = 'credit_note') = (total_minor < 0))
);
comment on constraint invoice_number_key on invoice is 'A number is given once.';
comment on constraint invoice_once on invoice is 'What happened once is invoiced once.';
comment on constraint invoice_of_booking on invoice is 'Bookings are never deleted.';
comment on constraint invoice_by_issuer on invoice is 'Somebody has written it.';
comment on constraint invoice_kind_known on invoice is 'Both share their issuer''s numbers.';
comment on constraint invoice_sign_of_kind on invoice is 'A credit note gives money back.';
