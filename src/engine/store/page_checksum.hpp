// The checksum at the end of each page of a database's file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace dynamo::engine::store {

/// Bytes at the end of a page that SQLite leaves to its VFS ("reserved space"). SQLite's own
/// checksum VFS has 8: a program that has it loaded does not take these for its own.
inline constexpr std::size_t checksum_size = 4;

/// Writes the checksum of a page of a file that begins at `offset`. A page at another place than
/// its own has a wrong one, too.
void seal_page(std::span<unsigned char> page, std::uint64_t offset) noexcept;

/// False if the page is not as `seal_page` left it, or not from this place.
[[nodiscard]] bool is_sealed(std::span<const unsigned char> page, std::uint64_t offset) noexcept;

}  // namespace dynamo::engine::store
