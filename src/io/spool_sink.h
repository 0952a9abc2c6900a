// SpoolSink: a sink that is done with a write when it is on the disk, and passes it on from there.
//
//   relays ─write▶ gathered ─commit▶ Spool ─▶ the sink behind it
//
// Writes that come close together are committed together. While the spool is full, writes wait, and sources with them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/loop.h"
#include "io/sink.h"
#include "io/spool.h"

namespace piiscrub::io {

class SpoolSink final : public Sink, private Sink::Writer {
 public:
  class Observer {
   public:
    /// The disk cannot be written or read, which will be tried again.
    virtual void on_spool_failed(const Error& error) = 0;

   protected:
    ~Observer() = default;
  };

  /// What the spool has goes to `to` first. `to` and `observer` must outlive this.
  SpoolSink(Loop& loop, std::unique_ptr<Spool> spool, std::uint64_t max_bytes, Sink& to, Observer& observer);

  ~SpoolSink() override;
  SpoolSink(const SpoolSink&) = delete;
  SpoolSink& operator=(const SpoolSink&) = delete;

  Written write(std::span<const std::string_view> slices, Sink::Writer& writer) override;
  /// Bytes that are not on the disk yet.
  [[nodiscard]] std::size_t queued_bytes() const override;
  [[nodiscard]] int error() const override { return to_.error(); }

  /// Bytes that are on the disk and have not been passed on, about.
  [[nodiscard]] std::uint64_t spooled_bytes() const { return spool_->bytes(); }
  [[nodiscard]] bool full() const { return full_; }
  /// Passes nothing more on; what comes is kept.
  void stop() { stopped_ = true; }
  void set_max_bytes(std::uint64_t max_bytes) { max_bytes_ = max_bytes; }

 private:
  struct Waiting {
    std::span<const std::string_view> slices;
    std::size_t size;
    Sink::Writer* writer;
  };

  void on_written() override;
  void commit();
  void pass_on();
  void note_passed();
  void remove_passed();

  std::unique_ptr<Spool> spool_;
  std::uint64_t max_bytes_;
  Sink& to_;
  Observer& observer_;
  std::vector<Waiting> waiting_;  // for the disk; one per writer at most
  Spool::Entry entry_;            // that is being passed on; id 0: none
  std::string_view entry_view_;
  std::int64_t passed_ = 0;  // the last entry that was passed on
  bool remove_wanted_ = false;
  bool full_ = false;
  bool stopped_ = false;
  Timer commit_soon_;
  Timer pass_on_soon_;
  Timer remove_soon_;
};

}  // namespace piiscrub::io
