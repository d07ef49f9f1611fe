#include "models/probe/digest.hpp"

#include <xxhash.h>

#include <type_traits>

#include "models/probe/event_fields.hpp"

namespace cyclevisor {
namespace {

// A bound on the size of every encoded event: Trap and TrapReturn carry 32 registers.
constexpr std::size_t max_event_bytes = 512;

}  // namespace

// The first byte of an encoded event.
enum class DigestSink::Tag : std::uint8_t {
  retire = 1,
  trap,
  trap_return,
  address_space,
  idle,
  bus_request,
  bus_transfer,
  apb_transfer,
  interrupt_line,
  master_transfer,
};

/// Appends events to the buffer. The shifts compile to one store on a little-endian host.
class DigestSink::Encoder {
 public:
  explicit Encoder(DigestSink& sink) : sink_(sink), at_(sink.buffer_.data() + sink.used_) {}
  ~Encoder() { sink_.used_ = used(); }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  template <class Event>
  void event(Tag tag, const Event& event) {
    if (sink_.buffer_.size() - used() < max_event_bytes) {
      sink_.used_ = used();
      sink_.drain();
      at_ = sink_.buffer_.data();
    }
    integer(static_cast<std::uint8_t>(tag));
    std::apply([this](const auto&... values) { (field(values), ...); }, event_fields(event));
  }

 private:
  std::size_t used() const { return static_cast<std::size_t>(at_ - sink_.buffer_.data()); }

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

template <class Event>
void DigestSink::add(Tag tag, const Event& event) {
  Encoder(*this).event(tag, event);
  ++events_;
}

void DigestSink::on_plain(RetireSpan events) {
  Encoder encoder(*this);
  for (const Retire& event : events) encoder.event(Tag::retire, event);
  events_ += events.size();
}

void DigestSink::on(const Retire& e) { add(Tag::retire, e); }
void DigestSink::on(const Trap& e) { add(Tag::trap, e); }
void DigestSink::on(const TrapReturn& e) { add(Tag::trap_return, e); }
void DigestSink::on(const AddressSpace& e) { add(Tag::address_space, e); }
void DigestSink::on(const Idle& e) { add(Tag::idle, e); }
void DigestSink::on(const BusRequest& e) { add(Tag::bus_request, e); }
void DigestSink::on(const BusTransfer& e) { add(Tag::bus_transfer, e); }
void DigestSink::on(const ApbTransfer& e) { add(Tag::apb_transfer, e); }
void DigestSink::on(const InterruptLine& e) { add(Tag::interrupt_line, e); }
void DigestSink::on(const MasterTransfer& e) { add(Tag::master_transfer, e); }

}  // namespace cyclevisor
