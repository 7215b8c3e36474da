-- Passkeys of staff (Web Authentication): the public half of a key that a device holds.

create table passkey (
    id uuid not null,
    staff_id uuid not null,
    -- What its owner calls it.
    name text not null,
    credential_id bytea not null,
    -- Id and public key as the device attested them (Web Authentication section 6.5.1).
    credential bytea not null,
    -- What the device's counter said last; 0: it does not count.
    sign_count bigint not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    constraint passkey_pkey primary key (id),
    constraint passkey_credential_key unique (credential_id),
    constraint passkey_of_staff foreign key (staff_id) references staff (id) on delete cascade,
    constraint passkey_counts check (sign_count >= 0)
);
comment on constraint passkey_credential_key on passkey is 'A key is one person''s.';
comment on constraint passkey_of_staff on passkey is 'It goes with whoever has it.';
comment on constraint passkey_counts on passkey is 'Counters begin with 0.';
create index passkey_by_staff on passkey (staff_id);
