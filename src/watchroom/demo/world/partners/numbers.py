"""The health service number of whom the health trust writes about, also beyond the numbers of `identifiers`.

These are of the range for tests too, which has fewer numbers than a large world has lives: two lives may have one.
"""


def nhs_number(life: int) -> str:
    """A number of the form of the health service, of the range that is kept for tests, with its check digit."""
    for shift in range(11):
        body = f"999{(life * 7 + shift * 999_983) % 1_000_000:06d}"
        rest = -sum(int(digit) * weight for digit, weight in zip(body, range(10, 1, -1), strict=True)) % 11
        if rest < 10:
            return f"{body}{rest}"
    raise AssertionError(f"no check digit fits life {life}")
