-- How often an alert of a price writes at most, and until when: whoever asks says so. The release
-- before goes on with twelve hours and the day of the crossing.

alter table fare_alert
    add column cool_down_hours int not null default 12,
    -- Local at the origin, that day included. Null: until the day of the crossing.
    add column ends_on date,
    add constraint fare_alert_cool_down_known check (cool_down_hours between 1 and 168);
comment on constraint fare_alert_cool_down_known on fare_alert is
    'A mail an hour at most, and one a week at least.';
