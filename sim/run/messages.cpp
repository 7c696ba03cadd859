#include "sim/run/messages.h"

#include <unistd.h>

#include <cerrno>

namespace systole {

bool send_line(int descriptor, const nlohmann::ordered_json& message) {
  const std::string line = message.dump() + "\n";
  for (size_t sent = 0; sent < line.size();) {
    const ssize_t n = ::write(descriptor, line.data() + sent, line.size() - sent);
    if (n < 0 && errno != EINTR) return false;
    if (n > 0) sent += static_cast<size_t>(n);
  }
  return true;
}

std::vector<nlohmann::ordered_json> take_lines(std::string& bytes) {
  std::vector<nlohmann::ordered_json> messages;
  size_t start = 0;
  for (size_t end; (end = bytes.find('\n', start)) != std::string::npos; start = end + 1) {
    messages.push_back(nlohmann::ordered_json::parse(bytes.begin() + start, bytes.begin() + end));
  }
  bytes.erase(0, start);
  return messages;
}

}  // namespace systole
