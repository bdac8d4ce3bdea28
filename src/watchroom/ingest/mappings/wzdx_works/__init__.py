"""The mapping of road works as feeds of WZDx publish them."""
