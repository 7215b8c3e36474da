-- A second factor for staff: codes by time (RFC 6238) out of staff.totp_secret, and codes for the day the phone is lost.

-- totp_secret holds the secret sealed under a key that comes from SECRET_KEY, never the secret itself.
-- totp_since: when the first code was right; null with a secret: begun, and it counts for nothing yet.
-- totp_step: the time step (of 30 seconds) of the last code that was taken. Only a later one is taken from then on.
alter table staff
    add column totp_since timestamptz,
    add column totp_step bigint,
    add constraint staff_second_factor_whole check (totp_since is null or (totp_secret is not null and totp_step is not null));

-- SHA-256 of a recovery code: it has 66 random bits, so a slow hash would add nothing.
create table recovery_code (
    staff_id uuid not null,
    code_hash bytea not null,
    used_at timestamptz,
    -- Nobody has the same code twice, and a code is looked for among the person's own only.
    constraint recovery_code_pkey primary key (staff_id, code_hash),
    -- The codes go with the person.
    constraint recovery_code_of_staff foreign key (staff_id) references staff (id) on delete cascade
);
