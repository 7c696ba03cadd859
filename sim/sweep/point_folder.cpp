#include "sim/sweep/point_folder.h"

#include <fmt/format.h>

#include "sim/config/config.h"
#include "sim/config/text.h"
#include "sim/report/atomic_file.h"
#include "sim/report/json_shape.h"
#include "sim/report/results_shape.h"
#include "sim/report/saved_json.h"

namespace systole {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

const Json& host_shape() {
  static const Json shape = {{"run", "hash"},
                             {"layers", Json::array({{{"name", "layer"}, {"algorithm", "direct"}}})}};
  return shape;
}

const Json& failure_shape() {
  static const Json shape = {{"run", "hash"}, {"kind", "crash"}, {"reason", "none"}};
  return shape;
}

}  // namespace

Json PointFolder::read(const std::string& file_name, const std::string& hash, const Json& shape) const {
  const fs::path path = path_ / file_name;
  std::error_code error;
  if (!fs::exists(path, error)) return nullptr;
  Json json = saved_json(path);
  if (json.is_null()) {
    damages_[path] = "is no JSON";
  } else if (const auto what = misfit(json, shape)) {
    damages_[path] = *what;
  } else if (json.at("run") != hash) {
    damages_[path] = "run is not " + hash;
  } else {
    damages_.erase(path);
    return json;
  }
  return nullptr;
}

Json PointFolder::read_results(const std::string& hash) const {
  Json json = read(hash + ".json", hash, {{"run", "hash"}});
  if (json.is_null()) return json;
  auto what = results_misfit(json);
  if (!what && hash_of_results(json) != hash)
    what = "what it says of the point is not what " + hash + " stands for";
  if (!what) return json;
  damages_[path_ / (hash + ".json")] = *what;
  return nullptr;
}

Json PointFolder::read_host(const std::string& hash) const {
  return read(hash + ".host.json", hash, host_shape());
}

std::optional<PointFiles> PointFolder::files(const std::string& hash) const {
  PointFiles files{read_results(hash), nullptr};
  if (!files.results.is_null()) files.host = read_host(hash);
  if (files.host.is_null()) return std::nullopt;
  done_.insert(hash);
  return files;
}

bool PointFolder::is_done(const std::string& hash) const {
  return done_.count(hash) > 0 || files(hash).has_value();
}

bool PointFolder::has_files(const std::string& hash) const {
  return fs::exists(path_ / (hash + ".json")) && fs::exists(path_ / (hash + ".host.json"));
}

PointFiles PointFolder::files_of_done(const std::string& hash) const {
  std::optional<PointFiles> held = files(hash);
  if (held) return std::move(*held);
  throw UserError(file_place((path_ / (hash + ".json")).string()) +
                  ": error: has changed since the sweep began; start it again");
}

std::optional<Json> PointFolder::failure(const std::string& hash) const {
  if (is_done(hash)) return std::nullopt;
  const Json json = read(hash + ".failed.json", hash, failure_shape());
  return json.is_null() ? std::nullopt : std::optional(json);
}

void PointFolder::record_failure(const std::string& hash, const PointOutcome& outcome) const {
  const Json record = {{"run", hash}, {"kind", name_of(outcome.kind)}, {"reason", escaped(outcome.reason)}};
  write_atomically(path_ / (hash + ".failed.json"), record.dump(2) + "\n");
}

void PointFolder::forget_failure(const std::string& hash) const {
  std::error_code ignored;
  fs::remove(path_ / (hash + ".failed.json"), ignored);
}

}  // namespace systole
