// Relay and WorkerPool: the same bytes as Pipeline, however the input is cut, however slow the sink, on any number of
// threads.

#include "io/relay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "io/error_budget.h"
#include "io/signals.h"
#include "piiscrub/pipeline.h"

namespace piiscrub::io {
namespace {

constexpr std::size_t kMaxRecordBytes = 2000;
constexpr std::uint64_t kStallMs = 1300;  // more than the second that parts of a line wait

// Hands out `text` in pieces of the given sizes, over and over.
class ScriptedReader final : public Reader {
 public:
  ScriptedReader(std::string_view text, std::vector<std::size_t> sizes, std::string error = {})
      : text_(text), sizes_(std::move(sizes)), error_(std::move(error)) {}

  std::size_t read(char* to, std::size_t size) override {
    const std::size_t count = std::min({text_.size(), sizes_[reads_++ % sizes_.size()], size});
    std::copy_n(text_.data(), count, to);
    text_.remove_prefix(count);
    position_ += count;
    return count;
  }
  [[nodiscard]] std::string error() const override { return error_; }
  [[nodiscard]] std::uint64_t position() const override { return position_; }

 private:
  std::string_view text_;
  std::vector<std::size_t> sizes_;
  std::string error_;
  std::size_t reads_ = 0;
  std::uint64_t position_ = 0;
};

// Completes every write in a later turn of the loop, if slow; the first one only when parts of a line no longer wait,
// if late, and keeps the loop for as long, if blocking; fails after so many writes, if told.
class ScriptedSink final : public Sink {
 public:
  enum class Speed { fast, slow, late, blocking };
  ScriptedSink(Loop& loop, Speed speed, int fail_after = -1)
      : speed_(speed), fail_after_(fail_after), timer_(loop, [this] { complete(); }) {}

  Written write(std::span<const std::string_view> slices, Writer& writer) override {
    EXPECT_EQ(writer_, nullptr) << "two writes at a time";
    if (fail_after_ >= 0 && writes_ >= fail_after_) error_ = EPIPE;
    ++writes_;
    if (error_ != 0) return Written::now;
    slices_ = slices;
    writer_ = &writer;
    const Speed speed = writes_ > 1 && speed_ != Speed::slow ? Speed::fast : speed_;
    if (speed == Speed::blocking) std::this_thread::sleep_for(std::chrono::milliseconds(kStallMs));
    if (speed == Speed::slow || speed == Speed::late) {
      timer_.start_once(speed == Speed::late ? kStallMs : 0);
      return Written::later;
    }
    take();
    return Written::now;
  }
  [[nodiscard]] std::size_t queued_bytes() const override { return writer_ == nullptr ? 0 : 1; }
  [[nodiscard]] int error() const override { return error_; }

  std::string text;

 private:
  Writer* take() {
    for (const std::string_view slice : slices_) text += slice;  // no earlier: the bytes must have stayed
    return std::exchange(writer_, nullptr);
  }
  void complete() { take()->on_written(); }

  Speed speed_;
  int fail_after_;
  Timer timer_;
  std::span<const std::string_view> slices_;
  Writer* writer_ = nullptr;
  int writes_ = 0;
  int error_ = 0;
};

class StopWhenFinished final : public Relay::Observer {
 public:
  explicit StopWhenFinished(Loop& loop) : loop_(loop) {}
  void on_finished(Relay& /*relay*/) override {
    ++finished;
    loop_.stop();
  }
  void on_failed_scans(unsigned count) override { failed += count; }

  int finished = 0;
  unsigned failed = 0;

 private:
  Loop& loop_;
};

struct Relayed {
  std::string text;
  Stats stats;
  std::string read_error;
};

struct Conditions {
  std::vector<std::size_t> sizes = {kBufferBytes};
  unsigned workers = 1;
  ScriptedSink::Speed speed = ScriptedSink::Speed::fast;
  std::string read_error = {};
};

EngineOptions options() { return {builtin_rules(), {.max_record_bytes = kMaxRecordBytes}}; }

Relayed run_relay(std::string_view input, const Conditions& setup) {
  Loop loop;
  const Signals keep_running(loop, {SIGUSR1}, [](Signal) {});  // timers alone do not
  BufferPool buffers;
  WorkerPool workers(loop, options(), setup.workers);
  const std::unique_ptr<Source> source =
      make_file_source(loop, buffers, std::make_unique<ScriptedReader>(input, setup.sizes, setup.read_error));
  ScriptedSink sink(loop, setup.speed);
  StopWhenFinished observer(loop);
  Relay relay(*source, sink, workers, observer);
  relay.start();
  while (!relay.finished()) loop.run();
  EXPECT_EQ(observer.finished, 1);
  return {sink.text, relay.stats(), relay.read_error()};
}

Relayed run_pipeline(std::string_view input) {
  Pipeline pipeline(builtin_rules(), {.max_record_bytes = kMaxRecordBytes});
  Output out;
  Relayed run;
  pipeline.push(input, out);
  out.copy_to(run.text);
  out.clear();
  pipeline.finish(out);
  out.copy_to(run.text);
  run.stats = pipeline.stats();
  return run;
}

// Records of all kinds that carry something over a border: values, key blocks, over-long text and JSON.
std::string mixed_log(std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; text.size() < bytes; ++i) {
    text += "INFO request " + std::to_string(i * 7919 % 1'000'003) + " served\n";
    if (i % 20 == 7) text += "mail alice@example.com sent\r\n";
    if (i % 97 == 3) {
      text += "-----BEGIN RSA PRIVATE KEY-----\n";
      for (int row = 0; row < 30; ++row) text += std::string(64, static_cast<char>('A' + row % 26)) + "\n";
      text += "-----END RSA PRIVATE KEY-----\n";
    }
    if (i % 301 == 11) text += "{\"long\":\"" + std::string(9000, 'x') + "\"}\n";
    if (i % 401 == 13) text += std::string(7000, 'y') + " alice@example.com\n";
  }
  return text + "no newline alice@example.com";
}

TEST(Relay, WritesWhatThePipelineWrites) {
  const std::string input = mixed_log(300'000);
  const Relayed expected = run_pipeline(input);
  ASSERT_EQ(expected.text.find("alice"), std::string::npos);
  for (const auto& sizes : std::vector<std::vector<std::size_t>>{{kBufferBytes}, {4096}, {1, 777, 50'000}}) {
    for (const auto speed : {ScriptedSink::Speed::fast, ScriptedSink::Speed::slow}) {
      const Relayed run = run_relay(input, {.sizes = sizes, .speed = speed});
      EXPECT_TRUE(run.text == expected.text) << sizes.size() << " sizes from " << sizes[0];
      EXPECT_EQ(run.stats.bytes_in, expected.stats.bytes_in);
      EXPECT_EQ(run.stats.bytes_out, expected.stats.bytes_out);
      EXPECT_EQ(run.stats.bytes_discarded, expected.stats.bytes_discarded);
      EXPECT_EQ(run.stats.records, expected.stats.records);
      EXPECT_EQ(run.stats.records_edited, expected.stats.records_edited);
      EXPECT_EQ(run.stats.findings, expected.stats.findings);
    }
  }
}

TEST(Relay, WritesTheSameWithAnyNumberOfWorkers) {
  const std::string input = mixed_log(3'000'000);
  const Relayed expected = run_pipeline(input);
  std::mt19937 random(1);
  for (const unsigned workers : {2U, 3U, 8U}) {
    for (const auto speed : {ScriptedSink::Speed::fast, ScriptedSink::Speed::slow}) {
      std::vector<std::size_t> sizes(50);
      for (std::size_t& size : sizes) size = 1 + random() % 40'000;
      const Relayed run = run_relay(input, {.sizes = sizes, .workers = workers, .speed = speed});
      EXPECT_TRUE(run.text == expected.text) << workers << " workers";
      EXPECT_EQ(run.stats.records, expected.stats.records);
      EXPECT_EQ(run.stats.findings, expected.stats.findings);
      EXPECT_EQ(run.stats.bytes_out, expected.stats.bytes_out);
    }
  }
}

TEST(Relay, HandlesEmptyInput) {
  const Relayed run = run_relay("", {});
  EXPECT_EQ(run.text, "");
  EXPECT_EQ(run.stats.records, 0U);
}

TEST(Relay, WritesWhatCameBeforeAReadError) {
  const Relayed run = run_relay("a\nb", {.read_error = "it broke"});
  EXPECT_EQ(run.text, "a\nb");
  EXPECT_EQ(run.read_error, "it broke");
}

TEST(Relay, EndsWhenItsSinkFails) {
  const std::string input = mixed_log(3'000'000);
  for (const unsigned worker_count : {1U, 4U}) {
    Loop loop;
    BufferPool buffers;
    WorkerPool workers(loop, options(), worker_count);
    const std::unique_ptr<Source> source =
        make_file_source(loop, buffers, std::make_unique<ScriptedReader>(input, std::vector<std::size_t>{10'000}));
    ScriptedSink sink(loop, ScriptedSink::Speed::fast, 3);
    StopWhenFinished observer(loop);
    Relay relay(*source, sink, workers, observer);
    relay.start();
    while (!relay.finished()) loop.run();
    EXPECT_EQ(sink.error(), EPIPE);
    EXPECT_LT(relay.stats().bytes_in, input.size());
    EXPECT_TRUE(run_pipeline(input).text.starts_with(sink.text));
  }
}

TEST(Relay, EndsItsInputWhenTold) {
  Loop loop;
  const Signals keep_running(loop, {SIGUSR1}, [](Signal) {});  // timers alone do not
  BufferPool buffers;
  WorkerPool workers(loop, options(), 1);
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const Fd writer(pipe[1]);
  const std::unique_ptr<Source> source = make_stream_source(loop, buffers, StreamFd::own(Fd(pipe[0])));
  ScriptedSink sink(loop, ScriptedSink::Speed::fast);
  StopWhenFinished observer(loop);
  Relay relay(*source, sink, workers, observer);
  relay.start();
  ASSERT_EQ(::write(writer.get(), "a\nhalf", 6), 6);
  Timer timer(loop, [&] {
    if (sink.text == "a\n") relay.end_input();
  });
  timer.start_every(1);
  loop.run();
  EXPECT_TRUE(relay.finished());
  EXPECT_EQ(sink.text, "a\nhalf");
}

TEST(Relay, LetsThePartsOfALineGoAfterASilence) {
  Loop loop;
  const Signals keep_running(loop, {SIGUSR1}, [](Signal) {});  // timers alone do not
  BufferPool buffers;
  WorkerPool workers(loop, options(), 1);
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const Fd writer(pipe[1]);
  const std::unique_ptr<Source> source = make_stream_source(loop, buffers, StreamFd::own(Fd(pipe[0])));
  ScriptedSink sink(loop, ScriptedSink::Speed::slow);
  StopWhenFinished observer(loop);
  Relay relay(*source, sink, workers, observer);
  relay.start();
  const auto write = [&](std::string_view text) {
    ASSERT_EQ(::write(writer.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  };
  const std::string time = "2026-11-21T09:14:02.118Z stdout ";
  write("a\n" + time + "P mail alice@exa\nhalf");
  bool answered = false;
  Timer timer(loop, [&] {
    if (!answered && sink.text.size() > 2) {
      answered = true;
      EXPECT_EQ(sink.text, "a\n" + time + "P mail [piiscrub:masked cut 9]\n");
      EXPECT_EQ(relay.pending(), 4U) << "a record without its end stays";
      write(" record\n");
      relay.end_input();
    }
  });
  timer.start_every(1);
  loop.run();
  EXPECT_TRUE(relay.finished());
  EXPECT_TRUE(sink.text.ends_with("half") || sink.text.ends_with("half record\n")) << sink.text;
}

TEST(Relay, TakesNoStallForASilence) {
  const std::string first = "a\n2026-11-21T09:14:02.118Z stdout P mail alice@exa\n";
  const std::string input = first + "2026-11-21T09:14:02.118Z stdout F mple.org bye\n";
  const std::string whole = run_pipeline(input).text;
  EXPECT_NE(whole.find("[EMAIL]"), std::string::npos);
  for (const auto speed : {ScriptedSink::Speed::late, ScriptedSink::Speed::blocking}) {
    EXPECT_EQ(run_relay(input, {.sizes = {first.size()}, .speed = speed}).text, whole);
  }
}

// What a relay writes of `front` under `before` and of `behind` under `after`.
std::string across_reload(std::string_view front, const EngineOptions& before, std::string_view behind,
                          const EngineOptions& after) {
  Loop loop;
  const Signals keep_running(loop, {SIGUSR1}, [](Signal) {});  // timers alone do not
  BufferPool buffers;
  WorkerPool workers(loop, before, 1);
  WorkerPool others(loop, after, 1);
  std::array<int, 2> pipe{};
  EXPECT_EQ(::pipe(pipe.data()), 0);
  const Fd writer(pipe[1]);
  const std::unique_ptr<Source> source = make_stream_source(loop, buffers, StreamFd::own(Fd(pipe[0])));
  ScriptedSink sink(loop, ScriptedSink::Speed::fast);
  StopWhenFinished observer(loop);
  Relay relay(*source, sink, workers, observer);
  relay.start();
  const auto write = [&](std::string_view text) {
    EXPECT_EQ(::write(writer.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  };
  write(front);
  bool changed = false;
  std::size_t written = 0;
  Timer timer(loop, [&] {
    if (!changed && !sink.text.empty()) {
      changed = true;
      written = sink.text.size();
      relay.use_workers(others);
      write(behind);
    } else if (changed && sink.text.size() > written) {
      relay.end_input();
    }
  });
  timer.start_every(1);
  loop.run();
  return sink.text;
}

// The built-in rules that keys of passwords belong to, at other places.
std::shared_ptr<const RuleDatabase> few_rules() {
  RulePack few;
  for (const Rule& rule : builtin_rules()->rules()) {
    if (rule.type == "password" && rule.has_keys()) few.rules.push_back(rule);
  }
  return *RuleDatabase::compile(std::move(few));
}

// What a record says of the next one is known by rules; a reload exchanges them.
TEST(Relay, HandsOnToOtherRulesWhatIsOpen) {
  const EngineOptions few{few_rules(), {.max_record_bytes = kMaxRecordBytes}};
  EXPECT_EQ(across_reload("password:\n", options(), "  hunter2xyz9\n", few), "password:\n  [PASSWORD]\n");
  EXPECT_EQ(across_reload("password:\n", few, "  hunter2xyz9\n", options()), "password:\n  [PASSWORD]\n");
  EXPECT_EQ(across_reload("ERROR password=hunter2xyz9\n", options(), "  at hunter2xyz9\n", few),
            "ERROR password=[PASSWORD]\n  at [PASSWORD]\n");
  EXPECT_EQ(across_reload("ERROR password=hunter2xyz9\n", few, "  at hunter2xyz9\n", options()),
            "ERROR password=[PASSWORD]\n  at [PASSWORD]\n");
}

// The policies of a record that leaves a list open hold for its other lines; which they were is not known any more.
TEST(Relay, HoldsWhatIsOpenToAllOfTheOtherPolicies) {
  const auto policies = [](std::size_t count) {
    EngineOptions with = options();
    Policy strict;
    strict.sql_literals = SqlLiterals::all;
    for (std::size_t i = 0; i < count; ++i) {
      const bool last = i + 1 == count;
      with.pipeline.tighter.push_back({.fields = {{.key = "tenant", .values = {last ? "acme" : "other"}}},
                                       .policy = std::make_shared<const Policy>(last ? strict : Policy{})});
    }
    return with;
  };
  const std::string open = "tenant=acme SELECT a FROM t WHERE a = %s; args=('abc',\n";
  const std::string expected = "tenant=acme SELECT a FROM t WHERE a = %s; args=('_',\n  '_')\n";
  for (const std::size_t after : {std::size_t{1}, std::size_t{2}, kMaxFieldPolicies}) {
    EXPECT_EQ(across_reload(open, policies(kMaxFieldPolicies), "  'def')\n", policies(after)), expected) << after;
  }
  EXPECT_EQ(across_reload(open, policies(3), "  'def')\n", options()),
            open.substr(0, open.find("'abc")) + "'_',\n  'def')\n");
}

TEST(Relay, CanBeGivenUpWhileWorkersAreBusy) {
  const std::string input = mixed_log(3'000'000);
  Loop loop;
  const Signals keep_running(loop, {SIGUSR1}, [](Signal) {});  // timers alone do not
  BufferPool buffers;
  WorkerPool workers(loop, options(), 4);
  const std::unique_ptr<Source> source =
      make_file_source(loop, buffers, std::make_unique<ScriptedReader>(input, std::vector<std::size_t>{kBufferBytes}));
  ScriptedSink sink(loop, ScriptedSink::Speed::slow);
  StopWhenFinished observer(loop);
  Relay relay(*source, sink, workers, observer);
  relay.start();
  Timer timer(loop, [&] { loop.stop(); });
  timer.start_once(1);
  loop.run();
}

TEST(ErrorBudget, IsExceededByTenFailuresWithinAMinute) {
  ErrorBudget budget;
  EXPECT_FALSE(budget.spend(9, 1000));
  EXPECT_FALSE(budget.spend(0, 1000));
  EXPECT_TRUE(budget.spend(1, 61'000));

  ErrorBudget patient;
  for (std::uint64_t i = 0; i < 100; ++i) EXPECT_FALSE(patient.spend(1, i * 6700)) << i;
  EXPECT_TRUE(ErrorBudget().spend(25, 0));
}

}  // namespace
}  // namespace piiscrub::io
