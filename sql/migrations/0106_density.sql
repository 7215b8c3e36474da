-- Where ships usually pass: of each whole day, how many ships were in each cell of a fixed grid.

-- Which days have been counted, and how much of each was heard.
create table vessel_density_day (
    day date not null,
    invented boolean not null,
    whole boolean not null,
    heard_hours smallint not null,
    sources smallint[] not null,
    until_at timestamptz not null,
    primary key (day, invented),
    constraint vessel_density_day_hours check (heard_hours between 0 and 24)
);
comment on constraint vessel_density_day_hours on vessel_density_day is 'Hours of a UTC day.';

-- Different ships in a cell on a day, by class. A cell of scale 1 is 0.05 degrees, of scale 20 one
-- degree; y counts from 90 S, x from 180 W. A ship that crosses two cells is one in each, and one
-- in the greater cell around both: no scale is the sum of a finer one.
create table vessel_density (
    day date not null,
    invented boolean not null,
    scale smallint not null,
    y smallint not null,
    x smallint not null,
    other int not null,
    passenger int not null,
    cargo int not null,
    tanker int not null,
    fishing int not null,
    primary key (day, invented, scale, y, x),
    constraint vessel_density_on_grid check (
        scale > 0 and y >= 0 and y * scale < 3600 and x >= 0 and x * scale < 7200),
    constraint vessel_density_has_ships check (
        least(other, passenger, cargo, tanker, fishing) >= 0
        and other + passenger + cargo + tanker + fishing > 0)
);
comment on constraint vessel_density_on_grid on vessel_density is
    'vessels.density.grid: 3600 rows and 7200 columns of 0.05 degrees.';
comment on constraint vessel_density_has_ships on vessel_density is
    'A cell in which no ship was heard has no row.';
