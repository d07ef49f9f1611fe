// Register offsets of the timer (RISC-V ACLINT specification, MSWI and MTIMER devices at the offsets of the SiFive
// CLINT) and the 64-bit accesses that it keeps atomic.
package timer_pkg;

  localparam logic [15:0] MsipOffset = 16'h0000;
  localparam logic [15:0] MtimecmpOffset = 16'h4000;
  localparam logic [15:0] MtimeOffset = 16'hbff8;

  // A 64-bit access comes as two transfers with PAUSER high, low half first. This is the pair
  // whose high half is still to come.
  typedef enum logic [2:0] {
    PairNone = 3'd0,
    PairWriteMtimecmp = 3'd1,
    PairWriteMtime = 3'd2,
    PairReadMtimecmp = 3'd3,
    PairReadMtime = 3'd4
  } pair_e;

endpackage
