// Files: reading, decompressing, replacing.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "io/input.h"
#include "io/output_file.h"
#include "io/reader.h"

namespace piiscrub::io {
namespace {

namespace fs = std::filesystem;

class IoFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "piiscrub-io-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(directory_); }

  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }
  static std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory_), {}));
  }

  fs::path directory_;
};

Fd open_file(const std::string& path) { return Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)); }

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

struct Contents {
  std::string text;
  std::string error;
};

Contents read_all(Reader& reader, std::size_t step) {
  Contents contents;
  std::string buffer(step, '\0');
  for (std::size_t got = 0; (got = reader.read(buffer.data(), step)) > 0;) contents.text.append(buffer, 0, got);
  contents.error = reader.error();
  return contents;
}

// ----- gzip

TEST_F(IoFiles, GzipGivesTheTextInAnyReadSize) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "line " + std::to_string(i) + "\n";
  const std::string file = write("x.gz", gzip(text) + gzip("") + gzip("tail"));
  ASSERT_TRUE(is_gzip(open_file(file).get()));
  for (const std::size_t step : {std::size_t{1}, std::size_t{1000}, std::size_t{262'144}}) {
    const auto reader = make_gzip_reader(open_file(file));
    const Contents contents = read_all(*reader, step);
    EXPECT_TRUE(contents.text == text + "tail") << step;
    EXPECT_EQ(contents.error, "");
    EXPECT_EQ(reader->position(), fs::file_size(file));
  }
}

TEST_F(IoFiles, GzipReportsWhatIsWrong) {
  const std::string whole = gzip("some text that is long enough to be cut anywhere\n");
  for (std::size_t size = 3; size < whole.size(); ++size) {
    const auto reader = make_gzip_reader(open_file(write("cut.gz", whole.substr(0, size))));
    EXPECT_EQ(read_all(*reader, 100).error, "the gzip data ends early") << size;
  }
  std::string damaged = whole;
  damaged[damaged.size() - 8] ^= 1;  // the checksum
  EXPECT_EQ(read_all(*make_gzip_reader(open_file(write("damaged.gz", damaged))), 100).error, "damaged gzip data");
  EXPECT_EQ(read_all(*make_gzip_reader(open_file(write("padded.gz", whole + std::string(99, '\0')))), 100).error, "");
  EXPECT_EQ(read_all(*make_gzip_reader(open_file(write("tail.gz", whole + "x"))), 100).error,
            "data behind the end of the gzip data");
}

// ----- input

TEST_F(IoFiles, InputKnowsWhatItReads) {
  Loop loop;
  BufferPool buffers;
  const std::string file = write("x.log", "hello\n");
  const Result<Input> input = open_input(loop, buffers, file);
  ASSERT_TRUE(input);
  EXPECT_EQ(input->kind, Input::Kind::file);
  EXPECT_EQ(input->bytes, 6U);
  EXPECT_FALSE(input->gzip);
  EXPECT_TRUE(reads_from(*input, open_file(file).get()));
  EXPECT_FALSE(reads_from(*input, open_file(write("y.log", "")).get()));

  EXPECT_EQ(open_input(loop, buffers, path("none")).error().text(),
            path("none") + ": cannot read: No such file or directory");
  EXPECT_EQ(open_input(loop, buffers, directory_.string()).error().message, "cannot read: Is a directory");
  EXPECT_EQ(open_input(loop, buffers, "/dev/null")->kind, Input::Kind::file);
}

// ----- output

TEST_F(IoFiles, OutputAppearsWhenItIsComplete) {
  const std::string file = write("out.log", "old");
  {
    Result<OutputFile> output = OutputFile::create(file);
    ASSERT_TRUE(output);
    ASSERT_EQ(::write(output->fd(), "new", 3), 3);
    EXPECT_EQ(read(file), "old");
    EXPECT_EQ(output->commit(), std::nullopt);
  }
  EXPECT_EQ(read(file), "new");
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(entries(), 1U);
}

TEST_F(IoFiles, OutputThatIsGivenUpLeavesNothing) {
  const std::string file = write("out.log", "old");
  { ASSERT_TRUE(OutputFile::create(file)); }
  EXPECT_EQ(read(file), "old");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(IoFiles, OutputIsNotWrittenThroughSymbolicLinks) {
  const std::string file = write("target.log", "old");
  fs::create_symlink(file, path("link.log"));
  EXPECT_FALSE(OutputFile::create(path("link.log")));
  EXPECT_FALSE(open_in_place(path("link.log")));
  EXPECT_TRUE(replace_file(path("link.log"), "x", 0600));
  EXPECT_EQ(read(file), "old");
}

TEST_F(IoFiles, ReplacedFilesHaveTheModeThatWasAskedFor) {
  EXPECT_EQ(replace_file(path("stats.prom"), "text\n", 0644), std::nullopt);
  EXPECT_EQ(read(path("stats.prom")), "text\n");
  EXPECT_EQ(static_cast<unsigned>(fs::status(path("stats.prom")).permissions()), 0644U);
  EXPECT_TRUE(replace_file(path("none/stats.prom"), "text\n", 0644));
}

}  // namespace
}  // namespace piiscrub::io
