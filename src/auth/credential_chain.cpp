#include "auth/credential_chain.hpp"

#include "auth/credential_refresh.hpp"
#include "auth/fault.hpp"
#include "auth/timestamp.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

namespace dynamo::auth {
namespace {

class credential_chain final : public credential_provider,
                               public std::enable_shared_from_this<credential_chain> {
 public:
  credential_chain(std::vector<std::unique_ptr<credential_source>> sources,
                   std::shared_ptr<const clock> time, std::string advice,
                   renewal_observer renewal_failed)
      : sources_(std::move(sources)),
        clock_(std::move(time)),
        advice_(std::move(advice)),
        renewal_failed_(std::move(renewal_failed)) {}

  void resolve(handler done) override {
    std::unique_lock lock(mutex_);
    const auto decided = refresh_.ask(clock_->wall_time());
    if (decided == action::wait || decided == action::wait_begin) {
      waiting_.push_back(std::move(done));
      lock.unlock();
    } else {
      const credentials held = *refresh_.held();
      lock.unlock();
      done(held);  // before the search, which may end at once and call other handlers
    }
    if (decided == action::wait_begin || decided == action::use_begin) search();
  }

  void invalidate() override {
    const std::lock_guard lock(mutex_);
    refresh_.forget();
  }

 private:
  using action = credential_refresh::action;

  // There is one search at a time: these functions run one after the other, on the threads that
  // call the handlers of the sources.

  void search() { ask(chosen_.value_or(0)); }

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
    if (!*found && chosen_)
      return finish(
          credentials_fault(fmt::format("The credentials came from {}, which no longer has any: "
                                        "restore them there, or restart the "
                                        "program to search other places",
                                        sources_[index]->place())));
    if (!*found) return ask(index + 1);
    credentials held = **std::move(found);
    if (held.expiration && *held.expiration <= clock_->wall_time())
      return finish(credentials_fault(fmt::format(
          "The credentials in {} expired at {}: renew them, or set this machine's clock if it is "
          "wrong",
          sources_[index]->place(), format_timestamp(*held.expiration))));
    if (!account_.empty() && !held.account_id.empty() && held.account_id != account_)
      return finish(credentials_fault(fmt::format(
          "The credentials in {} are now of account {}, and were of {}: restart the program to use "
          "the other identity",
          sources_[index]->place(), held.account_id, account_)));
    if (!held.account_id.empty()) account_ = held.account_id;
    chosen_ = index;
    finish(std::move(held));
  }

  void finish(result<credentials> outcome) {
    std::unique_lock lock(mutex_);
    if (refresh_.outdated()) {
      lock.unlock();
      search();
      return;
    }
    std::optional<error> unheard;
    if (outcome) {
      refresh_.found(*outcome, clock_->wall_time());
    } else if (refresh_.failed(clock_->wall_time())) {
      unheard = std::move(outcome).error();
      outcome = *refresh_.held();
    }
    const std::vector<handler> waiting = std::exchange(waiting_, {});
    lock.unlock();
    if (unheard && renewal_failed_) renewal_failed_(*unheard);
    for (const handler& done : waiting) done(outcome);
  }

  // One profile has several sources with the same place.
  std::string places() const {
    std::vector<std::string> names;
    for (const auto& source : sources_) {
      std::string name = source->place();
      if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    }
    return fmt::format(
        "{}{}{}", fmt::join(names.begin(), names.empty() ? names.end() : names.end() - 1, ", "),
        names.size() > 1 ? " or " : "", names.empty() ? "" : names.back());
  }

  const std::vector<std::unique_ptr<credential_source>> sources_;
  const std::shared_ptr<const clock> clock_;
  const std::string advice_;
  const renewal_observer renewal_failed_;

  // Index of the source that had credentials. Only that one is used from then on: a long scan must
  // not continue with another identity because an earlier source now has credentials or this one
  // fails. Used only by the search in progress.
  std::optional<std::size_t> chosen_;
  std::string account_;  // account of these credentials, if known

  std::mutex mutex_;
  credential_refresh refresh_;
  std::vector<handler> waiting_;
};

}  // namespace

std::shared_ptr<credential_provider> make_credential_chain(
    std::vector<std::unique_ptr<credential_source>> sources, std::shared_ptr<const clock> time,
    std::string advice, renewal_observer renewal_failed) {
  return std::make_shared<credential_chain>(std::move(sources), std::move(time), std::move(advice),
                                            std::move(renewal_failed));
}

}  // namespace dynamo::auth
