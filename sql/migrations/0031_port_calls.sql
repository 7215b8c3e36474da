-- When ships came to a port, stopped and left (vessels.port_calls).

create table port_call (
    id uuid primary key,
    mmsi int not null,
    -- Two stations that report under one number have calls of their own.
    hypothesis smallint not null,
    -- vessels.model.Source: what one source has brought is never shown as another's.
    source smallint not null,
    port_id uuid not null,
    state text not null,
    entered_at timestamptz not null,
    last_at timestamptz not null,
    stopped_at timestamptz,
    moored_at timestamptz,
    left_at timestamptz,
    anchored_seconds int not null,
    berth_seconds int not null,
    waiting_seconds int,
    left_unseen boolean not null,
    constraint port_call_at_port foreign key (port_id) references port (id) on delete cascade,
    constraint port_call_state_known check (state in ('under_way', 'anchored', 'moored', 'left')),
    constraint port_call_source_known check (source between 1 and 9),
    constraint port_call_ends_when_left check ((state = 'left') = (left_at is not null)),
    constraint port_call_in_order check (last_at >= entered_at)
);
comment on constraint port_call_at_port on port_call is 'Calls go with their port.';
comment on constraint port_call_state_known on port_call is
    'vessels.port_calls.model.PortCallState.';
comment on constraint port_call_source_known on port_call is 'vessels.model.Source.';
comment on constraint port_call_ends_when_left on port_call is
    'A call that is over says when; one that goes on cannot.';
comment on constraint port_call_in_order on port_call is 'A ship is not heard before it came.';
create index port_call_of_port on port_call (port_id, entered_at desc);
create index port_call_of_ship on port_call (mmsi, entered_at desc);
create index port_call_open on port_call (last_at) where left_at is null;
