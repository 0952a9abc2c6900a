// Terms: exact strings become rules that find them as whole words.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "piiscrub/policy_loader.h"
#include "support/scrub.h"

namespace piiscrub {
namespace {

class TermLoaderTest : public testing::Test {
 protected:
  ~TermLoaderTest() override { std::filesystem::remove(path_); }

  void load(std::string_view text) {
    std::ofstream(path_, std::ios::binary) << text;
    add_terms(path_, pack_, errors_);
  }
  std::string scrub(std::string_view text) {
    const auto database = RuleDatabase::compile(pack_);
    EXPECT_TRUE(database) << database.error().text();
    return database ? test::scrub(*database, text).text : std::string();
  }
  // The errors, without the path.
  std::string errors() {
    std::string out;
    for (Error error : errors_) {
      EXPECT_EQ(error.file, path_);
      error.file = "t";
      out += error.text() + "\n";
    }
    return out;
  }

  std::string path_ =
      (std::filesystem::temp_directory_path() / ("piiscrub-terms-" + std::to_string(::getpid()))).string();
  RulePack pack_;
  std::vector<Error> errors_;
};

TEST_F(TermLoaderTest, FindsTermsAsWholeWords) {
  load("Acme Corp\n# not this\n\n  Project X-7 \r\nZo\xC3\xAB\n@dash-\nlast");
  EXPECT_EQ(errors(), "");
  ASSERT_EQ(pack_.rules.size(), 5U);
  EXPECT_EQ(pack_.rules[1].id, "term-2");
  EXPECT_EQ(pack_.rules[1].where.line, 4);
  const struct {
    std::string_view text;
    std::string_view scrubbed;
  } kCases[] = {
      {"Acme Corp", "[TERM]"},
      {"the Acme Corp.", "the [TERM]."},
      {"Acme Corp Acme Corp", "[TERM] [TERM]"},
      {"Acme Corps, xAcme Corp, Acme_Corp, acme corp, Acme  Corp",
       "Acme Corps, xAcme Corp, Acme_Corp, acme corp, Acme  Corp"},
      {"{\"a\":\"x\\nAcme Corp\"}", "{\"a\":\"x\\n[TERM]\"}"},
      {"Project X-7/Project X-77", "[TERM]/Project X-77"},
      {"Zo\xC3\xAB, Zo\xC3\xABs Zo\xC3\xAB\xC3\xAB Zo\xC3\xAB", "[TERM], Zo\xC3\xABs Zo\xC3\xAB\xC3\xAB [TERM]"},
      {"a@dash-b", "a[TERM]b"},
      {"not this", "not this"},
      {"at last", "at [TERM]"},
  };
  for (const auto& [text, scrubbed] : kCases) EXPECT_EQ(scrub(text), scrubbed) << text;
}

TEST_F(TermLoaderTest, TakesBytesAsTheyAre) {
  load(R"(a.*b\d[x]^$|(y){2}?+)"
       "\nnul\0nul\n");
  EXPECT_EQ(errors(), "");
  EXPECT_EQ(scrub(R"(1 a.*b\d[x]^$|(y){2}?+ axxb)"), "1 [TERM] axxb");
}

TEST_F(TermLoaderTest, TakesATermOnce) {
  load("alpha\nbeta\nalpha\n");
  load("beta\ngamma\n");
  ASSERT_EQ(pack_.rules.size(), 3U);
  EXPECT_EQ(pack_.rules[2].id, "term-3");
}

TEST_F(TermLoaderTest, DoesNotTakeAnIdThatIsTaken) {
  Rule own;
  own.id = "term-1";
  pack_.rules.push_back(own);
  load("alpha\n");
  EXPECT_EQ(pack_.rules[1].id, "term-2");
}

TEST_F(TermLoaderTest, RefusesWithThePlaceAndWithoutTheTerm) {
  load("good\nab\n" + std::string(1001, 'x') + "\n");
  EXPECT_EQ(errors(),
            "t:2:1: term of 2 bytes: not between 3 and 1000 (give more of it)\n"
            "t:3:1: term of 1001 bytes: not between 3 and 1000 (give a part of it that is a word of its own)\n");
}

TEST_F(TermLoaderTest, RefusesAFileWithoutTerms) {
  load("# nothing\n\n");
  EXPECT_EQ(errors(), "t: holds no term (write one per line, or do not name the file)\n");
}

TEST_F(TermLoaderTest, RefusesAFileThatCannotBeRead) {
  add_terms(path_, pack_, errors_);
  EXPECT_EQ(errors(), "t: cannot read: No such file or directory\n");
}

}  // namespace
}  // namespace piiscrub
