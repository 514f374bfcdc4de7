"""`hansa chain`: sealed history for those who keep and verify it."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hansa.accounts.models import Vendor
from hansa.accounts.operator import vendor_workspace
from hansa.core.actors import System
from hansa.core.operator import DONE, PARTLY, Answer, NounCommand
from hansa.core.tenancy import acting
from hansa.history.actions import keep_check
from hansa.history.chain import canonical
from hansa.history.checking import Anchor, check
from hansa.history.export import entries, head_line, newest
from hansa.history.models import Check, Head
from hansa.history.sealing import close_days, seal_all
from hansa.kernel.errors import Invalid


class Command(NounCommand):
    help = "Sealed history: a hash chain of each vendor's events."

    def add_verbs(self) -> None:
        _of_a_vendor(self.verb("seal", seal, "Seal what waits, and close the days that are over. The worker does so."))
        _of_a_vendor(self.verb("head", show_head, "Where the chain stands now: keep it where nobody here reaches."))
        _to_a_file(self.verb("heads", export_heads, "Where the chain stood at the end of each day, one a line."))
        export = _to_a_file(self.verb("export", export_chain, "The chain, one entry a line."))
        export.add_argument("--after", type=int, default=0, help="only what follows this position")
        export.add_argument("--facts", action="store_true", help="with names and values, which may be personal")
        verify = _of_a_vendor(self.verb("verify", verify_chain, "Hold the whole chain against the events."))
        verify.add_argument("--heads", type=Path, help="heads that were kept outside, one a line")


def seal(*, workspace: str | None, **_: Any) -> Answer:
    """Seal what waits."""
    vendor = _vendor(workspace)
    sealed, closed = seal_all(vendor.pk), close_days(vendor.pk)
    return Answer({"sealed": sealed, "heads": closed}, f"{sealed:,} sealed, {closed:,} new heads")


def show_head(*, workspace: str | None, **_: Any) -> Answer:
    """The newest entry as a head of today. Raises Invalid while there is none."""
    vendor = _vendor(workspace)
    with acting(System("hansa chain head", vendor.pk)):
        head = newest(vendor.pk)
    if head is None:
        raise Invalid("nothing_sealed", "Nothing is sealed yet.", "workspace")
    line = head_line(head)
    return Answer(line, f"entry {line['position']:,}, {line['hash']}")


def export_heads(*, workspace: str | None, to: Path, **_: Any) -> Answer:
    """Write every daily head."""
    vendor = _vendor(workspace)
    with acting(System("hansa chain heads", vendor.pk)):
        heads = [head_line(head) for head in Head.objects.filter(vendor_id=vendor.pk).order_by("day")]
    return _written(heads, to, "heads")


def export_chain(*, workspace: str | None, to: Path, after: int, facts: bool, **_: Any) -> Answer:
    """Write the entries after a position."""
    return _written(
        entries(System("hansa chain export", _vendor(workspace).pk), after=after, facts=facts), to, "entries"
    )


def verify_chain(*, workspace: str | None, heads: Path | None, **_: Any) -> Answer:
    """Check everything; ends with 3 when something does not hold."""
    vendor = _vendor(workspace)
    result = check(vendor.pk, anchors=_anchors(heads, vendor) if heads else ())
    keep_check(System("hansa chain verify", vendor.pk), Check.Extent.WHOLE, result)
    findings = [str(finding) for finding in result.findings]
    said = findings or [f"all {result.entries:,} entries hold"]
    data = {"entries": result.entries, "position": result.position, "hash": result.hash.hex(), "findings": findings}
    return Answer(data, "\n".join(said), PARTLY if findings else DONE)


def _of_a_vendor(verb: ArgumentParser) -> ArgumentParser:
    verb.add_argument("--workspace", help="the vendor's workspace; needless where there is one vendor")
    return verb


def _to_a_file(verb: ArgumentParser) -> ArgumentParser:
    verb.add_argument("--to", type=Path, required=True, metavar="FILE", help="where to write")
    return _of_a_vendor(verb)


def _vendor(workspace: str | None) -> Vendor:
    return vendor_workspace(workspace).vendor


def _anchors(path: Path, vendor: Vendor) -> list[Anchor]:
    """What the heads in a file say. Raises Invalid for a file of something else, or of another vendor's."""
    try:
        heads = [json.loads(line) for line in path.read_text().split("\n") if line.strip()]
        anchors = [Anchor(it["position"], bytes.fromhex(it["hash"]), f"the kept head of {it['day']}") for it in heads]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise Invalid("heads_unreadable", f"{path} holds no heads: {problem}.", "heads") from None
    if any(head.get("vendor") != vendor.public_id for head in heads):
        raise Invalid("heads_of_another", f"{path} holds heads of another vendor.", "heads")
    return anchors


def _written(lines: Iterable[dict[str, Any]], to: Path, what: str) -> Answer:
    count = 0
    try:
        with to.open("w", encoding="utf-8") as file:
            for line in lines:
                file.write(canonical(line).decode() + "\n")
                count += 1
    except OSError as problem:
        raise Invalid("not_written", f"{to} cannot be written: {problem.strerror}.", "to") from None
    return Answer({"written": count, "to": str(to)}, f"{count:,} {what} written to {to}")
