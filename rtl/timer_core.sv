// The machine timer itself: mtime behind a prescaler, mtimecmp, msip and the two interrupt
// lines (privileged specification, "Machine Timer Registers"; ACLINT specification for msip).
module timer_core (
    input logic clk_i,
    input logic rst_ni,

    // Clock cycles per count of mtime, 1 or more; a strap, constant while out of reset.
    input logic [15:0] prescale_i,

    // Write ports with one byte enable per byte and shared data.
    input logic [ 7:0] mtime_we_i,
    input logic [ 7:0] mtimecmp_we_i,
    input logic        msip_we_i,
    input logic [63:0] wdata_i,

    output logic [63:0] mtime_o,
    output logic [63:0] mtimecmp_o,
    output logic        msip_o,
    output logic        mtip_o
);

  logic [15:0] prescale_count_q, prescale_count_d;
  logic [63:0] mtime_q, mtime_d;
  logic [63:0] mtimecmp_q, mtimecmp_d;
  logic msip_q, msip_d;
  logic mtip_q, mtip_d;
  logic tick;

  // Next state. The prescaler runs freely: a write to mtime moves the count, not its phase. A write is applied after
  // the tick of the same edge, so that bytes not written never lose a count.
  always_comb begin
    tick = prescale_count_q >= prescale_i - 16'd1;
    prescale_count_d = tick ? 16'd0 : prescale_count_q + 16'd1;

    mtime_d = mtime_q + {63'd0, tick};
    mtimecmp_d = mtimecmp_q;
    for (int i = 0; i < 8; i++) begin
      if (mtime_we_i[i]) mtime_d[8*i+:8] = wdata_i[8*i+:8];
      if (mtimecmp_we_i[i]) mtimecmp_d[8*i+:8] = wdata_i[8*i+:8];
    end
    msip_d = msip_we_i ? wdata_i[0] : msip_q;

    // Comparing the next state makes the registered line exact: in every cycle
    // mtip == (mtime >= mtimecmp), also in the first one after a write.
    mtip_d = mtime_d >= mtimecmp_d;
  end

  // mtimecmp resets to all ones: the specification leaves it open, and any small value would
  // leave the line pending out of reset.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      prescale_count_q <= 16'd0;
      mtime_q <= 64'd0;
      mtimecmp_q <= 64'hffff_ffff_ffff_ffff;
      msip_q <= 1'b0;
      mtip_q <= 1'b0;
    end else begin
      prescale_count_q <= prescale_count_d;
      mtime_q <= mtime_d;
      mtimecmp_q <= mtimecmp_d;
      msip_q <= msip_d;
      mtip_q <= mtip_d;
    end
  end

  assign mtime_o = mtime_q;
  assign mtimecmp_o = mtimecmp_q;
  assign msip_o = msip_q;
  assign mtip_o = mtip_q;

`ifdef FORMAL
  `include "timer_core_lemma.svh"
`endif

endmodule
