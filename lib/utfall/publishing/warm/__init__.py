"""Warm kernels: notebooks that start with everything imported.

A plain kernel spends most of a report's time on starting Python and importing pandas, statsmodels and matplotlib. Here
one process, the *server*, imports them once and is forked for each report, so that every kernel has them for free. A
kernel made so is an ordinary ipykernel in a process of its own: what one report does, no other sees.

`server` is that process, `application` the kernel it prepares, `kernel` what a fork becomes, `provisioner` how Jupyter
asks for one, `engine` how papermill runs a notebook in it, and `session` starts and stops the server around a run.
Where forking is not to be trusted, reports run in plain kernels, through the same engine.
"""
