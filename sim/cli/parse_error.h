#pragma once
#include <CLI/App.hpp>
#include <string>

namespace systole {

/// A mistake in the command line on one line: "--option: error: what, and what is legal".
std::string describe(const CLI::ParseError& error, const CLI::App& app, int argc, const char* const* argv);

}  // namespace systole
