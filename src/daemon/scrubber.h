// Scrubber: rules, policy and the workers that apply them; what a reload replaces. All that want the same share one.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "config/rule_setup.h"
#include "config/service_config.h"
#include "io/loop.h"
#include "io/worker_pool.h"

namespace piiscrub::daemon {

/// Lives on the loop thread.
struct Scrubber {
  Scrubber(io::Loop& loop, RuleSetup rule_setup, PipelineOptions options, bool receipts, unsigned worker_count)
      : setup(std::move(rule_setup)),
        pack(receipts ? pack_digest(*setup.rules) : std::string()),
        workers(loop, {setup.rules, std::move(options), receipts}, worker_count) {}

  RuleSetup setup;
  std::string pack;  ///< for receipts; empty: there are none
  io::WorkerPool workers;
};

/// The rules of one pipeline, loaded and tested.
struct PipelineSetup {
  RuleSetup own;
  std::vector<RuleSetup> chosen;  ///< by [[policy]]; without rules: it is not used in place of the pipeline's own
  /// By [[policy]] with fields, for the rules of `own` and then for those of each `chosen`; without rules: not for the
  /// pipeline.
  std::vector<std::vector<RuleSetup>> tighter;
};

/// A configuration with the rules that it names, loaded and tested: all that can fail without a loop. So it can be made
/// on another thread.
struct LoadedConfig {
  ServiceConfig config;
  std::vector<PipelineSetup> setups;  ///< by pipeline; equal requests have the same rules and policy
  std::vector<Error> errors;          ///< not for use unless empty
  std::vector<Error> warnings;
};

/// Loads the configuration at `path`. Endpoints are checked, but nothing is opened.
LoadedConfig load_config(const std::string& path);

/// The scrubbers of one generation of the configuration: each is made when it is first asked for.
class ScrubberPool {
 public:
  ScrubberPool(io::Loop& loop, unsigned workers) : loop_(loop), workers_(workers) {}

  std::shared_ptr<Scrubber> get(const RuleSetup& setup, PipelineOptions options, bool receipts);
  /// Whether the workers of any have something to do and have not advanced since the last call.
  [[nodiscard]] bool stalled();

 private:
  using Key = std::tuple<const RuleDatabase*, const Policy*, Format, std::size_t, std::vector<const Policy*>, bool>;

  io::Loop& loop_;
  unsigned workers_;
  std::map<Key, std::weak_ptr<Scrubber>> known_;
};

/// Where the records of a relay come from, as policies can tell them apart.
struct Origin {
  std::string path;  ///< of a file
  std::string peer;  ///< of a connection: its address, or `uid:NUMBER`
};

/// Chooses the scrubber for what one pipeline reads: by [[policy]], and by the format of the source.
class PipelineScrubbers {
 public:
  /// `setup` is of the pipeline that `config` has at `index`.
  PipelineScrubbers(std::shared_ptr<ScrubberPool> pool, PipelineSetup setup, const ServiceConfig& config,
                    std::size_t index);

  /// The pipeline's own rules and policy, by which it counts.
  [[nodiscard]] const RuleSetup& own() const { return setup_.own; }
  [[nodiscard]] std::shared_ptr<Scrubber> pick(const ServiceConfig::Source& source, const Origin& origin) const;

  struct Checked {
    const RuleSetup& setup;
    std::string policy;  ///< file; empty: the pipeline's own
  };
  /// All that pick() may choose from, but for what depends on fields and only tightens.
  [[nodiscard]] std::vector<Checked> all() const;
  /// Every policy by which its findings may be treated.
  [[nodiscard]] std::vector<std::shared_ptr<const Policy>> policies() const;
  [[nodiscard]] std::size_t max_record_bytes() const { return pipeline_.max_record_bytes; }
  [[nodiscard]] Format format() const { return pipeline_.format; }

 private:
  [[nodiscard]] bool holds(std::size_t choice, const ServiceConfig::Source& source, const Origin& origin) const;
  // Where the setup for it stands: 0, own; i + 1, chosen[i].
  [[nodiscard]] std::size_t place_for(const ServiceConfig::Source& source, const Origin& origin) const;

  std::shared_ptr<ScrubberPool> pool_;
  PipelineSetup setup_;
  ServiceConfig::Pipeline pipeline_;
  std::vector<ServiceConfig::PolicyChoice> choices_;
};

/// For each pipeline of `loaded`.
std::vector<PipelineScrubbers> make_scrubbers(const std::shared_ptr<ScrubberPool>& pool, const LoadedConfig& loaded);

/// `stats`, which count by the rules of `before`, as counts by those of `after`: by rule id. What has no rule there is
/// left out.
Stats recounted(const Stats& stats, const RuleSetup& before, const RuleSetup& after);

}  // namespace piiscrub::daemon
