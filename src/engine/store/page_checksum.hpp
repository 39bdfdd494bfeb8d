// The checksum at the end of each page of a database file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace dynamo::engine::store {

/// Bytes at the end of a page that SQLite leaves to its VFS ("reserved space"). SQLite's own
/// checksum VFS uses 8: a program that has it loaded does not mistake these for its own.
inline constexpr std::size_t checksum_size = 4;

/// Writes the checksum of the page at `offset` of a file. A page moved to another place fails the
/// check, too.
void seal_page(std::span<unsigned char> page, std::uint64_t offset) noexcept;

/// False if the page differs from what `seal_page` left, or comes from another place.
[[nodiscard]] bool is_sealed(std::span<const unsigned char> page, std::uint64_t offset) noexcept;

}  // namespace dynamo::engine::store
