"""Seeds of the fuzzers, from the fixtures, and the inputs that are kept in them.

    corpus.py unpack record|lines FOLDER    write golden records or lines, and the inputs kept, a file each
    corpus.py pack record|lines FOLDER      keep the inputs in a folder, the shortest first, as far as there is room
    corpus.py words                         the words of the event format, as a dictionary of libFuzzer
"""

import hashlib
import json
import pathlib
import sys

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "fixtures"
# In hexadecimal digits, so that both files together stay below 200 kB.
ROOM = 95_000


def kept(target):
    file = FIXTURES / "fuzz" / f"{target}.hex"
    return [bytes.fromhex(line) for line in file.read_text().split()] if file.exists() else []


def seeds(target):
    if target == "record":
        return [bytes.fromhex(file.read_text()) for file in sorted((FIXTURES / "golden").glob("*.hex"))]
    inputs = []
    for file in sorted(FIXTURES.glob("*.ndjson")):
        inputs += file.read_bytes().splitlines(keepends=True)
    return inputs + [file.read_bytes() for file in sorted((FIXTURES / "bad").glob("*.ndjson"))]


def unpack(target, folder):
    for content in seeds(target) + kept(target):
        (folder / hashlib.sha1(content).hexdigest()).write_bytes(content)


def pack(target, folder):
    inputs = sorted((file.read_bytes() for file in folder.iterdir()), key=lambda content: (len(content), content))
    known = set(seeds(target))
    lines, size = [], 0
    for content in inputs:
        if not content or content in known:
            continue
        size += 2 * len(content) + 1
        if size > ROOM:
            break
        lines.append(content.hex() + "\n")
    file = FIXTURES / "fuzz" / f"{target}.hex"
    file.parent.mkdir(exist_ok=True)
    file.write_text("".join(lines))
    print(f"{len(lines)} of {len(inputs)} inputs are kept in {file}")


def words():
    found = set()

    def gather(value):
        if isinstance(value, dict):
            found.update(value)
            for key, inner in value.items():
                if key in ("const", "enum", "required"):
                    choices = inner if isinstance(inner, list) else [inner]
                    found.update(word for word in choices if isinstance(word, str))
                gather(inner)
        elif isinstance(value, list):
            for inner in value:
                gather(inner)

    gather(json.loads((FIXTURES / "schema" / "event.schema.json").read_text()))
    for word in sorted(found):
        if not word.startswith("$"):
            print(f'"\\"{word}\\""')


match sys.argv[1:]:
    case ["unpack", target, folder]:
        unpack(target, pathlib.Path(folder))
    case ["pack", target, folder]:
        pack(target, pathlib.Path(folder))
    case ["words"]:
        words()
    case _:
        sys.exit(__doc__)
