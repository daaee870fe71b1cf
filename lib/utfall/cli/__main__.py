"""``python -m utfall.cli``: the command line."""

from utfall.cli import app

if __name__ == "__main__":
    app()
