-- The key of a warning: its sender, its identifier and the instant at which it was sent, however its offset is written.
create macro key_of_warning(sender, identifier, sent) as
    concat_ws(',', sender, identifier, coalesce(cast(epoch_us(offset_point(sent)) as varchar), sent));

-- An instant as it stands in the record.
create macro known_point(raw) as try_cast(raw as timestamptz);
