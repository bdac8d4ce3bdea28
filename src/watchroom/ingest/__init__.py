"""From what a source delivers to what the node knows: raw rows kept, mapped by SQL, written as one batch."""
