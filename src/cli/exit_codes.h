// Exit codes: 64 and up as in <sysexits.h>. `piiscrub -- COMMAND` passes on the command's own, see run_command.h.
#pragma once

namespace piiscrub::cli {

inline constexpr int kDone = 0;
inline constexpr int kFileFailed = 1;          ///< a file could not be read or written; the others were done
inline constexpr int kUsage = 64;              ///< unknown option, subcommand or value
inline constexpr int kScanErrors = 70;         ///< ten scan errors within 60 s, which were masked, or a canary came out
inline constexpr int kWriteFailed = 74;        ///< standard output could not be written: a full disk, say
inline constexpr int kConfig = 78;             ///< the configuration, a rule, key or term file is wrong
inline constexpr int kCannotRunCommand = 126;  ///< found, but could not be started; as env(1)
inline constexpr int kCommandNotFound = 127;   ///< as env(1)
inline constexpr int kSignalBase = 128;        ///< plus the number of the signal that ended the command

}  // namespace piiscrub::cli
