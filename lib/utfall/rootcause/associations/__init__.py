"""Associations: cost that moves with production and staffing; candidates, not causes."""
