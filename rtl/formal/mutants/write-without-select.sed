# The write strobes ignore PSEL.
s/access = psel_i && penable_i/access = penable_i/
