#include "support/fault_proxy.hpp"

#include "model/decode.hpp"
#include "model/encode.hpp"

#include <dynamo/core/body_buffer.hpp>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <functional>
#include <utility>

namespace dynamo::test {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, fault_kinds> names = {
    "refuse",           "reset_unanswered",  "reset_at_byte",        "close_unanswered",
    "close_in_body",    "stall_unanswered",  "stall_in_body",        "corrupt_byte",
    "length_too_small", "length_too_large",  "internal_error",       "bad_gateway",
    "unavailable",      "corrupt_error",     "provisioned_exceeded", "throttling",
    "request_limit",    "too_many_requests", "expired_token",        "wrong_time",
    "empty_page",       "unprocessed",       "slow_bytes",           "stale_connection"};

whole_response service_fault(int status, std::string_view type, std::string_view message,
                             std::string_view more = {}) {
  return dynamodb_response(status, R"({"__type":"com.amazonaws.dynamodb.v20120810#)" +
                                       std::string(type) + R"(","message":")" +
                                       std::string(message) + "\"" + std::string(more) + "}");
}

std::string header_of(const received_request& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string() : found->second;
}

// The n of "Credential=KEYn/..."; 0 if the key has another name.
int key_number(const received_request& request) {
  constexpr std::string_view lead = "Credential=KEY";
  const std::string signature = header_of(request, "authorization");
  const auto at = signature.find(lead);
  int number = 0;
  if (at != std::string::npos)
    std::from_chars(signature.data() + at + lead.size(), signature.data() + signature.size(),
                    number);
  return number;
}

// A Date header seven minutes behind the time that the request was signed for.
std::string date_long_before(const received_request& request) {
  std::tm parts{};
  ::strptime(header_of(request, "x-amz-date").c_str(), "%Y%m%dT%H%M%SZ", &parts);
  const std::time_t then = ::timegm(&parts) - 7 * 60;
  ::gmtime_r(&then, &parts);
  char text[64];
  const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return "Date: " + std::string(text, size);
}

// The request's own start key; empty at the beginning of a segment.
std::string start_key_of(const received_request& request) {
  if (operation_of(request) != "Scan") return {};
  auto key =
      model::decode_item_text(body_buffer(std::string_view(request.body)), "ExclusiveStartKey");
  return key && *key ? **std::move(key) : std::string();
}

// Divides the body of a BatchWriteItem: up to `done` writes to be carried out, and an answer that
// says that the others were not.
void split_batch(const std::string& body, std::size_t done, std::string& some, std::string& rest) {
  constexpr std::string_view asked = "\"RequestItems\":";
  constexpr std::string_view left = "\"UnprocessedItems\":";
  std::string answered = body;
  answered.replace(answered.find(asked), asked.size(), left);
  const auto entries =
      model::decode_batch_write(body_buffer(std::string_view(answered))).value().by_table;
  std::map<std::string, std::vector<std::string_view>> first;
  std::map<std::string, std::vector<std::string_view>> second;
  for (const auto& [table, writes] : entries) {
    for (const std::string& write : writes) {
      (done == 0 ? second : first)[table].push_back(write);
      if (done != 0) --done;
    }
  }
  some = model::encode_batch_write(first);
  rest = model::encode_batch_write(second);
  rest.replace(rest.find(asked), asked.size(), left);
}

bool fits(fault kind, const received_request& request) {
  switch (kind) {
    case fault::empty_page:
      return !start_key_of(request).empty();
    case fault::unprocessed:
      return operation_of(request) == "BatchWriteItem";
    case fault::expired_token:
      return key_number(request) != 0;
    default:
      return true;
  }
}

}  // namespace

std::string_view name_of(fault kind) {
  return names[static_cast<std::size_t>(kind)];
}

// Numbers that follow from a seed (splitmix64).
class fault_proxy::generator {
 public:
  explicit generator(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t mixed = state_ += 0x9E3779B97F4A7C15U;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31);
  }
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : next() % bound; }
  bool chance(double of) { return static_cast<double>(next() >> 11) * 0x1p-53 < of; }

 private:
  std::uint64_t state_;
};

fault_proxy::fault_proxy(upstream behind, fault_settings settings)
    : behind_(std::move(behind)),
      settings_(std::move(settings)),
      server_([this](const received_request& request) { return answer(request); }) {}

fault_tally fault_proxy::tally() const {
  const std::lock_guard lock(mutex_);
  return tally_;
}

bool fault_proxy::is_refused_key(const received_request& request) const {
  const int key = key_number(request);
  return key != 0 && key <= refused_keys_;
}

script fault_proxy::answer(const received_request& request) {
  if (stale_.erase(request.connection) != 0) return {step::reset{}};
  if (is_refused_key(request)) {
    return {step::send{text_of(service_fault(400, "ExpiredTokenException", "too old"))}};
  }
  const std::size_t hash = std::hash<std::string>{}(operation_of(request) + request.body);
  generator random(settings_.seed * 0x9E3779B97F4A7C15U ^ hash ^ seen_[hash]++ << 40);
  if (!random.chance(settings_.rate)) return {step::send{text_of(behind_(request))}};
  std::vector<fault> possible = settings_.kinds;
  if (possible.empty()) {
    for (std::size_t kind = 0; kind < fault_kinds; ++kind)
      possible.push_back(static_cast<fault>(kind));
  }
  std::erase_if(possible, [&](fault kind) { return !fits(kind, request); });
  if (possible.empty()) return {step::send{text_of(behind_(request))}};
  const fault kind = possible[random.below(possible.size())];
  {
    const std::lock_guard lock(mutex_);
    ++tally_[static_cast<std::size_t>(kind)];
  }
  return faulty(kind, request, random);
}

script fault_proxy::faulty(fault kind, const received_request& request, generator& random) {
  // What is lost on the way back was done all the same.
  auto real = [&] { return behind_(request); };
  auto say = [](const whole_response& response) { return script{step::send{text_of(response)}}; };
  // The real answer up to a byte of the body, at least one byte of which is missing.
  auto begin_of_answer = [&](bool whole_head) {
    const whole_response response = real();
    const std::string text = text_of(response);
    const std::size_t least = whole_head ? text.size() - response.body.size() : 1;
    return text.substr(0, least + random.below(text.size() - least));
  };
  // The real answer with another Content-Length.
  auto with_length = [&](long difference) {
    const whole_response response = real();
    whole_response empty = response;
    empty.body.clear();
    std::string text = text_of(empty);
    const std::string length = std::to_string(static_cast<long>(response.body.size()) + difference);
    text.replace(text.rfind("Content-Length: 0"), 17, "Content-Length: " + length);
    return text + response.body;
  };
  switch (kind) {
    case fault::refuse:
      return {step::refuse{10ms}, step::reset{}};
    case fault::reset_unanswered:
      if (random.chance(0.5)) (void)real();
      return {step::reset{}};
    case fault::reset_at_byte:
      return {step::send{begin_of_answer(false)}, step::reset{}};
    case fault::close_unanswered:
      if (random.chance(0.5)) (void)real();
      return {step::close{}};
    case fault::close_in_body:
      return {step::send{begin_of_answer(true)}, step::close{}};
    case fault::stall_unanswered:
      return {step::stall{}};
    case fault::stall_in_body:
      return {step::send{begin_of_answer(true)}, step::stall{}};
    case fault::corrupt_byte: {
      whole_response response = real();
      char& victim = response.body[random.below(response.body.size())];
      victim = static_cast<char>(victim ^ (1 << random.below(8)));
      return say(response);
    }
    case fault::length_too_small:
      return {step::send{with_length(-1 - static_cast<long>(random.below(10)))}};
    case fault::length_too_large:
      return {step::send{with_length(1 + static_cast<long>(random.below(1000)))}, step::close{}};
    case fault::internal_error:
      if (random.chance(0.5)) (void)real();
      return say(service_fault(500, "InternalServerError", "The request processing has failed"));
    case fault::bad_gateway:
      return say({502, "<html><body>Bad Gateway</body></html>", {"Content-Type: text/html"}});
    case fault::unavailable:
      return say({503, "", {}});
    case fault::corrupt_error: {
      whole_response response = service_fault(400, "ThrottlingException", "slow down");
      response.body[response.body.find("Thro") + random.below(19)] ^= 1;
      return say(response);
    }
    case fault::provisioned_exceeded:
      return say(service_fault(
          400, "ProvisionedThroughputExceededException", "The level of configured throughput",
          R"(,"ThrottlingReasons":[{"reason":"TableReadProvisionedThroughputExceeded",)"
          R"("resource":"arn:aws:dynamodb:us-east-1:123456789012:table/t"}])"));
    case fault::throttling: {
      whole_response response = service_fault(
          400, "ThrottlingException", "Throughput exceeds the current throughput limit",
          R"(,"throttlingReasons":[{"reason":"TableReadKeyRangeThroughputExceeded",)"
          R"("resource":"arn:aws:dynamodb:us-east-1:123456789012:table/t"}])");
      response.headers.emplace_back("x-amz-retry-after: 1");
      return say(response);
    }
    case fault::request_limit:
      return say(service_fault(400, "RequestLimitExceeded",
                               "Throughput exceeds the limit: TableReadAccountLimitExceeded"));
    case fault::too_many_requests:
      return say({429, "", {}});
    case fault::expired_token:
      refused_keys_ = std::max(refused_keys_, key_number(request));
      return say(service_fault(400, "ExpiredTokenException", "The security token has expired"));
    case fault::wrong_time: {
      whole_response response =
          service_fault(400, "InvalidSignatureException", "Signature not yet current");
      response.headers.push_back(date_long_before(request));
      return say(response);
    }
    case fault::empty_page:
      return say(dynamodb_response(200, R"({"Items":[],"Count":0,"ScannedCount":0,)"
                                        R"("LastEvaluatedKey":)" +
                                            start_key_of(request) + "}"));
    case fault::unprocessed: {
      received_request some = request;
      std::string rest;
      split_batch(request.body, random.below(26), some.body, rest);
      (void)behind_(some);
      return say(dynamodb_response(200, rest));
    }
    case fault::slow_bytes: {
      const std::string text = text_of(real());
      script pieces;
      const std::size_t size = text.size() / (2 + random.below(4)) + 1;
      for (std::size_t at = 0; at < text.size(); at += size) {
        if (at != 0) pieces.push_back(step::pause{2ms});
        pieces.push_back(step::send{text.substr(at, size)});
      }
      return pieces;
    }
    case fault::stale_connection:
      stale_.insert(request.connection);
      return say(real());
  }
  return {step::close{}};
}

}  // namespace dynamo::test
