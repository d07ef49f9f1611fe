// Misuses its disk in every way that a driver can, natively and in a VM. Each time the device either
// refuses the queue, or answers with an error, or needs a reset; after it the disk works as
// before. Whether it reached memory that it must not reach is for the oracle to say.
#include "guests/common/console.hpp"
#include "guests/common/finish.hpp"
#include "tests/system/disk/virtio_disk.hpp"

namespace {

using namespace disk;

alignas(8) uint8_t buffer[sector_bytes];
Header header;
uint8_t result;
unsigned attacks = 0;

constexpr uint64_t dram = VIRT_DRAM_BASE;
// Of a VM; natively there is more.
constexpr uint64_t small_end = dram + (2u << 20);
constexpr uint64_t partition_end = dram + (16u << 20);

void describe(unsigned index, uint64_t address, uint32_t bytes, unsigned flags, unsigned next) {
  volatile Descriptor& descriptor = queue.descriptors[index];
  descriptor.address = address;
  descriptor.bytes = bytes;
  descriptor.flags = static_cast<uint16_t>(flags);
  descriptor.next = static_cast<uint16_t>(next);
}

/// A good read of sector 0, in descriptors 0 to 2.
void describe_read() {
  header = {type_in, 0, 0};
  describe(0, address_of(&header), sizeof header, flag_next, 1);
  describe(1, address_of(buffer), sector_bytes, flag_next | flag_write, 2);
  describe(2, address_of(&result), 1, flag_write, 0);
}

void must_start(unsigned line) {
  if (!start()) fail(1, "the disk does not start again", line, attacks);
}
void must_work(unsigned line) {
  must_start(line);
  buffer[0] = 0;
  const Segment whole{buffer, sector_bytes};
  const uint8_t status = request(type_in, 0, &whole, 1);
  if (status != 0 || buffer[0] != '1' || buffer[1] != '\n') {
    fail(2, "the disk does not work any more", status, line);
  }
}

/// Waits until the disk has answered chain `head` or needs a reset; that, or an error, is wanted.
void must_refuse(unsigned line) {
  ++attacks;
  for (;;) {
    const uint32_t why = wait_for_interrupt();
    if ((reg(disk::status) & status_needs_reset) != 0) break;
    if ((why & 1) == 0) continue;
    if (*const_cast<volatile uint8_t*>(&result) == 0) fail(3, "it was done", line, attacks);
    break;
  }
  must_work(line);
}

void attack(unsigned line) {
  result = 0xff;
  publish(0);
  must_refuse(line);
}

/// A queue at these addresses.
void attack_queue(uint64_t descriptors, uint64_t available, uint64_t used, unsigned line) {
  must_start(line);
  if (!negotiate()) fail(4, "no negotiation", line, 0);
  describe_read();
  result = 0xff;
  queue.available.ring[0] = 0;
  queue.available.index = 1;
  if (!start_queue(descriptors, available, used)) {
    ++attacks;
    must_work(line);
    return;
  }
  reg(queue_notify) = 0;
  must_refuse(line);
}

void queues() {
  const uint64_t descriptors = address_of(queue.descriptors);
  const uint64_t available = address_of(&queue.available);
  const uint64_t used = address_of(&queue.used);
  static constexpr uint64_t elsewhere[] = {0, 0x02004000, 0x40000000, dram - 16, ~uint64_t{15}};
  for (const uint64_t address : elsewhere) {
    attack_queue(address, available, used, __LINE__);
    attack_queue(descriptors, address, used, __LINE__);
    attack_queue(descriptors, available, address, __LINE__);
  }
  static constexpr uint32_t sizes[] = {0, 3, 32, 0x8000'0000};
  for (const uint32_t size : sizes) {
    if (!negotiate()) fail(4, "no negotiation", size, 0);
    reg(queue_number) = size;
    reg(queue_ready) = 1;
    if (reg(queue_ready) != 0) fail(5, "a queue of this size is ready", size, 0);
    ++attacks;
  }
}

void segments() {
  const auto with_data = [](uint64_t address, uint32_t bytes, unsigned line) {
    must_start(line);
    describe_read();
    describe(1, address, bytes, flag_next | flag_write, 2);
    attack(line);
  };
  with_data(0, sector_bytes, __LINE__);
  with_data(0x02004000, sector_bytes, __LINE__);
  with_data(0x40000000, sector_bytes, __LINE__);
  with_data(dram - 1, sector_bytes, __LINE__);
  with_data(~uint64_t{0}, sector_bytes, __LINE__);
  with_data(~uint64_t{0} - 511, sector_bytes, __LINE__);
  with_data(address_of(buffer), 0xffff'fe00, __LINE__);
  with_data(address_of(buffer), 100, __LINE__);
  // What is written for the driver, and what is read from it, elsewhere.
  must_start(__LINE__);
  describe_read();
  describe(2, 0x02004000, 1, flag_write, 0);
  attack(__LINE__);
  must_start(__LINE__);
  describe_read();
  describe(0, dram - 8, sizeof header, flag_next, 1);
  attack(__LINE__);
}

void chains() {
  const auto with = [](unsigned index, uint32_t bytes, unsigned flags, unsigned next,
                       unsigned line) {
    must_start(line);
    describe_read();
    describe(index, queue.descriptors[index].address, bytes, flags, next);
    attack(line);
  };
  with(0, sizeof header, flag_next, 0, __LINE__);                    // a loop of one
  with(1, sector_bytes, flag_next | flag_write, 1, __LINE__);        // behind the header
  with(2, 1, flag_next | flag_write, 0, __LINE__);                   // back to the beginning
  with(1, sector_bytes, flag_next | flag_write, 8, __LINE__);        // outside the table
  with(1, sector_bytes, flag_next | flag_write, 0xffff, __LINE__);
  with(0, sizeof header, flag_next | flag_indirect, 1, __LINE__);    // not negotiated
  with(0, sizeof header, flag_next | flag_write, 1, __LINE__);       // no header
  with(0, sizeof header - 1, flag_next, 1, __LINE__);                // half of one
  with(2, 1, 0, 0, __LINE__);                                        // readable behind writable
  with(2, 0, flag_write, 0, __LINE__);                               // no byte for the status
  with(0, sizeof header, 0, 0, __LINE__);                            // none at all

  must_start(__LINE__);
  result = 0xff;
  publish(8);  // the head is outside the table
  must_refuse(__LINE__);
  must_start(__LINE__);
  queue.available.index = static_cast<uint16_t>(queue.available.index + 8);
  result = 0xff;
  describe_read();
  publish(0);  // nine buffers in a queue of eight
  must_refuse(__LINE__);
}

/// Memory that another VM has, or the hypervisor; natively it is the guest's own.
void beyond_the_partition() {
  static constexpr uint64_t addresses[] = {
      small_end - 511, partition_end, partition_end - 511, partition_end + (1u << 20),
      dram + (240u << 20)};
  for (const uint64_t address : addresses) {
    must_start(__LINE__);
    describe_read();
    describe(1, address, sector_bytes, flag_next | flag_write, 2);
    result = 0xff;
    publish(0);
    wait_for_interrupt();
    ++attacks;
    must_work(__LINE__);
  }
}

/// Resets the disk while it works, after each number of steps.
void resets() {
  for (unsigned delay = 0; delay < 40; ++delay) {
    must_start(__LINE__);
    describe_read();
    publish(0);
    for (unsigned i = 0; i < delay; ++i) asm volatile("");
    reg(disk::status) = 0;
    ++attacks;
    must_work(__LINE__);
  }
}

}  // namespace

int main() {
  must_work(__LINE__);
  queues();
  segments();
  chains();
  beyond_the_partition();
  resets();
  print("attacks: ", uint64_t{attacks}, "\n");
  return 0;
}
