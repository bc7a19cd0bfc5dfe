#!/usr/bin/env python3
"""Verifies proofs, published logs and evidence bundles of Accrue, with nothing but Python's standard library.

Written from the documentation (the articles on proofs, records, balances and evidence bundles, RFC 8032, RFC 8785,
RFC 9162 and the formats of C2SP), and sharing nothing with the program that made them.

Exit codes: 0 all holds, 1 the evidence holds and a claim does not follow from it, 2 usage, 7 it does not hold.
"""

import argparse
import sys

from pathlib import Path

from verification.bundle import verify_bundle
from verification.notes import Key, Note
from verification.proof import verify_proof
from verification.published import verify_log
from verification.refusal import Refused, Unfounded

COMMANDS = [
    ("proof", verify_proof, "file", "verify the proof of an event, as accrue proof writes it"),
    ("log", verify_log, "folder", "verify a published log, as accrue log publish --entries writes it"),
    ("bundle", verify_bundle, "file", "verify an evidence bundle, as accrue audit export writes it"),
]


def require_legible(options):
    """Tells mistakes of who verifies from faults of what is verified: keys, checkpoints that were noted, and names."""
    if not Path(getattr(options, "file", None) or options.folder).exists():
        raise Refused(f"{getattr(options, 'file', None) or options.folder}: there is no such file")
    for key in [options.log, *options.witness]:
        Key(key)
    if options.at_least is not None and not 0 <= options.at_least <= len(options.witness):
        raise Refused(f"--at-least is from 0 to the number of witnesses, {len(options.witness)}")
    for name in getattr(options, "earlier", []):
        Note(Path(name).read_text(), name)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, run, argument, text in COMMANDS:
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument(argument)
        command.add_argument("--log", required=True, help="the log's verifier key, or a file of it")
        command.add_argument("--witness", action="append", default=[], help="a witness's verifier key; again for each")
        command.add_argument("--at-least", type=int, help="how many witnesses must have cosigned (default: all)")
        if name != "proof":
            command.add_argument("--earlier", action="append", default=[], help="a checkpoint that you kept")
        command.set_defaults(run=run)
    options = parser.parse_args(arguments)
    try:
        require_legible(options)
    except (Refused, OSError, ValueError) as error:
        print(f"Cannot be verified so: {error}", file=sys.stderr)
        return 2
    try:
        options.run(options)
    except Refused as refused:
        print(f"Does not hold: {refused}", file=sys.stderr)
        return 7
    except Unfounded as unfounded:
        print(f"The evidence holds, and a claim does not follow from it: {unfounded}", file=sys.stderr)
        return 1
    except Exception as error:  # Whatever a forged file brings about is no yes, and no answer about claims.
        print(f"Does not hold: it cannot be read: {type(error).__name__}: {error}", file=sys.stderr)
        return 7
    return 0


if __name__ == "__main__":
    sys.exit(main())
