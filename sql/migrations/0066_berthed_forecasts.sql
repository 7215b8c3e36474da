-- A third basis of a forecast: the ship still lies in port after its departure time.
alter table sailing_forecast drop constraint sailing_forecast_basis_known;
alter table sailing_forecast add constraint sailing_forecast_basis_known
    check (basis in ('position', 'berth', 'turn_round'));
comment on constraint sailing_forecast_basis_known on sailing_forecast is
    'ferries.forecasts.model.ForecastBasis.';
