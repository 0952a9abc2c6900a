"""Files: killed, rotated, truncated, recreated, swapped and damaged while they are read."""

import os
import random
import resource
import shutil
import signal
import subprocess
import time

from harness import Writer, expect, judged, message, number_of, raw_lines, shift, verdict, wait_until
from peers import RAW


def killed_while_tailing(service, times):
    """1. kill -9 while a log grows and is renamed: once each."""
    chance = random.Random(1)
    service.start()
    with Writer(service.log, 20_000) as writer:
        for _ in range(times):
            time.sleep(chance.uniform(0.02, 0.4))
            if chance.random() < 0.5:
                writer.rename()
            service.kill()
            service.start()
    service.wait_for_line(writer.written)
    service.stop()
    return f"kill -9 while tailing ×{times}", verdict(service.output_bytes(), writer.written)


# Where the service writes, syncs and renames: output, checkpoint, and the cut of the output at the start.
CRASH_POINTS = ("writev", "write", "fsync", "rename", "ftruncate", "mkostemp", "flock")


def killed_at_a_crash_point(service, times):
    """3. Killed in front of a system call: once each."""
    written = 0
    kills = 0
    for call in CRASH_POINTS:
        for number in range(1, times + 1):
            with open(service.log, "ab") as log:
                log.write(raw_lines(written + 1, written + 200))
            written += 200
            service.start(fault=f"{call}:{number * number}:kill")
            # Some calls are made at the start only, or not so often: then it is killed a little later.
            try:
                service.process.wait(0.5)
            except subprocess.TimeoutExpired:
                service.kill()
            kills += 1
    service.start()
    service.wait_for_line(written)
    service.stop()
    return f"kill -9 at a system call ×{kills}", verdict(service.output_bytes(), written)


def renamed(service, times):
    """4. Four logs, renamed all the time."""
    service.start()
    writers = [Writer(service.inputs / f"{name}.log", 2000, first=1 + 100_000 * i) for i, name in enumerate("abcd")]
    for writer in writers:
        writer.thread.start()
    for i in range(times):
        time.sleep(0.05)
        writers[i % 4].rename()
    for writer in writers:
        writer.__exit__()
    ends = {writer.written for writer in writers}
    wait_until(lambda: all((message(n)[1] + "\n").encode() in service.output_bytes() for n in ends), "all last lines")
    service.stop()
    texts = set()
    lines = service.output_bytes().split(b"\n")
    for i, writer in enumerate(writers):  # each log by itself, in order
        begin = 100_000 * i
        own = [line for line in lines if begin < number_of(line) <= begin + 100_000]
        got = b"".join(line + b"\n" for line in own)
        expected = b"".join(message(n)[1].encode() + b"\n" for n in range(begin + 1, writer.written + 1))
        expect(got == expected, f"{writer.path.name}: {len(own)} lines instead of {writer.written - begin}, or others")
        texts.add("0 lost, 0 doubled, 0 torn, 0 raw")
        expect(got.replace(own[0] + b"\n", b"", 1) != expected, "a lost line: not noticed")
    return f"rename of 4 logs ×{times}", texts.pop()


def copied_and_truncated(service, times):
    """5. copytruncate while the writer waits: once each. While it writes: lost is only what was written in between."""
    service.start()
    with Writer(service.log, 10_000) as writer:
        for _ in range(times):
            time.sleep(0.05)
            writer.copytruncate()
    service.wait_for_line(writer.written)
    service.stop()
    return f"copytruncate ×{times}", verdict(service.output_bytes(), writer.written)


def copied_and_truncated_under_a_writer(service, times):
    service.start()
    risked = set()
    with Writer(service.log, 10_000) as writer:
        for _ in range(times):
            time.sleep(0.05)
            with writer.lock:
                before = writer.written
            shift(service.log)
            shutil.copyfile(service.log, service.inputs / "app.log.1")
            os.ftruncate(writer.fd, 0)
            with writer.lock:
                risked |= set(range(before + 1, writer.written + 1))
    service.wait_for_line(writer.written)
    service.stop()
    lines = {number_of(line) for line in service.output_bytes().split(b"\n")}
    lost = set(range(1, writer.written + 1)) - lines
    text, _ = judged(service.output_bytes(), writer.written)
    expect(lost <= risked, f"{len(lost - risked)} lines lost that were not written meanwhile")
    expect(" 0 torn, 0 raw" in text, text)
    expect(not lost | {next(n for n in range(1, writer.written) if n not in risked)} <= risked, "a lost line: not noticed")
    return f"copytruncate while writing ×{times}", f"{len(lost)} lost of {len(risked)} written meanwhile, 0 torn, 0 raw"




def truncated_and_grown(service, times):
    """6. Truncated, and grown beyond where it was read, between two looks."""
    service.start()
    written = 0
    for i in range(times):
        more = 20 + 10 * i
        if i > 0:
            os.truncate(service.log, 0)
        with open(service.log, "ab") as log:
            log.write(raw_lines(written + 1, written + more))
        written += more
        service.wait_for_line(written)
    service.stop()
    return f"truncated and grown further ×{times}", verdict(service.output_bytes(), written)


def recreated(service, times):
    """7. Removed and made again, often under the same inode number."""
    written, same = 0, 0
    for _ in range(times):
        before = service.log.stat().st_ino if service.log.exists() else 0
        service.log.unlink(missing_ok=True)
        service.log.write_bytes(raw_lines(written + 1, written + 10))
        same += service.log.stat().st_ino == before
        written += 10
        service.start()
        service.wait_for_line(written)
        service.stop()
    return f"removed and made anew ×{times} ({same} under the same inode)", verdict(service.output_bytes(), written)


def rotated_while_stopped(service, times):
    """8. Rotated twice, by renaming and by copying, while the service does not run."""
    service.start()
    written = 0

    def write():
        nonlocal written
        with open(service.log, "ab") as log:
            log.write(raw_lines(written + 1, written + 50))
        written += 50

    for i in range(times):
        write()
        service.wait_for_line(written)
        service.stop()
        for how in ((0, 0), (0, 1), (1, 0), (1, 1))[i % 4]:
            write()
            shift(service.log)
            if how == 0:
                service.log.rename(service.inputs / "app.log.1")
            else:
                shutil.copyfile(service.log, service.inputs / "app.log.1")
                time.sleep(0.02)  # the times of files have a grain
                os.truncate(service.log, 0)
            time.sleep(0.02)
        write()
        service.start()
        service.wait_for_line(written)
    service.stop()
    return f"rotated twice while stopped ×{times}", verdict(service.output_bytes(), written)


def swapped_for_a_link(service, times):
    """9. A log whose path is a link to a file of others, and back, all the time: nothing of that file comes out."""
    secret = service.inputs / "secret"
    secret.write_bytes(b"not for this service\n" * 100)
    link, fifo, file = (service.inputs / name for name in ("link", "fifo", "app.log"))
    file.write_bytes(raw_lines(1, 100))
    kept = service.inputs / "kept"
    os.link(file, kept)
    os.symlink(secret, link)
    os.mkfifo(fifo)
    service.start()
    for i in range(times):
        other = service.inputs / "other"
        if i % 3 == 0:
            os.symlink(secret, other)
        elif i % 3 == 1:
            os.mkfifo(other)
        else:
            os.link(kept, other)
        os.rename(other, file)
        if i % 100 == 0:
            time.sleep(0.01)
    os.rename(kept, file)
    service.wait_for_line(100)
    service.stop()
    expect(b"not for" not in service.output_bytes(), "bytes of a foreign file came out")
    # The control: told to follow links, it reads that file.
    service.configure(source="", pipeline=f'[[pipeline.source]]\nendpoint = "file:{service.inputs}/li*k"\nfollow_symlinks = true\n')
    service.start()
    wait_until(lambda: b"not for" in service.output_bytes(), "the file that a link leads to, where links are followed")
    service.stop()
    return f"path swapped for a link and a FIFO ×{times}", "0 foreign bytes"


def damaged_checkpoint(service, times):
    """18. A checkpoint with a flipped byte: put aside, said, and everything read again."""
    chance = random.Random(18)
    checkpoint = service.directory / "state" / "checkpoint"
    service.log.write_bytes(raw_lines(1, 10))
    service.start()
    service.wait_for_line(10)
    service.stop()
    lines = 10
    for _ in range(times):
        data = bytearray(checkpoint.read_bytes())
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        if chance.random() < 0.2:
            del data[chance.randrange(len(data)):]
        checkpoint.write_bytes(data)
        service.start()
        lines += 10
        service.wait_for_lines(lines)
        service.stop()
        expect((service.directory / "state" / "checkpoint.bad").exists(), "it was not put aside")
    expect("damaged" in service.messages(), "nothing was said")
    # The control: with the checkpoint as it was, nothing is read again.
    service.start()
    service.stop()
    expect(service.output_bytes().count(b"\n") == lines, "an intact checkpoint was not believed")
    return f"checkpoint damaged ×{times}", f"{times} noticed, 0 lost, 0 crashes"


BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"


def key_cut(service, times):
    """33. A key that is being logged while the service is killed, restarted, or the log rotated, at each of its lines."""
    kind = "PRIVATE KEY"
    key = [f"-----BEGIN {kind}-----", *[f"{BODY[:-2]}{i:02}" for i in range(8)], f"-----END {kind}-----"]
    cuts = 0
    number = 0
    service.start()
    for how in ("kill", "restart", "rename")[:times]:
        for cut in range(1, len(key)):
            number += 1
            with open(service.log, "a", encoding="utf-8") as log:
                log.write("".join(line + "\n" for line in key[:cut]))
            at = service.log.stat().st_size
            wait_until(lambda at=at: f"\t{at}\t" in (service.directory / "state/checkpoint").read_text(), "a checkpoint")
            if how == "kill":
                service.kill()
            elif how == "restart":
                service.stop()
            else:
                shift(service.log)
                service.log.rename(service.inputs / "app.log.1")
            with open(service.log, "a", encoding="utf-8") as log:
                log.write("".join(line + "\n" for line in key[cut:]) + message(5 * number)[0] + "\n")
            if how != "rename":
                service.start()
            last = message(5 * number)[1].encode()
            wait_until(lambda last=last: last in service.output_bytes(), f"the line behind a key\n{service.messages()}")
            cuts += 1
    service.stop()
    leaked = service.output_bytes().count(b"MIIEvQ")
    expect(leaked == 0, f"{leaked} lines of keys came out")
    expect(RAW.search(message(6)[0].encode()) and BODY.startswith("MIIEvQ"), "the control")
    return f"key block cut ×{cuts}", "0 of its lines out"


def out_of_descriptors(service, times):
    """36. More logs than descriptors: those that cannot be opened are read when there is room."""
    files = 100 * times
    for i in range(files):
        (service.inputs / f"{i:04}.log").write_bytes(raw_lines(i + 1, i + 1))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    service.start(limits=[(resource.RLIMIT_NOFILE, 64)])
    wait_until(lambda: "Too many open files" in service.messages(), "a word about descriptors")
    time.sleep(1.5)  # a sweep and a checkpoint
    expect(service.output_bytes().count(b"\n") < files, "the limit had no effect")
    expect("checkpoint-failed" not in service.messages() and service.metrics(), "nothing was left for the service itself")
    resource.prlimit(service.process.pid, resource.RLIMIT_NOFILE, (files + 100, hard))
    service.wait_for_lines(files)
    service.stop()
    return f"{files} logs, 64 descriptors", verdict(service.output_bytes(), files, ordered=False)


def hints_lost(service, times):
    """36. The kernel drops its hints: the sweep finds everything."""
    service.log.write_bytes(raw_lines(1, 1))
    service.start()
    service.wait_for_line(1)
    written = 1
    for _ in range(times):
        service.process.send_signal(signal.SIGSTOP)
        for i in range(20_000):  # more than the kernel keeps
            os.close(os.open(service.inputs / f"noise{i % 7}", os.O_WRONLY | os.O_CREAT, 0o600))
        with open(service.log, "ab") as log:
            log.write(raw_lines(written + 1, written + 100))
        service.log.rename(service.inputs / f"app.log.{written}")
        service.log.write_bytes(raw_lines(written + 101, written + 200))
        written += 200
        service.process.send_signal(signal.SIGCONT)
        service.wait_for_line(written)
        time.sleep(0.02)
    service.stop()
    return f"inotify overflown ×{times}", verdict(service.output_bytes(), written)


def long_lines(service, times):
    """32. A line of 100 MiB, a million lines of a byte, and empty ones: memory stays, lines are counted."""
    service.log.write_bytes(b"x\n")
    service.start()
    service.wait_for_lines(1)
    base = service.rss_kib()
    most = base
    with open(service.log, "ab") as log:
        for _ in range(100 * times):
            log.write(b"y" * (1 << 20))
        log.write(b"\n" + b"z\n" * 250_000 * times + b"\n" * 250_000 * times + raw_lines(1, 1))
    count = 1 + 1 + 500_000 * times + 1
    last = (message(1)[1] + "\n").encode()
    while not service.output_bytes()[-4096:].endswith(last):
        most = max(most, service.rss_kib())
        time.sleep(0.02)
    service.stop()
    data = service.output_bytes()
    lines = data.count(b"\n")
    expect(lines == count, f"{lines} lines instead of {count}")
    expect(len(data) < (2 << 20) + count * 2 + 100, "the long line was not cut")
    service.expect_memory(most - base, 16)
    return f"a line of {100 * times} MiB and {500_000 * times} short ones", f"{(most - base) / 1024:.1f} MiB more, 0 lost"


ROWS = [
    # function, times in CI, times in full, needs
    (killed_while_tailing, 30, 200, ""),
    (killed_at_a_crash_point, 2, 25, "shim"),
    (renamed, 60, 1200, ""),
    (copied_and_truncated, 20, 200, ""),
    (copied_and_truncated_under_a_writer, 20, 200, ""),
    (truncated_and_grown, 20, 100, ""),
    (recreated, 10, 200, ""),
    (rotated_while_stopped, 8, 100, ""),
    (swapped_for_a_link, 2000, 100_000, ""),
    (damaged_checkpoint, 10, 100, ""),
    (key_cut, 3, 3, ""),
    (out_of_descriptors, 2, 4, ""),
    (hints_lost, 3, 20, ""),
    (long_lines, 1, 2, ""),
]
