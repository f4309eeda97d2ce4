"""What actors are called where there is little room."""

from __future__ import annotations

from collections import Counter
from weakref import WeakKeyDictionary

from viewer.errors import printable
from viewer.model.dossier import Dossier
from viewer.model.schema import split_list
from viewer.scene.style import SMALL
from viewer.scene.text import elide

LONG = 22
"""A name with more letters gives way to a short alias, if there is one."""
WIDEST = 190.0
"""Pixels a label may take at most."""
PARTICLES = frozenset(
    "abu al ben bin bint da de del della den der di dos du el ibn la le ten ter van von zu".split()
)
"""Words that belong to the family name after them."""
TAILS = frozenset({"jr", "sr", "ii", "iii", "iv"})

_NAMES: WeakKeyDictionary[Dossier, tuple[str, ...]] = WeakKeyDictionary()


def short_names(dossier: Dossier) -> tuple[str, ...]:
    """Return a short name for each actor; no two are alike.

    A person goes by family name, anything else with a long name by a short alias. Where that
    would fit two actors both keep their names, and two of one name are told apart by id.
    """
    names = _NAMES.get(dossier)
    if names is None:
        names = _NAMES[dossier] = _short_names(dossier)
    return names


def _short_names(dossier: Dossier) -> tuple[str, ...]:
    actors = dossier.actors
    names = [
        printable(" ".join(name.split())) or key
        for name, key in zip(actors["name"], actors["id"], strict=True)
    ]
    short = [
        _family_name(name, split_list(aliases))
        if kind == "person"
        else _abbreviated(name, split_list(aliases))
        for name, kind, aliases in zip(names, actors["kind"], actors["aliases"], strict=True)
    ]
    chosen, whole = ([elide(n, WIDEST, SMALL, 600) for n in form] for form in (short, names))
    told_apart = [f"{name} ({key})" for name, key in zip(whole, actors["id"], strict=True)]
    for better in (whole, told_apart):
        used = Counter(chosen)
        chosen = [
            name if used[name] == 1 else other for name, other in zip(chosen, better, strict=True)
        ]
    return tuple(chosen)


def _family_name(name: str, aliases: tuple[str, ...]) -> str:
    words = name.split()
    while len(words) > 2 and words[-1].strip(".,").casefold() in TAILS:
        words.pop()
    # "A source in the ministry" describes somebody: the words of a name have capitals, in
    # scripts that know any.
    if any(word == word.lower() != word.upper() and word not in PARTICLES for word in words):
        return _abbreviated(name, aliases)
    first = len(words) - 1
    while first > 1 and words[first - 1].casefold() in PARTICLES:
        first -= 1
    return " ".join(words[first:])


def _abbreviated(name: str, aliases: tuple[str, ...]) -> str:
    if len(name) <= LONG:
        return name
    brief = [alias for alias in aliases if len(alias) <= LONG]
    acronyms = [alias for alias in brief if alias.isupper() and " " not in alias]
    return min(acronyms or brief, key=len, default=name)
