"""What somebody had typed when their session ended: what is kept of a form, and the page on which it is sent again."""
