#include "io/directory_watcher.h"

#include <uv.h>

#include <utility>

#include "io/uv_handle.h"

namespace piiscrub::io {

struct DirectoryWatcher::Watch {
  DirectoryWatcher* owner;
  std::string directory;
  UvHandle<uv_fs_event_t> handle;
};

DirectoryWatcher::DirectoryWatcher(Loop& loop, OnChange on_change) : loop_(loop), on_change_(std::move(on_change)) {}

DirectoryWatcher::~DirectoryWatcher() = default;

void DirectoryWatcher::watch(const std::string& directory) {
  if (watches_.contains(directory)) return;
  auto watch = std::make_unique<Watch>();
  watch->owner = this;
  watch->directory = directory;
  watch->handle.open(watch.get(), [&](uv_fs_event_t* event) { return uv_fs_event_init(loop_.uv(), event); });
  const auto tell = [](uv_fs_event_t* event, const char* name, int /*events*/, int status) {
    const auto* const self = static_cast<const Watch*>(event->data);
    self->owner->on_change_(self->directory, status == 0 && name != nullptr ? name : "");
  };
  if (!watch->handle.valid() || uv_fs_event_start(watch->handle.get(), tell, directory.c_str(), 0) != 0) return;
  uv_unref(watch->handle.base());
  watches_.emplace(directory, std::move(watch));
}

}  // namespace piiscrub::io
