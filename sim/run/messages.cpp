#include "sim/run/messages.h"

#include <unistd.h>

#include <array>
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

bool LineReader::read_some(int descriptor) {
  std::array<char, 65536> block;
  const ssize_t n = ::read(descriptor, block.data(), block.size());
  if (n < 0) return errno == EINTR || errno == EAGAIN;
  bytes_.append(block.data(), static_cast<size_t>(n));
  return n > 0;
}

std::vector<nlohmann::ordered_json> LineReader::take() {
  std::vector<nlohmann::ordered_json> messages;
  size_t start = 0;
  for (size_t end; (end = bytes_.find('\n', start)) != std::string::npos; start = end + 1) {
    messages.push_back(nlohmann::ordered_json::parse(bytes_.begin() + start, bytes_.begin() + end));
  }
  bytes_.erase(0, start);
  return messages;
}

}  // namespace systole
