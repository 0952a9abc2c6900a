"""logrotate before and behind piiscrub: it rotates the logs that are read, and with packaging/piiscrub.logrotate what is written."""

import gzip
import os
import subprocess
import unittest

from peers import SOURCE, PeerTest, message, raw_text, scrubbed_lines


class Logrotate(PeerTest):
    def setUp(self):
        super().setUp()
        self.log = self.raw / "app.log"
        self.scrubbed = self.directory / "scrubbed"
        self.scrubbed.mkdir()
        self.output = self.scrubbed / "app.log"
        configuration = self.directory / "piiscrub.toml"
        configuration.write_text(f'config_version = 1\n[service]\nstate_directory = "{self.directory}/state"\n'
                                 f'[[pipeline]]\nsources = ["file:{self.raw}/*.log"]\nsinks = ["file:{self.output}"]\n')
        self.service = self.start_service(configuration)

    def append(self, first, last):
        with open(self.log, "a", encoding="utf-8") as log:
            log.write(raw_text(first, last))

    def rotate(self, text):
        configuration = self.directory / "logrotate.conf"
        configuration.write_text(text)
        configuration.chmod(0o644)
        subprocess.run(["/usr/sbin/logrotate", "--force", "--state", f"{self.directory}/logrotate.state", str(configuration)],
                       check=True, capture_output=True)

    def test_what_is_read_is_rotated(self):
        for round_, how in enumerate(["create", "copytruncate", "create\ndelaycompress\ncompress", "copytruncate"]):
            first = 1 + 500 * round_
            self.append(first, first + 499)
            self.expect_messages(self.output, 1, first + 499)
            self.rotate(f"{self.log} {{\nrotate 9\n{how}\n}}\n")
        self.append(2001, 2500)
        self.expect_messages(self.output, 1, 2500)
        self.assertTrue((self.raw / "app.log.1").exists())
        self.expect_no_leak()

    def rotate_output(self):
        """With the snippet, told whom to signal where there is no systemd."""
        snippet = (SOURCE / "packaging" / "piiscrub.logrotate").read_text()
        command = next(line for line in snippet.split("\n") if "systemctl" in line)
        for old, new in {"/var/log/scrubbed": str(self.scrubbed), "su piiscrub piiscrub": "",
                         command: f"kill -HUP {self.service.process.pid}"}.items():
            self.assertIn(old, snippet)
            snippet = snippet.replace(old, new)
        before = os.stat(self.output).st_ino
        self.rotate(snippet)
        self.wait_until(lambda: self.output.exists() and os.stat(self.output).st_ino != before, "the new output")

    def test_what_is_written_is_rotated(self):
        for round_ in range(3):
            self.append(1 + 500 * round_, 500 + 500 * round_)
            last = message(500 + 500 * round_)[1]
            self.wait_until(lambda: self.messages_in(self.output)[-1:] == [last], last)
            self.rotate_output()
        self.append(1501, 2000)
        self.expect_messages_all(1, 2000)
        self.assertTrue((self.scrubbed / "app.log.2.gz").exists())

    def expect_messages_all(self, first, last):
        end = message(last)[1]
        self.wait_until(lambda: self.messages_in(self.output)[-1:] == [end], end)
        text = ""
        for path in (*(self.scrubbed / f"app.log.{number}.gz" for number in (3, 2)), self.scrubbed / "app.log.1", self.output):
            text += (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode()
        self.assertEqual(text.splitlines(), scrubbed_lines(first, last))


if __name__ == "__main__":
    unittest.main()
