#include "models/finisher/finisher.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/models/bus/initiator.hpp"

namespace cyclevisor {
namespace {

struct FinisherTest {
  std::vector<FinisherRequest> requests;
  Finisher finisher{"finisher", sc_core::SC_ZERO_TIME,
                    [this](const FinisherRequest& request) { requests.push_back(request); }};
  TestInitiator initiator{"initiator"};
  FinisherTest() {
    initiator.socket.bind(finisher.socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
};

TEST_CASE("the three requests are decoded, with the code of fail") {
  FinisherTest t;
  t.initiator.write(0, 0x5555, 4);
  t.initiator.write(0, 0xbeef'3333, 4);
  t.initiator.write(0, 0x7777, 4);
  REQUIRE(t.requests.size() == 3);
  CHECK(t.requests[0].kind == FinisherRequest::Kind::pass);
  CHECK(t.requests[1].kind == FinisherRequest::Kind::fail);
  CHECK(t.requests[1].code == 0xbeef);
  CHECK(t.requests[2].kind == FinisherRequest::Kind::reset);
}

TEST_CASE("other values and reads do nothing, other offsets are refused") {
  FinisherTest t;
  CHECK(t.initiator.write(0, 0x1234, 4) == tlm::TLM_OK_RESPONSE);
  CHECK(t.initiator.read(0, 4) == 0);
  CHECK(t.initiator.write(4, 0x5555, 4) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(t.initiator.write(0, 0x5555, 8) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(t.requests.empty());
  CHECK(t.initiator.write(0, 0x5555, 2) == tlm::TLM_OK_RESPONSE);
  CHECK(t.requests.size() == 1);
}

}  // namespace
}  // namespace cyclevisor
