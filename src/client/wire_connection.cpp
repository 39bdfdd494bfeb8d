#include "client/wire_connection.hpp"

#include "auth/default_credentials.hpp"
#include "auth/settings.hpp"
#include "client/signed_request.hpp"
#include "client/wire_call.hpp"

#include <exception>
#include <new>
#include <string>
#include <utility>

namespace dynamo::wire {
namespace {

// The network thread is started by the first request.
error no_network(const std::exception& thrown) {
  if (dynamic_cast<const std::bad_alloc*>(&thrown) != nullptr) throw;
  error reason;
  reason.kind = errc::unavailable;
  reason.message = std::string("the network could not be used: ") + thrown.what();
  return reason;
}

}  // namespace

wire_connection::wire_connection(const client_config& config, dependencies uses)
    : config_(config),
      uses_(std::move(uses)),
      watch_(config_),
      context_(auth::make_source_context(uses_.environment, uses_.time, uses_.make_transport,
                                         config_.profile, config_.ca_bundle)),
      credentials_(config_.credentials
                       ? config_.credentials
                       : auth::default_credential_chain(
                             config_.profile, context_,
                             [this](const error& failed) { watch_.renewal_failed(failed); })),
      place_(context_, config_.profile) {}

wire_connection::~wire_connection() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  context_.close();  // ends the searches for the region and by a chain of its own
  // Credentials may arrive on a thread of their provider, which then uses transport_; or never.
  searches_->close([](wire_call& call) { call.give_up(); });
  // Ends what is under way; every handler has run when it returns, and until then may still
  // use transport_.
  owned_transport_.reset();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return calls_ == 0; });
}

result<void> wire_connection::connect() {
  const std::lock_guard lock(mutex_);
  if (transport_ != nullptr && !place_.wants_settings()) return {};
  auto settings = auth::read_settings({.region = config_.region,
                                       .endpoint = config_.endpoint,
                                       .profile = config_.profile,
                                       .use_fips = config_.use_fips,
                                       .use_dual_stack = config_.use_dual_stack,
                                       .ca_bundle = config_.ca_bundle},
                                      *uses_.environment);
  if (!settings) return std::move(settings).error();
  // Keys that the program gave itself are not from there.
  if (!config_.credentials && settings->exposed_keys) watch_.exposed_keys(*settings->exposed_keys);
  place_.set(std::move(settings->endpoint));
  if (transport_ != nullptr) return {};
  net::transport_options options;
  options.connect_timeout = config_.connect_timeout;
  options.stall_timeout = config_.stall_timeout;
  options.ca_bundle = settings->ca_bundle;
  options.user_agent = net::user_agent;
  options.time = uses_.time;
  owned_transport_ = uses_.make_transport(std::move(options));
  transport_ = owned_transport_.get();
  return {};
}

result<net::transport::transfer_id> wire_connection::send(
    net::http_request request, std::function<void(net::http_outcome)> done) {
  try {
    return transport_->send(std::move(request), std::move(done));
  } catch (const std::exception& thrown) {
    return no_network(thrown);
  }
}

result<void> wire_connection::schedule(std::chrono::steady_clock::time_point when,
                                       std::function<void()> task) {
  if (auto connected = connect(); !connected) return connected;
  try {
    transport_->schedule(when, std::move(task));
  } catch (const std::exception& thrown) {
    return no_network(thrown);
  }
  return {};
}

result<net::http_request> wire_connection::sign(const backend_request& request,
                                                const credentials& who,
                                                auth::service_clock::time_point when) {
  auto place = place_.endpoint_for(who.account_id);
  if (!place) return std::move(place).error();
  watch_.endpoint(place->host, place->signing_region);
  return signed_request(request, *std::move(place), who, when, signer_);
}

void wire_connection::refuse_credentials(std::uint64_t generation) {
  if (refused_credentials_.compare_exchange_strong(generation, generation + 1))
    credentials_->invalidate();
}

bool wire_connection::is_closing() {
  const std::lock_guard lock(mutex_);
  return closing_;
}

void wire_connection::call_begins() {
  const std::lock_guard lock(mutex_);
  ++calls_;
}

void wire_connection::call_ends() {
  const std::lock_guard lock(mutex_);
  if (--calls_ == 0) changed_.notify_all();
}

}  // namespace dynamo::wire
