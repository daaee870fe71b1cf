"""Avoided cost: what was saved per unit of need, also where the total rises."""
