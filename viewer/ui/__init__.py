"""The window, the views and everything else that knows Qt."""
