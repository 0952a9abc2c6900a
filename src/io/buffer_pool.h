// BufferPool: the read buffers of one loop, used again and again.
//
// A Buffer goes back to its pool when it is destroyed. Both belong to the loop thread; a worker may read the bytes of a
// buffer that the loop thread keeps alive for it.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace piiscrub::io {

/// Large enough that the cost of a system call and of a scan's start vanish, small enough to stay in the L2 cache.
inline constexpr std::size_t kBufferBytes = std::size_t{256} * 1024;

class BufferPool;

/// `kBufferBytes` of memory, of which the first size() hold data. Must not outlive its pool.
class Buffer {
 public:
  Buffer() = default;
  ~Buffer() { reset(); }
  Buffer(Buffer&& other) noexcept
      : pool_(std::exchange(other.pool_, nullptr)), memory_(std::move(other.memory_)), size_(other.size_) {}
  Buffer& operator=(Buffer&& other) noexcept;

  [[nodiscard]] char* data() { return memory_.get(); }
  [[nodiscard]] static constexpr std::size_t capacity() { return kBufferBytes; }
  [[nodiscard]] std::size_t size() const { return size_; }
  void set_size(std::size_t size) { size_ = size; }
  [[nodiscard]] std::string_view bytes() const { return {memory_.get(), size_}; }
  /// Gives the memory back now.
  void reset();

 private:
  friend class BufferPool;
  Buffer(BufferPool& pool, std::unique_ptr<char[]> memory) : pool_(&pool), memory_(std::move(memory)) {}

  BufferPool* pool_ = nullptr;
  std::unique_ptr<char[]> memory_;
  std::size_t size_ = 0;
};

class BufferPool {
 public:
  [[nodiscard]] Buffer take();
  /// Buffers that nobody holds.
  [[nodiscard]] std::size_t idle() const { return free_.size(); }

 private:
  friend class Buffer;
  std::vector<std::unique_ptr<char[]>> free_;
};

inline Buffer& Buffer::operator=(Buffer&& other) noexcept {
  if (this != &other) {
    reset();
    pool_ = std::exchange(other.pool_, nullptr);
    memory_ = std::move(other.memory_);
    size_ = other.size_;
  }
  return *this;
}

inline void Buffer::reset() {
  if (memory_ != nullptr) pool_->free_.push_back(std::move(memory_));
  pool_ = nullptr;
  size_ = 0;
}

inline Buffer BufferPool::take() {
  if (free_.empty()) return {*this, std::make_unique_for_overwrite<char[]>(kBufferBytes)};
  Buffer buffer(*this, std::move(free_.back()));
  free_.pop_back();
  return buffer;
}

}  // namespace piiscrub::io
