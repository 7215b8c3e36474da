-- The last day on which a list that staff have written sells departures, of their port; null: no
-- last one. Sailings that are added later leave it at that.
alter table fare add column last_day date;
