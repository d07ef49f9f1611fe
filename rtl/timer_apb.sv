// APB completer of the timer (AMBA APB, IHI 0024): decodes the registers, completes writes without a wait state and
// reads with one, and keeps 64-bit accesses atomic.
module timer_apb (
    input logic clk_i,
    input logic rst_ni,

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

    output logic [ 7:0] mtime_we_o,
    output logic [ 7:0] mtimecmp_we_o,
    output logic        msip_we_o,
    output logic [63:0] wdata_o,

    input logic [63:0] mtime_i,
    input logic [63:0] mtimecmp_i,
    input logic        msip_i
);

  logic read_valid_q, read_valid_d;
  logic [31:0] prdata_q, prdata_d;
  timer_pkg::pair_e pair_q, pair_d;
  logic [31:0] pair_data_q, pair_data_d;
  logic [3:0] pair_strb_q, pair_strb_d;

  // Decode. An address without a register is an error, and so is a 64-bit access to a 32-bit register.
  logic sel_msip, sel_mtimecmp, sel_mtime, sel_any, high_half;
  assign high_half = paddr_i[2];
  assign sel_msip = paddr_i == timer_pkg::MsipOffset && !pauser_i;
  assign sel_mtimecmp = {paddr_i[15:3], 1'b0, paddr_i[1:0]} == timer_pkg::MtimecmpOffset;
  assign sel_mtime = {paddr_i[15:3], 1'b0, paddr_i[1:0]} == timer_pkg::MtimeOffset;
  assign sel_any = sel_msip || sel_mtimecmp || sel_mtime;

  // A write takes effect in its only access cycle; a read samples in the first access cycle and completes in the
  // second.
  logic access, write_now, read_now;
  assign access = psel_i && penable_i;
  assign write_now = access && pwrite_i;
  assign read_now = access && !pwrite_i && !read_valid_q;

  assign pready_o = access && (pwrite_i || read_valid_q);
  assign pslverr_o = pready_o && !sel_any;
  assign prdata_o = prdata_q;

  // Which pair this transfer belongs to, and whether it completes the open pair.
  timer_pkg::pair_e pair_kind;
  logic pair_first, pair_second;
  always_comb begin
    if (sel_mtimecmp) begin
      pair_kind = pwrite_i ? timer_pkg::PairWriteMtimecmp : timer_pkg::PairReadMtimecmp;
    end else begin
      pair_kind = pwrite_i ? timer_pkg::PairWriteMtime : timer_pkg::PairReadMtime;
    end
    pair_first = pauser_i && sel_any && !high_half;
    pair_second = pauser_i && sel_any && high_half && pair_q == pair_kind;
  end

  // Writes to the registers.
  logic [7:0] strobes;
  always_comb begin
    strobes = 8'd0;
    wdata_o = {pwdata_i, pwdata_i};
    if (write_now && high_half) begin
      strobes[7:4] = pstrb_i;
      if (pair_second) begin
        strobes[3:0]  = pair_strb_q;
        wdata_o[31:0] = pair_data_q;
      end
    end else if (write_now && !pair_first) begin
      strobes[3:0] = pstrb_i;
    end
    mtime_we_o = sel_mtime ? strobes : 8'd0;
    mtimecmp_we_o = sel_mtimecmp ? strobes : 8'd0;
    msip_we_o = sel_msip && strobes[0];
  end

  // Read data: the high half of a pair is the one that was sampled with its low half.
  logic [63:0] value;
  always_comb begin
    if (sel_mtimecmp) value = mtimecmp_i;
    else if (sel_mtime) value = mtime_i;
    else value = {63'd0, sel_msip && msip_i};

    prdata_d = prdata_q;
    if (read_now) begin
      if (pair_second) prdata_d = pair_data_q;
      else prdata_d = high_half ? value[63:32] : value[31:0];
    end
    read_valid_d = read_now;
  end

  // The open pair. Any other transfer in between closes it: its low half is dropped.
  always_comb begin
    pair_d = pair_q;
    pair_data_d = pair_data_q;
    pair_strb_d = pair_strb_q;
    if (write_now || read_now) begin
      pair_d = pair_first ? pair_kind : timer_pkg::PairNone;
      if (pair_first) begin
        pair_data_d = pwrite_i ? pwdata_i : value[63:32];
        pair_strb_d = pstrb_i;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      read_valid_q <= 1'b0;
      prdata_q <= 32'd0;
      pair_q <= timer_pkg::PairNone;
      pair_data_q <= 32'd0;
      pair_strb_q <= 4'd0;
    end else begin
      read_valid_q <= read_valid_d;
      prdata_q <= prdata_d;
      pair_q <= pair_d;
      pair_data_q <= pair_data_d;
      pair_strb_q <= pair_strb_d;
    end
  end

`ifdef FORMAL
  `include "timer_apb_lemma.svh"
`endif

endmodule
