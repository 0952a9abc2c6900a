"""Sockets: collectors that die, stall or reset, senders that are too fast, too many, malformed or not trusted."""

import contextlib
import os
import random
import resource
import signal
import socket
import ssl
import subprocess
import threading
import time

from harness import Collector, Writer, expect, judged, message, raw_lines, verdict, wait_until
from peers import PATIENCE_S

MIB = 1024  # KiB
LINE_BYTES = 60  # about


def killed_while_sending(service, times):
    """2. kill -9 while lines go to a collector: at least once, twice only what a checkpoint did not know: at most 1 s or
    1 MiB each time."""
    chance = random.Random(2)
    collector = Collector()
    service.configure(sink=f"tcp://127.0.0.1:{collector.address[1]}")
    service.start()
    with Writer(service.log, 20_000) as writer:
        for _ in range(times):
            time.sleep(chance.uniform(0.05, 0.5))
            if chance.random() < 0.3:
                writer.rename()
            service.kill()
            service.start()
    collector.wait_for_line(writer.written)
    service.stop()
    collector.finish()
    data = collector.lines()
    text = verdict(data, writer.written, ordered=False, may_double=True)
    again = len(data) - len(b"".join(message(n)[1].encode() + b"\n" for n in range(1, writer.written + 1)))
    # What was under way comes on top: a socket's buffers and a batch.
    expect(again <= times * (6 << 20), f"{again} bytes came again")
    return f"kill -9 while sending ×{times}", text


def dead_collector(service, times):
    """11. No collector for a while, at full input: nothing lost, memory stays, and the lines are caught up with."""
    collector = Collector()
    service.configure(sink="", pipeline=f'[[pipeline.sink]]\nendpoint = "tcp://127.0.0.1:{collector.address[1]}"\n'
                      "reconnect_max = 0.5\n")
    service.start()
    with Writer(service.log, 20_000) as writer:
        collector.wait_for_line(1)
        wait_until(lambda: writer.written > 20_000, "some lines")
        base = most = service.rss_kib()
        collector.die()
        dead_until = time.monotonic() + times
        while time.monotonic() < dead_until:
            most = max(most, service.rss_kib())
            time.sleep(0.05)
        waiting = writer.written
        collector.listen()
        began = time.monotonic()
        collector.wait_for_line(waiting)
        caught_up = time.monotonic() - began
        most = max(most, service.rss_kib())
    collector.wait_for_line(writer.written)
    service.stop()
    collector.finish()
    text = verdict(collector.lines(), writer.written, ordered=False, may_double=True)
    service.expect_memory(most - base, 64)
    return (f"collector dead for {times} s at 20,000 lines/s",
            f"{text}, {(most - base) / MIB:.1f} MiB more, caught up in {caught_up:.1f} s")


def resets(service, times):
    """14. The collector goes with a reset: what was being sent comes again, whole."""
    collector = Collector()
    service.configure(sink="", pipeline=f'[[pipeline.sink]]\nendpoint = "tcp://127.0.0.1:{collector.address[1]}"\n'
                      "reconnect_min = 0.01\nreconnect_max = 0.05\n")
    service.start()
    with Writer(service.log, 5_000) as writer:
        for _ in range(times):
            connections = len(collector.received)
            time.sleep(0.1)
            collector.die()
            collector.listen()
            wait_until(lambda connections=connections: len(collector.received) > connections, "a new connection")
    collector.wait_for_line(writer.written)
    service.stop()
    collector.finish()
    # What a peer has not read when it goes is lost to plain TCP: at most what the sockets held, each time.
    text, _ = judged(collector.lines(), writer.written, ordered=False, may_double=True)
    lost = int(text.split(" ")[0])
    expect(lost * LINE_BYTES <= times * (4 << 20), f"{text} of {writer.written} lines")
    expect(", 0 torn, 0 raw" in text, text)
    cut = collector.lines()[:-LINE_BYTES // 2]
    expect(", 0 torn, 0 raw" not in judged(cut, writer.written, ordered=False, may_double=True)[0], "a torn line: not noticed")
    return f"collector goes with a reset ×{times}", text


def blocked_sender(service, times):
    """12. A collector that reads nothing holds back who sends to the service: nothing is lost, memory stays."""
    collector = Collector()
    service.configure(source="tcp://127.0.0.1:0", sink=f"tcp://127.0.0.1:{collector.address[1]}")
    service.start()
    port = service.port_of_source()
    collector.reading.clear()
    count = 100_000 * times
    data = raw_lines(1, count)
    base = service.rss_kib()
    with socket.create_connection(("127.0.0.1", port)) as sender:
        sender.setblocking(False)
        sent = 0
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < 2 and sent < len(data):
            with contextlib.suppress(BlockingIOError):
                sent += sender.send(data[sent:sent + 65536])
                quiet_since = time.monotonic()
        expect(sent < len(data), "the sender was never held back")
        more = service.rss_kib() - base
        collector.reading.set()
        sender.setblocking(True)
        sender.sendall(data[sent:])
    collector.wait_for_line(count)
    service.stop()
    collector.finish()
    service.expect_memory(more, 16)
    return f"sender held back at {sent >> 20} MiB", verdict(collector.lines(), count)


def datagrams_dropped(service, times):
    """13. Datagrams that come too fast: each is written, or counted as lost by the kernel."""
    service.configure(source="syslog+udp://127.0.0.1:0")
    service.start()
    port = service.port_of_source()
    sent = 200_000 * times
    datagrams = [b"<14>Jan  1 00:00:00 host app: " + message(number)[0].encode() for number in range(1, 1000)]
    service.process.send_signal(signal.SIGSTOP)  # what does not fit is dropped
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for number in range(sent):
            sender.sendto(datagrams[number % len(datagrams)], ("127.0.0.1", port))
    service.process.send_signal(signal.SIGCONT)
    wait_until(lambda: service.output_bytes().count(b"\n") + service.metric("piiscrub_lost_datagrams_total") >= sent,
               "all datagrams written or counted")
    written = service.output_bytes().count(b"\n")
    lost = int(service.metric("piiscrub_lost_datagrams_total"))
    service.stop()
    expect(written + lost == sent, f"{sent} sent, {written} written, {lost} counted")
    expect(lost > 0, "none was dropped: nothing was tried")
    return f"{sent} datagrams at once", f"{written} written, {lost} lost in the kernel and counted, 0 raw"


def malformed_frames(service, times):
    """29. Frames that are none between good ones: the good ones arrive, connections with bad ones are counted."""
    service.configure(source="syslog+tcp://127.0.0.1:0")
    service.start()
    port = service.port_of_source()
    chance = random.Random(29)
    good = 0
    for i in range(times):
        frames = b""
        for _ in range(50):
            good += 1
            text = b"<14>1 - - - - - - " + message(good)[0].encode()
            frames += b"%d %s" % (len(text), text)
        bad = (b"9999999999 x", b"12x<14>", b"99999999999999999999999 ", bytes(chance.randrange(128, 256) for _ in range(20)) + b"\n",
               b"0 ", b"<999999>garbage\n")[i % 6]
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)) as sender:
            sender.sendall(frames)
            sender.sendall(bad)
            sender.shutdown(socket.SHUT_WR)
            sender.settimeout(PATIENCE_S)
            while sender.recv(4096):
                pass
    wait_until(lambda: service.output_bytes().count(b"seq=") >= good, f"{good} good frames")
    counted = int(service.metric("piiscrub_malformed_frames_total"))
    service.stop()
    lines = [line[line.index(b"seq="):] for line in service.output_bytes().split(b"\n") if b"seq=" in line]
    expect(counted > 0, "no malformed frame was counted")
    return f"malformed frames behind good ones ×{times}", \
        f"{verdict(b''.join(line + bytes([10]) for line in sorted(lines)), good)}, {counted} connections refused"


def idle_connections(service, times):
    """30. Idle connections cost little, slow ones hold up nobody."""
    service.configure(source="", pipeline='[[pipeline.source]]\nendpoint = "tcp://127.0.0.1:0"\n'
                      f"max_connections = {times + 500}\nmax_connections_per_address = {times + 500}\n")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, times + 1000), hard))
    service.start(limits=[(resource.RLIMIT_NOFILE, min(hard, times + 1000))])
    port = service.port_of_source()
    base = service.rss_kib()
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(times)]
    try:
        wait_until(lambda: service.metric("piiscrub_connections") == times, f"{times} connections")
        more = service.rss_kib() - base
        service.expect_memory(more, 64)
        slow = connections[:200]
        for i in range(20):  # a byte at a time, no line of them complete
            for connection in slow:
                connection.send(b"%d" % (i % 10))
        with socket.create_connection(("127.0.0.1", port)) as sender:
            sender.sendall(raw_lines(1, 20_000))
        service.wait_for_line(20_000)
    finally:
        for connection in connections:
            connection.close()
    wait_until(lambda: service.metric("piiscrub_connections") == 0, "the ends of all connections")
    service.stop()
    expect(service.output_bytes().count(b"\n") == 20_000 + 200, "not each slow connection's record came out")
    whole = b"".join(line + b"\n" for line in service.output_bytes().split(b"\n") if line.startswith(b"seq="))
    return f"{times} idle connections, 200 slow ones", f"{more / MIB:.1f} MiB more; {verdict(whole, 20_000)} beside them"


def opened_and_closed(service, times):
    """31. Connections that come and go, half of them with junk for TLS: no descriptor is left behind."""
    make_certificates(service.directory / "tls", ["server"])
    service.configure(source="", pipeline=f"""[[pipeline.source]]
endpoint = "tls://127.0.0.1:0"
tls = {{ certificate = "{service.directory}/tls/server.pem", key = "{service.directory}/tls/server.key", verify = false }}
""")
    service.start()
    port = service.port_of_source()
    base = service.descriptors()
    for i in range(times):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)) as connection:
            if i % 2:
                connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
    wait_until(lambda: service.metric("piiscrub_connections") == 0, "the ends of all connections")
    wait_until(lambda: service.descriptors() <= base + 2, "the descriptors of the start")
    with trusting(service).wrap_socket(socket.create_connection(("127.0.0.1", port))) as sender:
        sender.sendall(raw_lines(1, 100))
        sender.unwrap()
    service.wait_for_line(100)
    service.stop()
    return f"connections opened and closed ×{times}", f"{verdict(service.output_bytes(), 100)} afterwards, 0 descriptors left"


# ---- TLS

OPENSSL = """[req]
distinguished_name = dn
prompt = no
[dn]
CN = $ENV::NAME
[authority]
basicConstraints = critical, CA:TRUE
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
subjectAltName = IP:127.0.0.1
[elsewhere]
basicConstraints = critical, CA:FALSE
subjectAltName = DNS:elsewhere.example
[client]
basicConstraints = critical, CA:FALSE
subjectAltName = IP:127.0.0.1
extendedKeyUsage = clientAuth
"""


def make_certificates(directory, names):
    """ca and others.pem, keys beside them. By name: expired, elsewhere, client (no server), unknown (another CA), self."""
    directory.mkdir()
    (directory / "openssl.cnf").write_text(OPENSSL)

    def run(*command, name="any"):
        return subprocess.run(["openssl", *command], check=True, capture_output=True, env={**os.environ, "NAME": name}).stdout

    def make(name, section, *more):
        run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-config",
            str(directory / "openssl.cnf"), "-extensions", section, "-keyout", f"{directory}/{name}.key", "-out",
            f"{directory}/{name}.pem", *more, name=name)

    def signed_by(authority):
        return "-CA", f"{directory}/{authority}.pem", "-CAkey", f"{directory}/{authority}.key"

    make("ca", "authority", "-days", "2")
    make("otherca", "authority", "-days", "2")
    for name in names:
        if name == "self":
            make(name, "leaf", "-days", "2")
        elif name == "unknown":
            make(name, "leaf", "-days", "2", *signed_by("otherca"))
        elif name == "expired":
            make(name, "leaf", "-days", "2")
            request = directory / "expired.csr"
            request.write_bytes(run("x509", "-in", f"{directory}/expired.pem", "-signkey", f"{directory}/expired.key", "-x509toreq"))
            run("x509", "-req", "-in", str(request), *signed_by("ca"), "-CAcreateserial", "-days", "-1", "-extfile",
                str(directory / "openssl.cnf"), "-extensions", "leaf", "-out", f"{directory}/expired.pem")
        else:
            make(name, name if name in ("elsewhere", "client") else "leaf", "-days", "2", *signed_by("ca"))


def trusting(service):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(service.directory / "tls" / "ca.pem")
    context.check_hostname = False
    return context


def untrusted_collectors(service, times):
    """37. Collectors with a certificate that is not good, or none: not a byte, and the lines stay."""
    names = ["server", "expired", "elsewhere", "client", "unknown", "self"]
    make_certificates(service.directory / "tls", names)
    service.log.write_bytes(raw_lines(1, 10))
    got = {}

    def collect(server, name):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if name != "plain":
            context.load_cert_chain(f"{service.directory}/tls/{name}.pem", f"{service.directory}/tls/{name}.key")
        while True:
            try:
                connection, _ = server.accept()
                connection.settimeout(5)
                if name == "plain":
                    connection.sendall(b"hello\n")
                    got[name] = got.get(name, b"") + b"".join(iter(lambda c=connection: c.recv(4096), b""))
                else:
                    with context.wrap_socket(connection, server_side=True) as stream:
                        while data := stream.recv(4096):
                            got[name] = got.get(name, b"") + data
            except TimeoutError:
                continue
            except OSError:
                if server.fileno() < 0:
                    return

    refused = 0
    for name in (*names[1:], "plain", "server")[:8 * times]:
        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=collect, args=(server, name), daemon=True).start()
            service.configure(sink="", pipeline=f"""[[pipeline.sink]]
endpoint = "tls://127.0.0.1:{server.getsockname()[1]}"
reconnect_min = 0.01
reconnect_max = 0.02
tls = {{ ca = "{service.directory}/tls/ca.pem" }}
""")
            service.start()
            if name == "server":  # the control: a good one gets everything
                wait_until(lambda: message(10)[1].encode() in got.get("server", b""), "the lines where the certificate is good")
            else:
                wait_until(lambda: service.metric("piiscrub_sink_failed_connections_total") >= 3, f"{name}: refusals")
                expect(b"seq=" not in got.get(name, b""), f"{name}: lines were sent")
                refused += 1
            service.kill()
    return "collectors that are not to be trusted", f"{refused} kinds refused, 0 bytes of lines sent, 0 lost"


ROWS = [
    (killed_while_sending, 15, 200, ""),
    (dead_collector, 5, 60, ""),
    (resets, 10, 100, ""),
    (blocked_sender, 2, 10, ""),
    (datagrams_dropped, 1, 10, ""),
    (malformed_frames, 60, 1000, ""),
    (idle_connections, 1000, 5000, ""),
    (opened_and_closed, 500, 20_000, ""),
    (untrusted_collectors, 1, 1, ""),
]
