#include "auth/http_exchange.hpp"

#include "auth/fault.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>
#include <variant>

namespace dynamo::auth {
namespace {

constexpr int first_server_error = 500;

bool is_transient(const credential_request& asked, const net::http_response& response) {
  return response.status >= first_server_error ||
         (asked.is_transient && asked.is_transient(response));
}

bool is_transient(net::transport_errc kind) {
  using enum net::transport_errc;
  return kind == unknown_host || kind == refused || kind == timeout || kind == connection_lost ||
         kind == deadline_exceeded;
}

error explain(const net::transport_error& failure, const credential_request& request) {
  using enum net::transport_errc;
  switch (failure.kind) {
    case cancelled:
      return cancelled_search();
    case tls:
    case invalid_request:
      return configuration_fault(failure.message);
    case deadline_exceeded:
      return credentials_fault(fmt::format("there was no answer within {} ms ({})",
                                           request.timeout.count(), failure.message));
    default:
      return credentials_fault(failure.message);
  }
}

}  // namespace

bool is_throttled(const net::http_response& response) noexcept {
  constexpr int too_many_requests = 429;
  return response.status == too_many_requests;
}

struct http_exchange::call {
  credential_request request;
  handler done;
  unsigned sent = 0;
};

http_exchange::http_exchange(make_transport make, std::shared_ptr<const clock> time)
    : make_(std::move(make)), time_(std::move(time)) {}

http_exchange::~http_exchange() {
  close();
}

void http_exchange::ask(credential_request request, handler done) {
  attempt(std::make_shared<call>(call{std::move(request), std::move(done)}));
}

void http_exchange::close() {
  std::unique_ptr<net::transport> ending;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    ending = std::move(owned_);
  }
  ending.reset();  // waits until every handler has run
}

result<void> http_exchange::use(const std::function<void(net::transport&)>& work) try {
  // With the lock held, so that `close` cannot destroy the transport meanwhile.
  const std::lock_guard lock(mutex_);
  if (closed_) return cancelled_search();
  if (!owned_) owned_ = make_();
  work(*owned_);
  return {};
} catch (const std::exception& thrown) {
  return credentials_fault(fmt::format("the network could not be used: {}", thrown.what()));
}

void http_exchange::attempt(const std::shared_ptr<call>& each) {
  ++each->sent;
  const auto sent = use([&](net::transport& over) {
    over.send({.method = each->request.method,
               .url = each->request.url,
               .headers = each->request.headers,
               .body = each->request.body,
               .direct = each->request.local,
               .deadline = time_->now() + each->request.timeout},
              [self = shared_from_this(), each](net::http_outcome outcome) {
                self->answered(each, std::move(outcome));
              });
  });
  if (!sent) each->done(sent.error());
}

void http_exchange::answered(const std::shared_ptr<call>& each, net::http_outcome outcome) {
  auto* const response = std::get_if<net::http_response>(&outcome);
  const auto* const lost = std::get_if<net::transport_error>(&outcome);
  const bool again =
      lost != nullptr ? is_transient(lost->kind) : is_transient(each->request, *response);
  const auto try_again = [&](net::transport& over) {
    over.schedule(time_->now() + each->request.pause,
                  [self = shared_from_this(), each] { self->attempt(each); });
  };
  if (again && each->sent < each->request.attempts && use(try_again)) return;
  if (lost != nullptr) return each->done(explain(*lost, each->request));
  each->done(std::move(*response));
}

}  // namespace dynamo::auth
