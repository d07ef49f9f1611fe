#include "tests/system/differential/qemu_trace.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace cyclevisor::differential {
namespace {

constexpr std::array<const char*, logged_csr_count> names = {
    "mhartid", "mstatus", "hstatus",  "vsstatus", "mip",     "mie",    "mideleg",
    "hideleg", "medeleg", "hedeleg",  "mtvec",    "stvec",   "vstvec", "mepc",
    "sepc",    "vsepc",   "mcause",   "scause",   "vscause", "mtval",  "stval",
    "htval",   "mtval2",  "mscratch", "sscratch", "satp"};

constexpr std::size_t buffer_bytes = 1 << 20;
/// The beginning of a dump.
constexpr const char* virtualization_label = " V      =   ";
constexpr const char* pc_label = " pc ";
constexpr std::size_t longest_trace_line = 4096;
constexpr const char* first_x_label = " x0/zero ";
constexpr const char* last_x_label = " x28/t3 ";
constexpr int pipe_bytes = 1 << 20;
constexpr int silence_milliseconds = 3000;

std::runtime_error failure(const std::string& what) { return std::runtime_error("QEMU: " + what); }

std::runtime_error system_failure(const std::string& what) {
  return failure(what + ": " + std::strerror(errno));
}

std::uint64_t hexadecimal(const char* text, std::size_t digits) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const char c = text[i];
    const unsigned digit =
        c <= '9' ? static_cast<unsigned>(c - '0') : static_cast<unsigned>(c - 'a' + 10);
    if (digit > 15)
      throw failure("not a hexadecimal digit in its log: " + std::string(text, digits));
    value = value << 4 | digit;
  }
  return value;
}

std::uint64_t hexadecimal(const char* text) { return hexadecimal(text, 16); }

/// The offset in the dump of the value of `label`, which starts a column; 0 when it is absent.
std::size_t value_offset(std::string_view dump, const std::string& label) {
  const std::size_t at = dump.find(label);
  if (at == std::string_view::npos) return 0;
  return dump.find_first_not_of(' ', at + label.size());
}

/// The image as an anonymous file.
int image_file(const std::vector<std::uint8_t>& image) {
  const int file = memfd_create("program", 0);
  if (file < 0) throw system_failure("memfd_create");
  std::size_t done = 0;
  while (done < image.size()) {
    const ssize_t written = write(file, image.data() + done, image.size() - done);
    if (written <= 0) throw system_failure("writing the program");
    done += static_cast<std::size_t>(written);
  }
  return file;
}

/// In the child: never returns.
[[noreturn]] void execute_qemu(const std::string& cpu, int image, int log) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(log, STDOUT_FILENO);
  const int nowhere = open("/dev/null", O_WRONLY);
  dup2(nowhere, STDERR_FILENO);
  const std::string loader =
      "loader,file=/proc/self/fd/" + std::to_string(image) + ",addr=0x80000000,force-raw=on";
  const char* const arguments[] = {
      "qemu-system-riscv64", "-M", "virt", "-m", "16M", "-accel", "tcg,thread=multi",
      // With one hart QEMU executes an AMO as a load and a store, and reports the load's fault. The
      // second hart only waits.
      "-smp", "2", "-cpu", cpu.c_str(), "-bios", "none", "-device", loader.c_str(), "-display",
      "none", "-serial", "none", "-monitor", "none", "-nodefaults", "-singlestep", "-d",
      "exec,cpu,nochain", "-D", "/dev/stdout", nullptr};
  execvp(arguments[0], const_cast<char* const*>(arguments));
  _exit(127);
}

}  // namespace

const char* name(LoggedCsr csr) { return names[static_cast<std::size_t>(csr)]; }

QemuTrace::QemuTrace(const std::string& cpu, const std::vector<std::uint8_t>& image)
    : buffer_(buffer_bytes) {
  const int program = image_file(image);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw system_failure("pipe");
  // Reduces switching between the processes.
  fcntl(ends[1], F_SETPIPE_SZ, pipe_bytes);
  process_ = fork();
  if (process_ < 0) throw system_failure("fork");
  if (process_ == 0) execute_qemu(cpu, program, ends[1]);
  close(program);
  close(ends[1]);
  log_ = ends[0];
}

QemuTrace::~QemuTrace() {
  if (process_ > 0) {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  close(log_);
}

bool QemuTrace::aborted() {
  int status = 0;
  // A silent QEMU is still running.
  if (!end_of_file_ || waitpid(process_, &status, 0) != process_) return false;
  process_ = -1;
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

bool QemuTrace::refill() {
  std::memmove(buffer_.data(), buffer_.data() + position_, end_ - position_);
  end_ -= position_;
  position_ = 0;
  while (true) {
    pollfd waiting{log_, POLLIN, 0};
    if (poll(&waiting, 1, silence_milliseconds) == 0) {
      end_of_log_ = true;
      return false;
    }
    const ssize_t got = read(log_, buffer_.data() + end_, buffer_.size() - end_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_failure("reading its log");
    end_ += static_cast<std::size_t>(got);
    end_of_file_ = end_of_log_ = got == 0;
    return !end_of_log_;
  }
}

const char* QemuTrace::ensure(std::size_t bytes) {
  while (end_ - position_ < bytes) {
    if (!refill()) return nullptr;
  }
  return buffer_.data() + position_;
}

bool QemuTrace::learn_layout() {
  std::size_t end = std::string_view::npos;
  std::string_view text;
  while (end == std::string_view::npos) {
    text = std::string_view(buffer_.data() + position_, end_ - position_);
    const std::size_t last_x = text.find(last_x_label);
    if (last_x != std::string_view::npos) end = text.find('\n', last_x);
    if (end == std::string_view::npos && !refill()) return false;
  }
  dump_bytes_ = end + 1;
  text = text.substr(0, dump_bytes_);
  first_x_offset_ = text.find(first_x_label);
  if (first_x_offset_ == std::string_view::npos) throw failure("no x registers in its log");
  pc_offset_ = value_offset(text, pc_label);
  for (std::size_t i = 0; i < logged_csr_count; ++i) {
    csr_offsets_[i] = value_offset(text, "\n " + std::string(names[i]) + " ");
  }
  for (std::size_t i = 0; i < 32; ++i) {
    // "x7/t2 ": with the slash no other label has the same prefix.
    const std::size_t label = text.find(" x" + std::to_string(i) + "/");
    x_offsets_[i] = text.find_first_not_of(' ', text.find(' ', label + 1));
  }
  return true;
}

const char* QemuTrace::read_line(std::size_t& length) {
  length = 0;
  while (true) {
    const char* text = ensure(length + 1);
    if (text == nullptr) return nullptr;
    const void* newline = std::memchr(text + length, '\n', end_ - position_ - length);
    if (newline != nullptr) {
      length = static_cast<std::size_t>(static_cast<const char*>(newline) - text) + 1;
      return text;
    }
    length = end_ - position_;
    if (length > longest_trace_line) throw failure("a line without end in its log");
  }
}

bool QemuTrace::read_state(LoggedState& state) {
  // Of each hart a line "Trace HART: 0x7f.. [cs_base/pc/flags/cflags] symbol" and then a dump, but
  // the other hart's may come between.
  while (true) {
    std::size_t line = 0;
    const char* text = read_line(line);
    if (text == nullptr) return false;
    if (std::strncmp(text, "Trace ", 6) == 0) {
      const bool other_hart = text[6] != '0';
      const void* slash = std::memchr(text, '/', line);
      if (slash == nullptr) throw failure("no flags in its log");
      const char* flags = static_cast<const char*>(slash) + 1 + 16 + 1;
      if (!other_hart) privilege_ = hexadecimal(flags, 8) & 3;
      position_ += line;
      continue;
    }
    if (std::strncmp(text, "Stopped ", 8) == 0) {
      // The hart was interrupted before the instruction and restarts it.
      repeats_ = true;
      position_ += line;
      continue;
    }
    const auto begins = [&](const char* label) {
      return std::strncmp(text, label, std::strlen(label)) == 0;
    };
    // Without the H extension there is no line for V.
    if (!begins(virtualization_label) && !begins(pc_label)) {
      throw failure("unexpected line in its log: " + std::string(text, line - 1));
    }
    if (!read_dump(state)) {
      if (end_of_log_) return false;
      continue;
    }
    const bool repeated = repeats_ && state == last_;
    repeats_ = false;
    if (repeated) continue;
    last_ = state;
    return true;
  }
}

bool QemuTrace::read_dump(LoggedState& state) {
  const std::size_t label = std::strlen(first_x_label);
  const char* dump = ensure(first_x_offset_ + label);
  if (dump == nullptr) return false;
  const bool known =
      dump_bytes_ != 0 && std::strncmp(dump + first_x_offset_, first_x_label, label) == 0;
  if (!known && !learn_layout()) return false;
  dump = ensure(dump_bytes_);
  if (dump == nullptr) return false;
  position_ += dump_bytes_;
  for (std::size_t i = 0; i < logged_csr_count; ++i) {
    state.present[i] = csr_offsets_[i] != 0;
    state.csrs[i] = state.present[i] ? hexadecimal(dump + csr_offsets_[i]) : 0;
  }
  if (state.csr(LoggedCsr::mhartid) != 0) return false;
  const std::size_t label_bytes = std::strlen(virtualization_label);
  const bool virtualized =
      std::strncmp(dump, virtualization_label, label_bytes) == 0 && dump[label_bytes] == '1';
  state.mode = static_cast<PrivilegeMode>(privilege_ | (virtualized ? 4u : 0u));
  state.pc = hexadecimal(dump + pc_offset_);
  for (std::size_t i = 0; i < 32; ++i) state.x[i] = hexadecimal(dump + x_offsets_[i]);
  return true;
}

bool QemuTrace::advance() {
  if (have_next_) {
    current_ = next_;
    have_next_ = false;
    return true;
  }
  return read_state(current_);
}

const LoggedState* QemuTrace::next() {
  if (!have_next_) have_next_ = read_state(next_);
  return have_next_ ? &next_ : nullptr;
}

}  // namespace cyclevisor::differential
