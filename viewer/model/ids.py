"""Ids: short readable slugs, made out of names."""

from __future__ import annotations

import re
from collections.abc import Container

from viewer.model.folding import fold

LONGEST = 60
_APART = re.compile("[^a-z0-9]+")
_LATIN = str.maketrans(
    dict(
        zip(
            "ابپتثجچحخدذرزژسشصضطظعغفقكگلمنوهيء",
            "a b p t s j ch h kh d z r z zh s sh s z t z a gh f q k g l m n v h i".split() + [""],
            strict=True,
        )
    )
    | dict(
        zip(
            "абвгдежзийклмнопрстуфхцчшщъыьэюя",
            "a b v g d e zh z i i k l m n o p r s t u f kh ts ch sh shch".split()
            + ["", "y", "", "e", "yu", "ya"],
            strict=True,
        )
    )
)


def slug(text: str) -> str:
    """Return a short readable id for a name, of ``a-z``, ``0-9`` and hyphens; perhaps empty.

    Arabic, Persian and Cyrillic letters are written in Latin ones, roughly.

    Examples
    --------
    >>> slug("François-Philippe Champagne"), slug("محمدجواد ظریف"), slug("東京")
    ('francois-philippe-champagne', 'mhmdjvad-zrif', '')
    """
    out = _APART.sub("-", fold(text).translate(_LATIN)).strip("-")
    return out[:LONGEST].rsplit("-", 1)[0] if len(out) > LONGEST and "-" in out else out[:LONGEST]


def fresh(
    wanted: str, taken: Container[str], otherwise: str = "row", also: Container[str] = ()
) -> str:
    """Return an id that no row has yet: the slug of what is wanted, numbered if need be.

    Parameters
    ----------
    wanted : str
        A name or title.
    taken, also : container of str
        Ids that are given.
    otherwise : str
        What it is called when nothing of `wanted` can stand in an id.
    """
    base = slug(wanted) or otherwise

    def given(number: int) -> bool:
        key = base if number == 1 else f"{base}-{number}"
        return key in taken or key in also

    # Of very many of one name each is found in few looks.
    low, high = 0, 1
    while given(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if given(middle) else (low, middle)
    return base if high == 1 else f"{base}-{high}"
