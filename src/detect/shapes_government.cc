// Shapes of the numbers that governments and insurers give to people. Most have a fixed layout.
#include "detect/shapes_internal.h"

namespace piiscrub::shape {

Found find_ssn(Text text, std::size_t at) noexcept { return layout(text, at + 1, "999-99-9999"); }

Found find_spaced_nir(Text text, std::size_t at) noexcept {
  for (const Text form : {Text("9-99-99-99-999-999-99"), Text("9-99-99-9A-999-999-99")}) {
    if (const Found found = layout(text, at + 1, form)) return found;
  }
  return {};
}

Found find_cpf(Text text, std::size_t at) noexcept { return layout(text, at + 1, "999.999.999-99"); }
Found find_cnpj(Text text, std::size_t at) noexcept { return layout(text, at + 1, "99.999.999/9999-99"); }
Found find_nino(Text text, std::size_t at) noexcept { return layout(text, at + 1, "AA999999A"); }
Found find_spaced_nino(Text text, std::size_t at) noexcept { return layout(text, at + 1, "AA-99-99-99-A"); }
Found find_pan(Text text, std::size_t at) noexcept { return layout(text, at + 1, "AAAAA9999A"); }
Found find_fiscal_code(Text text, std::size_t at) noexcept { return layout(text, at + 1, "AAAAAA99A99A999A"); }

Found find_dni(Text text, std::size_t at) noexcept {
  if (const Found plain = layout(text, at + 1, "99999999A")) return plain;
  return text[at - 1] == '-' ? layout(text, at + 1, "99999999-A") : Found{};
}

Found find_nie(Text text, std::size_t at) noexcept {
  const Found found = text[at - 1] == '-' ? layout(text, at + 1, "A9999999-A") : layout(text, at + 1, "A9999999A");
  if (!found || text[found->begin] < 'X') return {};
  return found;
}

// What follows has its trigger, `at`, on the third byte behind the dash.

// YYMMDD-NNNN and YYYYMMDD-NNNN
Found find_personnummer(Text text, std::size_t at) noexcept {
  const char dash = text[at - 3];
  const Text forms[] = {dash == '-' ? Text("99999999-9999") : Text("999999+9999"), Text("999999-9999")};
  for (const Text form : forms) {
    if (const Found found = layout(text, at + 2, form)) return found;
  }
  return {};
}

Found find_hetu(Text text, std::size_t at) noexcept {
  return layout(text, at + 2, text[at - 3] == '-' ? Text("999999-999X") : Text("999999+999X"));
}

// Six digits, a dash, seven digits.
Found find_rrn(Text text, std::size_t at) noexcept {
  return text[at - 3] == '-' ? layout(text, at + 5, "999999-9999999") : Found{};
}

Found find_lv_code(Text text, std::size_t at) noexcept {
  return text[at - 3] == '-' ? layout(text, at + 3, "999999-99999") : Found{};
}

// Others end with their trigger.
Found find_ahv(Text text, std::size_t at) noexcept { return layout(text, at + 1, "999.9999.9999.99"); }
Found find_be_national(Text text, std::size_t at) noexcept { return layout(text, at + 1, "99.99.99-999.99"); }
Found find_cuit(Text text, std::size_t at) noexcept { return layout(text, at + 1, "99-99999999-9"); }
Found find_snils(Text text, std::size_t at) noexcept { return layout(text, at + 1, "999-999-999 99"); }
Found find_th_id(Text text, std::size_t at) noexcept { return layout(text, at + 1, "9-9999-99999-99-9"); }
Found find_curp(Text text, std::size_t at) noexcept { return layout(text, at + 1, "AAAA999999AAAAAAX9"); }
Found find_mbi(Text text, std::size_t at) noexcept { return layout(text, at + 1, "9AX9-AX9-AA99"); }
Found find_nhs(Text text, std::size_t at) noexcept { return layout(text, at + 1, "999-999-9999"); }

Found find_rut(Text text, std::size_t at) noexcept {
  if (const Found found = layout(text, at + 1, "99.999.999-X")) return found;
  return layout(text, at + 1, "9.999.999-X");
}

Found find_hk_id(Text text, std::size_t at) noexcept {
  if (const Found found = layout(text, at + 1, "AA999999(X)")) return found;
  return layout(text, at + 1, "A999999(X)");
}

Found find_nric(Text text, std::size_t at) noexcept {
  const Found found = layout(text, at + 1, "A9999999A");
  constexpr Text kKinds = "STFGM";
  return found && kKinds.find(text[found->begin]) != Text::npos ? found : Found{};
}

// These go on behind it.
Found find_svnr(Text text, std::size_t at) noexcept { return layout(text, at + 4, "99999999A999"); }

Found find_gstin(Text text, std::size_t at) noexcept {
  return at_or_nul(text, at + 2) == 'Z' ? layout(text, at + 4, "99AAAAA9999AXXX") : Found{};
}

// Seventeen digits and one more or X.
Found find_cn_id(Text text, std::size_t at) noexcept {
  constexpr std::size_t kBytes = 18;
  std::size_t begin = run_begin(text, at);
  // PERF NOTE: nearly all runs are stamps of 16 or 19 digits, and years begin with 1 or 2.
  const char century = text[begin + 6];
  if (!may_begin_in_escape(text, begin) &&
      (is_digit(at_or_nul(text, begin + kBytes)) || (century != '1' && century != '2')))
    return {};
  std::size_t end = walk_right(text, at, is_digit, kBytes);
  if (at_or_nul(text, end) == 'X' || at_or_nul(text, end) == 'x') ++end;
  if (end - begin < kBytes) return {};
  if (may_begin_in_escape(text, begin)) begin = skip_escape_tail(text, begin, end);
  return end - begin == kBytes ? number(text, begin, end) : Found{};
}

}  // namespace piiscrub::shape
