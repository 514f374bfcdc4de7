"""The house rules that a program can check, each as a function from source text to what breaks it."""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from hansa.site.home import PROJECT

LONGEST_FILE, LONGEST_FUNCTION, LONGEST_VIEW = 400, 50, 25
LONGEST_TEMPLATE_LINE = 200

SIGNALS = {"django.db.models.signals", "django.dispatch", "django.core.signals"}
LIFECYCLE_FIELDS = {"status", "outcome"}
INLINE = re.compile(
    r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe\b|{%\s*autoescape\s+off", re.IGNORECASE
)
# Joined at run time, so that this file does not break its own rule.
FORBIDDEN = ["/".join(parts) for parts in (("", "work", ""), ("", "tmp", "wt"), ("", "root", ""))] + [
    ".".join(parts)
    for parts in (("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs"), ("npmjs", "com"), ("deb", "debian"))
]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")

Finding = tuple[int, str]


def tracked() -> list[Path]:
    """Every file that belongs to the project, as its version control lists them."""
    git = shutil.which("git")
    listed = git and subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if not listed or listed.returncode:
        return [path for path in (PROJECT / "hansa").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return [path for name in listed.stdout.split("\0") if name and (path := PROJECT / name).is_file()]


def shown(path: Path) -> str:
    """A path as findings and exemptions write it."""
    return path.relative_to(PROJECT).as_posix()


def too_long(source: str) -> list[Finding]:
    """A file of more than 400 lines."""
    lines = source.count("\n")
    return [(lines, f"{lines} lines")] if lines > LONGEST_FILE else []


def long_functions(source: str) -> list[Finding]:
    """Functions over 50 lines, and views over 25."""
    found = []
    for node in _functions(source):
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > (LONGEST_VIEW if _is_view(node) else LONGEST_FUNCTION):
            found.append((node.lineno, f"{node.name} has {length} lines"))
    return found


def hidden_control_flow(source: str) -> list[Finding]:
    """Signals and thread-local state: what happens must be found by reading."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module in SIGNALS:
            found.append((node.lineno, f"imports {node.module}"))
        elif isinstance(node, ast.ImportFrom) and node.module == "threading" and _names(node) & {"local"}:
            found.append((node.lineno, "imports threading.local"))
        elif isinstance(node, ast.Attribute) and ast.unparse(node) == "threading.local":
            found.append((node.lineno, "uses threading.local"))
    return found


def status_written_by_hand(source: str) -> list[Finding]:
    """Assignments to a field that only its lifecycle may move, on a row or by an update of many."""
    found = []
    for node in ast.walk(ast.parse(source)):
        targets = _targets(node)
        flat = [part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
        found += [(part.lineno, f"{ast.unparse(part)} is assigned") for part in flat if _lifecycle_field(part)]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            moved = {word.arg for word in node.keywords} & LIFECYCLE_FIELDS
            found += [(node.lineno, f"update({name}=…)") for name in sorted(filter(None, moved))]
    return found


def calls_vendor_wide(source: str) -> list[Finding]:
    """Places where a partner's act reads across the vendor."""
    return [
        (node.lineno, "vendor_wide")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("vendor_wide")
    ]


def acts_in_name(source: str) -> list[Finding]:
    """Places where somebody begins to act for another partner than their own."""
    return [
        (node.lineno, "in_name_of")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".in_name_of")
    ]


def declares_actions(source: str) -> list[Finding]:
    """Functions under an @action line."""
    return [
        (node.lineno, f"{node.name} is an action")
        for node in _functions(source)
        if any(isinstance(line, ast.Call) and ast.unparse(line.func) == "action" for line in node.decorator_list)
    ]


def unsafe_markup(source: str) -> list[Finding]:
    """Inline style and script, which the content security policy would stop, and text that is not escaped."""
    return [(source.count("\n", 0, match.start()) + 1, match.group().strip()) for match in INLINE.finditer(source)]


def long_lines(source: str) -> list[Finding]:
    """Lines of a template too long to be read: several elements in a row, or a text that was never wrapped."""
    return [
        (number, f"{len(line)} characters")
        for number, line in enumerate(source.split("\n"), 1)
        if len(line) > LONGEST_TEMPLATE_LINE
    ]


def foreign_names(source: str) -> list[Finding]:
    """Paths of one machine and names of package registries."""
    return [(number, word) for number, line in enumerate(source.split("\n"), 1) for word in FORBIDDEN if word in line]


def dead_links(path: Path, source: str) -> list[Finding]:
    """Relative links of a Markdown page that lead nowhere."""
    return [
        (source.count("\n", 0, match.start()) + 1, match.group(1))
        for match in LINK.finditer(source)
        if not (path.parent / match.group(1)).exists()
    ]


def _functions(source: str) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))


def _is_view(node: ast.FunctionDef) -> bool:
    return (
        bool(node.args.args)
        and node.args.args[0].arg == "request"
        and "HttpResponse" in ast.unparse(node.returns or ast.Constant(""))
    )


def _names(node: ast.ImportFrom) -> set[str]:
    return {alias.name for alias in node.names}


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign | ast.AugAssign) else []


def _lifecycle_field(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in LIFECYCLE_FIELDS and ast.unparse(node.value) != "self"
