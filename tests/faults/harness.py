"""What the rows of the fault table share: numbered lines with planted values, what is wrong with those that come out, the
service under test, a writer that rotates its log, and a collector.

A row does something to a service again and again and returns what to print. It fails by `Failed`. What it relies on must be
able to fail, so each row ends with a negative control: the same judgement about something that is wrong, or the same
attempt without the fault.
"""

import array
import collections
import contextlib
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integrations"))
from peers import PATIENCE_S, RAW, message  # noqa: E402

KINDS = ("lost", "doubled", "torn", "raw")


class Failed(Exception):
    pass


class NotHere(Exception):
    """This machine does not let the row do what it does."""


def expect(holds, what):
    if not holds:
        raise Failed(what)


def wait_until(holds, what, patience=PATIENCE_S):
    deadline = time.monotonic() + patience
    while not (result := holds()):
        if time.monotonic() > deadline:
            raise Failed(f"not within {patience} s: {what}")
        time.sleep(0.01)
    return result


def raw_lines(first, last):
    return "".join(message(number)[0] + "\n" for number in range(first, last + 1)).encode()


def number_of(line):
    """Of a numbered line; 0: it is none."""
    digits = line[4:].split(b" ", 1)[0]
    return int(digits) if line.startswith(b"seq=") and digits.isdigit() and len(digits) < 10 else 0


class Findings:
    """What is wrong with the lines of one output."""

    def __init__(self):
        self.seen = array.array("I", [0])  # by number: from which source the line came last, 0: it did not
        self.wrong = collections.Counter()  # (kind, number of a line, source that sent it again or 0)
        self.last = 0

    def add(self, line, source=0):
        """`source`: a number from 1, for sources that are not ordered among each other."""
        number = number_of(line)
        if number == 0 or line != message(number)[1].encode():
            if RAW.search(line):
                self.wrong["raw", number or self.last, 0] += 1
            self.wrong["torn", self.last + 1, 0] += 1
            return
        if number >= len(self.seen):
            self.seen.extend([0] * (number - len(self.seen) + 1))
        if self.seen[number]:
            self.wrong["doubled", number, source and max(source, self.seen[number])] += 1
        elif source == 0 and number < self.last:
            self.wrong["out of order", number, 0] += 1
        self.seen[number] = source or 1
        self.last = number

    def add_all(self, data, source=0):
        """Whole lines; what follows the last LF is torn."""
        *lines, rest = data.split(b"\n")
        for line in lines:
            self.add(line, source)
        if rest:
            self.add(rest + b"?", source)

    def has(self, number):
        return number < len(self.seen) and self.seen[number] != 0

    def missing(self, count):
        return [number for number in range(1, count + 1) if not self.has(number)]

    def summary(self, count):
        missing = self.missing(count)
        if not missing:
            return f"all {count} lines"
        return f"{count - len(missing)} of {count} lines; {missing[0]} is the first and {missing[-1]} the last that is missing"

    def finish(self, count):
        for number in self.missing(count):
            self.wrong["lost", number, 0] += 1

    def counts(self):
        totals = collections.Counter()
        for (kind, _, _), count in self.wrong.items():
            totals[kind] += count
        return totals


def judged(data, count, ordered=True, may_double=False):
    """The counts of what is wrong with the lines in `data`, of which there must be `count`; and whether that is allowed."""
    findings = Findings()
    findings.add_all(data, 0 if ordered else 1)
    findings.finish(count)
    totals = findings.counts()
    allowed = {"doubled"} if may_double else set()
    text = ", ".join(f"{totals[kind]} {kind}" for kind in (*KINDS, *(["out of order"] if totals["out of order"] else [])))
    return text, not any(count for kind, count in totals.items() if kind not in allowed)


def verdict(data, count, ordered=True, may_double=False):
    """What to print of an output. Its negative control: a part of it with one fault of each kind is not accepted."""
    text, right = judged(data, count, ordered, may_double)
    expect(right, f"{text} of {count} lines")
    count = min(count, 500)
    lines = [line for line in data.split(b"\n") if number_of(line) in range(1, count + 1)] + [b""]
    middle = len(lines) // 2
    planted = message(6)[0].encode()
    wrong = {"lost": [line for line in lines if line != lines[middle]],
             "torn": lines[:middle] + [lines[middle][:-1]] + lines[middle:],
             "raw": lines[:middle] + [planted] + lines[middle:]}
    if not may_double:
        wrong["doubled"] = lines[:middle] + [lines[middle]] + lines[middle:]
    for kind, changed in wrong.items():
        expect(f"0 {kind}" not in judged(b"\n".join(changed), count, ordered, may_double)[0], f"{kind}: not noticed")
    return text


class Service:
    """`piiscrub run` in a directory of its own: `in/` holds what goes in, anything else must hold no planted value."""

    def __init__(self, binary, shim=None, shared_hs=None):
        """`shared_hs`: the same binary, but for libhs, which is loaded and not linked in, so that `shim` can take its place."""
        self.binary = binary
        self.shim = shim
        self.shared_hs = shared_hs
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="piiscrub-fault-"))
        self.inputs = self.directory / "in"
        self.inputs.mkdir()
        self.log = self.inputs / "app.log"
        self.output = self.directory / "out.log"
        self.process = None
        self.configure()

    def configure(self, source=None, sink=None, pipeline="", service=""):
        """`pipeline`, `service`: more lines of these tables."""
        sources = f'sources = ["{source or f"file:{self.inputs}/*.log"}"]\n' if source != "" else ""
        sinks = f'sinks = ["{sink or f"file:{self.output}"}"]\n' if sink != "" else ""
        (self.directory / "piiscrub.toml").write_text(
            f'config_version = 1\n[service]\nstate_directory = "{self.directory}/state"\n'
            f'metrics_socket = "{self.directory}/metrics"\n{service}[[pipeline]]\nname = "app"\n{sources}{sinks}{pipeline}')

    def start(self, wait=True, fault="", limits=()):
        """`fault`: what the shim is to do, see shim.cc. `limits`: for setrlimit()."""
        environment = dict(os.environ)
        binary = self.shared_hs if "hs_scan" in fault else self.binary
        if fault:
            expect(self.shim and binary, "no shim was built")
            # The sanitizer's runtime must come first; it is part of the binary's needs.
            sanitizer = f"{environment.get('ASAN_OPTIONS', '')}:verify_asan_link_order=0".strip(":")
            environment |= {"LD_PRELOAD": self.shim, "PIISCRUB_FAULT": fault, "ASAN_OPTIONS": sanitizer}

        def limit():
            for which, most in limits:
                resource.setrlimit(which, (most, resource.getrlimit(which)[1]))

        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
            notify = self.directory / "notify"
            notify.unlink(missing_ok=True)
            supervisor.bind(str(notify))
            supervisor.settimeout(0.2)
            environment["NOTIFY_SOCKET"] = str(notify)
            with open(self.directory / "service.log", "ab") as log:
                self.process = subprocess.Popen([binary, "run", "-c", str(self.directory / "piiscrub.toml")],
                                                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                                                cwd=self.directory, preexec_fn=limit)
            deadline = time.monotonic() + PATIENCE_S
            while wait and self.process.poll() is None:
                with contextlib.suppress(TimeoutError):
                    if b"READY=1" in supervisor.recv(4096):
                        return
                expect(time.monotonic() < deadline, f"the service is never ready\n{self.messages()}")

    def kill(self):
        self.expect_silent()
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.expect_silent()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE_S)
        expect(code == 0, f"the service ended with {code}\n{self.messages()}")

    def hang_up(self):
        self.process.send_signal(signal.SIGHUP)

    def expect_silent(self):
        for name in ("cmdline", "environ"):
            with contextlib.suppress(OSError):
                expect(not RAW.search(pathlib.Path(f"/proc/{self.process.pid}/{name}").read_bytes()), f"a leak in {name}")

    def messages(self):
        log = self.directory / "service.log"
        return log.read_text(errors="replace")[-3000:] if log.exists() else ""

    def metrics(self):
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(PATIENCE_S)
            client.connect(str(self.directory / "metrics"))
            return b"".join(iter(lambda: client.recv(65536), b"")).decode()

    def metric(self, name):
        """The sum of a metric over its labels."""
        return sum(float(value) for value in re.findall(rf"(?m)^{name}(?:{{.*}})? ([0-9.e+]+)$", self.metrics()))

    def rss_kib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def port_of_source(self):
        """The port that a `…:0` source got."""
        return wait_until(lambda: self.metrics() and self._listening_port(), "a listening socket")

    def _listening_port(self):
        inodes = set()
        for link in pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                inodes.add(os.readlink(link))
        for table in ("tcp", "udp"):
            for line in pathlib.Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                if f"socket:[{fields[9]}]" in inodes and fields[3] in ("0A", "07"):
                    return int(fields[1].split(":")[1], 16)
        return None

    def output_bytes(self):
        return self.output.read_bytes() if self.output.exists() else b""

    def wait_for_line(self, number):
        last = (message(number)[1] + "\n").encode()
        wait_until(lambda: self.output_bytes().endswith(last), f"line {number} in the output\n{self.messages()}")

    def wait_for_lines(self, count):
        wait_until(lambda: self.output_bytes().count(b"\n") >= count, f"{count} lines in the output\n{self.messages()}")

    def expect_no_leak(self):
        """In nothing but what went in: outputs, state, logs, whatever a core would have left."""
        for path in self.directory.rglob("*"):
            if path.is_file() and self.inputs not in path.parents:
                expect(not RAW.search(path.read_bytes()), f"a planted value is in {path.name}")
                expect(not path.name.startswith("core"), "a core was dumped")

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


    def expect_memory(self, more_kib, most_mib):
        """That it takes no more than `most_mib` more; sanitizers keep what was freed."""
        linked = subprocess.run(["ldd", self.binary], capture_output=True, check=False).stdout
        most = most_mib * (8 if b"libasan" in linked or b"libtsan" in linked else 1)
        expect(more_kib < most * 1024, f"{more_kib / 1024:.1f} MiB more memory")


class Writer:
    """Writes numbered lines to a log until it is told to stop, as an application does that is rotated by others."""

    def __init__(self, path, lines_per_second, first=1):
        self.path = pathlib.Path(path)
        self.rate = lines_per_second
        self.written = first - 1
        self.lock = threading.Lock()  # held while a line is on its way: who rotates takes it to do so in between
        self.fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        began, first = time.monotonic(), self.written
        while not self.ended.wait(0.002):
            due = int((time.monotonic() - began) * self.rate) - (self.written - first)
            if due > 0:
                with self.lock:
                    self.write(min(due, 2000))

    def write(self, count):
        data = raw_lines(self.written + 1, self.written + count)
        self.written += count
        os.write(self.fd, data)

    def rename(self):
        """Renames the log, writes some more to it as long as the new one is not open, and goes on in the new one."""
        with self.lock:
            shift(self.path)
            self.path.rename(self.path.with_name(self.path.name + ".1"))
            self.write(3)
            os.close(self.fd)
            self.fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def copytruncate(self):
        with self.lock:
            shift(self.path)
            shutil.copyfile(self.path, self.path.with_name(self.path.name + ".1"))
            os.ftruncate(self.fd, 0)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
        os.close(self.fd)


def shift(path, kept=60):
    """Rotated files become one older."""
    for number in range(kept, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        if older.exists():
            older.rename(path.with_name(f"{path.name}.{number + 1}"))


class Collector:
    """Takes connections and keeps what they bring, by connection. Can stop reading, and be dead."""

    def __init__(self):
        self.address = None
        self.received = []  # bytearrays
        self.reading = threading.Event()
        self.reading.set()
        self.connections = []
        self.readers = []
        self.server = None
        self.listen()

    def listen(self):
        self.server = socket.create_server(self.address or ("127.0.0.1", 0))
        self.address = self.server.getsockname()
        threading.Thread(target=self.accept, args=(self.server,), daemon=True).start()

    def accept(self, server):
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            self.connections.append(connection)
            self.received.append(bytearray())
            self.readers.append(threading.Thread(target=self.read, args=(connection, self.received[-1]), daemon=True))
            self.readers[-1].start()

    def read(self, connection, data):
        while True:
            self.reading.wait()
            try:
                got = connection.recv(262144)
            except OSError:
                return
            if not got:
                return
            data += got

    def die(self):
        """Closes everything at once: what was not read is gone, and who still sends gets a reset."""
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                connection.shutdown(socket.SHUT_RD)
                connection.close()
        self.connections.clear()

    def lines(self):
        """All whole lines; one that a connection's end has cut comes again."""
        return b"".join(bytes(data[:data.rfind(b"\n") + 1]) for data in list(self.received))

    def wait_for_line(self, number):
        text = message(number)[1].encode() + b"\n"
        wait_until(lambda: any(data.rfind(text) >= 0 for data in list(self.received)), f"line {number} at the collector")

    def finish(self):
        """Waits for the ends of all connections. The service must have ended."""
        for reader in list(self.readers):
            reader.join(PATIENCE_S)
