"""Public feeds as they were once recorded, played again on the clock of the example, and marked as that.

None of them comes with the product: whoever has a recording names its place.
"""
