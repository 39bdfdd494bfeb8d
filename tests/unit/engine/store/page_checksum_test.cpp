#include "engine/store/page_checksum.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace dynamo::engine::store {
namespace engine_store_page_checksum_test {

std::vector<unsigned char> sealed_page(std::uint64_t offset) {
  std::vector<unsigned char> page(4'096);
  for (std::size_t i = 0; i < page.size(); ++i) page[i] = static_cast<unsigned char>(i * 7);
  seal_page(page, offset);
  return page;
}

TEST(page_checksum, a_page_is_as_it_was_sealed) {
  for (const std::uint64_t offset : {0ULL, 4'096ULL, 5'000'000'000ULL / 4'096 * 4'096}) {
    EXPECT_TRUE(is_sealed(sealed_page(offset), offset)) << offset;
  }
}

TEST(page_checksum, every_bit_counts) {
  std::vector<unsigned char> page = sealed_page(8'192);
  for (std::size_t bit = 0; bit < page.size() * 8; ++bit) {
    page[bit / 8] ^= static_cast<unsigned char>(1U << bit % 8);
    EXPECT_FALSE(is_sealed(page, 8'192)) << bit;
    page[bit / 8] ^= static_cast<unsigned char>(1U << bit % 8);
  }
  EXPECT_TRUE(is_sealed(page, 8'192));
}

TEST(page_checksum, a_page_of_another_place_is_another_page) {
  EXPECT_FALSE(is_sealed(sealed_page(4'096), 8'192));
  EXPECT_FALSE(is_sealed(std::vector<unsigned char>(4'096), 4'096)) << "a page of zeros";
}

}  // namespace engine_store_page_checksum_test
}  // namespace dynamo::engine::store
