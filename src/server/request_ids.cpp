#include "server/request_ids.hpp"

#include <random>
#include <string_view>

namespace dynamo::server_side {
namespace {

// The finalizer of SplitMix64 (Steele, Lea and Flood, 2014). It is a bijection: different inputs
// give different outputs.
std::uint64_t mixed(std::uint64_t number) noexcept {
  number += 0x9e3779b97f4a7c15U;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9U;
  number = (number ^ (number >> 27)) * 0x94d049bb133111ebU;
  return number ^ (number >> 31);
}

// 64 bits in 13 characters.
void append_encoded(std::string& out, std::uint64_t number) {
  constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
  for (int i = 0; i < 13; ++i, number >>= 5) out += digits[number & 31];
}

}  // namespace

request_ids::request_ids()
    : seed_([] {
        std::random_device machine;
        return (std::uint64_t{machine()} << 32) | machine();
      }()) {}

std::string request_ids::next() {
  const std::uint64_t number = given_.fetch_add(1, std::memory_order_relaxed);
  std::string id;
  id.reserve(52);
  // The first part alone makes the ids of one object unique.
  for (std::uint64_t part = mixed(seed_ + number); id.size() < 52; part = mixed(part ^ seed_)) {
    append_encoded(id, part);
  }
  return id;
}

}  // namespace dynamo::server_side
