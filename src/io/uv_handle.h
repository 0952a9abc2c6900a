// UvHandle<T>: owns one libuv handle and knows libuv's rule: a handle's memory may be freed in its close callback and
// not before, and that callback runs in a later turn of the loop.
//
// So the handle lives on the heap; closing it only asks libuv, which frees it when it is done. After close() no other
// callback of the handle runs. ~Loop turns the loop until the last close callback has run.
#pragma once

#include <uv.h>

#include <memory>
#include <utility>

namespace piiscrub::io {

template <typename T>
class UvHandle {
 public:
  UvHandle() = default;
  ~UvHandle() { close(); }
  UvHandle(const UvHandle&) = delete;
  UvHandle& operator=(const UvHandle&) = delete;

  /// Makes the handle with `init(T*)`, one of libuv's uv_*_init, and sets its data pointer. Returns libuv's error, or
  /// 0; after an error this stays empty. REQUIRES: empty.
  template <typename Init>
  int open(void* data, Init&& init) {
    auto handle = std::make_unique<T>();
    if (const int error = std::forward<Init>(init)(handle.get()); error != 0) return error;
    handle->data = data;
    handle_ = handle.release();
    return 0;
  }

  void close() {
    if (handle_ == nullptr) return;
    uv_close(reinterpret_cast<uv_handle_t*>(std::exchange(handle_, nullptr)),
             [](uv_handle_t* handle) { delete reinterpret_cast<T*>(handle); });
  }

  [[nodiscard]] T* get() const { return handle_; }
  [[nodiscard]] uv_handle_t* base() const { return reinterpret_cast<uv_handle_t*>(handle_); }
  [[nodiscard]] bool valid() const { return handle_ != nullptr; }

 private:
  T* handle_ = nullptr;
};

}  // namespace piiscrub::io
