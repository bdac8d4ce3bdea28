"""The mapping of incidents as feeds of GeoJSON publish them."""
