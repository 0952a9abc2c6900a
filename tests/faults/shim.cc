// A library to preload: it makes the calls of a program fail, or kills it in front of them, as PIISCRUB_FAULT says.
//
//   CALL:NUMBER:WHAT[,...]    what happens at the NUMBERth call of CALL, and, if NUMBER ends with +, at all later ones
//   too WHAT                      `kill`, or the number of an errno; for hs_scan the code that it returns, as a
//   positive number
//
// PIISCRUB_CALLS names a file to which the names of the calls go in order.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

struct Fault {
  bool kill = false;
  int error = 0;
};

// What is to happen at this call of `name`.
Fault fault_at(const char* name, std::atomic<long>& calls) {
  const long number = ++calls;
  if (static const char* const log = std::getenv("PIISCRUB_CALLS"); log != nullptr) {
    using Open = int (*)(const char*, int, ...);
    static const int fd = reinterpret_cast<Open>(::dlsym(RTLD_NEXT, "open"))(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    using Write = ssize_t (*)(int, const void*, size_t);
    const std::string line = std::string(name) + "\n";
    (void)reinterpret_cast<Write>(::dlsym(RTLD_NEXT, "write"))(fd, line.data(), line.size());
  }
  static const char* const faults = std::getenv("PIISCRUB_FAULT");
  for (const char* at = faults; at != nullptr && *at != '\0';) {
    const char* const end = std::strchr(at, ',');
    const std::string fault = end == nullptr ? std::string(at) : std::string(at, end);
    at = end == nullptr ? nullptr : end + 1;
    const std::size_t first = fault.find(':');
    const std::size_t second = fault.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos || fault.compare(0, first, name) != 0) continue;
    const long wanted = std::atol(fault.c_str() + first + 1);
    if (number != wanted && !(fault[second - 1] == '+' && number > wanted)) continue;
    if (fault.compare(second + 1, std::string::npos, "kill") == 0) return {true, 0};
    return {false, std::atoi(fault.c_str() + second + 1)};
  }
  return {};
}

bool fails(const char* name, std::atomic<long>& calls) {
  const Fault fault = fault_at(name, calls);
  if (fault.kill) ::kill(::getpid(), SIGKILL);
  if (fault.error != 0) errno = fault.error;
  return fault.error != 0;
}

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

std::atomic<long> writev_calls;
std::atomic<long> write_calls;
std::atomic<long> fsync_calls;
std::atomic<long> fdatasync_calls;
std::atomic<long> rename_calls;
std::atomic<long> ftruncate_calls;
std::atomic<long> mkostemp_calls;
std::atomic<long> flock_calls;
std::atomic<long> scan_calls;

}  // namespace

extern "C" {

ssize_t writev(int fd, const iovec* parts, int count) {
  if (fails("writev", writev_calls)) return -1;
  static const auto real = next<ssize_t (*)(int, const iovec*, int)>("writev");
  return real(fd, parts, count);
}

ssize_t write(int fd, const void* data, size_t size) {
  // What a program says, and how it wakes its threads, is left alone.
  if (fd > STDERR_FILENO && size != 1 && size != 8 && fails("write", write_calls)) return -1;
  static const auto real = next<ssize_t (*)(int, const void*, size_t)>("write");
  return real(fd, data, size);
}

int fsync(int fd) {
  if (fails("fsync", fsync_calls)) return -1;
  static const auto real = next<int (*)(int)>("fsync");
  return real(fd);
}

int fdatasync(int fd) {
  if (fails("fdatasync", fdatasync_calls)) return -1;
  static const auto real = next<int (*)(int)>("fdatasync");
  return real(fd);
}

int rename(const char* from, const char* to) noexcept {
  if (fails("rename", rename_calls)) return -1;
  static const auto real = next<int (*)(const char*, const char*)>("rename");
  return real(from, to);
}

int ftruncate(int fd, off_t length) noexcept {
  if (fails("ftruncate", ftruncate_calls)) return -1;
  static const auto real = next<int (*)(int, off_t)>("ftruncate");
  return real(fd, length);
}

int mkostemp(char* pattern, int flags) {
  if (fails("mkostemp", mkostemp_calls)) return -1;
  static const auto real = next<int (*)(char*, int)>("mkostemp");
  return real(pattern, flags);
}

int flock(int fd, int operation) noexcept {
  if (fails("flock", flock_calls)) return -1;
  static const auto real = next<int (*)(int, int)>("flock");
  return real(fd, operation);
}

int hs_scan(const void* database, const char* data, unsigned length, unsigned flags, void* scratch, void* on_match,
            void* context) {
  const Fault fault = fault_at("hs_scan", scan_calls);
  if (fault.kill) ::kill(::getpid(), SIGKILL);
  if (fault.error != 0) return -fault.error;
  static const auto real = next<int (*)(const void*, const char*, unsigned, unsigned, void*, void*, void*)>("hs_scan");
  return real(database, data, length, flags, scratch, on_match, context);
}

}  // extern "C"
