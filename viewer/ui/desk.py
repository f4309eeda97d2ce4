"""What fills the window: bars, panels and views on one state, and what commands ask for.

The views come in two steps. First `Still` pictures of map, graph and timeline, which need little
more than a painter; then, once those are on the screen, the canvases that answer to the mouse,
which need pyqtgraph.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from viewer.assets import asset
from viewer.commands import actions
from viewer.commands.builtin import VIEWS, registry
from viewer.commands.registry import Context
from viewer.errors import Problem, printable
from viewer.model.schema import Ref
from viewer.model.state import State
from viewer.model.store import OPENED, Changes
from viewer.scene import graph_layout
from viewer.scene.evidence_words import covered_words
from viewer.scene.graph import build_graph_scene
from viewer.scene.map import build_map_scene
from viewer.scene.style import Theme
from viewer.scene.timeline import build_timeline_scene
from viewer.scene.wording import counted
from viewer.ui import looks, theming
from viewer.ui.banner import Banner
from viewer.ui.document import Document
from viewer.ui.evidence import EvidencePanel
from viewer.ui.facets import FacetsPanel
from viewer.ui.find import FindField
from viewer.ui.forms.editor import Editor
from viewer.ui.plain import label
from viewer.ui.still import Still
from viewer.ui.texts import SourceTexts
from viewer.ui.topbar import TopBar
from viewer.ui.turns import Turns
from viewer.watch import WATCH

if TYPE_CHECKING:
    from viewer.model.analysis import Values
    from viewer.model.dossier import Dossier
    from viewer.ui.datebar import DateBar
    from viewer.ui.graph_view import GraphView
    from viewer.ui.player import PlayBar
    from viewer.ui.views import SceneView
    from viewer.ui.window import MainWindow

BOTTOM = 26
AT_ONCE = ("timeline", "facets")
"""Panels that follow a drag over time from step to step; the others do as there is time."""
ALONE = {
    "window": "timeline",
    "projection": "map",
    "layers": "map",
    "insets": "map",
    "layout": "graph",
    "look": "graph",
}
"""Field of the state → the only panel that shows it."""
LONGEST = 0.1
"""Seconds after which the panels that are left follow in turns of their own."""
_COMMANDS = 100
"""Milliseconds after which the commands follow such a drag."""
HINT = "Click: select   Shift-click: add   Double-click: focus   Esc: clear"


class Panel(Protocol):
    """What every view and panel can do."""

    def refresh(self) -> None:
        """Show the current state."""

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""


class Desk(QObject):
    """Everything in the window. It is the `Shell` that commands act on.

    Parameters
    ----------
    window : MainWindow

    Signals
    -------
    painted
        All views are on the screen.
    ready
        All views answer to mouse and keys.
    themed
        Another theme is used: the theme.
    """

    painted = Signal()
    ready = Signal()
    themed = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.store, self.settings = window.store, window.settings
        self.registry = registry().telling(WATCH.note)
        self.context = Context(self.store, self)
        self._theme = looks.theme_of(self.settings.theme)
        self._hand = False
        self.player: PlayBar | None = None
        self.date_bar: DateBar | None = None
        self.graph_view: GraphView | None = None
        self.views: dict[str, SceneView] = {}
        self.panels: dict[str, QWidget] = {}
        self._pending: set[str] = set()
        self._refresh_soon = QTimer(self)
        self._refresh_soon.setSingleShot(True)
        self._refresh_soon.setInterval(0)
        self._refresh_soon.timeout.connect(self._refresh)
        self._commands_soon = QTimer(self)
        self._commands_soon.setSingleShot(True)
        self._commands_soon.setInterval(_COMMANDS)
        self._turns = Turns(self, self._refresh_panel, self._at_rest)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.setWindowIcon(QIcon(str(asset("icons", "entente.svg"))))
        theming.apply(app, self._theme)
        self._dossier = self.store.state.dossier
        self.editor = Editor(self)
        self.document = Document(self)
        self.document.changed.connect(self._say_titles)
        self.texts = SourceTexts(self)
        # Commands ask which card the keys are on.
        self.evidence = EvidencePanel(self.store, self._theme, self.go, self._ask_of_source)
        self._make_bars()
        self._make_panels()
        self._unsubscribe = self.store.subscribe(self._on_change)

    # -- making ------------------------------------------------------------------------------

    def _make_bars(self) -> None:
        self.find_field = FindField(
            self.registry, self.context, lambda: self.store.state.dossier, self.go
        )
        self.top_bar = TopBar(
            self.registry,
            self.context,
            self.find_field,
            lambda: self.settings.recent,
            lambda path: self.window.open_path(Path(path)),
        )
        self._commands_soon.timeout.connect(self.top_bar.refresh)
        self.window.addActions(list(self.top_bar.actions_by_id.values()))
        self.banner = Banner(self.show_problems)
        self.status, self._where, hint = label(), label(), label(HINT)
        self.status.setAccessibleName("Status")
        bar = QWidget()
        bar.setObjectName("statusbar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        bar.setFixedHeight(BOTTOM)
        row = QHBoxLayout(bar)
        row.setContentsMargins(15, 0, 15, 0)
        row.setSpacing(18)
        for text in (self.status, self._where, hint):
            text.setObjectName("hint" if text is hint else "status")
            row.addWidget(text)
        row.insertStretch(1)
        self.window.frame_with(self.top_bar, self.banner, bar)
        for part in (self.top_bar, self.find_field, self.banner):
            part.set_theme(self._theme)

    def _make_panels(self) -> None:
        """Put panels and stills into the panes; canvases follow when these are painted."""
        self.facets = FacetsPanel(self.store, self._theme)
        stills = {
            "map": Still(self.store, self._theme, build_map_scene),
            "graph": Still(self.store, self._theme, build_graph_scene),
            "timeline": Still(self.store, self._theme, build_timeline_scene),
        }
        hidden = set(self.settings.hidden_views)
        waiting = set(stills) - hidden

        def on_painted(name: str) -> None:
            waiting.discard(name)
            if not waiting:
                self.painted.emit()
                # The pictures are flushed before the canvases are loaded.
                QTimer.singleShot(0, self, self._make_canvases)

        for name, still in stills.items():
            still.painted.connect(lambda name=name: on_painted(name))
        self._place({"facets": self.facets, "evidence": self.evidence, **stills})
        for name in hidden & set(self.panels):
            self.panels[name].hide()
        self._show_panes()
        self._say_state()
        self._say_titles()
        self.top_bar.refresh()
        self.evidence.refresh()
        self.facets.refresh()
        if not waiting:
            QTimer.singleShot(0, self, self._make_canvases)

    def _place(self, panels: dict[str, QWidget]) -> None:
        """Put widgets into the panes named, in the place of what stands there."""
        window = self.window
        panes = {
            "facets": (window.sides, 0),
            "evidence": (window.sides, 2),
            "map": (window.planes, 0),
            "graph": (window.planes, 1),
            "timeline": (window.rows, 1),
        }
        for name, widget in panels.items():
            splitter, index = panes[name]
            sizes = splitter.sizes()
            old = splitter.widget(index)
            assert old is not None
            # Asked first: the splitter hides what it gives up.
            hidden = old.isHidden()
            splitter.replaceWidget(index, widget)
            old.deleteLater()
            widget.setHidden(hidden)
            splitter.setSizes(sizes)
            self.panels[name] = widget

    def _make_canvases(self) -> None:
        from viewer.ui.datebar import DateBar
        from viewer.ui.graph_view import GraphView
        from viewer.ui.player import PlayBar
        from viewer.ui.views import MapView, TimelineView

        timeline = TimelineView(self.store, self._theme)
        graph = GraphView(self.store, self._theme)
        views: dict[str, SceneView] = {
            "map": MapView(self.store, self._theme),
            "graph": graph,
            "timeline": timeline,
        }
        stills = {name: self.panels[name] for name in views}
        for view in views.values():
            view.hand = self._hand
            view.pointing.connect(self._where.setText)
        self.views = views
        self._place(dict(views))
        self.player = PlayBar(timeline, self.store)
        self.date_bar = DateBar(graph, self.store)
        self.graph_view = graph
        graph.settled.connect(self.top_bar.refresh)
        order: list[QWidget] = [self.find_field, self.facets, *views.values(), self.evidence]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
        views["map"].setFocus()
        for name in views:
            self._refresh_panel(name)
        self.player.refresh()
        self.texts.look_up()
        self.find_field.prepare()
        if self.document.working is None:
            # Else another one was opened while the canvases were being made.
            self.document.adopt()
        self.document.look_back()
        self.ready.emit()
        for name, still in stills.items():
            if isinstance(still, Still) and still.clicked_at is not None:
                views[name].click_at(*still.clicked_at)

    # -- showing the state -------------------------------------------------------------------

    def _on_change(self, state: State, changes: Changes) -> None:
        before, self._dossier = self._dossier, state.dossier
        if OPENED in changes:
            for view in self.views.values():
                view.camera = None
            if self.views:
                self.texts.look_up()
                self.find_field.prepare()
        elif state.dossier is not before:
            self._stay(before)
        self.settings.calendar = state.calendar
        self._pending.update(changes)
        self._refresh_soon.start()
        if changes != {"hover"}:
            WATCH.note(OPENED if OPENED in changes else f"changed: {', '.join(sorted(changes))}")

    def _stay(self, before: Dossier) -> None:
        """Let views look where they looked, and nodes stand where they stood, after an edit."""
        edited = self._dossier
        for view in self.views.values():
            view.camera = view.camera or getattr(view.scene_shown, "camera", None)
        graph_layout.take_over(edited, before)
        if self.views and edited.sources is not before.sources:
            self.texts.look_up()

    def _refresh(self) -> None:
        """Bring every view up to date, once for all changes since the last time."""
        changes, self._pending = frozenset(self._pending), set()
        if "hover" in changes:
            for view in self.views.values():
                view.show_hover()
            self.evidence.show_hover()
        changes -= {"hover"}
        if not changes:
            return
        if changes == {"texts"}:
            self.evidence.refresh()
            return
        if changes <= ALONE.keys():
            for name in {ALONE[field] for field in changes}:
                self._refresh_panel(name)
        elif changes <= {"window", "filter"}:
            self._say_state()
            for name in AT_ONCE:
                self._refresh_panel(name)
            self._turns.ask(name for name in self.panels if name not in AT_ONCE)
        else:
            self._turns.drop()
            self._say_state()
            self._say_titles()
            self._refresh_all()
        if self.player is not None:
            self.player.refresh()
        if self.date_bar is not None and self.date_bar.isVisible():
            self.date_bar.refresh()
        if not changes <= {"window", "filter"}:
            self.top_bar.refresh()
        elif not self._commands_soon.isActive():
            # In a drag there is other work, and nobody looks at menus.
            self._commands_soon.start()

    def _refresh_all(self) -> None:
        """Bring all panels up to date, as many as there is time for in this turn.

        A view may show for a moment what is there no more, and knows that; lists come first.
        """
        until = perf_counter() + LONGEST
        for name in sorted(self.panels, key=lambda name: name in self.views):
            if perf_counter() < until:
                self._refresh_panel(name)
            else:
                self._turns.ask((name,))

    def _refresh_panel(self, name: str) -> None:
        panel = self.panels[name]
        if not panel.isHidden():
            _as_panel(panel).refresh()

    def _at_rest(self, name: str) -> bool:
        """Whether a panel is brought up to date only when a drag has come to rest."""
        return name == "graph" and self.graph_view is not None and not self.graph_view.at_once()

    def _say_state(self) -> None:
        state, shown = self.store.state, self.store.shown
        dossier = state.dossier
        counts = [
            f"{np.count_nonzero(shown.events):,} of {len(dossier.events):,} events",
            counted(int(np.count_nonzero(shown.actors)), "actor"),
            counted(int(np.count_nonzero(shown.places)), "place"),
            counted(int(np.count_nonzero(shown.relations)), "relationship"),
        ]
        if state.selection.count:
            counts.append(f"{state.selection.count:,} selected")
        self.status.setText(" · ".join(counts))

    def _say_titles(self) -> None:
        """Say what is open, and what of it is not saved."""
        state, unsaved = self.store.state, self.document.unsaved_words
        dossier = state.dossier
        parts = [counted(len(dossier.sources), "source"), covered_words(state)]
        if unsaved:
            parts = [f"Not saved: {unsaved}"]
        self.top_bar.set_titles(dossier.title, " · ".join(part for part in parts if part))
        # To Qt “[*]” is where the sign of unsaved changes stands, and doubled it is itself.
        self.window.setWindowTitle(f"{dossier.title.replace('[*]', '[*][*]')}[*] — Entente")
        self.window.setWindowModified(bool(unsaved))

    def say(self, text: str, *, more: bool = False) -> None:
        """Show a message along the top; `more` offers the list of all problems."""
        self._where.setText("")
        self.banner.say(text, more=more)

    def tell(self, text: str) -> None:
        """Say in the status bar what was done, until something else is to be said there."""
        if self.document.kept:
            # Else it says why what was done is not safe.
            self.banner.hide()
        self._where.setText(printable(text))

    @property
    def shown_theme(self) -> Theme:
        """The theme everything is drawn in."""
        return self._theme

    def go(self, ref: Ref) -> None:
        """Pick a row that was found or named, and bring it into view."""
        if ref.table == "claims":
            self.evidence.open_claim(ref.id, pick=True)
            return
        if ref.table == "sources":
            self.texts.show_sources(ref.id)
            return
        actions.select(self.store, (ref,))
        self.reveal(ref)

    def close(self) -> None:
        """Stop what is running; the window is closing."""
        if self.player is not None:
            self.player.stop()
        if self.graph_view is not None:
            self.graph_view.end()
        self._turns.drop()
        self.document.end()
        self._unsubscribe()

    # -- what commands ask for: see commands.registry.Shell ------------------------------------

    def _ask_of_source(self, action: str, source: str, claim: str) -> None:
        if action == "read":
            self.texts.read(source, claim)
        else:
            self.texts.attach(source)

    def attach_text(self) -> None:
        """Ask for the text of a source and attach it."""
        self.texts.attach()

    def show_sources(self) -> None:
        """List the sources and which of their texts are attached."""
        self.texts.show_sources()

    def show_disputes(self) -> None:
        """List what cannot all hold."""
        self.texts.show_disputes()

    def ask_export(self) -> None:
        """Show the export dialog."""
        from viewer.ui.export_dialog import ExportDialog

        cameras = {name: view.camera for name, view in self.views.items()}
        seen = self.views["map"].scene_shown if self.views else None
        dialog = ExportDialog(self.window, self.store, self._theme, cameras, self.settings, seen)
        dialog.saved.connect(lambda path: self.tell(f"Saved {path}"))
        dialog.open()

    def copy_evidence(self) -> None:
        """Put the evidence on the clipboard as text."""
        QApplication.clipboard().setText(self.evidence.text())

    def find(self) -> None:
        """Put the cursor into the find field."""
        self.find_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.find_field.selectAll()

    def fit(self, view: str = "") -> None:
        """Show everything in one view, or in all."""
        for name, canvas in self.views.items():
            if view in ("", name):
                canvas.fit()

    def zoom(self, factor: float) -> None:
        """Zoom the view that has the focus, or else the map."""
        focused = [view for view in self.views.values() if view.hasFocus()]
        for canvas in focused or list(self.views.values())[:1]:
            canvas.zoom(factor)

    def hand(self) -> bool:
        """Whether a plain drag moves the view."""
        return self._hand

    def set_hand(self, on: bool) -> None:
        """Make a plain drag move the view instead of drawing a lasso."""
        self._hand = on
        for view in self.views.values():
            view.hand = on

    def theme(self) -> str:
        """Return the theme chosen."""
        return self.settings.theme

    def set_theme(self, name: str) -> None:
        """Use a theme: ``light``, ``dark`` or ``system``."""
        self.settings.theme = name
        self._theme = looks.theme_of(name)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theming.apply(app, self._theme)
        for part in (self.top_bar, self.find_field, self.banner):
            part.set_theme(self._theme)
        for panel in self.panels.values():
            _as_panel(panel).set_theme(self._theme)
        if self.player is not None:
            self.player.set_theme(self._theme)
        self.themed.emit(self._theme)

    def set_view_visible(self, view: str, visible: bool) -> None:
        """Show or hide a view."""
        panel = self.panels[view]
        panel.setVisible(visible)
        self._show_panes()
        self.settings.hidden_views = [name for name in VIEWS if self.panels[name].isHidden()]
        if visible:
            _as_panel(panel).refresh()

    def _show_panes(self) -> None:
        """Hide a divider's pane when nothing in it is shown."""
        planes = any(not self.panels[name].isHidden() for name in ("map", "graph"))
        self.window.planes.setVisible(planes)
        self.window.rows.setVisible(planes or not self.panels["timeline"].isHidden())

    def view_visible(self, view: str) -> bool:
        """Whether a view is shown."""
        return not self.panels[view].isHidden()

    def toggle_play(self) -> None:
        """Start or stop playing the time window."""
        if self.player is not None:
            self.player.toggle()

    def ask_spot(
        self, owner: QObject, hint: str, done: Callable[[tuple[str, str] | None], None]
    ) -> bool:
        """Let a click on the map say where something is.

        Parameters
        ----------
        owner : QObject
            Who asks; when that is gone, so is the question.
        hint : str
            Says over the map what is to be clicked.
        done : callable
            Called with longitude and latitude in degrees, written no finer than a pixel of the
            map; with None when it was given up.

        Returns
        -------
        bool
            Whether there is a map to click.
        """
        view = self.views.get("map")
        if view is None:
            return False
        if not self.view_visible("map"):
            self.set_view_visible("map", True)
        from viewer.ui.forms.spot import SpotPicker

        picker = SpotPicker(view, owner, hint, self._theme, done)
        self.window.activateWindow()
        picker.setFocus()
        return True

    def time_window(self) -> tuple[float, float] | None:
        """Return the span of time that the timeline shows, in days since 1970-01-01."""
        scene = getattr(self.views.get("timeline"), "timeline", None)
        return self.store.state.window or (None if scene is None else scene.window)

    def playing(self) -> bool:
        """Whether the time window is playing."""
        return self.player is not None and self.player.playing

    def laying_out(self) -> bool:
        """Whether the nodes of the graph are still on their way."""
        return self.graph_view is not None and self.graph_view.laying_out

    def stop_layout(self) -> None:
        """Leave the nodes where they have got to."""
        if self.graph_view is not None:
            self.graph_view.stop_layout()

    def show_measures(self) -> None:
        """Show the measures of all actors as a table."""
        from viewer.model.analysis import MEASURES
        from viewer.ui.jobs import Job
        from viewer.ui.measures import MeasuresDialog, values_of

        state, shown = self.store.state, self.store.shown

        def done(values: dict[str, Values]) -> None:
            if self.store.shown is not shown:
                self.say("What is shown was changed meanwhile: measure the network once more")
                return
            dialog = MeasuresDialog(self.window, self.store, values)
            dialog.show()
            dialog.activateWindow()

        work = partial(values_of, state, shown, tuple(MEASURES))
        Job(self.window, "Measuring the network", work, done, self.say).start()

    def dating(self) -> bool:
        """Whether the graph offers a date to show its ties as of."""
        return self.date_bar is not None and self.date_bar.isVisible()

    def set_dating(self, on: bool) -> None:
        """Offer a date to show the graph's ties as of, or no more."""
        if self.date_bar is not None:
            self.date_bar.set_on(on)
            self.top_bar.refresh()

    def show_problems(self) -> None:
        """List what reading the dossier found wrong."""
        from viewer.ui.dialogs import problems_dialog

        problems_dialog(self.window, self.store.state.dossier.problems).open()

    def check_dossier(self) -> None:
        """Look the whole dossier through and list what is wrong or doubtful."""
        from viewer.geo.outside import check_all
        from viewer.ui.dialogs import problems_dialog
        from viewer.ui.jobs import Job

        dossier = self.store.state.dossier

        def done(problems: tuple[Problem, ...]) -> None:
            problems_dialog(self.window, problems, checked=True).open()

        title = f"Checking {dossier.title}"
        Job(self.window, title, lambda _progress: check_all(dossier), done, self.say).start()

    def show_shortcuts(self) -> None:
        """List all commands with their keys."""
        from viewer.ui.dialogs import shortcuts_dialog

        shortcuts_dialog(self.window, self.registry, self.context).open()

    def show_about(self) -> None:
        """Say what this program is."""
        from viewer.about import versions_from_outside
        from viewer.ui.dialogs import about_box
        from viewer.ui.jobs import Job

        def done(found: dict[str, str]) -> None:
            about_box(self.window, found).open()

        look_up = lambda _progress: versions_from_outside()  # noqa: E731
        Job(self.window, "Looking up versions", look_up, done, self.say).start()

    def toggle_full_screen(self) -> None:
        """Fill the screen, or stop doing so."""
        state = self.window.windowState()
        self.window.setWindowState(state ^ Qt.WindowState.WindowFullScreen)

    def reveal(self, ref: Ref) -> None:
        """Move the views that do not show a row's marks so that they do."""
        if self._refresh_soon.isActive():
            self._refresh_soon.stop()
            self._refresh()
        self._turns.finish()
        for view in self.views.values():
            scene = view.scene_shown
            marks = () if scene is None else scene.marks_of(ref)
            inside = QRectF(0, 0, view.width(), view.height())
            if marks and not any(inside.contains(QPointF(t.x, t.y)) for t in marks):
                view.centre_on(marks[0], 1.0)

    def quit(self) -> None:
        """Close the window."""
        self.window.close()


def _as_panel(widget: QWidget) -> Panel:
    """Return a widget of a pane as what it is known to be."""
    return widget  # type: ignore[return-value]
