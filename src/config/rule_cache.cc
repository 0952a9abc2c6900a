#include "piiscrub/rule_cache.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace piiscrub {
namespace {

// The child's answer: one byte that says what follows.
constexpr char kCompiled = 'C';
constexpr char kRefused = 'E';

// Sanitizers reserve terabytes of address space.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

constexpr std::size_t kPipeBytes = std::size_t{64} << 10;
constexpr std::size_t kMaxCompiledBytes = std::size_t{256} << 20;

class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  ~Fd() { reset(); }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    reset();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;

  [[nodiscard]] int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Everything up to the end of file, or nothing on an error or beyond `most` bytes.
std::optional<std::string> read_all(int fd, std::size_t most) {
  std::string bytes;
  std::array<char, kPipeBytes> buffer{};
  for (;;) {
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
    if (bytes.size() > most) return std::nullopt;
  }
}

// --- trust -----------------------------------------------------------------------------------------------------------

bool only_we_can_write(const struct stat& status) {
  const bool ours = status.st_uid == 0 || status.st_uid == geteuid();
  const bool shared = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
  // In a sticky directory (/tmp) others can add names but not replace ours.
  return ours && (!shared || (S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0));
}

bool path_is_ours(std::string path) {
  for (;;) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) || !only_we_can_write(status)) return false;
    if (path == "/") return true;
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return false;
    path = slash == 0 ? "/" : path.substr(0, slash);
  }
}

std::optional<std::string> read_trusted(const std::string& directory, const std::string& file) {
  if (!path_is_ours(directory)) return std::nullopt;
  const Fd fd(open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!fd || fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode) || !only_we_can_write(status))
    return std::nullopt;
  return read_all(fd.get(), kMaxCompiledBytes);
}

// Best effort: without a cache the next start compiles again.
void write_cached(const std::string& directory, const std::string& file, std::string_view bytes) {
  for (std::size_t slash = directory.find('/', 1);; slash = directory.find('/', slash + 1)) {
    mkdir(directory.substr(0, slash).c_str(), 0700);
    if (slash == std::string::npos) break;
  }
  if (!path_is_ours(directory)) return;
  std::string temporary = file + ".XXXXXX";
  const Fd fd(mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd) return;
  if (!write_all(fd.get(), bytes) || fsync(fd.get()) != 0 || rename(temporary.c_str(), file.c_str()) != 0) {
    unlink(temporary.c_str());
  }
}

std::uint64_t digest(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a; what a file holds is compared as a whole
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

// --- the child -------------------------------------------------------------------------------------------------------

struct Answer {
  std::string compiled;          // if it went well
  std::optional<Error> refused;  // if the compiler said no
  std::string died;              // if it did not get that far: how
};

std::string how_it_died(int status, const RuleCacheOptions& options) {
  if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL)) {
    return fmt::format("takes more than {} s of CPU time", options.cpu_seconds);
  }
  if (WIFSIGNALED(status)) return fmt::format("crashes the compiler (signal {})", WTERMSIG(status));
  return fmt::format("takes more than {} MiB of memory", options.memory_bytes >> 20);
}

// Writes `input` to `to` and reads all of `from`, both at once, so that neither side waits for the other.
std::optional<std::string> converse(Fd to, const Fd& from, std::string_view input) {
  fcntl(to.get(), F_SETFL, O_NONBLOCK);
  std::string output;
  std::array<char, kPipeBytes> buffer{};
  for (;;) {
    std::array<pollfd, 2> fds{{{from.get(), POLLIN, 0}, {to.get(), POLLOUT, 0}}};
    if (poll(fds.data(), to ? 2 : 1, -1) < 0) {
      if (errno == EINTR) continue;
      return std::nullopt;
    }
    if (to && fds[1].revents != 0) {
      const ssize_t written = write(to.get(), input.data(), input.size());
      if (written > 0) input.remove_prefix(static_cast<std::size_t>(written));
      if (input.empty() || (written < 0 && errno != EAGAIN && errno != EINTR)) to.reset();
    }
    if (fds[0].revents != 0) {
      const ssize_t got = read(from.get(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 || output.size() > kMaxCompiledBytes) return std::nullopt;
      if (got == 0) return output;
      output.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }
}

Result<Answer> run_compiler(const RulePack& pack, const RuleCacheOptions& options) {
  const auto failed = [](std::string_view what) {
    return Error{.message = fmt::format("the rule compiler cannot be run: {}: {}", what, std::strerror(errno))};
  };
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (pipe2(in.data(), O_CLOEXEC) != 0) return failed("pipe");
  Fd child_in(in[0]);
  Fd to(in[1]);
  if (pipe2(out.data(), O_CLOEXEC) != 0) return failed("pipe");
  const Fd from(out[0]);
  Fd child_out(out[1]);

  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, child_in.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, child_out.get(), STDOUT_FILENO);
  std::string program = options.compiler;
  std::string command = kCompileRulesCommand;
  std::string cpu = std::to_string(options.cpu_seconds);
  std::string memory = std::to_string(options.memory_bytes);
  std::array<char*, 5> argv{program.data(), command.data(), cpu.data(), memory.data(), nullptr};
  pid_t child = 0;
  const int error = posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    errno = error;
    return failed(program);
  }
  child_in.reset();
  child_out.reset();

  // A child that dies early must not end this process: what it did not read is lost with it.
  struct sigaction ignore {};
  struct sigaction previous {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &previous);
  const std::optional<std::string> output = converse(std::move(to), from, RuleDatabase::pack_rules(pack));
  sigaction(SIGPIPE, &previous, nullptr);

  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  Answer answer;
  if (!output || output->empty() || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    answer.died = how_it_died(status, options);
  } else if (output->front() == kCompiled) {
    answer.compiled = output->substr(1);
  } else {
    // line NUL column NUL file NUL message NUL advice
    Error refused;
    std::array<std::string, 5> parts;
    std::size_t begin = 1;
    for (std::string& part : parts) {
      const std::size_t end = std::min(output->find('\0', begin), output->size());
      part = output->substr(std::min(begin, output->size()), end - std::min(begin, end));
      begin = end + 1;
    }
    refused.line = std::atoi(parts[0].c_str());    // NOLINT(cert-err34-c): our own number
    refused.column = std::atoi(parts[1].c_str());  // NOLINT(cert-err34-c)
    refused.file = parts[2];
    refused.message = parts[3];
    refused.advice = parts[4];
    answer.refused = std::move(refused);
  }
  return answer;
}

// Which rule makes the compiler die. Users' rules stand behind the built-in ones, so the last is tried first.
Error blame(const RulePack& pack, const RuleCacheOptions& options, const std::string& died) {
  for (auto rule = pack.rules.rbegin(); rule != pack.rules.rend(); ++rule) {
    const Result<Answer> alone = run_compiler({.rules = {*rule}}, options);
    if (alone && !alone->died.empty()) {
      return {rule->where.file, rule->where.line, rule->where.column, fmt::format("rule {}: {}", rule->id, alone->died),
              "simplify its expression; nested and large repeats cost most"};
    }
  }
  return {.message = fmt::format("compiling the rules together {}", died), .advice = "use fewer rules"};
}

}  // namespace

std::string default_rule_cache_directory() {
  if (geteuid() == 0) return "/var/cache/piiscrub";
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && cache[0] == '/') {
    return std::string(cache) + "/piiscrub";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/')
    return std::string(home) + "/.cache/piiscrub";
  return {};
}

Result<std::shared_ptr<const RuleDatabase>> load_cached_rules(const RulePack& pack, const RuleCacheOptions& options) {
  const std::string packed = RuleDatabase::pack_rules(pack);
  const std::string file = fmt::format("{}/rules-{:016x}", options.directory, digest(packed));
  if (!options.directory.empty()) {
    if (const std::optional<std::string> cached = read_trusted(options.directory, file)) {
      Result<std::shared_ptr<const RuleDatabase>> loaded = RuleDatabase::load(*cached);
      if (loaded && (*loaded)->packed_rules() == packed) return loaded;
    }
  }
  Result<Answer> answer = run_compiler(pack, options);
  if (!answer) return std::move(answer).error();
  if (answer->refused) return *std::move(answer->refused);
  if (!answer->died.empty()) return blame(pack, options, answer->died);
  Result<std::shared_ptr<const RuleDatabase>> loaded = RuleDatabase::load(answer->compiled);
  if (loaded && !options.directory.empty()) write_cached(options.directory, file, answer->compiled);
  return loaded;
}

int compile_rules_child(int argc, char** argv) {
  const auto limit = [&](int index, auto resource) {
    if (index >= argc) return;
    const rlim_t most = std::strtoull(argv[index], nullptr, 10);
    const rlimit limits{most, most};
    setrlimit(resource, &limits);
  };
  limit(2, RLIMIT_CPU);
  if (!kSanitized) limit(3, RLIMIT_AS);
  const std::optional<std::string> packed = read_all(STDIN_FILENO, kMaxCompiledBytes);
  if (!packed) return 1;
  Result<RulePack> pack = RuleDatabase::unpack_rules(*packed);
  if (!pack) return 1;
  const Result<std::shared_ptr<const RuleDatabase>> database = RuleDatabase::compile(*pack, OpenRules::separate);
  std::string answer;
  if (database) {
    answer = kCompiled + (*database)->save();
  } else {
    const Error& e = database.error();
    answer = kRefused;
    answer +=
        std::to_string(e.line) + '\0' + std::to_string(e.column) + '\0' + e.file + '\0' + e.message + '\0' + e.advice;
  }
  return write_all(STDOUT_FILENO, answer) ? 0 : 1;
}

}  // namespace piiscrub
