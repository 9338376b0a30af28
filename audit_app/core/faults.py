"""What every fault for a person has in common."""

from __future__ import annotations


class Refusal(Exception):
    """One sentence for a person: what is wrong, that nothing was changed, and what to do.

    Pages show it beside the form, the command line on standard error; it is never a traceback.
    """
