"""What staff wrote here, and how far it has come to the legal record that it belongs in."""
