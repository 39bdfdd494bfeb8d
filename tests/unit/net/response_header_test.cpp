// Header lines, one by one.
#include "net/response_header.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace net_response_header_test {

using namespace std::chrono_literals;
using dynamo::net::http_response;
using dynamo::net::read_header_line;

http_response after(std::initializer_list<std::string_view> lines) {
  http_response response;
  for (const std::string_view line : lines) read_header_line(line, response);
  return response;
}

TEST(response_header, is_read_whatever_its_case_and_blanks) {
  const http_response got =
      after({"HTTP/1.1 200 OK\r\n", "X-AMZN-RequestId:ABC\r\n", "date:  Sun, 30 Aug 2015 \r\n",
             "x-amz-CRC32:\t17\r\n", "x-amz-retry-after: 250\n"});
  EXPECT_EQ(got.request_id, "ABC");
  EXPECT_EQ(got.date, "Sun, 30 Aug 2015");
  EXPECT_EQ(got.crc32, 17U);
  EXPECT_EQ(got.retry_after, 250ms);
}

TEST(response_header, of_an_interim_response_is_forgotten) {
  const http_response got = after({"x-amzn-RequestId: A", "x-amz-crc32: 1", "date: b",
                                   "x-amz-retry-after: 1", "HTTP/1.1 200 OK"});
  EXPECT_EQ(got.request_id, "");
  EXPECT_EQ(got.date, "");
  EXPECT_EQ(got.crc32, std::nullopt);
  EXPECT_EQ(got.retry_after, std::nullopt);
}

TEST(response_header, that_is_no_number_counts_as_absent) {
  for (const std::string_view value : {"", "x", "1x", "-1", "4294967296", "0x10", "1 2"}) {
    const std::string number(value);
    EXPECT_EQ(after({"x-amz-crc32: " + number}).crc32, std::nullopt) << value;
    EXPECT_EQ(after({"x-amz-retry-after: " + number}).retry_after, std::nullopt) << value;
  }
}

// The request id goes into messages.
TEST(response_header, cannot_put_control_characters_into_messages) {
  for (const std::string_view value : {"A\rB", "A\nB", "A B", "\x1b[2J", "caf\xC3\xA9", "A\x7f"}) {
    EXPECT_EQ(after({"x-amzn-RequestId: " + std::string(value) + "\r\n"}).request_id, "") << value;
  }
}

}  // namespace net_response_header_test
