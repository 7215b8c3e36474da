-- How close ships are to come, and how soon, until an alert tells of it: whoever asks says so, of
-- one ship or of an area. The release before goes on with half a mile in half an hour, of one ship.

alter table ship_alert
    add column close_miles double precision not null default 0.5,
    add column close_minutes int not null default 30,
    drop constraint ship_alert_close_to_one_ship,
    add constraint ship_alert_close_known
        check (close_miles between 0.1 and 3 and close_minutes between 1 and 60);
comment on constraint ship_alert_close_known on ship_alert is
    'vessels.ship_alerts.model: farther or later it would be told of all the time.';
