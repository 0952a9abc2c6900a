// Prose: values that a sentence names, without `=` or `:`: "SSN 536904399", "the new password is hunter2", "born on …".
//
// A rule with keys may also say `prose = FORM`: then its phrases count in running text too, followed by a few words
// that say nothing (is, number, no., #) and by something that has the form. The form is what keeps sentences out
// ("password reset", "account locked after 3 attempts"), so each is narrow. Where values begin with a capital, a digit
// or a sign, such places are looked at (detect/prose_finder.h); where they may begin with any letter, the scan looks
// for phrase, link and the first bytes of the form at once. A phrase alone brings no hit.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "piiscrub/rule.h"

namespace piiscrub {

/// What stands in front of the value.
struct ProseLink {
  bool asserts = false;  ///< is, was, lautet: what follows is the value and no more of its name
  char quote = 0;        ///< the quote right in front of the value, or 0
};

/// The value that begins at `at`, or nothing. Looks at `text` only; any bytes; linear in the length of the value.
using FindProse = std::optional<Span> (*)(std::string_view text, std::size_t at, ProseLink link) noexcept;

/// A phrase in front of a place where a value may begin.
struct ProseLead {
  std::string_view phrase;  ///< as the text spells it
  bool point = false;       ///< a full stop stands behind it
  bool linked = false;      ///< as do words of a link
};

/// Whether a value may begin at `at`, or behind an opening bracket, `#` or quote there. Quick, and may say so too
/// often.
using ProseBegins = bool (*)(std::string_view text, std::size_t at, ProseLead lead) noexcept;

struct ProseForm {
  std::string_view name;   ///< [a-z0-9-]+, as rules write it
  std::string_view doc;    ///< one line for people
  std::string_view links;  ///< words between name and value besides those of all forms; alternatives of an expression
  std::string_view scan;   ///< expression of what such a value begins with, if it may be any letter; else empty
  FindProse find;
  ProseBegins begins = nullptr;  ///< if there is no expression
};

/// All forms.
std::span<const ProseForm> prose_forms();

/// The form called `name`, or nullptr.
const ProseForm* find_prose_form(std::string_view name);

/// What a rule looks for in prose.
struct ProseExpressions {
  std::string before;             ///< what stands in front of a value, up to the value itself
  std::vector<std::string> scan;  ///< for the scan, in any case: the same and what the value begins with, or nothing
};

/// Calls `take` with each word, in lower case, that may stand between a phrase and its value, whatever the form.
void for_each_prose_link(const std::function<void(std::string_view)>& take);

/// REQUIRES: rule.prose is the name of `form`.
ProseExpressions prose_expressions(const Rule& rule, const ProseForm& form);

/// The name in front of the mail address that begins at `at`: Jane Doe <jane@…>, also with &lt;. Or nothing.
std::optional<Span> find_display_name(std::string_view text, std::size_t at);

/// How `before`, a match of ProseExpressions::before, is linked to what follows it.
ProseLink link_of(std::string_view before);

}  // namespace piiscrub
