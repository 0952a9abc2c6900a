"""logger → syslog-ng → piiscrub → a file, and back to syslog-ng, with Debian's syslog-ng and packaging/integrations/syslog-ng."""

import pathlib
import socket
import subprocess
import unittest

from peers import PeerTest, raw_text

# Where packaging/dependencies unpacks it, because Debian does not install it beside rsyslog.
UNPACKED = pathlib.Path("/opt/piiscrub-tests/syslog-ng")


class SyslogNg(PeerTest):
    def setUp(self):
        super().setUp()
        self.output = self.directory / "syslog.log"

    def start_syslog_ng(self, recipe, replacements, more=""):
        included = self.install(f"syslog-ng/{recipe}", recipe, replacements)
        (self.directory / "syslog-ng.conf").write_text(
            f'@version: 3.38\nsource s_src {{ unix-dgram("{self.directory}/log"); }};\n@include "{included}"\n{more}')
        program, environment = pathlib.Path("/usr/sbin/syslog-ng"), {}
        if not program.exists():
            program = UNPACKED / "usr/sbin/syslog-ng"
            environment = {"SYSLOGNG_PREFIX": f"{UNPACKED}/usr", "LD_LIBRARY_PATH": f"{UNPACKED}/usr/lib/syslog-ng"}
        state = [f"--{name}={self.directory}/syslog-ng.{name}" for name in ("persist-file", "pidfile", "control")]
        self.start("syslog-ng", [program, "--foreground", "--no-caps", "--stderr", f"--cfgfile={self.directory}/syslog-ng.conf",
                                 *state], environment)
        self.wait_until((self.directory / "log").exists, "syslog-ng's socket")

    def log(self, first, last):
        lines = self.raw / "lines"
        lines.write_text(raw_text(first, last))
        subprocess.run(["logger", "--socket", f"{self.directory}/log", "--tag", "app", "--file", str(lines)], check=True)

    def run_on_one_machine(self, count, kind=socket.SOCK_STREAM, transport="tcp"):
        port = self.port(kind)
        self.start_service(self.install_service("syslog-ng/piiscrub.toml", {
            "syslog+tcp": f"syslog+{transport}", "127.0.0.1:5514": f"{self.address}:{port}",
            "/var/log/scrubbed/syslog.log": self.output}))
        self.start_syslog_ng("piiscrub.conf", {
            'transport("tcp")': f'transport("{transport}")', "127.0.0.1": self.address, "port(5514)": f"port({port})"})
        self.log(1, count)
        self.expect_messages(self.output, 1, count)
        self.expect_no_leak()

    def test_over_tcp_every_message_is_written_in_order(self):
        self.run_on_one_machine(3000)
        self.assertRegex(self.metrics(), r"piiscrub_malformed_frames_total{.*} 0\n")
        self.assertRegex(self.output.read_text().split("\n")[0], r"^<13>1 \d{4}-\d\d-\d\dT[^ ]+ [^ ]+ app ")

    def test_over_udp_every_message_is_written(self):
        self.run_on_one_machine(100, socket.SOCK_DGRAM, "udp")

    def test_over_tls_both_sides_know_each_other(self):
        tls = self.certificates("sender.example", "scrubber.example")
        port = self.port()
        self.start_service(self.install_service("syslog-ng/piiscrub-tls.toml", {
            "0.0.0.0:6514": f"{self.address}:{port}", "/var/log/scrubbed/syslog.log": self.output}))
        self.start_syslog_ng("piiscrub-tls.conf", {
            "scrubber.example": self.address, "port(6514)": f"port({port})", "/etc/syslog-ng/tls": tls})
        self.log(1, 1000)
        self.expect_messages(self.output, 1, 1000)
        self.expect_no_leak()

    def test_messages_come_back_to_syslog_ng(self):
        there, back = self.port(), self.port()
        scrubbed = self.directory / "scrubbed.log"
        self.start_service(self.install_service("syslog-ng/piiscrub.toml", {
            "127.0.0.1:5514": f"{self.address}:{there}",
            "file:/var/log/scrubbed/syslog.log": f"syslog+tcp://{self.address}:{back}"}))
        self.start_syslog_ng("piiscrub.conf", {"127.0.0.1": self.address, "port(5514)": f"port({there})"}, f"""
            source s_scrubbed {{ syslog(ip("{self.address}") transport("tcp") port({back})); }};
            destination d_file {{ file("{scrubbed}"); }};
            log {{ source(s_scrubbed); destination(d_file); }};
            """)
        self.log(1, 1000)
        self.expect_messages(scrubbed, 1, 1000)
        self.expect_no_leak()


if __name__ == "__main__":
    unittest.main()
