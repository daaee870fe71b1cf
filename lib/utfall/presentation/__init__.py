"""What a report's reader sees: Swedish numbers and words, tables, charts, prose.

Import from the modules: ``numbers``, ``words``, ``tables``, ``charts``, ``prose``, ``disclosure``, ``theme``.
Nothing here computes a figure; it shows what it is handed.
"""
