"""Questions with a few answers, asked without holding up the program."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

from viewer.ui.plain import message

Answers = Mapping[str, Callable[[], None] | None]


def ask(parent: QWidget, title: str, text: str, detail: str, answers: Answers) -> QMessageBox:
    """Ask a question and return its box, which is on the screen.

    Parameters
    ----------
    parent : QWidget
    title : str
        Of the box.
    text : str
        The question.
    detail : str
        What follows from the answers.
    answers : mapping of str to callable or None
        Words on a button → what it does. The first one is what Return presses; None does nothing
        and is what Esc presses.
    """
    box = message(parent, title, text, detail, QMessageBox.Icon.Question)
    box.setStandardButtons(QMessageBox.StandardButton.NoButton)
    roles = QMessageBox.ButtonRole
    doing: dict[str, Callable[[], None]] = {}
    for place, (words, does) in enumerate(answers.items()):
        # The order given is the order shown on every system.
        button = box.addButton(words, roles.ActionRole if does else roles.RejectRole)
        button.setAutoDefault(place == 0)
        if place == 0:
            box.setDefaultButton(button)
        if does is None:
            box.setEscapeButton(button)
        else:
            doing[words] = does
    # Done when the box is gone, so that what follows may ask anew.
    chosen: list[Callable[[], None]] = []

    def note(button: QAbstractButton) -> None:
        if (does := doing.get(button.text())) is not None:
            chosen.append(does)

    box.buttonClicked.connect(note)
    box.finished.connect(lambda _: [does() for does in chosen])
    box.open()
    return box
