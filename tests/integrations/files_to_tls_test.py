"""Log files → piiscrub → rsyslog over TLS, with packaging/integrations/files-to-tls."""

import signal
import unittest

from peers import PeerTest, message, raw_text


class FilesToTls(PeerTest):
    def setUp(self):
        super().setUp()
        self.output = self.directory / "scrubbed.log"
        self.tls = self.certificates("sender.example", "collector.example")
        self.collector = self.port()

    def start_piiscrub(self, **changes):
        return self.start_service(self.install_service("files-to-tls/piiscrub.toml", {
            "/var/log/app": str(self.raw), "tls://collector.example:6514": f"tls://{self.address}:{self.collector}",
            **changes}))

    def start_collector(self):
        return self.start_rsyslog("files-to-tls/collector.conf", {
            "/etc/rsyslog.d/tls": self.tls, '"0.0.0.0" port="6514"': f'"{self.address}" port="{self.collector}"',
            "/var/log/scrubbed.log": self.output})

    def tls_state(self):
        return self.metrics().partition("piiscrub_sink_tls gauge\n")[2].partition("# ")[0]

    def append(self, name, text):
        with open(self.raw / name, "a", encoding="utf-8") as log:
            log.write(text)

    def test_lines_arrive_as_they_are_over_a_rotation(self):
        self.start_piiscrub()
        self.start_collector()
        self.append("app.log", "\tnot a syslog message: <7> {\"seq\": 0}\n" + raw_text(1, 1500))
        self.expect_messages(self.output, 1, 1500)
        self.assertEqual(self.output.read_text().split("\n")[0], "\tnot a syslog message: <7> {\"seq\": 0}")
        (self.raw / "app.log").rename(self.raw / "app.log.1")
        self.append("app.log", raw_text(1501, 3000))
        self.expect_messages(self.output, 1, 3000)
        self.expect_no_leak()

    def test_what_is_written_while_the_collector_is_away_comes_later(self):
        self.start_piiscrub()
        self.append("app.log", raw_text(1, 1000))
        self.wait_until(lambda: "not connected" in self.logs(), "an attempt to connect")
        self.assertTrue(self.tls_state().endswith("} 0\n"), self.tls_state())
        self.start_collector()
        self.expect_messages(self.output, 1, 1000)
        self.assertTrue(self.tls_state().endswith("} 1\n"), self.tls_state())
        self.expect_no_leak()

    def test_nothing_is_lost_over_kills(self):
        self.start_collector()
        for round_ in range(5):
            service = self.start_piiscrub()
            self.append("app.log", raw_text(1 + 200 * round_, 200 + 200 * round_))
            wanted = message(200 * round_ + 150)[1]
            self.wait_until(lambda: wanted in self.messages_in(self.output), wanted)
            self.assertEqual(service.stop(signal.SIGKILL), -signal.SIGKILL)
        self.start_piiscrub()
        last = message(1000)[1]
        self.wait_until(lambda: last in self.messages_in(self.output), last)
        got = set(self.messages_in(self.output))
        self.assertEqual(got, {message(number)[1] for number in range(1, 1001)})
        self.expect_no_leak()

    def test_a_collector_of_another_name_gets_nothing(self):
        self.start_collector()
        self.start_piiscrub(**{'server_name = "collector.example"': 'server_name = "other.example"'})
        self.append("app.log", raw_text(1, 10))
        self.wait_until(lambda: "hostname mismatch" in self.logs(), "the refusal")
        self.assertEqual(self.messages_in(self.output), [])


if __name__ == "__main__":
    unittest.main()
