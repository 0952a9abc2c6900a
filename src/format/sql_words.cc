#include "format/sql_words.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/ascii.h"

namespace piiscrub {
namespace {

struct WordRow {
  std::string_view text;
  SqlWord word;
};
constexpr auto kWords = std::to_array<WordRow>({
    {"all", SqlWord::all},
    {"and", SqlWord::and_},
    {"any", SqlWord::any},
    {"array", SqlWord::array},
    {"as", SqlWord::as},
    {"asc", SqlWord::asc},
    {"between", SqlWord::between},
    {"by", SqlWord::by},
    {"call", SqlWord::call},
    {"case", SqlWord::case_},
    {"collate", SqlWord::collate},
    {"copy", SqlWord::copy},
    {"cross", SqlWord::cross},
    {"default", SqlWord::default_},
    {"delete", SqlWord::delete_},
    {"desc", SqlWord::desc},
    {"distinct", SqlWord::distinct},
    {"do", SqlWord::do_},
    {"else", SqlWord::else_},
    {"end", SqlWord::end},
    {"escape", SqlWord::escape},
    {"except", SqlWord::except},
    {"execute", SqlWord::execute},
    {"exists", SqlWord::exists},
    {"false", SqlWord::false_},
    {"fetch", SqlWord::fetch},
    {"for", SqlWord::for_},
    {"from", SqlWord::from},
    {"full", SqlWord::full},
    {"glob", SqlWord::glob},
    {"group", SqlWord::group},
    {"having", SqlWord::having},
    {"ilike", SqlWord::ilike},
    {"in", SqlWord::in},
    {"inner", SqlWord::inner},
    {"insert", SqlWord::insert},
    {"intersect", SqlWord::intersect},
    {"interval", SqlWord::interval},
    {"into", SqlWord::into},
    {"is", SqlWord::is},
    {"join", SqlWord::join},
    {"key", SqlWord::key},
    {"lateral", SqlWord::lateral},
    {"left", SqlWord::left},
    {"like", SqlWord::like},
    {"limit", SqlWord::limit},
    {"merge", SqlWord::merge},
    {"natural", SqlWord::natural},
    {"not", SqlWord::not_},
    {"null", SqlWord::null},
    {"offset", SqlWord::offset},
    {"on", SqlWord::on},
    {"or", SqlWord::or_},
    {"order", SqlWord::order},
    {"outer", SqlWord::outer},
    {"regexp", SqlWord::regexp},
    {"replace", SqlWord::replace},
    {"returning", SqlWord::returning},
    {"right", SqlWord::right},
    {"rlike", SqlWord::rlike},
    {"row", SqlWord::row},
    {"select", SqlWord::select},
    {"set", SqlWord::set},
    {"similar", SqlWord::similar},
    {"some", SqlWord::some},
    {"then", SqlWord::then},
    {"to", SqlWord::to},
    {"true", SqlWord::true_},
    {"union", SqlWord::union_},
    {"update", SqlWord::update},
    {"upsert", SqlWord::upsert},
    {"using", SqlWord::using_},
    {"values", SqlWord::values},
    {"when", SqlWord::when},
    {"where", SqlWord::where},
    {"with", SqlWord::with},
});
constexpr std::size_t kMaxWordBytes = 9;  // returning, intersect

// PERF NOTE: half the tokens of a statement are words, and comparing strings costs more than all else about them.
struct PackedWord {
  std::uint64_t low = 0;
  std::uint8_t last = 0;  // the ninth byte
  SqlWord word = SqlWord::none;
};
static_assert(std::endian::native == std::endian::little);
constexpr std::size_t kPackedBits = 8;
constexpr std::size_t packed_slot(std::uint64_t low) {
  return static_cast<std::size_t>(low * 0x9e3779b97f4a7c15U >> (64 - kPackedBits));
}
// By the hash of the first eight bytes; what does not fit there stands in the next free place.
constexpr auto kPackedWords = [] {
  std::array<PackedWord, std::size_t{1} << kPackedBits> table{};
  for (const WordRow& row : kWords) {
    PackedWord packed{.word = row.word};
    for (std::size_t i = 0; i < row.text.size(); ++i) {
      const auto byte = static_cast<unsigned char>(row.text[i]);
      if (i < 8) packed.low |= std::uint64_t{byte} << i * 8;
      if (i == 8) packed.last = byte;
    }
    std::size_t slot = packed_slot(packed.low);
    while (table[slot].low != 0) slot = (slot + 1) % table.size();
    table[slot] = packed;
  }
  return table;
}();

using Kind = SqlToken::Kind;

struct OperatorRow {
  std::string_view text;
  Kind kind;
};
// Longest first.
constexpr auto kOperators = std::to_array<OperatorRow>({
    {"!~~*", Kind::comparison},
    {"->>", Kind::arrow},
    {"#>>", Kind::arrow},
    {"<=>", Kind::comparison},
    {"!~*", Kind::comparison},
    {"~~*", Kind::comparison},
    {"!~~", Kind::comparison},
    {":::", Kind::cast},
    {"->", Kind::arrow},
    {"#>", Kind::arrow},
    {"<>", Kind::comparison},
    {"!=", Kind::comparison},
    {"<=", Kind::comparison},
    {">=", Kind::comparison},
    {"=>", Kind::comparison},
    {":=", Kind::comparison},
    {"==", Kind::comparison},
    {"~*", Kind::comparison},
    {"!~", Kind::comparison},
    {"~~", Kind::comparison},
    {"@>", Kind::comparison},
    {"<@", Kind::comparison},
    {"&&", Kind::comparison},
    {"@@", Kind::comparison},
    {"^@", Kind::comparison},
    {"::", Kind::cast},
    {"||", Kind::op},
    {"?|", Kind::comparison},
    {"?&", Kind::comparison},
    {"=", Kind::comparison},
    {"<", Kind::comparison},
    {">", Kind::comparison},
    {"~", Kind::comparison},
    {"!", Kind::op},
    {"+", Kind::op},
    {"-", Kind::op},
    {"*", Kind::op},
    {"/", Kind::op},
    {"|", Kind::op},
    {"&", Kind::op},
    {"^", Kind::op},
    {"%", Kind::op},
    {"@", Kind::op},
    {"#", Kind::op},
    {"?", Kind::comparison},
});

}  // namespace

SqlWord find_sql_word(std::string_view text, Span word) {
  const std::size_t size = word.size();
  if (size == 0 || size > kMaxWordBytes) return SqlWord::none;
  // Only letters become lower-case letters, and the words consist of nothing else.
  constexpr std::uint64_t kLower = 0x2020202020202020U;
  std::uint64_t low = 0;
  if (text.size() - word.begin >= sizeof low) {
    std::memcpy(&low, text.data() + word.begin, sizeof low);
    if (size < sizeof low) low &= (std::uint64_t{1} << size * 8) - 1;
    low |= kLower >> (sizeof low - std::min(size, sizeof low)) * 8;
  } else {
    for (std::size_t i = 0; i < size; ++i)
      low |= std::uint64_t{static_cast<unsigned char>(text[word.begin + i] | 0x20)} << i * 8;
  }
  const auto last = size > sizeof low ? static_cast<unsigned char>(text[word.begin + sizeof low] | 0x20) : 0;
  for (std::size_t slot = packed_slot(low); kPackedWords[slot].low != 0; slot = (slot + 1) % kPackedWords.size()) {
    const PackedWord& packed = kPackedWords[slot];
    if (packed.low == low && packed.last == last) return packed.word;
  }
  return SqlWord::none;
}

SqlOperator find_sql_operator(std::string_view text) {
  for (const OperatorRow& row : kOperators)
    if (row.text.front() == text.front() && text.starts_with(row.text)) return {row.kind, row.text.size()};
  return {};
}

}  // namespace piiscrub
