#include <utility>

#include "detect/column_finder.h"
#include "pipeline/editor_parts.h"
#include "pipeline/record_bounds.h"
#include "redact/tighten.h"

namespace piiscrub {
namespace {

bool is_open(const EntryState& state) { return state.statement_open || state.list != nullptr; }

// Which policies the record in front of `bytes` hands on to the first of them, as that goes on with what it left open.
PolicySet handed_on(std::string_view bytes, const EntryState& state) {
  if (state.tightened == 0 || !is_open(state)) return 0;
  const std::string_view record = without_delimiter(first_record(bytes));
  return continues(record, state.statement.get(), state.list.get()) ? state.tightened : 0;
}

}  // namespace

Editor::Impl& Editor::Tighter::editor_for(PolicySet set) {
  std::unique_ptr<Impl>& editor = by_set[set];
  if (editor != nullptr) return *editor;
  std::vector<std::shared_ptr<const Policy>> policies = {options.policy == nullptr ? std::make_shared<const Policy>()
                                                                                   : options.policy};
  for (std::size_t i = 0; i < options.tighter.size(); ++i) {
    if ((set >> i & 1U) != 0) policies.push_back(options.tighter[i].policy);
  }
  PipelineOptions tightened = options;
  tightened.policy = tighten(policies, rules->rules());
  editor = std::make_unique<Impl>(rules, std::move(tightened));
  return *editor;
}

// The records of a chunk follow each other through the editors of their policies, which hand on the state.
EntryState Editor::Tighter::edit(Impl& base, const Chunk& chunk, const ScanResult& scan, EntryState state, Output& out,
                                 Stats& stats, std::vector<Receipt>* receipts) {
  const std::string_view bytes = chunk.bytes;
  const bool may = chunk.kind != Chunk::Kind::overlong_tail && !scan.failed &&
                   (state.tightened != 0 || may_tighten(bytes, options.tighter));
  if (!may) return base.edit(chunk, scan, std::move(state), out, stats, receipts);
  if (chunk.kind == Chunk::Kind::overlong_head) {
    const PolicySet set = policies_for(bytes, options.tighter) | handed_on(bytes, state);
    state = (set == 0 ? base : editor_for(set)).edit(chunk, scan, std::move(state), out, stats, receipts);
    state.tightened = is_open(state) ? set : 0;
    return state;
  }
  bool begins_continued = false;
  bool begins_in_entry = false;
  for (std::size_t begin = 0; begin < bytes.size();) {
    const std::string_view rest = bytes.substr(begin);
    Run run = first_run(rest, options.tighter);
    if (const PolicySet more = handed_on(rest, state); (more & ~run.set) != 0) {
      run = {first_unit(rest), run.set | more};
    }
    const Span part{begin, begin + run.size};
    Chunk of_run = chunk;
    of_run.bytes = part.of(bytes);
    of_run.offset = chunk.offset + begin;
    of_run.cut = chunk.cut && part.end == bytes.size();
    take_part(scan, bytes, part, scan_of_part);
    state =
        (run.set == 0 ? base : editor_for(run.set)).edit(of_run, scan_of_part, std::move(state), out, stats, receipts);
    state.tightened = is_open(state) ? run.set : 0;
    // What the first record of a chunk goes on with, no other one can say.
    if (begin == 0) {
      begins_continued = state.begins_continued;
      begins_in_entry = state.begins_in_entry;
    }
    begin = part.end;
  }
  state.begins_continued = begins_continued;
  state.begins_in_entry = begins_in_entry;
  return state;
}

}  // namespace piiscrub
