-- Alerts of ships that enter, leave or stay in an area, and what happened there
-- (vessels.ship_alerts).

create table ship_alert (
    id uuid primary key,
    status text not null default 'unconfirmed',
    name text not null,
    -- vessels.ship_alerts.model.Area: a circle or a polygon.
    area jsonb not null,
    -- Null: every ship, of these types if there are any.
    mmsi int,
    types text[] not null default '{}',
    on_enter boolean not null,
    on_leave boolean not null,
    dwell_minutes int,
    email text not null,
    language text not null,
    -- Null: crossings go by mail.
    webhook_url text,
    webhook_secret bytea,
    expires_at timestamptz not null,
    told_at timestamptz,
    told_count int not null default 0,
    -- Posts in a row that were not taken.
    failures int not null default 0,
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    ended_at timestamptz,
    constraint ship_alert_status_known
        check (status in ('unconfirmed', 'active', 'paused', 'ended', 'expired')),
    constraint ship_alert_area_known check (area ->> 'type' in ('circle', 'polygon')),
    constraint ship_alert_of_something
        check (on_enter or on_leave or dwell_minutes is not null),
    constraint ship_alert_dwell_positive check (dwell_minutes > 0),
    constraint ship_alert_webhook_is_signed
        check ((webhook_url is null) = (webhook_secret is null))
);
comment on constraint ship_alert_status_known on ship_alert is
    'See vessels/ship_alerts/states.py.';
comment on constraint ship_alert_area_known on ship_alert is
    'vessels.ship_alerts.model.Area.';
comment on constraint ship_alert_of_something on ship_alert is
    'An alert says what it is of.';
comment on constraint ship_alert_dwell_positive on ship_alert is 'Staying takes time.';
comment on constraint ship_alert_webhook_is_signed on ship_alert is
    'What is posted is signed (Standard Webhooks).';
create index ship_alert_open on ship_alert (lower(email))
    where status in ('unconfirmed', 'active', 'paused');
create index ship_alert_active on ship_alert (changed_at) where status = 'active';

create table ship_alert_crossing (
    id uuid primary key,
    alert_id uuid not null,
    -- The same from entering to leaving.
    visit_id uuid not null,
    kind text not null,
    mmsi int not null,
    hypothesis smallint not null,
    source smallint not null,
    ship_name text,
    at timestamptz not null,
    not_before timestamptz,
    lat double precision not null,
    lon double precision not null,
    knots real,
    -- Written down only: nobody asked for it, or it may have happened while the source was silent.
    is_quiet boolean not null,
    told_at timestamptz,
    tries int not null default 0,
    delivered_at timestamptz,
    constraint ship_alert_crossing_of
        foreign key (alert_id) references ship_alert (id) on delete cascade,
    constraint ship_alert_crossing_kind_known check (kind in ('enter', 'leave', 'dwell')),
    constraint ship_alert_crossing_source_known check (source between 1 and 9),
    constraint ship_alert_crossing_once unique (visit_id, kind)
);
comment on constraint ship_alert_crossing_of on ship_alert_crossing is
    'What happened goes with its alert.';
comment on constraint ship_alert_crossing_kind_known on ship_alert_crossing is
    'vessels.ship_alerts.model.CrossingKind.';
comment on constraint ship_alert_crossing_source_known on ship_alert_crossing is
    'vessels.model.Source.';
comment on constraint ship_alert_crossing_once on ship_alert_crossing is
    'Of one visit everything happens once.';
create index ship_alert_crossing_by_time on ship_alert_crossing (alert_id, at desc);
create index ship_alert_crossing_untold on ship_alert_crossing (alert_id, at)
    where told_at is null and not is_quiet;
