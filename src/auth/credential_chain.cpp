#include "auth/credential_chain.hpp"

#include "auth/fault.hpp"
#include "auth/timestamp.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

namespace dynamo::auth {
namespace {

class credential_chain final : public credential_provider,
                               public std::enable_shared_from_this<credential_chain> {
 public:
  credential_chain(std::vector<std::unique_ptr<credential_source>> sources,
                   std::shared_ptr<const clock> time, std::string advice)
      : sources_(std::move(sources)), clock_(std::move(time)), advice_(std::move(advice)) {}

  void resolve(handler done) override {
    std::unique_lock lock(mutex_);
    if (cached_ && lasts_beyond(*cached_, clock_->wall_time() + credential_refresh_margin)) {
      credentials copy = *cached_;
      lock.unlock();
      done(std::move(copy));
      return;
    }
    waiting_.push_back(std::move(done));
    if (searching_) return;
    searching_ = true;
    searched_generation_ = generation_;
    lock.unlock();
    ask(0);
  }

  void invalidate() override {
    const std::lock_guard lock(mutex_);
    cached_.reset();
    ++generation_;
  }

 private:
  static bool lasts_beyond(const credentials& held, std::chrono::system_clock::time_point when) {
    return !held.expiration || *held.expiration > when;
  }

  void ask(std::size_t index) {
    if (index == sources_.size()) {
      finish(
          credentials_fault(fmt::format("No credentials were found in {}: {}", places(), advice_)));
      return;
    }
    sources_[index]->find([self = shared_from_this(), index](credential_source::answer found) {
      self->take(index, std::move(found));
    });
  }

  void take(std::size_t index, credential_source::answer found) {
    if (!found) return finish(std::move(found).error());
    if (!*found) return ask(index + 1);
    credentials held = **std::move(found);
    if (!lasts_beyond(held, clock_->wall_time()))
      return finish(credentials_fault(fmt::format("The credentials in {} expired at {}: renew them",
                                                  sources_[index]->place(),
                                                  format_timestamp(*held.expiration))));
    finish(std::move(held));
  }

  void finish(result<credentials> outcome) {
    std::unique_lock lock(mutex_);
    if (searched_generation_ != generation_) {
      // Invalidated meanwhile: what was found may be what the service refused.
      searched_generation_ = generation_;
      lock.unlock();
      ask(0);
      return;
    }
    if (outcome) {
      cached_ = *outcome;
    } else if (cached_ && lasts_beyond(*cached_, clock_->wall_time())) {
      outcome = *cached_;
    }
    searching_ = false;
    const std::vector<handler> waiting = std::exchange(waiting_, {});
    lock.unlock();
    for (const handler& done : waiting) done(outcome);
  }

  std::string places() const {
    std::string text;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      if (i != 0) text += i + 1 == sources_.size() ? " or " : ", ";
      text += sources_[i]->place();
    }
    return text;
  }

  const std::vector<std::unique_ptr<credential_source>> sources_;
  const std::shared_ptr<const clock> clock_;
  const std::string advice_;

  std::mutex mutex_;
  std::optional<credentials> cached_;
  std::vector<handler> waiting_;
  bool searching_ = false;
  std::uint64_t generation_ = 0;           // counts invalidations
  std::uint64_t searched_generation_ = 0;  // when the search under way began
};

}  // namespace

std::shared_ptr<credential_provider> make_credential_chain(
    std::vector<std::unique_ptr<credential_source>> sources, std::shared_ptr<const clock> time,
    std::string advice) {
  return std::make_shared<credential_chain>(std::move(sources), std::move(time), std::move(advice));
}

}  // namespace dynamo::auth
