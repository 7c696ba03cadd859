#pragma once
// What one layer's process hands on to the one that writes the trace: plain structs, as they lie in memory.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <type_traits>
#include <vector>

#include "models/kernel/time.h"

namespace systole {

/// Throws UserError when the disk refuses.
class PartWriter {
 public:
  explicit PartWriter(const std::filesystem::path& path);
  template <class T>
  void put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    write(&value, sizeof value);
  }
  template <class T>
  void put_all(const std::vector<T>& values) {
    put(uint64_t{values.size()});
    write(values.data(), values.size() * sizeof(T));
  }
  void close();

 private:
  void write(const void* bytes, std::size_t size);

  std::filesystem::path path_;
  std::ofstream file_;
};

class PartReader {
 public:
  explicit PartReader(const std::filesystem::path& path);
  template <class T>
  T get() {
    T value;
    read(&value, sizeof value);
    return value;
  }
  /// Of what put_all() wrote and comes next: how many there are, and the cycle of the `index`-th.
  uint64_t count() { return peek<uint64_t>(0); }
  template <class T>
  Cycle at(uint64_t index) {
    return peek<T>(sizeof(uint64_t) + index * sizeof(T)).at;
  }
  /// Calls `use` with one after the other of what put_all() wrote.
  template <class T, class Use>
  void each(const Use& use) {
    for (uint64_t left = get<uint64_t>(); left > 0; --left) use(get<T>());
  }

 private:
  /// What lies so far ahead.
  template <class T>
  T peek(uint64_t offset) {
    const auto here = file_.tellg();
    file_.seekg(static_cast<std::streamoff>(offset), std::ios::cur);
    const T value = get<T>();
    file_.seekg(here);
    return value;
  }
  void read(void* bytes, std::size_t size);

  std::ifstream file_;
};

}  // namespace systole
