"""What the tests of packaging/integrations share: a directory and an address of their own, certificates, the service,
messages with planted values, and the search for what must not come out.

The tests run the configurations of packaging/integrations themselves; only paths, addresses and ports are replaced.
An address of 127.0.0.0/8 that nobody else uses keeps tests apart that run at the same time.
"""

import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
RECIPES = SOURCE / "packaging" / "integrations"
PIISCRUB = os.environ.get("PIISCRUB_BINARY", str(SOURCE / "build" / "release" / "piiscrub"))
PATIENCE_S = 120  # reached only when a test fails

# What `message` plants, however it is numbered.
RAW = re.compile(rb"user\d+@example|4000\d{12}|Sesam-\d")


def card(number):
    """A card number that passes its check digit, another one for each number."""
    digits = f"40000012{number:07}"
    total = sum(sum(divmod(int(d) * (2 if i % 2 == 0 else 1), 10)) for i, d in enumerate(digits))
    return digits + str(-total % 10)


def message(number):
    """Message `number` as it goes in, and as it must come out."""
    start = f"seq={number:06}"
    kind = number % 5
    if kind == 1:
        return f"{start} login of user{number}@example.com from the web", f"{start} login of [EMAIL] from the web"
    if kind == 2:
        return f"{start} charged {card(number)} for 2 items", f"{start} charged [CARD] for 2 items"
    if kind == 3:
        return f"{start} connect with password=Sesam-{number}-auf ok", f"{start} connect with password=[PASSWORD] ok"
    if kind == 4:
        raw = f'{start} GET /items/{number}?page=2 HTTP/1.1" 200 17'
    else:
        raw = f"{start} order ORD-2026-{number:06} done in {number} ms – größer, ‘quoted’"
    return raw, raw


def raw_text(first, last):
    return "".join(message(number)[0] + "\n" for number in range(first, last + 1))


def scrubbed_lines(first, last):
    return [message(number)[1] for number in range(first, last + 1)]


class Process:
    """A program whose output goes to files in `directory`."""

    def __init__(self, name, command, directory, environment=None, **options):
        self.name = name
        self.log = pathlib.Path(directory) / f"{name}.log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=options.pop("stdout", log), stderr=log,
                env={**os.environ, **(environment or {})}, **options)

    def stop(self, number=signal.SIGTERM):
        """Returns the exit code, minus the number of the signal that ended it, or its code if it had ended."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


class PeerTest(unittest.TestCase):
    longMessage = True
    maxDiff = 4000

    def setUp(self):
        self._temporary = tempfile.TemporaryDirectory(prefix="piiscrub-peer-")
        self.addCleanup(self._temporary.cleanup)
        self.directory = pathlib.Path(self._temporary.name)
        self.raw = self.directory / "raw"  # what goes in, which is not searched for leaks
        self.raw.mkdir()
        self.address = ".".join(["127", *(str(random.randint(1, 254)) for _ in range(3))])
        self.processes = []
        self.addCleanup(self._end_all)

    def _end_all(self):
        for process in self.processes:
            process.stop(signal.SIGKILL)

    def start(self, name, command, environment=None, **options):
        process = Process(name, command, self.directory, environment, **options)
        self.processes.append(process)
        return process

    def port(self, kind=socket.SOCK_STREAM):
        """A port that is free at this test's address."""
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.bind((self.address, 0))
            return probe.getsockname()[1]

    def install(self, recipe, target, replacements):
        """Copies a file of packaging/integrations into the test's directory. Every text to replace must be in it."""
        text = (RECIPES / recipe).read_text()
        for old, new in replacements.items():
            self.assertIn(old, text, recipe)
            text = text.replace(old, str(new))
        path = self.directory / target
        path.write_text(text)
        return path

    def install_service(self, recipe, replacements, target="piiscrub.toml"):
        """The same for a configuration of piiscrub. Its state and metrics stand in the test's directory."""
        path = self.install(recipe, target, replacements)
        text = path.read_text().replace("/run/piiscrub/metrics.sock", str(self.directory / "metrics"))
        if "state_directory" not in text:
            text = text.replace("[service]\n", f'[service]\nstate_directory = "{self.directory}/state"\n', 1)
        path.write_text(text)
        return path

    def start_service(self, configuration, wait=True, **options):
        """Starts `piiscrub run` and waits until it says that it is ready."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
            notify = self.directory / "notify"
            notify.unlink(missing_ok=True)
            supervisor.bind(str(notify))
            supervisor.settimeout(PATIENCE_S)
            service = self.start("piiscrub", [PIISCRUB, "run", "-c", str(configuration)],
                                 {"NOTIFY_SOCKET": str(notify)}, **options)
            while wait and b"READY=1" not in supervisor.recv(4096):
                pass
        return service

    def start_rsyslog(self, recipe, replacements):
        """An rsyslog that has nothing but this recipe, and a socket for logger: `log` in a directory of its name."""
        name = pathlib.Path(recipe).stem
        included = self.install(recipe, f"{name}.conf", replacements)
        work = self.directory / name
        work.mkdir(exist_ok=True)
        (work / "rsyslog.conf").write_text(
            f'global(workDirectory="{work}")\n'
            'module(load="imuxsock" sysSock.use="off")\n'
            f'input(type="imuxsock" socket="{work}/log" rateLimit.interval="0")\n'
            f'include(file="{included}")\n')
        rsyslog = self.start(name, ["/usr/sbin/rsyslogd", "-n", "-f", f"{work}/rsyslog.conf", "-i", f"{work}/pid"])
        self.wait_until((work / "log").exists, "rsyslog's socket")
        return rsyslog

    def metrics(self):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(self.directory / "metrics"))
            return b"".join(iter(lambda: client.recv(65536), b"")).decode()

    def wait_until(self, holds, what):
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            if time.monotonic() > deadline:
                self.fail(f"not within {PATIENCE_S} s: {what}\n{self.logs()}")
            time.sleep(0.02)

    def logs(self):
        return "\n".join(f"--- {p.log.name}\n{p.log.read_text(errors='replace')[-2000:]}" for p in self.processes)

    def messages_in(self, path):
        """The messages in a log, without what a peer puts in front of them and what it says itself."""
        if not path.exists():
            return []
        lines = path.read_text(errors="surrogateescape").split("\n")
        return [line[line.index("seq="):] for line in lines if "seq=" in line]

    def expect_messages(self, path, first, last):
        """Waits for messages first to last in `path`: none lost, none twice, in order, none with a planted value."""
        wanted = scrubbed_lines(first, last)
        self.wait_until(lambda: len(self.messages_in(path)) >= len(wanted), f"{len(wanted)} messages in {path.name}")
        self.assertEqual(self.messages_in(path), wanted)

    def expect_no_leak(self):
        """No planted value is in any file of the test but its input: outputs, state, logs of all programs."""
        for path in self.directory.rglob("*"):
            if path.is_file() and self.raw not in path.parents:
                self.assertNotRegex(path.read_bytes(), RAW, path.name)

    def certificates(self, *names):
        """An authority and a certificate and key for each name, valid for this test's address too, in `tls/`."""
        tls = self.directory / "tls"
        tls.mkdir()
        (tls / "openssl.cnf").write_text(
            "[req]\ndistinguished_name = dn\nprompt = no\n[dn]\nCN = $ENV::NAME\n"
            "[authority]\nbasicConstraints = critical, CA:TRUE\nsubjectKeyIdentifier = hash\n"
            "[leaf]\nbasicConstraints = critical, CA:FALSE\nsubjectAltName = DNS:$ENV::NAME, IP:" + self.address + "\n")

        def make(name, section, *more):
            stem = str(tls / name.split(".")[0])
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                 "2", "-config", str(tls / "openssl.cnf"), "-extensions", section, "-keyout", stem + ".key", "-out",
                 stem + ".pem", *more], check=True, capture_output=True, env={**os.environ, "NAME": name})

        make("ca", "authority")
        for name in names:
            make(name, "leaf", "-CA", str(tls / "ca.pem"), "-CAkey", str(tls / "ca.key"))
        return tls


def send(address, data):
    """A connection that sends `data` and closes."""
    with socket.create_connection(address, timeout=PATIENCE_S) as connection:
        connection.sendall(data)
