"""What a command is, and what commands act on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from viewer.model.schema import Ref
from viewer.model.store import Store


class Document(Protocol):
    """What commands ask of the file behind the state."""

    @property
    def unsaved(self) -> bool:
        """Whether anything was changed since the dossier was opened or saved."""

    @property
    def recoverable(self) -> bool:
        """Whether there is work that was not saved when the program ended."""

    def new(self) -> None:
        """Begin an empty dossier."""

    def ask_open(self) -> None:
        """Ask for a file and open it."""

    def ask_open_folder(self) -> None:
        """Ask for a folder and open it."""

    def open_shipped(self) -> None:
        """Open the dossier shipped with the program."""

    def save(self) -> None:
        """Save where it was opened from; ask where, if that cannot be."""

    def ask_save_as(self) -> None:
        """Ask where to, and save there."""

    def ask_revert(self) -> None:
        """Ask whether to go back to what was saved, and do."""

    def show_recovered(self) -> None:
        """List work that was not saved when the program ended."""

    def ask_properties(self) -> None:
        """Ask for the title and the description of the dossier."""

    def ask_export_data(self) -> None:
        """Ask for a file, and write the dossier there for another program."""


class Editor(Protocol):
    """What commands ask of the forms in which rows are edited."""

    def targets(self) -> tuple[Ref, ...]:
        """Return the rows a command would edit: the card the keys are on, or what is picked."""

    def add(self, table: str, cells: Mapping[str, str] | None = None) -> None:
        """Ask for the cells of a new row; some may be given."""

    def edit(self, ref: Ref) -> None:
        """Show the form of a row."""

    def duplicate(self, ref: Ref) -> None:
        """Ask for the cells of a new row that is like another."""

    def ask_remove(self, refs: tuple[Ref, ...]) -> None:
        """Ask whether to remove rows, saying what goes with them, and do."""

    def ask_merge(self, refs: tuple[Ref, ...]) -> None:
        """Ask which rows are one, and make them one."""

    def ask_paste(self) -> None:
        """Show what rows on the clipboard come to, and take them in."""


class Shell(Protocol):
    """What commands ask of the window, beyond changing the state."""

    @property
    def document(self) -> Document:
        """The file behind the state."""

    @property
    def editor(self) -> Editor:
        """The forms in which rows are edited."""

    def ask_export(self) -> None:
        """Ask what to export as a picture, and where to."""

    def attach_text(self) -> None:
        """Ask for the text of a source and attach it."""

    def show_sources(self) -> None:
        """List the sources and which of their texts are attached."""

    def show_disputes(self) -> None:
        """List what cannot all hold."""

    def copy_evidence(self) -> None:
        """Put the evidence for the selection on the clipboard as text."""

    def find(self) -> None:
        """Put the cursor into the find field."""

    def fit(self, view: str = "") -> None:
        """Show everything in one view, or in all."""

    def zoom(self, factor: float) -> None:
        """Zoom the view that has the focus."""

    def set_hand(self, on: bool) -> None:
        """Make a plain drag move the view instead of drawing a lasso."""

    def hand(self) -> bool:
        """Whether a plain drag moves the view."""

    def set_theme(self, name: str) -> None:
        """Use a theme: ``light``, ``dark`` or ``system``."""

    def theme(self) -> str:
        """Return the theme chosen."""

    def set_view_visible(self, view: str, visible: bool) -> None:
        """Show or hide a view."""

    def view_visible(self, view: str) -> bool:
        """Whether a view is shown."""

    def toggle_play(self) -> None:
        """Start or stop playing the time window."""

    def laying_out(self) -> bool:
        """Whether the nodes of the graph are still on their way."""

    def stop_layout(self) -> None:
        """Leave the nodes where they have got to."""

    def show_measures(self) -> None:
        """Show the measures of all actors as a table."""

    def dating(self) -> bool:
        """Whether the graph offers a date to show its ties as of."""

    def set_dating(self, on: bool) -> None:
        """Offer a date to show the graph's ties as of, or no more."""

    def time_window(self) -> tuple[float, float] | None:
        """Return the span of time that the timeline shows, in days since 1970-01-01."""

    def playing(self) -> bool:
        """Whether the time window is playing."""

    def check_dossier(self) -> None:
        """List all that is wrong or doubtful in the dossier."""

    def show_shortcuts(self) -> None:
        """List all commands with their keys."""

    def show_about(self) -> None:
        """Say what this program is, and in which version."""

    def toggle_full_screen(self) -> None:
        """Fill the screen, or stop doing so."""

    def reveal(self, ref: Ref) -> None:
        """Bring a row into view."""

    def say(self, text: str) -> None:
        """Show a sentence along the top."""

    def quit(self) -> None:
        """Close the window."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a command is given.

    Parameters
    ----------
    store : Store
    shell : Shell
    """

    store: Store
    shell: Shell


def _always(_context: Context) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """Something the user can tell the program to do.

    Parameters
    ----------
    id : str
        Stable name, ``menu.verb``.
    title : str or callable
        What menus and the palette call it; a callable is asked with the context.
    run : callable
    shortcut : str
        Keys in Qt's portable text, e.g. ``Ctrl+K``; several are separated by ``, ``.
    menu : str
        Menu it stands in; empty: palette and keys only.
    group : int
        Commands of one menu with different groups are parted by a line.
    enabled : callable
        Whether it can be run now.
    checked : callable, optional
        Whether it is on, for commands that switch something.
    """

    id: str
    title: str | Callable[[Context], str]
    run: Callable[[Context], None]
    shortcut: str = ""
    menu: str = ""
    group: int = 0
    enabled: Callable[[Context], bool] = _always
    checked: Callable[[Context], bool] | None = None

    def name(self, context: Context) -> str:
        """Return the title as it reads now."""
        return self.title if isinstance(self.title, str) else self.title(context)


class Registry:
    """All commands, each registered once, in the order in which menus list them."""

    def __init__(self, commands: tuple[Command, ...]) -> None:
        self._commands: dict[str, Command] = {}
        keys: dict[str, str] = {}
        for command in commands:
            if command.id in self._commands:
                raise ValueError(f"command {command.id} is registered twice")
            for key in filter(None, command.shortcut.split(", ")):
                if key in keys:
                    raise ValueError(f"{key} is bound to {keys[key]} and {command.id}")
                keys[key] = command.id
            self._commands[command.id] = command

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def __getitem__(self, key: str) -> Command:
        return self._commands[key]

    def telling(self, listener: Callable[[str], None]) -> Registry:
        """Return the same commands, which tell a listener their id before they are run.

        They do nothing where they cannot be run any more: what a menu or a key offered them for
        may be gone by the time.
        """

        def told(command: Command) -> Command:
            def run(context: Context) -> None:
                if command.enabled(context):
                    listener(command.id)
                    command.run(context)

            return replace(command, run=run)

        return Registry(tuple(told(command) for command in self))

    def menus(self) -> dict[str, tuple[Command, ...]]:
        """Return the commands of each menu, in order."""
        out: dict[str, list[Command]] = {}
        for command in self:
            if command.menu:
                out.setdefault(command.menu, []).append(command)
        return {menu: tuple(commands) for menu, commands in out.items()}

    def find(self, query: str, context: Context) -> tuple[Command, ...]:
        """Return the commands whose title has every word of `query`, for the palette."""
        words = query.casefold().split()
        return tuple(
            command
            for command in self
            if words and all(word in command.name(context).casefold() for word in words)
        )
