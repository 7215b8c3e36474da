-- Who works on the queues: each process says so every few seconds (maritime_app/jobs/presence.py).

create table worker (
    -- host:process id:chance, as job.worker and job_attempt.worker have it.
    name text not null,
    role text not null,
    queues text[] not null,
    started_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    -- Attempts that ended within the hour before seen_at.
    done integer not null,
    failed integer not null,
    constraint worker_pkey primary key (name),
    constraint worker_role_known check (role in ('worker', 'arq'))
);
comment on constraint worker_pkey on worker is 'A process has a line of its own.';
comment on constraint worker_role_known on worker is 'jobs.model.WorkerRole.';
