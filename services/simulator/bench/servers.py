"""Server processes under measurement, and the processor time that they have used."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.simulator.processes import free_ports

_TICKS = os.sysconf("SC_CLK_TCK")
_START_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Server:
    """A process that listens on loopback, with whatever other processes do its work (a database)."""

    port: int
    pids: tuple[int, ...]

    def cpu_s(self) -> float:
        """Processor seconds so far, of these processes and of all their children, also those that have ended."""
        return sum(_cpu_s(pid) for pid in self.pids)


def _cpu_s(pid: int) -> float:
    used = _times(pid)
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
        used += _cpu_s(int(child))
    return used


def _times(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(int(fields[index]) for index in range(11, 15)) / _TICKS  # utime, stime, cutime, cstime


@contextmanager
def serving(
    *command: str, port: int, env: Mapping[str, str] | None = None, pids: tuple[int, ...] = ()
) -> Iterator[Server]:
    """A Python module as a server, until the end of the block; `pids` are counted with it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JEJAK_")}
    process = subprocess.Popen([sys.executable, "-m", *command], env={**kept, **(env or {})})
    try:
        _wait(process, port)
        yield Server(port, (process.pid, *pids))
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"a server of the benchmark ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("a server of the benchmark did not start")


@contextmanager
def bare_server() -> Iterator[Server]:
    """The base, served as a node is."""
    [port] = free_ports(1, None)
    options = ("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning")
    with serving("uvicorn", "services.simulator.bench.bare:app", "--port", str(port), *options, port=port) as server:
        yield server
