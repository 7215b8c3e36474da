-- needs: 0079
-- contract
-- What looked for addresses before 0079 and is looked at no more. What keeps an address from
-- waiting or asking twice (waiting_party_once, fare_alert_once) stays.
drop index booking_by_email;
drop index mandate_by_email;
drop index ship_alert_open;
