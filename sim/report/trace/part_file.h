#pragma once
// What one layer's process hands on to the one that writes the trace: plain structs, as they lie in memory.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <type_traits>
#include <vector>

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
  /// Calls `use` with one after the other of what put_all() wrote.
  template <class T, class Use>
  void each(const Use& use) {
    for (uint64_t left = get<uint64_t>(); left > 0; --left) use(get<T>());
  }

 private:
  void read(void* bytes, std::size_t size);

  std::ifstream file_;
};

}  // namespace systole
