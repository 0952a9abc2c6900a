// DirectoryWatcher: a hint that something has happened in a directory. Hints may be missing or too many: the kernel
// drops them when there are many, and libuv says nothing of that. So nothing may rely on them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "io/loop.h"

namespace piiscrub::io {

class DirectoryWatcher {
 public:
  /// Calls back with the directory as it was given to watch() and the name of what changed in it, empty if unknown.
  using OnChange = std::function<void(const std::string& directory, std::string_view name)>;

  DirectoryWatcher(Loop& loop, OnChange on_change);
  ~DirectoryWatcher();
  DirectoryWatcher(const DirectoryWatcher&) = delete;
  DirectoryWatcher& operator=(const DirectoryWatcher&) = delete;

  /// Watches `directory` too, if it is not watched yet and can be.
  void watch(const std::string& directory);

 private:
  struct Watch;

  Loop& loop_;
  OnChange on_change_;
  std::map<std::string, std::unique_ptr<Watch>> watches_;
};

}  // namespace piiscrub::io
