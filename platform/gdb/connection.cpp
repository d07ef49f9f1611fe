#include "platform/gdb/connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "platform/base/configuration_error.hpp"

namespace cyclevisor::gdb {
namespace {

/// False also when a signal has come.
bool readable(int descriptor, Wait wait) {
  pollfd entry{descriptor, POLLIN, 0};
  return ::poll(&entry, 1, wait == Wait::yes ? -1 : 0) > 0;
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

std::string Connection::receive(Wait wait) {
  if (!open() || !readable(socket_.get(), wait)) return {};
  std::array<char, 4096> buffer{};
  const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (count <= 0) {
    socket_ = Descriptor();
    return {};
  }
  return {buffer.data(), static_cast<std::size_t>(count)};
}

void Connection::send(std::string_view bytes) {
  while (open() && !bytes.empty()) {
    const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      socket_ = Descriptor();
    }
  }
}

Listener::Listener(std::uint16_t port) {
  const auto fail = [port]() {
    throw ConfigurationError("--gdb=" + std::to_string(port),
                             std::string("cannot listen on 127.0.0.1: ") + std::strerror(errno));
  };
  socket_ = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket_.valid()) fail();
  // Allow a port whose last connection was closed a moment ago.
  const int on = 1;
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket_.get(), generic, length) != 0 || ::listen(socket_.get(), 1) != 0 ||
      ::getsockname(socket_.get(), generic, &length) != 0) {
    fail();
  }
  port_ = ntohs(address.sin_port);
}

std::optional<Connection> Listener::accept(Wait wait) {
  if (!readable(socket_.get(), wait)) return std::nullopt;
  Descriptor socket(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!socket.valid()) return std::nullopt;
  // Packets are short and answered one by one.
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return Connection(std::move(socket));
}

}  // namespace cyclevisor::gdb
