"""Stage 1 · 主体需求识别: who needs what, and why.

Registers become dated facts, facts become tiers with reasons, tiers become needs lists;
what is unknown stays unknown and becomes a list of what to ask.
"""

from renlin.needs.identify import Needs, identify

__all__ = ["Needs", "identify"]
