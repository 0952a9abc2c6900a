// Image: compiled rules as one run of bytes that is used in place.
//
// A pipe starts thousands of times; unpacking rules into strings and vectors took most of each start. So what the
// detector needs lies in the saved form just as it is used, whether that is part of the program or was read from a
// file, and refers to its parts by their distance. An image is written and used by the same build of piiscrub only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>

namespace piiscrub {

/// A run of `T` somewhere in the same image. Lives in an image only, where it holds for as long as the image does.
template <typename T>
class Slice {
 public:
  Slice() = default;
  Slice(const Slice&) = delete;
  Slice& operator=(const Slice&) = delete;

  [[nodiscard]] const T* data() const {
    return reinterpret_cast<const T*>(reinterpret_cast<const char*>(this) + distance_);
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] const T* begin() const { return data(); }
  [[nodiscard]] const T* end() const { return data() + size_; }
  const T& operator[](std::size_t i) const { return data()[i]; }

 private:
  friend class ImageWriter;
  std::int32_t distance_ = 0;
  std::uint32_t size_ = 0;
};

/// Text in an image.
class Text {
 public:
  operator std::string_view() const { return {chars_.data(), chars_.size()}; }  // NOLINT: it is one
  [[nodiscard]] std::string_view view() const { return *this; }
  [[nodiscard]] bool empty() const { return chars_.empty(); }
  friend bool operator==(const Text& a, std::string_view b) { return a.view() == b; }

 private:
  friend class ImageWriter;
  Slice<char> chars_;
};

/// Writes an image. Places are offsets, since the bytes move as they become more.
class ImageWriter {
 public:
  /// Appends `count` zeroed Ts and returns where.
  template <typename T>
  std::size_t add(std::size_t count, std::size_t alignment = alignof(T)) {
    bytes_.resize((bytes_.size() + alignment - 1) / alignment * alignment);
    const std::size_t place = bytes_.size();
    bytes_.resize(place + count * sizeof(T));
    return place;
  }
  template <typename T>
  T& at(std::size_t place) {
    return *reinterpret_cast<T*>(bytes_.data() + place);
  }

  /// Lets `slice`, which lies in the image, stand for what is at `place`.
  template <typename T>
  void point(Slice<T>& slice, std::size_t place, std::size_t count) {
    const auto own = static_cast<std::size_t>(reinterpret_cast<char*>(&slice) - bytes_.data());
    slice.distance_ = static_cast<std::int32_t>(static_cast<std::int64_t>(place) - static_cast<std::int64_t>(own));
    slice.size_ = static_cast<std::uint32_t>(count);
  }

  /// The same for members of an `Owner` at `owner`: adds what they are to hold.
  template <typename Owner, typename T>
  std::size_t set(std::size_t owner, Slice<T> Owner::*member, std::size_t count, std::size_t alignment = alignof(T)) {
    const std::size_t place = add<T>(count, alignment);
    point(at<Owner>(owner).*member, place, count);
    return place;
  }
  template <typename Owner, typename T>
  requires(std::is_trivially_copyable_v<T>&& std::has_unique_object_representations_v<T>) void set(
      std::size_t owner, Slice<T> Owner::*member, std::span<const T> items, std::size_t alignment = alignof(T)) {
    const std::size_t place = set(owner, member, items.size(), alignment);
    if (!items.empty()) std::memcpy(bytes_.data() + place, items.data(), items.size_bytes());
  }
  template <typename Owner>
  void set(std::size_t owner, Text Owner::*member, std::string_view text) {
    const std::size_t place = place_of(text);
    point((at<Owner>(owner).*member).chars_, place, text.size());
  }
  template <typename Owner, typename Strings>
  void set_texts(std::size_t owner, Slice<Text> Owner::*member, const Strings& texts) {
    const std::size_t first = set(owner, member, texts.size());
    std::size_t next = first;
    for (const std::string_view text : texts) {
      const std::size_t place = place_of(text);
      point(at<Text>(next).chars_, place, text.size());
      next += sizeof(Text);
    }
  }

  std::string& bytes() { return bytes_; }

 private:
  // Equal texts are kept once.
  std::size_t place_of(std::string_view text) {
    const auto [known, is_new] = texts_.try_emplace(std::string(text), bytes_.size());
    if (is_new) bytes_.append(text);
    return known->second;
  }

  std::string bytes_;
  std::unordered_map<std::string, std::size_t> texts_;
};

}  // namespace piiscrub
