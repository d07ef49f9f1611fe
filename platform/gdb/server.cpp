#include "platform/gdb/server.hpp"

#include "platform/gdb/target_description.hpp"

namespace cyclevisor::gdb {
namespace {

/// How long the hart runs between two polls of the connection.
constexpr Cycle poll_interval{200'000};

}  // namespace

Server::Server(Listener listener, Wait start, Cpu& cpu, const ObservedPlatform& platform,
               const std::vector<std::string>& executables, const VmWatch& watch,
               EventStream& stream)
    : cpu_(cpu),
      listener_(std::move(listener)),
      contexts_(platform, executables, watch),
      target_(cpu, contexts_),
      start_(start) {
  stream.attach(contexts_);
  stream.attach(*this);
  cpu.set_execution_control(*this);
}

void Server::on(const Retire&) {
  moved_ = true;
  if (!session_) return;
  const std::size_t program = contexts_.running();
  if (program == session_->resumption().program) retired_ = true;
}

void Server::on(const Trap&) { moved_ = true; }

Cycle Server::control(Cycle now) {
  if (!connection_ && (start_ == Wait::yes || now >= next_poll_)) {
    next_poll_ = now + poll_interval;
    if (auto connection = listener_.accept(start_)) connect(std::move(*connection));
    start_ = Wait::no;
  } else if (connection_) {
    if (const auto reason = stop_reason()) {
      standing_ = true;
      send(session_->stopped(*reason));
    }
  }
  converse();
  const bool stepping = session_ && (session_->resumption().kind == Resumption::Kind::step ||
                                     !session_->stop_points().empty());
  return now + (stepping ? Cycle(1) : poll_interval);
}

std::optional<StopReason> Server::stop_reason() {
  if (moved_) {
    reported_ = false;
    if (const auto hit = watched_next()) {
      reported_ = true;
      return StopReason{StopReason::Kind::watchpoint, *hit};
    }
    if (session_->stop_points().breaks_at(contexts_.running(), cpu_.hart().pc().value)) {
      return StopReason{StopReason::Kind::breakpoint, {}};
    }
    if (step_is_done()) return StopReason{StopReason::Kind::step, {}};
  }
  if (interrupt_requested()) return StopReason{StopReason::Kind::interrupted, {}};
  return std::nullopt;
}

/// GDB takes RISC-V's watchpoints as those that stop before the access: it steps over the
/// instruction itself and then looks at the value.
std::optional<Watchpoint> Server::watched_next() {
  if (!session_->stop_points().watches()) return std::nullopt;
  const std::size_t program = contexts_.running();
  const auto access = target_.next_access(program);
  return access ? session_->stop_points().watching(program, *access) : std::nullopt;
}

bool Server::step_is_done() const {
  const Resumption& wanted = session_->resumption();
  if (wanted.kind != Resumption::Kind::step || wanted.program != contexts_.running()) return false;
  const std::uint64_t pc = cpu_.hart().pc().value;
  // A trap before the instruction is no step of a program whose traps another program handles. An
  // emulated instruction does not retire, but pc has moved on.
  if (!retired_ && pc == start_pc_) return false;
  return pc < wanted.first || pc >= wanted.end;
}

bool Server::interrupt_requested() {
  const Cycle now = cpu_.hart().now();
  if (now < next_poll_) return false;
  next_poll_ = now + poll_interval;
  bool requested = false;
  while (const auto input = next_input(Wait::no)) {
    requested = requested || input->kind == Input::Kind::interrupt;
  }
  if (!connection_->open()) {
    disconnect();
    return false;
  }
  return requested;
}

std::optional<Input> Server::next_input(Wait wait) {
  if (received_.empty()) received_ = connection_->receive(wait);
  for (std::size_t used = 0; used < received_.size();) {
    if (auto input = decoder_.put(received_[used++])) {
      received_.erase(0, used);
      return input;
    }
  }
  received_.clear();
  return std::nullopt;
}

void Server::connect(Connection connection) {
  connection_ = std::move(connection);
  decoder_ = PacketDecoder();
  received_.clear();
  session_.emplace(target_);
  target_.set_addressing(Addressing::virtual_addresses);
  standing_ = true;
}

void Server::disconnect() {
  connection_.reset();
  session_.reset();
  standing_ = false;
}

void Server::converse() {
  while (standing_ && !cpu_.stop_wanted()) {
    if (const auto input = next_input(Wait::yes)) handle(*input);
    if (standing_ && !connection_->open()) disconnect();
  }
}

void Server::handle(const Input& input) {
  if (input.kind == Input::Kind::rejected) connection_->send(last_frame_);
  if (input.kind == Input::Kind::damaged && session_->acknowledges()) connection_->send("-");
  if (input.kind != Input::Kind::packet) return;
  if (session_->acknowledges()) connection_->send("+");
  const Session::Result result = session_->handle(input.data);
  if (result.next != Next::resume) send(result.answer);
  switch (result.next) {
    case Next::listen:
      break;
    case Next::resume:
      standing_ = false;
      moved_ = false;
      retired_ = false;
      start_pc_ =
          target_.read_register(session_->resumption().program, register_number::pc).value_or(0);
      // The instruction that is next already may hit a watchpoint, too; one that has been reported
      // is executed.
      if (const auto hit = reported_ ? std::nullopt : watched_next()) {
        reported_ = standing_ = true;
        send(session_->stopped({StopReason::Kind::watchpoint, *hit}));
      } else {
        reported_ = false;
      }
      break;
    case Next::detach:
      disconnect();
      break;
    case Next::kill:
      killed_ = true;
      disconnect();
      cpu_.stop();
      break;
  }
}

void Server::send(const std::string& answer) {
  last_frame_ = frame(answer);
  connection_->send(last_frame_);
}

void Server::finish(int exit_code) {
  while (connection_ && !session_->all_gone()) {
    send(session_->ended(exit_code));
    standing_ = !session_->all_gone();
    converse();
  }
  disconnect();
}

}  // namespace cyclevisor::gdb
