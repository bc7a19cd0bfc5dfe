"""Credit points: read as exact decimals, written as Accrue writes them."""

from decimal import Decimal

LARGEST = Decimal(1_000_000)


class Inexpressible(Exception):
    """Something that Accrue's documents cannot express; the message says what and why."""


def exact(value) -> Decimal | None:
    """The amount of a number in the source, None where there is none.

    Raises Inexpressible for what is no number, negative, beyond a million, or finer than a ten-thousandth.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise Inexpressible(f"{value!r} is not a number of points")
    amount = Decimal(value)
    if not amount.is_finite() or amount < 0 or amount > LARGEST:
        raise Inexpressible(f"{value} points are outside 0 to 1,000,000")
    if amount != amount.quantize(Decimal("0.0001")):
        raise Inexpressible(f"{value} points have more than four decimals")
    return amount


def text(amount: Decimal) -> str:
    """The shortest decimal: 7, 7.5, 0.25."""
    written = f"{amount:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
