#include <dynamo/core/body_buffer.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace core_body_buffer_test {

using dynamo::body_buffer;

struct counting_owner final : dynamo::buffer_owner {
  void reclaim(std::unique_ptr<char[]>, std::size_t, bool) noexcept override {}
  void handed_over(std::size_t) noexcept override {}
  void grown(std::size_t bytes) noexcept override { grown_by += bytes; }
  std::size_t grown_by = 0;
};

TEST(body_buffer, reserving_keeps_the_text_and_makes_room) {
  body_buffer buffer(4);
  buffer.append("text");
  buffer.reserve(100);
  EXPECT_EQ(buffer.text(), "text");
  EXPECT_EQ(buffer.capacity(), 100U);
  const char* const memory = buffer.data();
  buffer.append(std::string(96, 'x'));
  EXPECT_EQ(buffer.data(), memory);
  EXPECT_EQ(buffer.text(), "text" + std::string(96, 'x'));
}

TEST(body_buffer, reserving_less_changes_nothing) {
  body_buffer buffer(100);
  buffer.reserve(10);
  EXPECT_EQ(buffer.capacity(), 100U);
}

TEST(body_buffer, growing_is_told_to_the_owner_of_the_memory) {
  const auto owner = std::make_shared<counting_owner>();
  body_buffer buffer(std::make_unique<char[]>(10 + body_buffer::padding), 10, owner);
  buffer.reserve(30);
  EXPECT_EQ(owner->grown_by, 20U);
  buffer.append(std::string(31, 'x'));
  EXPECT_EQ(owner->grown_by, 50U);
}

}  // namespace core_body_buffer_test
