#include "differential/side.hpp"

#include "net/transport.hpp"
#include "support/exchange.hpp"
#include "value/decimal.hpp"

#include <chrono>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>

namespace dynamo::differential {
namespace {

// DynamoDB Local answers some numbers as they were spelt, and not in one spelling as the
// service and the engine.
void respell_numbers(json& of) {
  if (auto* const elements = of.as<json::array>()) {
    for (json& each : *elements) respell_numbers(each);
    return;
  }
  const auto respell = [](json& number) {
    detail::decimal parsed;
    const auto* const text = number.as<std::string>();
    if (text == nullptr || !detail::decimal::parse(*text, parsed)) return;
    if (parsed.limits() == detail::decimal::fault::none) number = parsed.plain_text();
  };
  auto* const members = of.as<json::object>();
  if (members == nullptr) return;
  for (auto& [name, value] : *members) {
    if (name == "N") respell(value);
    if (auto* const elements = value.as<json::array>(); elements != nullptr && name == "NS") {
      for (json& each : *elements) respell(each);
    }
    respell_numbers(value);
  }
}

class server final : public side {
 public:
  explicit server(std::string url)
      : url_(std::move(url)),
        transport_(net::make_curl_transport({.user_agent = "differential"})) {}

  answer ask(operation op, const std::string& body) override {
    net::http_request request{.url = url_, .body = body, .direct = true};
    request.headers = {"Content-Type: application/x-amz-json-1.0",
                       "X-Amz-Target: DynamoDB_20120810." + std::string(wire_name(op)),
                       // Signatures are not checked, but must be there.
                       "Authorization: AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/"
                       "dynamodb/aws4_request, SignedHeaders=host, Signature=0"};
    net::http_outcome got = test::start(*transport_, std::move(request)).wait();
    if (const auto* const failed = std::get_if<net::transport_error>(&got)) {
      throw std::runtime_error(failed->message);
    }
    const auto& response = std::get<net::http_response>(got);
    answer made{response.status, json::parse(response.body.text()).value_or(json())};
    respell_numbers(made.body);
    return made;
  }

 private:
  std::string url_;
  std::unique_ptr<net::transport> transport_;
};

// DynamoDB Local takes about a second to make an index.
constexpr std::chrono::seconds longest_change{6};

bool is_settled(const json& table) {
  if (table.text_of("TableStatus") != "ACTIVE") return false;
  for (const json& index : table.elements_of("GlobalSecondaryIndexes")) {
    if (index.text_of("IndexStatus") != "ACTIVE") return false;
  }
  return true;
}

// Reads pages from `body` on until there are no more, or `left` are read.
bool read_pages(side& by, operation op, json body, std::size_t& left, std::vector<answer>& pages) {
  for (;;) {
    pages.push_back(by.ask(op, body.text()));
    --left;
    const json* const last = pages.back().body.find("LastEvaluatedKey");
    if (!pages.back().succeeded() || last == nullptr) return pages.back().succeeded();
    if (left == 0) return false;
    body.set("ExclusiveStartKey", *last);
  }
}

}  // namespace

std::string answer::error_type() const {
  if (succeeded()) return {};
  const std::string_view type = body.text_of("__type");
  return std::string(type.substr(type.find('#') + 1));
}

std::string_view answer::message() const {
  const std::string_view text = body.text_of("message");
  return text.empty() ? body.text_of("Message") : text;
}

std::unique_ptr<side> server_at(const std::string& url) {
  return std::make_unique<server>(url);
}

outcome carry_out(side& by, const step& what) {
  outcome made;
  std::size_t left = what.read.pages;
  if (!what.read.each_segment) {
    made.whole = read_pages(by, what.op, what.body, left, made.pages);
    return made;
  }
  const long long segments = what.body.count_of("TotalSegments");
  made.whole = true;
  for (long long segment = 0; segment < segments && made.whole && left > 0; ++segment) {
    json body = what.body;
    body.set("Segment", segment);
    made.whole = read_pages(by, what.op, std::move(body), left, made.pages);
  }
  return made;
}

bool settle(side& of, const std::string& table) {
  const auto end = std::chrono::steady_clock::now() + longest_change;
  const std::string body = json(json::object{{"TableName", table}}).text();
  while (std::chrono::steady_clock::now() < end) {
    const answer described = of.ask(operation::describe_table, body);
    const json* const about = described.body.find("Table");
    if (about == nullptr || is_settled(*about)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

void clear(side& of) {
  const auto end = std::chrono::steady_clock::now() + 4 * longest_change;
  for (;;) {
    const answer listed = of.ask(operation::list_tables, "{}");
    const json::array& names = listed.body.elements_of("TableNames");
    if (names.empty()) return;
    if (std::chrono::steady_clock::now() > end) {
      throw std::runtime_error("tables cannot be removed: " + listed.body.text());
    }
    for (const json& name : names) {
      json body = json::object{{"TableName", name}};
      if (of.ask(operation::delete_table, body.text()).succeeded()) continue;
      // It is protected, or under way to another state.
      body.set("DeletionProtectionEnabled", false);
      (void)of.ask(operation::update_table, body.text());
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
}

}  // namespace dynamo::differential
