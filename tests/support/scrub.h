// Running the core in tests: whole, cut into pieces, and as several workers would.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/pipeline.h"

namespace piiscrub::test {

struct Scrubbed {
  std::string text;
  Stats stats;
};

/// Where the input is cut: offsets, ascending. Two equal ones make an empty push().
using Cuts = std::vector<std::size_t>;

/// Pushes `input` in the pieces that `cuts` leave. Every piece is a copy of its own that dies after its push(), so that
/// the address sanitizer sees a view that is kept too long.
Scrubbed scrub(const std::shared_ptr<const RuleDatabase>& rules, std::string_view input, PipelineOptions options = {},
               const Cuts& cuts = {});

/// What a pool of workers does: every chunk is scanned and edited as if it began idle, and the in-order writer repeats
/// the edit (never the scan) where the true state was another one.
Scrubbed scrub_as_workers(const std::shared_ptr<const RuleDatabase>& rules, std::string_view input,
                          PipelineOptions options = {}, const Cuts& cuts = {});

struct NamedCuts {
  std::string name;  ///< for messages
  Cuts cuts;
};

/// Whole, byte by byte, every split into two (a sample of at most `most_splits` in long inputs), and random ones.
std::vector<NamedCuts> chunkings(std::size_t size, std::size_t most_splits = 512, std::uint64_t seed = 1);

/// The first difference between two Stats, for messages; empty if there is none.
std::string difference(const Stats& a, const Stats& b);

/// Records of `text`, delimiters included.
std::vector<std::string_view> records_of(std::string_view text);

/// `bytes` as it can be read in a message: control and high bytes as \xHH.
std::string printable(std::string_view bytes);

/// Whether a record of `text`, its delimiter left aside, is longer than `limit`: then promise 4 does not hold for it.
bool has_record_above(std::string_view text, std::size_t limit);

/// The rules of files, named from the top of the repository, compiled once per process.
const std::shared_ptr<const RuleDatabase>& rules_of(const std::vector<std::string>& files);
/// The rules of a TOML text. Ends the process if they do not load.
std::shared_ptr<const RuleDatabase> rules_from(std::string_view toml);

/// The bytes of a file. Ends the process if it cannot be read.
std::string read_file(const std::string& path);

}  // namespace piiscrub::test
