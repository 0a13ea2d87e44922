"""The command `jejak`: everything that can be run, under one name."""

import typer

from office_node.cli import app as node_app
from services.directory.commands import app as directory_app
from services.simulator.demo import demo

app = typer.Typer(no_args_is_help=True, help="Jejak: offices ask one another, every question leaves a trace.")
app.add_typer(node_app, name="node")
app.add_typer(directory_app, name="directory")
app.command()(demo)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
