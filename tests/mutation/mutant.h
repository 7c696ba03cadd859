#pragma once
// Included first into every file of the build of mutants (scripts/mutate). A mutated place asks on(ID) which
// of its forms to take. SYSTOLE_MUTANT chooses one mutant by its number for the whole process and its
// children: unset or 0 is the program as written; `record` is that too and marks each place that is reached
// with a byte in the file that SYSTOLE_MUTANT_REACHED names. The file is mapped, so that children write to it
// and a process that ends by _exit loses nothing.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace systole_mutants {

constexpr int kMost = 1 << 16;  // as in suite.py
constexpr int kUnset = -2, kRecord = -1;

inline int number = kUnset;
inline unsigned char* reached = nullptr;

/// Before any other constructor of the program, whichever file's copy of it comes first.
[[gnu::constructor(101)]] static void choose() {
  if (number != kUnset) return;
  const char* text = std::getenv("SYSTOLE_MUTANT");
  if (text == nullptr) text = "0";
  number = std::strcmp(text, "record") == 0 ? kRecord : std::atoi(text);
  if (number != kRecord) return;
  const char* path = std::getenv("SYSTOLE_MUTANT_REACHED");
  const int file = path == nullptr ? -1 : ::open(path, O_RDWR);
  void* bytes = file < 0 ? MAP_FAILED : ::mmap(nullptr, kMost, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (bytes == MAP_FAILED) std::abort();
  ::close(file);
  reached = static_cast<unsigned char*>(bytes);
}

inline bool on(int id) {
  if (number == kRecord) reached[id] = 1;
  return number == id;
}

/// The same where the compiler may want a constant: there the program is as written.
constexpr bool on_at_run_time(int id) { return !__builtin_is_constant_evaluated() && on(id); }

}  // namespace systole_mutants
