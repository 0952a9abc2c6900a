#include "io/worker_pool.h"

#include <uv.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "io/uv_handle.h"

namespace piiscrub::io {
namespace {

// A thread starts in about 50 µs and makes its scratch in more: not for less input than this.
constexpr std::size_t kShareFromBytes = 2 * kBufferBytes;
// About 16 records: waking a thread costs more than scrubbing them.
constexpr std::size_t kShareBatchBytes = 4096;

}  // namespace

struct WorkerPool::Impl {
  struct Job {
    Batch* batch;
    Client* client;
  };

  Impl(Loop& loop, EngineOptions options, unsigned worker_count);
  ~Impl() { stop(); }

  void stop();
  void start_threads();
  void work(const std::stop_token& stop);
  bool take_surplus(Job& job);
  void help();
  void announce_finished();
  void finish(const Job& job);

  EngineOptions options;
  unsigned workers;
  Engine engine;
  std::size_t bytes_seen = 0;
  std::uint64_t submitted = 0;
  std::uint64_t processed = 0;
  std::uint64_t processed_before = 0;  // at the last call of stalled()
  bool waited_before = false;
  UvHandle<uv_async_t> wake_loop;
  UvHandle<uv_idle_t> helper;  // runs while batches wait that no idle thread will take
  std::vector<Job> announced;  // reused

  std::mutex mutex;  // guards what follows
  std::condition_variable_any queued;
  std::deque<Job> queue;
  std::vector<Job> finished;
  std::size_t idle_threads = 0;

  std::vector<std::jthread> threads;  // last: joined before anything else goes
};

WorkerPool::Impl::Impl(Loop& loop, EngineOptions engine_options, unsigned worker_count)
    : options(std::move(engine_options)), workers(worker_count), engine(options) {
  if (workers == 1) return;
  wake_loop.open(this, [&](uv_async_t* async) {
    return uv_async_init(loop.uv(), async,
                         [](uv_async_t* self) { static_cast<Impl*>(self->data)->announce_finished(); });
  });
  helper.open(this, [&](uv_idle_t* idle) { return uv_idle_init(loop.uv(), idle); });
}

void WorkerPool::Impl::stop() {
  {
    const std::scoped_lock lock(mutex);
    queue.clear();
  }
  for (std::jthread& thread : threads) thread.request_stop();
  threads.clear();
  finished.clear();
}

void WorkerPool::Impl::start_threads() {
  while (threads.size() + 1 < workers) threads.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

void WorkerPool::Impl::work(const std::stop_token& stop) {
  Engine own(options);
  std::unique_lock lock(mutex);
  while (true) {
    ++idle_threads;
    const bool found = queued.wait(lock, stop, [this] { return !queue.empty(); });
    --idle_threads;
    if (!found) return;
    const Job job = queue.front();
    queue.pop_front();
    lock.unlock();
    job.batch->process(own, EntryState::assumed());
    lock.lock();
    finished.push_back(job);
    if (finished.size() == 1) uv_async_send(wake_loop.get());
  }
}

// A waiting batch, if there are more of them than idle threads (each of which has been told of one).
bool WorkerPool::Impl::take_surplus(Job& job) {
  const std::scoped_lock lock(mutex);
  if (queue.size() <= idle_threads) return false;
  job = queue.front();
  queue.pop_front();
  return true;
}

void WorkerPool::Impl::help() {
  Job job{};
  if (!take_surplus(job)) {
    uv_idle_stop(helper.get());
    return;
  }
  job.batch->process(engine, EntryState::assumed());
  finish(job);
  announce_finished();
}

void WorkerPool::Impl::announce_finished() {
  announced.clear();
  {
    const std::scoped_lock lock(mutex);
    announced.swap(finished);
  }
  for (const Job& job : announced) finish(job);
}

void WorkerPool::Impl::finish(const Job& job) {
  ++processed;
  job.batch->set_processed();
  job.client->on_processed();
}

WorkerPool::WorkerPool(Loop& loop, EngineOptions options, unsigned workers)
    : loop_(loop), impl_(std::make_unique<Impl>(loop, std::move(options), workers)) {}

WorkerPool::~WorkerPool() = default;

bool WorkerPool::worth_sharing(std::size_t bytes) {
  impl_->bytes_seen += bytes;
  return impl_->workers > 1 && bytes >= kShareBatchBytes && impl_->bytes_seen >= kShareFromBytes;
}

void WorkerPool::submit(Batch& batch, Client& client) {
  if (impl_->threads.empty()) impl_->start_threads();
  ++impl_->submitted;
  {
    const std::scoped_lock lock(impl_->mutex);
    impl_->queue.push_back({&batch, &client});
  }
  impl_->queued.notify_one();
  uv_idle_start(impl_->helper.get(), [](uv_idle_t* idle) { static_cast<Impl*>(idle->data)->help(); });
}

void WorkerPool::stop() { impl_->stop(); }

bool WorkerPool::stalled() {
  const bool waits = impl_->processed < impl_->submitted;
  const bool advanced = std::exchange(impl_->processed_before, impl_->processed) != impl_->processed;
  return std::exchange(impl_->waited_before, waits) && waits && !advanced;
}

// One being read into and one being written besides those of the workers. More would fall out of the L2 cache before
// their turn: 2N + 2 cost 10 % with two workers.
std::size_t WorkerPool::batches_in_flight() const { return impl_->workers == 1 ? 1 : impl_->workers + 2; }

Engine& WorkerPool::engine() { return impl_->engine; }

const EngineOptions& WorkerPool::options() const { return impl_->options; }

}  // namespace piiscrub::io
