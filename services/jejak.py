"""The command `jejak`: everything that can be run, under one name.

A part is imported only when it is called, so that `jejak steward` on a machine without network does not load a
node. Here clock, randomness and arguments come in.
"""

import gc
import secrets
from collections.abc import Callable
from importlib import import_module

import typer

from office_node.clock import SystemClock

app = typer.Typer(no_args_is_help=True, help="Jejak: offices ask one another, every question leaves a trace.")
AS_THEY_COME = {"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False}
"""Options after the name of a part are for that part."""


@app.command(context_settings=AS_THEY_COME, add_help_option=False)
def node(context: typer.Context) -> None:
    """One office's node: init, serve, doctor and the like."""
    _run(context, import_module("office_node.cli").app)


@app.command(context_settings=AS_THEY_COME, add_help_option=False)
def log(context: typer.Context) -> None:
    """The log of one office's node: verify, evidence."""
    _run(context, import_module("office_node.cli_log").app)


@app.command(context_settings=AS_THEY_COME, add_help_option=False)
def receipt(context: typer.Context) -> None:
    """A file that shows which offices were asked about a case, and what each answered."""
    _run(context, _alone(import_module("office_node.cli_receipt").receipt))


@app.command(context_settings=AS_THEY_COME, add_help_option=False)
def verify(context: typer.Context) -> None:
    """Verify a receipt, or evidence against a log, offline."""
    _run(context, _alone(import_module("office_node.cli_verify").verify))


@app.command(context_settings=AS_THEY_COME, add_help_option=False)
def backup(context: typer.Context) -> None:
    """Write one moment of a node's database, sealed to a key that is kept elsewhere."""
    _run(context, _alone(import_module("office_node.cli_backup").backup))


@app.command(context_settings=AS_THEY_COME, add_help_option=False)
def restore(context: typer.Context) -> None:
    """Put a backup in the place of a node's database."""
    _run(context, _alone(import_module("office_node.cli_backup").restore))


@app.command(context_settings=AS_THEY_COME, add_help_option=False)
def recover(context: typer.Context) -> None:
    """After a restore: what the office has said since comes back from its peers."""
    _run(context, _alone(import_module("office_node.cli_backup").recover))


@app.command("recovery-key", context_settings=AS_THEY_COME, add_help_option=False)
def recovery_key(context: typer.Context) -> None:
    """Make the key that backups are sealed to."""
    _run(context, _alone(import_module("office_node.cli_backup").recovery_key))


@app.command(context_settings=AS_THEY_COME, add_help_option=False)
def steward(context: typer.Context) -> None:
    """What stewards do with the roster: keys, drafts, signatures, publishing."""
    outside = import_module("services.stewards.dialogue").Outside(SystemClock().now, secrets.token_bytes)
    _run(context, import_module("services.stewards.commands").make_app(outside))


@app.command(context_settings=AS_THEY_COME, add_help_option=False)
def guideline(context: typer.Context) -> None:
    """The guideline (Pedoman): check, sign, and simulate an edition."""
    outside = import_module("services.stewards.dialogue").Outside(SystemClock().now, secrets.token_bytes)
    _run(context, import_module("services.guideline.commands").make_app(outside))


@app.command(context_settings=AS_THEY_COME, add_help_option=False)
def directory(context: typer.Context) -> None:
    """The directory, which gives out the published roster."""
    _run(context, import_module("services.directory.commands").app)


@app.command(context_settings=AS_THEY_COME, add_help_option=False)
def demo(context: typer.Context) -> None:
    """Three offices and one trace, on this machine, with invented people."""
    _run(context, _alone(import_module("services.simulator.demo").demo))


@app.command(context_settings=AS_THEY_COME, add_help_option=False)
def train(context: typer.Context) -> None:
    """Three offices with invented people to learn on; every answer is marked."""
    _run(context, _alone(import_module("services.simulator.train").train))


@app.command(context_settings=AS_THEY_COME, add_help_option=False)
def simulate(context: typer.Context) -> None:
    """A whole federation on virtual time through faults, and what was lost: nothing, if all is well."""
    _run(context, _alone(import_module("services.simulator.storm.cli").simulate))


@app.command(context_settings=AS_THEY_COME, add_help_option=False)
def match(context: typer.Context) -> None:
    """Who of one list is in another, or twice in one: CSV or XLSX, on this machine alone."""
    _run(context, _alone(import_module("services.match.cli").match))


def _alone(command: Callable[..., None]) -> typer.Typer:
    alone = typer.Typer()
    alone.command()(command)
    return alone


def _run(context: typer.Context, part: typer.Typer) -> None:
    gc.enable()
    part(args=context.args, prog_name=f"jejak {context.info_name}")


def main() -> None:
    """Run the command line. What the imports make stays, and to look for refuse in it took a sixth of their time."""
    gc.disable()
    app()


if __name__ == "__main__":
    main()
