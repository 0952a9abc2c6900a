// ExecSink: a child process that reads records from its standard input, started again whenever it ends.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "io/listener.h"
#include "io/loop.h"
#include "io/sink.h"

namespace piiscrub::io {

struct ExecSinkOptions {
  std::uint64_t restart_min_ms = 200;  ///< the first wait before starting again; doubles, with jitter, up to
  std::uint64_t restart_max_ms = 30'000;
  /// How long a child that has been given the end of its input, or has closed it, may take to end. Then it is killed.
  std::uint64_t end_ms = 5'000;
  NetworkSinkStats* stats = nullptr;  ///< a connection is a child that runs; must outlive the sink
};

/// Never fails: it makes writers wait. A record that was cut when the child ended is given to the next one as a whole;
/// what the child, or the pipe to it, had taken and not dealt with is lost with it. Each write must end with a whole
/// record; a last one without LF gets its end.
class ExecSink : public Sink {
 public:
  class Observer {
   public:
    /// After finish(): the child has ended.
    virtual void on_child_finished() = 0;

   protected:
    ~Observer() = default;
  };

  /// Ends the child's input, for good, and waits for it to end. May be called again. REQUIRES: nothing is queued, and
  /// no further write.
  virtual void finish() = 0;
  /// Whether finish() was called and no child runs any more.
  [[nodiscard]] virtual bool finished() const = 0;
};

/// `argv` is not empty: the program, found as a shell would, and its arguments. Its process group gets SIGTERM if it is
/// not finished() when the sink is destroyed. `observer` must outlive the sink.
std::unique_ptr<ExecSink> make_exec_sink(Loop& loop, std::vector<std::string> argv, const ExecSinkOptions& options,
                                         ExecSink::Observer& observer);

}  // namespace piiscrub::io
