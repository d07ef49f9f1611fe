// Events as few bytes as possible: what a program does again costs next to nothing.
//
// The coding is described in docs/event-stream.md. Encoder and decoder keep the same predictions,
// so both must see all events of a stream from its beginning.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "models/probe/event_stream.hpp"

namespace cyclevisor {

/// What encoder and decoder expect of the next event, from those before.
class EventPredictor {
 public:
  EventPredictor();

  /// What is remembered of an instruction: one retired at this place before.
  struct Place {
    std::uint64_t key = ~std::uint64_t{0};  ///< pc + translation: no instruction has an odd one
    std::uint64_t next_pc = 0;              ///< of the event that followed
    std::uint32_t instruction = 0;
    std::uint16_t csr = Retire::no_csr;
    std::uint8_t rd = 0;
    std::uint8_t bytes = 0;
    MemoryAccess::Kind kind = MemoryAccess::Kind::none;
    std::uint64_t rd_step = 0;  ///< rd's new value minus its old one
    std::uint64_t address = 0;
    std::uint64_t stride = 0;
    std::uint64_t translation = 0;  ///< of the access: physical minus virtual address
    std::uint64_t csr_value = 0;
  };

  Place& place(std::uint64_t key) { return places_[(key >> 1) % places_.size()]; }
  std::uint64_t& fetch_translation() { return translations_[static_cast<std::size_t>(mode)]; }
  /// What a load or store whose instruction and registers are known should have moved.
  std::uint64_t value(const Place& place, std::uint64_t rd_value) const;

  std::uint64_t cycle = 0;
  std::uint64_t pc = 0;  ///< of the next instruction
  Place* previous = nullptr;
  PrivilegeMode mode = PrivilegeMode::machine;
  IntegerRegisters x{};
  std::uint64_t vector = 0;
  std::uint64_t satp = 0, vsatp = 0, hgatp = 0;
  std::uint64_t bus_address = 0;
  std::uint64_t bus_data = 0;

 private:
  std::vector<Place> places_;
  std::array<std::uint64_t, 8> translations_{};  ///< of fetches, by mode
};

/// Appends encoded events to a buffer, which the owner empties as it likes.
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

  const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  void clear() { bytes_.clear(); }

 private:
  void byte(std::uint8_t value) { bytes_.push_back(value); }
  void unsigned_number(std::uint64_t value);
  /// A difference modulo 2^64, short when it is near zero on either side.
  void difference(std::uint64_t value);
  void begin(std::uint8_t tag, Cycle cycle);
  void registers(const IntegerRegisters& x);

  EventPredictor expected_;
  std::vector<std::uint8_t> bytes_;
};

/// Events come in earlier cycles: no run gets there, and sums of a few cycles stay in 64 bits.
inline constexpr Cycle end_of_time{std::uint64_t{1} << 62};

/// The bytes are no encoding of events. what() says why.
class EventCodingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Gives events back. A piece of the encoding must end where an event does, as pieces taken from
/// the encoder do.
class EventDecoder {
 public:
  /// The next piece; the one before must have been read to its end. The bytes must live until then.
  void begin(const std::uint8_t* bytes, std::size_t count);
  bool empty() const { return at_ == end_; }
  /// Reads one event and hands it to `sink`. Throws EventCodingError; nothing is read beyond the
  /// piece, and no field has a value that its type does not allow.
  void next(Sink& sink);

 private:
  std::uint8_t byte();
  std::uint64_t unsigned_number();
  std::uint64_t difference();
  /// The cycle of the event before, moved by `difference`.
  Cycle cycle(std::uint64_t difference);
  Cycle cycle() { return cycle(difference()); }
  /// One so far from `from`.
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
