"""Starting a region of one's own: its folder proposed from the files there are, with every doubt told."""

from utfall.starting.doubts import Doubt, Weight
from utfall.starting.propose import Proposal, propose_region
from utfall.starting.telling import tell_proposal, try_region
from utfall.starting.writing import refuse_to_replace, write_proposal

__all__ = [
    "Doubt",
    "Proposal",
    "Weight",
    "propose_region",
    "refuse_to_replace",
    "tell_proposal",
    "try_region",
    "write_proposal",
]
