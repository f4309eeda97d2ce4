"""What a claim says, in words: in a line, and in full."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from viewer.model import dates
from viewer.model.dossier import Dossier
from viewer.model.schema import TABLES, Ref
from viewer.model.state import State
from viewer.scene.parts import line_of
from viewer.scene.wording import dated, paragraphs, sentence, source_labels, words_of

EXISTENCE = frozenset({"occurred", "happened", "holds", "held", "exists"})
"""Properties that say no more than that the thing is so."""
SPEECH = "statement"

CREDIBILITY = {
    "1": "confirmed by other sources",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "truth cannot be judged",
}
"""Credibility of a claim in the words of the Admiralty grading (NATO AJP-2.1)."""
RELIABILITY = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}
"""Reliability of a source in the words of the same grading."""
CORRECTS = "corrects an earlier word"
_MOST_EARLIER = 6
"""Earlier words named that a claim replaces."""
_FIGURE = re.compile(r"[^\W\d]{0,6}\.?\s?[-+~≈<>$€£]?\d[\d.,:\s/–-]*\S{0,12}(\s\S{1,8})?")


@dataclass(frozen=True, slots=True)
class Line:
    """One or more claims of one voice in one source."""

    claims: tuple[int, ...]
    label: str
    verdict: str


@dataclass(frozen=True, eq=False)
class _Lookup:
    """Indexes of one dossier that only claims need."""

    sources: dict[str, str]
    corrects: dict[int, list[int]]


_LOOKUPS: WeakKeyDictionary[Dossier, _Lookup] = WeakKeyDictionary()


def _lookup(dossier: Dossier) -> _Lookup:
    found = _LOOKUPS.get(dossier)
    if found is None:
        corrects: dict[int, list[int]] = {}
        for earlier, later in dossier.superseded.items():
            corrects.setdefault(later, []).append(earlier)
        labels = zip(dossier.sources["id"], source_labels(dossier), strict=True)
        found = _LOOKUPS[dossier] = _Lookup(dict(labels), corrects)
    return found


def is_corrected(dossier: Dossier, claim: int) -> bool:
    """Whether a claim was taken back by its speaker, or takes an earlier one back."""
    return claim in dossier.superseded or claim in _lookup(dossier).corrects


def value_words(dossier: Dossier, claim: int) -> str:
    """Return what a claim says of its property; a date in words."""
    value = line_of(dossier.claims["value"][claim])
    if dossier.claims["property"][claim] == "date":
        date = dates.parse_or_unknown(value)
        return value if date is dates.UNKNOWN else dates.to_words(date)
    return value


def _is_figure(value: str) -> bool:
    return len(value) <= 24 and _FIGURE.fullmatch(value.strip()) is not None


def _verdict(dossier: Dossier, claim: int) -> str:
    """Say in few words what a claim does: ``reported as fact``, ``says 63 dead``, ``denies``."""
    later = dossier.superseded.get(claim)
    if later is not None:
        return _taken_back(dossier, claim, later)
    verdict = _plain_verdict(dossier, claim)
    return f"{verdict}, {CORRECTS}" if claim in _lookup(dossier).corrects else verdict


def _taken_back(dossier: Dossier, claim: int, later: int) -> str:
    """Return what was said and what was said later: ``said 63 (deaths); later 57``."""
    table = dossier.claims
    name = "" if table["property"][claim] in EXISTENCE else words_of(table["property"][claim])
    asserted = table["stance"][claim] == "asserts"
    value = value_words(dossier, claim) or "yes"
    word = f"said {value}" if asserted else f"denied {'it' if value.casefold() == 'yes' else value}"
    word += f" ({name})" * bool(name)
    if table["stance"][later] == "denies":
        return f"{word}; later denied it"
    return f"{word}; later {'' if asserted else 'said '}{value_words(dossier, later) or 'yes'}"


def _plain_verdict(dossier: Dossier, claim: int) -> str:
    cells = dossier.claims.row(claim)
    name, value, stance = words_of(cells["property"]), value_words(dossier, claim), cells["stance"]
    plain = "says so" if cells["speaker"] else "reported as fact"
    yes, no = value.casefold() in ("yes", "true", ""), value.casefold() in ("no", "false")
    if stance != "asserts":
        detail = "" if cells["property"] in EXISTENCE or cells["property"] == SPEECH else name
        return f"{stance} {detail}".strip()
    if cells["property"] == SPEECH or not name:
        return plain
    if cells["property"] in EXISTENCE:
        return plain if yes else f"says {value}"
    if yes or no:
        return f"says {'yes' if yes else 'no'}: {name}"
    return f"says {value} ({name})" if _is_figure(value) else f"{name}: {value}"


def _speaker(dossier: Dossier, claim: int) -> str:
    key = dossier.claims["speaker"][claim]
    return line_of(dossier.name(Ref("actors", key))) if key in dossier.actors.row_of else key


def claim_line(dossier: Dossier, claims: Sequence[int], verdict: str = "") -> Line:
    """Return the line of claims that one voice makes in one source.

    Parameters
    ----------
    dossier : Dossier
    claims : sequence of int
    verdict : str
        What stands beside the line already, as in a dispute; empty: it is found.
    """
    table, first = dossier.claims, claims[0]
    key = table["source"][first]
    source = line_of(_lookup(dossier).sources.get(key, key)) or "no source given"
    where = paragraphs("; ".join(table["locator"][claim] for claim in claims))
    speaker = _speaker(dossier, first)
    # The paragraph must stay in sight however long the name of the source is.
    label = "\0".join(
        (f"{speaker}, in {source}" if speaker else source, f", {where}" * bool(where))
    )
    if verdict and any(claim in _lookup(dossier).corrects for claim in claims):
        # Beside the other sides there is room for the voice alone.
        label += f", {CORRECTS}"
    if not verdict:
        verdict = _verdict(dossier, first)
        if len(claims) > 1 and table["property"][first] == SPEECH:
            verdict = f"{len(claims)} statements"
    return Line(tuple(claims), label, verdict)


def full_claim(state: State, claim: int) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the wording of a claim and what is known of it, each with what it is called."""
    dossier = state.dossier
    cells = dossier.claims.row(claim)
    source = dossier.sources.row_of.get(cells["source"])
    title = "" if source is None else dossier.sources["title"][source]
    grade = "" if source is None else dossier.sources["reliability"][source].strip().upper()
    publisher = "" if source is None else dossier.sources["publisher"][source]
    said = dated(state, dates.parse_or_unknown(cells["said"])) if cells["said"] else ""
    stances = {
        "asserts": "asserts this", "denies": "denies this", "doubts": "doubts this",
    }  # fmt: skip
    known = [
        ("Speaker", _speaker(dossier, claim) or "the source’s own voice"),
        ("Stance", stances.get(cells["stance"], cells["stance"])),
        ("Source", ", ".join(part for part in (publisher, title or cells["source"]) if part)),
        ("Paragraph", paragraphs(cells["locator"])),
        ("Said", said),
        *_corrections(state, claim),
        ("Credibility", _graded(cells["credibility"].strip(), CREDIBILITY)),
        ("Reliability", _graded(grade, RELIABILITY)),
    ]
    known += [
        (sentence(words_of(name)), cell)
        for name, cell in cells.items()
        if name not in TABLES["claims"]
    ]
    name, value = sentence(words_of(cells["property"])), value_words(dossier, claim)
    if cells["property"] == "date":
        date = dates.parse_or_unknown(line_of(cells["value"]))
        value = value if date is dates.UNKNOWN else dated(state, date)
    wording = f"{name}: {value}" if name and value else name or value
    return wording, tuple((what, line_of(cell)) for what, cell in known if cell)


def _corrections(state: State, claim: int) -> Iterator[tuple[str, str]]:
    """Yield what replaced a claim and what it replaces, with when and where that was said."""
    dossier, table = state.dossier, state.dossier.claims
    replaced = [("Replaced by", row) for row in [dossier.superseded.get(claim)] if row is not None]
    earlier = [("Replaces", row) for row in _lookup(dossier).corrects.get(claim, ())]
    for what, row in [*replaced, *earlier[:_MOST_EARLIER]]:
        word = value_words(dossier, row) or "yes"
        if table["stance"][row] == "denies":
            word = f"denied: {word}"
        said = dated(state, dates.parse_or_unknown(table["said"][row]))
        place = claim_line(dossier, [row]).label.replace("\0", "")
        yield what, f"{word}, said {said} ({place})"
    if len(earlier) > _MOST_EARLIER:
        yield "Replaces", f"{len(earlier) - _MOST_EARLIER:,} more"


def _graded(grade: str, words: dict[str, str]) -> str:
    return f"{grade}, {words[grade]}" if grade in words else grade
