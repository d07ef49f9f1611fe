#include "models/probe/digest.hpp"

#include <xxhash.h>

#include <type_traits>

#include "models/probe/event_fields.hpp"

namespace cyclevisor {
namespace {

// The first byte of an encoded event.
enum class Tag : std::uint8_t {
  retire = 1,
  trap,
  trap_return,
  address_space,
  idle,
  bus_request,
  bus_transfer,
  apb_transfer,
  interrupt_line,
};

// A bound on the size of every encoded event: Trap and TrapReturn carry 32 registers.
constexpr std::size_t max_event_bytes = 512;

}  // namespace

/// Appends fields to the buffer. The shifts compile to one store on a little-endian host.
class DigestSink::Encoder {
 public:
  Encoder(DigestSink& sink, Tag tag) : sink_(sink) {
    if (sink.buffer_.size() - sink.used_ < max_event_bytes) sink.drain();
    at_ = sink.buffer_.data() + sink.used_;
    integer(static_cast<std::uint8_t>(tag));
  }
  ~Encoder() {
    sink_.used_ = static_cast<std::size_t>(at_ - sink_.buffer_.data());
    ++sink_.events_;
  }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  template <class Event>
  void fields(const Event& event) {
    std::apply([this](const auto&... values) { (field(values), ...); }, event_fields(event));
  }

 private:
  template <class Unsigned>
  void integer(Unsigned value) {
    static_assert(std::is_unsigned_v<Unsigned>);
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
      at_[i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
    at_ += sizeof(Unsigned);
  }
  template <class Field>
  void field(const Field& value) {
    if constexpr (std::is_same_v<Field, bool>) {
      integer(static_cast<std::uint8_t>(value ? 1 : 0));
    } else if constexpr (std::is_enum_v<Field>) {
      static_assert(sizeof(Field) == 1);
      integer(static_cast<std::uint8_t>(value));
    } else {
      integer(value);
    }
  }
  void field(Cycle value) { integer(value.value); }
  template <class Space>
  void field(Address<Space> value) {
    integer(value.value);
  }
  void field(const IntegerRegisters& values) {
    for (std::uint64_t value : values) integer(value);
  }

  DigestSink& sink_;
  std::uint8_t* at_;
};

void DigestSink::FreeState::operator()(XXH3_state_s* state) const { XXH3_freeState(state); }

DigestSink::DigestSink() : state_(XXH3_createState()) { XXH3_128bits_reset(state_.get()); }

DigestSink::~DigestSink() = default;

void DigestSink::drain() {
  XXH3_128bits_update(state_.get(), buffer_.data(), used_);
  used_ = 0;
}

std::string DigestSink::hex() const {
  const std::unique_ptr<XXH3_state_s, FreeState> copy(XXH3_createState());
  XXH3_copyState(copy.get(), state_.get());
  XXH3_128bits_update(copy.get(), buffer_.data(), used_);
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(copy.get()));
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (unsigned char byte : canonical.digest) {
    text += digits[byte >> 4];
    text += digits[byte & 0xf];
  }
  return text;
}

void DigestSink::on(const Retire& e) { Encoder(*this, Tag::retire).fields(e); }
void DigestSink::on(const Trap& e) { Encoder(*this, Tag::trap).fields(e); }
void DigestSink::on(const TrapReturn& e) { Encoder(*this, Tag::trap_return).fields(e); }
void DigestSink::on(const AddressSpace& e) { Encoder(*this, Tag::address_space).fields(e); }
void DigestSink::on(const Idle& e) { Encoder(*this, Tag::idle).fields(e); }
void DigestSink::on(const BusRequest& e) { Encoder(*this, Tag::bus_request).fields(e); }
void DigestSink::on(const BusTransfer& e) { Encoder(*this, Tag::bus_transfer).fields(e); }
void DigestSink::on(const ApbTransfer& e) { Encoder(*this, Tag::apb_transfer).fields(e); }
void DigestSink::on(const InterruptLine& e) { Encoder(*this, Tag::interrupt_line).fields(e); }

}  // namespace cyclevisor
