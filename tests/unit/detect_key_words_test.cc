#include "detect/key_words.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace piiscrub {
namespace {

std::string words_of(std::string_view key) {
  const KeyWords words(key);
  std::string joined;
  for (std::size_t i = 0; i < words.count(); ++i) joined.append(i > 0 ? "|" : "").append(words[i]);
  return joined;
}

struct Row {
  std::string_view key;
  std::string_view words;
};
constexpr Row kRows[] = {
    {"", ""},
    {"._-", ""},
    {"employee_ssn", "employee|ssn"},
    {"employeeSsn", "employee|ssn"},
    {"SSNNumber", "ssn|number"},
    {"md5", "md|5"},
    {"2fa", "2|fa"},
    // capitals beyond ASCII
    {"příjmeníKlienta", "příjmení|klienta"},
    {"kundeÖzel", "kunde|özel"},
    {"телефонКлиента", "телефон|клиента"},
    {"ПРІЗВИЩЕ", "прізвище"},
    {"ҐАНОК", "ґанок"},
    {"SỐ_ĐIỆN_THOẠI", "số|điện|thoại"},
    {"ÆRLIG_ŽENA_ŁÓDŹ", "ærlig|žena|łódź"},
    // one spelling
    {"DOĞUM_TARİHİ", "doğum|tarihi"},
    {"adı", "adi"},
    {"ΌΝΟΜΑ", "ονομα"},
    {"όνομα", "ονομα"},
    {"επώνυμος", "επωνυμοσ"},
    {"STRAẞE", "straße"},
    // what is written within words
    {"ім’я", "імя"},
    {"\xEF\xBB\xBFname", "name"},
    {"pass\xC2\xADword", "password"},
    {"نام\u200cکاربری", "نامکاربری"},
    {"\u200b", ""},
    // scripts without capitals
    {"姓名", "姓名"},
    {"姓名、電話", "姓名|電話"},
    {"用户Name", "用户name"},
    {"电话2", "电话|2"},
    // no UTF-8
    {"caf\xE9_name", "caf\xE9|name"},
    {"na\xC3", "na\xC3"},
    {"\xE2\x80", "\xE2\x80"},
    {"\xF0\x9F\x98\x80_name", "\xF0\x9F\x98\x80|name"},
};

TEST(KeyWordsTest, AreInOneSpelling) {
  for (const auto& [key, words] : kRows) EXPECT_EQ(words_of(key), words) << key;
}

TEST(KeyWordsTest, OfAPhraseAreItsLetters) {
  for (const Row& row : kRows) {
    std::string joined(row.words);
    std::erase(joined, '|');
    EXPECT_EQ(key_letters(row.key), joined) << row.key;
  }
}

TEST(KeyWordsTest, TheLastOnesOfALongKeyCount) {
  std::string key;
  for (int i = 0; i < 20; ++i) key += "w_";
  key += "ssn";
  const KeyWords words(key);
  EXPECT_EQ(words.count(), KeyWords::kMaxWords);
  EXPECT_EQ(words[words.count() - 1], "ssn");
  EXPECT_EQ(words_of(std::string(600, 'a')).size(), KeyWords::kMaxBytes);
}

}  // namespace
}  // namespace piiscrub
