#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "platform/base/configuration_error.hpp"
#include "platform/base/output_file.hpp"
#include "platform/base/output_folder.hpp"
#include "platform/base/read_file.hpp"
#include "platform/base/sha256.hpp"

namespace cyclevisor {
namespace {

TEST_CASE("SHA-256 of FIPS 180-4's examples") {
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/// No file grows beyond this many bytes while it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

TEST_CASE("the output folder drops old results and nothing else") {
  namespace fs = std::filesystem;
  const fs::path path = fs::temp_directory_path() /
                        ("output-test-" + fs::read_symlink("/proc/self").string()) / "a" / "b";
  fs::create_directories(path);
  for (const char* name : {"stats.json", "trace.fst", "uart-old.log", "thesis.txt", "uart-x.txt"}) {
    std::ofstream(path / name) << "old";
  }
  // They are results only if runs have written here.
  CHECK_THROWS_WITH(OutputFolder(path), Catch::Contains("which no run has written"));
  CHECK(fs::exists(path / "stats.json"));
  std::ofstream(path / ".cyclevisor") << "";
  const OutputFolder folder(path);
  CHECK_THROWS_WITH(OutputFolder(path),
                    Catch::Contains("another run is writing its results there"));
  CHECK_FALSE(fs::exists(path / "stats.json"));
  CHECK_FALSE(fs::exists(path / "trace.fst"));
  CHECK_FALSE(fs::exists(path / "uart-old.log"));
  CHECK(fs::exists(path / "thesis.txt"));
  CHECK(fs::exists(path / "uart-x.txt"));

  folder.write("stats.json", "{}");
  CHECK(read_file(path / "stats.json", "x") == "{}");

  // Links are not followed.
  fs::create_symlink(path / "thesis.txt", path / "stats.json.part");
  folder.write("stats.json", "{}");
  CHECK(read_file(path / "thesis.txt", "x") == "old");

  // What cannot be written leaves the earlier one.
  {
    const FileSizeLimit limit(1);
    CHECK_THROWS_WITH(folder.write("stats.json", "[]"),
                      (path / "stats.json").string() + ": cannot be written: File too large");
  }
  CHECK(read_file(path / "stats.json", "x") == "{}");
  CHECK_FALSE(fs::exists(path / "stats.json.part"));

  ConsoleLogs logs(folder, {"one", "two"}, ConsoleLogs::Echo::none);
  for (const char c : std::string("hi\n")) logs.put(1, static_cast<std::uint8_t>(c));
  CHECK(read_file(path / "uart-two.log", "x") == "hi\n");
  CHECK(read_file(path / "uart-one.log", "x").empty());

  CHECK_THROWS_AS(OutputFolder(path / "thesis.txt"), ConfigurationError);
  fs::remove_all(path.parent_path().parent_path());
}

TEST_CASE("an output file says what has not arrived in it") {
  OutputFile full("/dev/full", "--trace /dev/full");
  full.stream() << "a line\n";
  CHECK_THROWS_WITH(full.close(), "--trace /dev/full: cannot be written: No space left on device");
  CHECK_THROWS_WITH(OutputFile("/nonexistent/file"),
                    "/nonexistent/file: cannot be written: No such file or directory");
}

}  // namespace
}  // namespace cyclevisor
