"""Entente: who dealt with whom, where, when, and on whose word."""

__version__ = "0.1.0"
