// What names announce: keys, columns, and the same value elsewhere in its record and entry.
#include <algorithm>

#include "base/ascii.h"
#include "base/edges.h"
#include "base/search.h"
#include "detect/detector_look.h"
#include "format/placeholder.h"

namespace piiscrub {
namespace {

// Shorter values are not looked for elsewhere.
constexpr std::size_t kMinRememberedBytes = 6;
// Where the date of a record stands: a birth date that is today's is not to take it along.
constexpr std::size_t kLogDateBytes = 32;

// Whether `value` says enough to be taken for the same where only its bytes speak for it: no plain word of a sentence,
// no small number, nothing that an edit has left.
bool is_distinctive(std::string_view value) {
  constexpr std::size_t kMaxBytes = 256;
  constexpr std::size_t kMaxPlainWord = 12;
  constexpr std::ptrdiff_t kMaxPlainDigits = 7;
  if (value.size() < kMinRememberedBytes || value.size() > kMaxBytes) return false;
  if (value.size() <= kMaxPlainWord && std::all_of(value.begin(), value.end(), is_lower)) return false;
  const auto in_number = [](char c) { return is_digit(c) || c == '.' || c == ',' || c == '-' || c == '+'; };
  if (std::all_of(value.begin(), value.end(), in_number) &&
      std::count_if(value.begin(), value.end(), is_digit) <= kMaxPlainDigits) {
    return false;
  }
  return value.find("***") == std::string_view::npos;
}

// Whether the bare word behind `key: ` is the middle of a sentence ("Password: incorrect for this account") and no
// value.
bool is_prose(std::string_view record, std::size_t at, Span value) {
  if (at < 2 || record[at - 1] != ':' || value.begin == 0 || record[value.begin - 1] != ' ') return false;
  const std::string_view word = value.of(record);
  if (!std::all_of(word.begin(), word.end(), is_lower)) return false;
  return value.end + 1 < record.size() && record[value.end] == ' ' && is_lower(record[value.end + 1]);
}

// Whether the capitals behind `key: ` begin a sentence ("client: GAPIC Wrapper to use") and are no name.
bool begins_prose(std::string_view record, std::size_t at, Span value) {
  if (at < 2 || record[at - 1] != ':' || value.begin == 0 || record[value.begin - 1] != ' ') return false;
  return value.end + 1 < record.size() && record[value.end] == ' ' && is_lower(record[value.end + 1]);
}

}  // namespace

// Files what is left of a value between the replacements in it.
void Detector::file_pieces(Look& look, Span value, std::uint16_t rule, std::string_view quote, bool in_context) const {
  const RuleDatabase::Parts& parts = rules_->parts();
  look.charge(value.size());
  std::size_t begin = value.begin;
  const auto first = std::upper_bound(look.opaque.begin(), look.opaque.end(), begin,
                                      [](std::size_t at, const Span& span) { return at < span.end; });
  for (auto i = static_cast<std::size_t>(first - look.opaque.begin()); i <= look.opaque.size() && begin < value.end;
       ++i) {
    const Span next = i < look.opaque.size() ? look.opaque[i] : Span{value.end, value.end};
    Span piece{begin, std::clamp(next.begin, begin, value.end)};
    begin = std::max(begin, next.end);
    while (piece.size() > 0 && !is_key_byte(look.record[piece.begin]) && piece.size() != value.size()) ++piece.begin;
    while (piece.size() > 0 && !is_key_byte(look.record[piece.end - 1]) && piece.size() != value.size()) --piece.end;
    if (rule == column_finder_.literal_rule() && piece.of(look.record) == kFingerprint) continue;
    if (piece.size() == 0 || !look.accepts_value(parts.rules[rule], parts.code[rule], piece)) continue;
    if (in_context || look.accepts_context(parts.rules[rule], piece)) {
      const bool whole = piece.size() == value.size();
      file(look, {.span = piece, .rule = rule, .quote = whole ? quote : std::string_view()});
    }
  }
}

namespace {

// Whether `text` is an array as PostgreSQL spells it, but for one of a single word in small letters: {jane}.
bool is_array(std::string_view text) {
  if (text.size() < 3 || text.front() != '{' || text.back() != '}') return false;
  const std::string_view content = text.substr(1, text.size() - 2);
  constexpr std::string_view kSigns = ",\"+@";
  return content.front() != '{' && content.find(':') == std::string_view::npos &&
         std::any_of(content.begin(), content.end(), [&](char c) {
           return is_digit(c) || is_upper(c) || is_high(c) || kSigns.find(c) != std::string_view::npos;
         });
}

}  // namespace

// The values of telling columns.
void Detector::look_at_columns(Look& look, std::size_t from, bool echo, StatementMemory& memory) {
  column_values_.clear();
  look.charge(column_finder_.find(look.record, from, echo, memory, column_values_));
  const std::uint16_t literal = column_finder_.literal_rule();
  for (const ColumnValue& value : column_values_) {
    if (literal != KeyFinder::kTellsNothing && uses_[literal].enabled) {
      file_pieces(look, value.span, literal, value.quote, true);
    }
    if (value.rule == literal || !uses_[value.rule].enabled) continue;
    // '%MEIER%' is a pattern here, no variable of a shell, and '{Meier,Roe}' an array, no field of a template.
    const std::string_view text = value.span.of(look.record);
    const bool pattern = text.size() > 2 && text.front() == '%' && text.back() == '%';
    if (!pattern && !is_array(text) && is_placeholder(text)) continue;
    const Look::Account account(look, uses_[value.rule].observed);
    file_pieces(look, value.span, value.rule, value.quote, true);
  }
}

namespace {

// Whether nothing but the replacement is read when `value`, of the key whose separator ends at `at`, has been replaced
// and the key is looked at again. What brackets hold depends on what is in them, and names and addresses go on behind a
// blank.
bool ends_with_replacement(std::string_view record, std::size_t at, Span value, ValueKind kind) {
  constexpr std::string_view kBrackets = "([{";
  if (value.begin < at || Span{at, value.begin}.of(record).find_first_of(kBrackets) != std::string_view::npos) {
    return false;
  }
  if (value.end == record.size()) return true;
  const char next = record[value.end];
  return next == '"' || next == '\'' ||
         (is_blank(next) && kind != ValueKind::words && kind != ValueKind::text && kind != ValueKind::name);
}

}  // namespace

// The values of a telling key. They go whatever they look like, unless they say nothing. Returns whether that is all
// that will ever be found there.
bool Detector::look_at_key(Look& look, std::size_t at, std::uint16_t rule) {
  if (rule == KeyFinder::kTellsNothing) return false;  // a `value` without a name
  const Use& use = uses_[rule];
  if (!use.enabled) return true;
  const Look::Account account(look, use.observed);
  const RuleDatabase::Parts& parts = rules_->parts();
  const Span gap = look.gap_around(at - 1);
  if (gap.size() == 0) return true;
  const std::optional<Span> in_gap = key_before(gap.of(look.record), at - gap.begin);
  if (!in_gap || look.covered({at - 1, at}, rule)) return false;
  const Span key{gap.begin + in_gap->begin, gap.begin + in_gap->end};
  if (look.budget == 0) {
    if (!use.observed) look.leave_unchecked(gap, at - 1);
    return false;
  }
  values_.clear();
  const RuleTraits& r = parts.rules[rule];
  look.charge(64 + find_values(look.record, look.opaque, key, at, r.value, values_));
  if (values_.empty() && is_open_key(look.record, at) && (memory_key_ == 0 || r.context.empty())) {
    memory_key_ = static_cast<std::uint16_t>(rule + 1);
  }
  bool done = values_.size() == 1;
  for (const KeyedValue& value : values_) {
    const char in_front = value.span.begin > 0 ? look.record[value.span.begin - 1] : '\0';
    const bool may_refer = r.value != ValueKind::secret || in_front == ' ';
    const bool hint = r.value == ValueKind::name && parts.code[rule].validate != nullptr;
    if (is_placeholder(value.span.of(look.record)) ||
        (may_refer && column_finder_.is_reference(value.span.of(look.record), rule)) ||
        (r.value == ValueKind::secret && is_prose(look.record, at, value.span)) ||
        (hint && begins_prose(look.record, at, value.span))) {
      done = false;
      continue;
    }
    file_pieces(look, value.span, rule, value.quote, false);
    const std::vector<Finding>& findings = look.detection.findings;
    done = done && !findings.empty() && findings.back().span == value.span && findings.back().rule == rule &&
           ends_with_replacement(look.record, at, value.span, r.value);
  }
  return done;
}

// The value of the key that the record in front of this one ends with.
void Detector::look_at_open_key(Look& look, std::uint16_t rule) {
  const Use& use = uses_[rule];
  if (!use.enabled) return;
  const Look::Account account(look, use.observed);
  values_.clear();
  const RuleTraits& r = rules_->parts().rules[rule];
  look.charge(64 + find_open_value(look.record, look.opaque, r.value, values_));
  for (const KeyedValue& value : values_) {
    if (is_placeholder(value.span.of(look.record))) continue;
    file_pieces(look, value.span, rule, value.quote, false);
  }
}

// The values that keys have announced, wherever else in the record they stand.
void Detector::look_for_known(Look& look) {
  constexpr std::size_t kMaxValues = 32;
  const std::vector<Finding>& findings = look.detection.findings;
  const std::size_t count = std::min(findings.size(), kMaxValues);
  for (std::size_t i = 0; i < count; ++i) {
    const Finding known = findings[i];
    const std::string_view value = known.span.of(look.record);
    if (known.rule != Finding::kUnchecked && value.size() >= kMinRememberedBytes) {
      look_for(look, value, known.rule, known.span);
    }
  }
}

// Files every place at which `value` stands as a word of its own, but for `except`.
void Detector::look_for(Look& look, std::string_view value, std::uint16_t rule, Span except) const {
  const bool is_date = rules_->parts().rules[rule].value == ValueKind::date;
  look.charge(look.record.size() / 8);
  for (std::size_t at = find_text(look.record, value, 0); at != std::string_view::npos;
       at = find_text(look.record, value, at + value.size())) {
    const Span span{at, at + value.size()};
    if (span == except || (is_date && at < kLogDateBytes)) continue;
    if (is_word(value.front()) && !begins_word(look.record, span.begin)) continue;
    if (is_word(value.back()) && !ends_word(look.record, span.end)) continue;
    const auto behind = std::upper_bound(look.opaque.begin(), look.opaque.end(), span.begin,
                                         [](std::size_t offset, const Span& o) { return offset < o.end; });
    if (behind != look.opaque.end() && behind->overlaps(span)) continue;
    look.detection.findings.push_back({span, rule, {}});
  }
}

// The values that earlier records of the entry have announced.
void Detector::look_for_remembered(Look& look, const std::vector<RememberedValue>& values) const {
  for (const RememberedValue& value : values) look_for(look, value.text, value.rule, {});
}

// Takes what later records of the entry are to be looked through for from what has been found by key and column.
void Detector::learn(const Look& look, std::vector<RememberedValue>& learned) const {
  for (const Finding& finding : look.detection.findings) {
    if (finding.rule == Finding::kUnchecked) continue;
    const std::string_view value = finding.span.of(look.record);
    const bool is_date = rules_->parts().rules[finding.rule].value == ValueKind::date;
    if (is_date && look.record.substr(0, kLogDateBytes).find(value) != std::string_view::npos) continue;
    if (is_distinctive(value)) learned.push_back({std::string(value), finding.rule});
  }
}

}  // namespace piiscrub
