"""The mapping of road disruptions as Transport for London publishes them."""
