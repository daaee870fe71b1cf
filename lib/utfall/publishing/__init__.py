"""Publishing: plan a month's reports, render them in batch, and put a front page over them.

Publishing knows notebooks, not analyses: it is handed a notebook and the units to run it for.
"""

from utfall.publishing.jobs import ReportJob, ReportNode
from utfall.publishing.notebook_file import notebook_title
from utfall.publishing.plan import NotebookOrder, Plan, make_plan, plan_reports
from utfall.publishing.run import BatchResult, FailedReport, render_reports

__all__ = [
    "BatchResult",
    "FailedReport",
    "NotebookOrder",
    "Plan",
    "ReportJob",
    "ReportNode",
    "make_plan",
    "notebook_title",
    "plan_reports",
    "render_reports",
]
