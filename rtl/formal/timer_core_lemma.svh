// The lemma behind the fast-forward of models/rtl_bridge (TimerRtl::fast_forward, ::horizon),
// stated inside timer_core. From any reachable state, after n clock cycles without a write:
//
//   count + n == quotient * prescale + remainder, with remainder < prescale
//   prescale_count_q == remainder, mtime_q == mtime + quotient, all else as before
//
// and mtip keeps its level exactly until `quotient` reaches the number of counts that TimerRtl::horizon() uses as its
// distance. The proof follows n from a freely chosen start, so it holds for every n. The product quotient * prescale
// is carried as a sum of prescales.

// The strap is constant, its value any legal one; the run begins in reset.
(* anyconst *) logic [15:0] f_prescale;
logic f_begun = 1'b0;
always_ff @(posedge clk_i) f_begun <= 1'b1;
always_comb begin
  assume (f_prescale != 16'd0);
  assume (prescale_i == f_prescale);
  if (!f_begun) assume (!rst_ni);
end

// A jump starts at a time chosen by the solver and ends with the first write.
(* anyseq *) logic f_start;
logic f_quiet, f_active;
assign f_quiet = mtime_we_i == 8'd0 && mtimecmp_we_i == 8'd0 && !msip_we_i;

// State at the start.
logic [15:0] f_count;
logic [63:0] f_mtime, f_mtimecmp;
logic f_msip, f_mtip;
// The jump so far; wide enough for 2^64 cycles.
logic [79:0] f_n, f_product;
logic [63:0] f_quotient;
logic [15:0] f_remainder;

logic [79:0] f_product_now;
logic [63:0] f_quotient_now;
logic [15:0] f_remainder_now;
assign f_product_now = f_active ? f_product : 80'd0;
assign f_quotient_now = f_active ? f_quotient : 64'd0;
assign f_remainder_now = f_active ? f_remainder : prescale_count_q;

always_ff @(posedge clk_i or negedge rst_ni) begin
  if (!rst_ni) begin
    f_active <= 1'b0;
  end else begin
    f_active <= f_quiet && (f_active ? f_n[79:64] == 16'd0 : f_start);
    if (!f_active) begin
      f_count <= prescale_count_q;
      f_mtime <= mtime_q;
      f_mtimecmp <= mtimecmp_q;
      f_msip <= msip_q;
      f_mtip <= mtip_q;
    end
    f_n <= f_active ? f_n + 80'd1 : 80'd1;
    if (f_remainder_now + 16'd1 == f_prescale) begin
      f_product <= f_product_now + {64'd0, f_prescale};
      f_quotient <= f_quotient_now + 64'd1;
      f_remainder <= 16'd0;
    end else begin
      f_product <= f_product_now;
      f_quotient <= f_quotient_now;
      f_remainder <= f_remainder_now + 16'd1;
    end
  end
end

// TimerRtl::cycles_to_mtip_change.
logic f_never;
logic [63:0] f_counts;
assign f_never = f_mtip && f_mtimecmp == 64'd0;
assign f_counts = f_mtip ? 64'd0 - f_mtime : f_mtimecmp - f_mtime;

// While the line has not changed, the quotient is not so large that it wrapped.
logic f_passed;
always_ff @(posedge clk_i or negedge rst_ni) begin
  if (!rst_ni) f_passed <= 1'b0;
  else f_passed <= f_active && (f_passed || (!f_never && f_quotient == f_counts));
end

always_comb begin
  if (rst_ni) begin
    // What every state satisfies.
    assert (prescale_count_q < f_prescale);
    assert (mtip_q == (mtime_q >= mtimecmp_q));
    if (f_active) begin
      // The division.
      assert (f_product + {64'd0, f_remainder} == {64'd0, f_count} + f_n);
      assert (f_remainder < f_prescale);
      assert ({16'd0, f_quotient} <= f_n);
      assert (f_count < f_prescale);
      assert (f_mtip == (f_mtime >= f_mtimecmp));
      // The state that is deposited.
      assert (prescale_count_q == f_remainder);
      assert (mtime_q == f_mtime + f_quotient);
      // The state that is kept.
      assert (mtimecmp_q == f_mtimecmp);
      assert (msip_q == f_msip);
      // The horizon: not a cycle early, not a cycle late.
      if (!f_passed && !f_never) begin
        assert (f_quotient <= f_counts);
        assert (mtip_q == ((f_quotient == f_counts) ? !f_mtip : f_mtip));
      end
      if (f_never) assert (mtip_q == f_mtip);
    end
  end
end

// For `prove --reachable`: claims that no jump ever ends at a rising line, which must be refuted.
`ifdef LEMMA_UNREACHABLE
always_comb begin
  assert (!(rst_ni && f_active && f_quotient == 64'd2 && mtip_q && !f_mtip));
end
`endif
