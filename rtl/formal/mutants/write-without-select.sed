# The write strobes do not look at PSEL.
s/access = psel_i && penable_i/access = penable_i/
