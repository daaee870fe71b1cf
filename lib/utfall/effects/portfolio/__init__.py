"""The portfolio of measures: all of them jointly, against plan and ledger."""
