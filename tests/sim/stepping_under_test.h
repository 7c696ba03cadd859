#pragma once
#include <cstdlib>
#include <string_view>

#include "models/accelerator.h"

namespace systole::test {

/// How a test's machine steps that is meant for either way: CTest runs those under both.
inline Stepping stepping_under_test() {
  const char* asked = std::getenv("SYSTOLE_TEST_STEPPING");
  return asked != nullptr && std::string_view(asked) == "exact" ? Stepping::exact : Stepping::block;
}

}  // namespace systole::test
