"""A window that holds nothing, or one empty plot; it notes its first paint and ends."""

import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

app = QApplication([])

if sys.argv[1] == "plot":
    import pyqtgraph

    Painted = pyqtgraph.PlotWidget
else:
    Painted = QMainWindow


class Peer(Painted):
    noted = False

    def paintEvent(self, event):
        super().paintEvent(event)
        if not self.noted:
            self.noted = True
            # By the next turn of the loop the picture has been flushed to the screen.
            QTimer.singleShot(0, note)


def note():
    with Path(os.environ["ENTENTE_STARTUP_TRACE"]).open("a") as trace:
        trace.write(f"painted {time.time()}\n")
    app.quit()


painted = Peer()
window = painted
if sys.argv[1] == "plot":
    window = QMainWindow()
    window.setCentralWidget(painted)
window.resize(1600, 1000)
window.show()
app.exec()
