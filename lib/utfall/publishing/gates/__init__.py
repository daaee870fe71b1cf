"""What stops a page from being released.

A page that lacks an output, a text alternative, a caption or a level of headings, that fetches something or runs a
script, or that shows a number which is none, is not written: its unit gets a page that says so.
"""

from utfall.publishing.gates.page import faults_of_page

__all__ = ["faults_of_page"]
