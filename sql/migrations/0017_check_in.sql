-- When check-in closes and where, as an operator says it; which issue of its tickets a booking is at.

create table check_in_rule (
    operator_id uuid not null,
    -- Null: at every port of this operator that has no rule of its own.
    port_id uuid,
    -- Before departure, for people on foot and for vehicles with everybody in them. Null: as elsewhere.
    foot_minutes int,
    vehicle_minutes int,
    -- "Gate E3", "Pier 7": where to go, in the operator's words.
    terminal text,
    source text not null,
    constraint check_in_rule_key unique nulls not distinct (operator_id, port_id),
    constraint check_in_rule_of_operator foreign key (operator_id) references operator (id),
    constraint check_in_rule_at_port foreign key (port_id) references port (id),
    constraint check_in_rule_in_time check (foot_minutes between 0 and 1440 and vehicle_minutes between 0 and 1440)
);
comment on constraint check_in_rule_key on check_in_rule is 'One rule per operator and port, and one for all its other ports.';
comment on constraint check_in_rule_in_time on check_in_rule is 'Check-in closes at departure at the latest, a day before at the earliest.';

-- Ticket codes carry it: whatever changes what a ticket says raises it, and older codes are refused at the gate.
alter table booking add column ticket_issue int not null default 1;
alter table booking add constraint booking_ticket_issue_counts check (ticket_issue >= 1);
comment on constraint booking_ticket_issue_counts on booking is 'The first issue is 1; codes without an issue are of the first.';
