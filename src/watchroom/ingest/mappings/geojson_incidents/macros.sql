-- The point of a shape: itself, or the first of a collection, as feeds give it beside the area; null: it has none.
create macro point_in(shape) as case
    when json_extract_string(shape, '$.type') = 'Point' then shape
    when json_extract_string(shape, '$.geometries[0].type') = 'Point' then json_extract_string(shape, '$.geometries[0]')
end;
