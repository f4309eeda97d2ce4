"""The commands of the program."""

from __future__ import annotations

from functools import partial

from viewer.commands import actions, analysis, editing, files, graph
from viewer.commands.registry import Command, Context, Registry
from viewer.model.state import LAYERS, PROJECTIONS

VIEWS = {
    "map": "Map",
    "graph": "Relationships",
    "timeline": "Timeline",
    "evidence": "Evidence",
    "facets": "Filters",
}
THEMES = {"system": "Like the System", "light": "Light", "dark": "Dark"}


def _undo_title(context: Context) -> str:
    return f"Undo {context.store.undo_label or ''}".strip()


def _redo_title(context: Context) -> str:
    return f"Redo {context.store.redo_label or ''}".strip()


def _has_selection(context: Context) -> bool:
    return context.store.state.selection.count > 0


def _has_disputes(context: Context) -> bool:
    return bool(context.store.state.dossier.disputes)


def _step(context: Context, by: int) -> None:
    ref = actions.step_event(context.store, by)
    if ref is not None:
        context.shell.reveal(ref)


def _focus(context: Context) -> None:
    active = context.store.state.selection.active
    if active is not None:
        context.shell.reveal(active)


def _toggle_view(context: Context, view: str) -> None:
    context.shell.set_view_visible(view, not context.shell.view_visible(view))


def _toggle_time_filter(context: Context) -> None:
    state = context.store.state
    span = None if state.filter.span is not None else context.shell.time_window()
    actions.filter_by_window(context.store, span)


def _toggle_persian(context: Context) -> None:
    persian = context.store.state.calendar == "persian"
    actions.set_calendar(context.store, "gregorian" if persian else "persian")


def registry() -> Registry:
    """Return all commands."""
    steps = (
        Command(
            "edit.undo",
            _undo_title,
            lambda c: c.store.undo(),
            "Ctrl+Z",
            "Edit",
            enabled=lambda c: c.store.undo_label is not None,
        ),
        Command(
            "edit.redo",
            _redo_title,
            lambda c: c.store.redo(),
            "Ctrl+Shift+Z, Ctrl+Y",
            "Edit",
            enabled=lambda c: c.store.redo_label is not None,
        ),
    )
    edit = (
        Command("edit.find", "Find…", lambda c: c.shell.find(), "Ctrl+K, Ctrl+F", "Edit", 1),
        Command(
            "edit.copy",
            "Copy Evidence as Text",
            lambda c: c.shell.copy_evidence(),
            "Ctrl+Shift+C",
            "Edit",
            1,
        ),
        Command(
            "edit.select_all",
            "Select All Events",
            lambda c: actions.select_all_shown(c.store),
            "Ctrl+A",
            "Edit",
            2,
        ),
        Command(
            "edit.disputes",
            "List What Is Disputed…",
            lambda c: c.shell.show_disputes(),
            "Ctrl+D",
            "Edit",
            2,
            enabled=_has_disputes,
        ),
        Command(
            "edit.disputed",
            "Select What Is Disputed",
            lambda c: actions.select_disputed(c.store),
            "Ctrl+Shift+D",
            "Edit",
            2,
            enabled=_has_disputes,
        ),
        Command(
            "edit.clear",
            "Clear Selection",
            lambda c: actions.clear_selection(c.store),
            "Esc",
            "Edit",
            2,
            enabled=_has_selection,
        ),
        Command("edit.next", "Next Event", partial(_step, by=1), "Ctrl+Right", "Edit", 3),
        Command("edit.previous", "Previous Event", partial(_step, by=-1), "Ctrl+Left", "Edit", 3),
        Command(
            "edit.reset_filter",
            "Reset Filter",
            lambda c: actions.reset_filter(c.store),
            "Ctrl+Shift+R",
            "Edit",
            4,
            enabled=lambda c: not c.store.state.filter.is_empty,
        ),
    )
    views = tuple(
        Command(
            f"view.{view}",
            title,
            partial(_toggle_view, view=view),
            f"Ctrl+{number}",
            "View",
            checked=partial(lambda c, view: c.shell.view_visible(view), view=view),
        )
        for number, (view, title) in enumerate(VIEWS.items(), 1)
    )
    look = (
        Command("view.fit", "Show Everything", lambda c: c.shell.fit(), "Ctrl+0", "View", 1),
        Command(
            "view.focus",
            "Go to the Selection",
            _focus,
            "Ctrl+G",
            "View",
            1,
            enabled=_has_selection,
        ),
        Command("view.in", "Zoom In", lambda c: c.shell.zoom(1.5), "Ctrl++, Ctrl+=", "View", 1),
        Command("view.out", "Zoom Out", lambda c: c.shell.zoom(1 / 1.5), "Ctrl+-", "View", 1),
        Command(
            "view.hand",
            "Drag Moves the View",
            lambda c: c.shell.set_hand(not c.shell.hand()),
            "Ctrl+H",
            "View",
            1,
            checked=lambda c: c.shell.hand(),
        ),
        Command(
            "view.play",
            "Play the Timeline",
            lambda c: c.shell.toggle_play(),
            "Ctrl+P",
            "View",
            2,
            checked=lambda c: c.shell.playing(),
        ),
        Command(
            "view.time_filter",
            "Filter by the Time Window",
            _toggle_time_filter,
            "Ctrl+T",
            "View",
            2,
            checked=lambda c: c.store.state.filter.span is not None,
        ),
        Command(
            "view.persian",
            "Persian Dates Beside Gregorian",
            _toggle_persian,
            menu="View",
            group=2,
            checked=lambda c: c.store.state.calendar == "persian",
        ),
    )
    layers = tuple(
        Command(
            f"map.{layer}",
            title,
            partial(lambda c, layer: actions.toggle_layer(c.store, layer), layer=layer),
            menu="Map",
            checked=partial(lambda c, layer: layer in c.store.state.layers, layer=layer),
        )
        for layer, title in LAYERS.items()
    )
    projections = tuple(
        Command(
            f"projection.{name}",
            f"Projection: {title}",
            partial(lambda c, name: actions.set_projection(c.store, name), name=name),
            menu="Map",
            group=1,
            checked=partial(lambda c, name: c.store.state.projection == name, name=name),
        )
        for name, title in PROJECTIONS.items()
    )
    themes = tuple(
        Command(
            f"theme.{name}",
            f"Appearance: {title}",
            partial(lambda c, name: c.shell.set_theme(name), name=name),
            menu="View",
            group=4,
            checked=partial(lambda c, name: c.shell.theme() == name, name=name),
        )
        for name, title in THEMES.items()
    )
    rest = (
        Command(
            "view.full_screen",
            "Full Screen",
            lambda c: c.shell.toggle_full_screen(),
            "F11",
            "View",
            5,
        ),
        Command(
            "help.shortcuts",
            "Keys and Commands",
            lambda c: c.shell.show_shortcuts(),
            "F1",
            "Help",
        ),
        Command("help.about", "About Entente", lambda c: c.shell.show_about(), menu="Help"),
    )
    insets = Command(
        "map.free_insets",
        "Put Insets Back",
        lambda c: actions.free_insets(c.store),
        menu="Map",
        enabled=lambda c: bool(c.store.state.insets),
    )
    maps = (*layers, insets, *projections)
    return Registry(
        (
            *files.commands(),
            *steps,
            *editing.commands(),
            *edit,
            *views,
            *look,
            *themes,
            *maps,
            *graph.commands(),
            *analysis.commands(),
            *rest,
        )
    )
