// Assertions on the timer and on the requester that drives it, in every cycle; bound to the timer in tests with
// assertions enabled (rtl/CMakeLists.txt, cyclevisor_rtl_checked).
// `disable iff` counts as a synchronous use of the asynchronous reset.
// verilator lint_off SYNCASYNCNET
module timer_checks (
    input logic clk_i,
    input logic rst_ni,

    input logic [15:0] prescale_i,

    input logic        psel_i,
    input logic        penable_i,
    input logic        pwrite_i,
    input logic [15:0] paddr_i,
    input logic [31:0] pwdata_i,
    input logic [ 3:0] pstrb_i,
    input logic        pauser_i,
    input logic        pready_o,
    input logic        pslverr_o,

    input logic        mtip_o,
    input logic [63:0] mtime_o,
    input logic [63:0] mtimecmp
);

  logic [53:0] request;
  assign request = {pwrite_i, paddr_i, pwdata_i, pstrb_i, pauser_i};

  // Inputs: the strap is constant, and IHI 0024, "Transfers": one setup cycle, then access cycles until PREADY, all
  // with the same request.
  strap_is_legal :
  assert property (@(posedge clk_i) disable iff (!rst_ni) prescale_i != 16'd0);
  strap_is_constant :
  assert property (@(posedge clk_i) disable iff (!rst_ni) 1'b1 |=> $stable(prescale_i));
  access_follows_setup :
  assert property (@(posedge clk_i) disable iff (!rst_ni) psel_i && !penable_i |=>
                   psel_i && penable_i);
  no_access_without_setup :
  assert property (@(posedge clk_i) disable iff (!rst_ni) !psel_i |=> !penable_i);
  access_waits_for_ready :
  assert property (@(posedge clk_i) disable iff (!rst_ni) penable_i && !pready_o |=>
                   psel_i && penable_i);
  access_ends_with_ready :
  assert property (@(posedge clk_i) disable iff (!rst_ni) penable_i && pready_o |=> !penable_i);
  request_is_stable :
  assert property (@(posedge clk_i) disable iff (!rst_ni) psel_i && !pready_o |=>
                   $stable(request));
  reads_have_no_strobes :
  assert property (@(posedge clk_i) disable iff (!rst_ni) psel_i && !pwrite_i |-> pstrb_i == 4'd0);

  // Outputs.
  ready_in_access_only :
  assert property (@(posedge clk_i) disable iff (!rst_ni) pready_o |-> psel_i && penable_i);
  error_at_the_end_only :
  assert property (@(posedge clk_i) disable iff (!rst_ni) pslverr_o |-> pready_o);
  line_is_exact :
  assert property (@(posedge clk_i) disable iff (!rst_ni) mtip_o == (mtime_o >= mtimecmp));

endmodule

bind timer timer_checks u_checks (.*);
