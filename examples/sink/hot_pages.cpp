// Which pages of code retire the most instructions: hot-pages.txt in the output folder.
#include <algorithm>
#include <fstream>
#include <map>
#include <vector>

#include "platform/plugin/sink.hpp"

namespace {

class HotPages : public cyclevisor::PluginSink {
 public:
  explicit HotPages(const cyclevisor::SinkContext& context)
      : file_(context.folder / "hot-pages.txt"),
        rows_(cyclevisor::number_parameter(context.parameters, "rows", 10)) {}

  void on(const cyclevisor::Retire& event) override {
    ++instructions_[event.physical_pc.value / page_bytes];
  }

  void finish(cyclevisor::Cycle) override {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> pages;  // instructions, page
    for (const auto& [page, count] : instructions_) pages.emplace_back(count, page);
    std::sort(pages.rbegin(), pages.rend());
    if (pages.size() > rows_) pages.resize(rows_);
    std::ofstream out(file_);
    for (const auto& [count, page] : pages) {
      out << std::hex << "0x" << page * page_bytes << std::dec << " " << count << "\n";
    }
  }

 private:
  static constexpr std::uint64_t page_bytes = 4096;
  std::filesystem::path file_;
  std::uint64_t rows_;
  std::map<std::uint64_t, std::uint64_t> instructions_;
};

}  // namespace

CYCLEVISOR_SINK(HotPages)
