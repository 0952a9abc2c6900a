#include "piiscrub/output.h"

namespace piiscrub {
namespace {

// Below this a copy into the text is cheaper than one more slice for the kernel to gather.
constexpr std::size_t kCopyBelowBytes = 2048;

}  // namespace

void Output::pass(std::string_view bytes) {
  if (bytes.size() < kCopyBelowBytes) return write(bytes);
  pieces_.push_back({bytes.data(), 0, bytes.size()});
  size_ += bytes.size();
}

void Output::write(std::string_view bytes) {
  if (bytes.empty()) return;
  if (!pieces_.empty() && pieces_.back().data == nullptr) {
    pieces_.back().size += bytes.size();
  } else {
    pieces_.push_back({nullptr, text_.size(), bytes.size()});
  }
  text_.append(bytes);
  size_ += bytes.size();
}

void Output::append(const Output& other) {
  for (const Piece& piece : other.pieces_) {
    if (piece.data != nullptr) {
      pass(other.view(piece));
    } else {
      write(other.view(piece));
    }
  }
}

void Output::clear() {
  pieces_.clear();
  text_.clear();
  size_ = 0;
}

std::span<const std::string_view> Output::slices() {
  view_.clear();
  for (const Piece& piece : pieces_) view_.push_back(view(piece));
  return view_;
}

void Output::copy_to(std::string& to) const {
  for (const Piece& piece : pieces_) to.append(view(piece));
}

}  // namespace piiscrub
