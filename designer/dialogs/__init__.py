"""Dialogs: one question each, in one file each."""
