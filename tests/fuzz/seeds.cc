// Writes the inputs of the data cases as seeds for the fuzzers: piiscrub_fuzz_seeds DIRECTORY
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/case_file.h"

int main(int argc, char** argv) {
  if (argc != 2) return std::fputs("usage: piiscrub_fuzz_seeds DIRECTORY\n", stderr), 64;
  std::filesystem::create_directories(argv[1]);
  int count = 0;
  for (const piiscrub::test::Case& c : piiscrub::test::read_cases(PIISCRUB_SOURCE_DIR "/tests/cases")) {
    if (c.input.size() > 4096) continue;
    // The two bytes in front choose limit and cuts.
    std::ofstream(std::string(argv[1]) + "/case" + std::to_string(count++), std::ios::binary) << "\x01\x07" << c.input;
  }
  return 0;
}
