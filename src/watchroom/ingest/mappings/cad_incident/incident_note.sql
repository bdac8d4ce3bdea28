-- One row per line of a log.
select
    l.source_table,
    l.source_row,
    l.OBJECT_KEY as source_key,
    l.OBJECT_REALNESS as realness,
    l.INCIDENT_KEY as incident_key,
    l.WRITTEN_AT as written_at,
    l.OPERATOR as author_reference,
    i.OWNER as organisation_text,
    l.WORDS as text
from CAD_LINE as l
inner join lines on l.source_row = lines.source_row
inner join CAD_INCIDENT as i on l.OBJECT_MESSAGE = i.OBJECT_MESSAGE
