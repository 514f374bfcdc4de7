"""Web domains: the part that somebody registered, in one spelling."""

import re
import unicodedata
from functools import lru_cache

import idna
from tldextract import TLDExtract

from hansa.customers.matching.vocabulary import RESERVED_ENDINGS, SHARED_DOMAIN_FAMILIES, SHARED_DOMAINS

LONGEST_ADDRESS = 2000

_UNLISTED = re.compile(r"[^.]+\.[^.]+$")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--{_LABEL})")

# The list inside the wheel, private suffixes too: shop.github.io is its tenant's, github.io nobody's.
_split = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def registrable_domain(text: str) -> str | None:
    """The registrable domain in lower case punycode, of a host name, a URL or an e-mail address; None if there is none.

    "https://www.Bücher.de/x", "Info@mail.bücher.de" and "xn--bcher-kva.de." are all "xn--bcher-kva.de".
    """
    return _registrable(text[:LONGEST_ADDRESS])


@lru_cache(maxsize=4096)
def _registrable(text: str) -> str | None:
    host = _host(text)
    if not host:
        return None
    try:
        ascii_host = host if host.isascii() else idna.encode(host, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return None
    known = _split(ascii_host)
    unlisted = _UNLISTED.search(ascii_host)  # the list's own rule: where none applies, the last label is the suffix
    domain = known.top_domain_under_public_suffix if known.suffix else unlisted[0] if unlisted else ""
    if not _DOMAIN.fullmatch(domain) or domain.rpartition(".")[2] in RESERVED_ENDINGS:
        return None
    return domain


def own_domain(text: str) -> str | None:
    """The registrable domain of an address, unless strangers share it: what can stand for one company."""
    domain = registrable_domain(text)
    return domain if domain and not is_shared_domain(domain) else None


def is_shared_domain(domain: str) -> bool:
    """True for domains under which strangers live (mail providers, site builders): they name no company."""
    return domain in SHARED_DOMAINS or domain.partition(".")[0] in SHARED_DOMAIN_FAMILIES


@lru_cache(maxsize=4096)
def domain_label(domain: str) -> str:
    """What a reader takes for the name in a registrable domain, in Unicode: "xn--bcher-kva.de" → "bücher"."""
    label = domain.partition(".")[0]
    if label.startswith("xn--"):
        try:
            return idna.decode(label)
        except (idna.IDNAError, UnicodeError):
            pass
    return label


def _host(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).strip().lower()
    text = "".join(letter for letter in text if unicodedata.category(letter) not in ("Cf", "Cc"))
    text = text.replace("\\", "/").partition("://")[2] or text
    text = text.removeprefix("mailto:").lstrip("/")
    for end in "/?#":
        text = text.partition(end)[0]
    text = text.rpartition("@")[2].partition(":")[0]
    return text.replace("。", ".").strip(". <>\"'()[],;")
