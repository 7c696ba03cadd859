// The program. SystemC owns the name sc_main and has a main() of its own, which prints a banner: this one is
// quiet.
#include <cstdlib>
#include <systemc>

#include "sim/cli/cli.h"
#include "sim/cli/streams.h"

int sc_main(int argc, char* argv[]) {
  sc_core::sc_set_time_resolution(1, sc_core::SC_FS);  // as the clocks reckon
  return systole::run_command_line(argc, argv);
}

int main(int argc, char* argv[]) {
  systole::secure_streams();
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  sc_core::sc_report_handler::set_actions(sc_core::SC_WARNING, sc_core::SC_DO_NOTHING);
  sc_core::sc_report_handler::set_actions(sc_core::SC_ERROR, sc_core::SC_THROW);
  sc_core::sc_report_handler::set_actions(sc_core::SC_FATAL, sc_core::SC_THROW);
  return sc_core::sc_elab_and_sim(argc, argv);
}
