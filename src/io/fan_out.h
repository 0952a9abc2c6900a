// FanOut: several sinks as one. Each write goes to all of them, and is done when all have done it: the slowest one sets
// the pace.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "io/sink.h"

namespace piiscrub::io {

class FanOut final : public Sink {
 public:
  FanOut();
  ~FanOut() override;
  FanOut(const FanOut&) = delete;
  FanOut& operator=(const FanOut&) = delete;

  /// Writes go to `sinks` from now on. A write that waits for a sink which is left out goes to those that are new, as a
  /// whole, in its place. What is left out must be destroyed, or have nothing queued, before the loop turns.
  void use(std::vector<Sink*> sinks);

  Written write(std::span<const std::string_view> slices, Writer& writer) override;
  [[nodiscard]] std::size_t queued_bytes() const override;
  /// Of the first sink that has one.
  [[nodiscard]] int error() const override;

 private:
  struct Pending;
  struct Part;

  void give(Pending& pending, Sink& sink);
  void on_written(Part& part);
  std::unique_ptr<Pending> take(const Pending& pending);

  std::vector<Sink*> sinks_;
  std::vector<std::unique_ptr<Pending>> pending_;  // in the order of writing
  std::unique_ptr<Pending> spare_;
  std::vector<std::unique_ptr<Part>> parts_;  // all, for ownership
  std::vector<Part*> free_;
};

}  // namespace piiscrub::io
