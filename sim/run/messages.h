#pragma once
// What a worker process tells its parent: one JSON object a line over a pipe.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace systole {

/// Writes the whole line; false when nobody reads any more.
bool send_line(int descriptor, const nlohmann::ordered_json& message);

/// Collects bytes into lines.
class LineReader {
 public:
  /// Reads what there is; false at the end of the stream.
  bool read_some(int descriptor);
  /// The complete lines read so far, parsed, each handed out once.
  std::vector<nlohmann::ordered_json> take();

 private:
  std::string bytes_;
};

}  // namespace systole
