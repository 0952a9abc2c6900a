// Output: scrubbed bytes as a list of slices, so that clean stretches leave without being copied.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace piiscrub {

/// Bytes on their way out: slices of the caller's input mixed with text that piiscrub wrote, in order.
///
/// Slices of the input are views: the input must stay alive and unchanged until the Output is cleared or reused.
/// Reuse one Output per worker; after warm-up it does not allocate. Not thread-safe.
class Output {
 public:
  /// Appends `bytes` by reference if that pays, by copy if they are short.
  void pass(std::string_view bytes);
  /// Appends a copy of `bytes`.
  void write(std::string_view bytes);
  /// Appends all of `other`: its views are taken over as views, its own text is copied.
  void append(const Output& other);
  void clear();

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  /// The bytes in order. The span and the views into written text are valid until the next non-const call.
  [[nodiscard]] std::span<const std::string_view> slices();
  /// Appends all bytes to `to`.
  void copy_to(std::string& to) const;

 private:
  struct Piece {
    const char* data;  // nullptr: written text, from `offset` of text_
    std::size_t offset;
    std::size_t size;
  };
  [[nodiscard]] std::string_view view(const Piece& piece) const {
    return {piece.data != nullptr ? piece.data : text_.data() + piece.offset, piece.size};
  }

  std::vector<Piece> pieces_;           // no two neighbours are both written text
  std::string text_;                    // what piiscrub wrote, and short copies
  std::vector<std::string_view> view_;  // answer of slices(), reused
  std::size_t size_ = 0;
};

}  // namespace piiscrub
