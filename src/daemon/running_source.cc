#include "daemon/running_source.h"

#include <algorithm>
#include <utility>

#include "daemon/endpoints.h"
#include "io/input.h"

namespace piiscrub::daemon {

using io::Transport;

namespace {

io::Links links_of(const ServiceConfig::Source& source) {
  return source.follow_symlinks ? io::Links::follow : io::Links::refuse;
}

}  // namespace

RunningSource::RunningSource(const Parts& parts, ServiceConfig::Source config)
    : parts_(parts), config_(std::move(config)) {}

RunningSource::~RunningSource() = default;

Result<std::unique_ptr<RunningSource>> RunningSource::open(const Parts& parts, ServiceConfig::Source config) {
  std::unique_ptr<RunningSource> source(new RunningSource(parts, std::move(config)));
  if (std::optional<Error> error = source->open()) return *error;
  return source;
}

std::optional<Error> RunningSource::open() {
  const io::Endpoint endpoint = endpoint_of(config_);
  if (endpoint.transport == Transport::file) {
    TailGroup::Owner& owner = *this;
    files_ = std::make_unique<TailGroup>(parts_.tails, parts_.pipeline, endpoint.path, config_.start, links_of(config_),
                                         owner);
  } else if (endpoint.transport == Transport::standard) {
    Result<io::Input> input = io::open_input(parts_.tails.loop, parts_.tails.buffers, "-");
    if (!input) return input.error();
    io::Source& reader = *input->source;
    add(std::move(input->source), reader, {}).relay->start();
  } else {
    io::Listener::Observer& observer = *this;
    Result<std::unique_ptr<io::Listener>> listener =
        io::listen(parts_.tails.loop, parts_.tails.buffers, endpoint,
                   listener_options(config_, parts_.scrubbers.max_record_bytes()), observer);
    if (!listener) return listener.error();
    listener_ = *std::move(listener);
  }
  return std::nullopt;
}

void RunningSource::start(const Checkpoint& checkpoint) {
  if (files_ != nullptr) files_->start(checkpoint);
}

void RunningSource::on_source(std::unique_ptr<io::Source> source, std::string peer) {
  io::Source& reader = *source;
  add(std::move(source), reader, {.path = {}, .peer = std::move(peer)}).relay->start();
}

// ---- Relays

RunningSource::Running& RunningSource::add(std::unique_ptr<io::Source> owned, io::Source& source, Origin origin) {
  auto running = std::make_unique<Running>();
  running->source = std::move(owned);
  running->origin = std::move(origin);
  running->scrubber = parts_.scrubbers.pick(config_, running->origin);
  io::Relay::Observer& observer = *this;
  running->relay = std::make_unique<io::Relay>(source, parts_.sink, running->scrubber->workers, observer);
  relays_.push_back(std::move(running));
  return *relays_.back();
}

RunningSource::Running& RunningSource::running(const io::Relay& relay) {
  return **std::find_if(relays_.begin(), relays_.end(),
                        [&](const auto& running) { return running->relay.get() == &relay; });
}

io::Relay& RunningSource::add_relay(io::FileTail& source) {
  Running& added = add(nullptr, source, {.path = source.path(), .peer = {}});
  added.tail = &source;
  return *added.relay;
}

void RunningSource::remove_relay(io::Relay& relay) {
  retire(running(relay));
  std::erase_if(relays_, [&](const auto& running) { return running->relay.get() == &relay; });
}

// Adds the counts of what is about to go.
void RunningSource::retire(const Running& running) {
  total_.add(recounted(running.relay->stats(), running.scrubber->setup, own()));
}

void RunningSource::on_finished(io::Relay& relay) {
  if (!relay.read_error().empty()) {
    parts_.tails.log.write(Level::error, "read-failed", parts_.pipeline + ": cannot read: " + relay.read_error());
  }
  parts_.owner.on_ended();
}

void RunningSource::on_progress(io::Relay& relay) {
  Running& of = running(relay);
  const std::uint64_t done = relay.progress().done;
  parts_.owner.on_done(done - std::exchange(of.done, done));
}

void RunningSource::on_receipts(io::Relay& relay, std::span<const Receipt> receipts) {
  io::ReceiptFile* const file = parts_.owner.receipts();
  if (file == nullptr) return;
  const Running& of = running(relay);
  std::string source = of.tail != nullptr ? of.tail->path() : config_.endpoint.value;
  if (!of.origin.peer.empty()) source += " " + of.origin.peer;
  const std::span<const Rule> rules = of.scrubber->setup.rules->rules();
  for (const Receipt& receipt : receipts) {
    io::ReceiptFile::Line line{.source = source,
                               .offset = receipt.offset,
                               .rule = receipt.masked ? std::string_view() : rules[receipt.rule].id,
                               .action = receipt.action,
                               .masked = receipt.masked ? name(*receipt.masked) : std::string_view(),
                               .pack = of.scrubber->pack};
    if (of.tail != nullptr) {
      const std::optional<io::FileTail::Place> place = of.tail->place_of(receipt.offset);
      if (place) line.inode = place->file.inode, line.offset = place->offset;
    }
    file->add(line);
  }
  file->flush();
}

void RunningSource::on_workers_changed(io::Relay& relay, const Stats& before) {
  Running& of = running(relay);
  total_.add(recounted(before, of.scrubber->setup, own()));
  retired_.push_back(std::exchange(of.scrubber, std::exchange(of.next, nullptr)));
}

// ---- What the pipeline asks for

bool RunningSource::can_become(const ServiceConfig::Source& other) const {
  return config_.endpoint.value == other.endpoint.value;
}

Result<RunningSource::Change> RunningSource::prepare(ServiceConfig::Source config) const {
  Change change{.config = std::move(config), .tls = nullptr};
  if (listener_ != nullptr) {
    Result<std::unique_ptr<const io::TlsContext>> tls =
        io::listener_tls(endpoint_of(change.config), listener_options(change.config, 0));
    if (!tls) return tls.error();
    change.tls = *std::move(tls);
  }
  return change;
}

void RunningSource::use(Change change) {
  config_ = std::move(change.config);
  if (files_ != nullptr) files_->set_links(links_of(config_));
  if (listener_ != nullptr) {
    listener_->use(listener_options(config_, parts_.scrubbers.max_record_bytes()), std::move(change.tls));
  }
}

void RunningSource::use_scrubbers(const RuleSetup& before) {
  total_ = recounted(total_, before, own());
  for (const std::unique_ptr<Running>& running : relays_) {
    std::shared_ptr<Scrubber> next = parts_.scrubbers.pick(config_, running->origin);
    if (running->next != nullptr) retired_.push_back(std::move(running->next));
    running->next = std::move(next);
    running->relay->use_workers(running->next->workers);
  }
}

void RunningSource::sweep() {
  if (files_ != nullptr) files_->sweep();
  std::erase_if(relays_, [&](const std::unique_ptr<Running>& running) {
    if (running->source == nullptr || !running->relay->finished()) return false;
    retire(*running);
    return true;
  });
  retired_.clear();
}

void RunningSource::drain() {
  if (files_ != nullptr) files_->hold();
  if (listener_ != nullptr) listener_->close();
  for (const std::unique_ptr<Running>& running : relays_) {
    if (running->source != nullptr) running->relay->end_input();
  }
}

bool RunningSource::all_read() const {
  return files_ == nullptr && listener_ == nullptr &&
         std::all_of(relays_.begin(), relays_.end(), [](const auto& running) { return running->relay->finished(); });
}

bool RunningSource::all_written() const {
  return std::all_of(relays_.begin(), relays_.end(), [](const auto& running) { return running->relay->idle(); });
}

void RunningSource::add_positions(Checkpoint& checkpoint) {
  if (files_ != nullptr) files_->add_positions(checkpoint);
}

Stats RunningSource::counted() const {
  Stats sum = total_;
  for (const std::unique_ptr<Running>& running : relays_) {
    sum.add(recounted(running->relay->stats(), running->scrubber->setup, own()));
  }
  return sum;
}

std::uint64_t RunningSource::pending() const {
  std::uint64_t sum = 0;
  for (const std::unique_ptr<Running>& running : relays_) sum += running->relay->pending();
  return sum;
}

}  // namespace piiscrub::daemon
