"""CockroachDB's side of packaging/integrations/cockroachdb, which Debian does not ship: a fluent-servers sink writes
batches of JSON lines, an empty line between two entries, and after an error the whole batch again over a new connection."""

import json
import socket
import unittest

from peers import RAW, PeerTest, message, send

BATCH = 40


def entry(number, scrubbed=False):
    """Entry `number` in the format json-fluent-compact, with CockroachDB's marks around what its authors hold sensitive."""
    start = {"tag": "cockroach.dev", "c": 0, "t": f"{1625766470 + number}.804899000", "s": 1, "sev": "I", "g": 7}
    place = {"f": "sql/exec_log.go", "l": 32, "n": number, "r": 1, "tags": {"n": "1"}}
    text = message(number)[1 if scrubbed else 0]
    kinds = [
        {"message": f"{text[:10]} {text[11:]} ‹marked›"},
        {"event": {"Timestamp": 1625766470804896000, "EventType": "query_execute", "ApplicationName": "$ cockroach sql",
                   "Statement": f"INSERT INTO \"\".\"\".users(id, email) VALUES (‹{number}›, "
                                + ("‹'[EMAIL]'›)" if scrubbed else f"‹'user{number}@example.com'›)"),
                   "Tag": "INSERT", "User": "root", "NumRows": 1}},
        {"event": {"Timestamp": 1625766470804896000, "EventType": "node_restart", "NodeID": 1, "LastUp": 1617319541533204000}},
    ]
    return json.dumps(start | place | kinds[number % len(kinds)], separators=(",", ":"), ensure_ascii=False) + "\n"


def batch(first, last, scrubbed=False):
    return "\n".join(entry(number, scrubbed) for number in range(first, last + 1))


class CockroachDb(PeerTest):
    def setUp(self):
        super().setUp()
        self.output = self.directory / "cockroach.log"
        self.server = (self.address, self.port())
        self.service = self.start_service(self.install_service("cockroachdb/piiscrub.toml", {
            "127.0.0.1:5170": f"{self.server[0]}:{self.server[1]}", "/var/log/scrubbed/cockroach.log": self.output}))

    def expect_output(self, text):
        self.wait_until(lambda: self.output.stat().st_size >= len(text.encode()), "the output")
        self.assertEqual(self.output.read_text(), text)

    def test_batches_over_one_connection_are_written_in_order(self):
        wanted = ""
        with socket.create_connection(self.server) as connection:
            for first in range(1, 2001, BATCH):
                connection.sendall(batch(first, first + BATCH - 1).encode())
                wanted += batch(first, first + BATCH - 1, scrubbed=True)
            self.expect_output(wanted)
        metrics = self.metrics()
        self.assertNotRegex(metrics.encode(), RAW)
        self.assertRegex(metrics, r'piiscrub_findings_total{.*action="redact".*} [1-9]')
        self.assertEqual(self.service.stop(), 0)
        self.expect_output(wanted)
        for line in wanted.splitlines():
            self.assertTrue(line == "" or json.loads(line)["n"])
        self.expect_no_leak()

    def test_a_batch_that_is_sent_again_comes_twice_and_the_torn_line_is_one(self):
        torn = batch(1, 6).encode()
        torn = torn[:torn.rindex(b"user4@example.com") + len(b"user4@exa")]
        send(self.server, torn)
        self.wait_until(lambda: b'"n":4,' in self.output.read_bytes(), "the torn batch")
        send(self.server, batch(1, 6).encode())
        whole = batch(1, 6, scrubbed=True)
        self.wait_until(lambda: self.output.read_text().endswith(whole), "the batch again")
        first = self.output.read_text()[:-len(whole)]
        self.assertTrue(first.startswith(batch(1, 3, scrubbed=True) + "\n"))
        self.assertEqual(first.count("\n"), batch(1, 3).count("\n") + 2)
        self.assertNotIn("user4@", first)
        self.expect_no_leak()


if __name__ == "__main__":
    unittest.main()
