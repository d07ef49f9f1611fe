// A compact encoding of events: repeated program behaviour takes almost no space.
//
// docs/event-stream.md describes the coding. Encoder and decoder make the same predictions, so both
// must see all events of a stream from its beginning.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "models/probe/event_stream.hpp"

namespace cyclevisor {

/// Predicts the next event from the previous ones, for encoder and decoder alike.
class EventPredictor {
 public:
  EventPredictor();

  /// What the predictor remembers of the instruction that last retired at an address.
  struct InstructionRecord {
    std::uint64_t key =
        ~std::uint64_t{0};      ///< pc + translation; odd when empty, which no instruction's is
    std::uint64_t next_pc = 0;  ///< of the instruction that followed
    std::uint32_t instruction = 0;
    std::uint16_t csr = Retire::no_csr;
    std::uint8_t rd = 0;
    std::uint8_t bytes = 0;
    MemoryAccess::Kind kind = MemoryAccess::Kind::none;
    std::uint64_t rd_step = 0;  ///< rd's new value minus its old value
    std::uint64_t address = 0;
    std::uint64_t stride = 0;
    std::uint64_t translation = 0;  ///< of the access: physical minus virtual address
    std::uint64_t csr_value = 0;
  };

  InstructionRecord& record(std::uint64_t key) { return records_[(key >> 1) % records_.size()]; }
  std::uint64_t& fetch_translation() { return translations_[static_cast<std::size_t>(mode)]; }
  /// The predicted value of a load or store, from its instruction and the registers.
  std::uint64_t value(const InstructionRecord& record, std::uint64_t rd_value) const;

  std::uint64_t cycle = 0;
  std::uint64_t pc = 0;  ///< of the next instruction
  InstructionRecord* previous = nullptr;
  PrivilegeMode mode = PrivilegeMode::machine;
  IntegerRegisters x{};
  std::uint64_t vector = 0;
  std::uint64_t satp = 0, vsatp = 0, hgatp = 0;
  std::uint64_t bus_address = 0;
  std::uint64_t bus_data = 0;
  std::uint64_t master_address = 0;

 private:
  std::vector<InstructionRecord> records_;
  std::array<std::uint64_t, 8> translations_{};  ///< of fetches, per mode
};

/// Appends encoded events to a buffer, which the owner may empty at any time.
class EventEncoder : public Sink {
 public:
  void on(const Retire& event) override;
  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  void on(const AddressSpace& event) override;
  void on(const Idle& event) override;
  void on(const BusRequest& event) override;
  void on(const BusTransfer& event) override;
  void on(const ApbTransfer& event) override;
  void on(const InterruptLine& event) override;
  void on(const MasterTransfer& event) override;

  const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  void clear() { bytes_.clear(); }

 private:
  void byte(std::uint8_t value) { bytes_.push_back(value); }
  void unsigned_number(std::uint64_t value);
  /// A difference modulo 2^64; a small magnitude of either sign takes few bytes.
  void difference(std::uint64_t value);
  void begin(std::uint8_t tag, Cycle cycle);
  void registers(const IntegerRegisters& x);

  EventPredictor expected_;
  std::vector<std::uint8_t> bytes_;
};

/// The upper bound of event cycles: no run reaches it, and sums of a few cycles stay within 64
/// bits.
inline constexpr Cycle end_of_time{std::uint64_t{1} << 62};

/// The bytes are not a valid encoding of events. what() says why.
class EventCodingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Decodes events. A piece of the encoding must end at an event boundary, as pieces taken from the
/// encoder do.
class EventDecoder {
 public:
  /// Sets the next piece; the previous one must have been read to its end. The bytes must stay
  /// valid until the piece has been read.
  void begin(const std::uint8_t* bytes, std::size_t count);
  bool empty() const { return at_ == end_; }
  /// Decodes one event and passes it to `sink`. Throws EventCodingError. It never reads beyond the
  /// piece, and never produces a field value that its type does not allow.
  void next(Sink& sink);

 private:
  std::uint8_t byte();
  std::uint64_t unsigned_number();
  std::uint64_t difference();
  /// The cycle of the previous event plus `difference`.
  Cycle cycle(std::uint64_t difference);
  Cycle cycle() { return cycle(difference()); }
  /// `from` plus the next difference.
  Cycle cycle_from(Cycle from);
  PrivilegeMode mode();
  std::uint8_t size();
  bool flag();
  void registers(IntegerRegisters& x);
  Retire retire(std::uint8_t flags);
  Trap trap();
  TrapReturn trap_return();

  EventPredictor expected_;
  const std::uint8_t* at_ = nullptr;
  const std::uint8_t* end_ = nullptr;
};

}  // namespace cyclevisor
