// Images: what was written is there, wherever the bytes come to lie.
#include "detect/image.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace piiscrub {
namespace {

struct Item {
  Text name;
  Slice<std::uint64_t> numbers;
};
struct Header {
  Slice<Item> items;
  Slice<Text> words;
  Text last;
};

std::string written() {
  const std::vector<std::uint64_t> numbers = {7, 8, 9};
  ImageWriter image;
  const std::size_t header = image.add<Header>(1);
  const std::size_t first = image.set(header, &Header::items, 2);
  image.set(first, &Item::name, "one");
  image.set(first + sizeof(Item), &Item::name, "another one");
  image.set(first + sizeof(Item), &Item::numbers, std::span<const std::uint64_t>(numbers));
  image.set_texts(header, &Header::words, std::vector<std::string>{"a", "", "one"});
  image.set(header, &Header::last, std::string(1000, 'x'));
  return image.bytes();
}

void expect_written(const Header& header) {
  ASSERT_EQ(header.items.size(), 2U);
  EXPECT_EQ(header.items[0].name, "one");
  EXPECT_TRUE(header.items[0].numbers.empty());
  EXPECT_EQ(header.items[1].name, "another one");
  EXPECT_EQ(std::vector<std::uint64_t>(header.items[1].numbers.begin(), header.items[1].numbers.end()),
            (std::vector<std::uint64_t>{7, 8, 9}));
  ASSERT_EQ(header.words.size(), 3U);
  EXPECT_EQ(header.words[0], "a");
  EXPECT_TRUE(header.words[1].empty());
  EXPECT_EQ(header.words[2], "one");
  EXPECT_EQ(header.last.view().size(), 1000U);
}

TEST(ImageTest, HoldsWhatWasWrittenWhereverItLies) {
  const std::string bytes = written();
  for (int copies = 0; copies < 3; ++copies) {
    const auto place = std::make_unique<std::uint64_t[]>(bytes.size() / sizeof(std::uint64_t) + 1);
    std::memcpy(place.get(), bytes.data(), bytes.size());
    expect_written(*reinterpret_cast<const Header*>(place.get()));
  }
}

TEST(ImageTest, KeepsEqualTextsOnce) {
  const std::string bytes = written();
  const auto* const header = reinterpret_cast<const Header*>(bytes.data());
  EXPECT_EQ(header->words[2].view().data(), header->items[0].name.view().data());
}

TEST(ImageTest, AlignsWhatItHolds) {
  ImageWriter image;
  image.add<char>(3);
  EXPECT_EQ(image.add<std::uint64_t>(1) % alignof(std::uint64_t), 0U);
  EXPECT_EQ(image.add<char>(1, 64) % 64, 0U);
}

}  // namespace
}  // namespace piiscrub
