// The identity of a run: a hash over every event of the stream.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "models/probe/event_stream.hpp"

struct XXH3_state_s;

namespace cyclevisor {

/// XXH3-128 over a canonical encoding of all events in stream order: for each event a tag byte,
/// then its fields in the order of their declaration, integers little-endian in their declared
/// width, booleans and enumerations as one byte. Two runs with the same digest had the same events
/// in the same cycles; a change of any field of any event changes the digest.
class DigestSink : public Sink {
 public:
  DigestSink();
  ~DigestSink() override;

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
  void on_plain(RetireSpan events) override;

  /// The digest of the events so far: 32 lower-case hexadecimal digits, most significant first
  /// (xxHash's canonical form).
  std::string hex() const;
  /// Number of events so far.
  std::uint64_t events() const { return events_; }

 private:
  enum class Tag : std::uint8_t;
  class Encoder;
  template <class Event>
  void add(Tag tag, const Event& event);
  void drain();

  // Hashing in blocks is much cheaper than hashing each event; a block fits in the host's
  // first-level cache.
  static constexpr std::size_t buffer_bytes = 16 * 1024;
  struct FreeState {
    void operator()(XXH3_state_s* state) const;
  };
  std::unique_ptr<XXH3_state_s, FreeState> state_;
  std::array<std::uint8_t, buffer_bytes> buffer_;
  std::size_t used_ = 0;
  std::uint64_t events_ = 0;
};

}  // namespace cyclevisor
