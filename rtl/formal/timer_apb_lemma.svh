// The part of the fast-forward lemma that concerns timer_apb: while PSEL is low, and was low at
// the edge before (TimerRtl::apb_idle_), no register here changes and the core is not written.
logic f_idle;
logic [31:0] f_prdata, f_pair_data;
logic [3:0] f_pair_strb;
logic [2:0] f_pair;

always_ff @(posedge clk_i or negedge rst_ni) begin
  if (!rst_ni) begin
    f_idle <= 1'b0;
  end else begin
    f_idle <= !psel_i;
    f_prdata <= prdata_q;
    f_pair <= pair_q;
    f_pair_data <= pair_data_q;
    f_pair_strb <= pair_strb_q;
  end
end

always_comb begin
  if (rst_ni) begin
    if (!psel_i) begin
      assert (mtime_we_o == 8'd0);
      assert (mtimecmp_we_o == 8'd0);
      assert (!msip_we_o);
    end
    if (f_idle) begin
      assert (!read_valid_q);
      assert (prdata_q == f_prdata);
      assert (pair_q == f_pair);
      assert (pair_data_q == f_pair_data);
      assert (pair_strb_q == f_pair_strb);
    end
  end
end
