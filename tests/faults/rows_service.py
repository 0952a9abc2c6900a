"""The service itself: reloads, the end, the watchdog, full disks, failing calls, hostile patterns, scans that fail."""

import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import time

from harness import Failed, NotHere, Writer, expect, message, raw_lines, verdict, wait_until

RULE = """[[rule]]
id = "badge"
title = "Badge"
type = "badge"
category = "contact"
match = '''%s'''
examples = ["«BADGE-12345»"]
counter_examples = ["BADGE-1"]
"""


def reloaded(service, times):
    """20. SIGHUP with a good configuration under load: nothing lost, one generation more each time."""
    service.start()
    with Writer(service.log, 20_000) as writer:
        for i in range(times):
            service.hang_up()
            wait_until(lambda i=i: service.metric("piiscrub_reload_generation") >= i + 2, f"generation {i + 2}")
    service.wait_for_line(writer.written)
    expect(service.metric("piiscrub_reload_generation") == times + 1, "generations")
    service.stop()
    return f"reload ×{times}", verdict(service.output_bytes(), writer.written)


WRONG = ('config_version = 2\n', "[service\n", "sources = [\n", "x = 1\n", "\xff\n", '[[pipeline]]\nsources = "a"\n',
         '[[pipeline]]\nsources = ["fle:/x"]\nsinks = ["stdout:"]\n', '[service]\nworkers = -1\n', '[service]\nworkers = "two"\n',
         '[[pipeline]]\nnsinks = ["stdout:"]\n', '[[pipeline]]\nsources = ["file:x.log"]\nsinks = ["stdout:"]\n',
         '[service]\nlog_format = "xml"\n', '[service]\ncanary_interval = -3\n', '[[pipeline]]\nname = ""\n', "= 1\n",
         '[[pipeline]]\npolicy = "none.toml"\n', '[[pipeline]]\nrules = ["none.toml"]\n', '[[pipeline]]\nformat = "xml"\n',
         '[[pipeline]]\nmax_record_bytes = 0\n', "")


def reloaded_wrongly(service, times):
    """21. SIGHUP with a configuration that is wrong, in 20 ways: the old one goes on."""
    good = (service.directory / "piiscrub.toml").read_text()
    service.start()
    with Writer(service.log, 5_000) as writer:
        for i, wrong in enumerate(WRONG * times):
            # What is added is wrong by itself or beside what is there; the last one is no configuration at all.
            text = good.replace("config_version = 1\n", wrong if wrong.startswith("config_version") else "config_version = 1\n")
            (service.directory / "piiscrub.toml").write_text(text + wrong if wrong else "", encoding="latin-1")
            service.hang_up()
            wait_until(lambda i=i: service.metric("piiscrub_failed_reloads_total") >= i + 1, f"the refusal of number {i + 1}: {wrong}")
        expect(service.metric("piiscrub_reload_generation") == 1, "a wrong configuration was taken over")
        (service.directory / "piiscrub.toml").write_text(good)
        service.hang_up()  # the control: the good one is taken over
        wait_until(lambda: service.metric("piiscrub_reload_generation") == 2, "the good configuration")
    service.wait_for_line(writer.written)
    service.stop()
    return f"reload of a wrong configuration ×{len(WRONG) * times}", \
        f"{len(WRONG) * times} refused, {verdict(service.output_bytes(), writer.written)}"


# Nested and huge repeats, nothing to begin with, what matches the empty text, what only backtracking engines take.
HOSTILE = (r"(((((a{1,90}){1,90}){1,90}){1,90}){1,90})BADGE", r"BADGE-[0-9]{5}(.{0,32767}){40}", r".*", r"(a|b)*?",
           r"(BADGE)\1", r"(?=BADGE)BADGE-[0-9]{5}", r"BADGE-(", r"[\x00-\xff]{1,20000}BADGE-[0-9]{5}[\x00-\xff]{1,20000}")


def hostile_patterns(service, times):
    """22. Rules that would take for ever to compile, or match everything: refused in bounded time."""
    slowest = 0.0
    for pattern in HOSTILE * times:
        (service.directory / "own.toml").write_text(RULE % pattern)
        began = time.monotonic()
        cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
        outcome = subprocess.run([service.binary, "validate", "--rules", str(service.directory / "own.toml")], capture_output=True,
                                 check=False, env={**os.environ, "XDG_CACHE_HOME": str(service.directory / "cache")})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        slowest = max(slowest, after.ru_utime - cpu.ru_utime)
        expect(outcome.returncode == 78, f"{pattern}: {outcome.returncode} after {time.monotonic() - began:.1f} s")
        expect(outcome.stderr, f"{pattern}: refused without a word")
    (service.directory / "own.toml").write_text(RULE % "BADGE-[0-9]{5}")  # the control: a good one is taken
    outcome = subprocess.run([service.binary, "validate", "--rules", str(service.directory / "own.toml")], capture_output=True, check=False)
    expect(outcome.returncode == 0, f"a good rule is refused: {outcome.stderr}")
    expect(slowest < 60, f"{slowest:.0f} s")
    return f"hostile rules ×{len(HOSTILE) * times}", f"all refused, at most {slowest:.1f} s of processor time"


def failed_scans(service, times):
    """23. Scans that fail: what they concern is masked and counted; ten of them within a minute end the service."""
    codes = (1, 2, 3, 5, 8, 10, 12, 13) * times
    masked = 0
    for code in codes:
        for path in (service.output, service.log, service.directory / "state" / "checkpoint"):
            path.unlink(missing_ok=True)
        service.log.write_bytes(raw_lines(1, 200))
        service.start(fault=f"hs_scan:1+:{code}")
        lines = 200
        while service.process.poll() is None:
            wait_until(lambda lines=lines: service.process.poll() is not None or service.output_bytes().count(b"\n") >= lines,
                       f"{lines} lines")
            with open(service.log, "ab") as log:
                log.write(raw_lines(lines + 1, lines + 1))
            lines += 1
        expect(service.process.returncode == 70, f"ended with {service.process.returncode}\n{service.messages()}")
        data = service.output_bytes()
        expect(data.count(b"[piiscrub:masked scan-error ") == data.count(b"\n") >= 200, "not every line is masked")
        masked += data.count(b"\n")
        service.expect_no_leak()
    service.log.write_bytes(raw_lines(1, 10))  # the control: scans that do not fail mask nothing
    service.output.unlink()
    service.start()
    service.wait_for_line(10)
    service.stop()
    return f"scans that fail, {len(codes)} codes", f"{masked} lines masked, 0 raw, ended by the tenth"


def told_to_end(service, times):
    """43. SIGTERM under load: all that was read is written, in time, and nothing twice after it."""
    slowest = 0.0
    service.start()
    with Writer(service.log, 20_000) as writer:
        for _ in range(times):
            time.sleep(0.2)
            began = time.monotonic()
            service.stop()
            slowest = max(slowest, time.monotonic() - began)
            service.start()
    service.wait_for_line(writer.written)
    service.stop()
    expect("not-drained" not in service.messages() and "could not be written" not in service.messages(), "not all was written")
    return f"SIGTERM ×{times}", f"{verdict(service.output_bytes(), writer.written)}, at most {slowest:.1f} s"


def full_disk(service, times):
    """16. The output's disk is full: it waits, says so, and goes on when there is room; no line is torn."""
    disk = service.directory / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], check=False).returncode != 0:
        raise NotHere("nothing may be mounted")
    try:
        service.output = disk / "out.log"
        service.configure()
        service.start()
        written, kept = 0, b""
        for _ in range(times):
            with open(service.log, "ab") as log:
                log.write(raw_lines(written + 1, written + 30_000))
            written += 30_000
            # Room by rotation, again and again, until all is out.
            while not kept.endswith(message(written)[1].encode() + b"\n"):
                wait_until(lambda: service.metric("piiscrub_sink_blocked") == 1 or service.output_bytes().endswith(
                    message(written)[1].encode() + b"\n"), "a full disk, or the end")
                service.kill()  # a part of a record may be there: the next process cuts it off
                data = service.output_bytes()
                service.start()
                wait_until(lambda: len(service.output_bytes()) <= len(data), "the cut")
                service.stop() if service.metric("piiscrub_sink_blocked") == 0 else service.kill()
                data = service.output_bytes()
                whole = data[:checkpointed(service)]
                kept += whole
                service.output.unlink()
                service.start()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
    return f"disk full ×{times}", verdict(kept, written)


def checkpointed(service):
    """How long the checkpoint knows the output to be."""
    text = (service.directory / "state" / "checkpoint").read_text()
    return int(re.search(r"(?m)^sink\t.*\t(\d+)$", text)[1])


def state_unwritable(service, times):
    """17. The checkpoint cannot be written: EIO, ENOSPC, EFBIG, EDQUOT: it is said, and nothing is lost or doubled by a kill."""
    written = 0
    for call, error in (("fsync", 5), ("write", 28), ("write", 27), ("rename", 28), ("mkostemp", 122), ("mkostemp", 30)) * times:
        service.start(fault=f"{call}:{8}+:{error}")
        with open(service.log, "ab") as log:
            log.write(raw_lines(written + 1, written + 1000))
        written += 1000
        service.wait_for_line(written)
        time.sleep(1.1)  # a checkpoint is due
        service.kill()
    service.start()
    service.wait_for_line(written)
    service.stop()
    expect("cannot write" in service.messages(), "nothing was said")
    return f"checkpoint not written ×{6 * times}", verdict(service.output_bytes(), written)


def order_of_calls(service, times):
    """44. With fsync, the output is on the disk before the checkpoint that counts on it has its name."""
    calls = service.directory / "in" / "calls"
    service.configure(sink="", pipeline=f'[[pipeline.sink]]\nendpoint = "file:{service.output}"\nfsync = true\n')
    os.environ["PIISCRUB_CALLS"] = str(calls)
    try:
        service.start(fault="none:0:1")
    finally:
        del os.environ["PIISCRUB_CALLS"]
    with Writer(service.log, 5_000) as writer:
        time.sleep(2 * times)
    service.wait_for_line(writer.written)
    service.stop()
    made = calls.read_text().split()

    def violations(names):
        """Renames (of checkpoints) with output that was written and not synced in front of them."""
        found, dirty = 0, False
        for name in names:
            if name == "writev":
                dirty = True
            elif name == "fdatasync":
                dirty = False
            elif name == "rename" and dirty:
                found += 1
        return found

    checkpoints = made.count("rename")
    expect(checkpoints >= 2 and "fdatasync" in made, f"{checkpoints} checkpoints: nothing was tried")
    expect(violations(made) == 0, f"{violations(made)} checkpoints in front of their output")
    expect(violations([name for name in made if name != "fdatasync"]) > 0, "a missing sync: not noticed")
    return f"checkpoints behind their output ×{checkpoints}", "0 out of order"


def watched(service, times):
    """42. The supervisor hears of a service that lives, and nothing of one that is stuck."""
    os.environ["WATCHDOG_USEC"] = "400000"
    try:
        service.start()
    finally:
        del os.environ["WATCHDOG_USEC"]
    heard = 0
    (service.directory / "notify").unlink()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(service.directory / "notify"))
        supervisor.settimeout(60)
        for _ in range(times):
            while b"WATCHDOG=1" not in supervisor.recv(4096):
                pass
            heard += 1
        service.process.send_signal(signal.SIGSTOP)
        supervisor.settimeout(1.5)
        stuck = 0
        try:
            while True:
                stuck += b"WATCHDOG=1" in supervisor.recv(4096)
        except TimeoutError:
            pass
        expect(stuck <= 2, f"{stuck} signs of life from a stopped process")
        service.process.send_signal(signal.SIGCONT)
        supervisor.settimeout(60)
        while b"WATCHDOG=1" not in supervisor.recv(4096):
            pass
    service.stop()
    return f"watchdog fed ×{heard}", "silent while stopped"


def no_core(service, times):
    """38. Killed by what usually leaves a core: none, and no other process reads its memory."""
    limit = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (limit[1], limit[1]))
    try:
        for number in (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS) * times:
            service.log.write_bytes(raw_lines(1, 100))
            service.start()
            limits = pathlib.Path(f"/proc/{service.process.pid}/limits").read_text()
            expect(re.search(r"Max core file size\s+0\s+0", limits), "a core could be dumped")
            service.process.send_signal(number)
            service.process.wait()
            service.expect_no_leak()
        (service.directory / "core.1").write_bytes(raw_lines(1, 10))  # the control
        try:
            service.expect_no_leak()
        except Failed:
            (service.directory / "core.1").unlink()
            return f"killed by ABRT, SEGV, BUS ×{3 * times}", "0 cores, 0 planted values anywhere"
        raise Failed("a core with planted values: not noticed")
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, limit)


ROWS = [
    (full_disk, 3, 50, "root"),
    (state_unwritable, 1, 20, "shim"),
    (reloaded, 10, 100, ""),
    (reloaded_wrongly, 1, 5, ""),
    (hostile_patterns, 1, 5, ""),
    (failed_scans, 1, 5, "shim"),
    (no_core, 1, 10, ""),
    (watched, 3, 100, ""),
    (told_to_end, 5, 100, ""),
    (order_of_calls, 1, 60, "shim"),
]
