// What the functions of shapes*.cc share: walking over bytes and fixed layouts. Private to them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/ascii.h"
#include "base/edges.h"
#include "base/span.h"
#include "detect/shapes.h"

namespace piiscrub::shape {

using Text = std::string_view;
using Found = std::optional<Span>;

template <typename Predicate>
std::size_t walk_left(Text text, std::size_t at, Predicate is, std::size_t most) {
  const std::size_t stop = at - std::min(at, most);
  while (at > stop && is(text[at - 1])) --at;
  return at;
}

template <typename Predicate>
std::size_t walk_right(Text text, std::size_t at, Predicate is, std::size_t most) {
  const std::size_t stop = std::min(text.size(), at + most);
  while (at < stop && is(text[at])) ++at;
  return at;
}

inline char at_or_nul(Text text, std::size_t at) { return at < text.size() ? text[at] : '\0'; }

inline bool is_gap(char c) { return c == '-' || c == ' '; }

inline Found number(Text text, std::size_t begin, std::size_t end) {
  if (!begins_number(text, begin) || !ends_number(text, end)) return {};
  return Span{begin, end};
}

// A fixed layout that ends at `end`: '9' a digit, 'A' an upper-case letter, 'X' alphanumeric, '-' a dash or blank (the
// same one throughout), anything else itself.
inline bool has_layout(Text text, std::size_t end, Text layout) {
  if (end < layout.size() || end > text.size()) return false;
  char gap = '\0';
  for (std::size_t i = 0; i < layout.size(); ++i) {
    const char c = text[end - layout.size() + i];
    switch (layout[i]) {
      case '9':
        if (!is_digit(c)) return false;
        break;
      case 'A':
        if (!is_upper(c)) return false;
        break;
      case 'X':
        if (!is_alnum(c)) return false;
        break;
      case '-':
        if (!is_gap(c) || (gap != '\0' && c != gap)) return false;
        gap = c;
        break;
      default:
        if (c != layout[i]) return false;
    }
  }
  return true;
}

inline Found layout(Text text, std::size_t end, Text layout) {
  if (!has_layout(text, end, layout)) return {};
  return number(text, end - layout.size(), end);
}

// Where the run of digits begins whose 13th or 14th one is at `at`.
inline std::size_t run_begin(Text text, std::size_t at) {
  return at >= 13 && is_digit(text[at - 13]) ? at - 13 : at - 12;
}

// shapes_government.cc
using Find = Found(Text text, std::size_t at) noexcept;
Find find_ssn, find_spaced_nir, find_cpf, find_cnpj, find_nino, find_spaced_nino, find_pan, find_fiscal_code, find_dni,
    find_nie, find_personnummer, find_hetu, find_rrn, find_cn_id, find_curp, find_ahv, find_rut, find_be_national,
    find_cuit, find_snils, find_th_id, find_nric, find_hk_id, find_lv_code, find_svnr, find_mbi, find_nhs, find_gstin;

}  // namespace piiscrub::shape
