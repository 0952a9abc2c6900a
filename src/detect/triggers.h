// Triggers: the byte patterns that give away a shape, as a table over byte classes.
//
// A shape is sensitive data that no literal announces (an address, a card). Searching for it with a regex engine costs
// ten times what everything else costs, so shapes are found bit-parallel: each byte class is a bit mask over the input,
// and a trigger is a Boolean expression over those masks and the masks shifted back. One kernel (trigger_kernel.cc)
// runs all rows at once. A trigger may fire too often, never too seldom: shapes.cc confirms it.
//
// A trigger looks only at bytes of the value itself, never at what stands around it: what has been redacted next to
// it must not make a difference (promise 4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "format/escape.h"
#include "piiscrub/detector.h"

namespace piiscrub {

// Byte classes: X(name, predicate on the byte vector). `is(c)` is equality, `in(first, count)` a range, `letter_in` a
// range of letters in either case.
#define PIISCRUB_BYTE_CLASSES(X)                                 \
  X(lf, is('\n'))                                                \
  X(digit, in('0', 10))                                          \
  X(nonzero, in('1', 9))                                         \
  X(four, is('4'))                                               \
  X(upper, in('A', 26))                                          \
  X(hex, in('0', 10) | letter_in('a', 6))                        \
  X(space, is(' '))                                              \
  X(dash, is('-'))                                               \
  X(dot, is('.'))                                                \
  X(colon, is(':'))                                              \
  X(at_sign, is('@'))                                            \
  X(plus, is('+'))                                               \
  X(letter, letter_in('a', 26))                                  \
  X(name, is('_') | in('\x80', 128))                             \
  X(quote_tab, is('"') | is('\'') | is('\t'))                    \
  X(closer, is(')') | is(']'))                                   \
  X(open, is('(') | is('['))                                     \
  X(equals, is('='))                                             \
  X(greater, is('>'))                                            \
  X(percent, is('%'))                                            \
  X(backslash, is('\\'))                                         \
  X(u_to_x, in('u', 4))                                          \
  X(opener, is('&') | is('\x1b'))                                \
  X(mark, is('#') | is('?') | is('['))                           \
  X(sign, is('#') | is('(') | is('$') | is('`'))                 \
  X(gap_lead, is('\xe2') | is('\xc2') | is('\xef') | is('\xd9')) \
  X(gap_tail, in('\x8b', 22))                                    \
  X(gap_second, in('\xa0', 14))                                  \
  X(nul, is('\0'))

// Runs: X(name, expression), each row may use those above it. B(class, k) is the class k bytes back, N(class, k) its
// complement. dotN and colonN are loose: N dots, each behind a digit, two to four bytes apart.
#define PIISCRUB_RUNS(X)                                                                \
  X(gap, B(space, 0) | B(dash, 0))                                                      \
  X(digit2, B(digit, 0) & B(digit, 1))                                                  \
  X(digit3, B(digit2, 0) & B(digit, 2))                                                 \
  X(digit4, B(digit2, 0) & B(digit2, 2))                                                \
  X(digit6, B(digit4, 0) & B(digit2, 4))                                                \
  X(upper2, B(upper, 0) & B(upper, 1))                                                  \
  X(dot1, B(dot, 0) & B(digit, 1))                                                      \
  X(dot2, B(dot1, 0) & (B(dot1, 2) | B(dot1, 3) | B(dot1, 4)))                          \
  X(colon1, B(colon, 0) & B(hex, 1))                                                    \
  X(colon2, B(colon1, 0) & (B(colon1, 2) | B(colon1, 3) | B(colon1, 4) | B(colon1, 5))) \
  X(colon3, B(colon1, 0) & (B(colon2, 2) | B(colon2, 3) | B(colon2, 4) | B(colon2, 5)))

// Keys: what a key consists of, and where one with its separator may end: behind `=`, `:`, `>`, at the dashes of an
// option (`--key`), or at the quote of a pair (`('key', …)`, `(b'key', …)`). A digit's colon is a clock's unless a
// blank or a quote follows, and that behind digits in brackets is a process's (`sshd[311]: `).
#define PIISCRUB_KEY_BYTE B(letter, 0) | B(digit, 0) | B(name, 0) | B(dash, 0) | B(dot, 0)
#define PIISCRUB_SEPARATOR                                                                                           \
  (B(equals, 1) & (B(key, 2) | B(quote_tab, 2) | B(space, 2) | B(closer, 2) | B(equals, 2))) |                       \
      (B(colon, 1) & (N(closer, 2) | N(digit, 3)) &                                                                  \
       (B(letter, 2) | B(name, 2) | B(quote_tab, 2) | B(space, 2) | B(closer, 2) | B(space, 0) | B(quote_tab, 0))) | \
      (B(greater, 1) & (B(key, 2) | B(quote_tab, 2))) | (B(dash, 0) & B(dash, 1) & N(key, 2)) |                      \
      (B(quote_tab, 0) & (B(open, 1) | (B(letter, 1) & B(open, 2))))

// Where a value that a sentence names may begin: with a capital, a digit or a sign, behind a blank and a word.
#define PIISCRUB_NAMED                                                                                       \
  (B(space, 1) & (B(letter, 2) | B(name, 2) | B(dot, 2) | B(colon, 2) | (B(digit, 2) & B(letter, 3))) &      \
   (B(digit, 0) | B(upper, 0) | B(name, 0) | B(plus, 0) | B(sign, 0) | B(quote_tab, 0) | B(backslash, 0))) | \
      (B(sign, 0) & N(open, 0) & (B(letter, 1) | B(name, 1)))

// Triggers: X(name, gate, rest, what it looks like, bytes in front of the trigger byte that it takes at least). One
// fires where gate & rest. The rest is worked out only for stretches where the gate is anywhere open, so a gate should
// be cheap and seldom open; those of the rare triggers are so seldom open in any log that one test does for all. The
// trigger byte is B(…, 0); it must not be satisfied by a byte behind the end of the input, which is in no class. The
// rows from percent_escape on give no shape away: they show where an escape may hide one (format/escape.h). Of thirteen
// digits in a row only those that begin with a four say anything (a card): most are milliseconds since 1970.
#define PIISCRUB_COMMON_TRIGGERS(X)                                                                            \
  X(at_sign, B(at_sign, 0), B(at_sign, 0), "@", 1)                                                             \
  X(dotted_quad, B(dot2, 1) & B(digit, 0) & (B(dot2, 3) | B(dot2, 4) | B(dot2, 5)), B(digit, 0), "1.2.3.4", 6) \
  X(digits14, B(digit6, 0) & B(digit6, 6) & B(digit2, 12) & N(digit, 14), N(four, 13), "12345678901234", 13)

#define PIISCRUB_RARE_TRIGGERS(X)                                                                                      \
  X(digits13, B(digit6, 0) & B(digit6, 6) & B(four, 12) & N(digit, 13), B(digit, 0), "4234567890123", 12)              \
  X(colon_chain, B(colon3, 0) & (B(colon3, 2) | B(colon3, 3) | B(colon3, 4) | B(colon3, 5)), B(colon3, 0),             \
    "a:b:c:d:", 7)                                                                                                     \
  X(double_colon, B(colon, 1) & (B(colon, 0) | B(colon, 2)), (B(colon, 2) & B(hex, 0)) | (B(colon, 0) & B(hex, 2)),    \
    "::1, a::", 2)                                                                                                     \
  X(dashed_mac, B(dash, 2) & B(dash, 5) & B(dash, 8),                                                                  \
    B(dash, 11) & B(dash, 14) & B(hex, 0) & B(hex, 1) & B(hex, 3) & B(hex, 4) & B(hex, 6) & B(hex, 7) & B(hex, 9) &    \
        B(hex, 10) & B(hex, 12) & B(hex, 13),                                                                          \
    "01-23-45-67-89-ab", 15)                                                                                           \
  X(three_two_four, B(digit4, 0) & B(gap, 4) & B(digit2, 5) & B(gap, 7), B(digit3, 8), "123-45-6789", 10)              \
  X(quads, B(digit4, 0) & B(gap, 4) & B(digit4, 5) & B(gap, 9) & B(digit4, 10), B(digit, 0), "1234 5678 9012", 13)     \
  X(four_six_four, B(digit6, 5) & B(gap, 4) & B(gap, 11) & B(digit4, 0), B(digit4, 12), "1234 567890 1234", 15)        \
  X(iban, B(digit2, 4) & B(upper2, 6),                                                                                 \
    (B(digit, 0) | B(upper, 0)) & (B(digit, 1) | B(upper, 1)) & (B(digit, 2) | B(upper, 2)) &                          \
        (B(digit, 3) | B(upper, 3)),                                                                                   \
    "AB12CDEF", 7)                                                                                                     \
  X(grouped_iban, B(digit2, 5) & B(upper2, 7),                                                                         \
    B(gap, 4) & (B(digit, 0) | B(upper, 0)) & (B(digit, 1) | B(upper, 1)) & (B(digit, 2) | B(upper, 2)) &              \
        (B(digit, 3) | B(upper, 3)),                                                                                   \
    "AB12 CDEF", 8)                                                                                                    \
  X(plus_digits, B(plus, 1) & B(nonzero, 0), B(nonzero, 0), "+1", 1)                                                   \
  X(three_three_four,                                                                                                  \
    B(digit4, 0) & (B(gap, 4) | B(dot, 4)) & B(digit3, 5) & N(digit, 8) & (B(digit3, 9) | B(digit3, 10)),              \
    N(digit, 8) & N(lf, 8) & (B(digit3, 9) | (N(lf, 9) & B(digit3, 10))), "(234) 567-8901", 11)                        \
  X(cpf, B(dash, 2) & B(dot, 6) & B(dot, 10), B(digit2, 0) & B(digit3, 3) & B(digit3, 7) & B(digit3, 11),              \
    "123.456.789-01", 13)                                                                                              \
  X(cnpj, B(dash, 2) & B(dot, 11) & B(digit4, 3) & B(digit3, 8), B(digit2, 0) & N(lf, 7) & B(digit3, 12),              \
    "12.345.678/0001-90", 17)                                                                                          \
  X(nino, B(upper, 0) & B(digit6, 1), B(upper2, 7), "AB123456C", 8)                                                    \
  X(spaced_nino, B(upper, 0) & B(gap, 1) & B(gap, 4) & B(gap, 7),                                                      \
    B(digit2, 2) & B(digit2, 5) & B(digit2, 8) & B(upper2, 11), "AB 12 34 56 C", 12)                                   \
  X(pan, B(upper, 0) & B(digit4, 1), B(upper2, 5) & B(upper2, 7) & B(upper, 9), "ABCDE1234F", 9)                       \
  X(digits8_letter, B(upper, 0) & (B(digit6, 1) | (B(dash, 1) & B(digit6, 2))),                                        \
    (B(digit2, 7) & B(digit6, 1)) | (B(digit2, 8) & B(dash, 1)), "12345678Z", 8)                                       \
  X(letter_digits7_letter, B(upper, 0) & (B(digit6, 1) | (B(dash, 1) & B(digit6, 2))),                                 \
    B(digit, 7) & (B(upper, 8) | (B(digit, 8) & B(upper, 9))), "X1234567L", 8)                                         \
  X(fiscal_code, B(upper, 0) & B(digit3, 1) & B(upper, 4),                                                             \
    B(digit2, 5) & B(upper, 7) & B(digit2, 8) & B(upper2, 10) & B(upper2, 12) & B(upper2, 14), "ABCDEF12G34H567I", 15) \
  X(spaced_nir, B(gap, 2) & B(gap, 6) & B(gap, 10) & B(gap, 13),                                                       \
    B(digit2, 0) & B(digit3, 3) & B(digit3, 7) & B(digit2, 14) & B(gap, 16), "1 84 12 76 451 089 46", 20)              \
  X(six_three, B(digit6, 4) & (B(dash, 3) | B(plus, 3)), B(digit3, 0), "123456-789", 9)                                \
  X(curp, B(upper2, 2) & B(upper2, 6) & B(digit6, 8),                                                                  \
    B(digit, 0) & B(upper2, 4) & B(upper2, 14) & B(upper2, 16) & (B(digit, 1) | B(letter, 1)), "ABCD123456HEFGHI78",   \
    17)                                                                                                                \
  X(ahv, B(dot, 2) & B(dot, 7) & B(dot, 12), B(digit2, 0) & B(digit4, 3) & B(digit4, 8) & B(digit3, 13),               \
    "756.1234.5678.97", 15)                                                                                            \
  X(rut, B(dash, 1) & B(dot, 5) & B(dot, 9),                                                                           \
    (B(digit, 0) | B(letter, 0)) & B(digit3, 2) & B(digit3, 6) & B(digit, 10), "1.234.567-8", 10)                      \
  X(be_national, B(dot, 2) & B(dash, 6) & B(dot, 9),                                                                   \
    B(digit2, 0) & B(digit3, 3) & B(digit2, 7) & B(digit2, 10) & B(dot, 12) & B(digit2, 13), "12.34.56-789.01", 14)    \
  X(cuit, B(dash, 1) & B(digit6, 2) & B(dash, 10), B(digit, 0) & B(digit2, 8) & B(digit2, 11), "12-34567890-1", 12)    \
  X(snils, B(space, 2) & B(dash, 6) & B(dash, 10), B(digit2, 0) & B(digit3, 3) & B(digit3, 7) & B(digit3, 11),         \
    "123-456-789 01", 13)                                                                                              \
  X(th_id, B(dash, 1) & B(dash, 4) & B(dash, 10),                                                                      \
    B(digit, 0) & B(digit2, 2) & B(digit4, 5) & B(digit, 9) & B(digit4, 11) & B(dash, 15) & B(digit, 16),              \
    "1-2345-67890-12-3", 16)                                                                                           \
  X(hk_id, B(closer, 0) & B(open, 2) & B(digit6, 3), B(upper, 9), "A123456(7)", 9)                                     \
  X(mbi, B(digit2, 0) & B(upper2, 2) & B(dash, 4) & B(dash, 8),                                                        \
    B(digit, 5) & B(upper, 7) & B(digit, 9) & B(upper, 11) & B(digit, 12), "1AB2-CD3-EF45", 12)                        \
  X(percent_escape, B(percent, 2) & B(digit, 1), B(hex, 0), "%40", 2)                                                  \
  X(backslash_escape, B(backslash, 2) & (B(u_to_x, 1) | B(digit, 1)), B(digit, 0), "\\x4", 2)                          \
  X(marked_escape, B(mark, 0) & (B(opener, 1) | B(equals, 1)), B(mark, 0), "&#64;", 1)                                 \
  X(printable_escape, B(equals, 3) & B(digit, 2) & B(letter, 0), B(digit, 1), "=40e", 3)                               \
  X(unicode_gap, B(gap_lead, 2) & B(gap_tail, 0), N(lf, 1), "\xe2\x80\x8b", 2)                                         \
  X(unicode_digit, B(gap_lead, 1) & B(gap_second, 0), B(gap_second, 0), "\xc2\xad", 1)                                 \
  X(wide_text, B(nul, 1) & B(nul, 3), B(at_sign, 0) | B(digit, 0) | B(equals, 0) | B(colon, 0),                        \
    std::string_view("a\0b\0@", 5), 3)

#define PIISCRUB_TRIGGERS(X) PIISCRUB_COMMON_TRIGGERS(X) PIISCRUB_RARE_TRIGGERS(X)

enum class Trigger : std::uint8_t {
#define PIISCRUB_ENUM(name, gate, rest, example, reach) name,
  PIISCRUB_TRIGGERS(PIISCRUB_ENUM)
#undef PIISCRUB_ENUM
};

inline constexpr std::string_view kTriggerNames[] = {
#define PIISCRUB_NAME(name, gate, rest, example, reach) #name,
    PIISCRUB_TRIGGERS(PIISCRUB_NAME)
#undef PIISCRUB_NAME
};
inline constexpr std::size_t kTriggers = std::size(kTriggerNames);

/// Whether `trigger` is one of those that stand for an escape, not for a shape.
constexpr bool is_escape(std::uint16_t trigger) {
  return trigger >= static_cast<std::uint16_t>(Trigger::percent_escape);
}
/// What the escape that made such a trigger fire at `hit.at` in `chunk` can hide. Depends on its record only.
EscapeSignal signal_of(std::string_view chunk, Hit hit);

/// A value around a trigger starts at least this many bytes in front of the trigger byte.
inline constexpr std::uint8_t kTriggerReach[] = {
#define PIISCRUB_REACH(name, gate, rest, example, reach) reach,
    PIISCRUB_TRIGGERS(PIISCRUB_REACH)
#undef PIISCRUB_REACH
};

/// A place where a key may end.
struct KeyPlace {
  std::uint32_t at;     ///< behind the separator, at the second dash of an option, or at the first quote of a pair
  std::uint8_t gap;     ///< bytes between the key and the separator
  std::uint8_t length;  ///< of the key; 0 if it is too far away or too long to tell
};

/// What the kernel has seen in a text. Reuse it: after warm-up it does not allocate.
struct Seen {
  std::vector<Hit> hits;             ///< where triggers fire (source = trigger index); by `at`, ascending
  std::vector<KeyPlace> keys;        ///< by `at`, ascending
  std::vector<std::uint32_t> named;  ///< where a value may begin in a sentence (PIISCRUB_NAMED); ascending
  std::uint64_t newlines = 0;        ///< LF bytes
};

/// Sets `seen` to what there is in `bytes`.
void find_triggers(std::string_view bytes, Seen& seen);

/// The instruction set that find_triggers() uses here, e.g. "AVX3_ZEN4".
std::string_view trigger_target();

/// The instruction sets this machine could use, best first, and limiting the choice to one of them (for tests and
/// benchmarks; not thread-safe). An empty name lifts the limit.
std::vector<std::string_view> trigger_targets();
void limit_trigger_target(std::string_view name);

}  // namespace piiscrub
