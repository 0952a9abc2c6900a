// Key files: the secrets of tokens, each in a file of its own.
//
//   key file   hexadecimal digits, an even number of them: the bytes they spell
//              base64 or base64url, with or without padding: the bytes it spells
//              anything else: the bytes of the file, every one
//              Text may end in one newline. 32 bytes or more, however they are spelled.
//   salt file  the salt as CockroachDB's configuration has it; may end in one newline
//
// Both are regular files (or links to one) of root or of the effective user that group and others have no rights to.
// Below $CREDENTIALS_DIRECTORY systemd has seen to the rights, and shows an access list there as rights of the group.
// No error holds anything of the content.
#pragma once

#include <string>

#include "piiscrub/result.h"

namespace piiscrub {

/// Longer files are refused.
inline constexpr std::size_t kMaxKeyFileBytes = 4096;

/// The key's raw bytes, at least kMinKeyBytes.
Result<std::string> read_key_file(const std::string& path);

/// The salt, which may be empty.
Result<std::string> read_salt_file(const std::string& path);

}  // namespace piiscrub
