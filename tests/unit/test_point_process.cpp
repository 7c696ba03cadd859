// How a point's process ends, and what is told of it.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <new>
#include <stdexcept>
#include <vector>

#include "sim/config/config.h"
#include "sim/sweep/local_executor.h"

namespace systole {
namespace {

using Kind = PointOutcome::Kind;

/// What becomes of these works, `jobs` at a time.
std::vector<PointOutcome> outcomes_of(const std::vector<PointWork>& works, const PointLimits& limits = {},
                                      unsigned jobs = 1) {
  std::vector<PointOutcome> outcomes(works.size());
  ExecutorEvents events;
  events.work = [&](size_t i) { return works[i]; };
  events.started = [](size_t) {};
  events.ended = [&](size_t i, const PointOutcome& outcome) { outcomes[i] = outcome; };
  events.tick = [] {};
  run_locally(works.size(), jobs, limits, events);
  return outcomes;
}

PointOutcome outcome_of(const PointWork& work, const PointLimits& limits = {}) {
  return outcomes_of({work}, limits).front();
}

PointWork saying(const char* text, int status) {
  return [=] {
    std::fputs(text, stderr);
    return status;
  };
}

void check_outcome(const PointOutcome& outcome, Kind kind, const std::string& reason) {
  CHECK(std::string(name_of(outcome.kind)) == name_of(kind));
  CHECK(outcome.reason == reason);
}

int sleep_on() {
  for (;;) ::pause();
}

}  // namespace

TEST_CASE("a point's status says how it ended, and its last line why", "[sweep]") {
  check_outcome(outcome_of(saying("", 0)), Kind::done, "");
  check_outcome(outcome_of(saying("a warning\n", 3)), Kind::done, "");
  check_outcome(outcome_of(saying("a warning\nlayer 'a' does not fit\n", 2)), Kind::declined,
                "layer 'a' does not fit");
  check_outcome(outcome_of(saying("no room\n", kNoRoomStatus)), Kind::no_room, "no room");
  check_outcome(outcome_of(saying("systole: internal error: x\n", 1)), Kind::crash,
                "systole: internal error: x");
  check_outcome(outcome_of(saying("", 5)), Kind::crash, "ended with status 5");
  check_outcome(outcome_of(saying("systole: error: out of memory\n", 2)), Kind::memory,
                "systole: error: out of memory");
  const std::string long_text = std::string(100000, 'x') + "\nthe end\n";
  check_outcome(outcome_of(saying(long_text.c_str(), 2)), Kind::declined, "the end");
}

TEST_CASE("a point that is ended by a signal has crashed, and takes no other with it", "[sweep]") {
  const auto fall = [] {
    std::signal(SIGSEGV, SIG_DFL);  // the test's own handler would report it
    return std::raise(SIGSEGV);
  };
  const std::vector<PointOutcome> outcomes =
      outcomes_of({fall, saying("", 0), [] { return std::raise(SIGKILL); }, saying("", 0)}, {}, 2);
  check_outcome(outcomes[0], Kind::crash, "ended by signal 11 (Segmentation fault)");
  CHECK(outcomes[0].signal == SIGSEGV);
  check_outcome(outcomes[1], Kind::done, "");
  check_outcome(outcomes[2], Kind::crash, "ended by signal 9 (Killed)");
  check_outcome(outcomes[3], Kind::done, "");
}

TEST_CASE("a point has its time", "[sweep]") {
  PointLimits limits;
  limits.seconds = 0.2;
  const std::vector<PointOutcome> outcomes = outcomes_of({sleep_on, saying("", 0)}, limits, 2);
  check_outcome(outcomes[0], Kind::timeout, "no result within 0.2 s");
  check_outcome(outcomes[1], Kind::done, "");
}

TEST_CASE("what a point prints goes nowhere, and it reads nothing", "[sweep]") {
  const auto work = [] {
    const bool is_silent = std::puts("nobody reads this") >= 0 && std::fflush(stdout) == 0;
    return is_silent && std::getchar() == EOF ? 0 : 9;
  };
  check_outcome(outcome_of(work), Kind::done, "");
}

TEST_CASE("what ends the sweep ends its points", "[sweep]") {
  ExecutorEvents events;
  events.work = [](size_t) { return PointWork(sleep_on); };
  events.started = [](size_t) {};
  events.ended = [](size_t, const PointOutcome&) { FAIL("it cannot end by itself"); };
  events.tick = [] { throw UserError("enough"); };
  CHECK_THROWS_WITH(run_locally(2, 2, {}, events), "enough");
}

#ifndef __SANITIZE_ADDRESS__
TEST_CASE("a point has its memory, whatever its sweep has taken", "[sweep]") {
  constexpr uint64_t kMiB = 1 << 20;
  const auto taking = [](uint64_t bytes) -> PointWork {
    return [bytes] {
      try {
        const std::vector<char> memory(bytes, 1);
        return memory.empty() ? 1 : 0;
      } catch (const std::bad_alloc&) {
        std::fputs("systole: error: out of memory\n", stderr);
        return 2;
      }
    };
  };
  PointLimits limits;
  limits.memory_bytes = (limits.program_bytes + 256 * kMiB) / kMiB * kMiB;
  const std::string reason = "out of memory within " + std::to_string(*limits.memory_bytes / kMiB) + "MiB";
  const std::vector<char> of_the_sweep(300 * kMiB);
  check_outcome(outcome_of(taking(64 * kMiB), limits), Kind::done, "");
  check_outcome(outcome_of(taking(512 * kMiB), limits), Kind::memory, reason);
  limits.memory_bytes = kMiB;  // less than the program has itself
  check_outcome(outcome_of(saying("", 0), limits), Kind::memory, "out of memory within 1MiB");
}
#endif

}  // namespace systole
