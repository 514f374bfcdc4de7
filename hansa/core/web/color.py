"""A vendor's color, made safe to read.

Contrast follows WCAG 2.2: relative luminance and contrast ratio as defined in its glossary
(https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio); text needs 4.5 (1.4.3), a control's edge 3 (1.4.11).
In the dark a link gets 7: at 4.5 a dimmed accent beside bright text looks switched off.
"""

import re

TEXT = 4.5
TEXT_IN_THE_DARK = 7.0
EDGE = 3.0
LIGHT_GROUND = "#eef1f0"  # the darkest of the light grounds, so that a shade readable here is readable on all
DARK_GROUND = "#171f21"  # the lightest of the dark ones

_HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)


def is_color(value: str) -> bool:
    """Whether ``value`` is written as ``#rrggbb``."""
    return bool(_HEX.fullmatch(value))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colors, from 1 (none) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def contrast_ok(color: str) -> bool:
    """Whether a control filled with this accent stands out from a white page."""
    return is_color(color) and contrast(color, "#ffffff") >= EDGE


def ink_on(color: str) -> str:
    """White where it can be read on ``color``, else black; one of the two always can."""
    return "#ffffff" if contrast(color, "#ffffff") >= TEXT else "#000000"


def readable_on(color: str, ground: str, ratio: float) -> str:
    """The color nearest to ``color``, mixed with black or white, that reaches ``ratio`` on ``ground``."""
    toward = 255 if _luminance(ground) < 0.18 else 0
    channels = _channels(color)
    for step in range(21):
        mixed = "#" + "".join(f"{round(c + (toward - c) * step / 20):02x}" for c in channels)
        if contrast(mixed, ground) >= ratio:
            return mixed
    raise ValueError(f"No shade of {color} reaches {ratio} on {ground}.")


def accent_css(color: str) -> str:
    """The style sheet that lays a vendor's ``#rrggbb`` over the default accent, in light and in dark."""
    line = [readable_on(color, ground, EDGE) for ground in (LIGHT_GROUND, DARK_GROUND)]
    link = [readable_on(color, LIGHT_GROUND, TEXT), readable_on(color, DARK_GROUND, TEXT_IN_THE_DARK)]
    return (
        "@layer tokens{:root{"
        f"--accent:{color};--accent-ink:{ink_on(color)};"
        f"--accent-line:light-dark({line[0]},{line[1]});--link:light-dark({link[0]},{link[1]})"
        "}}"
    )


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in _channels(color))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
