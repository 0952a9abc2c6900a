#include "detect/key_abbreviations.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/ascii.h"

namespace piiscrub {
namespace {

struct Abbreviation {
  std::string_view of;
  std::string_view word;
};

constexpr auto kAbbreviations = std::to_array<Abbreviation>({
    {"accnt", "account"},
    {"acct", "account"},
    {"acnt", "account"},
    {"addrss", "address"},
    {"adrs", "address"},
    {"annl", "annual"},
    {"anschr", "anschrift"},
    {"ansprechp", "ansprechpartner"},
    {"ansprp", "ansprechpartner"},
    {"aplcnt", "applicant"},
    {"appl", "applicant"},
    {"applcnt", "applicant"},
    {"assur", "assure"},
    {"bene", "beneficiary"},
    {"benef", "beneficiary"},
    {"benefic", "beneficiario"},
    {"blg", "billing"},
    {"bllng", "billing"},
    {"bnf", "beneficiary"},
    {"bnfcry", "beneficiary"},
    {"bnk", "bank"},
    {"brth", "birth"},
    {"bth", "birth"},
    {"clmnt", "claimant"},
    {"clmt", "claimant"},
    {"clnt", "client"},
    {"cntc", "contact"},
    {"cntct", "contact"},
    {"contct", "contact"},
    {"contrib", "contribuyente"},
    {"crdhldr", "cardholder"},
    {"crdhlr", "cardholder"},
    {"cstmr", "customer"},
    {"cust", "customer"},
    {"custmr", "customer"},
    {"depnt", "dependent"},
    {"dlvry", "delivery"},
    {"dnr", "donor"},
    {"domic", "domicilio"},
    {"dpnd", "dependent"},
    {"dpndt", "dependent"},
    {"drv", "driver"},
    {"drvr", "driver"},
    {"emer", "emergency"},
    {"emerg", "emergency"},
    {"emgcy", "emergency"},
    {"emgncy", "emergency"},
    {"eml", "email"},
    {"emp", "employee"},
    {"empf", "empfaenger"},
    {"empl", "employee"},
    {"emrg", "emergency"},
    {"emrgncy", "emergency"},
    {"erziehungsber", "erziehungsberechtigter"},
    {"frst", "first"},
    {"fst", "first"},
    {"fthr", "father"},
    {"gdn", "guardian"},
    {"geschl", "geschlecht"},
    {"grdn", "guardian"},
    {"gst", "guest"},
    {"gvn", "given"},
    {"hlder", "holder"},
    {"hldr", "holder"},
    {"hme", "home"},
    {"hrly", "hourly"},
    {"ins", "insurance"},
    {"insr", "insurance"},
    {"insur", "insurance"},
    {"kontaktpers", "kontaktperson"},
    {"lcns", "licence"},
    {"lgl", "legal"},
    {"lic", "licence"},
    {"licn", "licence"},
    {"lst", "last"},
    {"maidn", "maiden"},
    {"mbl", "mobile"},
    {"mbr", "member"},
    {"mdl", "middle"},
    {"mdn", "maiden"},
    {"memb", "member"},
    {"mgr", "manager"},
    {"mitarb", "mitarbeiter"},
    {"mmbr", "member"},
    {"mngr", "manager"},
    {"mnth", "month"},
    {"mnthly", "monthly"},
    {"mthly", "monthly"},
    {"mthr", "mother"},
    {"nac", "nacimiento"},
    {"nais", "naissance"},
    {"naiss", "naissance"},
    {"nasc", "nascimento"},
    {"nazw", "nazwisko"},
    {"nbr", "number"},
    {"nm", "name"},
    {"nmbr", "number"},
    {"nme", "name"},
    {"nxt", "next"},
    {"ofcr", "officer"},
    {"offcr", "officer"},
    {"passpt", "passport"},
    {"patnt", "patient"},
    {"pax", "passenger"},
    {"phn", "phone"},
    {"phne", "phone"},
    {"phys", "physician"},
    {"physcn", "physician"},
    {"plcy", "policy"},
    {"pol", "policy"},
    {"pref", "preferred"},
    {"presc", "prescriber"},
    {"prim", "primary"},
    {"prm", "primary"},
    {"prscrbr", "prescriber"},
    {"psgr", "passenger"},
    {"psprt", "passport"},
    {"pspt", "passport"},
    {"pssgr", "passenger"},
    {"ptnt", "patient"},
    {"rcpnt", "recipient"},
    {"rcpt", "recipient"},
    {"recip", "recipient"},
    {"rtng", "routing"},
    {"scl", "social"},
    {"scndry", "secondary"},
    {"scrty", "security"},
    {"shpg", "shipping"},
    {"shpng", "shipping"},
    {"slry", "salary"},
    {"soc", "social"},
    {"sps", "spouse"},
    {"spse", "spouse"},
    {"srnm", "surname"},
    {"stdnt", "student"},
    {"stu", "student"},
    {"stud", "student"},
    {"suprvsr", "supervisor"},
    {"supv", "supervisor"},
    {"surnm", "surname"},
    {"tchr", "teacher"},
    {"telef", "telefon"},
    {"telf", "telefono"},
    {"titul", "titular"},
    {"tnt", "tenant"},
    {"urodz", "urodzenia"},
    {"usr", "user"},
    {"vrfy", "verification"},
    {"wrk", "work"},
    {"wynagr", "wynagrodzenie"},
    {"yrly", "yearly"},
    {"zamiesz", "zamieszkania"},
});
static_assert(std::ranges::is_sorted(kAbbreviations, {}, &Abbreviation::of));

constexpr std::size_t kLongest =
    std::ranges::max(kAbbreviations, {}, [](const Abbreviation& one) { return one.of.size(); }).of.size();
constexpr std::size_t kPlaces = 4096;

// Where in the bits of all of them a word stands: of most words they say that it is no abbreviation.
constexpr std::size_t place_of(std::string_view word) {
  constexpr unsigned kBits = 5;
  const auto letter = [&](std::size_t i) { return static_cast<std::size_t>(word[i]) & 31U; };
  return (letter(0) | letter(1) << kBits | (letter(word.size() - 1) ^ word.size() << 3U) << 7U) % kPlaces;
}

constexpr auto kKnown = [] {
  std::array<bool, kPlaces> known{};
  for (const Abbreviation& one : kAbbreviations) known[place_of(one.of)] = true;
  return known;
}();

// What kind of value it is, as some write in front, whose it is, and such short words as phrases have.
constexpr auto kInCompounds = std::to_array<std::string_view>(
    {"abo",    "account",  "rental", "prop",     "property", "delivery", "pickup",    "dropoff", "office",
     "acct",   "alt",      "appl",   "bill",     "billing",  "cbo",      "cli",       "client",  "clt",
     "code",   "contact",  "curr",   "current",  "cust",     "customer", "date",      "dbl",     "display",
     "driver", "dt",       "dtm",    "elev",     "elv",      "emerg",    "emergency", "emp",     "first",
     "fld",    "full",     "given",  "gst",      "guest",    "home",     "hst",       "id",      "int",
     "kd",     "klient",   "kunde",  "kunden",   "last",     "lbl",      "legal",     "ln",      "lng",
     "main",   "mbr",      "member", "middle",   "name",     "nbr",      "new",       "nm",      "no",
     "nr",     "num",      "number", "old",      "osp",      "pac",      "pat",       "patient", "personal",
     "ph",     "pref",     "prev",   "previous", "primary",  "priv",     "prv",       "rider",   "secondary",
     "ship",   "shipping", "sol",    "str",      "subj",     "subject",  "tbl",       "txt",     "user",
     "usr",    "vn",       "work"});

}  // namespace

void for_each_abbreviation(const std::function<void(std::string_view)>& take) {
  for (const Abbreviation& one : kAbbreviations) take(one.of);
}

void add_words_in_compounds(std::set<std::string>& words) {
  words.insert(kInCompounds.begin(), kInCompounds.end());
  for (const Abbreviation& one : kAbbreviations) words.emplace(one.of);
}

std::string_view written_out(std::string_view folded) {
  if (folded.size() < 2 || folded.size() > kLongest || !kKnown[place_of(folded)]) return {};
  const auto found = std::ranges::lower_bound(kAbbreviations, folded, {}, &Abbreviation::of);
  return found != kAbbreviations.end() && found->of == folded ? found->word : std::string_view{};
}

}  // namespace piiscrub
