// Puts Catch2's main under the SystemC kernel: linked with --wrap=main.
#include <cstdlib>
#include <systemc>

extern "C" int __real_main(int argc, char* argv[]);
extern "C" int __wrap_main(int argc, char* argv[]);

int sc_main(int argc, char* argv[]) { return __real_main(argc, argv); }

int __wrap_main(int argc, char* argv[]) {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  return sc_core::sc_elab_and_sim(argc, argv);
}
