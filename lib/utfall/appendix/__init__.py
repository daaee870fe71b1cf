"""The reproducible appendix to an audit response: a case, its numbers, its answer, and the package that proves them.

Import from the modules: ``build``, ``case``, ``numbers``, ``answer``, ``inputs``, ``disclosure``, ``package``,
``verify``, ``published``.
"""
