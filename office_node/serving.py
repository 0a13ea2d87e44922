"""A node's web server: uvicorn with its quick loop and parser, and a collector that need not look at what stays."""

import gc
import socket
from typing import Any

import uvicorn


def serve_until_told(application: Any, listener: socket.socket) -> bool:
    """Serve on this socket until SIGTERM or SIGINT; False if the application did not start."""
    config = uvicorn.Config(
        application,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    spare_the_collector()
    server.run(sockets=[listener])
    return server.started


def spare_the_collector() -> None:
    """What is loaded now stays, and is not looked at again: that took a seventh of all processor time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)
