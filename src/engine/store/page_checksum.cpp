#include "engine/store/page_checksum.hpp"

#include <libdeflate.h>

#include <cstring>

namespace dynamo::engine::store {
namespace {

// CRC-32 of the page without its last bytes, seeded with the page number; in stored byte order.
std::uint32_t checksum_of(std::span<const unsigned char> page, std::uint64_t offset) noexcept {
  const auto number = static_cast<std::uint32_t>(offset / page.size() + 1);
  return libdeflate_crc32(number, page.data(), page.size() - checksum_size);
}

// Files move between machines: most significant byte first, as everywhere in SQLite's format.
void write_number(unsigned char* to, std::uint32_t number) noexcept {
  for (std::size_t i = checksum_size; i-- > 0; number >>= 8) {
    to[i] = static_cast<unsigned char>(number & 0xFF);
  }
}

}  // namespace

void seal_page(std::span<unsigned char> page, std::uint64_t offset) noexcept {
  write_number(page.last(checksum_size).data(), checksum_of(page, offset));
}

bool is_sealed(std::span<const unsigned char> page, std::uint64_t offset) noexcept {
  unsigned char wanted[checksum_size];
  write_number(wanted, checksum_of(page, offset));
  return std::memcmp(page.last(checksum_size).data(), wanted, checksum_size) == 0;
}

}  // namespace dynamo::engine::store
