#include "config/key_file.h"
#include "piiscrub/key_ring.h"
#include "piiscrub/policy_loader.h"

namespace piiscrub {
namespace {

// `error` at the place in the configuration that names the file it is about.
Error at(const SourceLocation& where, const Error& error) {
  const std::string about = error.file.empty() ? "" : error.file + ": ";
  return {where.file, where.line, where.column, about + error.message, error.advice};
}

}  // namespace

// The one place where the secrets that a configuration names become a KeyRing.
std::shared_ptr<const KeyRing> load_keys(const PolicySource& source, std::vector<Error>& errors) {
  if (source.keys.empty() && !source.salt_file && !source.allow_unsalted) return nullptr;
  auto ring = std::make_shared<KeyRing>();
  for (const PolicySource::KeyFile& key : source.keys) {
    Result<std::string> secret = read_key_file(key.path.value);
    if (!secret) {
      errors.push_back(at(key.path.where, secret.error()));
      continue;
    }
    const Result<bool> added = ring->add(key.id, *std::move(secret));
    if (!added) errors.push_back(at(key.path.where, added.error()));
  }
  std::string salt;
  if (source.salt_file) {
    Result<std::string> read = read_salt_file(source.salt_file->value);
    if (!read) {
      errors.push_back(at(source.salt_file->where, read.error()));
      return ring;
    }
    salt = *std::move(read);
  }
  if (source.salt_file || source.allow_unsalted) {
    const Result<bool> set = ring->set_cockroach_salt(std::move(salt), source.allow_unsalted);
    if (!set) {
      const SourceLocation where = source.salt_file ? source.salt_file->where : SourceLocation{};
      errors.push_back(at(where, set.error()));
    }
  }
  return ring;
}

}  // namespace piiscrub
