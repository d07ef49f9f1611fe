// The program's entry point; command_line.cpp has the commands.
#include <cstdlib>
#include <systemc>

#include "platform/cli/command_line.hpp"

int sc_main(int argc, char* argv[]) {
  // Do not report the normal end of a simulation.
  sc_core::sc_report_handler::set_actions("/OSCI/SystemC", sc_core::SC_INFO,
                                          sc_core::SC_DO_NOTHING);
  return cyclevisor::command_line(argc, argv);
}

int main(int argc, char* argv[]) {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  return sc_core::sc_elab_and_sim(argc, argv);
}
