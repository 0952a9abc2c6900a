// How often bytes are looked at: a few times each, however the input is made, and no oftener in a longer one.
//
// The core is compiled into this executable once more, with a call in front of each read of memory, and the C library's
// searches are replaced by ones that count the bytes they pass. Reads of single bytes and of long vectors count, byte
// by byte, wherever they lie but for the stack and what belongs to the program (tables, strings): the record, and every
// copy, decoded or edited, that is made of it. Other reads are of numbers, pointers and structures. Hyperscan, which
// reads each byte of a chunk once, and copying are not counted. Counts, unlike times, are the same on every machine.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "piiscrub/detector.h"
#include "piiscrub/pipeline.h"

namespace {

std::uint64_t visits = 0;

}  // namespace

extern "C" {
extern char __executable_start;  // of the program in memory, and its end
extern char end;

static void count(std::uintptr_t address, std::size_t size) {
  constexpr std::uintptr_t kStack = std::uintptr_t{8} << 20;
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  const bool on_stack = address + kStack > here && address < here + kStack;
  const bool in_program = address >= reinterpret_cast<std::uintptr_t>(&__executable_start) &&
                          address < reinterpret_cast<std::uintptr_t>(&end);
  if (!on_stack && !in_program) visits += size;
}

// GCC's hooks of reads and writes.
void __asan_load1_noabort(std::uintptr_t address) { count(address, 1); }
void __asan_load2_noabort(std::uintptr_t) {}
void __asan_load4_noabort(std::uintptr_t) {}
void __asan_load8_noabort(std::uintptr_t) {}
void __asan_load16_noabort(std::uintptr_t) {}
void __asan_loadN_noabort(std::uintptr_t address, std::size_t size) {
  if (size == 32 || size == 64)
    count(address, size);  // AVX2's and AVX3's vectors; what is copied of structures is other
}
void __asan_store1_noabort(std::uintptr_t) {}
void __asan_store2_noabort(std::uintptr_t) {}
void __asan_store4_noabort(std::uintptr_t) {}
void __asan_store8_noabort(std::uintptr_t) {}
void __asan_store16_noabort(std::uintptr_t) {}
void __asan_storeN_noabort(std::uintptr_t, std::size_t) {}
void __asan_handle_no_return() {}
void __asan_before_dynamic_init(const char*) {}
void __asan_after_dynamic_init() {}

// In the place of the C library's; C++ has overloads of them under their own names.
void* counted_memchr(const void* text, int c, std::size_t size) __asm__("memchr");
void* counted_memrchr(const void* text, int c, std::size_t size) __asm__("memrchr");
int counted_memcmp(const void* a, const void* b, std::size_t size) __asm__("memcmp");

void* counted_memchr(const void* text, int c, std::size_t size) {
  const auto* bytes = static_cast<const unsigned char*>(text);
  for (std::size_t i = 0; i < size; ++i, ++visits) {
    if (bytes[i] == static_cast<unsigned char>(c)) return const_cast<unsigned char*>(bytes + i);
  }
  return nullptr;
}
void* counted_memrchr(const void* text, int c, std::size_t size) {
  const auto* bytes = static_cast<const unsigned char*>(text);
  for (std::size_t i = size; i > 0; --i, ++visits) {
    if (bytes[i - 1] == static_cast<unsigned char>(c)) return const_cast<unsigned char*>(bytes + i - 1);
  }
  return nullptr;
}
int counted_memcmp(const void* a, const void* b, std::size_t size) {
  const auto* left = static_cast<const unsigned char*>(a);
  const auto* right = static_cast<const unsigned char*>(b);
  for (std::size_t i = 0; i < size; ++i, ++visits) {
    if (left[i] != right[i]) return left[i] < right[i] ? -1 : 1;
  }
  return 0;
}
}

namespace piiscrub {
namespace {

constexpr std::size_t kMegabyte = std::size_t{1} << 20;
constexpr std::uint64_t kMostPerByte = 64;

// What is counted while `text` goes through a pipeline that takes it for one record.
std::uint64_t visits_of(std::string_view text) {
  Pipeline pipeline(builtin_rules(), {.max_record_bytes = 64 * kMegabyte});
  Output out;
  visits = 0;
  pipeline.push(text, out);
  pipeline.finish(out);
  return visits;
}

// `piece` again and again, up to so many megabytes.
void expect_few_visits(std::string_view piece, std::size_t megabytes, std::uint64_t most = kMostPerByte) {
  // In front of it, what makes a record one that is looked at closely.
  std::string text = "password=hunter2x SELECT ssn FROM t WHERE ssn = '1' ";
  while (text.size() < megabytes * kMegabyte) text += piece;
  text += '\n';
  const std::uint64_t seen = visits_of(text);
  EXPECT_GT(seen, text.size() / 2);  // or nothing was counted
  EXPECT_LE(seen, most * text.size()) << megabytes << " MB";
  testing::Test::RecordProperty("per_byte_" + std::to_string(megabytes), std::to_string(seen / text.size()));
}

class VisitsTest : public testing::TestWithParam<std::string_view> {};
class MoreVisitsTest : public testing::TestWithParam<std::string_view> {};
class FoundVisitsTest : public testing::TestWithParam<std::string_view> {};

TEST_P(VisitsTest, EachByteIsLookedAtAFewTimes) {
  for (const std::size_t megabytes : {1U, 4U, 16U}) expect_few_visits(GetParam(), megabytes);
}

TEST_P(MoreVisitsTest, EachByteIsLookedAtAFewTimes) {
  for (const std::size_t megabytes : {1U, 4U}) expect_few_visits(GetParam(), megabytes);
}

// Where every few bytes something is found, or might be.
TEST_P(FoundVisitsTest, EachByteIsLookedAtAFewTimes) {
  constexpr std::uint64_t kMostWhereFound = 96;
  for (const std::size_t megabytes : {1U, 4U}) expect_few_visits(GetParam(), megabytes, kMostWhereFound);
}

INSTANTIATE_TEST_SUITE_P(WhatNests, VisitsTest,
                         testing::Values("[", "(", "\\", "‹", "'", "%25", "[(", "(\\", "‹'", "'[", "%25\\", "[(\\‹'%25",
                                         "a[ b( c\\ d‹ e' %25f ", "\\u005c", "@", "="));

// Of each kind, quoted, and what only begins as one.
INSTANTIATE_TEST_SUITE_P(Escapes, MoreVisitsTest,
                         testing::Values("\\\"", "\\'", "\\x5C", "\\134", "\\\\u0040", "\\xdeadbeef", "\\u005c%5c",
                                         "%40", "%2540", "%25\\u0025", "&", "&quot;", "&amp;", "&amp;\\", "&#64;",
                                         "=40", "=3D", "=3D=3D40", "=?utf-8?q?a?=", "%5c\\x5c&#92;", "#012", "\x1b[",
                                         "\x1b[0m", "\u200b", "\u00ad", "\u2010", "\xe2", std::string_view("a\0", 2)));

// Of JSON, SQL, marks, tables, queries and base64.
INSTANTIATE_TEST_SUITE_P(Signs, MoreVisitsTest,
                         testing::Values("{", "{\"", "{\"a\":", "[\"a\",", "\"a\":\"b\",", "\"", "'\"", "''", "$1",
                                         "$1, ", "E'", "('", "', '", ",(", "$$", "$a$", "/*", "--", "VALUES (",
                                         "WHERE a = ", "Row (", "‹›", "‹×", "|", "|'", "\t|", "`", ":",
                                         "::", "a:", "a@", "a.b@c.d ", "1.", "1-", "12", "a=", "<a>", "password: ",
                                         "eyJhbGciOiJIUzI1NiJ9", "QUJDREVGRw", "(SQL: update \"t\" set \"ssn\" = a ",
                                         "\"ssn\" = 1 and ", "<== Row: 1, ", "params: [",
                                         "bind parameter [0] to: ", ", parameter value [", "password=S{a:1} "));

// Of numbers, keys, messages of databases and lines of containers, each beginning within the one in front.
INSTANTIATE_TEST_SUITE_P(Messages, FoundVisitsTest,
                         testing::Values("4111 1111 ", "1.2.3.", "ab:cd:", ",-----BEGIN PRIVATE KEY-----", "stdout P ",
                                         "value '", "token \"", "copy a, line 1: \"", "Key (a)=(\"", "Key ((",
                                         "Failing row contains (\"", "/Table/1/1/\"", "spans: [/",
                                         "Name(parameters: $1 = '<", "(VALUES (1,'a'))", "WITH v(a,", "unnest('a',",
                                         "jsonb_set(a, '{b}', ", "'O'b", "EXECUTE p('a', "));

}  // namespace
}  // namespace piiscrub
