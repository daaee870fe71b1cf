"""Publishing: plan a month's reports, render them in batch, and put a front page over them.

Publishing knows notebooks, not analyses: it is handed a notebook and the units to run it for.
"""

from utfall.publishing.plan import Plan, ReportJob, ReportNode, make_plan, notebook_title
from utfall.publishing.run import BatchResult, FailedReport, render_reports

__all__ = [
    "BatchResult",
    "FailedReport",
    "Plan",
    "ReportJob",
    "ReportNode",
    "make_plan",
    "notebook_title",
    "render_reports",
]
