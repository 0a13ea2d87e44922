"""Real processes for the demonstration: a directory and one node per office on loopback, and no debris afterwards."""

import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

_PDEATHSIG = 1
_START_TIMEOUT_S = 60.0


class DemoError(Exception):
    """Something that the user must be told in one line; the demonstration could not be given."""


class StoryError(DemoError):
    """The nodes ran, and did not do what the story needs."""


def free_ports(count: int, base: int | None) -> list[int]:
    """Ports that nobody listens on; DemoError if one of a wanted row is taken."""
    with ExitStack() as held:  # all at once, so that no two are the same
        listeners = [held.enter_context(socket.socket()) for _ in range(count)]
        for index, listener in enumerate(listeners):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections just ended do not count
            try:
                listener.bind(("127.0.0.1", 0 if base is None else base + index))
            except OSError as error:
                raise DemoError(f"port {(base or 0) + index} is taken; choose another --port-base") from error
        return [listener.getsockname()[1] for listener in listeners]


def _ending(code: int) -> str:
    return f"exit {code}" if code >= 0 else f"killed by signal {-code}"


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)


@dataclass
class Stand:
    """A folder, the processes started in it, and how to end them all."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="jejak-demo-")))
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _cleaner: "subprocess.Popen[bytes]" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """A shell that outlives this process: when its input ends, by kill -9 too, it removes the folder."""
        self._cleaner = subprocess.Popen(
            ["/bin/sh", "-c", 'read -r _; while ! rm -rf "$0" 2>/dev/null; do sleep 1; done', str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def run(self, *command: str, env: dict[str, str]) -> str:
        """Run a command of `jejak` to its end; its output, or DemoError with its last line."""
        done = subprocess.run(self._jejak(*command), env=self._env(env), capture_output=True, text=True, check=False)
        if done.returncode:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no output"]
            raise DemoError(f"jejak {' '.join(command[:2])} failed: {last[0][:300]}")
        return done.stdout

    def spawn(self, name: str, *command: str, env: dict[str, str]) -> None:
        """Start a command of `jejak` that stays; its output goes to a file in the folder."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(
                self._jejak(*command),
                env=self._env(env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )

    def wait_ready(self, name: str, url: str, *, path: str = "/readyz") -> None:
        """Until it answers; DemoError if it dies or does not come."""
        deadline = time.monotonic() + _START_TIMEOUT_S
        while time.monotonic() < deadline:
            self.check(name)
            try:
                if httpx.get(url + path, timeout=2, trust_env=False).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise DemoError(f"{name} did not get ready in {_START_TIMEOUT_S:.0f} s")

    def check(self, name: str) -> None:
        """DemoError with the last line of its log if the process has ended by itself."""
        child = self.children[name]
        if child.poll() is not None:
            log = (self.folder / f"{name}.log").read_text(errors="replace").strip().splitlines()
            last = f": {log[-1][:300]}" if log else ""
            raise DemoError(f"the process of {name} ended unexpectedly ({_ending(child.returncode)}){last}")

    def check_all(self) -> None:
        """`check` for every process that should run."""
        for name in list(self.children):
            self.check(name)

    def kill(self, name: str) -> None:
        """Kill -9, as a power cut would."""
        child = self.children.pop(name)
        child.kill()
        child.wait()

    def close(self) -> None:
        """End every process and remove the folder."""
        for child in self.children.values():
            child.terminate()
        for child in self.children.values():
            try:
                child.wait(timeout=8)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self._cleaner.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)

    @staticmethod
    def _jejak(*command: str) -> list[str]:
        return [sys.executable, "-m", "services.jejak", *command]

    @staticmethod
    def _env(extra: dict[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("JEJAK_")}
        return {**kept, **extra}


def write_lines(path: Path, rows: list[dict[str, object]]) -> None:
    """JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
