"""logger(1) straight to piiscrub: TCP with octet counts and with LF, UDP, and a socket like /dev/log;
and lines over a socket that systemd holds."""

import re
import socket
import subprocess
import unittest

from peers import PIISCRUB, SOURCE, PeerTest, raw_text


class Logger(PeerTest):
    def run_logger(self, source, *options, count=500):
        output = self.directory / "out.log"
        configuration = self.directory / "piiscrub.toml"
        configuration.write_text(f'config_version = 1\n[service]\nstate_directory = "{self.directory}/state"\n'
                                 f'[[pipeline]]\nsources = ["{source}"]\nsinks = ["file:{output}"]\n')
        self.start_service(configuration)
        lines = self.raw / "lines"
        lines.write_text(raw_text(1, count))
        subprocess.run(["logger", *options, "--tag", "app", "--file", str(lines)], check=True)
        self.expect_messages(output, 1, count)
        self.expect_no_leak()

    def test_octet_counts_over_tcp(self):
        port = self.port()
        self.run_logger(f"syslog+tcp://{self.address}:{port}", "--server", self.address, "--port", str(port), "--tcp",
                        "--octet-count", "--rfc5424")

    def test_lines_over_tcp(self):
        port = self.port()
        self.run_logger(f"syslog+tcp://{self.address}:{port}", "--server", self.address, "--port", str(port), "--tcp",
                        "--rfc3164")

    def test_udp(self):
        port = self.port(socket.SOCK_DGRAM)
        self.run_logger(f"syslog+udp://{self.address}:{port}", "--server", self.address, "--port", str(port), "--udp",
                        count=100)

    def test_a_socket_like_dev_log(self):
        self.run_logger(f"syslog+unixgram:{self.directory}/log", "--socket", f"{self.directory}/log")

    def test_a_socket_of_systemd_waits_while_piiscrub_is_away(self):
        """Passed as piiscrub.socket has systemd pass it: descriptor 3, under the name of FileDescriptorName."""
        unit = (SOURCE / "packaging/systemd/piiscrub.socket").read_text()
        name = re.search(r"^FileDescriptorName=(.*)$", unit, re.MULTILINE)[1]
        self.assertIn(f"syslog+systemd:{name}", unit)
        output = self.directory / "out.log"
        configuration = self.directory / "piiscrub.toml"
        configuration.write_text(f'config_version = 1\n[service]\nstate_directory = "{self.directory}/state"\n'
                                 f'[[pipeline]]\nsources = ["syslog+systemd:{name}"]\nsinks = ["file:{output}"]\n')
        with socket.create_server((self.address, 0)) as listening:
            for round_ in range(3):
                with socket.create_connection(listening.getsockname()) as sender:  # nobody is there yet
                    sender.sendall(raw_text(1 + 100 * round_, 100 + 100 * round_).encode())
                service = self.start("piiscrub", [
                    "/bin/sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES="$1" exec "$2" run -c "$3" 3<&"$4"', "sh",
                    name, PIISCRUB, str(configuration), str(listening.fileno())], pass_fds=[listening.fileno()])
                self.expect_messages(output, 1, 100 + 100 * round_)
                self.assertEqual(service.stop(), 0)
        self.expect_no_leak()


if __name__ == "__main__":
    unittest.main()
