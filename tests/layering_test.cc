// The #include lines of src/ and include/ against DESIGN 3: includes go up one list only, and each library has one
// home. That each header compiles alone is checked by building piiscrub_header_check (tests/CMakeLists.txt).
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/scrub.h"

namespace piiscrub {
namespace {

namespace fs = std::filesystem;

// A module may include itself and those in front of it.
const std::vector<std::string> kModules = {"base",   "framing", "format", "detect", "redact", "pipeline",
                                           "config", "rulec",   "io",     "daemon", "cli"};

// Where the headers of each library, known by the start of their names, may be included. {fmt} may go anywhere in src.
struct Home {
  std::string_view header;
  std::vector<std::string_view> files;  // or directories
};
const std::vector<Home> kHomes = {
    {"hs.h", {"detect/database.cc", "detect/scanner.cc", "detect/engine_version.cc"}},
    {"re2/", {"detect/lazy_regex.cc"}},
    {"hwy/", {"detect/trigger_kernel.cc", "detect/words.cc"}},
    {"toml++/", {"config/toml_reader.cc"}},
    {"simdjson", {"format/json.cc"}},
    {"uv.h", {"io/"}},
    {"zlib.h", {"io/"}},
    {"openssl/", {"redact/crypto.cc", "io/tls_"}},
    {"sqlite3.h", {"io/spool.cc"}},
    {"microhttpd.h", {"io/http_server.cc"}},
    {"CLI/", {"cli/"}},
    {"fmt/", {""}},
};

struct Include {
  std::string file;    // below src/ or include/
  std::string header;  // as written
  bool quoted;
  int line;
};

// `#include "header"` or `#include <header>`
std::optional<Include> read_include(std::string_view line) {
  const auto skip_blanks = [&] { line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size())); };
  skip_blanks();
  if (!line.starts_with('#')) return std::nullopt;
  line.remove_prefix(1);
  skip_blanks();
  if (!line.starts_with("include")) return std::nullopt;
  line.remove_prefix(7);
  skip_blanks();
  if (!line.starts_with('"') && !line.starts_with('<')) return std::nullopt;
  const bool quoted = line.starts_with('"');
  line.remove_prefix(1);
  const std::size_t end = line.find(quoted ? '"' : '>');
  if (end == std::string_view::npos) return std::nullopt;
  return Include{.file = {}, .header = std::string(line.substr(0, end)), .quoted = quoted, .line = 0};
}

std::vector<Include> includes_below(const fs::path& top) {
  std::vector<Include> all;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    if (entry.path().extension() != ".h" && entry.path().extension() != ".cc") continue;
    const std::string text = test::read_file(entry.path().string());
    int line = 0;
    for (std::string_view record : test::records_of(text)) {
      ++line;
      if (const std::optional<Include> include = read_include(record)) {
        all.push_back(*include);
        all.back().file = fs::relative(entry.path(), top).string();
        all.back().line = line;
      }
    }
  }
  return all;
}

std::string module_of(const std::string& path) { return path.substr(0, path.find('/')); }

std::ptrdiff_t rank_of(const std::string& module) {
  return std::find(kModules.begin(), kModules.end(), module) - kModules.begin();
}

// Standard headers have no slash and no dot; those of C, POSIX and Linux are for src only.
bool is_standard(std::string_view header) { return header.find_first_of("./") == std::string_view::npos; }
bool is_home_of(const Home& home, std::string_view header) { return header.starts_with(home.header); }
bool is_system(std::string_view header) {
  if (std::any_of(kHomes.begin(), kHomes.end(), [&](const Home& home) { return is_home_of(home, header); }))
    return false;
  const std::string_view directory = header.substr(0, header.find('/'));
  static constexpr std::string_view kDirectories[] = {"sys", "netinet", "arpa", "linux", "net"};
  return is_standard(header) || header.find('/') == std::string_view::npos ||
         std::find(std::begin(kDirectories), std::end(kDirectories), directory) != std::end(kDirectories);
}

std::string place(const Include& include, const char* top) {
  return std::string(top) + include.file + ":" + std::to_string(include.line) + " includes " + include.header;
}

TEST(LayeringTest, PublicHeadersIncludeTheStandardLibraryOnly) {
  const auto all = includes_below(fs::path(PIISCRUB_SOURCE_DIR) / "include");
  EXPECT_FALSE(all.empty());
  for (const Include& include : all) {
    const bool own = include.quoted && include.header.starts_with("piiscrub/");
    EXPECT_TRUE(own || (!include.quoted && is_standard(include.header))) << place(include, "include/");
  }
}

TEST(LayeringTest, IncludesGoUpTheListOfModules) {
  for (const Include& include : includes_below(fs::path(PIISCRUB_SOURCE_DIR) / "src")) {
    if (!include.quoted || include.header.starts_with("piiscrub/")) continue;
    ASSERT_LT(rank_of(module_of(include.file)), std::ssize(kModules)) << include.file << " is in no known module";
    // A file of the own directory is named in full as well, so that a reader knows where it is.
    ASSERT_NE(include.header.find('/'), std::string::npos) << place(include, "src/");
    EXPECT_LE(rank_of(module_of(include.header)), rank_of(module_of(include.file))) << place(include, "src/");
  }
}

TEST(LayeringTest, EachLibraryHasOneHome) {
  for (const Include& include : includes_below(fs::path(PIISCRUB_SOURCE_DIR) / "src")) {
    if (include.quoted || is_system(include.header)) continue;
    const auto home =
        std::find_if(kHomes.begin(), kHomes.end(), [&](const Home& row) { return is_home_of(row, include.header); });
    if (home == kHomes.end()) {
      ADD_FAILURE() << place(include, "src/") << ", which has no home";
      continue;
    }
    const bool at_home = std::any_of(home->files.begin(), home->files.end(),
                                     [&](std::string_view file) { return include.file.starts_with(file); });
    EXPECT_TRUE(at_home) << place(include, "src/");
  }
}

TEST(LayeringTest, NothingIncludesTestsOrBenches) {
  for (const Include& include : includes_below(fs::path(PIISCRUB_SOURCE_DIR) / "src")) {
    EXPECT_FALSE(include.header.starts_with("tests/") || include.header.starts_with("support/") ||
                 include.header.starts_with("bench/"))
        << place(include, "src/");
  }
}

}  // namespace
}  // namespace piiscrub
