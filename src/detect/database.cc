// RuleDatabase: compile, save, load. Hyperscan's compiler is used here only.
#include <hs.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <span>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/label.h"
#include "detect/database_parts.h"
#include "detect/prose_finder.h"
#include "detect/regex_syntax.h"
#include "piiscrub/detector.h"

namespace piiscrub {
namespace {

// What the scan keeps of a token behind a telling prefix (`ghp_`): enough to be rare, and a token that is cut off
// behind it is still found. Behind a prefix that could be a word (`pat`) more is needed.
constexpr std::uint32_t kTailBytes = 6;
constexpr std::uint32_t kLongTailBytes = 32;

// Whether text that starts with `prefix` is this kind of token and no word.
bool is_telling(std::string_view prefix) {
  return prefix.size() >= 4 && std::any_of(prefix.begin(), prefix.end(), [](char c) { return !is_alpha(c); });
}

Error at_rule(const Rule& rule, std::string message, std::string advice) {
  return {rule.where.file, rule.where.line, rule.where.column, fmt::format("rule {}: {}", rule.id, message),
          std::move(advice)};
}

std::uint16_t index_of(const std::bitset<256>& set, ByteTable& sets) {
  const auto known = std::find(sets.begin(), sets.end(), set);
  const auto index = static_cast<std::uint16_t>(known - sets.begin());
  if (known == sets.end()) sets.push_back(set);
  return index;
}

constexpr std::size_t kMaxProseBytes = std::size_t{64} << 10;

// Adds to the plan of a rule with keys what its phrases look like in a sentence.
Result<RulePlan> plan_prose(const Rule& rule, RulePlan plan) {
  const ProseForm* form = find_prose_form(rule.prose);
  if (form == nullptr) return plan;
  const ProseExpressions prose = prose_expressions(rule, *form);
  const Result<RegexSyntax> before = RegexSyntax::parse(prose.before, kMaxProseBytes);
  if (!before) return at_rule(rule, "prose: " + before.error().message, before.error().advice);
  if (ProseFinder::covers(*form)) plan.min_width = plan.max_width = 1;  // hits are behind the first byte
  for (const std::string& expression : prose.scan) {
    const Result<RegexSyntax> scan = RegexSyntax::parse(expression);
    if (!scan) return at_rule(rule, "prose: " + scan.error().message, scan.error().advice);
    const auto min = static_cast<std::uint32_t>(scan->min_width());
    plan.min_width = plan.expressions.empty() ? min : std::min(plan.min_width, min);
    plan.max_width = std::max(plan.max_width, static_cast<std::uint32_t>(scan->max_width()));
    plan.expressions.push_back(scan->text());
  }
  plan.caseless = true;
  plan.first = RegexSyntax::plan(nullptr, *before, 0).first;
  plan.max_bytes = before->max_width();
  plan.confirm = before->text();
  return plan;
}

Result<RulePlan> make_plan(const Rule& rule, OpenRules open, ByteTable& sets) {
  RulePlan plan;
  for (const std::string& expression : rule.allow) {
    Result<RegexSyntax> allow = RegexSyntax::parse(expression);
    if (!allow) return at_rule(rule, "allow: " + allow.error().message, allow.error().advice);
    plan.allow += fmt::format("{}(?:{})", plan.allow.empty() ? "" : "|", allow->text());
  }
  if (rule.has_keys()) return plan_prose(rule, std::move(plan));
  if (const ShapeInfo* shape = find_shape(rule.shape)) {
    if (shape->literal.empty()) return plan;
    const Result<RegexSyntax> literal = RegexSyntax::parse(shape->literal);
    plan.expressions = {literal->text()};
    plan.min_width = static_cast<std::uint32_t>(literal->min_width());
    plan.max_width = static_cast<std::uint32_t>(literal->max_width());
    return plan;
  }
  Result<RegexSyntax> match = RegexSyntax::parse(rule.match);
  if (!match) return at_rule(rule, "match: " + match.error().message, match.error().advice);
  if (match->can_be_empty()) return at_rule(rule, "match can be empty", "make at least one character mandatory");
  std::optional<RegexSyntax> before;
  std::string after;
  std::uint64_t width = match->max_width();
  const auto widen = [&](const RegexSyntax& part) {
    width = part.max_width() > UINT64_MAX - width ? UINT64_MAX : width + part.max_width();
  };
  if (!rule.before.empty()) {
    Result<RegexSyntax> parsed = RegexSyntax::parse(rule.before);
    if (!parsed) return at_rule(rule, "before: " + parsed.error().message, parsed.error().advice);
    before = *std::move(parsed);
    widen(*before);
  }
  if (!rule.after.empty()) {
    Result<RegexSyntax> parsed = RegexSyntax::parse(rule.after);
    if (!parsed) return at_rule(rule, "after: " + parsed.error().message, parsed.error().advice);
    after = parsed->text();
    widen(*parsed);
  }
  ScanPlan scan = RegexSyntax::plan(before ? &*before : nullptr, *match, kTailBytes);
  plan.can_be_cut = !before && is_telling(std::string_view(rule.match).substr(0, scan.prefix));
  if (!before && !plan.can_be_cut) scan = RegexSyntax::plan(nullptr, *match, kLongTailBytes);
  plan.open = scan.literal < 2;
  if (plan.open && open == OpenRules::refuse) {
    return at_rule(rule, "no literal text to search for",
                   "start the expression with fixed text, or use a shape (piiscrub rules list --shapes)");
  }
  plan.expressions = {scan.expression};
  plan.min_width = scan.min_width;
  plan.max_width = scan.max_width;
  plan.prefix = scan.prefix;
  plan.first = scan.first;
  plan.max_bytes = width;
  if (after.empty()) {
    for (const LinearSets& sets_of_form : RegexSyntax::linear(before ? &*before : nullptr, *match)) {
      LinearForm& form = plan.linear.emplace_back();
      form.first = sets_of_form.first;
      for (const RepeatedSet& step : sets_of_form.steps) {
        form.steps.push_back({index_of(step.set, sets), step.min, step.max, step.optional,
                              static_cast<std::uint8_t>(step.word_boundary ? 1 : 0)});
      }
    }
  }
  plan.confirm = before || !after.empty() ? fmt::format("{}({}){}", before ? before->text() : "", match->text(), after)
                                          : match->text();
  return plan;
}

// What a record with values that belong to columns holds at least: the start of a statement or of its condition
// (format/sql.h), a list of parameters or a row (format/sql_parameters.h), a message that repeats values
// (format/sql_errors.h). They may be seen too often, never too seldom.
constexpr const char* kSqlWords[] = {R"(insert[ \t]into[ \t])",
                                     R"(insert[ \t](?:overwrite|ignore|or)[ \t])",
                                     R"(upsert[ \t]into[ \t])",
                                     R"(\.\.\.[a-z]{0,5} ?into[ \t])",
                                     R"(replace[ \t]into[ \t])",
                                     R"(set[ \t]["'\\\w\xe2])",
                                     R"(delete[ \t]from[ \t])",
                                     R"(select[ \t])",
                                     R"(where[ \t])",
                                     R"(values[ \t]?\()",
                                     R"((?:select|where|values|from|set)\\n)",
                                     R"(from[ \t]stdin)",
                                     R"((?:create|alter)[ \t](?:user|role)[ \t])",
                                     R"(set[ \t](?:session|local|global|password|cluster|role)[ \t])",
                                     R"(execute[ \t]\w{1,32}\()",
                                     R"(call[ \t]\w{1,32}\()",
                                     R"(cond: )",
                                     R"(filter: )",
                                     R"(parameters: )",
                                     R"(placeholdervalues)",
                                     R"(args[="'\\])",
                                     R"(params[="'\\])",
                                     R"(binds[="'\\])",
                                     R"(bindings[:="'\\])",
                                     R"(binding parameter [\[(][0-9])",
                                     R"(with args)",
                                     R"(generated in [0-9])",
                                     R"(cached since [0-9])",
                                     R"(no key [0-9])",
                                     R"(caching disabled [0-9])",
                                     R"(dialect [0-9])",
                                     R"(raw sql)",
                                     R"(row \()",
                                     R"(col \()",
                                     R"(\{\$1:)",
                                     R"(key \()",
                                     R"(key value \()"};
// The same where no column need be named.
constexpr const char* kSqlEchoWords[] = {R"(\] [0-9]{0,12} \|)",
                                         R"(identified[ \t]by)",
                                         R"(failing row)",
                                         R"(invalid input (?:syntax|value) for )",
                                         R"(invalid input for query argument)",
                                         R"(out of range: )",
                                         R"(malformed (?:array|record) literal)",
                                         R"(could not parse )",
                                         R"(parsing (?:as|["'\\&\xe2]))",
                                         R"(value ["'\\&\xe2])",
                                         R"(duplicate entry )",
                                         R"(incorrect (?:integer|date|datetime|string) value)",
                                         R"(table/[0-9\xe2])",
                                         R"(-\+-)",  // format/table.h
                                         R"(-\[ record [0-9])",
                                         R"(\xe2\x94\x94 )",  // format/drawn.h
                                         R"(with parameters: )",
                                         R"(  value: )",  // format/pair_name.h
                                         R"(  "value": )",
                                         R"(spans: \[)"};

// Base64 of {" and of [{" (DecodedView).
constexpr const char* kEncodedJsonStart = R"((?:eyJ|W3si)[A-Za-z0-9+/_\-]{16})";

// A part of a line that a container runtime has split (piiscrub/container_line.h).
constexpr const char* kSeams[] = {R"x((?:[^n]|[^\\]n)","stream":"std)x", R"x( std(?:out|err) P[ :])x"};

Result<HyperscanDatabase> compile_plans(const std::vector<Rule>& rules, const std::vector<RulePlan>& plans, bool open,
                                        StructureWords words) {
  std::vector<const char*> expressions;
  std::vector<unsigned> flags;
  std::vector<unsigned> ids;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (plans[i].open != open) continue;
    for (const std::string& expression : plans[i].expressions) {
      expressions.push_back(expression.c_str());
      flags.push_back(plans[i].caseless ? HS_FLAG_CASELESS : 0);
      ids.push_back(static_cast<unsigned>(i));
    }
  }
  if (expressions.empty()) return HyperscanDatabase();
  // PERF NOTE: a literal of two bytes that log text does not hold makes Hyperscan's literal matcher choose a layout
  // that is half as fast again with hundreds of rules (plain corpus: 1.62 to 2.55 GB/s). Three bytes or four change
  // nothing.
  expressions.push_back("\\xff\\xfd");
  flags.push_back(0);
  ids.push_back(kNoRule);
  if (!open && words == StructureWords::searched) {
    const auto add = [&](std::span<const char* const> list, std::uint16_t id) {
      for (const char* const word : list) {
        expressions.push_back(word);
        flags.push_back(HS_FLAG_CASELESS);
        ids.push_back(id);
      }
    };
    add(kSqlWords, kSqlWord);
    add(kSqlEchoWords, kSqlEcho);
    expressions.push_back(kEncodedJsonStart);
    flags.push_back(0);
    ids.push_back(kEncodedJson);
    for (const char* const seam : kSeams) {
      expressions.push_back(seam);
      flags.push_back(0);
      ids.push_back(kSeam);
    }
  }
  // Generic: the bytes must load on every machine, and a tuned database scans no faster (measured).
  hs_platform_info_t generic{};
  hs_database_t* database = nullptr;
  hs_compile_error_t* problem = nullptr;
  const hs_error_t status =
      hs_compile_multi(expressions.data(), flags.data(), ids.data(), static_cast<unsigned>(expressions.size()),
                       HS_MODE_BLOCK, &generic, &database, &problem);
  if (status == HS_SUCCESS) return HyperscanDatabase(database);
  const int failed = problem != nullptr ? problem->expression : -1;
  const std::string reason = problem != nullptr && problem->message != nullptr ? problem->message : "out of memory";
  hs_free_compile_error(problem);
  if (failed >= 0 && ids[static_cast<std::size_t>(failed)] < kSeam) {
    return at_rule(rules[ids[static_cast<std::size_t>(failed)]], "cannot be searched for: " + reason, "simplify it");
  }
  return Error{.message = "the rules cannot be compiled together: " + reason, .advice = "use fewer rules"};
}

// --- saved form ------------------------------------------------------------------------------------------------------
//
//   magic "piiscrub-rules", format version, hs_version(), then per rule its fields and its plan, then the serialised
//   Hyperscan database, then a checksum (FNV-1a, 64 bit) of all bytes before it. Integers are little-endian u64 or u32.

constexpr std::string_view kMagic = "piiscrub-rules-6";

std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  // Eight bytes a step: this runs at every start.
  while (bytes.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    hash = (hash ^ word) * 0x100000001b3U;
    hash ^= hash >> 29;
    bytes.remove_prefix(8);
  }
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

class Writer {
 public:
  template <typename T>
  requires std::is_arithmetic_v<T>
  void operator()(const T& value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void operator()(const std::string& text) {
    (*this)(static_cast<std::uint32_t>(text.size()));
    bytes_.append(text);
  }
  template <typename T>
  requires std::is_enum_v<T>
  void operator()(const T& value) { (*this)(static_cast<std::uint8_t>(value)); }
  void operator()(const std::bitset<256>& set) {
    for (std::size_t i = 0; i < set.size(); i += 8) {
      std::uint8_t byte = 0;
      for (std::size_t bit = 0; bit < 8; ++bit)
        byte = static_cast<std::uint8_t>(byte | (set[i + bit] ? 1U << bit : 0U));
      (*this)(byte);
    }
  }
  void operator()(const LinearStep& step) {
    (*this)(step.set), (*this)(step.min), (*this)(step.max), (*this)(step.optional), (*this)(step.word_boundary);
  }
  void operator()(const LinearForm& form) { (*this)(form.steps), (*this)(form.first); }
  template <typename T>
  void operator()(const std::vector<T>& list) {
    (*this)(static_cast<std::uint32_t>(list.size()));
    for (const T& item : list) (*this)(item);
  }
  std::string& bytes() { return bytes_; }

 private:
  std::string bytes_;
};

// Reads what Writer wrote. After a short read everything reads as zero and ok() is false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <typename T>
  requires std::is_arithmetic_v<T>
  void operator()(T& value) {
    const std::string_view bytes = take(sizeof value);
    value = T{};
    if (bytes.size() == sizeof value) std::memcpy(&value, bytes.data(), sizeof value);
  }
  void operator()(std::string& text) {
    std::uint32_t size = 0;
    (*this)(size);
    text = std::string(take(size));  // quicker than an assignment: this runs at every start
  }
  template <typename T>
  requires std::is_enum_v<T>
  void operator()(T& value) {
    std::uint8_t byte = 0;
    (*this)(byte);
    value = static_cast<T>(byte);
  }
  void operator()(std::bitset<256>& set) {
    const std::string_view bytes = take(32);
    if (bytes.size() != 32) return;
    set.reset();
    for (std::size_t i = bytes.size(); i > 0; i -= sizeof(std::uint64_t)) {  // this runs at every start
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data() + i - sizeof word, sizeof word);
      set = set << 64 | std::bitset<256>(word);
    }
  }
  void operator()(LinearStep& step) {
    (*this)(step.set), (*this)(step.min), (*this)(step.max), (*this)(step.optional), (*this)(step.word_boundary);
  }
  void operator()(LinearForm& form) { (*this)(form.steps), (*this)(form.first); }
  template <typename T>
  void operator()(std::vector<T>& list) {
    std::uint32_t size = 0;
    (*this)(size);
    if (size > rest_.size()) ok_ = false;
    list.clear();
    if (!ok_) return;
    list.resize(size);
    for (T& item : list) (*this)(item);
  }
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// One list of fields for both directions.
template <typename Archive, typename R>
void fields_of_rule(Archive& archive, R& r) {
  archive(r.id), archive(r.title), archive(r.type), archive(r.category), archive(r.severity), archive(r.cwe);
  archive(r.match), archive(r.before), archive(r.after), archive(r.shape), archive(r.block);
  archive(r.keys), archive(r.whole_keys), archive(r.unless_keys), archive(r.value);
  archive(r.prose), archive(r.prose_keys);
  archive(r.context), archive(r.unless_context), archive(r.validator), archive(r.min_entropy), archive(r.min_digits);
  archive(r.allow), archive(r.confidence), archive(r.action), archive(r.examples), archive(r.counter_examples);
  archive(r.references), archive(r.where.file), archive(r.where.line), archive(r.where.column);
}

template <typename Archive, typename P>
void fields_of_plan(Archive& archive, P& p) {
  archive(p.expressions), archive(p.caseless), archive(p.open), archive(p.confirm), archive(p.linear), archive(p.allow),
      archive(p.min_width), archive(p.max_width), archive(p.prefix), archive(p.can_be_cut);
  archive(p.max_bytes), archive(p.first);
}

std::vector<std::string> lower_case(const std::vector<std::string>& words) {
  std::vector<std::string> lower = words;
  for (std::string& word : lower) std::transform(word.begin(), word.end(), word.begin(), to_lower);
  return lower;
}

}  // namespace

void HyperscanDatabaseFree::operator()(hs_database* database) const { hs_free_database(database); }

void RuleDatabase::Parts::link() {
  code.resize(rules.size());
  quick_sets = quick(sets);
  prose = ProseFinder(rules);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Rule& rule = rules[i];
    RuleCode& c = code[i];
    const std::string label = label_of(rule.type);
    labels.push_back(label);
    c.label = '[' + label + ']';
    c.shape = rule.shape.empty() ? nullptr : find_shape(rule.shape);
    if (c.shape != nullptr) {
      for (const Trigger trigger : c.shape->triggers) {
        rules_of_trigger[static_cast<std::size_t>(trigger)].push_back(static_cast<std::uint16_t>(i));
      }
    } else if (!plans[i].confirm.empty()) {
      c.prose = find_prose_form(rule.prose);
      c.confirm = LazyRegex(plans[i].confirm);
    }
    const Validator* validator = rule.validator.empty() ? nullptr : find_validator(rule.validator);
    c.validate = validator == nullptr ? nullptr : validator->check;
    if (!plans[i].allow.empty()) c.allow.emplace(plans[i].allow);
    c.context = lower_case(rule.context);
    c.unless_context = lower_case(rule.unless_context);
  }
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
}

RuleDatabase::RuleDatabase(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
RuleDatabase::~RuleDatabase() = default;

std::span<const Rule> RuleDatabase::rules() const { return parts_->rules; }

Result<std::shared_ptr<const RuleDatabase>> RuleDatabase::compile(RulePack pack, OpenRules open, StructureWords words) {
  auto parts = std::make_unique<Parts>();
  if (pack.rules.size() >= kSeam) return Error{.message = "too many rules", .advice = "65,531 is the limit"};
  for (const Rule& rule : pack.rules) {
    if (!rule.shape.empty() && find_shape(rule.shape) == nullptr)
      return at_rule(rule, "no such shape: " + rule.shape, "");
    if (!rule.validator.empty() && find_validator(rule.validator) == nullptr) {
      return at_rule(rule, "no such validator: " + rule.validator, "");
    }
    Result<RulePlan> plan = make_plan(rule, open, parts->sets);
    if (!plan) return std::move(plan).error();
    parts->plans.push_back(*std::move(plan));
  }
  parts->rules = std::move(pack.rules);
  parts->keys = KeyVocabulary(parts->rules);
  for (const bool is_open : {false, true}) {
    Result<HyperscanDatabase> database = compile_plans(parts->rules, parts->plans, is_open, words);
    if (!database) return std::move(database).error();
    (is_open ? parts->open : parts->literals) = *std::move(database);
  }
  parts->link();
  return std::make_shared<const RuleDatabase>(std::move(parts));
}

namespace {

std::string serialize(const hs_database_t* database) {
  char* bytes = nullptr;
  std::size_t size = 0;
  if (database == nullptr || hs_serialize_database(database, &bytes, &size) != HS_SUCCESS) return {};
  std::string serialized(bytes, size);
  std::free(bytes);  // NOLINT(cppcoreguidelines-no-malloc): Hyperscan's default allocator is malloc
  return serialized;
}

}  // namespace

std::string RuleDatabase::save() const {
  Writer write;
  write(std::string(kMagic));
  write(std::string(hs_version()));
  write(static_cast<std::uint32_t>(parts_->rules.size()));
  for (const Rule& rule : parts_->rules) fields_of_rule(write, rule);
  for (const RulePlan& plan : parts_->plans) fields_of_plan(write, plan);
  write(parts_->sets);
  write(parts_->keys.save());
  write(serialize(parts_->literals.get()));
  write(serialize(parts_->open.get()));
  write(checksum(write.bytes()));
  return std::move(write.bytes());
}

namespace {

Error unusable(std::string_view why) {
  return {.message = fmt::format("compiled rules: {}", why), .advice = "compile them again"};
}

// The part behind the checksum and the magic, or an error.
Result<std::string_view> open_saved(std::string_view bytes) {
  std::uint64_t sum = 0;
  if (bytes.size() < sizeof sum) return unusable("too short");
  std::memcpy(&sum, bytes.data() + bytes.size() - sizeof sum, sizeof sum);
  bytes.remove_suffix(sizeof sum);
  if (checksum(bytes) != sum) return unusable("the checksum does not fit");
  Reader read(bytes);
  std::string magic;
  read(magic);
  if (magic != kMagic) return unusable("written by another version of piiscrub");
  return bytes.substr(sizeof(std::uint32_t) + kMagic.size());
}

bool read_rules(Reader& read, std::vector<Rule>& rules) {
  std::uint32_t count = 0;
  read(count);
  if (!read.ok() || count > UINT16_MAX) return false;
  rules.resize(count);
  for (Rule& rule : rules) fields_of_rule(read, rule);
  return read.ok();
}

}  // namespace

bool RuleDatabase::is_open(std::size_t index) const { return parts_->plans[index].open; }

std::string RuleDatabase::pack_rules(const RulePack& pack) {
  Writer write;
  write(static_cast<std::uint32_t>(pack.rules.size()));
  for (const Rule& rule : pack.rules) fields_of_rule(write, rule);
  return std::move(write.bytes());
}

Result<RulePack> RuleDatabase::unpack_rules(std::string_view bytes) {
  Reader read(bytes);
  RulePack pack;
  if (!read_rules(read, pack.rules)) return unusable("cut off");
  return pack;
}

Result<RulePack> RuleDatabase::saved_rules(std::string_view bytes) {
  Result<std::string_view> opened = open_saved(bytes);
  if (!opened) return std::move(opened).error();
  Reader read(*opened);
  std::string engine;
  RulePack pack;
  read(engine);
  if (!read_rules(read, pack.rules)) return unusable("cut off");
  return pack;
}

Result<std::shared_ptr<const RuleDatabase>> RuleDatabase::load(std::string_view bytes) {
  Result<std::string_view> opened = open_saved(bytes);
  if (!opened) return std::move(opened).error();
  Reader read(*opened);
  std::string engine;
  read(engine);
  if (engine != hs_version()) return unusable("written for another version of the matching library");
  auto parts = std::make_unique<Parts>();
  if (!read_rules(read, parts->rules)) return unusable("cut off");
  parts->plans.resize(parts->rules.size());
  for (RulePlan& plan : parts->plans) fields_of_plan(read, plan);
  read(parts->sets);
  std::uint32_t key_bytes = 0;
  read(key_bytes);
  if (!parts->keys.load(read.take(key_bytes))) return unusable("cut off");
  for (HyperscanDatabase* database : {&parts->literals, &parts->open}) {
    std::uint32_t size = 0;
    read(size);
    const std::string_view serialized = read.take(size);
    if (!read.ok()) return unusable("cut off");
    if (serialized.empty()) continue;
    hs_database_t* loaded = nullptr;
    if (hs_deserialize_database(serialized.data(), serialized.size(), &loaded) != HS_SUCCESS) {
      return unusable("not usable on this machine");
    }
    database->reset(loaded);
  }
  parts->link();
  return std::make_shared<const RuleDatabase>(std::move(parts));
}

}  // namespace piiscrub
