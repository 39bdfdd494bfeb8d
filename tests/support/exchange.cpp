#include "support/exchange.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <variant>

namespace dynamo::test {
namespace {

// Tests talk to 127.0.0.1; the proxy of the machine they run on must not come between. Tests of
// proxies set the variables themselves.
class no_proxies final : public ::testing::Environment {
 public:
  void SetUp() override {
    for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                             "no_proxy", "NO_PROXY"})
      ::unsetenv(name);
  }
};
[[maybe_unused]] const auto* const registered =
    ::testing::AddGlobalTestEnvironment(std::make_unique<no_proxies>().release());

}  // namespace

bool pending_exchange::done() const {
  return outcome.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

net::http_outcome pending_exchange::wait() {
  if (outcome.wait_for(std::chrono::seconds(30)) == std::future_status::ready) return outcome.get();
  ADD_FAILURE() << "transfer " << id << " did not end";
  return net::transport_error{};
}

net::http_response pending_exchange::response() {
  auto ended = wait();
  if (auto* response = std::get_if<net::http_response>(&ended)) return std::move(*response);
  ADD_FAILURE() << "no response: " << std::get<net::transport_error>(ended).message;
  return {};
}

net::transport_error pending_exchange::error() {
  auto ended = wait();
  if (auto* failure = std::get_if<net::transport_error>(&ended)) return std::move(*failure);
  ADD_FAILURE() << "a response with status " << std::get<net::http_response>(ended).status;
  return {};
}

pending_exchange start(net::transport& transport, net::http_request request) {
  auto promise = std::make_shared<std::promise<net::http_outcome>>();
  pending_exchange pending;
  pending.outcome = promise->get_future();
  pending.id = transport.send(std::move(request), [promise](net::http_outcome outcome) {
    promise->set_value(std::move(outcome));
  });
  return pending;
}

net::http_request post_to(const std::string& url) {
  return {.url = url, .headers = {"Content-Type: application/x-amz-json-1.0"}, .body = "{}"};
}

}  // namespace dynamo::test
