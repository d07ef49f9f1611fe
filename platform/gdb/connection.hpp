// A debugger's TCP connection. The server listens on the loopback interface only: a client has full
// control of the run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cyclevisor::gdb {

/// Whether to block until data arrives.
enum class Wait : std::uint8_t { no, yes };

/// A file descriptor that is closed by its destructor.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept;
  int get() const { return number_; }
  bool valid() const { return number_ >= 0; }

 private:
  int number_;
};

class Connection {
 public:
  explicit Connection(Descriptor socket) : socket_(std::move(socket)) {}

  /// The received bytes; empty if there are none (Wait::no), or if the client is gone.
  std::string receive(Wait wait);
  void send(std::string_view bytes);
  /// False once the client has closed the connection.
  bool open() const { return socket_.valid(); }

 private:
  Descriptor socket_;
};

class Listener {
 public:
  /// Listens on 127.0.0.1. Port 0: any free port. Throws ConfigurationError on failure.
  explicit Listener(std::uint16_t port);

  std::uint16_t port() const { return port_; }
  /// A connected debugger.
  std::optional<Connection> accept(Wait wait);

 private:
  Descriptor socket_;
  std::uint16_t port_ = 0;
};

}  // namespace cyclevisor::gdb
