// RuleDatabase: compile, save, load. Hyperscan's compiler is used here only.
#include <hs.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>

#include <fmt/format.h>

#include "base/label.h"
#include "detect/database_parts.h"
#include "detect/prose_finder.h"
#include "detect/rule_plan.h"
#include "detect/structure_words.h"
#include "format/echo_translated.h"
#include "piiscrub/detector.h"

namespace piiscrub {
namespace {

struct HyperscanDatabaseFree {
  void operator()(hs_database_t* database) const { hs_free_database(database); }
};
using HyperscanDatabase = std::unique_ptr<hs_database_t, HyperscanDatabaseFree>;

Result<HyperscanDatabase> compile_plans(const std::vector<Rule>& rules, const std::vector<NewPlan>& plans, bool open,
                                        StructureWords words) {
  std::vector<std::string> translated;
  for (const std::string_view lead : kTranslatedLeads) translated.push_back("\\Q" + std::string(lead) + "\\E");
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
    add(kSqlLateWords, kSqlLate);
    add(kEchoWords, kEcho);
    for (const std::string& word : translated) {
      expressions.push_back(word.c_str());
      flags.push_back(HS_FLAG_CASELESS);
      ids.push_back(kEcho);
    }
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
//   an image (detect/image.h) that begins with an ImageHeader, then a checksum (FNV-1a, 64 bit) of all bytes before it

constexpr std::array<char, 16> kMagic = {'p', 'i', 'i', 's', 'c', 'r', 'u', 'b',
                                         '-', 'r', 'u', 'l', 'e', 's', '-', '7'};

std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
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

// What an image relies on that this build has beside it.
std::string tables_of_this_build() {
  std::string names = fmt::format("{} {} {} {} {}", sizeof(ImageHeader), sizeof(RuleTraits), sizeof(RulePlan),
                                  sizeof(LinearStep), kTriggers);
  for (const ShapeInfo& shape : shapes()) names.append(" ").append(shape.name);
  for (const ProseForm& form : prose_forms()) names.append(" ").append(form.name);
  for (const Validator& validator : validators()) names.append(" ").append(validator.name);
  return names;
}

// --- packed rules ----------------------------------------------------------------------------------------------------
//
//   the number of rules, then the fields of each; integers are little-endian, lists begin with their length

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
  archive(r.keys), archive(r.whole_keys), archive(r.edge_keys), archive(r.unless_keys), archive(r.value);
  archive(r.prose), archive(r.prose_keys);
  archive(r.context), archive(r.unless_context), archive(r.validator), archive(r.min_entropy), archive(r.min_digits);
  archive(r.allow), archive(r.confidence), archive(r.action), archive(r.examples), archive(r.counter_examples);
  archive(r.references), archive(r.where.file), archive(r.where.line), archive(r.where.column);
}

std::vector<std::string> lower_case(const std::vector<std::string>& words) {
  std::vector<std::string> lower = words;
  for (std::string& word : lower) std::transform(word.begin(), word.end(), word.begin(), to_lower);
  return lower;
}

std::string_view view(const Slice<char>& bytes) { return {bytes.data(), bytes.size()}; }

// The index of `one` in `table` and one, or 0.
template <typename T>
std::uint16_t number_in(std::span<const T> table, const T* one) {
  return one == nullptr ? std::uint16_t{0} : static_cast<std::uint16_t>(one - table.data() + 1);
}
template <typename T>
const T* of_number(std::span<const T> table, std::uint16_t number) {
  return number == 0 ? nullptr : &table[number - 1U];
}

std::unique_ptr<char, void (*)(void*)> aligned_bytes(std::size_t size) {
  const std::size_t rounded = (size + kImageAlignment - 1) / kImageAlignment * kImageAlignment;
  auto* const bytes = static_cast<char*>(std::aligned_alloc(kImageAlignment, rounded));
  if (bytes == nullptr) throw std::bad_alloc();
  std::memset(bytes, 0, rounded);
  return {bytes, std::free};
}

// `database` as it lies in memory at a multiple of kImageAlignment. It has no pointers, so it can be used wherever that
// holds; saying so is left to hs_deserialize_database_at(), since alignment is all that it works out.
std::string in_memory(const hs_database_t* database) {
  char* serialized = nullptr;
  std::size_t length = 0;
  std::size_t size = 0;
  if (database == nullptr || hs_serialize_database(database, &serialized, &length) != HS_SUCCESS) return {};
  const std::unique_ptr<char, void (*)(void*)> owner(serialized, std::free);
  if (hs_serialized_database_size(serialized, length, &size) != HS_SUCCESS) return {};
  const auto bytes = aligned_bytes(size);
  auto* const placed = reinterpret_cast<hs_database_t*>(bytes.get());
  if (hs_deserialize_database_at(serialized, length, placed) != HS_SUCCESS) return {};
  return {bytes.get(), size};
}

void write_traits(ImageWriter& image, std::size_t place, const Rule& rule) {
  image.set(place, &RuleTraits::id, rule.id);
  image.set(place, &RuleTraits::type, rule.type);
  image.set(place, &RuleTraits::label, '[' + label_of(rule.type) + ']');
  image.set(place, &RuleTraits::block, rule.block);
  image.set(place, &RuleTraits::action, rule.action);
  image.set(place, &RuleTraits::prose, rule.prose);
  image.set(place, &RuleTraits::file, rule.where.file);
  image.set_texts(place, &RuleTraits::context, lower_case(rule.context));
  image.set_texts(place, &RuleTraits::unless_context, lower_case(rule.unless_context));
  auto& traits = image.at<RuleTraits>(place);
  traits.min_entropy = rule.min_entropy;
  traits.min_digits = rule.min_digits;
  traits.line = rule.where.line;
  traits.column = rule.where.column;
  traits.category = rule.category;
  traits.confidence = rule.confidence;
  traits.value = rule.value;
  traits.keyed = rule.has_keys();
}

void write_plan(ImageWriter& image, std::size_t place, const Rule& rule, const NewPlan& made) {
  image.set_texts(place, &RulePlan::expressions, made.expressions);
  std::size_t next = image.set(place, &RulePlan::linear, made.linear.size());
  for (const LinearForm& form : made.linear) {
    image.set(next, &StoredLinearForm::steps, std::span(form.steps));
    image.at<StoredLinearForm>(next).first = form.first;
    next += sizeof(StoredLinearForm);
  }
  image.set(place, &RulePlan::confirm, made.confirm);
  image.set(place, &RulePlan::allow, made.allow);
  auto& plan = image.at<RulePlan>(place);
  plan.max_bytes = made.max_bytes;
  plan.first = made.first;
  plan.min_width = made.min_width;
  plan.max_width = made.max_width;
  plan.prefix = made.prefix;
  plan.shape = number_in(shapes(), find_shape(rule.shape));
  plan.prose = number_in(prose_forms(), find_prose_form(rule.prose));
  plan.validator = number_in(validators(), find_validator(rule.validator));
  plan.caseless = made.caseless;
  plan.open = made.open;
  plan.can_be_cut = made.can_be_cut;
}

std::vector<std::string> labels_of(const std::vector<Rule>& rules) {
  std::vector<std::string> labels;
  labels.reserve(rules.size());
  for (const Rule& rule : rules) labels.push_back(label_of(rule.type));
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  return labels;
}

Error unusable(std::string_view why) {
  return {.message = fmt::format("compiled rules: {}", why), .advice = "compile them again"};
}

// The database in `bytes`, used in place; nullptr if there is none. False if it cannot be used.
bool use_database(const Slice<char>& bytes, const hs_database_t*& database) {
  if (bytes.empty()) return true;
  database = reinterpret_cast<const hs_database_t*>(bytes.data());
  std::size_t size = 0;
  return hs_database_size(database, &size) == HS_SUCCESS && size <= bytes.size();
}

// Sets up everything that `parts.image` does not hold just as it is used.
Result<std::unique_ptr<RuleDatabase::Parts>> use_image(std::unique_ptr<RuleDatabase::Parts> parts) {
  const ImageHeader& image = *parts->image;
  if (image.engine != hs_version()) return unusable("written for another version of the matching library");
  if (!use_database(image.literals, parts->literals) || !use_database(image.open, parts->open)) {
    return unusable("not usable on this machine");
  }
  parts->rules = {image.rules.data(), image.rules.size()};
  parts->plans = {image.plans.data(), image.plans.size()};
  parts->quick_sets = {image.sets.data(), image.sets.size()};
  if (!parts->keys.use(view(image.keys))) return unusable("cut off");
  parts->prose.use(view(image.prose));
  parts->labels.assign(image.labels.begin(), image.labels.end());
  parts->code = std::vector<RuleCode>(parts->rules.size());
  for (std::size_t i = 0; i < parts->code.size(); ++i) {
    const RulePlan& plan = parts->plans[i];
    RuleCode& code = parts->code[i];
    code.shape = of_number(shapes(), plan.shape);
    const Validator* const validator = of_number(validators(), plan.validator);
    code.validate = validator == nullptr ? nullptr : validator->check;
    code.allow.set(plan.allow);
    if (code.shape != nullptr) {
      for (const Trigger trigger : code.shape->triggers) {
        parts->rules_of_trigger[static_cast<std::size_t>(trigger)].push_back(static_cast<std::uint16_t>(i));
      }
    } else if (!plan.confirm.empty()) {
      code.prose = of_number(prose_forms(), plan.prose);
      code.confirm.set(plan.confirm);
    }
  }
  return parts;
}

// `bytes` without their checksum; empty if they are not an image.
std::string_view open_saved(std::string_view bytes) {
  std::uint64_t sum = 0;
  if (bytes.size() < sizeof(ImageHeader) + sizeof sum) return {};
  std::memcpy(&sum, bytes.data() + bytes.size() - sizeof sum, sizeof sum);
  bytes.remove_suffix(sizeof sum);
  return checksum(bytes) == sum ? bytes : std::string_view();
}

// Copies an image, since it cannot be used at any address.
Result<std::unique_ptr<RuleDatabase::Parts>> copy_image(std::string_view bytes) {
  auto parts = std::make_unique<RuleDatabase::Parts>();
  parts->owned = aligned_bytes(bytes.size());
  std::memcpy(parts->owned.get(), bytes.data(), bytes.size());
  parts->image = reinterpret_cast<const ImageHeader*>(parts->owned.get());
  if (parts->image->magic != kMagic || parts->image->size != bytes.size()) {
    return unusable("written by another version of piiscrub");
  }
  return parts;
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

std::span<const Rule> RuleDatabase::Parts::full_rules() const {
  std::call_once(unpacked_, [this] {
    Reader read(view(image->packed));
    if (!read_rules(read, full_rules_) || full_rules_.size() != rules.size()) full_rules_.assign(rules.size(), {});
  });
  return full_rules_;
}

RuleDatabase::RuleDatabase(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
RuleDatabase::~RuleDatabase() = default;

std::span<const Rule> RuleDatabase::rules() const { return parts_->full_rules(); }
bool RuleDatabase::is_open(std::size_t index) const { return parts_->plans[index].open; }

Result<std::shared_ptr<const RuleDatabase>> RuleDatabase::compile(const RulePack& pack, OpenRules open,
                                                                  StructureWords words) {
  const std::vector<Rule>& rules = pack.rules;
  if (rules.size() >= kSeam) return Error{.message = "too many rules", .advice = "65,530 is the limit"};
  std::vector<NewPlan> plans;
  ByteTable sets;
  for (const Rule& rule : rules) {
    if (!rule.shape.empty() && find_shape(rule.shape) == nullptr)
      return at_rule(rule, "no such shape: " + rule.shape, "");
    if (!rule.validator.empty() && find_validator(rule.validator) == nullptr) {
      return at_rule(rule, "no such validator: " + rule.validator, "");
    }
    Result<NewPlan> plan = make_plan(rule, open, sets);
    if (!plan) return std::move(plan).error();
    plans.push_back(*std::move(plan));
  }
  ImageWriter image;
  const std::size_t header = image.add<ImageHeader>(1);
  image.at<ImageHeader>(header).magic = kMagic;
  image.set(header, &ImageHeader::tables, tables_of_this_build());
  image.set(header, &ImageHeader::engine, hs_version());
  const std::size_t first_traits = image.set(header, &ImageHeader::rules, rules.size());
  const std::size_t first_plan = image.set(header, &ImageHeader::plans, rules.size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    write_traits(image, first_traits + i * sizeof(RuleTraits), rules[i]);
    write_plan(image, first_plan + i * sizeof(RulePlan), rules[i], plans[i]);
  }
  image.set(header, &ImageHeader::sets, std::span<const QuickByteSet>(quick(sets)));
  image.set_texts(header, &ImageHeader::labels, labels_of(rules));
  const KeyVocabulary keys(rules);
  image.set(header, &ImageHeader::keys, std::span<const char>(keys.save()), KeyVocabulary::kAlignment);
  const ProseFinder prose(rules);
  image.set(header, &ImageHeader::prose, std::span<const char>(prose.save()), ProseFinder::kAlignment);
  for (const bool is_open : {false, true}) {
    const Result<HyperscanDatabase> database = compile_plans(rules, plans, is_open, words);
    if (!database) return database.error();
    const std::string bytes = in_memory(database->get());
    if (bytes.empty() && *database != nullptr) return Error{.message = "the rules cannot be kept", .advice = ""};
    image.set(header, is_open ? &ImageHeader::open : &ImageHeader::literals, std::span<const char>(bytes),
              kImageAlignment);
  }
  image.set(header, &ImageHeader::packed, std::span<const char>(pack_rules(pack)));
  image.at<ImageHeader>(header).size = image.bytes().size();

  Result<std::unique_ptr<Parts>> parts = copy_image(image.bytes());
  if (parts) parts = use_image(*std::move(parts));
  if (!parts) return std::move(parts).error();
  return std::make_shared<const RuleDatabase>(*std::move(parts));
}

RuleList::RuleList(const RuleDatabase& database)
    : count_(database.parts().rules.size()), traits_(database.parts().rules.data()) {}

RuleSummary RuleList::operator[](std::size_t i) const {
  if (traits_ != nullptr) {
    const RuleTraits& rule = traits_[i];
    return {rule.id, rule.type, rule.action, rule.category, rule.confidence, rule.file, rule.line, rule.column};
  }
  const Rule& rule = rules_[i];
  return {rule.id,         rule.type,       rule.action,     rule.category,
          rule.confidence, rule.where.file, rule.where.line, rule.where.column};
}

std::string RuleDatabase::save() const {
  std::string bytes(reinterpret_cast<const char*>(parts_->image), parts_->image->size);
  const std::uint64_t sum = checksum(bytes);
  bytes.append(reinterpret_cast<const char*>(&sum), sizeof sum);
  return bytes;
}

std::string RuleDatabase::pack_rules(const RulePack& pack) {
  Writer write;
  write(static_cast<std::uint32_t>(pack.rules.size()));
  for (const Rule& rule : pack.rules) fields_of_rule(write, rule);
  return std::move(write.bytes());
}

std::string_view RuleDatabase::packed_rules() const { return view(parts_->image->packed); }

Result<RulePack> RuleDatabase::unpack_rules(std::string_view bytes) {
  Reader read(bytes);
  RulePack pack;
  if (!read_rules(read, pack.rules)) return unusable("cut off");
  return pack;
}

Result<RulePack> RuleDatabase::saved_rules(std::string_view bytes) {
  const std::string_view image = open_saved(bytes);
  if (image.empty()) return unusable("damaged");
  const Result<std::unique_ptr<Parts>> parts = copy_image(image);
  if (!parts) return parts.error();
  return unpack_rules(view((*parts)->image->packed));
}

Result<std::shared_ptr<const RuleDatabase>> RuleDatabase::load(std::string_view bytes) {
  const std::string_view image = open_saved(bytes);
  if (image.empty()) return unusable("damaged");
  Result<std::unique_ptr<Parts>> parts = copy_image(image);
  if (parts && (*parts)->image->tables != tables_of_this_build()) {
    return unusable("written by another version of piiscrub");
  }
  if (parts) parts = use_image(*std::move(parts));
  if (!parts) return std::move(parts).error();
  return std::make_shared<const RuleDatabase>(*std::move(parts));
}

Result<std::shared_ptr<const RuleDatabase>> RuleDatabase::use(std::string_view bytes) {
  auto parts = std::make_unique<Parts>();
  parts->image = reinterpret_cast<const ImageHeader*>(bytes.data());
  Result<std::unique_ptr<Parts>> used = use_image(std::move(parts));
  if (!used) return std::move(used).error();
  return std::make_shared<const RuleDatabase>(*std::move(used));
}

}  // namespace piiscrub
