"""A second verifier of Accrue's logs: written from the documentation, sharing nothing with the program that makes them."""
