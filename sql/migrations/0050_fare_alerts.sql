-- Alerts of a lower price, or of places, on a route and day.

create table fare_alert (
    id uuid primary key,
    kind text not null,
    status text not null default 'unconfirmed',
    origin_id uuid not null,
    destination_id uuid not null,
    -- Local at the origin.
    day date not null,
    threshold_minor bigint,
    currency char(3),
    email text not null,
    language text not null,
    -- What was told last: a price, or 0 for places. Null: whatever fits is news.
    told_minor bigint,
    told_at timestamptz,
    told_count int not null default 0,
    looked_at timestamptz,
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    constraint fare_alert_from foreign key (origin_id) references port (id) on delete cascade,
    constraint fare_alert_to foreign key (destination_id) references port (id) on delete cascade,
    constraint fare_alert_kind_known check (kind in ('price', 'places')),
    constraint fare_alert_status_known
        check (status in ('unconfirmed', 'active', 'paused', 'ended', 'expired')),
    constraint fare_alert_price_has_threshold check (
        (kind = 'price') = (threshold_minor is not null and currency is not null)),
    constraint fare_alert_threshold_positive check (threshold_minor > 0)
);
comment on constraint fare_alert_from on fare_alert is 'Alerts go with their port.';
comment on constraint fare_alert_to on fare_alert is 'Alerts go with their port.';
comment on constraint fare_alert_kind_known on fare_alert is
    'bookings.fare_alerts.model.AlertKind.';
comment on constraint fare_alert_status_known on fare_alert is
    'See bookings/fare_alerts/states.py.';
comment on constraint fare_alert_price_has_threshold on fare_alert is
    'A price alert says from which price on; one of places has none.';
comment on constraint fare_alert_threshold_positive on fare_alert is 'Nobody sails for nothing.';
-- An address asks once for the same.
create unique index fare_alert_once on fare_alert
    (lower(email), origin_id, destination_id, day, kind)
    where status in ('unconfirmed', 'active', 'paused');
create index fare_alert_active on fare_alert (looked_at nulls first, id) where status = 'active';
