"""That the tests of this directory can fail: what peers.py looks for is seen when it is there."""

import unittest

from peers import RAW, PeerTest, message, raw_text, scrubbed_lines


class Peers(PeerTest):
    def test_every_planted_value_is_known_and_no_label_is(self):
        for number in range(1, 1000):
            raw, scrubbed = message(number)
            self.assertEqual(bool(RAW.search(raw.encode())), raw != scrubbed, raw)
            self.assertNotRegex(scrubbed.encode(), RAW)

    def test_a_leak_is_seen(self):
        (self.raw / "lines").write_text(raw_text(1, 10))
        self.expect_no_leak()
        (self.directory / "state").mkdir()
        (self.directory / "state" / "spool").write_text(message(6)[0])
        with self.assertRaises(self.failureException):
            self.expect_no_leak()

    def test_a_message_lost_repeated_or_out_of_order_is_seen(self):
        output = self.directory / "out"
        lines = scrubbed_lines(1, 5)
        for wrong in (lines[:4] + [lines[3]], [lines[1], lines[0], *lines[2:]], [*lines, lines[0]]):
            output.write_text("\n".join(wrong) + "\n")
            with self.assertRaises(self.failureException):
                self.expect_messages(output, 1, 5)
        output.write_text("\n".join(lines) + "\n")
        self.expect_messages(output, 1, 5)


if __name__ == "__main__":
    unittest.main()
