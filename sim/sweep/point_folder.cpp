#include "sim/sweep/point_folder.h"

#include <fmt/format.h>

#include <fstream>

#include "sim/config/config.h"
#include "sim/config/text.h"
#include "sim/report/atomic_file.h"

namespace systole {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

}  // namespace

bool PointFolder::is_done(const std::string& hash) const {
  std::error_code error;
  return fs::exists(path_ / (hash + ".json"), error);
}

Json PointFolder::read(const std::string& file_name, const std::string& hash) const {
  const fs::path path = path_ / file_name;
  std::ifstream file(path, std::ios::binary);
  Json json = Json::parse(file, nullptr, false);
  if (json.is_object() && json.value("run", Json()) == hash) return json;
  throw UserError(
      fmt::format("{}: error: is damaged; remove it and start the sweep again", escaped(path.string())));
}

Json PointFolder::results(const std::string& hash) const { return read(hash + ".json", hash); }
Json PointFolder::host(const std::string& hash) const { return read(hash + ".host.json", hash); }

std::optional<Json> PointFolder::failure(const std::string& hash) const {
  std::error_code error;
  if (is_done(hash) || !fs::exists(path_ / (hash + ".failed.json"), error)) return std::nullopt;
  return read(hash + ".failed.json", hash);
}

void PointFolder::record_failure(const std::string& hash, const PointOutcome& outcome) const {
  const Json record = {{"run", hash}, {"kind", name_of(outcome.kind)}, {"reason", escaped(outcome.reason)}};
  write_atomically(path_ / (hash + ".failed.json"),
                   record.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

void PointFolder::forget_failure(const std::string& hash) const {
  std::error_code ignored;
  fs::remove(path_ / (hash + ".failed.json"), ignored);
}

}  // namespace systole
