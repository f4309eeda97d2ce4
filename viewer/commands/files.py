"""Commands of the File menu: what is opened, kept, written and left."""

from __future__ import annotations

from viewer.commands.registry import Command, Context


def _has_sources(context: Context) -> bool:
    return len(context.store.state.dossier.sources) > 0


def _has_rows(context: Context) -> bool:
    return any(map(len, context.store.state.dossier.tables.values()))


def _unsaved(context: Context) -> bool:
    return context.shell.document.unsaved


def _recoverable(context: Context) -> bool:
    return context.shell.document.recoverable


def commands() -> tuple[Command, ...]:
    """Return the commands, in the order in which the menu lists them."""
    return (
        Command("file.new", "New Dossier", lambda c: c.shell.document.new(), "Ctrl+N", "File"),
        Command("file.open", "Open…", lambda c: c.shell.document.ask_open(), "Ctrl+O", "File"),
        Command(
            "file.open_folder",
            "Open a Folder…",
            lambda c: c.shell.document.ask_open_folder(),
            "Ctrl+Shift+O",
            "File",
        ),
        Command(
            "file.shipped",
            "Open the Iran–Canada Dossier",
            lambda c: c.shell.document.open_shipped(),
            menu="File",
        ),
        Command(
            "file.save",
            "Save",
            lambda c: c.shell.document.save(),
            "Ctrl+S",
            "File",
            1,
            enabled=_unsaved,
        ),
        Command(
            "file.save_as",
            "Save As…",
            lambda c: c.shell.document.ask_save_as(),
            "Ctrl+Shift+S",
            "File",
            1,
        ),
        Command(
            "file.revert",
            "Revert to Saved…",
            lambda c: c.shell.document.ask_revert(),
            menu="File",
            group=1,
            enabled=_unsaved,
        ),
        Command(
            "file.recovered",
            "Recovered Work…",
            lambda c: c.shell.document.show_recovered(),
            menu="File",
            group=1,
            enabled=_recoverable,
        ),
        Command(
            "file.properties",
            "Title and Description…",
            lambda c: c.shell.document.ask_properties(),
            menu="File",
            group=1,
        ),
        Command(
            "file.export", "Export Image…", lambda c: c.shell.ask_export(), "Ctrl+E", "File", 2
        ),
        Command(
            "file.export_data",
            "Export Data…",
            lambda c: c.shell.document.ask_export_data(),
            menu="File",
            group=2,
            enabled=_has_rows,
        ),
        Command(
            "file.sources",
            "Sources and Their Texts…",
            lambda c: c.shell.show_sources(),
            "Ctrl+Shift+T",
            "File",
            3,
            enabled=_has_sources,
        ),
        Command(
            "file.attach",
            "Attach the Text of a Source…",
            lambda c: c.shell.attach_text(),
            menu="File",
            group=3,
            enabled=_has_sources,
        ),
        Command(
            "file.check",
            "Check This Dossier…",
            lambda c: c.shell.check_dossier(),
            menu="File",
            group=3,
        ),
        Command("file.quit", "Quit", lambda c: c.shell.quit(), "Ctrl+Q", "File", 4),
    )
