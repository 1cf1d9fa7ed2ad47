"""The child's side of a worker: take a request, do the work, write the answer, until nobody asks (promise 11).

    python -m bot.adapters.worker_child MODULE MEMORY CPU

MODULE has `answer(request: bytes) -> bytes`; MEMORY is in bytes, CPU in seconds a request. A frame is a length of four
bytes and that many bytes; an answer begins with one of the marks below. Imports are few, because each start pays them.
"""

import importlib
import os
import resource
import struct
import sys
import time
from typing import IO

LENGTH = struct.Struct(">I")
DONE, FAILED = b"+", b"-"  # then the answer; or the name of the exception's class, never its words


def main() -> None:
    """Work until the pipe closes: the parent has no more use for us, or is gone."""
    module, memory, cpu = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    requests, answers = sys.stdin.buffer, _answers()
    _limit_memory(memory)
    while head := requests.read(LENGTH.size):
        request = requests.read(*LENGTH.unpack(head))
        _limit_cpu(cpu)
        answer = _answer(module, request)
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()


def _answers() -> IO[bytes]:
    """Our end of the pipe, out of the reach of a library that prints."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _limit_memory(size: int) -> None:
    # The data limit counts what can really be filled, the address space would also count what libraries only reserve
    # and the files they map. A core file would hold people's words.
    _limit(resource.RLIMIT_DATA, size)
    _limit(resource.RLIMIT_CORE, 0)


def _limit_cpu(seconds: int) -> None:
    # The kernel counts a process's whole life, so the limit moves on with each request.
    _limit(resource.RLIMIT_CPU, int(time.process_time()) + 1 + seconds)


def _limit(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (soft, hard))


def _answer(module: str, request: bytes) -> bytes:
    try:
        # Here, and not at the start, so that a module that can't be imported is answered like any other failure.
        answer: bytes = importlib.import_module(module).answer(request)
    except MemoryError:
        raise  # ends this process: what is left of its memory is of no use
    except Exception as error:
        return FAILED + type(error).__name__.encode()
    return DONE + answer


if __name__ == "__main__":
    main()
