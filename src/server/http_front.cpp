#include "server/http_front.hpp"

#include "server/wire_target.hpp"

#include <dynamo/value/json_writer.hpp>

#include <libdeflate.h>

#include <utility>

namespace dynamo::server_side {
namespace {

constexpr std::string_view json = "application/x-amz-json-1.0";
// Most responses fit; larger ones (pages) grow.
constexpr std::size_t first_capacity = 1024;

// The error type that the service uses for requests that do not reach the database.
body_buffer refusal(std::string_view type, std::string_view message) {
  std::string text = "{";
  detail::append_json_text(text, "__type", "com.amazon.coral.service#" + std::string(type));
  detail::append_json_text(text, "message", message);
  text += '}';
  return body_buffer(text);
}

std::string sentence_of(const net::http_fault& why) {
  return "The request was refused: " + std::string(why.sentence) + ".";
}

}  // namespace

// A response before the headers common to all responses are added.
struct http_front::outcome {
  int status = 200;
  body_buffer body{};
  std::string_view what{};  ///< for the log: the operation, if known
  std::string_view content_type = json;
  std::string_view allow{};
};

http_front::http_front(executor carry_out, front_options options)
    : carry_out_(std::move(carry_out)), options_(std::move(options)) {
  if (!options_.accepted.empty()) check_.emplace(options_.accepted);
}

net::http_reply http_front::answer(const net::server_request& asked) {
  const bool watched = wanted(options_.log, log_event::request_served);
  const auto begin = watched ? options_.time->now() : std::chrono::steady_clock::time_point();
  outcome done = outcome_of(asked);
  std::string id = ids_.next();
  if (watched) {
    log_record record{.event = log_event::request_served};
    record.request_id = id;
    record.delay = std::chrono::round<std::chrono::milliseconds>(options_.time->now() - begin);
    record.detail = std::string(done.what.empty() ? "no operation" : done.what) + ", status " +
                    std::to_string(done.status);
    options_.log->write(std::move(record));
  }
  net::http_reply reply{.status = done.status, .body = std::move(done.body)};
  reply.headers.reserve(5);
  reply.headers.emplace_back("Server", "dynamo");
  reply.headers.emplace_back("x-amzn-RequestId", std::move(id));
  reply.headers.emplace_back(
      "x-amz-crc32", std::to_string(libdeflate_crc32(0, reply.body.data(), reply.body.size())));
  reply.headers.emplace_back("Content-Type", done.content_type);
  if (!done.allow.empty()) reply.headers.emplace_back("Allow", done.allow);
  return reply;
}

// From the service's common errors. SDKs retry a status of 500 or above.
http_front::outcome http_front::refused(const net::http_fault& why) const {
  switch (why.status) {
    case 408:
      return {.status = 408, .body = refusal("RequestTimeoutException", sentence_of(why))};
    case 413:
      return {.status = 413,
              .body = refusal("RequestEntityTooLargeException",
                              "The request is longer than " +
                                  std::to_string(options_.max_body_bytes) + " bytes.")};
    case 500:
      return {.status = 500, .body = refusal("InternalFailure", sentence_of(why))};
    case 503:
      return {.status = 503, .body = refusal("ServiceUnavailable", sentence_of(why))};
    default:
      return {.status = why.status,
              .body = refusal("MalformedHttpRequestException", sentence_of(why))};
  }
}

http_front::outcome http_front::outcome_of(const net::server_request& asked) {
  if (asked.fault != nullptr) return refused(*asked.fault);
  if (const auto why = options_.guard ? options_.guard->refuse(asked) : std::nullopt)
    return {.status = 403,
            .body = refusal("AccessDeniedException",
                            "The request is " + *why +
                                ". Start the server with --allow-host NAME "
                                "(server_options::allowed_hosts) to accept that name.")};
  if (asked.path != "/") return {.status = 404, .body = refusal("UnknownOperationException", "")};
  if (asked.method == "POST") return carried_out(asked);
  if (asked.method == "GET" || asked.method == "HEAD") {
    return {.body = body_buffer("healthy: dynamo\n"), .content_type = "text/plain"};
  }
  return {
      .status = 405, .body = refusal("UnknownOperationException", ""), .allow = "GET, HEAD, POST"};
}

http_front::outcome http_front::carried_out(const net::server_request& asked) {
  const auto target = asked.header("X-Amz-Target");
  const auto op = target ? parse_target(*target) : std::nullopt;
  if (!op) return {.status = 400, .body = refusal("UnknownOperationException", "")};
  if (check_) {
    const auto refused = check_->refuse({.method = asked.method,
                                         .path = asked.path,
                                         .query = asked.query,
                                         .headers = asked.headers,
                                         .body = asked.body.text()},
                                        options_.time->wall_time());
    if (refused) {
      return {
          .status = 400, .body = refusal(refused->type, refused->message), .what = wire_name(*op)};
    }
  }
  outcome done{.body = body_buffer(first_capacity), .what = wire_name(*op)};
  done.status = carry_out_(*op, asked.body, done.body);
  return done;
}

}  // namespace dynamo::server_side
