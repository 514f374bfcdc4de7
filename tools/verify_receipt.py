#!/usr/bin/env python3
"""Verify a registration's receipt, or an exported chain, without Hansa: Python 3.8 or newer is enough.

    python3 verify_receipt.py receipt.json
    python3 verify_receipt.py receipt.json --heads heads.jsonl
    python3 verify_receipt.py receipt.json --chain chain.jsonl
    python3 verify_receipt.py --chain chain.jsonl --heads heads.jsonl

Take heads from where nobody who could have changed the history reaches them: your own copy, a colleague's, a notary's.
Ends with 0 when everything holds, 1 when something does not, 2 when a file cannot be read.

How it is made: `canonical` JSON has sorted keys and no spaces and is UTF-8. An entry holds SHA-256(salt +
canonical(facts)) of who did something, and of what was done. The hash of an entry is SHA-256(hash of the entry before +
SHA-256(canonical(entry))). Before the first stand 32 zero bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any, Iterator

CHAIN, RECEIPT = "hansa-chain-1", "hansa-receipt-1"
BEGINNING = "00" * 32


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(entry: dict[str, Any]) -> bytes:
    return sha256(canonical(entry)).digest()


def link(previous: str, of: bytes) -> str:
    """The hash, in hexadecimal, of the entry with the digest `of` after the one with the hash `previous`."""
    return sha256(bytes.fromhex(previous) + of).hexdigest()


def wrong_in_entry(line: dict[str, Any]) -> Iterator[str]:
    """What does not hold within a line of the chain, or a receipt, in words."""
    entry = line["entry"]
    if entry.get("format") != CHAIN:
        yield "its event is missing"
        return
    if link(line["previous"], digest(entry)) != line["hash"]:
        yield "it is not what was sealed"
    for part in ("who", "what"):
        opened = line.get(part)
        if opened and sha256(bytes.fromhex(opened["salt"]) + canonical(opened["facts"])).hexdigest() != entry[part]:
            yield f"its part '{part}' is not what was sealed"


def wrong_in_chain(
    lines: list[dict[str, Any]], heads: list[dict[str, Any]], after: int = 0
) -> tuple[list[str], dict[int, str]]:
    """What does not hold in an exported chain, each with its place; and its entries' hashes by position."""
    wrong: list[str] = []
    hashes: dict[int, str] = {}
    last, reached = after, "" if after else BEGINNING
    for line in lines:
        position = line["entry"]["position"]
        wrong += [f"entry {position}: {what}" for what in wrong_in_entry(line)]
        if position in hashes:
            wrong.append(f"entry {position}: it is there twice")
        if position != last + 1:
            wrong.append(f"entry {last + 1}: missing, or out of order; entry {position} stands in its place")
        elif reached and line["previous"] != reached:
            wrong.append(f"entry {position}: it does not follow from entry {last}; one of them was replaced")
        hashes[position] = reached = line["hash"]
        last = position
    for head in heads:
        place, day = head["position"], head["day"]
        if place > after and hashes.get(place) != head["hash"]:
            state = "is another than that of" if place in hashes else "is missing, but known from"
            wrong.append(f"entry {place}: it {state} the head of {day}")
    return wrong, hashes


def wrong_in_receipt(receipt: dict[str, Any]) -> Iterator[str]:
    """What does not hold in a receipt by itself, in words."""
    yield from wrong_in_entry(receipt)
    head, (position, reached) = receipt["head"], end_of(receipt)
    if head and (head["position"], head["hash"]) != (position, reached):
        yield f"it does not lead to the head of {head['day']} that it names"


def end_of(receipt: dict[str, Any]) -> tuple[int, str]:
    """Where the way of a receipt ends: position and hash."""
    reached = receipt["hash"]
    for step in receipt["path"]:
        reached = link(reached, bytes.fromhex(step))
    return receipt["entry"]["position"] + len(receipt["path"]), reached


def wrong_beside_heads(receipt: dict[str, Any], heads: list[dict[str, Any]]) -> Iterator[str]:
    """What speaks against a receipt in heads that somebody else kept."""
    position, reached = end_of(receipt)
    known = {head["position"]: head["hash"] for head in heads}
    if position not in known:
        yield "none of the heads is the one it leads to; take a newer receipt, or the chain"
    elif known[position] != reached:
        yield f"it does not lead to the head at entry {position}"


def wrong_beside_chain(receipt: dict[str, Any], hashes: dict[int, str]) -> Iterator[str]:
    """What speaks against a receipt in an exported chain."""
    position = receipt["entry"]["position"]
    if hashes.get(position) != receipt["hash"]:
        yield f"the chain has {'another' if position in hashes else 'no'} entry {position}"


def told(receipt: dict[str, Any]) -> str:
    """What the receipt proves, in words."""
    entry, event = receipt["entry"], receipt["entry"]["event"]
    who = (receipt.get("who") or {}).get("facts", {}).get("label", "somebody")
    customer = (receipt.get("what") or {}).get("facts", {}).get("data", {}).get("customer", "a customer")
    return (
        f"{who} registered {customer} ({event['subject']}) at {event['at']};"
        f" since {entry['sealed_at']} that is entry {entry['position']} of {entry['vendor']}"
    )


def judge(asked: argparse.Namespace) -> tuple[list[str], list[str]]:
    """What does not hold, and what does, in words. Raises for files that cannot be read."""
    heads = lines_of(asked.heads) if asked.heads else []
    wrong, holds, hashes = [], [], {}
    if asked.chain:
        wrong, hashes = wrong_in_chain(lines_of(asked.chain), heads, asked.after)
        holds.append(f"the chain holds: {len(hashes)} entries, compared with {len(heads)} heads")
    if asked.receipt:
        receipt = json.loads(Path(asked.receipt).read_text(encoding="utf-8"))
        if receipt.get("format") != RECEIPT:
            raise ValueError(f"{asked.receipt} is no receipt")
        found = [*wrong_in_receipt(receipt)]
        found += wrong_beside_chain(receipt, hashes) if asked.chain else ()
        found += wrong_beside_heads(receipt, heads) if asked.heads and not asked.chain else ()
        wrong += [f"the receipt: {what}" for what in found]
        holds.append(f"the receipt holds: {told(receipt)}")
        if not (asked.chain or asked.heads):
            holds.append("it was compared with nothing but itself: add --heads or --chain")
    return wrong, holds


def lines_of(path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").split("\n") if line.strip()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("receipt", nargs="?", help="a receipt as Hansa gives it")
    parser.add_argument("--chain", help="an exported chain, an entry a line")
    parser.add_argument("--after", type=int, default=0, help="the chain's file begins after this entry")
    parser.add_argument("--heads", help="daily heads, one a line")
    asked = parser.parse_args()
    if not (asked.receipt or asked.chain):
        parser.error("name a receipt, or a chain with --chain")
    try:
        wrong, holds = judge(asked)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        print(f"cannot be read: {problem}", file=sys.stderr)
        return 2
    print("\n".join([f"WRONG {line}" for line in wrong] or [f"OK {line}" for line in holds]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
