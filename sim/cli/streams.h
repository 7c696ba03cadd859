#pragma once
// The streams that whoever starts the program hands over, in whatever state.
#include <fmt/format.h>

#include <cstdio>
#include <string>

namespace systole {

/// Opens /dev/null for each of the three that is closed: the first file that is opened would take its place
/// and receive what is printed. A write beyond the limit of a file's size is an error from now on, no signal.
void secure_streams();

/// Writes out what stdout still holds. Throws UserError when that, or anything printed before, could not be
/// written.
void flush_stdout();
/// Whether something could not be printed to stdout.
bool stdout_failed();

/// Prints to stderr what is of use beside the results; a stream that takes nothing is no reason to stop.
template <class... Arguments>
void tell(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  const std::string text = fmt::format(format, std::forward<Arguments>(arguments)...);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace systole
