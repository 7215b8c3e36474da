-- A further basis of predictions: the shortest way by sea, where the great circle crosses land.
alter table arrival_prediction drop constraint arrival_prediction_basis_known;
alter table arrival_prediction add constraint arrival_prediction_basis_known check (
    basis in ('passages', 'lane', 'sea_lane', 'great_circle', 'timetable')
);
comment on constraint arrival_prediction_basis_known on arrival_prediction is
    'vessels.predictions.model.Basis.';
