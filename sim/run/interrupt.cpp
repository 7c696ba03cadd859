#include "sim/run/interrupt.h"

#include <csignal>

namespace systole {
namespace {

volatile std::sig_atomic_t g_signal = 0;

void note(int signal) { g_signal = signal; }

}  // namespace

void catch_interrupts() {
  struct sigaction action = {};
  action.sa_handler = note;
  for (int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
}

void throw_if_interrupted() {
  if (g_signal != 0) throw Interrupted(g_signal);
}

}  // namespace systole
