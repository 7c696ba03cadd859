#pragma once
// SystemC elaborates once a process: a test that needs several machines gives each a process of its own.
#include <functional>
#include <nlohmann/json.hpp>

namespace systole::test {

/// Forks, runs `work` in the child and returns its result. Must be called before this process elaborates
/// anything. What `work` throws is thrown here as a std::runtime_error, and so is the child's death.
nlohmann::ordered_json in_child(const std::function<nlohmann::ordered_json()>& work);

}  // namespace systole::test
