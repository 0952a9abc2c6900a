#include "detect/validators.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace piiscrub {
namespace {

/// Numbers are published samples, test data of the issuing bodies, or made up from patterned digits with their check
/// digits computed by another implementation; none is known to be a person's.
struct Samples {
  std::string_view validator;
  std::vector<std::string_view> valid;
  std::vector<std::string_view> invalid;  ///< a digit changed, wrong length, letters, values that are not given out
};

void PrintTo(const Samples& samples, std::ostream* os) { *os << samples.validator; }

const std::vector<Samples>& all_samples() {
  static const std::vector<Samples> samples = {
      {"account_form",
       {"38348702", "1234 567890", "0012-3456-78"},
       {"123456", "1984-07-21", "12345678 GB of RAM", "build-2.0.1234567", "1111111"}},
      {"amount_form",
       {"48211.50", "3.450,00", "52 000", "€ 4200", "61250 EUR", "1'200.50", "1000"},
       {"Mr", "12", "0123", "10.250.15.240", "210.118.170.95", "2026-01-02", "1.2.3", "12 000 4", ""}},
      {"ar_cuit", {"20-12345678-6", "30123456781"}, {"20-12345678-5", "19-12345678-6", "20-1234567-6", "20A12345678"}},
      {"at_svnr",
       {"1237010180", "1237 010180", "4129 151385"},
       {"1238010180", "1237320180", "1237011680", "123701018", "0237010180"}},
      {"au_abn",
       {"51 824 753 556", "83 914 571 673"},
       {"51 824 753 557", "51 824 753 55", "10 824 753 556", "5182475355A"}},
      {"au_acn", {"004 085 616", "010 749 961"}, {"004 085 617", "004 085 61", "00408561A"}},
      {"au_medicare",
       {"2123 45670 1", "2428 77813 2", "2123 45670 1 / 1"},
       {"2123 45680 1", "7123 45670 1", "2123 45670 0", "2123 4567", "2123 4567A 1"}},
      {"au_tfn", {"123 456 782", "876 543 210", "87654321"}, {"123 456 783", "876 543 211", "1234567", "12345678X"}},
      {"be_national",
       {"85.07.30-033 28", "00010100105", "17 07 30 033 84", "40.00.00-955.79"},
       {"85.07.30-033 29", "85.13.30-033 28", "85.07.32-033 28", "8507300332", "85A73003328"}},
      {"bg_egn", {"7523169263", "8032056031"}, {"7523169264", "7553169263", "752316926", "75231692A3"}},
      {"birth_date_form",
       {"1984-07-21", "21.07.1984", "7/21/1984", "datetime.date(1984, 7, 21)"},
       {"2026-02-01", "1984-07-21 10:00", "1984-13-32", "21.07.84", "1984"}},
      {"br_cnpj",
       {"16.727.230/0001-97", "12345678000195", "12.ABC.345/01DE-35"},
       {"16.727.230/0001-98", "1672723000019", "12.ABC.345/01DE-36", "11111111111111", "12ABC34501DEAB"}},
      {"br_cpf",
       {"390.533.447-05", "111.444.777-35", "52998224725"},
       {"390.533.447-06", "111.111.111-11", "3905334470", "39O53344705"}},
      {"btc_address",
       {"bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"},
       {"bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp", "bc1Qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7k7grplx", "bc1qr508d6qejxtdg4y5r3zarvaryvqyzf3du", "bc1",
        "tc1qw508d6qejxtdg4y5r3zarvary0c5xw7kg3g4ty", "1A1zP1eP5QGefi2DMPTfTL5", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfN0",
        "1a2b3c4d5e6f71a2b3c4d5e6f71a2b3c", "2J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"}},
      {"ca_sin",
       {"123-456-782", "193 456 787"},
       {"123-456-783", "046 454 286", "812-345-675", "12345678", "12345678A"}},
      {"card",
       {"4111 1111 1111 1111", "4222222222222", "5555-5555-5555-4444", "2223003122003222", "378282246310005",
        "6011111111111117", "30569309025904", "36227206271667", "3530111333300000", "6200000000000005",
        "6759649826438453", "2201382000000013", "6521111111111110", "5081 2345 6789 0120", "9792030000000000",
        "5067 3100 0000 0010"},
       {"4111 1111 1111 1112", "411111111111111", "1111111111111117", "7777777777777777", "0000 0000 0000 0000",
        "1117838978 2005", "37828224631000", "3636681193077858741", "4111x1111y1111z1111", "4111111111111.111"}},
      {"ch_ahv",
       {"756.9217.0769.85", "756.1234.5678.97"},
       {"756.9217.0769.84", "757.9217.0769.82", "756.9217.0769.8", "756.9217.0769.8A"}},
      {"cl_rut",
       {"12.531.909-2", "30.686.957-4", "12345674", "10000009", "1000005-K"},
       {"12.531.909-3", "1000005-1", "125319092000", "12.531.A09-2"}},
      {"cn_resident_id",
       {"11010519491231002X", "440524188001010014", "440305200002290029"},
       {"110105194912310021", "110105194913310028", "990105194912310029", "11010519491231002", "11010519491231002A"}},
      {"co_nit", {"213.123.432-1", "860.002.964-4"}, {"213.123.432-2", "860.002.964-5", "8600029", "86000296A4"}},
      {"code_form", {"VK0972783", "AB 123456"}, {"0972783", "VK97", "vk0972783"}},
      {"contact_form",
       {"Mira Okafor", "Jean-Luc Aubry", "0171 2345678", "Mira+Okafor"},
       {"admin", "Home Phone", "2020-01-02", "support", "12"}},
      {"cz_rodne_cislo",
       {"710319/2745", "7103192745", "985503/1230", "310424/123"},
       {"710319/2746", "711319/2745", "710332/2745", "310424123", "550424/123", "310424/000", "71031927"}},
      {"de_ausweis",
       {"L01X00T471", "T220001293", "L01X00T47 1 D"},
       {"L01X00T472", "L01X00T47", "A01X00T471", "1234567897", "L01X00T47A"}},
      {"de_kvnr", {"A123456780", "X110411675", "x110465770"}, {"A123456781", "1234567890", "A12345678", "AB23456780"}},
      {"de_steuer_id",
       {"36 574 261 809", "86095742719", "65929970489"},
       {"36574261808", "36554266806", "00000000000", "3657426180", "3657426180A", "12345678903", "11122345678"}},
      {"de_svnr",
       {"15 070649 C 103", "65 170839 J 003"},
       {"15070649C104", "15320649C103", "15071349C103", "15070649C10", "150706491103", "01070649C103"}},
      {"de_ust_id",
       {"DE 136695 976", "129273398", "DE811569869"},
       {"DE136695978", "DE036695976", "DE13669597", "FR136695976"}},
      {"dk_cpr", {"211062-5629", "0101701234"}, {"321062-5629", "211362-5629", "211062-562", "21106A-5629"}},
      {"ee_isikukood",
       {"36805280109", "37605030299", "48501010003"},
       {"36805280108", "36813280109", "96805280109", "3680528010", "3680528010A"}},
      {"es_dni",
       {"54362315K", "12345678Z", "12.345.678-z"},
       {"54362315Z", "1234567Z", "123456789", "12345678Ñ", "00000000T"}},
      {"es_nie", {"X2482300W", "Y1234567X", "Z-1234567-R"}, {"X2482300A", "A2482300W", "X248230W", "X24823001"}},
      {"es_nif",
       {"54362315K", "X2482300W", "J99216582", "ESB58378431", "P1234567D", "K0123456S", "M1234567L"},
       {"54362315Z", "J99216583", "X2482300A", "J9921658", "I99216582", "B5837843B"}},
      {"es_nuss",
       {"28 12345678 40", "28/12345678/40", "08 01234567 74"},
       {"28 12345678 41", "99 12345678 40", "28 1234567 40", "28 12345678 4A"}},
      {"eth_address",
       {"0x52908400098527886E0F7030069857D2E4169EE7", "0xde709f2102306220921060314715629080e2fb77",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"},
       {"0x52908400098527886E0F7030069857D2E4169EE", "52908400098527886E0F7030069857D2E4169EE700",
        "0x5290840009852788GE0F7030069857D2E4169EE7", "0x0000000000000000000000000000000000000001",
        "0xdeadbeefdeadbeefdeadbeefdeadbeefdeadbeef", "0x1234567123456712345671234567123456712345"}},
      {"fi_hetu",
       {"131052-308T", "010101-123N", "131052+308T", "131052A308T", "131052Y308T"},
       {"131052-308U", "131352-308T", "321052-308T", "131052-001T", "131052308T", "131052_308T", "131052-3081"}},
      {"fr_nif",
       {"3023217600053", "07 01 987 765 493"},
       {"3023217600054", "9023217600053", "302321760005", "30232176000A3"}},
      {"fr_nir",
       {"2 95 10 99 126 111 93", "1 85 05 78 006 084 91", "1 85 05 2A 006 084 35", "1 85 05 2B 006 084 62"},
       {"2 95 10 99 126 111 92", "2 95 14 99 126 111 93", "9 95 10 99 126 111 93", "29510991261119",
        "1 85 05 2C 006 084 19"}},
      {"fr_siren", {"732 829 320", "404833048"}, {"732 829 321", "73282932", "7328293A0"}},
      {"fr_siret",
       {"73282932000074", "404 833 048 00022", "35600000049837"},
       {"73282932000075", "73282931000075", "7328293200007", "35600000049838", "7328293200007A"}},
      {"github_token",
       {"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", "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"},
       {"ghp_TESTtestTESTtestTESTtestTEST010N08z!", "ghx_TESTtestTESTtestTESTtestTEST010N08zz",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "ghp_TESTtestTESTtestTESTtestTEST010N08z",
        "ghp_TESTtestTESTtestTESTtestTEST020N08zz"}},
      {"gr_afm", {"094259216", "EL 123456783", "GR123456783"}, {"094259217", "09425921", "FR094259216", "09425921A"}},
      {"gr_amka", {"01013099997", "010180 12342"}, {"01013099999", "01133099997", "0101309999", "0101309999A"}},
      {"hk_id",
       {"A123456(3)", "C668668(9)", "G123456(A)", "AB987654(3)", "a1234563"},
       {"A123456(4)", "A12345(3)", "1234567(3)", "A000000(0)", "ABC987654(3)"}},
      {"hr_oib", {"33392005961", "HR33392005961", "94577403194"}, {"33392005962", "3339200596", "3339200596A"}},
      {"hu_taj", {"123 456 788", "111 222 337"}, {"123 456 789", "12345678", "12345678A"}},
      {"iban",
       {"GB82 WEST 1234 5698 7654 32", "DE89 3704 0044 0532 0130 00", "FR1420041010050500013M02606",
        "nl91abna0417164300", "NO93 8601 1117 947", "MT84MALT011000012345MTLCAST001S",
        "RU0304452522540817810538091310419"},
       {"GB82 WEST 1234 5698 7654 33", "DE89 3704 0044 0532 0130 0", "DE8937040044053201300000",
        "XX89370400440532013000", "DE00000000000000000000", "DE99 3704 0044 0532 0130 00",
        "DE89_3704_0044_0532_0130_00"}},
      {"id_form", {"VK0972783", "097278312", "12.345.678-9"}, {"1984-07-21", "VK97", "vk0972783", "RELEASE-FAR-12345"}},
      {"ie_pps",
       {"6433435F", "6433435OA", "6433435FW", "1234567T"},
       {"6433435E", "6433435OB", "643343F", "64334350", "0000000W"}},
      {"il_id", {"123456782", "03933742-3"}, {"123456783", "12345678", "12345678A"}},
      {"imei", {"490154203237518", "35-693803-564380-9"}, {"490154203237517", "49015420323751", "49015420323751A"}},
      {"in_aadhaar",
       {"2341 2341 2346", "4999-4105-8019", "367598346016"},
       {"2341 2341 2347", "1341 2341 2346", "2341 2341 234", "234123321432", "23412341234A", "222222222222"}},
      {"in_gstin",
       {"27AAPFU0939F1ZV", "29AAGCB7383J1Z4"},
       {"27AAPFU0939F1ZW", "47AAPFU0939F1ZV", "27AAPFU0939F1V", "27AAPFU0939F0ZV", "27AAPFU0939F1YV"}},
      {"in_pan", {"ACUPA7085R", "AAPFU0939F"}, {"ACUDA7085R", "ACUPA0000R", "ACUPA7085", "ACUPA70855"}},
      {"ipv4",
       {"8.8.8.8", "10.1.2.3", "192.168.0.1", "255.255.254.1", "203.0.113.255"},
       {"127.0.0.1", "127.8.8.8", "0.0.0.0", "0.1.2.3", "224.0.0.1", "239.255.255.250", "255.255.255.255",
        "255.255.254.0", "255.0.0.0", "256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.4 ", "1..2.3", "1.2.3.",
        "a.b.c.d", "1.2.3.4567"}},
      {"ipv6",
       {"2001:db8::1", "2001:0DB8:0000:0000:0000:ff00:0042:8329", "fe80::1%eth0", "fd12:3456:789a::1", "::ffff:8.8.8.8",
        "64:ff9b::192.0.2.33", "::192.0.2.1", "1:2:3:4:5:6:7::", "1::3:4:5:6:7:8",
        "abcd:ef01:2345:6789:abcd:ef01:2345:6789", "2001:db8:1:2:3:4:192.0.2.1"},
       {"::",
        "::1",
        "0:0:0:0:0:0:0:1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "15:16:01",
        "22:15:29:606",
        "0:0:0:0:0:0:0:0:2181",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7",
        "2001::db8::1",
        "2001:db8::12345",
        "2001:db8::g",
        "2001:db8:::1",
        ":2001:db8::1",
        "2001:db8::1:",
        "fe80::1%",
        "fe80::1%a b",
        "a::b",
        "12::30",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1.2.3.4::1",
        "::ffff:1.2.3",
        "std::vector"}},
      {"isin",
       {"US0378331005", "DE0005140008", "GB0002634946", "XS0356705219", "AU0000XVGZA3"},
       {"US0378331006", "ZZ0378331005", "US037833100", "US03783310A5", "0378331005US"}},
      {"it_codice_fiscale",
       {"RCCMNL83S18D969H", "MRTMTT25D09F205Z", "RCCMNL83S18D96VW", "VRDGPP13R10B293P"},
       {"RCCMNL83S18D969A", "RCCMNL83S48D969", "RCCMNL83S32D969H", "RCCMNL83F18D969H", "RCCMNLA3S18D969H",
        "1CCMNL83S18D969H"}},
      {"it_piva",
       {"00743110157", "IT 00743110157", "07643520567"},
       {"00743110158", "0074311015", "00743119996", "0074311015A"}},
      {"jp_my_number",
       {"1234 5678 9018", "123456789018", "9876-5432-1018"},
       {"1234 5678 9019", "12345678901", "12345678901A"}},
      {"jwt",
       {"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        "eyJhbGciOiJub25lIn0.eyJqb2UiOjF9.", "eyAiYWxnIjogIkhTMjU2IiB9.e30.c2ln"},
       {"eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9.e30", "eyJhbGciOiJIUzI1NiJ9..c2ln", "aGVsbG8.e30.c2ln",
        "W10.e30.c2ln", "eyJh+GciOiJIUzI1NiJ9.e30.c2ln", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln.c2ln", "www.example.com",
        ".."}},
      {"kr_brn",
       {"124-81-00998", "220-81-62517", "1168200276"},
       {"124-81-00999", "100-81-00998", "124-00-00998", "124-81-0099", "12481OO998"}},
      {"kr_rrn",
       {"970101-1234569", "900101-1234568", "201101-3123456"},
       {"201301-3123456", "970101-123456*", "970101-123456", "971301-1234560"}},
      {"lt_asmens",
       {"33309240064", "38703181745", "48501010003"},
       {"33309240065", "33313240064", "93309240064", "3330924006", "3330924006A"}},
      {"lu_nin",
       {"1893120105732", "1980010112302"},
       {"1893120105733", "1893130105732", "189312010573", "1793120105732", "189312010573A"}},
      {"luhn",
       {"79927398713", "4539 1488 0343 6467", "125"},
       {"79927398710", "0000000000000000", "7992739871A", "0.05713628", "1"}},
      {"lv_personas",
       {"161175-19997", "01018010000", "32123412344"},
       {"161175-19998", "161375-19997", "161175-39997", "33123412341", "161175-1999", "16117519A97"}},
      {"mac48",
       {"00:1A:2b:3C:4d:5E", "00-1a-2b-3c-4d-5e", "001a.2b3c.4d5e", "001A2B3C4D5E"},
       {"00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "FFFFFFFFFFFF", "00:1a:2b:3c:4d", "00:1a:2b:3c:4d:5g",
        "00:1a-2b:3c:4d:5e", "00:1a:2b:3c:4d:5e:6f", "0:1a:2b:3c:4d:5e"}},
      {"mx_curp",
       {"BOXW310820HNERXN09", "HEGG560427MVZRRL04", "ABCD000229HDFXXXA8"},
       {"BOXW310820HNERXN08", "BOXW311320HNERXN09", "BOXW310820ZNERXN09", "BOXW310820HXXRXN09", "BOXW310820HNERXN0",
        "BOXW31082OHNERXN09"}},
      {"mx_rfc",
       {"GODE561231GR8", "ABC-680524-P76", "S&T010203AB9", "ÑUÑE800101AB1"},
       {"GODE561331GR8", "XAXX010101000", "GODE561231GRZ", "GOD561231", "GODE561231GR88", "GODE5612310R8"}},
      {"nl_bsn", {"1112.22.333", "123456782", "111222333"}, {"123456783", "12345678", "12345678A", "111222334"}},
      {"no_fodselsnummer",
       {"151086 95088", "010180 12371", "410180 12365", "014180 12354"},
       {"15108695089", "15138695088", "35108695088", "1510869508", "1510869508A"}},
      {"name_form",
       {"Mira", "Okafor, Mira", "Anna-Lena White", "Dr. Mira Okafor", "D'Angelo", "D''Angelo", "D\\'Angelo",
        "McDonald"},
       {"mira", "ThreadPool", "Worker", "Mira 2", "White", "Park Street", "Mira Service", "Validation", "a.b", "Mira-",
        "{}", "{mira,b2}", "%", ""}},
      {"npm_token",
       {"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", "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"},
       {"npm_TESTtestTESTtestTESTtestTEST020N08zz", "npm_000000000000000000000000000000000000",
        "npx_TESTtestTESTtestTESTtestTEST010N08zz", "npm_"}},
      {"password_form",
       {"correct-Horse-battery-4711-staple", "Umbrella-Kraken_0427zQunderwater"},
       {"build-2.0", "/srv/app/pass1", "https://x.example/1", "swordfish", "db-3.example.com", "two words 1"}},
      {"person_name_form",
       {"Mira Okafor", "Wilma von der Heide", "Zofia Kowalska-Nowak", "J. McAlister", "Anna Green"},
       {"Mira", "Comfort Plus", "Green Park", "Windows Defender", "Mira Holdings", "mira okafor", "ThreadPool Executor",
        "Mira Okafor 2", "Mira_Okafor Two", "Mira  (Okafor)"}},
      {"phone_e164",
       {"+14155552671", "+1 (415) 555-2671", "+44 20 7946 0958", "+44 (0)20 7946 0958", "+49 30 901820",
        "+33 1 23 45 67 89", "+91 98765 43210", "+1.4155552671", "+7 912 345-67-89", "+35312345678"},
       {"+1 415 555 267", "+1 115 555 2671", "+1 411 555 2671", "+1 415 155 2671", "+999123456789", "+0123456789",
        "+210123456789", "14155552671", "+", "+4420", "+33 1 23 45 67", "+1415555267A", "+1234567890123456"}},
      {"phone_form",
       {"0171 2345678", "+49 30 1234567", "(201) 555-0123"},
       {"1984-07-21", "10.200.31.144", "7.1234567", "0171 234567a", "123456", "1234567890123456"}},
      {"phone_nanp",
       {"415-555-2671", "(415) 555-2671", "1-415-555-2671", "4155552671", "+1 415 555 2671"},
       {"115-555-2671", "411-555-2671", "415-155-2671", "2-415-555-2671", "415-555-267", "+415-555-2671",
        "415-555-26x1", "195.129.24.210"}},
      {"pin_form", {"4711", "480455"}, {"471", "123456789", "1111", "47x1"}},
      {"pl_nip",
       {"123-456-32-18", "PL 8567346215", "5260001246"},
       {"123-456-32-19", "123456321", "123-456-32-1A", "DE1234563218"}},
      {"pl_pesel",
       {"44051401359", "02070803628", "00222900009"},
       {"44051401358", "44131401359", "44053201359", "4405140135", "4405140135A"}},
      {"pl_regon",
       {"192598184", "123456785", "12345678512347"},
       {"192598183", "12345678512348", "1234567851234", "12345678A"}},
      {"pt_nif", {"501 964 843", "123456789", "PT501964843"}, {"501 964 842", "023456789", "50196484", "50196484A"}},
      {"ro_cnp",
       {"1630615123457", "1800101221144", "5000229400019"},
       {"1630615123458", "0630615123457", "1631315123457", "163061512345", "163061512345A"}},
      {"rs_jmbg",
       {"0101006500006", "2207955310129"},
       {"0101006500007", "0113006500006", "3201006500006", "010100650000", "010100650000A"}},
      {"ru_inn",
       {"7707083893", "500100732259", "1234567894"},
       {"7707083894", "500100732258", "500100732269", "770708389", "77070838A3"}},
      {"ru_snils",
       {"112-233-445 95", "087-654-303 00", "123-456-789 64"},
       {"112-233-445 96", "001-001-998 07", "112-233-445 9", "112-233-445 9A"}},
      {"se_orgnr", {"556188-8404", "212000-1355"}, {"556188-8405", "811218-9876", "556188-840", "556188-84O4"}},
      {"se_personnummer",
       {"811228-9874", "670919-9530", "19811228-9874", "811288-9871", "121212+1212"},
       {"811228-9873", "811328-9874", "811232-9874", "811228-987", "17811228-9874", "811228-98A4"}},
      {"sg_nric",
       {"S1234567D", "T1234567J", "F1234567N", "G1234567X", "M1234567K"},
       {"S1234567A", "A1234567D", "S123456D", "S0000000J", "S12345678"}},
      {"si_emso",
       {"0101006500006", "2002950500000"},
       {"0101006500007", "0113006500006", "3201006500006", "010100650000", "010100650000A"}},
      {"street_form",
       {"Wolfstra\xC3\x9F"
        "e 17",
        "12 rue Bianchi", "ulica Nowa 9/2", "Calle Pequim, 788"},
       {"/srv/app 3", "return 0, 0, None", "Index 3.11.4.2",
        "Wolfstra\xC3\x9F"
        "e",
        "2026-02-01 10:00", "build 17"}},
      {"swift_bic",
       {"DEUTDEFF", "DEUTDEFF500", "NEDSZAJJXXX", "BUKBGB22"},
       {"DEUTXXFF", "deutdeff", "DEUTDEF", "DEUTDEFF50", "DEUT1EFF", "INTERNAL", "00000000"}},
      {"th_tnin",
       {"1-2345-45678-78-1", "3100600445635"},
       {"1-2345-45678-78-2", "9234545678781", "0234545678781", "123454567878", "123454567878A"}},
      {"tr_kimlik",
       {"17291716060", "10000000146"},
       {"17291716061", "07291716060", "1729171606", "1729171606A", "10000000147"}},
      {"tw_id",
       {"A123456789", "A800000014", "AC01234567", "F131104093"},
       {"A123456788", "A323456789", "1234567890", "A12345678", "A100000000"}},
      {"ua_rnokpp", {"1759013776", "2530414071"}, {"1759013770", "175901377", "175901377A"}},
      {"uk_nhs", {"943 476 5919", "401-023-2137"}, {"943 476 5910", "943 476 591", "943 476 591A", "1234567890"}},
      {"uk_nino",
       {"AB 12 34 56 C", "ab123456d", "JG 10 37 59 A"},
       {"AB123456E", "DB123456A", "AO123456A", "GB123456A", "AB12345C", "AB000000A", "QQ123456C", "AB123456"}},
      {"uk_utr", {"1955839661", "2234567890"}, {"2955839661", "195583966", "195583966A"}},
      {"us_aba",
       {"021000021", "111000025", "121000248"},
       {"021000022", "131000021", "111000026", "02100002", "02100002A"}},
      {"us_dea",
       {"AB1234563", "F91234563", "bb1388568"},
       {"AB1234564", "KB2929733", "AB123456", "IB1234563", "A11234563", "AB0000000"}},
      {"us_ein", {"12-3456789", "95-0000001"}, {"07-3456789", "00-1234567", "12-345678", "12-345678A", "97-1234567"}},
      {"us_itin",
       {"912-90-3456", "900-70-0000", "950-50-1234"},
       {"123-45-6789", "912-89-3456", "912-93-3456", "912-66-3456", "912-49-3456", "912-90-345", "912-90-345A"}},
      {"us_mbi",
       {"1EG4-TE5-MK73", "1EG4TE5MK72"},
       {"0EG4-TE5-MK73", "1SG4-TE5-MK73", "1EG4-TE5-MK7", "1EGA-TE5-MK73", "11G4-TE5-MK73", "1EG4-TE5-MO73"}},
      {"us_npi", {"1234567893", "1245319599"}, {"1234567894", "3234567893", "123456789", "123456789A"}},
      {"us_ssn",
       {"123-45-6789", "123456789", "899999999"},
       {"000-45-6789", "666-45-6789", "900-45-6789", "123-00-6789", "123-45-0000", "078-05-1120", "219-09-9999",
        "123-45-678", "123-45-67890", "123-45-678A", "111-11-1111"}},
      {"uuid",
       {"f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "2ED6657D-E927-568B-95E1-2665A8AEA6A2"},
       {"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "FFFFFFFF-ffff-ffff-ffff-ffffffffffff", "f81d4fae7dec11d0a76500a0c91e6bf6",
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf", "f81d4fag-7dec-11d0-a765-00a0c91e6bf6",
        "f81d4fae-7dec-11d0-a76-500a0c91e6bf6"}},
      {"vin",
       {"1M8GDM9AXKP042788", "1HGCM82633A004352", "5YJSA1DG9DFP14705"},
       {"1M8GDM9A0KP042788", "1M8GDM9AXKP04278", "1M8GDM9AXKO042788", "11111111111111111", "28342503914935090",
        "1M8GDM9AXKP04278A"}},
      {"za_id",
       {"7503305044089", "8001015009087", "800101 5009 08 7"},
       {"7503305044088", "7513305044089", "7503325044089", "750330504408", "750330504408A", "7503305044980"}},
  };
  return samples;
}

bool check(std::string_view validator, std::string_view candidate) {
  const Validator* row = find_validator(validator);
  if (row == nullptr) ADD_FAILURE() << "no validator " << validator;
  return row != nullptr && row->check(candidate);
}

std::string with_digits_as(std::string_view text, char c) {
  std::string changed(text);
  std::ranges::replace_if(
      changed, [](char digit) { return digit >= '0' && digit <= '9'; }, c);
  return changed;
}

bool has_letters(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; });
}

class ValidatorSamplesTest : public testing::TestWithParam<Samples> {};

TEST_P(ValidatorSamplesTest, AcceptsValid) {
  for (const std::string_view candidate : GetParam().valid) {
    EXPECT_TRUE(check(GetParam().validator, candidate)) << candidate;
  }
}

TEST_P(ValidatorSamplesTest, RejectsInvalid) {
  for (const std::string_view candidate : GetParam().invalid) {
    EXPECT_FALSE(check(GetParam().validator, candidate)) << candidate;
  }
}

TEST_P(ValidatorSamplesTest, RejectsValidSamplesDamaged) {
  const std::string_view validator = GetParam().validator;
  for (const std::string_view candidate : GetParam().valid) {
    const std::string sample(candidate);
    EXPECT_FALSE(check(validator, sample + "\xC2\xA0")) << sample << " and a no-break space";
    EXPECT_FALSE(check(validator, sample + '\0')) << sample << " and a NUL";
    EXPECT_FALSE(check(validator, sample + sample + sample)) << sample << " three times";
    EXPECT_FALSE(!has_letters(sample) && check(validator, with_digits_as(sample, '0'))) << sample << " as zeros";
    // A header of a JWT is text: it survives the loss of its digits.
    const bool digits_matter = validator != "jwt" && with_digits_as(sample, 'x') != sample;
    EXPECT_FALSE(digits_matter && check(validator, with_digits_as(sample, 'x'))) << sample << " as letters";
  }
}

INSTANTIATE_TEST_SUITE_P(All, ValidatorSamplesTest, testing::ValuesIn(all_samples()),
                         [](const auto& row) { return std::string(row.param.validator); });

TEST(ValidatorsTest, EveryValidatorHasSamples) {
  std::set<std::string_view> tested;
  for (const Samples& samples : all_samples()) {
    EXPECT_TRUE(tested.insert(samples.validator).second) << samples.validator;
    EXPECT_GE(samples.valid.size(), 2U) << samples.validator;
    EXPECT_GE(samples.invalid.size(), 3U) << samples.validator;
  }
  for (const Validator& validator : validators()) EXPECT_TRUE(tested.contains(validator.name)) << validator.name;
}

TEST(ValidatorsTest, RowsAreSortedUniqueNamedAndDocumented) {
  std::string_view previous;
  for (const Validator& validator : validators()) {
    EXPECT_LT(previous, validator.name);
    EXPECT_EQ(validator.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string_view::npos)
        << validator.name;
    EXPECT_TRUE(validator.doc.ends_with('.')) << validator.name;
    EXPECT_NE(validator.check, nullptr) << validator.name;
    previous = validator.name;
  }
}

TEST(ValidatorsTest, FindsEachByNameAndNothingElse) {
  for (const Validator& validator : validators()) EXPECT_EQ(find_validator(validator.name), &validator);
  for (const std::string_view name : {"", "lu", "luhn ", "luhnn", "LUHN", "zzz", "a"}) {
    EXPECT_EQ(find_validator(name), nullptr) << name;
  }
}

TEST(ValidatorsTest, RejectEmptyHugeAndSingleByteCandidates) {
  const std::string mebibyte(1 << 20, '9');
  const std::string separators(1 << 20, '-');
  for (const Validator& validator : validators()) {
    EXPECT_FALSE(validator.check("")) << validator.name;
    EXPECT_FALSE(validator.check(std::string_view())) << validator.name;
    EXPECT_FALSE(validator.check(mebibyte)) << validator.name;
    EXPECT_FALSE(validator.check(separators)) << validator.name;
    for (int byte = 0; byte < 256; ++byte) {
      const char c = static_cast<char>(byte);
      EXPECT_FALSE(validator.check(std::string_view(&c, 1))) << validator.name << ", byte " << byte;
    }
  }
}

// The oracle is the sanitizers: the candidates are exact-size heap copies, so that one byte too far is seen.
TEST(ValidatorsTest, TakeAnyBytes) {
  std::mt19937 random(20240229);
  const auto below = [&](std::size_t bound) { return static_cast<std::size_t>(random() % bound); };
  constexpr std::string_view kLikely =
      "0123456789012345678901234567890123456789ABCDEFXYZabcdefxyz -./:%+()_@\xC3\x91\xFF";
  std::vector<std::string_view> seeds;
  for (const Samples& samples : all_samples()) {
    seeds.insert(seeds.end(), samples.valid.begin(), samples.valid.end());
    seeds.insert(seeds.end(), samples.invalid.begin(), samples.invalid.end());
  }
  for (int round = 0; round < 20000; ++round) {
    std::vector<char> bytes;
    if (round % 2 == 0) {
      bytes.resize(below(48));
      for (char& c : bytes) c = round % 4 == 0 ? static_cast<char>(random()) : kLikely[below(kLikely.size())];
    } else {
      const std::string_view seed = seeds[below(seeds.size())];
      bytes.assign(seed.begin(), seed.begin() + static_cast<std::ptrdiff_t>(below(seed.size() + 1)));
      if (!bytes.empty()) bytes[below(bytes.size())] = kLikely[below(kLikely.size())];
    }
    bytes.shrink_to_fit();
    for (const Validator& validator : validators()) validator.check(std::string_view(bytes.data(), bytes.size()));
  }
}

// Luhn, Verhoeff, MOD 97-10, MOD 11,10 and weights coprime to their modulus find every single error.
TEST(ValidatorsTest, ChangingAnySingleDigitFails) {
  for (const std::string_view validator :
       {"ca_sin", "card", "ch_ahv", "de_steuer_id", "de_ust_id", "fr_nir", "fr_siren", "gr_amka", "hr_oib", "iban",
        "il_id", "imei", "in_aadhaar", "luhn", "nl_bsn", "pl_pesel", "uk_nhs", "us_npi", "za_id"}) {
    const auto samples = std::ranges::find(all_samples(), validator, &Samples::validator);
    ASSERT_NE(samples, all_samples().end()) << validator;
    for (const std::string_view valid : samples->valid) {
      for (std::size_t at = 0; at < valid.size(); ++at) {
        for (char digit = '0'; digit <= '9'; ++digit) {
          if (valid[at] < '0' || valid[at] > '9' || valid[at] == digit) continue;
          std::string changed(valid);
          changed[at] = digit;
          EXPECT_FALSE(check(validator, changed)) << validator << ' ' << changed;
        }
      }
    }
  }
}

TEST(ValidatorsTest, SeparatorsDoNotMatter) {
  for (const std::string_view card : {"4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111",
                                      "4111.1111.1111.1111", "4111/1111/1111/1111"}) {
    EXPECT_TRUE(check("card", card)) << card;
  }
  EXPECT_FALSE(check("card",
                     "4111\xC2\xA0"
                     "1111\xC2\xA0"
                     "1111\xC2\xA0"
                     "1111"));
  EXPECT_FALSE(check("card", "4111_1111_1111_1111"));
}

// Lines of BGL, HDFS, Linux, HPC and Windows logs in which other scrubbers see people (reference: loghub).
TEST(ValidatorsTest, LogNumbersAreNotCards) {
  for (const std::string_view text : {"1117838978 2005", "1131566472 2005", "081109 203615 148", "0000000000000000",
                                      "1514038530000 14 0 4", "3636681193077858741"}) {
    EXPECT_FALSE(check("card", text)) << text;
  }
}

TEST(ValidatorsTest, DottedQuadsAndFractionsAreNoIdentifiers) {
  for (const std::string_view text :
       {"10.250.15.240", "195.129.24.210", "210.118.170.95", "0.05713628", "0.10635664"}) {
    for (const Validator& validator : validators()) {
      EXPECT_FALSE(validator.name != "ipv4" && validator.check(text)) << validator.name << ' ' << text;
    }
  }
}

TEST(ValidatorsTest, EveryContiguousNetmaskIsKept) {
  for (int prefix = 0; prefix <= 32; ++prefix) {
    const std::uint32_t mask = prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix);
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) text += std::to_string(mask >> shift & 0xff) + (shift > 0 ? "." : "");
    EXPECT_FALSE(check("ipv4", text)) << text;
  }
}

TEST(ValidatorsTest, EveryTwoDigitYearHasFebruary29OnlyIfFourDividesIt) {
  for (int year = 0; year < 100; ++year) {
    const std::string text = std::string("2902") + (year < 10 ? "0" : "") + std::to_string(year) + "-1234";
    EXPECT_EQ(check("dk_cpr", text), year % 4 == 0) << text;
  }
}

}  // namespace
TEST(ValidatorsTest, FormsAreSeenInPatternsAndLists) {
  for (const std::string_view text :
       {"%Mira Okafor%", "{B,Mira Okafor}", "{\"B\",\"Mira Okafor\"}", "{\\\"Mira Okafor\\\"}"}) {
    EXPECT_TRUE(check("person_name_form", text)) << text;
  }
  for (const std::string_view text : {"%", "{", "{}", "{,}", "{B,mira}", "{Mira Okafor", "Mira Okafor}"}) {
    EXPECT_FALSE(check("person_name_form", text)) << text;
  }
  EXPECT_TRUE(check("name_form", "van Dijk"));
  EXPECT_TRUE(check("name_form", "\xC5\x81ukasz"));
  EXPECT_TRUE(check("password_form", "a/Kraken!7"));  // with a sign, so no path
  EXPECT_FALSE(check("password_form", "a/Kraken7"));
}

}  // namespace piiscrub
