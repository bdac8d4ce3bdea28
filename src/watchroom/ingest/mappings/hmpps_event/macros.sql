-- An instant as it stands in the record, and one as it is written there.
create macro known_point(raw) as try_cast(raw as timestamptz);
create macro told_instant(point) as cast(instant_of(point) as varchar) || '+00';
