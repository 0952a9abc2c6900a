// Which keys announce a value, by their words.
#include "detect/key_vocabulary.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "detect/key_phrase.h"
#include "piiscrub/detector.h"

namespace piiscrub {
namespace {

Rule rule_of(std::string id, std::vector<std::string> keys, std::vector<std::string> whole = {},
             std::vector<std::string> unless = {}) {
  Rule rule;
  rule.id = std::move(id);
  rule.keys = std::move(keys);
  rule.whole_keys = std::move(whole);
  rule.unless_keys = std::move(unless);
  return rule;
}

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all = {
      rule_of("password",
              {"password", "contraseña", "şifre", "hasło", "пароль", "κωδικός", "密码", "비밀번호", "mot de passe"},
              {"pw"}, {"password store key", "passwordless"}),
      rule_of("ssn", {"ssn", "social security number"}),
      rule_of("email", {"email", "e mail", "webhook url"}),
      rule_of("name", {"full name"}, {"name", "naïve"}),
      rule_of("md5", {"md 5 sum"}),
  };
  return all;
}

// The id of the rule that the key belongs to, or nothing.
std::string found(const KeyVocabulary& vocabulary, std::string_view key) {
  const std::optional<std::uint16_t> rule = vocabulary.find(key);
  return rule ? rules()[*rule].id : "";
}

struct KeyRow {
  std::string_view key;
  std::string_view rule;
};

constexpr KeyRow kRows[] = {
    // words
    {"password", "password"},
    {"PASSWORD", "password"},
    {"dbPassword", "password"},
    {"db_password", "password"},
    {"DB-PASSWORD", "password"},
    {"db.password", "password"},
    {"_password_", "password"},
    {"--password", "password"},
    {"password2", "password"},
    {"2password", "password"},
    {"employee_ssn", "ssn"},
    {"ssnNumber", "ssn"},
    {"SSNNumber", "ssn"},
    {"employeeSSN", "ssn"},
    {"ssn2", "ssn"},
    {"assn", ""},
    {"ssns", ""},
    {"socialSecurityNumber", "ssn"},
    {"social_security_number", "ssn"},
    {"social-security_number", "ssn"},
    {"socialsecuritynumber", "ssn"},
    {"social_security", ""},
    {"eMail", "email"},
    {"e-mail", "email"},
    {"userEmail", "email"},
    {"md5sum", "md5"},
    {"MD5Sum", "md5"},
    {"", ""},
    {"_", ""},
    {"...---", ""},
    // whole keys
    {"name", "name"},
    {"NAME", "name"},
    {"file_name", ""},
    {"name_1", ""},
    {"full_name", "name"},
    {"pw", "password"},
    {"pw_1", ""},
    // the last noun counts
    {"email_password", "password"},
    {"password_email", "email"},
    {"ssn_or_email", "email"},
    // words that cancel
    {"password_min_length", ""},
    {"passwordMinLength", ""},
    {"password_count", ""},
    {"email_verified", ""},
    {"diagnosis_codes_loaded", ""},
    {"emails_imported", ""},
    {"api_key_location", ""},
    {"email_verified_by_admin", "email"},
    {"max_password", ""},
    {"has_email", ""},
    {"isEmail", ""},
    {"the_max_password", "password"},
    {"webhook_url", "email"},
    {"webhook_url_count", ""},
    {"password_rate", ""},
    {"passwordLevel", ""},
    // exceptions
    {"password_store_key", ""},
    {"my_password_store_key_2", ""},
    {"password_store", ""},
    {"passwordless", ""},
    {"passwordless_email", "email"},
    // glued words
    {"userpassword", "password"},
    {"benutzercontraseña", "password"},
    {"userpassword_count", ""},
    {"passwordless2", ""},
    {"userpasswords", ""},
    {"xemail", ""},
    // not in ASCII
    {"contraseña", "password"},
    {"CONTRASEÑA", "password"},
    {"Şifre", "password"},
    {"ŞIFRE", "password"},
    {"hasło", "password"},
    {"HASŁO", "password"},
    {"NAÏVE", "name"},
    {"пароль", "password"},
    {"ПАРОЛЬ", "password"},
    {"Пароль", "password"},
    {"ΚΩΔΙΚΌΣ", "password"},
    {"парольлогин", ""},
    {"密码", "password"},
    {"用户登录密码", "password"},
    {"密码长度", ""},
    {"비밀번호", "password"},
    {"mot_de_passe", "password"},
    {"motDePasse", "password"},
    {"mot-passe", ""},
    {"\xff\xfe", ""},
    {"\xc3", ""},
    // what words are short for
    {"cust_nme", ""},
    {"full_nm", "name"},
    {"fullNm", "name"},
    {"soc_security_nbr", "ssn"},
    {"SOC_SECURITY_NBR", "ssn"},
    {"full_nm_count", ""},
    {"nm", ""},
    // words that databases write together
    {"custfullname", "name"},
    {"CUSTFULLNAME", "name"},
    {"empfullnm", "name"},
    {"patssn", "ssn"},
    {"patssnnbr", "ssn"},
    {"emailfull", ""},
    {"fullnamex", ""},
    {"fullnamecount", ""},
    {"passwordlessfull", ""},
    // more words than are looked at: the last ones count
    {"a_b_c_d_e_f_g_h_i_j_k_l_m_n_o_password", "password"},
    {"password_a_b_c_d_e_f_g_h_i_j_k_l_m_n_o_p", ""},
};

TEST(KeyVocabularyTest, KeysAreToldByTheirWords) {
  const KeyVocabulary vocabulary(rules());
  for (const auto& [key, rule] : kRows) EXPECT_EQ(found(vocabulary, key), rule) << key;
}

TEST(KeyVocabularyTest, ComesBackFromItsBytes) {
  const KeyVocabulary vocabulary(rules());
  KeyVocabulary again;
  ASSERT_TRUE(again.use(vocabulary.save()));
  EXPECT_EQ(again.save(), vocabulary.save());
  for (const auto& [key, rule] : kRows) EXPECT_EQ(found(again, key), rule) << key;
}

TEST(KeyVocabularyTest, OfDamagedBytesIsEmpty) {
  KeyVocabulary vocabulary(rules());
  const std::string bytes(vocabulary.save());
  EXPECT_FALSE(vocabulary.use(std::string_view(bytes).substr(1)));
  EXPECT_FALSE(vocabulary.use(std::string_view(bytes).substr(8)));
  EXPECT_FALSE(vocabulary.use(std::string_view(bytes).substr(0, bytes.size() - 16)));
  EXPECT_TRUE(vocabulary.empty());
  EXPECT_EQ(vocabulary.find("password"), std::nullopt);
}

TEST(KeyVocabularyTest, OfNothingFindsNothing) {
  EXPECT_TRUE(KeyVocabulary().empty());
  EXPECT_EQ(KeyVocabulary().find("password"), std::nullopt);
  EXPECT_TRUE(KeyVocabulary(std::vector<Rule>(3)).empty());
  KeyVocabulary loaded;
  EXPECT_TRUE(loaded.use(""));
  EXPECT_EQ(loaded.find("password"), std::nullopt);
}

// In every spelling of its words a phrase of the built-in rules belongs to a rule of its own type, or to one that
// stands in front.
TEST(KeyVocabularyTest, EveryBuiltInPhraseIsFoundInEverySpelling) {
  const std::span<const Rule> builtin = builtin_rules()->rules();
  const KeyVocabulary vocabulary(builtin);
  std::size_t phrases = 0;
  for (const Rule& rule : builtin) {
    std::vector<std::string> all;
    for (const auto* list : {&rule.keys, &rule.whole_keys}) {
      for (const std::string& text : *list) {
        for (std::string& phrase : expand_phrase(text)) all.push_back(std::move(phrase));
      }
    }
    for (const std::string& phrase : all) {
      for (const char joint : {'_', '-', '.'}) {
        std::string key = phrase;
        std::replace(key.begin(), key.end(), ' ', joint);
        EXPECT_TRUE(vocabulary.find(key)) << rule.id << ": " << key;
      }
      std::string camel;
      for (std::size_t i = 0; i < phrase.size(); ++i) {
        if (phrase[i] == ' ') continue;
        const bool first = i > 0 && phrase[i - 1] == ' ' && phrase[i] >= 'a' && phrase[i] <= 'z';
        camel += first ? static_cast<char>(phrase[i] - 'a' + 'A') : phrase[i];
      }
      EXPECT_TRUE(vocabulary.find(camel)) << rule.id << ": " << camel;
      ++phrases;
    }
  }
  EXPECT_GT(phrases, 1000U);
}

TEST(KeyVocabularyTest, AttributesCountAtTheEdgesOfKeysThatNothingElseTells) {
  std::vector<Rule> both = {rule_of("weak", {}), rule_of("strong", {}), rule_of("password", {"password"})};
  for (Rule* const rule : {&both[0], &both[1]}) {
    rule->type = "name";
    rule->edge_keys = {"name", "nome", "voller name"};
  }
  both[0].context = {"phone"};
  both[1].edge_keys.insert(both[1].edge_keys.end(), {"*fahrer", "medico*"});
  both[1].unless_keys = {"file", "arquivo", "data base", "produkt", "*ware"};
  const KeyVocabulary vocabulary(both);
  const auto weak_and_strong = [&](std::string_view key) {
    return vocabulary.find(key) == 0 && vocabulary.look_up(key).edge == 1;
  };
  for (const std::string_view key :
       {"trainer_name", "trainerName", "trainer_name_2", "trainer_name_txt", "nome_passageiro", "nomeDoPassageiro",
        "halter_voller_name", "haltername", "eigentuemersname", "file_owner_name", "no_name", "name_of_driver",
        "profile_name", "produkthalter_name"}) {
    EXPECT_TRUE(weak_and_strong(key)) << key;
  }
  for (const std::string_view key : {"name",
                                     "name_1",
                                     "name_txt",
                                     "trainer_name_id",
                                     "trainer_names",
                                     "xx_name_yy",
                                     "file_name",
                                     "filename",
                                     "fileName2",
                                     "files_file_name",
                                     "software_name",
                                     "nome_malware",
                                     "lernprodukt_name",
                                     "lernproduktename",
                                     "nome_do_arquivo",
                                     "nome_arquivo",
                                     "nome_id",
                                     "nome_en",
                                     "nome_count",
                                     "has_name",
                                     "dataBaseName",
                                     "B9Name",
                                     "Name9B",
                                     "abname"}) {
    EXPECT_FALSE(vocabulary.find(key)) << key;
    EXPECT_FALSE(vocabulary.look_up(key).edge) << key;
  }
  for (const std::string_view key :
       {"fahrer", "fahrer_1", "file_fahrer", "lieferfahrer", "warefahrer", "medico_curante"}) {
    EXPECT_EQ(vocabulary.find(key), 1) << key;
  }
  for (const std::string_view key :
       {"fahrer_x", "fahrers", "fahrer_id", "has_fahrer", "medico", "x_medico", "medico_file"}) {
    EXPECT_FALSE(vocabulary.find(key)) << key;
  }
  EXPECT_EQ(vocabulary.find("nome_fahrer"), 0);
  EXPECT_EQ(vocabulary.find("password_x_nome"), 2);
  EXPECT_EQ(vocabulary.look_up("password_x_nome").edge, 1);
  EXPECT_TRUE(vocabulary.look_up("name").ends_phrase);
}

TEST(KeyPhraseTest, ChoicesMakePhrasesOfEachOther) {
  using Phrases = std::vector<std::string>;
  EXPECT_EQ(expand_phrase("bank account"), Phrases{"bank account"});
  EXPECT_EQ(expand_phrase("{nr,num} {conta,cuenta de}"),
            (Phrases{"nr conta", "nr cuenta de", "num conta", "num cuenta de"}));
  EXPECT_EQ(expand_phrase("data {nasc,nac}"), (Phrases{"data nasc", "data nac"}));
  for (const char* const phrase : {"{a}", "{a,}", "{a,b", "a,b}", "{a,{b,c}}", "}{", "{}"}) {
    EXPECT_EQ(expand_phrase(phrase), Phrases{}) << phrase;
  }
  std::string many = "{a,b}";
  for (int i = 0; i < 12; ++i) many += " {a,b}";
  EXPECT_EQ(expand_phrase(many), Phrases{});
}

TEST(KeyVocabularyTest, FindsPhrasesOfChoicesAndTheirLastWords) {
  const std::vector<Rule> choices = {rule_of("account", {"{nr,num} {conta,cuenta}"}, {}, {"{max,min} nr"})};
  const KeyVocabulary vocabulary(choices);
  EXPECT_TRUE(vocabulary.find("nr_conta"));
  EXPECT_TRUE(vocabulary.find("clienteNumCuenta"));
  EXPECT_FALSE(vocabulary.find("nr"));
  EXPECT_FALSE(vocabulary.find("max_nr_conta"));
  EXPECT_TRUE(vocabulary.look_up("conta").ends_phrase);
  EXPECT_TRUE(vocabulary.look_up("Cuenta").ends_phrase);
  EXPECT_FALSE(vocabulary.look_up("nr").ends_phrase);
  EXPECT_FALSE(vocabulary.look_up("nr_conta").ends_phrase);
}

}  // namespace
}  // namespace piiscrub
