#include "format/echo.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/ascii.h"
#include "base/search.h"
#include "format/echo_readers.h"
#include "format/echo_translated.h"

namespace piiscrub {
namespace {

bool starts_ignoring_case(std::string_view text, std::size_t at, std::string_view lower) {
  if (text.size() - at < lower.size()) return false;
  return std::equal(lower.begin(), lower.end(), text.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, char b) { return a == to_lower(b); });
}

// Words that announce a value, and what reads it.
struct Lead {
  std::string_view text;  // lower case
  echoes::Reader read;
};
constexpr auto kEnglishLeads = std::to_array<Lead>({
    {"key (", echoes::read_key},
    {"key value (", echoes::read_key},
    {"failing row contains (", echoes::read_row},
    {"invalid input syntax for ", echoes::read_value_behind_colon},
    {"invalid input value for enum ", echoes::read_value_behind_colon},
    {"invalid input for query argument ", echoes::read_value_behind_colon},
    {"field value out of range: ", echoes::read_value},
    {"malformed array literal: ", echoes::read_value},
    {"malformed record literal: ", echoes::read_value},
    {"copy ", echoes::read_copied},
    {"could not parse ", echoes::read_value},
    {"json value, but found ", echoes::read_value},
    {"end of input, but found ", echoes::read_value},
    {"string, but found ", echoes::read_value},
    {"token ", echoes::read_judged},
    // of Python, Java, Go, Ruby and validators
    {"time data ", echoes::read_judged},
    {"invalid isoformat string: ", echoes::read_value},
    {"invalid literal for int() with base ", echoes::read_value_behind_colon},
    {"could not convert string to ", echoes::read_value_behind_colon},
    {"for input string: ", echoes::read_value},
    {"text ", echoes::read_judged},
    {"unparseable date: ", echoes::read_value},
    {"parsing time ", echoes::read_value},
    {"cannot parse ", echoes::read_judged},
    {"invalid value for integer(): ", echoes::read_value},
    {"failed for value ", echoes::read_value},
    {"is not of type ", echoes::read_value_in_front},
    {"is not a '", echoes::read_value_in_front},
    {"does not match '^", echoes::read_value_in_front},
    {"parsing ", echoes::read_value},
    {"value ", echoes::read_judged},
    {"expected a number but got ", echoes::read_named_in_front},
    {"got invalid value ", echoes::read_named_in_front},
    {"failed to parse time string (", echoes::read_bracketed_value},  // of PHP
    {"string ", echoes::read_judged},                                 // of .NET
    // of Spring and Jackson
    {"rejected value [", echoes::read_rejected},
    {"from string ", echoes::read_chained},
    {"path `", echoes::read_path},  // of Mongoose
    // of logs of changes
    {"renamed ", echoes::read_change},
    {"ge\xc3\xa4ndert von ", echoes::read_change_abroad},
    {"modifi\xc3\xa9 de ", echoes::read_change_abroad},
    {"chang\xc3\xa9 de ", echoes::read_change_abroad},
    {"cambiado de ", echoes::read_change_abroad},
    {"cambi\xc3\xb3 de ", echoes::read_change_abroad},
    {"alterado de ", echoes::read_change_abroad},
    {"modificato da ", echoes::read_change_abroad},
    {"gewijzigd van ", echoes::read_change_abroad},
    {"zmieniono z ", echoes::read_change_abroad},
    {"changed", echoes::read_change},
    {"changing ", echoes::read_change},
    {"updated", echoes::read_change},
    {"updating ", echoes::read_change},
    {"modified", echoes::read_change},
    {"duplicate entry ", echoes::read_entry},
    {"incorrect integer value: ", echoes::read_entry},
    {"incorrect date value: ", echoes::read_entry},
    {"incorrect datetime value: ", echoes::read_entry},
    {"incorrect string value: ", echoes::read_entry},
    {"duplicate key value is (", echoes::read_list},  // of SQL Server
    {"truncated value: ", echoes::read_truncated},
    {"preview of field's value: ", echoes::read_preview},  // of Elasticsearch
    {"text]:", echoes::read_decoded},
    {"citext]:", echoes::read_decoded},
    {"varying]:", echoes::read_decoded},
    {"character]:", echoes::read_decoded},
    {"date]:", echoes::read_decoded},
    {"zone]:", echoes::read_decoded},
    {"integer]:", echoes::read_decoded},
    {"bigint]:", echoes::read_decoded},
    {"numeric]:", echoes::read_decoded},
    {"inet]:", echoes::read_decoded},
    {"primary key ", echoes::read_primary_key},
    {"primarykey", echoes::read_primary_key},
    {"table/", echoes::read_segments},
    {"spans: [", echoes::read_spans},
});

constexpr echoes::Reader reader_of(std::string_view translated) {
  if (translated.ends_with('(')) return echoes::read_row;
  return translated.ends_with(": ") ? echoes::read_value : echoes::read_value_behind_colon;
}

constexpr auto kLeads = [] {
  std::array<Lead, kEnglishLeads.size() + kTranslatedLeads.size()> leads{};
  std::copy(kEnglishLeads.begin(), kEnglishLeads.end(), leads.begin());
  std::transform(kTranslatedLeads.begin(), kTranslatedLeads.end(), leads.begin() + kEnglishLeads.size(),
                 [](std::string_view text) {
                   return Lead{text, reader_of(text)};
                 });
  return leads;
}();

// The pairs of bytes that leads begin with: nearly all other words are told by theirs.
constexpr auto kLeadStarts = [] {
  std::array<std::uint64_t, 64> starts{};
  for (const Lead& lead : kLeads) starts[lead.text[0] & 63] |= std::uint64_t{1} << (lead.text[1] & 63);
  return starts;
}();

// The lead that starts at the letter at `at`, or nullptr.
const Lead* lead_at(std::string_view text, std::size_t at) {
  const char first = to_lower(text[at]);
  const char second = to_lower(char_at(text, at + 1));
  if ((kLeadStarts[first & 63] >> (second & 63) & 1) == 0) return nullptr;
  const auto* const lead = std::find_if(kLeads.begin(), kLeads.end(), [&](const Lead& l) {
    return l.text[0] == first && l.text[1] == second && starts_ignoring_case(text, at, l.text);
  });
  return lead == kLeads.end() ? nullptr : lead;
}

// Whether a word may start at `at`: behind another one's letters only if of another script.
bool starts_word(std::string_view text, std::size_t at) {
  if (is_high(text[at])) return at == 0 || !is_high(text[at - 1]);
  const bool escaped = at >= 2 && text[at - 2] == '\\';  // \nKey (
  return at == 0 || !is_word(text[at - 1]) || escaped;
}

}  // namespace

void find_echoes(std::string_view text, std::vector<Echo>& found) {
  found.clear();
  echoes::Echoes in{.text = text, .ends = echoes::EchoEnds(text), .found = found};
  echoes::Keys keys(text);
  std::size_t at = 0;
  while (true) {
    while (at < text.size() && !is_alpha(text[at]) && !is_high(text[at])) ++at;
    if (const std::optional<Span> bracket = keys.in_front_of(at)) {
      const std::size_t behind = echoes::read_key(in, *bracket);
      at = std::max(at, behind);
      keys.pass(behind);
      continue;
    }
    if (at >= text.size()) return;
    const bool high = is_high(text[at]);
    std::size_t behind = 0;
    if (starts_word(text, at)) {
      const Lead* const lead = lead_at(text, at);
      if (lead != nullptr) behind = lead->read(in, {at, at + lead->text.size()});
    }
    at = std::max(at + 1, behind);
    if (behind != 0) {
      keys.pass(behind);
    } else if (high) {
      while (at < text.size() && is_high(text[at])) ++at;
    } else if (text[at - (at >= 2 ? 2 : 1)] != '\\') {
      while (at < text.size() && is_word(text[at])) ++at;
    }
  }
}

}  // namespace piiscrub
