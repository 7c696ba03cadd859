#include "sim/sweep/slurm_submission.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "sim/config/text.h"
#include "sim/report/atomic_file.h"
#include "sim/report/json_shape.h"
#include "sim/report/saved_json.h"

namespace systole {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kList = "points.json";

}  // namespace

SlurmSubmission::SlurmSubmission(const fs::path& queue, const std::string& sweep_name)
    : folder_(queue / fmt::format("{}-{:08x}", sweep_name, std::random_device()())) {
  fs::create_directories(folder_);
}

SlurmSubmission::SlurmSubmission(fs::path folder) : folder_(std::move(folder)) {
  static const Json shape = {
      {"points", Json::array({"hash"})}, {"seconds", nullptr}, {"memory_bytes", nullptr}};
  const Json list = saved_json(folder_ / kList);
  if (misfit(list, shape)) return;
  const auto is_point = [](const Json& hash) { return hash == "" || is_file_name(hash.get<std::string>()); };
  if (!std::all_of(list.at("points").begin(), list.at("points").end(), is_point)) return;
  points_ = list.at("points").get<std::vector<std::string>>();
  if (!list.at("seconds").is_null()) limits_.seconds = list.at("seconds").get<double>();
  if (!list.at("memory_bytes").is_null()) limits_.memory_bytes = list.at("memory_bytes").get<uint64_t>();
}

void SlurmSubmission::add(const std::string& hash, const std::string& input) {
  points_.push_back(hash);
  write_atomically(folder_ / (hash + ".json"), input);
}

void SlurmSubmission::write(const PointLimits& limits) {
  limits_ = limits;
  Json list = {{"points", points_}, {"seconds", nullptr}, {"memory_bytes", nullptr}};
  if (limits_.seconds) list["seconds"] = *limits_.seconds;
  if (limits_.memory_bytes) list["memory_bytes"] = *limits_.memory_bytes;
  write_atomically(folder_ / kList, list.dump() + "\n");
}

void SlurmSubmission::remove() const {
  std::error_code ignored;
  fs::remove(folder_ / kList, ignored);  // first: tasks that start from now on find nothing to do
  fs::remove_all(folder_, ignored);
}

std::optional<std::string> SlurmSubmission::input(const std::string& hash) const {
  const Json input = saved_json(folder_ / (hash + ".json"));
  if (!input.is_object() || input.value("run", Json()) != hash) return std::nullopt;
  return input.dump();
}

std::string SlurmSubmission::last_words(size_t index) const {
  std::ifstream log(folder_ / fmt::format("{}.log", index));
  std::string last;
  for (std::string line; std::getline(log, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

void SlurmSubmission::settle(const std::vector<size_t>& indices) {
  if (indices.empty()) return;
  for (const size_t index : indices) points_[index].clear();
  write(limits_);
}

}  // namespace systole
