"""A monkey at the window: random actions of mouse, keys and commands, each written down first.

``python -m tests.monkey`` drives the program as it is started by its users, from a timer inside its
event loop, and watches for errors, warnings, stalls, growth and what is left lying about. What it
did stands in its log, which ``--replay`` does again.
"""
