"""The evidence panel: what is picked, and one card for each of its events and relations."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from viewer.commands import actions
from viewer.model.schema import ABOUT_TABLES, Ref
from viewer.model.selection import Mode
from viewer.model.store import Store
from viewer.scene.evidence import (
    Evidence,
    card_scene,
    card_text,
    evidence,
    header_scene,
    rest_words,
)
from viewer.scene.frame import Frame
from viewer.scene.primitives import Scene
from viewer.scene.style import Theme
from viewer.scene.targets import Target
from viewer.ui.heading import Heading
from viewer.ui.scenelist import SceneList

_AROUND = 1
"""Paragraphs shown before and after a passage; every wish for more adds some."""
_MORE_AROUND = 3
_COPIED = 1000
"""Most cards that are copied as text."""


class EvidencePanel(QWidget):
    """Who said what about what is picked.

    Parameters
    ----------
    store : Store
    theme : Theme
    go : callable
        Called with an actor or place named on a card.
    ask : callable
        Called with ``attach`` or ``read``, the id of a source and that of the open claim.
    """

    def __init__(
        self,
        store: Store,
        theme: Theme,
        go: Callable[[Ref], None],
        ask: Callable[[str, str, str], None],
    ) -> None:
        super().__init__()
        self.store, self._theme, self._go, self._ask = store, theme, go, ask
        self._frame = self._frame_now()
        self._evidence: Evidence = evidence(self._frame)
        self._cards = self._evidence.cards(store.state.dossier)
        self._expanded: set[Ref] = set()
        self._open_claim: str | None = None
        self._around = _AROUND
        self._heading = Heading("Evidence for", self._build_heading)
        self.list = SceneList("Evidence", self._build_card, self._card_text)
        self.list.picked.connect(self._on_picked)
        self.list.pointed.connect(self._on_pointed)
        self.setMinimumWidth(240)
        self.setFocusProxy(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._heading)
        column.addWidget(self.list, 1)

    def _frame_now(self) -> Frame:
        size = self.width(), self.height()
        return Frame.of(self.store, self._theme, float(size[0]), float(size[1]))

    def refresh(self) -> None:
        """Show the evidence for the current selection."""
        before, self._frame = self._frame, self._frame_now()
        state = self._frame.state
        other = state.selection is not before.state.selection
        if other:
            self._open_claim = None
        if state.dossier is not before.state.dossier:
            tables = state.dossier.tables
            self._expanded = {ref for ref in self._expanded if ref.id in tables[ref.table].row_of}
        self._evidence = evidence(self._frame)
        self._cards = self._evidence.cards(state.dossier)
        self._heading.refresh()
        # The filter is part of the key: a card shows only what passes it.
        self.list.show_rows(self._cards, self._theme, to_top=other)

    def show_hover(self) -> None:
        """Show what is under the pointer, here or in another view."""
        before, now = self._frame, self._frame_now()
        dossier, hovered = now.state.dossier, (before.state.hover, now.state.hover)
        if dossier is not before.state.dossier:
            # The cards are still those of another dossier.
            return
        self._frame = now
        known = [ref for ref in hovered if ref is not None and dossier.has(ref)]
        changed = {(ref.table, dossier.row(ref)) for ref in known}
        rows = (self._cards.at(card) for card in changed)
        self.list.redraw(row for row in rows if row is not None)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self.refresh()

    def text(self) -> str:
        """Return heading and cards as plain text, the open claim with its passage.

        Of very many cards the first are given, and how many more there are.
        """
        head = "\n".join(part for part in (self._evidence.title, self._evidence.subtitle) if part)
        opened = self._about(self._open_claim)
        chosen = self._cards[:_COPIED]
        refs = [(card, self._frame.state.dossier.ref(*card)) for card in chosen]
        cards = (
            card_text(
                *card,
                self._frame,
                expanded=True,
                open_claim=self._open_claim if ref == opened else None,
            )
            for card, ref in refs
        )
        more = [rest_words(self._cards, _COPIED)] if len(self._cards) > _COPIED else []
        return "\n\n".join([head, *cards, *more]) + "\n"

    def open_claim(self, claim: str, *, pick: bool = False) -> None:
        """Show a claim in full on the card of what it is about; once more closes it.

        Parameters
        ----------
        claim : str
            Its id.
        pick : bool
            Whether it is asked for from elsewhere: what it is about is picked and it stays open.
        """
        about = self._about(claim)
        alone = pick and self._evidence.ref is None
        if about is not None and (alone or self._place_of(about) is None):
            actions.select(self.store, (about,))
            self.refresh()
        self._open_claim = None if self._open_claim == claim and not pick else claim
        self._around = _AROUND
        at = self._place_of(about)
        if about is not None and at is not None:
            if self._open_claim is not None:
                self._expanded.add(about)
            self.list.show_rows(self._cards, self._theme)
            self.list.reveal(at)

    def focused(self) -> Ref | None:
        """Return what the keys are on: the open claim, or else the card; None elsewhere."""
        if not self.list.hasFocus():
            return None
        dossier = self.store.state.dossier
        if self._open_claim is not None and self._open_claim in dossier.claims.row_of:
            return Ref("claims", self._open_claim)
        row = self.list.currentIndex().row()
        if not 0 <= row < len(self._cards):
            return None
        # The cards may still be those of another dossier.
        ref = self._frame.state.dossier.ref(*self._cards[row])
        return ref if dossier.has(ref) else None

    def _place_of(self, ref: Ref | None) -> int | None:
        """Return which of the cards is that of a row, None where it is none of them."""
        dossier = self.store.state.dossier
        if ref is None or ref.table not in dossier.tables:
            return None
        row = dossier.tables[ref.table].row_of.get(ref.id)
        return None if row is None else self._cards.at((ref.table, row))

    def _about(self, claim: str | None) -> Ref | None:
        """Return what a claim is about."""
        dossier = self.store.state.dossier
        row = dossier.claims.row_of.get(claim or "")
        kind = None if row is None else ABOUT_TABLES.get(dossier.claims["about_kind"][row])
        return Ref(kind, dossier.claims["about"][row]) if kind and row is not None else None

    # -- the rows ----------------------------------------------------------------------------

    def _build_heading(self, width: float) -> Scene:
        return header_scene(self._evidence, self._frame, width)

    def _build_card(self, row: int, width: float) -> Scene:
        table, card = self._cards[row]
        ref = self._frame.state.dossier.ref(table, card)
        return card_scene(
            table,
            card,
            self._frame,
            width,
            expanded=ref in self._expanded,
            open_claim=self._open_claim,
            around=self._around,
        )

    def _card_text(self, row: int) -> str:
        table, card = self._cards[row]
        ref = self._frame.state.dossier.ref(table, card)
        return card_text(
            table,
            card,
            self._frame,
            expanded=ref in self._expanded,
            open_claim=self._open_claim,
        )

    def _on_picked(self, target: Target, mode: Mode) -> None:
        ref = target.refs[0]
        if target.action:
            self._on_asked(target.action, ref)
        elif ref.table == "claims":
            self.open_claim(ref.id)
        elif self._place_of(ref) is not None:
            actions.select(self.store, (ref,), mode)
        else:
            self._go(ref)

    def _on_asked(self, action: str, ref: Ref) -> None:
        match action:
            case "more":
                self._expanded.add(ref)
                self.list.show_rows(self._cards, self._theme)
            case "around":
                self._around += _MORE_AROUND
                self.list.show_rows(self._cards, self._theme)
            case _:
                self._ask(action, ref.id, self._open_claim or "")

    def _on_pointed(self, target: Target | None) -> None:
        actions.hover(self.store, target.refs[0] if target is not None else None)
