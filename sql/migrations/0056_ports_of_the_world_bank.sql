-- The World Bank's index calls some ports by other codes than UNCTAD does: a list of its own.
alter table port_listing
    drop constraint port_listing_source_known,
    add constraint port_listing_source_known check (
        source in ('ours', 'seaports', 'wpi', 'unlocode', 'portwatch', 'unctad', 'cppi')
    );
comment on constraint port_listing_source_known on port_listing is
    'The lists that can be imported, what is authored here, and what statistics name.';
