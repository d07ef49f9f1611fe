# A register that the lemma mentions in a comment only.
s,assert \(msip_q == f_msip\);,// & /* & */,
