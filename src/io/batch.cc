#include "io/batch.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace piiscrub::io {
namespace {

constexpr std::size_t kNotCopied = std::string::npos;

bool lies_in(std::string_view part, std::string_view whole) {
  const std::less_equal<> not_behind;
  return not_behind(whole.data(), part.data()) && not_behind(part.data() + part.size(), whole.data() + whole.size());
}

}  // namespace

void Batch::fill(NewlineFramer& framer, Buffer buffer) {
  buffer_ = std::move(buffer);
  framer.push(buffer_.bytes());
  take_chunks(framer);
}

void Batch::fill_rest(NewlineFramer& framer) { take_chunks(framer); }

void Batch::take_chunks(NewlineFramer& framer) {
  // The framer's own bytes live until the next push only. They are copied first and viewed when copied_ has grown to
  // its full length.
  copy_offsets_.clear();
  while (const std::optional<Chunk> chunk = framer.next()) {
    const bool here = lies_in(chunk->bytes, buffer_.bytes());
    chunks_.push_back(*chunk);
    copy_offsets_.push_back(here ? kNotCopied : copied_.size());
    if (!here) copied_.append(chunk->bytes);
  }
  for (std::size_t i = 0; i < chunks_.size(); ++i) {
    if (copy_offsets_[i] == kNotCopied) continue;
    chunks_[i].bytes = {copied_.data() + copy_offsets_[i], chunks_[i].bytes.size()};
  }
}

void Batch::process(Engine& engine, EntryState before) {
  before_ = before;
  after_ = std::move(before);
  wants_receipts_ = engine.receipts;
  if (scans_.size() < chunks_.size()) scans_.resize(chunks_.size());
  for (std::size_t i = 0; i < chunks_.size(); ++i) {
    engine.scanner.scan(chunks_[i].bytes, scans_[i]);
    edit(engine.editor, i);
  }
  stats_.bytes_out = output_.size();
}

void Batch::edit_again(Editor& editor, EntryState before) {
  output_.clear();
  stats_.clear();
  receipts_.clear();
  before_ = before;
  after_ = std::move(before);
  for (std::size_t i = 0; i < chunks_.size(); ++i) edit(editor, i);
  stats_.bytes_out = output_.size();
}

void Batch::edit(Editor& editor, std::size_t chunk) {
  const bool continued = after_.begins_continued;
  const bool in_entry = after_.begins_in_entry;
  after_ = editor.edit(chunks_[chunk], scans_[chunk], after_, output_, stats_, wants_receipts_ ? &receipts_ : nullptr);
  if (chunk == 0) return;
  // What the batch begins with only its first chunk can say.
  after_.begins_continued = continued;
  after_.begins_in_entry = in_entry;
}

unsigned Batch::failed_scans() const {
  const auto end = scans_.begin() + static_cast<std::ptrdiff_t>(chunks_.size());
  return static_cast<unsigned>(std::count_if(scans_.begin(), end, [](const ScanResult& scan) { return scan.failed; }));
}

void Batch::recycle() {
  buffer_.reset();
  copied_.clear();
  chunks_.clear();
  output_.clear();
  stats_.clear();
  receipts_.clear();
  processed_ = false;
}

}  // namespace piiscrub::io
