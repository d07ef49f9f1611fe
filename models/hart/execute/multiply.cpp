// "M" Extension for Integer Multiplication and Division.
#include <limits>

#include "models/hart/execute/execute.hpp"

namespace cyclevisor {
namespace {

std::uint64_t sign_extend_word(std::uint64_t value) {
  return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(value)});
}

/// The upper half of the 128-bit product of unsigned factors.
std::uint64_t multiply_high(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t a_low = a & 0xffffffff;
  const std::uint64_t a_high = a >> 32;
  const std::uint64_t b_low = b & 0xffffffff;
  const std::uint64_t b_high = b >> 32;
  const std::uint64_t middle = a_high * b_low + (a_low * b_low >> 32);
  const std::uint64_t cross = a_low * b_high + (middle & 0xffffffff);
  return a_high * b_high + (middle >> 32) + (cross >> 32);
}

/// The correction of the upper half for a negative factor: the other factor, to be subtracted.
std::uint64_t if_negative(std::uint64_t factor, std::uint64_t other) {
  return (factor >> 63) != 0 ? other : 0;
}

// "Division Operations": division by zero gives a quotient of all ones and the dividend as the
// remainder; signed overflow gives the dividend as the quotient and remainder 0. Neither traps.
template <class T>
T quotient(T a, T b) {
  if (b == 0) return static_cast<T>(-1);
  if (std::numeric_limits<T>::is_signed && a == std::numeric_limits<T>::min() &&
      b == static_cast<T>(-1)) {
    return a;
  }
  return a / b;
}

template <class T>
T remainder(T a, T b) {
  if (b == 0) return a;
  if (std::numeric_limits<T>::is_signed && b == static_cast<T>(-1)) return 0;
  return a % b;
}

template <class T>
std::uint64_t divide(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint64_t>(quotient(static_cast<T>(a), static_cast<T>(b)));
}

template <class T>
std::uint64_t modulo(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint64_t>(remainder(static_cast<T>(a), static_cast<T>(b)));
}

}  // namespace

Step execute_multiply(Core& core, const Instruction& instruction) {
  const std::uint64_t a = core.x[instruction.rs1];
  const std::uint64_t b = core.x[instruction.rs2];
  std::uint64_t result = 0;
  switch (instruction.operation) {
    case Operation::mul:
      result = a * b;
      break;
    case Operation::mulh:
      result = multiply_high(a, b) - if_negative(a, b) - if_negative(b, a);
      break;
    case Operation::mulhsu:
      result = multiply_high(a, b) - if_negative(a, b);
      break;
    case Operation::mulhu:
      result = multiply_high(a, b);
      break;
    case Operation::div:
      result = divide<std::int64_t>(a, b);
      break;
    case Operation::divu:
      result = divide<std::uint64_t>(a, b);
      break;
    case Operation::rem:
      result = modulo<std::int64_t>(a, b);
      break;
    case Operation::remu:
      result = modulo<std::uint64_t>(a, b);
      break;
    case Operation::mulw:
      result = sign_extend_word(a * b);
      break;
    case Operation::divw:
      result = sign_extend_word(divide<std::int32_t>(a, b));
      break;
    case Operation::divuw:
      result = sign_extend_word(divide<std::uint32_t>(a, b));
      break;
    case Operation::remw:
      result = sign_extend_word(modulo<std::int32_t>(a, b));
      break;
    case Operation::remuw:
      result = sign_extend_word(modulo<std::uint32_t>(a, b));
      break;
    default:
      return core.raise_illegal(instruction);
  }
  core.write_x(instruction.rd, result);
  return Step::sequential;
}

}  // namespace cyclevisor
