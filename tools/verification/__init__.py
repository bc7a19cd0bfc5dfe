"""A second verifier of Accrue's logs, written from the documentation and sharing nothing with what makes them."""
