-- Hours of all ships are read for the replay of the map. Points come in nearly in the order of
-- their times, so a few kilobytes for each day say where an hour's are.

create index position_by_time on position using brin (at) with (pages_per_range = 32);
