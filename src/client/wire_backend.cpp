#include "client/wire_backend.hpp"

#include "client/wire_call.hpp"
#include "client/wire_connection.hpp"

#include <utility>

namespace dynamo::wire {
namespace {

class wire_backend final : public backend {
 public:
  wire_backend(const client_config& config, dependencies uses)
      : home_(uses.home), connection_(std::make_unique<wire_connection>(config, std::move(uses))) {}
  wire_backend(const wire_backend&) = delete;
  wire_backend& operator=(const wire_backend&) = delete;
  ~wire_backend() override {
    // Its end would wait for threads that do not exist here, and write to a database that another
    // process has open.
    if (home_.is_forked_child()) detail::abandon(connection_);
  }

  void submit(backend_request request, backend_completion done) override {
    if (home_.is_forked_child()) {
      error reason = detail::made_before_fork("client");
      reason.table = std::move(request.table);
      reason.segment = request.segment;
      return done(std::move(reason));
    }
    std::shared_ptr<wire_call> call;
    try {
      call = std::make_shared<wire_call>(*connection_, std::move(request), std::move(done));
    } catch (...) {
      // Moved from only by a call that exists.
      return done(detail::caught_error());
    }
    call->start();
  }
  std::chrono::steady_clock::time_point now() const override {
    return connection_->uses().time->now();
  }
  result<void> schedule(std::chrono::steady_clock::time_point when,
                        std::function<void()> task) override {
    if (home_.is_forked_child()) return detail::made_before_fork("client");
    return connection_->schedule(when, std::move(task));
  }
  std::shared_ptr<metrics_recorder> metrics() const override {
    return connection_->watch().metrics();
  }
  std::shared_ptr<logger> log() const override { return connection_->watch().log(); }

 private:
  const detail::home_process home_;
  std::unique_ptr<wire_connection> connection_;
};

}  // namespace

dependencies default_dependencies(const client_config& config) {
  return {.environment = auth::process_environment(),
          .time = config.time ? config.time : system_clock_source(),
          .random = config.random ? config.random : system_random_source(),
          .make_transport = &net::make_curl_transport};
}

std::shared_ptr<backend> make_wire_backend(const client_config& config, dependencies uses) {
  return std::make_shared<wire_backend>(config, std::move(uses));
}

}  // namespace dynamo::wire
