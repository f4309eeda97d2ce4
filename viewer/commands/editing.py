"""Commands that edit the dossier, and the one way an edit becomes a step of the history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

from viewer.commands.registry import Command, Context
from viewer.model.dossier import Dossier
from viewer.model.schema import ABOUT_TABLES, MERGEABLE, TABLES, Ref
from viewer.model.store import Store
from viewer.scene.wording import sentence, words_of

if TYPE_CHECKING:
    from viewer.model.edits import Falling
    from viewer.model.edits_merge import Merging

NOUNS = {
    "actors": "Actor",
    "places": "Place",
    "events": "Event",
    "relations": "Relationship",
    "sources": "Source",
    "claims": "Claim",
}
"""Table → what one of its rows is called in menus and headings."""

_KEYS = {
    "actors": "Ctrl+Shift+W",
    "places": "Ctrl+Shift+L",
    "events": "Ctrl+Shift+E",
    "relations": "Ctrl+Shift+I",
    "sources": "Ctrl+Shift+U",
}
_LONGEST = 40


def edit(store: Store, label: str, dossier: Dossier, active: Ref | None = None) -> None:
    """Show the next edition of the dossier, as one step that can be undone.

    Parameters
    ----------
    store : Store
    label : str
        What the Edit menu calls it, e.g. ``Change Title of Event “Talks in Muscat”``.
    dossier : Dossier
        The next edition: see `model.edits`.
    active : Ref, optional
        A row of it that is picked; None: what is picked stays picked.
    """
    from viewer.model.following import followed

    if dossier is not store.state.dossier:
        store.update(label, **followed(store.state, dossier, active))


def called(dossier: Dossier, ref: Ref) -> str:
    """Return what a row is called in a menu, cut where it is long; empty for one without name."""
    if ref.table == "claims":
        row = dossier.claims.row(dossier.row(ref))
        name = row["property"].replace("_", " ")
    else:
        name = dossier.name(ref)
    name = " ".join(name.split())
    return f"“{name if len(name) <= _LONGEST else name[: _LONGEST - 1] + '…'}”" if name else ""


def label_of_change(dossier: Dossier, ref: Ref, columns: Collection[str]) -> str:
    """Return what an edit of some columns of a row is called."""
    whole = f"{NOUNS[ref.table]} {called(dossier, ref)}".strip()
    if len(columns) == 1:
        (column,) = columns
        return f"Change {column.removeprefix('event_').replace('_', ' ').title()} of {whole}"
    return f"Change {whole}"


def one_or_many(dossier: Dossier, refs: tuple[Ref, ...]) -> str:
    """Return how rows are spoken of in the title of a command."""
    if len(refs) == 1:
        return f"{NOUNS[refs[0].table]} {called(dossier, refs[0])}".strip()
    return f"{len(refs):,} Items"


_GOING = {
    "actors": ("actor", "actors"),
    "places": ("place", "places"),
    "events": ("event", "events"),
    "event_places": ("place of an event", "places of events"),
    "participants": ("part in an event", "parts in events"),
    "relations": ("relationship", "relationships"),
    "sources": ("source", "sources"),
    "claims": ("claim", "claims"),
}
_STAYING = {
    ("places", "within"): (
        "place no longer lies within another",
        "places no longer lie within another",
    ),
    ("claims", "speaker"): (
        "claim loses its speaker and will read as the source’s own word",
        "claims lose their speaker and will read as the source’s own word",
    ),
    ("claims", "source"): ("claim is left without a source", "claims are left without a source"),
}


def falling_words(falling: Falling, refs: tuple[Ref, ...]) -> str:
    """Return what goes with rows that are removed and what stays without them, in sentences."""
    own = Counter(ref.table for ref in refs)
    going = [
        f"{count:,} {_GOING[name][count > 1]}"
        for name in TABLES
        if (count := len(falling.gone.get(name, ())) - own[name]) > 0
    ]
    said = []
    if going:
        *most, last = going
        with_what = "it" if len(refs) == 1 else "them"
        said.append(f"With {with_what} go {', '.join(most)}{' and ' * bool(most)}{last}.")
    for spot, rows in falling.blanked.items():
        said.append(f"{len(rows):,} {_STAYING[spot][len(rows) > 1]}.")
    return " ".join((*said, "Undo brings everything back."))


def merging_words(dossier: Dossier, found: Merging) -> str:
    """Return what a merge comes to, in sentences."""
    from viewer.model.edits_merge import NOTED

    moved = [
        f"{count:,} {_GOING[name][count > 1]}"
        for name in TABLES
        if (count := found.moved.get(name, 0))
    ]
    *most, last = moved or [""]
    follow = f"{', '.join(most)}{' and ' * bool(most)}{last}"
    said = [f"{sentence(follow)} will lead to the one that is kept." if moved else ""]
    if len(found.ties):
        ties = [dossier.relations["type"][row] or "tie" for row in found.ties.tolist()]
        named = ", ".join(f"“{words_of(tie)}”" for tie in ties[:3])
        more = f" and {len(ties) - 3} more" if len(ties) > 3 else ""
        what, goes, of = (
            ("relationship", "goes", "it") if len(ties) == 1 else ("relationships", "go", "them")
        )
        said.append(f"The {what} between them, {named}{more}, {goes}, with all claims about {of}.")
    said.append(
        "Names become other names, descriptions are joined, and what differs is noted in the "
        f"column “{NOTED}”. Undo parts them again."
    )
    return " ".join(filter(None, said))


# -- the commands ----------------------------------------------------------------------------


def _dossier(context: Context) -> Dossier:
    return context.store.state.dossier


def _named(verb: str, context: Context) -> str:
    refs = context.shell.editor.targets()
    return f"{verb} {one_or_many(_dossier(context), refs)}…" if refs else f"{verb}…"


def _has_one(context: Context) -> bool:
    return len(context.shell.editor.targets()) == 1


def _has_some(context: Context) -> bool:
    return bool(context.shell.editor.targets())


def _has_alike(context: Context) -> bool:
    refs = context.shell.editor.targets()
    tables = {ref.table for ref in refs}
    return len(refs) > 0 and len(tables) == 1 and tables <= set(MERGEABLE)


def _about(context: Context) -> Ref | None:
    """Return what a new claim would be about."""
    refs = context.shell.editor.targets()
    fits = len(refs) == 1 and refs[0].table in ABOUT_TABLES.values()
    return refs[0] if fits else None


def _claim_title(context: Context) -> str:
    ref = _about(context)
    return f"New Claim about {called(_dossier(context), ref)}…" if ref else "New Claim…"


def _new_claim(context: Context) -> None:
    if (ref := _about(context)) is not None:
        kind = next(kind for kind, table in ABOUT_TABLES.items() if table == ref.table)
        context.shell.editor.add("claims", {"about_kind": kind, "about": ref.id})


def _with_one(run: Callable[[Context, Ref], None], context: Context) -> None:
    refs = context.shell.editor.targets()
    if len(refs) == 1:
        run(context, refs[0])


def commands() -> tuple[Command, ...]:
    """Return the commands, in the order in which the Edit menu lists them."""
    new = tuple(
        Command(
            f"edit.new.{table}",
            f"New {NOUNS[table]}…",
            partial(lambda c, table: c.shell.editor.add(table), table=table),
            keys,
            "Edit",
            10,
        )
        for table, keys in _KEYS.items()
    )
    return (
        *new,
        Command(
            "edit.new.claims",
            _claim_title,
            _new_claim,
            "Ctrl+Shift+K",
            "Edit",
            10,
            enabled=lambda c: _about(c) is not None,
        ),
        Command(
            "edit.row",
            partial(_named, "Edit"),
            partial(_with_one, lambda c, ref: c.shell.editor.edit(ref)),
            "F2",
            "Edit",
            11,
            enabled=_has_one,
        ),
        Command(
            "edit.duplicate",
            partial(_named, "Duplicate"),
            partial(_with_one, lambda c, ref: c.shell.editor.duplicate(ref)),
            "Shift+F2",
            "Edit",
            11,
            enabled=_has_one,
        ),
        Command(
            "edit.merge",
            partial(_named, "Merge"),
            lambda c: c.shell.editor.ask_merge(c.shell.editor.targets()),
            "Ctrl+Shift+G",
            "Edit",
            11,
            enabled=_has_alike,
        ),
        Command(
            "edit.delete",
            partial(_named, "Delete"),
            lambda c: c.shell.editor.ask_remove(c.shell.editor.targets()),
            "Del",
            "Edit",
            11,
            enabled=_has_some,
        ),
        Command(
            "edit.paste",
            "Paste Rows…",
            lambda c: c.shell.editor.ask_paste(),
            "Ctrl+Shift+V",
            "Edit",
            11,
        ),
    )
