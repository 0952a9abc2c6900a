#include "redact/mask.h"

#include <algorithm>
#include <array>

#include "base/append_format.h"
#include "base/ascii.h"
#include "base/edges.h"
#include "piiscrub/network.h"

namespace piiscrub {
namespace {

constexpr std::string_view kStars = "***";
constexpr std::size_t kMaxDomainBytes = 255;  // RFC 5321 4.5.3.1.2
constexpr std::size_t kMinLocalBytes = 5;     // a shorter local part would be given away

template <typename Predicate>
bool all(std::string_view text, Predicate is) {
  return std::all_of(text.begin(), text.end(), is);
}

bool is_star(char c) { return c == '*'; }

// Whether `value` is `front`, then from `least` to `most` asterisks, then `behind` characters that `is` accepts.
template <typename Predicate>
bool is_starred(std::string_view value, std::size_t front, std::size_t least, std::size_t most, std::size_t behind,
                Predicate is) {
  if (value.size() < front + least + behind || value.size() > front + most + behind) return false;
  return all(value.substr(front, value.size() - front - behind), is_star) &&
         all(value.substr(value.size() - behind), is);
}

// The end of the domain that starts at `at`: two or more labels of ASCII, the last one alphabetic or xn--…; else `at`.
// As far as the shape of e-mail addresses reads it.
std::size_t end_of_domain(std::string_view text, std::size_t at) {
  const std::size_t stop = std::min(text.size(), at + kMaxDomainBytes);
  std::size_t end = at;
  for (std::size_t label = at; label < stop;) {
    std::size_t i = label;
    while (i < stop && (is_alnum(text[i]) || (text[i] == '-' && i > label))) ++i;
    std::size_t last = i;
    while (last > label && text[last - 1] == '-') --last;
    if (last == label) break;
    const std::string_view name = text.substr(label, last - label);
    if (label > at && name.size() >= 2 && (all(name, is_alpha) || name.starts_with("xn--"))) end = last;
    if (last != i || i >= stop || text[i] != '.') break;
    label = i + 1;
  }
  return end;
}

bool is_domain(std::string_view text) { return !text.empty() && end_of_domain(text, 0) == text.size(); }

void mask_all(std::string_view, std::string& to) { to += kStars; }

constexpr auto kSigns = std::to_array<std::string_view>({"@", "%40", "%2540", "\\u0040", "\\x40", "&#64;", "&#x40;"});

void mask_email(std::string_view value, std::string& to) {
  for (const std::string_view sign : kSigns) {
    const std::size_t at = value.rfind(sign);
    if (at == std::string_view::npos || !is_domain(value.substr(at + sign.size()))) continue;
    const std::string_view local = value.substr(0, at);
    const bool long_enough = local.size() >= kMinLocalBytes && is_alnum(local[0]) && is_alnum(local[1]) &&
                             is_alnum(local.back()) && local.find(kStars) == std::string_view::npos;
    if (email_mask_at(value, 0, 2) == Span{0, value.size()}) {
      to += local;
    } else if (long_enough) {
      to.append(local.substr(0, 2)).append(kStars).append(local.substr(local.size() - 1));
    } else {
      to += kStars;
    }
    to.append("@").append(value.substr(at + sign.size()));
    return;
  }
  to += kStars;
}

bool is_separator(char c) { return c == ' ' || c == '-' || c == '.'; }

// The last `count` digits of `value`.
void append_last_digits(std::string_view value, std::size_t count, std::string& to) {
  const std::size_t begin = to.size();
  for (std::size_t i = value.size(); i > 0 && to.size() - begin < count; --i) {
    if (is_digit(value[i - 1])) to += value[i - 1];
  }
  std::reverse(to.begin() + static_cast<std::ptrdiff_t>(begin), to.end());
}

std::size_t count_digits(std::string_view value) {
  return static_cast<std::size_t>(std::count_if(value.begin(), value.end(), is_digit));
}

void mask_card(std::string_view value, std::string& to) {
  if (is_starred(value, 0, 8, 15, 4, is_digit)) {
    to += value;
    return;
  }
  const std::size_t digits = count_digits(value);
  if (digits < 12 || digits > 19 || !all(value, [](char c) { return is_digit(c) || is_separator(c); })) {
    return mask_all(value, to);
  }
  to.append(digits - 4, '*');
  append_last_digits(value, 4, to);
}

void mask_ssn(std::string_view value, std::string& to) {
  constexpr std::string_view kFront = "***-**-";
  if (value.size() == kFront.size() + 4 && value.starts_with(kFront) && all(value.substr(kFront.size()), is_digit)) {
    to += value;
    return;
  }
  if (count_digits(value) != 9 || !all(value, [](char c) { return is_digit(c) || is_separator(c); })) {
    return mask_all(value, to);
  }
  to += kFront;
  append_last_digits(value, 4, to);
}

void mask_iban(std::string_view value, std::string& to) {
  const bool country = value.size() >= 2 && is_alpha(value[0]) && is_alpha(value[1]);
  if (country && is_starred(value, 2, 9, 28, 4, is_alnum)) {
    to += value;
    return;
  }
  const auto length = static_cast<std::size_t>(std::count_if(value.begin(), value.end(), is_alnum));
  if (!country || length < 15 || length > 34 || !all(value, [](char c) { return is_alnum(c) || is_separator(c); })) {
    return mask_all(value, to);
  }
  to.append(value.substr(0, 2)).append(length - 6, '*');
  std::size_t in_front = length - 4;
  for (const char c : value) {
    if (!is_alnum(c)) continue;
    if (in_front > 0) {
      --in_front;
    } else {
      to += c;
    }
  }
}

void mask_phone(std::string_view value, std::string& to) {
  to += kStars;
  if (is_starred(value, 0, 3, 3, 2, is_digit) || count_digits(value) >= 7) append_last_digits(value, 2, to);
}

void mask_address(std::string_view value, std::string& to) {
  if (const std::optional<IpAddress> address = parse_address(value)) {
    const IpAddress& b = *address;
    const auto group = [&](std::size_t i) { return static_cast<unsigned>(b[i] << 8 | b[i + 1]); };
    if (is_ipv4(b)) {
      append_format(to, "{}.{}.{}.{}", b[12], b[13], b[14], kStars);
    } else {
      append_format(to, "{:x}:{:x}:{:x}:{}", group(0), group(2), group(4), kStars);
    }
    return;
  }
  // A mask with its asterisks replaced is an address again.
  if (value.ends_with(kStars) && value.size() < 20) {
    const std::string_view kept = value.substr(0, value.size() - kStars.size());
    for (const std::string_view rest : {"0", ":"}) {
      std::array<char, 24> whole{};
      std::copy(kept.begin(), kept.end(), whole.begin());
      std::copy(rest.begin(), rest.end(), whole.begin() + static_cast<std::ptrdiff_t>(kept.size()));
      const auto colons = std::count(kept.begin(), kept.end(), ':');
      if (rest == ":" && colons != 3) continue;
      if (parse_address({whole.data(), kept.size() + rest.size()})) {
        to += value;
        return;
      }
    }
  }
  to += kStars;
}

void mask_mac(std::string_view value, std::string& to) {
  constexpr std::size_t kMakerBytes = 9;  // 02:42:ac:
  const auto maker = [&](char gap) {
    if (value.size() < kMakerBytes) return false;
    for (std::size_t i = 0; i < kMakerBytes; ++i) {
      if (i % 3 == 2 ? value[i] != gap : !is_hex(value[i])) return false;
    }
    return true;
  };
  const bool masked = value.size() == kMakerBytes + kStars.size() && value.ends_with(kStars);
  const bool whole = (value.size() == 17 || value.size() == 23) &&
                     all(value, [](char c) { return is_hex(c) || c == ':' || c == '-'; });
  if ((masked && maker(':')) || (whole && (maker(':') || maker('-')))) {
    for (const char c : value.substr(0, kMakerBytes)) to += c == '-' ? ':' : c;
  }
  to += kStars;
}

struct Row {
  std::string_view type;
  WriteMask mask;
  std::string_view stand_in;
};
constexpr auto kRows = std::to_array<Row>({
    {"email", mask_email, "redacted@redacted.invalid"},  // RFC 2606 2
    {"card", mask_card, ""},
    {"us-ssn", mask_ssn, ""},
    {"iban", mask_iban, ""},
    {"phone", mask_phone, ""},
    {"ipv4", mask_address, "0.0.0.0"},
    {"ipv6", mask_address, "::"},
    {"ip", mask_address, "0.0.0.0"},
    {"mac", mask_mac, "00:00:00:00:00:00"},
    {"uuid", mask_all, "00000000-0000-0000-0000-000000000000"},
    {"birth-date", mask_all, "1900-01-01"},
    {"date-of-birth", mask_all, "1900-01-01"},
    {"salary", mask_all, "0"},
    {"income", mask_all, "0"},
    {"amount", mask_all, "0"},
    {"number", mask_all, "0"},
});

const Row* row_of(std::string_view type) {
  const auto row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& one) { return one.type == type; });
  return row == kRows.end() ? nullptr : &*row;
}

// What the shape of e-mail addresses takes into a local part, so that no address began in front of it.
bool is_local(char c) { return is_word(c) || c == '.' || c == '-' || c == '+' || c == '%'; }

}  // namespace

WriteMask masker_of(std::string_view type) {
  const Row* row = row_of(type);
  return row == nullptr ? mask_all : row->mask;
}

std::string_view stand_in_of(std::string_view type) {
  const Row* row = row_of(type);
  return row == nullptr ? std::string_view() : row->stand_in;
}

std::optional<Span> email_mask_at(std::string_view text, std::size_t from, std::size_t stars) {
  const std::size_t sign = stars + kStars.size() + 1;
  if (stars < from + 2 || sign >= text.size() || text[sign] != '@') return std::nullopt;
  if (text.substr(stars, kStars.size()) != kStars) return std::nullopt;
  const std::size_t begin = stars - 2;
  if (!is_alnum(text[begin]) || !is_alnum(text[begin + 1]) || !is_alnum(text[sign - 1])) return std::nullopt;
  // Whoever looks at what stands in front must come to the same verdict whether the mask is a word or a replacement.
  std::size_t before = begin;
  while (before > from && std::string_view(".-+").find(text[before - 1]) != std::string_view::npos) --before;
  if (before > from && is_local(text[before - 1]) && !ends_with_escape(text, before)) return std::nullopt;
  const std::size_t end = end_of_domain(text, sign + 1);
  if (end == sign + 1 || !ends_word(text, end)) return std::nullopt;
  return Span{begin, end};
}

}  // namespace piiscrub
