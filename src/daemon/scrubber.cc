#include "daemon/scrubber.h"

#include <fnmatch.h>

#include <algorithm>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

#include "daemon/endpoints.h"

namespace piiscrub::daemon {
namespace {

using Pipeline = ServiceConfig::Pipeline;

std::vector<std::string> values_of(const std::vector<ServiceConfig::Text>& texts) {
  std::vector<std::string> values;
  values.reserve(texts.size());
  for (const ServiceConfig::Text& text : texts) values.push_back(text.value);
  return values;
}

// `policy` in place of the pipeline's own.
RuleRequest request_of(const Pipeline& pipeline, const std::optional<ServiceConfig::Text>& policy) {
  return {.policy_file = policy ? policy->value : std::string(),
          .rule_paths = values_of(pipeline.rules),
          .term_paths = values_of(pipeline.terms),
          .only = {},
          .except = {},
          .categories = {},
          .min_confidence = {}};
}

// Loads what is asked for once.
class SetupLoader {
 public:
  explicit SetupLoader(LoadedConfig& loaded) : loaded_(loaded) {}

  RuleSetup load(const Pipeline& pipeline, const std::optional<ServiceConfig::Text>& policy) {
    const RuleRequest request = request_of(pipeline, policy);
    const auto [at, is_new] =
        known_.try_emplace(std::tuple(request.policy_file, request.rule_paths, request.term_paths));
    if (is_new) at->second = load_rule_setup(request, loaded_.errors, loaded_.warnings);
    return at->second;
  }

  // The policy of `choice` for the rules of `base`.
  RuleSetup load_tighter(const ServiceConfig::PolicyChoice& choice, const RuleSetup& base) {
    if (base.rules == nullptr) return {};
    const auto [at, is_new] = tighter_.try_emplace(std::pair(choice.policy.value, base.rules.get()));
    if (is_new) at->second = load_policy_setup(choice.policy.value, base.rules, loaded_.errors, loaded_.warnings);
    return at->second;
  }

 private:
  LoadedConfig& loaded_;
  std::map<std::pair<std::string, const RuleDatabase*>, RuleSetup> tighter_;
  std::map<std::tuple<std::string, std::vector<std::string>, std::vector<std::string>>, RuleSetup> known_;
};

bool covers_any_source(const ServiceConfig::PolicyChoice& choice, const Pipeline& pipeline) {
  return std::any_of(pipeline.sources.begin(), pipeline.sources.end(),
                     [&](const ServiceConfig::Source& source) { return covers(choice, pipeline, source); });
}

bool holds_for_path(const ServiceConfig::PolicyChoice& choice, const std::string& path) {
  return choice.paths.empty() ||
         (!path.empty() &&
          std::any_of(choice.paths.begin(), choice.paths.end(), [&](const ServiceConfig::Text& pattern) {
            return ::fnmatch(pattern.value.c_str(), path.c_str(), FNM_PATHNAME) == 0;
          }));
}

bool holds_for_peer(const ServiceConfig::PolicyChoice& choice, const std::string& peer) {
  if (choice.peers.empty()) return true;
  const std::optional<IpAddress> address = parse_address(peer);
  return address && std::any_of(choice.peers.begin(), choice.peers.end(),
                                [&](const Network& network) { return network.contains(*address); });
}

bool holds_for_user(const ServiceConfig::PolicyChoice& choice, const std::string& peer) {
  return choice.users.empty() || std::any_of(choice.users.begin(), choice.users.end(),
                                             [&](std::uint32_t user) { return peer == "uid:" + std::to_string(user); });
}

// Where the rules of one setup are among those of another.
class RuleMap {
 public:
  RuleMap(const RuleSetup& before, const RuleSetup& after) {
    std::map<std::string_view, std::size_t> index;
    const std::span<const Rule> rules = after.rules->rules();
    for (std::size_t i = 0; i < rules.size(); ++i) index.emplace(rules[i].id, i);
    for (const Rule& rule : before.rules->rules()) {
      const auto at = index.find(rule.id);
      places_.push_back(at == index.end() ? std::nullopt : std::optional(at->second));
    }
  }

  [[nodiscard]] std::optional<std::size_t> at(std::size_t before) const {
    return before < places_.size() ? places_[before] : std::nullopt;
  }

  // `per_rule`: how many counts each rule has, one behind the other.
  [[nodiscard]] std::vector<std::uint64_t> moved(const std::vector<std::uint64_t>& counts, std::size_t size,
                                                 std::size_t per_rule = 1) const {
    std::vector<std::uint64_t> result(size * per_rule);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (const std::optional<std::size_t> to = at(i / per_rule)) result[*to * per_rule + i % per_rule] += counts[i];
    }
    return result;
  }

 private:
  std::vector<std::optional<std::size_t>> places_;
};

}  // namespace

LoadedConfig load_config(const std::string& path) {
  LoadedConfig loaded;
  loaded.config = load_service_config_file(path, loaded.errors);
  if (!loaded.errors.empty()) return loaded;
  check_endpoints(loaded.config, loaded.errors);
  SetupLoader loader(loaded);
  for (const Pipeline& pipeline : loaded.config.pipelines) {
    PipelineSetup setup{.own = loader.load(pipeline, pipeline.policy), .chosen = {}, .tighter = {}};
    for (const ServiceConfig::PolicyChoice& choice : loaded.config.policies) {
      const bool used = choice.fields.empty() && covers_any_source(choice, pipeline);
      setup.chosen.push_back(used ? loader.load(pipeline, choice.policy) : RuleSetup{});
    }
    for (const ServiceConfig::PolicyChoice& choice : loaded.config.policies) {
      std::vector<RuleSetup>& tighter = setup.tighter.emplace_back();
      if (choice.fields.empty() || !covers_any_source(choice, pipeline)) continue;
      tighter.push_back(loader.load_tighter(choice, setup.own));
      for (const RuleSetup& base : setup.chosen) tighter.push_back(loader.load_tighter(choice, base));
    }
    loaded.setups.push_back(std::move(setup));
  }
  return loaded;
}

std::shared_ptr<Scrubber> ScrubberPool::get(const RuleSetup& setup, PipelineOptions options, bool receipts) {
  std::vector<const Policy*> tighter;
  for (const FieldPolicy& policy : options.tighter) tighter.push_back(policy.policy.get());
  std::weak_ptr<Scrubber>& known = known_[{setup.rules.get(), setup.policy.get(), options.format,
                                           options.max_record_bytes, std::move(tighter), receipts}];
  std::shared_ptr<Scrubber> scrubber = known.lock();
  if (scrubber == nullptr) {
    scrubber = std::make_shared<Scrubber>(loop_, setup, std::move(options), receipts, workers_);
    known = scrubber;
  }
  return scrubber;
}

bool ScrubberPool::stalled() {
  bool any = false;
  for (const auto& [key, known] : known_) {
    const std::shared_ptr<Scrubber> scrubber = known.lock();
    any = (scrubber != nullptr && scrubber->workers.stalled()) || any;
  }
  return any;
}

PipelineScrubbers::PipelineScrubbers(std::shared_ptr<ScrubberPool> pool, PipelineSetup setup,
                                     const ServiceConfig& config, std::size_t index)
    : pool_(std::move(pool)), setup_(std::move(setup)), pipeline_(config.pipelines[index]), choices_(config.policies) {}

std::shared_ptr<Scrubber> PipelineScrubbers::pick(const ServiceConfig::Source& source, const Origin& origin) const {
  const std::size_t place = place_for(source, origin);
  const RuleSetup& setup = place == 0 ? setup_.own : setup_.chosen[place - 1];
  PipelineOptions options{.max_record_bytes = pipeline_.max_record_bytes,
                          .format = source.format.value_or(pipeline_.format),
                          .policy = setup.policy,
                          .tighter = {}};
  for (std::size_t i = 0; i < choices_.size(); ++i) {
    if (setup_.tighter[i].empty() || !holds(i, source, origin)) continue;
    options.tighter.push_back({choices_[i].fields, setup_.tighter[i][place].policy});
  }
  return pool_->get(setup, std::move(options), pipeline_.receipts.has_value());
}

bool PipelineScrubbers::holds(std::size_t index, const ServiceConfig::Source& source, const Origin& origin) const {
  const ServiceConfig::PolicyChoice& choice = choices_[index];
  return covers(choice, pipeline_, source) && holds_for_path(choice, origin.path) &&
         holds_for_peer(choice, origin.peer) && holds_for_user(choice, origin.peer);
}

std::size_t PipelineScrubbers::place_for(const ServiceConfig::Source& source, const Origin& origin) const {
  for (std::size_t i = 0; i < choices_.size(); ++i) {
    if (choices_[i].fields.empty() && holds(i, source, origin)) return i + 1;
  }
  return 0;
}

std::vector<PipelineScrubbers::Checked> PipelineScrubbers::all() const {
  std::vector<Checked> all{{setup_.own, {}}};
  for (std::size_t i = 0; i < choices_.size(); ++i) {
    if (setup_.chosen[i].rules != nullptr) all.push_back({setup_.chosen[i], choices_[i].policy.value});
  }
  return all;
}

std::vector<std::shared_ptr<const Policy>> PipelineScrubbers::policies() const {
  std::vector<std::shared_ptr<const Policy>> all{setup_.own.policy};
  for (const RuleSetup& setup : setup_.chosen) {
    if (setup.policy != nullptr) all.push_back(setup.policy);
  }
  for (const std::vector<RuleSetup>& of_choice : setup_.tighter) {
    for (const RuleSetup& setup : of_choice) {
      if (setup.policy != nullptr) all.push_back(setup.policy);
    }
  }
  return all;
}

std::vector<PipelineScrubbers> make_scrubbers(const std::shared_ptr<ScrubberPool>& pool, const LoadedConfig& loaded) {
  std::vector<PipelineScrubbers> all;
  for (std::size_t i = 0; i < loaded.config.pipelines.size(); ++i) {
    all.emplace_back(pool, loaded.setups[i], loaded.config, i);
  }
  return all;
}

Stats recounted(const Stats& stats, const RuleSetup& before, const RuleSetup& after) {
  if (before.rules == after.rules) return stats;
  const RuleMap map(before, after);
  const std::size_t size = after.rules->rules().size();
  Stats result = stats;
  result.observed = map.moved(stats.observed, size);
  result.allowed = map.moved(stats.allowed, size);
  result.findings = map.moved(stats.findings, size);
  result.actions = map.moved(stats.actions, size, std::size(kActionNames));
  return result;
}

}  // namespace piiscrub::daemon
