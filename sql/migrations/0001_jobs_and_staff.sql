-- The job ledger (outbox and history in one), alerts, and the people who sign in.

-- A job exists if and only if the transaction that asked for it has been committed.
-- Redis only carries its id to a worker; what is written here is the truth.
create table job (
    id uuid primary key,
    task text not null,
    queue text not null,
    payload jsonb not null default '{}',
    -- The business object this job is about, so that a clerk finds every job of a booking.
    subject_kind text,
    subject_id text,
    unique_key text,
    state text not null default 'queued',
    tries int not null default 0,
    run_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    -- When its id was last handed to Redis by the sweeper; null: only the relay has tried.
    handed_at timestamptz,
    started_at timestamptz,
    -- A running job whose lease has passed belongs to a dead worker and is queued again.
    lease_until timestamptz,
    worker text,
    finished_at timestamptz,
    outcome text,
    error text,
    constraint job_state_known check (state in ('queued', 'running', 'done', 'dead', 'cancelled')),
    -- The same event asked for twice is one job ("refund:<id>", "cron:<task>:<slot>").
    constraint job_unique_key unique (unique_key),
    constraint job_tries_not_negative check (tries >= 0),
    -- Somebody holds every running job.
    constraint job_running_has_lease check (state <> 'running' or (lease_until is not null and worker is not null))
);
-- The sweeper asks for due jobs every two seconds; finished ones, the great mass, are not in the index.
create index job_due on job (run_at) where state = 'queued';
create index job_leased on job (lease_until) where state = 'running';
create index job_of_subject on job (subject_kind, subject_id);
create index job_dead on job (finished_at) where state = 'dead';
create index job_recent on job (created_at);

create table job_attempt (
    job_id uuid not null,
    number int not null,
    worker text not null,
    started_at timestamptz not null,
    finished_at timestamptz not null,
    outcome text not null,
    error text,
    -- One line per try, however often a worker tries to write it.
    constraint job_attempt_pkey primary key (job_id, number),
    constraint job_attempt_of_job foreign key (job_id) references job (id) on delete cascade,
    constraint job_attempt_outcome_known check (outcome in ('done', 'retry', 'dead', 'lost'))
);

-- What a person must look at: money that does not add up, mail that cannot be sent, an operator that refused.
create table alert (
    id uuid primary key,
    kind text not null,
    message text not null,
    subject_kind text,
    subject_id text,
    -- The same trouble raised again is the same alert.
    unique_key text not null,
    raised_at timestamptz not null default now(),
    resolved_at timestamptz,
    constraint alert_unique_key unique (unique_key)
);
create index alert_open on alert (raised_at) where resolved_at is null;

create table staff (
    id uuid primary key,
    email text not null,
    name text not null,
    role text not null,
    -- argon2id, in the PHC string format.
    password_hash text not null,
    totp_secret text,
    created_at timestamptz not null default now(),
    disabled_at timestamptz,
    constraint staff_role_known check (role in ('admin', 'agent', 'operator', 'boarding', 'analyst')),
    constraint staff_email_lower check (email = lower(email)),
    constraint staff_email_key unique (email)
);

create table api_token (
    id uuid primary key,
    -- SHA-256 of the token: the token itself has 256 random bits, so a slow hash would add nothing.
    token_hash bytea not null,
    staff_id uuid not null,
    label text not null,
    permissions text[] not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    revoked_at timestamptz,
    constraint api_token_hash_key unique (token_hash),
    constraint api_token_of_staff foreign key (staff_id) references staff (id) on delete cascade
);

-- Who did what to which thing; never changed, never deleted by the application.
create table audit (
    id uuid primary key,
    staff_id uuid,
    action text not null,
    subject_kind text,
    subject_id text,
    detail jsonb not null default '{}',
    at timestamptz not null default now()
);
create index audit_at on audit (at);

-- Answers already given to an Idempotency-Key, so that a repeated request gets the same one.
create table idempotency_key (
    scope text not null,
    key text not null,
    -- SHA-256 of the request body: the same key with another body is refused.
    fingerprint bytea not null,
    status int,
    answer bytea,
    created_at timestamptz not null default now(),
    constraint idempotency_key_pkey primary key (scope, key)
);
create index idempotency_key_old on idempotency_key (created_at);
