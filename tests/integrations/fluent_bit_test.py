"""Fluent Bit's side of packaging/integrations/fluent-bit, which Debian does not ship: what out_tcp sends and in_tcp takes
(a JSON object per line), and how in_exec reads a child (through /bin/sh, with fgets into a buffer of buf_size)."""

import json
import pathlib
import socket
import subprocess
import unittest

from peers import PATIENCE_S, PIISCRUB, RAW, PeerTest, message, scrubbed_lines, send


def record(number, escaped):
    """What out_tcp sends with `format json_lines` of a record of in_tail; `escaped`: with json.escape_unicode on."""
    text = {"date": 1763716442.25 + number, "log": message(number)[0]}
    return json.dumps(text, separators=(",", ":"), ensure_ascii=escaped) + "\n"


class FluentBit(PeerTest):
    def start_out_and_back(self):
        self.back = socket.create_server((self.address, 0))
        self.addCleanup(self.back.close)
        self.back.settimeout(PATIENCE_S)
        there = self.port()
        configuration = self.install_service("fluent-bit/piiscrub.toml", {
            "127.0.0.1:5170": f"{self.address}:{there}",
            "127.0.0.1:5171": f"{self.address}:{self.back.getsockname()[1]}"})
        self.service = self.start_service(configuration)
        return self.address, there

    def take_back(self, count):
        """As in_tcp: the records of one connection."""
        connection, _ = self.back.accept()
        connection.settimeout(PATIENCE_S)
        with connection, connection.makefile("rb") as lines:
            return [lines.readline() for _ in range(count)]

    def test_records_go_out_and_come_back(self):
        for escaped in (True, False):
            with self.subTest(escaped=escaped):
                there = self.start_out_and_back()
                sent = [record(number, escaped) for number in range(1, 3001)]
                send(there, "".join(sent).encode())
                got = self.take_back(3000)
                self.assertEqual([json.loads(line)["log"] for line in got], scrubbed_lines(1, 3000))
                for number, line in enumerate(got, 1):
                    self.assertNotRegex(line, RAW)
                    if number % 5 in (0, 4):  # nothing planted: the bytes are the same
                        self.assertEqual(line.decode(), sent[number - 1])
                self.assertNotRegex(self.metrics().encode(), RAW)
                self.assertEqual(self.service.stop(), 0)
                self.expect_no_leak()

    def test_a_chunk_in_pieces_and_a_second_connection(self):
        there = self.start_out_and_back()
        data = "".join(record(number, True) for number in range(1, 21)).encode()
        with socket.create_connection(there) as first:
            first.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for at in range(0, len(data), 7):
                first.sendall(data[at:at + 7])
            got = self.take_back(20)
        self.assertEqual([json.loads(line)["log"] for line in got], scrubbed_lines(1, 20))

    def start_in_exec(self, lines):
        """The command of fluent-bit-exec.yaml, as in_exec starts it."""
        logs = self.directory / "raw"
        configuration = self.install("fluent-bit/piiscrub-exec.toml", "exec.toml", {
            "/var/log/app": logs, "/var/lib/fluent-bit/piiscrub": self.directory / "state"})
        recipe = pathlib.Path(__file__).resolve().parents[2] / "packaging/integrations/fluent-bit/fluent-bit-exec.yaml"
        command = next(line.split("command:")[1].strip() for line in recipe.read_text().split("\n") if "command:" in line)
        self.assertIn("exec piiscrub run -c /etc/piiscrub/fluent-bit-exec.toml", command)
        command = command.replace("/etc/piiscrub/fluent-bit-exec.toml", str(configuration)).replace("piiscrub", PIISCRUB, 1)
        (logs / "app.log").write_text(lines)
        return self.start("in_exec", ["/bin/sh", "-c", command], stdout=subprocess.PIPE)

    def test_in_exec_reads_each_line_as_it_comes(self):
        child = self.start_in_exec("".join(message(number)[0] + "\n" for number in range(1, 101)))
        pipe = child.process.stdout
        self.addCleanup(pipe.close)
        buf_size = 1 << 20
        got = [pipe.readline(buf_size).decode().rstrip("\n") for _ in range(100)]
        self.assertEqual(got, scrubbed_lines(1, 100))
        for number in range(101, 111):  # one at a time: nothing waits for a buffer to fill
            with open(self.raw / "app.log", "a") as log:
                log.write(message(number)[0] + "\n")
            self.assertEqual(pipe.readline(buf_size).decode(), message(number)[1] + "\n")
        self.expect_no_leak()

    def test_in_exec_goes_on_where_it_stood(self):
        child = self.start_in_exec(message(1)[0] + "\n")
        self.assertEqual(child.process.stdout.readline().decode(), message(1)[1] + "\n")
        self.assertEqual(child.stop(), 0)
        child.process.stdout.close()
        child = self.start_in_exec(message(1)[0] + "\n" + message(2)[0] + "\n")
        self.addCleanup(child.process.stdout.close)
        self.assertEqual(child.process.stdout.readline().decode(), message(2)[1] + "\n")

    def test_in_exec_ends_with_its_reader_and_loses_nothing(self):
        child = self.start_in_exec(message(1)[0] + "\n")
        self.assertEqual(child.process.stdout.readline().decode(), message(1)[1] + "\n")
        child.process.stdout.close()
        lines = "".join(message(number)[0] + "\n" for number in (1, 2))
        (self.raw / "app.log").write_text(lines)
        self.assertIn(child.process.wait(PATIENCE_S), range(0, 126))  # the codes that in_exec passes on
        child = self.start_in_exec(lines)
        self.addCleanup(child.process.stdout.close)
        line = child.process.stdout.readline().decode()
        if line == message(1)[1] + "\n":  # killed before its checkpoint: at least once
            line = child.process.stdout.readline().decode()
        self.assertEqual(line, message(2)[1] + "\n")
        self.expect_no_leak()


if __name__ == "__main__":
    unittest.main()
