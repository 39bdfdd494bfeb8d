// Requests from their first line to their answers, before an engine in memory: no request harms the
// server or makes it fail, every answer is what its headers promise, and what is signed is
// accepted, while nothing unsigned gets past a check of signatures, and nothing for another host
// past a guard.
//
// An input has one request or more, each behind the other with a line "%%" between: a line with
// method and target, header lines, an empty line, a body.
#include "engine/engine.hpp"
#include "server/http_front.hpp"
#include "support/manual_time.hpp"

#include <libdeflate.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace dynamo;

constexpr std::string_view secret = "the secret that nobody may read";
constexpr std::size_t max_requests = 20;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string_view take_until(std::string_view& text, std::string_view separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + separator.size(), text.size()));
  return part;
}

struct request {
  std::string_view method;
  std::string_view path;
  std::string_view query;
  std::vector<net::header_view> headers;
  body_buffer body;
};

request read(std::string_view text) {
  request made;
  std::string_view line = take_until(text, "\n");
  made.method = take_until(line, " ");
  made.path = take_until(line, "?");
  made.query = line;
  while (!(line = take_until(text, "\n")).empty()) {
    const std::string_view name = take_until(line, ": ");
    made.headers.emplace_back(name, line);
  }
  made.body = body_buffer(text);
  return made;
}

std::string_view header_of(const net::http_reply& reply, std::string_view name) {
  for (const auto& [given, value] : reply.headers) {
    if (given == name) return value;
  }
  return "";
}

void look_at(const net::http_reply& reply) {
  constexpr std::array statuses = {200, 400, 403, 404, 405, 413};
  require(std::ranges::find(statuses, reply.status) != statuses.end());
  const std::string_view body = reply.body.text();
  require(header_of(reply, "x-amz-crc32") ==
          std::to_string(libdeflate_crc32(0, body.data(), body.size())));
  require(header_of(reply, "x-amzn-RequestId").size() == 52);
  for (const auto& [name, value] : reply.headers) {
    require(value.find_first_of("\r\n") == std::string::npos);
  }
  if (header_of(reply, "Content-Type") != "application/x-amz-json-1.0") return;
  simdjson::dom::parser parser;
  simdjson::dom::object answer;
  require(parser.parse(body.data(), body.size()).get(answer) == simdjson::SUCCESS);
  require(answer["__type"].error() ==
          (reply.status == 200 ? simdjson::NO_SUCH_FIELD : simdjson::SUCCESS));
}

bool is_token(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
  });
}

// The same request with what signing adds; nothing if it cannot be signed.
std::vector<std::pair<std::string, std::string>> signed_headers(
    const request& of, const credentials& who, std::chrono::system_clock::time_point at) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (const auto& [name, value] : of.headers) {
    if (!is_token(name)) return {};
    headers.emplace_back(name, value);
  }
  auth::signer by;
  const std::string hash = auth::sha256_hex(of.body.text());
  auto added = by.sign({.method = of.method,
                        .path = of.path,
                        .query = of.query,
                        .headers = headers,
                        .payload_hash = hash},
                       who, {.region = "eu-west-1", .service = "dynamodb"}, at);
  if (!added) return {};
  headers.insert(headers.end(), added->begin(), added->end());
  return headers;
}

// A front, before an engine in memory or, where only the way there is looked at, before nothing.
struct bench {
  bench(std::vector<credentials> accepted, std::optional<net::host_guard> guard, bool has_engine)
      : front([this](operation op, const body_buffer& asked,
                     body_buffer& answer) { return carry_out(op, asked, answer); },
              {.max_body_bytes = 1 << 20,
               .accepted = std::move(accepted),
               .guard = std::move(guard),
               .time = time}),
        with_engine(has_engine) {}

  int carry_out(operation op, const body_buffer& asked, body_buffer& answer) {
    ++carried_out;
    if (!with_engine) {
      answer.append("{}");
      answer.finish();
      return 200;
    }
    if (!store) {
      store = engine::engine::in_memory(
          {.time = time, .random = std::make_shared<test::fixed_random>(0.5)});
    }
    return store->execute(op, asked, answer);
  }
  net::http_reply ask(const request& what, const std::vector<net::header_view>& headers) {
    net::http_reply reply = front.answer({.method = what.method,
                                          .path = what.path,
                                          .query = what.query,
                                          .headers = headers,
                                          .body = what.body});
    look_at(reply);
    return reply;
  }

  const std::shared_ptr<test::manual_clock> time = std::make_shared<test::manual_clock>();
  std::shared_ptr<engine::engine> store;  // made when it is asked for the first time
  int carried_out = 0;
  server_side::http_front front;
  const bool with_engine;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  credentials who;
  who.access_key_id = "AK";
  who.secret_access_key = secret;
  const net::host_guard guard({.host = "127.0.0.1"}, "machine", {});
  bench open({}, {}, true);
  bench checked({who}, {}, false);
  bench guarded({}, guard, false);
  for (std::size_t i = 0; i < max_requests && !text.empty(); ++i) {
    const request what = read(take_until(text, "\n%%\n"));
    const int before = open.carried_out;
    (void)open.ask(what, what.headers);
    const bool is_operation = open.carried_out != before;

    (void)guarded.ask(what, what.headers);
    require(guarded.carried_out == 0 ||
            !guard.refuse({.method = what.method, .path = what.path, .headers = what.headers}));
    guarded.carried_out = 0;

    const int checked_before = checked.carried_out;
    const net::http_reply refused = checked.ask(what, what.headers);
    require(refused.body.text().find(secret) == std::string_view::npos);
    require(checked.carried_out == checked_before ||
            std::ranges::any_of(what.headers, [](const net::header_view& each) {
              return ascii::equal_ignoring_case(each.first, "Authorization");
            }));
    const auto headers = signed_headers(what, who, checked.time->wall_time());
    if (headers.empty()) continue;
    const int signed_before = checked.carried_out;
    (void)checked.ask(what, {headers.begin(), headers.end()});
    require((checked.carried_out != signed_before) == is_operation);
  }
  return 0;
}
