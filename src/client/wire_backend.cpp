#include "client/wire_backend.hpp"

#include "auth/default_credentials.hpp"
#include "auth/foreign_text.hpp"
#include "auth/service_clock.hpp"
#include "auth/settings.hpp"
#include "auth/sigv4.hpp"
#include "auth/source_context.hpp"
#include "client/request_watch.hpp"
#include "client/retry.hpp"
#include "client/service_error.hpp"
#include "client/service_place.hpp"
#include "client/signed_request.hpp"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>

namespace dynamo::wire {
namespace {

error failure(errc kind, std::string message) {
  error reason;
  reason.kind = kind;
  reason.message = std::move(message);
  return reason;
}

error cancellation() {
  return failure(errc::cancelled, "the request was cancelled");
}

// The network thread is started by the first who needs it.
error no_network(const std::exception& thrown) {
  return failure(errc::unavailable, std::string("the network could not be used: ") + thrown.what());
}

class wire_backend final : public backend {
 public:
  wire_backend(const client_config& config, surroundings uses)
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

  ~wire_backend() override {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    context_.close();  // ends the searches for the region and by a chain of its own
    {
      // Credentials may come on a thread of their provider's, which then uses transport_.
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return resolving_ == 0; });
    }
    // Ends what is under way; every handler has run when it returns, and until then may still
    // use transport_.
    owned_transport_.reset();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return calls_ == 0; });
  }

  void submit(backend_request request, backend_completion done) override;
  std::chrono::steady_clock::time_point now() const override { return uses_.time->now(); }
  result<void> schedule(std::chrono::steady_clock::time_point when,
                        std::function<void()> task) override;
  std::shared_ptr<metrics_recorder> metrics() const override { return watch_.metrics(); }
  std::shared_ptr<logger> log() const override { return watch_.log(); }

 private:
  class call;

  // Reads the settings, until the endpoint has been found, and starts the transport, once.
  result<void> connect();
  result<net::http_request> sign(const backend_request& request, const credentials& who,
                                 auth::service_clock::time_point when);
  // These credentials, the `generation`th, were refused as expired. Segments that find out together
  // ask for new ones once.
  void refuse_credentials(std::uint64_t generation);
  bool begin_resolving();  // false: this object is ending
  void end_resolving();
  bool is_closing();

  const client_config config_;
  const surroundings uses_;
  request_watch watch_;
  const auth::source_context context_;
  const std::shared_ptr<credential_provider> credentials_;
  service_place place_;
  const retry_settings retry_;
  auth::signer signer_;
  auth::service_clock service_time_;
  std::atomic<bool> answered_ = false;
  std::atomic<std::uint64_t> refused_credentials_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t calls_ = 0;      // that exist, finished or not: they refer to this object
  std::size_t resolving_ = 0;  // of these, the ones that wait for credentials
  bool closing_ = false;
  std::unique_ptr<net::transport> owned_transport_;
  net::transport* transport_ = nullptr;
};

/// One request and its attempts. Kept alive by the handlers that it waits for.
class wire_backend::call : public std::enable_shared_from_this<call> {
 public:
  call(wire_backend& owner, backend_request request, backend_completion done)
      : owner_(owner),
        request_(std::move(request)),
        done_(std::move(done)),
        retries_(owner.retry_, request_.retry_budget.value_or(request_.op == operation::scan
                                                                  ? owner.config_.scan_retry_budget
                                                                  : owner.config_.retry_budget)) {
    const std::lock_guard lock(owner_.mutex_);
    ++owner_.calls_;
  }

  ~call() {
    const std::lock_guard lock(owner_.mutex_);
    if (--owner_.calls_ == 0) owner_.changed_.notify_all();
  }

  call(const call&) = delete;
  call& operator=(const call&) = delete;

  void start() {
    if (auto connected = owner_.connect(); !connected) return fail(std::move(connected).error());
    on_stop_.emplace(request_.stop, stopper{this});
    bool stopped = false;
    {
      const std::lock_guard lock(mutex_);
      started_ = true;
      stopped = stopped_;
    }
    if (stopped) {
      end_later();
    } else {
      const auto found = std::make_shared<std::atomic<bool>>(false);
      owner_.place_.locate([self = shared_from_this(), found](result<void> outcome) {
        *found = true;
        self->located(std::move(outcome));
      });
      keep_deadline_until(found);
    }
  }

 private:
  struct stopper {
    call* self;
    void operator()() const { self->stop(); }
  };

  void located(result<void> found) {
    // This may be its last owner, as behind a back-off.
    if (is_over()) return fail(cancellation());
    if (found) return attempt();
    fail(owner_.is_closing() ? cancellation() : std::move(found).error());
  }

  void attempt() {
    if (!owner_.begin_resolving()) return fail(cancellation());
    const auto found = std::make_shared<std::atomic<bool>>(false);
    owner_.credentials_->resolve([self = shared_from_this(), found](result<credentials> who) {
      *found = true;
      self->resolved(std::move(who));
    });
    keep_deadline_until(found);
  }

  // Whoever looks for region and credentials knows nothing of this request's deadline.
  void keep_deadline_until(const std::shared_ptr<std::atomic<bool>>& found) {
    if (*found || !request_.deadline) return;
    (void)owner_.schedule(*request_.deadline, [weak = weak_from_this(), found] {
      const auto self = weak.lock();
      if (self && !*found) self->fail(lateness());
    });
  }

  // Any thread, and any time after attempt().
  void resolved(result<credentials> who) {
    owner_.watch_.resolved(who);
    if (is_over() || owner_.is_closing()) {
      fail(cancellation());
    } else if (!who) {
      fail(std::move(who).error());
    } else if (request_.deadline && owner_.uses_.time->now() >= *request_.deadline) {
      fail(lateness());
    } else {
      send(*who);
    }
    owner_.end_resolving();
  }

  void send(const credentials& who) {
    credentials_generation_ = owner_.refused_credentials_;
    signed_for_ = owner_.service_time_.at(owner_.uses_.time->wall_time());
    auto signed_request = owner_.sign(request_, who, signed_for_);
    if (!signed_request) return fail(std::move(signed_request).error());
    session_token_ = who.session_token;
    signed_request->gate = request_.gate;
    signed_request->deadline = request_.deadline;
    owner_.watch_.sent(request_, ++attempts_);
    sent_at_ = owner_.uses_.time->now();
    net::transport::transfer_id id{};
    try {
      id = owner_.transport_->send(*std::move(signed_request),
                                   [self = shared_from_this()](net::http_outcome outcome) {
                                     self->answer(std::move(outcome));
                                   });
    } catch (const std::exception& thrown) {
      return fail(no_network(thrown));
    }
    const std::lock_guard lock(mutex_);
    // It may have failed and been sent again meanwhile: ids grow.
    if (!transfer_ || *transfer_ < id) transfer_ = id;
    if (stopped_) owner_.transport_->cancel(id);
  }

  // On the network thread.
  void answer(net::http_outcome outcome) {
    const std::chrono::nanoseconds took = owner_.uses_.time->now() - sent_at_;
    if (!is_over()) owner_.watch_.attempt_ended(request_, took);
    if (const auto* lost = std::get_if<net::transport_error>(&outcome)) {
      retries_.pardon(lost->waited);
      if (lost->waited != std::chrono::nanoseconds(0)) owner_.answered_ = true;
      return follow_up(transport_failure(*lost), std::nullopt);
    }
    auto& response = std::get<net::http_response>(outcome);
    owner_.answered_ = true;
    if (auto failed = failure_in(response)) {
      if (failed->follow_up == failure_class::wrong_time &&
          !owner_.service_time_.learn(response.date, signed_for_, owner_.uses_.time->wall_time())) {
        failed->follow_up = failure_class::permanent;
      }
      // The one secret that is sent; a service may repeat what it was sent.
      for (std::string* text :
           {&failed->reason.message, &failed->reason.code, &failed->reason.request_id})
        auth::blank_out(*text, session_token_);
      return follow_up(*std::move(failed), response.retry_after);
    }
    owner_.watch_.answered(request_, attempts_, response.request_id, took);
    finish(backend_response{.body = std::move(response.body),
                            .request_id = std::move(response.request_id),
                            .attempts = attempts_});
  }

  void follow_up(failed_attempt failed, std::optional<std::chrono::milliseconds> retry_after) {
    if (failed.follow_up == failure_class::throttled) {
      owner_.watch_.throttled(request_);
      if (request_.throttled) request_.throttled();
    }
    if (failed.follow_up == failure_class::expired_credentials)
      owner_.refuse_credentials(credentials_generation_);
    const auto now = owner_.uses_.time->now();
    const auto delay = retries_.after_failure(failed.follow_up, now, owner_.uses_.random->uniform(),
                                              owner_.answered_, retry_after);
    if (!delay) return fail(std::move(failed.reason));
    if (request_.deadline && now + *delay >= *request_.deadline) {
      failed.reason.kind = errc::deadline_exceeded;
      failed.reason.message =
          "the deadline leaves no time to try again after this: " + failed.reason.message;
      return fail(std::move(failed.reason));
    }
    if (!is_over()) owner_.watch_.retried(request_, attempts_, failed, *delay);
    // Ends it itself if it is over: this may be its last owner, which must not end while a stop
    // that comes just now still needs it.
    owner_.transport_->schedule(now + *delay, [self = shared_from_this()] {
      if (self->is_over()) return self->fail(cancellation());
      self->attempt();
    });
    if (is_over()) fail(cancellation());
  }

  // From any thread: a stop was requested.
  void stop() {
    std::optional<net::transport::transfer_id> transfer;
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
      transfer = transfer_;
      if (!started_) return;  // start() is about to look
    }
    if (transfer) owner_.transport_->cancel(*transfer);
    end_later();  // if it waits for its next attempt, nothing else would end it
  }

  void end_later() {
    // Without a network nothing is under way that could end it at the same time.
    if (!owner_.schedule(owner_.uses_.time->now(),
                         [self = shared_from_this()] { self->fail(cancellation()); }))
      fail(cancellation());
  }

  // Stopped, or finished: nothing may be sent for it any more.
  [[nodiscard]] bool is_over() {
    const std::lock_guard lock(mutex_);
    return stopped_ || finished_;
  }

  [[nodiscard]] static error lateness() {
    return failure(errc::deadline_exceeded,
                   "the deadline passed before there were region and credentials");
  }

  void fail(error reason) {
    reason.table = request_.table;
    reason.segment = request_.segment;
    reason.attempts = attempts_;
    finish(std::move(reason));
  }

  // Exactly once: later outcomes of a call that was stopped find it finished.
  void finish(result<backend_response> outcome) {
    {
      const std::lock_guard lock(mutex_);
      if (finished_) return;
      finished_ = true;
    }
    on_stop_.reset();
    owner_.watch_.ended(request_, outcome);
    std::exchange(done_, nullptr)(std::move(outcome));
  }

  wire_backend& owner_;
  const backend_request request_;
  backend_completion done_;
  retry_state retries_;
  std::atomic<unsigned> attempts_ = 0;  // a stop reads it on another thread
  // Of the attempt under way.
  std::uint64_t credentials_generation_ = 0;
  std::string session_token_;
  auth::service_clock::time_point signed_for_;
  std::chrono::steady_clock::time_point sent_at_;
  std::mutex mutex_;
  std::optional<net::transport::transfer_id> transfer_;
  bool started_ = false;
  bool stopped_ = false;
  bool finished_ = false;
  std::optional<std::stop_callback<stopper>> on_stop_;
};

void wire_backend::submit(backend_request request, backend_completion done) {
  std::make_shared<call>(*this, std::move(request), std::move(done))->start();
}

result<void> wire_backend::schedule(std::chrono::steady_clock::time_point when,
                                    std::function<void()> task) {
  if (auto connected = connect(); !connected) return connected;
  try {
    transport_->schedule(when, std::move(task));
  } catch (const std::exception& thrown) {
    return no_network(thrown);
  }
  return {};
}

bool wire_backend::begin_resolving() {
  const std::lock_guard lock(mutex_);
  if (!closing_) ++resolving_;
  return !closing_;
}

void wire_backend::end_resolving() {
  const std::lock_guard lock(mutex_);
  if (--resolving_ == 0) changed_.notify_all();
}

bool wire_backend::is_closing() {
  const std::lock_guard lock(mutex_);
  return closing_;
}

result<void> wire_backend::connect() {
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
  place_.set(std::move(settings->endpoint));
  if (transport_ != nullptr) return {};
  net::transport_options options;
  options.connect_timeout = config_.connect_timeout;
  options.stall_timeout = config_.stall_timeout;
  options.ca_bundle = settings->ca_bundle;
  options.user_agent = net::user_agent;
  owned_transport_ = uses_.make_transport(std::move(options));
  transport_ = owned_transport_.get();
  return {};
}

void wire_backend::refuse_credentials(std::uint64_t generation) {
  if (refused_credentials_.compare_exchange_strong(generation, generation + 1))
    credentials_->invalidate();
}

result<net::http_request> wire_backend::sign(const backend_request& request, const credentials& who,
                                             auth::service_clock::time_point when) {
  auto place = place_.endpoint_for(who.account_id);
  if (!place) return std::move(place).error();
  watch_.endpoint(place->host, place->signing_region);
  return signed_request(request, *std::move(place), who, when, signer_);
}

}  // namespace

surroundings default_surroundings(const client_config& config) {
  return {.environment = auth::process_environment(),
          .time = config.time ? config.time : system_clock_source(),
          .random = config.random ? config.random : system_random_source(),
          .make_transport = &net::make_curl_transport};
}

std::shared_ptr<backend> make_wire_backend(const client_config& config, surroundings uses) {
  return std::make_shared<wire_backend>(config, std::move(uses));
}

}  // namespace dynamo::wire
