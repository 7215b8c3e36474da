-- Alerts of ships are of port calls, gaps, encounters and close approaches, too
-- (vessels.ship_alerts).

alter table ship_alert
    -- vessels.ship_alerts.model.EVENT_KINDS, beside the crossings of the area.
    add column events text[] not null default '{}',
    -- Calls count by this port, whatever the area.
    add column port_code text,
    -- Null: anywhere.
    alter column area drop not null,
    drop constraint ship_alert_of_something,
    add constraint ship_alert_of_something
        check (on_enter or on_leave or dwell_minutes is not null or events <> '{}'),
    add constraint ship_alert_events_known
        check (events <@ array['arrive', 'depart', 'gap', 'encounter', 'close']),
    add constraint ship_alert_is_bounded check (area is not null or mmsi is not null),
    add constraint ship_alert_crossings_somewhere
        check (area is not null or not (on_enter or on_leave or dwell_minutes is not null)),
    add constraint ship_alert_close_to_one_ship
        check (mmsi is not null or not 'close' = any(events));
comment on constraint ship_alert_of_something on ship_alert is 'An alert says what it is of.';
comment on constraint ship_alert_events_known on ship_alert is
    'vessels.ship_alerts.model.EVENT_KINDS.';
comment on constraint ship_alert_is_bounded on ship_alert is
    'One ship, or a place: not every ship everywhere.';
comment on constraint ship_alert_crossings_somewhere on ship_alert is
    'Who enters or leaves does so somewhere.';
comment on constraint ship_alert_close_to_one_ship on ship_alert is
    'In busy waters some ship is close to another all the time.';

alter table ship_alert_crossing
    add column port_code text,
    add column other_mmsi int,
    add column other_name text,
    add column metres real,
    add column closest_at timestamptz,
    drop constraint ship_alert_crossing_kind_known,
    add constraint ship_alert_crossing_kind_known check (
        kind in ('enter', 'leave', 'dwell', 'arrive', 'depart', 'gap', 'encounter', 'close'));
comment on constraint ship_alert_crossing_kind_known on ship_alert_crossing is
    'vessels.events.model.ShipEventKind.';
