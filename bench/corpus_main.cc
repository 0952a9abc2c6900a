// piiscrub-corpus: writes a synthetic log corpus to stdout; the same bytes as make_corpus().

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "bench/corpus.h"

namespace {

using piiscrub::bench::CorpusGenerator;
using piiscrub::bench::CorpusInfo;

constexpr int kExitWrite = 74;
constexpr int kExitUsage = 64;
constexpr std::uint64_t kDefaultSeed = 1;
constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Bytes with an optional suffix K, M or G for powers of 1024.
std::optional<std::uint64_t> parse_size(std::string_view text) {
  unsigned shift = 0;
  if (!text.empty()) {
    const std::size_t suffix = std::string_view("KMG").find(text.back());
    if (suffix != std::string_view::npos) {
      shift = 10 * (static_cast<unsigned>(suffix) + 1);
      text.remove_suffix(1);
    }
  }
  const std::optional<std::uint64_t> number = parse_number(text);
  if (!number || *number > std::numeric_limits<std::uint64_t>::max() >> shift) return std::nullopt;
  return *number << shift;
}

void print_usage(std::FILE* out) {
  std::fputs("usage: piiscrub-corpus KIND BYTES[K|M|G] [SEED] > FILE\nkinds:\n", out);
  for (const CorpusInfo& info : piiscrub::bench::corpus_kinds()) {
    std::fprintf(out, "  %-6.*s %.*s\n", static_cast<int>(info.name.size()), info.name.data(),
                 static_cast<int>(info.doc.size()), info.doc.data());
  }
}

int fail_usage(std::string_view what, std::string_view argument) {
  std::fprintf(stderr, "piiscrub-corpus: %.*s: %.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(argument.size()), argument.data());
  print_usage(stderr);
  return kExitUsage;
}

int write_corpus(const CorpusInfo& info, std::uint64_t bytes, std::uint64_t seed) {
  CorpusGenerator generator(info.kind, seed);
  std::string chunk;
  for (std::uint64_t written = 0; written < bytes; written += chunk.size()) {
    chunk.clear();
    const std::uint64_t wanted = std::min<std::uint64_t>(bytes - written, kChunkBytes);
    while (chunk.size() < wanted) generator.append_entry(chunk, nullptr);
    if (std::fwrite(chunk.data(), 1, chunk.size(), stdout) != chunk.size()) break;
  }
  if (std::ferror(stdout) == 0 && std::fflush(stdout) == 0) return 0;
  std::perror("piiscrub-corpus: cannot write");
  return kExitWrite;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--help") {
    print_usage(stdout);
    return 0;
  }
  if (argc < 3 || argc > 4) {
    print_usage(stderr);
    return kExitUsage;
  }
  const CorpusInfo* info = piiscrub::bench::find_corpus_kind(argv[1]);
  if (info == nullptr) return fail_usage("unknown kind", argv[1]);
  const std::optional<std::uint64_t> bytes = parse_size(argv[2]);
  if (!bytes) return fail_usage("not a size", argv[2]);
  const std::optional<std::uint64_t> seed = argc == 4 ? parse_number(argv[3]) : kDefaultSeed;
  if (!seed) return fail_usage("not a seed", argv[3]);
  return write_corpus(*info, *bytes, *seed);
}
