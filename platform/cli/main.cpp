// The program's entry point; command_line.cpp has the commands.
#include <csignal>
#include <cstdlib>
#include <systemc>

#include "platform/cli/command_line.hpp"

int sc_main(int argc, char* argv[]) {
  // Do not report the normal end of a simulation.
  sc_core::sc_report_handler::set_actions("/OSCI/SystemC", sc_core::SC_INFO,
                                          sc_core::SC_DO_NOTHING);
  // A fatal report of a plug-in ends the run like an error, and does not abort the program.
  sc_core::sc_report_handler::set_actions(sc_core::SC_FATAL, sc_core::SC_DEFAULT_ERROR_ACTIONS);
  // ... and sc_stop at once, since the hart's process may go on in the same delta cycle.
  sc_core::sc_set_stop_mode(sc_core::SC_STOP_IMMEDIATE);
  return cyclevisor::command_line(argc, argv);
}

int main(int argc, char* argv[]) {
  // A file that reaches its size limit is a write error like others.
  std::signal(SIGXFSZ, SIG_IGN);
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  return sc_core::sc_elab_and_sim(argc, argv);
}
