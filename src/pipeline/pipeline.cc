#include "piiscrub/pipeline.h"

#include <utility>

namespace piiscrub {

bool EntryState::operator==(const EntryState& other) const {
  const bool same_statement = statement == other.statement ||
                              (statement != nullptr && other.statement != nullptr && *statement == *other.statement);
  const bool same_table =
      table == other.table || (table != nullptr && other.table != nullptr && *table == *other.table);
  const bool same_values = remembered == other.remembered ||
                           (remembered != nullptr && other.remembered != nullptr && *remembered == *other.remembered);
  const bool same_list = list == other.list || (list != nullptr && other.list != nullptr && *list == *other.list);
  return same_list && tightened == other.tightened && cut_line == other.cut_line && same_values &&
         remembered_records == other.remembered_records && remembered_bytes == other.remembered_bytes &&
         behind_indented == other.behind_indented && begins_in_entry == other.begins_in_entry && same_table &&
         line_before == other.line_before && block_rule == other.block_rule &&
         block_records_left == other.block_records_left && block_prefix_words == other.block_prefix_words &&
         block_wrapped == other.block_wrapped && open_mark == other.open_mark && open_key == other.open_key &&
         same_statement && statement_open == other.statement_open && begins_continued == other.begins_continued &&
         statement_unknown == other.statement_unknown && statement_wanted == other.statement_wanted;
}

std::optional<EntryState> EntryState::behind(const EntryState& before) const {
  if (before.open() || statement_wanted || (begins_continued && (before.statement_open || before.list != nullptr)))
    return std::nullopt;
  if (begins_in_entry && before.remembered != nullptr) return std::nullopt;
  EntryState state = *this;
  if (statement_unknown) state.statement = before.statement;
  state.statement_unknown = state.begins_continued = state.begins_in_entry = false;
  return state;
}

Pipeline::Pipeline(std::shared_ptr<const RuleDatabase> rules, PipelineOptions options)
    : framer_(options.max_record_bytes), scanner_(rules), editor_(std::move(rules), std::move(options)) {}

void Pipeline::push(std::string_view bytes, Output& out) {
  stats_.bytes_in += bytes.size();
  framer_.push(bytes);
  drain(out);
}

void Pipeline::flush(Output& out) {
  framer_.flush();
  drain(out);
}

void Pipeline::finish(Output& out) {
  framer_.finish();
  drain(out);
}

void Pipeline::drain(Output& out) {
  const std::size_t before = out.size();
  while (const std::optional<Chunk> chunk = framer_.next()) {
    scanner_.scan(chunk->bytes, scan_);
    state_ = editor_.edit(*chunk, scan_, state_, out, stats_);
  }
  stats_.bytes_out += out.size() - before;
}

}  // namespace piiscrub
