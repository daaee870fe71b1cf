"""Postings: what lies in the wrong month or on the wrong account, and single high-cost cases."""
