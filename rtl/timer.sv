// The timer's top level: APB pins in, interrupt lines and time out. README.md in this folder documents pins, registers
// and waveforms.
module timer (
    input logic clk_i,
    input logic rst_ni,

    input logic [15:0] prescale_i,

    input  logic        psel_i,
    input  logic        penable_i,
    input  logic        pwrite_i,
    input  logic [15:0] paddr_i,
    input  logic [31:0] pwdata_i,
    input  logic [ 3:0] pstrb_i,
    input  logic        pauser_i,
    output logic        pready_o,
    output logic [31:0] prdata_o,
    output logic        pslverr_o,

    output logic        msip_o,
    output logic        mtip_o,
    output logic [63:0] mtime_o
);

  logic [ 7:0] mtime_we;
  logic [ 7:0] mtimecmp_we;
  logic        msip_we;
  logic [63:0] wdata;
  logic [63:0] mtimecmp;

  timer_apb u_apb (
      .clk_i,
      .rst_ni,
      .psel_i,
      .penable_i,
      .pwrite_i,
      .paddr_i,
      .pwdata_i,
      .pstrb_i,
      .pauser_i,
      .pready_o,
      .prdata_o,
      .pslverr_o,
      .mtime_we_o(mtime_we),
      .mtimecmp_we_o(mtimecmp_we),
      .msip_we_o(msip_we),
      .wdata_o(wdata),
      .mtime_i(mtime_o),
      .mtimecmp_i(mtimecmp),
      .msip_i(msip_o)
  );

  timer_core u_core (
      .clk_i,
      .rst_ni,
      .prescale_i,
      .mtime_we_i(mtime_we),
      .mtimecmp_we_i(mtimecmp_we),
      .msip_we_i(msip_we),
      .wdata_i(wdata),
      .mtime_o,
      .mtimecmp_o(mtimecmp),
      .msip_o,
      .mtip_o
  );

endmodule
