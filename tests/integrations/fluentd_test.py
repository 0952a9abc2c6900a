"""Fluentd's side of packaging/integrations/fluentd, which Debian does not ship: exec_filter writes records to a child's
standard input and reads them from its standard output; exec runs a command with a chunk's path and reads its exit code."""

import json
import re
import subprocess
import unittest

from peers import PIISCRUB, RAW, RECIPES, PeerTest, message, raw_text, scrubbed_lines


def as_json(text):
    return json.dumps({"message": text}, separators=(",", ":"), ensure_ascii=False)


def as_tsv(text):
    return f"raw.app\t1763716442\t{text}"


class Fluentd(PeerTest):
    def command_in(self, recipe):
        """The words of `command`, as Fluentd would start it."""
        words = re.search(r"^  command (.*)$", (RECIPES / "fluentd" / recipe).read_text(), re.MULTILINE)[1].split()
        self.assertEqual(words[0], "piiscrub")
        return [PIISCRUB, *words[1:]]

    def start_filter(self):
        child = subprocess.Popen(self.command_in("fluent.conf"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE)
        self.addCleanup(child.kill)
        for stream in (child.stdin, child.stdout, child.stderr):
            self.addCleanup(stream.close)
        return child

    def test_exec_filter_answers_each_chunk_before_the_next(self):
        for encode in (as_json, as_tsv):
            with self.subTest(format=encode.__name__):
                child = self.start_filter()
                for first in range(1, 501, 50):  # the child may not wait for more than it is given
                    chunk = [encode(message(number)[0]) for number in range(first, first + 50)]
                    child.stdin.write(("\n".join(chunk) + "\n").encode())
                    child.stdin.flush()
                    got = [child.stdout.readline().decode().rstrip("\n") for _ in chunk]
                    self.assertEqual(got, [encode(message(number)[1]) for number in range(first, first + 50)])
                child.stdin.close()
                self.assertEqual(child.stdout.read(), b"")
                self.assertEqual(child.wait(), 0)
                self.assertEqual(child.stderr.read(), b"")

    def exec_chunk(self, chunk, into):
        command = [word.replace("/var/log/scrubbed", str(into)) for word in self.command_in("fluent-exec.conf")]
        self.assertIn(str(into), command)
        return subprocess.run([*command, str(chunk)], capture_output=True, check=False)

    def test_exec_commits_a_chunk_that_is_written(self):
        clean = self.directory / "clean"
        clean.mkdir()
        chunk = self.raw / "exec.b64a1b2c3.log"
        chunk.write_text("".join(as_json(line) + "\n" for line in raw_text(1, 1000).splitlines()))
        for _ in range(2):  # a chunk that Fluentd did not see committed is given again
            done = self.exec_chunk(chunk, clean)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))
            self.assertEqual([path.name for path in clean.iterdir()], [chunk.name])
            got = (clean / chunk.name).read_text().splitlines()
            self.assertEqual(got, [as_json(line) for line in scrubbed_lines(1, 1000)])
        self.expect_no_leak()

    def test_exec_keeps_a_chunk_that_could_not_be_written(self):
        chunk = self.raw / "chunk"
        chunk.write_text(raw_text(1, 10))
        failed = self.exec_chunk(chunk, "/dev/full")
        self.assertNotEqual(failed.returncode, 0)
        self.assertNotRegex(failed.stdout + failed.stderr, RAW)
        failed = self.exec_chunk(chunk, self.directory / "missing" / "clean")
        self.assertNotEqual(failed.returncode, 0)
        self.assertNotRegex(failed.stdout + failed.stderr, RAW)
        self.expect_no_leak()


if __name__ == "__main__":
    unittest.main()
