# c.ld writes a register of the wrong half.
# rule: registers-preserved
# guests: compressed
s/operation\.data_register = static_cast<uint8_t>\(8 \+ bits\(instruction, 4, 2\)\)/operation.data_register = static_cast<uint8_t>(16 + bits(instruction, 4, 2))/
