"""logger → rsyslog → piiscrub → rsyslog, with Debian's rsyslog and packaging/integrations/rsyslog."""

import socket
import subprocess
import unittest

from peers import RAW, PeerTest, raw_text, scrubbed_lines


class Rsyslog(PeerTest):
    def log(self, first, last, to="10-piiscrub"):
        lines = self.raw / "lines"
        lines.write_text(raw_text(first, last))
        subprocess.run(["logger", "--socket", f"{self.directory}/{to}/log", "--tag", "app", "--file", str(lines)],
                       check=True)

    def configure(self, kind=socket.SOCK_STREAM):
        there, back = self.port(kind), self.port(kind)
        self.output = self.directory / "scrubbed.log"
        self.rsyslog = {"127.0.0.1": self.address, '"5514"': f'"{there}"', '"5515"': f'"{back}"',
                        "/var/log/scrubbed.log": self.output}
        service = {"127.0.0.1:5514": f"{self.address}:{there}", "127.0.0.1:5515": f"{self.address}:{back}"}
        if kind == socket.SOCK_DGRAM:
            self.rsyslog |= {"imtcp": "imudp", 'protocol="tcp" tcp_framing="octet-counted"': 'protocol="udp"'}
            service |= {"syslog+tcp": "syslog+udp"}
        self.configuration = self.install_service("rsyslog/piiscrub.toml", service)

    def test_over_tcp_every_message_comes_back_in_order(self):
        self.configure()
        service = self.start_service(self.configuration)
        self.start_rsyslog("rsyslog/10-piiscrub.conf", self.rsyslog)
        self.log(1, 3000)
        self.expect_messages(self.output, 1, 3000)
        metrics = self.metrics()
        self.assertNotRegex(metrics.encode(), RAW)
        self.assertRegex(metrics, r'piiscrub_records_total{pipeline="rsyslog"} 30\d\d\n')
        self.assertRegex(metrics, r"piiscrub_malformed_frames_total{.*} 0\n")
        self.assertEqual(service.stop(), 0)
        self.expect_no_leak()

    def test_over_udp_every_message_comes_back(self):
        self.configure(socket.SOCK_DGRAM)
        self.start_service(self.configuration)
        self.start_rsyslog("rsyslog/10-piiscrub.conf", self.rsyslog)
        self.log(1, 100)
        self.expect_messages(self.output, 1, 100)
        self.expect_no_leak()

    def test_over_tls_all_three_know_each_other(self):
        tls = self.certificates("sender.example", "scrubber.example", "collector.example")
        there, back = self.port(), self.port()
        self.output = self.directory / "scrubbed.log"
        self.start_service(self.install_service("rsyslog/piiscrub-tls.toml", {
            "0.0.0.0:6514": f"{self.address}:{there}",
            "tls://collector.example:6515": f"tls://{self.address}:{back}"}))
        self.start_rsyslog("rsyslog/10-collector-tls.conf", {
            "/etc/rsyslog.d/tls": tls, '"0.0.0.0" port="6515"': f'"{self.address}" port="{back}"',
            "/var/log/scrubbed.log": self.output})
        self.start_rsyslog("rsyslog/10-piiscrub-tls.conf", {
            "/etc/rsyslog.d/tls": tls, '"scrubber.example" port="6514"': f'"{self.address}" port="{there}"'})
        self.log(1, 1000, to="10-piiscrub-tls")
        self.expect_messages(self.output, 1, 1000)
        self.expect_no_leak()

    def test_what_is_logged_while_piiscrub_is_away_comes_later(self):
        self.configure()
        self.start_rsyslog("rsyslog/10-piiscrub.conf", self.rsyslog)
        self.log(1, 300)
        service = self.start_service(self.configuration)
        self.expect_all_once_or_twice(1, 300, repeated=1)
        self.assertEqual(service.stop(), 0)
        self.log(301, 600)
        self.start_service(self.configuration)
        self.expect_all_once_or_twice(1, 600, repeated=2)
        self.expect_no_leak()

    def expect_all_once_or_twice(self, first, last, repeated):
        """rsyslog itself sends the message again with which it found out that nobody listens."""
        wanted = scrubbed_lines(first, last)
        self.wait_until(lambda: wanted[-1] in self.messages_in(self.output), wanted[-1])
        got = self.messages_in(self.output)
        self.assertEqual(list(dict.fromkeys(got)), wanted)
        self.assertLessEqual(len(got), len(wanted) + repeated)


if __name__ == "__main__":
    unittest.main()
