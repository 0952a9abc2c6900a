// WriteQueue: the writes that wait at a sink which sends records to somebody, the first of them in its encoder.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "io/record_encoder.h"
#include "io/sink.h"

namespace piiscrub::io {

/// `send`, of both calls, sends all that the encoder has; it returns false if that must wait.
class WriteQueue {
 public:
  explicit WriteQueue(WireFraming framing) : encoder_(framing) {}

  [[nodiscard]] bool empty() const { return pending_.empty(); }
  /// Of the first write. An encoder that is rewound sends that one again.
  RecordEncoder& encoder() { return encoder_; }

  /// For Sink::write().
  template <typename Send>
  Sink::Written write(std::span<const std::string_view> slices, Sink::Writer& writer, Send send) {
    if (pending_.empty()) {
      encoder_.start(slices);
      if (send()) return Sink::Written::now;
    }
    pending_.push_back({slices, &writer});
    return Sink::Written::later;
  }

  /// Sends what waits, and says so to the writers; they may write again, behind those that wait.
  template <typename Send>
  void send_pending(Send send) {
    while (!pending_.empty() && send()) {
      Sink::Writer* const writer = pending_.front().writer;
      pending_.erase(pending_.begin());
      if (!pending_.empty()) encoder_.start(pending_.front().slices);
      writer->on_written();
    }
  }

  /// For Sink::queued_bytes().
  [[nodiscard]] std::size_t bytes() const {
    if (pending_.empty()) return 0;
    std::size_t bytes = encoder_.left();
    for (std::size_t i = 1; i < pending_.size(); ++i) {
      for (const std::string_view slice : pending_[i].slices) bytes += slice.size();
    }
    return bytes;
  }

 private:
  struct Pending {
    std::span<const std::string_view> slices;
    Sink::Writer* writer;
  };

  RecordEncoder encoder_;
  std::vector<Pending> pending_;  // one per writer at most
};

}  // namespace piiscrub::io
