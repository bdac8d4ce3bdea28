"""The page of the room of one case, for whoever manages rooms."""
