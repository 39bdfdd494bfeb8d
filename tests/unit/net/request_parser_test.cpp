#include "net/request_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace net_request_parser_test {

using namespace dynamo;
using namespace dynamo::net;
using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr request_limits limits{.head_bytes = 1000, .header_count = 10, .body_bytes = 100};

// A parser after some bytes, which came in pieces of one size.
struct parsed {
  explicit parsed(std::string_view bytes, std::size_t piece = std::string_view::npos) {
    while (taken < bytes.size()) {
      const std::string_view next = bytes.substr(taken, piece);
      const std::size_t count = parser.take(next);
      taken += count;
      if (count != next.size()) break;
    }
  }
  [[nodiscard]] int status() const {
    if (parser.fault()) return parser.fault()->status;
    return parser.is_complete() ? 200 : 0;
  }

  request_parser parser{limits};
  std::size_t taken = 0;
};

// The same outcome, however the bytes are split.
int status_of(std::string_view bytes) {
  const int status = parsed(bytes).status();
  for (const std::size_t piece : {1U, 2U, 7U}) EXPECT_EQ(parsed(bytes, piece).status(), status);
  return status;
}

const std::string first = "POST / HTTP/1.1\r\n";
const std::string head = first + "Host: a\r\n";
const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";

TEST(request_parser, reads_requests_in_pieces_of_any_size) {
  const std::string text =
      "POST /path?a=b?c HTTP/1.1\r\nHost: a:80\r\nX-Empty:\r\nx-Blanks: \t b c \t\r\n"
      "Content-Length: 5\r\n\r\nhello";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    const parsed of(text + "next", piece);
    ASSERT_EQ(of.status(), 200) << piece;
    EXPECT_EQ(of.taken, text.size()) << piece;
    const server_request asked = of.parser.request();
    EXPECT_EQ(asked.method, "POST");
    EXPECT_EQ(asked.path, "/path");
    EXPECT_EQ(asked.query, "a=b?c");
    EXPECT_EQ(asked.body.text(), "hello");
    EXPECT_THAT(std::vector(asked.headers.begin(), asked.headers.end()),
                ElementsAre(Pair("Host", "a:80"), Pair("X-Empty", ""), Pair("x-Blanks", "b c"),
                            Pair("Content-Length", "5")));
    EXPECT_TRUE(of.parser.keeps_connection());
  }
}

TEST(request_parser, reads_chunks_of_any_size) {
  for (const std::string body :
       {"5\r\nhello\r\n0\r\n\r\n", "0000000000000005\r\nhello\r\n000\r\n\r\n",
        "1\r\nh\r\n4\r\nello\r\n0\r\n\r\n", "5;name=value;other=\"a b\"\r\nhello\r\n0;x\r\n\r\n",
        "5\r\nhello\r\n0\r\nX-Trailer: a\r\nOther: b\r\n\r\n"}) {
    for (std::size_t piece = 1; piece < 100; ++piece) {
      const parsed of(chunked + body + "next", piece);
      ASSERT_EQ(of.status(), 200) << body << piece;
      EXPECT_EQ(of.taken, chunked.size() + body.size()) << body << piece;
      EXPECT_EQ(of.parser.request().body.text(), "hello") << body << piece;
    }
  }
}

TEST(request_parser, accepts_what_the_protocol_allows) {
  for (const std::string& text : {
           "GET / HTTP/1.1\r\nHost: a\r\n\r\n"s,
           "GET / HTTP/1.0\r\n\r\n"s,
           "\r\n" + head + "\r\n",  // one empty line before a request
           first + "Host:\r\n\r\n",
           first + "host: [::1]:8000\r\n\r\n",
           "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"s,
           "GET /metrics?name[]=x HTTP/1.1\r\nHost: a\r\n\r\n"s,
           head + "Content-Length: 0\r\n\r\n",
           head + "Content-Length: \t 003 \r\n\r\nabc",
           head + "X: \x80\xff\t\r\n\r\n",
           head + "X: a\r\nX: b\r\n\r\n",
           head + "Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n",
           head + "Expect: 100-Continue\r\n\r\n",
       }) {
    EXPECT_EQ(status_of(text), 200) << text;
  }
}

TEST(request_parser, refuses_heads_that_others_could_read_in_another_way) {
  for (const std::string& text : {
           // Lines.
           "GET / HTTP/1.1\nHost: a\n\n"s,
           "GET / HTTP/1.1\nHost: a\r\n\r\n"s,
           first + "Host: a\n\r\n",
           head + "\n",
           head + "X: a\n\r\n",
           head + "X: a\rY: b\r\n\r\n",
           head + "X: a\r\r\n\r\n",
           first + "\rHost: a\r\n\r\n",
           "\n" + head + "\r\n",
           "\r\n\r\n" + head + "\r\n",
           // Folded headers, and blanks where none belong.
           head + "X: a\r\n b\r\n\r\n",
           head + "X: a\r\n\tb\r\n\r\n",
           first + " Host: a\r\n\r\n",
           head + "X : a\r\n\r\n",
           head + "X\t: a\r\n\r\n",
           head + "X y: a\r\n\r\n",
           head + "Content-Length : 1\r\n\r\nx",
           head + " \r\n\r\n",
           // Names and values.
           head + ": a\r\n\r\n",
           head + "X\r\n\r\n",
           head + "X(: a\r\n\r\n",
           head + "X\x80: a\r\n\r\n",
           head + "X: a\0b\r\n\r\n"s,
           head + "X\0: a\r\n\r\n"s,
           head + "X: \x7f\r\n\r\n",
           head + "X: \x1b[0m\r\n\r\n",
           // Host.
           first + "\r\n",
           first + "Host: a\r\nHost: a\r\n\r\n",
           first + "Host: a\r\nHOST: b\r\n\r\n",
           first + "Host: a b\r\n\r\n",
           first + "Host: a/b\r\n\r\n",
           first + "Host: u@a\r\n\r\n",
           first + "Host: a\\b\r\n\r\n",
           "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"s,
           // Request lines.
           "\x16\x03\x01"s,
           " GET / HTTP/1.1\r\n"s,
           "GET\r\n"s,
           "GET /\r\n"s,
           "GET  / HTTP/1.1\r\n"s,
           "GET / HTTP/1.1 \r\n"s,
           "GET /\tHTTP/1.1\r\n"s,
           "G(T / HTTP/1.1\r\n"s,
           std::string(33, 'G') + " / HTTP/1.1\r\n",
           "GET / http/1.1\r\n"s,
           "GET / HTTP/11\r\n"s,
           "GET / HTTP/1.1x\r\n"s,
           "GET / HTTP/+.1\r\n"s,
           "GET /a\x80 HTTP/1.1\r\n"s,
           "GET /a#b HTTP/1.1\r\n"s,
           "GET /\0 HTTP/1.1\r\n"s,
           // Targets.
           "GET a HTTP/1.1\r\nHost: a\r\n\r\n"s,
           "GET * HTTP/1.1\r\nHost: a\r\n\r\n"s,
           "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n"s,
           "GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n"s,
           "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"s,
           "GET http://a:80/ HTTP/1.1\r\nHost: a\r\n\r\n"s,
           "GET http:/// HTTP/1.1\r\nHost:\r\n\r\n"s,
       }) {
    EXPECT_EQ(status_of(text), 400) << text;
  }
}

TEST(request_parser, refuses_bodies_that_others_could_end_elsewhere) {
  for (const std::string length :
       {"", " ", "+1", "-1", "1 1", "1, 1", "1,1", "0x1", "1.0", "1e0", "one", "1\t1", "\v1"}) {
    EXPECT_EQ(status_of(head + "Content-Length: " + length + "\r\n\r\nx"), 400) << length;
  }
  for (const std::string& fields : {
           "Content-Length: 1\r\nContent-Length: 1\r\n"s,
           "Content-Length: 1\r\ncontent-length: 2\r\n"s,
           "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"s,
           "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n"s,
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"s,
           "Transfer-Encoding: chunked, chunked\r\n"s,
           "Transfer-Encoding: gzip, chunked\r\n"s,
           "Transfer-Encoding: identity\r\n"s,
           "Transfer-Encoding:\r\n"s,
           "Transfer-Encoding: xchunked\r\n"s,
           "Transfer-Encoding: \vchunked\r\n"s,
       }) {
    EXPECT_EQ(status_of(head + fields + "\r\n"), 400) << fields;
  }
  EXPECT_EQ(status_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
  for (const std::string& body : {
           "5\nhello\r\n0\r\n\r\n"s,
           "5\r\nhello\n0\r\n\r\n"s,
           "5\r\nhello0\r\n\r\n"s,
           "5\r\nhello!\r\n0\r\n\r\n"s,
           "5\rhello\r\n0\r\n\r\n"s,
           "\r\n\r\n"s,
           "x\r\n"s,
           "0x5\r\n"s,
           "+5\r\n"s,
           "-5\r\n"s,
           " 5\r\n"s,
           "5 \r\n"s,
           "5 ;a\r\n"s,
           "5;a\0b\r\n"s,
           "5;a\rb\r\n"s,
           "5;a\n"s,
           "5;" + std::string(300, 'a') + "\r\n",
           std::string(300, '0') + "\r\n",
           "0\r\n\n"s,
           "0\r\nX\r\n\r\n"s,
           "0\r\nX : a\r\n\r\n"s,
           "0\r\n X: a\r\n\r\n"s,
           "0\r\nX: a\n\r\n"s,
           "0\r\nX: \0\r\n\r\n"s,
       }) {
    EXPECT_EQ(status_of(chunked + body), 400) << body;
  }
}

TEST(request_parser, refuses_long_bodies_when_they_are_announced) {
  for (const std::string length : {"101", "18446744073709551615", "18446744073709551616",
                                   "99999999999999999999999999999999"}) {
    EXPECT_EQ(status_of(head + "Content-Length: " + length + "\r\n\r\n"), 413) << length;
  }
  EXPECT_EQ(status_of(head + "Content-Length: 100\r\n\r\n" + std::string(100, 'x')), 200);
  const std::string hundred = "64\r\n" + std::string(100, 'x') + "\r\n";
  EXPECT_EQ(status_of(chunked + hundred + "0\r\n\r\n"), 200);
  for (const std::string& size : {"65\r\n"s, hundred + "1\r\n", "ffffffffffffffff\r\n"s,
                                  "10000000000000000\r\n"s, "fffffffffffffffffffffff\r\n"s}) {
    EXPECT_EQ(status_of(chunked + size), 413) << size;
  }
}

TEST(request_parser, bounds_heads_and_trailers) {
  EXPECT_EQ(status_of(head + "X: " + std::string(2000, 'x')), 431);
  EXPECT_EQ(status_of("GET /" + std::string(2000, 'x')), 431);
  std::string nine = head;
  for (int i = 0; i < 9; ++i) nine += "X: a\r\n";
  EXPECT_EQ(status_of(nine + "\r\n"), 200);
  EXPECT_EQ(status_of(nine + "X: a\r\n\r\n"), 431);
  std::string trailers = chunked + "0\r\n";
  for (int i = 0; i < 500; ++i) trailers += "X: a\r\n";
  EXPECT_EQ(status_of(trailers + "\r\n"), 431);
}

TEST(request_parser, refuses_other_versions_and_expectations) {
  EXPECT_EQ(status_of("GET / HTTP/2.0\r\n"), 505);
  EXPECT_EQ(status_of("GET / HTTP/0.9\r\n"), 505);
  EXPECT_EQ(status_of("GET / HTTP/1.2\r\n"), 505);
  EXPECT_EQ(status_of(head + "Expect: tea\r\n\r\n"), 417);
}

TEST(request_parser, takes_the_target_of_proxies_apart) {
  const parsed whole("GET http://A:80/p?q HTTP/1.1\r\nHost: a:80\r\n\r\n");
  EXPECT_EQ(whole.parser.request().path, "/p");
  EXPECT_EQ(whole.parser.request().query, "q");
  const parsed bare("GET HTTP://a?q HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(bare.parser.request().path, "/");
  EXPECT_EQ(bare.parser.request().query, "q");
  const parsed none("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(none.parser.request().path, "/");
  EXPECT_EQ(none.parser.request().query, "");
}

TEST(request_parser, says_whether_the_connection_is_kept) {
  const auto keeps = [](const std::string& text) { return parsed(text).parser.keeps_connection(); };
  EXPECT_TRUE(keeps(head + "Connection: keep-alive\r\n\r\n"));
  EXPECT_FALSE(keeps(head + "Connection: close\r\n\r\n"));
  EXPECT_FALSE(keeps(head + "Connection: x , CLOSE\r\n\r\n"));
  EXPECT_TRUE(keeps(head + "Connection: closed\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(request_parser, says_whether_the_client_waits_to_be_asked) {
  const std::string expecting = head + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  EXPECT_TRUE(parsed(expecting).parser.expects_continue());
  EXPECT_FALSE(parsed(expecting + "x").parser.expects_continue());
  EXPECT_FALSE(parsed(expecting + "xy").parser.expects_continue());
  EXPECT_FALSE(parsed(expecting.substr(0, expecting.size() - 1)).parser.expects_continue());
  EXPECT_FALSE(parsed(head + "Content-Length: 2\r\n\r\n").parser.expects_continue());
}

TEST(request_parser, gives_its_memory_back) {
  parsed of(head + "Content-Length: 100\r\n\r\n" + std::string(100, 'x'));
  EXPECT_GT(of.parser.memory(), 100U);
  EXPECT_LT(of.parser.memory(), 1000U);
  of.parser.reset();
  EXPECT_LT(of.parser.memory(), 100U);
  EXPECT_FALSE(of.parser.has_begun());
  EXPECT_EQ(of.parser.take(head + "\r\n"), head.size() + 2);
  EXPECT_TRUE(of.parser.is_complete());
  EXPECT_THAT(of.parser.request().body.text(), IsEmpty());
}

TEST(request_parser, uses_memory_as_a_body_is_sent_not_as_it_is_announced) {
  request_parser parser({.body_bytes = std::size_t{1} << 30});
  parser.take(head + "Content-Length: 1000000000\r\n\r\n");
  parser.take("x");
  EXPECT_LT(parser.memory(), 100'000U);
}

}  // namespace net_request_parser_test
