// A pseudo-random number in every clock cycle: a Galois LFSR, x^32 + x^22 + x^2 + x + 1.
module lfsr (
    input  logic        clk_i,
    input  logic        rst_ni,
    input  logic        write_i,  // loads wdata_i, which must not be zero
    input  logic [31:0] wdata_i,
    output logic [31:0] rdata_o
);
  logic [31:0] state_q, state_d;

  always_comb begin
    state_d = state_q >> 1;
    if (state_q[0]) state_d = state_d ^ 32'h8020_0003;
    if (write_i) state_d = wdata_i;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) state_q <= 32'h1;
    else state_q <= state_d;
  end

  assign rdata_o = state_q;
endmodule
