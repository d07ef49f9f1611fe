# The prescaler counts one cycle too many.
s/prescale_count_q >= prescale_i - 16'd1/prescale_count_q >= prescale_i/
