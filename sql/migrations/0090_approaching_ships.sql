-- Port calls begin with the approach, and all of them are listed by time (vessels.port_calls).

alter table port_call
    drop constraint port_call_state_known,
    add constraint port_call_state_known check (
        state in ('approaching', 'under_way', 'anchored', 'moored', 'left'));
comment on constraint port_call_state_known on port_call is
    'vessels.port_calls.model.PortCallState.';
create index port_call_by_time on port_call (entered_at desc, id desc);
